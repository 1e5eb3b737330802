//! One file applied: read, compared with what is known, kept, scored.
//!
//! In: the bytes that a run fetched. Out: a [`RunReport`]. Always holds: everything that a file brings (evidence, held
//! rows, scores, what the server said) is applied in one transaction; the bytes are kept before it, and by themselves.
//!
//! A file is first tried in a single pass, because most state each thing once. Where rows turn out to be about the same
//! thing, or the list to be so unlike the last that a person has to look at it, all of that is taken back, and the file is
//! surveyed before it is applied.

use super::hold::{self, Shape};
use super::load::{File, Outcome};
use super::report::{RunReport, report, run_end, unchanged};
use super::survey::Basis;
use super::{Received, run::LEASE, schedule_name};
use crate::app::App;
use crate::corrections;
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::store::{Database, Retryable, StoreError, feeds, register, runs};
use crate::triage::{Occasion, RunStatus, rescore};
use crate::waivers::{InForce, in_force};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Instant;

/// The most held rows that a dry run tells in words.
const MOST_HELD: usize = 10_000;
/// Held rows that the report of a run tells in words.
const FIRST_HELD: usize = 5;

/// What the file would do; nothing is kept.
///
/// # Errors
/// Whatever stops the reading of the file; database failures.
pub(super) fn dry(app: &App, feed: &Feed, body: &Received) -> Result<RunReport, AppError> {
    let waivers = app.store.read(|connection| in_force(connection, &feed.id, app.clock.today()))?;
    let (_, index) = app.matcher()?;
    let file = File::open(feed, body, (&waivers, app.clock.today()), index)?;
    app.store.read(|connection| {
        let outcome = match file.at_once(connection, feed, None, MOST_HELD)? {
            Some((outcome, _)) => outcome,
            None => {
                let survey = file.survey(connection, feed)?;
                file.apply(connection, (feed, &survey), None, MOST_HELD)?
            }
        };
        Ok(RunReport { status: RunStatus::DryRun, ..report(&feed.id, None, &outcome) })
    })
}

/// Applies the bytes that the run `id` fetched; `by_hand` where somebody gave them.
///
/// # Errors
/// Whatever stops the reading of the file; [`Code::FeedBusy`] where another run has taken the feed over; database failures.
pub(super) fn apply(
    app: &App,
    feed: &Feed,
    id: i64,
    (body, by_hand): (&Received, bool),
) -> Result<RunReport, AppError> {
    let same = app.store.read(|connection| {
        Ok::<_, AppError>(
            feeds::one(connection, &feed.id)?.is_some_and(|known| known.last_sha256.as_deref() == Some(&body.sha256)),
        )
    })?;
    if same {
        return nothing_new(app, feed, id, Some(&body.sha256));
    }
    crate::review::refuse_undone(app, &feed.id, &body.sha256)?;
    // The bytes are kept first and by themselves: a file that can't be read is the one that has to be looked at.
    keep(app, body)?;
    let waivers = app.store.read(|connection| in_force(connection, &feed.id, app.clock.today()))?;
    let (register_load, index) = app.matcher()?;
    let file = File::open(feed, body, (&waivers, app.clock.today()), index)?;
    let work = Work { app, feed, body, by_hand, id, now: app.clock.now(), register_load, waivers: &waivers };
    match app.store.write(|connection| work.at_once(connection, &file)) {
        Ok(done) => Ok(done),
        Err(Stopped::Failed(error)) => Err(error),
        Err(Stopped::Several) => work.surveyed(&file),
    }
}

/// One file under way.
struct Work<'w> {
    app: &'w App,
    feed: &'w Feed,
    body: &'w Received,
    by_hand: bool,
    /// The run.
    id: i64,
    now: Timestamp,
    /// The load of the register that the file is matched by.
    register_load: i64,
    waivers: &'w InForce,
}

/// Why a transaction is given up.
enum Stopped {
    /// The file takes several passes.
    Several,
    Failed(AppError),
}

impl From<AppError> for Stopped {
    fn from(error: AppError) -> Stopped {
        Stopped::Failed(error)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Stopped {
        Stopped::Failed(error.into())
    }
}

impl Retryable for Stopped {
    fn is_retryable(&self) -> bool {
        matches!(self, Stopped::Failed(error) if error.is_retryable())
    }
}

impl Work<'_> {
    fn at_once(&self, connection: &mut Database, file: &File<'_>) -> Result<RunReport, Stopped> {
        keep_hold(self.app, connection, self.feed)?;
        let started = Instant::now();
        let run = Some((self.id, self.now));
        let Some((outcome, shape)) = file.at_once(connection, self.feed, run, FIRST_HELD)? else {
            return Err(Stopped::Several);
        };
        if !self.by_hand && hold::reason(connection, self.feed, &self.body.sha256, &shape)?.is_some() {
            return Err(Stopped::Several);
        }
        Ok(self.settle(connection, (&outcome, &shape), started)?)
    }

