//! Why a file can't be read at all, in words for whoever sent it.
//!
//! In: what the readers of this folder found. Out: [`ReadError`], with a stable code and a message that ends with what to
//! do next. Always holds: an error is about the whole file or one sheet; what is wrong with single rows is a
//! [`super::RowProblem`], and the other rows are still read.

use super::Format;

/// A file that gives no table. `code()` is stable; the message is for the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("The file is empty. Export it again and check that it holds rows before sending it.")]
    Empty,
    #[error(
        "The file is a web page{} and not a table, which is what a site sends when a link has moved or wants a login. \
         Open the link in a browser, and declare the address of the file itself.",
        titled(.title.as_deref())
    )]
    HtmlInstead { title: Option<String> },
    #[error("The file is {found}, which can't be read. Save it as .xlsx or .csv and send it again.")]
    Unsupported { found: &'static str },
    #[error(
        "The workbook is protected by a password, so nothing in it can be read. Remove the password in Excel (File, Info, \
         Protect Workbook, Encrypt with Password: leave it empty), save, and send it again."
    )]
    PasswordProtected,
    #[error("The zip file is no workbook; it holds {}. Unpack it and send the files themselves.", shown(.holds))]
    NotAWorkbook { holds: Vec<String> },
    #[error("The {format} file is damaged: {reason}. Open it, save it again, and send the new copy.")]
    Damaged { format: Format, reason: String },
    #[error(
        "The workbook was refused because {reason}. A workbook of council records is far smaller: copy the rows into a new \
         workbook and send that."
    )]
    Expands { reason: String },
    #[error(
        "{}No row of the first {rows} looks like a header. {} Put a row with the column names above the rows, spelt as in \
         the feed's description, or map the source's names in the feed's `columns`.",
        in_sheet(.sheet.as_deref()),
        found_instead(.columns)
    )]
    NoHeader { sheet: Option<String>, columns: Vec<String>, rows: usize },
    #[error(
        "{}Columns {first} and {second} are both called \"{name}\" (row {row}). Rename one of them, because a value must \
         have one column.",
        in_sheet(.sheet.as_deref())
    )]
    DuplicateColumn { sheet: Option<String>, name: String, first: String, second: String, row: u32 },
    #[error(
        "{}There are {found} columns (row {row}); at most {limit} are read. Delete the columns that aren't needed, or check \
         that the right separator was used.",
        in_sheet(.sheet.as_deref())
    )]
    TooManyColumns { sheet: Option<String>, found: usize, row: u32, limit: usize },
    #[error("{}There are more than {limit} rows. Split the file and send the parts.", in_sheet(.sheet.as_deref()))]
    TooManyRows { sheet: Option<String>, limit: usize },
    #[error(
        "{}There are more than {limit} cells. Delete the columns that aren't needed, or split the file and send the parts.",
        in_sheet(.sheet.as_deref())
    )]
    TooManyCells { sheet: Option<String>, limit: usize },
    #[error(
        "More than {limit} rows have broken quotes; the first stands on line {first}. Export the file again with quotes \
         around text, and each quote inside a text doubled."
    )]
    TooManyBrokenRows { first: u32, limit: usize },
    #[error(
        "The JSON breaks off or is malformed on line {line}, column {column}: {reason}. Mend it and send it again."
    )]
    Json { line: usize, column: usize, reason: String },
    #[error(
        "The JSON is nested deeper than {limit} levels on line {line}, column {column}. Send a flat list of objects."
    )]
    JsonTooDeep { line: usize, column: usize, limit: usize },
    #[error(
        "The JSON is {found}, not a list of objects. Send a list, or an object with the list under `flags`, `records`, \
         `items` or `data`."
    )]
    JsonShape { found: String },
}

impl ReadError {
    /// A code that never changes, for logs, tests and those who call by API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::HtmlInstead { .. } => "html_instead",
            Self::Unsupported { .. } => "unsupported_format",
            Self::PasswordProtected => "password_protected",
            Self::NotAWorkbook { .. } => "not_a_workbook",
            Self::Damaged { .. } => "damaged",
            Self::Expands { .. } => "expands_too_far",
            Self::NoHeader { .. } => "no_header",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooManyCells { .. } => "too_many_cells",
            Self::TooManyBrokenRows { .. } => "too_many_broken_rows",
            Self::Json { .. } => "json_malformed",
            Self::JsonTooDeep { .. } => "json_too_deep",
            Self::JsonShape { .. } => "json_shape",
        }
    }
}

fn titled(title: Option<&str>) -> String {
    title.map(|title| format!(" (\"{title}\")")).unwrap_or_default()
}

fn in_sheet(sheet: Option<&str>) -> String {
    sheet.map(|sheet| format!("Sheet \"{sheet}\": ")).unwrap_or_default()
}

fn found_instead(columns: &[String]) -> String {
    if columns.is_empty() {
        "There are no rows with text in them.".to_owned()
    } else {
        format!("The first row with anything in it holds: {}.", shown(columns))
    }
}

/// At most a dozen names, each cut to a readable length: a message is no place for a whole file.
fn shown(names: &[String]) -> String {
    const MOST: usize = 12;
    let listed =
        names.iter().take(MOST).map(|name| format!("\"{}\"", shortened(name, 60))).collect::<Vec<_>>().join(", ");
    if names.len() > MOST { format!("{listed} and {} more", names.len() - MOST) } else { listed }
}

/// `text` cut to `most` characters, with an ellipsis where something was left out.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_header_lists_what_was_found() {
        let columns = vec!["Parish".to_owned(), "When".to_owned()];
        let error = ReadError::NoHeader { sheet: Some("Flags".to_owned()), columns, rows: 30 };
        assert_eq!(
            error.to_string(),
            "Sheet \"Flags\": No row of the first 30 looks like a header. The first row with anything in it holds: \
             \"Parish\", \"When\". Put a row with the column names above the rows, spelt as in the feed's description, or \
             map the source's names in the feed's `columns`."
        );
        assert_eq!(error.code(), "no_header");
    }

    #[test]
    fn long_lists_and_long_names_are_cut() {
        let columns: Vec<String> = (0..40).map(|n| format!("{n}{}", "x".repeat(100))).collect();
        let text = shown(&columns);
        assert!(text.ends_with(" and 28 more"), "{text}");
        assert!(text.len() < 12 * 70, "{} bytes", text.len());
        assert_eq!(shortened("Éclair", 2), "Éc…");
        assert_eq!(shortened("Éc", 2), "Éc");
    }

    #[test]
    fn a_web_page_is_named_by_its_title() {
        let error = ReadError::HtmlInstead { title: Some("Sign in".to_owned()) };
        assert!(error.to_string().starts_with("The file is a web page (\"Sign in\") and not a table"), "{error}");
    }
}
