//! CSV files, sound and mistaken.

use super::*;
use proptest::prelude::*;

fn known(name: &str) -> bool {
    ["council", "date", "kind", "note", "präsenz"].contains(&name.to_lowercase().as_str())
}

fn read(text: &str, known_header: &dyn Fn(&str) -> bool, limits: &Limits) -> Result<Table, ReadError> {
    let csv = Csv::find(text, known_header, limits)?;
    crate::feeds::read::opened::whole(csv.head(), csv.batches(text, limits), limits)
}

fn table(text: &str) -> Table {
    read(text, &known, &Limits::default()).unwrap()
}

fn texts(table: &Table) -> Vec<(u32, Vec<String>)> {
    table
        .rows
        .iter()
        .map(|row| (row.number, row.cells.iter().map(crate::feeds::read::header::as_text).collect()))
        .collect()
}

fn owned(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

#[test]
fn each_separator_is_found() {
    for separator in [",", ";", "\t", "|"] {
        let text = ["Council", "Date", "Kind"].join(separator) + "\n" + &["Wexmoor", "2024-06-30", "a"].join(separator);
        let table = table(&text);
        assert_eq!(table.header, ["Council", "Date", "Kind"], "{separator:?}");
        assert_eq!(texts(&table), [(2, owned(&["Wexmoor", "2024-06-30", "a"]))], "{separator:?}");
    }
}

#[test]
fn commas_in_a_title_do_not_decide_the_separator() {
    let table = table("Flags, of all kinds, in 2024, so far, \nCouncil;Date;Kind\nWexmoor, Old;2024-06-30;a\n");
    assert_eq!(table.header_row, 2);
    assert_eq!(texts(&table), [(3, owned(&["Wexmoor, Old", "2024-06-30", "a"]))]);
}

#[test]
fn line_numbers_stay_true_over_titles_blank_lines_and_texts_of_several_lines() {
    let table = table("Flags of 2024\n\nCouncil,Date\n\nWexmoor,\"a\nb\"\n,\nTolby Green,c\n");
    assert_eq!(table.header_row, 3);
    assert_eq!(texts(&table), [(5, owned(&["Wexmoor", "a\nb"])), (8, owned(&["Tolby Green", "c"]))]);
}

#[test]
fn short_rows_are_padded_and_long_rows_kept_as_problems() {
    let table = table("Council,Date,Kind\nWexmoor\nTolby Green,2024-06-30,a,,\nWest, Wexmoor,2024-06-30,a\n");
    assert_eq!(texts(&table), [(2, owned(&["Wexmoor", "", ""])), (3, owned(&["Tolby Green", "2024-06-30", "a"]))]);
    assert_eq!(table.rows[0].cells[1], Cell::Empty);
    assert_eq!(table.problems.len(), 1);
    let problem = &table.problems[0];
    assert_eq!(
        (problem.number, problem.code, problem.raw.as_str()),
        (4, "too_many_cells", "West, Wexmoor,2024-06-30,a")
    );
    assert_eq!(
        problem.message,
        "The row has 4 cells, but there are 3 columns. A text with the separator in it must stand in quotes: mend the \
         row and send it again."
    );
}

#[test]
fn a_broken_quote_costs_one_row() {
    let table =
        table("Council,Note\nWexmoor,\"unclosed\nTolby Green,fine\nEast Wexmoor,\"said \"no\" twice\"\nLast,x\n");
    assert_eq!(texts(&table), [(3, owned(&["Tolby Green", "fine"])), (5, owned(&["Last", "x"]))]);
    let problems: Vec<_> = table.problems.iter().map(|p| (p.number, p.code, p.raw.as_str())).collect();
    assert_eq!(
        problems,
        [(2, "broken_quotes", "Wexmoor,\"unclosed"), (4, "broken_quotes", "East Wexmoor,\"said \"no\" twice\"")]
    );
}

#[test]
fn the_rest_of_a_broken_text_is_not_taken_for_a_row() {
    let table = table("Council,Date,Note\nWexmoor,2024-06-30,\"one\ntwo\"three\nfour\nTolby Green,2024-06-30,x\n");
    assert_eq!(texts(&table), [(5, owned(&["Tolby Green", "2024-06-30", "x"]))]);
    let problems: Vec<_> = table.problems.iter().map(|p| (p.number, p.raw.as_str())).collect();
    assert_eq!(problems, [(2, "Wexmoor,2024-06-30,\"one"), (3, "two\"three"), (4, "four")]);
}

#[test]
fn a_missing_header_lists_the_columns_of_the_first_row() {
    let error = read("Parish;When;Type\nWexmoor;2024;x\n", &known, &Limits::default()).unwrap_err();
    let columns = owned(&["Parish", "When", "Type"]);
    assert_eq!(error, ReadError::NoHeader { sheet: None, columns, rows: 30 });
}

#[test]
fn a_name_twice_is_refused() {
    let error = read("Council,Date,Note,date\n", &known, &Limits::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Columns B and D are both called \"date\" (row 1). Rename one of them, because a value must have one column."
    );
}

#[test]
fn a_million_columns_are_refused_by_number() {
    let text = format!("Council{}\n", ",Date".repeat(1_000_000));
    let error = read(&text, &known, &Limits::default()).unwrap_err();
    assert_eq!(error, ReadError::TooManyColumns { sheet: None, found: 1_000_001, row: 1, limit: 1_000 });
}

#[test]
fn a_row_of_a_million_cells_below_a_good_header_is_one_problem() {
    let text = format!("Council,Date\nWexmoor{}\nTolby Green,2024-06-30\n", ",x".repeat(1_000_000));
    let table = table(&text);
    assert_eq!(table.rows.len(), 1);
    assert_eq!((table.problems[0].number, table.problems[0].code), (2, "too_many_cells"));
}

#[test]
fn too_many_rows_or_cells_are_refused_but_blank_rows_do_not_count() {
    let limits = Limits { rows: 2, ..Limits::default() };
    assert!(read("Council,Date\na,b\n,\n,\n,\nc,d\n", &known, &limits).is_ok());
    assert_eq!(read("Council,Date\na,b\nc,d\ne,f\n", &known, &limits).unwrap_err().code(), "too_many_rows");
    let limits = Limits { cells: 3, ..Limits::default() };
    assert_eq!(read("Council,Date\na,b\nc,d\n", &known, &limits).unwrap_err().code(), "too_many_cells");
}

#[test]
fn a_gigantic_cell_or_line_is_one_problem_of_which_the_beginning_is_kept() {
    let long = "x".repeat(1 << 20);
    for text in [
        format!("Council,Date\n{long},2024-06-30\nTolby Green,2024-06-30\n"),
        format!("Council,Date\n{long}{long}{long}\nTolby Green,2024-06-30\n"),
    ] {
        let table = table(&text);
        assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [3]);
        let [problem] = table.problems.as_slice() else { panic!("{:?}", table.problems.len()) };
        assert_eq!((problem.number, problem.code), (2, "row_too_long"));
        assert!(problem.raw.len() < 10_000 && problem.raw.starts_with("xxx"), "{} bytes are kept", problem.raw.len());
        assert!(problem.message.contains("at most 1024 kB"), "{}", problem.message);
    }
}

