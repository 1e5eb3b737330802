//! Dates as people in England write them.
//!
//! In: a cell's text, or a spreadsheet's serial number. Out: a date, or a [`DateProblem`] that says what is wrong with
//! the text. Always holds: the day comes before the month, in every form but the ISO one; no date outside the years
//! 1900 to 2100 is given out, because such a date is a slip.

use super::error::shortened;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateProblem {
    #[error("The date is missing. Write it as 30/06/2024.")]
    Missing,
    #[error("\"{text}\" has the month before the day. Write the day first, as in {day_first}.")]
    MonthFirst { text: String, day_first: String },
    #[error("\"{text}\" is no date of the calendar. Check the day and the month.")]
    NoSuchDay { text: String },
    #[error("\"{text}\" is in the year {year}, outside 1900 to 2100. Check the year.")]
    YearOutOfRange { text: String, year: i64 },
    #[error("\"{text}\" names the wrong day of the week: that date is a {really}. Check which of the two is right.")]
    WrongWeekday { text: String, really: &'static str },
    #[error("\"{text}\" is not a date that can be read. Write it as 30/06/2024.")]
    Unreadable { text: String },
}

impl DateProblem {
    /// A code that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "date_missing",
            Self::MonthFirst { .. } => "date_month_first",
            Self::NoSuchDay { .. } => "date_no_such_day",
            Self::YearOutOfRange { .. } => "date_year_out_of_range",
            Self::WrongWeekday { .. } => "date_wrong_weekday",
            Self::Unreadable { .. } => "date_unreadable",
        }
    }
}

/// A date, and whether its year was written with two digits and so was taken to be in this century.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenDate {
    pub date: Date,
    pub short_year: bool,
}

/// [`written_date`] without the remark on the year.
///
/// # Errors
/// As [`written_date`].
pub fn parse_date(text: &str) -> Result<Date, DateProblem> {
    written_date(text).map(|written| written.date)
}

/// Reads `2024-06-30` (also with a time, which is left out), `30/06/2024` (also with `-`, `.` or a two-digit year), and
/// `30 June 2024` (also `30th`, `Jun`, and with the day of the week before it).
///
/// # Errors
/// When the text is none of these, no date of the calendar, or outside 1900 to 2100.
pub fn written_date(text: &str) -> Result<WrittenDate, DateProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateProblem::Missing);
    }
    let written = Written { text };
    let words: Vec<&str> = text.split([' ', '\u{a0}', '\t', ',']).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [one] => written.numeric(one),
        // A time of day after the date: `30/06/2024 14:05`, `2024-06-30 14:05:00 +01:00`.
        [one, time, ..] if is_time(time) => written.numeric(one),
        [weekday, one] if weekday_of(weekday).is_some() => {
            written.numeric(one).and_then(|found| written.on_a(weekday, found))
        }
        [day, month, year] => written.in_words(day, month, year),
        [weekday, day, month, year] if weekday_of(weekday).is_some() => {
            written.in_words(day, month, year).and_then(|found| written.on_a(weekday, found))
        }
        _ => Err(written.unreadable()),
    }
}

/// The date of a serial number of Excel's 1900 system, such as 45473 for 30 June 2024; a fraction is a time of day and is
/// left out. Excel counts a 29 February 1900 that never was, hence the two starting points.
///
/// # Errors
/// For numbers before 1 January 1900, after 31 December 2100, or for Excel's 29 February 1900.
pub fn from_serial(serial: f64) -> Result<Date, DateProblem> {
    const LAST: f64 = 73_415.0;
    let whole = serial.floor();
    let unreadable = || DateProblem::Unreadable { text: serial.to_string() };
    if !(1.0..=LAST).contains(&whole) || (60.0..61.0).contains(&whole) {
        return Err(unreadable());
    }
    let start = if whole < 60.0 { date(1899, 12, 31) } else { date(1899, 12, 30) };
    // Within 1..=73415 the cast is exact.
    #[allow(clippy::cast_possible_truncation)]
    let days = whole as i32;
    start.checked_add(days.days()).map_err(|_| unreadable())
}

/// The text being read, for the problems to quote.
#[derive(Clone, Copy)]
struct Written<'t> {
    text: &'t str,
}

