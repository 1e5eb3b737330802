//! Who exported what, when and by which filter: the lines that every file carries.
//!
//! In: an export and what was changed in writing it. Out: a label and a value a line. Always holds: the same labels in the
//! same order, whatever is blank; no value has a line break, so that each is one line of a CSV file too.

use super::{Cell, Export, shown, text};

/// How many lines there are.
pub(super) const LINES: usize = 6;

/// The lines: a label, and its value as text or as a number.
pub(super) fn lines(export: &Export, more_notes: &[String]) -> [(&'static str, Cell); LINES] {
    let about = &export.about;
    let line = |given: &str| Cell::Text(text::on_one_line(&text::holdable(given)));
    let notes: Vec<&str> = about.notes.iter().chain(more_notes).map(String::as_str).collect();
    [
        ("Exported by", line(&about.exported_by)),
        ("Organisation", line(&about.organisation)),
        ("Exported at", Cell::Text(shown::moment(about.exported_at))),
        ("Filter", line(filter(export))),
        ("Rows", Cell::Whole(i64::try_from(export.rows.len()).unwrap_or(i64::MAX))),
        ("Notes", line(&notes.join(" "))),
    ]
}

/// The filter in words; "none" where there was none.
pub(super) fn filter(export: &Export) -> &str {
    if export.about.filter.trim().is_empty() { "none" } else { &export.about.filter }
}
