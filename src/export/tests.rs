//! Files written and read back, by the readers that others would use.

mod csv_tests;
mod xlsx_tests;

use super::*;
use crate::feeds::read::{self, Limits};
use jiff::civil::date;
use proptest::prelude::*;

/// An export of these rows by an invented officer of an invented county.
fn export(headings: &[&str], rows: Vec<Vec<Cell>>) -> Export {
    Export {
        title: "Monday's list".to_owned(),
        about: About {
            exported_by: "Ada Example".to_owned(),
            organisation: "Barsetshire Association & Co".to_owned(),
            exported_at: "2026-07-06T08:15:30Z".parse().unwrap(),
            filter: "county Barsetshire, band priority review".to_owned(),
            notes: vec!["Points are as of 5 July 2026.".to_owned()],
        },
        headings: headings.iter().map(|heading| (*heading).to_owned()).collect(),
        rows,
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// One row of each kind of cell.
fn every_kind() -> Export {
    export(
        &["Council", "Note", "Evidence", "Points", "Decided", "Kept at", "Shown"],
        vec![
            vec![
                text("Wexmoor"),
                text("=HYPERLINK(\"http://example.org\")"),
                Cell::Whole(-12),
                Cell::Points(-7_390),
                Cell::Day(date(2026, 6, 30)),
                Cell::Instant("2026-07-06T08:15:30.999Z".parse().unwrap()),
                Cell::YesNo(true),
            ],
            vec![
                text("Tolby, Green"),
                Cell::Empty,
                Cell::Whole(0),
                Cell::Points(7),
                Cell::Empty,
                Cell::Empty,
                Cell::YesNo(false),
            ],
        ],
    )
}

/// Texts with much of what is dangerous, awkward or invisible in them.
fn awkward_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[-=+@＝＋－＠﹦;,\t\r\n\"' |%]{1,3}",
        "[a-z0-9 ]{0,4}",
        "[\u{0}-\u{1f}\u{7f}\u{200b}\u{feff}\u{fffe}&<>_]{1,2}",
        Just("_x000D_".to_owned()),
        Just("http://example.org/a".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Empty),
        awkward_text().prop_map(Cell::Text),
        any::<i64>().prop_map(Cell::Whole),
        (-100_000_i64..100_000).prop_map(Cell::Points),
        (-700_000_i32..=4_000_000)
            .prop_map(|days| Cell::Day(date(2000, 1, 1).saturating_add(jiff::Span::new().days(days)))),
        (-300_000_000_000_i64..250_000_000_000)
            .prop_map(|seconds| Cell::Instant(Timestamp::from_second(seconds).unwrap())),
        any::<bool>().prop_map(Cell::YesNo),
    ]
}

/// An export in which everything but the clock is open.
fn any_export() -> impl Strategy<Value = Export> {
    (1_usize..4).prop_flat_map(|width| {
        let texts = prop::collection::vec(awkward_text(), 5);
        let headings = prop::collection::vec(awkward_text(), width);
        let rows = prop::collection::vec(prop::collection::vec(any_cell(), width), 0..5);
        (texts, headings, rows).prop_map(|(texts, headings, rows)| {
            let mut export = export(&[], rows);
            export.headings = headings;
            let [title, by, organisation, filter, note] = texts.try_into().unwrap();
            export.title = title;
            export.about = About { exported_by: by, organisation, filter, notes: vec![note], ..export.about };
            export
        })
    })
}

#[test]
fn formats_are_named_by_their_extension() {
    assert_eq!(Format::named("csv"), Some(Format::Csv));
    assert_eq!(Format::named("xlsx"), Some(Format::Xlsx));
    assert_eq!(Format::named("xls"), None);
    assert_eq!(Format::Csv.media_type(), "text/csv; charset=utf-8");
    assert_eq!(Format::Xlsx.media_type(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

#[test]
fn a_file_is_named_after_its_title_and_englands_time() {
    let named = |title: &str, format| file_name(&Export { title: title.to_owned(), ..every_kind() }, format);
    assert_eq!(named("Monday's list", Format::Csv), "bellwether-mondays-list-2026-07-06-0915.csv");
    assert_eq!(
        named(" Evidence: Wexmoor\r\nX-Other: 1 ", Format::Xlsx),
        "bellwether-evidence-wexmoor-x-other-1-2026-07-06-0915.xlsx"
    );
    assert_eq!(named("../../Ŵŷ\";", Format::Csv), "bellwether-export-2026-07-06-0915.csv");
    let long = named(&"ab ".repeat(50), Format::Csv);
    assert_eq!(long, format!("bellwether-{}-2026-07-06-0915.csv", ["ab"; 20].join("-")));
}

proptest! {
    #[test]
    fn a_file_name_needs_no_quotes_in_a_header(title in any::<String>()) {
        let name = file_name(&Export { title, ..every_kind() }, Format::Xlsx);
        prop_assert!(name.starts_with("bellwether-") && name.ends_with("-2026-07-06-0915.xlsx"));
        prop_assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter)));
        prop_assert!(name.len() <= 100);
    }
}

#[test]
fn the_same_export_gives_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(write(&every_kind(), format).unwrap(), write(&every_kind(), format).unwrap());
    }
}

