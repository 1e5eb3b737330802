//! What is remembered of declared feeds between runs, the raw documents they sent, and what is due when.
//!
//! In: declarations from the configuration, leases of replicas. Out: the same, read back. Always holds: a schedule is
//! leased by one replica at a time, decided by one conditional update.

use super::connection::each;
use super::schema::{documents, feeds, schedules};
use super::{Database, StoreError};
use diesel::prelude::*;
use jiff::Timestamp;

/// A feed as the configuration last declared it, and what its server last said.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = feeds)]
pub struct FeedRow {
    pub id: String,
    pub title: String,
    pub source: String,
    /// Where it is pulled from, without secrets.
    pub location_shown: String,
    pub schedule: Option<String>,
    /// JSON: `"all"` or a list of counties.
    pub covers: String,
    /// SHA-256 of everything in the declaration that decides what the bytes mean.
    pub declaration: String,
    /// False once the configuration no longer has it.
    pub declared: bool,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub last_sha256: Option<String>,
    /// The key of the organisation that sends it.
    pub owner: Option<String>,
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schedules)]
pub struct ScheduleRow {
    pub name: String,
    pub cron: String,
    pub next_due_at: i64,
    pub lease_owner: Option<String>,
    pub lease_until: Option<i64>,
}

/// Brings the declared feeds up to date: those given are declared, all others are not; what their servers last said is
/// forgotten where the declaration changed, so that the next pull reads the file anew.
///
/// # Errors
/// When the database fails.
pub fn declare(connection: &mut Database, declared: &[FeedRow]) -> Result<(), StoreError> {
    let known = self::all(connection)?;
    diesel::update(feeds::table).set(feeds::declared.eq(false)).execute(connection)?;
    for feed in declared {
        match known.iter().find(|known| known.id == feed.id) {
            None => {
                diesel::insert_into(feeds::table).values(feed).execute(connection)?;
            }
            Some(before) => {
                diesel::update(feeds::table.find(&feed.id))
                    .set((
                        feeds::title.eq(&feed.title),
                        feeds::source.eq(&feed.source),
                        feeds::location_shown.eq(&feed.location_shown),
                        feeds::schedule.eq(&feed.schedule),
                        feeds::covers.eq(&feed.covers),
                        feeds::declaration.eq(&feed.declaration),
                        feeds::declared.eq(true),
                        feeds::owner.eq(&feed.owner),
                    ))
                    .execute(connection)?;
                if before.declaration != feed.declaration {
                    remember(connection, &feed.id, (None, None, None))?;
                }
            }
        }
    }
    Ok(())
}

/// Makes sure that a feed which no configuration declares is there, and holds its row until the transaction ends: who
/// writes to it next waits, and then sees what was written.
///
/// # Errors
/// When the database fails.
pub fn hold_own(connection: &mut Database, feed: &FeedRow) -> Result<(), StoreError> {
    each!(connection, |c| diesel::insert_into(feeds::table).values(feed).on_conflict_do_nothing().execute(c))?;
    diesel::update(feeds::table.find(&feed.id)).set(feeds::title.eq(&feed.title)).execute(connection)?;
    Ok(())
}

/// Every feed that was ever declared, by id.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &mut Database) -> Result<Vec<FeedRow>, StoreError> {
    Ok(feeds::table.order(feeds::id).select(FeedRow::as_select()).load(connection)?)
}

/// One feed.
///
/// # Errors
/// When the database fails.
pub fn one(connection: &mut Database, id: &str) -> Result<Option<FeedRow>, StoreError> {
    Ok(feeds::table.find(id).select(FeedRow::as_select()).first(connection).optional()?)
}

/// Remembers what the server said with the bytes that have just been applied: ETag, Last-Modified, SHA-256.
///
/// # Errors
/// When the database fails.
pub fn remember(
    connection: &mut Database,
    id: &str,
    (etag, last_modified, sha256): (Option<&str>, Option<&str>, Option<&str>),
) -> Result<(), StoreError> {
    diesel::update(feeds::table.find(id))
        .set((feeds::etag.eq(etag), feeds::last_modified.eq(last_modified), feeds::last_sha256.eq(sha256)))
        .execute(connection)?;
    Ok(())
}

/// Forgets what every server last said, so that the next pulls read their files anew: the register has changed, and a
/// name that waited for a person may now be matched.
///
/// # Errors
/// When the database fails.
pub fn forget_all(connection: &mut Database) -> Result<(), StoreError> {
    let none = None::<String>;
    diesel::update(feeds::table)
        .set((feeds::etag.eq(&none), feeds::last_modified.eq(&none), feeds::last_sha256.eq(&none)))
        .execute(connection)?;
    Ok(())
}

/// A document to keep; borrowed, because it may be large.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = documents)]
pub struct NewDocument<'d> {
    pub sha256: &'d str,
    pub bytes: &'d [u8],
    pub file_name: &'d str,
    pub content_type: Option<&'d str>,
    pub first_seen_at: i64,
}

