//! One file, whatever its length, through intake in batches.
//!
//! In: the bytes of a feed, the register's index. Out: an [`Outcome`]: what the file changes, applied or only worked out.
//! Always holds: the file is gone through twice, first for which rows are about the same thing, then a batch at a time, each
//! planned and appended by itself; rows that repeat one another, or that change places with one another, are planned
//! together; so that a file in batches changes what the same rows would change in one piece, while no more than a few
//! batches and an entry of fixed size a row are in memory.

use super::batches::{Appended, Looked, Sorter};
use super::normalise::{Raw, Sheets};
use super::personal::Tally;
use super::plan::{Plan, Sorted, plan_batch};
use super::record::Normalised;
use super::survey::{Survey, Surveyor};
use super::translate::{self, Translation};
use super::{Declared, Received};
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::feeds::read::{Batch, Limits, Opened, ReadError, open};
use crate::matching::Index;
use crate::store::Database;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// Batches that wait between two steps.
const WAITING: usize = 2;
/// The most notes that a run tells.
const NOTES: usize = 50;

/// A file that can be gone through.
pub(super) struct File<'b> {
    opened: Opened<'b>,
    sheets: Sheets,
    /// By table and column.
    translations: Vec<Vec<Translation<'b>>>,
    declared: Declared<'b>,
    name: &'b str,
    index: Arc<Index>,
}

/// What of a file's rows is wanted.
#[derive(Clone, Copy)]
struct Want {
    raw: Raw,
    fingerprints: bool,
}

/// What a file changes.
#[derive(Default)]
pub(super) struct Outcome {
    pub rows_read: usize,
    pub accepted: usize,
    pub unchanged: usize,
    pub review: usize,
    pub rejected: usize,
    pub notes: Vec<String>,
    pub unmapped: Vec<String>,
    /// Whether the same bytes will mean something else on a later day.
    pub provisional: bool,
    /// The councils whose evidence changes.
    pub touched: BTreeSet<i64>,
    /// The first held rows in words.
    pub held: Vec<String>,
}

