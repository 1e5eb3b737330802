//! A rehearsal as tables to take away.
//!
//! In: a [`Replay`]. Out: [`Export`]s: councils that move, counties, days. Always holds: each says which rule sets were
//! compared and by what was known when.

use super::replay::{Replay, Tally};
use crate::export::{About, Cell, Export};
use crate::scoring::Band;

fn whole(number: usize) -> Cell {
    Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}

fn minutes(minutes: Option<u64>) -> Cell {
    minutes.map_or(Cell::Empty, |minutes| Cell::Whole(i64::try_from(minutes).unwrap_or(i64::MAX)))
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// With what was compared among the notes.
fn about(replay: &Replay, about: &About) -> About {
    let sets =
        format!("Before: {} ({}). After: {} ({}).", replay.before, replay.hash_before, replay.after, replay.hash_after);
    let mut about = about.clone();
    about.notes.push(sets);
    about.notes.push(
        "A rehearsal: no council's score was changed. Each day is scored from what was known by its end.".to_owned(),
    );
    about
}

fn band_headings(headings: &mut Vec<String>) {
    for when in ["before", "after"] {
        headings.extend(Band::ALL.map(|band| format!("{} {when}", band.title())));
    }
    headings.extend(["Up", "Down", "Work: councils before", "Work: councils after"].map(str::to_owned));
    headings.extend(["Work: minutes a month before", "Work: minutes a month after"].map(str::to_owned));
}

fn band_cells(row: &mut Vec<Cell>, Tally { before, after, up, down, work }: &Tally) {
    row.extend(before.iter().chain(after).map(|count| Cell::Whole(count.councils)));
    row.extend([whole(*up), whole(*down), whole(work.councils_before), whole(work.councils_after)]);
    row.extend([minutes(work.minutes_before), minutes(work.minutes_after)]);
}

/// The councils that move on the last day.
#[must_use]
pub fn moves(replay: &Replay, taken: &About) -> Export {
    let headings = [
        "Code",
        "Council",
        "District",
        "County",
        "Band before",
        "Band after",
        "Points before",
        "Points after",
        "Because",
        "Band because",
    ];
    let row = |moved: &super::Moved| {
        let because: Vec<String> = moved.because.iter().map(|reason| reason.rule.clone()).collect();
        vec![
            text(&moved.gss_code),
            text(&moved.name),
            text(&moved.district),
            text(&moved.county),
            text(moved.before.title()),
            text(moved.after.title()),
            Cell::Points(moved.points_before),
            Cell::Points(moved.points_after),
            text(&because.join(", ")),
            text(&moved.band_because),
        ]
    };
    Export {
        title: "Rehearsal: councils that move".to_owned(),
        about: about(replay, taken),
        headings: headings.map(str::to_owned).to_vec(),
        rows: replay.moved.iter().map(row).collect(),
    }
}

/// The counties on the last day.
#[must_use]
pub fn by_county(replay: &Replay, taken: &About) -> Export {
    let mut headings = vec!["County".to_owned(), "Councils".to_owned()];
    band_headings(&mut headings);
    let row = |county: &super::CountyReplay| {
        let mut row = vec![text(&county.county), whole(county.councils)];
        band_cells(&mut row, &county.tally);
        row
    };
    let rows = replay.counties.iter().map(row).collect();
    Export { title: "Rehearsal by county".to_owned(), about: about(replay, taken), headings, rows }
}

/// The days, earliest first.
#[must_use]
pub fn by_day(replay: &Replay, taken: &About) -> Export {
    let mut headings = vec!["Day".to_owned()];
    band_headings(&mut headings);
    let row = |day: &super::DayReplay| {
        let mut row = vec![Cell::Day(day.day)];
        band_cells(&mut row, &day.tally);
        row
    };
    let rows = replay.days.iter().map(row).collect();
    Export { title: "Rehearsal by day".to_owned(), about: about(replay, taken), headings, rows }
}
