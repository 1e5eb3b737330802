//! Scores, and the rule sets that they name.
//!
//! In: scores that the engine gave. Out: the same, read back. Always holds: scores are only appended; `standings` is the
//! latest of each council and can be rebuilt from them.

use super::connection::{by_statement, each};
use super::schema::{rule_sets, scores, standings};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::HashMap;

/// A score to append.
#[derive(Debug, Clone, Insertable)]
// Without it SQLite takes a batch row by row, each in a statement of its own.
#[diesel(table_name = scores, treat_none_as_default_value = false)]
pub struct NewScore {
    pub council_id: i64,
    pub as_of: String,
    pub computed_at: i64,
    pub cause: String,
    pub rule_set: String,
    pub inputs: String,
    pub band: String,
    pub previous_band: Option<String>,
    pub total: i64,
    pub a: i64,
    pub b: i64,
    pub c: i64,
    pub d: i64,
    pub e: i64,
    /// Letters of the indicators that are not assessed.
    pub not_assessed: String,
    pub sentence: String,
}

/// A score of the past.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = scores)]
pub struct ScoreRow {
    pub id: i64,
    pub council_id: i64,
    pub as_of: String,
    pub computed_at: i64,
    pub cause: String,
    pub rule_set: String,
    pub inputs: String,
    pub band: String,
    pub previous_band: Option<String>,
    pub total: i64,
}

/// The latest score of a council, in the shape that the list is read in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = standings, treat_none_as_default_value = false)]
pub struct StandingRow {
    pub council_id: i64,
    pub score_id: i64,
    pub as_of: String,
    pub band: String,
    /// Highest first in the list.
    pub band_order: i32,
    pub total: i64,
    pub a: i64,
    pub b: i64,
    pub c: i64,
    pub d: i64,
    pub e: i64,
    pub not_assessed: String,
    pub sentence: String,
    pub rule_set: String,
    pub inputs: String,
    pub change: Option<i64>,
}

/// Keeps a rule set, once: its hash, title, and files as JSON (name to text).
///
/// # Errors
/// When the database fails.
pub fn keep_rule_set(
    connection: &mut Database,
    (hash, title, files): (&str, &str, &str),
    now: i64,
) -> Result<(), StoreError> {
    use rule_sets::columns as r;
    let row = (r::hash.eq(hash), r::title.eq(title), r::files.eq(files), r::first_used_at.eq(now));
    each!(connection, |c| diesel::insert_into(rule_sets::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The files of a rule set, as JSON.
///
/// # Errors
/// When the database fails.
pub fn rule_set_files(connection: &mut Database, hash: &str) -> Result<Option<String>, StoreError> {
    Ok(rule_sets::table.find(hash).select(rule_sets::files).first(connection).optional()?)
}

/// The standings of these councils.
///
/// # Errors
/// When the database fails.
pub fn standings_of(connection: &mut Database, councils: &[i64]) -> Result<HashMap<i64, StandingRow>, StoreError> {
    let mut found = HashMap::new();
    for chunk in councils.chunks(CHUNK) {
        let rows: Vec<StandingRow> = standings::table
            .filter(standings::council_id.eq_any(chunk))
            .select(StandingRow::as_select())
            .load(connection)?;
        found.extend(rows.into_iter().map(|row| (row.council_id, row)));
    }
    Ok(found)
}

/// The last score of each of these councils whose `as_of` is not after the day.
///
/// # Errors
/// When the database fails.
pub fn latest_until(
    connection: &mut Database,
    councils: &[i64],
    day: &str,
) -> Result<HashMap<i64, ScoreRow>, StoreError> {
    let mut found: HashMap<i64, ScoreRow> = HashMap::new();
    for chunk in councils.chunks(CHUNK) {
        let ids: Vec<Option<i64>> = scores::table
            .filter(scores::council_id.eq_any(chunk))
            .filter(scores::as_of.le(day))
            .group_by(scores::council_id)
            .select(diesel::dsl::max(scores::id))
            .load(connection)?;
        let ids: Vec<i64> = ids.into_iter().flatten().collect();
        let rows: Vec<ScoreRow> =
            scores::table.filter(scores::id.eq_any(ids)).select(ScoreRow::as_select()).load(connection)?;
        found.extend(rows.into_iter().map(|row| (row.council_id, row)));
    }
    Ok(found)
}

/// Appends scores and gives their ids, in the same order. The caller holds the write transaction.
///
/// # Errors
/// When the database fails.
pub fn append(connection: &mut Database, new: &[NewScore]) -> Result<Vec<i64>, StoreError> {
    let highest: Option<i64> = scores::table.select(diesel::dsl::max(scores::id)).first(connection)?;
    let highest = highest.unwrap_or(0);
    by_statement!(new, |rows| each!(connection, |c| diesel::insert_into(scores::table).values(rows).execute(c)));
    // One score a council and transaction, so the council says which id is whose.
    let ids: Vec<(i64, i64)> =
        scores::table.filter(scores::id.gt(highest)).select((scores::council_id, scores::id)).load(connection)?;
    let ids: HashMap<i64, i64> = ids.into_iter().collect();
    new.iter()
        .map(|score| {
            ids.get(&score.council_id)
                .copied()
                .ok_or_else(|| super::corrupt("scores", "a score that was just added can't be found"))
        })
        .collect()
}

/// Brings Monday's list up to date.
///
/// # Errors
/// When the database fails.
pub fn put_standings(connection: &mut Database, rows: &[StandingRow]) -> Result<(), StoreError> {
    use standings::columns as s;
    let fresh = (
        s::score_id.eq(excluded(s::score_id)),
        s::as_of.eq(excluded(s::as_of)),
        s::band.eq(excluded(s::band)),
        s::band_order.eq(excluded(s::band_order)),
        s::total.eq(excluded(s::total)),
        s::a.eq(excluded(s::a)),
        s::b.eq(excluded(s::b)),
        s::c.eq(excluded(s::c)),
        s::d.eq(excluded(s::d)),
        s::e.eq(excluded(s::e)),
        s::not_assessed.eq(excluded(s::not_assessed)),
        s::sentence.eq(excluded(s::sentence)),
        s::rule_set.eq(excluded(s::rule_set)),
        s::inputs.eq(excluded(s::inputs)),
        s::change.eq(excluded(s::change)),
    );
    match connection {
        // SQLite takes no batch with ON CONFLICT; a row is replaced whole here, and nothing refers to one.
        Database::Sqlite(sqlite) => {
            by_statement!(rows, |rows| diesel::replace_into(standings::table).values(rows).execute(sqlite));
        }
        Database::Postgres(postgres) => {
            for chunk in rows.chunks(CHUNK) {
                diesel::insert_into(standings::table)
                    .values(chunk)
                    .on_conflict(s::council_id)
                    .do_update()
                    .set(fresh)
                    .execute(postgres)?;
            }
        }
    }
    Ok(())
}

/// A council's scores, newest first.
///
/// # Errors
/// When the database fails.
pub fn history(connection: &mut Database, council: i64, limit: i64) -> Result<Vec<ScoreRow>, StoreError> {
    let rows = scores::table.filter(scores::council_id.eq(council)).order(scores::id.desc()).limit(limit);
    Ok(rows.select(ScoreRow::as_select()).load(connection)?)
}
