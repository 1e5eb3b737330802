//! For each shipped rule a fact for which its condition holds, and near misses for which it does not.

use super::{rule, says, shipped};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A rule, and each change to its example that makes it a near miss.
struct Example {
    rule: &'static str,
    holds: Json,
    misses: Vec<Json>,
}

fn example<const N: usize>(rule: &'static str, holds: Json, misses: [Json; N]) -> Example {
    Example { rule, holds, misses: misses.into() }
}

/// A complaint that was upheld (unless `more` says how else it ended); every such rule also misses while undecided, when dismissed, and on another theme.
fn upheld(rule: &'static str, theme: &str, more: &Json, misses: impl IntoIterator<Item = Json>) -> Example {
    let holds = with(&json!({"theme": theme, "stage": "decided", "outcome": "upheld"}), more);
    let always = [
        json!({"outcome": "not_upheld"}),
        json!({"outcome": "withdrawn"}),
        json!({"stage": "under_appeal"}),
        json!({"theme": if theme == "other" { "service" } else { "other" }}),
    ];
    Example { rule, holds, misses: always.into_iter().chain(misses).collect() }
}

/// The first object with the second's values put over it; null takes a value away.
fn with(base: &Json, changes: &Json) -> Json {
    let mut merged = base.as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            merged.remove(name);
        } else {
            merged.insert(name.clone(), value.clone());
        }
    }
    Json::Object(merged)
}

/// Who decided a complaint.
fn by(body: &str) -> Json {
    json!({"body": body})
}

/// How a complaint ended otherwise.
fn outcome(outcome: &str) -> Json {
    json!({"outcome": outcome})
}

#[allow(clippy::too_many_lines, reason = "one table, and a row is no step")]
fn audit() -> Vec<Example> {
    let matter = |more: Json| with(&json!({"year": 2025, "status": "qualified", "class": "except_for"}), &more);
    let interim = || json!({"status": "interim"});
    let other = || json!({"class": "other"});
    let late = json!({"year": 2025, "status": "qualified", "days_late": 92, "reminder_sent": true});
    let report = |report: &str| json!({"report": report, "year": 2025});
    let done = || json!({"actions_completed": true});
    let recommendation = || json!({"report": "statutory_recommendation"});
    let a_month_old =
        |more: Json| with(&report("public_interest_report"), &with(&json!({"happened_on": "2026-02-01"}), &more));
    vec![
        example(
            "a1.figures",
            json!({"status": "unqualified_other_matters", "class": "other", "reason": "arithmetic"}),
            [interim(), json!({"class": "except_for"}), json!({"reason": "significant_event"})],
        ),
        example(
            "a2.technical",
            matter(json!({"reason": "wrong_form"})),
            [interim(), other(), json!({"reason": "internal_control"})],
        ),
        example(
            "a2.unstated",
            matter(json!({"undisclosed": false})),
            [interim(), other(), json!({"reason": "other"}), json!({"assertion": 3}), json!({"box": 9})],
        ),
        example("a3.public-rights", matter(json!({"assertion": 4})), [interim(), other(), json!({"assertion": 5})]),
        example(
            "a4.controls",
            matter(json!({"reason": "risk_management"})),
            [interim(), other(), json!({"reason": "misstatement"})],
        ),
        example(
            "a6.same-reason",
            matter(json!({"reason": "misstatement"})),
            [interim(), other(), json!({"reason": "other"})],
        ),
        example("a6.same-assertion", matter(json!({"assertion": 3})), [interim(), other(), json!({"assertion": 7})]),
        example(
            "a6.marked",
            matter(json!({"repeat": true})),
            [interim(), other(), json!({"repeat": null}), json!({"assertion": 1})],
        ),
        example(
            "a6.not-acted-on",
            matter(json!({"assertion": 7})),
            [interim(), other(), json!({"reason": "arithmetic"})],
        ),
        example(
            "a7.late",
            late.clone(),
            [interim(), json!({"days_late": 93}), json!({"days_late": 0}), json!({"reminder_sent": false})],
        ),
        example(
            "a7.very-late",
            with(&late, &json!({"days_late": 93, "reminder_sent": null})),
            [interim(), json!({"days_late": 92})],
        ),
        example("a8.no-return", json!({"status": "no_return"}), [interim(), json!({"status": "exempt"})]),
        example("a8.two-years", json!({"status": "no_return"}), [interim(), json!({"status": "unqualified"})]),
        example("a9.wrongly-exempt", json!({"status": "incorrectly_exempt"}), [json!({"status": "exempt"})]),
        example(
            "a10.recommendation",
            report("statutory_recommendation"),
            [done(), json!({"report": "advisory_notice"})],
        ),
        example(
            "a10.carried-out",
            with(&report("statutory_recommendation"), &done()),
            [json!({"actions_completed": null}), json!({"actions_completed": false})],
        ),
        example("a11.report", report("public_interest_report"), [done(), recommendation()]),
        example(
            "a11.carried-out",
            with(&report("public_interest_report"), &done()),
            [json!({"actions_completed": null}), recommendation()],
        ),
        example(
            "a12.not-considered",
            a_month_old(json!({"considered_in_time": false})),
            [
                done(),
                recommendation(),
                json!({"considered_in_time": true, "actions_completed": true}),
                // A day short of a month nothing is late, whatever has been entered.
                json!({"happened_on": "2026-02-02"}),
                json!({"happened_on": "2026-02-02", "actions_completed": false}),
            ],
        ),
        example(
            "a12.carried-out",
            a_month_old(json!({"considered_in_time": false, "actions_completed": true})),
            [
                recommendation(),
                json!({"considered_in_time": true}),
                json!({"actions_completed": false}),
                json!({"actions_completed": null}),
                json!({"happened_on": "2026-02-02"}),
            ],
        ),
    ]
}

