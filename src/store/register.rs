//! Parishes and councils as the register has them, and every state that they have had.
//!
//! In: rows that `register` has planned. Out: the same, read back. Always holds: `parish_versions` is only appended to.

use super::connection::each;
use super::schema::{councils, parish_versions, parishes, register_imports};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// A parish as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = parishes, treat_none_as_null = true)]
pub struct ParishRow {
    pub gss_code: String,
    pub council_id: i64,
    pub name: String,
    pub former_name: Option<String>,
    pub district_code: String,
    pub district: String,
    pub county: String,
    pub current: bool,
    pub council_name: Option<String>,
}

/// A council as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = councils)]
pub struct CouncilRow {
    pub id: i64,
    pub gss_code: String,
    pub name: String,
    /// The name in lower case, for searching.
    pub name_folded: String,
    pub district: String,
    pub county: String,
    pub current: bool,
    pub parishes: i32,
}

/// A council that isn't there yet.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = councils)]
pub struct NewCouncil {
    pub gss_code: String,
    pub name: String,
    pub name_folded: String,
    pub district: String,
    pub county: String,
    pub current: bool,
    pub parishes: i32,
}

/// One load of a register file.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = register_imports)]
pub struct NewImport {
    pub file_name: String,
    pub sha256: String,
    pub imported_at: i64,
    pub entries: i32,
    pub changes: i32,
    pub problems: i32,
}

/// A state that a parish's entry came to have.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = parish_versions)]
pub struct NewVersion {
    pub gss_code: String,
    pub import_id: i64,
    pub known_at: i64,
    /// What changed, in a word: `new`, `renamed`, ...
    pub change: String,
    pub name: String,
    pub former_name: Option<String>,
    pub district_code: String,
    pub district: String,
    pub county: String,
    pub current: bool,
    pub council_name: Option<String>,
}

/// Every parish, by code.
///
/// # Errors
/// When the database fails.
pub fn parishes(connection: &mut Database) -> Result<Vec<ParishRow>, StoreError> {
    Ok(parishes::table.order(parishes::gss_code).select(ParishRow::as_select()).load(connection)?)
}

/// Every council, by id.
///
/// # Errors
/// When the database fails.
pub fn councils(connection: &mut Database) -> Result<Vec<CouncilRow>, StoreError> {
    Ok(councils::table.order(councils::id).select(CouncilRow::as_select()).load(connection)?)
}

/// These councils, by id.
///
/// # Errors
/// When the database fails.
pub fn councils_of(connection: &mut Database, ids: &[i64]) -> Result<Vec<CouncilRow>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows = councils::table.filter(councils::id.eq_any(chunk)).order(councils::id);
        found.extend(rows.select(CouncilRow::as_select()).load::<CouncilRow>(connection)?);
    }
    Ok(found)
}

/// The council of that lead code, or the one that serves the parish of that code.
///
/// # Errors
/// When the database fails.
pub fn council_by_code(connection: &mut Database, gss_code: &str) -> Result<Option<CouncilRow>, StoreError> {
    let serving = parishes::table
        .inner_join(councils::table)
        .filter(parishes::gss_code.eq(gss_code))
        .select(CouncilRow::as_select())
        .first(connection)
        .optional()?;
    if serving.is_some() {
        return Ok(serving);
    }
    let by_code = councils::table.filter(councils::gss_code.eq(gss_code)).select(CouncilRow::as_select());
    Ok(by_code.first(connection).optional()?)
}

/// The parishes that a council serves, by code.
///
/// # Errors
/// When the database fails.
pub fn parishes_of(connection: &mut Database, council_id: i64) -> Result<Vec<ParishRow>, StoreError> {
    let served = parishes::table.filter(parishes::council_id.eq(council_id)).order(parishes::gss_code);
    Ok(served.select(ParishRow::as_select()).load(connection)?)
}

/// Every name that each parish has had, with the parish's code, oldest first.
///
/// # Errors
/// When the database fails.
pub fn past_names(connection: &mut Database) -> Result<Vec<(String, String)>, StoreError> {
    let names = parish_versions::table.order(parish_versions::id);
    Ok(names.select((parish_versions::gss_code, parish_versions::name)).load(connection)?)
}

/// Every name that these parishes have had, oldest first.
///
/// # Errors
/// When the database fails.
pub fn past_names_of(connection: &mut Database, gss_codes: &[&str]) -> Result<Vec<String>, StoreError> {
    let names = parish_versions::table.filter(parish_versions::gss_code.eq_any(gss_codes)).order(parish_versions::id);
    Ok(names.select(parish_versions::name).load(connection)?)
}

/// The id of the last load of a register file; 0 before the first.
///
/// # Errors
/// When the database fails.
pub fn last_import(connection: &mut Database) -> Result<i64, StoreError> {
    let last: Option<i64> = register_imports::table.select(diesel::dsl::max(register_imports::id)).first(connection)?;
    Ok(last.unwrap_or(0))
}

/// How many councils are current.
///
/// # Errors
/// When the database fails.
pub fn current_councils(connection: &mut Database) -> Result<i64, StoreError> {
    Ok(councils::table.filter(councils::current.eq(true)).count().get_result(connection)?)
}

/// Adds the councils and gives every council's id back, by code.
///
/// # Errors
/// When the database fails.
pub fn add_councils(connection: &mut Database, new: &[NewCouncil]) -> Result<Vec<(String, i64)>, StoreError> {
    for chunk in new.chunks(CHUNK) {
        each!(connection, |c| diesel::insert_into(councils::table).values(chunk).execute(c))?;
    }
    Ok(councils::table.select((councils::gss_code, councils::id)).load(connection)?)
}

/// Brings the councils to the states given.
///
/// # Errors
/// When the database fails.
pub fn change_councils(connection: &mut Database, changed: &[CouncilRow]) -> Result<(), StoreError> {
    for council in changed {
        diesel::update(council).set(council).execute(connection)?;
    }
    Ok(())
}

/// Brings the parishes to the states given, adding those that aren't there.
///
/// # Errors
/// When the database fails.
pub fn put_parishes(connection: &mut Database, states: &[ParishRow], known: &[String]) -> Result<(), StoreError> {
    let known: std::collections::HashSet<&str> = known.iter().map(String::as_str).collect();
    let (changed, new): (Vec<&ParishRow>, Vec<&ParishRow>) =
        states.iter().partition(|parish| known.contains(parish.gss_code.as_str()));
    for parish in changed {
        diesel::update(parishes::table.find(&parish.gss_code)).set(parish).execute(connection)?;
    }
    for chunk in new.chunks(CHUNK) {
        each!(connection, |c| diesel::insert_into(parishes::table).values(chunk.to_vec()).execute(c))?;
    }
    Ok(())
}

/// Records one load of a register file and gives its id.
///
/// # Errors
/// When the database fails.
pub fn add_import(connection: &mut Database, import: &NewImport) -> Result<i64, StoreError> {
    let insert = diesel::insert_into(register_imports::table).values(import).returning(register_imports::id);
    Ok(insert.get_result(connection)?)
}

/// Appends states that parishes came to have.
///
/// # Errors
/// When the database fails.
pub fn append_versions(connection: &mut Database, versions: &[NewVersion]) -> Result<(), StoreError> {
    for chunk in versions.chunks(CHUNK) {
        each!(connection, |c| diesel::insert_into(parish_versions::table).values(chunk).execute(c))?;
    }
    Ok(())
}
