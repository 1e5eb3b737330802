//! A row that was kept as it stood, read again: which record it is about.
//!
//! In: its feed and its cells by heading. Out: the record's key. Always holds: it is read as the feed's files are; a row that
//! doesn't say which record it is has no key.

use super::columns::{Need, alike, columns_of, meant};
use super::normalise::{Declared, Layout, Reading, said};
use crate::feeds::Feed;
use crate::feeds::read::{Cell, Row, Table};
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// The key of the record that a held row is about.
pub fn record_key(feed: &Feed, cells: &Map<String, Json>, as_of: Date) -> Option<String> {
    let declared =
        Declared { feed: &feed.id, source: feed.source, columns: &feed.columns, waivers: &crate::waivers::NONE, as_of };
    let mut header: Vec<String> = cells.keys().cloned().collect();
    let mut row: Vec<Cell> = cells
        .values()
        .map(|cell| match cell {
            Json::String(text) => Cell::Text(text.clone()),
            other => Cell::Text(other.to_string()),
        })
        .collect();
    // Blank cells are not kept, and a table without a required column is not read at all.
    for column in columns_of(feed.source).iter().filter(|column| column.need != Need::Optional) {
        let is_there = |name: &String| {
            let ours = feed.columns.iter().find(|(theirs, _)| alike(theirs, name)).map_or(name, |(_, ours)| ours);
            meant(feed.source, ours).is_some_and(|(meant, _)| meant.name() == column.name)
        };
        if !header.iter().any(is_there) {
            header.push(column.name.to_owned());
            row.push(Cell::Empty);
        }
    }
    let table =
        Table { sheet: None, header_row: 1, header, rows: vec![Row { number: 2, cells: row }], problems: vec![] };
    let layout = Layout::of(&table, &declared).ok()?;
    let row = table.rows.first()?;
    said(&declared, &mut Reading::new(&layout, row, feed.source, as_of)).map(|said| said.record_key)
}
