//! A source's own values, put into ours before a row is checked.
//!
//! In: rows of a file, and what the feed declares: for one of our columns, the source's value and ours. Out: the rows with
//! these values put in. Always holds: what the declaration doesn't name stays as it stands, so a new word of
//! the source is refused by the check and not guessed.

use super::columns::{alike, meant};
use super::record::SourceKind;
use crate::feeds::read::{Cell, Row, Table};
use std::collections::BTreeMap;

/// For each of our columns, the source's values to ours.
pub type Values = BTreeMap<String, BTreeMap<String, String>>;

/// What is put in for a column's values; none where they stay as they stand.
pub type Translation<'v> = Option<&'v BTreeMap<String, String>>;

/// The translation of each column of a header.
pub fn of_columns<'v>(
    source: SourceKind,
    columns: &BTreeMap<String, String>,
    values: &'v Values,
    header: &[String],
) -> Vec<Translation<'v>> {
    if values.is_empty() {
        return Vec::new();
    }
    let translation = |header: &String| {
        let mapped = columns.iter().find(|(theirs, _)| alike(theirs, header)).map(|(_, ours)| ours.as_str());
        let ours = meant(source, mapped.unwrap_or(header))?.0.name();
        values.iter().find(|(column, _)| named(source, column) == ours).map(|(_, translation)| translation)
    };
    header.iter().map(translation).collect()
}

/// Puts our values in for the source's in every row of a file's tables.
pub fn tables(source: SourceKind, columns: &BTreeMap<String, String>, values: &Values, tables: &mut [Table]) {
    for table in tables {
        translate(&of_columns(source, columns, values, &table.header), &mut table.rows);
    }
}

/// Puts our values in for the source's; case and spaces don't matter.
pub fn translate(translations: &[Translation<'_>], rows: &mut [Row]) {
    for row in rows {
        for (cell, translation) in row.cells.iter_mut().zip(translations) {
            let Some(words) = translation else { continue };
            let stands = match &*cell {
                Cell::Text(text) => text.clone(),
                Cell::Number(number) => number.to_string(),
                Cell::YesNo(yes) => yes.to_string(),
                Cell::Empty | Cell::Date(_) | Cell::Nested(_) => continue,
            };
            if let Some((_, ours)) = words.iter().find(|(theirs, _)| folded(theirs) == folded(&stands)) {
                *cell = Cell::Text(ours.clone());
            }
        }
    }
}

/// Our name of a column that a declaration names by it or by an alias.
fn named(source: SourceKind, column: &str) -> String {
    meant(source, column).map_or_else(|| column.to_owned(), |(meant, _)| meant.name())
}

/// Declared columns that mean nothing: the declaration is mistaken.
pub fn unknown_columns(source: SourceKind, values: &Values) -> Vec<&str> {
    values.keys().filter(|column| meant(source, column).is_none()).map(String::as_str).collect()
}

/// A value without case and with single spaces; signs such as a tick stay what they are.
fn folded(value: &str) -> String {
    value.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::tables as translate;
    use super::*;

    #[test]
    fn signs_are_told_apart() {
        let mut tables = [Table {
            sheet: None,
            header_row: 1,
            header: vec!["first_hand".to_owned()],
            rows: ["✓", "✗", "–"].map(|sign| Row { number: 2, cells: vec![Cell::Text(sign.to_owned())] }).to_vec(),
            problems: Vec::new(),
        }];
        let words = BTreeMap::from([("✓".to_owned(), "yes".to_owned()), ("✗".to_owned(), "no".to_owned())]);
        let values = BTreeMap::from([("first_hand".to_owned(), words)]);
        translate(SourceKind::CountyFlags, &BTreeMap::new(), &values, &mut tables);
        let now: Vec<&Cell> = tables[0].rows.iter().map(|row| &row.cells[0]).collect();
        assert_eq!(now, ["yes", "no", "–"].map(|word| Cell::Text(word.to_owned())).iter().collect::<Vec<_>>());
        assert_eq!(
            unknown_columns(SourceKind::CountyFlags, &BTreeMap::from([("mood".to_owned(), BTreeMap::new())])),
            ["mood"]
        );
    }

    #[test]
    fn the_sources_words_become_ours_in_the_declared_column_only() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let mut tables = [Table {
            sheet: None,
            header_row: 1,
            header: vec!["Parish".to_owned(), "What".to_owned()],
            rows: vec![Row { number: 2, cells: vec![text("No Clerk"), text("no  CLERK")] }],
            problems: Vec::new(),
        }];
        let columns =
            [("What", "flag"), ("Parish", "name")].map(|(one, other)| (one.to_owned(), other.to_owned())).into();
        let words = BTreeMap::from([("No clerk".to_owned(), "clerk_or_rfo_vacancy".to_owned())]);
        translate(SourceKind::CountyFlags, &columns, &BTreeMap::from([("kind".to_owned(), words)]), &mut tables);
        assert_eq!(tables[0].rows[0].cells, [text("No Clerk"), text("clerk_or_rfo_vacancy")]);
    }
}
