//! The rules of each financial year: a past year is judged by what held then.
//!
//! In: a year. Out: its rules. Always holds: the table begins with the first year that can be reported, in order.

/// What holds for the years from one until the next entry.
#[derive(Debug)]
pub(super) struct YearRules {
    /// The calendar year in which the first of these financial years ends.
    pub from: i16,
    /// Assertions of section 1 of the return.
    pub assertions: i64,
    /// The most income, and expenditure, with which a council may certify itself exempt (Local Audit (Smaller
    /// Authorities) Regulations 2015 reg.9), in pence.
    pub exempt_at_most_pence: i64,
}

/// The first financial year under the Local Audit and Accountability Act 2014 that can be reported on ended in 2016;
/// assertion 10 (digital and data) came with 2025/26.
const YEARS: &[YearRules] = &[FIRST, LATEST];
pub(super) const FIRST: YearRules = YearRules { from: 2016, assertions: 9, exempt_at_most_pence: 2_500_000 };
pub(super) const LATEST: YearRules = YearRules { from: 2026, assertions: 10, ..FIRST };

/// The rules of a year; of the latest where it isn't known.
pub(super) fn of(year: Option<i16>) -> &'static YearRules {
    let Some(year) = year else { return &LATEST };
    YEARS.iter().rev().find(|rules| rules.from <= year).unwrap_or(&FIRST)
}

/// A financial year as people write it: 2024/25.
pub(super) fn written(year: i16) -> String {
    format!("{}/{:02}", year - 1, year.rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_year_has_the_rules_that_held_then() {
        assert!(YEARS.windows(2).all(|pair| pair[0].from < pair[1].from));
        for (year, assertions) in [(Some(2010), 9), (Some(2016), 9), (Some(2025), 9), (Some(2026), 10), (None, 10)] {
            assert_eq!(of(year).assertions, assertions, "{year:?}");
        }
        assert_eq!((written(2025), written(2000)), ("2024/25".to_owned(), "1999/00".to_owned()));
    }
}
