//! `bellwether demo`: everything, on an invented pilot.
//!
//! In: a folder (its own) and a port. Out: a database with four years of an invented country's records, pulled over HTTP
//! from an example source on loopback; a summary; the pages and the API. Always holds: no council is real; the clock
//! stands at the day the folder was made, so that a later visit finds the same Monday; a second run pulls nothing twice.

use super::ingest::told;
use super::serve::serve_until_stopped;
use super::table::table;
use super::{Settings, points, print};
use crate::app::{App, blocking};
use crate::clock::{Clock, noon};
use crate::demo::{self, Folder, play};
use crate::error::AppError;
use crate::scoring::Band;
use crate::triage::{self, RunStatus, Summary};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Show it all on an invented pilot.
#[derive(Args)]
pub struct Demo {
    /// The demo's own folder; remove it to start afresh
    #[arg(long, value_name = "DIR", default_value = "demo")]
    dir: PathBuf,
    /// Where to serve
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Stop after the summary
    #[arg(long)]
    once: bool,
    /// The day at which the pilot stands; today when the folder is new
    #[arg(long, value_name = "DATE", hide = true)]
    today: Option<Date>,
}

impl Demo {
    /// Makes or opens the folder, pulls what is new, says what there is, and serves.
    ///
    /// # Errors
    /// A port in use; a folder that can't be written; a run that fails.
    pub async fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let started = Instant::now();
        let folder = Folder::open(&self.dir, self.today)?;
        let source = play::serve_source(&folder).await?;
        let mut config = folder.configure(source.address(), self.port)?;
        if let Some(rules) = &settings.rules {
            config.rules = Some(rules.clone());
        }
        // The database is the folder's own, whatever BELLWETHER_DATABASE_URL says: invented councils never mix with real ones.
        let listener = if self.once { None } else { Some(crate::server::listen(config.listen)?) };
        let mut app = App::open(config, Clock::standing_at(noon(folder.today)))?;
        app.declare()?;
        app.demo = true;
        print(&format!(
            "An invented pilot: three counties that are on no map, and no council of it is real. It stands on {}.\n",
            folder.today
        ));
        let bar = progress();
        let pulled = source.live_through(&app, |done, of, what| {
            bar.set_length(of);
            bar.set_position(done);
            bar.set_message(what.to_owned());
        });
        let pulled = pulled.await?;
        let settling = app.clone();
        app.examples = Arc::new(blocking(move || demo::people::examples(&settling)).await?);
        bar.finish_and_clear();
        // Today's pulls one by one; those of earlier years are in the sums.
        for report in pulled.iter().skip(pulled.len().saturating_sub(source.feeds())) {
            print(&told(report));
        }
        let reader = app.clone();
        let summary = blocking(move || triage::summary(&reader.store, 10)).await?;
        print(&summed_up(&summary, &pulled));
        print(&format!(
            "Ready after {:.1} s. The database and configuration are in {}.\n",
            started.elapsed().as_secs_f64(),
            self.dir.display()
        ));
        source.stop().await;
        match listener {
            None => Ok(()),
            // The pilot's clock stands still, so nothing ever falls due.
            Some(listener) => serve_until_stopped(app, listener, false).await,
        }
    }
}

/// A bar on a terminal; nothing where output goes elsewhere.
pub(super) fn progress() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {msg}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Rows and councils in figures, and the ten that come first.
fn summed_up(summary: &Summary, pulled: &[crate::ingest::RunReport]) -> String {
    let total = |rows: fn(&crate::ingest::RunReport) -> usize| pulled.iter().map(rows).sum::<usize>();
    let mut text = format!(
        "\n{} pulls, {} of them with something new: {} rows read, {} accepted, {} unchanged, {} for review, {} rejected.\n",
        pulled.len(),
        pulled.iter().filter(|report| report.status != RunStatus::Unchanged).count(),
        total(|report| report.read),
        total(|report| report.accepted),
        total(|report| report.unchanged),
        total(|report| report.review),
        total(|report| report.rejected),
    );
    text.push_str(&format!("{} councils, {} versions of evidence.\n\n", summary.councils, summary.evidence));
    let mut rows = vec![std::iter::once("County").chain(Band::ALL.map(Band::title)).map(str::to_owned).collect()];
    for (county, counts) in &summary.by_county {
        rows.push(std::iter::once(county.clone()).chain(counts.iter().map(i64::to_string)).collect::<Vec<_>>());
    }
    text.push_str(&table(&rows));
    text.push_str("\nWho comes first, and why\n");
    for line in &summary.first {
        text.push_str(&format!(
            "{:>6}  {} ({}): {}\n        {}\n",
            points(line.total),
            line.name,
            line.county,
            line.band.title(),
            line.sentence
        ));
    }
    text.push('\n');
    text
}
