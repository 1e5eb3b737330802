//! Figures, days and names of things as people read them.
//!
//! In: milli-points, dates, instants, counts and the domain's own words. Out: British English. Always holds: a figure is
//! never rounded up, so what is shown never reaches a threshold that the council has not reached; something that counts
//! is never shown as nothing.

use crate::evidence::Standing;
use crate::scoring::{Band, Indicator};
use crate::triage::Trend;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil::Date};

/// A day or an instant: for machines (ISO 8601) and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    pub iso: String,
    pub words: String,
}

/// A band's or an indicator's short name, for style sheet and address, and its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    pub name: &'static str,
    pub title: &'static str,
}

/// The day, such as "30 June 2024".
pub fn day(date: Date) -> When {
    When { iso: date.to_string(), words: date.strftime("%-d %B %Y").to_string() }
}

/// The day with its weekday, such as "Sunday 30 June 2024".
pub fn weekday(date: Date) -> When {
    When { iso: date.to_string(), words: date.strftime("%A %-d %B %Y").to_string() }
}

/// The instant on English clocks, such as "30 June 2024 at 14:05"; says UTC where the time zone isn't known.
pub fn moment(instant: Timestamp) -> When {
    let (zoned, zone) = match instant.in_tz("Europe/London") {
        Ok(zoned) => (zoned, ""),
        Err(_) => (instant.to_zoned(TimeZone::UTC), " UTC"),
    };
    When { iso: instant.to_string(), words: format!("{}{zone}", zoned.strftime("%-d %B %Y at %H:%M")) }
}

/// Milli-points in points with one decimal, cut and not rounded: 7390 is "7.3". What counts for less than a tenth is
/// "under 0.1".
pub fn points(milli: i64) -> String {
    match milli.unsigned_abs() {
        0 => "0.0".to_owned(),
        1..100 => "under 0.1".to_owned(),
        size => format!("{}{}.{}", if milli < 0 { "−" } else { "" }, grouped(size / 1000), size % 1000 / 100),
    }
}

/// A council's milli-points in points; none where nothing is known, because "0.0" there would look like good news.
pub fn total(band: Band, milli: i64) -> Option<String> {
    (band != Band::NotAssessed || milli > 0).then(|| points(milli))
}

/// A change of milli-points with its sign: "+2.1", "−0.4", "less than 0.1 either way".
pub fn change(milli: i64) -> String {
    match milli {
        -99..=99 => "less than 0.1 either way".to_owned(),
        100.. => format!("+{}", points(milli)),
        _ => points(milli),
    }
}

