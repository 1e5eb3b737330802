//! Workbooks, sound and mistaken.

use super::*;
use crate::feeds::read::{Cell, Row};
use jiff::civil::date;
use rust_xlsxwriter::{Format as Style, Formula, Workbook as Writer, Worksheet};
use std::io::{Read, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

fn known(name: &str) -> bool {
    ["council", "date", "kind", "score"].contains(&name.to_lowercase().as_str())
}

fn open(bytes: &[u8]) -> Result<Workbook, ReadError> {
    super::read(bytes, &known, &Limits::default())
}

fn written(fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut workbook = Writer::new();
    fill(&mut workbook);
    workbook.save_to_buffer().unwrap()
}

fn line(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, text) in (0..).zip(cells) {
        sheet.write(row, column, *text).unwrap();
    }
}

/// The workbook with one of its parts changed.
fn with_part(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        let text = if name == part { change(text) } else { text };
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn texts(row: &Row) -> Vec<&str> {
    row.cells.iter().map(|cell| if let Cell::Text(text) = cell { text } else { "" }).collect()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn cells_keep_their_kinds_below_title_rows() {
    let bytes = written(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.set_name("Returns").unwrap();
        sheet.merge_range(0, 0, 0, 6, "Returns of the county", &Style::new()).unwrap();
        line(sheet, 2, &["Council", "Date", "Score", "Shown", "Sum", "Time", "Blank"]);
        let day = Style::new().set_num_format("dd/mm/yyyy");
        sheet.write(4, 0, " Wexmoor ").unwrap();
        sheet.write_with_format(4, 1, 45_473.6, &day).unwrap();
        sheet.write(4, 2, 25_000).unwrap();
        sheet.write(4, 3, true).unwrap();
        sheet.write_formula(4, 4, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.write_with_format(4, 5, 0.5, &Style::new().set_num_format("hh:mm")).unwrap();
    });
    let (format, tables, notes) = open(&bytes).unwrap();
    assert_eq!((format, notes), (Format::Xlsx, Vec::new()));
    let table = &tables[0];
    assert_eq!((table.sheet.as_deref(), table.header_row), (Some("Returns"), 3));
    assert_eq!(table.header, ["Council", "Date", "Score", "Shown", "Sum", "Time", "Blank"]);
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.rows[0].number, 5);
    assert_eq!(
        table.rows[0].cells,
        [
            Cell::Text("Wexmoor".to_owned()),
            Cell::Date(date(2024, 6, 30)),
            Cell::Number(25_000.0),
            Cell::YesNo(true),
            Cell::Text("#N/A".to_owned()),
            Cell::Text("12:00".to_owned()),
            Cell::Empty,
        ]
    );
}

#[test]
fn a_vertically_merged_cell_fills_its_rows() {
    let bytes = written(|workbook| {
        let sheet = workbook.add_worksheet();
        line(sheet, 0, &["Council", "Kind"]);
        sheet.merge_range(1, 0, 5, 0, "Wexmoor", &Style::new()).unwrap();
        line(sheet, 6, &["Tolby Green", "w"]);
        for (row, kind) in [(1, "x"), (2, "y"), (4, "z")] {
            sheet.write(row, 1, kind).unwrap();
        }
    });
    let (_, tables, _) = open(&bytes).unwrap();
    let rows: Vec<(u32, Vec<&str>)> = tables[0].rows.iter().map(|row| (row.number, texts(row))).collect();
    // Rows 4 and 6 hold nothing but the merge, so they are no rows.
    assert_eq!(
        rows,
        [
            (2, vec!["Wexmoor", "x"]),
            (3, vec!["Wexmoor", "y"]),
            (5, vec!["Wexmoor", "z"]),
            (7, vec!["Tolby Green", "w"]),
        ]
    );
}

#[test]
fn every_visible_sheet_with_a_header_is_read_and_the_others_are_noted() {
    let bytes = written(|workbook| {
        for (name, header) in [("June", "Council"), ("Notes", "Remarks"), ("July", "Council"), ("Old", "Council")] {
            let sheet = workbook.add_worksheet();
            sheet.set_name(name).unwrap();
            sheet.set_hidden(name == "Old");
            line(sheet, 0, &[header, if header == "Council" { "Date" } else { "Author" }]);
            line(sheet, 1, &["Wexmoor", "x"]);
        }
        workbook.add_worksheet().set_name("Blank").unwrap();
    });
    let (_, tables, notes) = open(&bytes).unwrap();
    assert_eq!(tables.iter().map(|table| table.sheet.as_deref().unwrap()).collect::<Vec<_>>(), ["June", "July"]);
    assert_eq!(
        notes,
        [
            "Sheet \"Notes\" was not read: no row of it looks like a header.",
            "Sheet \"Old\" was not read: it is hidden.",
            "Sheet \"Blank\" is empty.",
        ]
    );
}

#[test]
fn a_workbook_without_a_header_lists_what_its_first_sheet_holds() {
    let bytes = written(|workbook| line(workbook.add_worksheet(), 3, &["Parish", "When"]));
    let columns = vec!["Parish".to_owned(), "When".to_owned()];
    assert_eq!(open(&bytes).unwrap_err(), ReadError::NoHeader { sheet: Some("Sheet1".to_owned()), columns, rows: 30 });
    let blank = written(|workbook| {
        workbook.add_worksheet();
    });
    assert_eq!(open(&blank).unwrap_err(), ReadError::Empty);
}

#[test]
fn a_stray_cell_in_the_far_corner_takes_no_memory() {
    let bytes = written(|workbook| {
        let sheet = workbook.add_worksheet();
        line(sheet, 0, &["Council", "Date"]);
        line(sheet, 1_048_575, &["Wexmoor", "x"]);
    });
    let (_, tables, _) = open(&bytes).unwrap();
    assert_eq!(tables[0].rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1_048_576]);
    let bytes = written(|workbook| {
        let sheet = workbook.add_worksheet();
        line(sheet, 0, &["Council", "Date"]);
        sheet.write(1_048_575, 16_383, "x").unwrap();
    });
    assert_eq!(
        open(&bytes).unwrap_err(),
        ReadError::TooManyColumns { sheet: Some("Sheet1".to_owned()), found: 16_384, row: 1_048_576, limit: 1_000 }
    );
}

