//! What people decided: names that they told the council of, and the rows that they decided by it.
//!
//! In: decisions that [`crate::review`] has checked. Out: the same, read back, and the rows that wait. Always holds: a
//! decision is ended, never removed; of one question one answer is in force.

use super::evidence::NewEvidence;
use super::register::CouncilRow;
use super::schema::{aliases, councils, evidence, held_rows};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// What a person said that a source means by a name.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = aliases)]
pub struct AliasRow {
    pub id: i64,
    pub feed: String,
    pub naming: String,
    pub written: String,
    /// None: no council of ours.
    pub council_id: Option<i64>,
    pub decided_by: String,
    pub decided_at: i64,
    pub run_id: i64,
    pub ended_by: Option<String>,
    pub ended_at: Option<i64>,
}

/// An answer to keep.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = aliases)]
pub struct NewAlias {
    pub feed: String,
    pub naming: String,
    pub written: String,
    pub council_id: Option<i64>,
    pub decided_by: String,
    pub decided_at: i64,
    pub run_id: i64,
}

/// A held row with everything that decides about it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = held_rows)]
pub struct WaitingRow {
    pub id: i64,
    pub feed: String,
    pub first_run_id: i64,
    pub last_run_id: i64,
    pub kind: String,
    pub sheet: Option<String>,
    pub row_number: i32,
    pub council_named: String,
    pub reason: String,
    pub problems: String,
    pub candidates: String,
    pub raw: String,
    pub fingerprint: String,
    pub naming: String,
}

/// The answers in force for a feed, each with its council.
///
/// # Errors
/// When the database fails.
pub fn in_force(connection: &mut Database, feed: &str) -> Result<Vec<(AliasRow, Option<CouncilRow>)>, StoreError> {
    let of_feed = aliases::table.filter(aliases::feed.eq(feed)).filter(aliases::ended_at.is_null());
    let rows: Vec<AliasRow> = of_feed.order(aliases::id).select(AliasRow::as_select()).load(connection)?;
    with_councils(connection, rows)
}

/// Answers, newest first: those with an id below `before` where one is given, of these feeds.
///
/// # Errors
/// When the database fails.
pub fn page(
    connection: &mut Database,
    feeds: &[String],
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<(AliasRow, Option<CouncilRow>)>, StoreError> {
    let rows = aliases::table
        .filter(aliases::feed.eq_any(feeds))
        .filter(aliases::id.lt(before.unwrap_or(i64::MAX)))
        .order(aliases::id.desc())
        .limit(limit)
        .select(AliasRow::as_select())
        .load(connection)?;
    with_councils(connection, rows)
}

fn with_councils(
    connection: &mut Database,
    rows: Vec<AliasRow>,
) -> Result<Vec<(AliasRow, Option<CouncilRow>)>, StoreError> {
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.council_id).collect();
    let councils = super::register::councils_of(connection, &ids)?;
    let council = |id: Option<i64>| councils.iter().find(|council| Some(council.id) == id).cloned();
    Ok(rows.into_iter().map(|row| (row.clone(), council(row.council_id))).collect())
}

/// One answer.
///
/// # Errors
/// When the database fails.
pub fn alias(connection: &mut Database, id: i64) -> Result<Option<AliasRow>, StoreError> {
    Ok(aliases::table.find(id).select(AliasRow::as_select()).first(connection).optional()?)
}

/// The answer in force for a question of a feed.
///
/// # Errors
/// When the database fails.
pub fn alias_of(connection: &mut Database, feed: &str, naming: &str) -> Result<Option<AliasRow>, StoreError> {
    let one = aliases::table
        .filter(aliases::feed.eq(feed))
        .filter(aliases::naming.eq(naming))
        .filter(aliases::ended_at.is_null());
    Ok(one.select(AliasRow::as_select()).first(connection).optional()?)
}

/// Keeps an answer; gives its id.
///
/// # Errors
/// When the database fails, or another answer to the question is in force.
pub fn add_alias(connection: &mut Database, new: &NewAlias) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(aliases::table).values(new).returning(aliases::id).get_result(connection)?)
}

/// Ends an answer; false where it has ended already.
///
/// # Errors
/// When the database fails.
pub fn end_alias(connection: &mut Database, id: i64, (at, by): (i64, &str)) -> Result<bool, StoreError> {
    let one = aliases::table.filter(aliases::id.eq(id)).filter(aliases::ended_at.is_null());
    Ok(diesel::update(one).set((aliases::ended_at.eq(at), aliases::ended_by.eq(by))).execute(connection)? == 1)
}

/// Puts `instead` for what a source wrote in the feed's answers that have this text in it.
///
/// # Errors
/// When the database fails.
pub fn rewrite_aliases(
    connection: &mut Database,
    feed: &str,
    instead: &dyn Fn(&str) -> String,
) -> Result<(), StoreError> {
    let of_feed = aliases::table.filter(aliases::feed.eq(feed));
    let rows: Vec<(i64, String)> = of_feed.select((aliases::id, aliases::written)).load(connection)?;
    for (id, written) in rows {
        let now = instead(&written);
        if now != written {
            // Nothing may be found by what was blacked out.
            let naming = format!("redacted:{id}");
            let one = diesel::update(aliases::table.find(id));
            one.set((aliases::written.eq(now), aliases::naming.eq(naming))).execute(connection)?;
        }
    }
    Ok(())
}

