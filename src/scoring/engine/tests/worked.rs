//! Examples worked by hand, with the arithmetic beside them. Figures are milli-points.

use super::*;
use EvidenceKind::{AuditMatter, AuditOutcome, AuditorReport, Complaint, CountyFlag, CountyRecord};

#[test]
fn one_missing_return_falls_by_the_month() {
    let rules = small_rule_set();
    let facts = [no_return(1, 2024)];
    // Severity 3 is 7000 over 36 months from 1 October 2024.
    for (as_of, points, band) in [
        (date(2024, 10, 1), 7_000, Band::OfferSupport),
        (date(2024, 10, 31), 7_000, Band::OfferSupport),
        (date(2025, 4, 1), 5_833, Band::Monitor),    // 7000 * 30/36 = 5833.3
        (date(2027, 9, 30), 194, Band::NotAssessed), // 7000 * 1/36 = 194.4, under 1000; the outcome is too old to assess a
        (date(2027, 10, 1), 0, Band::NotAssessed),
    ] {
        let score = scored(&rules, &facts, as_of);
        assert_eq!((score.total, score.band), (points, band), "{as_of}");
    }
    let item = &scored(&rules, &facts, date(2025, 4, 1)).items[0];
    assert_eq!((item.full_points, item.severity, item.counted_from), (7_000, 3, date(2024, 10, 1)));
    assert_eq!(item.expires_on, date(2027, 10, 1));
    assert_eq!(item.says, "No annual return was received for 2023/24.");
    assert_eq!(item.adjustments, ["6 of 36 months have passed, and it falls by the month"]);
}

#[test]
fn two_missing_returns_running_are_a_pattern_beside_both() {
    let score = scored(&small_rule_set(), &[no_return(2, 2024), no_return(1, 2023)], date(2024, 10, 1));
    // 2024: 7000, the second of its rule: * 125% = 8750. 2023: 7000 * 24/36 = 4666.
    // The pattern: 12000, less three quarters of a missing return's 7000 (5250) = 6750.
    assert_eq!(counted(&score), [("a8.no-return", 8_750), ("a8.two-years", 6_750), ("a8.no-return", 4_666)]);
    assert_eq!(score.total, 20_166);
    assert_eq!(score.band, Band::PriorityReview);
    assert_eq!(score.items[1].evidence, [1, 2]);
    assert_eq!(score.items[1].full_points, 12_000);
    assert_eq!(
        score.items[1].adjustments,
        ["5.2 points less, because one of the items that make it up already counts by itself"]
    );
    assert_eq!(score.items[0].adjustments, ["counted at 125 per cent, because it is the second of its kind"]);
}

#[test]
fn years_that_do_not_follow_each_other_are_no_pattern() {
    let score = scored(&small_rule_set(), &[no_return(1, 2022), no_return(2, 2024)], date(2024, 10, 1));
    // 7000 * 125% and 7000 * 12/36.
    assert_eq!(counted(&score), [("a8.no-return", 8_750), ("a8.no-return", 2_333)]);
}

#[test]
fn one_event_by_several_routes_is_counted_once_with_a_capped_share_of_the_rest() {
    let on = date(2024, 5, 1);
    let report = |id| of_event("pir", fact(id, AuditorReport, on, "report=public_interest_report"));
    let bullying = |id| of_event("pir", complaint(id, on, "bullying_or_harassment"));
    let rules = small_rule_set();
    // 12000 whole, 7000 * 25%.
    let score = scored(&rules, &[report(1), bullying(2)], on);
    assert_eq!(counted(&score), [("a11.public-interest", 12_000), ("c2.bullying", 1_750)]);
    assert_eq!(
        score.items[1].adjustments,
        ["a quarter, because it is of the same event as finding a11.public-interest, which counts whole"]
    );
    // The purse for all others is half of 12000; four times 1750 is more. (One event: no repetition.)
    let score = scored(&rules, &[report(1), bullying(2), bullying(3), bullying(4), bullying(5)], on);
    assert_eq!(score.total, 18_000);
    let lesser: Vec<i64> = score.items[1..].iter().map(|item| item.points).collect();
    assert_eq!(lesser, [1_750, 1_750, 1_750, 750]);
    assert_eq!(
        score.items[4].adjustments,
        ["cut, because beside finding a11.public-interest all else of the same event counts for half of that at most"]
    );
    // A sixth finds the purse empty.
    let score = scored(&rules, &[1, 2, 3, 4, 5, 6].map(|id| if id == 1 { report(id) } else { bullying(id) }), on);
    assert_eq!((score.total, score.items.len()), (18_000, 5));
    assert_eq!(ignored(&score), [(6, "capped")]);
}

