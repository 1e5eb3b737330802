//! Tests of county records and flags: rows that pass, rows that are refused, and why.

use crate::evidence::Standing;
use crate::ingest::normalise::tests::{Cells, only, passes, refused, warned};
use crate::ingest::record::SourceKind;
use jiff::civil::date;
use serde_json::{Value as Json, json};

const RECORDS: SourceKind = SourceKind::CountyRecords;
const RESIGNED: Cells<'static> = &[
    ("Record", "Councillors resigned"),
    ("Council", "Little Exampling"),
    ("District", "North Sample"),
    ("Happened on", "03/02/2026"),
    ("Recorded on", "2026-02-10"),
    ("Resigned", "3"),
    ("Seats", "7"),
];
const VACANT: Cells<'static> =
    &[("record", "no clerk"), ("name", "Little Exampling"), ("since", "03/02/2026"), ("until", "")];

#[test]
fn a_record_is_a_determined_fact() {
    let record = passes(RECORDS, RESIGNED, &[]);
    assert_eq!(Json::Object(record.fields), json!({"record": "members_resigned", "resigned": 3, "seats": 7}));
    assert_eq!(record.record_key, "little_exampling,north_sample/members_resigned/2026-02-03");
    assert_eq!((record.happened_on, record.determined_on), (Some(date(2026, 2, 3)), Some(date(2026, 2, 10))));
    assert_eq!((record.standing, record.warnings), (Standing::Determined, vec![]));
    assert_eq!(passes(RECORDS, RESIGNED, &[("Recorded on", "")]).determined_on, Some(date(2026, 2, 3)));
    let action = passes(RECORDS, VACANT, &[("record", "plan completed"), ("answers", "Audit and accounts")]);
    assert_eq!(Json::Object(action.fields), json!({"record": "action_completed", "indicator": "a"}));
}

#[test]
fn what_goes_on_is_open_until_it_ends() {
    let open = |changed: Cells<'_>| passes(RECORDS, VACANT, changed).fields.get("open").cloned();
    assert_eq!(open(&[]), Some(Json::Bool(true)));
    assert_eq!(warned(RECORDS, VACANT, &[]), only("until", "open_assumed"));
    assert_eq!(open(&[("until", "1/4/2026")]), Some(Json::Bool(false)));
    assert_eq!(open(&[("still open", "N")]), Some(Json::Bool(false)));
    assert_eq!(open(&[("record", "clerk left")]), None);
    let without_end = [("record", "no clerk"), ("name", "Little Exampling"), ("since", "03/02/2026")];
    assert_eq!(passes(RECORDS, &without_end, &[]).fields.get("open"), None);
}

#[test]
fn records_that_cannot_be_taken_are_refused() {
    for (changed, column, code) in [
        (&[("Record", "flood")][..], "Record", "choice_unknown"),
        (&[("Happened on", "")], "Happened on", "value_missing"),
        (&[("Recorded on", "2/2/2026")], "Recorded on", "recorded_before_happened"),
        (&[("Resigned", "8")], "Resigned", "resigned_above_seats"),
        (&[("Resigned", "-1")], "Resigned", "out_of_range"),
        (&[("Seats", "about 7")], "Seats", "number_unreadable"),
        (&[("Happened on", "2026-11-21"), ("Recorded on", "")], "Happened on", "date_in_future"),
        (&[("Indicator", "f")], "Indicator", "choice_unknown"),
    ] {
        assert_eq!(refused(RECORDS, RESIGNED, changed), only(column, code), "{changed:?}");
    }
    assert_eq!(refused(RECORDS, VACANT, &[("until", "2/2/2026")]), only("until", "ended_before_happened"));
    let both = [("until", "2/4/2026"), ("still open", "yes")];
    assert_eq!(refused(RECORDS, VACANT, &both), only("still open", "open_contradicts_ended"));
    assert_eq!(warned(RECORDS, RESIGNED, &[("Seats", "")]), only("Seats", "seats_missing"));
}

const FLAGS: SourceKind = SourceKind::CountyFlags;
const FLAG: Cells<'static> = &[
    ("kind", "Advice ignored"),
    ("council", "Little Exampling"),
    ("gss_code", "E04999001"),
    ("date", "2026-10-02"),
    ("officer", "AB"),
    ("first_hand", "second-hand"),
    ("confidence", "M"),
    ("shown_to_council", "no"),
    ("next_review", "2027-01-15"),
    ("topic", "procedures"),
];

#[test]
fn a_flag_is_an_opinion_and_keeps_no_officer() {
    let record = passes(FLAGS, FLAG, &[]);
    let fields = json!({
        "flag": "advice_ignored", "first_hand": false, "confidence": "medium", "shown_to_council": false, "indicator": "b",
    });
    assert_eq!(Json::Object(record.fields), fields);
    assert_eq!((record.standing, record.determined_on), (Standing::Opinion, Some(date(2026, 10, 2))));
    assert_eq!(record.record_key, "E04999001/advice_ignored/2026-10-02");
    assert_eq!(record.raw.get("officer"), Some(&Json::from("AB")));
    assert_eq!(record.warnings, []);
}

#[test]
fn flags_that_cannot_be_taken_are_refused() {
    for (changed, column, code) in [
        (&[("kind", "grumpy")][..], "kind", "choice_unknown"),
        (&[("date", "")], "date", "value_missing"),
        (&[("date", "2026-11-21")], "date", "date_in_future"),
        (&[("council", "")], "council", "value_missing"),
        (&[("first_hand", "third-hand")], "first_hand", "yes_no_unreadable"),
        (&[("reference", "Councillor Example")], "reference", "personal_data"),
    ] {
        assert_eq!(refused(FLAGS, FLAG, changed), only(column, code), "{changed:?}");
    }
}
