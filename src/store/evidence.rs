//! Evidence as it is kept: appended, never changed.
//!
//! In: new versions of items. Out: items as known at a time. Always holds: what was known at a past time can still be
//! read as it was then, because a correction is a new version with its own `known_at`.

use super::connection::{by_statement, each};
use super::means::Means;
use super::schema::{councils, evidence};
use super::{CHUNK, Database, StoreError, corrupt, instant, json};
use crate::auth::Reach;
use crate::evidence::{EvidenceKind, Item, Kept, Standing};
use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

/// A version to append.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
// Without it SQLite takes a batch row by row, each in a statement of its own.
#[diesel(table_name = evidence, treat_none_as_default_value = false)]
pub struct NewEvidence {
    pub council_id: i64,
    pub kind: String,
    pub feed: String,
    pub run_id: i64,
    pub record_key: String,
    pub chain: String,
    pub version: i32,
    pub event: Option<String>,
    pub happened_on: Option<String>,
    pub determined_on: Option<String>,
    pub known_at: i64,
    pub standing: String,
    pub fields: String,
    pub fingerprint: String,
    pub url: Option<String>,
}

/// The latest version of one record of one feed.
#[derive(Debug, Clone, Queryable)]
pub struct LatestRow {
    pub record_key: String,
    pub council_id: i64,
    pub chain: String,
    pub version: i32,
    pub fingerprint: String,
    pub standing: String,
}

/// A version as it stands in the table; who wants to make sense of it makes a [`Kept`] of it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = evidence)]
pub struct EvidenceRow {
    id: i64,
    council_id: i64,
    kind: Means<EvidenceKind>,
    feed: String,
    run_id: i64,
    record_key: String,
    chain: String,
    version: i32,
    event: Option<String>,
    happened_on: Option<Means<Date>>,
    determined_on: Option<Means<Date>>,
    known_at: i64,
    standing: Means<Standing>,
    fields: String,
    fingerprint: String,
    url: Option<String>,
}

impl EvidenceRow {
    fn place(&self) -> String {
        format!("evidence {}", self.id)
    }

    /// The item, and the run that brought it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where it makes no sense.
    pub(super) fn item(self) -> Result<(Item, i64), StoreError> {
        let (run, known_at, place) = (self.run_id, instant(self.known_at)?, self.place());
        let (kept, url) = self.kept()?;
        let item = Item {
            id: kept.id,
            council_id: kept.council_id,
            kind: kept.kind,
            feed: kept.feed,
            record_key: kept.record_key,
            chain: kept.chain,
            version: kept.version,
            event: kept.event,
            happened_on: kept.happened_on,
            determined_on: kept.determined_on,
            known_at,
            standing: kept.standing,
            fields: json(&place, &kept.fields)?,
            fingerprint: kept.fingerprint,
            url,
        };
        Ok((item, run))
    }

    /// What scoring needs of it, and its link.
    fn kept(self) -> Result<(Kept, Option<String>), StoreError> {
        let corrupted = |because: &str| corrupt(&self.place(), because);
        let day =
            |day: Option<Means<Date>>| day.map(|day| day.0.ok_or_else(|| corrupted("one of its days is no date")));
        let kept = Kept {
            kind: self.kind.0.ok_or_else(|| corrupted("its kind is unknown"))?,
            standing: self.standing.0.ok_or_else(|| corrupted("its standing is unknown"))?,
            happened_on: day(self.happened_on).transpose()?,
            determined_on: day(self.determined_on).transpose()?,
            id: self.id,
            council_id: self.council_id,
            feed: self.feed,
            record_key: self.record_key,
            chain: self.chain,
            version: self.version,
            event: self.event,
            fields: self.fields,
            fingerprint: self.fingerprint,
        };
        Ok((kept, self.url))
    }
}

impl TryFrom<EvidenceRow> for Kept {
    type Error = StoreError;

    fn try_from(row: EvidenceRow) -> Result<Kept, StoreError> {
        Ok(row.kept()?.0)
    }
}

