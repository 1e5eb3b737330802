//! One row while it is read: its cells by our names, and every problem found on the way.
//!
//! In: a row, and where its columns stand. Out: typed values; errors and warnings pile up rather than stop the reading,
//! so that a sender hears of all of them at once. Always holds: what can't be read is a problem that names the column as
//! the source writes it, and its value is none.

use super::layout::{At, Layout};
use crate::evidence::EvidenceKind;
use crate::feeds::read::{Cell, Row};
use crate::ingest::checks;
use crate::ingest::columns::{Column, Holds, Need};
use crate::ingest::record::{Named, Place, Problem, Rejected, SourceKind};
use crate::ingest::values::{self, Noted, Unreadable};
use crate::waivers::InForce;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// A cell, the column it is read as, and what a message calls it.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) struct Found<'a> {
    pub label: &'a str,
    pub cell: &'a Cell,
    pub column: &'static Column,
}

/// One row being read.
#[derive(Debug)]
pub(in crate::ingest) struct Reading<'a> {
    pub layout: &'a Layout,
    pub row: &'a Row,
    source: SourceKind,
    as_of: Date,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
}

impl<'a> Reading<'a> {
    pub fn new(layout: &'a Layout, row: &'a Row, source: SourceKind, as_of: Date) -> Reading<'a> {
        Reading { layout, row, source, as_of, problems: Vec::new(), warnings: Vec::new() }
    }

    /// The day of intake in Europe/London; nothing can have happened after it.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The column's cell, if the table has the column.
    pub fn found(&self, name: &str) -> Option<Found<'a>> {
        self.found_at(self.layout.own(name)?)
    }

    /// The cell of a column that the table has.
    pub fn found_at(&self, (position, column): At) -> Option<Found<'a>> {
        let (label, cell) = self.layout.at(self.row, position)?;
        Some(Found { label, cell, column })
    }

    /// Whether the column has something to say in this row.
    pub fn says(&self, name: &str) -> bool {
        self.found(name).is_some_and(|found| !values::says_nothing(found.cell))
    }

    /// A problem that stops the row; `name` is our name of the column to blame.
    pub fn refuse(&mut self, name: &str, code: &str, message: String) {
        let column = self.label(name);
        self.problems.push(Problem { column, code: code.to_owned(), message });
    }

    /// Something odd that does not stop the row.
    pub fn warn(&mut self, name: &str, code: &str, message: String) {
        let column = self.label(name);
        self.warnings.push(Problem { column, code: code.to_owned(), message });
    }

    /// Turns the row's errors into warnings where every one of them is waived for its record.
    pub fn waive(&mut self, waivers: &InForce, record_key: &str) {
        if waivers.is_empty() {
            return;
        }
        let terms: Option<Vec<String>> =
            self.problems.iter().map(|problem| waivers.terms(record_key, &problem.code)).collect();
        let Some(terms) = terms else { return };
        for (problem, terms) in std::mem::take(&mut self.problems).into_iter().zip(terms) {
            let message = format!("{} {}", sentence_end(&terms), problem.message);
            self.warnings.push(Problem { column: problem.column, code: checks::WAIVED.to_owned(), message });
        }
    }

    /// What the source calls the column, or our name where the table has none.
    pub fn label(&self, name: &str) -> Option<String> {
        (!name.is_empty()).then(|| self.layout.header(name).unwrap_or(name).to_owned())
    }

    /// Reads a cell with `read`, unless it says nothing.
    fn take<T>(&mut self, found: Option<Found<'_>>, read: impl FnOnce(&Cell) -> Result<T, Unreadable>) -> Option<T> {
        let found = found?;
        if values::says_nothing(found.cell) {
            if found.column.need == Need::Required {
                self.problems.push(Problem {
                    column: Some(found.label.to_owned()),
                    code: "value_missing".to_owned(),
                    message: format!("The column {} is blank in this row: {}.", found.label, found.column.meaning),
                });
            }
            return None;
        }
        match read(found.cell) {
            Ok(value) => Some(value),
            Err(unreadable) => {
                let message = sentence(found.label, &unreadable.message);
                self.problems.push(Problem {
                    column: Some(found.label.to_owned()),
                    code: unreadable.code.to_owned(),
                    message,
                });
                None
            }
        }
    }

    /// The value without its note, which becomes a warning.
    fn noted<T>(&mut self, found: Option<Found<'_>>, read: Option<Noted<T>>) -> Option<T> {
        let Noted { value, note } = read?;
        if let (Some((code, message)), Some(found)) = (note, found) {
            let message = sentence(found.label, &message);
            self.warnings.push(Problem { column: Some(found.label.to_owned()), code: code.to_owned(), message });
        }
        Some(value)
    }

    /// A name as the source writes it.
    pub fn name(&mut self, name: &str) -> Option<String> {
        self.take(self.found(name), values::name)
    }

    /// A code that names nobody.
    pub fn code(&mut self, name: &str) -> Option<String> {
        self.take(self.found(name), values::code)
    }

    /// How the source names the council.
    pub fn named(&mut self) -> Named {
        Named {
            name: self.name("name").unwrap_or_default(),
            gss_code: self.take(self.found("gss_code"), values::gss_code),
            district: self.name("district"),
            county: self.name("county"),
        }
    }

    /// A day, whether or not it lies ahead.
    pub fn any_day(&mut self, name: &str) -> Option<Date> {
        let found = self.found(name);
        let read = self.take(found, values::day);
        self.noted(found, read)
    }

    /// A day that has been.
    pub fn day(&mut self, name: &str) -> Option<Date> {
        let day = self.any_day(name)?;
        if day > self.as_of {
            let label = self.label(name).unwrap_or_default();
            let message =
                format!("The column {label} holds {day}, which is after today ({}); correct the date.", self.as_of);
            self.refuse(name, "date_in_future", message);
            return None;
        }
        Some(day)
    }

    /// The calendar year in which the financial year ends.
    pub fn financial_year(&mut self, name: &str) -> Option<i16> {
        let found = self.found(name);
        let read = self.take(found, values::financial_year);
        self.noted(found, read)
    }

    /// A link; one that can't be read is left out with a warning, since nothing is scored by it. One that reaches a person
    /// stops the row.
    pub fn link(&mut self, name: &str) -> Option<String> {
        let found = self.found(name).filter(|found| !values::says_nothing(found.cell))?;
        match values::link(found.cell) {
            Ok(read) => self.noted(Some(found), Some(read)),
            Err(unreadable) if unreadable.code == values::PERSONAL_DATA => {
                self.refuse(name, unreadable.code, sentence(found.label, &unreadable.message));
                None
            }
            Err(unreadable) => {
                let message = sentence(found.label, &format!("{}; the row was taken without it", unreadable.message));
                self.warn(name, unreadable.code, message);
                None
            }
        }
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        let found = self.found(name);
        self.whole_at(found)
    }

    fn whole_at(&mut self, found: Option<Found<'_>>) -> Option<i64> {
        let word = match found?.column.holds {
            Holds::Whole(word) => word,
            _ => "",
        };
        self.take(found, |cell| values::whole(cell, word))
    }

    /// An amount in pence.
    pub fn pence(&mut self, name: &str) -> Option<i64> {
        self.take(self.found(name), values::pence)
    }

    /// Yes or no.
    pub fn yes_no(&mut self, name: &str) -> Option<bool> {
        let found = self.found(name);
        self.yes_no_at(found)
    }

    fn yes_no_at(&mut self, found: Option<Found<'_>>) -> Option<bool> {
        let further = match found?.column.holds {
            Holds::YesNo(further) => further,
            _ => &[],
        };
        self.take(found, |cell| values::yes_no(cell, further))
    }

    fn choice_at(&mut self, found: Option<Found<'_>>, kind: EvidenceKind) -> Option<&'static str> {
        let Holds::Choice(field, spellings) = found?.column.holds else { return None };
        self.take(found, |cell| values::choice(cell, kind, field, spellings))
    }

    /// The value of a cell as it is kept in the fields of `kind`, by what its column holds.
    pub fn field_at(&mut self, found: Found<'_>, kind: EvidenceKind) -> Option<Json> {
        match found.column.holds {
            Holds::Choice(..) => self.choice_at(Some(found), kind).map(Json::from),
            Holds::Whole(_) => self.whole_at(Some(found)).map(Json::from),
            Holds::YesNo(_) => self.yes_no_at(Some(found)).map(Json::from),
            Holds::Code => self.take(Some(found), values::code).map(Json::from),
            _ => None,
        }
    }

    /// Every field of the source's kind that a column of the same name holds and this row says.
    pub fn fields(&mut self) -> Map<String, Json> {
        let kind = self.source.evidence();
        let mut fields = Map::new();
        for at in &self.layout.fields {
            if let Some(value) = self.found_at(*at).and_then(|found| self.field_at(found, kind)) {
                fields.insert(at.1.name.to_owned(), value);
            }
        }
        fields
    }

    /// The row as a rejected one.
    pub fn rejected(self, place: Place) -> Rejected {
        Rejected { place, raw: raw(self.layout, self.row), problems: self.problems }
    }
}

/// The row as it stood: header to text, blank cells left out.
pub(in crate::ingest) fn raw(layout: &Layout, row: &Row) -> Map<String, Json> {
    let mut raw = Map::new();
    for (position, cell) in row.cells.iter().enumerate() {
        if let Some(text) = values::text_of(cell) {
            let header = layout.headers.get(position).cloned().unwrap_or_else(|| format!("column {}", position + 1));
            raw.insert(header, Json::String(text));
        }
    }
    raw
}

/// A text with a full stop at its end.
fn sentence_end(text: &str) -> String {
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{text}{end}")
}

/// A sentence from a column and what a reader of values says of it.
pub(in crate::ingest) fn sentence(label: &str, rest: &str) -> String {
    let end = if rest.ends_with(['.', '?']) { "" } else { "." };
    format!("The column {label} {rest}{end}")
}
