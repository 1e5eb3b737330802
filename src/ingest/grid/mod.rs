//! The consistency grid of auditors' outcomes: which statuses go with which matters, dates, amounts and answers.
//!
//! In: one outcome as it was read, with what could not be read left out. Out: findings on the row being read, each under
//! the code of its check. Always holds: one check a function, its test beside it, and an entry in [`CHECKS`] that says
//! what it looks at; a check that lacks what it looks at says nothing; a past year is judged by that year's rules.

mod answers;
mod combinations;
mod days;
mod matters;
mod money;
mod opinion;
mod years;

#[cfg(test)]
mod testing;

use super::audit::{Answers, Matter};
use super::checks::{Check, Stops};
use super::normalise::Reading;
use combinations::Combination;
use jiff::civil::Date;

/// An outcome as the checks see it.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub status: Option<&'a str>,
    /// The calendar year in which the financial year ends.
    pub year: Option<i16>,
    pub submitted_on: Option<Date>,
    pub certified_on: Option<Date>,
    pub income_pence: Option<i64>,
    /// Boxes 1 to 7 of the accounting statements in pence; none where one isn't given.
    pub boxes: [Option<i64>; 7],
    /// What the council answered to the assertions.
    pub answers: &'a Answers,
    pub matters: &'a [Matter],
    /// Today in Europe/London.
    pub as_of: Date,
}

/// What a check found: our name of the column to blame, and what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    column: String,
    message: String,
}

impl Finding {
    fn of(column: &str, message: impl Into<String>) -> Finding {
        Finding { column: column.to_owned(), message: message.into() }
    }
}

/// A check of the grid: what the catalogue says of it, and the function.
#[derive(Debug)]
pub(super) struct GridCheck {
    pub is: Check,
    find: fn(&Outcome<'_>) -> Vec<Finding>,
}

/// Every check of the grid, in the order in which they are documented and run.
pub(super) const CHECKS: &[&[GridCheck]] =
    &[opinion::CHECKS, days::CHECKS, money::CHECKS, matters::CHECKS, answers::CHECKS];

/// Runs every check and puts what they find on the row.
pub(super) fn check(reading: &mut Reading<'_>, outcome: &Outcome<'_>) {
    for check in CHECKS.iter().copied().flatten() {
        for finding in (check.find)(outcome) {
            match check.is.stops {
                Stops::Nothing => reading.warn(&finding.column, check.is.code, finding.message),
                Stops::Row | Stops::File => reading.refuse(&finding.column, check.is.code, finding.message),
            }
        }
    }
}

impl Outcome<'_> {
    fn combination(&self) -> Option<&'static Combination> {
        combinations::of(self.status?)
    }

    /// Whether there is a matter of that class; unknown while the class of one can't be read.
    fn has(&self, class: &str) -> Option<bool> {
        let has = self.matters.iter().any(|matter| matter.class() == Some(class));
        let all_read = self.matters.iter().all(|matter| matter.class().is_some());
        (has || all_read).then_some(has)
    }

    /// The rules of its year; of the latest where the year isn't known.
    fn rules(&self) -> &'static years::YearRules {
        years::of(self.year)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{all, except_for, other, outcome};
    use super::*;

    #[test]
    fn every_status_passes_with_what_goes_with_it() {
        for (status, matters) in [
            ("unqualified", vec![]),
            ("unqualified_other_matters", vec![other()]),
            ("qualified", vec![except_for()]),
            ("qualified", vec![except_for(), other()]),
            ("interim", vec![except_for()]),
            ("interim", vec![]),
            ("no_return", vec![]),
            ("exempt", vec![]),
            ("incorrectly_exempt", vec![]),
            ("incorrectly_exempt", vec![except_for()]),
        ] {
            assert_eq!(all(&outcome(status, &matters)), Vec::<String>::new(), "{status}");
        }
    }

    #[test]
    fn what_could_not_be_read_draws_no_finding_of_its_own() {
        let nothing = Outcome { status: None, year: None, ..outcome("", &[]) };
        assert_eq!(all(&nothing), Vec::<String>::new());
    }
}
