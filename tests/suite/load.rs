//! Files of several batches: what they change is what the same rows would change in one piece.

use crate::support::{TODAY, World, on_both};
use bellwether::auth::{Actor, Reach, Sources};
use bellwether::evidence::Standing;
use bellwether::review::{self, Answer};
use bellwether::triage::{self, HeldKind, HeldRow, PersonalCells, RunView};
use std::fmt::Write as _;

on_both!(
    rows_that_repeat_one_another_are_settled_across_batches,
    the_order_of_rows_makes_no_difference_across_batches,
    councils_that_change_places_across_batches_are_withdrawn_and_kept,
    what_people_have_answered_counts_in_every_batch,
    what_one_row_asks_of_another_is_seen_across_batches,
);

const COUNCILS: usize = 260;
const YEARS: usize = 10;
const HEADER: &str = "authority_reference,gss_code,name,district,financial_year_end,status,certified_on,income\n";

/// A register of invented parishes, each with a name of its own.
fn register() -> String {
    let mut text = String::from("gss_code,name,former_name,district_code,district,county,current,council\n");
    for council in 0..COUNCILS {
        writeln!(
            text,
            "E0499{council:04},{},,E0799{:04},District {},Wealdshire,true,",
            name(council),
            council / 40,
            council / 40
        )
        .unwrap();
    }
    text
}

/// `Abexbury`, `Acexbury`: as many as there are councils.
fn name(council: usize) -> String {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap());
    format!("{}{}exbury", letter(council / 26).to_ascii_uppercase(), letter(council))
}

/// The outcome of a council's year under the reference of another, or of its own.
fn row(reference: usize, council: usize, year: usize) -> String {
    let (name, district) = (name(council), council / 40);
    format!("R{reference:04},E0499{council:04},{name},District {district},31/03/{year},unqualified,01/09/{year},9000\n")
}

/// The outcomes of ten years of every council: 2,600 rows, the first in row 2.
fn rows() -> Vec<String> {
    (0..COUNCILS * YEARS).map(|number| row(number / YEARS, number / YEARS, 2017 + number % YEARS)).collect()
}

/// The same with rows at the end that say a thing again, contradict one, and send one under another reference.
fn repeating() -> Vec<String> {
    let mut rows = rows();
    rows.push(row(0, 0, 2017));
    rows.push(row(1, 2, 2018));
    rows.push(row(9_000, 3, 2019));
    rows
}

async fn pulled(world: &World, rows: &[String], etag: &str) -> bellwether::ingest::RunReport {
    world.source.set("/outcomes", format!("{HEADER}{}", rows.concat()), etag);
    world.pull("outcomes").await.unwrap()
}

/// What stood in the row's cell under a heading.
fn cell<'r>(row: &'r HeldRow, heading: &str) -> &'r str {
    row.raw.iter().find(|(column, _)| column == heading).map_or("", |(_, cell)| cell)
}

fn run_of(world: &World, run: Option<i64>) -> RunView {
    triage::run(&world.app.store, &Sources::All, run.unwrap(), PersonalCells::Shown).unwrap()
}

async fn rows_that_repeat_one_another_are_settled_across_batches(world: World) {
    world.register(&register());
    let report = pulled(&world, &repeating(), "\"one\"").await;
    assert_eq!((report.read, report.review), (2_603, 0), "{report:?}");
    // One reference's year of two councils, and one council's year by two references.
    assert_eq!(report.rejected, 4, "{report:?}");
    assert_eq!((report.accepted, report.unchanged), (2_598, 1), "{report:?}");
    assert!(
        report.notes.iter().any(|note| note.starts_with("Row 2 and row 2602 say the same about R0000/2017")),
        "{report:?}"
    );
    let told = report.held.join("\n");
    assert!(told.contains("Row 13 and row 2603 have the same reference R0001/2018"), "{told}");
    assert!(told.contains("Row 34 and row 2604 have different references (R0003/2019, R9000/2019)"), "{told}");
    // What can't be taken is kept as it stood, though rows that are taken aren't.
    let run = run_of(&world, report.run);
    let mut cells: Vec<(u32, &str)> = run.held.iter().map(|row| (row.row, cell(row, "authority_reference"))).collect();
    cells.sort_unstable();
    assert_eq!(cells, [(13, "R0001"), (34, "R0003"), (2_603, "R0001"), (2_604, "R9000")]);
}

