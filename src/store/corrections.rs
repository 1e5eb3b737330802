//! Who has to be told that a figure was replaced or taken back, and what that is worked out from.
//!
//! In: a run. Out: the versions that it replaced, who had looked or taken lists away, and what was recorded of it. Always
//! holds: an organisation is told of one version once.

use super::connection::each;
use super::schema::{audit_log, corrections, councils, evidence, organisation_counties, organisations, parishes};
use super::{CHUNK, Database, StoreError};
use diesel::prelude::*;

/// A version that a run brought, and the one of the same record before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    pub council_id: i64,
    pub old: i64,
    pub new: i64,
    /// When the older became known.
    pub old_known_at: i64,
}

/// Something to record.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = corrections)]
pub struct NewCorrection {
    pub organisation_id: i64,
    pub council_id: i64,
    pub old_evidence_id: i64,
    pub new_evidence_id: i64,
    /// `looked`, `exported`, `association` or `council`.
    pub because: String,
    pub recorded_at: i64,
}

/// What was recorded, with the council it is about.
#[derive(Debug, Clone, Queryable)]
pub struct CorrectionRow {
    pub id: i64,
    pub gss_code: String,
    pub council: String,
    pub old_evidence_id: i64,
    pub new_evidence_id: i64,
    pub because: String,
    pub recorded_at: i64,
    pub seen_at: Option<i64>,
}

/// An organisation that may have to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub organisation_id: i64,
    pub kind: String,
    pub council_id: Option<i64>,
    pub counties: Vec<String>,
}

#[derive(Queryable)]
struct VersionRow {
    id: i64,
    council_id: i64,
    chain: String,
    record_key: String,
    run_id: i64,
    known_at: i64,
}

/// What a run replaced or took back: each of its versions that has an older one of the same record and council.
///
/// # Errors
/// When the database fails.
pub fn replaced(connection: &mut Database, feed: &str, run: i64) -> Result<Vec<Replaced>, StoreError> {
    use evidence::columns as e;
    let keys: Vec<String> = evidence::table
        .filter(e::run_id.eq(run))
        .filter(e::version.gt(1))
        .select(e::record_key)
        .distinct()
        .load(connection)?;
    let mut found = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let rows: Vec<VersionRow> = evidence::table
            .filter(e::feed.eq(feed))
            .filter(e::record_key.eq_any(chunk))
            .order((e::council_id, e::chain, e::record_key, e::version))
            .select((e::id, e::council_id, e::chain, e::record_key, e::run_id, e::known_at))
            .load(connection)?;
        for (old, new) in rows.iter().zip(rows.iter().skip(1)) {
            let same = (old.council_id, &old.chain, &old.record_key) == (new.council_id, &new.chain, &new.record_key);
            if same && new.run_id == run && old.run_id != run {
                found.push(Replaced {
                    council_id: new.council_id,
                    old: old.id,
                    new: new.id,
                    old_known_at: old.known_at,
                });
            }
        }
    }
    Ok(found)
}

/// Which organisations looked at these councils since an instant: council, organisation, when last.
///
/// # Errors
/// When the database fails.
pub fn looked(connection: &mut Database, of: &[i64], since: i64) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    use audit_log::columns as a;
    let mut by_subject: std::collections::HashMap<String, i64> = std::collections::HashMap::new();
    for chunk in of.chunks(CHUNK) {
        let own = councils::table.filter(councils::id.eq_any(chunk)).select((councils::gss_code, councils::id));
        let parts = parishes::table
            .filter(parishes::council_id.eq_any(chunk))
            .select((parishes::gss_code, parishes::council_id));
        for (code, council) in
            own.load::<(String, i64)>(connection)?.into_iter().chain(parts.load::<(String, i64)>(connection)?)
        {
            by_subject.insert(format!("council:{code}"), council);
        }
    }
    let subjects: Vec<&String> = by_subject.keys().collect();
    let mut found = Vec::new();
    for chunk in subjects.chunks(CHUNK) {
        let rows: Vec<(String, Option<i64>, Option<i64>)> = audit_log::table
            .filter(a::subject.eq_any(chunk.iter().map(|subject| subject.as_str())))
            .filter(a::action.eq_any(["council.seen", "evidence.seen"]))
            .filter(a::at.ge(since))
            .filter(a::organisation_id.is_not_null())
            .group_by((a::subject, a::organisation_id))
            .select((a::subject, a::organisation_id, diesel::dsl::max(a::at)))
            .load(connection)?;
        for (subject, organisation, at) in rows {
            if let (Some(council), Some(organisation), Some(at)) = (by_subject.get(&subject), organisation, at) {
                found.push((*council, organisation, at));
            }
        }
    }
    Ok(found)
}

