//! Cut-offs and words, and that what may count is never due.

use super::super::class::Class;
use super::super::rules::Rules;
use super::*;
use crate::scoring::rules::{self, embedded};
use jiff::civil::date;
use proptest::prelude::*;
use std::sync::LazyLock;

const TODAY: Date = date(2026, 11, 21);

/// The rules that came with the program, read once.
fn set() -> RuleSet {
    static SET: LazyLock<RuleSet> = LazyLock::new(|| rules::load(&embedded()).unwrap());
    SET.clone()
}

fn of(class: Class, set: &RuleSet) -> (String, String) {
    let dated = dated(&Rules::built_in().unwrap(), set, TODAY);
    let found = dated.into_iter().find(|dated| dated.class == class).unwrap();
    (found.before.to_string(), found.words)
}

#[test]
fn the_built_in_rules_in_words() {
    let set = set();
    let told = |class| of(class, &set);
    assert_eq!(
        told(Class::Complaints),
        (
            "2021-05-21".to_owned(),
            "24 months after the decision, or 6 months after the longest that a rule counts one (60 months), whichever \
             is later: 66 months"
                .to_owned()
        )
    );
    assert_eq!(
        told(Class::CountyRecords),
        (
            "2023-11-21".to_owned(),
            "24 months after the day of the record, and not while a rule may count one (36 months): 36 months"
                .to_owned()
        )
    );
    assert_eq!(
        told(Class::AuditOutcomes),
        (
            "2019-11-21".to_owned(),
            "84 months after the certificate or report, and not while a rule may count one (48 months)".to_owned()
        )
    );
    assert_eq!(
        told(Class::CountyFlags),
        (
            "2026-05-21".to_owned(),
            "6 months after the day of the flag, and not while a rule may count one (6 months)".to_owned()
        )
    );
    assert_eq!(
        told(Class::Allegations),
        ("2024-11-21".to_owned(), "24 months after the day on which we knew".to_owned())
    );
    assert_eq!(told(Class::Sessions), ("2026-10-22".to_owned(), "30 days after their end".to_owned()));
}

#[test]
fn a_rule_that_counts_for_longer_keeps_its_evidence_for_longer() {
    let mut set = set();
    let rule = set.rules.iter_mut().find(|rule| rule.id == "a1.figures").unwrap();
    // Matters are read from outcomes, and kept with them.
    rule.months = 100;
    assert_eq!(of(Class::AuditOutcomes, &set).0, "2018-07-21");
    let rule = set.rules.iter_mut().find(|rule| rule.id == "c8.two-clerks").unwrap();
    rule.gather = Some(Gather::Count { at_least: 2, within_months: 60, distinct: None });
    assert_eq!(of(Class::CountyRecords, &set).0, "2021-11-21");
    let flag = set.assessed_by.iter_mut().find(|by| by.fact.is_some()).unwrap();
    let (_, when) = flag.fact.clone().unwrap();
    flag.fact = Some((EvidenceKind::CountyFlag, when));
    flag.months = 9;
    assert_eq!(of(Class::CountyFlags, &set).0, "2026-02-21");
}

#[test]
fn the_last_day_of_a_long_month_is_kept_through_a_short_one() {
    let mut rules = Rules::built_in().unwrap();
    for (_, term) in &mut rules.terms {
        term.length = Length::Months(6);
    }
    let dated = dated(&rules, &set(), date(2027, 2, 28));
    // Six months after 31 August is the last of February; on that day it is not yet over.
    assert_eq!(before_of(&dated, Class::HeldRows), date(2026, 8, 28));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_both_files_say_evidence_is_kept_while_a_rule_may_count_it(
        months in proptest::collection::vec(1_u32..=120, 100),
        stated in 1_u32..=120,
        in_days in any::<bool>(),
        plus in proptest::option::of(0_u32..=120),
    ) {
        let (mut set, mut rules) = (set(), Rules::built_in().unwrap());
        for (rule, months) in set.rules.iter_mut().zip(months.iter().cycle()) {
            rule.months = *months;
        }
        for (_, term) in &mut rules.terms {
            term.length = if in_days { Length::Days(stated * 30) } else { Length::Months(stated) };
            term.window_plus = plus;
        }
        for dated in dated(&rules, &set, TODAY) {
            let Holds::Decided(kinds, _) = dated.class.holds() else { continue };
            for rule in set.rules.iter().filter(|rule| kinds.contains(&rule.kind)) {
                let counts_since = TODAY.saturating_sub(i64::from(rule.months + plus.unwrap_or(0)).months());
                prop_assert!(dated.before <= counts_since, "{:?} {}", dated.class, rule.id);
            }
        }
    }
}
