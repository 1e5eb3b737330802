//! The method says what the rules say, whatever they say.

use super::*;
use crate::config::Transparency;
use crate::scoring::rules::{embedded, load};

fn shipped() -> RuleSet {
    load(&embedded()).unwrap()
}

#[test]
fn every_rule_stands_in_the_method_once_with_its_own_figures() {
    let rules = shipped();
    let method = method(&rules);
    let listed: Vec<&RuleMethod> = method.indicators.iter().flat_map(|indicator| &indicator.rules).collect();
    assert_eq!(listed.len(), rules.rules.len());
    for rule in &rules.rules {
        let found: Vec<_> = listed.iter().filter(|listed| listed.id == rule.id).collect();
        let [found] = found.as_slice() else { panic!("{} stands {} times", rule.id, found.len()) };
        assert_eq!((found.severity, found.months, found.opinion), (rule.severity, rule.months, rule.opinion));
        assert_eq!((&found.cite, &found.clears), (&rule.cite, &rule.clears));
        assert_eq!(found.points, rules.arithmetic.severity_points[usize::from(rule.severity) - 1]);
        assert!(found.condition.contains("evidence."), "{}", rule.id);
    }
    let of_a: Vec<&str> = method.indicators[0].rules.iter().map(|rule| rule.id.split('.').next().unwrap()).collect();
    let place = |id: &str| of_a.iter().position(|found| *found == id).unwrap();
    assert!(place("a9") < place("a10"), "in the catalogue's order: {of_a:?}");
}

#[test]
fn other_rules_give_another_method() {
    let (shipped, mut other) = (shipped(), shipped());
    other.bands[1].from = 7_250;
    other.arithmetic.opinion_cap = 1_500;
    other.rules[0].months = 31;
    other.min_covered = 4;
    let text = |rules: &RuleSet| serde_json::to_string(&method(rules)).unwrap();
    let (before, after) = (text(&shipped), text(&other));
    for said in ["From 7.25 points", "counts for 1.5 points at most", "\"months\":31", "fewer than 4 of the five"] {
        assert!(after.contains(said) && !before.contains(said), "{said}");
    }
}

#[test]
fn the_record_is_made_from_the_rules_and_says_what_nobody_stated() {
    let owner = Transparency { organisation: Some("Invented Association".to_owned()), ..Transparency::default() };
    let said = |rules: &RuleSet| {
        let about = record::About { rules, owner: &owner, sources: Default::default(), address: "https://b.example" };
        record(&about)
    };
    let rules = shipped();
    let record = said(&rules);
    let fields: Vec<&Field> = record.sections.iter().flat_map(|section| &section.fields).collect();
    let field = |number: &str| fields.iter().find(|field| field.number == number).unwrap().says.as_str();
    assert_eq!(field("2.1.1"), "Invented Association");
    assert_eq!(field("2.1.2"), "Not stated by the organisation that runs this service.");
    assert_eq!(field("1.3"), "https://b.example/method");
    assert!(
        field("2.4.2.1").contains(&rules.hash) && field("2.4.2.5").starts_with(&format!("{} rules", rules.rules.len()))
    );
    let mut numbers: Vec<&str> = fields.iter().map(|field| field.number.as_str()).collect();
    let all = numbers.len();
    numbers.dedup();
    assert_eq!(numbers.len(), all, "each number once");
    assert!(fields.iter().all(|field| field.says.len() > 4 && !field.says.contains("  ")), "{fields:?}");
    let mut other = rules;
    other.rules.retain(|rule| rule.catalogue == "a8");
    other.arithmetic.severity_points = [1_000, 2_000, 3_000, 4_500];
    let changed = serde_json::to_string(&said(&other)).unwrap();
    let counted = format!("{0} rules: {0} on audit and accounts, 0 on", other.rules.len());
    assert!(changed.contains(&counted) && changed.contains("3 and 4.5 points"), "{changed}");
}
