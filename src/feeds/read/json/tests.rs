//! JSON files, sound and mistaken.

use super::*;
use serde_json::json;

fn table(text: &str) -> Table {
    read_document(text, &Limits::default()).unwrap().0
}

fn error(text: &str) -> String {
    read_document(text, &Limits::default()).unwrap_err().to_string()
}

#[test]
fn keys_become_columns_in_order_of_appearance_and_values_keep_their_kind() {
    let table = table(
        r#"[
            {"council": " Wexmoor ", "score": 2.5, "shown": true, "matters": [{"assertion": 1}], "blank": "", "none": null},
            {"when": "2024-06-30", "council": "Tolby Green", "reference": 12345678901234567890}
        ]"#,
    );
    assert_eq!(table.header, ["council", "score", "shown", "matters", "blank", "none", "when", "reference"]);
    assert_eq!((table.header_row, table.rows.len()), (0, 2));
    assert_eq!(
        table.rows[0].cells,
        [
            Cell::Text("Wexmoor".to_owned()),
            Cell::Number(2.5),
            Cell::YesNo(true),
            Cell::Nested(json!([{"assertion": 1}])),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ]
    );
    assert_eq!(table.rows[1].number, 2);
    assert_eq!(table.rows[1].cells[6], Cell::Text("2024-06-30".to_owned()));
    assert_eq!(table.rows[1].cells[7], Cell::Text("12345678901234567890".to_owned()));
}

