//! What leaves the program as a file: Monday's list, the evidence of a council, the audit log, somebody's contact details.
//!
//! In: an [`Export`]: a title, who asks for it, when and by which filter, headings, and rows of typed [`Cell`]s. Out: the
//! bytes of a CSV file or an Excel workbook, and a name for it. Always holds: every file says who exported it, for which
//! organisation, when and by which filter; no text in it is evaluated as a formula, while numbers and dates stay numbers
//! and dates; where a text had to be changed to fit, a note in the file says so; the same export gives the same bytes.
//!
//! Pure: asks no clock and touches no disk. Whether somebody may export, and the entry in the audit log, are for the
//! caller. For a file that people open in Excel, offer XLSX first: CSV can't say that "01632 960123" is no number.

mod about;
mod changes;
mod csv;
mod error;
mod shown;
mod text;
mod xlsx;

pub use error::ExportError;

use crate::auth::Actor;
use jiff::{Timestamp, civil::Date};

/// A text for a CSV file that somebody may open in a spreadsheet: with an apostrophe before whatever might start a formula.
pub fn neutralised(text: &str) -> std::borrow::Cow<'_, str> {
    text::neutralised(text)
}

/// A table that leaves the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// What it is, such as "Monday's list"; names the file and the sheet.
    pub title: String,
    pub about: About,
    /// One a column, in order.
    pub headings: Vec<String>,
    /// Each with one cell a heading.
    pub rows: Vec<Vec<Cell>>,
}

/// Who took it, when, and what it holds. How many rows there are is counted when it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The person, as colleagues know them.
    pub exported_by: String,
    pub organisation: String,
    /// Shown in England's time, with GMT or BST.
    pub exported_at: Timestamp,
    /// The filter in words, such as "county Barsetshire, band priority review"; blank where there was none.
    pub filter: String,
    /// What a reader has to know besides, in sentences.
    pub notes: Vec<String>,
}

impl About {
    /// Taken by that actor.
    pub fn of(actor: &Actor, exported_at: Timestamp, filter: String, notes: Vec<String>) -> About {
        let organisation = actor.organisation.as_ref().map(|own| own.name.clone()).unwrap_or_default();
        About { exported_by: actor.shown(), organisation, exported_at, filter, notes }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Whole(i64),
    /// Milli-points, shown in points with three decimals: 7390 is 7.390.
    Points(i64),
    Day(Date),
    /// Shown to the second, cut and not rounded, in England's time with its offset (CSV) or zone (XLSX).
    Instant(Timestamp),
    /// Shown as "yes" and "no".
    YesNo(bool),
}

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 2] = [Format::Csv, Format::Xlsx];

    /// The format of that name ("csv", "xlsx"), as it stands in an address.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.extension() == name)
    }

    /// The end of a file's name, without the dot; also the format's name in an address.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    /// For the header `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Writes the file.
///
/// # Errors
/// When there is no heading, a row has more or fewer cells than there are headings, or a workbook can't hold as many rows
/// or columns.
pub fn write(export: &Export, format: Format) -> Result<Vec<u8>, ExportError> {
    if export.headings.is_empty() {
        return Err(ExportError::NoHeadings { title: export.title.clone() });
    }
    let headings = export.headings.len();
    if let Some(index) = export.rows.iter().position(|row| row.len() != headings) {
        let cells = export.rows.get(index).map_or(0, Vec::len);
        return Err(ExportError::Ragged { title: export.title.clone(), row: index + 1, cells, headings });
    }
    match format {
        Format::Csv => csv::write(export),
        Format::Xlsx => xlsx::write(export),
    }
}

/// The longest title in a file's name, in characters.
const LONGEST_NAME: usize = 60;

/// A name for the file, such as `bellwether-mondays-list-2026-07-06-0915.csv` (England's date and time): small ASCII
/// letters, digits and hyphens before the dot, so that it needs neither quotes nor encoding in a `Content-Disposition`
/// header (RFC 6266) and no file system minds it.
pub fn file_name(export: &Export, format: Format) -> String {
    let mut words = String::new();
    for letter in export.title.chars().filter(|letter| !matches!(letter, '\'' | '’')) {
        if letter.is_ascii_alphanumeric() {
            words.push(letter.to_ascii_lowercase());
        } else if !words.ends_with('-') {
            words.push('-');
        }
    }
    let words: String = words.trim_matches('-').chars().take(LONGEST_NAME).collect();
    let words = if words.is_empty() { "export" } else { words.trim_end_matches('-') };
    format!("bellwether-{words}-{}.{}", shown::stamp(export.about.exported_at), format.extension())
}

#[cfg(test)]
mod tests;
