//! Invented sources, one in each state, and an invented run with rows that were held back.
//!
//! In: nothing. Out: what the pages of sources and runs show. Always holds: every state has exactly one source at
//! [`now`].

use super::{INPUTS, MARKUP};
use crate::evidence::EvidenceKind;
use crate::ingest::Problem;
use crate::matching::Candidate;
use crate::scoring::Indicator;
use crate::triage::{
    Changed, CouncilTouched, Difference, FeedLine, HeldKind, HeldRow, KindChanged, RunLine, RunStatus, RunView,
    Unassessed,
};
use jiff::Timestamp;

/// When the sources are looked at.
pub fn now() -> Timestamp {
    "2025-11-24T09:00:00Z".parse().unwrap_or_default()
}

fn run_line(id: i64, feed: &str, status: RunStatus) -> RunLine {
    RunLine {
        id,
        feed: feed.into(),
        trigger: "schedule".into(),
        started_at: "2025-11-24T05:00:02Z".parse().unwrap_or_default(),
        finished_at: "2025-11-24T05:00:09Z".parse().ok(),
        status,
        read: 1_612,
        accepted: 1_204,
        unchanged_rows: 408,
        review: 0,
        rejected: 0,
        message: None,
        sha256: Some(INPUTS.into()),
    }
}

fn feed(id: &str, title: &str, last_run: Option<RunLine>) -> FeedLine {
    FeedLine {
        id: id.into(),
        title: title.into(),
        source: "Auditors’ outcomes".into(),
        location_shown: "https://audit.example/outcomes/2025.xlsx".into(),
        schedule: Some("0 5 * * *".into()),
        last_run,
        next_due: "2025-11-25T05:00:00Z".parse().ok(),
        covers: "Northmarchshire and Eastholm".into(),
        expected_every: None,
        last_new_at: None,
        late_since: None,
        makes_unassessed: vec![],
    }
}

/// The same source, late for a fortnight.
fn late(line: FeedLine) -> FeedLine {
    let counties = vec!["Eastholm".to_owned(), "Northmarchshire".to_owned()];
    FeedLine {
        expected_every: Some("35 days".into()),
        last_new_at: "2025-10-05T05:00:09Z".parse().ok(),
        late_since: Some(jiff::civil::date(2025, 11, 10)),
        makes_unassessed: vec![
            Unassessed { indicator: Indicator::B, councils: 1_204, counties: counties.clone() },
            Unassessed { indicator: Indicator::C, councils: 1, counties: counties[..1].to_vec() },
        ],
        ..line
    }
}

/// A source in each state.
pub fn feeds() -> Vec<FeedLine> {
    let failed = RunLine {
        message: Some(
            "The server answered “404 Not Found”. Ask the firm whether the list has moved, and put the new address into \
             the source’s declaration."
                .into(),
        ),
        finished_at: None,
        ..run_line(15, "auditors-south", RunStatus::Failed)
    };
    let held = RunLine { review: 3, rejected: 1, ..run_line(12, "auditors-north", RunStatus::Applied) };
    vec![
        feed("auditors-south", "Auditors’ outcomes, southern firms", Some(failed)),
        FeedLine {
            next_due: "2025-11-22T05:00:00Z".parse().ok(),
            ..feed(
                "monitoring",
                "Monitoring officers, Northmarchshire",
                Some(run_line(9, "monitoring", RunStatus::Applied)),
            )
        },
        feed("auditors-north", "Auditors’ outcomes, northern firms", Some(held)),
        late(feed(
            "complaints-east",
            "Complaints, Eastholm",
            Some(run_line(11, "complaints-east", RunStatus::Unchanged)),
        )),
        FeedLine {
            next_due: None, schedule: None, ..feed("county-east", "Eastholm association, officers’ log", None)
        },
        feed("tribunals", "Tribunal decisions", Some(run_line(16, "tribunals", RunStatus::Running))),
        feed("trial", "Information notices", Some(run_line(14, "trial", RunStatus::DryRun))),
        feed("county-north", MARKUP, Some(run_line(13, "county-north", RunStatus::Unchanged))),
    ]
}

/// A run with rows for review and rejected ones.
pub fn run() -> RunView {
    let cells = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(heading, cell)| ((*heading).into(), (*cell).into())).collect()
    };
    let candidate = |number: u32, name: &str, district: &str, score| Candidate {
        council_id: i64::from(number),
        gss_code: format!("E04999{number:03}"),
        name: name.into(),
        district: district.into(),
        county: "Northmarchshire".into(),
        score,
        reasons: vec!["the same name but for “Parish Council”".into(), "the district is not given".into()],
    };
    let review = HeldRow {
        id: 70,
        kind: HeldKind::Review,
        sheet: Some("Outcomes 2025".into()),
        row: 14,
        name: "Quillover Parish Council".into(),
        reason: "Two councils of that name fit equally well.".into(),
        problems: vec![],
        candidates: vec![candidate(4, "Quillover", "Fenwold Vale", 910), candidate(8, "Quillover", "Saltmere", 909)],
        raw: cells(&[("Council", "Quillover Parish Council"), ("District", ""), ("Outcome", "Qualified")]),
        personal: vec![],
        mended: None,
    };
    let rejected = HeldRow {
        id: 71,
        kind: HeldKind::Rejected,
        sheet: None,
        row: 1_203,
        name: MARKUP.into(),
        reason: "Two cells can’t be read.".into(),
        problems: vec![
            Problem {
                column: Some("Certified on".into()),
                code: "date_unreadable".into(),
                message: "“31/09/2025” is no day: September has 30. Write the day as 30/09/2025.".into(),
            },
            Problem {
                column: None,
                code: "grid".into(),
                message: "An exempt council has no auditor’s opinion.".into(),
            },
        ],
        candidates: vec![],
        raw: cells(&[("Council", MARKUP), ("Certified on", "31/09/2025")]),
        personal: vec![],
        mended: None,
    };
    RunView {
        held_shown: true,
        hold: None,
        run: RunLine { review: 1, rejected: 1, ..run_line(12, "auditors-north", RunStatus::Applied) },
        held: vec![review, HeldRow { id: 72, name: " ".into(), ..rejected.clone() }, rejected],
        notes: vec!["2 things are stated more than once.".into()],
        unmapped: vec!["Comments".into(), "Fee paid".into()],
        undone: None,
        is_last: true,
        difference: Some(difference()),
    }
}

/// What the run changed, at a council that whoever looks may see and one that they may not.
fn difference() -> Difference {
    let council = |code: &str, name: &str, in_reach| CouncilTouched {
        gss_code: code.into(),
        name: name.into(),
        county: "Northmarchshire".into(),
        records: 1,
        in_reach,
    };
    let records = Changed { new: 1_200, changed: 4, moved: 2, withdrawn: 0 };
    Difference {
        records,
        kinds: vec![KindChanged {
            kind: EvidenceKind::AuditOutcome,
            title: "Auditor’s outcome".into(),
            indicators: vec![Indicator::A, Indicator::B],
            records,
        }],
        council_count: 53,
        councils: vec![council("E04999009", "Otherwick", false), council("E04999008", "Saltmere", true)],
    }
}
