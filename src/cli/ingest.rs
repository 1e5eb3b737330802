//! `bellwether ingest run FEED`: pulls one declared feed by hand.

use super::{Settings, print};
use crate::error::AppError;
use crate::feeds::Location;
use crate::ingest::{Asked, Given, RunReport, Trigger};
use crate::triage::RunStatus;
use clap::Subcommand;
use std::path::PathBuf;

/// Pull the declared feeds by hand.
#[derive(Subcommand)]
pub enum Ingest {
    /// Run one feed now
    Run {
        /// The feed's id in the configuration
        feed: String,
        /// Read this file instead of the feed's own place
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Read, check and match, but keep nothing
        #[arg(long)]
        dry_run: bool,
    },
}

impl Ingest {
    /// Runs the feed and says what became of its rows.
    ///
    /// # Errors
    /// An unknown feed; whatever stops the fetch or the reading of the file; a database that fails.
    pub async fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let Ingest::Run { feed, file, dry_run } = self;
        let app = settings.open()?;
        let feed = app.feed(feed)?;
        app.declare()?;
        if let (Location::Folder(_), None, false) = (&feed.location, file, dry_run) {
            let reports = crate::ingest::pull(&app, feed, Trigger::Command).await?;
            if reports.is_empty() {
                print(&format!("{} holds nothing new.\n", feed.location));
            }
            reports.iter().for_each(|report| print(&told(report)));
            return Ok(());
        }
        let asked = Asked { trigger: Trigger::Command, given: file.clone().map(Given::File), dry_run: *dry_run };
        print(&told(&crate::ingest::run(&app, feed, asked).await?));
        Ok(())
    }
}

/// What a run did, in words.
pub fn told(report: &RunReport) -> String {
    let run = report.run.map_or_else(|| "Dry run".to_owned(), |run| format!("Run {run}"));
    if report.status == RunStatus::Unchanged {
        return format!("{run} of {}: the source has sent nothing new.\n", report.feed);
    }
    if report.status == RunStatus::Held {
        let mut text = format!("{run} of {}: held for a person, nothing was taken.\n", report.feed);
        report.notes.iter().for_each(|note| text.push_str(&format!("  note: {note}\n")));
        return text;
    }
    let mut text = format!(
        "{run} of {}: {} rows read, {} accepted, {} unchanged, {} for review, {} rejected.\n",
        report.feed, report.read, report.accepted, report.unchanged, report.review, report.rejected
    );
    if report.status == RunStatus::DryRun {
        text.push_str("Nothing was kept.\n");
    } else {
        text.push_str(&format!("{} councils touched, {} of them with a new score.\n", report.touched, report.rescored));
    }
    for note in &report.notes {
        text.push_str(&format!("  note: {note}\n"));
    }
    for column in &report.unmapped {
        text.push_str(&format!("  note: nothing reads the column {column}\n"));
    }
    for held in &report.held {
        text.push_str(&format!("  held: {held}\n"));
    }
    text
}
