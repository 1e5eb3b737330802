//! Organisations' people: accounts, roles, second factors.
//!
//! In: accounts that [`crate::auth`] has checked. Out: the same, read back. Always holds: an account that is closed stays,
//! so that what it did keeps its author; what may be done once (a code, a step) is taken by one conditional update.

use super::connection::each;
use super::schema::{api_keys, openid_subjects, organisations, people, person_roles, recovery_codes};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;
use std::collections::HashMap;

/// Names of accounts as the audit log refers to them, and of organisations.
#[derive(Debug, Default)]
pub struct AccountNames {
    /// By `person:12`, `key:3`.
    pub accounts: HashMap<String, String>,
    pub organisations: HashMap<i64, String>,
}

/// The names of every account and organisation.
///
/// # Errors
/// When the database fails.
pub fn account_names(connection: &mut Database) -> Result<AccountNames, StoreError> {
    let persons: Vec<(i64, String)> = people::table.select((people::id, people::name)).load(connection)?;
    let keys: Vec<(i64, String)> = api_keys::table.select((api_keys::id, api_keys::name)).load(connection)?;
    let known: Vec<(i64, String)> =
        organisations::table.select((organisations::id, organisations::name)).load(connection)?;
    let persons = persons.into_iter().map(|(id, name)| (format!("person:{id}"), name));
    let keys = keys.into_iter().map(|(id, name)| (format!("key:{id}"), name));
    Ok(AccountNames { accounts: persons.chain(keys).collect(), organisations: known.into_iter().collect() })
}

/// An account, without what its second factor is.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct PersonRow {
    pub id: i64,
    pub organisation_id: i64,
    /// In lower case.
    pub email: String,
    pub name: String,
    /// Microseconds since 1970-01-01 UTC, as every instant here.
    pub created_at: i64,
    pub closed_at: Option<i64>,
    pub last_signed_in_at: Option<i64>,
    pub second_factor_confirmed_at: Option<i64>,
}

/// An account that isn't there yet.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = people)]
pub struct NewPersonRow {
    pub organisation_id: i64,
    pub email: String,
    pub name: String,
    pub created_at: i64,
}

/// An account's second factor.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct SecondFactorRow {
    /// Sealed.
    pub second_factor: Option<String>,
    pub second_factor_confirmed_at: Option<i64>,
    /// The last time step whose code was taken.
    pub second_factor_step: Option<i64>,
}

/// Adds an account and gives its id.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &NewPersonRow) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(people::table).values(new).returning(people::id).get_result(connection)?)
}

/// The account of that id.
///
/// # Errors
/// When the database fails.
pub fn by_id(connection: &mut Database, id: i64) -> Result<Option<PersonRow>, StoreError> {
    Ok(people::table.find(id).select(PersonRow::as_select()).first(connection).optional()?)
}

/// The account of that address, which is in lower case.
///
/// # Errors
/// When the database fails.
pub fn by_email(connection: &mut Database, email: &str) -> Result<Option<PersonRow>, StoreError> {
    let found = people::table.filter(people::email.eq(email)).select(PersonRow::as_select());
    Ok(found.first(connection).optional()?)
}

/// Every account, or those of one organisation, by address.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &mut Database, organisation: Option<i64>) -> Result<Vec<PersonRow>, StoreError> {
    let mut query = people::table.into_boxed().order(people::email).select(PersonRow::as_select());
    if let Some(organisation) = organisation {
        query = query.filter(people::organisation_id.eq(organisation));
    }
    Ok(query.load(connection)?)
}

/// The roles of these people: person and role.
///
/// # Errors
/// When the database fails.
pub fn roles(connection: &mut Database, ids: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = person_roles::table.filter(person_roles::person_id.eq_any(chunk));
        let rows = rows.order((person_roles::person_id, person_roles::role));
        found.extend(rows.select((person_roles::person_id, person_roles::role)).load::<(i64, String)>(connection)?);
    }
    Ok(found)
}

