//! Submissions with their receipts, and the keys by which a submission is known again.
//!
//! In: what [`crate::submissions`] has decided. Out: the same, read back. Always holds: a receipt is never changed once it
//! is kept; an organisation uses an idempotency key for one submission, which the primary key decides between replicas.

use super::schema::{evidence, submission_keys, submissions};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// A submission to keep; its receipt follows, because it holds the id.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = submissions)]
pub struct NewSubmission {
    pub organisation_id: i64,
    pub feed: String,
    pub run_id: Option<i64>,
    pub actor: String,
    pub received_at: i64,
    pub financial_year: i32,
    pub status: String,
    pub sha256: String,
    pub receipt: String,
}

/// A submission as it is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = submissions)]
pub struct SubmissionRow {
    pub id: i64,
    pub organisation_id: i64,
    pub feed: String,
    pub run_id: Option<i64>,
    /// JSON, as it was given.
    pub receipt: String,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_because: Option<String>,
}

/// A key under which something was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = submission_keys)]
pub struct KeyRow {
    pub organisation_id: i64,
    pub idempotency_key: String,
    pub request_sha256: String,
    pub submission_id: i64,
    pub created_at: i64,
}

/// One version that a submission brought.
#[derive(Debug, Clone, Queryable)]
pub struct Brought {
    pub id: i64,
    pub council_id: i64,
    pub record_key: String,
    pub chain: String,
    pub version: i32,
    pub standing: String,
}

/// Keeps a submission and gives its id.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &NewSubmission) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(submissions::table).values(new).returning(submissions::id).get_result(connection)?)
}

/// Puts the receipt in its place, in the transaction that keeps the submission.
///
/// # Errors
/// When the database fails.
pub fn put_receipt(connection: &mut Database, id: i64, receipt: &str) -> Result<(), StoreError> {
    diesel::update(submissions::table.find(id)).set(submissions::receipt.eq(receipt)).execute(connection)?;
    Ok(())
}

/// One submission, of that organisation where one is given.
///
/// # Errors
/// When the database fails.
pub fn one(connection: &mut Database, id: i64, of: Option<i64>) -> Result<Option<SubmissionRow>, StoreError> {
    let mut query = submissions::table.into_boxed().filter(submissions::id.eq(id)).select(SubmissionRow::as_select());
    if let Some(organisation) = of {
        query = query.filter(submissions::organisation_id.eq(organisation));
    }
    Ok(query.first(connection).optional()?)
}

/// Submissions, newest first: those with an id below `before` (all, when absent), of that organisation or of all.
///
/// # Errors
/// When the database fails.
pub fn page(
    connection: &mut Database,
    of: Option<i64>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<SubmissionRow>, StoreError> {
    let mut query =
        submissions::table.into_boxed().order(submissions::id.desc()).limit(limit).select(SubmissionRow::as_select());
    if let Some(organisation) = of {
        query = query.filter(submissions::organisation_id.eq(organisation));
    }
    if let Some(before) = before {
        query = query.filter(submissions::id.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Says that a submission was withdrawn; false where it already was.
///
/// # Errors
/// When the database fails.
pub fn withdraw(connection: &mut Database, id: i64, (at, by, because): (i64, &str, &str)) -> Result<bool, StoreError> {
    let standing = submissions::table.filter(submissions::id.eq(id)).filter(submissions::withdrawn_at.is_null());
    let said = (
        submissions::withdrawn_at.eq(at),
        submissions::withdrawn_by.eq(by),
        submissions::withdrawn_because.eq(because),
    );
    Ok(diesel::update(standing).set(said).execute(connection)? == 1)
}

/// The versions that a run brought, by record key.
///
/// # Errors
/// When the database fails.
pub fn brought(connection: &mut Database, run: i64) -> Result<Vec<Brought>, StoreError> {
    use evidence::columns as e;
    let rows = evidence::table.filter(e::run_id.eq(run)).order((e::record_key, e::id));
    Ok(rows.select((e::id, e::council_id, e::record_key, e::chain, e::version, e::standing)).load(connection)?)
}

/// Of these records of a feed, the id of the latest version of each.
///
/// # Errors
/// When the database fails.
pub fn latest_ids(connection: &mut Database, feed: &str, keys: &[String]) -> Result<Vec<i64>, StoreError> {
    use evidence::columns as e;
    let mut found = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let latest: Vec<Option<i64>> = evidence::table
            .filter(e::feed.eq(feed))
            .filter(e::record_key.eq_any(chunk))
            .group_by(e::record_key)
            .select(diesel::dsl::max(e::id))
            .load(connection)?;
        found.extend(latest.into_iter().flatten());
    }
    Ok(found)
}

/// The key's row, if it was used.
///
/// # Errors
/// When the database fails.
pub fn key(connection: &mut Database, organisation: i64, key: &str) -> Result<Option<KeyRow>, StoreError> {
    Ok(submission_keys::table.find((organisation, key)).select(KeyRow::as_select()).first(connection).optional()?)
}

/// Keeps a key, in the transaction that keeps its submission.
///
/// # Errors
/// When the database fails, or another kept it at the same moment (tried again by the transaction's runner).
pub fn keep_key(connection: &mut Database, row: &KeyRow) -> Result<(), StoreError> {
    diesel::insert_into(submission_keys::table).values(row).execute(connection)?;
    Ok(())
}
