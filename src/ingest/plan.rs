//! What a run would change, worked out before anything is changed: checked rows, matched, compared with what is known.
//!
//! In: a normalised file, the register's index, the feed's latest versions. Out: a [`Plan`], which then appends itself.
//! Always holds: every row that was read is counted exactly once, as accepted, unchanged, for review or rejected.

use super::batches::{Appended, Looked, Sorter};
use super::checks;
use super::diff::{Change, Diff, Known, Matched, Repeated, diff};
use super::learned::{Answers, Listener};
use super::mended::Mended;
use super::older::by_version;
use super::record::{Normalised, Place, Problem, Record, Rejected};
use super::redacted;
use crate::error::AppError;
use crate::evidence::Standing;
use crate::feeds::Feed;
use crate::matching::{Answer, Index};
use crate::store::evidence::NewEvidence;
use crate::store::runs::NewHeld;
use crate::store::{Database, StoreError, evidence, mendings, retention, runs, source_versions};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A row whose council a person has to name.
#[derive(Clone)]
pub(super) struct ForReview {
    pub record: Record,
    pub answer: Answer,
}

/// What a run would change.
pub struct Plan {
    feed: String,
    pub rows_read: usize,
    pub accepted: usize,
    pub unchanged: usize,
    pub review: usize,
    pub rejected: usize,
    /// In sentences: what the reader noticed, things that the file states more than once.
    pub notes: Vec<String>,
    /// Whether the same bytes will mean something else on a later day, so that they have to be read again.
    pub provisional: bool,
    /// Columns that nothing reads, with their sheet.
    pub unmapped: Vec<String>,
    found: Diff,
    pub(super) for_review: Vec<ForReview>,
    /// Rows that a person's answer took: kept, so that they can wait again.
    pub(super) decided: Vec<ForReview>,
    pub(super) rejections: Vec<Rejected>,
    /// Rows that can't be taken as they stand, and that a person mended.
    mended: Vec<Rejected>,
    /// The rows for review that such rows became: they wait as long as the source sends the bad ones.
    carried: Vec<i64>,
    /// Rows that the source's own version numbers put before what is known.
    older: Vec<(Place, Problem)>,
    /// The source's own version numbers to remember.
    source_versions: Vec<(String, i64)>,
    /// Which of these records have one already.
    renumbered: Vec<String>,
}

/// A file's rows, or a batch of them, each with the council that it means or waiting for a person; the database has no part
/// in it.
#[derive(Clone, Default)]
pub struct Sorted {
    pub(super) rows_read: usize,
    pub(super) matched: Vec<Matched>,
    pub(super) for_review: Vec<ForReview>,
    /// Rows that a person's answer took; those of a council are among the matched too.
    pub(super) decided: Vec<ForReview>,
    /// How many of these mean no council of ours.
    pub(super) set_aside: usize,
    pub(super) rejected: Vec<Rejected>,
    pub(super) notes: Vec<String>,
    pub(super) unmapped: Vec<String>,
    pub(super) provisional: bool,
}

/// Finds the council of every row. Pure, and done before the transaction, which may run several times.
pub fn sort(index: &Index, normalised: Normalised, mut notes: Vec<String>) -> Sorted {
    let sorted = Sorter::new(index).sort(normalised, true);
    let mut personal = super::personal::Tally::default();
    personal.add_all(&sorted);
    notes.extend(personal.note());
    Sorted { notes, ..sorted }
}

/// Works out what a file would change.
///
/// # Errors
/// When the database fails.
pub fn plan(connection: &mut Database, feed: &Feed, sorted: &Sorted) -> Result<Plan, AppError> {
    let answers = Answers::of_feed(connection, feed)?;
    let mut listener = Listener::new(&answers);
    let mut told = listener.hear(sorted.clone());
    told.notes.extend(listener.decided().notes());
    let mut looked = Looked::up(connection, feed)?;
    plan_batch(connection, feed, told, &mut looked)
}

