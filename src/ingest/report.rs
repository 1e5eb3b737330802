//! What a run did, for whoever asked for it and for its record.
//!
//! In: what a file changed. Out: a [`RunReport`], and the rows that the database keeps of a run. Always holds: every row
//! that was read is counted once.

use super::asked::Trigger;
use super::load::Outcome;
use crate::app::App;
use crate::store::feeds;
use crate::store::runs::{NewRun, RunEnd};
use crate::triage::RunStatus;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

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

/// The record of a run that begins.
pub(crate) fn new_run(feed: &feeds::FeedRow, trigger: Trigger, started: Timestamp) -> NewRun {
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

/// Of a run that brought nothing.
pub(super) fn unchanged(feed: &str, run: Option<i64>) -> RunReport {
    RunReport {
        run,
        feed: feed.to_owned(),
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
pub(super) fn report(feed: &str, run: Option<i64>, outcome: &Outcome) -> RunReport {
    RunReport {
        status: RunStatus::Applied,
        read: outcome.rows_read,
        accepted: outcome.accepted,
        unchanged: outcome.unchanged,
        review: outcome.review,
        rejected: outcome.rejected,
        touched: outcome.touched.len(),
        notes: outcome.notes.clone(),
        unmapped: outcome.unmapped.clone(),
        held: outcome.held.clone(),
        ..unchanged(feed, run)
    }
}

/// The record of a run that has ended.
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
