//! What is said of the future: the day on which the band comes down, or why waiting does not help; and what clears.

use super::*;
use crate::scoring::Prospect;
use EvidenceKind::{AuditorReport, Complaint, CountyRecord};
use jiff::ToSpan;
use proptest::test_runner::TestCaseError;

/// The small rule set with a vacancy that counts 3 points after three months, and 7 after six.
pub(super) fn with_age() -> RuleSet {
    let mut rules = small_rule_set();
    rules.rules.retain(|rule| rule.id != "c9.no-clerk");
    let vacant = |id: &str, age: &str, severity| Rule {
        holds: Some(condition(CountyRecord, "evidence.open")),
        ..rule(
            id,
            CountyRecord,
            &format!(r#"evidence.record == "clerk_vacant" && evidence.open && {age}"#),
            (severity, 12),
        )
    };
    rules.rules.push(vacant("c9.vacant", "evidence.age_months >= 3 && evidence.age_months < 6", 2));
    rules.rules.push(vacant("c9.vacant-long", "evidence.age_months >= 6", 3));
    rules
}

fn vacancy(since: Date) -> Fact {
    Fact { happened_on: Some(since), ..fact(1, CountyRecord, since, "record=clerk_vacant open=yes") }
}

#[test]
fn a_rule_that_asks_for_age_is_foreseen() {
    let rules = with_age();
    let bullying = complaint(2, date(2024, 4, 1), "bullying_or_harassment");
    // 7000 and 3000 now; from the first of July 7000 * 33/36 = 6416 and 7000.
    let score = scored(&rules, &[vacancy(date(2024, 1, 1)), bullying], date(2024, 4, 10));
    assert_eq!((score.total, score.band), (10_000, Band::OfferSupport));
    let rises = "Waiting alone does not bring it down: if nothing changes, it rises to Priority review on 1 July 2024.";
    assert_eq!(score.would_clear[0], rises);
    // A post that falls vacant counts for nothing yet.
    let disrespect = complaint(2, date(2024, 1, 10), "disrespect");
    let score = scored(&rules, &[vacancy(date(2024, 1, 1)), disrespect.clone()], date(2024, 1, 10));
    assert_eq!((score.total, score.band), (3_000, Band::Monitor));
    // 3000 * 22/24 = 2750 and 3000 are under 6, 3000 * 19/24 = 2375 and 7000 are not.
    let rises = "Waiting alone does not bring it down: if nothing changes, it rises to Offer support on 1 July 2024.";
    assert_eq!(score.would_clear[0], rises);
    // Filled, it never will.
    let filled = Fact {
        happened_on: Some(date(2024, 1, 1)),
        ..fact(1, CountyRecord, date(2024, 1, 1), "record=clerk_vacant open=no")
    };
    let score = scored(&rules, &[filled, disrespect], date(2024, 1, 10));
    // 3000 * 4/24 = 500 on 10 September 2025, which is not under a half.
    assert_eq!(score.would_clear[0], "If nothing new comes, it falls below Monitor on 10 October 2025.");
}

#[test]
fn what_age_ends_comes_down_on_that_day() {
    let mut rules = with_age();
    rules.rules.retain(|rule| rule.id != "c9.vacant-long");
    let score = scored(&rules, &[vacancy(date(2024, 1, 31))], date(2024, 5, 1));
    assert_eq!(score.would_clear[0], "If nothing new comes, it falls below Monitor on 31 July 2024.");
    // Where the next rule takes over with the same band, it is said what holds.
    rules.rules.push(Rule { severity: 2, ..with_age().rules.pop().unwrap() });
    let score = scored(&rules, &[vacancy(date(2024, 1, 31))], date(2024, 5, 1));
    assert_eq!(
        score.would_clear[0],
        "Waiting alone does not bring it down: Finding c9.vacant-long counts in full while it lasts."
    );
}

#[test]
fn a_rule_that_asks_for_the_month_is_foreseen() {
    let mut rules = small_rule_set();
    let when = r#"evidence.theme == "disrespect" && as_of.month < 7"#;
    rules.rules.push(rule("c1.season", Complaint, when, (3, 36)));
    rules.rules.retain(|rule| rule.id != "c1.disrespect");
    let score = scored(&rules, &[complaint(1, date(2024, 1, 10), "disrespect")], date(2024, 5, 1));
    assert_eq!(score.would_clear[0], "If nothing new comes, it falls below Monitor on 1 July 2024.");
}

#[test]
fn what_is_dated_later_is_foreseen() {
    let facts =
        [complaint(1, date(2024, 1, 10), "disrespect"), complaint(2, date(2024, 3, 1), "bullying_or_harassment")];
    let score = scored(&small_rule_set(), &facts, date(2024, 2, 1));
    assert_eq!((score.total, score.band), (3_000, Band::Monitor));
    let rises = "Waiting alone does not bring it down: if nothing changes, it rises to Offer support on 1 March 2024.";
    assert_eq!(score.would_clear[0], rises);
}

#[test]
fn a_rule_says_what_clearing_leaves() {
    let on = date(2024, 10, 1);
    let offered = |id: &str, leaves: Option<u32>, facts: &[Fact]| {
        let mut rules = small_rule_set();
        rules.rules.iter_mut().filter(|rule| rule.id == id).for_each(|rule| rule.cleared_leaves = leaves);
        scored(&rules, facts, on).would_clear.get(1).cloned()
    };
    let clears = |to: &str, id: &str| Some(format!("To bring it {to}: what clears {id}."));
    let bullying = [complaint(1, on, "bullying_or_harassment")];
    // Support ends under 5 points. Without a word a completed action halves these 7.
    assert_eq!(offered("c2.bullying", None, &bullying), clears("to Monitor", "c2.bullying"));
    assert_eq!(offered("c2.bullying", Some(72), &bullying), None);
    assert_eq!(offered("c2.bullying", Some(71), &bullying), clears("to Monitor", "c2.bullying"));
    assert_eq!(offered("c2.bullying", Some(0), &bullying), clears("below Monitor", "c2.bullying"));
    assert_eq!(offered("c2.bullying", Some(100), &bullying), None);
    // A critical item takes its floor with it where its own rule says that a milder one takes over (7 of 12 points is 59
    // per cent), or nothing is left.
    let report = [fact(1, AuditorReport, on, "report=public_interest_report")];
    assert_eq!(offered("a11.public-interest", None, &report), None);
    assert_eq!(offered("a11.public-interest", Some(84), &report), None);
    assert_eq!(offered("a11.public-interest", Some(59), &report), clears("to Offer support", "a11.public-interest"));
    let old = [fact(1, AuditorReport, date(2021, 10, 1), "report=public_interest_report")];
    // 12000 * 12/48 * 59%.
    assert_eq!(offered("a11.public-interest", Some(59), &old), clears("to Monitor", "a11.public-interest"));
    assert_eq!(offered("a11.public-interest", Some(0), &report), clears("below Monitor", "a11.public-interest"));
    // Nothing but its end clears what holds: not even that is offered where the rule says that nothing helps.
    let open = [fact(1, CountyRecord, date(2024, 1, 1), "record=clerk_vacant open=yes")];
    assert_eq!(offered("c9.no-clerk", Some(0), &open), clears("below Monitor", "c9.no-clerk"));
    assert_eq!(offered("c9.no-clerk", Some(100), &open), None);
    // What has been halved already can still be ended for good.
    let acted = fact(2, CountyRecord, on, "record=action_completed indicator=c");
    let answered = [bullying[0].clone(), acted];
    assert_eq!(offered("c2.bullying", None, &answered), None);
    assert_eq!(offered("c2.bullying", Some(0), &answered), clears("below Monitor", "c2.bullying"));
}

#[test]
fn what_clears_it_is_given_in_parts_as_well() {
    let on = date(2024, 10, 1);
    let rules = {
        let mut rules = small_rule_set();
        rules.rules.iter_mut().for_each(|rule| rule.cleared_leaves = Some(0));
        rules
    };
    // The lightest first: what is named is chosen by weight, not by place.
    let facts = [complaint(7, on, "disrespect"), complaint(8, on, "bullying_or_harassment")];
    let score = scored(&rules, &facts, on);
    assert_eq!((score.total, score.band), (10_000, Band::OfferSupport));
    // Without the 7 the 3 are left, which is Monitor; the date is that of the sentence.
    let remedy = score.clearing.by_doing.unwrap();
    let named: Vec<(&str, &[i64])> =
        remedy.items.iter().map(|item| (item.rule.as_str(), item.evidence.as_slice())).collect();
    assert_eq!((named, remedy.to, remedy.smallest), (vec![("c2.bullying", &[8][..])], Some(Band::Monitor), true));
    let Some(Prospect::Falls { on: falls, to: Some(Band::Monitor) }) = score.clearing.by_waiting else {
        panic!("{:?}", score.clearing.by_waiting)
    };
    let says = format!("If nothing new comes, it falls to Monitor on {}.", falls.strftime("%-d %B %Y"));
    assert_eq!(score.would_clear[0], says);
    // Under Monitor it depends on coverage what it is, so no band is named.
    let score = scored(&rules, &facts[..1], on);
    assert_eq!(score.clearing.by_doing.map(|remedy| remedy.to), Some(None));
    // What lasts is named by its rule.
    let open = [fact(1, CountyRecord, date(2024, 1, 1), "record=clerk_vacant open=yes")];
    let held = scored(&small_rule_set(), &open, on).clearing.by_waiting;
    assert_eq!(held, Some(Prospect::Held { rules: vec!["c9.no-clerk".into()] }));
    // Of a council of which nothing is known, what is missing.
    let nothing = scored(&small_rule_set(), &[], on);
    assert_eq!((nothing.band, nothing.clearing.by_doing), (Band::NotAssessed, None));
    assert_eq!(nothing.clearing.by_knowing.len(), 5);
}

#[test]
fn a_score_without_what_clears_it_is_the_same_otherwise() {
    let on = date(2024, 10, 1);
    let rules = small_rule_set();
    let council = council();
    let facts = [complaint(7, on, "disrespect"), complaint(8, on, "bullying_or_harassment")];
    for facts in [&facts[..], &[]] {
        let subject = Subject { council: &council, facts, superseded: &[], sources: &[], previous_band: None };
        let whole = crate::scoring::engine::Engine::new(&rules).score(&subject, on);
        assert!(!whole.would_clear.is_empty());
        let bare = crate::scoring::engine::Engine::new(&rules).without_clearing().score(&subject, on);
        assert_eq!(bare, Score { would_clear: Vec::new(), clearing: Default::default(), ..whole });
    }
}

/// Holds what a score says of its band's future against the scores of the days to come.
pub(super) fn comes_true(
    rules: &RuleSet,
    facts: &[Fact],
    as_of: Date,
    before: Option<Band>,
) -> Result<(), TestCaseError> {
    let score = scored_after(rules, facts, as_of, before);
    let then = |day| scored_after(rules, facts, day, Some(score.band)).band;
    let said = score.would_clear.first().filter(|_| score.band >= Band::Monitor);
    let Some(said) = said else {
        proptest::prop_assert!(score.band < Band::Monitor, "nothing said of {:?}", score.band);
        return Ok(());
    };
    let days = |from: i64, step: i64| (0..40).map(move |number| as_of + (from + number * step).days());
    let Some((to, on)) = said.trim_end_matches('.').rsplit_once(" on ") else {
        proptest::prop_assert!(said.ends_with("counts in full while it lasts."), "{said}");
        for day in days(1, 37) {
            proptest::prop_assert!(then(day) >= score.band, "{said} But on {day}: {:?}", then(day));
        }
        return Ok(());
    };
    let on = jiff::fmt::strtime::parse("%d %B %Y", on).and_then(|parsed| parsed.to_date()).unwrap();
    let change = then(on);
    let named = to.ends_with(change.title()) || (to.ends_with("below Monitor") && change < Band::Monitor);
    proptest::prop_assert!(named, "{said} It is {change:?}");
    proptest::prop_assert_eq!(to.contains(" it falls "), change < score.band, "{} It is {:?}", said, change);
    for day in days(0, 23).filter(|day| *day < on).chain([on.yesterday().unwrap()]) {
        proptest::prop_assert_eq!(then(day), score.band, "{} But on {}", said, day);
    }
    Ok(())
}
