//! What pages and the API show about sources: each feed with its last run, and one run with every row it held back.
//!
//! In: filled by the store. Out: rendered by `web`, serialised by `api`. Always holds: every row of a run is counted
//! once, as accepted, unchanged, for review or rejected; what is held keeps its place and its cells as they stood.

use super::difference::Difference;
use super::late::Unassessed;
use crate::auth::{Action, Actor};
use crate::ingest::Problem;
use crate::matching::Candidate;
use crate::personal::screening::Finding;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long after its due time a run may still begin before the feed is called overdue.
pub const GRACE: SignedDuration = SignedDuration::from_hours(1);

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Running,
    /// Read, checked, and what was new is kept.
    Applied,
    /// The source sent what it had sent before.
    Unchanged,
    /// The list is so unlike the last that a person has to decide; the message says in what. Nothing of it counts yet.
    Held,
    /// Nothing was kept; the message says why.
    Failed,
    /// Read and checked only: nothing was kept, because somebody asked for a trial.
    DryRun,
}

/// One run of one feed, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunLine {
    pub id: i64,
    /// The feed's id.
    pub feed: String,
    /// What started it: `schedule`, `catch_up`, `command`, `upload`, `folder`, `release`, `demo`, `review`, `mending`,
    /// `undo`, `submission`, `withdrawal`.
    pub trigger: String,
    pub started_at: Timestamp,
    /// None while it runs.
    pub finished_at: Option<Timestamp>,
    pub status: RunStatus,
    /// Rows read; what follows adds up to it.
    pub read: i64,
    /// Rows that brought something new or changed.
    pub accepted: i64,
    /// Rows that said what we knew already.
    pub unchanged_rows: i64,
    /// Rows that wait for a person to say which council is meant.
    pub review: i64,
    /// Rows that can't be taken.
    pub rejected: i64,
    /// What went wrong and what to do, in sentences for people.
    pub message: Option<String>,
    /// SHA-256 (hex) of the bytes that were read.
    pub sha256: Option<String>,
}

/// One declared source with its last run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedLine {
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it sends, in words: "Auditors' outcomes".
    pub source: String,
    /// Where it is read from, without credentials or query.
    pub location_shown: String,
    /// When it runs, as declared; none for a source that is sent to us.
    pub schedule: Option<String>,
    pub last_run: Option<RunLine>,
    pub next_due: Option<Timestamp>,
    /// Which counties it speaks about, in words.
    pub covers: String,
    /// How often it is to bring something new, as declared: "35 days".
    #[serde(default)]
    pub expected_every: Option<String>,
    /// When it last brought a file that it had not brought before.
    #[serde(default)]
    pub last_new_at: Option<Timestamp>,
    /// The first day on which it was late with something new; none while it isn't, or nothing is expected.
    #[serde(default)]
    pub late_since: Option<Date>,
    /// While it is late: the indicators that sources of its kind assess and that are not assessed at councils which it
    /// covers, as far as the asker sees their counties.
    #[serde(default)]
    pub makes_unassessed: Vec<Unassessed>,
}

/// What a feed's last run and its next due time come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    /// The last run failed: what is shown may be out of date.
    Failed,
    /// The last list is held until a person has decided about it.
    AwaitsDecision,
    /// It should have run more than [`GRACE`] ago.
    Overdue,
    /// It has never run: nothing is known from it.
    NeverRun,
    /// Pulling it works or waits, but it has brought nothing new for longer than it says; it assesses nothing.
    Late,
    Running,
    /// It ran, and rows wait for a person or for the sender.
    RowsHeld,
    /// The last run was a trial, so nothing of it was kept.
    Trial,
    UpToDate,
}

impl FeedLine {
    /// How the feed stands at `now`; what needs somebody comes before what doesn't.
    pub fn state(&self, now: Timestamp) -> FeedState {
        let overdue = self.next_due.is_some_and(|due| now.duration_since(due) > GRACE);
        match &self.last_run {
            Some(run) if run.status == RunStatus::Failed => FeedState::Failed,
            Some(run) if run.status == RunStatus::Held => FeedState::AwaitsDecision,
            _ if overdue => FeedState::Overdue,
            None => FeedState::NeverRun,
            Some(_) if self.late_since.is_some() => FeedState::Late,
            Some(run) if run.status == RunStatus::Running => FeedState::Running,
            Some(run) if run.review > 0 || run.rejected > 0 => FeedState::RowsHeld,
            Some(run) if run.status == RunStatus::DryRun => FeedState::Trial,
            Some(_) => FeedState::UpToDate,
        }
    }
}

/// Why a row is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldKind {
    /// It can't be taken: the sender has to correct it.
    Rejected,
    /// It is sound, but a person has to say which council is meant.
    Review,
    /// A person has said which council is meant, or that none of ours is.
    Decided,
}

/// A row that a run did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldRow {
    pub id: i64,
    pub kind: HeldKind,
    pub sheet: Option<String>,
    /// As a person counts: the heading is row 1.
    pub row: u32,
    /// The council as the source names it; empty where the row names none.
    pub name: String,
    /// One sentence: why it is held.
    pub reason: String,
    pub problems: Vec<Problem>,
    /// Councils that may be meant, best first.
    pub candidates: Vec<Candidate>,
    /// Heading and cell, as they stood; what looks like something about a person is masked for those who may not black it
    /// out, here and wherever it is quoted.
    pub raw: Vec<(String, String)>,
    /// The cells that look like something about a person, whether or not they are masked.
    #[serde(default)]
    pub personal: Vec<PersonalCell>,
    /// Who mended it, and when; only of a rejected row that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended: Option<MendedBy>,
}

