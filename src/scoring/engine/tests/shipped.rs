//! What holds for any evidence under the rules that are shipped.

use super::*;
use crate::scoring::rules::{embedded, load};
use jiff::ToSpan;
use proptest::prelude::*;
use std::sync::OnceLock;

fn shipped() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| load(&embedded()).unwrap_or_else(|error| panic!("{error}\n{:#?}", error.diagnostics)))
}

/// The shipped rules without those that ask for a date: these may come and go as time passes.
fn timeless() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut rules = shipped().clone();
        let asks_for_time = |condition: &Condition| {
            condition.reads().iter().any(|name| name.starts_with("as_of.") || name == "evidence.age_months")
        };
        rules.rules.retain(|rule| rule.holds.is_none() && !asks_for_time(&rule.when));
        rules
    })
}

fn first_day() -> Date {
    date(2021, 1, 1)
}

fn after_all() -> Date {
    date(2025, 1, 1)
}

/// A value of a field: often one that rules ask for, sometimes unknown.
fn value(name: &'static str, holds: FieldType) -> BoxedStrategy<Value> {
    let known = match holds {
        FieldType::YesNo => any::<bool>().prop_map(Value::YesNo).boxed(),
        FieldType::Whole if name == "year" => (2020_i64..2026).prop_map(Value::Whole).boxed(),
        FieldType::Whole if name == "days_late" => (-20_i64..200).prop_map(Value::Whole).boxed(),
        FieldType::Whole => (1_i64..12).prop_map(Value::Whole).boxed(),
        FieldType::Date => (0_i32..1_400).prop_map(|days| Value::Date(first_day() + days.days())).boxed(),
        FieldType::Text => "[xyz]".prop_map(|text| Value::Text(text.into_boxed_str())).boxed(),
        FieldType::Choice(words) => {
            let usual: Vec<u16> = ["decided", "upheld", "except_for"]
                .iter()
                .filter_map(|wanted| words.iter().position(|word| word == wanted))
                .map(|place| u16::try_from(place).unwrap())
                .collect();
            let any = 0..u16::try_from(words.len()).unwrap();
            if usual.is_empty() {
                any.prop_map(Value::Choice).boxed()
            } else {
                prop_oneof![2 => proptest::sample::select(usual), 1 => any].prop_map(Value::Choice).boxed()
            }
        }
    };
    prop_oneof![12 => known, 1 => Just(Value::Unknown)].boxed()
}

fn any_fact() -> impl Strategy<Value = Fact> {
    (0..EvidenceKind::ALL.len()).prop_flat_map(|which| {
        let kind = EvidenceKind::ALL[which];
        let values: Vec<_> = kind.fields().iter().map(|field| value(field.name, field.holds)).collect();
        let event = prop_oneof![3 => Just(None), 2 => "[pqr]".prop_map(Some)];
        let happened = prop_oneof![Just(None), (0_i32..90).prop_map(Some)];
        (values, event, 0_i32..1_400, happened, 0_i64..1_000_000).prop_map(move |(values, event, day, before, id)| {
            let on = first_day() + day.days();
            let by = if kind == EvidenceKind::CountyFlag { Standing::Opinion } else { Standing::Determined };
            let fact = standing(by, fact(id, kind, on, ""));
            let fingerprint = format!("{values:?}");
            Fact { values, event, happened_on: before.map(|days| on - days.days()), fingerprint, ..fact }
        })
    })
}

/// Engagement of any words, standing and day.
fn any_engagement() -> impl Strategy<Value = Vec<Fact>> {
    let kind = EvidenceKind::Engagement;
    let standings = [Standing::Determined, Standing::Opinion, Standing::Allegation, Standing::Withdrawn];
    let values: Vec<_> = kind.fields().iter().map(|field| value(field.name, field.holds)).collect();
    let parts = (values, 0_i32..1_400, 0_i64..1_000_000, proptest::sample::select(standings.to_vec()));
    let facts = parts.prop_map(move |(values, day, id, said)| {
        let fact = standing(said, fact(id, kind, first_day() + day.days(), ""));
        Fact { values, event: Some("p".to_owned()), ..fact }
    });
    proptest::collection::vec(facts, 1..8)
}