impl Written<'_> {
    fn quoted(self) -> String {
        shortened(self.text, 60)
    }

    fn unreadable(self) -> DateProblem {
        DateProblem::Unreadable { text: self.quoted() }
    }

    /// `2024-06-30`, `2024-06-30T14:05:00Z`, `30/06/2024`, `30.6.24`.
    fn numeric(self, word: &str) -> Result<WrittenDate, DateProblem> {
        let word = word.split_once(['T', 't']).map_or(word, |(day, time)| if is_time(time) { day } else { word });
        let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
        let [first, second, third] = parts.as_slice() else { return Err(self.unreadable()) };
        if let Some(month) = month_of(second) {
            return self.day_month_year(first, month, third);
        }
        if first.len() == 4 {
            let numbers = (number(first, 4), number(second, 2), number(third, 2));
            let (Some(year), Some(month), Some(day)) = numbers else { return Err(self.unreadable()) };
            return self.checked((year, month, day), false);
        }
        let month = number(second, 2).ok_or_else(|| self.unreadable())?;
        self.day_month_year(first, month, third)
    }

    fn in_words(self, day: &str, month: &str, year: &str) -> Result<WrittenDate, DateProblem> {
        let lower = day.to_ascii_lowercase();
        let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| lower.strip_suffix(ending)).unwrap_or(&lower);
        if let Some(month) = month_of(month) {
            return self.day_month_year(bare, month, year);
        }
        match month_of(day) {
            Some(named) => Err(self.month_first(month.trim_end_matches(char::is_alphabetic), named, year)),
            None => Err(self.unreadable()),
        }
    }

    fn day_month_year(self, day: &str, month: i8, year: &str) -> Result<WrittenDate, DateProblem> {
        let day = number(day, 2).ok_or_else(|| self.unreadable())?;
        let short_year = year.len() == 2;
        if !short_year && year.len() != 4 {
            return Err(match year.parse::<u32>() {
                Ok(year) => DateProblem::YearOutOfRange { text: self.quoted(), year: i64::from(year) },
                Err(_) => self.unreadable(),
            });
        }
        let written: i16 = number(year, 4).ok_or_else(|| self.unreadable())?;
        let year = if short_year { 2000 + written } else { written };
        if month > 12 && day <= 12 {
            return Err(self.month_first(&month.to_string(), day, &year.to_string()));
        }
        self.checked((year, month, day), short_year)
    }

    fn month_first(self, day: &str, month: i8, year: &str) -> DateProblem {
        let year: Option<i16> = number(year, 4);
        match (number::<i8>(day, 2), year) {
            (Some(day), Some(year)) if Date::new(year, month, day).is_ok() => {
                DateProblem::MonthFirst { text: self.quoted(), day_first: format!("{day:02}/{month:02}/{year}") }
            }
            _ => self.unreadable(),
        }
    }

    fn checked(self, (year, month, day): (i16, i8, i8), short_year: bool) -> Result<WrittenDate, DateProblem> {
        if !(1900..=2100).contains(&year) {
            return Err(DateProblem::YearOutOfRange { text: self.quoted(), year: i64::from(year) });
        }
        match Date::new(year, month, day) {
            Ok(date) => Ok(WrittenDate { date, short_year }),
            Err(_) => Err(DateProblem::NoSuchDay { text: self.quoted() }),
        }
    }

    fn on_a(self, weekday: &str, found: WrittenDate) -> Result<WrittenDate, DateProblem> {
        let really = found.date.weekday();
        if weekday_of(weekday) == Some(really) {
            Ok(found)
        } else {
            Err(DateProblem::WrongWeekday { text: self.quoted(), really: name_of(really) })
        }
    }
}

/// Digits only: neither a sign nor more than `most` of them.
fn number<N: std::str::FromStr>(text: &str, most: usize) -> Option<N> {
    let digits = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn is_time(text: &str) -> bool {
    text.len() >= 4
        && text.split_once(':').is_some_and(|(hour, rest)| {
            number::<u8>(hour, 2).is_some_and(|hour| hour <= 24) && rest.starts_with(|c: char| c.is_ascii_digit())
        })
}

/// `June`, `jun`, `Jun.`, `Sept`: a month by its name or at least its first three letters.
fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = word.trim_end_matches('.').to_ascii_lowercase();
    if lower.len() < 3 {
        return None;
    }
    (1..).zip(MONTHS).find(|(_, name)| name.starts_with(&lower)).map(|(month, _)| month)
}

const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Monday, "Monday"),
    (Weekday::Tuesday, "Tuesday"),
    (Weekday::Wednesday, "Wednesday"),
    (Weekday::Thursday, "Thursday"),
    (Weekday::Friday, "Friday"),
    (Weekday::Saturday, "Saturday"),
    (Weekday::Sunday, "Sunday"),
];

fn weekday_of(word: &str) -> Option<Weekday> {
    let lower = word.trim_end_matches('.').to_ascii_lowercase();
    if lower.len() < 3 {
        return None;
    }
    WEEK.iter().find(|(_, name)| name.to_ascii_lowercase().starts_with(&lower)).map(|(weekday, _)| *weekday)
}

fn name_of(weekday: Weekday) -> &'static str {
    WEEK.iter().find(|(day, _)| *day == weekday).map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests;
