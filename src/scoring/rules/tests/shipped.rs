//! What holds of the shipped rule set as a whole.

use super::super::{Gather, RuleFile, embedded, load};
use super::{rule, says, shipped};
use crate::evidence::{EvidenceKind, REASON};
use crate::scoring::{Band, Indicator};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The catalogue's items by letter: a1 to a12 and so on.
const CATALOGUE: [(&str, u32); 5] = [("a", 12), ("b", 12), ("c", 12), ("d", 10), ("e", 12)];

#[test]
fn every_item_of_the_catalogue_has_a_rule_and_there_is_no_other() {
    let set = shipped();
    let expected: BTreeSet<String> =
        CATALOGUE.iter().flat_map(|(letter, items)| (1..=*items).map(move |item| format!("{letter}{item}"))).collect();
    let mut found: BTreeSet<String> =
        set.rules.iter().filter(|rule| !rule.opinion).map(|rule| rule.catalogue.clone()).collect();
    // a5 is a step up of every rule that grades except-for matters.
    for id in GRADES {
        let (when, says) = rule(&set, id).step_up.as_ref().unwrap();
        assert_eq!(when.source(), "evidence.undisclosed");
        assert!(says.contains("a5"), "{says}");
    }
    assert!(found.insert("a5".to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn severities_and_months_are_those_of_the_catalogue() {
    let set = shipped();
    let found = |ids: &[&str]| -> Vec<(u8, u32)> {
        ids.iter().map(|id| (rule(&set, id).severity, rule(&set, id).months)).collect()
    };
    assert_eq!(found(&["a1.figures", "a2.technical", "a3.public-rights"]), [(1, 12), (1, 24), (2, 24)]);
    assert_eq!(found(&["a4.controls", "a6.same-reason", "a6.not-acted-on"]), [(3, 24), (3, 36), (3, 36)]);
    assert_eq!(
        found(&["a7.late", "a7.very-late", "a8.no-return", "a8.two-years"]),
        [(1, 12), (2, 12), (3, 36), (4, 36)]
    );
    assert_eq!(found(&["a2.unstated", "e2.notice", "e2.enforced"]), [(1, 24), (3, 36), (3, 36)]);
    assert_eq!(found(&["a11.report", "a12.not-considered", "b12.quashed"]), [(4, 48), (4, 36), (4, 48)]);
    // Carried out, one severity lower.
    assert_eq!(found(&["a11.carried-out", "a12.carried-out", "b12.carried-out"]), [(3, 48), (3, 36), (3, 48)]);
    assert_eq!(found(&["b1.short-notice", "b1.repeated", "b6.unpublished-long"]), [(1, 18), (2, 18), (2, 12)]);
    assert_eq!(found(&["c7.discrimination", "c9.vacant", "c9.vacant-long"]), [(4, 48), (2, 12), (3, 12)]);
    assert_eq!(found(&["e1.late", "e1.repeated", "e4.breach", "e4.enforced"]), [(1, 18), (2, 18), (2, 24), (3, 24)]);
    assert_eq!(
        found(&["e11.safety", "e11.injury", "e3.altered", "e12.disqualified"]),
        [(3, 36), (4, 36), (4, 60), (3, 24)]
    );
}

#[test]
fn patterns_are_gathered_as_the_catalogue_asks() {
    let set = shipped();
    let slot = |kind: EvidenceKind, name: &str| kind.slot(name).unwrap();
    let count = |at_least, within_months, distinct| Some(Gather::Count { at_least, within_months, distinct });
    let group = slot(EvidenceKind::Complaint, "group");
    assert_eq!(rule(&set, "b1.repeated").gather, count(2, 18, None));
    assert_eq!(rule(&set, "c3.three-breaches").gather, count(3, 12, None));
    assert_eq!(rule(&set, "c8.two-clerks").gather, count(2, 24, None));
    assert_eq!(rule(&set, "d2.three-groups").gather, count(3, 12, Some(group)));
    assert_eq!(rule(&set, "e1.repeated").gather, count(3, 24, None));
    let matter = |name| slot(EvidenceKind::AuditMatter, name);
    let running = |year, by, or_marked| Some(Gather::Running { years: 2, year, by, or_marked });
    let year = slot(EvidenceKind::AuditOutcome, "year");
    assert_eq!(rule(&set, "a8.two-years").gather, running(year, vec![], None));
    let repeat = Some(matter("repeat"));
    assert_eq!(rule(&set, "a6.same-reason").gather, running(matter("year"), vec![matter("reason")], repeat));
    assert_eq!(rule(&set, "a6.same-assertion").gather, running(matter("year"), vec![matter("assertion")], repeat));
    assert_eq!(set.rules.iter().filter(|rule| rule.gather.is_some()).count(), 8);
}

/// Every matter that there can be, as far as grading goes.
fn matters() -> Vec<Json> {
    let mut matters = Vec::new();
    for reason in REASON.iter().map(|reason| Some(*reason)).chain([None]) {
        for assertion in (1..=10).map(Some).chain([None]) {
            for numbered_box in [Some(7), None] {
                let mut matter = json!({"year": 2025, "class": "except_for", "status": "qualified"});
                for (name, value) in [
                    ("reason", reason.map(Json::from)),
                    ("assertion", assertion.map(Json::from)),
                    ("box", numbered_box.map(Json::from)),
                ] {
                    if let Some(value) = value {
                        matter[name] = value;
                    }
                }
                matters.push(matter);
            }
        }
    }
    matters
}

const GRADES: [&str; 5] = ["a2.technical", "a2.unstated", "a3.public-rights", "a4.controls", "a6.not-acted-on"];

#[test]
fn each_except_for_matter_is_graded_by_exactly_one_rule() {
    let set = shipped();
    let graded =
        |matter: &Json| -> Vec<Option<bool>> { GRADES.iter().map(|id| says(rule(&set, id), matter)).collect() };
    for matter in matters() {
        let answers = graded(&matter);
        let fired = answers.iter().filter(|answer| **answer == Some(true)).count();
        assert_eq!(fired, 1, "{matter}");
        assert!(!answers.contains(&None), "{matter}: {answers:?}");
        assert_eq!(says(rule(&set, "a1.figures"), &matter), Some(false), "{matter}");

        let mut interim = matter.clone();
        interim["status"] = json!("interim");
        let mut other = matter.clone();
        other["class"] = json!("other");
        for matter in [interim, other] {
            assert_eq!(graded(&matter), [Some(false); GRADES.len()], "{matter}");
        }
    }
}

#[test]
fn a_matter_is_graded_by_its_reason_and_without_one_by_its_assertion() {
    let set = shipped();
    for (given, grade) in [
        (json!({"assertion": 4}), "a3.public-rights"),
        (json!({"reason": "other", "assertion": 4}), "a3.public-rights"),
        (json!({"reason": "wrong_form", "assertion": 2}), "a2.technical"),
        (json!({"reason": "internal_audit", "assertion": 1}), "a4.controls"),
        (json!({"assertion": 2}), "a4.controls"),
        (json!({"assertion": 5}), "a4.controls"),
        (json!({"assertion": 6, "box": 9}), "a4.controls"),
        (json!({"assertion": 7}), "a6.not-acted-on"),
        (json!({"assertion": 3}), "a2.technical"),
        (json!({"assertion": 10}), "a2.technical"),
        (json!({"box": 9}), "a2.technical"),
        (json!({"reason": "other"}), "a2.technical"),
        (json!({"reason": "trust_fund"}), "a2.technical"),
        (json!({}), "a2.unstated"),
    ] {
        let mut matter = given.clone();
        matter["class"] = json!("except_for");
        matter["status"] = json!("qualified");
        let fired: Vec<&str> = GRADES.into_iter().filter(|id| says(rule(&set, id), &matter) == Some(true)).collect();
        assert_eq!(fired, [grade], "{given}");
    }
}

#[test]
fn each_except_for_matter_runs_by_one_rule_at_most() {
    let set = shipped();
    for mut matter in matters() {
        matter["repeat"] = json!(true);
        let ids = ["a6.same-reason", "a6.same-assertion", "a6.marked", "a6.not-acted-on"];
        let fired = ids.iter().filter(|id| says(rule(&set, id), &matter) == Some(true)).count();
        assert_eq!(fired, 1, "{matter}");
    }
}

#[test]
fn rules_that_look_at_opinion_say_so_and_weigh_little() {
    let set = shipped();
    for rule in &set.rules {
        assert_eq!(rule.opinion, rule.kind == EvidenceKind::CountyFlag, "{}", rule.id);
        if rule.opinion {
            assert_eq!((rule.severity, rule.months), (1, 6), "{}", rule.id);
        }
    }
}

#[test]
fn the_settings_are_those_of_the_field() {
    let set = shipped();
    assert_eq!(set.title, "Indicators of poor performance, version pilot 1");
    assert_eq!(set.arithmetic.severity_points, [1_000, 3_000, 7_000, 12_000]);
    assert_eq!((set.arithmetic.same_event_percent, set.arithmetic.same_event_cap_percent), (25, 50));
    assert_eq!(set.arithmetic.repetition_percent, [100, 125, 150]);
    assert_eq!(set.arithmetic.opinion_cap, 3_000);
    let bands: Vec<(Band, i64, i64)> =
        set.bands.iter().map(|start| (start.band, start.from, start.leave_below)).collect();
    assert_eq!(
        bands,
        [(Band::Monitor, 1_000, 500), (Band::OfferSupport, 6_000, 5_000), (Band::PriorityReview, 12_000, 10_500)]
    );
    assert_eq!(set.floor, Some((4, Band::PriorityReview)));
    assert_eq!(set.weak_ceiling, Band::Monitor);
    assert_eq!((set.min_covered, set.must_cover), (3, vec![Indicator::A]));
}

#[test]
fn good_news_answers_what_it_is_about() {
    let set = shipped();
    let [clean, unqualified, in_time, action] = &set.mitigations[..] else { panic!("{:?}", set.mitigations) };
    assert_eq!(clean.answers, ["a1", "a2", "a3", "a4", "a6", "a7", "a8", "a9"]);
    assert_eq!(unqualified.answers, ["a2", "a3", "a4", "a6", "a8", "a9"]);
    assert_eq!(in_time.answers, ["a7"]);
    for good_return in [clean, unqualified, in_time] {
        assert_eq!(good_return.later_than_year, EvidenceKind::AuditOutcome.slot("year"), "{}", good_return.id);
    }
    assert!(set.mitigations.iter().all(|mitigation| mitigation.leaves_percent == 50));
    assert!(action.answers.is_empty());
    assert_eq!(action.indicator_slot, EvidenceKind::CountyRecord.slot("indicator"));
}

#[test]
fn the_hash_covers_every_byte_and_name_and_no_order() {
    let files = embedded();
    let hash = load(&files).unwrap().hash;
    assert_eq!(hash.len(), 64);
    let mut turned = files.clone();
    turned.reverse();
    assert_eq!(load(&turned).unwrap().hash, hash);
    for at in 0..files.len() {
        let mut changed = files.clone();
        changed[at].text.push_str("# one more remark\n");
        assert_ne!(load(&changed).unwrap().hash, hash, "{}", files[at].name);
        let mut renamed = files.clone();
        renamed[at].name.insert(0, 'x');
        assert_ne!(load(&renamed).unwrap().hash, hash, "{}", files[at].name);
    }
    let mut split = files.clone();
    split.push(RuleFile { name: "z.toml".to_owned(), text: String::new() });
    assert_ne!(load(&split).unwrap().hash, hash);
}
