//! What an operator watches: the log, and figures for Prometheus.
//!
//! In: events of the other parts. Out: lines on standard error, and the text of `/metrics`. Always holds: labels come
//! from declared feeds, fixed words and route patterns, never from what somebody sends, so the number of series is bounded.

use crate::error::{AppError, Code};
use crate::ingest::RunReport;
use crate::triage::News;
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};
use std::io::IsTerminal;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What the log shows when `BELLWETHER_LOG` doesn't say.
const DEFAULT_LOG: &str = "warn,bellwether=info";

/// Starts the log on standard error: what `BELLWETHER_LOG` asks for (such as `debug` or `bellwether=debug,diesel=info`),
/// as JSON lines when `BELLWETHER_LOG_FORMAT` is `json`.
///
/// # Errors
/// [`Code::ConfigInvalid`] when `BELLWETHER_LOG` can't be understood.
pub fn start_log() -> Result<(), AppError> {
    let asked = std::env::var("BELLWETHER_LOG").unwrap_or_else(|_| DEFAULT_LOG.to_owned());
    let targets: Targets = asked.parse().map_err(|e| {
        AppError::new(
            Code::ConfigInvalid,
            format!("BELLWETHER_LOG is {asked:?}: {e}."),
            "Such as: warn,bellwether=debug",
        )
    })?;
    let registry = tracing_subscriber::registry().with(targets);
    let coloured = std::io::stderr().is_terminal();
    let plain = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(coloured);
    if std::env::var("BELLWETHER_LOG_FORMAT").as_deref() == Ok("json") {
        registry.with(plain.json()).init();
    } else {
        registry.with(plain.with_target(false)).init();
    }
    Ok(())
}

/// The figures.
#[derive(Clone)]
pub struct Telemetry {
    registry: Registry,
    requests: HistogramVec,
    runs: IntCounterVec,
    rows: IntCounterVec,
    bands: IntGaugeVec,
    letters: IntCounterVec,
}

impl Telemetry {
    /// Figures that start at nothing.
    ///
    /// # Errors
    /// [`Code::Unexpected`] when two figures were given one name.
    pub fn new() -> Result<Telemetry, AppError> {
        Telemetry::registered()
            .map_err(|e| AppError::new(Code::Unexpected, format!("The figures can't be set up: {e}."), ""))
    }

    fn registered() -> prometheus::Result<Telemetry> {
        let registry = Registry::new();
        #[cfg(target_os = "linux")]
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        let requests = HistogramVec::new(
            HistogramOpts::new("bellwether_http_request_seconds", "Time to answer a request, by route and status"),
            &["method", "route", "status"],
        )?;
        let runs = IntCounterVec::new(
            Opts::new("bellwether_feed_runs_total", "Runs of feeds, by feed and how they ended"),
            &["feed", "status"],
        )?;
        let rows = IntCounterVec::new(
            Opts::new("bellwether_feed_rows_total", "Rows read, by feed and what became of them"),
            &["feed", "outcome"],
        )?;
        let bands = IntGaugeVec::new(Opts::new("bellwether_councils", "Councils, by band"), &["band"])?;
        let letters = IntCounterVec::new(
            Opts::new("bellwether_letters_total", "Letters, by kind and what became of them"),
            &["kind", "outcome"],
        )?;
        registry.register(Box::new(letters.clone()))?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(runs.clone()))?;
        registry.register(Box::new(rows.clone()))?;
        registry.register(Box::new(bands.clone()))?;
        Ok(Telemetry { registry, requests, runs, rows, bands, letters })
    }

    /// Counts a request that was answered.
    pub fn count_request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.requests.with_label_values(&[method, route, &status.to_string()]).observe(seconds);
    }

    /// Counts a run that ended.
    pub fn count_run(&self, feed: &str, ran: Result<&RunReport, &AppError>) {
        let status = ran.map_or_else(|_| "failed".to_owned(), |report| format!("{:?}", report.status).to_lowercase());
        self.runs.with_label_values(&[feed, &status]).inc();
        if let Ok(report) = ran {
            let outcomes = [
                ("accepted", report.accepted),
                ("unchanged", report.unchanged),
                ("review", report.review),
                ("rejected", report.rejected),
            ];
            for (outcome, rows) in outcomes {
                self.rows.with_label_values(&[feed, outcome]).inc_by(u64::try_from(rows).unwrap_or(u64::MAX));
            }
        }
    }

    /// Sets how many councils a band holds.
    pub fn set_band(&self, band: &str, councils: i64) {
        self.bands.with_label_values(&[band]).set(councils);
    }

    /// Counts a letter of a kind that was delivered, put back for another try, failed for good or expired.
    pub fn count_letter(&self, kind: &str, outcome: &str) {
        self.letters.with_label_values(&[kind, outcome]).inc();
    }

    /// The figures in Prometheus' text format, with the news of the declared feeds as the database has it: it is the same
    /// whichever replica is asked.
    ///
    /// # Errors
    /// [`Code::Unexpected`] when they can't be written.
    pub fn text(&self, feeds: &[(String, News)]) -> Result<Vec<u8>, AppError> {
        self.written(feeds)
            .map_err(|e| AppError::new(Code::Unexpected, format!("The figures can't be written: {e}."), ""))
    }

    fn written(&self, feeds: &[(String, News)]) -> prometheus::Result<Vec<u8>> {
        // Made for this answer alone: a feed that is no longer declared, or of which nothing is expected any more, isn't there.
        let last_new = IntGaugeVec::new(
            Opts::new(
                "bellwether_feed_last_new_timestamp_seconds",
                "When a feed last brought a file that it had not brought before, in seconds since 1970; no series for one \
                 that never did",
            ),
            &["feed"],
        )?;
        let late = IntGaugeVec::new(
            Opts::new(
                "bellwether_feed_late",
                "1 while a feed is late with something new, for feeds with expected_every",
            ),
            &["feed"],
        )?;
        for (feed, news) in feeds {
            if let Some(at) = news.last_new_at {
                last_new.with_label_values(&[feed]).set(at.as_second());
            }
            if news.expected_every.is_some() {
                late.with_label_values(&[feed]).set(i64::from(news.late_since.is_some()));
            }
        }
        let news = Registry::new();
        news.register(Box::new(last_new))?;
        news.register(Box::new(late))?;
        let mut families = self.registry.gather();
        families.extend(news.gather());
        let mut text = Vec::new();
        TextEncoder::new().encode(&families, &mut text)?;
        Ok(text)
    }
}