fn procedures() -> Vec<Example> {
    let none = || json!({});
    let long = || json!({"over_three_months": true});
    let record = |more: Json| with(&json!({"record": "minutes_not_published", "happened_on": "2025-12-01"}), &more);
    let recommendation = || json!({"report": "statutory_recommendation"});
    let done = || json!({"actions_completed": true});
    vec![
        upheld("b1.short-notice", "short_notice", &none(), []),
        upheld("b1.repeated", "short_notice", &none(), []),
        upheld("b2.not-on-agenda", "decision_not_on_agenda", &outcome("partly_upheld"), []),
        upheld("b3.inquorate", "inquorate_decision", &none(), []),
        upheld("b4.one-member", "single_councillor_decision", &none(), []),
        upheld("b5.public-excluded", "public_excluded", &none(), []),
        upheld("b6.unpublished", "minutes_not_published", &none(), [long()]),
        upheld("b6.unpublished-long", "minutes_not_published", &long(), [json!({"over_three_months": null})]),
        example("b6.recorded", record(json!({})), [json!({"record": "clerk_left"}), json!({"open": true})]),
        example(
            "b6.recorded-long",
            record(json!({"open": true})),
            [json!({"open": false}), json!({"happened_on": "2025-12-02"}), json!({"open": null})],
        ),
        upheld("b7.no-power", "spending_without_power", &none(), []),
        upheld("b8.general-power", "general_power_ineligible", &none(), []),
        upheld("b9.precept", "unlawful_precept", &none(), []),
        upheld("b10.consent", "borrowing_or_disposal_without_consent", &none(), []),
        upheld("b11.contract", "contract_outside_standing_orders", &none(), []),
        upheld("b12.quashed", "decision_quashed", &by("court"), [by("county_association"), by("auditor")]),
        example("b12.auditor", json!({"report": "court_declaration"}), [recommendation(), done()]),
        example(
            "b12.carried-out",
            json!({"report": "advisory_notice", "actions_completed": true}),
            [recommendation(), json!({"actions_completed": false}), json!({"actions_completed": null})],
        ),
    ]
}

