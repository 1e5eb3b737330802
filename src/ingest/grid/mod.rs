//! The consistency grid of auditors' outcomes: which statuses go with which matters, dates and income.
//!
//! In: one outcome as it was read, with what could not be read left out. Out: findings on the row being read, each with
//! a stable code. Always holds: one check a function, its test beside it; a check that lacks what it looks at says
//! nothing.

use super::audit::Matter;
use super::normalise::Reading;
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
    pub matters: &'a [Matter],
    /// Today in Europe/London.
    pub as_of: Date,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    /// Our name of the column to blame.
    column: String,
    code: &'static str,
    /// Whether the row is refused; otherwise it is a warning.
    refuses: bool,
    message: String,
}

/// Whether something has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Some,
    None,
    Either,
}

/// What goes with a status.
#[derive(Debug)]
struct Combination {
    status: &'static str,
    except_for: Needs,
    other: Needs,
    certificate: Needs,
    submission: Needs,
    /// The most income in pence.
    income: Option<i64>,
}

/// A council may certify itself exempt with income and expenditure of no more than GBP 25,000 (Local Audit (Smaller
/// Authorities) Regulations 2015 reg.9).
const EXEMPT_AT_MOST_PENCE: i64 = 2_500_000;
/// The first financial year under the Local Audit and Accountability Act 2014 that can be reported on ended in 2016.
const FIRST_YEAR: i16 = 2016;
/// Assertion 10 (digital and data) came with the financial year 2025/26.
const ASSERTION_TEN_FROM: i16 = 2026;

/// Every status and what goes with it. What a status only makes odd, not impossible, is a check of its own below.
const GRID: &[Combination] = &[
    combination("unqualified", [Needs::None, Needs::Either, Needs::Either, Needs::Either]),
    combination("unqualified_other_matters", [Needs::None, Needs::Some, Needs::Either, Needs::Either]),
    combination("qualified", [Needs::Some, Needs::Either, Needs::Either, Needs::Either]),
    combination("interim", [Needs::Either, Needs::Either, Needs::None, Needs::Either]),
    combination("no_return", [Needs::Either, Needs::Either, Needs::Either, Needs::None]),
    Combination {
        income: Some(EXEMPT_AT_MOST_PENCE),
        ..combination("exempt", [Needs::None, Needs::None, Needs::None, Needs::Either])
    },
    combination("incorrectly_exempt", [Needs::Either, Needs::Either, Needs::Either, Needs::Either]),
];

/// Except-for matters, other matters, a certificate, a submission; any income.
const fn combination(status: &'static str, [except_for, other, certificate, submission]: [Needs; 4]) -> Combination {
    Combination { status, except_for, other, certificate, submission, income: None }
}

type Check = fn(&Outcome<'_>) -> Vec<Finding>;

const CHECKS: &[Check] = &[
    except_for_matters,
    other_matters,
    unqualified_with_other_matters,
    certificate,
    submission,
    exempt_income,
    negative_income,
    plausible_year,
    certificate_in_future,
    certificate_before_submission,
    submission_before_year_end,
    assertions,
    boxes,
    undisclosed_without_assertion,
    matter_without_reason,
];

/// Runs every check and puts what they find on the row.
pub(super) fn check(reading: &mut Reading<'_>, outcome: &Outcome<'_>) {
    for finding in CHECKS.iter().flat_map(|check| check(outcome)) {
        if finding.refuses {
            reading.refuse(&finding.column, finding.code, finding.message);
        } else {
            reading.warn(&finding.column, finding.code, finding.message);
        }
    }
}

impl Outcome<'_> {
    fn combination(&self) -> Option<&'static Combination> {
        GRID.iter().find(|combination| Some(combination.status) == self.status)
    }

    /// Whether there is a matter of that class; unknown while the class of one can't be read.
    fn has(&self, class: &str) -> Option<bool> {
        let has = self.matters.iter().any(|matter| matter.class() == Some(class));
        let all_read = self.matters.iter().all(|matter| matter.class().is_some());
        (has || all_read).then_some(has)
    }
}

impl Needs {
    /// Whether what is there breaks the need; never while it isn't known.
    fn broken_by(self, has: Option<bool>) -> bool {
        matches!((self, has), (Needs::Some, Some(false)) | (Needs::None, Some(true)))
    }
}

