//! JSON lines: one object a line, read a batch at a time.
//!
//! In: decoded text. Out: the columns, found in a first pass, and the rows in later ones. Always holds: a line that can't be
//! read is a problem of its own; every row has a cell a column, so the columns have to be known before the first row.

use super::{Columns, broken_line, malformed, not_an_object, parse};
use crate::feeds::read::json::{ordered::Ordered, scan};
use crate::feeds::read::opened::{BATCH, Batch};
use crate::feeds::read::{Cell, Limits, ReadError, Row, RowProblem, Table};
use std::iter::Peekable;

/// The columns of a text of lines.
#[derive(Debug)]
pub(in crate::feeds::read) struct Lines {
    header: Vec<String>,
}

impl Lines {
    /// Goes through the text once for its columns.
    ///
    /// # Errors
    /// When the text is too deep or has too many rows or columns, or no line can be read.
    pub(in crate::feeds::read) fn find(text: &str, limits: &Limits) -> Result<Lines, ReadError> {
        scan::check(text, &Limits { cells: usize::MAX, ..*limits })?;
        let mut columns = Columns::new(limits);
        let mut first_error = None;
        for (number, line) in filled(text) {
            if line.len() > limits.row_bytes {
                continue;
            }
            match parse(line) {
                Ok(Ordered::Object(members)) => drop(columns.row(number, members)?),
                Ok(_) => {}
                Err(error) => {
                    first_error.get_or_insert_with(|| malformed(&error, usize::try_from(number).unwrap_or(1) - 1));
                }
            }
        }
        match first_error {
            Some(error) if columns.rows == 0 => Err(error),
            _ => Ok(Lines { header: columns.header }),
        }
    }

    /// The table without its rows.
    pub(in crate::feeds::read) fn head(&self) -> Table {
        Table { sheet: None, header_row: 0, header: self.header.clone(), rows: Vec::new(), problems: Vec::new() }
    }

    /// The rows of the text whose columns these are. Ends with the first error.
    pub(in crate::feeds::read) fn batches<'t>(
        &'t self,
        text: &'t str,
        limits: &Limits,
    ) -> impl Iterator<Item = Result<Batch, ReadError>> + Send + use<'t> {
        let mut lines = filled(text).peekable();
        let limits = *limits;
        let mut failed = false;
        std::iter::from_fn(move || {
            if failed || lines.peek().is_none() {
                return None;
            }
            let batch = self.batch(&mut lines, &limits);
            failed = batch.is_err();
            Some(batch)
        })
    }

    fn batch<'t>(
        &self,
        lines: &mut Peekable<impl Iterator<Item = (u32, &'t str)>>,
        limits: &Limits,
    ) -> Result<Batch, ReadError> {
        let mut columns = Columns::new(limits);
        columns.places = self.header.iter().enumerate().map(|(place, key)| (key.clone(), place)).collect();
        columns.header.clone_from(&self.header);
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for (number, line) in lines.take(BATCH) {
            match read(number, line, &mut columns)? {
                Ok(Some(Row { number, mut cells })) => {
                    cells.resize(self.header.len(), Cell::Empty);
                    rows.push(Row { number, cells });
                }
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        Ok(Batch { table: 0, rows, problems })
    }
}

fn read(number: u32, line: &str, columns: &mut Columns<'_>) -> Result<Result<Option<Row>, RowProblem>, ReadError> {
    if line.len() > columns.limits.row_bytes {
        return Ok(Err(RowProblem::too_long(number, line, columns.limits.row_bytes)));
    }
    match parse(line) {
        Ok(Ordered::Object(members)) => columns.row(number, members),
        Ok(_) => Ok(Err(not_an_object(number, line))),
        Err(error) => Ok(Err(broken_line(number, &error, line))),
    }
}

/// The lines with something on them, by number.
fn filled(text: &str) -> impl Iterator<Item = (u32, &str)> + Send {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}
