//! One file, whatever its length, through intake in batches.
//!
//! In: the bytes of a feed, the register's index. Out: an [`Outcome`]: what the file changes, applied or only worked out.
//! Always holds: the file is gone through twice, first for which rows are about the same thing, then a batch at a time, each
//! planned and appended by itself; rows that repeat one another, or that change places with one another, are planned
//! together; so that a file in batches changes what the same rows would change in one piece, while no more than a few
//! batches and an entry of fixed size a row are in memory.

use super::batches::{Appended, Looked, Sorter};
use super::hold::Shape;
use super::learned::{Answers, Listener};
use super::normalise::{Raw, Sheets};
use super::personal::Tally;
use super::plan::{Plan, Sorted, plan_batch};
use super::record::Normalised;
use super::survey::{Basis, Part, Rounds, Survey, Surveyor};
use super::translate::{self, Translation};
use super::{Declared, Received, open_file, unreadable};
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::feeds::read::{Batch, Opened, ReadError};
use crate::matching::Index;
use crate::store::Database;
use crate::waivers::InForce;
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

/// What of a file's rows is wanted in one pass.
#[derive(Clone, Copy)]
struct Want<'w> {
    answers: &'w Answers,
    /// Of rows that are taken; those that wait for a person, and those that may turn out to contradict others, keep it.
    raw: Raw,
    fingerprints: bool,
    /// The rows that are planned together in this round; none where nothing is planned yet.
    round: Option<(&'w Rounds, usize)>,
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
    /// As [`open_file`]; [`Code::FileUnusable`] where its columns can't be told, or the feed's declaration doesn't fit them.
    pub fn open(
        feed: &'b Feed,
        body: &'b Received,
        (waivers, as_of): (&'b InForce, Date),
        index: Arc<Index>,
    ) -> Result<File<'b>, AppError> {
        let opened = open_file(feed, body)?;
        let declared = Declared { feed: &feed.id, source: feed.source, columns: &feed.columns, waivers, as_of };
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
        let basis = Basis::of_feed(connection, feed)?;
        let mut surveyor = Surveyor::default();
        let (mut personal, mut rows_read) = (Tally::default(), 0);
        let want = Want { answers: &basis.answers, raw: Raw::LeftOut, fingerprints: false, round: None };
        let decided = self.each(want, &mut |part| {
            let Some(sorted) = part.alone else { return Ok(()) };
            rows_read += sorted.rows_read;
            sorted.matched.iter().for_each(|row| personal.add(&row.record.warnings));
            sorted.for_review.iter().for_each(|row| personal.add(&row.record.warnings));
            sorted.rejected.iter().for_each(|row| personal.add(&row.problems));
            sorted.matched.iter().for_each(|row| surveyor.add(row));
            Ok(())
        })?;
        let mut notes = self.opened.notes.clone();
        notes.extend(personal.note());
        notes.extend(decided);
        let shape = Shape::of(self.opened.heads.iter().map(|head| &head.table), &self.sheets.unmapped, rows_read);
        Ok(Survey { notes, shape, rounds: surveyor.finish(connection, feed)?, basis })
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
        let raw = if looked.needs_raw() { Raw::Kept } else { Raw::LeftOut };
        let unmapped = self.sheets.unmapped.iter().map(|(sheet, column)| match sheet {
            Some(sheet) => format!("{sheet}: {column}"),
            None => column.clone(),
        });
        let outcome = Outcome { notes: survey.notes.clone(), unmapped: unmapped.collect(), ..Outcome::default() };
        let mut going = Going { file: self.name, feed, looked, run, most, outcome, appended: Appended::default() };
        for round in 0..survey.rounds.count() {
            let mut together = Sorted::default();
            let round = Some((&survey.rounds, round));
            let want = Want { answers: &survey.basis.answers, raw, fingerprints: true, round };
            self.each(want, &mut |part| {
                together.matched.extend(part.together);
                part.alone.map_or(Ok(()), |alone| going.batch(connection, &alone))
            })?;
            if !together.matched.is_empty() {
                going.batch(connection, &together)?;
            }
        }
        Ok(going.outcome)
    }

    /// Shows every batch, in order; gives what people's answers decided, in sentences. Reading and checking each have a
    /// thread of their own, so that three steps go on at once.
    fn each(
        &self,
        want: Want<'_>,
        show: &mut dyn FnMut(Part) -> Result<(), AppError>,
    ) -> Result<Vec<String>, AppError> {
        std::thread::scope(|scope| {
            let (read, to_check) = sync_channel::<Result<Batch, ReadError>>(WAITING);
            let (checked, to_show) = sync_channel::<Result<Part, AppError>>(WAITING);
            // Whoever has nobody to give a batch to has nothing left to do.
            scope.spawn(move || self.opened.batches().all(|batch| read.send(batch).is_ok()));
            let checking = scope.spawn(move || {
                let (mut sorter, mut listener) = (Sorter::new(&self.index), Listener::new(want.answers));
                for batch in to_check {
                    let batch = batch.map_err(|problem| unreadable(self.name, &problem));
                    let part = batch.map(|batch| self.check(batch, (&mut sorter, &mut listener), want));
                    if checked.send(part).is_err() {
                        break;
                    }
                }
                listener.notes()
            });
            to_show.into_iter().try_for_each(|part| show(part?))?;
            checking.join().map_err(|panic| std::panic::resume_unwind(panic))
        })
    }

    fn check(
        &self,
        mut batch: Batch,
        (sorter, listener): (&mut Sorter<'_>, &mut Listener<'_>),
        want: Want<'_>,
    ) -> Part {
        let Some(head) = self.opened.heads.get(batch.table) else {
            return Part { alone: None, together: Vec::new() };
        };
        if let Some(translations) = self.translations.get(batch.table) {
            translate::translate(translations, &mut batch.rows);
        }
        let mut normalised = Normalised::default();
        let rows = (batch.rows.as_slice(), batch.problems.as_slice());
        self.sheets.read(&self.declared, (batch.table, &head.table), rows, want.raw, &mut normalised);
        let sorted = listener.hear(sorter.sort(normalised, want.fingerprints));
        let Some((rounds, round)) = want.round else { return Part { alone: Some(sorted), together: Vec::new() } };
        let mut part = rounds.split(sorted, round);
        if want.raw == Raw::LeftOut {
            let stood = |row: u32| {
                let at = batch.rows.binary_search_by_key(&row, |row| row.number).ok()?;
                Some(self.sheets.raw(batch.table, batch.rows.get(at)?))
            };
            let alone = part.alone.iter_mut();
            let named = alone.flat_map(|alone| alone.for_review.iter_mut().chain(&mut alone.decided));
            let kept = named.map(|row| &mut row.record);
            for record in kept.chain(part.together.iter_mut().map(|row| &mut row.record)) {
                record.raw = stood(record.place.row).unwrap_or_default();
            }
        }
        part
    }
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
        let plan = plan_batch(connection, self.feed, sorted, &mut self.looked)?;
        self.outcome.count(&plan);
        let room = self.most.saturating_sub(self.outcome.held.len());
        if room > 0 {
            self.outcome.held.extend(plan.held_in_words(self.file, room));
        }
        if let Some(run) = self.run {
            plan.append_batch(connection, run, &mut self.appended)?;
        }
        Ok(())
    }
}

impl Outcome {
    /// Adds what a plan comes to.
    pub fn count(&mut self, plan: &Plan) {
        self.rows_read += plan.rows_read;
        self.accepted += plan.accepted;
        self.unchanged += plan.unchanged;
        self.review += plan.review;
        self.rejected += plan.rejected;
        self.provisional |= plan.provisional;
        self.touched.extend(plan.touched());
        for note in &plan.notes {
            if self.notes.len() < NOTES && !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }

    /// What a plan made in one piece comes to.
    pub fn of(plan: &Plan) -> Outcome {
        let mut outcome = Outcome { unmapped: plan.unmapped.clone(), ..Outcome::default() };
        outcome.count(plan);
        outcome
    }
}
