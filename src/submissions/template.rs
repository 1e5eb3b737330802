//! The workbook to fill in: headings, drop-downs, formats and notes, made from the tables by which rows are read.
//!
//! In: nothing but those tables. Out: the bytes of a workbook. Always holds: it can't be stale, because reading and writing
//! use one table; filled in and sent back, its other sheets are no outcomes (a test reads it so).

use crate::error::{AppError, Code};
use crate::evidence::EvidenceKind;
use crate::ingest::{Column, Holds, Need, SourceKind, columns_of, matter_columns, words_of};
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Note, RowNum,
    Workbook, Worksheet, XlsxError,
};

/// How many rows have drop-downs and formats: more than any firm's councils.
const ROWS: RowNum = 3_000;
/// For how many matters there are columns; more can be added by the same names.
const MATTERS: usize = 4;
const LISTS: &str = "Lists";

/// One heading.
struct Heading {
    name: String,
    column: &'static Column,
    kind: EvidenceKind,
}

/// The workbook's bytes.
///
/// # Errors
/// [`Code::Unexpected`] when it can't be written to memory.
pub fn template() -> Result<Vec<u8>, AppError> {
    written()
        .map_err(|e| AppError::new(Code::Unexpected, format!("The template could not be written: {e}."), "Try again."))
}

fn written() -> Result<Vec<u8>, XlsxError> {
    let headings = headings();
    let mut workbook = Workbook::new();
    // The same bytes whenever it is asked for: nothing of it changes but with the program.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title("Outcomes").set_creation_datetime(&made));
    outcomes(workbook.add_worksheet(), &headings)?;
    instructions(workbook.add_worksheet(), &headings)?;
    list_sheet(workbook.add_worksheet(), &headings)?;
    workbook.save_to_buffer()
}

/// The columns that a person fills in: all but those that only JSON can hold.
fn headings() -> Vec<Heading> {
    let plain = columns_of(SourceKind::AuditOutcomes)
        .iter()
        .filter(|column| column.holds != Holds::Matters)
        .map(|column| Heading { name: column.name.to_owned(), column, kind: EvidenceKind::AuditOutcome });
    let of_matter = (1..=MATTERS).flat_map(|number| {
        matter_columns().iter().map(move |column| Heading {
            name: format!("matter_{number}_{}", column.name),
            column,
            kind: EvidenceKind::AuditMatter,
        })
    });
    plain.chain(of_matter).collect()
}

/// The words that a cell may hold; none where it isn't one of a few.
fn choices(heading: &Heading) -> Vec<&'static str> {
    match heading.column.holds {
        Holds::Choice(field, _) => words_of(heading.kind, field).to_vec(),
        Holds::YesNo(_) => vec!["yes", "no"],
        _ => Vec::new(),
    }
}

fn outcomes(sheet: &mut Worksheet, headings: &[Heading]) -> Result<(), XlsxError> {
    sheet.set_name("Outcomes")?.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let lists = lists(headings);
    let required = bold.clone().set_background_color("#FFF2CC");
    for (column, heading) in (0..).zip(headings) {
        let must = !matches!(heading.column.need, Need::Optional) && heading.kind == EvidenceKind::AuditOutcome;
        sheet.write_string_with_format(0, column, &heading.name, if must { &required } else { &bold })?;
        sheet.insert_note(0, column, &Note::new(about(heading)).set_width(260).set_height(110))?;
        sheet.set_column_width(column, width(&heading.name))?;
        let format = cell_format(heading.column.holds);
        sheet.set_column_format(column, &format)?;
        if let Some(list) = lists.iter().find(|list| list.words == choices(heading)) {
            let rule = DataValidation::new().allow_list_formula(Formula::new(list.range()));
            let told = "Choose one of the list, or leave the cell empty.";
            sheet.add_data_validation(1, column, ROWS, column, &rule.set_error_message(told)?)?;
        }
        if heading.column.holds == Holds::Date {
            let days = DataValidationRule::Between(
                ExcelDateTime::from_ymd(2000, 1, 1)?,
                ExcelDateTime::from_ymd(2100, 12, 31)?,
            );
            let rule = DataValidation::new().allow_date(days).set_error_message("Give a day, such as 2026-09-10.")?;
            sheet.add_data_validation(1, column, ROWS, column, &rule)?;
        }
    }
    Ok(())
}

