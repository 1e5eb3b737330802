//! How often a source is to bring something new, and since when it is late.
//!
//! In: `expected_every` as it is declared, the day of the last news, a day. Out: the first day on which the source was late.
//! Always holds: days are days of the calendar in England; a month after 31 January is the last day of February; what is
//! written is read back the same; the later the last news, the later a source is late.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// The longest that can be declared, in days.
const MOST_DAYS: u16 = 3_653;

/// A number of days, weeks, months or years: "35 days", "1 year".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Every {
    count: u16,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    const ALL: [Unit; 4] = [Unit::Day, Unit::Week, Unit::Month, Unit::Year];

    fn word(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }

    /// The most of it that can be declared: about ten years.
    fn most(self) -> u16 {
        match self {
            Unit::Day => MOST_DAYS,
            Unit::Week => MOST_DAYS / 7,
            Unit::Month => 120,
            Unit::Year => 10,
        }
    }
}

impl Every {
    /// The first day on which a source was late that brought its last news on `last`; none while it isn't on `today`.
    #[must_use]
    pub fn late_since(self, last: Date, today: Date) -> Option<Date> {
        let late = self.last_day(last)?.tomorrow().ok()?;
        (late <= today).then_some(late)
    }

    /// The last day on which something new is in time; none after the end of the calendar.
    fn last_day(self, last: Date) -> Option<Date> {
        last.checked_add(self.span()).ok()
    }

    fn span(self) -> Span {
        let count = i64::from(self.count);
        match self.unit {
            Unit::Day => count.days(),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Year => count.years(),
        }
    }
}

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Every, String> {
        let unreadable = || {
            format!(
                "expected_every can't be read from \"{text}\": write a number and days, weeks, months or years, such as \
                 \"35 days\" or \"1 year\""
            )
        };
        let mut words = text.split_whitespace();
        let (Some(count), Some(word), None) = (words.next(), words.next(), words.next()) else {
            return Err(unreadable());
        };
        let word = word.to_ascii_lowercase();
        let named = |unit: &Unit| word.strip_suffix('s').unwrap_or(&word) == unit.word();
        let unit = Unit::ALL.into_iter().find(named).ok_or_else(unreadable)?;
        let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return Err(unreadable());
        }
        match count.parse::<u16>() {
            Ok(count) if (1..=unit.most()).contains(&count) => Ok(Every { count, unit }),
            _ => Err(format!("expected_every is \"{text}\": it must be at least a day and at most ten years")),
        }
    }
}

impl TryFrom<String> for Every {
    type Error = String;

    fn try_from(text: String) -> Result<Every, String> {
        text.parse()
    }
}

/// "1 year", "35 days".
impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn every(text: &str) -> Every {
        text.parse().unwrap()
    }

    #[test]
    fn a_source_is_late_on_the_first_day_after_its_time() {
        for (declared, last, late) in [
            ("1 day", date(2026, 11, 1), date(2026, 11, 3)),
            ("35 days", date(2026, 10, 1), date(2026, 11, 6)),
            ("2 weeks", date(2026, 12, 25), date(2027, 1, 9)),
            ("1 month", date(2027, 1, 31), date(2027, 3, 1)),
            ("1 month", date(2028, 1, 31), date(2028, 3, 1)),
            ("12 months", date(2026, 2, 28), date(2027, 3, 1)),
            ("1 year", date(2028, 2, 29), date(2029, 3, 1)),
        ] {
            let every = every(declared);
            assert_eq!(every.late_since(last, late.yesterday().unwrap()), None, "{declared} after {last}");
            assert_eq!(every.late_since(last, late), Some(late), "{declared} after {last}");
        }
        assert_eq!(every("10 years").late_since(Date::MAX, Date::MAX), None);
    }

    #[test]
    fn what_is_no_time_says_what_to_write() {
        for text in ["", "35", "days", "35days", "-1 day", "+1 day", "1.5 years", "3 hours", "1 year 2 months", "P35D"]
        {
            assert!(text.parse::<Every>().unwrap_err().contains("such as"), "{text}");
        }
        for text in ["0 days", "3654 days", "11 years", "99999999999 weeks"] {
            assert!(text.parse::<Every>().unwrap_err().contains("at most ten years"), "{text}");
        }
    }

    fn any_every() -> impl Strategy<Value = Every> {
        (0..4_usize, 1_u16..=MOST_DAYS).prop_map(|(unit, count)| {
            let unit = Unit::ALL[unit];
            Every { count: (count - 1) % unit.most() + 1, unit }
        })
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (0_i64..60_000).prop_map(|days| date(1950, 1, 1).checked_add(days.days()).unwrap())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(every in any_every()) {
            prop_assert_eq!(every.to_string().parse::<Every>(), Ok(every));
            prop_assert_eq!(every.to_string().to_uppercase().parse::<Every>(), Ok(every));
        }

        #[test]
        fn late_is_late_for_good_and_later_news_is_later_late(
            every in any_every(), last in any_day(), more in 0_i64..400, today in any_day(), on in 0_i64..400,
        ) {
            let late = every.late_since(last, today);
            let since = every.late_since(last, Date::MAX).unwrap();
            prop_assert!(since > last.tomorrow().unwrap());
            prop_assert_eq!(late, (today >= since).then_some(since));
            let tomorrow = today.checked_add(on.days()).unwrap();
            if late.is_some() {
                prop_assert_eq!(every.late_since(last, tomorrow), late, "news only ends it");
            }
            let newer = every.late_since(last.checked_add(more.days()).unwrap(), Date::MAX).unwrap();
            prop_assert!(newer >= since);
        }
    }
}