/// As [`plan`], for rows of which none repeats a row of another batch, with people's answers put in.
///
/// # Errors
/// When the database fails.
pub(super) fn plan_batch(
    connection: &mut Database,
    feed: &Feed,
    sorted: Sorted,
    looked: &mut Looked,
) -> Result<Plan, AppError> {
    let known = known(connection, feed, &sorted, looked)?;
    let Sorted { rows_read, matched, mut for_review, mut decided, set_aside, .. } = sorted;
    let redactions = &looked.redactions;
    let taken = matched.len() + set_aside;
    let matched = redacted::matched(redactions, matched);
    let wanted = still_wanted(connection, feed, (&known, matched), looked)?;
    let numbered = wanted.iter().filter(|row| row.record.order.version.is_some());
    let numbered: Vec<&str> = numbered.map(|row| row.record.record_key.as_str()).collect();
    let numbers: HashMap<String, i64> = source_versions::of(connection, &feed.id, &numbered)?.into_iter().collect();
    let parted = by_version(&numbers, wanted);
    let renumbered = parted.higher.iter().map(|(key, _)| key).filter(|key| numbers.contains_key(*key));
    let renumbered = renumbered.cloned().collect();
    let mut found = diff(&known, parted.still);
    let mut notes = sorted.notes;
    notes.extend(repetitions(&found));
    notes.extend(super::obliged::check(connection, &feed.id, &mut found.changes)?);
    notes.extend(passed_over(&parted.older));
    let mut rejections = redacted::rejected(redactions, sorted.rejected);
    for row in for_review.iter_mut().chain(&mut decided) {
        redacted::for_review(redactions, &mut row.record, &mut row.answer.reason);
    }
    rejections.extend(found.rejected.iter().cloned());
    let Mended { rows: mended, carried, waiting } = looked.mendings.take_out(&mut rejections)?;
    Ok(Plan {
        feed: feed.id.clone(),
        rows_read,
        accepted: found.changes.len(),
        unchanged: (taken + mended.len()).saturating_sub(found.changes.len() + found.rejected.len() + waiting),
        review: for_review.len() + waiting,
        rejected: rejections.len(),
        notes,
        provisional: sorted.provisional,
        unmapped: sorted.unmapped,
        found,
        for_review,
        decided,
        rejections,
        mended,
        carried,
        older: parted.older,
        source_versions: parted.higher,
        renumbered,
    })
}

/// What the feed has said before of the things that these rows are about.
fn known(connection: &mut Database, feed: &Feed, sorted: &Sorted, looked: &Looked) -> Result<Vec<Known>, StoreError> {
    if !looked.knows {
        return Ok(Vec::new());
    }
    let keys: BTreeSet<&str> = sorted.matched.iter().map(|row| row.record.record_key.as_str()).collect();
    let keys: Vec<&str> = keys.into_iter().collect();
    let latest = evidence::latest_of(connection, &feed.id, &keys)?.into_iter();
    Ok(latest
        .filter(|row| row.standing != Standing::Withdrawn.name())
        .map(|row| Known {
            record_key: row.record_key,
            council_id: row.council_id,
            chain: row.chain,
            version: row.version,
            fingerprint: row.fingerprint,
        })
        .collect())
}

/// One sentence on the rows that were older than what is known, with an example.
fn passed_over(older: &[(Place, Problem)]) -> Option<String> {
    let (_, example) = older.first()?;
    Some(match older.len() {
        1 => example.message.clone(),
        rows => format!("{rows} rows are older versions of what is known, such as: {}", example.message),
    })
}

/// The records without those that were removed because their time was over: a source that still lists one says nothing new.
/// What the feed has said since under the same key is compared as ever.
fn still_wanted(
    connection: &mut Database,
    feed: &Feed,
    (known, mut matched): (&[Known], Vec<Matched>),
    looked: &Looked,
) -> Result<Vec<Matched>, StoreError> {
    if !looked.removed {
        return Ok(matched);
    }
    let keys: BTreeSet<&str> = known.iter().map(|entry| entry.record_key.as_str()).collect();
    let unknown = |row: &Matched| !keys.contains(row.record.record_key.as_str());
    let fingerprints: Vec<&str> =
        matched.iter().filter(|row| unknown(row)).map(|row| row.fingerprint.as_str()).collect();
    let removed = retention::marked_removed(connection, &feed.id, &fingerprints)?;
    matched.retain(|row| !(unknown(row) && removed.contains(&row.fingerprint)));
    Ok(matched)
}