async fn the_order_of_rows_makes_no_difference_across_batches(world: World) {
    world.register(&register());
    let mut rows = repeating();
    let first = pulled(&world, &rows, "\"one\"").await;
    rows.reverse();
    let again = pulled(&world, &rows, "\"two\"").await;
    assert_eq!((again.accepted, again.touched), (0, 0), "{again:?}");
    assert_eq!((again.rejected, again.unchanged), (first.rejected, first.accepted + first.unchanged), "{again:?}");
}

async fn councils_that_change_places_across_batches_are_withdrawn_and_kept(world: World) {
    world.register(&register());
    let mut rows = rows();
    assert_eq!(pulled(&world, &rows, "\"one\"").await.accepted, 2_600);
    let last = COUNCILS - 1;
    rows[0] = row(0, last, 2017);
    rows[last * YEARS] = row(last, 0, 2017);
    let moved = pulled(&world, &rows, "\"two\"").await;
    assert_eq!((moved.accepted, moved.touched, moved.unchanged, moved.rejected), (2, 2, 2_598, 0), "{moved:?}");
    let whole = triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, ("E04990000", TODAY)).unwrap();
    let of_year = whole.evidence.iter().filter(|item| item.says.contains(&("year".to_owned(), "2016/17".to_owned())));
    let mut of_year: Vec<(i32, Standing, bool)> =
        of_year.map(|item| (item.version, item.standing, item.superseded)).collect();
    of_year.sort_by_key(|(version, _, _)| *version);
    let expected = [(1, Standing::Determined, true), (2, Standing::Withdrawn, true), (3, Standing::Determined, false)];
    assert_eq!(of_year, expected);
    rows.push("\n".to_owned());
    assert_eq!(pulled(&world, &rows, "\"three\"").await.accepted, 0);
}

/// A name that several councils may mean, in a batch of its own each time.
async fn what_people_have_answered_counts_in_every_batch(world: World) {
    world.register(&register());
    let mut rows = rows();
    rows.retain(|row| !row.starts_with("R0259,"));
    for (at, year) in [(5, 2017), (1_500, 2018), (2_500, 2019)] {
        rows.insert(at, format!("S1,,Nowhere Green,,31/03/{year},unqualified,01/09/{year},9000\n"));
    }
    let first = pulled(&world, &rows, "\"one\"").await;
    assert_eq!((first.accepted, first.review), (2_590, 3), "{first:?}");
    let run = run_of(&world, first.run);
    assert!(run.held.iter().all(|row| cell(row, "name") == "Nowhere Green"), "{:?}", run.held);
    let question = run.held.iter().find(|row| row.kind == HeldKind::Review).unwrap().id;
    let answer = Answer::Council("E04990259".to_owned());
    review::decide(&world.app, &Actor::command(), (question, &answer)).unwrap();
    rows.push("\n".to_owned());
    let again = pulled(&world, &rows, "\"two\"").await;
    assert_eq!((again.review, again.unchanged), (0, 2_593), "{again:?}");
    let told: Vec<&String> = again.notes.iter().filter(|note| note.contains("a person decided")).collect();
    assert!(told.len() == 1 && told[0].starts_with("3 rows named “Nowhere Green”"), "{again:?}");
    let decided = run_of(&world, again.run).held;
    let decided: Vec<_> = decided.iter().filter(|row| row.kind == HeldKind::Decided).collect();
    assert!(decided.len() == 3 && decided.iter().all(|row| cell(row, "name") == "Nowhere Green"), "{decided:?}");
}

async fn what_one_row_asks_of_another_is_seen_across_batches(world: World) {
    world.register(&register());
    let header = HEADER.trim_end();
    let more = "matter_1_class,matter_1_assertion,matter_1_reason,matter_1_next_year_answer,assertion_4";
    let mut rows: Vec<String> = rows().iter().map(|row| format!("{},,,,,\n", row.trim_end())).collect();
    let year = |year: i32, rest: &str| {
        format!("R0007,E04990007,{},District 0,31/03/{year},qualified,01/09/{year},9000,{rest}\n", name(7))
    };
    rows.retain(|row| !row.starts_with("R0007,"));
    // The answer stands first, and the report that asked for another two batches below it.
    rows.insert(0, year(2026, "except_for,4,public_rights,,yes"));
    rows.push(year(2025, "except_for,4,public_rights,no,yes"));
    world.source.set("/outcomes", format!("{header},{more}\n{}", rows.concat()), "\"one\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.accepted, report.rejected), (2_592, 0), "{report:?}");
    let told: Vec<&String> = report.notes.iter().filter(|note| note.contains("asks that assertion 4")).collect();
    assert!(told.len() == 1 && told[0].starts_with("Row 2: The report on 2024/25"), "{report:?}");
}
