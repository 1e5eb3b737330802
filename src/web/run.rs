//! One run, with every row that it held back.
//!
//! In: a run as `triage` shows it. Out: the page at `/runs/{id}`. Always holds: every held row shows its place, its cells as
//! they stood, and every reason.

use super::address;
use super::feeds::{Run, run};
use super::page::Shell;
use super::words::{self, When};
use crate::auth::Action;
use crate::matching::Candidate;
use crate::triage::{
    Changed, CouncilTouched, Difference, HeldKind, HeldRow, HoldDecision, HoldView, RunStatus, RunView,
};
use askama::Template;

#[derive(Template)]
#[template(path = "run.html")]
struct RunTemplate<'a> {
    shell: &'a Shell<'a>,
    run: Run<'a>,
    difference: Option<Changes<'a>>,
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

/// What the run changed, in words and in a table.
struct Changes<'a> {
    sentence: String,
    kinds: Vec<KindLine<'a>>,
    councils: Vec<Touched<'a>>,
    /// Of councils that are not named.
    further: Option<String>,
}

struct KindLine<'a> {
    title: &'a str,
    indicators: String,
    /// New, changed, moved, withdrawn.
    counts: [Cell; 4],
}

struct Cell {
    title: &'static str,
    records: String,
}

struct Touched<'a> {
    council: &'a CouncilTouched,
    /// None for a council that whoever looks may not see.
    href: Option<String>,
    records: String,
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

/// The page of one run.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &RunView, shell: &Shell<'_>) -> Result<String, askama::Error> {
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
        difference: view.difference.as_ref().map(changes),
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

/// What became of records, in the order of the table.
fn cells(records: &Changed) -> [(&'static str, i64); 4] {
    [
        ("New", records.new),
        ("Changed", records.changed),
        ("Moved to another council", records.moved),
        ("Withdrawn", records.withdrawn),
    ]
}

fn changes(difference: &Difference) -> Changes<'_> {
    let fates = cells(&difference.records).into_iter().filter(|(_, records)| *records > 0);
    let fates: Vec<String> =
        fates.map(|(title, records)| format!("{} {}", words::count(records), title.to_lowercase())).collect();
    let records = words::plural(difference.records.all(), "record", "records");
    let councils = words::plural(difference.council_count, "council", "councils");
    let fates = words::listed(fates.iter().map(String::as_str));
    let kinds = difference.kinds.iter().map(|kind| KindLine {
        title: &kind.title,
        indicators: words::listed(kind.indicators.iter().map(|indicator| indicator.letter())),
        counts: cells(&kind.records).map(|(title, records)| Cell { title, records: words::count(records) }),
    });
    let touched = difference.councils.iter().map(|council| Touched {
        council,
        href: council.in_reach.then(|| address::of_council(&council.gss_code)),
        records: words::plural(council.records, "record", "records"),
    });
    let named = i64::try_from(difference.councils.len()).unwrap_or(i64::MAX);
    let further = difference.council_count - named;
    Changes {
        sentence: format!("{records} of {councils}: {fates}."),
        kinds: kinds.collect(),
        councils: touched.collect(),
        further: (named > 0 && further > 0).then(|| format!("And {} more.", words::count(further))),
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

    const SHELL: Shell<'_> = Shell { demo: false, version: "0.1.0", path: "/runs/12", account: None };

    fn one_run() -> Checked {
        Checked::read(&render(&sources::run(), &SHELL).unwrap())
    }

    #[test]
    fn held_rows_show_their_place_their_reasons_and_their_cells() {
        let page = one_run();
        assert_eq!(
            page.texts("h2"),
            [
                "Rows",
                "What it changed",
                "What was noticed",
                "Columns that nothing reads",
                "Rows for review",
                "Rejected rows"
            ]
        );
        assert_eq!(
            page.texts("h3"),
            [
                "Councils".to_owned(),
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
    fn what_it_changed_is_told_in_words_and_leads_only_where_one_may_go() {
        let page = one_run();
        assert!(
            page.text().contains("1,206 records of 53 councils: 1,200 new, 4 changed and 2 moved to another council.")
        );
        assert!(page.texts("td").contains(&"1,200".to_owned()) && page.texts("td").contains(&"a and b".to_owned()));
        assert_eq!(page.link("Saltmere"), Some("/councils/E04999008"));
        assert_eq!(page.link("Otherwick"), None);
        assert!(page.text().contains("Otherwick") && page.text().contains("And 51 more."));
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
        let view = RunView { held: vec![], notes: vec![], unmapped: vec![], difference: None, ..sources::run() };
        let page = Checked::read(&render(&view, &SHELL).unwrap());
        assert_eq!(page.texts("h2"), ["Rows"]);
        assert!(page.text().contains("No row was held back."));
    }
}
