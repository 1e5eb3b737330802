//! A person's account, whole: for answering what is held on them, and for erasing it.
//!
//! In: an address or an account's number. Out: everything of the account but what opens it. Always holds: tokens, factors
//! and codes are never read here; an account that was erased keeps its number.

use super::schema::{openid_subjects, organisations, people, person_roles, recovery_codes, sessions, sign_in_links};
use super::{Database, StoreError};
use diesel::prelude::*;

/// An account with its organisation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AccountRow {
    pub id: i64,
    pub organisation_id: i64,
    pub organisation: String,
    pub email: String,
    pub name: String,
    /// Microseconds since 1970-01-01 UTC, as all instants here.
    pub created_at: i64,
    pub closed_at: Option<i64>,
    pub last_signed_in_at: Option<i64>,
    pub second_factor_confirmed_at: Option<i64>,
}

/// A session without its token.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SessionRow {
    pub opened_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub closed_at: Option<i64>,
    pub opened_by: String,
    pub opened_from: String,
}

/// A one-time link without its token.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct LinkRow {
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

type AccountColumns = (
    people::id,
    people::organisation_id,
    organisations::name,
    people::email,
    people::name,
    people::created_at,
    people::closed_at,
    people::last_signed_in_at,
    people::second_factor_confirmed_at,
);

const ACCOUNT: AccountColumns = (
    people::id,
    people::organisation_id,
    organisations::name,
    people::email,
    people::name,
    people::created_at,
    people::closed_at,
    people::last_signed_in_at,
    people::second_factor_confirmed_at,
);

/// The account of that address (in lower case).
///
/// # Errors
/// When the database fails.
pub fn account_with_email(connection: &mut Database, email: &str) -> Result<Option<AccountRow>, StoreError> {
    let found = people::table.inner_join(organisations::table).filter(people::email.eq(email)).select(ACCOUNT);
    Ok(found.first(connection).optional()?)
}

/// The account of that number.
///
/// # Errors
/// When the database fails.
pub fn account(connection: &mut Database, id: i64) -> Result<Option<AccountRow>, StoreError> {
    let found = people::table.inner_join(organisations::table).filter(people::id.eq(id)).select(ACCOUNT);
    Ok(found.first(connection).optional()?)
}

/// The account's roles, in the order of their words.
///
/// # Errors
/// When the database fails.
pub fn roles(connection: &mut Database, person: i64) -> Result<Vec<String>, StoreError> {
    let rows = person_roles::table.filter(person_roles::person_id.eq(person)).order(person_roles::role);
    Ok(rows.select(person_roles::role).load(connection)?)
}

/// The account's sessions, newest first.
///
/// # Errors
/// When the database fails.
pub fn sessions(connection: &mut Database, person: i64) -> Result<Vec<SessionRow>, StoreError> {
    use sessions::columns as s;
    let rows = sessions::table.filter(s::person_id.eq(person)).order(s::id.desc());
    Ok(rows
        .select((s::opened_at, s::last_seen_at, s::expires_at, s::closed_at, s::opened_by, s::opened_from))
        .load(connection)?)
}

/// The account's one-time links, newest first.
///
/// # Errors
/// When the database fails.
pub fn links(connection: &mut Database, person: i64) -> Result<Vec<LinkRow>, StoreError> {
    use sign_in_links::columns as l;
    let rows = sign_in_links::table.filter(l::person_id.eq(person)).order(l::id.desc());
    Ok(rows.select((l::created_at, l::expires_at, l::used_at)).load(connection)?)
}

/// The issuers that know the account, with the subject by which they do.
///
/// # Errors
/// When the database fails.
pub fn openid(connection: &mut Database, person: i64) -> Result<Vec<(String, String)>, StoreError> {
    use openid_subjects::columns as o;
    let rows = openid_subjects::table.filter(o::person_id.eq(person)).order((o::issuer, o::subject));
    Ok(rows.select((o::issuer, o::subject)).load(connection)?)
}

/// Closes an account under a name and address that name nobody, closes its sessions, and removes its links, factors, codes
/// and issuers' subjects.
///
/// # Errors
/// When the database fails.
pub fn erase(connection: &mut Database, person: i64, (name, email): (&str, &str), at: i64) -> Result<(), StoreError> {
    use people::columns as p;
    diesel::update(people::table.find(person))
        .set((
            p::name.eq(name),
            p::email.eq(email),
            p::second_factor.eq(None::<String>),
            p::second_factor_confirmed_at.eq(None::<i64>),
            p::second_factor_step.eq(None::<i64>),
        ))
        .execute(connection)?;
    diesel::update(people::table.find(person).filter(p::closed_at.is_null()))
        .set(p::closed_at.eq(at))
        .execute(connection)?;
    let own = sessions::table.filter(sessions::person_id.eq(person));
    diesel::update(own.filter(sessions::closed_at.is_null())).set(sessions::closed_at.eq(at)).execute(connection)?;
    // The address that a session came from is the person's too.
    diesel::update(own).set(sessions::opened_from.eq("")).execute(connection)?;
    diesel::delete(sign_in_links::table.filter(sign_in_links::person_id.eq(person))).execute(connection)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(person))).execute(connection)?;
    diesel::delete(openid_subjects::table.filter(openid_subjects::person_id.eq(person))).execute(connection)?;
    Ok(())
}
