//! The audit log: who did what, when and from where, in words.
//!
//! In: a [`Log`]. Out: the page at `/audit`. Always holds: every entry that was read is shown, also one whose action this
//! page has no words for; the links to older entries and to the files keep the filter.
//!
//! The filter's form sends `account`, `action`, `subject`, and `from` and `until` as days in England, both of which are
//! within; the link to older entries sends `before`, a position, besides.

use super::address;
use super::page::Shell;
use super::words::{self, When};
use crate::audit::EntryView;
use askama::Template;
use form_urlencoded::Serializer;
use jiff::civil::Date;
use serde_json::Value as Json;

/// What of the log is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// Newest first.
    pub entries: Vec<EntryView>,
    pub filter: Filter,
    /// The position below which older entries are; none when there are no more.
    pub older: Option<i64>,
    /// The position and the hash of the last entry of all; none while the log is empty.
    pub head: Option<(i64, String)>,
}

/// Which entries were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Such as `person:12`.
    pub account: Option<String>,
    pub action: Option<String>,
    /// Such as `council:E04990001`.
    pub subject: Option<String>,
    /// The first day, in England.
    pub from: Option<Date>,
    /// The last day, in England.
    pub until: Option<Date>,
}

/// What was done, as the log names it and as people say it after somebody's name.
#[rustfmt::skip]
const DONE: &[(&str, &str)] = &[
    ("council.seen", "looked at a council’s record"),
    ("evidence.seen", "looked at evidence"),
    ("list.exported", "took Monday’s list away as a file"),
    ("audit_log.exported", "took this log away as a file"),
    ("contacts.seen", "looked at whom to write to at a council"),
    ("contact.added", "added a contact"),
    ("contact.changed", "changed a contact"),
    ("contact.ended", "ended a contact"),
    ("contact.erased", "erased who a contact was"),
    ("subject.answered", "put together what is held on somebody"),
    ("person.erased", "erased whose an account was"),
    ("text.redacted", "blacked something out"),
    ("check.waived", "let an error pass"),
    ("waiver.ended", "ended a waiver"),
    ("document.forgotten", "removed a file as it was sent"),
    ("person.link_sent", "asked for a link to sign in"),
    ("person.link_drawn", "drew a link that signs somebody in"),
    ("person.signed_in", "signed in"),
    ("person.signed_out_elsewhere", "signed out everywhere else"),
    ("person.openid_linked", "tied an account to an organisation’s own sign-in"),
    ("person.second_factor_begun", "began to set up a second step"),
    ("person.second_factor_confirmed", "set up a second step"),
    ("person.second_factor_reset", "reset a second step"),
    ("person.added", "added a person"),
    ("person.renamed", "gave a person another name"),
    ("person.roles_changed", "changed a person’s roles"),
    ("person.closed", "closed a person’s account"),
    ("session.second_factor_shown", "showed the second step"),
    ("session.code_wrong", "typed a wrong code"),
    ("session.closed", "closed a session"),
    ("organisation.added", "added an organisation"),
    ("organisation.renamed", "gave an organisation another name"),
    ("organisation.counties_changed", "changed an organisation’s counties"),
    ("organisation.closed", "closed an organisation"),
    ("key.issued", "issued a key"),
    ("key.rotated", "put a new key in another’s place"),
    ("key.revoked", "revoked a key"),
    ("retention.applied", "removed what was due to go"),
    ("review.decided", "said which council a source means"),
    ("review.undone", "undid what was said of a source’s name"),
    ("row.mended", "mended a row that was held back"),
    ("run.replayed", "had rows that were held back read again"),
    ("feed.list_sent", "sent a list of a source by hand"),
    ("run.file_taken", "took away the file that a run read"),
    ("run.undone", "took back what a run brought"),
    ("run.allowed", "let a list that was taken back be taken again"),
];

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditTemplate<'a> {
    shell: &'a Shell<'a>,
    filter: &'a Filter,
    from: String,
    until: String,
    actions: Vec<Choice<'a>>,
    filtered: bool,
    entries: Vec<Entry<'a>>,
    older: Option<String>,
    csv: String,
    xlsx: String,
    head: Option<Head<'a>>,
}

struct Choice<'a> {
    value: &'a str,
    title: String,
    chosen: bool,
}

