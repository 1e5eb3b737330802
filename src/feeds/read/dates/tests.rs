//! Dates in each habit.

use super::*;
use proptest::prelude::*;

#[test]
fn every_habit_gives_the_same_date() {
    for text in [
        "2024-06-30",
        "2024-6-30",
        "2024/06/30",
        "2024-06-30T14:05:00Z",
        "2024-06-30 14:05",
        "2024-06-30 14:05:00 +01:00",
        "30/06/2024",
        "30-06-2024",
        "30.06.2024",
        "30/6/2024",
        "30/06/24",
        "30/06/2024 00:00:00",
        "30-Jun-24",
        "30-Jun-2024",
        "30 June 2024",
        "30th June 2024",
        "30 Jun 2024",
        "30 jun. 24",
        "Sunday 30 June 2024",
        "Sun, 30 Jun 2024",
        "Sunday 30/06/2024",
        " 30 June, 2024 ",
        "30\u{a0}June 2024",
    ] {
        assert_eq!(parse_date(text), Ok(date(2024, 6, 30)), "{text}");
    }
    assert_eq!(parse_date("3/4/2024"), Ok(date(2024, 4, 3)));
    assert_eq!(parse_date("1st Sept 2023"), Ok(date(2023, 9, 1)));
    assert_eq!(parse_date("29/02/2024"), Ok(date(2024, 2, 29)));
}

#[test]
fn a_year_of_two_digits_is_remarked_on() {
    assert_eq!(written_date("30/06/24"), Ok(WrittenDate { date: date(2024, 6, 30), short_year: true }));
    assert_eq!(written_date("30 June 99"), Ok(WrittenDate { date: date(2099, 6, 30), short_year: true }));
    assert_eq!(written_date("30/06/2024").map(|written| written.short_year), Ok(false));
}

#[test]
fn what_is_wrong_is_said_with_the_text() {
    for (text, message) in [
        ("", "The date is missing. Write it as 30/06/2024."),
        ("06/30/2024", "\"06/30/2024\" has the month before the day. Write the day first, as in 30/06/2024."),
        ("06/30/24", "\"06/30/24\" has the month before the day. Write the day first, as in 30/06/2024."),
        ("June 30 2024", "\"June 30 2024\" has the month before the day. Write the day first, as in 30/06/2024."),
        ("31/06/2024", "\"31/06/2024\" is no date of the calendar. Check the day and the month."),
        ("29/02/2023", "\"29/02/2023\" is no date of the calendar. Check the day and the month."),
        ("32/13/2024", "\"32/13/2024\" is no date of the calendar. Check the day and the month."),
        ("00/06/2024", "\"00/06/2024\" is no date of the calendar. Check the day and the month."),
        ("2024-30-06", "\"2024-30-06\" is no date of the calendar. Check the day and the month."),
        ("30/06/1824", "\"30/06/1824\" is in the year 1824, outside 1900 to 2100. Check the year."),
        ("30/06/20224", "\"30/06/20224\" is in the year 20224, outside 1900 to 2100. Check the year."),
        (
            "Monday 30 June 2024",
            "\"Monday 30 June 2024\" names the wrong day of the week: that date is a Sunday. Check which of the two is \
             right.",
        ),
        ("soon", "\"soon\" is not a date that can be read. Write it as 30/06/2024."),
        ("30 June", "\"30 June\" is not a date that can be read. Write it as 30/06/2024."),
        ("45473", "\"45473\" is not a date that can be read. Write it as 30/06/2024."),
        ("-1/06/2024", "\"-1/06/2024\" is not a date that can be read. Write it as 30/06/2024."),
        ("30/ju/2024", "\"30/ju/2024\" is not a date that can be read. Write it as 30/06/2024."),
    ] {
        assert_eq!(parse_date(text).map_err(|problem| problem.to_string()), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn serial_numbers_are_counted_as_excel_counts_them() {
    assert_eq!(from_serial(45_473.0), Ok(date(2024, 6, 30)));
    assert_eq!(from_serial(45_473.99), Ok(date(2024, 6, 30)));
    assert_eq!(from_serial(1.0), Ok(date(1900, 1, 1)));
    assert_eq!(from_serial(59.0), Ok(date(1900, 2, 28)));
    assert_eq!(from_serial(61.0), Ok(date(1900, 3, 1)));
    assert_eq!(from_serial(73_415.0), Ok(date(2100, 12, 31)));
    for beyond in [0.0, -1.0, 60.0, 73_416.0, 20_240_630.0, f64::NAN, f64::INFINITY] {
        assert!(from_serial(beyond).is_err(), "{beyond}");
    }
}

proptest! {
    #[test]
    fn a_date_written_in_any_habit_is_read_back(days in 0..73_413_i32, habit in 0..8_usize) {
        let day = date(1900, 1, 1).checked_add(days.days()).unwrap();
        let pattern = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%-d %b %Y", "%A %-d %B %Y",
            "%Y-%m-%dT%H:%M:%S"][habit];
        let text = day.at(13, 5, 0, 0).strftime(pattern).to_string();
        prop_assert_eq!(parse_date(&text), Ok(day), "{}", text);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        let _ = parse_date(&text);
    }

    #[test]
    fn no_near_date_panics(text in "[0-9a-zA-Z/. :T-]{0,24}") {
        let _ = parse_date(&text);
    }
}
