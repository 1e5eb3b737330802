//! What holds for any register and any name.

use super::super::{Asked, Decision, Index, Listed};
use super::real_index;
use proptest::prelude::*;
use std::collections::HashMap;

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "Great",
        "Little",
        "North",
        "St",
        "Saint",
        "Thistle",
        "Thistlemere",
        "Bramble",
        "Norwick",
        "Horwick",
        "on",
        "the",
        "and",
        "with",
        "cum",
        "Town",
        "Parish",
        "Council",
        "(Oak",
        "Ward)",
        ",",
        "-",
        "&",
        "Parva",
        "Magna",
        "or",
        "near",
        "Group",
        "P.C.",
        "s",
    ])
    .prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..6).prop_map(|words| words.join(" "))
}

fn place() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "Oakmere", "Farmere", "Norfolk", "Rutland", "Cumbria", "Eden"])
        .prop_map(str::to_owned)
}

fn listed() -> impl Strategy<Value = Vec<Listed>> {
    let entry = (name(), place(), place(), any::<bool>(), prop::option::of(name()), 0..12_i64);
    prop::collection::vec(entry, 0..16).prop_map(|entries| {
        entries
            .into_iter()
            .zip(0..)
            .map(|((name, district, county, current, other, council_id), number)| Listed {
                council_id,
                gss_code: format!("E04{number:06}"),
                name,
                other_names: other.clone().into_iter().collect(),
                council_name: other.filter(|_| number % 3 == 0),
                district,
                county,
                current,
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn any_text_has_an_answer(
        register in listed(),
        text in "\\PC{0,30}",
        code in prop::option::of("[EW]?0?4?[0-9]{0,7}"),
        district in prop::option::of("\\PC{0,12}"),
    ) {
        let index = Index::build(register);
        let asked = Asked { name: &text, gss_code: code.as_deref(), district: district.as_deref(), county: None };
        let answer = index.decide(&asked);
        prop_assert!(answer.candidates.len() <= 10);
        prop_assert_eq!(answer.decision == Decision::None, answer.candidates.is_empty());
    }

    #[test]
    fn the_order_of_the_register_changes_nothing(
        (register, shuffled) in listed().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
        written in name(),
        district in place(),
    ) {
        let asked = Asked { name: &written, district: Some(&district), ..Asked::default() };
        prop_assert_eq!(Index::build(register).decide(&asked), Index::build(shuffled).decide(&asked));
    }

    #[test]
    fn matched_is_one_current_council_and_review_is_best_first(register in listed(), written in name(), district in place()) {
        let index = Index::build(register.clone());
        let answer = index.decide(&Asked { name: &written, district: Some(&district), ..Asked::default() });
        if answer.decision == Decision::Matched {
            prop_assert_eq!(answer.candidates.len(), 1);
            let code = &answer.candidates[0].gss_code;
            prop_assert!(register.iter().any(|entry| entry.current && entry.gss_code == *code));
        }
        prop_assert!(answer.candidates.is_sorted_by(|one, next| one.score >= next.score));
    }
}

/// Names don't repeat within a district, so a register name with its district is always that entry.
#[test]
fn every_register_name_with_its_district_is_that_entry() {
    let Some((register, index)) = real_index() else { return };
    let mut asked = 0;
    for entry in register.iter().filter(|entry| entry.current && !entry.district.is_empty()) {
        let answer = index.decide(&Asked { name: &entry.name, district: Some(&entry.district), ..Asked::default() });
        let first = answer.candidates.first().map(|candidate| candidate.gss_code.as_str());
        assert_eq!(
            (answer.decision, first),
            (Decision::Matched, Some(entry.gss_code.as_str())),
            "{entry:?}: {}",
            answer.reason
        );
        asked += 1;
    }
    assert!(asked > 9_000);
}

/// By its code, with its name, every current entry is found, shared name or not.
#[test]
fn every_code_with_its_name_is_that_entry() {
    let Some((register, index)) = real_index() else { return };
    let mut heirs: HashMap<Decision, usize> = HashMap::new();
    for entry in register {
        let name = format!("{} Parish Council", entry.name);
        let answer = index.decide(&Asked { name: &name, gss_code: Some(&entry.gss_code), ..Asked::default() });
        if entry.current {
            assert_eq!(answer.decision, Decision::Matched, "{entry:?}: {}", answer.reason);
            assert_eq!(answer.candidates[0].gss_code, entry.gss_code);
        } else {
            assert!(answer.reason.contains("retired"), "{entry:?}: {}", answer.reason);
            *heirs.entry(answer.decision).or_default() += 1;
        }
    }
    assert!(heirs[&Decision::Matched] > 300, "{heirs:?}");
}
