//! What a file changes: the records it holds against what is known of its feed.
//!
//! In: the current version of each thing the feed has said, and the file's records with the council each was matched
//! to. Out: the changes to apply, in the order of their record keys, and the rows that repeat one another. Always
//! holds: pure; the order of the rows makes no difference; once the changes are applied, the same file changes nothing;
//! what a file leaves out is untouched (a source takes a thing back by saying so, not by silence).

use super::fingerprint::fingerprint;
use super::record::{Place, Problem, Record, Rejected};
use crate::evidence::{EvidenceKind, Standing};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The current version of one thing that a feed has said: one a record key, those since withdrawn left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub record_key: String,
    pub council_id: i64,
    pub chain: String,
    pub version: i32,
    pub fingerprint: String,
}

/// A record whose council has been found.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    pub record: Record,
    pub council_id: i64,
    /// Of the record, as [`fingerprint`] makes it.
    pub fingerprint: String,
}

impl Matched {
    /// The record for that council, with its fingerprint.
    pub fn new(record: Record, council_id: i64) -> Matched {
        let fingerprint = fingerprint(&record);
        Matched { record, council_id, fingerprint }
    }
}

/// One thing to do to the evidence.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The feed says it for the first time.
    New { now: Matched },
    /// The same thing of the same council, said differently: the version after `before`.
    Revised { now: Matched, before: Known },
    /// The same thing, now of another council (or of another chain of the same): withdraw `before`, and keep `now` as new.
    Moved { now: Matched, before: Known },
}

impl Change {
    /// What is said now.
    pub fn now(&self) -> &Matched {
        match self {
            Change::New { now } | Change::Revised { now, .. } | Change::Moved { now, .. } => now,
        }
    }

    /// The same, to add to.
    pub fn now_mut(&mut self) -> &mut Matched {
        match self {
            Change::New { now } | Change::Revised { now, .. } | Change::Moved { now, .. } => now,
        }
    }
}

/// Rows of one file about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    pub record_key: String,
    /// Every row of them, in the file's order.
    pub rows: Vec<Place>,
    /// The row that was taken; none where they contradict one another and nothing says which is the later.
    pub taken: Option<Place>,
    /// `repeated_alike` or `repeated_superseded` (warnings), `repeated_contradictory`, `repeated_two_councils` or
    /// `council_twice` (errors: the rows are in [`Diff::rejected`] too).
    pub problem: Problem,
}

/// What a file changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// In the order of their record keys, at most one a key.
    pub changes: Vec<Change>,
    /// Records that say what is known already.
    pub unchanged: usize,
    /// Every repetition, whether or not it could be settled, in the order of record keys.
    pub repeated: Vec<Repeated>,
    /// The rows of repetitions that could not be settled.
    pub rejected: Vec<Rejected>,
}

impl Diff {
    /// What has to be withdrawn. Withdraw all of it before keeping anything: two rows may have changed places, and then
    /// a withdrawal that comes after would take away what has just been kept.
    pub fn withdrawals(&self) -> impl Iterator<Item = &Known> {
        self.changes.iter().filter_map(|change| match change {
            Change::Moved { before, .. } => Some(before),
            Change::New { .. } | Change::Revised { .. } => None,
        })
    }
}

/// What `incoming` (the records of one file) changes in `known` (what its feed has said before).
pub fn diff(known: &[Known], incoming: Vec<Matched>) -> Diff {
    let mut diff = Diff::default();
    let single = one_a_key(incoming, &mut diff);
    let single = one_a_chain(single, &mut diff);
    let mut known_by_key: HashMap<&str, &Known> = HashMap::with_capacity(known.len());
    for entry in known {
        known_by_key.insert(&entry.record_key, entry);
    }
    for now in single {
        match known_by_key.get(now.record.record_key.as_str()) {
            None => diff.changes.push(Change::New { now }),
            Some(&before) if before.council_id != now.council_id || before.chain != now.record.chain => {
                diff.changes.push(Change::Moved { now, before: before.clone() });
            }
            Some(before) if before.fingerprint == now.fingerprint => diff.unchanged += 1,
            Some(&before) => diff.changes.push(Change::Revised { now, before: before.clone() }),
        }
    }
    diff.repeated.sort_by(|left, right| (&left.record_key, &left.rows).cmp(&(&right.record_key, &right.rows)));
    diff.rejected.sort_by(|left, right| left.place.cmp(&right.place));
    diff
}

/// The rows with one record key come down to one, or to none.
fn one_a_key(incoming: Vec<Matched>, diff: &mut Diff) -> Vec<Matched> {
    let mut by_key: BTreeMap<String, Vec<Matched>> = BTreeMap::new();
    for matched in incoming {
        by_key.entry(matched.record.record_key.clone()).or_default().push(matched);
    }
    by_key.into_values().filter_map(|rows| settle(rows, diff)).collect()
}

