//! Tests of complaint records: rows that pass, rows that are refused, and what counts as decided.

use crate::evidence::Standing;
use crate::ingest::normalise::tests::{Cells, only, passes, refused, warned};
use crate::ingest::record::SourceKind;
use jiff::civil::date;
use serde_json::{Value as Json, json};

const COMPLAINTS: SourceKind = SourceKind::Complaints;
const UPHELD: Cells<'static> = &[
    ("Case reference", "MO/2025/014"),
    ("Council", "Little Exampling"),
    ("Received", "02/06/2025"),
    ("Decided", "1 November 2025"),
    ("Theme", "Bullying & harassment"),
    ("Subject kind", "Councillor"),
    ("Complainant type", "Clerk"),
    ("Decided by", "MO"),
    ("Stage", "Decided"),
    ("Outcome", "UPHELD"),
    ("Sanction", "Written apology"),
    ("Sanction followed", "x"),
    ("Notes", "Three meetings, one apology."),
];

#[test]
fn an_upheld_complaint_is_read_whole() {
    let record = passes(COMPLAINTS, UPHELD, &[]);
    let fields = json!({
        "theme": "bullying_or_harassment", "subject_kind": "member", "source_kind": "officer", "body": "monitoring_officer",
        "stage": "decided", "outcome": "upheld", "sanction": "apology", "sanction_followed": true,
    });
    assert_eq!(Json::Object(record.fields), fields);
    assert_eq!((record.record_key.as_str(), record.chain.as_str()), ("MO/2025/014/1", "example-feed/MO/2025/014/1"));
    assert_eq!((record.happened_on, record.determined_on), (Some(date(2025, 6, 2)), Some(date(2025, 11, 1))));
    assert_eq!((record.standing, record.warnings), (Standing::Determined, vec![]));
}

#[test]
fn a_person_in_the_notes_is_pointed_out_and_not_kept_with_the_evidence() {
    let notes = &[("Notes", "The complainant is Mrs Example, 01632 960123.")];
    assert_eq!(warned(COMPLAINTS, UPHELD, notes), only("Notes", "personal_data_unread"));
    let record = passes(COMPLAINTS, UPHELD, notes);
    assert!(!record.warnings.iter().any(|warning| warning.message.contains("960123")), "{:?}", record.warnings);
    assert_eq!(record.fields, passes(COMPLAINTS, UPHELD, &[]).fields);
}

#[test]
fn only_what_is_decided_and_final_is_determined() {
    use Standing::{Allegation, Determined};
    for (changed, standing) in [
        (&[("Stage", "")][..], Determined),
        (&[("Stage", ""), ("Outcome", "")], Allegation),
        (&[("Stage", ""), ("Decided", "")], Allegation),
        (&[("Stage", "investigating")], Allegation),
        (&[("Stage", "Under appeal")], Allegation),
        (&[("Stage", "received"), ("Outcome", ""), ("Decided", "")], Allegation),
        (&[("Outcome", "No breach")], Determined),
        (&[("Outcome", "withdrawn")], Determined),
        (&[("Outcome", "charged")], Allegation),
        (&[("Outcome", "charged"), ("Theme", "interests offence")], Determined),
        (&[("Outcome", "convicted"), ("Theme", "fraud")], Determined),
    ] {
        let record = passes(COMPLAINTS, UPHELD, changed);
        assert_eq!(record.standing, standing, "{changed:?}");
        assert_eq!(record.determined_on.is_some(), standing == Determined, "{changed:?}");
    }
}

#[test]
fn rows_that_cannot_be_taken_are_refused() {
    for (changed, column, code) in [
        (&[("Case reference", "")][..], "Case reference", "value_missing"),
        (&[("Theme", "")], "Theme", "value_missing"),
        (&[("Theme", "rudeness")], "Theme", "choice_unknown"),
        (&[("Decided", "1/6/2025")], "Decided", "decided_before_received"),
        (&[("Decided", "21/11/2026")], "Decided", "date_in_future"),
        (&[("group", "Mr Example")], "group", "personal_data"),
        (&[("event", "clerk@example.org")], "event", "personal_data"),
        (&[("Case reference", "07700 900123")], "Case reference", "personal_data"),
        (&[("injury", "a little")], "injury", "yes_no_unreadable"),
        (&[("Outcome", "guilty as sin")], "Outcome", "choice_unknown"),
    ] {
        assert_eq!(refused(COMPLAINTS, UPHELD, changed), only(column, code), "{changed:?}");
    }
}

#[test]
fn a_decision_without_its_outcome_is_pointed_out() {
    assert_eq!(
        warned(COMPLAINTS, UPHELD, &[("Outcome", ""), ("Sanction", "")]),
        only("Stage", "decided_without_outcome")
    );
    assert_eq!(warned(COMPLAINTS, UPHELD, &[("Decided", "")]), only("Stage", "decided_without_outcome"));
    assert_eq!(warned(COMPLAINTS, UPHELD, &[("Outcome", "no breach")]), only("Sanction", "sanction_without_breach"));
}

#[test]
fn each_head_is_a_record_of_its_own() {
    let second = passes(COMPLAINTS, UPHELD, &[("head", "2"), ("group", "G7"), ("version", "3")]);
    assert_eq!(second.record_key, "MO/2025/014/2");
    assert_eq!(second.fields.get("group"), Some(&Json::from("G7")));
    assert_eq!(second.order.version, Some(3));
}