#[test]
fn one_text_repeated_is_counted_each_time() {
    let bytes = written(|workbook| {
        let sheet = workbook.add_worksheet();
        line(sheet, 0, &["Council", "Date"]);
        for row in 1..200 {
            line(sheet, row, &[&"x".repeat(10_000), "y"]);
        }
    });
    let limits = Limits { expanded: 1 << 20, ..Limits::default() };
    assert!(bytes.len() < 1 << 16, "the workbook should be small: {}", bytes.len());
    assert_eq!(super::read(&bytes, &known, &limits).unwrap_err().code(), "too_many_cells");
    assert!(open(&bytes).is_ok());
}

#[test]
fn regions_that_contradict_themselves_are_damage_and_no_panic() {
    let sound = written(|workbook| {
        let sheet = workbook.add_worksheet();
        line(sheet, 0, &["Council", "Date"]);
        sheet.merge_range(1, 0, 2, 0, "Wexmoor", &Style::new()).unwrap();
        sheet.write(2, 1, "x").unwrap();
    });
    assert!(open(&sound).is_ok());
    let upside_down = with_part(&sound, SHEET, |xml| xml.replace("A2:A3", "B9:A3"));
    assert!(upside_down != sound);
    match open(&upside_down) {
        // With overflow checks the library panics, which is caught; without them the region is of no effect.
        Err(error) => assert_eq!(error.code(), "damaged"),
        Ok((_, tables, _)) => assert_eq!(tables[0].rows.len(), 2),
    }
}

#[test]
fn overlapping_regions_can_not_keep_the_reader_busy() {
    let sound = written(|workbook| {
        let sheet = workbook.add_worksheet();
        line(sheet, 0, &["Council", "Date"]);
        for row in 1..1_000 {
            sheet.write(row, 1, "x").unwrap();
        }
        sheet.merge_range(1, 0, 999, 0, "Wexmoor", &Style::new()).unwrap();
    });
    let many = with_part(&sound, SHEET, |xml| {
        xml.replace("<mergeCell ref=\"A2:A1000\"/>", &"<mergeCell ref=\"A2:A1000\"/>".repeat(20_000))
    });
    let limits = Limits { cells: 100_000, ..Limits::default() };
    assert_eq!(super::read(&many, &known, &limits).unwrap_err().code(), "too_many_cells");
}

