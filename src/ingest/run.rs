//! One run of one feed: fetch, keep the bytes, read, check, match, compare with what is known, apply, score.
//!
//! In: a declared feed, and what started the run. Out: a [`RunReport`]. Always holds: one replica runs a feed at a time;
//! everything that a run brings (document, evidence, held rows, scores, what the server said) is applied in one
//! transaction, so a run that is killed leaves nothing but its own record, which the next run marks as interrupted.

use super::asked::{Asked, Given, Trigger};
use super::hold;
use super::load::{File, Outcome};
use super::survey::Basis;
use super::{Received, schedule_name};
use crate::app::{App, blocking};
use crate::corrections;
use crate::error::{AppError, Code};
use crate::feeds::{Feed, Fetched, Location, Seen};
use crate::store::runs::{NewRun, RunEnd};
use crate::store::{Database, StoreError, feeds, register, runs};
use crate::triage::{Occasion, RunStatus, rescore};
use crate::waivers::in_force;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Instant;
use utoipa::ToSchema;

/// How long a run may take before another replica may take the feed over.
const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// The most held rows that a dry run tells in words.
const MOST_HELD: usize = 10_000;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RunReport {
    /// None for a dry run, which leaves no record.
    pub run: Option<i64>,
    pub feed: String,
    pub status: RunStatus,
    pub read: usize,
    /// Rows that brought something new or changed.
    pub accepted: usize,
    pub unchanged: usize,
    pub review: usize,
    pub rejected: usize,
    /// Councils whose evidence changed.
    pub touched: usize,
    /// Of these, how many now have another score.
    pub rescored: usize,
    /// What a person should know, in sentences.
    pub notes: Vec<String>,
    /// Columns that nothing reads, with their sheet.
    pub unmapped: Vec<String>,
    /// The first held rows in words, with file, sheet, row and column; ten thousand for a dry run.
    pub held: Vec<String>,
}

/// Runs a feed once. A failure is recorded with the run before it is given back.
///
/// # Errors
/// [`Code::FeedBusy`] while another run of the feed is under way; whatever stops the fetch or the reading of the file;
/// database failures.
pub async fn run(app: &App, feed: &Feed, asked: Asked) -> Result<RunReport, AppError> {
    if asked.dry_run {
        let body = fetch(app, feed, &asked, &Seen::default()).await?;
        let Some(body) = body else { return Ok(unchanged(feed, None)) };
        let (app, feed) = (app.clone(), feed.clone());
        return blocking(move || dry(&app, &feed, &body)).await;
    }
    let started = app.clock.now();
    let (id, seen) = begin(app, feed, &asked, started).await?;
    let ran = run_begun(app, feed, &asked, (id, seen)).await;
    // A run by hand that failed, or read another file, leaves what was due still due.
    let scheduled = matches!(asked.trigger, Trigger::Schedule | Trigger::CatchUp);
    let done = scheduled || (asked.given.is_none() && ran.is_ok());
    let ended = end(app, feed, (id, done), ran.as_ref().err()).await;
    app.telemetry.count_run(&feed.id, ran.as_ref());
    let report = ran?;
    ended?;
    Ok(report)
}

/// Takes the feed's lease and records that the run has begun; gives its id and what the server said last.
async fn begin(app: &App, feed: &Feed, asked: &Asked, started: Timestamp) -> Result<(i64, Seen), AppError> {
    let (app, feed, trigger) = (app.clone(), feed.clone(), asked.trigger);
    let given = asked.given.is_some();
    blocking(move || {
        app.store.write(|connection| {
            let name = schedule_name(&feed.id);
            // Leases run on the system's clock: the demo's own clock stands still while runs are under way.
            let now = Timestamp::now();
            // What the schedule started is done only while it is still due: another replica may have done it meanwhile.
            let only_due = matches!(trigger, Trigger::Schedule | Trigger::CatchUp);
            if !feeds::lease(connection, &name, (&app.replica, now, now.saturating_add(LEASE)?), only_due)? {
                return Err(AppError::new(
                    Code::FeedBusy,
                    format!("The feed {} is being pulled just now.", feed.id),
                    "Wait until that run has ended; the page of sources shows it. A run whose program was killed holds its feed for a quarter of an hour.",
                ));
            }
            runs::mark_interrupted(connection, &feed.id, started.as_microsecond())?;
            let known = feeds::one(connection, &feed.id)?.ok_or_else(|| crate::triage::unknown_feed(&feed.id))?;
            let run = new_run(&known, trigger, started);
            // What is given by hand is read whatever the server said last.
            let seen = if given { Seen::default() } else { Seen { etag: known.etag, last_modified: known.last_modified } };
            Ok((runs::begin(connection, &run)?, seen))
        })
    })
    .await
}

