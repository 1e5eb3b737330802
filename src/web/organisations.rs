//! Organisations, their people and their keys, for those who keep them.
//!
//! In: views of the directory. Out: the pages at `/organisations` and `/organisations/{key}`, and the page that shows a new
//! key, once. Always holds: what can't be undone is folded away behind words that say what follows; a key is never in a
//! list, only what it begins with; a closed account or organisation offers nothing to change.
//!
//! The forms send, each with `form_token`:
//! - `/organisations`: `key`, `name`, `kind`, `counties` (one a line), `council`;
//! - `/organisations/{key}/close`, `…/people/{id}/close`, `…/people/{id}/reset-second-factor`, `…/keys/{prefix}/revoke`:
//!   nothing more;
//! - `…/rename`, `…/people/{id}/rename`: `name`; `…/counties`: `counties` (one a line);
//! - `…/people`: `name`, `email`, `roles` (repeated); `…/people/{id}/roles`: `roles` (repeated);
//! - `…/keys`: `name`, `role`, `kept_to` (repeated, perhaps absent), `days`; `…/keys/{prefix}/rotate`: `overlap_days`.

mod lines;
mod shown;

pub use shown::{KeyShown, render_key_shown};

use super::page::Shell;
use super::words::{self, When};
use crate::auth::directory::{OrganisationView, PersonView};
use crate::auth::keys::{KeyView, MOST_DAYS, MOST_OVERLAP_DAYS, USUAL_DAYS, USUAL_OVERLAP_DAYS};
use crate::auth::permissions::{allows, beyond};
use crate::auth::{Action, OrganisationKind, Role};
use askama::Template;
use jiff::Timestamp;
use lines::{Key, Line, Person};

/// The organisations that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisations {
    pub organisations: Vec<OrganisationView>,
    /// All that the organisations have; counted here.
    pub people: Vec<PersonView>,
    /// All that the organisations have; counted here.
    pub keys: Vec<KeyView>,
    /// Whether the visitor keeps all of the directory, and so may add and close organisations.
    pub keeps_all: bool,
    pub now: Timestamp,
}

/// One organisation with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationPage {
    pub organisation: OrganisationView,
    /// Those of other organisations are passed over.
    pub people: Vec<PersonView>,
    /// Those of other organisations are passed over.
    pub keys: Vec<KeyView>,
    /// Whether the visitor keeps all of the directory, and so may close the organisation.
    pub keeps_all: bool,
    /// Sentences on what may be a mistake, such as just after the organisation was added.
    pub warnings: Vec<String>,
    pub now: Timestamp,
}

#[derive(Template)]
#[template(path = "organisations.html")]
struct OrganisationsTemplate<'a> {
    shell: &'a Shell<'a>,
    lines: Vec<Line<'a>>,
    keeps_all: bool,
    kinds: &'static [OrganisationKind],
}

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationTemplate<'a> {
    shell: &'a Shell<'a>,
    organisation: &'a OrganisationView,
    /// The path of this page, below which its forms lead.
    below: String,
    since: When,
    closed: Option<When>,
    keeps_all: bool,
    warnings: &'a [String],
    people: Vec<Person<'a>>,
    keys: Vec<Key<'a>>,
    roles: &'static [Role],
    actions: Vec<Action>,
    usual_days: u16,
    most_days: u16,
    usual_overlap_days: u16,
    most_overlap_days: u16,
}

/// The list of organisations.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &Organisations, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let lines = view.organisations.iter().map(|organisation| lines::line(organisation, view)).collect();
    OrganisationsTemplate { shell, lines, keeps_all: view.keeps_all, kinds: OrganisationKind::ALL }.render()
}

/// One organisation.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_organisation(view: &OrganisationPage, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let organisation = &view.organisation;
    let open = organisation.closed_at.is_none();
    let own = |key: &str| key == organisation.key;
    let mut people: Vec<Person<'_>> = view
        .people
        .iter()
        .filter(|person| own(&person.organisation))
        .map(|person| lines::person(person, organisation.kind, open))
        .collect();
    people.sort_by_key(|person| person.closed.is_some());
    let mut keys: Vec<Key<'_>> = view
        .keys
        .iter()
        .filter(|key| own(&key.organisation))
        .map(|key| lines::key(key, &view.keys, (view.now, open)))
        .collect();
    keys.sort_by_key(|key| !key.works);
    OrganisationTemplate {
        shell,
        organisation,
        below: lines::path(&organisation.key),
        since: words::moment(organisation.created_at),
        closed: organisation.closed_at.map(words::moment),
        keeps_all: view.keeps_all,
        warnings: &view.warnings,
        people,
        keys,
        roles: organisation.kind.roles(),
        actions: possible(organisation.kind),
        usual_days: USUAL_DAYS,
        most_days: MOST_DAYS,
        usual_overlap_days: USUAL_OVERLAP_DAYS,
        most_overlap_days: MOST_OVERLAP_DAYS,
    }
    .render()
}

/// What some role of such an organisation may do.
fn possible(kind: OrganisationKind) -> Vec<Action> {
    let by_some = |action: &Action| kind.roles().iter().any(|role| allows(*role, *action)) && !beyond(kind, *action);
    Action::ALL.iter().copied().filter(by_some).collect()
}

#[cfg(test)]
mod tests;
