//! Tests of whole files, and what the other tests of intake build rows with.

use super::*;
use jiff::civil::date;

/// The day of intake in the tests.
pub(in crate::ingest) const TODAY: Date = date(2026, 11, 20);

pub(in crate::ingest) fn declared(source: SourceKind, columns: &BTreeMap<String, String>) -> Declared<'_> {
    Declared { feed: "example-feed", source, columns, waivers: &crate::waivers::NONE, as_of: TODAY }
}

/// A table of text cells under a header in row 1; "" is an empty cell.
pub(in crate::ingest) fn table(header: &[&str], rows: &[&[&str]]) -> Table {
    let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
    let rows = (2..).zip(rows).map(|(number, cells)| Row { number, cells: cells.iter().map(cell).collect() });
    Table {
        sheet: None,
        header_row: 1,
        header: header.iter().map(|name| (*name).to_owned()).collect(),
        rows: rows.collect(),
        problems: vec![],
    }
}

/// A row as header and cell, with some cells put in place of others.
pub(in crate::ingest) type Cells<'a> = &'a [(&'a str, &'a str)];

fn single(source: SourceKind, base: Cells<'_>, changed: Cells<'_>) -> Normalised {
    let mut cells: Vec<(&str, &str)> = base.to_vec();
    for (name, text) in changed {
        match cells.iter_mut().find(|(present, _)| present == name) {
            Some(cell) => cell.1 = text,
            None => cells.push((name, text)),
        }
    }
    let header: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
    let row: Vec<&str> = cells.iter().map(|(_, text)| *text).collect();
    normalise(&declared(source, &BTreeMap::new()), &[table(&header, &[&row])]).unwrap()
}

/// The record of a row that passes.
pub(in crate::ingest) fn passes(source: SourceKind, base: Cells<'_>, changed: Cells<'_>) -> Record {
    let mut normalised = single(source, base, changed);
    assert_eq!(normalised.rejected, [], "with {changed:?}");
    normalised.records.pop().unwrap()
}

/// What a row is refused for: each column and code.
pub(in crate::ingest) fn refused(source: SourceKind, base: Cells<'_>, changed: Cells<'_>) -> Vec<(String, String)> {
    let mut normalised = single(source, base, changed);
    assert_eq!(normalised.records, [], "with {changed:?}");
    pairs(normalised.rejected.pop().unwrap().problems)
}

/// What a row that passes is warned of: each column and code.
pub(in crate::ingest) fn warned(source: SourceKind, base: Cells<'_>, changed: Cells<'_>) -> Vec<(String, String)> {
    pairs(passes(source, base, changed).warnings)
}

fn pairs(problems: Vec<Problem>) -> Vec<(String, String)> {
    problems.into_iter().map(|problem| (problem.column.unwrap_or_default(), problem.code)).collect()
}

/// One column and code, as [`refused`] and [`warned`] give them.
pub(in crate::ingest) fn only(column: &str, code: &str) -> Vec<(String, String)> {
    vec![(column.to_owned(), code.to_owned())]
}

#[test]
fn a_row_passes_when_each_of_its_errors_is_waived_for_its_record() {
    let header = ["authority_reference", "name", "year", "status", "income", "certified_on"];
    let exempt = |more: &'static str, certified: &'static str| {
        table(&header, &[&["EX001", "Little Exampling", "2024/25", "exempt", more, certified]])
    };
    let read = |waivers: &InForce, table: &Table| {
        let columns = BTreeMap::new();
        let declared = Declared { waivers, ..declared(SourceKind::AuditOutcomes, &columns) };
        normalise(&declared, std::slice::from_ref(table)).unwrap()
    };
    let waived = InForce::of("EX001/2025", "exempt_over_limit");
    let taken = read(&waived, &exempt("30000", ""));
    let warnings = &taken.records.first().unwrap().warnings;
    let said = warnings.iter().find(|warning| warning.code == "waived").unwrap();
    assert_eq!(said.column.as_deref(), Some("income"));
    assert_eq!(
        said.message,
        "exempt_over_limit is waived until 2027-09-30 by NALC: it was counted twice. A council may certify itself exempt \
         with at most £25,000, and its income is £30,000: correct the status or the income."
    );
    assert_eq!(read(&waived, &exempt("30000", "2025-09-12")).rejected.len(), 1, "another error is not waived");
    assert_eq!(read(&InForce::of("EX002/2025", "exempt_over_limit"), &exempt("30000", "")).rejected.len(), 1);
    assert_eq!(read(&InForce::of("EX001/2025", "income_negative"), &exempt("30000", "")).rejected.len(), 1);
}

