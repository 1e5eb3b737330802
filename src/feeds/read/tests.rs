//! Whole files through the reader.

use super::*;
use proptest::prelude::*;

fn known(name: &str) -> bool {
    ["council", "date", "kind"].contains(&name.to_lowercase().as_str())
}

fn read(bytes: &[u8], hint: Option<Format>) -> Result<ReadFile, ReadError> {
    tables(bytes, hint, &known, &Limits::default())
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["Council", "Date"]) {
        sheet.write(0, column, name).unwrap();
        sheet.write(1, column, "x").unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn content_wins_over_what_is_declared_and_is_noted() {
    let csv = b"Council,Date\nWexmoor,2024-06-30\n".to_vec();
    let json = br#"[{"council": "Wexmoor"}]"#.to_vec();
    let lines = b"{\"council\": \"Wexmoor\"}\n{\"council\": \"Tolby Green\"}\n".to_vec();
    let formats = [Format::Csv, Format::Xlsx, Format::Json, Format::Jsonl];
    for (bytes, format) in
        [(csv, Format::Csv), (workbook(), Format::Xlsx), (json, Format::Json), (lines, Format::Jsonl)]
    {
        let file = read(&bytes, None).unwrap();
        assert_eq!((file.format, file.notes), (format, Vec::new()));
        for declared in formats {
            let file = read(&bytes, Some(declared)).unwrap();
            // One object alone on its line is both JSON and JSON lines; then the declaration decides.
            let either = declared == Format::Jsonl && format == Format::Json;
            assert_eq!(file.format, if either { Format::Jsonl } else { format }, "declared {declared}");
            let noted = declared != file.format;
            assert_eq!(file.notes.len(), usize::from(noted), "declared {declared}: {:?}", file.notes);
        }
    }
    let file = read(&workbook(), Some(Format::Csv)).unwrap();
    assert_eq!(file.notes, ["The feed is declared as CSV, but the file is .xlsx: read as .xlsx."]);
}

#[test]
fn a_csv_title_in_brackets_is_no_json() {
    let file = read(b"[Flags of 2024]\nCouncil,Date\nWexmoor,x\n", Some(Format::Csv)).unwrap();
    assert_eq!((file.format, file.tables[0].header_row), (Format::Csv, 2));
}

#[test]
fn empty_files_web_pages_and_binaries_are_named() {
    let code = |bytes: &[u8]| read(bytes, Some(Format::Csv)).unwrap_err().code();
    assert_eq!(code(b""), "empty");
    assert_eq!(code(b" \r\n\t\n"), "empty");
    assert_eq!(code(b"\xef\xbb\xbf\n"), "empty");
    assert_eq!(code(b"\0\0\0\0\0"), "empty");
    assert_eq!(code(b"<!DOCTYPE html><title>Moved</title>"), "html_instead");
    let binary: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    assert_eq!(code(&binary), "unsupported_format");
}

#[test]
fn the_encoding_is_told() {
    let file = read(b"Council,Date\nWexmoor \x96 East,\xa3\n", None).unwrap();
    assert_eq!(file.encoding, Some("windows-1252"));
    assert_eq!(file.tables[0].rows[0].cells[0], Cell::Text("Wexmoor – East".to_owned()));
}

#[test]
fn mixed_line_ends_count_as_an_editor_counts_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["Council,Date", "", "Wexmoor,x", "Tolby Green,y"].join(end);
        let file = read(text.as_bytes(), None).unwrap();
        assert_eq!(file.tables[0].rows.iter().map(|row| row.number).collect::<Vec<_>>(), [3, 4], "{end:?}");
    }
}

const HINTS: [Option<Format>; 6] =
    [None, Some(Format::Csv), Some(Format::Xlsx), Some(Format::Ods), Some(Format::Json), Some(Format::Jsonl)];

/// A row has as many cells as the header, whatever came in.
fn holds(file: &ReadFile) -> bool {
    file.tables.iter().all(|table| table.rows.iter().all(|row| row.cells.len() == table.header.len()))
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0..6_usize, hint in 0..6_usize) {
        let starts: [&[u8]; 6] = [b"", b"PK\x03\x04", b"Council,Date\n", b"[{\"council\":", b"\xff\xfe", b"{\"a\":1}\n{"];
        let bytes = [starts[start], &bytes].concat();
        if let Ok(file) = tables(&bytes, HINTS[hint], &known, &Limits::default()) {
            prop_assert!(holds(&file));
        }
    }

    #[test]
    fn no_text_panics(text in "[A-Za-z,;\t|\"\n\r{}\\[\\]: 0-9é\u{0}]{0,200}", hint in 0..6_usize) {
        let any_header = |name: &str| name.len() > 1;
        if let Ok(file) = tables(text.as_bytes(), HINTS[hint], &any_header, &Limits::default()) {
            prop_assert!(holds(&file));
        }
    }

    /// Bytes changed inside a workbook: mostly a bad checksum, sometimes a changed directory.
    #[test]
    fn no_damaged_workbook_panics(at in 0..6_000_usize, byte in any::<u8>(), cut in 0..6_000_usize) {
        let mut bytes = workbook();
        let place = at % bytes.len();
        bytes[place] = byte;
        let _ = tables(&bytes, None, &known, &Limits::default());
        bytes.truncate(bytes.len().saturating_sub(cut));
        let _ = tables(&bytes, None, &known, &Limits::default());
    }
}
