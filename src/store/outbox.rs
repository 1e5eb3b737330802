//! Letters on their way: queued, taken by one replica, delivered or given up.
//!
//! In: letters that [`crate::communications`] has sealed. Out: the same, read back. Always holds: a letter is held by at
//! most one replica at a time, decided by one conditional update; what it says and to whom is removed in the same update
//! that ends it; whoever lost its hold changes nothing more.

use super::schema::outbox;
use super::{Database, StoreError};
use crate::communications::State;
use diesel::prelude::*;

/// A letter to queue.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = outbox)]
pub struct NewLetter {
    pub kind: String,
    pub message_key: String,
    pub recipient_sha256: String,
    pub content: Option<String>,
    pub state: String,
    /// Microseconds since 1970-01-01 UTC, as every instant here.
    pub queued_at: i64,
    pub expires_at: Option<i64>,
    pub attempts: i32,
    pub next_attempt_at: i64,
}

/// A letter, whole.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct LetterRow {
    pub id: i64,
    pub kind: String,
    pub message_key: String,
    pub recipient_sha256: String,
    /// Sealed; none once it has ended.
    pub content: Option<String>,
    pub state: String,
    pub queued_at: i64,
    pub expires_at: Option<i64>,
    /// How often it was taken, this time included.
    pub attempts: i32,
    pub next_attempt_at: i64,
    pub lease_owner: Option<String>,
    pub lease_until: Option<i64>,
    pub ended_at: Option<i64>,
    pub last_error: Option<String>,
}

/// Queues a letter and gives its id.
///
/// # Errors
/// When the database fails.
pub fn queue(connection: &mut Database, letter: &NewLetter) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(outbox::table).values(letter).returning(outbox::id).get_result(connection)?)
}

/// What an address is known by here.
pub fn recipient_sha256(email: &str) -> String {
    crate::digest::sha256_hex(email.to_lowercase().as_bytes())
}

/// The letters to an address, newest first.
///
/// # Errors
/// When the database fails.
pub fn to(connection: &mut Database, email: &str) -> Result<Vec<LetterRow>, StoreError> {
    let own = outbox::table.filter(outbox::recipient_sha256.eq(recipient_sha256(email)));
    Ok(own.order(outbox::id.desc()).select(LetterRow::as_select()).load(connection)?)
}

/// Removes every record of letters to an address, and what waits to be sent there.
///
/// # Errors
/// When the database fails.
pub fn forget(connection: &mut Database, email: &str) -> Result<(), StoreError> {
    let own = outbox::table.filter(outbox::recipient_sha256.eq(recipient_sha256(email)));
    diesel::delete(own).execute(connection)?;
    Ok(())
}

/// One letter.
///
/// # Errors
/// When the database fails.
pub fn one(connection: &mut Database, id: i64) -> Result<Option<LetterRow>, StoreError> {
    Ok(outbox::table.find(id).select(LetterRow::as_select()).first(connection).optional()?)
}

/// Letters that may be taken at `now`: queued and due, or held by a replica whose lease has run out. Gives at most `limit`
/// ids, longest due first.
///
/// # Errors
/// When the database fails.
pub fn due(connection: &mut Database, now: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    use outbox::columns as o;
    let waiting = o::state.eq(State::Queued.word()).and(o::next_attempt_at.le(now));
    let abandoned = o::state.eq(State::Sending.word()).and(o::lease_until.lt(now));
    let ids = outbox::table.filter(waiting.or(abandoned)).order((o::next_attempt_at, o::id)).limit(limit);
    Ok(ids.select(o::id).load(connection)?)
}

/// Takes a letter for `owner` until `until`, if it may still be taken at `now`; none when another replica was faster.
///
/// # Errors
/// When the database fails.
pub fn take(
    connection: &mut Database,
    id: i64,
    (owner, now, until): (&str, i64, i64),
) -> Result<Option<LetterRow>, StoreError> {
    use outbox::columns as o;
    let waiting = o::state.eq(State::Queued.word()).and(o::next_attempt_at.le(now));
    let abandoned = o::state.eq(State::Sending.word()).and(o::lease_until.lt(now));
    let unexpired = o::expires_at.is_null().or(o::expires_at.gt(now));
    let free = outbox::table.filter(o::id.eq(id)).filter(waiting.or(abandoned)).filter(unexpired);
    let taken = diesel::update(free)
        .set((
            o::state.eq(State::Sending.word()),
            o::attempts.eq(o::attempts + 1),
            o::lease_owner.eq(owner),
            o::lease_until.eq(until),
        ))
        .execute(connection)?;
    if taken == 1 { one(connection, id) } else { Ok(None) }
}

