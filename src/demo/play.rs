//! Living through the pilot's four years: on each of its days, the example source says what was known by then, and the
//! feeds are pulled as they would have been.
//!
//! In: an opened [`App`] whose clock can be set. Out: the reports of the pulls. Always holds: days that were pulled
//! before are not pulled again; the clock ends at the folder's day.

use super::folder::Folder;
use super::source::{ExampleSource, FEEDS, configure};
use super::story::seasons;
use crate::app::{App, blocking};
use crate::clock::{day_in_england, noon};
use crate::error::{AppError, Code};
use crate::ingest::{Asked, RunReport, Trigger};
use crate::register;
use crate::store::{feeds, runs};
use actix_web::web::Data;
use jiff::Timestamp;
use jiff::civil::Date;
use std::net::{SocketAddr, TcpListener};

/// The example source while it is served.
pub struct Playing {
    source: Data<ExampleSource>,
    address: SocketAddr,
    server: actix_web::dev::ServerHandle,
    today: Date,
}

/// Serves the example source on loopback: on the port of the last time where that is free.
///
/// # Errors
/// [`Code::PortInUse`] when no port can be had.
pub async fn serve_source(folder: &Folder) -> Result<Playing, AppError> {
    let failed =
        |e: std::io::Error| AppError::new(Code::PortInUse, format!("The example source can't be served: {e}."), "");
    let last = folder.source_port().and_then(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let listener = match last {
        Some(listener) => listener,
        None => TcpListener::bind("127.0.0.1:0").map_err(failed)?,
    };
    let address = listener.local_addr().map_err(failed)?;
    let today = folder.today;
    let source = blocking(move || Ok(ExampleSource::new(today))).await?;
    let source = Data::new(source);
    let shared = source.clone();
    let server =
        actix_web::HttpServer::new(move || actix_web::App::new().configure(|routes| configure(routes, shared.clone())))
            .workers(1)
            .disable_signals()
            .listen(listener)
            .map_err(failed)?
            .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Playing { source, address, server: handle, today })
}

impl Playing {
    /// Where the source is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many feeds it publishes.
    pub fn feeds(&self) -> usize {
        FEEDS.len()
    }

    /// Stops the source.
    pub async fn stop(&self) {
        self.server.stop(true).await;
    }

    /// Loads the register and pulls every feed on each day of the pilot that has not been pulled yet; `tell` hears how
    /// many steps are done, of how many, and what is done now.
    ///
    /// # Errors
    /// Whatever stops a run.
    pub async fn live_through(&self, app: &App, tell: impl Fn(u64, u64, &str)) -> Result<Vec<RunReport>, AppError> {
        let mut days = seasons(self.today);
        let reader = app.clone();
        let last = blocking(move || last_pulled(&reader)).await?;
        days.retain(|day| last.is_none_or(|last| *day >= last));
        self.take_back_leases(app).await?;
        let steps = u64::try_from(days.len() * (FEEDS.len() + 1)).unwrap_or(u64::MAX);
        let mut done = 0;
        let mut step = |what: &str| {
            tell(done, steps, what);
            done += 1;
        };
        let mut reports = Vec::new();
        for day in days {
            app.clock.set(noon(day));
            self.source.set_as_of(day);
            step(&format!("{day}: the register"));
            let loading = app.clone();
            blocking(move || {
                register::import(&loading, "pilot.csv", super::register().as_bytes())?;
                Ok(())
            })
            .await?;
            for feed in &app.config.feeds {
                step(&format!("{day}: {}", feed.title));
                let asked = Asked { trigger: Trigger::Demo, given: None, dry_run: false };
                reports.push(crate::ingest::run(app, feed, asked).await?);
            }
            let scoring = app.clone();
            blocking(move || crate::triage::rescore_all(&scoring, "daily")).await?;
        }
        Ok(reports)
    }
}

impl Playing {
    /// Takes back what a demo that was killed still held: nobody else works in its folder.
    async fn take_back_leases(&self, app: &App) -> Result<(), AppError> {
        let app = app.clone();
        blocking(move || {
            app.store.write(|connection| {
                for feed in &app.config.feeds {
                    feeds::break_lease(connection, &crate::ingest::schedule_name(&feed.id))?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// The last day on which every feed had been pulled.
fn last_pulled(app: &App) -> Result<Option<Date>, AppError> {
    let last = app.store.read(|connection| runs::last_successes(connection, i64::MAX))?;
    let day =
        |run: &runs::RunRow| run.finished_at.and_then(|at| Timestamp::from_microsecond(at).ok()).map(day_in_england);
    let days: Vec<Date> =
        FEEDS.iter().filter_map(|feed| last.iter().find(|run| run.feed == feed.id).and_then(day)).collect();
    Ok(if days.len() == FEEDS.len() { days.into_iter().min() } else { None })
}