#[test]
fn bellwether_reads_its_own_files() {
    for (format, header_row) in [(Format::Csv, 9), (Format::Xlsx, 1)] {
        let bytes = write(&every_kind(), format).unwrap();
        let known = |name: &str| ["council", "points", "decided"].contains(&name.to_lowercase().as_str());
        let file = read::tables(&bytes, None, &known, &Limits::default()).unwrap();
        assert_eq!(file.tables.len(), 1);
        let table = &file.tables[0];
        assert_eq!(table.header_row, header_row);
        assert_eq!(table.header, every_kind().headings);
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[1].cells[0], read::Cell::Text("Tolby, Green".to_owned()));
        assert!(table.problems.is_empty());
    }
}

#[test]
fn what_is_no_table_is_refused() {
    let message = |export: &Export, format| write(export, format).unwrap_err().to_string();
    for format in Format::ALL {
        assert_eq!(message(&export(&[], vec![]), format), "The export \"Monday's list\" has no column.");
        let ragged = export(&["A", "B"], vec![vec![Cell::Empty, Cell::Empty], vec![Cell::Empty]]);
        assert_eq!(
            message(&ragged, format),
            "Row 2 of the export \"Monday's list\" has 1 cells, but there are 2 headings."
        );
    }
}

#[test]
fn what_is_too_large_for_excel_is_refused_with_advice_and_fits_in_csv() {
    let wide = export(&["x"; 16_385], vec![]);
    let error = crate::error::AppError::from(write(&wide, Format::Xlsx).unwrap_err());
    assert_eq!(error.code, crate::error::Code::BadQuery);
    assert_eq!(
        error.told(),
        "The export \"Monday's list\" has 16385 columns, and an Excel sheet holds 16384.\n  Take it as CSV, which has no \
         such limit."
    );
    assert!(write(&wide, Format::Csv).is_ok());

    let long = export(&["x"], vec![vec![Cell::Empty]; 1_048_576]);
    let error = crate::error::AppError::from(write(&long, Format::Xlsx).unwrap_err());
    assert_eq!(error.code, crate::error::Code::BadQuery);
    assert_eq!(
        error.told(),
        "The export \"Monday's list\" has 1048576 rows, and an Excel sheet holds 1048575 under its headings.\n  Narrow \
         the filter, or take it as CSV, which has no such limit."
    );
}

#[test]
fn a_mistake_of_ours_is_told_as_such() {
    let error = crate::error::AppError::from(write(&export(&[], vec![]), Format::Csv).unwrap_err());
    assert_eq!(error.code, crate::error::Code::Unexpected);
}
