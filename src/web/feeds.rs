//! Sources: which there are and how they stand, and one run with every row that it held back.
//!
//! In: feeds with their last runs, or one run. Out: the pages at `/feeds` and `/runs/{id}`. Always holds: a source that
//! failed, is overdue or never ran says so in words and says what follows from it; every held row shows its place, its
//! cells as they stood, and every reason.

use super::address;
use super::page::Shell;
use super::words::{self, When};
use crate::auth::Action;
use crate::matching::Candidate;
use crate::triage::{FeedLine, FeedState, HeldKind, HeldRow, HoldDecision, HoldView, RunLine, RunStatus, RunView};
use askama::Template;
use jiff::Timestamp;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "feeds.html")]
struct FeedsTemplate<'a> {
    shell: &'a Shell<'a>,
    now: When,
    feeds: Vec<Source<'a>>,
    attention: Option<String>,
}

struct Source<'a> {
    feed: &'a FeedLine,
    state: State,
    last: Option<Run<'a>>,
    next: String,
    next_due: Option<When>,
    /// Where the form leads by which a list is sent by hand.
    send: String,
    may_send: bool,
}

/// A state in words: its name for the style sheet, a title, and what follows from it.
struct State {
    name: &'static str,
    title: &'static str,
    means: &'static str,
}

struct Run<'a> {
    line: &'a RunLine,
    href: String,
    status: &'static str,
    trigger: String,
    started: When,
    finished: Option<When>,
    /// How long it took, in words.
    took: Option<String>,
    counts: Vec<Count>,
}

struct Count {
    title: &'static str,
    rows: String,
    /// Whether somebody has to look at them.
    held: bool,
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunTemplate<'a> {
    shell: &'a Shell<'a>,
    run: Run<'a>,
    groups: Vec<Group<'a>>,
    notes: &'a [String],
    unmapped: &'a [String],
    held_shown: bool,
    hold: Option<Hold<'a>>,
    /// Where the form that decides about a held list leads.
    decide: String,
    /// Where the form that blacks out a cell leads.
    redact: String,
    /// Where the form that lets an error pass leads.
    waive: String,
    here: String,
    undone: Option<Undone<'a>>,
    /// Whether the file that the run read is there to be taken away.
    file_shown: bool,
    may_undo: bool,
    may_replay: bool,
}

struct Undone<'a> {
    at: When,
    by: &'a str,
    reason: &'a str,
    run: String,
    number: i64,
    refused: bool,
}

struct MendedBy<'a> {
    at: When,
    by: &'a str,
    run: String,
    number: i64,
    cells: &'a [(String, String)],
}

struct Hold<'a> {
    view: &'a HoldView,
    outcome: Option<&'static str>,
    decided: Option<When>,
}

struct Group<'a> {
    id: &'static str,
    title: &'static str,
    advice: &'static str,
    rows: Vec<Held<'a>>,
}

struct Held<'a> {
    row: &'a HeldRow,
    place: String,
    name: &'a str,
    candidates: Vec<MayBe<'a>>,
    /// Codes of its errors that may be let pass.
    waivable: Vec<&'a str>,
    mended: Option<MendedBy<'a>>,
    /// What the form that mends it has; empty where it can't be mended here.
    cells: Vec<super::review::CellField>,
}

struct MayBe<'a> {
    council: &'a Candidate,
    href: String,
    /// How well it fits, in per cent, never rounded up.
    fits: u16,
}

