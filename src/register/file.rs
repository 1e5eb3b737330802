//! Register files: which columns they have, and their rows as entries.
//!
//! In: the tables of a file. Out: a [`RegisterFile`]. Always holds: each code stands once in the entries; a row that
//! contradicts an earlier one, or can't be an entry, is a problem with its row and column.
//!
//! Two layouts are known by their columns: our own (`docs/register.md`), and the look-ups of the Office for National
//! Statistics, whose columns carry a year: `PAR24CD`, `PAR24NM`, `LAD24CD`, `LAD24NM`, `CTY24NM`.

use crate::feeds::read::{Cell, Row, Table};
use std::collections::HashMap;

/// Which layout a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Our documented CSV.
    Own,
    /// A look-up of the Office for National Statistics.
    Ons,
}

/// One parish as a file states it; what the file has no column for, or leaves blank, is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The row as a person counts.
    pub row: u32,
    pub gss_code: String,
    pub name: String,
    pub former_name: Option<String>,
    pub district_code: Option<String>,
    pub district: Option<String>,
    pub county: Option<String>,
    pub current: Option<bool>,
    /// The grouped council that serves it.
    pub council: Option<String>,
}

/// A row that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterProblem {
    pub row: u32,
    /// As the file heads it; none where the row as a whole is to blame.
    pub column: Option<String>,
    /// A stable code: `code_missing`, `code_malformed`, `name_missing`, `not_yes_or_no`, `contradicts`, or the reader's.
    pub code: &'static str,
    pub message: String,
}

/// A register file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterFile {
    pub layout: Layout,
    /// In the order of the file.
    pub entries: Vec<Entry>,
    pub problems: Vec<RegisterProblem>,
    /// Rows that are no parishes of England, and why, with how many there are.
    pub passed_over: Vec<(&'static str, usize)>,
    /// Which of an entry's particulars the file has a column for.
    pub columns: Columns<bool>,
}

/// Why a file as a whole can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    #[error("it has no table")]
    NoTable,
    #[error("it lacks the column {missing}; its columns are {found}")]
    Missing { missing: String, found: String },
    #[error("two of its columns, “{first}” and “{second}”, say the same thing")]
    Twice { first: String, second: String },
}

/// Something for each particular of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Columns<T> {
    pub gss_code: T,
    pub name: T,
    pub former_name: T,
    pub district_code: T,
    pub district: T,
    pub county: T,
    pub current: T,
    pub council: T,
}

/// Our own names, in the order of [`Columns`].
const OWN: [&str; 8] = ["gss_code", "name", "former_name", "district_code", "district", "county", "current", "council"];
/// What the Office for National Statistics calls them, with 00 for the year; `PARNCP` in the look-ups that list the areas
/// without a parish as well.
const ONS: [(&str, &str); 7] = [
    ("par00cd", "gss_code"),
    ("par00nm", "name"),
    ("parncp00cd", "gss_code"),
    ("parncp00nm", "name"),
    ("lad00cd", "district_code"),
    ("lad00nm", "district"),
    ("cty00nm", "county"),
];

/// Whether a heading is a column of a register file, in either layout.
pub fn knows_header(heading: &str) -> bool {
    meaning(heading).is_some()
}

/// Our name for a heading, and the layout that it belongs to.
fn meaning(heading: &str) -> Option<(&'static str, Layout)> {
    let plain = heading.trim().to_lowercase().replace([' ', '-'], "_");
    if let Some(own) = OWN.into_iter().find(|own| *own == plain) {
        return Some((own, Layout::Own));
    }
    let ons: String = plain.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    ONS.into_iter().find(|(known, _)| *known == ons).map(|(_, own)| (own, Layout::Ons))
}

