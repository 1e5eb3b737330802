//! What a feed's last list was like, and the runs that are held because theirs is so unlike it.
//!
//! In: shapes of lists, reasons, decisions. Out: the same, read back. Always holds: a hold is decided once.

use super::schema::{feed_baselines, run_holds};
use super::{Database, StoreError};
use diesel::prelude::*;

/// What a list was like.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = feed_baselines)]
pub struct BaselineRow {
    pub feed: String,
    pub run_id: i64,
    pub rows_read: i32,
    /// JSON: a list of columns.
    pub headings: String,
}

/// A run that is or was held.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = run_holds)]
pub struct HoldRow {
    pub run_id: i64,
    pub feed: String,
    pub sha256: String,
    pub reason: String,
    pub held_at: i64,
    /// `released`, `refused` or `overtaken`; none while it waits.
    pub decision: Option<String>,
    pub decided_at: Option<i64>,
    pub decided_by: Option<String>,
    pub decision_reason: Option<String>,
}

/// What the feed's last list was like that was applied.
///
/// # Errors
/// When the database fails.
pub fn baseline(connection: &mut Database, feed: &str) -> Result<Option<BaselineRow>, StoreError> {
    Ok(feed_baselines::table.find(feed).select(BaselineRow::as_select()).first(connection).optional()?)
}

/// Remembers what the list is like that is being applied.
///
/// # Errors
/// When the database fails.
pub fn remember(connection: &mut Database, row: &BaselineRow) -> Result<(), StoreError> {
    diesel::delete(feed_baselines::table.find(&row.feed)).execute(connection)?;
    diesel::insert_into(feed_baselines::table).values(row).execute(connection)?;
    Ok(())
}

/// Holds a run.
///
/// # Errors
/// When the database fails.
pub fn hold(connection: &mut Database, row: &HoldRow) -> Result<(), StoreError> {
    diesel::insert_into(run_holds::table).values(row).execute(connection)?;
    Ok(())
}

/// The hold of a run.
///
/// # Errors
/// When the database fails.
pub fn of_run(connection: &mut Database, run: i64) -> Result<Option<HoldRow>, StoreError> {
    Ok(run_holds::table.find(run).select(HoldRow::as_select()).first(connection).optional()?)
}

/// The last hold of a feed's bytes.
///
/// # Errors
/// When the database fails.
pub fn of_bytes(connection: &mut Database, feed: &str, sha256: &str) -> Result<Option<HoldRow>, StoreError> {
    let same = run_holds::table.filter(run_holds::feed.eq(feed)).filter(run_holds::sha256.eq(sha256));
    Ok(same.order(run_holds::run_id.desc()).select(HoldRow::as_select()).first(connection).optional()?)
}

/// Decides about a hold that waits: the decision, who took it, why, and when. False when it waits no longer.
///
/// # Errors
/// When the database fails.
pub fn decide(
    connection: &mut Database,
    run: i64,
    (decision, by, reason): (&str, &str, &str),
    at: i64,
) -> Result<bool, StoreError> {
    let waiting = run_holds::table.filter(run_holds::run_id.eq(run)).filter(run_holds::decision.is_null());
    let decided = (
        run_holds::decision.eq(decision),
        run_holds::decided_by.eq(by),
        run_holds::decision_reason.eq(reason),
        run_holds::decided_at.eq(at),
    );
    Ok(diesel::update(waiting).set(decided).execute(connection)? == 1)
}

/// Says of every hold of a feed that waits that a later list was taken.
///
/// # Errors
/// When the database fails.
pub fn overtake(connection: &mut Database, feed: &str, at: i64) -> Result<(), StoreError> {
    let waiting = run_holds::table.filter(run_holds::feed.eq(feed)).filter(run_holds::decision.is_null());
    diesel::update(waiting)
        .set((run_holds::decision.eq("overtaken"), run_holds::decided_at.eq(at)))
        .execute(connection)?;
    Ok(())
}
