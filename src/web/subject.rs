//! What is held on somebody, for the person themselves: asked for by an e-mail address, shown, erased.
//!
//! In: nothing, or a [`SubjectRecord`]. Out: the pages at `/subjects`. Always holds: the whole record is on the page, so
//! that a print of it is an answer; the address travels in forms alone and never in a link, because links are logged.
//!
//! The forms send, each with `form_token`: `/subjects` and `/subjects/json` `email`; `/subjects/erase` `reason` and either
//! `contact` or `person`, a number.

use super::contacts::{Version, version};
use super::page::Shell;
use super::words::{self, When};
use super::{address, audit};
use crate::auth::Role;
use crate::auth::sessions::OpenedBy;
use crate::personal::subjects::{AccountHeld, HeldMention, LetterHeld, LinkHeld, LogLine, SessionHeld, SubjectRecord};
use askama::Template;

#[derive(Template)]
#[template(path = "subjects.html")]
struct AskTemplate<'a> {
    shell: &'a Shell<'a>,
}

#[derive(Template)]
#[template(path = "subject.html")]
struct SubjectTemplate<'a> {
    shell: &'a Shell<'a>,
    record: &'a SubjectRecord,
    put_together: When,
    contacts: Vec<Contact<'a>>,
    account: Option<Account<'a>>,
    mentions: Vec<Mention<'a>>,
    /// Whether nothing at all is held.
    nothing: bool,
}

/// Every version of one contact.
struct Contact<'a> {
    number: i64,
    council: &'a str,
    href: String,
    versions: Vec<Version<'a>>,
}

struct Account<'a> {
    view: &'a AccountHeld,
    roles: String,
    created: When,
    closed: Option<When>,
    last_signed_in: Option<When>,
    second_factor_since: Option<When>,
    sessions: Vec<Session<'a>>,
    links: Vec<Link>,
    letters: Vec<Letter<'a>>,
    log: Vec<Line<'a>>,
}

struct Session<'a> {
    from: &'a str,
    by: &'a str,
    opened: When,
    last_seen: When,
    ended: When,
}

struct Letter<'a> {
    kind: String,
    state: &'a str,
    queued: When,
}

struct Link {
    created: When,
    /// When it was used, or until when it could have been.
    then: When,
    used: bool,
}

struct Line<'a> {
    view: &'a LogLine,
    at: When,
    done: String,
    subject: String,
}

struct Mention<'a> {
    view: &'a HeldMention,
    href: String,
    columns: String,
}

/// The page that asks for an address.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_ask(shell: &Shell<'_>) -> Result<String, askama::Error> {
    AskTemplate { shell }.render()
}

/// What is held.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &SubjectRecord, shell: &Shell<'_>) -> Result<String, askama::Error> {
    SubjectTemplate {
        shell,
        record: view,
        put_together: words::moment(view.put_together_at),
        contacts: contacts(view),
        account: view.account.as_ref().map(account),
        mentions: view.held_rows.iter().map(mention).collect(),
        nothing: view.contacts.is_empty() && view.account.is_none() && view.held_rows.is_empty(),
    }
    .render()
}

/// The versions by contact, in the order of the record.
fn contacts(record: &SubjectRecord) -> Vec<Contact<'_>> {
    let mut contacts: Vec<Contact<'_>> = Vec::new();
    for view in &record.contacts {
        let of_this = version(view);
        match contacts.iter_mut().find(|contact| contact.number == view.contact) {
            Some(contact) => contact.versions.push(of_this),
            None => contacts.push(Contact {
                number: view.contact,
                council: &view.council,
                href: address::of_council(&view.council),
                versions: vec![of_this],
            }),
        }
    }
    contacts
}

fn account(view: &AccountHeld) -> Account<'_> {
    let roles = view.roles.iter().map(|word| Role::named(word).map_or(word.as_str(), |role| role.title()));
    Account {
        view,
        roles: words::capitalised(&words::listed(roles)),
        created: words::moment(view.created),
        closed: view.closed.map(words::moment),
        last_signed_in: view.last_signed_in.map(words::moment),
        second_factor_since: view.second_factor_since.map(words::moment),
        sessions: view.sessions.iter().map(session).collect(),
        links: view.links.iter().map(link).collect(),
        letters: view.letters.iter().map(letter).collect(),
        log: view.log.iter().map(line).collect(),
    }
}

fn session(view: &SessionHeld) -> Session<'_> {
    Session {
        from: &view.opened_from,
        by: OpenedBy::named(&view.opened_by).map_or(view.opened_by.as_str(), |by| by.title()),
        opened: words::moment(view.opened),
        last_seen: words::moment(view.last_seen),
        ended: words::moment(view.closed.unwrap_or(view.expires)),
    }
}

fn link(view: &LinkHeld) -> Link {
    Link {
        created: words::moment(view.created),
        then: words::moment(view.used.unwrap_or(view.expires)),
        used: view.used.is_some(),
    }
}

fn letter(view: &LetterHeld) -> Letter<'_> {
    Letter { kind: view.kind.replace('_', " "), state: &view.state, queued: words::moment(view.queued) }
}

fn line(view: &LogLine) -> Line<'_> {
    Line {
        view,
        at: words::moment(view.at),
        done: audit::said(&view.action).map_or_else(|| view.action.clone(), words::capitalised),
        subject: audit::named(&view.subject),
    }
}

fn mention(view: &HeldMention) -> Mention<'_> {
    Mention { view, href: address::of_run(view.run), columns: words::listed(view.columns.iter().map(String::as_str)) }
}

#[cfg(test)]
#[path = "subject_tests.rs"]
mod tests;
