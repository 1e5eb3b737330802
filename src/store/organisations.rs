//! Organisations that work with the service, and the counties of county associations.
//!
//! In: organisations that [`crate::auth::directory`] has checked. Out: the same, read back. Always holds: an organisation
//! that is closed stays, so that what its people did keeps its place.

use super::connection::each;
use super::schema::{councils, organisation_counties, organisations};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organisations)]
pub struct OrganisationRow {
    pub id: i64,
    pub key: String,
    pub name: String,
    /// A word of [`crate::auth::OrganisationKind`].
    pub kind: String,
    pub council_id: Option<i64>,
    /// Microseconds since 1970-01-01 UTC.
    pub created_at: i64,
    pub closed_at: Option<i64>,
}

/// An organisation that isn't there yet.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = organisations)]
pub struct NewOrganisationRow {
    pub key: String,
    pub name: String,
    pub kind: String,
    pub council_id: Option<i64>,
    pub created_at: i64,
}

/// Adds an organisation and gives its id.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &NewOrganisationRow) -> Result<i64, StoreError> {
    let insert = diesel::insert_into(organisations::table).values(new).returning(organisations::id);
    Ok(insert.get_result(connection)?)
}

/// All organisations, or one of them, by key.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &mut Database, only: Option<i64>) -> Result<Vec<OrganisationRow>, StoreError> {
    let mut query = organisations::table.into_boxed().order(organisations::key).select(OrganisationRow::as_select());
    if let Some(id) = only {
        query = query.filter(organisations::id.eq(id));
    }
    Ok(query.load(connection)?)
}

/// The organisation of that key.
///
/// # Errors
/// When the database fails.
pub fn by_key(connection: &mut Database, key: &str) -> Result<Option<OrganisationRow>, StoreError> {
    let found = organisations::table.filter(organisations::key.eq(key)).select(OrganisationRow::as_select());
    Ok(found.first(connection).optional()?)
}

/// The organisation of that id.
///
/// # Errors
/// When the database fails.
pub fn by_id(connection: &mut Database, id: i64) -> Result<Option<OrganisationRow>, StoreError> {
    Ok(organisations::table.find(id).select(OrganisationRow::as_select()).first(connection).optional()?)
}

/// The counties of these organisations: organisation and county, by county.
///
/// # Errors
/// When the database fails.
pub fn counties(connection: &mut Database, ids: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = organisation_counties::table
            .filter(organisation_counties::organisation_id.eq_any(chunk))
            .order(organisation_counties::county)
            .select((organisation_counties::organisation_id, organisation_counties::county));
        found.extend(rows.load::<(i64, String)>(connection)?);
    }
    Ok(found)
}

/// Puts an organisation's counties in the place of those it had.
///
/// # Errors
/// When the database fails.
pub fn put_counties(connection: &mut Database, id: i64, counties: &[String]) -> Result<(), StoreError> {
    use organisation_counties::columns as c;
    diesel::delete(organisation_counties::table.filter(c::organisation_id.eq(id))).execute(connection)?;
    let rows: Vec<_> = counties.iter().map(|county| (c::organisation_id.eq(id), c::county.eq(county))).collect();
    each!(connection, |concrete| diesel::insert_into(organisation_counties::table).values(&rows).execute(concrete))?;
    Ok(())
}

/// Gives an organisation another name.
///
/// # Errors
/// When the database fails.
pub fn rename(connection: &mut Database, id: i64, name: &str) -> Result<(), StoreError> {
    diesel::update(organisations::table.find(id)).set(organisations::name.eq(name)).execute(connection)?;
    Ok(())
}

/// Closes an organisation; says whether it was open.
///
/// # Errors
/// When the database fails.
pub fn close(connection: &mut Database, id: i64, at: i64) -> Result<bool, StoreError> {
    let open = organisations::table.find(id).filter(organisations::closed_at.is_null());
    Ok(diesel::update(open).set(organisations::closed_at.eq(at)).execute(connection)? > 0)
}

/// The counties that current councils of the register are in.
///
/// # Errors
/// When the database fails.
pub fn registered_counties(connection: &mut Database) -> Result<Vec<String>, StoreError> {
    let current = councils::table.filter(councils::current.eq(true)).filter(councils::county.ne(""));
    Ok(current.select(councils::county).distinct().order(councils::county).load(connection)?)
}
