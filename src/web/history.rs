//! How a council's score has moved: a small drawing and a table.
//!
//! In: past scores, in any order. Out: contexts for `council.html`. Always holds: the drawing says nothing that the words
//! beside it don't; it is made of whole numbers, so it is the same on every machine.

use super::address;
use super::words::{self, Named, When};
use crate::triage::HistoryPoint;
use std::fmt::Write;

/// Rows of the table; the rest is in the JSON.
const ROWS: usize = 24;
/// The drawing's inside, in its own units.
const WIDE: i64 = 600;
const HIGH: i64 = 100;

/// The drawing and the table.
pub struct History<'a> {
    pub drawing: Option<Drawing>,
    /// Newest first.
    pub rows: Vec<Past<'a>>,
    /// Set where there are more scores than rows.
    pub more: Option<String>,
}

/// A line of points over time.
pub struct Drawing {
    /// Points of an SVG polyline, 0 to 600 across and 0 to 100 down.
    pub line: String,
    /// The newest point.
    pub end: (i64, i64),
    pub says: String,
    pub first: When,
    pub last: When,
    pub highest: String,
}

/// One past score.
pub struct Past<'a> {
    pub as_of: When,
    pub computed_at: When,
    pub band: Named,
    pub points: String,
    pub cause: Cause<'a>,
    pub rule_set: &'a str,
    pub rule_set_short: &'a str,
}

/// What made us work a score out.
pub enum Cause<'a> {
    /// A run: its address, its number and its feed.
    Run {
        link: String,
        id: i64,
        feed: &'a str,
    },
    Words(String),
}

impl<'a> History<'a> {
    /// The history of one council.
    pub fn of(history: &'a [HistoryPoint]) -> History<'a> {
        let mut newest_first: Vec<&HistoryPoint> = history.iter().collect();
        newest_first.sort_by_key(|point| std::cmp::Reverse((point.as_of, point.computed_at)));
        History {
            drawing: drawing(&newest_first),
            more: (newest_first.len() > ROWS).then(|| format!("These are the latest {ROWS} scores.")),
            rows: newest_first.into_iter().take(ROWS).map(past).collect(),
        }
    }
}

fn past(point: &HistoryPoint) -> Past<'_> {
    Past {
        as_of: words::day(point.as_of),
        computed_at: words::moment(point.computed_at),
        band: words::band(point.band),
        points: words::points(point.total),
        cause: cause(&point.cause),
        rule_set: &point.rule_set,
        rule_set_short: words::short_hash(&point.rule_set),
    }
}

/// A cause as it is kept, for people.
pub fn cause(cause: &str) -> Cause<'_> {
    let run = cause.strip_prefix("run ").and_then(|rest| rest.split_once(" of "));
    match (run.and_then(|(id, feed)| Some((id.parse().ok()?, feed))), cause) {
        (Some((id, feed)), _) => Cause::Run { link: address::of_run(id), id, feed },
        (None, "daily") => Cause::Words("The day’s passing".to_owned()),
        (None, "rules") => Cause::Words("A change of the rules".to_owned()),
        (None, other) => Cause::Words(words::capitalised(other)),
    }
}

