//! Facts of which the source says too little for a shipped rule to hold or not to hold.

use super::{rule, says, shipped};
use serde_json::json;

#[test]
fn silence_where_a_rule_needs_an_answer_is_neither_yes_nor_no() {
    let set = shipped();
    for (id, fields) in [
        ("a7.late", json!({"status": "qualified", "days_late": 20})),
        ("a7.very-late", json!({"status": "qualified"})),
        ("a8.no-return", json!({})),
        (
            "a12.not-considered",
            json!({"report": "public_interest_report", "considered_in_time": true, "happened_on": "2026-02-01"}),
        ),
        ("a12.not-considered", json!({"report": "public_interest_report", "happened_on": "2026-02-01"})),
        (
            "a12.carried-out",
            json!({"report": "public_interest_report", "actions_completed": true, "happened_on": "2026-02-01"}),
        ),
        ("b3.inquorate", json!({"theme": "inquorate_decision", "outcome": "upheld"})),
        ("b3.inquorate", json!({"theme": "inquorate_decision", "stage": "decided"})),
        ("b12.quashed", json!({"theme": "decision_quashed", "stage": "decided", "outcome": "upheld"})),
        ("c6.dismissal", json!({"theme": "unfair_dismissal", "stage": "decided", "outcome": "upheld"})),
        ("d4.objection", json!({"theme": "elector_objection", "stage": "decided", "outcome": "upheld"})),
        ("d7.police", json!({"theme": "disorder", "stage": "decided", "outcome": "upheld"})),
        ("d8.charity", json!({"theme": "charity_trust", "stage": "decided", "outcome": "notice"})),
        ("d10.harassment", json!({"theme": "harassment_order", "stage": "decided", "outcome": "upheld"})),
        ("e1.late", json!({"theme": "information_request_late", "stage": "decided", "outcome": "notice"})),
        ("e1.repeated", json!({"theme": "information_request_late", "stage": "decided", "outcome": "notice"})),
        ("e2.notice", json!({"theme": "practice_recommendation", "stage": "decided", "outcome": "notice"})),
        ("e2.enforced", json!({"theme": "information_request_late", "stage": "decided", "outcome": "enforcement"})),
        ("e4.breach", json!({"theme": "data_breach", "stage": "decided", "outcome": "reprimand"})),
        ("e4.enforced", json!({"theme": "data_breach", "stage": "decided", "outcome": "penalty"})),
        ("c9.vacant", json!({"record": "clerk_vacant", "happened_on": "2025-12-01"})),
        ("c10.resigned", json!({"record": "members_resigned", "resigned": 5})),
    ] {
        assert_eq!(says(rule(&set, id), &fields), None, "{id}: {fields}");
    }
}
