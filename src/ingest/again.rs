//! Held rows read again: as they stood, or with cells that a person mended.
//!
//! In: rows that a run held back, and today's register, rules and answers. Out: a [`Plan`] as of any file, made of these rows
//! alone. Always holds: a row is read as its file's rows were; what it left out is blank, not missing.

use super::columns::{Need, columns_of, meant};
use super::plan::{Plan, Sorted, plan, sort};
use super::record::{Normalised, Place, Problem};
use super::{Declared, normalise, translate};
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::feeds::read::{Cell, Row, Table};
use crate::matching::Index;
use crate::store::Database;
use crate::waivers::in_force;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// A row as it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stood {
    pub place: Place,
    pub raw: Map<String, Json>,
}

/// The columns that a row of this feed has to have beside those that it has.
pub(crate) fn columns_beside(feed: &Feed, raw: &Map<String, Json>) -> Vec<&'static str> {
    let ours = |header: &str| {
        let declared = feed.columns.iter().find(|(theirs, _)| super::columns::alike(theirs, header));
        meant(feed.source, declared.map_or(header, |(_, ours)| ours)).map(|(meant, _)| meant.name())
    };
    let there: Vec<String> = raw.keys().filter_map(|header| ours(header)).collect();
    let has = |name: &str| there.iter().any(|known| known == name);
    let wanting = columns_of(feed.source).iter().filter(|column| match column.need {
        Need::Required => !has(column.name),
        Need::UnlessGiven(other) => !has(column.name) && !has(other),
        Need::Optional => false,
    });
    wanting.map(|column| column.name).collect()
}

/// Reads rows again, and finds the council of each.
///
/// # Errors
/// [`Code::FileUnusable`] where the feed's declaration no longer fits the row's columns; when the database fails.
pub(crate) fn reread(
    connection: &mut Database,
    (feed, index): (&Feed, &Index),
    rows: &[Stood],
    today: Date,
) -> Result<Sorted, AppError> {
    let waivers = in_force(connection, &feed.id, today)?;
    let declared =
        Declared { feed: &feed.id, source: feed.source, columns: &feed.columns, waivers: &waivers, as_of: today };
    let mut all = Normalised::default();
    for row in rows {
        let mut tables = [table(feed, row)];
        translate::tables(feed.source, &feed.columns, &feed.values, &mut tables);
        let read = normalise(&declared, &tables).map_err(|problem| {
            let next = "Mend the feed's columns in the configuration, or send the list again.";
            AppError::new(Code::FileUnusable, format!("The row can't be read again: {problem}"), next)
        })?;
        all.rows_read += read.rows_read;
        // The heading of a column that was added to be blank is no part of the row.
        all.records.extend(read.records);
        all.rejected.extend(read.rejected);
    }
    Ok(sort(index, all, Vec::new()))
}

/// What rows that were read again change.
///
/// # Errors
/// When the database fails.
pub(crate) fn plan_again(connection: &mut Database, feed: &Feed, sorted: &Sorted) -> Result<Plan, AppError> {
    plan(connection, feed, sorted)
}

fn table(feed: &Feed, row: &Stood) -> Table {
    let text = |cell: &Json| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
    let mut header: Vec<String> = row.raw.keys().cloned().collect();
    let mut cells: Vec<Cell> = row.raw.values().map(|cell| read_cell(&text(cell))).collect();
    for name in columns_beside(feed, &row.raw) {
        header.push(name.to_owned());
        cells.push(Cell::Empty);
    }
    Table {
        sheet: row.place.sheet.clone(),
        header_row: 1,
        header,
        rows: vec![Row { number: row.place.row, cells }],
        problems: Vec::new(),
    }
}

/// A list of matters is kept as the JSON that it was.
fn read_cell(text: &str) -> Cell {
    let text = text.trim();
    if text.is_empty() {
        return Cell::Empty;
    }
    match serde_json::from_str(text) {
        Ok(nested @ (Json::Array(_) | Json::Object(_))) => Cell::Nested(nested),
        _ => Cell::Text(text.to_owned()),
    }
}

impl Plan {
    /// Every reason for which rows can't be taken.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.rejections.iter().flat_map(|row| row.problems.iter().cloned()).collect()
    }

    /// The record keys of the rows that wait for a person.
    pub(crate) fn waiting_keys(&self) -> Vec<String> {
        self.for_review.iter().map(|row| row.record.record_key.clone()).collect()
    }
}

impl Sorted {
    /// How the first row names its council; none where no row could be taken.
    pub(crate) fn first_named(&self) -> Option<&super::Named> {
        let matched = self.matched.first().map(|row| &row.record.named);
        matched.or_else(|| self.for_review.first().map(|row| &row.record.named))
    }
}

/// How a row names its council, from its cells as they stand.
pub(crate) fn named_in(feed: &Feed, raw: &Map<String, Json>) -> super::Named {
    let cell = |name: &str| {
        raw.iter().find_map(|(header, cell)| {
            let declared = feed.columns.iter().find(|(theirs, _)| super::columns::alike(theirs, header));
            let (meant, _) = meant(feed.source, declared.map_or(header, |(_, ours)| ours))?;
            (meant.name() == name).then(|| cell.as_str().unwrap_or_default().trim().to_owned())
        })
    };
    super::Named {
        name: cell("name").unwrap_or_default(),
        gss_code: cell("gss_code"),
        district: cell("district"),
        county: cell("county"),
    }
}
