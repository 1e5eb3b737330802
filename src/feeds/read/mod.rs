//! Files to tables: whatever a source sends becomes rows with the numbers that a person sees.
//!
//! In: the bytes of one file, what the feed declares it to be, and a way to ask whether a column name is known. Out: an
//! [`Opened`] file that gives its rows in batches, or a [`ReadFile`] that holds them all; a [`ReadError`] for the sender where
//! neither is possible. Always holds: content wins over the declared
//! format; nothing is dropped without a problem or a note; no input panics or takes memory beyond [`Limits`].
//!
//! Pure: reads bytes, touches neither disk nor network.

mod csv;
pub mod dates;
mod encoding;
mod error;
mod format;
mod header;
mod json;
mod limits;
mod opened;
mod table;
mod xlsx;

pub use error::ReadError;
pub use format::{Format, html_title};
pub use limits::Limits;
pub use opened::{Batch, Head, Opened, open};
pub use table::{Cell, Row, RowProblem, Table};

/// What one file gave.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadFile {
    /// What the file was, whatever it was declared to be.
    pub format: Format,
    /// The encoding of a text file, such as `UTF-8` or `windows-1252`.
    pub encoding: Option<&'static str>,
    /// One of a text file; one a sheet with a header, of a workbook. Never empty.
    pub tables: Vec<Table>,
    /// What was guessed, replaced or passed over, in sentences for the sender.
    pub notes: Vec<String>,
}

/// Reads a file whole. `known_header` is asked for column names as they stand in the file, trimmed; it should not mind case.
/// JSON is taken as it is, since its keys can be nothing but column names.
///
/// # Errors
/// When the file as a whole can't be read; see [`ReadError`].
pub fn tables(
    bytes: &[u8],
    hint: Option<Format>,
    known_header: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<ReadFile, ReadError> {
    open(bytes, hint, known_header, limits)?.into_file()
}

/// What a text is. A bracket at the start means JSON, even broken JSON, unless the feed declares CSV: then it has to be
/// sound JSON, since a title in brackets is no JSON.
fn text_format(text: &str, hint: Option<Format>) -> Format {
    let declared_text = matches!(hint, Some(Format::Csv));
    match text.trim_start().chars().next() {
        Some('{' | '[') if json::is_lines(text) => Format::Jsonl,
        Some('{' | '[') if !declared_text || json::is_document(text) => match hint {
            Some(Format::Jsonl) if !json::is_document(text) || text.trim().lines().count() == 1 => Format::Jsonl,
            _ => Format::Json,
        },
        _ => Format::Csv,
    }
}

/// Whether more than a thirtieth of the first characters are control characters, which no text has.
fn is_binary(text: &str) -> bool {
    let (mut control, mut all) = (0_usize, 0_usize);
    for c in text.chars().take(8_192) {
        all += 1;
        control += usize::from(c.is_control() && !matches!(c, '\n' | '\t'));
    }
    control * 30 > all
}

#[cfg(test)]
mod tests;
