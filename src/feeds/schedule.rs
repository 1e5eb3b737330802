//! When a schedule is next due, by the clock on the wall in England.
//!
//! In: a cron expression of five fields, and a moment. Out: the next moment, in UTC, at which the clock in Europe/London
//! shows a matching time. Always holds: a daily time comes once on every day of the year. A time that the clock skips in
//! March is due when the clock jumps; a time that the clock shows twice in October is due the first time.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Why a schedule can't be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error(
        "the schedule \"{cron}\" has {found} fields instead of five: minute, hour, day of the month, month, day of the \
         week, as in \"30 6 * * MON\""
    )]
    Fields { cron: String, found: usize },
    #[error("the schedule \"{cron}\" can't be read: {reason}")]
    Unreadable { cron: String, reason: String },
    #[error("the schedule \"{cron}\" never comes due: no day of the calendar matches it")]
    Never { cron: String },
    #[error("the time zone Europe/London is missing from this build")]
    NoTimeZone,
}

/// The first moment after `after` at which the schedule is due.
///
/// # Errors
/// When the expression can't be read or never matches.
pub fn next_after(cron: &str, after: Timestamp) -> Result<Timestamp, ScheduleError> {
    let schedule = read(cron)?;
    let london = TimeZone::get("Europe/London").map_err(|_| ScheduleError::NoTimeZone)?;
    let next = schedule.find_next_occurrence(&after.to_zoned(london), false);
    next.map(|moment| moment.timestamp()).map_err(|_| ScheduleError::Never { cron: cron.to_owned() })
}

fn read(cron: &str) -> Result<Cron, ScheduleError> {
    let found = cron.split_whitespace().count();
    if found != 5 {
        return Err(ScheduleError::Fields { cron: cron.to_owned(), found });
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(cron).map_err(|error| ScheduleError::Unreadable { cron: cron.to_owned(), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(cron: &str, after: &str) -> String {
        next_after(cron, after.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn half_past_six_is_half_past_six_on_the_wall_in_winter_and_summer() {
        assert_eq!(next("30 6 * * *", "2024-01-10T12:00:00Z"), "2024-01-11T06:30:00Z");
        assert_eq!(next("30 6 * * *", "2024-07-10T12:00:00Z"), "2024-07-11T05:30:00Z");
        assert_eq!(next("30 6 * * MON", "2024-07-10T12:00:00Z"), "2024-07-15T05:30:00Z");
        // Strictly after: a run that starts on the minute is not due again at once.
        assert_eq!(next("30 6 * * *", "2024-07-11T05:30:00Z"), "2024-07-12T05:30:00Z");
    }

    #[test]
    fn in_march_the_hour_that_is_skipped_is_made_up_for_once() {
        // On 31 March 2024 the clock goes from 01:00 to 02:00 BST at 01:00 UTC.
        assert_eq!(next("0 6 * * *", "2024-03-30T12:00:00Z"), "2024-03-31T05:00:00Z");
        assert_eq!(next("30 1 * * *", "2024-03-30T12:00:00Z"), "2024-03-31T01:00:00Z");
        assert_eq!(next("30 1 * * *", "2024-03-31T01:00:00Z"), "2024-04-01T00:30:00Z");
    }

    #[test]
    fn in_october_the_hour_that_comes_twice_counts_once() {
        // On 27 October 2024 the clock goes from 02:00 BST back to 01:00 at 01:00 UTC.
        assert_eq!(next("30 1 * * *", "2024-10-26T12:00:00Z"), "2024-10-27T00:30:00Z");
        assert_eq!(next("30 1 * * *", "2024-10-27T00:30:00Z"), "2024-10-28T01:30:00Z");
        assert_eq!(next("0 6 * * *", "2024-10-27T00:30:00Z"), "2024-10-27T06:00:00Z");
    }

    #[test]
    fn every_hour_is_every_hour_that_passes() {
        let mut moment: Timestamp = "2024-10-26T23:10:00Z".parse().unwrap();
        let mut seen = Vec::new();
        for _ in 0..4 {
            moment = next_after("0 * * * *", moment).unwrap();
            seen.push(moment.to_string());
        }
        assert_eq!(
            seen,
            ["2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00Z", "2024-10-27T03:00:00Z"]
        );
    }

    #[test]
    fn a_year_of_daily_runs_has_one_a_day() {
        let mut moment: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
        let london = TimeZone::get("Europe/London").unwrap();
        let mut day = moment.to_zoned(london.clone()).date().yesterday().unwrap();
        for _ in 0..366 {
            moment = next_after("30 1 * * *", moment).unwrap();
            let date = moment.to_zoned(london.clone()).date();
            assert_eq!(date, day.tomorrow().unwrap());
            day = date;
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |cron: &str| next_after(cron, Timestamp::UNIX_EPOCH).unwrap_err().to_string();
        assert_eq!(
            error("0 30 6 * * *"),
            "the schedule \"0 30 6 * * *\" has 6 fields instead of five: minute, hour, day of the month, month, day of \
             the week, as in \"30 6 * * MON\""
        );
        assert!(
            error("61 6 * * *").starts_with("the schedule \"61 6 * * *\" can't be read: "),
            "{}",
            error("61 6 * * *")
        );
        assert_eq!(
            error("0 6 31 2 *"),
            "the schedule \"0 6 31 2 *\" never comes due: no day of the calendar matches it"
        );
        assert!(error("@daily").contains("has 1 fields"));
    }
}
