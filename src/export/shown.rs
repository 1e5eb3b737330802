//! Points, days and instants as they stand in a file.
//!
//! In: milli-points and instants. Out: text. Always holds: whole-number arithmetic, so that no digit is lost; an instant
//! is shown in England's time, to the second, cut and not rounded.

use crate::clock::england;
use jiff::Timestamp;

/// Milli-points in points with three decimals: -500 is "-0.500".
pub(super) fn points(milli: i64) -> String {
    let size = milli.unsigned_abs();
    format!("{}{}.{:03}", if milli < 0 { "-" } else { "" }, size / 1000, size % 1000)
}

/// The instant with its offset (RFC 3339), such as "2026-07-06T09:15:00+01:00".
pub(super) fn instant(instant: Timestamp) -> String {
    instant.to_zoned(england()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The instant for people, such as "6 July 2026 at 09:15:00 BST".
pub(super) fn moment(instant: Timestamp) -> String {
    instant.to_zoned(england()).strftime("%-d %B %Y at %H:%M:%S %Z").to_string()
}

/// The instant for the name of a file, such as "2026-07-06-0915".
pub(super) fn stamp(instant: Timestamp) -> String {
    instant.to_zoned(england()).strftime("%Y-%m-%d-%H%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_keep_every_digit_and_their_sign() {
        let shown: Vec<String> = [0, 7, -500, 7_390, -12_000, i64::MIN].into_iter().map(points).collect();
        assert_eq!(shown, ["0.000", "0.007", "-0.500", "7.390", "-12.000", "-9223372036854775.808"]);
    }

    #[test]
    fn instants_are_in_englands_time_in_summer_and_winter() {
        let summer: Timestamp = "2026-07-06T08:15:30.999Z".parse().unwrap();
        assert_eq!(instant(summer), "2026-07-06T09:15:30+01:00");
        assert_eq!(moment(summer), "6 July 2026 at 09:15:30 BST");
        assert_eq!(stamp(summer), "2026-07-06-0915");
        let winter: Timestamp = "2026-12-07T08:15:30Z".parse().unwrap();
        assert_eq!(instant(winter), "2026-12-07T08:15:30+00:00");
        assert_eq!(moment(winter), "7 December 2026 at 08:15:30 GMT");
    }
}
