//! What is found when a set is looked over, and what is left alone.

use super::*;
use crate::scoring::rules::{RuleFile, embedded, load};
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 28);

/// The shipped settings with these rules in the place of the shipped ones.
fn looked_over(rules: &str) -> Vec<String> {
    told(&with_rules(rules), None)
}

fn with_rules(rules: &str) -> RuleSet {
    let mut files = embedded();
    files.retain(|file| {
        !file.name.starts_with("indicators/") && file.name != "flags.toml" && file.name != "mitigation.toml"
    });
    files.push(RuleFile { name: "rules.toml".to_owned(), text: rules.to_owned() });
    load(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn told(set: &RuleSet, sent: Option<&[EvidenceKind]>) -> Vec<String> {
    let found = remarks(set, TODAY, sent);
    let level = |found: &Diagnostic| if found.is_remark { "warning" } else { "mistake" };
    found
        .iter()
        // The small sets of these tests have no critical rule.
        .filter(|found| !found.message.starts_with("[floor]"))
        .map(|found| format!("{} {}: {}", level(found), found.rule.as_deref().unwrap_or("-"), found.message))
        .collect()
}

fn rule(id: &str, when: &str, more: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\ntitle = \"T\"\nindicator = \"a\"\nevidence = \"audit_outcome\"\nwhen = '{when}'\n\
         severity = 2\nmonths = 24\nin_force = {{ from = 2015-04-01 }}\ncite = \"C\"\nsays = \"S.\"\nclears = \"C.\"\n{more}\n"
    )
}

#[test]
fn there_is_nothing_to_say_of_the_rules_that_ship() {
    let set = load(&embedded()).unwrap();
    let every: Vec<EvidenceKind> = EvidenceKind::ALL.to_vec();
    assert_eq!(told(&set, Some(&every)), Vec::<String>::new());
}

#[test]
fn a_rule_that_contradicts_itself_can_never_fire() {
    let rules = rule("a1.never", "evidence.status == \"exempt\" && evidence.status == \"qualified\"", "");
    assert_eq!(
        looked_over(&rules),
        ["mistake a1.never: this rule can never fire: no evidence meets its condition, which contradicts itself"]
    );
}

#[test]
fn a_step_up_that_cannot_hold_and_one_that_always_does_are_told() {
    let step = |when: &str| format!("step_up = {{ when = '{when}', says = \"one up\" }}");
    let status = "evidence.status == \"qualified\"";
    let never = rule("a1.step", status, &step("evidence.status == \"exempt\""));
    assert_eq!(looked_over(&never), ["mistake a1.step: its `step_up` can never hold while `when` does"]);
    let always = rule("a1.step", status, &step("evidence.status in [\"qualified\", \"exempt\"]"));
    assert_eq!(looked_over(&always), ["warning a1.step: its `step_up` holds whenever the rule fires"]);
    let sometimes = rule("a1.step", status, &step("evidence.days_late > 0"));
    assert_eq!(looked_over(&sometimes), Vec::<String>::new());
}

#[test]
fn what_never_fades_is_told() {
    let holds = rule("a1.holds", "evidence.status == \"no_return\"", "holds = 'known(evidence.status)'");
    assert_eq!(looked_over(&holds), ["warning a1.holds: it never fades: its `holds` holds whenever the rule fires"]);
}

#[test]
fn two_rules_on_the_same_evidence_count_it_twice_however_they_are_written() {
    let one = rule("a1.one", "evidence.status == \"no_return\"", "");
    let other = rule("a2.other", "evidence.status in [\"no_return\"] && true", "");
    assert_eq!(
        looked_over(&(one.clone() + &other)),
        ["mistake a2.other: it fires on the same evidence as a1.one, and from 2015-04-01 both are in force"]
    );
    let counted = other.replace("cite", "count = { at_least = 2, within_months = 12 }\ncite");
    assert_eq!(looked_over(&(one + &counted)), Vec::<String>::new(), "so many are another thing");
}

#[test]
fn a_rule_that_takes_over_may_leave_days_to_neither() {
    let older = rule("a1.older", "evidence.status == \"no_return\"", "")
        .replace("from = 2015-04-01", "from = 2015-04-01, until = 2024-03-31");
    let newer = |from: &str| rule("a1.newer", "evidence.status == \"no_return\"", "").replace("2015-04-01", from);
    assert_eq!(looked_over(&(older.clone() + &newer("2024-04-01"))), Vec::<String>::new());
    assert_eq!(
        looked_over(&(older.clone() + &newer("2024-05-01"))),
        ["warning a1.newer: it takes over from a1.older, but the days from 2024-04-01 to 2024-04-30 belong to neither"]
    );
    assert_eq!(
        looked_over(&(older + &newer("2024-03-31"))),
        ["mistake a1.newer: it fires on the same evidence as a1.older, and from 2024-03-31 both are in force"]
    );
}

#[test]
fn evidence_that_no_feed_sends_is_told_where_feeds_are_declared() {
    let set = with_rules(&rule("a1.one", "evidence.status == \"no_return\"", ""));
    assert_eq!(told(&set, None), Vec::<String>::new());
    assert_eq!(told(&set, Some(&[EvidenceKind::AuditOutcome])), Vec::<String>::new());
    assert_eq!(
        told(&set, Some(&[EvidenceKind::Complaint])),
        ["warning a1.one: no declared feed sends evidence of kind `audit_outcome`"]
    );
}

#[test]
fn a_rule_that_ended_long_ago_and_limits_that_limit_nothing_are_told() {
    let ended = rule("a1.ended", "evidence.status == \"no_return\"", "")
        .replace("2015-04-01", "1990-04-01, until = 2001-03-31");
    assert_eq!(
        looked_over(&ended),
        ["warning a1.ended: this rule ended on 2001-03-31: nothing can count by it any more"]
    );
    let mut set = with_rules(&rule("a1.one", "evidence.status == \"no_return\"", ""));
    set.weak_ceiling = Band::PriorityReview;
    let found: Vec<String> = remarks(&set, TODAY, None).into_iter().map(|found| found.message).collect();
    assert_eq!(
        found,
        [
            "[floor] never brings priority_review: no rule has severity 4",
            "[ceiling] holds nothing back: it is the highest band"
        ]
    );
}

#[test]
fn it_is_told_with_the_line_and_the_other_rule() {
    let one = rule("a1.one", "evidence.status == \"no_return\"", "");
    let other = rule("a2.other", "evidence.status == \"no_return\"", "");
    let found = remarks(&with_rules(&(one + &other)), TODAY, None);
    insta::assert_snapshot!(found.last().unwrap().to_string());
}