/// The words of a drop-down, and the row of the sheet of lists that the first stands in.
struct List {
    first: RowNum,
    words: Vec<&'static str>,
    /// The heading that they are words for.
    heading: String,
}

impl List {
    fn rows(&self) -> RowNum {
        RowNum::try_from(self.words.len()).unwrap_or(RowNum::MAX)
    }

    /// Where the words stand; rows count from 1 in a formula.
    fn range(&self) -> String {
        format!("={LISTS}!$B${}:$B${}", self.first + 1, self.first + self.rows())
    }
}

/// Every list once, one below the other.
fn lists(headings: &[Heading]) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    let mut first = 0;
    for heading in headings {
        let words = choices(heading);
        if words.is_empty() || lists.iter().any(|list| list.words == words) {
            continue;
        }
        let list = List { first, words, heading: heading.name.clone() };
        first += list.rows();
        lists.push(list);
    }
    lists
}

fn width(name: &str) -> f64 {
    u8::try_from(name.chars().count()).map_or(30.0, |letters| f64::from(letters.clamp(12, 30)) + 2.0)
}

fn cell_format(holds: Holds) -> Format {
    match holds {
        Holds::Date => Format::new().set_num_format("yyyy-mm-dd"),
        Holds::Money => Format::new().set_num_format("#,##0.00"),
        Holds::Whole(_) => Format::new().set_num_format("0"),
        _ => Format::new().set_num_format("@"),
    }
}

/// What a column means, whether it must be filled in, and which words it takes.
fn about(heading: &Heading) -> String {
    let need = match heading.column.need {
        Need::Required if heading.kind == EvidenceKind::AuditMatter => "Needed for each matter.".to_owned(),
        Need::Required => "Needed in every row.".to_owned(),
        Need::UnlessGiven(other) => format!("Needed unless {other} is given."),
        Need::Optional => "May be left empty.".to_owned(),
    };
    let words = choices(heading);
    let words = if words.is_empty() { String::new() } else { format!(" One of: {}.", words.join(", ")) };
    format!("{}. {need}{words}", capitalised(heading.column.meaning))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// No cell of it is the name of a column by itself: it must never be taken for a table of outcomes.
fn instructions(sheet: &mut Worksheet, headings: &[Heading]) -> Result<(), XlsxError> {
    sheet.set_name("Instructions")?;
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    sheet.set_column_width(0, 34)?.set_column_width(1, 100)?;
    let lines = [
        "Fill in the sheet Outcomes: one row for each council, all of one financial year.",
        "Leave the headings as they are. Columns that you don't need may stay empty or be removed.",
        "Name no person anywhere: the auditor's words about a matter stay with you.",
        "Check the file first (nothing is kept of a check), mend what it finds, then send it.",
        "A correction is the same row again, as it should be: it takes the place of the earlier one, which is kept.",
        "For more than four matters, add columns by the same names: up to matter 12.",
    ];
    sheet.write_string_with_format(0, 0, "How to send outcomes", &bold)?;
    let mut row = 2;
    for line in lines {
        sheet.write_string(row, 0, line)?;
        row += 1;
    }
    row += 1;
    for heading in headings {
        sheet.write_string_with_format(row, 0, format!("Column “{}”", heading.name), &wrapped)?;
        sheet.write_string_with_format(row, 1, about(heading), &wrapped)?;
        row += 1;
    }
    Ok(())
}

/// A word a row, after the heading that it is for: no row of it can be taken for the headings of outcomes.
fn list_sheet(sheet: &mut Worksheet, headings: &[Heading]) -> Result<(), XlsxError> {
    sheet.set_name(LISTS)?.set_column_width(0, 34)?.set_column_width(1, 34)?;
    for list in lists(headings) {
        for (row, word) in (list.first..).zip(&list.words) {
            sheet.write_string(row, 0, format!("A word for “{}”", list.heading))?;
            sheet.write_string(row, 1, *word)?;
        }
    }
    Ok(())
}
