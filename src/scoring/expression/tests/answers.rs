//! What conditions answer: yes, no, or that it cannot be said.

use super::super::{Scene, compile};
use super::{AS_OF, ask, council, fact};
use crate::evidence::EvidenceKind;
use jiff::civil::date;
use serde_json::json;

/// Conditions on one late return, and their answers.
#[test]
fn conditions_read_every_type_of_field() {
    let fields = json!({
        "year": 2025, "status": "qualified", "submitted_on": "2025-07-20", "days_late": 20, "reminder_sent": true,
    });
    for (source, expected) in [
        ("true", Some(true)),
        (r#"evidence.status == "qualified""#, Some(true)),
        (r#""qualified" == evidence.status"#, Some(true)),
        (r#"evidence.status != "qualified""#, Some(false)),
        (r#"evidence.status in ["interim", "qualified"]"#, Some(true)),
        (r#"evidence.status in ["interim", "exempt",]"#, Some(false)),
        (r#"!(evidence.status in ["interim"])"#, Some(true)),
        (r#"evidence.submitted_on > "2025-06-30""#, Some(true)),
        (r#""2025-06-30" >= evidence.submitted_on"#, Some(false)),
        (r#"evidence.submitted_on in ["2025-07-19", "2025-07-20"]"#, Some(true)),
        ("evidence.reminder_sent", Some(true)),
        ("evidence.reminder_sent == false", Some(false)),
        ("!evidence.reminder_sent != evidence.reminder_sent", Some(true)),
        ("evidence.days_late > 0 && evidence.days_late <= 92", Some(true)),
        ("evidence.days_late * 3 - 1 == 59 && -evidence.days_late < 0", Some(true)),
        ("evidence.days_late - 5 - 5 == 10", Some(true)),
        ("evidence.days_late in [10, 20, -3]", Some(true)),
        ("evidence.days_late < 10_000", Some(true)),
        ("as_of.year - evidence.year == 1 && as_of.month == 3", Some(true)),
        ("evidence.determined_year == 2026", Some(true)),
        ("evidence.age_months == 1", Some(true)),
        ("council.parishes == 3", Some(true)),
        (r#"council.county in ["Westshire", "Midshire"] && council.county != "Eastshire""#, Some(true)),
        // Unknown: the certificate's day, the income.
        (r#"evidence.certified_on > "2025-01-01""#, None),
        ("evidence.income > 25_000", None),
        ("council.income > 25_000", None),
        ("known(evidence.income)", Some(false)),
        ("known(evidence.status) && known(council.county)", Some(true)),
        ("known(council.income) || known(evidence.certified_on)", Some(false)),
        ("evidence.income > 1 || evidence.reminder_sent", Some(true)),
        ("evidence.income > 1 && !evidence.reminder_sent", Some(false)),
        ("evidence.income > 1 && evidence.reminder_sent", None),
        ("!(evidence.income > 1)", None),
        ("(evidence.income > 1) == (evidence.income > 1)", None),
        ("evidence.income * 0 == 0", None),
        // Too large to hold is not "false".
        ("9_223_372_036_854_775_807 + evidence.days_late > 0", None),
        ("9_223_372_036_854_775_807 * evidence.days_late > 0 || true", Some(true)),
    ] {
        assert_eq!(ask(source, EvidenceKind::AuditOutcome, &fields), expected, "{source}");
    }
}

#[test]
fn texts_are_compared_for_sameness_only() {
    let fields = json!({"group": "g-17"});
    for (source, expected) in [
        (r#"evidence.group == "g-17""#, Some(true)),
        (r#""g-18" != evidence.group"#, Some(true)),
        (r#"evidence.group in ["g-1", "g-2"]"#, Some(false)),
        ("evidence.group == council.county", Some(false)),
        ("known(evidence.group)", Some(true)),
    ] {
        assert_eq!(ask(source, EvidenceKind::Complaint, &fields), expected, "{source}");
    }
    assert_eq!(ask(r#"evidence.group == "g""#, EvidenceKind::Complaint, &json!({})), None);
}

#[test]
fn months_are_counted_as_points_decay() {
    let condition =
        |months: i64| compile(&format!("evidence.age_months == {months}"), EvidenceKind::CountyRecord).unwrap();
    let mut fact = fact(EvidenceKind::CountyRecord, &json!({}));
    for (from, as_of, months) in [
        (date(2025, 12, 31), date(2026, 2, 27), 1),
        (date(2025, 12, 31), date(2026, 2, 28), 2),
        (date(2026, 2, 28), date(2026, 3, 27), 0),
        (date(2026, 2, 28), date(2026, 3, 28), 1),
        (date(2024, 3, 1), date(2026, 3, 1), 24),
        (date(2026, 3, 2), date(2026, 3, 1), -1),
    ] {
        fact.happened_on = Some(from);
        let scene = Scene { fact: &fact, council: &council(), as_of };
        assert_eq!(condition(months).holds(&scene), Some(true), "{from} to {as_of}");
    }
    fact.happened_on = None;
    fact.determined_on = Some(date(2025, 11, 1));
    let scene = Scene { fact: &fact, council: &council(), as_of: AS_OF };
    assert_eq!(condition(4).holds(&scene), Some(true));
    fact.determined_on = None;
    let scene = Scene { fact: &fact, council: &council(), as_of: AS_OF };
    assert_eq!(condition(4).holds(&scene), None);
    assert_eq!(condition(4).missing(&scene), ["evidence.age_months"]);
}

#[test]
fn a_condition_tells_what_it_reads_and_what_it_missed() {
    let source =
        r#"evidence.class == "except_for" && (evidence.reason == "other" || evidence.assertion + evidence.box > 3)"#;
    let condition = compile(source, EvidenceKind::AuditMatter).unwrap();
    assert_eq!(condition.source(), source);
    assert_eq!(condition.kind(), EvidenceKind::AuditMatter);
    assert_eq!(condition.reads(), ["evidence.assertion", "evidence.box", "evidence.class", "evidence.reason"]);
    for (fields, missing) in [
        (json!({"class": "except_for", "box": 1}), vec!["evidence.assertion", "evidence.reason"]),
        (json!({"class": "except_for", "reason": "wrong_form", "box": 1}), vec!["evidence.assertion"]),
        (json!({"reason": "other"}), vec!["evidence.class"]),
        (json!({"class": "except_for", "reason": "other"}), vec![]),
        (json!({"class": "other"}), vec![]),
    ] {
        let fact = fact(EvidenceKind::AuditMatter, &fields);
        let scene = Scene { fact: &fact, council: &council(), as_of: AS_OF };
        assert_eq!(condition.missing(&scene), missing, "{fields}");
        assert_eq!(condition.holds(&scene).is_none(), !missing.is_empty(), "{fields}");
    }
}

#[test]
fn no_field_has_the_name_of_a_built_in() {
    for kind in EvidenceKind::ALL {
        for field in kind.fields() {
            assert!(!["age_months", "determined_year"].contains(&field.name), "{} {}", kind.name(), field.name);
        }
    }
}

#[test]
fn long_chains_are_flat() {
    let chain = vec!["evidence.year == 2025"; 80].join(" || ");
    assert_eq!(ask(&chain, EvidenceKind::AuditOutcome, &json!({"year": 2025})), Some(true));
    let sum = vec!["1"; 900].join("+") + " == 900";
    assert_eq!(ask(&sum, EvidenceKind::AuditOutcome, &json!({})), Some(true));
    let deep = format!("{}evidence.reminder_sent{}", "(".repeat(64), ")".repeat(64));
    assert_eq!(ask(&deep, EvidenceKind::AuditOutcome, &json!({"reminder_sent": true})), Some(true));
}
