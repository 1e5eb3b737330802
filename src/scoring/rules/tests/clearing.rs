//! What the shipped rules promise: that a council's doing what `clears` says takes off what `cleared_leaves` tells, and
//! that a sentence which says who decided holds only of that body's decisions.

use super::{rule, says, shipped};
use crate::evidence::EvidenceKind;
use crate::scoring::rules::Rule;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

fn with(fields: &Json, name: &str, value: Json) -> Json {
    let mut changed = fields.clone();
    changed[name] = value;
    changed
}

#[test]
fn what_is_wholly_cleared_no_longer_fires() {
    let set = shipped();
    let record = |record: &str, since: &str| json!({"record": record, "open": true, "happened_on": since});
    let breach = json!({
        "theme": "disrespect", "stage": "decided", "outcome": "upheld", "sanction": "apology", "sanction_followed": false,
    });
    let mut wholly: BTreeSet<&str> = BTreeSet::new();
    for (id, fields, name, done) in [
        ("a8.two-years", json!({"status": "no_return"}), "status", json!("unqualified")),
        ("c4.sanction", breach, "sanction_followed", json!(true)),
        ("c4.recorded", record("sanction_ignored", "2026-02-01"), "open", json!(false)),
        ("c9.vacant", record("clerk_vacant", "2025-12-01"), "open", json!(false)),
        ("c9.vacant-long", record("rfo_vacant", "2025-06-01"), "open", json!(false)),
        ("c11.inquorate", record("inquorate_order", "2026-02-01"), "open", json!(false)),
        ("d1.recorded", record("no_complaints_procedure", "2026-02-01"), "open", json!(false)),
        ("d5.petition", record("abolition_petition", "2026-02-01"), "open", json!(false)),
    ] {
        wholly.insert(id);
        assert_eq!(says(rule(&set, id), &fields), Some(true), "{id}: {fields}");
        let cleared = with(&fields, name, done);
        // Nor does another rule of this item of the catalogue take its place.
        for of_item in set.rules.iter().filter(|other| other.catalogue == rule(&set, id).catalogue) {
            if of_item.kind == rule(&set, id).kind {
                assert_eq!(says(of_item, &cleared), Some(false), "{}: {cleared}", of_item.id);
            }
        }
    }
    let all: BTreeSet<&str> =
        set.rules.iter().filter(|rule| rule.cleared_leaves == Some(0)).map(|rule| rule.id.as_str()).collect();
    assert_eq!(wholly, all);
}

#[test]
fn a_milder_rule_that_takes_over_leaves_its_share() {
    let set = shipped();
    let report = |report: &str| json!({"report": report, "happened_on": "2025-12-01", "considered_in_time": false});
    let unpublished = json!({"record": "minutes_not_published", "open": true, "happened_on": "2025-06-01"});
    let mut partly: BTreeSet<&str> = BTreeSet::new();
    for (id, milder, fields, name, done) in [
        ("a10.recommendation", "a10.carried-out", report("statutory_recommendation"), "actions_completed", true),
        ("a11.report", "a11.carried-out", report("public_interest_report"), "actions_completed", true),
        ("a12.not-considered", "a12.carried-out", report("public_interest_report"), "actions_completed", true),
        ("b12.auditor", "b12.carried-out", report("court_declaration"), "actions_completed", true),
        ("b6.recorded-long", "b6.recorded", unpublished, "open", false),
    ] {
        partly.insert(id);
        let (rule, milder) = (rule(&set, id), rule(&set, milder));
        let cleared = with(&fields, name, json!(done));
        assert_eq!((says(rule, &fields), says(milder, &fields)), (Some(true), Some(false)), "{id}: {fields}");
        assert_eq!((says(rule, &cleared), says(milder, &cleared)), (Some(false), Some(true)), "{id}: {cleared}");
        assert_eq!((rule.months, milder.cleared_leaves), (milder.months, Some(100)), "{id}");
        let points = |rule: &Rule| set.arithmetic.severity_points[usize::from(rule.severity) - 1];
        let leaves = (points(milder) * 100 + points(rule) - 1) / points(rule);
        assert_eq!(rule.cleared_leaves.map(i64::from), Some(leaves), "{id}");
    }
    let between = |leaves: u32| (1..100).contains(&leaves);
    let all: BTreeSet<&str> =
        set.rules.iter().filter(|rule| rule.cleared_leaves.is_some_and(between)).map(|rule| rule.id.as_str()).collect();
    assert_eq!(partly, all);
}

#[test]
fn where_only_time_clears_everything_is_left() {
    let set = shipped();
    for rule in &set.rules {
        let clears = rule.clears.as_str();
        let asks_for_time = clears.ends_with(" months.") && !clears.contains(", or ")
            || ["Time", "; else time", ", and time"].iter().any(|time| clears.contains(time));
        assert_eq!(asks_for_time, rule.cleared_leaves == Some(100), "{}: {clears}", rule.id);
    }
    for id in ["e3.altered", "e6.interests", "e7.arrears", "e8.fraud", "c-opinion.clerk-distress", "b1.repeated"] {
        assert_eq!(rule(&set, id).cleared_leaves, Some(100), "{id}");
    }
}

#[test]
fn a_sentence_that_says_who_decided_asks_who_decided() {
    let set = shipped();
    let mut asking = 0;
    for rule in set.rules.iter().filter(|rule| rule.kind == EvidenceKind::Complaint) {
        let said = format!("{} {}", rule.title, rule.says).to_lowercase();
        let words = ["court", "tribunal", "auditor", "police", "information commissioner", "executive", "insurer"];
        let names_one = words.iter().chain(&["charity commission"]).any(|word| said.contains(word));
        // Not the law on insurance.
        let names_one = names_one && rule.catalogue != "e10";
        assert_eq!(names_one, rule.when.reads().iter().any(|name| name == "evidence.body"), "{}: {said}", rule.id);
        asking += usize::from(names_one);
    }
    assert_eq!(asking, 14);
}

#[test]
fn no_title_or_way_out_of_a_flag_points_at_one_person() {
    for rule in shipped().rules.iter().filter(|rule| rule.opinion && rule.id != "c-opinion.vacancy") {
        let said = format!("{} {} {}", rule.title, rule.says, rule.clears).to_lowercase();
        assert!(!said.contains("clerk") && !said.contains("chair"), "{}: {said}", rule.id);
    }
}
