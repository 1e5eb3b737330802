//! JSON: a list of objects, or one object a line.
//!
//! In: decoded text. Out: one [`Table`] (of lines: [`Lines`], which gives its rows in batches) whose header is every key in order of first appearance and whose row numbers are
//! positions in the list (lines, in JSON lines). Always holds: `header_row` is 0, since no row holds the header; an
//! element that is no object, or that gives one key two values, is a [`RowProblem`]; a number that a float can't hold
//! exactly is kept as text.

mod lines;
mod ordered;
mod scan;

pub(super) use lines::Lines;

use super::error::shortened;
use super::header::text_cell;
use super::{Cell, Limits, ReadError, Row, RowProblem, Table};
use ordered::Ordered;
use serde_json::Value;
use std::collections::HashMap;

/// Keys under which a list is looked for, in this order, before any other.
const LIST_KEYS: [&str; 4] = ["flags", "records", "items", "data"];

/// The table, and notes on what was passed over.
type Noted = (Table, Vec<String>);

/// Whether the text is JSON lines: its first line is an object by itself, and another line follows.
pub(super) fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().is_some_and(|line| matches!(parse(line), Ok(Ordered::Object(_))));
    first && lines.next().is_some()
}

/// Whether the text as a whole is one JSON value: decides when a file that is declared to be CSV starts with a bracket.
pub(super) fn is_document(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Reads one JSON document: a list at the top, or under a key of the object at the top.
///
/// # Errors
/// When it is malformed (with line and column), too deep, too large, or holds no list.
pub(super) fn read_document(text: &str, limits: &Limits) -> Result<Noted, ReadError> {
    scan::check(text, limits)?;
    let mut notes = Vec::new();
    let list = match parse(text).map_err(|error| malformed(&error, 0))? {
        Ordered::List(list) => list,
        Ordered::Object(members) => list_among(members, &mut notes)?,
        Ordered::Plain(value) => return Err(ReadError::JsonShape { found: plain_kind(&value).to_owned() }),
    };
    let mut columns = Columns::new(limits);
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (number, element) in (1..).zip(list) {
        match element {
            Ordered::Object(members) => match columns.row(number, members)? {
                Ok(row) => rows.extend(row),
                Err(problem) => problems.push(problem),
            },
            other => problems.push(not_an_object(number, &other.into_value().to_string())),
        }
        // Rows are padded to the last column only at the end, so the width so far bounds what padding will take.
        if rows.len().saturating_mul(columns.header.len()) > limits.cells {
            return Err(ReadError::TooManyCells { sheet: None, limit: limits.cells });
        }
    }
    for row in &mut rows {
        row.cells.resize(columns.header.len(), Cell::Empty);
    }
    Ok((Table { sheet: None, header_row: 0, header: columns.header, rows, problems }, notes))
}

fn parse(text: &str) -> Result<Ordered, serde_json::Error> {
    serde_json::from_str(text)
}

fn malformed(error: &serde_json::Error, lines_before: usize) -> ReadError {
    ReadError::Json { line: error.line() + lines_before, column: error.column(), reason: reason(error) }
}

/// What the parser says, without the place that it adds to its message.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").and_then(|place| text.get(..place)).unwrap_or(&text).to_owned()
}

fn plain_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        _ => "a text",
    }
}

/// The list in an object: under one of [`LIST_KEYS`], or the only list there is.
fn list_among(members: Vec<(String, Ordered)>, notes: &mut Vec<String>) -> Result<Vec<Ordered>, ReadError> {
    let is_list = |member: &(String, Ordered)| matches!(member.1, Ordered::List(_));
    let known = LIST_KEYS.iter().find_map(|key| members.iter().position(|member| member.0 == *key && is_list(member)));
    let only =
        || (members.iter().filter(|member| is_list(member)).count() == 1).then(|| members.iter().position(is_list));
    let Some(at) = known.or_else(|| only().flatten()) else {
        let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
        let found = if keys.is_empty() {
            "an empty object".to_owned()
        } else {
            format!("an object with the keys {}", shortened(&keys.join(", "), 200))
        };
        return Err(ReadError::JsonShape { found });
    };
    let mut list = Vec::new();
    let mut passed_over = Vec::new();
    for (index, (key, member)) in members.into_iter().enumerate() {
        match member {
            Ordered::List(elements) if index == at => list = elements,
            _ => passed_over.push(key),
        }
    }
    if !passed_over.is_empty() {
        notes.push(format!(
            "Beside the list, these keys were passed over: {}.",
            shortened(&passed_over.join(", "), 200)
        ));
    }
    Ok(list)
}

