//! Workbooks: every visible sheet with a header becomes a table.
//!
//! In: the bytes of an .xlsx or .ods file that [`super::limits::workbook_kind`] has let through. Out: the tables, and
//! notes on the sheets that were passed over. Always holds: cells are read as they stream by, so memory grows with the
//! cells that hold something and never with the corner that a sheet claims to reach; a vertically merged cell counts for
//! all its rows; a date cell is its date, and a time of day in it is left out.

mod ods;
mod sheet;

use super::header::{assemble, find_header, no_header};
use super::limits::workbook_kind;
use super::{Format, Limits, ReadError, Table};
use calamine::{Ods, OdsError, Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};
use sheet::SheetCells;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The kind of workbook, its tables in the order of the sheets, and notes on what was passed over.
pub(super) type Workbook = (Format, Vec<Table>, Vec<String>);

/// Reads a workbook.
///
/// # Errors
/// When it is refused, damaged, protected, beyond the limits, or no sheet in it has a header.
pub(super) fn read(bytes: &[u8], known_header: &dyn Fn(&str) -> bool, limits: &Limits) -> Result<Workbook, ReadError> {
    // The libraries that unpack and parse workbooks panic on some damaged ones (a range that ends before it starts, for
    // one), and a file that somebody sent must not bring a run down.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let format = workbook_kind(bytes, limits)?;
        let sheets = if format == Format::Ods { ods_sheets(bytes, limits) } else { xlsx_sheets(bytes, limits) };
        sheets.map(|sheets| (format, sheets))
    }));
    let (format, sheets) = opened.unwrap_or_else(|_| {
        Err(ReadError::Damaged { format: Format::Xlsx, reason: "its parts contradict each other".to_owned() })
    })?;
    tables(sheets, known_header, limits).map(|(tables, notes)| (format, tables, notes))
}

/// A sheet by name: its cells, or why it was not read.
type Sheets = Vec<(String, Result<SheetCells, &'static str>)>;

fn tables(
    sheets: Sheets,
    known_header: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<(Vec<Table>, Vec<String>), ReadError> {
    let (mut tables, mut notes) = (Vec::new(), Vec::new());
    let mut headerless = None;
    for (name, cells) in sheets {
        let rows = match cells {
            Ok(cells) => cells.into_rows(),
            Err(why) => {
                notes.push(format!("Sheet \"{name}\" was not read: it {why}."));
                continue;
            }
        };
        if let Some(header) = find_header(&rows, known_header) {
            tables.push(assemble(Some(name), rows, header, limits)?);
        } else if rows.is_empty() {
            notes.push(format!("Sheet \"{name}\" is empty."));
        } else {
            notes.push(format!("Sheet \"{name}\" was not read: no row of it looks like a header."));
            headerless.get_or_insert_with(|| no_header(Some(&name), &rows));
        }
    }
    if tables.is_empty() { Err(headerless.unwrap_or(ReadError::Empty)) } else { Ok((tables, notes)) }
}

fn why_not(sheet: &Sheet) -> Option<&'static str> {
    if sheet.visible != SheetVisible::Visible {
        Some("is hidden")
    } else if sheet.typ != SheetType::WorkSheet {
        Some("holds no cells (a chart or a macro)")
    } else {
        None
    }
}

fn xlsx_sheets(bytes: &[u8], limits: &Limits) -> Result<Sheets, ReadError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| xlsx_error(&error))?;
    let mut sheets = Vec::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        let cells = match why_not(&sheet) {
            Some(why) => Err(why),
            None => xlsx_sheet(&mut workbook, &sheet.name, limits).map(Ok)?,
        };
        sheets.push((sheet.name, cells));
    }
    Ok(sheets)
}

fn xlsx_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, limits: &Limits) -> Result<SheetCells, ReadError> {
    let mut cells = SheetCells::new(name, limits);
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| xlsx_error(&error))?;
    while let Some(cell) = reader.next_cell().map_err(|error| xlsx_error(&error))? {
        cells.put(cell.get_position(), sheet::streamed(cell.get_value()))?;
    }
    drop(reader);
    let merged = workbook.merge_cells_by_sheet_name(name).map_err(|error| xlsx_error(&error))?;
    for region in merged {
        cells.spread(region.start, region.end)?;
    }
    Ok(cells)
}

fn ods_sheets(bytes: &[u8], limits: &Limits) -> Result<Sheets, ReadError> {
    ods::check(bytes, limits)?;
    let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| ods_error(&error))?;
    let mut sheets = Vec::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        let cells = match why_not(&sheet) {
            Some(why) => Err(why),
            None => ods_sheet(&mut workbook, &sheet.name, limits).map(Ok)?,
        };
        sheets.push((sheet.name, cells));
    }
    Ok(sheets)
}

fn ods_sheet(workbook: &mut Ods<Cursor<&[u8]>>, name: &str, limits: &Limits) -> Result<SheetCells, ReadError> {
    let mut cells = SheetCells::new(name, limits);
    let range = workbook.worksheet_range(name).map_err(|error| ods_error(&error))?;
    let start = range.start().unwrap_or_default();
    let moved = |from: u32, by: usize| from.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
    for (row, column, value) in range.used_cells() {
        cells.put((moved(start.0, row), moved(start.1, column)), sheet::stored(value))?;
    }
    Ok(cells)
}

fn xlsx_error(error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::PasswordProtected,
        error => ReadError::Damaged { format: Format::Xlsx, reason: error.to_string() },
    }
}

fn ods_error(error: &OdsError) -> ReadError {
    match error {
        OdsError::Password => ReadError::PasswordProtected,
        error => ReadError::Damaged { format: Format::Ods, reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests;