#[test]
fn repetition_goes_by_time() {
    let bullying = |id, month| complaint(id, date(2024, month, 10), "bullying_or_harassment");
    let score =
        scored(&small_rule_set(), &[bullying(1, 7), bullying(2, 1), bullying(3, 4), bullying(4, 6)], date(2024, 7, 10));
    // January: 7000 * 30/36 = 5833. April, the second: 7000 * 33/36 = 6416 * 125% = 8020.
    // June, the third: 7000 * 35/36 = 6805 * 150% = 10207. July, the fourth: 7000 * 150% = 10500.
    let points: Vec<(i64, i64)> = score.items.iter().map(|item| (item.evidence[0], item.points)).collect();
    assert_eq!(points, [(1, 10_500), (4, 10_207), (3, 8_020), (2, 5_833)]);
}

#[test]
fn a_clean_later_return_halves_at_once_and_an_older_one_does_not() {
    let rules = small_rule_set();
    let clean = |id, year: i16, on| fact(id, AuditOutcome, on, &format!("year={year} status=unqualified"));
    // 7000 * 24/36 = 4666; half of it.
    let score = scored(&rules, &[no_return(1, 2024), clean(2, 2025, date(2025, 9, 1))], date(2025, 10, 1));
    assert_eq!(counted(&score), [("a8.no-return", 2_333)]);
    assert_eq!(score.items[0].adjustments[1], "half, because a later return was clean");
    assert_eq!(ignored(&score), [(2, "answers")]);
    assert_eq!(score.ignored[0].because, "Good news for finding a8.no-return: half, because a later return was clean.");
    // A late return for an older year answers nothing newer, and two answers don't stack.
    let score = scored(&rules, &[no_return(1, 2024), clean(2, 2023, date(2025, 9, 1))], date(2025, 10, 1));
    assert_eq!(score.total, 4_666);
    let both = [no_return(1, 2024), clean(2, 2025, date(2025, 9, 1)), clean(3, 2026, date(2025, 9, 2))];
    assert_eq!(scored(&rules, &both, date(2025, 10, 1)).total, 2_333);
}

#[test]
fn a_completed_action_answers_its_own_indicator_from_its_day_on() {
    let rules = small_rule_set();
    let action =
        |on, indicator: &str| fact(9, CountyRecord, on, &format!("record=action_completed indicator={indicator}"));
    let bullying = complaint(1, date(2024, 1, 10), "bullying_or_harassment");
    let total = |action: Fact| scored(&rules, &[bullying.clone(), action], date(2024, 2, 9)).total;
    assert_eq!(total(action(date(2024, 2, 1), "c")), 3_500);
    assert_eq!(total(action(date(2024, 1, 10), "c")), 3_500);
    assert_eq!(total(action(date(2024, 1, 9), "c")), 7_000);
    assert_eq!(total(action(date(2024, 2, 1), "b")), 7_000);
    // An officer's view that things go well answers officers' views only.
    let progress =
        standing(Standing::Opinion, fact(9, CountyFlag, date(2024, 2, 1), "flag=positive_progress indicator=c"));
    assert_eq!(total(progress.clone()), 7_000);
    let flag = standing(Standing::Opinion, fact(1, CountyFlag, date(2024, 1, 10), "flag=clerk_distress"));
    assert_eq!(scored(&rules, &[flag, progress], date(2024, 2, 9)).total, 1_500);
}

