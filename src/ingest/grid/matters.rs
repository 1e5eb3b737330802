//! Checks of an outcome's matters, each by itself.
//!
//! In: an outcome. Out: findings, with the matter's own column. Always holds: a part that could not be read is compared
//! with nothing.

use super::{Finding, GridCheck, Outcome, years};
use crate::ingest::audit::Matter;
use crate::ingest::checks::{error, warning};

pub(super) const CHECKS: &[GridCheck] = &[
    GridCheck {
        is: error("assertion_out_of_range")
            .at("the assertion of a matter is none of 1 to 10")
            .then("Correct the assertion, or leave it blank."),
        find: assertion_out_of_range,
    },
    GridCheck {
        is: error("assertion_ten_too_early")
            .at("assertion 10 (digital and data), in a matter or answered, for a year before 2025/26")
            .then("Correct the assertion or the year."),
        find: assertion_ten_too_early,
    },
    GridCheck {
        is: error("box_out_of_range")
            .at("the box of a matter is none of 1 to 11")
            .then("Correct the box, or leave it blank."),
        find: box_out_of_range,
    },
    GridCheck {
        is: warning("undisclosed_without_assertion")
            .at("a matter is undisclosed, and names no assertion")
            .then("Name the assertion that was answered wrongly."),
        find: undisclosed_without_assertion,
    },
    GridCheck {
        is: warning("matter_without_reason")
            .at("a matter has no reason code")
            .then("Give its reason; without it the rules go by its assertion or box alone."),
        find: matter_without_reason,
    },
];

fn numbered<'a>(outcome: &'a Outcome<'_>, part: &'a str) -> impl Iterator<Item = (&'a Matter, i64)> {
    outcome.matters.iter().filter_map(move |matter| Some((matter, matter.number(part)?)))
}

/// Assertions are numbered, from 1.
fn assertion_out_of_range(outcome: &Outcome<'_>) -> Vec<Finding> {
    let most = years::LATEST.assertions;
    let outside = numbered(outcome, "assertion").filter(|(_, assertion)| !(1..=most).contains(assertion));
    let found = |(matter, assertion): (&Matter, i64)| {
        let message = format!("There is no assertion {assertion}; expected 1 to {most}, or a blank.");
        Finding::of(&format!("{}assertion", matter.prefix), message)
    };
    outside.map(found).collect()
}

/// The tenth assertion is new.
fn assertion_ten_too_early(outcome: &Outcome<'_>) -> Vec<Finding> {
    let most = outcome.rules().assertions;
    let later = |assertion: &i64| (most + 1..=years::LATEST.assertions).contains(assertion);
    let message = format!(
        "Assertion {} (digital and data) is new with the year {}: correct the assertion or the year.",
        years::LATEST.assertions,
        years::written(years::LATEST.from)
    );
    let in_matters = numbered(outcome, "assertion").filter(|(_, assertion)| later(assertion));
    let columns = in_matters.map(|(matter, _)| format!("{}assertion", matter.prefix));
    let answered = outcome.answers.given().map(|(assertion, _)| assertion).filter(later);
    let columns = columns.chain(answered.map(|assertion| format!("assertion_{assertion}")));
    columns.map(|column| Finding::of(&column, message.clone())).collect()
}

/// Boxes are numbered 1 to 11.
fn box_out_of_range(outcome: &Outcome<'_>) -> Vec<Finding> {
    let outside = numbered(outcome, "box").filter(|(_, number)| !(1..=11).contains(number));
    let found = |(matter, number): (&Matter, i64)| {
        let message = format!("There is no box {number}; expected 1 to 11, or a blank.");
        Finding::of(&format!("{}box", matter.prefix), message)
    };
    outside.map(found).collect()
}

/// What was answered wrongly is an assertion.
fn undisclosed_without_assertion(outcome: &Outcome<'_>) -> Vec<Finding> {
    let undisclosed = outcome.matters.iter().filter(|matter| matter.answer("undisclosed") == Some(true));
    let found = |matter: &Matter| {
        let message = "The matter is undisclosed, and no assertion is named that was answered wrongly; name it.";
        Finding::of(&format!("{}undisclosed", matter.prefix), message)
    };
    undisclosed.filter(|matter| !matter.fields.contains_key("assertion")).map(found).collect()
}

/// Rules grade a matter by its reason.
fn matter_without_reason(outcome: &Outcome<'_>) -> Vec<Finding> {
    let without = outcome.matters.iter().filter(|matter| !matter.fields.contains_key("reason"));
    let found = |matter: &Matter| {
        let message = "The matter has no reason, so the rules go by its assertion or box alone; give its reason code.";
        Finding::of(&format!("{}reason", matter.prefix), message)
    };
    without.map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{except_for, matter, outcome, times};
    use super::*;
    use crate::ingest::audit::Answers;
    use serde_json::json;

    fn with(find: fn(&Outcome<'_>) -> Vec<Finding>, fields: serde_json::Value, year: i16) -> usize {
        let matters = [matter(fields)];
        times(find, &Outcome { year: Some(year), ..outcome("unqualified", &matters) })
    }

    #[test]
    fn assertions_are_one_to_ten() {
        for (assertion, found) in [(0, 1), (1, 0), (10, 0), (11, 1), (-4, 1)] {
            assert_eq!(with(assertion_out_of_range, json!({"assertion": assertion}), 2025), found, "{assertion}");
        }
    }

    #[test]
    fn the_tenth_assertion_is_new() {
        for (assertion, year, found) in [(9, 2025, 0), (10, 2025, 1), (10, 2026, 0), (11, 2025, 0)] {
            assert_eq!(with(assertion_ten_too_early, json!({"assertion": assertion}), year), found, "{assertion}");
        }
        let answers = Answers::of([(10, true), (4, false)]);
        let answered = |year| Outcome { answers: &answers, year: Some(year), ..outcome("unqualified", &[]) };
        assert_eq!(assertion_ten_too_early(&answered(2025))[0].column, "assertion_10");
        assert_eq!(times(assertion_ten_too_early, &answered(2026)), 0);
    }

    #[test]
    fn boxes_are_one_to_eleven() {
        for (number, found) in [(0, 1), (1, 0), (11, 0), (12, 1)] {
            assert_eq!(with(box_out_of_range, json!({"box": number}), 2025), found, "{number}");
        }
    }

    #[test]
    fn what_is_undisclosed_is_an_assertion() {
        let check = undisclosed_without_assertion;
        assert_eq!(with(check, json!({"undisclosed": true}), 2025), 1);
        assert_eq!(with(check, json!({"undisclosed": true, "assertion": 4}), 2025), 0);
        assert_eq!(with(check, json!({"undisclosed": false}), 2025), 0);
    }

    #[test]
    fn a_matter_without_a_reason_is_pointed_out() {
        assert_eq!(with(matter_without_reason, json!({"class": "other"}), 2025), 1);
        assert_eq!(times(matter_without_reason, &outcome("qualified", &[except_for()])), 0);
    }
}