/// The page of all sources, as they stand at `now`; for those in `open` whoever looks may send a list.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(
    (feeds, open): (&[FeedLine], &BTreeSet<String>),
    now: Timestamp,
    shell: &Shell<'_>,
) -> Result<String, askama::Error> {
    let wanting = feeds
        .iter()
        .filter(|feed| {
            matches!(
                feed.state(now),
                FeedState::Failed
                    | FeedState::AwaitsDecision
                    | FeedState::Overdue
                    | FeedState::NeverRun
                    | FeedState::RowsHeld
            )
        })
        .count();
    let wanting = i64::try_from(wanting).unwrap_or(i64::MAX);
    FeedsTemplate {
        shell,
        now: words::moment(now),
        feeds: feeds.iter().map(|feed| Source { may_send: open.contains(&feed.id), ..source(feed, now) }).collect(),
        attention: (wanting > 0).then(|| match wanting {
            1 => "One source wants somebody’s attention.".to_owned(),
            several => format!("{} sources want somebody’s attention.", words::count(several)),
        }),
    }
    .render()
}

/// The page of one run.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_run(view: &RunView, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let mends = view.is_last && shell.may(Action::Decide);
    let group = |kind, id, title, advice| Group {
        id,
        title,
        advice,
        rows: view.held.iter().filter(|row| row.kind == kind).map(|row| held(row, mends)).collect(),
    };
    let groups = [
        group(
            HeldKind::Review,
            "review",
            "Rows for review",
            "These rows are sound, but more than one council can be meant, or none is known by that name. Nothing \
             of them counts until a person has said which council it is.",
        ),
        group(
            HeldKind::Rejected,
            "rejected",
            "Rejected rows",
            "These rows can’t be read as they stand. Pass the reasons on to whoever sent the file: once they are \
             put right and sent again, the rows are taken. Where you know what is meant, mend the row here.",
        ),
        group(
            HeldKind::Decided,
            "decided",
            "Rows whose council a person has told",
            "These rows are taken as somebody decided. They are kept here so that the decision can be undone.",
        ),
    ];
    let brought = view.run.status == RunStatus::Applied && !["review", "undo"].contains(&view.run.trigger.as_str());
    let waits = |row: &HeldRow| row.kind != HeldKind::Decided && row.mended.is_none();
    RunTemplate {
        shell,
        run: run(&view.run),
        groups: groups.into_iter().filter(|group| !group.rows.is_empty()).collect(),
        notes: &view.notes,
        unmapped: &view.unmapped,
        held_shown: view.held_shown,
        hold: view.hold.as_ref().map(hold),
        decide: format!("{}/decide", address::of_run(view.run.id)),
        redact: format!("{}/redact", address::of_run(view.run.id)),
        waive: format!("{}/waive", address::of_run(view.run.id)),
        here: address::of_run(view.run.id),
        undone: view.undone.as_ref().map(|undone| Undone {
            at: words::moment(undone.at),
            by: &undone.by,
            reason: &undone.reason,
            run: address::of_run(undone.run),
            number: undone.run,
            refused: undone.document_refused,
        }),
        file_shown: view.held_shown && shell.may(Action::Redact),
        may_undo: brought && view.held_shown && shell.may(Action::UndoRuns),
        may_replay: mends && view.held.iter().any(waits),
    }
    .render()
}

fn source(feed: &FeedLine, now: Timestamp) -> Source<'_> {
    let next = match (&feed.next_due, &feed.schedule) {
        (Some(due), _) if *due < now => "Was due on",
        (Some(_), _) => "Next on",
        (None, Some(_)) => "On a schedule, but no next time is set",
        (None, None) => "Whenever it is sent to us",
    };
    Source {
        feed,
        state: state(feed.state(now)),
        last: feed.last_run.as_ref().map(run),
        next: next.to_owned(),
        next_due: feed.next_due.map(words::moment),
        send: format!("/feeds/{}/lists", address::segment(&feed.id)),
        may_send: false,
    }
}

fn state(state: FeedState) -> State {
    let (name, title, means) = match state {
        FeedState::Failed => ("failed", "Failed", "The last run failed, so what we know from here may be out of date."),
        FeedState::AwaitsDecision => (
            "held",
            "Held",
            "The last list is so unlike the one before that somebody has to decide whether it is taken.",
        ),
        FeedState::Overdue => (
            "overdue",
            "Overdue",
            "It should have run by now and has not, so what we know from here may be out of date.",
        ),
        FeedState::NeverRun => ("never", "Never run", "Nothing is known from here yet."),
        FeedState::Running => ("running", "Running now", "Its figures are not complete yet."),
        FeedState::RowsHeld => ("held", "Rows held", "It ran, and some rows wait for a person or for the sender."),
        FeedState::Trial => ("trial", "Trial only", "The last run was a trial: nothing of it was kept."),
        FeedState::UpToDate => ("fine", "Up to date", "It ran, and every row was taken."),
    };
    State { name, title, means }
}

