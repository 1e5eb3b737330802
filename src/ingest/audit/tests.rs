//! Tests of auditors' outcomes and reports: rows that pass, rows that are refused, and why.

use crate::evidence::Standing;
use crate::feeds::read::{Cell, Row, Table};
use crate::ingest::normalise::normalise;
use crate::ingest::normalise::tests::{Cells, TODAY, declared, only, passes, refused, warned};
use crate::ingest::record::{SourceKind, SourceOrder};
use jiff::civil::date;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const OUTCOMES: SourceKind = SourceKind::AuditOutcomes;
const QUALIFIED: Cells<'static> = &[
    ("Authority Ref", "EX001"),
    ("Council name", "Little Exampling"),
    ("Year end", "31 March 2025"),
    ("Submitted on", "04/07/2025"),
    ("Status", "Qualified"),
    ("Certified on", "12 September 2025"),
    ("Gross income", "£32,100.50"),
    ("Matter 1 – class", "Except for"),
    ("Matter 1 – assertion", "Assertion 4"),
    ("Matter 1 – reason", "Exercise of public rights"),
    ("Matter 1 – undisclosed", "Y"),
    ("Matter 1 – text", "The period was set too short."),
    ("Matter 2 – class", ""),
    ("Matter 2 – undisclosed", "N"),
];
const PLAIN: Cells<'static> = &[
    ("gss_code", "E04999001"),
    ("name", "Little Exampling"),
    ("year", "2024/25"),
    ("status", "unqualified"),
    ("certified_on", "2025-09-12"),
];

#[test]
fn a_qualified_outcome_is_read_whole() {
    let record = passes(OUTCOMES, QUALIFIED, &[]);
    let fields = json!({
        "year": 2025, "status": "qualified", "submitted_on": "2025-07-04", "certified_on": "2025-09-12", "days_late": 4,
        "income": 32101, "except_for_matters": 1, "other_matters": 0,
        "matters": [{"class": "except_for", "assertion": 4, "reason": "public_rights", "undisclosed": true}],
    });
    assert_eq!(Json::Object(record.fields), fields);
    assert_eq!((record.record_key.as_str(), record.chain.as_str()), ("EX001/2025", "audit/2025"));
    assert_eq!((record.happened_on, record.determined_on), (Some(date(2025, 3, 31)), Some(date(2025, 9, 12))));
    assert_eq!(record.standing, Standing::Determined);
    assert_eq!(record.warnings, []);
    assert_eq!(record.raw.get("Matter 1 – text"), Some(&Json::from("The period was set too short.")));
    assert_eq!(record.order, SourceOrder { version: None, dated: Some(date(2025, 9, 12)) });
}

#[test]
fn statuses_are_read_as_they_are_written() {
    for (written, status, more) in [
        ("UNQUALIFIED", "unqualified", &[][..]),
        (
            "Unqualified – other matters",
            "unqualified_other_matters",
            &[("matter 1 class", "other"), ("matter 1 reason", "arithmetic")],
        ),
        (
            "Unqualified & Other Matters",
            "unqualified_other_matters",
            &[("matter 1 class", "other"), ("matter 1 reason", "arithmetic")],
        ),
        ("No Return Received", "no_return", &[]),
        ("incorrectly-certified as exempt", "incorrectly_exempt", &[]),
    ] {
        let record = passes(OUTCOMES, PLAIN, &[&[("status", written)], more].concat());
        assert_eq!(record.fields.get("status"), Some(&Json::from(status)), "{written}");
        assert_eq!(record.standing, Standing::Determined);
    }
}

#[test]
fn an_interim_outcome_is_no_opinion_yet() {
    let record = passes(OUTCOMES, QUALIFIED, &[("Status", "interim"), ("Certified on", "")]);
    assert_eq!((record.standing, record.determined_on), (Standing::Allegation, None));
    assert_eq!(record.warnings, []);
}