#[test]
fn opinion_is_capped_and_never_more_than_monitor() {
    let rules = small_rule_set();
    let flag =
        |id, word: &str| standing(Standing::Opinion, fact(id, CountyFlag, date(2024, 1, 10), &format!("flag={word}")));
    let score = scored_after(
        &rules,
        &[flag(1, "refuses_contact"), flag(2, "clerk_distress")],
        date(2024, 1, 10),
        Some(Band::PriorityReview),
    );
    assert_eq!(counted(&score), [("f2.no-contact", 4_000)]);
    assert_eq!(score.items[0].adjustments, ["cut, because all opinion together counts for 4 points at most"]);
    assert_eq!(ignored(&score), [(2, "capped")]);
    // Ten determined points of severity 1 are still monitor.
    let notices: Vec<Fact> = (1..=11).map(|id| complaint(id, date(2024, 1, 10), "short_notice")).collect();
    let mut minor = small_rule_set();
    minor.rules.retain(|rule| rule.id != "b1.repeated");
    let score = scored(&minor, &notices, date(2024, 1, 10));
    // 1000 + 1250 + 9 * 1500.
    assert_eq!((score.total, score.band), (15_750, Band::Monitor));
    assert_eq!(
        score.band_because,
        "15.7 points in all would give Priority review, but only minor items or opinions count, and these alone give no \
         more than Monitor."
    );
}

#[test]
fn opinion_on_an_event_adds_to_what_is_determined_and_never_displaces_it() {
    let mut rules = small_rule_set();
    rules.arithmetic.opinion_cap = 12_000;
    let on = date(2024, 1, 10);
    let flag = of_event("row", standing(Standing::Opinion, fact(1, CountyFlag, on, "flag=refuses_contact")));
    let disrespect = of_event("row", complaint(2, on, "disrespect"));
    // Ranked together they are 12000 + 25% of 3000 = 12750; what is determined counts 3000, the flag what it adds: 9750.
    let score = scored(&rules, &[flag.clone(), disrespect.clone()], on);
    assert_eq!(counted(&score), [("f2.no-contact", 9_750), ("c1.disrespect", 3_000)]);
    // The other way round: 7000 whole, and a quarter of 3000.
    let distress = of_event("row", standing(Standing::Opinion, fact(1, CountyFlag, on, "flag=clerk_distress")));
    let bullying = of_event("row", complaint(2, on, "bullying_or_harassment"));
    assert_eq!(counted(&scored(&rules, &[distress, bullying], on)), [("c2.bullying", 7_000), ("f1.distress", 750)]);
}

#[test]
fn a_vacancy_counts_in_full_while_it_is_open() {
    let rules = small_rule_set();
    let vacant = |open: &str| [fact(1, CountyRecord, date(2023, 1, 1), &format!("record=clerk_vacant open={open}"))];
    let score = scored(&rules, &vacant("yes"), date(2024, 6, 1));
    assert_eq!(score.total, 3_000);
    assert_eq!(score.items[0].expires_on, date(2025, 6, 1));
    assert_eq!(
        score.items[0].adjustments,
        ["in full while it lasts; the day on which it stops counting moves on until then"]
    );
    assert_eq!(ignored(&scored(&rules, &vacant("no"), date(2024, 6, 1))), [(1, "expired")]);
}

#[test]
fn a_breach_that_was_not_disclosed_is_one_severity_up() {
    let matter = |undisclosed: &str| {
        let values = format!("year=2024 class=except_for reason=public_rights {undisclosed}");
        [fact(1, AuditMatter, date(2024, 9, 30), &values)]
    };
    let rules = small_rule_set();
    let score = scored(&rules, &matter("undisclosed=yes"), date(2024, 9, 30));
    assert_eq!((score.total, score.items[0].severity), (7_000, 3));
    assert_eq!(score.items[0].adjustments, ["one severity up, because it was not disclosed"]);
    assert_eq!(scored(&rules, &matter("undisclosed=no"), date(2024, 9, 30)).total, 3_000);
    assert_eq!(scored(&rules, &matter(""), date(2024, 9, 30)).total, 3_000);
}