fn run(line: &RunLine) -> Run<'_> {
    let count = |title, rows, held| Count { title, rows: words::count(rows), held: held && rows > 0 };
    Run {
        line,
        href: address::of_run(line.id),
        status: match line.status {
            RunStatus::Running => "Running now",
            RunStatus::Applied => "Done: what was new is kept",
            RunStatus::Unchanged => "Done: the source sent what it had sent before",
            RunStatus::Held => "Held: nothing of it counts until somebody has decided",
            RunStatus::Failed => "Failed: nothing was kept",
            RunStatus::DryRun => "A trial: nothing was kept",
        },
        trigger: match line.trigger.as_str() {
            "schedule" => "the schedule".to_owned(),
            "submission" => "somebody who submitted these rows".to_owned(),
            "withdrawal" => "somebody who took back what was submitted".to_owned(),
            "catch_up" => "the schedule, late because nothing was running when it was due".to_owned(),
            "command" => "somebody’s command".to_owned(),
            "upload" => "somebody who sent a file".to_owned(),
            "folder" => "a file in its folder".to_owned(),
            "release" => "somebody who said that a held list is to be taken".to_owned(),
            "demo" => "the demonstration".to_owned(),
            "review" => "somebody’s decision about a name".to_owned(),
            "mending" => "somebody who mended rows, or had them read again".to_owned(),
            "undo" => "somebody who took another run back".to_owned(),
            other => other.to_owned(),
        },
        started: words::moment(line.started_at),
        finished: line.finished_at.map(words::moment),
        took: line.finished_at.map(|finished| words::lasted(finished.duration_since(line.started_at))),
        counts: vec![
            count("read", line.read, false),
            count("accepted", line.accepted, false),
            count("known already", line.unchanged_rows, false),
            count("for review", line.review, true),
            count("rejected", line.rejected, true),
        ],
    }
}

fn hold(view: &HoldView) -> Hold<'_> {
    Hold {
        view,
        outcome: view.decision.map(|decision| match decision {
            HoldDecision::Released => "It was released",
            HoldDecision::Refused => "It was refused",
            HoldDecision::Overtaken => "A later list was taken instead",
        }),
        decided: view.decided_at.map(words::moment),
    }
}

fn held(row: &HeldRow, mends: bool) -> Held<'_> {
    let candidates = row.candidates.iter().map(|council| MayBe {
        council,
        href: address::of_council(&council.gss_code),
        fits: council.score.min(1000) / 10,
    });
    Held {
        row,
        place: match &row.sheet {
            Some(sheet) => format!("Sheet “{sheet}”, row {}", row.row),
            None => format!("Row {}", row.row),
        },
        name: if row.name.trim().is_empty() { "no council named" } else { &row.name },
        candidates: candidates.collect(),
        waivable: waivable(row),
        mended: row.mended.as_ref().map(|mended| MendedBy {
            at: words::moment(mended.at),
            by: &mended.by,
            run: address::of_run(mended.run),
            number: mended.run,
            cells: &mended.cells,
        }),
        cells: if mends && row.kind == HeldKind::Rejected && row.mended.is_none() {
            super::review::cell_fields(row, &[])
        } else {
            Vec::new()
        },
    }
}

