//! Rows to a table: finds the header among the first rows and lays the rest out under it.
//!
//! In: rows as read from a CSV file or a sheet, and a way to ask whether a column name is known. Out: a [`Table`], or the
//! error that says what is wrong with the header. Always holds: each row gets one cell a column; wholly blank rows are
//! left out; a column that holds something but has no name is called by its letter, as in `column C`.

use super::error::shortened;
use super::{Cell, Limits, ReadError, Row, RowProblem, Table};
use std::collections::HashMap;

/// How many rows with something in them are looked at for the header.
pub(super) const HEADER_ROWS: usize = 30;

/// One row before there is a header. Trailing blanks may be left out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawRow {
    pub number: u32,
    pub cells: Vec<Cell>,
}

/// Where the header stands in a list of rows, and how many of its cells are known names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub index: usize,
    pub known: usize,
}

/// The first of the rows with the most known names among the first [`HEADER_ROWS`] non-blank rows. Takes at least two
/// known names, because a title can look like one; one will do where no row has a second cell.
pub(super) fn find_header(rows: &[RawRow], known_header: &dyn Fn(&str) -> bool) -> Option<Found> {
    let mut best: Option<Found> = None;
    let mut widest = 0;
    let candidates = rows.iter().enumerate().filter(|(_, row)| !is_blank(&row.cells)).take(HEADER_ROWS);
    for (index, row) in candidates {
        let names = row.cells.iter().filter(|cell| **cell != Cell::Empty);
        widest = widest.max(names.clone().count());
        let known = names.filter(|cell| matches!(cell, Cell::Text(name) if known_header(name))).count();
        if known > best.map_or(0, |found| found.known) {
            best = Some(Found { index, known });
        }
    }
    best.filter(|found| found.known >= 2 || widest == 1)
}

/// The error for rows among which no header was found; names the columns of the first row that isn't blank.
pub(super) fn no_header(sheet: Option<&str>, rows: &[RawRow]) -> ReadError {
    let first = rows.iter().find(|row| !is_blank(&row.cells));
    let columns = first.map(|row| row.cells.iter().filter(|cell| **cell != Cell::Empty).map(as_text).collect());
    ReadError::NoHeader { sheet: sheet.map(str::to_owned), columns: columns.unwrap_or_default(), rows: HEADER_ROWS }
}

/// Lays the rows after `header` out under it.
///
/// # Errors
/// When a name stands over two columns, or the table is beyond the limits.
pub(super) fn assemble(
    sheet: Option<String>,
    mut rows: Vec<RawRow>,
    header: Found,
    limits: &Limits,
) -> Result<Table, ReadError> {
    let mut below = rows.split_off((header.index + 1).min(rows.len()));
    let top = rows.pop().unwrap_or(RawRow { number: 1, cells: Vec::new() });
    below.retain(|row| !is_blank(&row.cells));
    let width = below.iter().map(|row| filled_width(&row.cells)).max().unwrap_or(0).max(filled_width(&top.cells));
    if width > limits.columns {
        return Err(ReadError::TooManyColumns { sheet, found: width, row: top.number, limit: limits.columns });
    }
    if below.len() > limits.rows {
        return Err(ReadError::TooManyRows { sheet, limit: limits.rows });
    }
    if below.len().saturating_mul(width) > limits.cells {
        return Err(ReadError::TooManyCells { sheet, limit: limits.cells });
    }
    let names = column_names(sheet.as_deref(), &top, width)?;
    let rows = below
        .into_iter()
        .map(|RawRow { number, mut cells }| {
            cells.resize(width, Cell::Empty);
            Row { number, cells }
        })
        .collect();
    Ok(Table { sheet, header_row: top.number, header: names, rows, problems: Vec::new() })
}

pub(super) fn column_names(sheet: Option<&str>, top: &RawRow, width: usize) -> Result<Vec<String>, ReadError> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::with_capacity(width);
    for index in 0..width {
        let name = top.cells.get(index).map(as_text).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("column {}", letters(index)));
        if let Some(first) = seen.insert(name.to_lowercase(), index) {
            return Err(ReadError::DuplicateColumn {
                sheet: sheet.map(str::to_owned),
                name: shortened(&name, 60),
                first: letters(first),
                second: letters(index),
                row: top.number,
            });
        }
        names.push(name);
    }
    Ok(names)
}

/// The position of the last cell that holds something, from 1; 0 for a blank row.
pub(super) fn filled_width(cells: &[Cell]) -> usize {
    cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1)
}

pub(super) fn is_blank(cells: &[Cell]) -> bool {
    cells.iter().all(|cell| *cell == Cell::Empty)
}

/// Text as a cell: trimmed of blanks of every width and without NULs, which PostgreSQL takes in no text, and `Empty` when
/// nothing is left.
pub(super) fn text_cell(text: &str) -> Cell {
    if text.contains('\0') {
        return text_cell(&text.replace('\0', ""));
    }
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
    if trimmed.is_empty() { Cell::Empty } else { Cell::Text(trimmed.to_owned()) }
}

