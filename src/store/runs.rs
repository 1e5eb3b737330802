//! Runs of feeds, and the rows that they could not take.
//!
//! In: a run's beginning and end, held rows. Out: the same, read back. Always holds: a run that began is never lost: it
//! ends as applied, unchanged, held or failed, and one whose process died is marked as interrupted by the next.

use super::connection::each;
use super::schema::{held_rows, run_undos, runs};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// A run that begins.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = runs)]
pub struct NewRun {
    pub feed: String,
    pub trigger_kind: String,
    pub started_at: i64,
    pub status: String,
    pub covers: String,
    pub rows_read: i32,
    pub rows_accepted: i32,
    pub rows_unchanged: i32,
    pub rows_for_review: i32,
    pub rows_rejected: i32,
    pub notes: String,
}

/// A run's end.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = runs)]
pub struct RunEnd {
    pub finished_at: Option<i64>,
    pub status: String,
    pub sha256: Option<String>,
    pub rows_read: i32,
    pub rows_accepted: i32,
    pub rows_unchanged: i32,
    pub rows_for_review: i32,
    pub rows_rejected: i32,
    /// JSON: `notes`, a list of sentences, and `unmapped`, a list of columns; `{}` while it runs.
    pub notes: String,
    pub code: Option<String>,
    pub message: Option<String>,
}

/// A run, whole.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = runs)]
pub struct RunRow {
    pub id: i64,
    pub feed: String,
    pub trigger_kind: String,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub status: String,
    pub sha256: Option<String>,
    pub covers: String,
    pub rows_read: i32,
    pub rows_accepted: i32,
    pub rows_unchanged: i32,
    pub rows_for_review: i32,
    pub rows_rejected: i32,
    pub notes: String,
    pub code: Option<String>,
    pub message: Option<String>,
}

/// A row to hold.
#[derive(Debug, Clone, Insertable)]
// Without it SQLite takes a batch row by row, each in a statement of its own.
#[diesel(table_name = held_rows, treat_none_as_default_value = false)]
pub struct NewHeld {
    pub feed: String,
    pub first_run_id: i64,
    pub last_run_id: i64,
    /// `rejected`, `review`, or `decided`: its council was told by a person.
    pub kind: String,
    pub sheet: Option<String>,
    pub row_number: i32,
    pub council_named: String,
    pub reason: String,
    pub problems: String,
    pub candidates: String,
    pub raw: String,
    pub fingerprint: String,
    /// Which question it asks, for a row for review: a hash of how it names the council.
    pub naming: String,
}

/// A row that is held.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = held_rows)]
pub struct HeldRow {
    pub id: i64,
    pub kind: String,
    pub sheet: Option<String>,
    pub row_number: i32,
    pub council_named: String,
    pub reason: String,
    pub problems: String,
    pub candidates: String,
    pub raw: String,
    pub fingerprint: String,
}

/// Records that a run has begun and gives its id.
///
/// # Errors
/// When the database fails.
pub fn begin(connection: &mut Database, run: &NewRun) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(runs::table).values(run).returning(runs::id).get_result(connection)?)
}

/// Takes back the record of a run that found only what another run holds already.
///
/// # Errors
/// When the database fails.
pub fn forget(connection: &mut Database, id: i64) -> Result<(), StoreError> {
    diesel::delete(runs::table.find(id)).execute(connection)?;
    Ok(())
}

/// Records how a run ended.
///
/// # Errors
/// When the database fails.
pub fn end(connection: &mut Database, id: i64, end: &RunEnd) -> Result<(), StoreError> {
    diesel::update(runs::table.find(id)).set(end).execute(connection)?;
    Ok(())
}

/// Records that a run has failed, unless it has ended already: a connection that was lost while a run was being kept
/// can't say whether it was.
///
/// # Errors
/// When the database fails.
pub fn fail(connection: &mut Database, id: i64, end: &RunEnd) -> Result<(), StoreError> {
    let unfinished = runs::table.find(id).filter(runs::status.eq("running"));
    diesel::update(unfinished).set(end).execute(connection)?;
    Ok(())
}

/// Marks the runs of a feed that never ended as interrupted; for whoever holds the feed's lease. Gives their number.
///
/// # Errors
/// When the database fails.
pub fn mark_interrupted(connection: &mut Database, feed: &str, now: i64) -> Result<usize, StoreError> {
    let unfinished = runs::table.filter(runs::feed.eq(feed)).filter(runs::status.eq("running"));
    Ok(diesel::update(unfinished)
        .set((
            runs::status.eq("failed"),
            runs::finished_at.eq(now),
            runs::code.eq("interrupted"),
            runs::message
                .eq("The program ended before this run did. Nothing of it was kept; the next run does it again."),
        ))
        .execute(connection)?)
}

/// One run.
///
/// # Errors
/// When the database fails.
pub fn one(connection: &mut Database, id: i64) -> Result<Option<RunRow>, StoreError> {
    Ok(runs::table.find(id).select(RunRow::as_select()).first(connection).optional()?)
}

