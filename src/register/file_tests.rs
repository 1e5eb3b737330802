//! The file's layouts, on tables made by hand.

use super::*;

fn table(header: &[&str], rows: &[&[&str]]) -> Table {
    let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
    Table {
        sheet: None,
        header_row: 1,
        header: header.iter().map(|heading| (*heading).to_owned()).collect(),
        rows: (2..).zip(rows).map(|(number, row)| Row { number, cells: row.iter().map(cell).collect() }).collect(),
        problems: Vec::new(),
    }
}

#[test]
fn headings_are_known_in_both_layouts_and_any_year() {
    for heading in
        ["gss_code", "GSS code", "Name", "former-name", "PAR24CD", "par09nm", "LAD21NM", "CTY23NM", "PARNCP20CD"]
    {
        assert!(knows_header(heading), "{heading}");
    }
    for heading in ["", "parish", "PAR24", "PARxxCD", "WD24CD", "code"] {
        assert!(!knows_header(heading), "{heading}");
    }
}

#[test]
fn a_sheet_of_notes_before_the_list_is_passed_over() {
    let notes = table(&["Contents", "Page"], &[&["Parishes", "2"]]);
    let list = table(&["PAR24CD", "PAR24NM"], &[&["E04990001", "Aldermarsh"]]);
    let file = read(&[notes, list]).unwrap();
    assert_eq!((file.layout, file.entries.len()), (Layout::Ons, 1));
}

#[test]
fn what_is_missing_is_named_with_what_was_found() {
    let refused = read(&[table(&["gss_code", "district"], &[])]).unwrap_err();
    assert_eq!(refused.to_string(), "it lacks the column name (or PAR24NM); its columns are gss_code, district");
    let refused = read(&[table(&["gss_code", "name", "PAR24NM"], &[])]).unwrap_err();
    assert_eq!(refused.to_string(), "two of its columns, “name” and “PAR24NM”, say the same thing");
    assert_eq!(read(&[]).unwrap_err(), RegisterError::NoTable);
}

#[test]
fn the_same_parish_twice_is_one_and_a_contradiction_is_told() {
    let header = ["gss_code", "name", "district"];
    let file = read(&[table(
        &header,
        &[
            &["E04990001", "Aldermarsh", "Fenwick Vale"],
            &["e04990001", "Aldermarsh", "Fenwick Vale"],
            &["E04990001", "Aldermarsh", ""],
            &["", "", ""],
        ],
    )])
    .unwrap();
    assert_eq!(file.entries.len(), 1);
    assert_eq!(
        file.problems.iter().map(|problem| (problem.row, problem.code)).collect::<Vec<_>>(),
        [(4, "contradicts")]
    );
}
