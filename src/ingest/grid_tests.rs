//! Tests of the grid: every check on its own, and every status with what goes with it.

use super::*;
use crate::evidence::STATUS;
use jiff::civil::date;
use serde_json::{Map, Value as Json, json};

#[allow(clippy::needless_pass_by_value, reason = "each call reads as a row")]
fn matter(fields: Json) -> Matter {
    Matter { prefix: "matter_1_".to_owned(), fields: fields.as_object().cloned().unwrap_or_else(Map::new) }
}

fn except_for() -> Matter {
    matter(json!({"class": "except_for", "reason": "public_rights", "assertion": 4}))
}

fn other() -> Matter {
    matter(json!({"class": "other", "reason": "arithmetic"}))
}

fn unread() -> Matter {
    matter(json!({"reason": "arithmetic"}))
}

fn outcome<'a>(status: &'a str, matters: &'a [Matter]) -> Outcome<'a> {
    Outcome {
        status: Some(status),
        year: Some(2025),
        submitted_on: None,
        certified_on: None,
        income_pence: None,
        matters,
        as_of: date(2025, 11, 20),
    }
}

/// The codes that a check finds, those that only warn after a `?`.
fn codes(findings: Vec<Finding>) -> Vec<String> {
    findings.into_iter().map(|finding| format!("{}{}", if finding.refuses { "" } else { "?" }, finding.code)).collect()
}

fn all(outcome: &Outcome<'_>) -> Vec<String> {
    codes(CHECKS.iter().flat_map(|check| check(outcome)).collect())
}

#[test]
fn the_grid_has_every_status_once() {
    let statuses: Vec<&str> = GRID.iter().map(|combination| combination.status).collect();
    assert_eq!(statuses, STATUS);
}

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
fn except_for_matters_go_with_qualified_alone() {
    for (status, matters, expected) in [
        ("qualified", vec![], vec!["qualified_without_except_for"]),
        ("qualified", vec![other()], vec!["qualified_without_except_for"]),
        ("qualified", vec![unread()], vec![]),
        ("qualified", vec![except_for()], vec![]),
        ("unqualified", vec![except_for()], vec!["unqualified_with_except_for"]),
        ("unqualified_other_matters", vec![except_for(), other()], vec!["unqualified_with_except_for"]),
        ("exempt", vec![except_for()], vec!["exempt_with_opinion"]),
        ("interim", vec![except_for()], vec![]),
    ] {
        assert_eq!(codes(except_for_matters(&outcome(status, &matters))), expected, "{status}");
    }
}

#[test]
fn other_matters_go_where_the_status_says_so() {
    for (status, matters, expected) in [
        ("unqualified_other_matters", vec![], vec!["other_matters_missing"]),
        ("unqualified_other_matters", vec![unread()], vec![]),
        ("unqualified_other_matters", vec![other()], vec![]),
        ("exempt", vec![other()], vec!["exempt_with_opinion"]),
        ("qualified", vec![other()], vec![]),
    ] {
        assert_eq!(codes(other_matters(&outcome(status, &matters))), expected, "{status}");
    }
    assert_eq!(
        codes(unqualified_with_other_matters(&outcome("unqualified", &[other()]))),
        ["?unqualified_with_other_matters"]
    );
    assert_eq!(codes(unqualified_with_other_matters(&outcome("qualified", &[other()]))), Vec::<String>::new());
}

#[test]
fn interim_and_exempt_have_no_certificate() {
    for (status, expected) in [
        ("interim", vec!["interim_with_certificate"]),
        ("exempt", vec!["exempt_with_opinion"]),
        ("qualified", vec![]),
        ("no_return", vec![]),
    ] {
        let outcome = Outcome { certified_on: Some(date(2025, 9, 12)), ..outcome(status, &[]) };
        assert_eq!(codes(certificate(&outcome)), expected, "{status}");
    }
}

#[test]
fn no_return_was_not_submitted() {
    let submitted = |status| Outcome { submitted_on: Some(date(2025, 6, 12)), ..outcome(status, &[]) };
    assert_eq!(codes(submission(&submitted("no_return"))), ["no_return_with_submission"]);
    assert_eq!(codes(submission(&submitted("unqualified"))), Vec::<String>::new());
    assert_eq!(codes(submission(&outcome("no_return", &[]))), Vec::<String>::new());
}