#[test]
fn an_outcome_without_a_certificate_is_determined_on_the_best_day_known() {
    let without = |more: Cells<'_>| passes(OUTCOMES, PLAIN, &[&[("certified_on", "")], more].concat());
    let exempt = without(&[("status", "exempt"), ("submitted_on", "12/06/2025"), ("income", "£25,000.00")]);
    assert_eq!((exempt.determined_on, exempt.warnings.len()), (Some(date(2025, 6, 12)), 0));
    assert_eq!(exempt.fields.get("days_late"), Some(&Json::from(-18)));
    assert_eq!(exempt.fields.get("except_for_matters"), None);
    let given = without(&[("status", "no_return"), ("determined_on", "1/10/2025")]);
    assert_eq!((given.determined_on, given.warnings.len()), (Some(date(2025, 10, 1)), 0));
    let assumed = without(&[("status", "no_return")]);
    assert_eq!(assumed.determined_on, Some(date(2025, 9, 30)));
    assert_eq!(assumed.warnings[0].code, "determination_date_assumed");
    assert_eq!(
        assumed.warnings[0].message,
        "No certificate date or determined_on is given, so the outcome counts from 2025-09-30, a day on which it was due. \
         Give the date if it is known."
    );
    let opinion = without(&[("submitted_on", "12/06/2025")]);
    assert_eq!(opinion.determined_on, Some(date(2025, 9, 30)));
    assert_eq!(opinion.order.dated, None);
}

#[test]
fn an_assumed_day_is_never_ahead_of_today() {
    let columns = BTreeMap::new();
    let header = ["gss_code", "name", "year", "status"];
    let table =
        crate::ingest::normalise::tests::table(&header, &[&["E04999001", "Little Exampling", "2026", "no_return"]]);
    for (as_of, expected, standing, code) in [
        (date(2026, 9, 30), Some(date(2026, 9, 30)), Standing::Determined, "determination_date_assumed"),
        (date(2026, 9, 29), Some(date(2026, 6, 30)), Standing::Determined, "determination_date_provisional"),
        // Not due before the end of June: that it hasn't come is said, and counts for nothing.
        (date(2026, 6, 30), None, Standing::Allegation, "return_not_due"),
        (date(2026, 5, 1), None, Standing::Allegation, "return_not_due"),
    ] {
        let declared = crate::ingest::normalise::Declared { as_of, ..declared(OUTCOMES, &columns) };
        let record = &normalise(&declared, std::slice::from_ref(&table)).unwrap().records[0];
        assert_eq!((record.determined_on, record.standing), (expected, standing), "{as_of}");
        assert_eq!(record.warnings[0].code, code, "{as_of}");
        assert_eq!(super::is_provisional(code), as_of < date(2026, 9, 30), "{as_of}");
    }
}

#[test]
fn rows_that_break_the_grid_are_refused_with_its_code() {
    for (changed, column, code) in [
        (&[("Status", "unqualified")][..], "Status", "unqualified_with_except_for"),
        (&[("Matter 1 – class", "other")], "Status", "qualified_without_except_for"),
        (&[("Status", "interim")], "Certified on", "interim_with_certificate"),
        (&[("Certified on", "3/7/2025")], "Certified on", "certificate_before_submission"),
        (&[("Certified on", "21/11/2026")], "Certified on", "certificate_in_future"),
        (&[("Matter 1 – assertion", "12")], "Matter 1 – assertion", "assertion_out_of_range"),
        (&[("Year end", "2015")], "Year end", "year_implausible"),
    ] {
        assert_eq!(refused(OUTCOMES, QUALIFIED, changed), only(column, code), "{changed:?}");
    }
    let changed = [("status", "exempt"), ("certified_on", ""), ("income", "£25,000.01")];
    assert_eq!(refused(OUTCOMES, PLAIN, &changed), only("income", "exempt_over_limit"));
    let changed = [("status", "no return"), ("certified_on", ""), ("submitted_on", "1/7/2025")];
    assert_eq!(refused(OUTCOMES, PLAIN, &changed), only("submitted_on", "no_return_with_submission"));
    assert_eq!(
        refused(OUTCOMES, PLAIN, &[("status", "unqualified, other matters")]),
        only("status", "other_matters_missing")
    );
}

