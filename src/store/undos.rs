//! Runs that were taken back.
//!
//! In: who took a run back, when and why. Out: whether a list is refused for it. Always holds: taking a run back is kept; so
//! is that its list may be taken again.

use super::schema::run_undos;
use super::{Database, StoreError};
use diesel::prelude::*;

/// A run that was taken back.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = run_undos)]
pub struct UndoRow {
    pub run_id: i64,
    pub feed: String,
    pub undone_by_run: i64,
    /// The document that is refused; none where the run had none of its own.
    pub sha256: Option<String>,
    pub reason: String,
    pub undone_by: String,
    pub undone_at: i64,
    pub allowed_by: Option<String>,
    pub allowed_at: Option<i64>,
}

/// Records that a run was taken back.
///
/// # Errors
/// When the database fails.
pub fn add_undo(connection: &mut Database, undo: &UndoRow) -> Result<(), StoreError> {
    diesel::insert_into(run_undos::table).values(undo).execute(connection)?;
    Ok(())
}

/// How a run was taken back, if it was.
///
/// # Errors
/// When the database fails.
pub fn undo_of(connection: &mut Database, run: i64) -> Result<Option<UndoRow>, StoreError> {
    Ok(run_undos::table.find(run).select(UndoRow::as_select()).first(connection).optional()?)
}

/// The undoing for which a feed's document is refused.
///
/// # Errors
/// When the database fails.
pub fn refused(connection: &mut Database, feed: &str, sha256: &str) -> Result<Option<UndoRow>, StoreError> {
    let undos = run_undos::table
        .filter(run_undos::feed.eq(feed))
        .filter(run_undos::sha256.eq(sha256))
        .filter(run_undos::allowed_at.is_null());
    Ok(undos.order(run_undos::run_id.desc()).select(UndoRow::as_select()).first(connection).optional()?)
}

/// Allows the document of a run that was taken back; false where it is allowed already.
///
/// # Errors
/// When the database fails.
pub fn allow(connection: &mut Database, run: i64, (at, by): (i64, &str)) -> Result<bool, StoreError> {
    let one = run_undos::table.filter(run_undos::run_id.eq(run)).filter(run_undos::allowed_at.is_null());
    let set = (run_undos::allowed_at.eq(at), run_undos::allowed_by.eq(by));
    Ok(diesel::update(one).set(set).execute(connection)? == 1)
}