#[test]
fn the_auditors_own_mark_makes_a_matter_a_repeated_one() {
    let values = "year=2024 class=except_for reason=public_rights repeat=yes";
    let score = scored(&small_rule_set(), &[fact(1, AuditMatter, date(2024, 9, 30), values)], date(2024, 9, 30));
    // 3000, and 7000 less three quarters of these 3000.
    assert_eq!(counted(&score), [("a6.same-matter", 4_750), ("a3.public-rights", 3_000)]);
    // Two different reasons, each twice running: two patterns.
    let matters: Vec<Fact> =
        [(1, 2023, "public_rights"), (2, 2024, "public_rights"), (3, 2023, "other"), (4, 2024, "other")]
            .map(|(id, year, reason)| {
                fact(id, AuditMatter, date(year, 9, 30), &format!("year={year} class=except_for reason={reason}"))
            })
            .to_vec();
    let score = scored(&small_rule_set(), &matters, date(2024, 9, 30));
    let patterns: Vec<&[i64]> =
        score.items.iter().filter(|item| item.rule == "a6.same-matter").map(|item| item.evidence.as_slice()).collect();
    assert_eq!(patterns, [&[3, 4][..], &[1, 2]]);
}

#[test]
fn three_within_a_year_count_as_a_pattern_and_heads_of_one_complaint_as_one() {
    let rules = small_rule_set();
    let notice = |id, on| complaint(id, on, "short_notice");
    let three = [notice(1, date(2024, 1, 10)), notice(2, date(2024, 6, 10)), notice(3, date(2025, 1, 9))];
    // 1000 * 7/18 = 388... reckoned in full: January 2024 has 18-11 = 7 months left: 388. June, the second: 18-6 = 12 left:
    // 666 * 125% = 832. The newest, the third: 1000 * 150%. The pattern: 3000 less 750.
    let score = scored(&rules, &three, date(2025, 1, 9));
    let expected =
        [("b1.repeated", 2_250), ("b1.short-notice", 1_500), ("b1.short-notice", 832), ("b1.short-notice", 388)];
    assert_eq!(counted(&score), expected);
    // A day later is a whole year, which is not within twelve months.
    let late = [three[0].clone(), three[1].clone(), notice(3, date(2025, 1, 10))];
    assert!(scored(&rules, &late, date(2025, 1, 10)).items.iter().all(|item| item.rule != "b1.repeated"));
    // Three heads of one complaint are one event.
    let heads = three.map(|fact| of_event("complaint 12", fact));
    assert!(scored(&rules, &heads, date(2025, 1, 9)).items.iter().all(|item| item.rule != "b1.repeated"));
}

