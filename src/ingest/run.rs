//! One run of one feed: fetch, keep the bytes, read, check, match, compare with what is known, apply, score.
//!
//! In: a declared feed, and what started the run. Out: a [`RunReport`]. Always holds: one replica runs a feed at a time;
//! everything that a run brings (document, evidence, held rows, scores, what the server said) is applied in one
//! transaction, so a run that is killed leaves nothing but its own record, which the next run marks as interrupted.

use super::asked::{Asked, Given, Trigger};
use super::report::{RunReport, new_run, run_end, unchanged};
use super::{Received, apply, schedule_name};
use crate::app::{App, blocking};
use crate::error::{AppError, Code};
use crate::feeds::{Feed, Fetched, Location, Seen};
use crate::store::{StoreError, feeds, runs};
use jiff::{SignedDuration, Timestamp};

/// How long a run may take before another replica may take the feed over.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// Runs a feed once. A failure is recorded with the run before it is given back.
///
/// # Errors
/// [`Code::FeedBusy`] while another run of the feed is under way; whatever stops the fetch or the reading of the file;
/// database failures.
pub async fn run(app: &App, feed: &Feed, asked: Asked) -> Result<RunReport, AppError> {
    if asked.dry_run {
        let body = fetch(app, feed, &asked, &Seen::default()).await?;
        let Some(body) = body else { return Ok(unchanged(&feed.id, None)) };
        let (app, feed) = (app.clone(), feed.clone());
        return blocking(move || apply::dry(&app, &feed, &body)).await;
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

async fn run_begun(app: &App, feed: &Feed, asked: &Asked, (id, seen): (i64, Seen)) -> Result<RunReport, AppError> {
    let Some(body) = fetch(app, feed, asked, &seen).await? else {
        let (app, feed) = (app.clone(), feed.clone());
        return blocking(move || apply::nothing_new(&app, &feed, id, None)).await;
    };
    let (app, feed, by_hand) = (app.clone(), feed.clone(), asked.by_hand());
    blocking(move || apply::apply(&app, &feed, id, (&body, by_hand))).await
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

/// Records a failure, and gives the lease back whatever happened.
async fn end(app: &App, feed: &Feed, (id, done): (i64, bool), failed: Option<&AppError>) -> Result<(), AppError> {
    let message = failed.map(|error| (error.code.word().to_owned(), error.told()));
    let (app, feed) = (app.clone(), feed.clone());
    blocking(move || {
        app.store.write(|connection| {
            if let Some((code, message)) = &message {
                let mut end = run_end(&unchanged(&feed.id, Some(id)), &app, None);
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

impl From<jiff::Error> for AppError {
    fn from(error: jiff::Error) -> AppError {
        AppError::from(StoreError::Corrupt { place: "an instant".to_owned(), because: error.to_string() })
    }
}