/// A raw document.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = documents)]
pub struct DocumentRow {
    pub sha256: String,
    pub bytes: Vec<u8>,
    pub file_name: String,
    pub content_type: Option<String>,
    pub first_seen_at: i64,
}

/// Keeps the bytes, once.
///
/// # Errors
/// When the database fails.
pub fn keep_document(connection: &mut Database, document: &NewDocument<'_>) -> Result<(), StoreError> {
    each!(connection, |c| diesel::insert_into(documents::table).values(document).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The bytes of that hash, with the name they came by.
///
/// # Errors
/// When the database fails.
pub fn document(connection: &mut Database, sha256: &str) -> Result<Option<DocumentRow>, StoreError> {
    Ok(documents::table.find(sha256).select(DocumentRow::as_select()).first(connection).optional()?)
}

/// Sets up a schedule, or moves it when its cron expression has changed; a due time that has passed stays, so that what
/// was missed is made up.
///
/// # Errors
/// When the database fails.
pub fn schedule(connection: &mut Database, name: &str, cron: &str, next: Timestamp) -> Result<(), StoreError> {
    let before: Option<ScheduleRow> =
        schedules::table.find(name).select(ScheduleRow::as_select()).first(connection).optional()?;
    let next_due_at = next.as_microsecond();
    match before {
        None => {
            let row = ScheduleRow {
                name: name.to_owned(),
                cron: cron.to_owned(),
                next_due_at,
                lease_owner: None,
                lease_until: None,
            };
            diesel::insert_into(schedules::table).values(row).execute(connection)?;
        }
        Some(before) if before.cron != cron => {
            diesel::update(schedules::table.find(name))
                .set((schedules::cron.eq(cron), schedules::next_due_at.eq(next_due_at)))
                .execute(connection)?;
        }
        Some(_) => {}
    }
    Ok(())
}

/// Every schedule, soonest first.
///
/// # Errors
/// When the database fails.
pub fn schedules(connection: &mut Database) -> Result<Vec<ScheduleRow>, StoreError> {
    let rows = schedules::table.order((schedules::next_due_at, schedules::name));
    Ok(rows.select(ScheduleRow::as_select()).load(connection)?)
}

/// Takes a schedule for `owner` until `until`, if it is free at `now` (and due, when `only_due`). One conditional update
/// decides between replicas. True when it is ours.
///
/// # Errors
/// When the database fails.
pub fn lease(
    connection: &mut Database,
    name: &str,
    (owner, now, until): (&str, Timestamp, Timestamp),
    only_due: bool,
) -> Result<bool, StoreError> {
    use schedules::columns as s;
    let now = now.as_microsecond();
    let latest = if only_due { now } else { i64::MAX };
    let taken = diesel::update(
        schedules::table
            .filter(s::name.eq(name))
            .filter(s::next_due_at.le(latest))
            .filter(s::lease_until.is_null().or(s::lease_until.lt(now))),
    )
    .set((s::lease_owner.eq(owner), s::lease_until.eq(until.as_microsecond())))
    .execute(connection)?;
    Ok(taken == 1)
}

/// Holds a schedule longer; false when it is no longer held by `owner`, because another took it over.
///
/// # Errors
/// When the database fails.
pub fn renew(connection: &mut Database, name: &str, owner: &str, until: Timestamp) -> Result<bool, StoreError> {
    use schedules::columns as s;
    let ours = schedules::table.filter(s::name.eq(name)).filter(s::lease_owner.eq(owner));
    Ok(diesel::update(ours).set(s::lease_until.eq(until.as_microsecond())).execute(connection)? == 1)
}

/// Gives a schedule back, and says when it is due next (unchanged when absent).
///
/// # Errors
/// When the database fails.
pub fn release(connection: &mut Database, name: &str, owner: &str, next: Option<Timestamp>) -> Result<(), StoreError> {
    use schedules::columns as s;
    let ours = schedules::table.filter(s::name.eq(name)).filter(s::lease_owner.eq(owner));
    let free = (s::lease_owner.eq(None::<String>), s::lease_until.eq(None::<i64>));
    match next {
        Some(next) => diesel::update(ours).set((free, s::next_due_at.eq(next.as_microsecond()))).execute(connection)?,
        None => diesel::update(ours).set(free).execute(connection)?,
    };
    Ok(())
}

/// Makes a schedule due since an instant, whatever its cron expression says: for an operator who wants it done now.
///
/// # Errors
/// When the database fails.
pub fn make_due(connection: &mut Database, name: &str, since: Timestamp) -> Result<(), StoreError> {
    diesel::update(schedules::table.find(name))
        .set(schedules::next_due_at.eq(since.as_microsecond()))
        .execute(connection)?;
    Ok(())
}

/// Takes a schedule's lease away from whoever holds it: for an operator who knows that the holder is gone.
///
/// # Errors
/// When the database fails.
pub fn break_lease(connection: &mut Database, name: &str) -> Result<(), StoreError> {
    use schedules::columns as s;
    diesel::update(schedules::table.find(name))
        .set((s::lease_owner.eq(None::<String>), s::lease_until.eq(None::<i64>)))
        .execute(connection)?;
    Ok(())
}
