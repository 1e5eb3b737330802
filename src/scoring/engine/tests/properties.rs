//! What holds for any evidence, under the small rule set.

use super::super::clearing::Standing as Clears;
use super::super::events::weigh;
use super::*;
use EvidenceKind::{AuditMatter, AuditOutcome, AuditorReport, Complaint, CountyFlag, CountyRecord};
use jiff::ToSpan;
use proptest::prelude::*;

/// Evidence that speaks against a council, as written in [`fact`].
const ADVERSE: &[(EvidenceKind, &str)] = &[
    (AuditOutcome, "status=no_return year=2022"),
    (AuditOutcome, "status=no_return year=2023"),
    (AuditOutcome, "status=no_return year=2024"),
    (AuditOutcome, "status=no_return"),
    (AuditMatter, "class=other year=2023"),
    (AuditMatter, "class=except_for reason=public_rights year=2022 undisclosed=yes"),
    (AuditMatter, "class=except_for reason=public_rights year=2023"),
    (AuditMatter, "class=except_for reason=public_rights year=2024 undisclosed=no"),
    (AuditMatter, "class=except_for reason=other year=2023 repeat=yes"),
    (AuditMatter, "class=except_for reason=other year=2025 repeat=no"),
    (AuditMatter, "class=except_for repeat=yes"),
    (AuditorReport, "report=public_interest_report"),
    (Complaint, "theme=short_notice outcome=upheld"),
    (Complaint, "theme=short_notice outcome=partly_upheld"),
    (Complaint, "theme=disrespect outcome=upheld"),
    (Complaint, "theme=bullying_or_harassment outcome=upheld"),
    (Complaint, "theme=bullying_or_harassment"),
    (Complaint, "theme=service outcome=upheld group=x"),
    (Complaint, "theme=service outcome=upheld group=y"),
    (Complaint, "theme=service outcome=upheld group=z"),
    (Complaint, "theme=information_request_late"),
    (CountyRecord, "record=clerk_vacant open=no"),
    (CountyFlag, "flag=clerk_distress"),
    (CountyFlag, "flag=refuses_contact"),
];
const GOOD: &[(EvidenceKind, &str)] = &[
    (AuditOutcome, "status=unqualified year=2024"),
    (AuditOutcome, "status=unqualified year=2026"),
    (AuditOutcome, "status=unqualified"),
    (CountyRecord, "record=action_completed indicator=a"),
    (CountyRecord, "record=action_completed indicator=b"),
    (CountyRecord, "record=action_completed indicator=c"),
    (CountyFlag, "flag=positive_progress indicator=c"),
];

/// What goes on, and weighs more with age.
const OPEN: &[(EvidenceKind, &str)] =
    &[(CountyRecord, "record=clerk_vacant open=yes"), (CountyRecord, "record=clerk_vacant open=no")];

/// Few kinds of adverse evidence, so that patterns, repetition and events of many items come about often.
const ENTANGLED: &[(EvidenceKind, &str)] = &[
    (AuditorReport, "report=public_interest_report"),
    (Complaint, "theme=short_notice outcome=upheld"),
    (Complaint, "theme=short_notice outcome=partly_upheld"),
    (Complaint, "theme=bullying_or_harassment outcome=upheld"),
    (CountyFlag, "flag=refuses_contact"),
];

fn first_day() -> Date {
    date(2022, 1, 1)
}

/// Later than every generated fact.
fn after_all() -> Date {
    date(2025, 1, 1)
}

/// A fact from a list on any day of three years, of one of a few events or its own; flags are opinion.
fn any_of(list: &'static [(EvidenceKind, &'static str)]) -> impl Strategy<Value = Fact> {
    let event = prop_oneof![3 => Just(None), 2 => "[pqr]".prop_map(Some)];
    (0..list.len(), 0_i32..1_090, event, 0_i64..1_000_000).prop_map(move |(which, days, event, id)| {
        let (kind, values) = list[which];
        let fact = fact(id, kind, first_day() + days.days(), values);
        let by = if kind == CountyFlag { Standing::Opinion } else { Standing::Determined };
        Fact { event, standing: by, ..fact }
    })
}

