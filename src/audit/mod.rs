//! The audit log: what was done by whom, when, from where, in a chain that shows any alteration.
//!
//! In: an [`Event`] and its [`Actor`], inside the transaction of what is done ([`crate::store::Store::record`]). Out:
//! entries, and a verdict on the whole chain. Always holds: each entry's hash covers its content and the hash before it,
//! so that an entry changed, left out, put in or moved is found; entries name accounts by number, never by name.

mod chain;
mod read;
mod taken;

pub use chain::{FIRST, Verdict, head, verify};
pub use read::{Asked, EntryView, entries};
pub use taken::taken;

use crate::auth::Actor;
use crate::error::AppError;
use crate::store::audit::{self, EntryRow};
use crate::store::{Database, Store, StoreError};
use jiff::Timestamp;
use serde_json::Value as Json;

/// Something that was done.
#[derive(Debug, Clone)]
pub struct Event {
    /// Such as `council.seen` or `person.added`: what it was done to, a point, what was done.
    pub action: &'static str,
    /// Such as `council:E04990001`.
    pub subject: String,
    /// What else there is to know; never a secret, a person's name or an address.
    pub details: Json,
}

impl Event {
    /// An event with nothing else to know.
    pub fn new(action: &'static str, subject: impl Into<String>) -> Event {
        Event { action, subject: subject.into(), details: Json::Object(serde_json::Map::new()) }
    }

    /// The same with details, an object.
    pub fn with(self, details: Json) -> Event {
        Event { details, ..self }
    }
}

/// Appends an event to the log. The caller holds a transaction that [`Store::record`] began.
///
/// # Errors
/// When the database fails.
pub fn append(connection: &mut Database, actor: &Actor, event: &Event, now: Timestamp) -> Result<(), StoreError> {
    let (position, previous) = match audit::last(connection)? {
        Some(last) => (last.position + 1, last.hash),
        None => (1, FIRST.to_owned()),
    };
    let mut entry = EntryRow {
        position,
        at: now.as_microsecond(),
        actor: actor.reference(),
        organisation_id: actor.organisation.as_ref().map(|own| own.id),
        origin: actor.origin.clone(),
        action: event.action.to_owned(),
        subject: event.subject.clone(),
        details: event.details.to_string(),
        previous,
        hash: String::new(),
    };
    entry.hash = chain::hash(&entry);
    audit::append(connection, &entry)
}

/// Records one event by itself, such as that a council's record was looked at: before it is shown.
///
/// # Errors
/// When the database fails; then nothing may be shown.
pub fn record(store: &Store, actor: &Actor, event: &Event, now: Timestamp) -> Result<(), AppError> {
    store.record(|connection| append(connection, actor, event, now)).map_err(AppError::from)
}
