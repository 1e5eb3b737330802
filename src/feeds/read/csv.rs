//! Text in columns: finds the separator and the header, and reads the rows, in batches, with the lines they start on.
//!
//! In: decoded text. Out: a [`Csv`], and from it the rows. Always holds: every line with something in it is in the titles
//! above the header, in a row, or in a problem; one broken quote costs one line, not the rest of the file; memory grows
//! with a batch and not with the file.

mod split;

use super::header::{
    Found, HEADER_ROWS, RawRow, column_names, filled_width, find_header, no_header, text_cell, too_many_cells,
};
use super::opened::{BATCH, Batch};
use super::{Cell, Limits, ReadError, Row, RowProblem, Table};
use split::{Piece, Pieces, Record};

/// In order of preference where two find the same header.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Beyond this many rows with broken quotes the file as a whole is taken to be broken.
const MOST_BROKEN: usize = 1_000;

/// How a text is split into columns: everything about its table but the rows.
#[derive(Debug)]
pub(super) struct Csv {
    separator: u8,
    header_line: u32,
    /// Cells of the header's row, named or not.
    columns: usize,
    /// The names of the columns that hold something.
    names: Vec<String>,
}

impl Csv {
    /// Finds the table in text with `\n` line ends. Goes through all of it only where columns have no name.
    ///
    /// # Errors
    /// When there is no header, a column name stands twice, or a limit is passed.
    pub(super) fn find(text: &str, known_header: &dyn Fn(&str) -> bool, limits: &Limits) -> Result<Csv, ReadError> {
        let mut best: Option<Start> = None;
        let mut widest: Option<(usize, u32)> = None;
        for separator in SEPARATORS {
            let start = Start::look(text, separator, known_header, limits);
            widest = widest.max(start.too_wide);
            if start.known() > best.as_ref().map_or(0, Start::known) {
                best = Some(start);
            }
        }
        let Some(Start { separator, header: Some((top, _)), .. }) = best else {
            return Err(match widest {
                Some((found, row)) => ReadError::TooManyColumns { sheet: None, found, row, limit: limits.columns },
                None => columns_without_header(text),
            });
        };
        let (columns, header_line) = (top.cells.len(), top.number);
        let mut csv = Csv { separator, header_line, columns, names: vec![String::new(); columns] };
        let mut width = filled_width(&top.cells);
        if width < columns {
            for batch in csv.batches(text, limits) {
                width = batch?.rows.iter().map(|row| filled_width(&row.cells)).fold(width, usize::max);
            }
        }
        csv.names = column_names(None, &top, width)?;
        Ok(csv)
    }

    /// The table without its rows.
    pub(super) fn head(&self) -> Table {
        let (header_row, header) = (self.header_line, self.names.clone());
        Table { sheet: None, header_row, header, rows: Vec::new(), problems: Vec::new() }
    }

    /// The rows of the text in which the table was found. Ends with the first error.
    pub(super) fn batches<'t>(&'t self, text: &'t str, limits: &Limits) -> Batches<'t> {
        Batches {
            csv: self,
            text,
            limits: *limits,
            pieces: Pieces::new(text, self.separator),
            rows: 0,
            broken: (0, 0),
            piece_broken: false,
            row_broken: false,
            failed: false,
        }
    }
}

/// The first rows as one separator splits them.
struct Start {
    separator: u8,
    /// The header's row, and where it stands among the first rows.
    header: Option<(RawRow, Found)>,
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
        let header =
            header.and_then(|found| (found.index < rows.len()).then(|| (rows.swap_remove(found.index), found)));
        Self { separator, header, too_wide }
    }

    fn known(&self) -> usize {
        self.header.as_ref().map_or(0, |(_, found)| found.known)
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

/// The rows below a header that has been found, a batch at a time.
pub(super) struct Batches<'t> {
    csv: &'t Csv,
    text: &'t str,
    limits: Limits,
    pieces: Pieces<'t>,
    /// Rows so far.
    rows: usize,
    /// Broken lines so far, and the first of them.
    broken: (usize, u32),
    /// A broken piece came since the last row.
    piece_broken: bool,
    /// The rows since a broken one may be the rest of its text.
    row_broken: bool,
    failed: bool,
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let mut problems = Vec::new();
        let sound = match self.gather(&mut problems) {
            Ok(sound) => sound,
            Err(error) => {
                self.failed = true;
                return Some(Err(error));
            }
        };
        if sound.is_empty() && problems.is_empty() {
            return None;
        }
        let rows = self.parse(&sound, &mut problems);
        problems.sort_by_key(|problem| problem.number);
        Some(Ok(Batch { table: 0, rows, problems }))
    }
}

