//! Checks an .ods file before it is opened: a cell there can claim to stand for thousands.
//!
//! In: the bytes of the file. Out: nothing, or the error that it holds too many cells. Always holds: no more cells are
//! laid out by the library that reads the file than the limits allow, since the repetitions are counted as it counts them.

use crate::feeds::read::{Format, Limits, ReadError};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

/// # Errors
/// When any sheet lays out more cells than the limits allow, or the content can't be read.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let damaged = |reason: String| ReadError::Damaged { format: Format::Ods, reason };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    let content = archive.by_name("content.xml").map_err(|error| damaged(error.to_string()))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    let mut buffer = Vec::new();
    let mut laid_out = LaidOut::default();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| damaged(error.to_string()))? {
            Event::Start(element) => laid_out.start(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if laid_out.most() > limits.cells {
            return Err(ReadError::TooManyCells { sheet: None, limit: limits.cells });
        }
    }
}

/// What one sheet comes to when its repetitions are written out.
#[derive(Default)]
struct LaidOut {
    /// Cells up to the last filled one of each row, repeated columns written out.
    cells: usize,
    /// Rows up to the one being read, repeated rows written out, and up to the last one with anything in it.
    rows: usize,
    filled_rows: usize,
    widest: usize,
    columns: usize,
    /// Blank cells that count only if a filled one follows in the row.
    blank: usize,
}

impl LaidOut {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.name().into_inner() {
            "table:table" => *self = Self { cells: self.cells, ..Self::default() },
            "table:table-row" => {
                self.rows = self.rows.saturating_add(repeated(element, "table:number-rows-repeated"));
                (self.columns, self.blank) = (0, 0);
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell(element),
            _ => {}
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>) {
        let count = repeated(element, "table:number-columns-repeated");
        if !is_filled(element) {
            self.blank = self.blank.saturating_add(count);
            return;
        }
        let added = std::mem::take(&mut self.blank).saturating_add(count);
        self.cells = self.cells.saturating_add(added);
        self.columns = self.columns.saturating_add(added);
        self.widest = self.widest.max(self.columns);
        self.filled_rows = self.rows;
    }

    fn most(&self) -> usize {
        self.cells.max(self.filled_rows.saturating_mul(self.widest))
    }
}

fn repeated(element: &BytesStart<'_>, name: &str) -> usize {
    let attribute =
        element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.into_inner() == name);
    attribute.and_then(|attribute| attribute.value.parse().ok()).unwrap_or(1)
}

/// Whether a cell has a value or a formula; a blank one has at most a style.
fn is_filled(element: &BytesStart<'_>) -> bool {
    element.attributes().with_checks(false).flatten().any(|attribute| {
        let key = attribute.key.into_inner();
        key.starts_with("office:") || key.starts_with("calcext:") || key == "table:formula"
    })
}