#[test]
fn an_exempt_council_is_small() {
    let with = |status, income_pence| Outcome { income_pence: Some(income_pence), ..outcome(status, &[]) };
    assert_eq!(codes(exempt_income(&with("exempt", 2_500_000))), Vec::<String>::new());
    let over = exempt_income(&with("exempt", 2_500_001));
    assert_eq!(
        over[0].message,
        "A council may certify itself exempt with at most £25,000, and its income is £25000.01: correct the status or the \
         income."
    );
    assert_eq!(codes(over), ["exempt_over_limit"]);
    assert_eq!(codes(exempt_income(&with("incorrectly_exempt", 9_000_000))), Vec::<String>::new());
    assert_eq!(codes(negative_income(&with("exempt", -5))), ["out_of_range"]);
    assert_eq!(codes(negative_income(&with("exempt", 0))), Vec::<String>::new());
}

#[test]
fn the_year_has_ended_and_is_not_ancient() {
    let year = |year, as_of| codes(plausible_year(&Outcome { year: Some(year), as_of, ..outcome("qualified", &[]) }));
    let (march, february) = (date(2026, 3, 31), date(2026, 3, 30));
    assert_eq!(year(2016, march), Vec::<String>::new());
    assert_eq!(year(2026, march), Vec::<String>::new());
    assert_eq!(year(2015, march), ["year_implausible"]);
    assert_eq!(year(2027, march), ["year_implausible"]);
    assert_eq!(year(2026, february), ["year_implausible"]);
}

#[test]
fn a_certificate_is_neither_ahead_of_today_nor_before_the_return() {
    let days = |submitted_on, certified_on| Outcome { submitted_on, certified_on, ..outcome("unqualified", &[]) };
    let (june, september) = (Some(date(2025, 6, 12)), Some(date(2025, 9, 12)));
    assert_eq!(codes(certificate_in_future(&days(None, Some(date(2025, 11, 21))))), ["certificate_in_future"]);
    assert_eq!(codes(certificate_in_future(&days(None, Some(date(2025, 11, 20))))), Vec::<String>::new());
    assert_eq!(codes(certificate_before_submission(&days(september, june))), ["certificate_before_submission"]);
    assert_eq!(codes(certificate_before_submission(&days(june, september))), Vec::<String>::new());
    assert_eq!(codes(certificate_before_submission(&days(june, june))), Vec::<String>::new());
}

#[test]
fn a_return_before_its_year_ended_is_pointed_out() {
    let submitted = |day| Outcome { submitted_on: Some(day), ..outcome("unqualified", &[]) };
    assert_eq!(codes(submission_before_year_end(&submitted(date(2025, 3, 30)))), ["?submitted_before_year_end"]);
    assert_eq!(codes(submission_before_year_end(&submitted(date(2025, 3, 31)))), Vec::<String>::new());
}

#[test]
fn assertions_are_one_to_ten_and_the_tenth_is_new() {
    let numbered = |assertion: i64, year| {
        let matters = [matter(json!({"class": "other", "assertion": assertion}))];
        codes(assertions(&Outcome { year: Some(year), ..outcome("unqualified", &matters) }))
    };
    assert_eq!(numbered(1, 2025), Vec::<String>::new());
    assert_eq!(numbered(9, 2025), Vec::<String>::new());
    assert_eq!(numbered(10, 2025), ["assertion_ten_too_early"]);
    assert_eq!(numbered(10, 2026), Vec::<String>::new());
    assert_eq!(numbered(0, 2026), ["assertion_out_of_range"]);
    assert_eq!(numbered(11, 2026), ["assertion_out_of_range"]);
}

#[test]
fn boxes_are_one_to_eleven() {
    let numbered = |number: i64| codes(boxes(&outcome("unqualified", &[matter(json!({"box": number}))])));
    assert_eq!(numbered(1), Vec::<String>::new());
    assert_eq!(numbered(11), Vec::<String>::new());
    assert_eq!(numbered(0), ["box_out_of_range"]);
    assert_eq!(numbered(12), ["box_out_of_range"]);
}

#[test]
fn what_is_undisclosed_is_an_assertion() {
    let of = |fields| codes(undisclosed_without_assertion(&outcome("qualified", &[matter(fields)])));
    assert_eq!(of(json!({"undisclosed": true})), ["?undisclosed_without_assertion"]);
    assert_eq!(of(json!({"undisclosed": true, "assertion": 4})), Vec::<String>::new());
    assert_eq!(of(json!({"undisclosed": false})), Vec::<String>::new());
}

#[test]
fn a_matter_without_a_reason_is_pointed_out() {
    assert_eq!(
        codes(matter_without_reason(&outcome("qualified", &[matter(json!({"class": "other"}))]))),
        ["?matter_without_reason"]
    );
    assert_eq!(codes(matter_without_reason(&outcome("qualified", &[except_for()]))), Vec::<String>::new());
}

#[test]
fn what_could_not_be_read_draws_no_finding_of_its_own() {
    let nothing = Outcome { status: None, year: None, ..outcome("", &[]) };
    assert_eq!(all(&nothing), Vec::<String>::new());
}
