//! Sessions, and the one-time links that open them.
//!
//! In: hashes of tokens, never tokens. Out: sessions with the accounts that they stand for. Always holds: a link is used,
//! a wrong code counted and a session closed by one conditional update each, so that of two who try at once one succeeds.

use super::organisations::OrganisationRow;
use super::people::PersonRow;
use super::schema::{organisations, people, sessions, sign_in_links};
use super::{Database, StoreError};
use diesel::prelude::*;

/// A session, without its token's hash. Instants are microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    pub id: i64,
    pub person_id: i64,
    pub opened_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    pub wrong_codes: i32,
    pub closed_at: Option<i64>,
    /// A word of [`crate::auth::sessions::OpenedBy`].
    pub opened_by: String,
    pub opened_from: String,
}

/// A session that opens.
#[derive(Clone, Insertable)]
#[diesel(table_name = sessions)]
pub struct NewSession {
    pub token_hash: String,
    pub person_id: i64,
    pub opened_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub second_factor: bool,
    pub wrong_codes: i32,
    pub opened_by: String,
    pub opened_from: String,
}

/// A link that was drawn.
#[derive(Clone, Insertable)]
#[diesel(table_name = sign_in_links)]
pub struct NewLink {
    pub person_id: i64,
    pub token_hash: String,
    pub created_at: i64,
    pub expires_at: i64,
}

/// Keeps a session and gives its id.
///
/// # Errors
/// When the database fails.
pub fn open(connection: &mut Database, new: &NewSession) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(sessions::table).values(new).returning(sessions::id).get_result(connection)?)
}

/// The session of a token's hash, with its person and their organisation.
///
/// # Errors
/// When the database fails.
pub fn by_token(
    connection: &mut Database,
    token_hash: &str,
) -> Result<Option<(SessionRow, PersonRow, OrganisationRow)>, StoreError> {
    let found = sessions::table
        .inner_join(people::table.inner_join(organisations::table))
        .filter(sessions::token_hash.eq(token_hash))
        .select((SessionRow::as_select(), PersonRow::as_select(), OrganisationRow::as_select()));
    Ok(found.first(connection).optional()?)
}

/// The session of that id.
///
/// # Errors
/// When the database fails.
pub fn by_id(connection: &mut Database, id: i64) -> Result<Option<SessionRow>, StoreError> {
    Ok(sessions::table.find(id).select(SessionRow::as_select()).first(connection).optional()?)
}

/// A person's sessions that nobody closed, that were seen after one instant and don't expire before another; newest first.
///
/// # Errors
/// When the database fails.
pub fn open_of(
    connection: &mut Database,
    person: i64,
    seen_after: i64,
    now: i64,
) -> Result<Vec<SessionRow>, StoreError> {
    let open = sessions::table
        .filter(sessions::person_id.eq(person))
        .filter(sessions::closed_at.is_null())
        .filter(sessions::last_seen_at.gt(seen_after))
        .filter(sessions::expires_at.gt(now))
        .order((sessions::opened_at.desc(), sessions::id.desc()));
    Ok(open.select(SessionRow::as_select()).load(connection)?)
}

/// Keeps that a session was seen, unless it was seen since the earlier instant.
///
/// # Errors
/// When the database fails.
pub fn seen(connection: &mut Database, id: i64, earlier: i64, now: i64) -> Result<(), StoreError> {
    let stale =
        sessions::table.find(id).filter(sessions::closed_at.is_null()).filter(sessions::last_seen_at.le(earlier));
    diesel::update(stale).set(sessions::last_seen_at.eq(now)).execute(connection)?;
    Ok(())
}

/// Keeps that a second factor was shown, and forgets wrong codes; says whether the session was open.
///
/// # Errors
/// When the database fails.
pub fn second_factor_shown(connection: &mut Database, id: i64) -> Result<bool, StoreError> {
    let open = sessions::table.find(id).filter(sessions::closed_at.is_null());
    let shown = (sessions::second_factor.eq(true), sessions::wrong_codes.eq(0));
    Ok(diesel::update(open).set(shown).execute(connection)? > 0)
}