impl Batches<'_> {
    /// The records of the next batch; lines that are none go to `problems`.
    fn gather(&mut self, problems: &mut Vec<RowProblem>) -> Result<Vec<Record>, ReadError> {
        let header_line = self.csv.header_line;
        let mut sound: Vec<Record> = Vec::with_capacity(BATCH);
        while sound.len() + problems.len() < BATCH {
            let Some(piece) = self.pieces.next() else { break };
            match piece {
                // Excel writes rows of bare separators by the thousand where a sheet was only formatted.
                Piece::Record(record) if self.is_blank(&record) => self.piece_broken |= record.after_broken,
                Piece::Record(record) if record.line > header_line => {
                    let after_broken = std::mem::take(&mut self.piece_broken) || record.after_broken;
                    sound.push(Record { after_broken, ..record });
                }
                Piece::Record(record) if record.line == header_line => self.piece_broken = false,
                Piece::Broken(problem) if problem.number > header_line => {
                    let (count, first) = self.broken;
                    self.broken = (count + 1, if count == 0 { problem.number } else { first });
                    problems.push(problem);
                }
                // Titles above the header are passed over.
                Piece::Record(_) | Piece::Broken(_) => {}
            }
            if self.broken.0 > MOST_BROKEN {
                return Err(ReadError::TooManyBrokenRows { first: self.broken.1, limit: MOST_BROKEN });
            }
        }
        self.rows = self.rows.saturating_add(sound.len());
        if self.rows > self.limits.rows {
            return Err(ReadError::TooManyRows { sheet: None, limit: self.limits.rows });
        }
        Ok(sound)
    }

    fn is_blank(&self, record: &Record) -> bool {
        let bytes = self.text.as_bytes().get(record.start..record.end).unwrap_or_default();
        bytes.iter().all(|byte| *byte == self.csv.separator || *byte == b' ')
    }

    /// The records in one pass of the CSV reader over their text. One that can't be a row goes to `problems`.
    fn parse(&mut self, sound: &[Record], problems: &mut Vec<RowProblem>) -> Vec<Row> {
        let (columns, width) = (self.csv.columns, self.csv.names.len());
        let slice = |record: &Record| self.text.get(record.start..record.end).unwrap_or_default();
        let too_long = |record: &Record| record.end - record.start > self.limits.row_bytes;
        let mut joined = String::with_capacity(sound.iter().map(|record| record.end - record.start + 1).sum());
        for record in sound.iter().filter(|record| !too_long(record)) {
            joined.push_str(slice(record));
            joined.push('\n');
        }
        let mut reader = reader(&joined, self.csv.separator);
        let mut fields = ::csv::StringRecord::new();
        let mut rows = Vec::with_capacity(sound.len());
        for record in sound {
            // The lines after a broken one may be the rest of its text. They are rows again from the first full one on.
            self.row_broken = (self.row_broken || record.after_broken) && record.cells != columns;
            if too_long(record) {
                problems.push(too_wide_or_long(record, columns, slice(record), &self.limits));
                continue;
            }
            let read = reader.read_record(&mut fields).unwrap_or(false);
            if !read || fields.len() != record.cells || self.row_broken {
                problems.push(split::broken(record.line, slice(record)));
                continue;
            }
            if fields.iter().skip(columns).any(|text| text_cell(text) != Cell::Empty) {
                problems.push(too_many_cells(record.line, record.cells, columns, slice(record)));
                continue;
            }
            let mut cells: Vec<Cell> = Vec::with_capacity(width);
            cells.extend(fields.iter().take(width).map(text_cell));
            cells.resize(width, Cell::Empty);
            if cells.iter().any(|cell| *cell != Cell::Empty) {
                rows.push(Row { number: record.line, cells });
            }
        }
        rows
    }
}

/// What is wrong with a row of more bytes than are read.
fn too_wide_or_long(record: &Record, columns: usize, raw: &str, limits: &Limits) -> RowProblem {
    if record.cells > columns {
        too_many_cells(record.line, record.cells, columns, raw)
    } else {
        RowProblem::too_long(record.line, raw, limits.row_bytes)
    }
}

#[cfg(test)]
mod tests;