const RECORDS: &[&str] = &["record", "name", "happened_on"];

#[test]
fn blank_rows_are_passed_over_and_unreadable_ones_are_kept() {
    let mut table = table(RECORDS, &[&["clerk_left", "Little Exampling", "2026-05-01"], &["", " ", ""]]);
    let broken = "\"clerk_left,Exampling";
    table.problems.push(RowProblem {
        number: 4,
        code: "quote_open",
        message: "The quotation mark is not closed.".to_owned(),
        raw: broken.to_owned(),
    });
    let normalised = normalise(&declared(SourceKind::CountyRecords, &BTreeMap::new()), &[table]).unwrap();
    assert_eq!((normalised.rows_read, normalised.records.len()), (2, 1));
    let rejected = normalised.rejected.first().unwrap();
    assert_eq!(rejected.place, Place { sheet: None, row: 4 });
    assert_eq!(rejected.raw.get("row"), Some(&Json::from(broken)));
    assert_eq!(rejected.problems.first().map(|problem| problem.code.as_str()), Some("quote_open"));
}

#[test]
fn every_problem_of_a_row_is_reported_in_words() {
    let table = table(RECORDS, &[&["clrk_left", "", "31/02/2026"]]);
    let normalised = normalise(&declared(SourceKind::CountyRecords, &BTreeMap::new()), &[table]).unwrap();
    let messages: Vec<&str> =
        normalised.rejected.iter().flat_map(|row| &row.problems).map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "The column name is blank in this row: the council's or the parish's name.",
            "The column record holds “clrk_left”, which is none of its words. Did you mean clerk_left? Use one of: \
             clerk_left, clerk_vacant, rfo_vacant, members_resigned, inquorate_order, parish_poll_against, \
             abolition_petition, police_or_mediator_attended, minutes_not_published, no_complaints_procedure, \
             sanction_ignored, action_completed.",
            "The column happened_on can't be read as a date. \"31/02/2026\" is no date of the calendar. Check the day and \
             the month.",
        ]
    );
}

#[test]
fn a_missing_column_is_named_with_what_was_found() {
    let table = table(&["record", "council", "hapened on", "colour"], &[&["clerk_left", "Little Exampling", "", ""]]);
    let problem = normalise(&declared(SourceKind::CountyRecords, &BTreeMap::new()), &[table]).unwrap_err();
    assert_eq!(problem.code, "column_missing");
    assert_eq!(
        problem.to_string(),
        "In this file the column happened_on is missing: the day on which it happened or began. Columns found in row 1: \
         record, council, hapened on, colour. Is it “hapened on”? Then rename it, or declare it for the feed."
    );
}

#[test]
fn a_missing_column_that_was_declared_is_named_as_declared() {
    let columns = BTreeMap::from([("Wann".to_owned(), "happened_on".to_owned())]);
    let table = table(&["record", "council"], &[&["clerk_left", "Little Exampling"]]);
    let problem = normalise(&declared(SourceKind::CountyRecords, &columns), &[table]).unwrap_err();
    assert!(
        problem
            .message
            .contains(" The feed's declaration says that the source calls it “Wann”. Columns found in row 1:"),
        "{problem}"
    );
}

#[test]
fn either_column_of_a_pair_is_enough() {
    let source = SourceKind::AuditOutcomes;
    let file = |header: &[&str]| normalise(&declared(source, &BTreeMap::new()), &[table(header, &[])]);
    assert!(file(&["gss_code", "name", "year", "status"]).is_ok());
    assert!(file(&["authority_reference", "name", "year", "status"]).is_ok());
    let problem = file(&["name", "year", "status"]).unwrap_err();
    assert!(
        problem.message.starts_with("In this file the column authority_reference (or gss_code) is missing"),
        "{problem}"
    );
}

#[test]
fn a_declared_column_comes_before_our_own_name() {
    let columns = BTreeMap::from([("Final Event".to_owned(), "record".to_owned())]);
    let table = table(
        &["record", "final_event", "name", "date"],
        &[&["clerk_left", "no clerk", "Little Exampling", "1 May 2026"]],
    );
    let normalised = normalise(&declared(SourceKind::CountyRecords, &columns), &[table]).unwrap();
    let record = normalised.records.first().unwrap();
    assert_eq!(record.fields.get("record"), Some(&Json::from("clerk_vacant")));
    assert_eq!(normalised.unmapped, [(None, "record".to_owned())]);
}

