//! The log as a file to take away.
//!
//! In: an actor and filters. Out: an [`Export`] of the entries that they leave. Always holds: that it was taken is an entry
//! of its own, and is in the file too where the filters let it.

use super::read::{Asked, entries};
use super::{Event, record};
use crate::app::App;
use crate::auth::{Action, Actor};
use crate::error::AppError;
use crate::export::{About, Cell, Export};
use serde_json::json;

/// The most entries that one file holds, newest first.
const MOST_ENTRIES: i64 = 50_000;

/// Takes entries away, newest first; the part that was asked for doesn't count.
///
/// # Errors
/// As [`entries`]; when it can't be recorded.
pub fn taken(app: &App, actor: &Actor, asked: &Asked) -> Result<Export, AppError> {
    actor.may(Action::SeeAuditLog)?;
    let filter = in_words(asked);
    let now = app.clock.now();
    record(&app.store, actor, &Event::new("audit_log.exported", "audit log").with(json!({ "filter": filter })), now)?;
    let asked = Asked { before: None, limit: MOST_ENTRIES, ..asked.clone() };
    let entries = entries(&app.store, actor, &asked)?;
    let mut notes =
        vec!["Each entry's hash covers the entry before it; `bellwether audit verify` walks them.".to_owned()];
    if i64::try_from(entries.len()).is_ok_and(|got| got == MOST_ENTRIES) {
        notes.push(format!("Only the newest {MOST_ENTRIES} entries are here: take older ones with `until`."));
    }
    let headings =
        ["Position", "When", "Account", "Name", "Organisation", "From where", "What", "To what", "Details", "Hash"];
    let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
    Ok(Export {
        title: "Audit log".to_owned(),
        about: About::of(actor, now, filter, notes),
        headings: headings.map(str::to_owned).to_vec(),
        rows: entries
            .into_iter()
            .map(|entry| {
                vec![
                    Cell::Whole(entry.position),
                    Cell::Instant(entry.at),
                    Cell::Text(entry.actor),
                    text(entry.name),
                    text(entry.organisation),
                    Cell::Text(entry.origin),
                    Cell::Text(entry.action),
                    Cell::Text(entry.subject),
                    Cell::Text(entry.details.to_string()),
                    Cell::Text(entry.hash),
                ]
            })
            .collect(),
    })
}

fn in_words(asked: &Asked) -> String {
    let mut words = Vec::new();
    words.extend(asked.actor.as_ref().map(|actor| format!("account {actor}")));
    words.extend(asked.action.as_ref().map(|action| format!("what {action}")));
    words.extend(asked.subject.as_ref().map(|subject| format!("to what {subject}")));
    words.extend(asked.from.map(|from| format!("from {from}")));
    words.extend(asked.until.map(|until| format!("until {until}")));
    words.join(", ")
}