#[test]
fn a_line_without_end_is_no_header() {
    let text = "x".repeat(8 << 20);
    assert_eq!(read(&text, &known, &Limits::default()).unwrap_err().code(), "no_header");
}

#[test]
fn batches_are_alike_in_every_pass_and_hold_what_the_whole_holds() {
    let mut text = String::from("Council,Date,\n");
    for row in 0..2_500 {
        text.push_str(&match row % 500 {
            7 => format!("\"Wexmoor {row},2024-06-30,\n"),
            499 => format!("Wexmoor {row},2024-06-30,aside\n"),
            _ => format!("Wexmoor {row},2024-06-30,\n"),
        });
    }
    let limits = Limits::default();
    let csv = Csv::find(&text, &known, &limits).unwrap();
    let pass = || csv.batches(&text, &limits).collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(pass(), pass());
    assert_eq!(pass().len(), 3);
    let whole = table(&text);
    assert_eq!(whole.header, ["Council", "Date", "column C"]);
    assert_eq!(pass().iter().map(|batch| batch.rows.len()).sum::<usize>(), whole.rows.len());
    assert_eq!(whole.rows.len() + whole.problems.len(), 2_500);
    // A limit is passed in the batch in which it is passed, and ends the file.
    let few = Limits { rows: 1_500, ..limits };
    let results: Vec<bool> = csv.batches(&text, &few).map(|batch| batch.is_ok()).collect();
    assert_eq!(results, [true, false]);
}

#[test]
fn a_file_of_nothing_but_unclosed_quotes_is_refused() {
    // Odd quotes a line, so that neither reading from one line nor from the next ever closes them.
    let text = format!("Council,Date\n{}", "a\"b,\"c\n".repeat(5_000));
    let error = read(&text, &known, &Limits::default()).unwrap_err();
    assert_eq!(error, ReadError::TooManyBrokenRows { first: 2, limit: 1_000 });
}

/// A cell as it can stand in a file: no blanks at its ends, which reading trims.
fn cell() -> impl Strategy<Value = String> {
    "([a-zé£–\"][a-zé£–\",;|\t\n ]{0,10}[a-zé£–\"])?"
}

proptest! {
    #[test]
    fn what_a_csv_writer_writes_is_read_back(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 0..6),
        separator in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        crlf in any::<bool>(),
        encoding in 0..4_usize,
    ) {
        let terminator = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let mut writer = ::csv::WriterBuilder::new().delimiter(separator).terminator(terminator).from_writer(Vec::new());
        writer.write_record(["Council", "Date", "Note"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let bytes = match encoding {
            0 => text.clone().into_bytes(),
            1 => [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(),
            2 => [b"\xff\xfe".as_slice(), &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat(),
            _ => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        };
        // A few letters of Windows-1252 beside each other are UTF-8 too ("é–£"), and nothing tells which was meant.
        prop_assume!(encoding < 3 || text.is_ascii() || std::str::from_utf8(&bytes).is_err());
        let file = crate::feeds::read::tables(&bytes, None, &known, &Limits::default()).unwrap();
        let read = &file.tables[0];
        prop_assert_eq!(&read.problems, &Vec::new());
        let wanted: Vec<Vec<String>> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        let got: Vec<Vec<String>> = texts(read).into_iter().map(|(_, cells)| cells).collect();
        prop_assert_eq!(got, wanted);
    }
}