impl Plan {
    /// The councils whose evidence changes.
    pub fn touched(&self) -> BTreeSet<i64> {
        let withdrawn = self.found.withdrawals().map(|before| before.council_id);
        self.found.changes.iter().map(|change| change.now().council_id).chain(withdrawn).collect()
    }

    /// Whether rows repeat one another, or something that was known of one council, or under one chain, is now known of
    /// another: then rows of other batches may have to do with it.
    pub(super) fn needs_survey(&self) -> bool {
        !self.found.repeated.is_empty() || self.found.withdrawals().next().is_some()
    }

    /// Appends everything. The caller holds the write transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn append(&self, connection: &mut Database, run: i64, now: Timestamp) -> Result<(), StoreError> {
        self.append_batch(connection, (run, now), &mut Appended::default())
    }

    /// As [`Plan::append`], after the batches of the same file that `before` tells of.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn append_batch(
        &self,
        connection: &mut Database,
        (run, now): (i64, Timestamp),
        before: &mut Appended,
    ) -> Result<(), StoreError> {
        before.look_up(connection, &self.touched())?;
        let mut next = |council: i64, chain: &str| before.next(council, chain);
        let mut new = Vec::with_capacity(self.found.changes.len());
        // All withdrawals first: two rows may have changed places.
        for change in &self.found.changes {
            if let Change::Moved { before, .. } = change {
                let said = evidence::version(connection, before.council_id, (&before.chain, before.version))?;
                // What was said of the old council, taken back; what is said of the new one has no place there.
                let Some(said) = said else { continue };
                new.push(NewEvidence {
                    version: next(before.council_id, &before.chain),
                    run_id: run,
                    known_at: now.as_microsecond(),
                    standing: Standing::Withdrawn.name().to_owned(),
                    ..said
                });
            }
        }
        for change in &self.found.changes {
            let stated = change.now();
            new.push(self.version(stated, run, now, next(stated.council_id, &stated.record.chain))?);
        }
        evidence::append(connection, &new)?;
        let last = runs::last_success(connection, &self.feed, run)?.map_or(0, |last| last.id);
        mendings::carry(connection, &self.carried, (last, run))?;
        let renumbered: Vec<&str> = self.renumbered.iter().map(String::as_str).collect();
        source_versions::forget(connection, &self.feed, &renumbered)?;
        source_versions::put(connection, &self.feed, &self.source_versions)?;
        runs::hold(connection, &self.feed, run, &self.held(run, before)?)
    }

    /// The rows that can't be taken, with their reasons.
    pub(super) fn rejections(&self) -> &[Rejected] {
        &self.rejections
    }

    /// The rows that wait for a person, each with the reason.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&Record, &str)> {
        self.for_review.iter().map(|row| (&row.record, row.answer.reason.as_str()))
    }

    /// What the file states more than once, and the rows that were older than what is known.
    pub(super) fn passed_over(&self) -> (&[Repeated], &[(Place, Problem)]) {
        (&self.found.repeated, &self.older)
    }

    /// The rows that answer otherwise than an earlier report asked, with the warning.
    pub(super) fn not_as_asked(&self) -> impl Iterator<Item = (&Record, &Problem)> {
        let rows = self.found.changes.iter().map(|change| &change.now().record);
        rows.flat_map(|record| record.warnings.iter().map(move |warning| (record, warning)))
            .filter(|(_, warning)| warning.code == checks::OBLIGATION_NOT_MET)
    }

    fn version(&self, matched: &Matched, run: i64, now: Timestamp, version: i32) -> Result<NewEvidence, StoreError> {
        let record = &matched.record;
        Ok(NewEvidence {
            council_id: matched.council_id,
            kind: record.kind.name().to_owned(),
            feed: self.feed.clone(),
            run_id: run,
            record_key: record.record_key.clone(),
            chain: record.chain.clone(),
            version,
            event: record.event.clone(),
            happened_on: record.happened_on.map(|day| day.to_string()),
            determined_on: record.determined_on.map(|day| day.to_string()),
            known_at: now.as_microsecond(),
            standing: record.standing.name().to_owned(),
            fields: text("evidence", &record.fields)?,
            fingerprint: matched.fingerprint.clone(),
            url: record.url.clone(),
        })
    }

    fn held(&self, run: i64, before: &mut Appended) -> Result<Vec<NewHeld>, StoreError> {
        let rejected = self.rejections.iter().chain(&self.mended).map(|row| {
            let reason = row.problems.first().map_or_else(String::new, |problem| problem.message.clone());
            self.held_row(("rejected", run), (&row.place, &row.raw), (String::new(), reason), (&row.problems, &[]))
        });
        let named = |kind: &'static str, row: &ForReview| {
            let named = (row.record.named.name.clone(), row.answer.reason.clone());
            let raw = (&row.record.place, &row.record.raw);
            let mut held = self.held_row((kind, run), raw, named, (&row.record.warnings, &row.answer.candidates))?;
            held.naming = super::learned::naming(&row.record.named);
            Ok(held)
        };
        let for_review = self.for_review.iter().map(|row| named("review", row));
        let decided = self.decided.iter().map(|row| named("decided", row));
        let mut rows: Vec<NewHeld> = rejected.chain(for_review).chain(decided).collect::<Result<_, _>>()?;
        // A row that stands in a file several times, to the letter, is held as often.
        for row in &mut rows {
            row.fingerprint = held_again(&row.fingerprint, before.time(&row.fingerprint));
        }
        Ok(rows)
    }

    fn held_row(
        &self,
        (kind, run): (&str, i64),
        (place, raw): (&Place, &serde_json::Map<String, serde_json::Value>),
        (council_named, reason): (String, String),
        (problems, candidates): (&[Problem], &[crate::matching::Candidate]),
    ) -> Result<NewHeld, StoreError> {
        let raw = text("held row", raw)?;
        Ok(NewHeld {
            feed: self.feed.clone(),
            first_run_id: run,
            last_run_id: run,
            kind: kind.to_owned(),
            sheet: place.sheet.clone(),
            row_number: i32::try_from(place.row).unwrap_or(i32::MAX),
            council_named,
            reason,
            problems: text("held row", problems)?,
            candidates: text("held row", candidates)?,
            fingerprint: held_fingerprint(kind, &raw),
            raw,
            naming: String::new(),
        })
    }

    /// The first held rows in words: file, sheet, row, column, reason.
    pub fn held_in_words(&self, file: &str, most: usize) -> Vec<String> {
        let place = |place: &Place| match &place.sheet {
            Some(sheet) => format!("{file}, sheet {sheet}, row {}", place.row),
            None => format!("{file}, row {}", place.row),
        };
        let rejected = self.rejections.iter().flat_map(|row| {
            let at = place(&row.place);
            row.problems.iter().map(move |problem| format!("{at}: {}", problem.message))
        });
        let for_review = self
            .for_review
            .iter()
            .map(|row| format!("{}: for review: {}", place(&row.record.place), row.answer.reason));
        rejected.chain(for_review).take(most).collect()
    }
}

/// What a held row is known by: `kind` is `rejected` or `review`, `raw` its cells as JSON.
pub(crate) fn held_fingerprint(kind: &str, raw: &str) -> String {
    crate::digest::sha256_hex(format!("{kind}\n{raw}").as_bytes())
}

/// The same for a row that stands in a list for the `time`th time, from 1.
pub(crate) fn held_again(fingerprint: &str, time: usize) -> String {
    if time > 1 { format!("{fingerprint} ({time})") } else { fingerprint.to_owned() }
}

/// One sentence for each way in which a file states things more than once, with an example.
fn repetitions(found: &Diff) -> Vec<String> {
    let mut by_code: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for repeated in &found.repeated {
        by_code.entry(&repeated.problem.code).or_insert((0, &repeated.problem.message)).0 += 1;
    }
    by_code
        .into_values()
        .map(|(times, example)| match times {
            1 => example.to_owned(),
            times => format!("{times} things are stated more than once, such as: {example}"),
        })
        .collect()
}

/// Anything as JSON; `place` is what an error names.
pub(super) fn text<T: serde::Serialize + ?Sized>(place: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt { place: place.to_owned(), because: e.to_string() })
}