    fn surveyed(&self, file: &File<'_>) -> Result<RunReport, AppError> {
        let Work { app, feed, .. } = *self;
        let survey = app.store.read(|connection| file.survey(connection, feed))?;
        if !self.by_hand
            && let Some(held) = hold::held(app, feed, (self.id, &self.body.sha256), &survey.shape)?
        {
            return Ok(held);
        }
        app.store.write(|connection| {
            keep_hold(app, connection, feed)?;
            let started = Instant::now();
            // Somebody may have answered a question, or taken something back, since the file was surveyed.
            let anew = match Basis::of_feed(connection, feed)? == survey.basis {
                true => None,
                false => Some(file.survey(connection, feed)?),
            };
            let survey = anew.as_ref().unwrap_or(&survey);
            let outcome = file.apply(connection, (feed, survey), Some((self.id, self.now)), FIRST_HELD)?;
            self.settle(connection, (&outcome, &survey.shape), started)
        })
    }

    /// What follows when a file's rows have been applied, in their transaction, which `started` then.
    fn settle(
        &self,
        connection: &mut Database,
        (outcome, shape): (&Outcome, &Shape),
        started: Instant,
    ) -> Result<RunReport, AppError> {
        let Work { app, feed, body, id, now, .. } = *self;
        let mut report = report(&feed.id, Some(id), outcome);
        corrections::record(connection, (&feed.id, id), now)?;
        // A file given by hand says nothing of what the source itself sent last.
        if !self.by_hand {
            let said = match outcome.provisional || !self.still_so(connection)? {
                true => (None, None, None),
                false => (body.etag.as_deref(), body.last_modified.as_deref(), Some(body.sha256.as_str())),
            };
            feeds::remember(connection, &feed.id, said)?;
            hold::taken(connection, feed, (id, now), shape)?;
        }
        runs::end(connection, id, &run_end(&report, app, Some(&body.sha256)))?;
        let rows_ms = milliseconds(started);
        let scoring = Instant::now();
        report.rescored = score_touched(app, connection, &outcome.touched, (&feed.id, id))?;
        let (rows, scoring_ms) = (report.read, milliseconds(scoring));
        tracing::info!(feed = feed.id, run = id, rows, rows_ms, scoring_ms, "run applied");
        Ok(report)
    }

    /// Whether the register, the declaration and the waivers by which the file was read still count: what was read by others
    /// is read anew by the next run.
    fn still_so(&self, connection: &mut Database) -> Result<bool, StoreError> {
        let declaration = super::feed_row(self.feed).declaration;
        Ok(register::last_import(connection)? == self.register_load
            && in_force(connection, &self.feed.id, self.app.clock.today())? == *self.waivers
            && feeds::one(connection, &self.feed.id)?.is_some_and(|known| known.declaration == declaration))
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Ends a run whose source has sent nothing new: what was held is held still, and the figures say so.
pub(super) fn nothing_new(app: &App, feed: &Feed, id: i64, sha256: Option<&str>) -> Result<RunReport, AppError> {
    let report = unchanged(&feed.id, Some(id));
    app.store.write(|connection| {
        let mut end = run_end(&report, app, sha256);
        if let Some(last) = runs::last_success(connection, &feed.id, id)? {
            runs::hold_still(connection, &feed.id, (last.id, id))?;
            end.rows_read = last.rows_read;
            end.rows_unchanged = last.rows_accepted + last.rows_unchanged;
            end.rows_for_review = last.rows_for_review;
            end.rows_rejected = last.rows_rejected;
            end.sha256 = end.sha256.or(last.sha256);
        }
        runs::end(connection, id, &end)?;
        Ok::<_, AppError>(())
    })?;
    Ok(report)
}

/// Makes sure, inside the transaction, that the feed is still ours to write: a run that was suspended for longer than its
/// lease has been taken over, and its older bytes must not come after newer ones.
fn keep_hold(app: &App, connection: &mut Database, feed: &Feed) -> Result<(), AppError> {
    let until = Timestamp::now().saturating_add(LEASE)?;
    if feeds::renew(connection, &schedule_name(&feed.id), &app.replica, until)? {
        return Ok(());
    }
    Err(AppError::new(
        Code::FeedBusy,
        format!("This run of {} took so long that another took the feed over.", feed.id),
        "Nothing of this run was kept. The page of sources shows the other.",
    ))
}

fn keep(app: &App, body: &Received) -> Result<(), AppError> {
    let document = feeds::NewDocument {
        sha256: &body.sha256,
        bytes: &body.bytes,
        file_name: &body.name,
        content_type: body.content_type.as_deref(),
        first_seen_at: app.clock.now().as_microsecond(),
    };
    app.store.write(|connection| feeds::keep_document(connection, &document))?;
    Ok(())
}

/// Scores the councils that a run touched, in the run's own transaction.
pub(super) fn score_touched(
    app: &App,
    connection: &mut Database,
    touched: &BTreeSet<i64>,
    (feed, id): (&str, i64),
) -> Result<usize, AppError> {
    let touched: Vec<i64> = touched.iter().copied().collect();
    if touched.is_empty() {
        return Ok(0);
    }
    let councils = register::councils_of(connection, &touched)?;
    let rules = app.keep_rules(connection)?;
    let occasion = Occasion {
        rules: &rules.set,
        as_of: app.clock.today(),
        cause: &format!("run {id} of {feed}"),
        now: app.clock.now(),
    };
    Ok(rescore(connection, &councils, &occasion)?.changed)
}
