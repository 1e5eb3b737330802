//! Why a file could not be written.
//!
//! In: an export that can't be a table, or a library's error. Out: a message that names the export, and an [`AppError`] for
//! the doors. Always holds: only an export that is too large for Excel is the asker's to mend.

use crate::error::{AppError, Code};
use std::error::Error as _;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("The export \"{title}\" has no column.")]
    NoHeadings { title: String },
    #[error("Row {row} of the export \"{title}\" has {cells} cells, but there are {headings} headings.")]
    Ragged { title: String, row: usize, cells: usize, headings: usize },
    #[error("The export \"{title}\" has {rows} rows, and an Excel sheet holds {most} under its headings.")]
    TooManyRows { title: String, rows: usize, most: usize },
    #[error("The export \"{title}\" has {columns} columns, and an Excel sheet holds {most}.")]
    TooManyColumns { title: String, columns: usize, most: usize },
    #[error("The CSV file of the export \"{title}\" could not be written")]
    Csv { title: String, source: ::csv::Error },
    #[error("The workbook of the export \"{title}\" could not be written")]
    Workbook { title: String, source: rust_xlsxwriter::XlsxError },
}

impl From<ExportError> for AppError {
    fn from(error: ExportError) -> AppError {
        let (code, next) = match error {
            ExportError::TooManyRows { .. } => {
                (Code::BadQuery, "Narrow the filter, or take it as CSV, which has no such limit.")
            }
            ExportError::TooManyColumns { .. } => (Code::BadQuery, "Take it as CSV, which has no such limit."),
            ExportError::NoHeadings { .. }
            | ExportError::Ragged { .. }
            | ExportError::Csv { .. }
            | ExportError::Workbook { .. } => {
                (Code::Unexpected, "Nothing left the program. Try the other format, and report this.")
            }
        };
        let happened = match error.source() {
            Some(source) => format!("{error}: {source}."),
            None => error.to_string(),
        };
        AppError::new(code, happened, next)
    }
}
