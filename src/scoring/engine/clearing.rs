//! What would bring the band down: time alone, and the fewest things that a council can do.
//!
//! In: the loads of a score and its band. Out: sentences. Always holds: each claim has been worked out with the same
//! arithmetic as the score itself, so the date is exact to the day and the things named do suffice.
//!
//! Time goes by the total, which only falls while nothing new comes, so the day is found by halving. What can be cleared is
//! taken from the heaviest item down until the band gives way, then whatever turned out not to be needed is put back.
//! Clearing an item leaves what the best answering fact leaves of it (nothing, where no such fact exists and the rule's own
//! words promise it); it ends what still holds; it does nothing for what has been answered already.

use super::bands::{Weight, band};
use super::events::{Load, weigh};
use super::look::Firing;
use super::plan::Plan;
use super::points::months_later;
use super::wording::{beginning, day, list, number_of, unfinished, within};
use crate::scoring::score::{Band, Coverage};
use jiff::{ToSpan, civil::Date};

/// The more items it takes, the less a list of them helps; so many are named.
const NAMED: usize = 4;
/// Up to so many items are tried one by one for being needed.
const TRIED: usize = 12;

/// A score whose band is to come down.
pub(super) struct Standing<'s> {
    pub plan: &'s Plan<'s>,
    pub firings: &'s [Firing],
    /// In the firings' order.
    pub loads: &'s [Load],
    /// Places of what counts, most points first.
    pub heaviest: &'s [usize],
    pub band: Band,
    pub as_of: Date,
}

impl Standing<'_> {
    pub(super) fn would_clear(&self, coverage: &[Coverage]) -> Vec<String> {
        match self.band {
            Band::NoCurrentConcern => Vec::new(),
            Band::NotAssessed => self.missing(coverage),
            _ => self.by_time().into_iter().chain(self.by_doing()).collect(),
        }
    }

    fn missing(&self, coverage: &[Coverage]) -> Vec<String> {
        let open = coverage.iter().filter(|cover| !cover.assessed);
        open.map(|cover| {
            let missing = super::coverage::missing(self.plan.set, cover.indicator);
            format!("To speak of {}: {missing}.", within(cover.indicator.title()))
        })
        .collect()
    }

    /// The band of some loads on a day, with this score's band as the one before.
    fn band_of(&self, loads: &[Load], on: Date) -> Band {
        let (shares, total) = weigh(&self.plan.set.arithmetic, loads, on);
        band(self.plan.set, Weight::of(loads, &shares, total), Some(self.band)).0
    }

    fn by_time(&self) -> Option<String> {
        let ends = self.loads.iter().filter(|load| !load.holding);
        let last = ends.map(|load| months_later(load.counted_from, load.months)).max();
        let on = |days: i64| self.as_of.saturating_add(days.days());
        let (mut still, mut down) = (0, 0);
        if let Some(last) = last.filter(|last| *last > self.as_of && self.band_of(self.loads, *last) < self.band) {
            down = i64::from((last - self.as_of).get_days());
        }
        if down == 0 {
            let holding: Vec<String> = self.titles(|load| load.holding);
            return (!holding.is_empty()).then(|| {
                format!("Waiting alone does not bring it down: {} counts in full while it lasts.", list(&holding))
            });
        }
        while down - still > 1 {
            let middle = still + (down - still) / 2;
            if self.band_of(self.loads, on(middle)) < self.band { down = middle } else { still = middle }
        }
        let to = self.band_of(self.loads, on(down));
        Some(format!("If nothing new comes, it falls {} on {}.", self.to(to), day(on(down))))
    }

    /// The fewest things that bring the band down today.
    fn by_doing(&self) -> Option<String> {
        let clearable: Vec<usize> =
            self.heaviest.iter().copied().filter(|&at| self.cleared(at) != self.loads[at].as_parts()).collect();
        let with = |places: &[usize]| self.band_of(&self.with_cleared(places), self.as_of);
        if with(&clearable) >= self.band {
            return None;
        }
        let (mut too_few, mut enough) = (0, clearable.len());
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            if with(&clearable[..middle]) < self.band { enough = middle } else { too_few = middle }
        }
        let mut needed = clearable[..enough].to_vec();
        for lighter in (0..enough.min(TRIED)).rev() {
            let mut without = needed.clone();
            without.remove(lighter);
            if with(&without) < self.band {
                needed = without;
            }
        }
        Some(self.say(&needed, with(&needed)))
    }

    fn say(&self, needed: &[usize], to: Band) -> String {
        let mut things: Vec<String> = Vec::new();
        for &at in needed {
            let clears = within(unfinished(&self.plan.rule(self.firings[at].rule).clears));
            if !things.contains(&clears) {
                things.push(clears);
            }
        }
        let more = things.len().saturating_sub(NAMED);
        things.truncate(NAMED);
        let mut what = things.join("; and ");
        if more > 0 {
            what.push_str("; and ");
            what.push_str(&number_of(i64::try_from(more).unwrap_or(i64::MAX), "thing"));
            what.push_str(" more");
        }
        format!("To bring it {}: {what}.", self.to(to))
    }

    fn to(&self, band: Band) -> String {
        if band > Band::NotAssessed {
            return format!("to {}", band.title());
        }
        // Whether that is no concern or not assessed depends on what covers the council then.
        format!("below {}", self.plan.set.bands.first().map_or(self.band, |start| start.band).title())
    }

    fn titles(&self, wanted: impl Fn(&Load) -> bool) -> Vec<String> {
        let holding = self.heaviest.iter().filter(|&&at| wanted(&self.loads[at]));
        let mut titles: Vec<String> = Vec::new();
        for &at in holding {
            let title = within(&self.plan.rule(self.firings[at].rule).title);
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        if let Some(first) = titles.first_mut() {
            *first = beginning(first);
        }
        titles
    }

    /// Whether it still holds and what is left of it, once cleared.
    fn cleared(&self, at: usize) -> (bool, u32) {
        let leaves = self.plan.rules[self.firings[at].rule].cleared_leaves;
        let before = self.loads[at].leaves_percent;
        let answered = self.firings[at].answer.is_some();
        (false, if answered { before } else { before.min(leaves) })
    }

    fn with_cleared(&self, places: &[usize]) -> Vec<Load> {
        let mut loads = self.loads.to_vec();
        for &at in places {
            (loads[at].holding, loads[at].leaves_percent) = self.cleared(at);
        }
        loads
    }
}

impl Load {
    fn as_parts(&self) -> (bool, u32) {
        (self.holding, self.leaves_percent)
    }
}
