//! Days and financial years.
//!
//! In: a cell. Out: the day, or the calendar year in which the financial year ends. Always holds: texts are read by the
//! one reader of dates of `feeds`; a number is a day only as a spreadsheet counts days, from 2000 to 2099.

use super::{Noted, Unreadable, shown, text};
use crate::feeds::read::Cell;
use crate::feeds::read::dates::{WrittenDate, from_serial, written_date};
use jiff::civil::Date;

/// 1 January 2000 and the last moment of 2099, as spreadsheets count days. Smaller and larger numbers are something else.
const SERIALS: std::ops::Range<f64> = 36_526.0..73_051.0;

/// A day, however it is written.
pub(in crate::ingest) fn day(cell: &Cell) -> Result<Noted<Date>, Unreadable> {
    if let Cell::Date(day) = cell {
        return Ok(Noted { value: *day, note: None });
    }
    if let Some(day) = counted(cell) {
        let note =
            format!("holds the number {}, which was read as the day {day} of a spreadsheet's count", shown(cell));
        return Ok(Noted { value: day, note: Some(("spreadsheet_day", note)) });
    }
    let Cell::Text(written) = cell else {
        return Err(Unreadable {
            code: "date_unreadable",
            message: format!("holds {}, which is not a date; write it as 31/03/2025 or 2025-03-31", shown(cell)),
        });
    };
    let WrittenDate { date, short_year } = written_date(written).map_err(|problem| Unreadable {
        code: problem.code(),
        message: format!("can't be read as a date. {problem}"),
    })?;
    let note = short_year.then(|| {
        let note =
            format!("holds {}, whose year was taken to be {}; write it with four digits", shown(cell), date.year());
        ("short_year", note)
    });
    Ok(Noted { value: date, note })
}

/// The day of a spreadsheet's count; also of the same five digits as text, which is what an exported sheet leaves.
fn counted(cell: &Cell) -> Option<Date> {
    let serial: f64 = match cell {
        Cell::Number(number) => *number,
        Cell::Text(text) if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok()?,
        _ => return None,
    };
    if SERIALS.contains(&serial) { from_serial(serial).ok() } else { None }
}

/// The calendar year in which the financial year ends: "31 March 2025", "2024/25", "2024-2025" and "2025" are all 2025.
pub(in crate::ingest) fn financial_year(cell: &Cell) -> Result<Noted<i16>, Unreadable> {
    let written = text(cell)?;
    let compact: String = written.to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
    let bare = compact.trim_start_matches("fy");
    let from_year = match bare.split_once(['/', '-', '–', '—']) {
        Some((first, second)) => spanned(first, second),
        None => calendar_year(bare),
    };
    if let Some(year) = from_year {
        return Ok(Noted { value: year, note: None });
    }
    match day(cell) {
        Ok(Noted { value, note }) => {
            let ends_in_march = (value.month(), value.day()) == (3, 31);
            let unusual = (!ends_in_march).then(|| {
                let note = format!(
                    "holds {}, and the year of a local council ends on 31 March; it was read as the year {}",
                    shown(cell),
                    value.year()
                );
                ("year_end_unusual", note)
            });
            Ok(Noted { value: value.year(), note: unusual.or(note) })
        }
        Err(_) => Err(Unreadable {
            code: "year_unreadable",
            message: format!(
                "holds {}; expected a financial year such as 2024/25, or the day on which it ends",
                shown(cell)
            ),
        }),
    }
}

/// 2025 of "2024" and "25" or "2025"; none if they don't follow one another.
fn spanned(first: &str, second: &str) -> Option<i16> {
    let ends = calendar_year(first)?.checked_add(1)?;
    let follows = second == ends.to_string() || second == format!("{:02}", ends.rem_euclid(100));
    follows.then_some(ends)
}

