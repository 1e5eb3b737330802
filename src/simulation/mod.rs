//! The simulation: an invented country in which the truth is known, as files in the shapes that sources send.
//!
//! In: a [`Plan`] (how many councils, how many years, a seed). Out: a folder with the register, the configuration,
//! dated deliveries of seven sources, and what is true. Always holds: the same plan gives the same bytes; every place
//! is invented; what a delivery says was known to its source by that day. Generation is pure; only [`write`] and
//! [`rehearsal`] touch anything.

pub mod country;
pub mod event;
pub mod feed;
pub mod latent;
pub mod life;
mod names;
#[cfg(test)]
pub(crate) mod real_names;
pub mod rehearsal;
mod returns;
mod row;
pub mod spelling;
mod truth;
mod write;
mod written;

pub use write::{Counts, write};

use crate::draw::{later, on};
use jiff::ToSpan;
use jiff::civil::Date;

/// The last year of every simulated country. Fixed, so that the same arguments give the same bytes on any day.
const LAST_YEAR: i16 = 2025;
/// The most that a plan may ask for.
pub const MOST_COUNCILS: usize = 25_000;
/// As many years as a plan may have.
pub const MOST_YEARS: u8 = 20;

/// What a simulated country is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub councils: usize,
    /// Whole years, up to the end of 2025.
    pub years: u8,
    pub seed: u64,
}

impl Plan {
    /// The first day.
    pub fn first_day(self) -> Date {
        on(LAST_YEAR + 1 - i16::from(self.years), 1, 1)
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        on(LAST_YEAR, 12, 31)
    }

    /// How many months it has.
    pub fn months(self) -> usize {
        usize::from(self.years) * 12
    }

    /// The first day of each month.
    pub fn firsts(self) -> Vec<Date> {
        (0..i32::from(self.years) * 12).map(|month| self.first_day().saturating_add(month.months())).collect()
    }

    /// The last day of each month: when sources send.
    pub fn month_ends(self) -> Vec<Date> {
        self.firsts().into_iter().map(|first| later(first.saturating_add(1.month()), -1)).collect()
    }
}
