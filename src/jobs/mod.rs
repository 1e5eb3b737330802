//! Jobs: what happens by itself. Feeds are pulled when they are due, letters that wait are sent; each night what is due by
//! its age is removed, and every council is scored anew.
//!
//! In: the schedules that the configuration declares. Out: runs and scores. Always holds: a due schedule is claimed by
//! one replica, by one conditional update; what was missed while nothing ran is made up once at start; the next time is
//! worked out in Europe/London, so summer time moves nothing; a job that fails is recorded and told, and tried again when
//! it is due next.

use crate::app::{App, blocking};
use crate::auth::Actor;
use crate::config::{Config, RETENTION_OFF};
use crate::error::{AppError, Code};
use crate::ingest::{Trigger, schedule_name};
use crate::retention::Retention;
use crate::store::feeds;
use crate::triage;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler};

/// The schedule of the nightly rescore.
const RESCORE: &str = triage::RESCORE_SCHEDULE;
/// The schedule by which what is due by its age is removed.
const RETENTION: &str = "retention";
/// How often the schedules are looked at: every ten seconds.
const TICK: &str = "*/10 * * * * *";
/// A job that was due longer ago than this was missed, not merely late.
const LATE: SignedDuration = SignedDuration::from_mins(5);
/// How long the nightly rescore, or the removal of what is due, may take before another replica may take it over.
const NIGHTLY_LEASE: SignedDuration = SignedDuration::from_mins(30);

/// Declares the schedules and starts to look at them; runs until the scheduler that is given back is shut down.
///
/// # Errors
/// When the database fails or the scheduler can't start.
pub async fn start(app: &App) -> Result<JobScheduler, AppError> {
    let now = Timestamp::now();
    for (name, cron) in nightly_schedules(&app.config) {
        let next = crate::feeds::next_after(cron, now)
            .map_err(|mistake| AppError::new(Code::ConfigInvalid, format!("{name}: {mistake}"), ""))?;
        app.store.write(|connection| feeds::schedule(connection, name, cron, next).map_err(AppError::from))?;
    }
    let failed = |e: tokio_cron_scheduler::JobSchedulerError| {
        AppError::new(Code::Unexpected, format!("The scheduler can't start: {e}."), "")
    };
    let scheduler = JobScheduler::new().await.map_err(failed)?;
    // The scheduler would start a second tick beside one that still runs: the lock keeps them one after the other.
    let busy = Arc::new(Mutex::new(()));
    let ticking = app.clone();
    let job = Job::new_async(TICK, move |_, _| {
        let (app, busy) = (ticking.clone(), busy.clone());
        // Letters don't wait for feeds: whoever delivers does so beside this.
        app.postbox.wake();
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

/// What is done each night, by the names of the schedules.
fn nightly_schedules(config: &Config) -> Vec<(&'static str, &str)> {
    let mut schedules = vec![(RESCORE, config.rescore.as_str())];
    if config.retention != RETENTION_OFF {
        schedules.push((RETENTION, config.retention.as_str()));
    }
    schedules
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
        let nightly_of = |name| nightly_schedules(&app.config).into_iter().find(|(known, _)| *known == name);
        if let Some((name, cron)) = nightly_of(schedule.name.as_str()) {
            nightly(app, now, (name, cron.to_owned())).await?;
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
    match crate::ingest::pull(app, feed, trigger).await {
        Ok(reports) => {
            for report in reports {
                tracing::info!(
                    feed = feed.id,
                    run = report.run,
                    status = ?report.status,
                    read = report.read,
                    accepted = report.accepted,
                    review = report.review,
                    rejected = report.rejected,
                    "pulled"
                );
            }
        }
        // Another replica has it: that is what leases are for.
        Err(error) if error.code == Code::FeedBusy => tracing::debug!(feed = feed.id, "another replica pulls it"),
        Err(error) => tracing::warn!(feed = feed.id, code = error.code.word(), "not pulled: {}", error.told()),
    }
}

/// Does one of the nightly things, if no other replica does so just now.
async fn nightly(app: &App, now: Timestamp, (name, cron): (&'static str, String)) -> Result<(), AppError> {
    let app = app.clone();
    blocking(move || {
        let until = now.saturating_add(NIGHTLY_LEASE)?;
        let lease = (app.replica.as_str(), now, until);
        if !app.store.write(|connection| feeds::lease(connection, name, lease, true))? {
            return Ok(());
        }
        let done = if name == RETENTION { remove_due(&app) } else { score(&app) };
        let next = crate::feeds::next_after(&cron, now).ok();
        app.store.write(|connection| feeds::release(connection, name, &app.replica, next))?;
        done
    })
    .await
}

/// Scores every council.
fn score(app: &App) -> Result<(), AppError> {
    let done = triage::rescore_all(app, "daily")?;
    tracing::info!(scored = done.scored, changed = done.changed, "scored every council");
    Ok(())
}

/// Removes what is due by its age.
fn remove_due(app: &App) -> Result<(), AppError> {
    let applied = Retention::of(app, &*app.in_force()?).apply(&Actor::system(), app.clock.now(), None)?;
    for (class, count) in &applied.classes {
        tracing::info!(class = class.name(), count, "{}", class.fate());
    }
    Ok(())
}
