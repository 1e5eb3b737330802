//! What the tests of the grid's checks build outcomes with.
//!
//! In: a status, matters. Out: an outcome of 2024/25 that no check has anything to say of, and the codes that checks find.

use super::{CHECKS, Finding, Outcome};
use crate::ingest::audit::{Answers, Matter};
use crate::ingest::checks::Stops;
use jiff::civil::date;
use serde_json::{Map, Value as Json, json};

static UNANSWERED: Answers = Answers::none();

#[allow(clippy::needless_pass_by_value, reason = "each call reads as a row")]
pub(super) fn matter(fields: Json) -> Matter {
    Matter { prefix: "matter_1_".to_owned(), fields: fields.as_object().cloned().unwrap_or_else(Map::new) }
}

pub(super) fn except_for() -> Matter {
    matter(json!({"class": "except_for", "reason": "public_rights", "assertion": 4}))
}

pub(super) fn other() -> Matter {
    matter(json!({"class": "other", "reason": "arithmetic"}))
}

pub(super) fn unread() -> Matter {
    matter(json!({"reason": "arithmetic"}))
}

pub(super) fn outcome<'a>(status: &'a str, matters: &'a [Matter]) -> Outcome<'a> {
    Outcome {
        status: Some(status),
        year: Some(2025),
        submitted_on: None,
        certified_on: None,
        income_pence: None,
        boxes: [None; 7],
        answers: &UNANSWERED,
        matters,
        as_of: date(2025, 11, 20),
    }
}

/// How often a check speaks.
pub(super) fn times(find: fn(&Outcome<'_>) -> Vec<Finding>, outcome: &Outcome<'_>) -> usize {
    find(outcome).len()
}

/// The codes that all checks find, those that only warn after a `?`.
pub(super) fn all(outcome: &Outcome<'_>) -> Vec<String> {
    let mut codes = Vec::new();
    for check in CHECKS.iter().copied().flatten() {
        let mark = if check.is.stops == Stops::Nothing { "?" } else { "" };
        codes.extend((check.find)(outcome).iter().map(|_| format!("{mark}{}", check.is.code)));
    }
    codes
}