/// Puts a person's roles in the place of those they had.
///
/// # Errors
/// When the database fails.
pub fn put_roles(connection: &mut Database, id: i64, roles: &[&str]) -> Result<(), StoreError> {
    use person_roles::columns as r;
    diesel::delete(person_roles::table.filter(r::person_id.eq(id))).execute(connection)?;
    let rows: Vec<_> = roles.iter().map(|role| (r::person_id.eq(id), r::role.eq(*role))).collect();
    each!(connection, |concrete| diesel::insert_into(person_roles::table).values(&rows).execute(concrete))?;
    Ok(())
}

/// How many open accounts of open organisations of that kind hold the role.
///
/// # Errors
/// When the database fails.
pub fn holders(connection: &mut Database, kind: &str, role: &str, without: Holder) -> Result<i64, StoreError> {
    let mut query = people::table
        .inner_join(organisations::table)
        .inner_join(person_roles::table)
        .filter(people::closed_at.is_null())
        .filter(organisations::closed_at.is_null())
        .filter(organisations::kind.eq(kind))
        .filter(person_roles::role.eq(role))
        .into_boxed();
    query = match without {
        Holder::Nobody => query,
        Holder::Person(id) => query.filter(people::id.ne(id)),
        Holder::Organisation(id) => query.filter(organisations::id.ne(id)),
    };
    Ok(query.count().get_result(connection)?)
}

/// Who is left out when holders of a role are counted.
#[derive(Debug, Clone, Copy)]
pub enum Holder {
    Nobody,
    Person(i64),
    /// Everybody in it.
    Organisation(i64),
}

/// Gives a person another name.
///
/// # Errors
/// When the database fails.
pub fn rename(connection: &mut Database, id: i64, name: &str) -> Result<(), StoreError> {
    diesel::update(people::table.find(id)).set(people::name.eq(name)).execute(connection)?;
    Ok(())
}

/// Closes an account.
///
/// # Errors
/// When the database fails.
pub fn close(connection: &mut Database, id: i64, at: i64) -> Result<(), StoreError> {
    diesel::update(people::table.find(id)).set(people::closed_at.eq(at)).execute(connection)?;
    Ok(())
}

/// Keeps when a person signed in.
///
/// # Errors
/// When the database fails.
pub fn signed_in(connection: &mut Database, id: i64, at: i64) -> Result<(), StoreError> {
    diesel::update(people::table.find(id)).set(people::last_signed_in_at.eq(at)).execute(connection)?;
    Ok(())
}

/// A person's second factor; none for a person that isn't there.
///
/// # Errors
/// When the database fails.
pub fn second_factor(connection: &mut Database, id: i64) -> Result<Option<SecondFactorRow>, StoreError> {
    Ok(people::table.find(id).select(SecondFactorRow::as_select()).first(connection).optional()?)
}

/// Keeps a sealed second factor in the place of the one there was. A confirmation comes with its instant and the step of
/// the code that was shown; without, both stay as they are.
///
/// # Errors
/// When the database fails.
pub fn put_second_factor(
    connection: &mut Database,
    id: i64,
    sealed: &str,
    confirmed: Option<(i64, i64)>,
) -> Result<(), StoreError> {
    let person = people::table.find(id);
    match confirmed {
        Some((at, step)) => diesel::update(person)
            .set((
                people::second_factor.eq(sealed),
                people::second_factor_confirmed_at.eq(at),
                people::second_factor_step.eq(step),
            ))
            .execute(connection)?,
        None => diesel::update(person).set(people::second_factor.eq(sealed)).execute(connection)?,
    };
    Ok(())
}