/// Which organisations took lists away, or looked at the evidence of all councils within reach, since an instant:
/// organisation, when last.
///
/// # Errors
/// When the database fails.
pub fn took_lists(connection: &mut Database, since: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    use audit_log::columns as a;
    let rows: Vec<(Option<i64>, Option<i64>)> = audit_log::table
        .filter(a::subject.eq("councils"))
        .filter(a::action.eq_any(["list.exported", "evidence.seen", "changes.seen"]))
        .filter(a::at.ge(since))
        .filter(a::organisation_id.is_not_null())
        .group_by(a::organisation_id)
        .select((a::organisation_id, diesel::dsl::max(a::at)))
        .load(connection)?;
    Ok(rows.into_iter().filter_map(|(organisation, at)| Some((organisation?, at?))).collect())
}

/// Every organisation that isn't closed, with what it reaches.
///
/// # Errors
/// When the database fails.
pub fn organisations(connection: &mut Database) -> Result<Vec<Told>, StoreError> {
    use organisations::columns as o;
    let rows: Vec<(i64, String, Option<i64>)> = organisations::table
        .filter(o::closed_at.is_null())
        .order(o::id)
        .select((o::id, o::kind, o::council_id))
        .load(connection)?;
    let mut counties: std::collections::HashMap<i64, Vec<String>> = std::collections::HashMap::new();
    for (organisation, county) in organisation_counties::table
        .select((organisation_counties::organisation_id, organisation_counties::county))
        .load::<(i64, String)>(connection)?
    {
        counties.entry(organisation).or_default().push(county);
    }
    let told = rows.into_iter().map(|(organisation_id, kind, council_id)| Told {
        organisation_id,
        kind,
        council_id,
        counties: counties.remove(&organisation_id).unwrap_or_default(),
    });
    Ok(told.collect())
}

/// Records who has to be told.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &[NewCorrection]) -> Result<(), StoreError> {
    for chunk in new.chunks(CHUNK) {
        each!(connection, |c| diesel::insert_into(corrections::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// What an organisation has to know, newest first: with an id below `before` (all, when absent).
///
/// # Errors
/// When the database fails.
pub fn page(
    connection: &mut Database,
    organisation: i64,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<CorrectionRow>, StoreError> {
    use corrections::columns as c;
    let mut query = corrections::table
        .inner_join(councils::table)
        .filter(c::organisation_id.eq(organisation))
        .order(c::id.desc())
        .limit(limit)
        .select((
            c::id,
            councils::gss_code,
            councils::name,
            c::old_evidence_id,
            c::new_evidence_id,
            c::because,
            c::recorded_at,
            c::seen_at,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(c::id.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Says that these have been seen; those seen before keep their time.
///
/// # Errors
/// When the database fails.
pub fn see(connection: &mut Database, organisation: i64, ids: &[i64], at: i64) -> Result<usize, StoreError> {
    use corrections::columns as c;
    let mut seen = 0;
    for chunk in ids.chunks(CHUNK) {
        let fresh = corrections::table
            .filter(c::organisation_id.eq(organisation))
            .filter(c::id.eq_any(chunk))
            .filter(c::seen_at.is_null());
        seen += diesel::update(fresh).set(c::seen_at.eq(at)).execute(connection)?;
    }
    Ok(seen)
}
