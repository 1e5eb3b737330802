//! Replacing a text where it is kept: in held rows, in what runs told, in items of evidence.
//!
//! In: a row and the text. Out: the row without it. Always holds: nothing but texts changes, and a row's fingerprint is
//! that of what it says now, so that the same row sent again, blacked out on arrival, is known for the same.

use super::{Field, REDACTED, screening::black_out};
use crate::evidence::Item;
use crate::store::StoreError;
use crate::store::redactions::HeldText;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

pub(super) fn corrupt(place: &str, because: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { place: place.to_owned(), because: because.to_string() }
}

/// What stands for a text that is compared: the same number for the same text.
pub(super) fn numbered(number: i64) -> String {
    format!("[redacted {number}]")
}

/// Whether a text is itself what stands for one.
pub(super) fn is_mark(text: &str) -> bool {
    text.starts_with("[redacted") && text.ends_with(']')
}

/// A held row's cells by heading.
pub(super) fn cells(row: &HeldText) -> Result<Map<String, Json>, StoreError> {
    serde_json::from_str(&row.raw).map_err(|e| corrupt(&format!("held row {}", row.id), e))
}

/// Puts the cells in, and blacks the text out of everything that quotes it. `taken` are the fingerprints by first run.
pub(super) fn replace_in_held(
    row: &mut HeldText,
    cells: &Map<String, Json>,
    text: &str,
    taken: &mut BTreeSet<(i64, String)>,
) -> Result<(), StoreError> {
    let place = format!("held row {}", row.id);
    row.raw = serde_json::to_string(cells).map_err(|e| corrupt(&place, e))?;
    row.problems = replace_in_json(&place, &row.problems, text)?;
    row.reason = black_out(&row.reason, text, REDACTED);
    let named = black_out(&row.council_named, text, REDACTED);
    if named != row.council_named {
        // Nothing may be found by what was blacked out: the row asks for itself from now on.
        row.naming = format!("row:{}", row.id);
    }
    row.council_named = named;
    taken.remove(&(row.first_run_id, row.fingerprint.clone()));
    let base = crate::ingest::held_fingerprint(&row.kind, &row.raw);
    // Two rows that differed in this text alone are now alike, and are told apart as a file's repeated rows are.
    let alike = (1..).map(|time| crate::ingest::held_again(&base, time));
    if let Some(free) = alike.into_iter().find(|known| !taken.contains(&(row.first_run_id, known.clone()))) {
        row.fingerprint = free;
    }
    taken.insert((row.first_run_id, row.fingerprint.clone()));
    Ok(())
}

/// The JSON with the text blacked out of every string in it.
pub(super) fn replace_in_json(place: &str, json: &str, text: &str) -> Result<String, StoreError> {
    let mut parsed: Json = serde_json::from_str(json).map_err(|e| corrupt(place, e))?;
    if !walk(&mut parsed, text) {
        return Ok(json.to_owned());
    }
    serde_json::to_string(&parsed).map_err(|e| corrupt(place, e))
}

/// Whether anything was replaced.
fn walk(json: &mut Json, text: &str) -> bool {
    match json {
        Json::String(said) => {
            let blacked = black_out(said, text, REDACTED);
            let differs = blacked != *said;
            *said = blacked;
            differs
        }
        Json::Array(members) => members.iter_mut().fold(false, |replaced, member| walk(member, text) | replaced),
        Json::Object(members) => members.values_mut().fold(false, |replaced, member| walk(member, text) | replaced),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Puts what stands for the text into an item's field. Groups and events are compared, so theirs carries the number.
pub(super) fn replace_in_item(item: &mut Item, field: Field, number: i64) {
    match field {
        Field::Url => item.url = Some(REDACTED.to_owned()),
        Field::Event => item.event = Some(numbered(number)),
        Field::Group => {
            item.fields.insert("group".to_owned(), Json::from(numbered(number)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_blacked_out_whatever_has_to_be_escaped_in_it() {
        let json = r#"[{"message":"holds “Jane \"J\" Example”, which is no word"},{"message":"other"}]"#;
        assert_eq!(
            replace_in_json("x", json, "Jane \"J\" Example").unwrap(),
            r#"[{"message":"holds “[redacted]”, which is no word"},{"message":"other"}]"#
        );
        let spaced = r#"{ "notes": [] }"#;
        assert_eq!(replace_in_json("x", spaced, "Jane").unwrap(), spaced, "what doesn't hold it stays to the letter");
    }
}