/// Puts a letter back until `next`, with what went wrong. False when it isn't held any more as it was taken.
///
/// # Errors
/// When the database fails.
pub fn put_back(connection: &mut Database, held: &LetterRow, next: i64, error: &str) -> Result<bool, StoreError> {
    use outbox::columns as o;
    let ours = outbox::table
        .filter(o::id.eq(held.id))
        .filter(o::state.eq(State::Sending.word()))
        .filter(o::lease_owner.eq(&held.lease_owner))
        .filter(o::attempts.eq(held.attempts));
    let changed = diesel::update(ours)
        .set((
            o::state.eq(State::Queued.word()),
            o::next_attempt_at.eq(next),
            o::lease_owner.eq(None::<String>),
            o::lease_until.eq(None::<i64>),
            o::last_error.eq(error),
        ))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Ends a letter at `now`: delivered, or failed for good with what went wrong. What it says and to whom is removed. False when it
/// isn't held any more as it was taken.
///
/// # Errors
/// When the database fails.
pub fn end(
    connection: &mut Database,
    held: &LetterRow,
    (state, now): (State, i64),
    error: Option<&str>,
) -> Result<bool, StoreError> {
    use outbox::columns as o;
    let ours = outbox::table
        .filter(o::id.eq(held.id))
        .filter(o::state.eq(State::Sending.word()))
        .filter(o::lease_owner.eq(&held.lease_owner))
        .filter(o::attempts.eq(held.attempts));
    let changed = diesel::update(ours).set((ended(state, now), o::last_error.eq(error))).execute(connection)?;
    Ok(changed == 1)
}

/// Ids and kinds of letters that nobody holds at `now` and whose time is over: those with an expiry that has passed, and those
/// that were tried and were queued before `oldest`. Which of the two is given with each.
///
/// # Errors
/// When the database fails.
pub fn overdue(connection: &mut Database, now: i64, oldest: i64) -> Result<Vec<(i64, String, State)>, StoreError> {
    use outbox::columns as o;
    let free = o::state.eq(State::Queued.word()).or(o::state.eq(State::Sending.word()).and(o::lease_until.lt(now)));
    let expired = o::expires_at.le(now);
    let too_old = o::attempts.gt(0).and(o::queued_at.lt(oldest));
    let rows: Vec<(i64, String, Option<i64>)> = outbox::table
        .filter(free)
        .filter(expired.or(too_old))
        .order(o::id)
        .select((o::id, o::kind, o::expires_at))
        .load(connection)?;
    let why = |expires_at: Option<i64>| match expires_at {
        Some(expires_at) if expires_at <= now => State::Expired,
        _ => State::FailedPermanently,
    };
    Ok(rows.into_iter().map(|(id, kind, expires_at)| (id, kind, why(expires_at))).collect())
}

/// Ends a letter that [`overdue`] gave, unless somebody took it since; its last error stays. True when it was ended by this.
///
/// # Errors
/// When the database fails.
pub fn lapse(connection: &mut Database, id: i64, state: State, now: i64) -> Result<bool, StoreError> {
    use outbox::columns as o;
    let free = o::state.eq(State::Queued.word()).or(o::state.eq(State::Sending.word()).and(o::lease_until.lt(now)));
    let changed = diesel::update(outbox::table.filter(o::id.eq(id)).filter(free)).set(ended(state, now));
    Ok(changed.execute(connection)? == 1)
}

/// What every end sets.
type Ended = (
    diesel::dsl::Eq<outbox::state, &'static str>,
    diesel::dsl::Eq<outbox::ended_at, i64>,
    diesel::dsl::Eq<outbox::content, Option<String>>,
    diesel::dsl::Eq<outbox::lease_owner, Option<String>>,
    diesel::dsl::Eq<outbox::lease_until, Option<i64>>,
);

fn ended(state: State, now: i64) -> Ended {
    use outbox::columns as o;
    (
        o::state.eq(state.word()),
        o::ended_at.eq(now),
        o::content.eq(None),
        o::lease_owner.eq(None),
        o::lease_until.eq(None),
    )
}