fn refuse(column: &str, code: &'static str, message: String) -> Vec<Finding> {
    vec![Finding { column: column.to_owned(), code, refuses: true, message }]
}

fn warn(column: &str, code: &'static str, message: &str) -> Vec<Finding> {
    vec![Finding { column: column.to_owned(), code, refuses: false, message: message.to_owned() }]
}

/// A qualified opinion has an except-for matter; an unqualified one and an exemption have none.
fn except_for_matters(outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some(combination) = outcome.combination().filter(|c| c.except_for.broken_by(outcome.has("except_for"))) else {
        return vec![];
    };
    match combination.status {
        "qualified" => refuse(
            "status",
            "qualified_without_except_for",
            "The status is qualified and no except-for matter is given: add the matter, or correct the status."
                .to_owned(),
        ),
        "exempt" => exempt_with_opinion("matters"),
        status => refuse(
            "status",
            "unqualified_with_except_for",
            format!("The status is {status} and an except-for matter is given: correct one of them."),
        ),
    }
}

/// "Unqualified with other matters" has one; an exemption has none.
fn other_matters(outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some(combination) = outcome.combination().filter(|c| c.other.broken_by(outcome.has("other"))) else {
        return vec![];
    };
    if combination.status == "exempt" {
        return exempt_with_opinion("matters");
    }
    refuse(
        "status",
        "other_matters_missing",
        format!(
            "The status is {} and no other matter is given: add the matter, or correct the status.",
            combination.status
        ),
    )
}

fn exempt_with_opinion(has: &str) -> Vec<Finding> {
    let message =
        format!("An exempt council's return is not reviewed, so it has no {has}: correct the status or remove them.");
    refuse("status", "exempt_with_opinion", message)
}

/// Other matters beside a plain "unqualified": the status can be made exact, but says nothing wrong.
fn unqualified_with_other_matters(outcome: &Outcome<'_>) -> Vec<Finding> {
    if outcome.status == Some("unqualified") && outcome.has("other") == Some(true) {
        let message = "The status is unqualified and other matters are given; unqualified_other_matters would say so.";
        return warn("status", "unqualified_with_other_matters", message);
    }
    vec![]
}

/// An interim outcome and an exemption have no certificate.
fn certificate(outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some(combination) =
        outcome.combination().filter(|c| c.certificate.broken_by(Some(outcome.certified_on.is_some())))
    else {
        return vec![];
    };
    if combination.status == "exempt" {
        return refuse(
            "certified_on",
            "exempt_with_opinion",
            "An exempt council's return is not reviewed, so it has no certificate: correct the status or the date."
                .to_owned(),
        );
    }
    refuse(
        "certified_on",
        "interim_with_certificate",
        "An interim outcome has no certificate yet: remove its date, or give the final status.".to_owned(),
    )
}

/// Where there was no return, none was submitted.
fn submission(outcome: &Outcome<'_>) -> Vec<Finding> {
    match (outcome.combination(), outcome.submitted_on) {
        (Some(combination), Some(day)) if combination.submission.broken_by(Some(true)) => refuse(
            "submitted_on",
            "no_return_with_submission",
            format!("The status is no_return and the return arrived on {day}: correct one of them."),
        ),
        _ => vec![],
    }
}

/// An exempt council is small.
fn exempt_income(outcome: &Outcome<'_>) -> Vec<Finding> {
    let limit = outcome.combination().and_then(|combination| combination.income);
    match (limit, outcome.income_pence) {
        (Some(limit), Some(income)) if income > limit => refuse(
            "income",
            "exempt_over_limit",
            format!(
                "A council may certify itself exempt with at most £25,000, and its income is {}: correct the status or the \
                 income.",
                pounds(income)
            ),
        ),
        _ => vec![],
    }
}

/// Income and expenditure are gross.
fn negative_income(outcome: &Outcome<'_>) -> Vec<Finding> {
    match outcome.income_pence {
        Some(income) if income < 0 => refuse(
            "income",
            "out_of_range",
            format!("The gross income is {}, less than none: correct it.", pounds(income)),
        ),
        _ => vec![],
    }
}

fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}£{}.{:02}", pence.unsigned_abs() / 100, pence.unsigned_abs() % 100)
}

