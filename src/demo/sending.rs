//! What the files of the demo's sources have in common: how they are written, and what can go wrong in it.
//!
//! In: rows of text. Out: bytes. Always holds: the same rows give the same bytes.

use jiff::civil::Date;

/// Why a file of the demo could not be written. None is expected: everything is written to memory.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    #[error("A workbook of the demo could not be written. Please report it, with the version of the program.")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("A CSV file of the demo could not be written. Please report it, with the version of the program.")]
    Table(#[from] csv::Error),
    #[error("A JSON file of the demo could not be written. Please report it, with the version of the program.")]
    List(#[from] serde_json::Error),
}

/// Rows as CSV in UTF-8, with commas, the header first.
///
/// # Errors
/// [`Unwritable::Table`] if the rows are not all as wide as the header.
pub fn as_csv(header: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, Unwritable> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|problem| Unwritable::Table(problem.into_error().into()))
}

/// 31/10/2025.
pub fn with_slashes(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// 31 October 2025.
pub fn in_words(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// Yes or No, or blank where nobody said.
pub fn yes_or_no(answer: Option<bool>) -> String {
    answer.map_or("", |yes| if yes { "Yes" } else { "No" }).to_owned()
}