/// A count with commas: "10,463".
pub fn count(number: i64) -> String {
    format!("{}{}", if number < 0 { "−" } else { "" }, grouped(number.unsigned_abs()))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The count with its noun: "1 council", "1,204 councils".
pub fn plural(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// How long something took: "less than a second", "12 seconds", "3 minutes" (whole ones).
pub fn lasted(time: SignedDuration) -> String {
    match time.as_secs() {
        ..1 => "less than a second".to_owned(),
        seconds @ 1..120 => plural(seconds, "second", "seconds"),
        seconds => plural(seconds / 60, "minute", "minutes"),
    }
}

/// The days between two dates in words: "today", "1 day", "23 days"; the order doesn't matter.
pub fn days_between(one: Date, other: Date) -> String {
    match (one.duration_since(other).as_hours() / 24).abs() {
        0 => "today".to_owned(),
        days => plural(days, "day", "days"),
    }
}

/// Words with commas and a last "and": "a, b and c".
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// A band for pages.
pub fn band(band: Band) -> Named {
    Named { name: band.name(), title: band.title() }
}

/// An indicator for pages; the name is its letter.
pub fn indicator(indicator: Indicator) -> Named {
    Named { name: indicator.letter(), title: indicator.title() }
}

/// What a severity is called; "severity 7" for one that there isn't.
pub fn severity(severity: u8) -> String {
    match severity {
        1 => "Minor".to_owned(),
        2 => "Moderate".to_owned(),
        3 => "Serious".to_owned(),
        4 => "Critical".to_owned(),
        other => format!("Severity {other}"),
    }
}

/// What a standing is called.
pub fn standing(standing: Standing) -> Named {
    let title = match standing {
        Standing::Determined => "Decided",
        Standing::Allegation => "Alleged, not decided",
        Standing::Opinion => "An officer’s view",
        Standing::Disputed => "Disputed by the council",
        Standing::Withdrawn => "Withdrawn by the source",
    };
    Named { name: standing.name(), title }
}

/// What a trend is called.
pub fn trend(trend: Trend) -> Named {
    match trend {
        Trend::Rising => Named { name: "rising", title: "Rising" },
        Trend::Level => Named { name: "level", title: "Level" },
        Trend::Falling => Named { name: "falling", title: "Falling" },
        Trend::New => Named { name: "new", title: "New" },
    }
}

/// The first twelve characters of a hash.
pub fn short_hash(hash: &str) -> &str {
    hash.char_indices().nth(12).and_then(|(end, _)| hash.get(..end)).unwrap_or(hash)
}

/// The same text with a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn points_are_cut_and_never_vanish() {
        let shown: Vec<String> = [0, 1, 99, 100, 5_999, 6_000, 7_390, 1_234_567, -450].map(points).into();
        assert_eq!(shown, ["0.0", "under 0.1", "under 0.1", "0.1", "5.9", "6.0", "7.3", "1,234.5", "−0.4"]);
    }

    #[test]
    fn nothing_known_is_no_nought() {
        assert_eq!(total(Band::NotAssessed, 0), None);
        assert_eq!(total(Band::NotAssessed, 900).as_deref(), Some("0.9"));
        assert_eq!(total(Band::NoCurrentConcern, 0).as_deref(), Some("0.0"));
    }

    #[test]
    fn changes_carry_their_sign() {
        let shown: Vec<String> = [2_100, -450, 50, -99, 0].map(change).into();
        assert_eq!(shown[..2], ["+2.1", "−0.4"]);
        assert!(shown[2..].iter().all(|text| text == "less than 0.1 either way"));
    }

    #[test]
    fn days_and_instants_read_as_people_write_them() {
        assert_eq!(day(date(2024, 6, 30)), When { iso: "2024-06-30".into(), words: "30 June 2024".into() });
        assert_eq!(weekday(date(2025, 11, 24)).words, "Monday 24 November 2025");
        // British Summer Time is an hour ahead of UTC, over midnight too.
        let summer = moment("2024-06-30T23:05:00Z".parse().unwrap());
        assert_eq!((summer.words.as_str(), summer.iso.as_str()), ("1 July 2024 at 00:05", "2024-06-30T23:05:00Z"));
        assert_eq!(moment("2024-12-01T23:05:00Z".parse().unwrap()).words, "1 December 2024 at 23:05");
        assert_eq!(days_between(date(2025, 3, 1), date(2025, 2, 27)), "2 days");
        assert_eq!(days_between(date(2025, 2, 28), date(2025, 3, 1)), "1 day");
        assert_eq!(days_between(date(2025, 3, 1), date(2025, 3, 1)), "today");
    }

    #[test]
    fn counts_and_lists() {
        assert_eq!(
            [1, 0, 10_463].map(|n| plural(n, "parish", "parishes")),
            ["1 parish", "0 parishes", "10,463 parishes"]
        );
        assert_eq!(count(-1_000), "−1,000");
        assert_eq!(
            [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])],
            ["", "a", "a and b", "a, b and c"]
        );
        assert_eq!((capitalised("ébène"), capitalised("")), ("Ébène".into(), String::new()));
        assert_eq!((short_hash("0123456789abcdef"), short_hash("abc")), ("0123456789ab", "abc"));
    }

    proptest! {
        #[test]
        fn a_shown_figure_never_exceeds_the_true_one(milli in 100_i64..10_000_000) {
            let shown: f64 = points(milli).replace(',', "").parse().unwrap();
            let tenths = milli / 100;
            prop_assert_eq!(format!("{shown:.1}"), format!("{}.{}", tenths / 10, tenths % 10));
        }

        #[test]
        fn no_text_breaks_the_short_forms(text in any::<String>()) {
            prop_assert!(text.starts_with(short_hash(&text)));
            prop_assert_eq!(capitalised(&text).is_empty(), text.is_empty());
        }
    }
}