/// The year has ended, and is not from before there were such outcomes.
fn plausible_year(outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some(year) = outcome.year else { return vec![] };
    let this_year_has_ended = (outcome.as_of.month(), outcome.as_of.day()) >= (3, 31);
    let last = if this_year_has_ended { outcome.as_of.year() } else { outcome.as_of.year() - 1 };
    if (FIRST_YEAR..=last).contains(&year) {
        return vec![];
    }
    let message = format!("The financial year ends in {year}; expected a year from {FIRST_YEAR} to {last}.");
    refuse("financial_year_end", "year_implausible", message)
}

/// A certificate has been given.
fn certificate_in_future(outcome: &Outcome<'_>) -> Vec<Finding> {
    match outcome.certified_on {
        Some(day) if day > outcome.as_of => refuse(
            "certified_on",
            "certificate_in_future",
            format!("The certificate is dated {day}, which is after today ({}): correct the date.", outcome.as_of),
        ),
        _ => vec![],
    }
}

/// What is certified has been submitted before.
fn certificate_before_submission(outcome: &Outcome<'_>) -> Vec<Finding> {
    match (outcome.submitted_on, outcome.certified_on) {
        (Some(submitted), Some(certified)) if certified < submitted => refuse(
            "certified_on",
            "certificate_before_submission",
            format!(
                "The certificate is dated {certified}, before the return arrived on {submitted}: correct one of them."
            ),
        ),
        _ => vec![],
    }
}

/// A return is made up after its year.
fn submission_before_year_end(outcome: &Outcome<'_>) -> Vec<Finding> {
    let year_end = outcome.year.and_then(|year| Date::new(year, 3, 31).ok());
    match (year_end, outcome.submitted_on) {
        (Some(year_end), Some(submitted)) if submitted < year_end => warn(
            "submitted_on",
            "submitted_before_year_end",
            &format!("The return arrived on {submitted}, before its year ended on {year_end}; check both."),
        ),
        _ => vec![],
    }
}

/// Assertions are numbered 1 to 10, and the tenth is new.
fn assertions(outcome: &Outcome<'_>) -> Vec<Finding> {
    let numbered = outcome.matters.iter().filter_map(|matter| Some((matter, matter.number("assertion")?)));
    numbered
        .flat_map(|(matter, assertion)| {
            let column = format!("{}assertion", matter.prefix);
            match assertion {
                1..=9 => vec![],
                10 if outcome.year.is_none_or(|year| year >= ASSERTION_TEN_FROM) => vec![],
                10 => refuse(
                    &column,
                    "assertion_ten_too_early",
                    "Assertion 10 (digital and data) is new with the year 2025/26: correct the assertion or the year."
                        .to_owned(),
                ),
                other => refuse(
                    &column,
                    "assertion_out_of_range",
                    format!("There is no assertion {other}; expected 1 to 10, or a blank."),
                ),
            }
        })
        .collect()
}

/// Boxes are numbered 1 to 11.
fn boxes(outcome: &Outcome<'_>) -> Vec<Finding> {
    let numbered = outcome.matters.iter().filter_map(|matter| Some((matter, matter.number("box")?)));
    numbered
        .filter(|(_, number)| !(1..=11).contains(number))
        .flat_map(|(matter, number)| {
            let message = format!("There is no box {number}; expected 1 to 11, or a blank.");
            refuse(&format!("{}box", matter.prefix), "box_out_of_range", message)
        })
        .collect()
}

/// What was answered wrongly is an assertion.
fn undisclosed_without_assertion(outcome: &Outcome<'_>) -> Vec<Finding> {
    let undisclosed = outcome.matters.iter().filter(|matter| matter.fields.get("undisclosed") == Some(&true.into()));
    undisclosed
        .filter(|matter| !matter.fields.contains_key("assertion"))
        .flat_map(|matter| {
            let message = "The matter is undisclosed, and no assertion is named that was answered wrongly; name it.";
            warn(&format!("{}undisclosed", matter.prefix), "undisclosed_without_assertion", message)
        })
        .collect()
}

/// Rules grade a matter by its reason.
fn matter_without_reason(outcome: &Outcome<'_>) -> Vec<Finding> {
    let without = outcome.matters.iter().filter(|matter| !matter.fields.contains_key("reason"));
    without
        .flat_map(|matter| {
            let message =
                "The matter has no reason, so the rules go by its assertion or box alone; give its reason code.";
            warn(&format!("{}reason", matter.prefix), "matter_without_reason", message)
        })
        .collect()
}

#[cfg(test)]
#[path = "grid_tests.rs"]
mod tests;
