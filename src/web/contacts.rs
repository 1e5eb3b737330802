//! Whom to write to at a council: shown, added, changed and ended.
//!
//! In: a council's contacts. Out: the page at `/councils/{gss_code}/contacts`. Always holds: only who may keep contacts is
//! offered to change them; what was replaced or ended is shown apart, as it was.
//!
//! The forms send, each with `form_token`: `…/contacts` and `…/contacts/{contact}/change` `post`, `name`, `email`,
//! `telephone`, `source`; `…/contacts/{contact}/end` nothing more.

use super::address;
use super::page::Shell;
use super::words::{self, When};
use crate::auth::Action;
use crate::personal::contacts::{ContactView, CouncilContacts, Post};
use askama::Template;

#[derive(Template)]
#[template(path = "contacts.html")]
struct ContactsTemplate<'a> {
    shell: &'a Shell<'a>,
    council: &'a CouncilContacts,
    council_href: String,
    /// The path of this page, below which its forms lead.
    below: String,
    may_keep: bool,
    current: Vec<Version<'a>>,
    past: Vec<Version<'a>>,
    posts: [Post; 5],
}

/// One version of a contact.
pub(super) struct Version<'a> {
    pub view: &'a ContactView,
    pub since: When,
    pub ended: Option<When>,
    pub erased: Option<When>,
}

/// The page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &CouncilContacts, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let council_href = address::of_council(&view.council);
    ContactsTemplate {
        shell,
        council: view,
        below: format!("{council_href}/contacts"),
        council_href,
        may_keep: shell.may(Action::KeepContacts),
        current: view.current.iter().map(version).collect(),
        past: view.past.iter().map(version).collect(),
        posts: Post::ALL,
    }
    .render()
}

pub(super) fn version(view: &ContactView) -> Version<'_> {
    Version {
        view,
        since: words::moment(view.kept_since),
        ended: view.ended.map(words::moment),
        erased: view.erased.map(words::moment),
    }
}

#[cfg(test)]
#[path = "contacts_tests.rs"]
mod tests;
