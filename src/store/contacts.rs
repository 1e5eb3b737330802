//! Whom to write to at a council, every version of it.
//!
//! In: contacts that [`crate::personal`] has checked. Out: the same, read back. Always holds: a version is never changed
//! but to end it, or to erase who it was.

use super::schema::{contacts, councils};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// One version of one contact.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contacts)]
pub struct ContactRow {
    pub id: i64,
    /// The contact's first version; none where this is it.
    pub first_id: Option<i64>,
    pub council_id: i64,
    pub post: String,
    pub name: Option<String>,
    /// In lower case.
    pub email: Option<String>,
    pub telephone: Option<String>,
    pub source: String,
    /// Microseconds since 1970-01-01 UTC, as all instants here.
    pub kept_since: i64,
    pub ended_at: Option<i64>,
    pub erased_at: Option<i64>,
}

impl ContactRow {
    /// The contact's number: that of its first version.
    pub fn contact(&self) -> i64 {
        self.first_id.unwrap_or(self.id)
    }
}

/// A version to keep.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = contacts)]
pub struct NewContact {
    pub first_id: Option<i64>,
    pub council_id: i64,
    pub post: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub telephone: Option<String>,
    pub source: String,
    pub kept_since: i64,
}

/// Every version of every contact of a council, by contact and version.
///
/// # Errors
/// When the database fails.
pub fn of_council(connection: &mut Database, council: i64) -> Result<Vec<ContactRow>, StoreError> {
    let rows = contacts::table.filter(contacts::council_id.eq(council)).order(contacts::id);
    Ok(rows.select(ContactRow::as_select()).load(connection)?)
}

/// Every version of one contact, oldest first; none where there is no such contact.
///
/// # Errors
/// When the database fails.
pub fn versions(connection: &mut Database, contact: i64) -> Result<Vec<ContactRow>, StoreError> {
    let first = contacts::id.eq(contact).and(contacts::first_id.is_null());
    let rows = contacts::table.filter(first.or(contacts::first_id.eq(contact))).order(contacts::id);
    Ok(rows.select(ContactRow::as_select()).load(connection)?)
}

/// The contacts of which some version has that address (in lower case), with their council's code, name and county: every
/// version of each, oldest first.
///
/// # Errors
/// When the database fails.
pub fn with_email(connection: &mut Database, email: &str) -> Result<Vec<ContactRow>, StoreError> {
    let matching = contacts::table.filter(contacts::email.eq(email)).select((contacts::id, contacts::first_id));
    let matching: Vec<(i64, Option<i64>)> = matching.load(connection)?;
    let mut numbers: Vec<i64> = matching.into_iter().map(|(id, first)| first.unwrap_or(id)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut rows = Vec::new();
    for chunk in numbers.chunks(CHUNK) {
        let versions = contacts::table
            .filter(contacts::id.eq_any(chunk).or(contacts::first_id.eq_any(chunk)))
            .order(contacts::id)
            .select(ContactRow::as_select());
        rows.extend(versions.load::<ContactRow>(connection)?);
    }
    Ok(rows)
}

/// Keeps a version; gives its id.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &NewContact) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(contacts::table).values(new).returning(contacts::id).get_result(connection)?)
}

/// Ends a version.
///
/// # Errors
/// When the database fails.
pub fn end(connection: &mut Database, version: i64, at: i64) -> Result<(), StoreError> {
    diesel::update(contacts::table.find(version)).set(contacts::ended_at.eq(at)).execute(connection)?;
    Ok(())
}

/// Removes who it was from every version of a contact, and who told us; post, council and times stay. A version that had
/// not ended ends.
///
/// # Errors
/// When the database fails.
pub fn erase(connection: &mut Database, contact: i64, at: i64) -> Result<(), StoreError> {
    let none = None::<String>;
    let of_contact = contacts::id.eq(contact).or(contacts::first_id.eq(contact));
    diesel::update(contacts::table.filter(of_contact.and(contacts::ended_at.is_null())))
        .set(contacts::ended_at.eq(at))
        .execute(connection)?;
    diesel::update(contacts::table.filter(of_contact))
        .set((
            contacts::name.eq(&none),
            contacts::email.eq(&none),
            contacts::telephone.eq(&none),
            contacts::source.eq(""),
            contacts::erased_at.eq(at),
        ))
        .execute(connection)?;
    Ok(())
}

/// The council of an id, with what decides who may see it.
///
/// # Errors
/// When the database fails.
pub fn council(connection: &mut Database, id: i64) -> Result<Option<super::register::CouncilRow>, StoreError> {
    use super::register::CouncilRow;
    Ok(councils::table.find(id).select(CouncilRow::as_select()).first(connection).optional()?)
}

/// Has SQLite overwrite what this connection deletes or replaces from now on, rather than leave it in free pages.
/// PostgreSQL has no such switch: there the next vacuum removes it.
///
/// # Errors
/// When the database fails.
pub fn overwrite_what_goes(connection: &mut Database) -> Result<(), StoreError> {
    use diesel::connection::SimpleConnection;
    match connection {
        Database::Sqlite(sqlite) => Ok(sqlite.batch_execute("PRAGMA secure_delete = ON")?),
        Database::Postgres(_) => Ok(()),
    }
}