impl<'b> File<'b> {
    /// Looks at a feed's bytes.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`] with what is wrong with the file as a whole; [`Code::FileUnusable`] where its columns can't be
    /// told, or the feed's declaration doesn't fit them.
    pub fn open(feed: &'b Feed, body: &'b Received, as_of: Date, index: Arc<Index>) -> Result<File<'b>, AppError> {
        let known_header = |name: &str| super::knows_header(feed.source, &feed.columns, name);
        let opened = open(&body.bytes, feed.format, &known_header, &Limits::default())
            .map_err(|problem| unreadable(&body.name, &problem))?;
        if let Some(column) = translate::unknown_columns(feed.source, &feed.values).first() {
            let happened = format!(
                "The feed {} declares values for “{column}”, which is no column of {}.",
                feed.id,
                feed.source.name()
            );
            let next = "docs/feeds.md lists the columns; mend `values` in the configuration.";
            return Err(AppError::new(Code::FileUnusable, happened, next));
        }
        let declared = Declared { feed: &feed.id, source: feed.source, columns: &feed.columns, as_of };
        let heads = opened.heads.iter().map(|head| (&head.table, head.is_empty));
        let sheets = Sheets::of(&declared, heads)
            .map_err(|problem| AppError::new(Code::FileUnusable, format!("{}: {problem}", body.name), ""))?;
        let of_columns = |header: &[String]| translate::of_columns(feed.source, &feed.columns, &feed.values, header);
        let translations = opened.heads.iter().map(|head| of_columns(&head.table.header)).collect();
        Ok(File { opened, sheets, translations, declared, name: &body.name, index })
    }

    /// Goes through the file once, for which of its rows are about the same thing. The rest is done without this in memory.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`] for what is wrong further down in the file; when the database fails.
    pub fn survey(&self, connection: &mut Database, feed: &Feed) -> Result<Survey, AppError> {
        let mut surveyor = Surveyor::default();
        let mut personal = Tally::default();
        self.each(Want { raw: Raw::LeftOut, fingerprints: false }, &mut |sorted| {
            sorted.matched.iter().for_each(|row| personal.add(&row.record.warnings));
            sorted.for_review.iter().for_each(|row| personal.add(&row.record.warnings));
            sorted.rejected.iter().for_each(|row| personal.add(&row.problems));
            sorted.matched.iter().for_each(|row| surveyor.add(row));
            Ok(())
        })?;
        let mut notes = self.opened.notes.clone();
        notes.extend(personal.note());
        surveyor.finish(connection, feed, notes)
    }

    /// What the file changes, with the first `most` held rows in words. Applied to the database where a run and a moment are
    /// given; the caller holds the transaction, which may run several times.
    ///
    /// # Errors
    /// When the database fails.
    pub fn apply(
        &self,
        connection: &mut Database,
        (feed, survey): (&Feed, &Survey),
        run: Option<(i64, Timestamp)>,
        most: usize,
    ) -> Result<Outcome, AppError> {
        let looked = Looked::up(connection, feed)?;
        let want = Want { raw: if looked.needs_raw() { Raw::Kept } else { Raw::LeftOut }, fingerprints: true };
        let unmapped = self.sheets.unmapped.iter().map(|(sheet, column)| match sheet {
            Some(sheet) => format!("{sheet}: {column}"),
            None => column.clone(),
        });
        let outcome = Outcome { notes: survey.notes.clone(), unmapped: unmapped.collect(), ..Outcome::default() };
        let mut going = Going { file: self.name, feed, looked, run, most, outcome, appended: Appended::default() };
        for round in 0..survey.rounds() {
            let mut together = Sorted::default();
            self.each(want, &mut |sorted| {
                let (alone, shared) = survey.split(sorted, round);
                together.matched.extend(shared);
                match alone {
                    Some(alone) => going.batch(connection, &alone),
                    None => Ok(()),
                }
            })?;
            if !together.matched.is_empty() {
                going.batch(connection, &together)?;
            }
        }
        Ok(going.outcome)
    }

    /// Shows every batch, in order. Reading and checking each have a thread of their own, so that three steps go on at once.
    fn each(&self, want: Want, show: &mut dyn FnMut(Sorted) -> Result<(), AppError>) -> Result<(), AppError> {
        std::thread::scope(|scope| {
            let (read, to_check) = sync_channel::<Result<Batch, ReadError>>(WAITING);
            let (checked, to_show) = sync_channel::<Result<Sorted, AppError>>(WAITING);
            // Whoever has nobody to give a batch to has nothing left to do.
            scope.spawn(move || self.opened.batches().all(|batch| read.send(batch).is_ok()));
            scope.spawn(move || {
                let mut sorter = Sorter::new(&self.index);
                to_check.into_iter().all(|batch| {
                    let batch = batch.map_err(|problem| unreadable(self.name, &problem));
                    checked.send(batch.map(|batch| self.check(batch, &mut sorter, want))).is_ok()
                })
            });
            to_show.into_iter().try_for_each(|sorted| show(sorted?))
        })
    }

    fn check(&self, mut batch: Batch, sorter: &mut Sorter<'_>, want: Want) -> Sorted {
        let Some(head) = self.opened.heads.get(batch.table) else { return Sorted::default() };
        if let Some(translations) = self.translations.get(batch.table) {
            translate::translate(translations, &mut batch.rows);
        }
        let mut normalised = Normalised::default();
        let rows = (batch.rows.as_slice(), batch.problems.as_slice());
        self.sheets.read(&self.declared, (batch.table, &head.table), rows, want.raw, &mut normalised);
        let mut sorted = sorter.sort(normalised, want.fingerprints);
        if want.raw == Raw::LeftOut {
            for row in &mut sorted.for_review {
                let stood = batch.rows.binary_search_by_key(&row.record.place.row, |row| row.number).ok();
                if let Some(stood) = stood.and_then(|at| batch.rows.get(at)) {
                    row.record.raw = self.sheets.raw(batch.table, stood);
                }
            }
        }
        sorted
    }
}

fn unreadable(name: &str, problem: &ReadError) -> AppError {
    AppError::new(Code::FileUnreadable, format!("{name}: {problem}"), "")
}

/// A file under way.
struct Going<'g> {
    file: &'g str,
    feed: &'g Feed,
    looked: Looked,
    run: Option<(i64, Timestamp)>,
    most: usize,
    outcome: Outcome,
    appended: Appended,
}

impl Going<'_> {
    fn batch(&mut self, connection: &mut Database, sorted: &Sorted) -> Result<(), AppError> {
        let plan = plan_batch(connection, self.feed, sorted, &self.looked)?;
        self.count(&plan);
        if let Some(run) = self.run {
            plan.append_batch(connection, run, &mut self.appended)?;
        }
        Ok(())
    }

    fn count(&mut self, plan: &Plan) {
        let outcome = &mut self.outcome;
        outcome.rows_read += plan.rows_read;
        outcome.accepted += plan.accepted;
        outcome.unchanged += plan.unchanged;
        outcome.review += plan.review;
        outcome.rejected += plan.rejected;
        outcome.provisional |= plan.provisional;
        outcome.touched.extend(plan.touched());
        for note in &plan.notes {
            if outcome.notes.len() < NOTES && !outcome.notes.contains(note) {
                outcome.notes.push(note.clone());
            }
        }
        let room = self.most.saturating_sub(outcome.held.len());
        if room > 0 {
            outcome.held.extend(plan.held_in_words(self.file, room));
        }
    }
}
