//! The audit log's rows.
//!
//! In: entries that [`crate::audit`] has chained. Out: the same, read back. Always holds: rows are only appended; a
//! position is given once.

use super::schema::audit_log;
use super::{Database, StoreError};
use diesel::prelude::*;

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_log)]
pub struct EntryRow {
    /// From 1, without gaps.
    pub position: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub at: i64,
    pub actor: String,
    pub organisation_id: Option<i64>,
    pub origin: String,
    pub action: String,
    pub subject: String,
    /// JSON.
    pub details: String,
    pub previous: String,
    pub hash: String,
}

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this organisation's people and keys.
    pub organisation: Option<i64>,
    pub actor: Option<String>,
    pub action: Option<String>,
    pub subject: Option<String>,
    /// At or after, in microseconds.
    pub from: Option<i64>,
    /// Before, in microseconds.
    pub until: Option<i64>,
    /// With a position below this one.
    pub before: Option<i64>,
}

/// The last entry.
///
/// # Errors
/// When the database fails.
pub fn last(connection: &mut Database) -> Result<Option<EntryRow>, StoreError> {
    let newest = audit_log::table.order(audit_log::position.desc()).select(EntryRow::as_select());
    Ok(newest.first(connection).optional()?)
}

/// Appends an entry.
///
/// # Errors
/// When the database fails, or the position was taken at the same moment (tried again by the transaction's runner).
pub fn append(connection: &mut Database, entry: &EntryRow) -> Result<(), StoreError> {
    diesel::insert_into(audit_log::table).values(entry).execute(connection)?;
    Ok(())
}

/// Entries from a position on, in order: for walking the whole chain in parts.
///
/// # Errors
/// When the database fails.
pub fn from(connection: &mut Database, position: i64, limit: i64) -> Result<Vec<EntryRow>, StoreError> {
    let part = audit_log::table.filter(audit_log::position.ge(position)).order(audit_log::position).limit(limit);
    Ok(part.select(EntryRow::as_select()).load(connection)?)
}

/// Entries, newest first.
///
/// # Errors
/// When the database fails.
pub fn page(connection: &mut Database, wanted: &Wanted, limit: i64) -> Result<Vec<EntryRow>, StoreError> {
    use audit_log::columns as a;
    let mut query = audit_log::table.into_boxed().order(a::position.desc()).limit(limit).select(EntryRow::as_select());
    if let Some(organisation) = wanted.organisation {
        query = query.filter(a::organisation_id.eq(organisation));
    }
    if let Some(actor) = &wanted.actor {
        query = query.filter(a::actor.eq(actor.clone()));
    }
    if let Some(action) = &wanted.action {
        query = query.filter(a::action.eq(action.clone()));
    }
    if let Some(subject) = &wanted.subject {
        query = query.filter(a::subject.eq(subject.clone()));
    }
    if let Some(from) = wanted.from {
        query = query.filter(a::at.ge(from));
    }
    if let Some(until) = wanted.until {
        query = query.filter(a::at.lt(until));
    }
    if let Some(before) = wanted.before {
        query = query.filter(a::position.lt(before));
    }
    Ok(query.load(connection)?)
}