/// Few kinds within one year.
fn entangled() -> impl Strategy<Value = Fact> {
    (any_of(ENTANGLED), 0_i32..360)
        .prop_map(|(fact, days)| Fact { determined_on: Some(date(2024, 1, 1) + days.days()), ..fact })
}

fn any_evidence() -> impl Strategy<Value = Vec<Fact>> {
    let fact = prop_oneof![5 => any_of(ADVERSE), 1 => any_of(GOOD)];
    proptest::collection::vec(fact, 0..16)
}

fn any_band() -> impl Strategy<Value = Option<Band>> {
    prop_oneof![Just(None), (0..Band::ALL.len()).prop_map(|place| Some(Band::ALL[place]))]
}

/// Everything but the sentences.
fn figures(score: &Score) -> (i64, Vec<i64>, Band, Vec<(String, i64)>) {
    let indicators = score.indicators.iter().map(|indicator| indicator.points).collect();
    let items = score.items.iter().map(|item| (item.rule.clone(), item.points)).collect();
    (score.total, indicators, score.band, items)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_order_of_the_evidence_leaves_no_trace(evidence in any_evidence(), seed in any::<u64>(), band in any_band()) {
        let rules = small_rule_set();
        let mut shuffled = evidence.clone();
        // Any permutation will do: sort by a scrambled id.
        shuffled.sort_by_key(|fact| fact.evidence_id.unsigned_abs().wrapping_mul(seed | 1).rotate_left(17));
        let one = scored_after(&rules, &evidence, after_all(), band);
        prop_assert_eq!(&one, &scored_after(&rules, &shuffled, after_all(), band));
    }

    #[test]
    fn on_any_number_of_threads_it_is_the_same(
        councils in proptest::collection::vec(any_evidence(), 1..12),
        threads in 2_usize..9,
    ) {
        let rules = small_rule_set();
        let alone: Vec<Score> = councils.iter().map(|evidence| scored(&rules, evidence, after_all())).collect();
        // One engine for all of them, as a rescore would share it.
        let (engine, council) = (super::super::Engine::new(&rules), council());
        let score = |facts: &Vec<Fact>| {
            let (superseded, sources, previous_band) = (&[][..], &[][..], None);
            engine.score(&Subject { council: &council, facts, superseded, sources, previous_band }, after_all())
        };
        let share = councils.len().div_ceil(threads);
        let together: Vec<Score> = std::thread::scope(|scope| {
            let shares = councils.chunks(share);
            let at_work: Vec<_> = shares.map(|of| scope.spawn(|| of.iter().map(score).collect::<Vec<_>>())).collect();
            at_work.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        prop_assert_eq!(alone, together);
    }

    #[test]
    fn what_clears_it_suffices_and_nothing_smaller_does(
        evidence in proptest::collection::vec(prop_oneof![any_of(ADVERSE), any_of(OPEN)], 1..12),
        leaves in proptest::collection::vec(prop_oneof![Just(None), (0_u32..=100).prop_map(Some)], 15),
        days in 0_i32..1_200,
    ) {
        let mut rules = small_rule_set();
        rules.rules.iter_mut().zip(leaves).for_each(|(rule, leaves)| rule.cleared_leaves = leaves);
        let (engine, council, as_of) = (super::super::Engine::new(&rules), council(), first_day() + days.days());
        let subject =
            Subject { council: &council, facts: &evidence, superseded: &[], sources: &[], previous_band: None };
        let band = engine.score(&subject, as_of).band;
        prop_assume!(band >= Band::Monitor);
        let today = engine.reckon(&subject, as_of);
        let heaviest = super::super::heaviest(&weigh(&rules.arithmetic, &today.loads, as_of).0);
        let (plan, loads, firings) = (&engine.plan, &today.loads[..], &today.looked.firings[..]);
        let standing = Clears { plan, sources: &[], firings, loads, heaviest: &heaviest, band, as_of };
        let clearable = standing.clearable();
        let of = |set: u32| -> Vec<usize> {
            clearable.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, at)| *at).collect()
        };
        prop_assume!(clearable.len() <= 12);
        let smallest = (1_u32..1 << clearable.len())
            .filter(|&set| standing.with(&of(set)) < band)
            .map(u32::count_ones)
            .min();
        match standing.fewest() {
            Some(enough) => {
                prop_assert_eq!(standing.with(&enough.places), enough.to);
                prop_assert!(enough.to < band);
                let size = Some(enough.places.len());
                let smallest = smallest.map(|size| size as usize);
                prop_assert!(size == smallest || !enough.smallest && size > smallest, "{:?} {:?}", size, smallest);
                // So few sets are all tried.
                prop_assert!(enough.smallest || clearable.len() > 10);
            }
            None => prop_assert!(clearable.is_empty() || standing.with(&clearable) >= band),
        }
    }

    #[test]
    fn what_changed_adds_up_to_the_difference(
        evidence in any_evidence(),
        later in any_evidence(),
        kept in 0_usize..16,
        months in 0_i32..40,
    ) {
        let rules = small_rule_set();
        let mut after: Vec<Fact> = evidence.iter().take(kept).cloned().collect();
        after.extend(later);
        let (before, now) =
            (scored(&rules, &evidence, after_all()), scored(&rules, &after, after_all() + months.months()));
        let things = evidence.iter().chain(&after).map(|fact| (fact.evidence_id, fact.key.clone()));
        let changes = crate::scoring::since(&before, &now, &crate::scoring::by_thing(things));
        prop_assert_eq!(changes.iter().map(|change| change.points).sum::<i64>(), now.total - before.total);
        prop_assert!(changes.iter().all(|change| !change.because.is_empty()));
    }

    #[test]
    fn database_ids_change_only_the_ids_shown(evidence in any_evidence(), shift in 1_i64..1_000) {
        let rules = small_rule_set();
        let mut moved = evidence.clone();
        for fact in &mut moved {
            fact.evidence_id += shift;
        }
        let (mut one, mut other) = (scored(&rules, &evidence, after_all()), scored(&rules, &moved, after_all()));
        for score in [&mut one, &mut other] {
            score.items.iter_mut().for_each(|item| item.evidence.clear());
            score.ignored.iter_mut().for_each(|ignored| ignored.evidence = 0);
            let remedy = score.clearing.by_doing.iter_mut().flat_map(|remedy| &mut remedy.items);
            remedy.for_each(|item| item.evidence.clear());
        }
        prop_assert_eq!(one, other);
    }

    #[test]
    fn what_nobody_determined_or_somebody_took_back_changes_no_figure(
        evidence in any_evidence(),
        more in prop_oneof![any_of(ADVERSE), any_of(GOOD)],
        by in prop_oneof![Just(Standing::Allegation), Just(Standing::Disputed), Just(Standing::Withdrawn)],
        band in any_band(),
    ) {
        let rules = small_rule_set();
        let without = scored_after(&rules, &evidence, after_all(), band);
        let mut with = evidence;
        with.push(standing(by, more));
        let with = scored_after(&rules, &with, after_all(), band);
        prop_assert_eq!(figures(&without), figures(&with));
        prop_assert_eq!(without.coverage, with.coverage);
    }

    #[test]
    fn more_adverse_evidence_never_lowers_the_total(
        evidence in any_evidence(),
        more in any_of(ADVERSE),
        band in any_band(),
    ) {
        let rules = small_rule_set();
        let without = scored_after(&rules, &evidence, after_all(), band);
        let mut with = evidence;
        with.push(more);
        let with = scored_after(&rules, &with, after_all(), band);
        prop_assert!(with.total >= without.total, "{} then {}\n{:#?}\n{:#?}", without.total, with.total,
            counted(&without), counted(&with));
        prop_assert!(with.band >= without.band || with.total == 0);
    }

    #[test]
    fn nor_where_everything_is_entangled(
        evidence in proptest::collection::vec(entangled(), 3..9),
        more in entangled(),
    ) {
        let mut rules = small_rule_set();
        // A pattern that outweighs what makes it up has most to lose.
        rules.rules.iter_mut().filter(|rule| rule.id == "b1.repeated").for_each(|rule| rule.severity = 3);
        let without = scored(&rules, &evidence, after_all());
        let mut with = evidence;
        with.push(more);
        let with = scored(&rules, &with, after_all());
        prop_assert!(with.total >= without.total, "{:#?}\n{:#?}", counted(&without), counted(&with));
    }

    #[test]
    fn time_never_raises_the_total_and_takes_it_to_nothing(evidence in any_evidence(), days in 0_i32..1_500, more in 1_i32..200) {
        let rules = small_rule_set();
        let on = |days: i32| scored(&rules, &evidence, after_all() + days.days()).total;
        prop_assert!(on(days) >= on(days + more));
        // The longest rule counts for 48 months.
        prop_assert_eq!(on(1_462), 0);
    }

    #[test]
    fn the_items_add_up(evidence in any_evidence()) {
        let score = scored(&small_rule_set(), &evidence, after_all());
        prop_assert_eq!(score.indicators.iter().map(|indicator| indicator.points).sum::<i64>(), score.total);
        prop_assert_eq!(score.items.iter().map(|item| item.points).sum::<i64>(), score.total);
        let opinion: i64 = score.items.iter().filter(|item| item.opinion).map(|item| item.points).sum();
        prop_assert!(opinion <= 4_000);
        prop_assert!(score.items.iter().all(|item| item.points > 0 && item.expires_on > score.as_of));
        prop_assert!(score.items.is_sorted_by(|one, next| one.points >= next.points));
    }

    #[test]
    fn every_fact_is_accounted_for(evidence in any_evidence()) {
        let score = scored(&small_rule_set(), &evidence, after_all());
        for fact in &evidence {
            let id = fact.evidence_id;
            let counts = score.items.iter().any(|item| item.evidence.contains(&id));
            let told = score.ignored.iter().any(|ignored| ignored.evidence == id);
            // An old pattern is told by its newest fact alone.
            let in_a_pattern = score.ignored.iter().any(|ignored| ["expired", "capped"].contains(&ignored.code.as_str()));
            prop_assert!(counts || told || in_a_pattern, "{fact:?}\n{score:#?}");
        }
    }

    #[test]
    fn opinion_or_minor_items_alone_stay_at_the_weak_ceiling(evidence in any_evidence(), band in any_band()) {
        let mut rules = small_rule_set();
        rules.rules.retain(|rule| rule.opinion || (rule.severity == 1 && rule.step_up.is_none()));
        prop_assert!(scored_after(&rules, &evidence, after_all(), band).band <= Band::Monitor);
    }

    #[test]
    fn what_is_said_of_the_future_comes_true(evidence in any_evidence(), band in any_band()) {
        let rules = small_rule_set();
        let score = scored_after(&rules, &evidence, after_all(), band);
        let says = score.would_clear.iter().find_map(|sentence| sentence.strip_prefix("If nothing new comes, it falls "));
        let lowered = score.band >= Band::Monitor;
        prop_assert_eq!(says.is_some(), lowered);
        if let Some((to, on)) = says.and_then(|says| says.rsplit_once(" on ")) {
            let day = jiff::fmt::strtime::parse("%d %B %Y.", on).and_then(|parsed| parsed.to_date()).unwrap();
            let then = |day| scored_after(&rules, &evidence, day, Some(score.band));
            prop_assert_eq!(then(day.yesterday().unwrap()).band, score.band);
            let down = then(day).band;
            prop_assert!(down < score.band);
            prop_assert!(to.ends_with(down.title()) || (to == "below Monitor" && down < Band::Monitor), "{to} {down:?}");
        }
    }

    #[test]
    fn and_where_age_later_days_and_other_sets_of_facts_come_into_it(
        evidence in proptest::collection::vec(prop_oneof![8 => any_of(ADVERSE), 2 => any_of(GOOD), 2 => any_of(OPEN)], 0..12),
        days in 0_i32..1_200,
        band in any_band(),
    ) {
        super::outlook::comes_true(&super::outlook::with_age(), &evidence, first_day() + days.days(), band)?;
    }

    #[test]
    fn and_where_everything_is_entangled(evidence in proptest::collection::vec(entangled(), 3..12), days in 150_i32..900) {
        let mut rules = small_rule_set();
        rules.rules.iter_mut().filter(|rule| rule.id == "b1.repeated").for_each(|rule| rule.severity = 3);
        super::outlook::comes_true(&rules, &evidence, date(2024, 1, 1) + days.days(), None)?;
    }
}
