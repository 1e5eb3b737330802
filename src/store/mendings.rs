//! Rows that can't be taken and that a person mended.
//!
//! In: mendings, one a held row. Out: those in force. Always holds: a mending is ended, never removed, as long as its row is
//! kept.

use super::schema::{held_rows, mendings};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// A rejected row that a person mended.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mendings)]
pub struct MendingRow {
    pub id: i64,
    pub feed: String,
    pub held_row_id: i64,
    pub cells: String,
    pub outcome: String,
    pub follows_id: Option<i64>,
    pub run_id: i64,
    pub mended_by: String,
    pub mended_at: i64,
    pub ended_by: Option<String>,
    pub ended_at: Option<i64>,
}

/// A mending to keep.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = mendings)]
pub struct NewMending {
    pub feed: String,
    pub held_row_id: i64,
    pub cells: String,
    pub outcome: String,
    pub follows_id: Option<i64>,
    pub run_id: i64,
    pub mended_by: String,
    pub mended_at: i64,
}

/// The mendings in force for a feed, with the fingerprint of the row that was mended, and the kind of the row that
/// follows it while that is held by `last`.
///
/// # Errors
/// When the database fails.
pub fn mended(
    connection: &mut Database,
    feed: &str,
    last: i64,
) -> Result<Vec<(MendingRow, String, Option<String>)>, StoreError> {
    let rows: Vec<(MendingRow, String)> = mendings::table
        .inner_join(held_rows::table.on(held_rows::id.eq(mendings::held_row_id)))
        .filter(mendings::feed.eq(feed))
        .filter(mendings::ended_at.is_null())
        .order(mendings::id)
        .select((MendingRow::as_select(), held_rows::fingerprint))
        .load(connection)?;
    let ids: Vec<i64> = rows.iter().filter_map(|(row, _)| row.follows_id).collect();
    let followers = super::review::rows(connection, &ids)?;
    let kind = |id: Option<i64>| {
        followers.iter().find(|row| Some(row.id) == id && row.last_run_id == last).map(|row| row.kind.clone())
    };
    Ok(rows.into_iter().map(|(row, fingerprint)| (row.clone(), fingerprint, kind(row.follows_id))).collect())
}

/// Keeps a mending; gives its id.
///
/// # Errors
/// When the database fails.
pub fn add_mending(connection: &mut Database, new: &NewMending) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(mendings::table).values(new).returning(mendings::id).get_result(connection)?)
}

/// Ends the mendings that a run kept.
///
/// # Errors
/// When the database fails.
pub fn end_mendings(connection: &mut Database, run: i64, (at, by): (i64, &str)) -> Result<(), StoreError> {
    let of_run = mendings::table.filter(mendings::run_id.eq(run)).filter(mendings::ended_at.is_null());
    diesel::update(of_run).set((mendings::ended_at.eq(at), mendings::ended_by.eq(by))).execute(connection)?;
    Ok(())
}

/// Says that the rows that follow mended ones are held by the run `now` too.
///
/// # Errors
/// When the database fails.
pub fn carry(connection: &mut Database, ids: &[i64], (last, now): (i64, i64)) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let rows = held_rows::table.filter(held_rows::id.eq_any(chunk)).filter(held_rows::last_run_id.eq(last));
        diesel::update(rows).set(held_rows::last_run_id.eq(now)).execute(connection)?;
    }
    Ok(())
}