fn any_evidence() -> impl Strategy<Value = Vec<Fact>> {
    proptest::collection::vec(any_fact(), 0..25)
}

fn is_good_news(fact: &Fact) -> bool {
    let council = council();
    let scene = crate::scoring::expression::Scene { fact, council: &council, as_of: after_all() };
    shipped().mitigations.iter().any(|good| good.kind == fact.kind && good.when.holds(&scene) == Some(true))
}

#[test]
fn the_shipped_rules_load_and_give_a_plain_example() {
    let score = scored(shipped(), &[no_return(1, 2024)], date(2024, 10, 1));
    assert_eq!(score.sentence, "No annual return was received for 2023/24.");
    assert_eq!(score.rule_set, shipped().hash);
    assert_eq!((score.total, score.band), (7_000, Band::OfferSupport));
    // 7000 * 25/36 = 4861, under the five points at which support ends.
    assert_eq!(
        score.would_clear,
        [
            "If nothing new comes, it falls to Monitor on 1 September 2025.",
            "To bring it to Monitor: the missing return, or a return for a later year with an unqualified opinion."
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn order_leaves_no_trace(evidence in any_evidence(), seed in any::<u64>()) {
        let mut shuffled = evidence.clone();
        shuffled.sort_by_key(|fact| fact.evidence_id.unsigned_abs().wrapping_mul(seed | 1).rotate_left(17));
        prop_assert_eq!(scored(shipped(), &evidence, after_all()), scored(shipped(), &shuffled, after_all()));
    }

    #[test]
    fn engagement_leaves_every_score_as_it_was(evidence in any_evidence(), engagement in any_engagement(), at in any::<usize>()) {
        let without: Vec<Fact> = evidence.into_iter().filter(|fact| fact.kind != EvidenceKind::Engagement).collect();
        let mut with = without.clone();
        for fact in engagement {
            with.insert(at % (with.len() + 1), fact);
        }
        // The same to the letter: hash, list of what was left out, what would clear it.
        prop_assert_eq!(scored(shipped(), &with, after_all()), scored(shipped(), &without, after_all()));
    }

    #[test]
    fn more_adverse_evidence_never_lowers_the_total(evidence in any_evidence(), more in any_fact()) {
        prop_assume!(!is_good_news(&more));
        let without = scored(shipped(), &evidence, after_all());
        let mut with = evidence;
        with.push(more);
        let with = scored(shipped(), &with, after_all());
        prop_assert!(with.total >= without.total, "{:#?}\n{:#?}", counted(&without), counted(&with));
    }

    #[test]
    fn what_nobody_determined_changes_no_figure(evidence in any_evidence(), more in any_fact()) {
        let without = scored(shipped(), &evidence, after_all());
        for by in [Standing::Allegation, Standing::Disputed, Standing::Withdrawn] {
            let mut with = evidence.clone();
            with.push(standing(by, more.clone()));
            let with = scored(shipped(), &with, after_all());
            prop_assert_eq!((&without.items, without.total, without.band), (&with.items, with.total, with.band));
        }
    }

    #[test]
    fn time_never_raises_the_total(evidence in any_evidence(), days in 0_i32..1_800, more in 1_i32..200) {
        let on = |days: i32| scored(timeless(), &evidence, after_all() + days.days()).total;
        prop_assert!(on(days) >= on(days + more));
        // The longest rule counts for sixty months.
        prop_assert_eq!(on(1_827), 0);
    }

    #[test]
    fn the_items_add_up_and_flags_alone_stay_at_monitor(evidence in any_evidence()) {
        let score = scored(shipped(), &evidence, after_all());
        prop_assert_eq!(score.indicators.iter().map(|indicator| indicator.points).sum::<i64>(), score.total);
        let flags: Vec<Fact> = evidence.into_iter().filter(|fact| fact.kind == EvidenceKind::CountyFlag).collect();
        let score = scored_after(shipped(), &flags, after_all(), Some(Band::PriorityReview));
        prop_assert!(score.band <= Band::Monitor && score.total <= shipped().arithmetic.opinion_cap);
    }

    #[test]
    fn what_is_said_of_the_future_comes_true(evidence in any_evidence(), days in 0_i32..1_800) {
        super::outlook::comes_true(shipped(), &evidence, first_day() + days.days(), None)?;
    }
}