/// The questions that rows of a feed's list ask: for each, its first row and how many rows ask it.
///
/// # Errors
/// When the database fails.
pub fn questions(connection: &mut Database, feed: &str, last: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    let groups: Vec<(Option<i64>, i64)> = held_rows::table
        .filter(held_rows::feed.eq(feed))
        .filter(held_rows::last_run_id.eq(last))
        .filter(held_rows::kind.eq("review"))
        .group_by(held_rows::naming)
        .select((diesel::dsl::min(held_rows::id), diesel::dsl::count_star()))
        .load(connection)?;
    Ok(groups.into_iter().filter_map(|(first, rows)| Some((first?, rows))).collect())
}

/// These held rows, by id.
///
/// # Errors
/// When the database fails.
pub fn rows(connection: &mut Database, ids: &[i64]) -> Result<Vec<WaitingRow>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows = held_rows::table.filter(held_rows::id.eq_any(chunk)).order(held_rows::id);
        found.extend(rows.select(WaitingRow::as_select()).load::<WaitingRow>(connection)?);
    }
    Ok(found)
}

/// The rows of a feed of that kind that its run `last` held: all, or those that ask one question.
///
/// # Errors
/// When the database fails.
pub fn held_by(
    connection: &mut Database,
    (feed, last): (&str, i64),
    kind: &str,
    naming: Option<&str>,
) -> Result<Vec<WaitingRow>, StoreError> {
    let mut rows = held_rows::table
        .filter(held_rows::feed.eq(feed))
        .filter(held_rows::last_run_id.eq(last))
        .filter(held_rows::kind.eq(kind))
        .order(held_rows::id)
        .select(WaitingRow::as_select())
        .into_boxed();
    if let Some(naming) = naming {
        rows = rows.filter(held_rows::naming.eq(naming));
    }
    Ok(rows.load(connection)?)
}

/// Every row that was ever taken by the answer to a question.
///
/// # Errors
/// When the database fails.
pub fn decided(connection: &mut Database, feed: &str, naming: &str) -> Result<Vec<WaitingRow>, StoreError> {
    let rows = held_rows::table
        .filter(held_rows::feed.eq(feed))
        .filter(held_rows::naming.eq(naming))
        .filter(held_rows::kind.eq("decided"))
        .order(held_rows::id);
    Ok(rows.select(WaitingRow::as_select()).load(connection)?)
}

/// Says that these rows wait no longer: the last run that held them is `last`.
///
/// # Errors
/// When the database fails.
pub fn let_go(connection: &mut Database, ids: &[i64], last: i64) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let rows = held_rows::table.filter(held_rows::id.eq_any(chunk));
        diesel::update(rows).set(held_rows::last_run_id.eq(last)).execute(connection)?;
    }
    Ok(())
}

/// Says of rows of the kind `decided` that they are so no more.
///
/// # Errors
/// When the database fails.
pub fn undecide(connection: &mut Database, ids: &[i64]) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let rows = held_rows::table.filter(held_rows::id.eq_any(chunk));
        diesel::update(rows).set(held_rows::kind.eq("undone")).execute(connection)?;
    }
    Ok(())
}

/// The id of the row for review that a run held first, where it held one.
///
/// # Errors
/// When the database fails.
pub fn first_for_review(connection: &mut Database, run: i64) -> Result<Option<i64>, StoreError> {
    let rows = held_rows::table.filter(held_rows::first_run_id.eq(run)).filter(held_rows::kind.eq("review"));
    Ok(rows.order(held_rows::id).select(held_rows::id).first(connection).optional()?)
}

/// Every version of the records of which this run brought a version, by record and age: id and version.
///
/// # Errors
/// When the database fails.
pub fn versions_touched(
    connection: &mut Database,
    feed: &str,
    run: i64,
) -> Result<Vec<(i64, NewEvidence)>, StoreError> {
    let touched = evidence::table.filter(evidence::run_id.eq(run)).select(evidence::record_key).distinct();
    let keys: Vec<String> = touched.load(connection)?;
    versions_of(connection, feed, &keys)
}

/// Every version of these records of a feed, by record and age: id and version.
///
/// # Errors
/// When the database fails.
pub fn versions_of(
    connection: &mut Database,
    feed: &str,
    keys: &[String],
) -> Result<Vec<(i64, NewEvidence)>, StoreError> {
    let mut versions = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let rows = evidence::table
            .filter(evidence::feed.eq(feed))
            .filter(evidence::record_key.eq_any(chunk))
            .order((evidence::record_key, evidence::id));
        versions.extend(rows.select((evidence::id, NewEvidence::as_select())).load::<(i64, NewEvidence)>(connection)?);
    }
    Ok(versions)
}

/// Current councils with this in their name, in any case, by name.
///
/// # Errors
/// When the database fails.
pub fn councils_named(connection: &mut Database, folded: &str, limit: i64) -> Result<Vec<CouncilRow>, StoreError> {
    let pattern = format!("%{}%", folded.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let named = councils::table
        .filter(councils::current.eq(true))
        .filter(councils::name_folded.like(pattern).escape('\\'))
        .order((councils::name_folded, councils::id))
        .limit(limit);
    Ok(named.select(CouncilRow::as_select()).load(connection)?)
}