#[test]
fn records_keyed_in_together_are_as_far_apart_as_what_they_record() {
    let mut rules = small_rule_set();
    let count = Gather::Count { at_least: 2, within_months: 24, distinct: None };
    let left = rule("c8.two-clerks", CountyRecord, r#"evidence.record == "clerk_left""#, (1, 24));
    rules.rules.push(Rule { gather: Some(count), ..left });
    let left = |id, happened_on, recorded_on| Fact {
        happened_on: Some(happened_on),
        ..fact(id, CountyRecord, recorded_on, "record=clerk_left")
    };
    let on = date(2026, 3, 1);
    // Thirty-six months apart, though recorded within two.
    let history = [left(1, date(2023, 1, 10), on), left(2, date(2026, 2, 1), date(2026, 2, 1))];
    assert_eq!(scored(&rules, &history, on).total, 0);
    // Twenty months apart, though recorded thirty-six months apart; it counts from the day of the later record.
    let late = [left(1, date(2024, 6, 10), date(2024, 6, 10)), left(2, date(2026, 2, 1), date(2027, 6, 10))];
    let score = scored(&rules, &late, date(2027, 12, 10));
    // 1000 * 18/24.
    assert_eq!(counted(&score), [("c8.two-clerks", 750)]);
    assert_eq!((score.items[0].counted_from, score.items[0].evidence.as_slice()), (date(2027, 6, 10), &[1, 2][..]));
    // A decision is dated by whoever decided: three decisions within a year, whenever the notices were short.
    let notices = [2021, 2022, 2023].map(|year| Fact {
        happened_on: Some(date(year, 5, 1)),
        ..complaint(i64::from(year), date(2024, 1, 10), "short_notice")
    });
    let score = scored(&rules, &notices, date(2024, 1, 10));
    assert!(score.items.iter().any(|item| item.rule == "b1.repeated"), "{:?}", counted(&score));
}

#[test]
fn distinct_groups_are_counted_and_unknown_ones_are_not() {
    let rules = small_rule_set();
    let from =
        |id, group: &str| fact(id, Complaint, date(2024, 1, 10), &format!("theme=service outcome=upheld {group}"));
    let score =
        scored(&rules, &[from(1, "group=x"), from(2, "group=y"), from(3, "group=z"), from(4, "")], date(2024, 1, 10));
    assert_eq!(counted(&score), [("d2.groups", 3_000)]);
    assert_eq!(score.items[0].evidence, [1, 2, 3]);
    assert_eq!(ignored(&score), [(4, "no_rule")]);
    let score =
        scored(&rules, &[from(1, "group=x"), from(2, "group=y"), from(3, "group=y"), from(4, "")], date(2024, 1, 10));
    assert_eq!(score.total, 0);
    assert_eq!(
        score.ignored[0].because,
        "Finding d2.groups: counts from 3, each with a different group, within 12 months, not before."
    );
}

#[test]
fn bands_are_left_later_than_they_are_reached() {
    let rules = small_rule_set();
    let facts = [complaint(1, date(2024, 1, 10), "bullying_or_harassment")];
    let on = |as_of, before| scored_after(&rules, &facts, as_of, before).band;
    // 7000 * 29/36 = 5638: under 6, not under 5. 7000 * 25/36 = 4861: under 5.
    assert_eq!(on(date(2024, 8, 10), None), Band::Monitor);
    assert_eq!(on(date(2024, 8, 10), Some(Band::Monitor)), Band::Monitor);
    assert_eq!(on(date(2024, 8, 10), Some(Band::OfferSupport)), Band::OfferSupport);
    assert_eq!(on(date(2024, 8, 10), Some(Band::PriorityReview)), Band::OfferSupport);
    assert_eq!(on(date(2024, 12, 10), Some(Band::OfferSupport)), Band::Monitor);
    let kept = scored_after(&rules, &facts, date(2024, 8, 10), Some(Band::OfferSupport));
    assert_eq!(
        kept.band_because,
        "5.6 points in all: Offer support begins at 6, and once reached it is kept until the points are below 5, so \
         that the band does not change to and fro."
    );
    assert_eq!(on(date(2027, 1, 10), Some(Band::OfferSupport)), Band::NotAssessed);
}

#[test]
fn a_critical_item_brings_priority_review_while_it_counts() {
    let rules = small_rule_set();
    let facts = [fact(1, AuditorReport, date(2024, 1, 10), "report=public_interest_report")];
    // 12000 * 1/48 = 250.
    let score = scored(&rules, &facts, date(2028, 1, 9));
    assert_eq!((score.total, score.band), (250, Band::PriorityReview));
    assert_eq!(
        score.band_because,
        "0.2 points in all, and an item of severity 4 or more counts: as long as it does, the band is at least Priority \
         review."
    );
    assert_eq!(score.would_clear[0], "If nothing new comes, it falls below Monitor on 10 January 2028.");
}