fn conflict() -> Vec<Example> {
    let about_officer = || json!({"subject_kind": "officer"});
    let tribunal = || by("employment_tribunal");
    let elsewhere = || by("council");
    let vacant = |record: &str, since: &str| json!({"record": record, "open": true, "happened_on": since});
    let resigned = json!({"record": "members_resigned", "resigned": 3, "seats": 9});
    let ended = || json!({"open": false});
    vec![
        upheld("c1.disrespect", "disrespect", &json!({"subject_kind": "member"}), [about_officer()]),
        upheld("c2.bullying", "bullying_or_harassment", &json!({}), [about_officer()]),
        upheld("c3.three-breaches", "other_code_breach", &json!({}), [about_officer()]),
        example(
            "c4.sanction",
            json!({
                "theme": "undeclared_interest", "stage": "decided", "outcome": "upheld",
                "sanction": "training", "sanction_followed": false,
            }),
            [
                json!({"sanction_followed": true}),
                json!({"sanction_followed": null}),
                json!({"sanction": "none"}),
                json!({"sanction": null}),
                json!({"theme": "service"}),
                about_officer(),
                json!({"outcome": "not_upheld"}),
            ],
        ),
        example("c4.recorded", json!({"record": "sanction_ignored"}), [json!({"record": "clerk_left"}), ended()]),
        upheld("c5.grievance", "grievance", &json!({}), []),
        upheld("c6.dismissal", "unfair_dismissal", &tribunal(), [elsewhere()]),
        upheld("c7.discrimination", "protected_disclosure", &tribunal(), [elsewhere()]),
        example("c8.two-clerks", json!({"record": "clerk_left"}), [json!({"record": "clerk_vacant"})]),
        example(
            "c9.vacant",
            vacant("clerk_vacant", "2025-12-01"),
            [
                json!({"happened_on": "2025-12-02"}),
                json!({"happened_on": "2025-09-01"}),
                json!({"open": false}),
                json!({"record": "clerk_left"}),
            ],
        ),
        example(
            "c9.vacant-long",
            vacant("rfo_vacant", "2025-09-01"),
            [json!({"happened_on": "2025-09-02"}), json!({"open": false})],
        ),
        example("c10.resigned", resigned, [json!({"resigned": 2}), json!({"seats": 10}), json!({"seats": 0})]),
        example(
            "c11.inquorate",
            json!({"record": "inquorate_order"}),
            [json!({"record": "members_resigned"}), ended()],
        ),
        upheld("c12.stress", "staff_stress", &json!({"body": "insurer", "outcome": "enforcement"}), [elsewhere()]),
    ]
}

fn community() -> Vec<Example> {
    let none = || json!({});
    let clerk_left = || json!({"record": "clerk_left"});
    vec![
        upheld("d1.procedure", "complaints_procedure", &none(), []),
        example("d1.recorded", json!({"record": "no_complaints_procedure"}), [clerk_left(), json!({"open": false})]),
        example(
            "d2.three-groups",
            json!({"group": "g-1", "theme": "service", "stage": "decided", "outcome": "upheld"}),
            [json!({"group": null}), json!({"outcome": "no_breach"}), json!({"stage": "assessed"})],
        ),
        example("d3.poll", json!({"record": "parish_poll_against"}), [clerk_left()]),
        upheld("d4.objection", "elector_objection", &by("auditor"), [by("county_association")]),
        example("d5.petition", json!({"record": "abolition_petition"}), [clerk_left(), json!({"open": false})]),
        upheld("d6.vexatious", "vexatious_refusal", &none(), [outcome("notice"), outcome("enforcement")]),
        example("d7.disorder", json!({"record": "police_or_mediator_attended"}), [clerk_left()]),
        upheld("d7.police", "disorder", &by("police"), [by("county_association")]),
        upheld(
            "d8.charity",
            "charity_trust",
            &with(&outcome("enforcement"), &by("charity_commission")),
            [by("county_association")],
        ),
        upheld("d9.interest", "undeclared_interest", &none(), []),
        upheld("d10.harassment", "harassment_order", &by("court"), [by("police"), by("council")]),
    ]
}