/// Runs, newest first: those with an id below `before` (all, when absent), of these feeds or of all.
///
/// # Errors
/// When the database fails.
pub fn page(
    connection: &mut Database,
    feeds: Option<&[String]>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<RunRow>, StoreError> {
    let mut query = runs::table.into_boxed().order(runs::id.desc()).limit(limit).select(RunRow::as_select());
    if let Some(feeds) = feeds {
        query = query.filter(runs::feed.eq_any(feeds));
    }
    if let Some(before) = before {
        query = query.filter(runs::id.lt(before));
    }
    Ok(query.load(connection)?)
}

/// The last run of each feed that succeeded (applied or unchanged) and finished before `before`.
///
/// # Errors
/// When the database fails.
pub fn last_successes(connection: &mut Database, before: i64) -> Result<Vec<RunRow>, StoreError> {
    let ids: Vec<Option<i64>> = runs::table
        .filter(runs::status.eq_any(["applied", "unchanged"]))
        // In these the source said nothing, and what was taken back was never said.
        .filter(runs::trigger_kind.ne_all(["review", "mending", "undo"]))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            run_undos::table.filter(run_undos::run_id.eq(runs::id)).filter(run_undos::allowed_at.is_null()),
        )))
        .filter(runs::finished_at.lt(before))
        .group_by(runs::feed)
        .select(diesel::dsl::max(runs::id))
        .load(connection)?;
    let ids: Vec<i64> = ids.into_iter().flatten().collect();
    let rows = runs::table.filter(runs::id.eq_any(ids)).order(runs::feed);
    Ok(rows.select(RunRow::as_select()).load(connection)?)
}

/// The feed's last run before this one that succeeded.
///
/// # Errors
/// When the database fails.
pub fn last_success(connection: &mut Database, feed: &str, before: i64) -> Result<Option<RunRow>, StoreError> {
    let runs = runs::table
        .filter(runs::feed.eq(feed))
        .filter(runs::id.lt(before))
        .filter(runs::status.eq_any(["applied", "unchanged"]))
        .order(runs::id.desc());
    Ok(runs.select(RunRow::as_select()).first(connection).optional()?)
}

/// Says that every row that the run `last` held is held by the run `now` too: the source sent the same list.
///
/// # Errors
/// When the database fails.
pub fn hold_still(connection: &mut Database, feed: &str, (last, now): (i64, i64)) -> Result<(), StoreError> {
    let held = held_rows::table.filter(held_rows::feed.eq(feed)).filter(held_rows::last_run_id.eq(last));
    diesel::update(held).set(held_rows::last_run_id.eq(now)).execute(connection)?;
    Ok(())
}

/// Says that what still waits for a person from the run `last` waits in the run `now` too, but for what the run `without`
/// brought: what is submitted adds to what was, and takes nothing out of the queue.
///
/// # Errors
/// When the database fails.
pub fn wait_on(
    connection: &mut Database,
    feed: &str,
    (last, now): (i64, i64),
    without: Option<i64>,
) -> Result<(), StoreError> {
    let held = held_rows::table
        .filter(held_rows::feed.eq(feed))
        .filter(held_rows::last_run_id.eq(last))
        .filter(held_rows::kind.eq("review"))
        .filter(held_rows::first_run_id.ne(without.unwrap_or(0)));
    diesel::update(held).set(held_rows::last_run_id.eq(now)).execute(connection)?;
    Ok(())
}

/// Keeps the rows of a run that could not be taken; one that the feed's last run already held is extended to this one.
///
/// # Errors
/// When the database fails.
pub fn hold(connection: &mut Database, feed: &str, run: i64, rows: &[NewHeld]) -> Result<(), StoreError> {
    let last = last_success(connection, feed, run)?.map_or(0, |last| last.id);
    let mut known = std::collections::HashSet::new();
    let fingerprints: Vec<&str> = rows.iter().map(|row| row.fingerprint.as_str()).collect();
    for chunk in fingerprints.chunks(CHUNK) {
        let same = held_rows::table
            .filter(held_rows::feed.eq(feed))
            .filter(held_rows::last_run_id.eq(last))
            .filter(held_rows::fingerprint.eq_any(chunk));
        known.extend(same.select(held_rows::fingerprint).load::<String>(connection)?);
    }
    let (still, new): (Vec<&NewHeld>, Vec<&NewHeld>) = rows.iter().partition(|row| known.contains(&row.fingerprint));
    for row in still {
        let same = held_rows::table
            .filter(held_rows::feed.eq(feed))
            .filter(held_rows::last_run_id.eq(last))
            .filter(held_rows::fingerprint.eq(&row.fingerprint));
        diesel::update(same)
            .set((
                held_rows::last_run_id.eq(run),
                held_rows::row_number.eq(row.row_number),
                held_rows::sheet.eq(&row.sheet),
                held_rows::reason.eq(&row.reason),
                held_rows::candidates.eq(&row.candidates),
                held_rows::problems.eq(&row.problems),
                held_rows::naming.eq(&row.naming),
            ))
            .execute(connection)?;
    }
    for chunk in new.chunks(CHUNK) {
        each!(connection, |c| diesel::insert_into(held_rows::table).values(chunk.to_vec()).execute(c))?;
    }
    Ok(())
}

/// The rows that a run held, in the order of the file.
///
/// # Errors
/// When the database fails.
pub fn held(connection: &mut Database, feed: &str, run: i64) -> Result<Vec<HeldRow>, StoreError> {
    let rows = held_rows::table
        .filter(held_rows::feed.eq(feed))
        .filter(held_rows::first_run_id.le(run))
        .filter(held_rows::last_run_id.ge(run))
        .filter(held_rows::kind.ne("undone"))
        .order((held_rows::sheet, held_rows::row_number));
    Ok(rows.select(HeldRow::as_select()).load(connection)?)
}