/// What is left of the rows of one record key.
fn settle(mut rows: Vec<Matched>, diff: &mut Diff) -> Option<Matched> {
    rows.sort_by(|left, right| left.record.place.cmp(&right.record.place));
    if rows.len() < 2 {
        return rows.pop();
    }
    let key = rows.first().map(|row| row.record.record_key.clone()).unwrap_or_default();
    let places: Vec<Place> = rows.iter().map(|row| row.record.place.clone()).collect();
    let named = name_rows(&places);
    let councils: BTreeSet<i64> = rows.iter().map(|row| row.council_id).collect();
    if councils.len() > 1 {
        let message = format!(
            "{named} have the same reference {key} but name different councils; none of them was taken. Give each its \
             own reference, or correct the council."
        );
        reject(rows, &key, "repeated_two_councils", message, diff);
        return None;
    }
    let latest = rows.iter().position(|row| {
        rows.iter().all(|other| row.fingerprint == other.fingerprint || is_later(&row.record, &other.record))
    });
    let Some(latest) = latest else {
        let message = format!(
            "{named} are about the same thing ({key}) and contradict each other, and nothing says which is the later; \
             none of them was taken. Send only the right one, or number them in the column version."
        );
        reject(rows, &key, "repeated_contradictory", message, diff);
        return None;
    };
    let alike = rows.iter().all(|row| rows.first().is_some_and(|first| row.fingerprint == first.fingerprint));
    let mut taken = rows.swap_remove(latest);
    let place = name_row(&taken.record.place);
    let (code, message) = if alike {
        ("repeated_alike", format!("{named} say the same about {key}; {place} was taken."))
    } else {
        (
            "repeated_superseded",
            format!("{named} are about the same thing ({key}); {place} is the latest and was taken."),
        )
    };
    let problem = Problem { column: None, code: code.to_owned(), message };
    taken.record.warnings.push(problem.clone());
    let taken_from = Some(taken.record.place.clone());
    diff.repeated.push(Repeated { record_key: key, rows: places, taken: taken_from, problem });
    Some(taken)
}

/// Whether `row` clearly supersedes `other`: a higher version of the source's own; where neither has one, a later
/// certificate or decision, or the auditor's final word over an interim one.
fn is_later(row: &Record, other: &Record) -> bool {
    match (row.order.version, other.order.version) {
        (Some(own), Some(others)) if own != others => return own > others,
        (Some(_), None) | (None, Some(_)) => return false,
        _ => {}
    }
    if row.kind == EvidenceKind::AuditOutcome && row.standing != other.standing {
        return row.standing == Standing::Determined;
    }
    row.order.dated.zip(other.order.dated).is_some_and(|(own, others)| own > others)
}

/// Two references for one council's one thing (two outcomes of a year) can't both be right.
fn one_a_chain(single: Vec<Matched>, diff: &mut Diff) -> Vec<Matched> {
    let mut rows_of_chain: BTreeMap<(i64, String), Vec<Matched>> = BTreeMap::new();
    for matched in single {
        rows_of_chain.entry((matched.council_id, matched.record.chain.clone())).or_default().push(matched);
    }
    let mut kept = Vec::new();
    for mut rows in rows_of_chain.into_values() {
        if rows.len() < 2 {
            kept.append(&mut rows);
            continue;
        }
        rows.sort_by(|left, right| left.record.place.cmp(&right.record.place));
        let places: Vec<Place> = rows.iter().map(|row| row.record.place.clone()).collect();
        let keys: Vec<&str> = rows.iter().map(|row| row.record.record_key.as_str()).collect();
        let message = format!(
            "{} have different references ({}) but mean the same council and year; none of them was taken. Send the \
             council once, under one reference.",
            name_rows(&places),
            named_keys(&keys)
        );
        let key = keys.first().map_or_else(String::new, |&key| key.to_owned());
        reject(rows, &key, "council_twice", message, diff);
    }
    kept.sort_by(|left, right| left.record.record_key.cmp(&right.record.record_key));
    kept
}

fn reject(rows: Vec<Matched>, key: &str, code: &str, message: String, diff: &mut Diff) {
    let problem = Problem { column: None, code: code.to_owned(), message };
    let places = rows.iter().map(|row| row.record.place.clone()).collect();
    diff.repeated.push(Repeated { record_key: key.to_owned(), rows: places, taken: None, problem: problem.clone() });
    diff.rejected.extend(rows.into_iter().map(|row| Rejected {
        place: row.record.place,
        raw: row.record.raw,
        problems: vec![problem.clone()],
    }));
}

fn named_keys(keys: &[&str]) -> String {
    let named = keys.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if keys.len() > NAMED { format!("{named} and {} more", keys.len() - NAMED) } else { named }
}

fn name_row(place: &Place) -> String {
    match &place.sheet {
        Some(sheet) => format!("row {} of sheet {sheet}", place.row),
        None => format!("row {}", place.row),
    }
}

/// Rows, and references, that one message names: it is kept with each of them.
const NAMED: usize = 12;

/// "Rows 3 and 9", "Rows 3, 9 and row 2 of sheet Final"; of very many the first and how many more.
fn name_rows(places: &[Place]) -> String {
    let mut named: Vec<String> = places.iter().take(NAMED).map(name_row).collect();
    if places.len() > NAMED {
        named.push(format!("{} more", places.len() - NAMED));
    }
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => {
            let sentence = format!("{} and {last}", others.join(", "));
            sentence.replacen("row", "Row", 1)
        }
        None => String::new(),
    }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
pub(super) mod tests;
