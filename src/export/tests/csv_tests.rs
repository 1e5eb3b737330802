//! CSV files, read back with the csv library.

use super::*;

/// Where the headings stand among the records.
const HEADINGS_AT: usize = 8;

/// The records; fails where one has more or fewer fields than the first.
fn records(export: &Export) -> Vec<Vec<String>> {
    let bytes = write(export, Format::Csv).unwrap();
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_small_file_to_the_byte() {
    let expected = [
        "\u{feff}\"Monday's list\",\"\",\"\",\"\",\"\",\"\",\"\"",
        "\"Exported by\",\"Ada Example\",\"\",\"\",\"\",\"\",\"\"",
        "\"Organisation\",\"Barsetshire Association & Co\",\"\",\"\",\"\",\"\",\"\"",
        "\"Exported at\",\"6 July 2026 at 09:15:30 BST\",\"\",\"\",\"\",\"\",\"\"",
        "\"Filter\",\"county Barsetshire, band priority review\",\"\",\"\",\"\",\"\",\"\"",
        "\"Rows\",2,\"\",\"\",\"\",\"\",\"\"",
        "\"Notes\",\"Points are as of 5 July 2026. In 1 cell, an apostrophe was put before a sign that a spreadsheet would \
         take for a formula; it is no part of the text.\",\"\",\"\",\"\",\"\",\"\"",
        "\"\",\"\",\"\",\"\",\"\",\"\",\"\"",
        "\"Council\",\"Note\",\"Evidence\",\"Points\",\"Decided\",\"Kept at\",\"Shown\"",
        "\"Wexmoor\",\"'=HYPERLINK(\"\"http://example.org\"\")\",-12,-7.390,\"2026-06-30\",\"2026-07-06T09:15:30+01:00\",\"yes\"",
        "\"Tolby, Green\",\"\",0,0.007,\"\",\"\",\"no\"",
        "",
    ];
    let written = String::from_utf8(write(&every_kind(), Format::Csv).unwrap()).unwrap();
    assert_eq!(written.split("\r\n").collect::<Vec<_>>(), expected);
}

#[test]
fn one_column_and_no_rows_make_a_file_too() {
    let records = records(&export(&["Council"], vec![]));
    assert_eq!(records[HEADINGS_AT], ["Council", ""]);
    assert_eq!(records[5], ["Rows", "0"]);
    assert_eq!(records.len(), 9);
}

#[test]
fn no_filter_is_said_in_words() {
    let mut export = every_kind();
    export.about.filter = " ".to_owned();
    assert_eq!(records(&export)[4][1], "none");
}

#[test]
fn what_was_changed_is_said_in_the_notes() {
    let rows = vec![vec![text("a\0b")], vec![text("\u{1b}[31m")], vec![text("-5")], vec![Cell::Points(-5)]];
    let records = records(&export(&["Text"], rows));
    let below: Vec<&str> = records.iter().skip(HEADINGS_AT + 1).map(|record| record[0].as_str()).collect();
    assert_eq!(below, ["a\u{fffd}b", "\u{fffd}[31m", "'-5", "-0.005"]);
    assert_eq!(
        records[6][1],
        "Points are as of 5 July 2026. In 2 cells, control characters that a spreadsheet can't hold are replaced by \u{fffd}. \
         In 1 cell, an apostrophe was put before a sign that a spreadsheet would take for a formula; it is no part of the \
         text."
    );
}

#[test]
fn a_text_too_long_for_excel_is_whole() {
    let long = "x".repeat(40_000);
    let records = records(&export(&["Text"], vec![vec![text(&long)]]));
    assert_eq!(records[HEADINGS_AT + 1][0], long);
    assert_eq!(records[6][1], "Points are as of 5 July 2026.");
}

#[test]
fn a_year_before_ours_is_no_formula() {
    let records = records(&export(&["Day"], vec![vec![Cell::Day(date(-44, 3, 15))]]));
    assert_eq!(records[HEADINGS_AT + 1][0], "'-000044-03-15");
}

/// Written apart from the code that it checks: what a program that trims might see first.
fn is_dangerous(field: &str) -> bool {
    let seen = field.trim_start_matches(|letter: char| {
        letter.is_whitespace() || "\"\u{200b}\u{feff}\u{7f}\u{fffd}".contains(letter)
    });
    field.starts_with(['\t', '\r', '\n']) || seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦'])
}

proptest! {
    #[test]
    fn no_field_but_a_number_starts_a_formula_whatever_separates_it(export in any_export()) {
        let records = records(&export);
        prop_assert_eq!(records.len(), HEADINGS_AT + 1 + export.rows.len());
        for (index, record) in records.iter().enumerate() {
            let given = index.checked_sub(HEADINGS_AT + 1).map(|row| &export.rows[row]);
            for (column, field) in record.iter().enumerate() {
                let cell = given.and_then(|row| row.get(column));
                match cell {
                    Some(Cell::Whole(number)) => prop_assert_eq!(field, &number.to_string()),
                    Some(Cell::Points(milli)) => prop_assert_eq!(field.replace('.', "").parse::<i64>(), Ok(*milli)),
                    _ => {
                        prop_assert!(!is_dangerous(field), "{field:?}");
                        for part in field.split([';', '\t', '\r', '\n']) {
                            prop_assert!(!is_dangerous(part), "{part:?} of {field:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_text_reads_back_as_itself_but_for_apostrophes_and_control_characters(given in awkward_text()) {
        let records = records(&export(&["Text"], vec![vec![text(&given)]]));
        let read = &records[HEADINGS_AT + 1][0];
        let control = |letter: char| letter < ' ' && !"\t\r\n".contains(letter) || letter == '\u{fffe}' || letter == '\u{ffff}';
        prop_assert_eq!(read.replace('\'', ""), given.replace('\'', "").replace(control, "\u{fffd}"));
        prop_assert!(read.matches('\'').count() >= given.matches('\'').count());
    }

    #[test]
    fn the_headings_stand_in_the_ninth_line_whatever_stands_above(mut export in any_export()) {
        export.headings = vec!["Council".to_owned()];
        export.rows = vec![];
        let written = String::from_utf8(write(&export, Format::Csv).unwrap()).unwrap();
        let lines: Vec<&str> = written.split(['\r', '\n']).filter(|line| !line.is_empty()).collect();
        prop_assert_eq!(lines.len(), 9);
        prop_assert_eq!(lines[8], "\"Council\",\"\"");
    }
}