/// The errors of a rejected row that may be let pass, each once.
fn waivable(row: &HeldRow) -> Vec<&str> {
    let may = |code: &&str| crate::ingest::check_of(code).is_some_and(|check| check.waivable);
    let codes = row.problems.iter().map(|problem| problem.code.as_str());
    let mut codes: Vec<&str> = codes.filter(|code| row.kind == HeldKind::Rejected && may(code)).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::examples::check::Checked;
    use crate::web::examples::{MARKUP, sources};

    const SHELL: Shell<'_> = Shell { demo: false, version: "0.1.0", path: "/feeds", account: None };

    fn all_sources() -> Checked {
        Checked::read(&render((&sources::feeds(), &BTreeSet::new()), sources::now(), &SHELL).unwrap())
    }

    fn one_run() -> Checked {
        Checked::read(&render_run(&sources::run(), &Shell { path: "/runs/12", ..SHELL }).unwrap())
    }

    #[test]
    fn every_state_is_a_word_and_says_what_follows() {
        let page = all_sources();
        assert_eq!(
            page.texts_of_class("state"),
            ["Failed", "Overdue", "Rows held", "Never run", "Running now", "Trial only", "Up to date"]
        );
        assert_eq!(page.texts_of_class("means").len(), 7);
        assert!(page.text().contains("4 sources want somebody’s attention."));
        assert!(page.text().contains("The server answered “404 Not Found”. Ask the firm whether the list has moved"));
        assert!(page.text().contains("Was due on 22 November 2025 at 05:00"));
        assert!(page.text().contains("It has never run"));
        assert_eq!(page.texts("h2").last().map(String::as_str), Some(MARKUP));
        assert_eq!(page.link("24 November 2025 at 05:00"), Some("/runs/15"));
    }

    #[test]
    fn rows_that_want_somebody_stand_out_and_noughts_do_not() {
        assert_eq!(all_sources().texts_of_class("count-held"), ["for review3", "rejected1"]);
    }

    #[test]
    fn no_source_at_all_says_what_to_do() {
        let page = Checked::read(&render((&[], &BTreeSet::new()), sources::now(), &SHELL).unwrap());
        assert_eq!(page.texts("h2"), ["No source is declared yet"]);
        assert!(!page.text().contains("attention"));
    }

    #[test]
    fn held_rows_show_their_place_their_reasons_and_their_cells() {
        let page = one_run();
        assert_eq!(
            page.texts("h2"),
            ["Rows", "What was noticed", "Columns that nothing reads", "Rows for review", "Rejected rows"]
        );
        assert_eq!(
            page.texts("h3"),
            [
                "Sheet “Outcomes 2025”, row 14: Quillover Parish Council".to_owned(),
                "Row 1203: no council named".to_owned(),
                format!("Row 1203: {MARKUP}"),
            ]
        );
        assert!(page.text().contains(
            "Certified on: “31/09/2025” is no day: September has 30. Write the day as 30/09/2025. date_unreadable"
        ));
        assert!(page.text().contains("An exempt council has no auditor’s opinion."));
        assert!(page.texts("dd").contains(&"31/09/2025".to_owned()));
        assert_eq!(page.texts_of_class("blank"), ["empty"]);
        assert!(page.texts("li").contains(&"Fee paid".to_owned()));
        let code = page.all("code").next().and_then(|code| code.get("title"));
        assert_eq!(code.map(str::len), Some("SHA-256 ".len() + 64));
    }

    #[test]
    fn candidates_lead_to_their_councils_and_no_fit_is_rounded_up() {
        let page = one_run();
        assert_eq!(page.texts_of_class("fits"), ["fits by 91 in 100", "fits by 90 in 100"]);
        assert_eq!(page.link("Quillover"), Some("/councils/E04999004"));
        assert!(page.text().contains("the same name but for “Parish Council”"));
    }

    #[test]
    fn a_run_without_held_rows_says_so() {
        let view = RunView { held: vec![], notes: vec![], unmapped: vec![], ..sources::run() };
        let page = Checked::read(&render_run(&view, &SHELL).unwrap());
        assert_eq!(page.texts("h2"), ["Rows"]);
        assert!(page.text().contains("No row was held back."));
    }
}
