//! The audit firms' lists: a workbook a firm, as the firm would have sent it on a day.
//!
//! In: the country, a firm and a day. Out: the bytes of an XLSX file. Always holds: it says only what was known by that
//! day; a row that was in an earlier list is in every later one, perhaps in a newer version; the same day gives the same
//! bytes, and so does a later one on which nothing is new.

use super::dialects::{DIALECTS, Dialect, Style, Told};
use super::draw::{Draw, on};
use super::habits::{Touches, touched_by};
use super::happenings::{Matter, Return, ReturnVersion};
use super::pilot::Council;
use super::returns::EXEMPT_UP_TO;
use super::sending::{Unwritable, in_words, with_slashes, yes_or_no};
use super::story::Country;
use crate::evidence::STATUS;
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};
use std::collections::BTreeMap;

/// Matters that a list has columns for.
const MATTERS: usize = 4;

/// Up to this much income the review is a basic one.
const BASIC_UP_TO: u32 = 200_000;

/// One cell of a list.
#[derive(Debug, Clone, PartialEq)]
enum Put {
    Blank,
    Text(String),
    Number(u32),
    Day(Date),
}

/// What is wrong with a row that no reader should take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    ImpossibleDate,
    UnknownStatus,
    QualifiedWithoutMatter,
}

/// One row, before it is written in the firm's words.
struct Line<'told> {
    council: &'told Council,
    of: &'told Return,
    number: u32,
    version: &'told ReturnVersion,
    flaw: Option<Flaw>,
}