#[test]
fn two_columns_that_mean_the_same_stop_the_file() {
    let table = table(&["record", "name", "date", "Since"], &[]);
    let problem = normalise(&declared(SourceKind::CountyRecords, &BTreeMap::new()), &[table]).unwrap_err();
    assert_eq!(problem.code, "column_twice");
    assert_eq!(
        problem.message,
        "In this file the columns “date” and “Since” would all be read as happened_on. Rename or remove all but one, or \
         declare for the feed which one it is."
    );
}

#[test]
fn a_declaration_of_an_unknown_column_stops_the_file() {
    let columns = BTreeMap::from([("Wann".to_owned(), "hapened_on".to_owned())]);
    let table = table(&["record", "name", "wann"], &[]);
    let problem = normalise(&declared(SourceKind::CountyRecords, &columns), &[table]).unwrap_err();
    assert_eq!(problem.code, "mapping_unknown");
    assert_eq!(
        problem.message,
        "In this file the feed's declaration reads the column “wann” as hapened_on, and county_records have no such \
         column. Did you mean happened_on? Correct the feed's columns."
    );
}

#[test]
fn a_sheet_of_notes_is_passed_over_and_one_that_is_nearly_right_is_not() {
    let declared_columns = BTreeMap::new();
    let declared = declared(SourceKind::CountyRecords, &declared_columns);
    let good = table(RECORDS, &[&["clerk_left", "Little Exampling", "2026-05-01"]]);
    let named = |mut table: Table, sheet: &str| {
        table.sheet = Some(sheet.to_owned());
        table
    };
    let read_me = named(table(&["Read me first"], &[&["Made by the office"]]), "About");
    let normalised = normalise(&declared, &[named(good.clone(), "Records"), read_me.clone()]).unwrap();
    assert_eq!(normalised.records.len(), 1);
    assert_eq!(normalised.unmapped, [(Some("About".to_owned()), "Read me first".to_owned())]);
    let nearly = named(table(&["record", "name"], &[&["clerk_left", "Little Exampling"]]), "More");
    let problem = normalise(&declared, &[named(good, "Records"), nearly]).unwrap_err();
    assert_eq!((problem.code, problem.sheet.as_deref()), ("column_missing", Some("More")));
    let without_rows = table(&["name", "colour"], &[]);
    let good = table(RECORDS, &[&["clerk_left", "Little Exampling", "2026-05-01"]]);
    assert_eq!(normalise(&declared, &[without_rows, good]).unwrap().records.len(), 1);
    assert_eq!(normalise(&declared, &[read_me]).unwrap_err().code, "column_missing");
    assert_eq!(normalise(&declared, &[]).unwrap_err().code, "no_table");
}

#[test]
fn the_row_is_kept_as_it_stood() {
    let mut table = table(&["record", "name", "date", "", "notes", "Notes"], &[]);
    table.rows.push(Row {
        number: 2,
        cells: vec![
            Cell::Text("clerk_left".into()),
            Cell::Text("Little Exampling".into()),
            Cell::Date(date(2026, 5, 1)),
            Cell::Number(4.0),
            Cell::YesNo(true),
            Cell::Nested(serde_json::json!([1])),
        ],
    });
    let normalised = normalise(&declared(SourceKind::CountyRecords, &BTreeMap::new()), &[table]).unwrap();
    let raw = Json::Object(normalised.records.first().unwrap().raw.clone());
    let expected = serde_json::json!({
        "record": "clerk_left", "name": "Little Exampling", "date": "2026-05-01", "column 4": "4", "notes": "yes",
        "Notes": "[1]",
    });
    assert_eq!(raw, expected);
    assert_eq!(normalised.unmapped, [(None, "column 4".to_owned())]);
}

#[test]
fn a_council_without_a_code_is_told_apart_by_its_place() {
    let named = |district: Option<&str>, gss_code: Option<&str>| Named {
        name: "Little Exampling".to_owned(),
        district: district.map(str::to_owned),
        gss_code: gss_code.map(str::to_owned),
        county: Some("Exampleshire".to_owned()),
    };
    let key = |named: Named| derived_key(&named, "clerk_left", date(2026, 5, 1));
    assert_eq!(key(named(None, None)), "little_exampling,exampleshire/clerk_left/2026-05-01");
    assert_eq!(key(named(Some("North Sample"), None)), "little_exampling,north_sample/clerk_left/2026-05-01");
    assert_eq!(key(named(Some("North Sample"), Some("E04999001"))), "E04999001/clerk_left/2026-05-01");
}
