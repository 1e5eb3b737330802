//! Milli-points of one item on a day: severity, decay by whole months, shares in per cent.
//!
//! In: full points, months, dates. Out: whole milli-points, rounded down. Always holds: never negative, never more
//! than went in (but for shares over 100 per cent), and never more on a later day than on an earlier one.
//!
//! An item loses the same part of its full points with each whole month. A month is whole once its day of the month is
//! reached, or the month ends: six months after 31 August are the last day of February. So the day from which it counts
//! for nothing is the calendar's "months later", with no day to spare.

use jiff::civil::Date;

/// Whole months from one day to another; negative where the other is earlier.
pub(super) fn whole_months(from: Date, to: Date) -> i64 {
    let months = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(to.month()) - i64::from(from.month());
    if to.day() >= from.day().min(to.days_in_month()) { months } else { months - 1 }
}

/// The same day so many months later, or that month's last day; the calendar's last day where it would end.
pub(in crate::scoring) fn months_later(from: Date, months: u32) -> Date {
    let count = i64::from(from.year()) * 12 + i64::from(from.month()) - 1 + i64::from(months);
    let first = i16::try_from(count.div_euclid(12)).ok().zip(i8::try_from(count.rem_euclid(12) + 1).ok());
    let first = first.and_then(|(year, month)| Date::new(year, month, 1).ok());
    let day =
        first.and_then(|first| Date::new(first.year(), first.month(), from.day().min(first.days_in_month())).ok());
    day.unwrap_or(Date::MAX)
}

/// What is left of full points: all on the first day, nothing from the day `months` later.
pub(super) fn decayed(full: i64, months: u32, counted_from: Date, on: Date) -> i64 {
    let months = i64::from(months);
    let left = months - whole_months(counted_from, on).max(0);
    if left <= 0 { 0 } else { part(full, left, months) }
}

/// So many per cent of points, rounded down.
pub(super) fn percent(points: i64, percent: u32) -> i64 {
    part(points, i64::from(percent), 100)
}

/// `points * numerator / denominator`, rounded down, without overflow on the way; nothing for a denominator of nothing.
fn part(points: i64, numerator: i64, denominator: i64) -> i64 {
    let product = i128::from(points) * i128::from(numerator);
    product.checked_div(i128::from(denominator)).map_or(0, |part| i64::try_from(part).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn points_fall_by_the_month_and_are_gone_on_the_day_the_months_are_over() {
        let from = date(2024, 1, 15);
        // 7 points over 24 months: 7000 * 24/24, * 23/24 = 6708.3, * 12/24 = 3500, * 1/24 = 291.7, then nothing.
        assert_eq!(decayed(7_000, 24, from, date(2024, 1, 15)), 7_000);
        assert_eq!(decayed(7_000, 24, from, date(2024, 2, 14)), 7_000);
        assert_eq!(decayed(7_000, 24, from, date(2024, 2, 15)), 6_708);
        assert_eq!(decayed(7_000, 24, from, date(2025, 1, 15)), 3_500);
        assert_eq!(decayed(7_000, 24, from, date(2026, 1, 14)), 291);
        assert_eq!(decayed(7_000, 24, from, date(2026, 1, 15)), 0);
        assert_eq!(decayed(7_000, 0, from, from), 0);
    }

    #[test]
    fn a_month_that_has_no_such_day_is_whole_on_its_last_day() {
        assert_eq!(whole_months(date(2024, 8, 31), date(2025, 2, 27)), 5);
        assert_eq!(whole_months(date(2024, 8, 31), date(2025, 2, 28)), 6);
        assert_eq!(whole_months(date(2024, 8, 31), date(2025, 3, 30)), 6);
        assert_eq!(whole_months(date(2025, 3, 1), date(2025, 2, 28)), -1);
        assert_eq!(months_later(date(2024, 8, 31), 6), date(2025, 2, 28));
        assert_eq!(months_later(date(2024, 8, 31), u32::MAX), Date::MAX);
    }

    #[test]
    fn shares_round_down_and_never_overflow() {
        assert_eq!(percent(999, 25), 249);
        assert_eq!(percent(i64::MAX, 300), i64::MAX);
        assert_eq!(part(5, 1, 0), 0);
    }

    proptest! {
        #[test]
        fn whole_months_agree_with_the_calendar(start in 0_i64..9_000, days in 0_i64..4_000) {
            let from = date(2005, 1, 1) + start.days();
            let to = from + days.days();
            let months = u32::try_from(whole_months(from, to)).unwrap();
            prop_assert!(months_later(from, months) <= to);
            prop_assert_eq!(months_later(from, months), from + i64::from(months).months());
            prop_assert!(months_later(from, months + 1) > to);
        }
    }
}