/// The list of a firm (0, 1 or 2; no other firm has one) as it stood on a day.
///
/// # Errors
/// [`Unwritable::Workbook`], which is not expected.
pub fn outcomes(country: &Country, firm: usize, as_of: Date) -> Result<Vec<u8>, Unwritable> {
    let mut workbook = Workbook::new();
    // Without this the file would hold the time at which it was made.
    let made = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let Some(dialect) = DIALECTS.get(firm) else { return Ok(workbook.save_to_buffer()?) };
    let lines = lines(country, firm, as_of);
    let years = country.calendar.years();
    if dialect.sheet_a_year {
        for year in years {
            let of_year: Vec<&Line<'_>> = lines.iter().filter(|line| line.of.year == year).collect();
            // A year has its sheet once there is something on it; the first one always, so that there is a sheet.
            if !of_year.is_empty() || Some(&year) == country.calendar.years().first() {
                let sheet = workbook.add_worksheet().set_name(format!("{}-{:02}", year - 1, year.rem_euclid(100)))?;
                write(sheet, dialect, country, &of_year)?;
            }
        }
    } else {
        let all: Vec<&Line<'_>> = lines.iter().collect();
        write(workbook.add_worksheet().set_name("Outcomes")?, dialect, country, &all)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn lines(country: &Country, firm: usize, as_of: Date) -> Vec<Line<'_>> {
    let flaws = flaws(country, firm);
    let keeps_versions = DIALECTS.get(firm).is_some_and(|dialect| dialect.keeps_versions);
    let mut lines = Vec::new();
    for year in country.calendar.years() {
        for (council, story) in country.told().filter(|(council, _)| council.district.firm == firm) {
            for of in story.returns.iter().filter(|of| of.year == year) {
                let flaw = flaws
                    .get(&(council.number, year))
                    .filter(|(_, mended)| mended.is_none_or(|day| as_of < day))
                    .map(|(flaw, _)| *flaw);
                let known = (1..).zip(&of.versions).take_while(|(_, version)| version.known_from <= as_of);
                let mut known: Vec<Line<'_>> =
                    known.map(|(number, version)| Line { council, of, number, version, flaw }).collect();
                if !keeps_versions && known.len() > 1 {
                    known.drain(..known.len() - 1);
                }
                lines.extend(known);
            }
        }
    }
    lines
}

/// Rows that the firm gets wrong, by council and year, and the day from which they are right. Only ordinary councils
/// that are reviewed, so that no story is lost by it.
fn flaws(country: &Country, firm: usize) -> BTreeMap<(usize, i16), (Flaw, Option<Date>)> {
    let last = country.calendar.last_year;
    let mut plain: Vec<usize> = country
        .told()
        .filter(|(council, story)| {
            let reviewed = story.returns.iter().all(|of| of.income > EXEMPT_UP_TO && of.versions.len() == 1);
            council.district.firm == firm && story.arc.is_none() && reviewed && !council.shares_name
        })
        .map(|(council, _)| council.number)
        .collect();
    plain.sort_by_key(|number| Draw::about("flaws", *number).below(u32::MAX));
    let wrong = [
        (Flaw::ImpossibleDate, last, None),
        (Flaw::QualifiedWithoutMatter, last, None),
        (Flaw::UnknownStatus, last - 1, None),
        (Flaw::QualifiedWithoutMatter, last - 1, Some(on(last, 1, 15))),
        (Flaw::ImpossibleDate, last - 2, Some(on(last - 1, 2, 1))),
    ];
    plain.into_iter().zip(wrong).map(|(council, (flaw, year, mended))| ((council, year), (flaw, mended))).collect()
}

fn write(sheet: &mut Worksheet, dialect: &Dialect, country: &Country, lines: &[&Line<'_>]) -> Result<(), Unwritable> {
    let newest = lines.iter().map(|line| line.version.known_from).max();
    sheet.write_string(0, 0, dialect.firm)?;
    sheet.write_string(1, 0, dialect.title)?;
    if let Some(day) = newest {
        sheet.write_string(2, 0, format!("List as it stood on {}", in_words(day)))?;
    }
    let matters = (1..=MATTERS)
        .flat_map(|number| dialect.matter_columns.iter().map(move |part| format!("Matter {number} {part}")));
    let header = dialect.columns.iter().map(|(_, name)| (*name).to_owned()).chain(matters);
    let bold = Format::new().set_bold();
    for (column, name) in (0..).zip(header) {
        sheet.write_string_with_format(4, column, name, &bold)?;
    }
    let as_date = Format::new().set_num_format("dd/mm/yyyy");
    for (row, line) in (5..).zip(lines) {
        for (column, put) in (0..).zip(cells(dialect, country, line)) {
            match put {
                Put::Blank => {}
                Put::Text(text) => {
                    sheet.write_string(row, column, text)?;
                }
                Put::Number(number) => {
                    sheet.write_number(row, column, number)?;
                }
                Put::Day(day) => {
                    let (year, month, day) =
                        (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
                    sheet.write_datetime_with_format(
                        row,
                        column,
                        ExcelDateTime::from_ymd(year, month, day)?,
                        &as_date,
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// The row in the firm's words, one cell a column.
fn cells(dialect: &Dialect, country: &Country, line: &Line<'_>) -> Vec<Put> {
    let written = dialect.sender.writes(line.council, &country.pilot, line.of.year);
    let text = |text: Option<String>| text.map_or(Put::Blank, Put::Text);
    let version = line.version;
    let exempt = version.status == "exempt";
    let told = |told: Told| match told {
        Told::Reference => Put::Text(format!("{}{:04}", dialect.prefix, 1000 + line.council.number)),
        Told::GssCode => text(written.gss_code.clone()),
        Told::Name => Put::Text(written.name.clone()),
        Told::District => text(written.district.map(str::to_owned)),
        Told::County => text(written.county.map(str::to_owned)),
        Told::Year => year(dialect.style, line.of.year),
        Told::Form if version.submitted_on.is_none() => Put::Blank,
        Told::Form => Put::Text(if exempt { "Form 2" } else { "Form 3" }.to_owned()),
        Told::Band if exempt => Put::Text("Exempt".to_owned()),
        Told::Band => Put::Text(if line.of.income > BASIC_UP_TO { "Intermediate" } else { "Basic" }.to_owned()),
        Told::Submitted => day(dialect.style, version.submitted_on),
        Told::Reminder => Put::Text(yes_or_no(Some(line.of.reminder_sent))),
        Told::Status => status(dialect, line),
        Told::Certified if line.flaw == Some(Flaw::ImpossibleDate) => Put::Text(format!("31/09/{}", line.of.year)),
        Told::Certified => day(dialect.style, version.certified_on),
        // The outcomes that nobody certifies are settled on the day on which the firm notes them.
        Told::Determined if matches!(version.status, "no_return" | "incorrectly_exempt") => {
            day(dialect.style, Some(version.known_from))
        }
        Told::Determined => Put::Blank,
        // Without a return nobody knows what the council took in or spent.
        Told::Income if version.status == "no_return" => Put::Blank,
        Told::Income => income(dialect.style, line),
        Told::Version => Put::Number(line.number),
        Told::Supersedes if line.number > 1 => Put::Number(line.number - 1),
        Told::Supersedes => Put::Blank,
        Told::Link if version.certified_on.is_some() => Put::Text(format!(
            "https://wexel-bridge.example/reports/{}/{:04}",
            line.of.year,
            1000 + line.council.number
        )),
        Told::Link => Put::Blank,
        // Every interim letter opens so, whatever the end will be: a status is read from its column, never from a phrase.
        Told::Comments if version.status == "interim" => {
            Put::Text("Letter sent: except for the matters below, nothing has come up so far".to_owned())
        }
        Told::Comments => Put::Blank,
        Told::Fee => Put::Number(if exempt { 0 } else { 210 + line.of.income / 100_000 * 105 }),
    };
    let mut cells: Vec<Put> = dialect.columns.iter().map(|(column, _)| told(*column)).collect();
    if line.flaw != Some(Flaw::QualifiedWithoutMatter) {
        cells.extend(version.matters.iter().take(MATTERS).flat_map(|matter| of_matter(dialect, *matter)));
    }
    cells
}

fn status(dialect: &Dialect, line: &Line<'_>) -> Put {
    let status = match line.flaw {
        Some(Flaw::UnknownStatus) => return Put::Text("See letter".to_owned()),
        Some(Flaw::QualifiedWithoutMatter) => "qualified",
        _ => line.version.status,
    };
    let place = STATUS.iter().position(|word| *word == status);
    let word = place.and_then(|place| dialect.statuses.get(place)).copied().unwrap_or(status);
    Put::Text(word.to_owned())
}

fn of_matter(dialect: &Dialect, matter: Matter) -> [Put; 6] {
    let [except_for, other] = dialect.classes;
    let class = Put::Text(if matter.except_for { except_for } else { other }.to_owned());
    let number = |word: &str, number: u8| match dialect.style {
        Style::Typed => Put::Text(format!("{word} {number}")),
        Style::Spreadsheet | Style::Spelt => Put::Number(number.into()),
    };
    let (assertion, of_box) = match touched_by(matter.reason) {
        Touches::Assertion(assertion) => (number("Assertion", assertion), Put::Blank),
        Touches::Box(of_box) => (Put::Blank, number("Box", of_box)),
    };
    let reason = match dialect.style {
        Style::Spreadsheet => matter.reason.to_owned(),
        Style::Typed => spelt(matter.reason).to_owned(),
        Style::Spelt => matter.reason.replace('_', " "),
    };
    // The question whether it was disclosed only arises where the opinion is qualified.
    let undisclosed = matter.except_for.then_some(matter.undisclosed);
    [
        class,
        assertion,
        of_box,
        Put::Text(reason),
        Put::Text(yes_or_no(undisclosed)),
        Put::Text(yes_or_no(Some(matter.repeat))),
    ]
}

/// A reason as somebody types it who doesn't know our codes.
fn spelt(reason: &str) -> &str {
    match reason {
        "arithmetic" => "Casting error",
        "variance_unexplained" => "Variance not explained",
        "comparatives" => "Prior year comparatives",
        "wrong_form" => "Incorrect form",
        "approval_order" => "Order of approval",
        "misstatement" => "Misstated",
        "public_rights" => "Exercise of public rights",
        "internal_control" => "Internal controls",
        "risk_management" => "Risk assessment",
        "law_and_practice" => "Proper practices",
        "earlier_matters_not_acted_on" => "Earlier matters",
        other => other,
    }
}

fn year(style: Style, year: i16) -> Put {
    let ends = year.rem_euclid(100);
    Put::Text(match style {
        Style::Spreadsheet => format!("{}/{ends:02}", year - 1),
        Style::Typed => in_words(on(year, 3, 31)),
        Style::Spelt => format!("{}-{ends:02}", year - 1),
    })
}

fn day(style: Style, day: Option<Date>) -> Put {
    day.map_or(Put::Blank, |day| match style {
        Style::Spreadsheet => Put::Day(day),
        Style::Typed => Put::Text(with_slashes(day)),
        Style::Spelt => Put::Text(in_words(day)),
    })
}

fn income(style: Style, line: &Line<'_>) -> Put {
    // Whoever certifies exempt says that it was not more than the limit, rightly or not.
    let said = if line.version.status == "exempt" { line.of.income.min(EXEMPT_UP_TO) } else { line.of.income };
    match style {
        Style::Spreadsheet | Style::Spelt => Put::Number(said),
        Style::Typed if said >= 1000 => Put::Text(format!("£{},{:03}", said / 1000, said % 1000)),
        Style::Typed => Put::Text(format!("£{said}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use jiff::civil::date;
    use std::collections::BTreeSet;
    use std::io::Cursor;

    const TODAY: Date = date(2026, 11, 21);

    fn sheets(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<Data>>)> {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheets = workbook.worksheets();
        sheets.into_iter().map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect())).collect()
    }

    #[test]
    fn the_header_stands_under_the_titles_in_the_firms_own_words() {
        let country = Country::new(TODAY);
        for (firm, dialect) in DIALECTS.iter().enumerate() {
            let sheets = sheets(outcomes(&country, firm, TODAY).unwrap());
            assert_eq!(sheets.len(), if dialect.sheet_a_year { 4 } else { 1 }, "{}", dialect.firm);
            for (name, rows) in sheets {
                assert_eq!(rows[0][0], Data::String(dialect.firm.to_owned()), "{name}");
                let header: Vec<String> = rows[4].iter().map(ToString::to_string).collect();
                let own: Vec<&str> = dialect.columns.iter().map(|(_, name)| *name).collect();
                assert_eq!(header[..own.len()], own, "{name}");
                assert_eq!(header.len(), own.len() + MATTERS * 6, "{name}");
                assert!(rows.len() > 100, "{name} has {} rows", rows.len());
            }
        }
    }

    #[test]
    fn the_same_day_gives_the_same_bytes_and_a_later_one_more() {
        let country = Country::new(TODAY);
        for firm in 0..DIALECTS.len() {
            let autumn = outcomes(&country, firm, date(2024, 10, 31)).unwrap();
            assert_eq!(autumn, outcomes(&Country::new(TODAY), firm, date(2024, 10, 31)).unwrap());
            let now = outcomes(&country, firm, TODAY).unwrap();
            assert_ne!(autumn, now);
            let rows = |bytes| sheets(bytes).iter().map(|(_, rows)| rows.len()).sum::<usize>();
            assert!(rows(now) > rows(autumn));
        }
        assert!(sheets(outcomes(&country, 0, date(2020, 1, 1)).unwrap()).iter().all(|(_, rows)| rows.len() == 5));
    }

    #[test]
    fn nothing_is_said_before_it_was_known() {
        let country = Country::new(TODAY);
        let day = date(2025, 8, 20);
        for firm in 0..DIALECTS.len() {
            for line in lines(&country, firm, day) {
                assert!(line.version.known_from <= day);
                assert!(line.version.certified_on.is_none_or(|certified| certified <= day), "{}", line.council.name);
                assert!(line.version.submitted_on.is_none_or(|submitted| submitted <= day), "{}", line.council.name);
            }
        }
    }

    #[test]
    fn the_rows_that_are_wrong_belong_to_councils_that_nothing_is_told_of() {
        let country = Country::new(TODAY);
        for firm in 0..DIALECTS.len() {
            let flaws = flaws(&country, firm);
            let kinds: BTreeSet<String> = flaws.values().map(|(flaw, _)| format!("{flaw:?}")).collect();
            assert_eq!((flaws.len(), kinds.len()), (5, 3));
            for (council, year) in flaws.keys() {
                let story = &country.stories[*council];
                assert!(story.arc.is_none() && story.returns.iter().any(|of| of.year == *year));
            }
        }
    }

    #[test]
    fn years_days_and_amounts_are_written_in_three_habits() {
        let day_of = |style| day(style, Some(date(2025, 9, 3)));
        assert_eq!(day_of(Style::Spreadsheet), Put::Day(date(2025, 9, 3)));
        assert_eq!(day_of(Style::Typed), Put::Text("03/09/2025".to_owned()));
        assert_eq!(day_of(Style::Spelt), Put::Text("3 September 2025".to_owned()));
        let written = [Style::Spreadsheet, Style::Typed, Style::Spelt].map(|style| year(style, 2025));
        assert_eq!(written, ["2024/25", "31 March 2025", "2024-25"].map(|text| Put::Text(text.to_owned())));
    }
}