/// The latest version of each of these records of a feed, where there is one, by record key.
///
/// # Errors
/// When the database fails.
pub fn latest_of(connection: &mut Database, feed: &str, keys: &[&str]) -> Result<Vec<LatestRow>, StoreError> {
    use evidence::columns as e;
    let mut latest: Vec<LatestRow> = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let rows: Vec<LatestRow> = evidence::table
            .filter(e::feed.eq(feed))
            .filter(e::record_key.eq_any(chunk))
            .order((e::record_key, e::id))
            .select((e::record_key, e::council_id, e::chain, e::version, e::fingerprint, e::standing))
            .load(connection)?;
        for row in rows {
            match latest.last_mut() {
                Some(last) if last.record_key == row.record_key => *last = row,
                _ => latest.push(row),
            }
        }
    }
    Ok(latest)
}

/// Shows the latest version of every record of a feed, by record key; one at a time, because a feed may have said very
/// many things.
///
/// # Errors
/// When the database fails.
pub fn each_latest(connection: &mut Database, feed: &str, show: &mut dyn FnMut(&LatestRow)) -> Result<(), StoreError> {
    use evidence::columns as e;
    let rows = evidence::table.filter(e::feed.eq(feed)).order((e::record_key, e::id)).select((
        e::record_key,
        e::council_id,
        e::chain,
        e::version,
        e::fingerprint,
        e::standing,
    ));
    let mut last: Option<LatestRow> = None;
    let mut next = |row: LatestRow| {
        if let Some(before) = last.as_ref().filter(|before| before.record_key != row.record_key) {
            show(before);
        }
        last = Some(row);
    };
    match connection {
        Database::Sqlite(sqlite) => {
            for row in rows.load_iter::<LatestRow, DefaultLoadingMode>(sqlite)? {
                next(row?);
            }
        }
        Database::Postgres(postgres) => {
            for row in rows.load_iter::<LatestRow, PgRowByRowLoadingMode>(postgres)? {
                next(row?);
            }
        }
    }
    last.iter().for_each(show);
    Ok(())
}

/// Whether a feed has ever said anything that is still kept.
///
/// # Errors
/// When the database fails.
pub fn any_of_feed(connection: &mut Database, feed: &str) -> Result<bool, StoreError> {
    let one = evidence::table.filter(evidence::feed.eq(feed)).select(evidence::id).limit(1);
    Ok(one.first::<i64>(connection).optional()?.is_some())
}

/// One version as it was appended; none where there is no such version.
///
/// # Errors
/// When the database fails.
pub fn version(
    connection: &mut Database,
    council: i64,
    (chain, version): (&str, i32),
) -> Result<Option<NewEvidence>, StoreError> {
    use evidence::columns as e;
    let row = evidence::table
        .filter(e::council_id.eq(council))
        .filter(e::chain.eq(chain))
        .filter(e::version.eq(version))
        .select(NewEvidence::as_select());
    Ok(row.first(connection).optional()?)
}

/// These versions (council, chain, version) as they were appended, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub fn versions(connection: &mut Database, wanted: &[(i64, String, i32)]) -> Result<Vec<NewEvidence>, StoreError> {
    use evidence::columns as e;
    let mut found = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(CHUNK) {
        let councils = chunk.iter().map(|(council, _, _)| *council);
        let chains = chunk.iter().map(|(_, chain, _)| chain.as_str());
        let rows: Vec<NewEvidence> = evidence::table
            .filter(e::council_id.eq_any(councils))
            .filter(e::chain.eq_any(chains))
            .order(e::id)
            .select(NewEvidence::as_select())
            .load(connection)?;
        let of_chunk: std::collections::HashSet<(i64, &str, i32)> =
            chunk.iter().map(|(council, chain, version)| (*council, chain.as_str(), *version)).collect();
        found.extend(rows.into_iter().filter(|row| {
            let key = (row.council_id, row.chain.as_str(), row.version);
            of_chunk.contains(&key)
        }));
    }
    Ok(found)
}

