//! Checks of what the council answered to the assertions, and of what it must answer next year.
//!
//! In: an outcome. Out: findings. Always holds: only answers that the row gives are compared. Whether an earlier year asked
//! for another answer is no check of one row: see [`crate::triage::obligations`].

use super::{Finding, GridCheck, Outcome};
use crate::ingest::audit::Matter;
use crate::ingest::checks::error;

pub(super) const CHECKS: &[GridCheck] = &[
    GridCheck {
        is: error("undisclosed_contradicts_answer")
            .at("a matter is undisclosed, and the council answered its assertion with No")
            .then("Correct one of them: what was answered No was disclosed."),
        find: undisclosed_contradicts_answer,
    },
    GridCheck {
        is: error("next_year_without_assertion")
            .at("a matter says what must be answered next year, and names no assertion")
            .then("Name the assertion."),
        find: next_year_without_assertion,
    },
];

/// Undisclosed means that Yes was answered where No was right.
fn undisclosed_contradicts_answer(outcome: &Outcome<'_>) -> Vec<Finding> {
    let undisclosed = outcome.matters.iter().filter(|matter| matter.answer("undisclosed") == Some(true));
    let found = |matter: &Matter| {
        let assertion = matter.number("assertion").filter(|number| outcome.answers.to(*number) == Some(false))?;
        let message = format!(
            "The matter is undisclosed, and the council answered No to assertion {assertion}, which discloses it: correct \
             one of them."
        );
        Some(Finding::of(&format!("{}undisclosed", matter.prefix), message))
    };
    undisclosed.filter_map(found).collect()
}

/// What must be answered is an assertion.
fn next_year_without_assertion(outcome: &Outcome<'_>) -> Vec<Finding> {
    let asking = outcome.matters.iter().filter(|matter| matter.answer("next_year_answer").is_some());
    let found = |matter: &Matter| {
        let message = "The matter says what must be answered next year, and names no assertion: name it.";
        Finding::of(&format!("{}next_year_answer", matter.prefix), message)
    };
    asking.filter(|matter| !matter.fields.contains_key("assertion")).map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{matter, outcome, times};
    use super::*;
    use crate::ingest::audit::Answers;
    use serde_json::json;

    #[test]
    fn what_was_answered_no_was_disclosed() {
        let matters = [matter(json!({"class": "except_for", "assertion": 4, "undisclosed": true}))];
        for (given, found) in [(Answers::of([(4, false)]), 1), (Answers::of([(4, true)]), 0), (Answers::none(), 0)] {
            let outcome = Outcome { answers: &given, ..outcome("qualified", &matters) };
            assert_eq!(times(undisclosed_contradicts_answer, &outcome), found, "{given:?}");
        }
        let disclosed = [matter(json!({"class": "except_for", "assertion": 4, "undisclosed": false}))];
        let given = Answers::of([(4, false)]);
        let outcome = Outcome { answers: &given, ..outcome("qualified", &disclosed) };
        assert_eq!(times(undisclosed_contradicts_answer, &outcome), 0);
    }

    #[test]
    fn what_must_be_answered_is_an_assertion() {
        for (fields, found) in [
            (json!({"next_year_answer": false}), 1),
            (json!({"next_year_answer": true}), 1),
            (json!({"next_year_answer": false, "assertion": 4}), 0),
            (json!({"class": "other"}), 0),
        ] {
            let matters = [matter(fields)];
            assert_eq!(times(next_year_without_assertion, &outcome("qualified", &matters)), found);
        }
    }
}
