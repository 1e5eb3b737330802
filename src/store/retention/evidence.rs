//! Evidence that is due: whole chains, found by their youngest version, and the marks that keep them from coming back.
//!
//! In: kinds, a basis, a day, a range of councils. Out: versions, by council and chain. Always holds: a chain is due only
//! when every version of it is.

use super::super::connection::each;
use super::super::schema::{evidence, removed_evidence};
use super::super::{CHUNK, Database, StoreError, date, instant};
use super::Before;
use crate::clock::day_in_england;
use crate::evidence::{EvidenceKind, Standing};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::civil::Date;
use std::collections::HashSet;

/// From which day the time of a piece of evidence runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// From its determination, or else from the day on which we knew.
    Determined,
    /// From the later of when it happened and its determination, or else from the day on which we knew.
    Happened,
}

/// Which evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Of these kinds, and at some time determined, held as an opinion, or disputed.
    Decided(&'static [EvidenceKind], Basis),
    /// Of any kind, and never more than said: its time runs from the day on which we knew.
    NeverDecided,
}

/// A version that is due with all others of its chain.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DueVersion {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = BigInt)]
    pub council_id: i64,
    #[diesel(sql_type = Text)]
    pub chain: String,
    #[diesel(sql_type = Nullable<Text>)]
    dated_on: Option<String>,
    #[diesel(sql_type = BigInt)]
    known_at: i64,
}

impl DueVersion {
    /// The day from which its time runs, in England.
    ///
    /// # Errors
    /// When what the database holds is no day.
    pub fn day(&self) -> Result<Date, StoreError> {
        match &self.dated_on {
            Some(day) => date(day),
            None => Ok(day_in_england(instant(self.known_at)?)),
        }
    }
}

/// The versions of every chain that is due, of councils from one id to another, by council, chain and version.
///
/// # Errors
/// When the database fails.
pub fn evidence_due(
    connection: &mut Database,
    wanted: Wanted,
    before: Before,
    (from, to): (i64, i64),
) -> Result<Vec<DueVersion>, StoreError> {
    let settled = [Standing::Determined, Standing::Opinion, Standing::Disputed].map(Standing::name);
    let settled = format!("SUM(CASE WHEN standing IN ({}) THEN 1 ELSE 0 END)", quoted(&settled));
    let dated = match wanted {
        Wanted::Decided(_, Basis::Determined) => "determined_on",
        Wanted::Decided(_, Basis::Happened) => {
            "CASE WHEN determined_on > happened_on THEN determined_on ELSE COALESCE(happened_on, determined_on) END"
        }
        Wanted::NeverDecided => "NULL",
    };
    let which = match wanted {
        Wanted::Decided(kinds, _) => {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            format!("{settled} > 0 AND SUM(CASE WHEN kind IN ({}) THEN 0 ELSE 1 END) = 0", quoted(&kinds))
        }
        Wanted::NeverDecided => format!("{settled} = 0"),
    };
    let Before { day, instant } = before;
    let young = match wanted {
        Wanted::Decided(..) => format!("({dated}) >= '{day}' OR (({dated}) IS NULL AND known_at >= {instant})"),
        Wanted::NeverDecided => format!("known_at >= {instant}"),
    };
    let statement = format!(
        "SELECT e.id, e.council_id, e.chain, CAST({dated} AS TEXT) AS dated_on, e.known_at FROM evidence e \
         JOIN (SELECT council_id AS due_council, chain AS due_chain FROM evidence \
               WHERE council_id BETWEEN {from} AND {to} GROUP BY council_id, chain \
               HAVING {which} AND SUM(CASE WHEN {young} THEN 1 ELSE 0 END) = 0) due \
         ON due_council = e.council_id AND due_chain = e.chain ORDER BY e.council_id, e.chain, e.version"
    );
    Ok(each!(connection, |c| diesel::sql_query(statement).load(c))?)
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

/// Removes these versions and marks what they said, by feed and fingerprint. The caller holds the transaction.
///
/// # Errors
/// When the database fails.
pub fn remove_evidence(connection: &mut Database, ids: &[i64], today: Date) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let said = evidence::table.filter(evidence::id.eq_any(chunk));
        let said: Vec<(String, String)> =
            said.select((evidence::feed, evidence::fingerprint)).distinct().load(connection)?;
        for (feed, fingerprint) in said {
            let mark = (
                removed_evidence::feed.eq(feed),
                removed_evidence::fingerprint.eq(fingerprint),
                removed_evidence::removed_on.eq(today.to_string()),
            );
            // Removed once before, sent again in other words and again in these: the first mark still holds.
            each!(connection, |c| {
                diesel::insert_into(removed_evidence::table).values(mark).on_conflict_do_nothing().execute(c)
            })?;
        }
        diesel::delete(evidence::table.filter(evidence::id.eq_any(chunk))).execute(connection)?;
    }
    Ok(())
}

/// Whether anything that the feed said was removed because its time was over.
///
/// # Errors
/// When the database fails.
pub fn any_marked_removed(connection: &mut Database, feed: &str) -> Result<bool, StoreError> {
    let one = removed_evidence::table.filter(removed_evidence::feed.eq(feed)).select(removed_evidence::feed).limit(1);
    Ok(one.first::<String>(connection).optional()?.is_some())
}

/// The fingerprints, among these, of what the feed said and was removed because its time was over.
///
/// # Errors
/// When the database fails.
pub fn marked_removed(
    connection: &mut Database,
    feed: &str,
    fingerprints: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let mut removed = HashSet::new();
    for chunk in fingerprints.chunks(CHUNK) {
        let marks = removed_evidence::table
            .filter(removed_evidence::feed.eq(feed))
            .filter(removed_evidence::fingerprint.eq_any(chunk));
        removed.extend(marks.select(removed_evidence::fingerprint).load::<String>(connection)?);
    }
    Ok(removed)
}
