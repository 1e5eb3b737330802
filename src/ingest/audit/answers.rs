//! What a council answered to the assertions of section 1 of its return.
//!
//! In: a row being read. Out: its answers. Always holds: an assertion that the row says nothing of has no answer.

use crate::ingest::normalise::Reading;
use serde_json::{Map, Value as Json};

/// How many assertions can be answered.
const MOST: usize = 10;
/// Their columns, in their order.
const COLUMNS: [&str; MOST] = [
    "assertion_1",
    "assertion_2",
    "assertion_3",
    "assertion_4",
    "assertion_5",
    "assertion_6",
    "assertion_7",
    "assertion_8",
    "assertion_9",
    "assertion_10",
];

/// Yes or no to each assertion, or nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::ingest) struct Answers([Option<bool>; MOST]);

impl Answers {
    /// No answer at all.
    #[cfg(test)]
    pub const fn none() -> Answers {
        Answers([None; MOST])
    }

    /// These answers, each with the number of its assertion.
    #[cfg(test)]
    pub fn of(given: impl IntoIterator<Item = (i64, bool)>) -> Answers {
        let mut answers = Answers::none();
        for (assertion, answer) in given {
            answers.0[usize::try_from(assertion).unwrap() - 1] = Some(answer);
        }
        answers
    }

    /// Reads the columns `assertion_1` to `assertion_10`.
    pub(super) fn read(reading: &mut Reading<'_>) -> Answers {
        Answers(COLUMNS.map(|column| reading.yes_no(column)))
    }

    /// Each answer with the number of its assertion, in order.
    pub fn given(&self) -> impl Iterator<Item = (i64, bool)> {
        (1..).zip(self.0).filter_map(|(number, answer)| Some((number, answer?)))
    }

    /// The answer to one assertion.
    pub fn to(&self, assertion: i64) -> Option<bool> {
        self.given().find(|(number, _)| *number == assertion).map(|(_, answer)| answer)
    }

    /// As evidence keeps them: the assertion's number to yes or no; none where nothing was answered.
    pub(super) fn kept(&self) -> Option<Json> {
        let kept: Map<String, Json> =
            self.given().map(|(number, answer)| (number.to_string(), Json::Bool(answer))).collect();
        (!kept.is_empty()).then_some(Json::Object(kept))
    }
}
