//! An export as CSV (RFC 4180: commas, CRLF, the same number of fields in every line), in UTF-8 with a byte order mark,
//! without which Excel takes it for the local code page.
//!
//! In: an export with one cell a heading in each row. Out: the bytes. Always holds: the headings stand in line 9; no field
//! but a number starts with what a spreadsheet evaluates; no digit and no character is lost.
//!
//! Above the headings stand the title, six lines of who, when and which filter, and a blank one. Headings first would please
//! a program, but then the rest could only stand below, where it is out of sight, gets sorted among the rows and breaks that
//! same program; and a program has the JSON of the API. A person who is handed the file must see first whose it is. So that
//! programs can read it all the same, the lines above are always eight (skip eight), each of them is padded to full width,
//! and Bellwether's own reader finds the headings by itself.
//!
//! Texts are in quotation marks and numbers are not. A text that might start a formula gets an apostrophe before it.

use super::changes::Changes;
use super::{Cell, Export, ExportError, about, shown, text};
use ::csv::{QuoteStyle, Terminator, WriterBuilder};

/// What Excel knows UTF-8 by.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes of the file.
pub(super) fn write(export: &Export) -> Result<Vec<u8>, ExportError> {
    written(export).map_err(|source| ExportError::Csv { title: export.title.clone(), source })
}

fn written(export: &Export) -> Result<Vec<u8>, ::csv::Error> {
    let mut changes = Changes::default();
    let headings: Vec<String> = export.headings.iter().map(|heading| of_text(heading, &mut changes)).collect();
    let rows: Vec<Vec<String>> =
        export.rows.iter().map(|row| row.iter().map(|cell| field(cell, &mut changes)).collect()).collect();

    // The lines above need two fields, a label and a value, even where the table has one column.
    let width = export.headings.len().max(2);
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::NonNumeric)
        .terminator(Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    for line in above(export, &changes).into_iter().chain([headings]).chain(rows) {
        let padding = width.saturating_sub(line.len());
        writer.write_record(line.iter().map(String::as_str).chain(std::iter::repeat_n("", padding)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// The lines above the headings.
fn above(export: &Export, changes: &Changes) -> Vec<Vec<String>> {
    // What was changed in these lines is in plain sight, a blank for a line break: the notes count the table's cells.
    let mut uncounted = Changes::default();
    let mut lines = vec![vec![of_text(&text::on_one_line(&export.title), &mut uncounted)]];
    for (label, value) in about::lines(export, &changes.notes()) {
        lines.push(vec![label.to_owned(), field(&value, &mut uncounted)]);
    }
    lines.push(Vec::new());
    lines
}

fn field(cell: &Cell, changes: &mut Changes) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => of_text(text, changes),
        Cell::Whole(number) => number.to_string(),
        Cell::Points(milli) => shown::points(*milli),
        // A year before the common era starts with a hyphen.
        Cell::Day(day) => of_text(&day.to_string(), changes),
        Cell::Instant(instant) => of_text(&shown::instant(*instant), changes),
        Cell::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
    }
}

fn of_text(text: &str, changes: &mut Changes) -> String {
    let held = changes.holdable(text);
    changes.neutralised(&held)
}
