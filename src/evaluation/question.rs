//! What is asked of an evaluation, and the days on which it looks.
//!
//! In: a [`Question`], the first day on which anything was known, and the last up to which sources were read. Out:
//! [`Days`]. Always holds: a cut-off is only used when its whole horizon lies within what is known; the others are
//! counted.

use jiff::ToSpan;
use jiff::civil::Date;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The catalogue's ids whose coming true is foretold, such as `a11`.
    pub outcome: Vec<String>,
    /// How far ahead a warning is held to reach.
    pub horizon_months: u8,
    /// The first cut-off; a year after anything was first known, where it isn't given.
    pub from: Option<Date>,
    /// No cut-off is after it.
    pub to: Option<Date>,
    pub every_months: u8,
    /// How many councils one can call on.
    pub k: usize,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            outcome: ["a9", "a10", "a11", "a12", "c11"].map(str::to_owned).to_vec(),
            horizon_months: 12,
            from: None,
            to: None,
            every_months: 3,
            k: 50,
        }
    }
}

/// The days on which an evaluation looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// The first first.
    pub cut_offs: Vec<Date>,
    /// Cut-offs whose horizon is not over yet: left out.
    pub unfinished: Vec<Date>,
    /// The last day up to which sources were read.
    pub known_until: Date,
}

impl Question {
    /// The cut-offs, within what is known.
    pub fn days(&self, first_known: Date, known_until: Date) -> Days {
        let first = self.from.unwrap_or_else(|| first_known.saturating_add(12.months()));
        let last = self.to.unwrap_or(known_until).min(known_until);
        let step = i32::from(self.every_months.max(1));
        // Counted from the first, so that the 31st of one month isn't the 28th of all after it.
        let all = (0..).map(|number: i32| first.saturating_add((number * step).months()));
        let (cut_offs, unfinished) =
            all.take_while(|day| *day <= last).take(MOST_CUT_OFFS).partition(|day| self.reach(*day) <= known_until);
        Days { cut_offs, unfinished, known_until }
    }

    /// The last day of a cut-off's horizon.
    pub fn reach(&self, cut_off: Date) -> Date {
        cut_off.saturating_add(i32::from(self.horizon_months).months())
    }
}

/// A century of months: more is a slip in a date.
const MOST_CUT_OFFS: usize = 1200;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn cut_offs_begin_a_year_in_and_those_whose_horizon_is_open_are_told() {
        let days = Question::default().days(date(2022, 8, 31), date(2025, 6, 30));
        assert_eq!(days.cut_offs.first(), Some(&date(2023, 8, 31)));
        assert_eq!(days.cut_offs.last(), Some(&date(2024, 5, 31)));
        assert_eq!(days.unfinished, [date(2024, 8, 31), date(2024, 11, 30), date(2025, 2, 28), date(2025, 5, 31)]);
        let asked = Question { from: Some(date(2024, 1, 1)), to: Some(date(2024, 4, 30)), ..Question::default() };
        assert_eq!(asked.days(date(2022, 8, 31), date(2025, 6, 30)).cut_offs, [date(2024, 1, 1), date(2024, 4, 1)]);
    }
}