/// Takes a code's time step; says whether it is later than every step taken before.
///
/// # Errors
/// When the database fails.
pub fn take_step(connection: &mut Database, id: i64, step: i64) -> Result<bool, StoreError> {
    let earlier = people::second_factor_step.is_null().or(people::second_factor_step.lt(step));
    let fresh = people::table.find(id).filter(earlier);
    Ok(diesel::update(fresh).set(people::second_factor_step.eq(step)).execute(connection)? > 0)
}

/// Forgets everything but the address by which a person signs in: second factor, recovery codes, OpenID subjects. Gives
/// how many recovery codes and subjects there were.
///
/// # Errors
/// When the database fails.
pub fn forget_sign_in(connection: &mut Database, id: i64) -> Result<(usize, usize), StoreError> {
    diesel::update(people::table.find(id))
        .set((
            people::second_factor.eq(None::<String>),
            people::second_factor_confirmed_at.eq(None::<i64>),
            people::second_factor_step.eq(None::<i64>),
        ))
        .execute(connection)?;
    let codes = diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(id))).execute(connection)?;
    let subjects =
        diesel::delete(openid_subjects::table.filter(openid_subjects::person_id.eq(id))).execute(connection)?;
    Ok((codes, subjects))
}

/// Puts hashes of recovery codes in the place of those there were.
///
/// # Errors
/// When the database fails.
pub fn put_recovery_codes(connection: &mut Database, id: i64, hashes: &[String]) -> Result<(), StoreError> {
    use recovery_codes::columns as r;
    diesel::delete(recovery_codes::table.filter(r::person_id.eq(id))).execute(connection)?;
    let rows: Vec<_> = hashes.iter().map(|hash| (r::person_id.eq(id), r::code_hash.eq(hash))).collect();
    each!(connection, |concrete| diesel::insert_into(recovery_codes::table).values(&rows).execute(concrete))?;
    Ok(())
}

/// Takes a recovery code; says whether it is one that wasn't used.
///
/// # Errors
/// When the database fails.
pub fn take_recovery_code(connection: &mut Database, id: i64, hash: &str, at: i64) -> Result<bool, StoreError> {
    let unused = recovery_codes::table.find((id, hash)).filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(at)).execute(connection)? > 0)
}

/// How many recovery codes a person has left.
///
/// # Errors
/// When the database fails.
pub fn recovery_codes_left(connection: &mut Database, id: i64) -> Result<i64, StoreError> {
    let unused = recovery_codes::table.filter(recovery_codes::person_id.eq(id));
    Ok(unused.filter(recovery_codes::used_at.is_null()).count().get_result(connection)?)
}

/// Whom an issuer means by a subject.
///
/// # Errors
/// When the database fails.
pub fn by_subject(connection: &mut Database, issuer: &str, subject: &str) -> Result<Option<PersonRow>, StoreError> {
    let linked = openid_subjects::table.find((issuer, subject)).inner_join(people::table);
    Ok(linked.select(PersonRow::as_select()).first(connection).optional()?)
}

/// Whether an issuer knows a person by some subject already.
///
/// # Errors
/// When the database fails.
pub fn known_to_issuer(connection: &mut Database, id: i64, issuer: &str) -> Result<bool, StoreError> {
    let linked = openid_subjects::table.filter(openid_subjects::person_id.eq(id));
    let linked: i64 = linked.filter(openid_subjects::issuer.eq(issuer)).count().get_result(connection)?;
    Ok(linked > 0)
}

/// Links an issuer's subject to a person.
///
/// # Errors
/// When the database fails, or the subject was linked at the same moment (tried again by the transaction's runner).
pub fn link_subject(
    connection: &mut Database,
    id: i64,
    (issuer, subject): (&str, &str),
    at: i64,
) -> Result<(), StoreError> {
    use openid_subjects::columns as o;
    let link = (o::issuer.eq(issuer), o::subject.eq(subject), o::person_id.eq(id), o::linked_at.eq(at));
    diesel::insert_into(openid_subjects::table).values(link).execute(connection)?;
    Ok(())
}
