//! The matters of an auditor's outcome, from repeated columns or from a JSON list.
//!
//! In: a row being read. Out: its matters in the order of the source (lists before columns). Always holds: a matter has
//! only the fields of its kind's table, and its wording is not among them.

use crate::evidence::EvidenceKind;
use crate::feeds::read::Cell;
use crate::ingest::columns::{Column, Holds, alike, matter_columns, matter_part};
use crate::ingest::normalise::{Found, MatterAt, Reading};
use crate::ingest::values;
use serde_json::{Map, Value as Json};

/// One matter.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Matter {
    /// How its columns are called, up to the part: `matter_2_` or `matters[2].`.
    pub prefix: String,
    /// Names as in the table of [`EvidenceKind::AuditMatter`].
    pub fields: Map<String, Json>,
}

impl Matter {
    /// `except_for` or `other`; none where it could not be read.
    pub fn class(&self) -> Option<&str> {
        self.fields.get("class").and_then(Json::as_str)
    }

    /// A whole number of it, such as its `assertion`.
    pub fn number(&self, part: &str) -> Option<i64> {
        self.fields.get(part).and_then(Json::as_i64)
    }

    /// A yes or no of it, such as whether it is `undisclosed`.
    pub fn answer(&self, part: &str) -> Option<bool> {
        self.fields.get(part).and_then(Json::as_bool)
    }
}

/// Reads every matter of the row.
pub(super) fn read(reading: &mut Reading<'_>) -> Vec<Matter> {
    let mut matters = Vec::new();
    for (list, class) in [("matters", None), ("except_for", Some("except_for")), ("other", Some("other"))] {
        listed(reading, list, class, &mut matters);
    }
    for at in &reading.layout.matters {
        matters.extend(of_columns(reading, at));
    }
    matters
}

/// The matter of these columns, unless they are blank in this row.
fn of_columns(reading: &mut Reading<'_>, at: &MatterAt) -> Option<Matter> {
    let parts: Vec<Found<'_>> = at.parts.iter().filter_map(|part| reading.found_at(*part)).collect();
    parts.iter().any(says_something).then(|| matter(reading, at.prefix.clone(), &parts, None))
}

/// Whether a part shows that there is a matter: sheets come with "No" filled in for matters that there aren't. That No must
/// be answered next year is said of a matter that there is.
fn says_something(part: &Found<'_>) -> bool {
    let plain_no =
        matches!(part.column.holds, Holds::YesNo(further) if values::yes_no(part.cell, further) == Ok(false));
    let is_no = plain_no && part.column.name != "next_year_answer";
    !is_no && !values::says_nothing(part.cell)
}

/// One matter of its parts; `class` is given by the list that it stands in.
fn matter(reading: &mut Reading<'_>, prefix: String, parts: &[Found<'_>], class: Option<&str>) -> Matter {
    let mut fields = Map::new();
    for part in parts {
        if let Some(value) = reading.field_at(*part, EvidenceKind::AuditMatter) {
            fields.insert(part.column.name.to_owned(), value);
        }
    }
    let has_class = parts.iter().any(|part| part.column.name == "class");
    if let Some(class) = class {
        if fields.get("class").is_some_and(|own| own != class) {
            let message =
                format!("This matter stands in the list of {class} matters and says another class; correct one.");
            reading.refuse(&format!("{prefix}class"), "matter_class_contradicts", message);
        }
        fields.insert("class".to_owned(), Json::from(class));
    } else if !has_class {
        let message = "This matter has no class: say whether it is except_for or other.".to_owned();
        reading.refuse(&format!("{prefix}class"), "value_missing", message);
    }
    Matter { prefix, fields }
}

/// The matters of a column that holds a JSON list of them.
fn listed(reading: &mut Reading<'_>, list: &str, class: Option<&str>, matters: &mut Vec<Matter>) {
    let Some(found) = reading.found(list) else { return };
    let text;
    let json = match found.cell {
        Cell::Nested(json) => Some(json),
        // A row kept as it stood, and read again, has its list as text.
        Cell::Text(written) if written.trim_start().starts_with('[') => {
            text = serde_json::from_str(written).ok();
            text.as_ref()
        }
        _ => None,
    };
    let Some(Json::Array(entries)) = json else {
        if !matches!(found.cell, Cell::Text(written) if is_none(written)) && !values::says_nothing(found.cell) {
            let message = format!(
                "The column {} holds {}, which is not read: matters are read from a JSON list, or from the columns \
                 matter_1_class, matter_1_assertion and so on.",
                found.label,
                values::shown(found.cell)
            );
            reading.warn(list, "matters_unread", message);
        }
        return;
    };
    for (number, entry) in (1..).zip(entries) {
        let prefix = format!("{}[{number}].", found.label);
        if let Json::Object(members) = entry {
            matters.push(of_object(reading, prefix, members, class));
        } else {
            let message = format!(
                "Entry {number} of {} is not an object with the parts of a matter (class, assertion, box, reason, \
                 undisclosed, repeat).",
                found.label
            );
            reading.refuse(list, "matter_unreadable", message);
        }
    }
}

fn is_none(written: &str) -> bool {
    matches!(written.trim().to_lowercase().as_str(), "none" | "nil" | "no" | "0" | "-" | "–")
}

fn of_object(reading: &mut Reading<'_>, prefix: String, members: &Map<String, Json>, class: Option<&str>) -> Matter {
    let mut cells: Vec<(String, Cell, &'static Column)> = Vec::new();
    // Our own names first, so that an alias beside one does not take its place.
    let mut keys: Vec<_> = members.iter().collect();
    keys.sort_by_key(|(key, _)| !matter_columns().iter().any(|column| alike(column.name, key)));
    for (key, value) in keys {
        let free = matter_part(key).filter(|column| cells.iter().all(|(_, _, taken)| taken.name != column.name));
        if let Some(column) = free {
            cells.push((format!("{prefix}{key}"), cell_of(value), column));
        } else {
            let message = format!("{prefix}{key} is not read: it is no part of a matter, or stands there twice.");
            reading.warn(&format!("{prefix}{key}"), "matter_part_unread", message);
        }
    }
    let parts: Vec<Found<'_>> = cells.iter().map(|(label, cell, column)| Found { label, cell, column }).collect();
    matter(reading, prefix, &parts, class)
}

fn cell_of(value: &Json) -> Cell {
    match value {
        Json::Null => Cell::Empty,
        Json::Bool(answer) => Cell::YesNo(*answer),
        Json::Number(number) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        Json::String(text) if text.trim().is_empty() => Cell::Empty,
        Json::String(text) => Cell::Text(text.trim().to_owned()),
        Json::Array(_) | Json::Object(_) => Cell::Nested(value.clone()),
    }
}
