//! What time it is, and which day it is in England.
//!
//! In: the system's clock, or an instant that was set (the demo lives through past years; tests stand still). Out:
//! instants in UTC and days in Europe/London. Always holds: nothing else in the program asks the system for the time
//! that it writes down.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that the whole program shares.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands at microseconds since 1970-01-01 UTC until it is set again.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at that instant.
    pub fn standing_at(instant: Timestamp) -> Clock {
        Clock::Set(Arc::new(AtomicI64::new(instant.as_microsecond())))
    }

    /// Moves a standing clock; the system's clock stays as it is.
    pub fn set(&self, instant: Timestamp) {
        if let Clock::Set(microseconds) = self {
            microseconds.store(instant.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// The instant, to the microsecond.
    pub fn now(&self) -> Timestamp {
        match self {
            // Microseconds are what the store keeps; a finer instant would not read back equal.
            Clock::System => {
                Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or(Timestamp::UNIX_EPOCH)
            }
            Clock::Set(microseconds) => {
                Timestamp::from_microsecond(microseconds.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// The day in England.
    pub fn today(&self) -> Date {
        day_in_england(self.now())
    }
}

/// England's time zone.
pub fn england() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// The day in England at that instant.
pub fn day_in_england(instant: Timestamp) -> Date {
    instant.to_zoned(england()).date()
}

/// The first instant after a day in England: what was known before it was known on that day.
pub fn end_of_day(day: Date) -> Timestamp {
    day.checked_add(1.day())
        .and_then(|next| next.to_zoned(england()))
        .map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

/// The first instant of a day in England.
pub fn start_of_day(day: Date) -> Timestamp {
    day.to_zoned(england()).map_or(Timestamp::MIN, |midnight| midnight.timestamp())
}

/// Noon of a day in England.
pub fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(england()).map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_ends_at_midnight_in_england_in_summer_and_winter() {
        assert_eq!(end_of_day(date(2026, 7, 1)).to_string(), "2026-07-01T23:00:00Z");
        assert_eq!(end_of_day(date(2026, 12, 1)).to_string(), "2026-12-02T00:00:00Z");
    }

    #[test]
    fn just_after_midnight_in_summer_is_the_next_day() {
        assert_eq!(day_in_england("2026-06-30T23:30:00Z".parse().unwrap()), date(2026, 7, 1));
    }
}