/// The record of a run that begins.
pub(super) fn new_run(feed: &feeds::FeedRow, trigger: Trigger, started: Timestamp) -> NewRun {
    NewRun {
        feed: feed.id.clone(),
        trigger_kind: trigger.name().to_owned(),
        started_at: started.as_microsecond(),
        status: "running".to_owned(),
        covers: feed.covers.clone(),
        rows_read: 0,
        rows_accepted: 0,
        rows_unchanged: 0,
        rows_for_review: 0,
        rows_rejected: 0,
        notes: "{}".to_owned(),
    }
}

async fn run_begun(app: &App, feed: &Feed, asked: &Asked, (id, seen): (i64, Seen)) -> Result<RunReport, AppError> {
    let Some(body) = fetch(app, feed, asked, &seen).await? else {
        let (app, feed) = (app.clone(), feed.clone());
        return blocking(move || nothing_new(&app, &feed, id, None)).await;
    };
    let (app, feed, by_hand) = (app.clone(), feed.clone(), asked.by_hand());
    blocking(move || apply(&app, &feed, id, &body, by_hand)).await
}

/// The bytes, or none when the server says that they haven't changed.
async fn fetch(app: &App, feed: &Feed, asked: &Asked, seen: &Seen) -> Result<Option<Received>, AppError> {
    let fetched = match &asked.given {
        Some(Given::File(path)) => {
            let mut by_hand = feed.clone();
            by_hand.location = Location::File(path.clone());
            app.fetcher.fetch(&by_hand, seen).await
        }
        Some(Given::Bytes { name, content_type, bytes }) => {
            crate::feeds::sent(feed, (name, content_type.as_deref()), bytes.clone())
        }
        None => app.fetcher.fetch(feed, seen).await,
    };
    match fetched {
        Ok(Fetched::Unchanged) => Ok(None),
        Ok(Fetched::Body { bytes, sha256, etag, last_modified, content_type, file_name }) => Ok(Some(Received {
            bytes,
            sha256,
            etag,
            last_modified,
            content_type,
            name: file_name.unwrap_or_else(|| feed.id.clone()),
        })),
        Err(error) => Err(AppError::new(Code::FetchFailed, error.to_string(), "")),
    }
}

fn dry(app: &App, feed: &Feed, body: &Received) -> Result<RunReport, AppError> {
    let waivers = app.store.read(|connection| in_force(connection, &feed.id, app.clock.today()))?;
    let (_, index) = app.matcher()?;
    let file = File::open(feed, body, (&waivers, app.clock.today()), index)?;
    app.store.read(|connection| {
        let survey = file.survey(connection, feed)?;
        let outcome = file.apply(connection, (feed, &survey), None, MOST_HELD)?;
        Ok(RunReport { status: RunStatus::DryRun, ..report(feed, None, &outcome) })
    })
}

fn apply(app: &App, feed: &Feed, id: i64, body: &Received, by_hand: bool) -> Result<RunReport, AppError> {
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
    let mut watch = Watch(Instant::now());
    keep(app, body)?;
    let keeping_ms = watch.lap();
    let waivers = app.store.read(|connection| in_force(connection, &feed.id, app.clock.today()))?;
    let (register_load, index) = app.matcher()?;
    let file = File::open(feed, body, (&waivers, app.clock.today()), index)?;
    let survey = app.store.read(|connection| file.survey(connection, feed))?;
    if !by_hand && let Some(held) = hold::held(app, feed, (id, &body.sha256), &survey.shape)? {
        return Ok(held);
    }
    let reading_ms = watch.lap();
    let now = app.clock.now();
    let declaration = super::feed_row(feed).declaration;
    app.store.write(|connection| {
        keep_hold(app, connection, feed)?;
        // Somebody may have answered a question, or taken something back, since the file was surveyed.
        let anew = match Basis::of_feed(connection, feed)? == survey.basis {
            true => None,
            false => Some(file.survey(connection, feed)?),
        };
        let outcome = file.apply(connection, (feed, anew.as_ref().unwrap_or(&survey)), Some((id, now)), 5)?;
        // What was read by a register, a declaration or waivers that have changed meanwhile is read anew by the next run.
        let still_so = register::last_import(connection)? == register_load
            && in_force(connection, &feed.id, app.clock.today())? == waivers
            && feeds::one(connection, &feed.id)?.is_some_and(|known| known.declaration == declaration);
        let mut report = report(feed, Some(id), &outcome);
        corrections::record(connection, (&feed.id, id), now)?;
        // A file given by hand says nothing of what the source itself sent last.
        if !by_hand {
            let said = match outcome.provisional || !still_so {
                true => (None, None, None),
                false => (body.etag.as_deref(), body.last_modified.as_deref(), Some(body.sha256.as_str())),
            };
            feeds::remember(connection, &feed.id, said)?;
            hold::taken(connection, feed, (id, now), &survey.shape)?;
        }
        runs::end(connection, id, &run_end(&report, app, Some(&body.sha256)))?;
        let writing_ms = watch.lap();
        report.rescored = score_touched(app, connection, &outcome.touched, (&feed.id, id))?;
        let scoring_ms = watch.lap();
        let (run, rows) = (id, report.read);
        tracing::info!(feed = feed.id, run, rows, keeping_ms, reading_ms, writing_ms, scoring_ms, "run applied");
        Ok(report)
    })
}