fn other_law() -> Vec<Example> {
    let none = || json!({});
    let hurt = || json!({"injury": true});
    let ended = |how: &str| with(&outcome(how), &by("information_commissioner"));
    let elsewhere = || by("county_association");
    vec![
        upheld("e1.late", "information_request_late", &ended("notice"), [elsewhere(), outcome("enforcement")]),
        upheld("e1.repeated", "information_request_late", &ended("notice"), [elsewhere(), outcome("enforcement")]),
        upheld("e2.notice", "practice_recommendation", &ended("notice"), [elsewhere()]),
        upheld(
            "e2.enforced",
            "vexatious_refusal",
            &ended("enforcement"),
            [elsewhere(), outcome("notice"), outcome("upheld"), json!({"theme": "data_breach"})],
        ),
        upheld("e3.altered", "records_altered", &outcome("convicted"), [outcome("charged")]),
        upheld("e4.breach", "data_breach", &ended("reprimand"), [elsewhere(), outcome("enforcement")]),
        upheld("e4.enforced", "data_breach", &ended("penalty"), [elsewhere(), outcome("reprimand")]),
        upheld("e5.fee", "data_protection_fee", &outcome("penalty"), []),
        upheld("e5.email", "personal_email", &outcome("notice"), []),
        upheld("e5.website", "website_inaccessible", &none(), []),
        upheld(
            "e6.interests",
            "interests_offence",
            &json!({"stage": "investigating", "outcome": "charged"}),
            [outcome("upheld")],
        ),
        upheld(
            "e7.arrears",
            "council_tax_arrears_vote",
            &outcome("convicted"),
            [outcome("charged"), outcome("upheld")],
        ),
        upheld("e8.fraud", "fraud_or_theft", &outcome("convicted"), [outcome("charged"), outcome("upheld")]),
        upheld(
            "e9.employer",
            "minimum_wage",
            &outcome("penalty"),
            [outcome("settled"), outcome("notice"), outcome("enforcement")],
        ),
        upheld("e10.insurance", "employers_liability_insurance", &outcome("penalty"), []),
        upheld("e11.safety", "play_area", &outcome("prohibition"), [hurt(), outcome("notice")]),
        upheld(
            "e11.injury",
            "health_and_safety",
            &json!({"injury": true, "outcome": "convicted"}),
            [json!({"injury": null}), outcome("charged")],
        ),
        upheld("e12.disqualified", "disqualified_member", &none(), []),
    ]
}

fn flags() -> Vec<Example> {
    let progress = || json!({"flag": "positive_progress"});
    let about = |flag: &str, letter: &str| json!({"flag": flag, "indicator": letter});
    let other_letter = || json!({"indicator": "d"});
    let silent = || json!({"indicator": null});
    let mut examples = vec![
        example(
            "b-opinion.advice-calls",
            json!({"flag": "repeated_advice_calls"}),
            [progress(), json!({"indicator": "a"})],
        ),
        example("b-opinion.advice-ignored", about("advice_ignored", "b"), [progress(), json!({"indicator": "e"})]),
        example(
            "d-opinion.advice-calls",
            about("repeated_advice_calls", "d"),
            [progress(), silent(), json!({"indicator": "b"})],
        ),
        example(
            "d-opinion.advice-ignored",
            about("advice_ignored", "d"),
            [progress(), silent(), json!({"indicator": "b"})],
        ),
        example("c-opinion.clerk-distress", json!({"flag": "clerk_distress"}), [progress()]),
        example("c-opinion.vacancy", json!({"flag": "clerk_or_rfo_vacancy"}), [progress()]),
        example("c-opinion.unfilled-seats", json!({"flag": "unfilled_seats"}), [progress()]),
        example("c-opinion.inquorate", json!({"flag": "inquorate"}), [progress()]),
        example("d-opinion.social-media", json!({"flag": "hostile_social_media"}), [progress()]),
    ];
    for (calls, ignored, letter) in [
        ("a-opinion.advice-calls", "a-opinion.advice-ignored", "a"),
        ("c-opinion.advice-calls", "c-opinion.advice-ignored", "c"),
        ("e-opinion.advice-calls", "e-opinion.advice-ignored", "e"),
    ] {
        examples.push(example(calls, about("repeated_advice_calls", letter), [progress(), silent(), other_letter()]));
        examples.push(example(ignored, about("advice_ignored", letter), [progress(), silent(), other_letter()]));
    }
    examples
}

#[test]
fn every_rule_holds_on_its_example_and_not_on_its_near_misses() {
    let set = shipped();
    let groups = [audit(), procedures(), conflict(), community(), other_law(), flags()];
    let mut seen = BTreeSet::new();
    for example in groups.iter().flatten() {
        let rule = rule(&set, example.rule);
        assert!(seen.insert(example.rule), "{} stands twice", example.rule);
        assert_eq!(says(rule, &example.holds), Some(true), "{}: {}", example.rule, example.holds);
        for miss in &example.misses {
            let miss = with(&example.holds, miss);
            assert_eq!(says(rule, &miss), Some(false), "{}: {miss}", example.rule);
        }
        assert!(!example.misses.is_empty(), "{}", example.rule);
    }
    let all: BTreeSet<&str> = set.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(seen, all);
}