/// A cell as a person would write it.
pub(super) fn as_text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::YesNo(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        Cell::Nested(value) => value.to_string(),
    }
}

/// A column by the letters a spreadsheet shows over it: 0 is `A`, 26 is `AA`.
pub(super) fn letters(index: usize) -> String {
    const ALPHABET: usize = 26;
    let mut rest = index;
    let mut reversed = Vec::new();
    loop {
        let letter = (b'A'..=b'Z').nth(rest % ALPHABET).unwrap_or(b'Z');
        reversed.push(char::from(letter));
        if rest < ALPHABET {
            return reversed.into_iter().rev().collect();
        }
        rest = rest / ALPHABET - 1;
    }
}

/// The problem of a row with more cells than there are columns.
pub(super) fn too_many_cells(number: u32, cells: usize, columns: usize, raw: &str) -> RowProblem {
    let message = format!(
        "The row has {cells} cells, but there are {columns} columns. A text with the separator in it must stand in quotes: \
         mend the row and send it again."
    );
    RowProblem::new(number, "too_many_cells", message, raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, cells: &[&str]) -> RawRow {
        RawRow { number, cells: cells.iter().map(|text| text_cell(text)).collect() }
    }

    fn known(name: &str) -> bool {
        ["council", "date", "kind"].contains(&name.to_lowercase().as_str())
    }

    #[test]
    fn the_header_is_the_first_row_with_the_most_known_names() {
        let rows = [
            row(1, &["Council"]),
            row(3, &["", "Flags of 2024"]),
            row(4, &["Council", "Date", "Remarks"]),
            row(5, &["Council", "Date", "Kind"]),
            row(6, &["Council", "Date", "Kind"]),
        ];
        assert_eq!(find_header(&rows, &known), Some(Found { index: 3, known: 3 }));
    }

    #[test]
    fn one_known_name_is_enough_only_in_a_single_column() {
        assert_eq!(
            find_header(&[row(1, &["Council"]), row(2, &["Wexmoor"])], &known),
            Some(Found { index: 0, known: 1 })
        );
        assert_eq!(find_header(&[row(1, &["Council"]), row(2, &["Wexmoor", "2024"])], &known), None);
    }

    #[test]
    fn a_header_below_the_thirtieth_row_is_not_found() {
        let titles = |count: u32| -> Vec<RawRow> { (1..=count).map(|n| row(n * 2, &["note", "note"])).collect() };
        let mut rows = titles(29);
        rows.push(row(100, &["Council", "Date"]));
        assert_eq!(find_header(&rows, &known), Some(Found { index: 29, known: 2 }));
        let mut rows = titles(30);
        rows.push(row(100, &["Council", "Date"]));
        assert_eq!(find_header(&rows, &known), None);
    }

    #[test]
    fn rows_are_padded_blank_rows_left_out_and_nameless_columns_called_by_letter() {
        let rows = vec![
            row(2, &["Council", "", "Date", ""]),
            row(3, &["Wexmoor"]),
            row(4, &["", " ", ""]),
            row(5, &["Tolby Green", "x", "2024-06-30", "", "aside"]),
        ];
        let table = assemble(None, rows, Found { index: 0, known: 2 }, &Limits::default()).unwrap();
        assert_eq!(table.header, ["Council", "column B", "Date", "column D", "column E"]);
        assert_eq!(table.header_row, 2);
        assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [3, 5]);
        assert!(table.rows.iter().all(|row| row.cells.len() == 5));
        assert_eq!(table.rows[1].cells[4], Cell::Text("aside".to_owned()));
    }

    #[test]
    fn a_name_over_two_columns_is_refused_by_letter() {
        let rows = vec![row(3, &["Council", "Date", "DATE"])];
        let error = assemble(Some("Flags".to_owned()), rows, Found { index: 0, known: 2 }, &Limits::default());
        assert_eq!(
            error.unwrap_err().to_string(),
            "Sheet \"Flags\": Columns B and C are both called \"DATE\" (row 3). Rename one of them, because a value must \
             have one column."
        );
    }

    #[test]
    fn limits_hold() {
        let rows = || vec![row(1, &["Council", "Date"]), row(2, &["Wexmoor"]), row(3, &["Tolby"])];
        let found = Found { index: 0, known: 2 };
        let code = |limits: Limits| assemble(None, rows(), found, &limits).unwrap_err().code();
        assert_eq!(code(Limits { rows: 1, ..Limits::default() }), "too_many_rows");
        assert_eq!(code(Limits { columns: 1, ..Limits::default() }), "too_many_columns");
        assert_eq!(code(Limits { cells: 3, ..Limits::default() }), "too_many_cells");
        assert!(assemble(None, rows(), found, &Limits { rows: 2, columns: 2, cells: 4, ..Limits::default() }).is_ok());
    }

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        let named: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(letters).collect();
        assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
