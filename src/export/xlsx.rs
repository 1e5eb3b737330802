//! An export as an Excel workbook: the table on the first sheet, "About this export" on the second.
//!
//! In: an export with one cell a heading in each row. Out: the bytes. Always holds: text is written as text, so there is no
//! formula and no link in it; numbers, dates and times are real ones, except where Excel would show another value than was
//! meant (numbers of over 15 digits, days before March 1900 or after 9999), which stand as text; a text longer than Excel
//! holds is cut and says so; the printed pages say who exported it, when and by which filter.
//!
//! A text that might start a formula is marked as quoted (`quotePrefix`, ECMA-376 part 1, 18.8.45), so that it stays text
//! when somebody edits the cell. Times are England's, which Excel can't say of a time: each shows GMT or BST beside it.

use super::changes::Changes;
use super::{Cell, Export, ExportError, about, shown, text};
use crate::clock::england;
use jiff::civil::{Date, date};
use rust_xlsxwriter::utility::cell_autofit_width;
use rust_xlsxwriter::{
    ColNum, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, RowNum, Workbook, Worksheet, XlsxError,
};

/// What a sheet holds under its headings: 1,048,576 rows less one.
const MOST_ROWS: usize = 1_048_575;
const MOST_COLUMNS: usize = 16_384;
/// What a cell holds, in UTF-16 code units.
const LONGEST_TEXT: usize = 32_767;
/// What a sheet's name may have, in UTF-16 code units.
const LONGEST_SHEET_NAME: usize = 31;
/// Excel keeps 15 digits of a number and makes noughts of the rest.
const LARGEST_EXACT: u64 = 999_999_999_999_999;
/// Excel counts a 29 February 1900 that never was: other programs show an earlier day differently.
const FIRST_DAY: Date = date(1900, 3, 1);
const LAST_DAY: Date = date(9999, 12, 31);
/// The widest column in pixels; longer texts go on in the next line of the cell.
const WIDEST: u32 = 420;
/// What the filter's arrow takes of a heading, and bold letters more than others.
const BESIDE_HEADING: u32 = 24;
const PAPER_A4: u8 = 9;
const ABOUT_SHEET: &str = "About this export";

/// The bytes of the workbook.
pub(super) fn write(export: &Export) -> Result<Vec<u8>, ExportError> {
    let title = || export.title.clone();
    let (rows, columns) = (export.rows.len(), export.headings.len());
    if rows > MOST_ROWS {
        return Err(ExportError::TooManyRows { title: title(), rows, most: MOST_ROWS });
    }
    if columns > MOST_COLUMNS {
        return Err(ExportError::TooManyColumns { title: title(), columns, most: MOST_COLUMNS });
    }
    written(export).map_err(|source| ExportError::Workbook { title: title(), source })
}

fn written(export: &Export) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(export)?);
    let changes = table_sheet(workbook.add_worksheet(), export)?;
    about_sheet(workbook.add_worksheet(), export, &changes.notes())?;
    workbook.save_to_buffer()
}

/// The properties: made by Bellwether, at the time of the export, so that the same export gives the same bytes.
fn properties(export: &Export) -> Result<DocProperties, XlsxError> {
    let made = i64::max(export.about.exported_at.as_second(), 0);
    Ok(DocProperties::new()
        .set_author("Bellwether")
        .set_title(one_line(&export.title, 255))
        .set_creation_datetime(&ExcelDateTime::from_timestamp(made)?))
}

