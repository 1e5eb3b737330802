//! Text in columns: finds the separator and the header, and reads the rows with the lines they start on.
//!
//! In: decoded text. Out: one [`Table`]. Always holds: every line with something in it is in the titles above the header,
//! in a row, or in a problem; and one broken quote costs one line, not the rest of the file.

mod split;

use super::header::{Found, HEADER_ROWS, RawRow, assemble, find_header, no_header, text_cell, too_many_cells};
use super::{Cell, Limits, ReadError, RowProblem, Table};
use split::{Piece, Pieces, Record};

/// In order of preference where two find the same header.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Beyond this many rows with broken quotes the file as a whole is taken to be broken.
const MOST_BROKEN: usize = 1_000;

/// Reads text with `\n` line ends.
///
/// # Errors
/// When there is no header, a column name stands twice, or a limit is passed.
pub(super) fn read(text: &str, known_header: &dyn Fn(&str) -> bool, limits: &Limits) -> Result<Table, ReadError> {
    let mut best: Option<Start> = None;
    let mut widest: Option<(usize, u32)> = None;
    for separator in SEPARATORS {
        let start = Start::look(text, separator, known_header, limits);
        widest = widest.max(start.too_wide);
        if start.known() > best.as_ref().map_or(0, Start::known) {
            best = Some(start);
        }
    }
    match best {
        Some(Start { separator, header: Some((line, found)), .. }) => {
            Body { text, separator, limits }.read(line, found)
        }
        _ => Err(match widest {
            Some((found, row)) => ReadError::TooManyColumns { sheet: None, found, row, limit: limits.columns },
            None => columns_without_header(text),
        }),
    }
}

/// The first rows as one separator splits them.
struct Start {
    separator: u8,
    /// The header's line, and where it stands among the first rows.
    header: Option<(u32, Found)>,
    /// The cells and the line of a row with more cells than can be read.
    too_wide: Option<(usize, u32)>,
}

impl Start {
    fn look(text: &str, separator: u8, known_header: &dyn Fn(&str) -> bool, limits: &Limits) -> Self {
        let (mut rows, mut too_wide) = (Vec::new(), None);
        for record in records(text, separator).take(HEADER_ROWS) {
            if record.cells > limits.columns {
                too_wide = too_wide.max(Some((record.cells, record.line)));
            } else {
                rows.push(raw_row(text, &record, separator));
            }
        }
        let header = find_header(&rows, known_header);
        let header = header.and_then(|found| rows.get(found.index).map(|row| (row.number, found)));
        Self { separator, header, too_wide }
    }

    fn known(&self) -> usize {
        self.header.map_or(0, |(_, found)| found.known)
    }
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = Record> {
    Pieces::new(text, separator)
        .take(HEADER_ROWS * 4)
        .filter_map(|piece| if let Piece::Record(record) = piece { Some(record) } else { None })
}

/// One record read by itself, for the few first rows; [`Body`] reads the rest in one go.
fn raw_row(text: &str, record: &Record, separator: u8) -> RawRow {
    let mut fields = ::csv::StringRecord::new();
    let slice = text.get(record.start..record.end).unwrap_or_default();
    // A slice of a str can't fail to be UTF-8, and no other error comes from reading memory: no record means no cells.
    let read = reader(slice, separator).read_record(&mut fields).unwrap_or(false);
    RawRow { number: record.line, cells: if read { fields.iter().map(text_cell).collect() } else { Vec::new() } }
}

fn reader(text: &str, separator: u8) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The error names the columns as the separator gives them that finds most of them.
fn columns_without_header(text: &str) -> ReadError {
    let first = |separator: &u8| records(text, *separator).next().map(|record| raw_row(text, &record, *separator));
    let row = SEPARATORS.iter().filter_map(first).max_by_key(|row| (row.cells.len(), std::cmp::Reverse(row.number)));
    no_header(None, row.as_slice())
}

/// The rows below a header that has been found.
struct Body<'t> {
    text: &'t str,
    separator: u8,
    limits: &'t Limits,
}

impl Body<'_> {
    fn read(&self, header_line: u32, found: Found) -> Result<Table, ReadError> {
        let mut problems = Vec::new();
        let mut sound: Vec<Record> = Vec::new();
        let mut after_broken = false;
        for piece in Pieces::new(self.text, self.separator) {
            match piece {
                // Excel writes rows of bare separators by the thousand where a sheet was only formatted.
                Piece::Record(record) if self.is_blank(&record) => after_broken |= record.after_broken,
                Piece::Record(record) if record.line >= header_line => {
                    after_broken |= record.after_broken;
                    sound.push(Record { after_broken: std::mem::take(&mut after_broken), ..record });
                }
                Piece::Broken(problem) if problem.number > header_line => problems.push(problem),
                // Titles above the header are passed over.
                Piece::Record(_) | Piece::Broken(_) => {}
            }
            if problems.len() > MOST_BROKEN {
                let first = problems.first().map_or(header_line, |problem: &RowProblem| problem.number);
                return Err(ReadError::TooManyBrokenRows { first, limit: MOST_BROKEN });
            }
            if sound.len() > self.limits.rows.saturating_add(1) {
                return Err(ReadError::TooManyRows { sheet: None, limit: self.limits.rows });
            }
        }
        let rows = self.rows(&sound, &mut problems)?;
        problems.sort_by_key(|problem| problem.number);
        let mut table = assemble(None, rows, Found { index: 0, ..found }, self.limits)?;
        table.problems = problems;
        Ok(table)
    }

    fn is_blank(&self, record: &Record) -> bool {
        let bytes = self.text.as_bytes().get(record.start..record.end).unwrap_or_default();
        bytes.iter().all(|byte| *byte == self.separator || *byte == b' ')
    }

    /// All records in one pass of the CSV reader over their text, the header first. A record that can't be a row goes to
    /// `problems`.
    fn rows(&self, sound: &[Record], problems: &mut Vec<RowProblem>) -> Result<Vec<RawRow>, ReadError> {
        let columns = sound.first().map_or(0, |header| header.cells);
        let slice = |record: &Record| self.text.get(record.start..record.end).unwrap_or_default();
        let mut joined = String::with_capacity(sound.iter().map(|record| record.end - record.start + 1).sum());
        for record in sound {
            joined.push_str(slice(record));
            joined.push('\n');
        }
        let mut reader = reader(&joined, self.separator);
        let mut fields = ::csv::StringRecord::new();
        let mut rows = Vec::with_capacity(sound.len());
        let (mut held, mut after_broken) = (0_usize, false);
        for record in sound {
            let read = reader.read_record(&mut fields).unwrap_or(false);
            // The lines after a broken one may be the rest of its text. They are rows again from the first full one on.
            after_broken = (after_broken || record.after_broken) && record.cells != columns;
            if !read || fields.len() != record.cells || after_broken {
                problems.push(split::broken(record.line, slice(record)));
                continue;
            }
            if fields.iter().skip(columns).any(|text| text_cell(text) != Cell::Empty) {
                problems.push(too_many_cells(record.line, record.cells, columns, slice(record)));
                continue;
            }
            let cells: Vec<Cell> = fields.iter().take(columns).map(text_cell).collect();
            held = held.saturating_add(cells.len());
            if held > self.limits.cells.saturating_add(columns) {
                return Err(ReadError::TooManyCells { sheet: None, limit: self.limits.cells });
            }
            rows.push(RawRow { number: record.line, cells });
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests;
