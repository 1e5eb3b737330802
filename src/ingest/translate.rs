//! A source's own values, put into ours before a row is checked.
//!
//! In: the tables of a file, and what the feed declares: for one of our columns, the source's value and ours. Out: the
//! tables with these values put in. Always holds: what the declaration doesn't name stays as it stands, so a new word of
//! the source is refused by the check and not guessed.

use super::columns::{alike, meant};
use super::record::SourceKind;
use crate::feeds::read::{Cell, Table};
use std::collections::BTreeMap;

/// For each of our columns, the source's values to ours.
pub type Values = BTreeMap<String, BTreeMap<String, String>>;

/// Puts our values in for the source's, column by column; case and spaces don't matter.
pub fn translate(source: SourceKind, columns: &BTreeMap<String, String>, values: &Values, tables: &mut [Table]) {
    if values.is_empty() {
        return;
    }
    for table in tables {
        let translations: Vec<Option<&BTreeMap<String, String>>> = table
            .header
            .iter()
            .map(|header| {
                let mapped = columns.iter().find(|(theirs, _)| alike(theirs, header)).map(|(_, ours)| ours.as_str());
                let ours = meant(source, mapped.unwrap_or(header))?.0.name();
                values.iter().find(|(column, _)| alike(column, &ours)).map(|(_, translation)| translation)
            })
            .collect();
        for row in &mut table.rows {
            for (cell, translation) in row.cells.iter_mut().zip(&translations) {
                if let (Cell::Text(text), Some(translation)) = (&mut *cell, translation)
                    && let Some((_, ours)) = translation.iter().find(|(theirs, _)| alike(theirs, text))
                {
                    *cell = Cell::Text(ours.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::read::Row;

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
        translate(SourceKind::CountyFlags, &columns, &BTreeMap::from([("flag".to_owned(), words)]), &mut tables);
        assert_eq!(tables[0].rows[0].cells, [text("No Clerk"), text("clerk_or_rfo_vacancy")]);
    }
}
