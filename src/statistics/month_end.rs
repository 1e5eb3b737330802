//! The day whose figures are published: the end of the last whole month.
//!
//! In: today. Out: a day. Always holds: every day of one month gives the same day, and that day is over.

use jiff::civil::Date;

/// The day whose figures may be published on the day `today` (a date in England): the last day of the month before.
///
/// Whoever could fetch the table daily would see a council leave one band and enter another, and from the day know which: a
/// report was in the newspaper, a return fell due. In a month enough happens for one council not to stand out, and the wait
/// of up to a month costs little, because what needs doing at once is on Monday's list. The last day of a month is not yet
/// over on that day: until midnight the month before is the last whole one.
///
/// On the first days that a date can express (in the year -9999), that first day.
pub fn publication_day(today: Date) -> Date {
    let first = today.first_of_month();
    first.yesterday().unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn only_a_month_that_is_over_is_published() {
        for (today, published) in [
            (date(2026, 4, 1), date(2026, 3, 31)),
            (date(2026, 4, 30), date(2026, 3, 31)),
            (date(2026, 5, 1), date(2026, 4, 30)),
            (date(2026, 1, 15), date(2025, 12, 31)),
            (date(2028, 3, 1), date(2028, 2, 29)),
            (date(2027, 3, 31), date(2027, 2, 28)),
            (Date::MIN, Date::MIN),
        ] {
            assert_eq!(publication_day(today), published, "{today}");
        }
    }

    proptest! {
        #[test]
        fn what_is_published_changes_on_the_first_of_a_month_only(days in 1_i32..40_000) {
            let today = date(1990, 1, 1).saturating_add(days.days());
            let published = publication_day(today);
            prop_assert!(published < today);
            prop_assert_eq!(published.last_of_month(), published);
            let yesterdays = publication_day(today.saturating_sub(1.day()));
            prop_assert_eq!(yesterdays == published, today.day() != 1);
        }
    }
}