/// The highest version of every chain of these councils: council, chain, version.
///
/// # Errors
/// When the database fails.
pub fn highest_versions(connection: &mut Database, councils: &[i64]) -> Result<Vec<(i64, String, i32)>, StoreError> {
    use evidence::columns as e;
    let mut highest = Vec::new();
    for chunk in councils.chunks(CHUNK) {
        let rows: Vec<(i64, String, Option<i32>)> = evidence::table
            .filter(e::council_id.eq_any(chunk))
            .group_by((e::council_id, e::chain))
            .select((e::council_id, e::chain, diesel::dsl::max(e::version)))
            .load(connection)?;
        highest.extend(rows.into_iter().map(|(council, chain, version)| (council, chain, version.unwrap_or(0))));
    }
    Ok(highest)
}

/// Appends versions.
///
/// # Errors
/// When the database fails, or another run appended the same version at the same moment (tried again by `write`).
pub fn append(connection: &mut Database, new: &[NewEvidence]) -> Result<(), StoreError> {
    by_statement!(new, |rows| each!(connection, |c| diesel::insert_into(evidence::table).values(rows).execute(c)));
    Ok(())
}

/// Every version of these councils' items that was known before `known_before`, with the run that brought it: by
/// council, chain and version.
///
/// # Errors
/// When the database fails.
pub fn known(
    connection: &mut Database,
    councils: &[i64],
    known_before: Timestamp,
) -> Result<Vec<(Item, i64)>, StoreError> {
    rows_known(connection, councils, known_before)?.into_iter().map(EvidenceRow::item).collect()
}

/// As [`known`], for whoever makes sense of the rows elsewhere than where the database is read.
///
/// # Errors
/// When the database fails.
pub fn rows_known(
    connection: &mut Database,
    councils: &[i64],
    known_before: Timestamp,
) -> Result<Vec<EvidenceRow>, StoreError> {
    use evidence::columns as e;
    let mut rows = Vec::new();
    for chunk in councils.chunks(CHUNK) {
        let of_chunk = evidence::table
            .filter(e::council_id.eq_any(chunk))
            .filter(e::known_at.lt(known_before.as_microsecond()))
            .order((e::council_id, e::chain, e::version));
        // A million rows: asked of the connection itself, so that no value goes through the layer over both.
        let mut of_chunk: Vec<EvidenceRow> = each!(connection, |c| of_chunk.select(EvidenceRow::as_select()).load(c))?;
        rows.append(&mut of_chunk);
    }
    Ok(rows)
}

/// The instant at which the first version that is kept became known; none where nothing is kept.
///
/// # Errors
/// When the database fails.
pub fn first_known(connection: &mut Database) -> Result<Option<Timestamp>, StoreError> {
    let first: Option<i64> = evidence::table.select(diesel::dsl::min(evidence::known_at)).first(connection)?;
    first.map(super::instant).transpose()
}

/// One page of evidence, newest first: items with an id below `before` (all, when absent), of the councils within reach.
///
/// # Errors
/// When the database fails.
pub fn page(
    connection: &mut Database,
    reach: &Reach,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<(Item, i64)>, StoreError> {
    use evidence::columns as e;
    let mut query = evidence::table.into_boxed().order(e::id.desc()).limit(limit).select(EvidenceRow::as_select());
    match reach {
        Reach::Nation => {}
        Reach::Counties(counties) => {
            let own = councils::table.filter(councils::county.eq_any(counties)).select(councils::id);
            query = query.filter(e::council_id.eq_any(own));
        }
        Reach::Council(council) => query = query.filter(e::council_id.eq(*council)),
        Reach::Nothing => return Ok(Vec::new()),
    }
    if let Some(before) = before {
        query = query.filter(e::id.lt(before));
    }
    query.load(connection)?.into_iter().map(EvidenceRow::item).collect()
}

/// How many groups of council and kind there are, summed by the database itself: what a rescore is measured against.
///
/// # Errors
/// When the database fails.
pub fn sums(connection: &mut Database) -> Result<usize, StoreError> {
    use evidence::columns as e;
    let groups: Vec<(i64, String, i64, Option<i32>)> = evidence::table
        .group_by((e::council_id, e::kind))
        .select((e::council_id, e::kind, diesel::dsl::count_star(), diesel::dsl::max(e::version)))
        .load(connection)?;
    Ok(groups.len())
}

/// How many versions are kept in all.
///
/// # Errors
/// When the database fails.
pub fn count(connection: &mut Database) -> Result<i64, StoreError> {
    Ok(evidence::table.count().get_result(connection)?)
}
