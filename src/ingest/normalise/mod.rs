//! From read tables to checked records.
//!
//! In: the tables of one file, and what the feed declares. Out: records that hold only what their kind's table allows,
//! every row that can't be taken with all its reasons, and the columns that nothing reads; or, where a table can't be
//! read at all, a [`FileProblem`]. Always holds: pure, and nothing is lost: every row that isn't blank is a record or is
//! rejected, and keeps what stood in it.

mod layout;
mod reading;

pub(super) use reading::{Found, Reading};

use super::columns::fold_word;
use super::record::{Named, Normalised, Place, Problem, Record, Rejected, SourceKind, SourceOrder};
use super::{audit, complaint, county, engagement, personal};
use crate::evidence::Standing;
use crate::feeds::read::{Cell, Row, RowProblem, Table};
use crate::waivers::InForce;
use jiff::civil::Date;
pub(super) use layout::{Layout, MatterAt};
use reading::raw;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// What intake knows of a feed before it reads a file of it.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    /// The feed's id, such as `north-firm-2025`.
    pub feed: &'a str,
    pub source: SourceKind,
    /// The source's column to ours, where neither our name nor an alias stands in its header.
    pub columns: &'a BTreeMap<String, String>,
    /// Errors that are let pass.
    pub waivers: &'a InForce,
    /// Today in Europe/London: days after it are refused.
    pub as_of: Date,
}

/// Why a whole file can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FileProblem {
    /// A stable code: `no_table`, `column_missing`, `column_twice` or `mapping_unknown`.
    pub code: &'static str,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// What is wrong and what to do.
    pub message: String,
}

impl FileProblem {
    /// A problem of one table; the message begins in lower case and is told where.
    fn of(code: &'static str, table: &Table, message: &str) -> FileProblem {
        let message = match &table.sheet {
            Some(sheet) => format!("In the sheet {sheet} {message}"),
            None => format!("In this file {message}"),
        };
        FileProblem { code, sheet: table.sheet.clone(), message }
    }
}

/// Checks every row of a file's tables.
///
/// # Errors
/// As [`Sheets::of`].
pub fn normalise(declared: &Declared<'_>, tables: &[Table]) -> Result<Normalised, FileProblem> {
    let heads = tables.iter().map(|table| (table, table.rows.is_empty() && table.problems.is_empty()));
    let sheets = Sheets::of(declared, heads)?;
    let mut normalised = Normalised { unmapped: sheets.unmapped.clone(), ..Normalised::default() };
    for (number, table) in tables.iter().enumerate() {
        let read = sheets.read(declared, (number, table), (&table.rows, &table.problems), Raw::Kept);
        normalised.rows_read += read.rows_read;
        normalised.records.extend(read.records);
        normalised.rejected.extend(read.rejected);
    }
    Ok(normalised)
}

/// Whether a record that was taken keeps its row as it stood: most rows of a large file are never looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Raw {
    Kept,
    LeftOut,
}

/// How the tables of one file are read, whatever rows they hold.
pub(super) struct Sheets {
    /// One a table; none for one that is passed over.
    layouts: Vec<Option<Layout>>,
    /// Columns that nothing reads, by sheet.
    pub unmapped: Vec<(Option<String>, String)>,
}

impl Sheets {
    /// Finds the columns of every table; each comes with whether it is empty.
    ///
    /// # Errors
    /// A required column is missing, two columns mean the same, the declaration names a column that there isn't, or the
    /// file holds no table. A sheet of which no column means anything (a sheet of notes) is passed over where another can
    /// be read; its columns are reported as unmapped.
    pub fn of<'t>(
        declared: &Declared<'_>,
        heads: impl Iterator<Item = (&'t Table, bool)> + Clone,
    ) -> Result<Sheets, FileProblem> {
        // An empty list of JSON has no columns, and says that there is nothing to say.
        let mut number = 0;
        let says_nothing =
            heads.clone().inspect(|_| number += 1).all(|(table, is_empty)| table.header.is_empty() && is_empty);
        if number > 0 && says_nothing {
            return Ok(Sheets { layouts: Vec::new(), unmapped: Vec::new() });
        }
        let mut sheets = Sheets { layouts: Vec::new(), unmapped: Vec::new() };
        let (mut first_problem, mut read) = (None, Vec::new());
        for (table, is_empty) in heads {
            match Layout::of(table, declared) {
                Ok(layout) => {
                    read.extend(layout.unmapped.iter().map(|column| (table.sheet.clone(), column.clone())));
                    sheets.layouts.push(Some(layout));
                }
                Err(problem) if is_empty || !Layout::means_something(table, declared) => {
                    sheets.unmapped.extend(table.header.iter().map(|column| (table.sheet.clone(), column.clone())));
                    sheets.layouts.push(None);
                    first_problem.get_or_insert(problem);
                }
                Err(problem) => return Err(problem),
            }
        }
        sheets.unmapped.extend(read);
        if sheets.layouts.iter().all(Option::is_none) {
            return Err(first_problem.unwrap_or_else(|| FileProblem {
                code: "no_table",
                sheet: None,
                message: "The file holds no table: no row could be found whose cells are the names of columns."
                    .to_owned(),
            }));
        }
        Ok(sheets)
    }

