//! One's own account: who one is, what one may do, the second step, and where one is signed in.
//!
//! In: an [`Own`]. Out: the page at `/account`. Always holds: what a role lets somebody do is read from the one table of
//! permissions; the session that asks is marked, and is ended by signing out, not by closing it here.
//!
//! The forms send: `/account/sessions/close` `session`; `/account/sessions/close-others` nothing more; each of them
//! `form_token`.

use super::page::Shell;
use super::words::{self, When};
use crate::auth::directory::{OrganisationView, PersonView};
use crate::auth::permissions::{Scope, allows, beyond, scope};
use crate::auth::sessions::SessionView;
use crate::auth::{Action, OrganisationKind, Role};
use askama::Template;

/// What a person is shown of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub person: PersonView,
    pub organisation: OrganisationView,
    /// Of the second factor that is set up; nought where there is none.
    pub recovery_codes_left: i64,
    /// The open ones.
    pub sessions: Vec<SessionView>,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountTemplate<'a> {
    shell: &'a Shell<'a>,
    own: &'a Own,
    sees: String,
    roles: Vec<May>,
    /// Whether a role asks for a second factor.
    second_factor_asked: bool,
    codes_left: String,
    sessions: Vec<Session<'a>>,
    /// Whether there is another session than this one.
    others: bool,
}

/// A role, and what it lets somebody of this organisation do.
struct May {
    title: &'static str,
    actions: Vec<&'static str>,
}

struct Session<'a> {
    view: &'a SessionView,
    opened: When,
    seen: When,
    ends: When,
}

/// The page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &Own, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let (person, organisation) = (&view.person, &view.organisation);
    AccountTemplate {
        shell,
        own: view,
        sees: sees(organisation),
        roles: person.roles.iter().map(|role| may(*role, organisation.kind)).collect(),
        second_factor_asked: person.roles.iter().any(|role| role.needs_second_factor()),
        codes_left: words::plural(view.recovery_codes_left, "recovery code", "recovery codes"),
        sessions: view.sessions.iter().map(session).collect(),
        others: view.sessions.iter().any(|session| !session.this_one),
    }
    .render()
}

/// How far somebody of this organisation sees.
fn sees(organisation: &OrganisationView) -> String {
    match scope(organisation.kind) {
        Scope::Nation => "Every council in England".to_owned(),
        Scope::OwnCounties if organisation.counties.is_empty() => "No council: no county is set".to_owned(),
        Scope::OwnCounties => {
            format!("The councils of {}", words::listed(organisation.counties.iter().map(String::as_str)))
        }
        Scope::OwnCouncil => "Your own council".to_owned(),
        Scope::Nobody => "No council by name".to_owned(),
    }
}

fn may(role: Role, kind: OrganisationKind) -> May {
    let actions = Action::ALL.iter().filter(|action| allows(role, **action) && !beyond(kind, **action));
    May { title: role.title(), actions: actions.map(|action| action.title()).collect() }
}

fn session(view: &SessionView) -> Session<'_> {
    Session {
        view,
        opened: words::moment(view.opened_at),
        seen: words::moment(view.last_seen_at),
        ends: words::moment(view.expires_at),
    }
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
