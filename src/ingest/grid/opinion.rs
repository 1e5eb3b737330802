//! Checks of the status against matters, certificate, submission.
//!
//! In: an outcome. Out: findings. Always holds: what goes with a status is said by the table of combinations alone.

use super::{Finding, GridCheck, Outcome};
use crate::ingest::checks::{Check, error, warning};

const fn check(is: Check, find: fn(&Outcome<'_>) -> Vec<Finding>) -> GridCheck {
    GridCheck { is, find }
}

pub(super) const CHECKS: &[GridCheck] = &[
    check(
        error("qualified_without_except_for")
            .at("status: qualified, and no matter is except-for")
            .then("Add the except-for matter, or correct the status.")
            .waivable(),
        qualified_without_except_for,
    ),
    check(
        error("unqualified_with_except_for")
            .at("status: unqualified or unqualified_other_matters, and a matter is except-for")
            .then("Correct the status, or the class of the matter.")
            .waivable(),
        unqualified_with_except_for,
    ),
    check(
        error("other_matters_missing")
            .at("status: unqualified_other_matters, and there is no other matter")
            .then("Add the matter, or correct the status.")
            .waivable(),
        other_matters_missing,
    ),
    check(
        warning("unqualified_with_other_matters")
            .at("status: unqualified, and there are other matters")
            .then("The status unqualified_other_matters would say so."),
        unqualified_with_other_matters,
    ),
    check(
        error("exempt_with_opinion")
            .at("status: exempt, and there are matters or a certificate")
            .then("Correct the status, or remove the matters or the date.")
            .waivable(),
        exempt_with_opinion,
    ),
    check(
        error("interim_with_certificate")
            .at("status: interim, and certified_on is filled in")
            .then("Remove the date, or give the final status."),
        interim_with_certificate,
    ),
    check(
        error("no_return_with_submission")
            .at("status: no_return, and submitted_on is filled in")
            .then("Correct one of them.")
            .waivable(),
        no_return_with_submission,
    ),
];

/// A qualified opinion has an except-for matter.
fn qualified_without_except_for(outcome: &Outcome<'_>) -> Vec<Finding> {
    let lacking = outcome.combination().filter(|c| c.except_for.lacks(outcome.has("except_for")));
    let found = |_| {
        Finding::of(
            "status",
            "The status is qualified and no except-for matter is given: add the matter, or correct the status.",
        )
    };
    lacking.map(found).into_iter().collect()
}

/// An unqualified opinion has no except-for matter.
fn unqualified_with_except_for(outcome: &Outcome<'_>) -> Vec<Finding> {
    let broken = outcome.combination().filter(|c| c.except_for.forbids(outcome.has("except_for")) && !c.small);
    let found = |c: &super::Combination| {
        let message = format!("The status is {} and an except-for matter is given: correct one of them.", c.status);
        Finding::of("status", message)
    };
    broken.map(found).into_iter().collect()
}

/// "Unqualified with other matters" has one.
fn other_matters_missing(outcome: &Outcome<'_>) -> Vec<Finding> {
    let lacking = outcome.combination().filter(|c| c.other.lacks(outcome.has("other")));
    let found = |c: &super::Combination| {
        let message =
            format!("The status is {} and no other matter is given: add the matter, or correct the status.", c.status);
        Finding::of("status", message)
    };
    lacking.map(found).into_iter().collect()
}

/// Other matters beside a plain "unqualified": the status can be made exact, but says nothing wrong.
fn unqualified_with_other_matters(outcome: &Outcome<'_>) -> Vec<Finding> {
    if outcome.status == Some("unqualified") && outcome.has("other") == Some(true) {
        let message = "The status is unqualified and other matters are given; unqualified_other_matters would say so.";
        return vec![Finding::of("status", message)];
    }
    vec![]
}

/// An exemption is not reviewed: it has no matters and no certificate.
fn exempt_with_opinion(outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some(combination) = outcome.combination().filter(|c| c.small) else { return vec![] };
    let mut found = Vec::new();
    if combination.except_for.forbids(outcome.has("except_for")) || combination.other.forbids(outcome.has("other")) {
        let message =
            "An exempt council's return is not reviewed, so it has no matters: correct the status or remove them.";
        found.push(Finding::of("status", message));
    }
    if combination.certificate.forbids(Some(outcome.certified_on.is_some())) {
        let message =
            "An exempt council's return is not reviewed, so it has no certificate: correct the status or the date.";
        found.push(Finding::of("certified_on", message));
    }
    found
}

/// An interim outcome has no certificate.
fn interim_with_certificate(outcome: &Outcome<'_>) -> Vec<Finding> {
    let certified = Some(outcome.certified_on.is_some());
    let broken = outcome.combination().filter(|c| c.certificate.forbids(certified) && !c.small);
    let message = "An interim outcome has no certificate yet: remove its date, or give the final status.";
    broken.map(|_| Finding::of("certified_on", message)).into_iter().collect()
}

/// Where there was no return, none was submitted.
fn no_return_with_submission(outcome: &Outcome<'_>) -> Vec<Finding> {
    match (outcome.combination(), outcome.submitted_on) {
        (Some(combination), Some(day)) if combination.submission.forbids(Some(true)) => {
            let message =
                format!("The status is {} and the return arrived on {day}: correct one of them.", combination.status);
            vec![Finding::of("submitted_on", message)]
        }
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{except_for, other, outcome, times, unread};
    use super::*;
    use crate::ingest::audit::Matter;
    use jiff::civil::date;

    fn found(find: fn(&Outcome<'_>) -> Vec<Finding>, status: &str, matters: &[Matter]) -> bool {
        times(find, &outcome(status, matters)) == 1
    }

    #[test]
    fn a_qualified_opinion_has_an_except_for_matter() {
        let check = qualified_without_except_for;
        assert!(found(check, "qualified", &[]) && found(check, "qualified", &[other()]));
        for (status, matters) in [("qualified", vec![unread()]), ("qualified", vec![except_for()]), ("interim", vec![])]
        {
            assert!(!found(check, status, &matters), "{status}");
        }
    }

    #[test]
    fn an_unqualified_opinion_has_none() {
        let check = unqualified_with_except_for;
        assert!(found(check, "unqualified", &[except_for()]));
        assert!(found(check, "unqualified_other_matters", &[except_for(), other()]));
        for status in ["qualified", "interim", "exempt", "incorrectly_exempt"] {
            assert!(!found(check, status, &[except_for()]), "{status}");
        }
    }

    #[test]
    fn other_matters_are_there_where_the_status_says_so() {
        let check = other_matters_missing;
        assert!(found(check, "unqualified_other_matters", &[]));
        assert!(!found(check, "unqualified_other_matters", &[unread()]));
        assert!(!found(check, "unqualified_other_matters", &[other()]));
        assert!(!found(check, "qualified", &[]));
    }

    #[test]
    fn other_matters_beside_unqualified_are_pointed_out() {
        assert!(found(unqualified_with_other_matters, "unqualified", &[other()]));
        assert!(!found(unqualified_with_other_matters, "unqualified", &[]));
        assert!(!found(unqualified_with_other_matters, "qualified", &[other()]));
    }

    #[test]
    fn an_exemption_has_neither_matters_nor_certificate() {
        assert!(found(exempt_with_opinion, "exempt", &[except_for()]));
        assert!(found(exempt_with_opinion, "exempt", &[other()]));
        assert!(
            !found(exempt_with_opinion, "exempt", &[]) && !found(exempt_with_opinion, "qualified", &[except_for()])
        );
        let matters = [other()];
        let both = Outcome { certified_on: Some(date(2025, 9, 12)), ..outcome("exempt", &matters) };
        let columns: Vec<String> = exempt_with_opinion(&both).into_iter().map(|finding| finding.column).collect();
        assert_eq!(columns, ["status", "certified_on"]);
    }

    #[test]
    fn an_interim_outcome_has_no_certificate() {
        for (status, expected) in [("interim", 1), ("exempt", 0), ("qualified", 0), ("no_return", 0)] {
            let outcome = Outcome { certified_on: Some(date(2025, 9, 12)), ..outcome(status, &[]) };
            assert_eq!(times(interim_with_certificate, &outcome), expected, "{status}");
        }
        assert_eq!(times(interim_with_certificate, &outcome("interim", &[])), 0);
    }

    #[test]
    fn no_return_was_not_submitted() {
        let submitted = |status| Outcome { submitted_on: Some(date(2025, 6, 12)), ..outcome(status, &[]) };
        assert_eq!(times(no_return_with_submission, &submitted("no_return")), 1);
        assert_eq!(times(no_return_with_submission, &submitted("unqualified")), 0);
        assert_eq!(times(no_return_with_submission, &outcome("no_return", &[])), 0);
    }
}