#[test]
fn values_that_cannot_be_read_are_refused_with_their_code() {
    for (changed, column, code) in [
        (&[("Status", "Qualifed")][..], "Status", "choice_unknown"),
        (&[("Status", "")], "Status", "value_missing"),
        (&[("Council name", "n/a")], "Council name", "value_missing"),
        (&[("Year end", "soon")], "Year end", "year_unreadable"),
        (&[("Submitted on", "07/31/2025")], "Submitted on", "date_month_first"),
        (&[("Submitted on", "21/11/2026"), ("Certified on", "")], "Submitted on", "date_in_future"),
        (&[("Gross income", "about 30k")], "Gross income", "money_unreadable"),
        (&[("Matter 1 – undisclosed", "perhaps")], "Matter 1 – undisclosed", "yes_no_unreadable"),
        (&[("Matter 1 – assertion", "4 and 5")], "Matter 1 – assertion", "number_unreadable"),
        (&[("Matter 1 – class", "")], "Matter 1 – class", "value_missing"),
        (&[("Matter 2 – reason", "arithmetic")], "Matter 2 – class", "value_missing"),
        (&[("Authority Ref", "")], "Authority Ref", "value_missing"),
        (&[("Authority Ref", "clerk@example.org")], "Authority Ref", "personal_data"),
        (&[("Event", "Cllr Example")], "Event", "personal_data"),
        (&[("GSS code", "E07000001")], "GSS code", "gss_code_unreadable"),
    ] {
        assert_eq!(refused(OUTCOMES, QUALIFIED, changed), only(column, code), "{changed:?}");
    }
}

#[test]
fn personal_data_is_refused_without_repeating_it() {
    let columns = BTreeMap::new();
    let header = ["reference", "name", "year", "status"];
    let table =
        crate::ingest::normalise::tests::table(&header, &[&["Mrs Example", "Little Exampling", "2025", "unqualified"]]);
    let normalised = normalise(&declared(OUTCOMES, &columns), &[table]).unwrap();
    assert_eq!(
        normalised.rejected[0].problems[0].message,
        "The column reference holds what looks like a person's name; evidence names nobody, so use a code instead."
    );
}

#[test]
fn what_is_odd_but_usable_is_a_warning() {
    for (changed, column, code) in [
        (&[("Matter 1 – assertion", "")][..], "Matter 1 – undisclosed", "undisclosed_without_assertion"),
        (&[("Matter 1 – reason", "")], "Matter 1 – reason", "matter_without_reason"),
        (&[("Report link", "ask the clerk")], "Report link", "link_unreadable"),
        (&[("Report link", "www.example.org/report")], "Report link", "link_completed"),
        (&[("Certified on", "45912")], "Certified on", "spreadsheet_day"),
        (&[("Year end", "30/03/2025")], "Year end", "year_end_unusual"),
        (&[("Submitted on", "01/03/2025")], "Submitted on", "submitted_before_year_end"),
        (&[("Except-for matters", "see letter")], "Except-for matters", "matters_unread"),
    ] {
        assert_eq!(warned(OUTCOMES, QUALIFIED, changed), only(column, code), "{changed:?}");
    }
    assert_eq!(
        passes(OUTCOMES, QUALIFIED, &[("Report link", "www.example.org/r")]).url.as_deref(),
        Some("https://www.example.org/r")
    );
    assert_eq!(passes(OUTCOMES, QUALIFIED, &[("Report link", "ask the clerk")]).url, None);
}

/// An outcome whose matters stand in JSON lists.
fn listed(cells: &[(&str, Json)]) -> crate::ingest::record::Normalised {
    let base = [("reference", "EX001"), ("name", "Little Exampling"), ("year", "2025"), ("status", "qualified")];
    let mut header: Vec<String> = base.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut row: Vec<Cell> = base.iter().map(|(_, text)| Cell::Text((*text).to_owned())).collect();
    header.push("certified_on".to_owned());
    row.push(Cell::Date(date(2025, 9, 12)));
    for (name, json) in cells {
        header.push((*name).to_owned());
        row.push(Cell::Nested(json.clone()));
    }
    let table =
        Table { sheet: None, header_row: 1, header, rows: vec![Row { number: 1, cells: row }], problems: vec![] };
    normalise(&declared(OUTCOMES, &BTreeMap::new()), &[table]).unwrap()
}

#[test]
fn matters_are_read_from_lists() {
    let normalised = listed(&[
        ("except_for", json!([{"assertion": 4, "reason": "public rights", "repeat": false, "text": "Too short."}])),
        ("other", json!([{"Box": "Box 7", "reason_code": "arithmetic", "colour": "red"}])),
    ]);
    let record = &normalised.records[0];
    let expected = json!([
        {"class": "except_for", "assertion": 4, "reason": "public_rights", "repeat": false},
        {"class": "other", "box": 7, "reason": "arithmetic"},
    ]);
    assert_eq!(record.fields.get("matters"), Some(&expected));
    assert_eq!(record.fields.get("other_matters"), Some(&Json::from(1)));
    assert_eq!(record.warnings.iter().map(|warning| warning.code.as_str()).collect::<Vec<_>>(), ["matter_part_unread"]);
    let one_list = listed(&[("matters", json!([{"class": "except for", "reason": "risk"}]))]);
    assert_eq!(
        one_list.records[0].fields.get("matters"),
        Some(&json!([{"class": "except_for", "reason": "risk_management"}]))
    );
}

