//! Which files of drop folders were looked at.
//!
//! In: a file's name, size, time and hash, and what became of it. Out: the same, read back. Always holds: what is written
//! here has been read by a run, or is known from another name; a file that isn't here is read by the next look.

use super::connection::each;
use super::schema::folder_files;
use super::{Database, StoreError};
use diesel::prelude::*;

/// A file that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = folder_files)]
pub struct FolderFileRow {
    pub feed: String,
    pub sha256: String,
    pub file_name: String,
    pub bytes: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub modified_at: i64,
    /// `taken`, `held`, `failed` or `known`.
    pub outcome: String,
    pub run_id: Option<i64>,
    pub seen_at: i64,
}

/// Every file of a feed's folder that was looked at.
///
/// # Errors
/// When the database fails.
pub fn seen(connection: &mut Database, feed: &str) -> Result<Vec<FolderFileRow>, StoreError> {
    let files = folder_files::table.filter(folder_files::feed.eq(feed));
    Ok(files.select(FolderFileRow::as_select()).load(connection)?)
}

/// Remembers a file; one of the same name and bytes is written anew, with its new time.
///
/// # Errors
/// When the database fails.
pub fn remember(connection: &mut Database, file: &FolderFileRow) -> Result<(), StoreError> {
    let same = folder_files::table.find((&file.feed, &file.file_name, &file.sha256));
    diesel::delete(same).execute(connection)?;
    each!(connection, |c| diesel::insert_into(folder_files::table).values(file).execute(c))?;
    Ok(())
}
