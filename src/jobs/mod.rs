//! Jobs: what happens by itself. Feeds are pulled when they are due, and every council is scored anew each night.
//!
//! In: the schedules that the configuration declares. Out: runs and scores. Always holds: a due schedule is claimed by
//! one replica, by one conditional update; what was missed while nothing ran is made up once at start; the next time is
//! worked out in Europe/London, so summer time moves nothing; a job that fails is recorded and told, and tried again when
//! it is due next.

use crate::app::{App, blocking};
use crate::error::{AppError, Code};
use crate::ingest::{Asked, Trigger, schedule_name};
use crate::store::feeds;
use crate::triage;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler};

/// The schedule of the nightly rescore.
const RESCORE: &str = "rescore";
/// How often the schedules are looked at: every ten seconds.
const TICK: &str = "*/10 * * * * *";
/// A job that was due longer ago than this was missed, not merely late.
const LATE: SignedDuration = SignedDuration::from_mins(5);
/// How long the nightly rescore may take before another replica may take it over.
const RESCORE_LEASE: SignedDuration = SignedDuration::from_mins(30);

/// Declares the schedules and starts to look at them; runs until the scheduler that is given back is shut down.
///
/// # Errors
/// When the database fails or the scheduler can't start.
pub async fn start(app: &App) -> Result<JobScheduler, AppError> {
    let now = Timestamp::now();
    let next = crate::feeds::next_after(&app.config.rescore, now)
        .map_err(|mistake| AppError::new(Code::ConfigInvalid, format!("rescore: {mistake}"), ""))?;
    app.store.write(|connection| {
        feeds::schedule(connection, RESCORE, &app.config.rescore, next)?;
        Ok::<_, AppError>(())
    })?;
    let failed = |e: tokio_cron_scheduler::JobSchedulerError| {
        AppError::new(Code::Unexpected, format!("The scheduler can't start: {e}."), "")
    };
    let scheduler = JobScheduler::new().await.map_err(failed)?;
    // The scheduler would start a second tick beside one that still runs: the lock keeps them one after the other.
    let busy = Arc::new(Mutex::new(()));
    let ticking = app.clone();
    let job = Job::new_async(TICK, move |_, _| {
        let (app, busy) = (ticking.clone(), busy.clone());
        Box::pin(async move {
            let Ok(_only_one) = busy.try_lock() else { return };
            tick(&app).await;
        })
    })
    .map_err(failed)?;
    scheduler.add(job).await.map_err(failed)?;
    scheduler.start().await.map_err(failed)?;
    Ok(scheduler)
}

/// Does everything that is due now, one thing after the other.
pub async fn tick(app: &App) {
    if let Err(error) = do_due(app).await {
        tracing::error!(code = error.code.word(), "the schedules can't be looked at: {}", error.told());
    }
}

async fn do_due(app: &App) -> Result<(), AppError> {
    let now = Timestamp::now();
    let store = app.store.clone();
    let schedules = blocking(move || Ok(store.read(feeds::schedules)?)).await?;
    let due: Vec<_> = schedules.into_iter().filter(|schedule| schedule.next_due_at <= now.as_microsecond()).collect();
    let declared: HashSet<String> = app.config.feeds.iter().map(|feed| schedule_name(&feed.id)).collect();
    for schedule in due {
        if schedule.name == RESCORE {
            nightly(app, now).await?;
        } else if declared.contains(&schedule.name) {
            let due_at = Timestamp::from_microsecond(schedule.next_due_at)?;
            let trigger = if now.duration_since(due_at) > LATE { Trigger::CatchUp } else { Trigger::Schedule };
            pull(app, &schedule.name, trigger).await;
        }
    }
    Ok(())
}

async fn pull(app: &App, schedule: &str, trigger: Trigger) {
    let Some(feed) = app.config.feeds.iter().find(|feed| schedule_name(&feed.id) == schedule) else { return };
    let asked = Asked { trigger, file: None, dry_run: false };
    match crate::ingest::run(app, feed, asked).await {
        Ok(report) => tracing::info!(
            feed = feed.id,
            run = report.run,
            read = report.read,
            accepted = report.accepted,
            review = report.review,
            rejected = report.rejected,
            "pulled"
        ),
        // Another replica has it: that is what leases are for.
        Err(error) if error.code == Code::FeedBusy => tracing::debug!(feed = feed.id, "another replica pulls it"),
        Err(error) => tracing::warn!(feed = feed.id, code = error.code.word(), "not pulled: {}", error.told()),
    }
}

/// Scores every council, if no other replica does so just now.
async fn nightly(app: &App, now: Timestamp) -> Result<(), AppError> {
    let app = app.clone();
    blocking(move || {
        let until = now.saturating_add(RESCORE_LEASE)?;
        let lease = (app.replica.as_str(), now, until);
        if !app.store.write(|connection| feeds::lease(connection, RESCORE, lease, true))? {
            return Ok(());
        }
        let done = triage::rescore_all(&app, "daily");
        let next = crate::feeds::next_after(&app.config.rescore, now).ok();
        app.store.write(|connection| feeds::release(connection, RESCORE, &app.replica, next))?;
        let done = done?;
        tracing::info!(scored = done.scored, changed = done.changed, "scored every council");
        Ok(())
    })
    .await
}
