//! Checks of an outcome's year and days against one another and against today.
//!
//! In: an outcome. Out: findings. Always holds: a day that isn't given is compared with nothing.

use super::{Finding, GridCheck, Outcome, years};
use crate::ingest::checks::{error, warning};
use jiff::civil::Date;

pub(super) const CHECKS: &[GridCheck] = &[
    GridCheck {
        is: error("year_implausible")
            .at("financial_year_end: the year has not ended yet, or ended before 2016")
            .then("Correct the year."),
        find: year_implausible,
    },
    GridCheck {
        is: error("certificate_in_future").at("certified_on is after today").then("Correct the date."),
        find: certificate_in_future,
    },
    GridCheck {
        is: error("certificate_before_submission")
            .at("certified_on is before submitted_on")
            .then("Correct one of them.")
            .waivable(),
        find: certificate_before_submission,
    },
    GridCheck {
        is: warning("submitted_before_year_end")
            .at("submitted_on is before 31 March of the year")
            .then("Check both: a return is made up after its year."),
        find: submitted_before_year_end,
    },
];

/// The year has ended, and is not from before there were such outcomes.
fn year_implausible(outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some(year) = outcome.year else { return vec![] };
    let this_year_has_ended = (outcome.as_of.month(), outcome.as_of.day()) >= (3, 31);
    let last = if this_year_has_ended { outcome.as_of.year() } else { outcome.as_of.year() - 1 };
    let first = years::FIRST.from;
    if (first..=last).contains(&year) {
        return vec![];
    }
    let message = format!("The financial year ends in {year}; expected a year from {first} to {last}.");
    vec![Finding::of("financial_year_end", message)]
}

/// A certificate has been given.
fn certificate_in_future(outcome: &Outcome<'_>) -> Vec<Finding> {
    let ahead = outcome.certified_on.filter(|day| *day > outcome.as_of);
    let found = |day: Date| {
        let message =
            format!("The certificate is dated {day}, which is after today ({}): correct the date.", outcome.as_of);
        Finding::of("certified_on", message)
    };
    ahead.map(found).into_iter().collect()
}

/// What is certified has been submitted before.
fn certificate_before_submission(outcome: &Outcome<'_>) -> Vec<Finding> {
    match (outcome.submitted_on, outcome.certified_on) {
        (Some(submitted), Some(certified)) if certified < submitted => {
            let message = format!(
                "The certificate is dated {certified}, before the return arrived on {submitted}: correct one of them."
            );
            vec![Finding::of("certified_on", message)]
        }
        _ => vec![],
    }
}

/// A return is made up after its year.
fn submitted_before_year_end(outcome: &Outcome<'_>) -> Vec<Finding> {
    let year_end = outcome.year.and_then(|year| Date::new(year, 3, 31).ok());
    match (year_end, outcome.submitted_on) {
        (Some(year_end), Some(submitted)) if submitted < year_end => {
            let message =
                format!("The return arrived on {submitted}, before its year ended on {year_end}; check both.");
            vec![Finding::of("submitted_on", message)]
        }
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{outcome, times};
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_year_has_ended_and_is_not_ancient() {
        let found = |year, as_of| {
            times(year_implausible, &Outcome { year: Some(year), as_of, ..outcome("qualified", &[]) }) == 1
        };
        let (march, february) = (date(2026, 3, 31), date(2026, 3, 30));
        assert!(!found(2016, march) && !found(2026, march));
        assert!(found(2015, march) && found(2027, march) && found(2026, february));
    }

    fn days(submitted_on: Option<Date>, certified_on: Option<Date>) -> Outcome<'static> {
        Outcome { submitted_on, certified_on, ..outcome("unqualified", &[]) }
    }

    #[test]
    fn a_certificate_is_not_ahead_of_today() {
        assert_eq!(times(certificate_in_future, &days(None, Some(date(2025, 11, 21)))), 1);
        assert_eq!(times(certificate_in_future, &days(None, Some(date(2025, 11, 20)))), 0);
    }

    #[test]
    fn a_certificate_is_not_before_the_return() {
        let (june, september) = (Some(date(2025, 6, 12)), Some(date(2025, 9, 12)));
        assert_eq!(times(certificate_before_submission, &days(september, june)), 1);
        assert_eq!(times(certificate_before_submission, &days(june, september)), 0);
        assert_eq!(times(certificate_before_submission, &days(june, june)), 0);
    }

    #[test]
    fn a_return_before_its_year_ended_is_pointed_out() {
        assert_eq!(times(submitted_before_year_end, &days(Some(date(2025, 3, 30)), None)), 1);
        assert_eq!(times(submitted_before_year_end, &days(Some(date(2025, 3, 31)), None)), 0);
    }
}
