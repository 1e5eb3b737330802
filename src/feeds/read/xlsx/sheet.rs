//! The cells of one sheet, as they are read.
//!
//! In: cells in any order, and merged regions. Out: rows in order. Always holds: only cells with something in them are
//! held; rows, columns, cells and the sum of all text stay within the limits, however often one text is repeated.

use crate::feeds::read::dates::parse_date;
use crate::feeds::read::header::{RawRow, text_cell};
use crate::feeds::read::{Cell, Limits, ReadError};
use calamine::{Data, DataRef, ExcelDateTime};
use std::collections::BTreeMap;

pub(super) struct SheetCells {
    name: String,
    limits: Limits,
    rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
    cells: usize,
    text: u64,
}

impl SheetCells {
    pub(super) fn new(name: &str, limits: &Limits) -> Self {
        Self { name: name.to_owned(), limits: *limits, rows: BTreeMap::new(), cells: 0, text: 0 }
    }

    /// Puts a cell at (row, column), both from 0.
    ///
    /// # Errors
    /// When the sheet is beyond the limits.
    pub(super) fn put(&mut self, (row, column): (u32, u32), cell: Cell) -> Result<(), ReadError> {
        if cell == Cell::Empty {
            return Ok(());
        }
        let sheet = || Some(self.name.clone());
        let columns = usize::try_from(column).unwrap_or(usize::MAX).saturating_add(1);
        if columns > self.limits.columns {
            let row = row.saturating_add(1);
            return Err(ReadError::TooManyColumns { sheet: sheet(), found: columns, row, limit: self.limits.columns });
        }
        if let Cell::Text(text) = &cell {
            self.text = self.text.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
        }
        self.cells += 1;
        if self.cells > self.limits.cells || self.text > self.limits.expanded {
            return Err(ReadError::TooManyCells { sheet: sheet(), limit: self.limits.cells });
        }
        self.rows.entry(row).or_default().insert(column, cell);
        if self.rows.len() > self.limits.rows {
            return Err(ReadError::TooManyRows { sheet: Some(self.name.clone()), limit: self.limits.rows });
        }
        Ok(())
    }

    /// Gives the value of a region's first cell to the rows below it that hold anything, where that cell is free.
    ///
    /// # Errors
    /// When the sheet is beyond the limits.
    pub(super) fn spread(&mut self, start: (u32, u32), end: (u32, u32)) -> Result<(), ReadError> {
        let Some(value) = self.rows.get(&start.0).and_then(|row| row.get(&start.1)).cloned() else { return Ok(()) };
        if end.0 <= start.0 {
            return Ok(());
        }
        let below: Vec<u32> = self.rows.range(start.0 + 1..=end.0).map(|(row, _)| *row).collect();
        for row in below {
            let free = self.rows.get(&row).is_some_and(|cells| !cells.contains_key(&start.1));
            // Regions may not overlap; counting rows that were visited in vain stops a file in which they do.
            self.cells += usize::from(!free);
            if free {
                self.put((row, start.1), value.clone())?;
            } else if self.cells > self.limits.cells {
                return Err(ReadError::TooManyCells { sheet: Some(self.name.clone()), limit: self.limits.cells });
            }
        }
        Ok(())
    }

    pub(super) fn into_rows(self) -> Vec<RawRow> {
        let raw_row = |(row, cells): (u32, BTreeMap<u32, Cell>)| {
            let width = cells.last_key_value().map_or(0, |(last, _)| *last + 1);
            let mut laid_out = vec![Cell::Empty; usize::try_from(width).unwrap_or_default()];
            for (column, cell) in cells {
                if let Some(place) = usize::try_from(column).ok().and_then(|column| laid_out.get_mut(column)) {
                    *place = cell;
                }
            }
            RawRow { number: row.saturating_add(1), cells: laid_out }
        };
        self.rows.into_iter().map(raw_row).collect()
    }
}

/// A cell as an .xlsx file streams it.
pub(super) fn streamed(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::SharedString(text) => text_cell(text),
        other => stored(&Data::from(other.clone())),
    }
}

pub(super) fn stored(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DurationIso(text) => text_cell(text),
        Data::Float(number) => Cell::Number(*number),
        Data::Int(number) => whole(*number),
        Data::Bool(yes) => Cell::YesNo(*yes),
        Data::DateTime(moment) => moment_cell(*moment),
        Data::DateTimeIso(text) => parse_date(text).map_or_else(|_| text_cell(text), Cell::Date),
        // An error such as #N/A is what the sender's formula gave: shown as it stands, for the checks to refuse.
        Data::Error(error) => Cell::Text(error.to_string()),
    }
}

/// A whole number; as text where a float can't hold it exactly, so that no digit of a reference is lost.
fn whole(number: i64) -> Cell {
    const EXACT: i64 = 1 << 53;
    if (-EXACT..=EXACT).contains(&number) {
        #[allow(clippy::cast_precision_loss)]
        Cell::Number(number as f64)
    } else {
        Cell::Text(number.to_string())
    }
}

/// A cell with a date or time format. A time of day alone is text; a duration, or a number too large for a date, stays a
/// number.
fn moment_cell(moment: ExcelDateTime) -> Cell {
    let serial = moment.as_f64();
    let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
    if !moment.is_datetime() {
        return Cell::Number(serial);
    }
    if (0.0..1.0).contains(&serial) {
        return Cell::Text(format!("{hour:02}:{minute:02}"));
    }
    let parts = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let named = parts.and_then(|((year, month), day)| jiff::civil::Date::new(year, month, day).ok());
    match named {
        // Numbers far out of range come back clamped to the last date there is: those are no dates.
        Some(date) if (1900..=2100).contains(&date.year()) => Cell::Date(date),
        _ => Cell::Number(serial),
    }
}
