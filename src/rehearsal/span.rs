//! The days of a rehearsal.
//!
//! In: what somebody asks for. Out: days, earliest first. Always holds: none lies in the future, and there is at least one.

use crate::error::{AppError, Code};
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;
use utoipa::IntoParams;

/// More days than this are no rehearsal but a wait: five years of months.
pub const MOST_DAYS: usize = 60;
/// The most that somebody waits for before a page: a year of months, and the day itself.
pub const MOST_DAYS_ON_A_PAGE: usize = 13;

/// Which days somebody asks for: one, or the firsts of the months from one to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Span {
    /// One day, as 2026-03-31; today when nothing is asked for. Only what was known by its end counts.
    pub as_of: Option<Date>,
    /// Instead: the firsts of the months from this day on,
    pub from: Option<Date>,
    /// to this day, which is told council by council; today when absent.
    pub to: Option<Date>,
}

impl Span {
    /// The days, earliest first; at most so many.
    ///
    /// # Errors
    /// [`Code::BadQuery`] for a day after `today`, for more than one answer to which, when `to` is before `from` or there are
    /// too many months between them.
    pub fn days(&self, today: Date, most: usize) -> Result<Vec<Date>, AppError> {
        let refused = |happened: String, next: &str| Err(AppError::new(Code::BadQuery, happened, next));
        if let Some(day) = [self.as_of, self.from, self.to].into_iter().flatten().find(|day| *day > today) {
            return refused(format!("{day} has not come yet."), &format!("Give a day up to today, {today}."));
        }
        let both = "Give `as_of` for one day, or `from` and `to` for months.";
        match (self.as_of, self.from, self.to) {
            (as_of, None, None) => Ok(vec![as_of.unwrap_or(today)]),
            (None, Some(from), to) => days_between(from, to.unwrap_or(today), most),
            (None, None, Some(to)) => refused(format!("`to` is {to}, but there is no `from`."), both),
            (Some(_), ..) => refused("One day is asked for, and months as well.".to_owned(), both),
        }
    }
}

/// The days of a rehearsal: each first of a month from `from` to `to`, and `to` itself.
fn days_between(from: Date, to: Date, most: usize) -> Result<Vec<Date>, AppError> {
    if to < from {
        let happened = format!("The rehearsal would end on {to}, before it begins on {from}.");
        return Err(AppError::new(Code::BadQuery, happened, "Swap the two days."));
    }
    let firsts = from.first_of_month().series(1.month()).take_while(|day| *day < to).filter(|day| *day >= from);
    let mut days: Vec<Date> = firsts.take(most + 1).collect();
    days.push(to);
    if days.len() > most {
        let happened = format!("From {from} to {to} is more than {most} days to rehearse.");
        let next = format!(
            "Begin later: {} months at a time. `bellwether rules replay` takes up to {MOST_DAYS}.",
            most.saturating_sub(1)
        );
        return Err(AppError::new(Code::BadQuery, happened, next));
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_days_are_each_first_of_a_month_and_the_last_one() {
        let days = days_between(date(2026, 1, 15), date(2026, 4, 1), MOST_DAYS).unwrap();
        assert_eq!(days, [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]);
        assert_eq!(days_between(date(2026, 3, 1), date(2026, 3, 1), MOST_DAYS).unwrap(), [date(2026, 3, 1)]);
    }

    #[test]
    fn days_that_run_backwards_or_too_far_are_refused() {
        assert_eq!(days_between(date(2026, 3, 2), date(2026, 3, 1), MOST_DAYS).unwrap_err().code, Code::BadQuery);
        assert!(days_between(date(2016, 3, 2), date(2026, 3, 1), MOST_DAYS).unwrap_err().happened.contains("60 days"));
    }
}
