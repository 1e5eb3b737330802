//! The version numbers that sources themselves give to their records.
//!
//! In: record keys with the highest number seen. Out: the same, read back. Always holds: one number a record of a feed.

use super::connection::each;
use super::schema::source_versions;
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// The highest number of each of these records of a feed that has one.
///
/// # Errors
/// When the database fails.
pub fn of(connection: &mut Database, feed: &str, keys: &[&str]) -> Result<Vec<(String, i64)>, StoreError> {
    use source_versions::columns as s;
    let mut found = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let rows = source_versions::table.filter(s::feed.eq(feed)).filter(s::record_key.eq_any(chunk));
        found.extend(rows.select((s::record_key, s::version)).load::<(String, i64)>(connection)?);
    }
    Ok(found)
}

/// Remembers these numbers, of records that have none.
///
/// # Errors
/// When the database fails, or one of them has a number.
pub fn put(connection: &mut Database, feed: &str, versions: &[(String, i64)]) -> Result<(), StoreError> {
    use source_versions::columns as s;
    for chunk in versions.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(key, version)| (s::feed.eq(feed), s::record_key.eq(key), s::version.eq(version)))
            .collect();
        each!(connection, |c| diesel::insert_into(source_versions::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Forgets the numbers of these records: they get others, or what they stood for was taken back.
///
/// # Errors
/// When the database fails.
pub fn forget(connection: &mut Database, feed: &str, keys: &[&str]) -> Result<(), StoreError> {
    use source_versions::columns as s;
    for chunk in keys.chunks(CHUNK) {
        let rows = source_versions::table.filter(s::feed.eq(feed)).filter(s::record_key.eq_any(chunk));
        diesel::delete(rows).execute(connection)?;
    }
    Ok(())
}