/// Reads a register file.
///
/// # Errors
/// When it has no table, lacks the code or the name, or has a column twice.
pub fn read(tables: &[Table]) -> Result<RegisterFile, RegisterError> {
    // A workbook may hold a sheet of notes before the list.
    let mut refused = None;
    let found = tables.iter().find_map(|table| match columns(table) {
        Ok(found) => Some((table, found)),
        Err(error) => {
            refused.get_or_insert(error);
            None
        }
    });
    let Some((table, (columns, layout))) = found else { return Err(refused.unwrap_or(RegisterError::NoTable)) };
    let mut file = RegisterFile {
        layout,
        entries: Vec::with_capacity(table.rows.len()),
        problems: Vec::new(),
        passed_over: Vec::new(),
        columns: present(&columns),
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut passed_over: HashMap<&'static str, usize> = HashMap::new();
    for row in &table.rows {
        match entry(table, &columns, row) {
            Ok(Some(entry)) => match seen.get(&entry.gss_code).and_then(|at| file.entries.get(*at)) {
                None => {
                    seen.insert(entry.gss_code.clone(), file.entries.len());
                    file.entries.push(entry);
                }
                // A look-up by ward repeats its parishes.
                Some(first) if (Entry { row: first.row, ..entry.clone() }) == *first => {}
                Some(first) => file.problems.push(RegisterProblem {
                    row: entry.row,
                    column: None,
                    code: "contradicts",
                    message: format!(
                        "{} stands in row {} already, as {}, and says something else there. Keep one of the two.",
                        entry.gss_code, first.row, first.name
                    ),
                }),
            },
            Ok(None) => {}
            Err(Unfit::PassedOver(why)) => *passed_over.entry(why).or_default() += 1,
            Err(Unfit::Problem(problem)) => file.problems.push(problem),
        }
    }
    file.problems.extend(table.problems.iter().map(|problem| RegisterProblem {
        row: problem.number,
        column: None,
        code: problem.code,
        message: problem.message.clone(),
    }));
    file.problems.sort_by_key(|problem| problem.row);
    file.passed_over = passed_over.into_iter().collect();
    file.passed_over.sort_unstable();
    Ok(file)
}

fn columns(table: &Table) -> Result<(Columns<Option<usize>>, Layout), RegisterError> {
    let mut columns: Columns<Option<usize>> = Columns::default();
    let mut layout = Layout::Own;
    for (position, heading) in table.header.iter().enumerate() {
        let Some((own, of)) = meaning(heading) else { continue };
        if own == "gss_code" {
            layout = of;
        }
        let column = match own {
            "gss_code" => &mut columns.gss_code,
            "name" => &mut columns.name,
            "former_name" => &mut columns.former_name,
            "district_code" => &mut columns.district_code,
            "district" => &mut columns.district,
            "county" => &mut columns.county,
            "current" => &mut columns.current,
            _ => &mut columns.council,
        };
        if let Some(first) = column.replace(position) {
            let first = table.header.get(first).cloned().unwrap_or_default();
            return Err(RegisterError::Twice { first, second: heading.clone() });
        }
    }
    for (column, name) in [(columns.gss_code, "gss_code (or PAR24CD)"), (columns.name, "name (or PAR24NM)")] {
        if column.is_none() {
            let found = table.header.iter().filter(|heading| !heading.is_empty()).cloned().collect::<Vec<_>>();
            return Err(RegisterError::Missing { missing: name.to_owned(), found: found.join(", ") });
        }
    }
    Ok((columns, layout))
}

fn present(columns: &Columns<Option<usize>>) -> Columns<bool> {
    Columns {
        gss_code: true,
        name: true,
        former_name: columns.former_name.is_some(),
        district_code: columns.district_code.is_some(),
        district: columns.district.is_some(),
        county: columns.county.is_some(),
        current: columns.current.is_some(),
        council: columns.council.is_some(),
    }
}

/// Why a row is no entry.
enum Unfit {
    PassedOver(&'static str),
    Problem(RegisterProblem),
}

/// The row's entry; none for a row that is blank throughout.
fn entry(table: &Table, columns: &Columns<Option<usize>>, row: &Row) -> Result<Option<Entry>, Unfit> {
    let said = |column: Option<usize>| column.and_then(|at| row.cells.get(at)).and_then(text);
    let problem = |column: Option<usize>, code: &'static str, message: String| {
        let column = column.and_then(|at| table.header.get(at)).cloned();
        Err(Unfit::Problem(RegisterProblem { row: row.number, column, code, message }))
    };
    if row.cells.iter().all(|cell| text(cell).is_none()) {
        return Ok(None);
    }
    let Some(gss_code) = said(columns.gss_code) else {
        return problem(columns.gss_code, "code_missing", "The row has no code. Codes look like E04000001.".to_owned());
    };
    let gss_code = gss_code.to_uppercase();
    let digits = |from: usize| {
        gss_code.len() == 9 && gss_code.get(from..).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    if gss_code.starts_with("W04") && digits(3) {
        return Err(Unfit::PassedOver("communities of Wales"));
    }
    if gss_code.starts_with("E43") && digits(3) {
        return Err(Unfit::PassedOver("unparished areas"));
    }
    if !gss_code.starts_with("E04") || !digits(3) {
        let message = format!("“{gss_code}” is no parish code. Codes look like E04000001: E04 and six figures.");
        return problem(columns.gss_code, "code_malformed", message);
    }
    let Some(name) = said(columns.name) else {
        return problem(columns.name, "name_missing", format!("{gss_code} has no name."));
    };
    if name.to_lowercase().ends_with(", unparished area") || name.to_lowercase().ends_with(", unparished") {
        return Err(Unfit::PassedOver("unparished areas"));
    }
    let current = match said(columns.current).map(|text| text.to_lowercase()).as_deref() {
        None => None,
        Some("true" | "yes" | "y" | "1") => Some(true),
        Some("false" | "no" | "n" | "0") => Some(false),
        Some(other) => {
            return problem(columns.current, "not_yes_or_no", format!("“{other}” is neither true nor false."));
        }
    };
    Ok(Some(Entry {
        row: row.number,
        gss_code,
        name,
        former_name: said(columns.former_name),
        district_code: said(columns.district_code),
        district: said(columns.district),
        county: said(columns.county),
        current,
        council: said(columns.council),
    }))
}

/// A cell as text; none where it is empty.
fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::YesNo(yes) => Some(yes.to_string()),
        Cell::Date(date) => Some(date.to_string()),
        Cell::Empty | Cell::Nested(_) => None,
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
