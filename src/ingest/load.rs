//! One file, whatever its length, through intake in batches.
//!
//! In: the bytes of a feed, the register's index. Out: an [`Outcome`]: what the file changes, applied or only worked out.
//! Always holds: a file in batches changes what the same rows would change in one piece, while no more than a few batches and
//! an entry of fixed size a row are in memory. Each batch is planned and appended by itself; where rows repeat one another,
//! or change places with one another, the file is gone through once more, and those are planned together.

use super::batches::{Appended, Looked, Sorter};
use super::hold::Shape;
use super::learned::{Answers, Decided, Listener};
use super::normalise::{Raw, Sheets};
use super::personal::Tally;
use super::plan::{Plan, Sorted, plan_batch};
use super::record::column_in_words;
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
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Batches that wait between two steps.
const WAITING: usize = 2;
/// The most threads that check rows: each holds a few batches.
const MOST_CHECKERS: usize = 4;
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
    /// Whether the rows are only compared with one another: then they need no fingerprints, and no cells.
    survey: bool,
    /// The rows that are planned together in this round; none where each is planned with its batch.
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
        let want = Want { answers: &basis.answers, raw: Raw::LeftOut, survey: true, round: None };
        let decided = self.each(want, &mut |part| {
            rows_read += part.alone.rows_read;
            personal.add_all(&part.alone);
            part.alone.matched.iter().for_each(|row| surveyor.add(row));
            Ok(true)
        })?;
        let notes = self.notes(&personal, decided);
        Ok(Survey { notes, shape: self.shape(rows_read), rounds: surveyor.finish(connection, feed)?, basis })
    }

    /// What the file changes, in a single pass: as [`File::apply`], each batch as it comes. None where rows turn out to be
    /// about the same thing, or to have moved to another council: then what was appended has to be taken back, and the file
    /// surveyed.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`] for what is wrong further down in the file; when the database fails.
    pub fn at_once(
        &self,
        connection: &mut Database,
        feed: &Feed,
        run: Option<(i64, Timestamp)>,
        most: usize,
    ) -> Result<Option<(Outcome, Shape)>, AppError> {
        let answers = Answers::of_feed(connection, feed)?;
        let mut going = self.going(connection, feed, (run, most))?;
        let (mut surveyor, mut personal, mut apart) = (Surveyor::default(), Tally::default(), true);
        let raw = going.raw();
        let decided = self.each(Want { answers: &answers, raw, survey: false, round: None }, &mut |part| {
            personal.add_all(&part.alone);
            part.alone.matched.iter().for_each(|row| surveyor.add(row));
            apart = going.batch(connection, (part.alone, false))?;
            Ok(apart)
        })?;
        if !apart || surveyor.repeats() {
            return Ok(None);
        }
        let mut outcome = going.outcome;
        outcome.notes.splice(0..0, self.notes(&personal, decided));
        let shape = self.shape(outcome.rows_read);
        Ok(Some((outcome, shape)))
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
        let mut going = self.going(connection, feed, (run, most))?;
        going.outcome.notes.clone_from(&survey.notes);
        let raw = going.raw();
        for round in 0..survey.rounds.count() {
            let mut together = Sorted::default();
            let round = Some((&survey.rounds, round));
            let want = Want { answers: &survey.basis.answers, raw, survey: false, round };
            self.each(want, &mut |part| {
                together.matched.extend(part.together);
                going.batch(connection, (part.alone, true))
            })?;
            going.batch(connection, (together, true))?;
        }
        Ok(going.outcome)
    }

    fn going<'g>(
        &'g self,
        connection: &mut Database,
        feed: &'g Feed,
        (run, most): (Option<(i64, Timestamp)>, usize),
    ) -> Result<Going<'g>, AppError> {
        let unmapped = self.sheets.unmapped.iter().map(column_in_words).collect();
        let outcome = Outcome { unmapped, ..Outcome::default() };
        let looked = Looked::up(connection, feed)?;
        Ok(Going { file: self.name, feed, looked, run, most, outcome, appended: Appended::default() })
    }

    fn notes(&self, personal: &Tally, decided: Vec<String>) -> Vec<String> {
        self.opened.notes.iter().cloned().chain(personal.note()).chain(decided).collect()
    }

    fn shape(&self, rows: usize) -> Shape {
        Shape::of(self.opened.heads.iter().map(|head| &head.table), &self.sheets.unmapped, rows)
    }

    /// Shows every batch, in order, until `show` says that it is enough; gives what people's answers decided, in sentences.
    /// Reading has a thread of its own, and checking as many as there are processors, each with every so many-th batch.
    fn each(
        &self,
        want: Want<'_>,
        show: &mut dyn FnMut(Part) -> Result<bool, AppError>,
    ) -> Result<Vec<String>, AppError> {
        let checkers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_CHECKERS);
        std::thread::scope(|scope| {
            let (mut to_check, mut checked, mut checking) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..checkers {
                let (give, taken) = sync_channel::<Result<Batch, ReadError>>(WAITING);
                let (pass_on, shown) = sync_channel::<Result<Part, AppError>>(WAITING);
                to_check.push(give);
                checked.push(shown);
                checking.push(scope.spawn(move || self.checker(want, taken, &pass_on)));
            }
            // Whoever has nobody to give a batch to has nothing left to do.
            scope.spawn(move || {
                self.opened
                    .batches()
                    .zip((0..checkers).cycle())
                    .all(|(batch, to)| to_check.get(to).is_some_and(|to| to.send(batch).is_ok()))
            });
            let parts = (0..checkers).cycle().map_while(|from| checked.get(from)?.recv().ok());
            for part in parts {
                if !show(part?)? {
                    break;
                }
            }
            drop(checked);
            let mut decided = Decided::default();
            for checker in checking {
                decided.add(checker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            Ok(decided.notes())
        })
    }

    fn checker<'w>(
        &self,
        want: Want<'w>,
        batches: Receiver<Result<Batch, ReadError>>,
        pass_on: &SyncSender<Result<Part, AppError>>,
    ) -> Decided<'w> {
        let (mut sorter, mut listener) = (Sorter::new(&self.index), Listener::new(want.answers));
        for batch in batches {
            let batch = batch.map_err(|problem| unreadable(self.name, &problem));
            let part = batch.map(|batch| self.check(batch, (&mut sorter, &mut listener), want));
            if pass_on.send(part).is_err() {
                break;
            }
        }
        listener.decided()
    }

    fn check(
        &self,
        mut batch: Batch,
        (sorter, listener): (&mut Sorter<'_>, &mut Listener<'_>),
        want: Want<'_>,
    ) -> Part {
        let Some(head) = self.opened.heads.get(batch.table) else { return Part::default() };
        if let Some(translations) = self.translations.get(batch.table) {
            translate::translate(translations, &mut batch.rows);
        }
        let rows = (batch.rows.as_slice(), batch.problems.as_slice());
        let normalised = self.sheets.read(&self.declared, (batch.table, &head.table), rows, want.raw);
        let sorted = listener.hear(sorter.sort(normalised, !want.survey));
        let mut part = match want.round {
            Some((rounds, round)) => rounds.split(sorted, round),
            None => Part { alone: sorted, together: Vec::new() },
        };
        if want.raw == Raw::LeftOut && !want.survey {
            let stood = |row: u32| {
                let at = batch.rows.binary_search_by_key(&row, |row| row.number).ok()?;
                Some(self.sheets.raw(batch.table, batch.rows.get(at)?))
            };
            let named = part.alone.for_review.iter_mut().chain(&mut part.alone.decided);
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
    /// Whether rows that are taken have to keep how they stood.
    fn raw(&self) -> Raw {
        if self.looked.needs_raw() { Raw::Kept } else { Raw::LeftOut }
    }

    /// Plans a batch, and appends it where there is a run; not where its rows need a survey and there was none. Gives whether
    /// it was taken.
    fn batch(&mut self, connection: &mut Database, (sorted, surveyed): (Sorted, bool)) -> Result<bool, AppError> {
        let plan = plan_batch(connection, self.feed, sorted, &mut self.looked)?;
        if !surveyed && plan.needs_survey() {
            return Ok(false);
        }
        self.outcome.count(&plan);
        let room = self.most.saturating_sub(self.outcome.held.len());
        if room > 0 {
            self.outcome.held.extend(plan.held_in_words(self.file, room));
        }
        if let Some(run) = self.run {
            plan.append_batch(connection, run, &mut self.appended)?;
        }
        Ok(true)
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