struct Entry<'a> {
    view: &'a EntryView,
    at: When,
    /// The account's name, or what it is.
    who: String,
    /// The link to all that this account did.
    by_them: String,
    done: String,
    /// Whether there are words for it.
    known: bool,
    /// Such as "council E04990001".
    subject: String,
    /// The link to all that was done to it.
    to_it: String,
    /// The page of it, if it has one.
    page: Option<String>,
    details: Vec<(String, String)>,
    hash: &'a str,
}

struct Head<'a> {
    position: String,
    hash: &'a str,
    whole: &'a str,
}

/// The page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &Log, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let filter = &view.filter;
    let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    AuditTemplate {
        shell,
        filter,
        from: day(filter.from),
        until: day(filter.until),
        actions: choices(filter.action.as_deref()),
        filtered: *filter != Filter::default(),
        entries: view.entries.iter().map(entry).collect(),
        older: view.older.map(|before| link("/audit", filter, Some(before))),
        csv: link("/audit.csv", filter, None),
        xlsx: link("/audit.xlsx", filter, None),
        head: view.head.as_ref().map(|(position, hash)| Head {
            position: words::count(*position),
            hash: words::short_hash(hash),
            whole: hash,
        }),
    }
    .render()
}

/// The address with the filter, each key only where it filters.
fn link(path: &str, filter: &Filter, before: Option<i64>) -> String {
    let mut keys = Serializer::new(String::new());
    let pairs = [
        ("account", filter.account.clone()),
        ("action", filter.action.clone()),
        ("subject", filter.subject.clone()),
        ("from", filter.from.map(|date| date.to_string())),
        ("until", filter.until.map(|date| date.to_string())),
        ("before", before.map(|position| position.to_string())),
    ];
    for (key, value) in pairs {
        if let Some(value) = value {
            keys.append_pair(key, &value);
        }
    }
    let keys = keys.finish();
    if keys.is_empty() { path.to_owned() } else { format!("{path}?{keys}") }
}

/// What can be chosen; also what was asked for and has no words.
fn choices(asked: Option<&str>) -> Vec<Choice<'_>> {
    let unknown = asked.filter(|asked| DONE.iter().all(|(action, _)| action != asked));
    let known = DONE.iter().map(|(action, says)| Choice {
        value: action,
        title: words::capitalised(says),
        chosen: asked == Some(action),
    });
    known.chain(unknown.map(|asked| Choice { value: asked, title: asked.to_owned(), chosen: true })).collect()
}

/// What was done, as people say it after somebody's name, if there are words for it.
pub(super) fn said(action: &str) -> Option<&'static str> {
    DONE.iter().find(|(named, _)| *named == action).map(|(_, says)| *says)
}

/// An account or subject in words: `person:12` is "person 12".
pub(super) fn named(reference: &str) -> String {
    match reference {
        "public" => "nobody signed in".to_owned(),
        "command" => "the command line".to_owned(),
        "system" => "the service".to_owned(),
        other => other.replacen(':', " ", 1).replace('_', " "),
    }
}

fn entry(view: &EntryView) -> Entry<'_> {
    let says = said(&view.action);
    let only = |account: Option<&str>, subject: Option<&str>| {
        let filter =
            Filter { account: account.map(str::to_owned), subject: subject.map(str::to_owned), ..Filter::default() };
        link("/audit", &filter, None)
    };
    Entry {
        view,
        at: words::moment(view.at),
        who: view.name.clone().unwrap_or_else(|| named(&view.actor)),
        by_them: only(Some(&view.actor), None),
        known: says.is_some(),
        done: says.map_or_else(|| view.action.clone(), str::to_owned),
        subject: named(&view.subject),
        to_it: only(None, Some(&view.subject)),
        page: page_of(&view.subject),
        details: details(&view.details),
        hash: words::short_hash(&view.hash),
    }
}

fn page_of(subject: &str) -> Option<String> {
    match subject.split_once(':')? {
        ("council", gss_code) => Some(address::of_council(gss_code)),
        ("run", number) => number.parse().ok().map(address::of_run),
        _ => None,
    }
}

/// The details field by field; as they are when they are no fields.
fn details(details: &Json) -> Vec<(String, String)> {
    match details {
        Json::Null => Vec::new(),
        Json::Object(fields) => {
            fields.iter().map(|(field, value)| (words::capitalised(&field.replace('_', " ")), shown(value))).collect()
        }
        other => vec![("Details".to_owned(), shown(other))],
    }
}

fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => "none".to_owned(),
        Json::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Json::Array(values) if values.is_empty() => "none".to_owned(),
        Json::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
