//! Sources: which there are and how they stand.
//!
//! In: feeds with their last runs. Out: the page at `/feeds`. Always holds: a source that failed, is overdue, late or never
//! ran says so in words and says what follows from it.

use super::address;
use super::page::Shell;
use super::words::{self, When};
use crate::triage::{FeedLine, FeedState, RunLine, RunStatus};
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
    news: Option<When>,
    late: Option<Late>,
    /// Where the form leads by which a list is sent by hand.
    send: String,
    may_send: bool,
}

/// What is late, and what follows from it.
struct Late {
    since: When,
    /// One sentence.
    unassessed: String,
}

/// A state in words: its name for the style sheet, a title, and what follows from it.
struct State {
    name: &'static str,
    title: &'static str,
    means: &'static str,
}

/// A run in words.
pub(super) struct Run<'a> {
    pub(super) line: &'a RunLine,
    pub(super) href: String,
    pub(super) status: &'static str,
    pub(super) trigger: String,
    pub(super) started: When,
    pub(super) finished: Option<When>,
    /// How long it took, in words.
    pub(super) took: Option<String>,
    pub(super) counts: Vec<Count>,
}

/// Rows, by what became of them.
pub(super) struct Count {
    pub(super) title: &'static str,
    pub(super) rows: String,
    /// Whether somebody has to look at them.
    pub(super) held: bool,
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
                    | FeedState::Late
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
        news: feed.last_new_at.map(words::moment),
        late: feed.late_since.map(|since| Late { since: words::day(since), unassessed: unassessed(feed) }),
        send: format!("/feeds/{}/lists", address::segment(&feed.id)),
        may_send: false,
    }
}

/// What can't be assessed while a source is late.
fn unassessed(feed: &FeedLine) -> String {
    let open: Vec<String> = feed
        .makes_unassessed
        .iter()
        .map(|open| {
            let councils = words::plural(open.councils, "council", "councils");
            let counties = words::listed(open.counties.iter().map(String::as_str));
            format!("“{}” at {councils} ({counties})", open.indicator.title())
        })
        .collect();
    if open.is_empty() {
        return "No indicator is left unassessed by that today.".to_owned();
    }
    format!("Not assessed meanwhile: {}.", words::listed(open.iter().map(String::as_str)))
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
        FeedState::Late => (
            "late",
            "Late",
            "It has brought nothing new for longer than it should, so what we know from here may be out of date.",
        ),
        FeedState::NeverRun => ("never", "Never run", "Nothing is known from here yet."),
        FeedState::Running => ("running", "Running now", "Its figures are not complete yet."),
        FeedState::RowsHeld => ("held", "Rows held", "It ran, and some rows wait for a person or for the sender."),
        FeedState::Trial => ("trial", "Trial only", "The last run was a trial: nothing of it was kept."),
        FeedState::UpToDate => ("fine", "Up to date", "It ran, and every row was taken."),
    };
    State { name, title, means }
}

/// A run in words.
pub(super) fn run(line: &RunLine) -> Run<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::examples::check::Checked;
    use crate::web::examples::{MARKUP, sources};

    const SHELL: Shell<'_> = Shell { demo: false, version: "0.1.0", path: "/feeds", account: None };

    fn all_sources() -> Checked {
        Checked::read(&render((&sources::feeds(), &BTreeSet::new()), sources::now(), &SHELL).unwrap())
    }

    #[test]
    fn every_state_is_a_word_and_says_what_follows() {
        let page = all_sources();
        assert_eq!(
            page.texts_of_class("state"),
            ["Failed", "Overdue", "Rows held", "Late", "Never run", "Running now", "Trial only", "Up to date"]
        );
        assert_eq!(page.texts_of_class("means").len(), 8);
        assert!(page.text().contains("5 sources want somebody’s attention."));
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
    fn a_late_source_says_since_when_and_what_is_not_assessed_meanwhile() {
        let page = all_sources();
        assert_eq!(
            page.texts_of_class("late"),
            [
                "Late since 10 November 2025: ask whoever sends it. Not assessed meanwhile: “Procedures and decisions” at \
              1,204 councils (Eastholm and Northmarchshire) and “Council, councillors and staff” at 1 council (Eastholm)."
            ]
        );
        assert!(page.text().contains("Every 35 days") && page.text().contains("5 October 2025 at 06:00"));
    }

    #[test]
    fn no_source_at_all_says_what_to_do() {
        let page = Checked::read(&render((&[], &BTreeSet::new()), sources::now(), &SHELL).unwrap());
        assert_eq!(page.texts("h2"), ["No source is declared yet"]);
        assert!(!page.text().contains("attention"));
    }
}
