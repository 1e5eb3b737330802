//! Organisations' people: accounts, roles, second factors.
//!
//! In: accounts that [`crate::auth`] has checked. Out: the same, read back. Always holds: an account that is closed stays,
//! so that what it did keeps its author.

use super::schema::{api_keys, organisations, people};
use super::{Database, StoreError};
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
