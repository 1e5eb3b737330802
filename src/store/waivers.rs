//! Waivers as they are kept: made, and perhaps ended early; never removed.
//!
//! In: waivers that [`crate::waivers`] has checked. Out: the same, read back. Always holds: what one says is never changed.

use super::schema::{organisations, waivers};
use super::{Database, StoreError};
use diesel::prelude::*;

/// A waiver to keep.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = waivers)]
pub struct NewWaiver {
    pub feed: String,
    pub record_key: String,
    pub code: String,
    pub why: String,
    pub until: String,
    pub made_at: i64,
    pub made_by: String,
    pub organisation_id: Option<i64>,
}

/// A waiver.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = waivers)]
pub struct WaiverRow {
    pub id: i64,
    pub feed: String,
    pub record_key: String,
    pub code: String,
    pub why: String,
    pub until: String,
    pub made_at: i64,
    pub made_by: String,
    pub organisation_id: Option<i64>,
    pub ended_at: Option<i64>,
    pub ended_by: Option<String>,
}

/// Keeps a waiver and gives its number.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &NewWaiver) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(waivers::table).values(new).returning(waivers::id).get_result(connection)?)
}

/// One waiver with the name of the organisation that made it.
///
/// # Errors
/// When the database fails.
pub fn one(connection: &mut Database, id: i64) -> Result<Option<(WaiverRow, Option<String>)>, StoreError> {
    let joined = waivers::table.left_join(organisations::table).filter(waivers::id.eq(id));
    let row = joined.select((WaiverRow::as_select(), organisations::name.nullable()));
    Ok(row.first(connection).optional()?)
}

/// Waivers of these feeds, newest first: those with an id below `before` where one is given.
///
/// # Errors
/// When the database fails.
pub fn page(
    connection: &mut Database,
    feeds: &[String],
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<(WaiverRow, Option<String>)>, StoreError> {
    let rows = waivers::table
        .left_join(organisations::table)
        .filter(waivers::feed.eq_any(feeds))
        .filter(waivers::id.lt(before.unwrap_or(i64::MAX)))
        .order(waivers::id.desc())
        .limit(limit)
        .select((WaiverRow::as_select(), organisations::name.nullable()));
    Ok(rows.load(connection)?)
}

/// The waivers of a feed that hold on a day, oldest first.
///
/// # Errors
/// When the database fails.
pub fn in_force(
    connection: &mut Database,
    feed: &str,
    day: &str,
) -> Result<Vec<(WaiverRow, Option<String>)>, StoreError> {
    let rows = waivers::table
        .left_join(organisations::table)
        .filter(waivers::feed.eq(feed))
        .filter(waivers::until.ge(day))
        .filter(waivers::ended_at.is_null())
        .order(waivers::id)
        .select((WaiverRow::as_select(), organisations::name.nullable()));
    Ok(rows.load(connection)?)
}

/// Ends a waiver that has not been ended; false where it has, or where there is none.
///
/// # Errors
/// When the database fails.
pub fn end(connection: &mut Database, id: i64, (at, by): (i64, &str)) -> Result<bool, StoreError> {
    let standing = waivers::table.filter(waivers::id.eq(id)).filter(waivers::ended_at.is_null());
    let ended =
        diesel::update(standing).set((waivers::ended_at.eq(at), waivers::ended_by.eq(by))).execute(connection)?;
    Ok(ended == 1)
}
