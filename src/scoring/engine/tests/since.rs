//! What a score says otherwise than an earlier one, under the small rule set.

use super::*;
use crate::scoring::{ScoreChange, WhatChanged, by_thing, since};
use EvidenceKind::{AuditOutcome, Complaint, CountyRecord};

fn changes(before: &[Fact], (then, now): (Date, Date), after: &[Fact]) -> Vec<ScoreChange> {
    let rules = small_rule_set();
    let things = by_thing(before.iter().chain(after).map(|fact| (fact.evidence_id, fact.key.clone())));
    since(&scored(&rules, before, then), &scored(&rules, after, now), &things)
}

fn told(changes: &[ScoreChange]) -> Vec<(WhatChanged, i64, &str, &[i64])> {
    changes.iter().map(|c| (c.what, c.points, c.because.as_str(), c.evidence.as_slice())).collect()
}

const THEN: Date = date(2024, 6, 1);

#[test]
fn what_is_known_now_and_was_not_is_new_and_names_its_evidence() {
    let new = fact(7, Complaint, date(2024, 6, 1), "theme=disrespect outcome=upheld");
    assert_eq!(
        told(&changes(&[], (THEN, THEN), &[new])),
        [(WhatChanged::New, 3_000, "It was not known before.", [7].as_slice())]
    );
}

#[test]
fn an_allegation_that_was_decided_is_told_as_what_it_was() {
    let decided = fact(7, Complaint, date(2024, 6, 1), "theme=disrespect outcome=upheld");
    let alleged = standing(Standing::Allegation, decided.clone());
    let found = changes(&[alleged], (THEN, THEN), &[decided]);
    assert_eq!((found[0].what, found[0].points), (WhatChanged::New, 3_000));
    assert!(found[0].because.starts_with("Before: "), "{}", found[0].because);
}

#[test]
fn what_fades_fades_with_time_and_what_is_over_says_when() {
    let old = fact(7, Complaint, date(2024, 1, 1), "theme=disrespect outcome=upheld");
    let found = changes(std::slice::from_ref(&old), (THEN, date(2024, 12, 1)), std::slice::from_ref(&old));
    assert_eq!((found[0].what, found[0].because.as_str()), (WhatChanged::Faded, "It fades with time."));
    assert!(found[0].points < 0 && found[0].evidence.is_empty());
    let over = changes(std::slice::from_ref(&old), (THEN, date(2030, 1, 1)), std::slice::from_ref(&old));
    assert_eq!(over[0].what, WhatChanged::Gone);
    assert!(over[0].because.starts_with("It stopped counting on "), "{}", over[0].because);
}

#[test]
fn good_news_that_took_points_off_is_named() {
    let bad = fact(7, AuditOutcome, date(2024, 5, 20), "status=no_return year=2023");
    let good = fact(8, AuditOutcome, date(2024, 5, 25), "status=unqualified year=2024");
    let found = changes(std::slice::from_ref(&bad), (THEN, THEN), &[bad.clone(), good]);
    let halved = found.iter().find(|change| change.what == WhatChanged::Points).unwrap();
    assert!(halved.points < 0 && halved.because.starts_with("Half, because a later return was clean"), "{halved:?}");
    assert_eq!(halved.evidence, [8]);
}

#[test]
fn what_was_withdrawn_or_disputed_is_gone_for_that_reason() {
    let counted = fact(7, CountyRecord, date(2024, 5, 1), "record=clerk_vacant open=no");
    let disputed = standing(Standing::Disputed, counted.clone());
    let found = changes(&[counted], (THEN, THEN), &[disputed]);
    assert_eq!(found[0].what, WhatChanged::Gone);
    assert!(found[0].because.to_lowercase().contains("dispute"), "{}", found[0].because);
}

#[test]
fn other_rules_are_told_as_the_cause() {
    let counted = fact(7, Complaint, date(2024, 5, 20), "theme=disrespect outcome=upheld");
    let older = small_rule_set();
    let mut newer = older.clone();
    newer.hash = "1".repeat(64);
    newer.rules.iter_mut().for_each(|rule| rule.severity = 4);
    let things = by_thing([(7, "one".to_owned())].into_iter());
    let facts = [counted];
    let found = since(&scored(&older, &facts, THEN), &scored(&newer, &facts, THEN), &things);
    assert_eq!((found[0].what, found[0].because.as_str()), (WhatChanged::Points, "The rules were changed."));
    newer.rules.clear();
    let found = since(&scored(&older, &facts, THEN), &scored(&newer, &facts, THEN), &things);
    assert_eq!(found[0].what, WhatChanged::Gone);
}
