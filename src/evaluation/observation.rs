//! One council on one cut-off: what was known of it then, and what came.
//!
//! In: filled by [`super::gather`]. Out: read by every table. Always holds: everything but `outcome` was known by the
//! end of the cut-off.

use super::roc::Ranked;
use crate::scoring::{Band, Indicator};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One council on one cut-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    pub council: i64,
    pub cut_off: Date,
    /// Milli-points.
    pub points: i64,
    pub band: Band,
    /// Milli-points, `a` first.
    pub indicators: [i64; 5],
    /// Rules that count, as places in [`Gathered::rules`], each once.
    pub rules: Vec<usize>,
    /// An outcome that was known, counted, and was determined in the twelve months up to the cut-off.
    pub recent: bool,
    /// An outcome counts, however old.
    pub counting: bool,
    /// The band twelve months before, from what was known then.
    pub band_before: Band,
    /// The first new outcome within the horizon.
    pub outcome: Option<Date>,
}

impl Observation {
    /// The row by which it is ranked, with a figure of its own.
    pub fn ranked(&self, figure: i64) -> Ranked {
        Ranked { council: self.council, figure, positive: self.outcome.is_some() }
    }

    /// The milli-points of one indicator.
    pub fn of(&self, indicator: Indicator) -> i64 {
        let place = Indicator::ALL.iter().position(|listed| *listed == indicator);
        place.and_then(|place| self.indicators.get(place)).copied().unwrap_or(0)
    }
}

/// A band as a figure: the more urgent the higher.
pub fn order(band: Band) -> i64 {
    match band {
        // Not assessed is no warning, and no all-clear either; as a warning it is none.
        Band::NoCurrentConcern | Band::NotAssessed => 0,
        Band::Monitor => 1,
        Band::OfferSupport => 2,
        Band::PriorityReview => 3,
    }
}

/// Everything that tables are made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathered {
    /// By cut-off, then by council.
    pub observations: Vec<Observation>,
    /// The ids of the rules that counted anywhere.
    pub rules: Vec<String>,
    /// The days on which outcomes were determined, by council, earliest first; each that is known at the end.
    pub outcomes: BTreeMap<i64, Vec<Date>>,
}