/// How a rejected row was mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MendedBy {
    pub at: Timestamp,
    /// Such as `person:12`.
    pub by: String,
    /// The run by which what it says now was taken.
    pub run: i64,
    /// Heading and cell of what was changed, as it is now.
    pub cells: Vec<(String, String)>,
}

/// How a run was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UndoneBy {
    pub at: Timestamp,
    /// Such as `person:12`.
    pub by: String,
    pub reason: String,
    /// The run that put back what was known before.
    pub run: i64,
    /// Whether the same list is refused when the source sends it again.
    pub document_refused: bool,
}

/// A cell in which screening found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonalCell {
    /// As the source heads it.
    pub column: String,
    pub looks_like: Finding,
    /// Whether it is masked in this view.
    pub hidden: bool,
}

/// Whether the asker may see cells that look like something about a person: who decides what is blacked out has to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalCells {
    Masked,
    Shown,
}

impl PersonalCells {
    /// What an actor sees of them.
    pub fn to(actor: &Actor) -> PersonalCells {
        if actor.can(Action::Redact) { PersonalCells::Shown } else { PersonalCells::Masked }
    }
}

/// One run with everything that it held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunView {
    pub run: RunLine,
    /// Whether the rows held back are shown: not to who sees only the figures, since they name councils of others.
    pub held_shown: bool,
    /// In order of sheet and row.
    pub held: Vec<HeldRow>,
    /// What the reader noticed, in sentences.
    pub notes: Vec<String>,
    /// Columns that nothing reads, as the source heads them.
    pub unmapped: Vec<String>,
    /// Why the whole list was held for a person, and what became of that.
    #[serde(default)]
    pub hold: Option<HoldView>,
    /// How it was taken back, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<UndoneBy>,
    /// Whether it is the source's last: only its rows can still be mended.
    #[serde(default)]
    pub is_last: bool,
    /// What it changed against what was known before; none where it changed nothing.
    #[serde(default)]
    pub difference: Option<Difference>,
}

/// A list that was held for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldView {
    /// In sentences: in what it is unlike the last.
    pub reason: String,
    pub held_at: Timestamp,
    /// None while it waits.
    pub decision: Option<HoldDecision>,
    pub decided_at: Option<Timestamp>,
    /// As whoever decided wrote it.
    pub decision_reason: Option<String>,
}

/// What became of a list that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldDecision {
    /// Somebody said that it is to be taken.
    Released,
    /// Somebody said that it is not.
    Refused,
    /// A later list was taken before anybody decided.
    Overtaken,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(status: RunStatus, review: i64, rejected: i64) -> RunLine {
        let started_at = Timestamp::UNIX_EPOCH;
        RunLine {
            id: 1,
            feed: "north".into(),
            trigger: "schedule".into(),
            started_at,
            finished_at: None,
            status,
            read: 9,
            accepted: 9 - review - rejected,
            unchanged_rows: 0,
            review,
            rejected,
            message: None,
            sha256: None,
        }
    }

    fn feed(last_run: Option<RunLine>, next_due: Option<&str>) -> FeedLine {
        FeedLine {
            id: "north".into(),
            title: "North".into(),
            source: "Complaints".into(),
            location_shown: "https://example.org/complaints.csv".into(),
            schedule: None,
            last_run,
            next_due: next_due.map(|due| due.parse().unwrap()),
            covers: "Northmarch".into(),
            expected_every: None,
            last_new_at: None,
            late_since: None,
            makes_unassessed: Vec::new(),
        }
    }

    fn late(line: FeedLine) -> FeedLine {
        FeedLine { late_since: Some(jiff::civil::date(2025, 11, 1)), ..line }
    }

    #[test]
    fn what_needs_somebody_comes_before_what_does_not() {
        let now: Timestamp = "2025-11-24T09:00:00Z".parse().unwrap();
        let long_due = Some("2025-11-24T07:59:59Z");
        let just_due = Some("2025-11-24T08:00:00Z");
        for (line, state) in [
            (feed(None, None), FeedState::NeverRun),
            (feed(None, long_due), FeedState::Overdue),
            (feed(Some(run(RunStatus::Applied, 0, 0)), long_due), FeedState::Overdue),
            (feed(Some(run(RunStatus::Applied, 0, 0)), just_due), FeedState::UpToDate),
            (feed(Some(run(RunStatus::Failed, 0, 0)), long_due), FeedState::Failed),
            (feed(Some(run(RunStatus::Held, 0, 0)), long_due), FeedState::AwaitsDecision),
            (feed(Some(run(RunStatus::Running, 0, 0)), None), FeedState::Running),
            (feed(Some(run(RunStatus::Applied, 1, 0)), None), FeedState::RowsHeld),
            (feed(Some(run(RunStatus::Unchanged, 0, 1)), None), FeedState::RowsHeld),
            (feed(Some(run(RunStatus::DryRun, 0, 0)), None), FeedState::Trial),
            (late(feed(Some(run(RunStatus::Unchanged, 1, 0)), None)), FeedState::Late),
            (late(feed(Some(run(RunStatus::Applied, 0, 0)), long_due)), FeedState::Overdue),
            (late(feed(Some(run(RunStatus::Failed, 0, 0)), None)), FeedState::Failed),
            (late(feed(None, None)), FeedState::NeverRun),
            (feed(Some(run(RunStatus::Unchanged, 0, 0)), None), FeedState::UpToDate),
        ] {
            assert_eq!(line.state(now), state, "{line:?}");
        }
    }
}