/// How long the parts of a run take, for the log.
struct Watch(Instant);

impl Watch {
    /// Milliseconds since the start or the last lap.
    fn lap(&mut self) -> u64 {
        let now = Instant::now();
        let took = now.duration_since(std::mem::replace(&mut self.0, now));
        u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Says when a feed is due next whose folder was looked into; what another replica has done meanwhile stays.
///
/// # Errors
/// When the database fails.
pub(super) fn advance(app: &App, feed: &Feed) -> Result<(), AppError> {
    let Some(cron) = feed.schedule.as_deref() else { return Ok(()) };
    let (name, now) = (schedule_name(&feed.id), Timestamp::now());
    let next = crate::feeds::next_after(cron, now).ok();
    app.store.write(|connection| {
        if feeds::lease(connection, &name, (&app.replica, now, now.saturating_add(LEASE)?), true)? {
            feeds::release(connection, &name, &app.replica, next)?;
        }
        Ok(())
    })
}

/// Ends a run whose source has sent nothing new: what was held is held still, and the figures say so.
fn nothing_new(app: &App, feed: &Feed, id: i64, sha256: Option<&str>) -> Result<RunReport, AppError> {
    let report = unchanged(feed, Some(id));
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
    app.keep_rules(connection)?;
    let occasion = Occasion {
        rules: &app.rules.set,
        as_of: app.clock.today(),
        cause: &format!("run {id} of {feed}"),
        now: app.clock.now(),
    };
    Ok(rescore(connection, &councils, &occasion)?.changed)
}

/// Records a failure, and gives the lease back whatever happened.
async fn end(app: &App, feed: &Feed, (id, done): (i64, bool), failed: Option<&AppError>) -> Result<(), AppError> {
    let message = failed.map(|error| (error.code.word().to_owned(), error.told()));
    let (app, feed) = (app.clone(), feed.clone());
    blocking(move || {
        app.store.write(|connection| {
            if let Some((code, message)) = &message {
                let mut end = run_end(&unchanged(&feed, Some(id)), &app, None);
                end.status = "failed".to_owned();
                end.code = Some(code.clone());
                end.message = Some(message.clone());
                runs::fail(connection, id, &end)?;
            }
            let next = feed
                .schedule
                .as_deref()
                .filter(|_| done)
                .and_then(|cron| crate::feeds::next_after(cron, Timestamp::now()).ok());
            feeds::release(connection, &schedule_name(&feed.id), &app.replica, next)?;
            Ok::<_, AppError>(())
        })
    })
    .await
}

pub(super) fn unchanged(feed: &Feed, run: Option<i64>) -> RunReport {
    RunReport {
        run,
        feed: feed.id.clone(),
        status: RunStatus::Unchanged,
        read: 0,
        accepted: 0,
        unchanged: 0,
        review: 0,
        rejected: 0,
        touched: 0,
        rescored: 0,
        notes: Vec::new(),
        unmapped: Vec::new(),
        held: Vec::new(),
    }
}

/// What a run is reported to have done.
pub(super) fn report(feed: &Feed, run: Option<i64>, outcome: &Outcome) -> RunReport {
    RunReport {
        run,
        feed: feed.id.clone(),
        status: RunStatus::Applied,
        read: outcome.rows_read,
        accepted: outcome.accepted,
        unchanged: outcome.unchanged,
        review: outcome.review,
        rejected: outcome.rejected,
        touched: outcome.touched.len(),
        rescored: 0,
        notes: outcome.notes.clone(),
        unmapped: outcome.unmapped.clone(),
        held: outcome.held.clone(),
    }
}

pub(super) fn run_end(report: &RunReport, app: &App, sha256: Option<&str>) -> RunEnd {
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    RunEnd {
        finished_at: Some(app.clock.now().as_microsecond()),
        status: match report.status {
            RunStatus::Applied => "applied",
            RunStatus::Held => "held",
            _ => "unchanged",
        }
        .to_owned(),
        sha256: sha256.map(str::to_owned),
        rows_read: number(report.read),
        rows_accepted: number(report.accepted),
        rows_unchanged: number(report.unchanged),
        rows_for_review: number(report.review),
        rows_rejected: number(report.rejected),
        notes: serde_json::json!({ "notes": report.notes, "unmapped": report.unmapped }).to_string(),
        code: None,
        message: None,
    }
}

impl From<jiff::Error> for AppError {
    fn from(error: jiff::Error) -> AppError {
        AppError::from(StoreError::Corrupt { place: "an instant".to_owned(), because: error.to_string() })
    }
}
