//! Machines' keys.
//!
//! In: hashes of keys, never keys. Out: the same, with the organisations they belong to. Always holds: a key that was
//! revoked stays, so that what it did keeps its author.

use super::organisations::OrganisationRow;
use super::schema::{api_keys, organisations};
use super::{Database, StoreError};
use diesel::prelude::*;

/// A key, without its hash. Instants are microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub struct KeyRow {
    pub id: i64,
    pub organisation_id: i64,
    pub name: String,
    /// A word of [`crate::auth::Role`].
    pub role: String,
    /// JSON: words of [`crate::auth::Action`].
    pub actions: String,
    pub prefix: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub replaces: Option<i64>,
}

/// A key that was drawn.
#[derive(Clone, Insertable)]
#[diesel(table_name = api_keys)]
pub struct NewKeyRow {
    pub organisation_id: i64,
    pub name: String,
    pub role: String,
    pub actions: String,
    pub prefix: String,
    pub key_hash: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub replaces: Option<i64>,
}

/// What a presented key is compared with.
#[derive(Clone)]
pub struct Kept {
    pub key: KeyRow,
    pub hash: String,
    pub organisation: OrganisationRow,
}

/// Keeps a key and gives its id.
///
/// # Errors
/// When the database fails, or the prefix is another key's (tried again by the transaction's runner).
pub fn add(connection: &mut Database, new: &NewKeyRow) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(api_keys::table).values(new).returning(api_keys::id).get_result(connection)?)
}

/// The key of that prefix, with its hash and its organisation.
///
/// # Errors
/// When the database fails.
pub fn by_prefix(connection: &mut Database, prefix: &str) -> Result<Option<Kept>, StoreError> {
    let found = api_keys::table.inner_join(organisations::table).filter(api_keys::prefix.eq(prefix)).select((
        KeyRow::as_select(),
        api_keys::key_hash,
        OrganisationRow::as_select(),
    ));
    let found: Option<(KeyRow, String, OrganisationRow)> = found.first(connection).optional()?;
    Ok(found.map(|(key, hash, organisation)| Kept { key, hash, organisation }))
}

/// Every key, or those of one organisation, with the organisation's key; newest first.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &mut Database, organisation: Option<i64>) -> Result<Vec<(KeyRow, String)>, StoreError> {
    let mut query = api_keys::table
        .inner_join(organisations::table)
        .order(api_keys::id.desc())
        .select((KeyRow::as_select(), organisations::key))
        .into_boxed();
    if let Some(organisation) = organisation {
        query = query.filter(api_keys::organisation_id.eq(organisation));
    }
    Ok(query.load(connection)?)
}

/// Whether a key that wasn't revoked takes the place of this one.
///
/// # Errors
/// When the database fails.
pub fn is_replaced(connection: &mut Database, id: i64) -> Result<bool, StoreError> {
    let successors = api_keys::table.filter(api_keys::replaces.eq(id)).filter(api_keys::revoked_at.is_null());
    let successors: i64 = successors.count().get_result(connection)?;
    Ok(successors > 0)
}

/// Lets a key expire at that instant.
///
/// # Errors
/// When the database fails.
pub fn expire(connection: &mut Database, id: i64, at: i64) -> Result<(), StoreError> {
    diesel::update(api_keys::table.find(id)).set(api_keys::expires_at.eq(at)).execute(connection)?;
    Ok(())
}

/// Revokes a key; says whether it was not revoked yet.
///
/// # Errors
/// When the database fails.
pub fn revoke(connection: &mut Database, id: i64, at: i64) -> Result<bool, StoreError> {
    let standing = api_keys::table.find(id).filter(api_keys::revoked_at.is_null());
    Ok(diesel::update(standing).set(api_keys::revoked_at.eq(at)).execute(connection)? > 0)
}

/// Keeps that a key was used, unless it was used since the earlier instant.
///
/// # Errors
/// When the database fails.
pub fn used(connection: &mut Database, id: i64, earlier: i64, now: i64) -> Result<(), StoreError> {
    let stale = api_keys::last_used_at.is_null().or(api_keys::last_used_at.le(earlier));
    diesel::update(api_keys::table.find(id).filter(stale)).set(api_keys::last_used_at.eq(now)).execute(connection)?;
    Ok(())
}