fn calendar_year(digits: &str) -> Option<i16> {
    let is_year =
        digits.len() == 4 && digits.starts_with(['1', '2']) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_year { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn written(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_financial_year_is_read_in_all_its_habits() {
        for text in [
            "31 March 2025",
            "31/03/2025",
            "2025-03-31",
            "2024/25",
            "2024-25",
            "2024–25",
            "2024/2025",
            "FY 2024/25",
            "2025",
        ] {
            assert_eq!(financial_year(&written(text)), Ok(Noted { value: 2025, note: None }), "{text}");
        }
        assert_eq!(financial_year(&Cell::Number(2025.0)), Ok(Noted { value: 2025, note: None }));
        assert_eq!(financial_year(&Cell::Date(date(2025, 3, 31))), Ok(Noted { value: 2025, note: None }));
        assert_eq!(financial_year(&Cell::Number(45_747.0)).map(|read| read.value), Ok(2025));
    }

    #[test]
    fn years_that_do_not_follow_one_another_are_refused() {
        for text in ["2024/26", "2024-24", "24/25", "last year", "31 March", "20255"] {
            let expected =
                format!("holds “{text}”; expected a financial year such as 2024/25, or the day on which it ends");
            assert_eq!(financial_year(&written(text)), Err(Unreadable { code: "year_unreadable", message: expected }));
        }
    }

    #[test]
    fn a_year_end_outside_march_is_pointed_out() {
        let read = financial_year(&Cell::Date(date(2024, 12, 31)));
        assert_eq!(
            read,
            Ok(Noted {
                value: 2024,
                note: Some((
                    "year_end_unusual",
                    "holds “2024-12-31”, and the year of a local council ends on 31 March; it was read as the year 2024".to_owned()
                ))
            })
        );
    }

    #[test]
    fn a_spreadsheets_count_of_days_is_read_with_a_note() {
        let expected = Noted {
            value: date(2025, 3, 31),
            note: Some((
                "spreadsheet_day",
                "holds the number “45747”, which was read as the day 2025-03-31 of a spreadsheet's count".to_owned(),
            )),
        };
        assert_eq!(day(&Cell::Number(45_747.0)), Ok(expected.clone()));
        assert_eq!(day(&written("45747")), Ok(expected));
        for number in [36_525.0, 73_051.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(day(&Cell::Number(number)).map_err(|problem| problem.code), Err("date_unreadable"), "{number}");
        }
        assert_eq!(day(&Cell::Number(36_526.0)).map(|read| read.value), Ok(date(2000, 1, 1)));
        assert_eq!(day(&Cell::Number(45_747.75)).map(|read| read.value), Ok(date(2025, 3, 31)));
        assert_eq!(day(&Cell::Number(73_050.0)).map(|read| read.value), Ok(date(2099, 12, 31)));
    }

    #[test]
    fn what_is_wrong_with_a_date_is_said() {
        let read = day(&written("31/02/2025"));
        let message =
            "can't be read as a date. \"31/02/2025\" is no date of the calendar. Check the day and the month.";
        assert_eq!(read, Err(Unreadable { code: "date_no_such_day", message: message.to_owned() }));
        let read = day(&Cell::YesNo(true));
        let message = "holds “yes”, which is not a date; write it as 31/03/2025 or 2025-03-31";
        assert_eq!(read, Err(Unreadable { code: "date_unreadable", message: message.to_owned() }));
        let short = "holds “30/06/25”, whose year was taken to be 2025; write it with four digits".to_owned();
        assert_eq!(
            day(&written("30/06/25")),
            Ok(Noted { value: date(2025, 6, 30), note: Some(("short_year", short)) })
        );
    }

    #[test]
    fn the_three_habits_of_dates_are_one_day() {
        for text in ["12/09/2025", "2025-09-12", "12 September 2025"] {
            assert_eq!(day(&written(text)).map(|read| read.value), Ok(date(2025, 9, 12)), "{text}");
        }
        assert_eq!(day(&Cell::Date(date(2025, 9, 12))).map(|read| read.value), Ok(date(2025, 9, 12)));
    }
}