/// Counts a wrong code; gives how many there were with this one, none where the session is closed.
///
/// # Errors
/// When the database fails.
pub fn count_wrong_code(connection: &mut Database, id: i64) -> Result<Option<i32>, StoreError> {
    let open = sessions::table.find(id).filter(sessions::closed_at.is_null());
    if diesel::update(open).set(sessions::wrong_codes.eq(sessions::wrong_codes + 1)).execute(connection)? == 0 {
        return Ok(None);
    }
    Ok(sessions::table.find(id).select(sessions::wrong_codes).first(connection).optional()?)
}

/// Closes a session; says whether it was open.
///
/// # Errors
/// When the database fails.
pub fn close(connection: &mut Database, id: i64, at: i64) -> Result<bool, StoreError> {
    let open = sessions::table.find(id).filter(sessions::closed_at.is_null());
    Ok(diesel::update(open).set(sessions::closed_at.eq(at)).execute(connection)? > 0)
}

/// Closes a person's sessions but one, if one is named; gives how many there were.
///
/// # Errors
/// When the database fails.
pub fn close_all(connection: &mut Database, person: i64, but: Option<i64>, at: i64) -> Result<usize, StoreError> {
    let open = sessions::table.filter(sessions::person_id.eq(person)).filter(sessions::closed_at.is_null());
    let open = open.filter(sessions::id.ne(but.unwrap_or(0)));
    Ok(diesel::update(open).set(sessions::closed_at.eq(at)).execute(connection)?)
}

/// Closes the sessions of everybody in an organisation; gives how many there were.
///
/// # Errors
/// When the database fails.
pub fn close_all_in(connection: &mut Database, organisation: i64, at: i64) -> Result<usize, StoreError> {
    let members: Vec<i64> =
        people::table.filter(people::organisation_id.eq(organisation)).select(people::id).load(connection)?;
    let mut closed = 0;
    for person in members {
        closed += close_all(connection, person, None, at)?;
    }
    Ok(closed)
}

/// Keeps a link.
///
/// # Errors
/// When the database fails.
pub fn add_link(connection: &mut Database, new: &NewLink) -> Result<(), StoreError> {
    diesel::insert_into(sign_in_links::table).values(new).execute(connection)?;
    Ok(())
}

/// How many links were drawn for a person after an instant.
///
/// # Errors
/// When the database fails.
pub fn links_since(connection: &mut Database, person: i64, after: i64) -> Result<i64, StoreError> {
    let drawn = sign_in_links::table.filter(sign_in_links::person_id.eq(person));
    Ok(drawn.filter(sign_in_links::created_at.gt(after)).count().get_result(connection)?)
}

/// Whether a link can still be used.
///
/// # Errors
/// When the database fails.
pub fn link_is_fresh(connection: &mut Database, token_hash: &str, now: i64) -> Result<bool, StoreError> {
    let fresh = sign_in_links::table
        .filter(sign_in_links::token_hash.eq(token_hash))
        .filter(sign_in_links::used_at.is_null())
        .filter(sign_in_links::expires_at.gt(now));
    let fresh: i64 = fresh.count().get_result(connection)?;
    Ok(fresh > 0)
}

/// Uses a link; gives the person that it was drawn for, none where it was used, is too old or was never drawn.
///
/// # Errors
/// When the database fails.
pub fn use_link(connection: &mut Database, token_hash: &str, now: i64) -> Result<Option<i64>, StoreError> {
    let fresh = sign_in_links::table
        .filter(sign_in_links::token_hash.eq(token_hash))
        .filter(sign_in_links::used_at.is_null())
        .filter(sign_in_links::expires_at.gt(now));
    if diesel::update(fresh).set(sign_in_links::used_at.eq(now)).execute(connection)? == 0 {
        return Ok(None);
    }
    let used = sign_in_links::table.filter(sign_in_links::token_hash.eq(token_hash));
    Ok(used.select(sign_in_links::person_id).first(connection).optional()?)
}

/// Uses up whatever links a person still has: none of them opens a session any more.
///
/// # Errors
/// When the database fails.
pub fn use_up_links(connection: &mut Database, person: i64, now: i64) -> Result<(), StoreError> {
    let unused = sign_in_links::table.filter(sign_in_links::person_id.eq(person));
    let unused = unused.filter(sign_in_links::used_at.is_null());
    diesel::update(unused).set(sign_in_links::used_at.eq(now)).execute(connection)?;
    Ok(())
}
