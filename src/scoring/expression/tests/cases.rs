//! What a condition can come to.

use crate::evidence::EvidenceKind;
use crate::scoring::expression::{Condition, compile, every_case};

fn on(kind: EvidenceKind, source: &str) -> Condition {
    compile(source, kind).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

/// Whether it can hold, and whether that is certain.
fn can_hold(source: &str) -> (bool, bool) {
    let condition = on(EvidenceKind::AuditOutcome, source);
    let mut held = false;
    let complete = every_case(&[&condition], |answers| {
        held |= answers[0] == Some(true);
        !held
    });
    (held, complete)
}

#[test]
fn what_can_hold_is_found() {
    for source in [
        "evidence.status == \"qualified\"",
        "evidence.year > 2020 && evidence.year < 2022",
        "!known(evidence.status)",
        "evidence.status in [\"exempt\", \"interim\"] && evidence.days_late > 0",
        "council.parishes > 3 && council.county == \"Barsetshire\"",
        "true",
    ] {
        assert_eq!(can_hold(source), (true, true), "{source}");
    }
}

#[test]
fn what_can_never_hold_is_found() {
    for source in [
        "evidence.status == \"qualified\" && evidence.status == \"exempt\"",
        "evidence.year > 2020 && evidence.year < 2021",
        "!known(evidence.status) && evidence.status == \"exempt\"",
        "evidence.days_late <= 0 && evidence.days_late > 0",
        "council.parishes < 1",
        "council.county == \"Barsetshire\" && council.county == \"Fenwold\"",
        "false",
    ] {
        assert_eq!(can_hold(source), (false, true), "{source}");
    }
}

#[test]
fn where_it_cannot_be_said_nothing_is_claimed() {
    for source in [
        "evidence.days_late + 1 > evidence.year",
        "evidence.age_months > 3",
        "as_of.month == 7",
        "evidence.determined_year == evidence.year",
    ] {
        let condition = on(EvidenceKind::AuditOutcome, source);
        assert!(!every_case(&[&condition], |_| true), "{source}");
    }
    assert!(!every_case(&[], |_| true));
}

#[test]
fn conditions_of_two_kinds_have_no_cases_in_common() {
    let one = on(EvidenceKind::AuditOutcome, "evidence.status == \"exempt\"");
    let other = on(EvidenceKind::Complaint, "evidence.stage == \"decided\"");
    assert!(!every_case(&[&one, &other], |_| true));
}