fn table_sheet(worksheet: &mut Worksheet, export: &Export) -> Result<Changes, XlsxError> {
    worksheet.set_name(sheet_name(&export.title))?;
    let last_row = RowNum::try_from(export.rows.len()).unwrap_or(RowNum::MAX);
    let last_column = ColNum::try_from(export.headings.len().saturating_sub(1)).unwrap_or(ColNum::MAX);
    let mut sheet = Sheet { worksheet, changes: Changes::default() };
    let mut widths: Vec<u32> = Vec::with_capacity(export.headings.len());
    for (column, heading) in (0..).zip(&export.headings) {
        let width = sheet.text((0, column), heading, &heading_format())?;
        widths.push(width + BESIDE_HEADING);
    }
    for (row, cells) in (1..).zip(&export.rows) {
        for ((column, cell), widest) in (0..).zip(cells).zip(&mut widths) {
            *widest = sheet.cell((row, column), cell)?.max(*widest);
        }
    }
    let Sheet { worksheet, changes } = sheet;
    for (column, width) in (0..).zip(widths) {
        worksheet.set_column_width_pixels(column, width.min(WIDEST))?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    worksheet.autofilter(0, 0, last_row, last_column)?;
    worksheet.set_repeat_rows(0, 0)?;
    worksheet.set_landscape();
    printed(worksheet, export);
    Ok(changes)
}

fn about_sheet(worksheet: &mut Worksheet, export: &Export, more_notes: &[String]) -> Result<(), XlsxError> {
    worksheet.set_name(ABOUT_SHEET)?;
    let bold = cell_format().set_bold();
    let mut sheet = Sheet { worksheet, changes: Changes::default() };
    sheet.text((0, 0), &one_line(&export.title, LONGEST_TEXT), &Format::new().set_bold().set_font_size(14))?;
    for (row, (label, value)) in (2..).zip(about::lines(export, more_notes)) {
        sheet.text((row, 0), label, &bold)?;
        sheet.cell((row, 1), &value)?;
    }
    let Sheet { worksheet, .. } = sheet;
    worksheet.set_column_width_pixels(0, 120)?;
    worksheet.set_column_width_pixels(1, 560)?;
    printed(worksheet, export);
    Ok(())
}

/// How a sheet is printed: A4, one page wide, with the title and the filter above and who exported it below.
fn printed(worksheet: &mut Worksheet, export: &Export) {
    let about = &export.about;
    worksheet.set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 0);
    worksheet.set_header(format!(
        "&L&\"-,Bold\"{}&RFilter: {}",
        for_print(&export.title, 90),
        for_print(about::filter(export), 120)
    ));
    let exported =
        [for_print(&about.exported_by, 80), for_print(&about.organisation, 80), shown::moment(about.exported_at)];
    let exported: Vec<&str> = exported.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    worksheet.set_footer(format!("&LExported by {}&RPage &P of &N", exported.join(", ")));
}

/// A text for a page's head or foot, of at most so many UTF-16 code units (Excel takes 255 in all): `&` starts a code there
/// and is doubled.
fn for_print(given: &str, most: usize) -> String {
    let line = text::on_one_line(&text::holdable(given));
    let mut whole = line.replace('&', "&&");
    let mut kept = text::beginning(&line, most);
    while text::length(&whole) > most {
        let shorter = text::length(kept).saturating_sub(1);
        kept = text::beginning(kept, shorter);
        whole = format!("{}…", kept.trim_end().replace('&', "&&"));
    }
    whole
}

fn one_line(given: &str, most: usize) -> String {
    text::beginning(&text::on_one_line(&text::holdable(given)), most).to_owned()
}

/// A name that Excel takes for a sheet: none of `[]:*?/\`, no apostrophe at an end, not blank, not "History", and not the
/// other sheet's.
fn sheet_name(title: &str) -> String {
    let allowed = one_line(title, usize::MAX).replace(['[', ']', ':', '*', '?', '/', '\\'], " ");
    let allowed = text::on_one_line(&allowed);
    let name = text::beginning(allowed.trim_matches(['\'', ' ']), LONGEST_SHEET_NAME).trim_end_matches(['\'', ' ']);
    let taken = ["", "history", &ABOUT_SHEET.to_lowercase()].contains(&name.to_lowercase().as_str());
    if taken { "Export".to_owned() } else { name.to_owned() }
}

/// Where a cell stands: row and column from 0.
type Place = (RowNum, ColNum);