fn not_an_object(number: u32, raw: &str) -> RowProblem {
    let message = "The element is not an object with named fields. Send it as an object.";
    RowProblem::new(number, "not_an_object", message.to_owned(), raw)
}

fn broken_line(number: u32, error: &serde_json::Error, raw: &str) -> RowProblem {
    let message = format!(
        "The line is no JSON object: {} at column {}. Mend it and send it again.",
        reason(error),
        error.column()
    );
    RowProblem::new(number, "json_malformed", message, raw)
}

fn repeated_key(number: u32, key: &str, raw: &str) -> RowProblem {
    let message = format!(
        "The object gives \"{}\" more than once, with different values. Keep one of them and send it again.",
        shortened(key, 60)
    );
    RowProblem::new(number, "repeated_key", message, raw)
}

/// The columns of a table: they are added as keys appear.
#[derive(Debug)]
struct Columns<'l> {
    limits: &'l Limits,
    places: HashMap<String, usize>,
    header: Vec<String>,
    rows: usize,
}

impl<'l> Columns<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self { limits, places: HashMap::new(), header: Vec::new(), rows: 0 }
    }

    /// The row of an object, none for one in which nothing stands; or the problem that it is.
    fn row(
        &mut self,
        number: u32,
        members: Vec<(String, Ordered)>,
    ) -> Result<Result<Option<Row>, RowProblem>, ReadError> {
        if let Some(key) = contradictory(&members) {
            let raw = Ordered::Object(members).to_string();
            return Ok(Err(repeated_key(number, &key, &raw)));
        }
        let mut cells = Vec::new();
        for (key, member) in members {
            let place = self.place(number, key.trim())?;
            if cells.len() <= place {
                cells.resize(place + 1, Cell::Empty);
            }
            if let Some(cell) = cells.get_mut(place) {
                *cell = as_cell(member);
            }
        }
        if cells.iter().all(|cell| *cell == Cell::Empty) {
            return Ok(Ok(None));
        }
        self.rows += 1;
        if self.rows > self.limits.rows {
            return Err(ReadError::TooManyRows { sheet: None, limit: self.limits.rows });
        }
        Ok(Ok(Some(Row { number, cells })))
    }

    fn place(&mut self, number: u32, key: &str) -> Result<usize, ReadError> {
        if let Some(place) = self.places.get(key) {
            return Ok(*place);
        }
        let place = self.header.len();
        if place >= self.limits.columns {
            let found = place + 1;
            return Err(ReadError::TooManyColumns { sheet: None, found, row: number, limit: self.limits.columns });
        }
        self.header.push(key.to_owned());
        self.places.insert(key.to_owned(), place);
        Ok(place)
    }
}

/// A key that the object gives twice with different values: which of them is meant can't be known.
fn contradictory(members: &[(String, Ordered)]) -> Option<String> {
    let mut seen: HashMap<&str, &Ordered> = HashMap::new();
    members.iter().find_map(|(key, member)| {
        let before = seen.insert(key.trim(), member)?;
        (before != member).then(|| key.clone())
    })
}

fn as_cell(member: Ordered) -> Cell {
    /// Every whole number up to here has a float of its own.
    const EXACT: u64 = 1 << 53;
    match member.into_value() {
        Value::Null => Cell::Empty,
        Value::Bool(yes) => Cell::YesNo(yes),
        Value::String(text) => text_cell(&text),
        Value::Number(number) => {
            let exact = number.is_f64() || number.as_i64().is_some_and(|whole| whole.unsigned_abs() <= EXACT);
            match number.as_f64() {
                Some(float) if exact => Cell::Number(float),
                _ => Cell::Text(number.to_string()),
            }
        }
        nested => Cell::Nested(nested),
    }
}

#[cfg(test)]
mod tests;