#[test]
fn whole_numbers_are_numbers_while_a_float_holds_them() {
    let table = table(r#"[{"a": 9007199254740992, "b": 9007199254740993, "c": -3, "d": 1e3}]"#);
    assert_eq!(
        table.rows[0].cells,
        [
            Cell::Number(9_007_199_254_740_992.0),
            Cell::Text("9007199254740993".to_owned()),
            Cell::Number(-3.0),
            Cell::Number(1000.0),
        ]
    );
}

#[test]
fn a_list_is_found_under_its_key_and_the_rest_is_noted() {
    for key in ["flags", "records", "items", "data", "outcomes"] {
        let text = format!(r#"{{"generated": "2024-06-30", "{key}": [{{"council": "Wexmoor"}}]}}"#);
        let (table, notes) = read_document(&text, &Limits::default()).unwrap();
        assert_eq!(table.rows.len(), 1, "{key}");
        assert_eq!(notes, ["Beside the list, these keys were passed over: generated."]);
    }
    let (table, _) = read_document(r#"{"warnings": [1], "records": [{"council": "x"}]}"#, &Limits::default()).unwrap();
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn what_is_no_list_is_named() {
    let next = ", not a list of objects. Send a list, or an object with the list under `flags`, `records`, `items` or \
                `data`.";
    assert_eq!(error(r#"{"error": "gone"}"#), format!("The JSON is an object with the keys error{next}"));
    assert_eq!(error("{}"), format!("The JSON is an empty object{next}"));
    assert_eq!(error(r#""text""#), format!("The JSON is a text{next}"));
}

#[test]
fn an_element_that_is_no_object_is_a_problem() {
    let table = table(r#"[{"council": "Wexmoor"}, 5, {"council": "Tolby Green"}]"#);
    assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 3]);
    let problem = &table.problems[0];
    assert_eq!((problem.number, problem.code, problem.raw.as_str()), (2, "not_an_object", "5"));
}

#[test]
fn a_key_with_two_values_is_a_problem_and_with_the_same_value_is_not() {
    let table = table(r#"[{"council": "A", "council": "B"}, {"council": "A", "council": "A"}]"#);
    let problem = &table.problems[0];
    assert_eq!((problem.number, problem.code), (1, "repeated_key"));
    assert_eq!(problem.raw, r#"{"council":"A","council":"B"}"#);
    assert_eq!(table.rows[0].number, 2);
}

#[test]
fn mistakes_are_given_by_line_and_column() {
    assert_eq!(
        error("[\n  {\"council\": \"Wexmoor\",}\n]"),
        "The JSON breaks off or is malformed on line 2, column 25: trailing comma. Mend it and send it again."
    );
    assert!(error("[{\"council\": \"Wexm").contains("on line 1, column 18: EOF while parsing a string"));
}

#[test]
fn depth_and_size_are_limited_before_anything_is_built() {
    let deep = format!("[{{\n\"a\": {}1{}}}]", "[".repeat(40), "]".repeat(40));
    assert_eq!(
        read_document(&deep, &Limits::default()).unwrap_err(),
        ReadError::JsonTooDeep { line: 2, column: 36, limit: 32 }
    );
    assert_eq!(read_document(&"[".repeat(1 << 20), &Limits::default()).unwrap_err().code(), "json_too_deep");
    // Brackets inside texts are no nesting.
    assert!(read_document(r#"[{"a": "[[[\"[[["}]"#, &Limits { depth: 2, ..Limits::default() }).is_ok());
    let limits = Limits { cells: 5, ..Limits::default() };
    assert_eq!(read_document("[1,1,1,1,1,1,1]", &limits).unwrap_err().code(), "too_many_cells");
    let limits = Limits { columns: 1, ..Limits::default() };
    assert_eq!(read_document(r#"[{"a": 1, "b": 2}]"#, &limits).unwrap_err().code(), "too_many_columns");
    let limits = Limits { rows: 1, ..Limits::default() };
    assert_eq!(read_document(r#"[{"a": 1}, {"a": 2}]"#, &limits).unwrap_err().code(), "too_many_rows");
}

fn read_lines(text: &str, limits: &Limits) -> Result<(Table, Vec<String>), ReadError> {
    let lines = Lines::find(text, limits)?;
    Ok((crate::feeds::read::opened::whole(lines.head(), lines.batches(text, limits), limits)?, Vec::new()))
}

#[test]
fn lines_are_bounded_one_by_one_and_have_all_columns_from_the_first_batch_on() {
    let mut text = format!("{{\"council\": \"{}\"}}\n", "x".repeat(1 << 20));
    for number in 0..1_500 {
        text.push_str(&format!("{{\"council\": \"Wexmoor {number}\"}}\n"));
    }
    text.push_str("{\"council\": \"Tolby Green\", \"kind\": 1}\n");
    let limits = Limits::default();
    let lines = Lines::find(&text, &limits).unwrap();
    let batches: Vec<_> = lines.batches(&text, &limits).collect::<Result<_, _>>().unwrap();
    assert_eq!(batches.iter().map(|batch| batch.rows.len()).collect::<Vec<_>>(), [999, 502]);
    assert!(batches[0].rows.iter().all(|row| row.cells.len() == 2));
    assert_eq!((batches[0].problems[0].number, batches[0].problems[0].code), (1, "row_too_long"));
    assert_eq!(read_lines(&text, &Limits { cells: 100, ..limits }).unwrap_err().code(), "too_many_cells");
}

#[test]
fn each_line_of_json_lines_stands_by_itself() {
    let text =
        "{\"council\": \"Wexmoor\"}\n\n{\"council\": \"Tolby\n[1]\n{\"council\": \"Tolby Green\", \"kind\": 1}\n";
    assert!(is_lines(text));
    let (table, _) = read_lines(text, &Limits::default()).unwrap();
    assert_eq!(table.header, ["council", "kind"]);
    assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 5]);
    let problems: Vec<_> = table.problems.iter().map(|problem| (problem.number, problem.code)).collect();
    assert_eq!(problems, [(3, "json_malformed"), (4, "not_an_object")]);
    assert_eq!(
        table.problems[0].message,
        "The line is no JSON object: EOF while parsing a string at column 18. Mend it and send it again."
    );
    assert_eq!(
        read_lines("\n{\"a\n{\"b\n", &Limits::default()).unwrap_err(),
        ReadError::Json { line: 2, column: 3, reason: "EOF while parsing a string".to_owned() }
    );
    assert!(!is_lines("{\"council\": \"Wexmoor\"}\n"));
    assert!(!is_lines("[\n{}\n]"));
}