/// A sheet that is being written; each cell gives back its width in pixels.
struct Sheet<'a> {
    worksheet: &'a mut Worksheet,
    changes: Changes,
}

impl Sheet<'_> {
    fn cell(&mut self, place: Place, cell: &Cell) -> Result<u32, XlsxError> {
        match cell {
            Cell::Empty => Ok(0),
            Cell::Text(text) => self.text(place, text, &cell_format()),
            Cell::YesNo(yes) => self.text(place, if *yes { "yes" } else { "no" }, &cell_format()),
            Cell::Whole(number) if number.unsigned_abs() <= LARGEST_EXACT => {
                self.number(place, *number as f64, ("0", &number.to_string()))
            }
            Cell::Whole(number) => self.text(place, &number.to_string(), &cell_format()),
            Cell::Points(milli) if milli.unsigned_abs() <= LARGEST_EXACT => {
                // Of at most 15 digits, the nearest floating-point number shows the very same ones.
                self.number(place, *milli as f64 / 1000.0, ("0.000", &shown::points(*milli)))
            }
            Cell::Points(milli) => self.text(place, &shown::points(*milli), &cell_format()),
            Cell::Day(day) => match excel_day(*day) {
                Some(excel) => self.time(place, &excel?, "d mmm yyyy"),
                None => self.text(place, &day.to_string(), &cell_format()),
            },
            Cell::Instant(instant) => {
                let zoned = instant.to_zoned(england());
                match excel_day(zoned.date()) {
                    Some(day) => {
                        let time = zoned.time();
                        let of_two = |number: i8| u8::try_from(number).unwrap_or(0);
                        let hour = u16::from(of_two(time.hour()));
                        let excel = day?.and_hms(hour, of_two(time.minute()), of_two(time.second()))?;
                        self.time(place, &excel, &format!("d mmm yyyy hh:mm:ss \"{}\"", zoned.strftime("%Z")))
                    }
                    None => self.text(place, &shown::instant(*instant), &cell_format()),
                }
            }
        }
    }

    /// A number, with its format and how it will look.
    fn number(&mut self, (row, column): Place, number: f64, (format, shown): (&str, &str)) -> Result<u32, XlsxError> {
        self.worksheet.write_number_with_format(row, column, number, &cell_format().set_num_format(format))?;
        Ok(cell_autofit_width(shown))
    }

    fn time(&mut self, (row, column): Place, time: &ExcelDateTime, format: &str) -> Result<u32, XlsxError> {
        self.worksheet.write_datetime_with_format(row, column, time, &cell_format().set_num_format(format))?;
        // The format is as long as what it shows, but for days of two digits.
        Ok(cell_autofit_width(&format!("0{format}")))
    }

    fn text(&mut self, (row, column): Place, given: &str, format: &Format) -> Result<u32, XlsxError> {
        let held = self.changes.holdable(given);
        let text = self.changes.cut(&held, LONGEST_TEXT);
        let width = text.lines().map(|line| cell_autofit_width(text::beginning(line, 200))).max().unwrap_or(0);
        let mut format = format.clone();
        if text::starts_a_formula(&text) {
            format = format.set_quote_prefix();
        }
        if width > WIDEST || text.contains(['\n', '\r']) {
            format = format.set_text_wrap();
        }
        if !text.is_empty() {
            self.worksheet.write_string_with_format(row, column, &text, &format)?;
        }
        Ok(width)
    }
}

/// The day as Excel counts it; none where it doesn't.
fn excel_day(day: Date) -> Option<Result<ExcelDateTime, XlsxError>> {
    if !(FIRST_DAY..=LAST_DAY).contains(&day) {
        return None;
    }
    let year = u16::try_from(day.year()).ok()?;
    let (month, day) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    Some(ExcelDateTime::from_ymd(year, month, day))
}

fn cell_format() -> Format {
    Format::new().set_align(FormatAlign::Top)
}

fn heading_format() -> Format {
    cell_format().set_bold().set_border_bottom(FormatBorder::Thin)
}
