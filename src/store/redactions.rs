//! What was blacked out: the log of it, and the rows that it is taken out of.
//!
//! In: replacements that [`crate::personal`] has worked out. Out: what stood in evidence and held rows, for that. Always
//! holds: this is the only place where a text of evidence or of a held row is replaced, and each time a row of
//! `redactions` says so; figures, dates and standings are never touched.

use super::schema::{documents, evidence, held_rows, redactions, runs};
use super::{Database, StoreError};
use diesel::prelude::*;

/// A redaction as it is logged.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = redactions)]
pub struct RedactionRow {
    pub id: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub at: i64,
    pub actor: String,
    pub organisation_id: Option<i64>,
    /// `held_row`, `evidence`, `document`.
    pub kind: String,
    pub target: String,
    pub feed: Option<String>,
    pub council_id: Option<i64>,
    pub place: String,
    pub mark: i64,
    pub salt: String,
    /// Of salt and text; empty for a document.
    pub text_hash: String,
    pub reason: String,
}

/// A redaction to log.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = redactions)]
pub struct NewRedaction {
    pub at: i64,
    pub actor: String,
    pub organisation_id: Option<i64>,
    pub kind: String,
    pub target: String,
    pub feed: Option<String>,
    pub council_id: Option<i64>,
    pub place: String,
    pub mark: i64,
    pub salt: String,
    pub text_hash: String,
    pub reason: String,
}

/// A held row with what a redaction may have to replace.
#[derive(Debug, Clone, Queryable, Selectable, AsChangeset, Identifiable)]
#[diesel(table_name = held_rows)]
pub struct HeldText {
    pub id: i64,
    pub feed: String,
    pub first_run_id: i64,
    pub last_run_id: i64,
    pub kind: String,
    pub council_named: String,
    pub reason: String,
    pub problems: String,
    pub raw: String,
    pub fingerprint: String,
    pub naming: String,
}

/// What of an item of evidence a redaction replaces.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = evidence, treat_none_as_null = true)]
pub struct ItemText {
    pub event: Option<String>,
    pub fields: String,
    pub url: Option<String>,
    pub fingerprint: String,
}

/// What was redacted of a feed, oldest first.
///
/// # Errors
/// When the database fails.
pub fn of_feed(connection: &mut Database, feed: &str) -> Result<Vec<RedactionRow>, StoreError> {
    let rows = redactions::table.filter(redactions::feed.eq(feed)).order(redactions::id);
    Ok(rows.select(RedactionRow::as_select()).load(connection)?)
}

/// Redactions, newest first: those with an id below `before` where one is given; by one organisation's people, or all.
///
/// # Errors
/// When the database fails.
pub fn page(
    connection: &mut Database,
    organisation: Option<i64>,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<RedactionRow>, StoreError> {
    let mut query = redactions::table
        .filter(redactions::id.lt(before.unwrap_or(i64::MAX)))
        .order(redactions::id.desc())
        .limit(limit)
        .select(RedactionRow::as_select())
        .into_boxed();
    if let Some(organisation) = organisation {
        query = query.filter(redactions::organisation_id.eq(organisation));
    }
    Ok(query.load(connection)?)
}

/// The highest number given in a redacted text's place; 0 before the first.
///
/// # Errors
/// When the database fails.
pub fn last_mark(connection: &mut Database) -> Result<i64, StoreError> {
    let highest: Option<i64> = redactions::table.select(diesel::dsl::max(redactions::mark)).first(connection)?;
    Ok(highest.unwrap_or(0))
}

/// Logs a redaction; gives its id.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &NewRedaction) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(redactions::table).values(new).returning(redactions::id).get_result(connection)?)
}

/// One held row.
///
/// # Errors
/// When the database fails.
pub fn held(connection: &mut Database, id: i64) -> Result<Option<HeldText>, StoreError> {
    Ok(held_rows::table.find(id).select(HeldText::as_select()).first(connection).optional()?)
}

/// Every row that a feed ever held, in the order in which they were held.
///
/// # Errors
/// When the database fails.
pub fn held_of_feed(connection: &mut Database, feed: &str) -> Result<Vec<HeldText>, StoreError> {
    let rows = held_rows::table.filter(held_rows::feed.eq(feed)).order(held_rows::id);
    Ok(rows.select(HeldText::as_select()).load(connection)?)
}

/// Replaces a held row's texts.
///
/// # Errors
/// When the database fails.
pub fn replace_held(connection: &mut Database, row: &HeldText) -> Result<(), StoreError> {
    diesel::update(held_rows::table.find(row.id)).set(row).execute(connection)?;
    Ok(())
}

/// Replaces an item's texts.
///
/// # Errors
/// When the database fails.
pub fn replace_item(connection: &mut Database, id: i64, texts: &ItemText) -> Result<(), StoreError> {
    diesel::update(evidence::table.find(id)).set(texts).execute(connection)?;
    Ok(())
}

/// The council and the run of an item of evidence.
///
/// # Errors
/// When the database fails.
pub fn place_of_item(connection: &mut Database, id: i64) -> Result<Option<(i64, i64)>, StoreError> {
    Ok(evidence::table.find(id).select((evidence::council_id, evidence::run_id)).first(connection).optional()?)
}

/// What the feed's runs told beside their figures (JSON), by run.
///
/// # Errors
/// When the database fails.
pub fn notes_of_feed(connection: &mut Database, feed: &str) -> Result<Vec<(i64, String)>, StoreError> {
    Ok(runs::table.filter(runs::feed.eq(feed)).select((runs::id, runs::notes)).load(connection)?)
}

/// Replaces what a run told.
///
/// # Errors
/// When the database fails.
pub fn replace_notes(connection: &mut Database, run: i64, notes: &str) -> Result<(), StoreError> {
    diesel::update(runs::table.find(run)).set(runs::notes.eq(notes)).execute(connection)?;
    Ok(())
}

/// The hashes of the documents that a feed's runs from one to another read and that still have their bytes.
///
/// # Errors
/// When the database fails.
pub fn documents_of(
    connection: &mut Database,
    feed: Option<&str>,
    (first, last): (i64, i64),
) -> Result<Vec<String>, StoreError> {
    let mut query = runs::table
        .inner_join(documents::table.on(runs::sha256.eq(documents::sha256.nullable())))
        .filter(runs::id.ge(first))
        .filter(runs::id.le(last))
        .filter(documents::bytes.ne(Vec::<u8>::new()))
        .select(documents::sha256)
        .distinct()
        .order(documents::sha256)
        .into_boxed();
    if let Some(feed) = feed {
        query = query.filter(runs::feed.eq(feed.to_owned()));
    }
    Ok(query.load(connection)?)
}

/// The feeds whose runs read that document.
///
/// # Errors
/// When the database fails.
pub fn feeds_of_document(connection: &mut Database, sha256: &str) -> Result<Vec<String>, StoreError> {
    Ok(runs::table.filter(runs::sha256.eq(sha256)).select(runs::feed).distinct().order(runs::feed).load(connection)?)
}

/// Removes a document's bytes and its name; its hash stays. True when there were bytes to remove.
///
/// # Errors
/// When the database fails.
pub fn forget_document(connection: &mut Database, sha256: &str) -> Result<bool, StoreError> {
    let with_bytes = documents::table.find(sha256).filter(documents::bytes.ne(Vec::<u8>::new()));
    let forgotten = diesel::update(with_bytes)
        .set((documents::bytes.eq(Vec::<u8>::new()), documents::file_name.eq("[redacted]")))
        .execute(connection)?;
    Ok(forgotten == 1)
}
