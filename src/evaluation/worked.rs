//! Observations for examples that are reckoned by hand.
//!
//! In: points, a day, and whether the outcome came. Out: an [`Observation`]. Always holds: its band is that of its
//! points alone.

use super::observation::Observation;
use crate::scoring::Band;
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The first day of the examples.
pub(crate) const DAY: Date = date(2024, 3, 31);

/// A council of its own on that day, with so many milli-points.
pub(crate) fn observation(points: i64, cut_off: Date, positive: bool) -> Observation {
    let band = match points {
        ..1000 => Band::NoCurrentConcern,
        1000..6000 => Band::Monitor,
        6000..12_000 => Band::OfferSupport,
        _ => Band::PriorityReview,
    };
    Observation {
        council: points,
        cut_off,
        points,
        band,
        indicators: [points, 0, 0, 0, 0],
        rules: Vec::new(),
        recent: false,
        counting: false,
        band_before: Band::NoCurrentConcern,
        outcome: positive.then(|| cut_off.saturating_add(2.months())),
    }
}
