//! The tables that stand once in a rule set: its name, points, bands, floor, ceiling, thin coverage.
//!
//! In: their tables. Out: the parts of a [`super::RuleSet`], or reports of everything that is wrong. Always holds: more
//! severe counts more; bands are in order, without gaps, and are left no higher than they begin.

use super::model::{Arithmetic, BandStart};
use super::table::{Key, Reports, Table, milli_points, optional, required};
use super::vocabulary::{Vocabulary, indicators};
use crate::scoring::{Band, Indicator};
use toml::de::DeValue;

/// What `[rule_set]` says.
pub(crate) const RULE_SET_KEYS: [Key; 2] = [
    required("title", "what the set is called"),
    required("version", "which version it is; change it with every change, so that people can name it"),
];

/// What `[points]` says.
pub(crate) const POINTS_KEYS: [Key; 5] = [
    required(
        "severity",
        "the points of severities 1 to 4 on the day of the determination: `[1, 3, 7, 12]`, each more than the one before",
    ),
    required(
        "same_event_percent",
        "of several items of one event the highest counts whole, each other one by this share; 0 to 100",
    ),
    required("same_event_cap_percent", "and all the others together up to this share of the highest; 0 to 100"),
    required(
        "repetition_percent",
        "the first, second, third item of one rule count by so many per cent; the last holds for all further ones: `[100, 125, 150]`",
    ),
    required("opinion_cap", "all of the officers' opinion together counts for this many points at most"),
];

/// What a `[[band]]` says; there are three: `monitor`, `offer_support`, `priority_review`, lowest first.
pub(crate) const BAND_KEYS: [Key; 4] = [
    required("name", "`monitor`, `offer_support` or `priority_review`"),
    required("from", "the points from which a council stands in it"),
    required(
        "leave_below",
        "the points under which it leaves it again, so that it doesn't change to and fro; at most `from`",
    ),
    optional(
        "minutes_a_month",
        "an officer's minutes in a month for one council in this band; a rehearsal reckons work by it, no score does; 0 to 10000",
    ),
];

/// What `[floor]` says.
pub(crate) const FLOOR_KEYS: [Key; 2] = [
    required("severity", "the severity that by itself brings the band, as long as an item of it counts"),
    required("band", "the band"),
];

/// What `[ceiling]` says.
pub(crate) const CEILING_KEYS: [Key; 1] =
    [required("band", "the highest band that items of severity 1 alone, or opinion alone, can bring")];

/// What `[coverage]` says.
pub(crate) const COVERAGE_KEYS: [Key; 2] = [
    required("min_covered", "with fewer indicators assessed, a council without points is not assessed; 0 to 5"),
    required("must_cover", "the indicators that must be assessed, whatever else is: `[\"a\"]`"),
];

/// `[rule_set]`: the title with its version.
pub(super) fn title(table: &Table, reports: &mut Reports) -> Option<String> {
    table.known(&RULE_SET_KEYS, reports);
    let title = table.text("title", reports);
    let version = table.text("version", reports);
    Some(format!("{}, version {}", title?.value, version?.value))
}

/// `[points]`.
pub(super) fn arithmetic(table: &Table, reports: &mut Reports) -> Option<Arithmetic> {
    table.known(&POINTS_KEYS, reports);
    let severity = severity_points(table, reports);
    let same_event = table.whole("same_event_percent", 0..=100, reports);
    let same_event_cap = table.whole("same_event_cap_percent", 0..=100, reports);
    let repetition = repetition(table, reports);
    let opinion_cap = table.points("opinion_cap", reports);
    Some(Arithmetic {
        severity_points: severity?,
        same_event_percent: same_event?.value,
        same_event_cap_percent: same_event_cap?.value,
        repetition_percent: repetition?,
        opinion_cap: opinion_cap?.value,
    })
}

fn severity_points(table: &Table, reports: &mut Reports) -> Option<[i64; 4]> {
    let points = table.list_of("severity", "a list of points", reports, milli_points)?;
    let span = table.written("severity")?;
    let values: Vec<i64> = points.iter().map(|points| points.value).collect();
    let Ok(values) = <[i64; 4]>::try_from(values) else {
        let message = format!("`severity` needs the points of severities 1 to 4, but there are {}", points.len());
        reports.say(&span, message, "write four numbers, such as [1, 3, 7, 12]");
        return None;
    };
    if values[0] <= 0 || !values.is_sorted_by(|lower, higher| lower < higher) {
        reports.say(&span, "each severity must count more than the one before it", "such as [1, 3, 7, 12]");
        return None;
    }
    Some(values)
}

