//! Living through a simulated country: on each of its days the clock is set, what was delivered is put into the inbox
//! and pulled as from any source, and every council is scored.
//!
//! In: a folder that [`super::write`] wrote, and an [`App`] on an empty database whose clock can be set. Out: what
//! the pulls came to; a database with a history in which what was known when is known. Always holds: the days go
//! forwards; a database that has councils is refused, so that invented ones never mix with real ones.

use crate::app::{App, blocking};
use crate::clock::noon;
use crate::config::Config;
use crate::error::{AppError, Code};
use crate::feeds::{Feed, Location};
use crate::ingest::{Asked, RunReport, Trigger};
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// What the pulls came to, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rehearsed {
    pub days: usize,
    pub pulls: usize,
    pub read: usize,
    pub accepted: usize,
    pub unchanged: usize,
    pub review: usize,
    pub rejected: usize,
}

impl Rehearsed {
    fn add(&mut self, report: &RunReport) {
        self.pulls += 1;
        self.read += report.read;
        self.accepted += report.accepted;
        self.unchanged += report.unchanged;
        self.review += report.review;
        self.rejected += report.rejected;
    }
}

/// The folder's configuration, with its places made to hold wherever the program runs; the folder's own database,
/// unless another is given.
///
/// # Errors
/// [`Code::FileUnusable`] when it can't be read, [`Code::ConfigInvalid`] when it has mistakes.
pub fn configuration(folder: &Path, database: Option<&str>) -> Result<Config, AppError> {
    let file = folder.join("bellwether.toml");
    let text = std::fs::read_to_string(&file).map_err(|e| unreadable(&file, &e))?;
    let mut config = Config::parse(&text, &file.display().to_string())?;
    let own = || format!("sqlite:{}", folder.join("bellwether.db").display());
    config.database = database.map_or_else(own, str::to_owned);
    for feed in &mut config.feeds {
        if let Location::File(path) = &mut feed.location {
            *path = folder.join(&*path);
        }
    }
    Ok(config)
}

/// The days on which something was delivered, the first first.
///
/// # Errors
/// [`Code::FileUnusable`] when the folder can't be read, or something in it is no day.
pub fn days(folder: &Path) -> Result<Vec<Date>, AppError> {
    let deliveries = folder.join("deliveries");
    let entries = std::fs::read_dir(&deliveries).map_err(|e| unreadable(&deliveries, &e))?;
    let mut days = Vec::new();
    for entry in entries {
        let name = entry.map_err(|e| unreadable(&deliveries, &e))?.file_name();
        let name = name.to_string_lossy();
        days.push(name.parse::<Date>().map_err(|e| unreadable(&deliveries.join(&*name), &e))?);
    }
    days.sort_unstable();
    Ok(days)
}

/// Lives through every day; `tell` hears how many days are done, of how many, and which comes now.
///
/// # Errors
/// [`Code::InputRefused`] for a database that has councils already; whatever stops a run.
pub async fn live_through(app: &App, folder: &Path, tell: impl Fn(u64, u64, &str)) -> Result<Rehearsed, AppError> {
    let days = days(folder)?;
    let Some(first) = days.first().copied() else { return Ok(Rehearsed::default()) };
    app.clock.set(noon(first));
    let (beginning, register) = (app.clone(), folder.join("register.csv"));
    blocking(move || begin(&beginning, &register)).await?;
    let mut done = Rehearsed::default();
    let steps = u64::try_from(days.len()).unwrap_or(u64::MAX);
    for (number, day) in (0..).zip(days) {
        tell(number, steps, &day.to_string());
        app.clock.set(noon(day));
        let of_day = folder.join("deliveries").join(day.to_string());
        for feed in &app.config.feeds {
            if take_in(&of_day, feed).await? {
                let asked = Asked { trigger: Trigger::Demo, given: None, dry_run: false };
                done.add(&crate::ingest::run(app, feed, asked).await?);
            }
        }
        let scoring = app.clone();
        blocking(move || crate::triage::rescore_all(&scoring, "daily")).await?;
        done.days += 1;
    }
    Ok(done)
}

/// Declares the feeds and loads the register into a database that has none.
fn begin(app: &App, register: &Path) -> Result<(), AppError> {
    if crate::triage::summary(&app.store, 1)?.councils > 0 {
        return Err(AppError::new(
            Code::InputRefused,
            "The database has councils already, and invented ones must not be mixed with them.",
            "Live through the country in a new folder.",
        ));
    }
    app.declare()?;
    let bytes = std::fs::read(register).map_err(|e| unreadable(register, &e))?;
    crate::register::import(app, &register.display().to_string(), &bytes)?;
    Ok(())
}

/// Puts the feed's file of the day where the feed is pulled from; whether there was one.
async fn take_in(of_day: &Path, feed: &Feed) -> Result<bool, AppError> {
    let Location::File(place) = &feed.location else { return Ok(false) };
    let (place, name): (PathBuf, _) = (place.clone(), place.file_name().unwrap_or_default().to_owned());
    let sent = of_day.join(name);
    blocking(move || {
        if !sent.exists() {
            return Ok(false);
        }
        std::fs::copy(&sent, &place).map_err(|e| unreadable(&sent, &e))?;
        Ok(true)
    })
    .await
}

fn unreadable(path: &Path, because: &dyn std::fmt::Display) -> AppError {
    AppError::new(
        Code::FileUnusable,
        format!("{} can't be read: {because}.", path.display()),
        "Give the folder that `bellwether simulate` wrote.",
    )
}
