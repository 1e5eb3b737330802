//! What any file becomes before intake looks at it: tables of rows, each cell with the place a person would look for it.
//!
//! In: filled by the readers of this folder. Out: read by `ingest` and `register`. Always holds: row numbers are those
//! that a person sees (the first line of a file is 1), and a row has as many cells as the header, or is in `problems`.

use jiff::civil::Date;

/// One cell. Spreadsheets say what they mean; text files hold only text.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    /// Trimmed, never empty.
    Text(String),
    Number(f64),
    Date(Date),
    YesNo(bool),
    /// A list or an object of a JSON source.
    Nested(serde_json::Value),
}

/// One row as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The row as a person counts it: the line a CSV record starts on, the row of a sheet, the position in a JSON list.
    pub number: u32,
    /// One a column of the header.
    pub cells: Vec<Cell>,
}

/// A row that could not be read as a row (a broken quote, too many cells): kept as it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct RowProblem {
    pub number: u32,
    /// A stable code, such as `too_many_cells`.
    pub code: &'static str,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
    /// The row as it stood, as text; of a very long one the beginning.
    pub raw: String,
}

impl RowProblem {
    /// The most of a row that is kept, in bytes, and what is kept of a longer one, in characters.
    const KEPT: (usize, usize) = (64 * 1024, 2_000);

    pub(super) fn new(number: u32, code: &'static str, message: String, raw: &str) -> RowProblem {
        let (most, beginning) = Self::KEPT;
        let raw = if raw.len() > most { super::error::shortened(raw, beginning) } else { raw.to_owned() };
        RowProblem { number, code, message, raw }
    }

    /// The problem of a row of more bytes than are read.
    pub(super) fn too_long(number: u32, raw: &str, limit: usize) -> RowProblem {
        let message = format!(
            "The row is {} kB long, and at most {} kB are read. Look for a quote or a line end that is missing, or leave the \
             long text out, and send the row again.",
            raw.len() / 1024,
            limit / 1024
        );
        RowProblem::new(number, "row_too_long", message, raw)
    }
}

/// One table: a CSV file, one sheet of a workbook, one JSON list.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The sheet's name, in a workbook.
    pub sheet: Option<String>,
    /// The row on which the header stands; rows above it (titles) are passed over. 0 in JSON, where no row holds it.
    pub header_row: u32,
    /// The columns' names as written, trimmed. A column with something in it but no name is called by its letter, such as
    /// `column C`.
    pub header: Vec<String>,
    pub rows: Vec<Row>,
    pub problems: Vec<RowProblem>,
}
