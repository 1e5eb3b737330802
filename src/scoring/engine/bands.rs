//! From points to a band, and why that band.
//!
//! In: a total, the severest item that counts, the band before, coverage. Out: a [`Band`] and the reason. Always holds:
//! more points or a severer item never give a lower band, and minor items or opinion alone never more than the weak
//! ceiling, whatever the band was before.
//!
//! In this order: the highest band whose beginning the total reaches, or that the council had (or was above) before and whose
//! `leave_below` the total has not gone under, as long as anything counts; then the ceiling, where no determined item of
//! severity 2 or more counts; then the floor, where a determined item of its severity counts for anything at all, be it
//! answered or nearly over; last, no current concern is not assessed where coverage is too thin to say so.

use super::wording::{in_points, limit, points_beside, within};
use crate::scoring::rules::{BandStart, RuleSet};
use crate::scoring::score::{Band, Coverage, Indicator};
use jiff::civil::Date;

use super::events::{Load, Share, weigh};

/// What a band goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weight {
    pub total: i64,
    /// The highest severity of a determined item that counts; 0 without one.
    pub severest: u8,
}

impl Weight {
    pub(super) fn of(loads: &[Load], shares: &[Share], total: i64) -> Weight {
        let counting = loads.iter().zip(shares).filter(|(load, share)| !load.opinion && share.points > 0);
        Weight { total, severest: counting.map(|(load, _)| load.severity).max().unwrap_or(0) }
    }
}

/// How much is known of a council.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'s> {
    pub coverage: &'s [Coverage],
    /// Things received of which it can't be said whether they count.
    pub unsaid: usize,
}

/// Why a band and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    Reached(BandStart),
    Kept(BandStart),
    /// The band that the points alone would give.
    Ceiling(Band),
    Floor(u8),
    Nothing,
    /// Nothing counts, but of so many things it can't be said whether they do.
    Unsaid(usize),
    TooLittle,
    TooThin,
}

/// The band by points, severity and the band before; coverage aside.
pub(super) fn band(rules: &RuleSet, weight: Weight, previous: Option<Band>) -> (Band, Why) {
    let before = previous.filter(|_| weight.total > 0).unwrap_or(Band::NoCurrentConcern);
    let holds =
        |start: &&BandStart| weight.total >= start.from || (before >= start.band && weight.total >= start.leave_below);
    let (mut band, mut why) = match rules.bands.iter().rev().find(holds) {
        Some(start) if weight.total >= start.from => (start.band, Why::Reached(start.clone())),
        Some(start) => (start.band, Why::Kept(start.clone())),
        None if weight.total == 0 => (Band::NoCurrentConcern, Why::Nothing),
        None => (Band::NoCurrentConcern, Why::TooLittle),
    };
    if weight.severest < 2 && band > rules.weak_ceiling {
        (band, why) = (rules.weak_ceiling, Why::Ceiling(band));
    }
    if let Some((severity, floor)) = rules.floor
        && weight.severest >= severity
        && band < floor
    {
        (band, why) = (floor, Why::Floor(severity));
    }
    (band, why)
}

/// The band of some loads on a day, coverage aside.
pub(super) fn band_on(rules: &RuleSet, loads: &[Load], on: Date, before: Band) -> Band {
    let (shares, total) = weigh(&rules.arithmetic, loads, on);
    band(rules, Weight::of(loads, &shares, total), Some(before)).0
}

/// Turns no current concern into not assessed where too little is known to say so. Where the indicators are covered but
/// something received can't be weighed, the band stays and the reason tells of it.
pub(super) fn with_coverage(rules: &RuleSet, (band, why): (Band, Why), known: Known<'_>) -> (Band, Why) {
    let assessed = known.coverage.iter().filter(|cover| cover.assessed).count();
    let thin = assessed < rules.min_covered || !not_covered(rules, known.coverage).is_empty();
    match why {
        _ if band == Band::NoCurrentConcern && thin => (Band::NotAssessed, Why::TooThin),
        Why::Nothing if known.unsaid > 0 => (band, Why::Unsaid(known.unsaid)),
        why => (band, why),
    }
}

/// Indicators that must be assessed and are not.
fn not_covered(rules: &RuleSet, coverage: &[Coverage]) -> Vec<Indicator> {
    let covered = |wanted: &Indicator| coverage.iter().any(|cover| cover.assessed && cover.indicator == *wanted);
    rules.must_cover.iter().copied().filter(|wanted| !covered(wanted)).collect()
}

/// The reason as a sentence.
pub(super) fn because(rules: &RuleSet, total: i64, why: &Why, coverage: &[Coverage]) -> String {
    let counted = |limits: &[i64]| format!("{} points in all", points_beside(total, limits));
    match why {
        Why::Reached(start) => {
            format!("{}: {} begins at {}.", counted(&[start.from]), start.band.title(), limit(start.from))
        }
        Why::Kept(start) => format!(
            "{}: {} begins at {}, and once reached it is kept until the points are below {}, so that the \
             band does not change to and fro.",
            counted(&[start.from, start.leave_below]),
            start.band.title(),
            limit(start.from),
            limit(start.leave_below)
        ),
        Why::Ceiling(would) => format!(
            "{} would give {}, but only minor items or opinions count, and these alone give no more than {}.",
            counted(&[]),
            would.title(),
            rules.weak_ceiling.title()
        ),
        Why::Floor(severity) => format!(
            "{}, and an item of severity {severity} or more counts: as long as it does, the band is at least \
             {}.",
            counted(&[]),
            rules.floor.map_or("", |(_, band)| band.title())
        ),
        Why::Nothing => "Nothing counts against the council, and enough is known to say so.".to_owned(),
        Why::Unsaid(things) => format!("Nothing counts against the council so far. {}", unsaid(*things)),
        Why::TooLittle => format!(
            "{}: too little for {}, which begins at {}.",
            counted(&[]),
            rules.bands.first().map_or("", |start| start.band.title()),
            limit(rules.bands.first().map_or(0, |start| start.from))
        ),
        Why::TooThin => too_thin(rules, total, coverage),
    }
}

fn too_thin(rules: &RuleSet, total: i64, coverage: &[Coverage]) -> String {
    let assessed = coverage.iter().filter(|cover| cover.assessed).count();
    let mut sentence = if total == 0 { "Nothing counts against the council".to_owned() } else { in_points(total) };
    sentence.push_str(", but too little is known to call that no concern: ");
    let mut reasons = Vec::new();
    if assessed < rules.min_covered {
        let needed = i64::try_from(rules.min_covered).unwrap_or(i64::MAX);
        reasons.push(format!("{assessed} of the five indicators assessed, where {} needed", are(needed)));
    }
    for indicator in not_covered(rules, coverage) {
        reasons.push(format!("nothing on {}", within(indicator.title())));
    }
    sentence + &reasons.join("; ") + "."
}

/// A sentence about so many things received that can't be weighed.
pub(super) fn unsaid(things: usize) -> String {
    if things == 1 {
        "Whether one thing that was received counts can't be said, because something is missing from it.".to_owned()
    } else {
        format!(
            "Whether {things} things that were received count can't be said, because something is missing from them."
        )
    }
}

fn are(number: i64) -> String {
    if number == 1 { "1 is".to_owned() } else { format!("{number} are") }
}