#[test]
fn a_sheet_cut_short_is_damaged() {
    let sound = written(|workbook| line(workbook.add_worksheet(), 0, &["Council", "Date"]));
    let cut = with_part(&sound, SHEET, |xml| xml[..xml.len() / 2].to_owned());
    let error = open(&cut).unwrap_err();
    assert_eq!(error.code(), "damaged", "{error}");
    assert!(error.to_string().starts_with("The .xlsx file is damaged: "), "{error}");
}

proptest::proptest! {
    /// One byte changed in a part: the zip is sound, so it is the parsing that has to hold.
    #[test]
    fn no_changed_part_panics(part in 0..4_usize, at in proptest::prelude::any::<usize>(), byte in 32..127_u8) {
        let sound = written(|workbook| {
            let sheet = workbook.add_worksheet();
            line(sheet, 0, &["Council", "Date"]);
            sheet.merge_range(1, 0, 2, 0, "Wexmoor", &Style::new()).unwrap();
            sheet.write_with_format(2, 1, 45_473, &Style::new().set_num_format("dd/mm/yyyy")).unwrap();
        });
        let part = [SHEET, "xl/styles.xml", "xl/workbook.xml", "xl/sharedStrings.xml"][part];
        let changed = with_part(&sound, part, |xml| {
            let mut bytes = xml.into_bytes();
            let place = at % bytes.len();
            bytes[place] = byte;
            String::from_utf8(bytes).unwrap()
        });
        let _ = open(&changed);
    }
}

mod ods_files {
    use super::*;

    const OFFICE: &str = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    const TABLE: &str = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
    const TEXT: &str = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

    fn ods(rows: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let content = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{OFFICE}\" \
             xmlns:table=\"{TABLE}\" xmlns:text=\"{TEXT}\"><office:body><office:spreadsheet>\
             <table:table table:name=\"Flags\">{rows}</table:table>\
             </office:spreadsheet></office:body></office:document-content>"
        );
        for (name, part) in [
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"urn:x\"></manifest:manifest>"),
            ("content.xml", &content),
        ] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(part.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn text(value: &str) -> String {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p></table:table-cell>")
    }

    fn row(cells: &str) -> String {
        format!("<table:table-row>{cells}</table:table-row>")
    }

    fn header() -> String {
        row(&(text("Council") + &text("Date")))
    }

    #[test]
    fn an_ods_file_is_read_like_a_workbook() {
        let date = "<table:table-cell office:value-type=\"date\" office:date-value=\"2024-06-30\"/>";
        let blank_rows = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>";
        let (format, tables, _) = open(&ods(&(header() + blank_rows + &row(&(text("Wexmoor") + date))))).unwrap();
        assert_eq!(format, Format::Ods);
        assert_eq!(tables[0].sheet.as_deref(), Some("Flags"));
        assert_eq!(tables[0].rows.len(), 1);
        assert_eq!(tables[0].rows[0].number, 5);
        let wanted = [Cell::Text("Wexmoor".to_owned()), Cell::Date(jiff::civil::date(2024, 6, 30))];
        assert_eq!(tables[0].rows[0].cells, wanted);
    }

    #[test]
    fn repetitions_that_come_to_too_much_are_refused_before_they_are_laid_out() {
        let wide = "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" \
                    office:value=\"1\"/>";
        let bomb = ods(&(header() + &row(wide).repeat(1_000)));
        assert_eq!(open(&bomb).unwrap_err().code(), "too_many_cells");
        let tall = "<table:table-row table:number-rows-repeated=\"1000000\">".to_owned();
        let bomb = ods(&(header() + &tall + &wide.replace("16384", "900") + "</table:table-row>"));
        assert_eq!(open(&bomb).unwrap_err().code(), "too_many_cells");
    }

    #[test]
    fn the_blank_rest_of_a_sheet_that_every_office_program_writes_is_no_bomb() {
        let rest = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell \
                    table:number-columns-repeated=\"16384\"/></table:table-row>";
        let padded =
            row(&(text("Wexmoor") + &text("x") + "<table:table-cell table:number-columns-repeated=\"16382\"/>"));
        let (_, tables, _) = open(&ods(&(header() + &padded + rest))).unwrap();
        assert_eq!(tables[0].rows.len(), 1);
    }
}