    /// Checks some rows of the table of that number; gives what they say, in their order.
    pub fn read(
        &self,
        declared: &Declared<'_>,
        (number, table): (usize, &Table),
        (rows, problems): (&[Row], &[RowProblem]),
        keep: Raw,
    ) -> Normalised {
        let mut normalised = Normalised::default();
        let Some(Some(layout)) = self.layouts.get(number) else { return normalised };
        for problem in problems {
            normalised.rows_read += 1;
            normalised.rejected.push(unread(table, problem));
        }
        for row in rows.iter().filter(|row| !is_blank(row)) {
            normalised.rows_read += 1;
            let place = Place { sheet: table.sheet.clone(), row: row.number };
            let mut reading = Reading::new(layout, row, declared.source, declared.as_of);
            let record = said(declared, &mut reading);
            if let Some(said) = &record {
                reading.waive(declared.waivers, &said.record_key);
            }
            let unread = personal::in_unread_cells(layout, row);
            match record {
                Some(said) if reading.problems.is_empty() => {
                    reading.warnings.extend(unread);
                    normalised.records.push(said.at(place, declared.source, reading, keep));
                }
                _ => {
                    reading.problems.extend(unread);
                    normalised.rejected.push(reading.rejected(place));
                }
            }
        }
        normalised.rejected.sort_by(|left, right| left.place.cmp(&right.place));
        normalised
    }

    /// A row of the table of that number as it stood.
    pub fn raw(&self, number: usize, row: &Row) -> Map<String, Json> {
        self.layouts.get(number).and_then(Option::as_ref).map_or_else(Map::new, |layout| raw(layout, row))
    }
}

fn is_blank(row: &Row) -> bool {
    row.cells.iter().all(|cell| match cell {
        Cell::Text(text) => text.trim().is_empty(),
        cell => *cell == Cell::Empty,
    })
}

/// What a row says, before it is known to be without problems.
#[derive(Debug)]
pub(super) struct Said {
    pub named: Named,
    pub record_key: String,
    pub chain: String,
    pub event: Option<String>,
    pub happened_on: Option<Date>,
    pub determined_on: Option<Date>,
    pub standing: Standing,
    pub fields: Map<String, Json>,
    pub url: Option<String>,
    pub order: SourceOrder,
}

impl Said {
    fn at(self, place: Place, source: SourceKind, reading: Reading<'_>, keep: Raw) -> Record {
        Record {
            place,
            kind: source.evidence(),
            named: self.named,
            record_key: self.record_key,
            chain: self.chain,
            event: self.event,
            happened_on: self.happened_on,
            determined_on: self.determined_on,
            standing: self.standing,
            fields: self.fields,
            url: self.url,
            order: self.order,
            raw: if keep == Raw::Kept { raw(reading.layout, reading.row) } else { Map::new() },
            warnings: reading.warnings,
        }
    }
}

/// A key for a source without references of its own: the council (by code, or by name and place), what and when. Keep
/// sending the same: a source that adds codes later says everything anew.
pub(super) fn derived_key(named: &Named, what: &str, on: Date) -> String {
    format!("{}/{what}/{on}", council_in_words(named))
}

/// A council as a derived key has it: by code, or by name and place.
pub(super) fn council_in_words(named: &Named) -> String {
    named.gss_code.clone().unwrap_or_else(|| {
        let place = named.district.as_ref().or(named.county.as_ref());
        let parts: Vec<String> = std::iter::once(&named.name).chain(place).map(|part| fold_word(part)).collect();
        parts.join(",")
    })
}

/// What a row says; none only where problems say why.
pub(super) fn said(declared: &Declared<'_>, reading: &mut Reading<'_>) -> Option<Said> {
    match declared.source {
        SourceKind::AuditOutcomes => audit::outcome(reading),
        SourceKind::AuditorReports => audit::report(reading, declared.feed),
        SourceKind::Complaints => complaint::complaint(reading, declared.feed),
        SourceKind::CountyRecords => county::record(reading, declared.feed),
        SourceKind::CountyFlags => county::flag(reading, declared.feed),
        SourceKind::Engagement => engagement::engagement(reading, declared.feed),
    }
}

/// A row that the reader could not take apart.
fn unread(table: &Table, problem: &RowProblem) -> Rejected {
    let mut raw = Map::new();
    raw.insert("row".to_owned(), Json::String(problem.raw.clone()));
    Rejected {
        place: Place { sheet: table.sheet.clone(), row: problem.number },
        raw,
        problems: vec![Problem { column: None, code: problem.code.to_owned(), message: problem.message.clone() }],
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(super) mod tests;