fn repetition(table: &Table, reports: &mut Reports) -> Option<Vec<u32>> {
    let range = 100..=400_u32;
    let read = |value: &DeValue| {
        let number = value.as_integer().filter(|number| number.radix() == 10)?;
        number.as_str().parse().ok().filter(|percent| range.contains(percent))
    };
    let list = table.list_of("repetition_percent", "a list of whole numbers from 100 to 400", reports, read)?;
    if list.is_empty() {
        let span = table.written("repetition_percent")?;
        reports.say(&span, "`repetition_percent` is empty", "write [100] if repetition does not count");
        return None;
    }
    if !list.is_sorted_by_key(|percent| percent.value) {
        let span = table.written("repetition_percent")?;
        reports.say(&span, "`repetition_percent` must not fall", "put the numbers in order, smallest first");
        return None;
    }
    Some(list.iter().map(|percent| percent.value).collect())
}

/// The bands that have a beginning, lowest first.
const BANDS: [Band; 3] = [Band::Monitor, Band::OfferSupport, Band::PriorityReview];

fn band(table: &Table, key: &str, reports: &mut Reports) -> Option<Band> {
    let words = BANDS.map(|band| (band.name(), band)).to_vec();
    Vocabulary { what: "a band that can be reached by points".to_owned(), words }.under(table, key, reports)
}

/// `[[band]]`, all of them.
pub(super) fn bands(tables: &[Table], reports: &mut Reports) -> Option<Vec<BandStart>> {
    let problems_before = reports.found.len();
    let mut starts: Vec<BandStart> = Vec::with_capacity(tables.len());
    for table in tables {
        table.known(&BAND_KEYS, reports);
        let name = band(table, "name", reports);
        let from = table.points("from", reports);
        let leave_below = table.points("leave_below", reports);
        let minutes_a_month = table.whole("minutes_a_month", 0..=10_000, reports).map(|minutes| minutes.value);
        if let (Some(band), Some(from), Some(leave_below)) = (name, from, leave_below) {
            let start = BandStart { band, from: from.value, leave_below: leave_below.value, minutes_a_month };
            follows(&start, starts.last(), table, reports);
            starts.push(start);
        }
    }
    if reports.found.len() > problems_before {
        return None;
    }
    if starts.len() != BANDS.len() {
        let present: Vec<Band> = starts.iter().map(|start| start.band).collect();
        let gap = BANDS.into_iter().find(|band| !present.contains(band)).map_or("a band", Band::name);
        if let Some(last) = tables.last() {
            reports.say(&last.span, format!("there is no band `{gap}`"), "add a [[band]] for it, lowest band first");
        }
        return None;
    }
    Some(starts)
}

/// Whether a band may stand after the one before it.
fn follows(start: &BandStart, before: Option<&BandStart>, table: &Table, reports: &mut Reports) {
    let name = start.band.name();
    let span = |key: &str| table.written(key).unwrap_or_else(|| table.span.clone());
    if start.from == 0 {
        reports.say(&span("from"), format!("`{name}` must begin above 0 points"), "0 points are no current concern");
    }
    if start.leave_below > start.from {
        let message = format!("`{name}` would be left above where it begins");
        reports.say(&span("leave_below"), message, "make `leave_below` at most `from`");
    }
    let Some(before) = before else { return };
    let lower = before.band.name();
    if start.band <= before.band {
        reports.say(&span("name"), format!("`{name}` stands after `{lower}`"), "name each band once, lowest first");
    } else if start.from <= before.from {
        let message = format!("`{name}` must begin above `{lower}`");
        reports.say(&span("from"), message, "raise `from`, or lower that of the band before");
    } else if start.leave_below < before.from {
        let message = format!("`{name}` would be left below where `{lower}` begins");
        reports.say(&span("leave_below"), message, format!("make `leave_below` at least the `from` of `{lower}`"));
    }
}

/// `[floor]`: the band that any item of a severity brings with it.
pub(super) fn floor(table: &Table, reports: &mut Reports) -> Option<(u8, Band)> {
    table.known(&FLOOR_KEYS, reports);
    let severity = table.whole("severity", 1..=4, reports);
    let band = band(table, "band", reports);
    Some((u8::try_from(severity?.value).ok()?, band?))
}

/// `[ceiling]`: the highest band of weak evidence.
pub(super) fn ceiling(table: &Table, reports: &mut Reports) -> Option<Band> {
    table.known(&CEILING_KEYS, reports);
    band(table, "band", reports)
}

/// `[coverage]`: how many indicators must be assessed, and which of them always.
pub(super) fn coverage(table: &Table, reports: &mut Reports) -> Option<(usize, Vec<Indicator>)> {
    table.known(&COVERAGE_KEYS, reports);
    let min_covered = table.whole("min_covered", 0..=5, reports);
    let must_cover = table.words("must_cover", reports)?;
    let indicators = indicators();
    let must_cover: Vec<Option<Indicator>> =
        must_cover.iter().map(|found| indicators.meaning(found, reports)).collect();
    Some((usize::try_from(min_covered?.value).ok()?, must_cover.into_iter().collect::<Option<_>>()?))
}