/// None where there are not two days to draw a line between.
fn drawing(newest_first: &[&HistoryPoint]) -> Option<Drawing> {
    let (last, first) = (newest_first.first()?, newest_first.last()?);
    let highest = newest_first.iter().max_by_key(|point| point.total)?;
    let days = |point: &HistoryPoint| point.as_of.duration_since(first.as_of).as_hours() / 24;
    let all_days = days(last);
    if all_days == 0 {
        return None;
    }
    let place = |point: &HistoryPoint| {
        let height = point.total.clamp(0, highest.total.max(0)) * HIGH / highest.total.max(1);
        (days(point) * WIDE / all_days, HIGH - height)
    };
    let mut line = String::new();
    for point in newest_first.iter().rev() {
        let (across, down) = place(point);
        let gap = if line.is_empty() { "" } else { " " };
        // Writing to a String can't fail.
        let _ = write!(line, "{gap}{across},{down}");
    }
    let says = format!(
        "Points over time: {} on {}, highest {} on {}, and {} on {}.",
        words::points(first.total),
        words::day(first.as_of).words,
        words::points(highest.total),
        words::day(highest.as_of).words,
        words::points(last.total),
        words::day(last.as_of).words,
    );
    Some(Drawing {
        line,
        end: place(last),
        says,
        first: words::day(first.as_of),
        last: words::day(last.as_of),
        highest: words::points(highest.total),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::Band;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn point(as_of: jiff::civil::Date, total: i64, cause: &str) -> HistoryPoint {
        HistoryPoint {
            as_of,
            computed_at: "2025-11-24T05:00:00Z".parse().unwrap(),
            band: Band::Monitor,
            total,
            cause: cause.into(),
            rule_set: "0123456789abcdef".into(),
        }
    }

    #[test]
    fn the_line_runs_from_the_oldest_to_the_newest_whatever_the_order() {
        let mut points = vec![
            point(date(2025, 1, 1), 3_000, "daily"),
            point(date(2025, 1, 11), 12_000, "daily"),
            point(date(2025, 1, 21), 0, "daily"),
        ];
        let forwards = History::of(&points).drawing.unwrap();
        assert_eq!((forwards.line.as_str(), forwards.end), ("0,75 300,0 600,100", (600, 100)));
        assert_eq!(
            forwards.says,
            "Points over time: 3.0 on 1 January 2025, highest 12.0 on 11 January 2025, and 0.0 on 21 January 2025."
        );
        points.reverse();
        assert_eq!(History::of(&points).drawing.unwrap().line, forwards.line);
    }

    #[test]
    fn one_day_is_no_line() {
        assert!(History::of(&[]).drawing.is_none());
        let same_day = [point(date(2025, 1, 1), 1, "daily"), point(date(2025, 1, 1), 2, "rules")];
        assert!(History::of(&same_day).drawing.is_none());
        assert_eq!(History::of(&same_day).rows.len(), 2);
    }

    #[test]
    fn a_long_history_is_cut_and_says_so() {
        let points: Vec<HistoryPoint> =
            (1..=28).map(|day| point(date(2025, 2, day), i64::from(day), "daily")).collect();
        let history = History::of(&points);
        assert_eq!((history.rows.len(), history.rows[0].as_of.iso.as_str()), (24, "2025-02-28"));
        assert_eq!(history.more.as_deref(), Some("These are the latest 24 scores."));
    }

    #[test]
    fn a_run_is_led_to_and_every_other_cause_is_in_words() {
        let words = |text| match cause(text) {
            Cause::Run { link, id, feed } => format!("{link} {id} {feed}"),
            Cause::Words(words) => words,
        };
        assert_eq!(words("run 12 of saaa-north"), "/runs/12 12 saaa-north");
        assert_eq!(words("daily"), "The day’s passing");
        assert_eq!(words("rules"), "A change of the rules");
        assert_eq!(words("run x of y"), "Run x of y");
    }

    proptest! {
        #[test]
        fn the_line_stays_inside_its_frame(past in proptest::collection::vec((0_i64..4_000, -5_i64..90_000), 0..40)) {
            let start = date(2015, 1, 1);
            let points: Vec<HistoryPoint> = past
                .iter()
                .map(|(days, total)| point(start + jiff::Span::new().days(*days), *total, "daily"))
                .collect();
            if let Some(drawing) = History::of(&points).drawing {
                for place in drawing.line.split(' ') {
                    let (across, down) = place.split_once(',').unwrap();
                    prop_assert!((0..=WIDE).contains(&across.parse().unwrap()));
                    prop_assert!((0..=HIGH).contains(&down.parse().unwrap()));
                }
            }
        }
    }
}