#[test]
fn lists_that_are_no_matters_are_refused() {
    let codes = |cells: &[(&str, Json)]| {
        let problems = listed(cells).rejected.into_iter().flat_map(|row| row.problems);
        problems.map(|problem| (problem.column.unwrap_or_default(), problem.code)).collect::<Vec<_>>()
    };
    let good = ("matters", json!([{"class": "except_for", "reason": "risk"}]));
    assert_eq!(codes(&[good.clone(), ("other", json!(["late"]))]), only("other", "matter_unreadable"));
    assert_eq!(
        codes(&[good.clone(), ("other", json!([{"class": "except_for", "reason": "risk"}]))]),
        only("other[1].class", "matter_class_contradicts")
    );
    assert_eq!(
        codes(&[("matters", json!([{"class": "except_for", "reason": "risk", "box": 12}]))]),
        only("matters[1].box", "box_out_of_range")
    );
    assert_eq!(codes(&[good, ("other", json!([{"reason": ["x"]}]))]), only("other[1].reason", "text_expected"));
}

#[test]
fn a_kept_row_reads_the_same_again() {
    let first = listed(&[("matters", json!([{"class": "except_for", "assertion": 4, "reason": "risk"}]))]);
    let raw = &first.records[0].raw;
    let header: Vec<&str> = raw.keys().map(String::as_str).collect();
    let row: Vec<&str> = raw.values().map(|text| text.as_str().unwrap()).collect();
    let table = crate::ingest::normalise::tests::table(&header, &[&row]);
    let again = normalise(&declared(OUTCOMES, &BTreeMap::new()), &[table]).unwrap();
    let fingerprint = crate::ingest::fingerprint::fingerprint;
    assert_eq!(fingerprint(&again.records[0]), fingerprint(&first.records[0]));
}

const REPORTS: SourceKind = SourceKind::AuditorReports;
const PIR: Cells<'static> = &[
    ("Report type", "PIR"),
    ("Council", "Little Exampling"),
    ("GSS code", "e04 999001"),
    ("Financial year", "2023-24"),
    ("Date issued", "1st May 2025"),
    ("Considered within one month", "No"),
    ("Report link", "https://example.org/pir.pdf"),
];

#[test]
fn a_public_interest_report_is_one_event_of_its_year() {
    let record = passes(REPORTS, PIR, &[]);
    assert_eq!(record.record_key, "E04999001/public_interest_report/2025-05-01");
    assert_eq!(record.chain, "example-feed/E04999001/public_interest_report/2025-05-01");
    assert_eq!(record.event.as_deref(), Some("pir/2024"));
    assert_eq!((record.standing, record.determined_on), (Standing::Determined, Some(date(2025, 5, 1))));
    let fields = json!({"report": "public_interest_report", "year": 2024, "considered_in_time": false});
    assert_eq!(Json::Object(record.fields), fields);
    assert_eq!(record.url.as_deref(), Some("https://example.org/pir.pdf"));
    let own = passes(
        REPORTS,
        PIR,
        &[("event", "flood-24"), ("reference", "PIR-7"), ("Report type", "written recommendation")],
    );
    assert_eq!((own.event.as_deref(), own.record_key.as_str()), (Some("flood-24"), "PIR-7"));
    assert_eq!(passes(REPORTS, PIR, &[("Report type", "advisory notice")]).event, None);
}

#[test]
fn reports_that_cannot_be_taken_are_refused() {
    for (changed, column, code) in [
        (&[("Report type", "letter")][..], "Report type", "choice_unknown"),
        (&[("Date issued", "")], "Date issued", "value_missing"),
        (&[("Date issued", "2026-11-21")], "Date issued", "date_in_future"),
        (&[("Financial year", "2025/26")], "Financial year", "year_after_issue"),
        (&[("reference", "call 01632 960123")], "reference", "personal_data"),
    ] {
        assert_eq!(refused(REPORTS, PIR, changed), only(column, code), "{changed:?}");
    }
    assert_eq!(TODAY, date(2026, 11, 20));
}
