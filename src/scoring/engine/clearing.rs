//! What would bring the band down: time alone (`waiting`), and the fewest things that a council can do.
//!
//! In: the loads of a score and its band. Out: sentences. Always holds: each claim has been worked out with the same
//! arithmetic as the score itself, so the date is exact to the day and the things named do suffice.
//!
//! What can be cleared is taken from the heaviest item down until the band gives way, then whatever turned out not to be
//! needed is put back. Clearing an item ends what still holds and leaves what its rule says. Where the rule says nothing,
//! it leaves what the best answering fact leaves (nothing, where no such fact exists and the rule's own words promise it),
//! and does nothing for what has been answered already. What leaves everything can't be cleared. What by its own rule leaves
//! a part is from then on as severe as that part weighs, since a milder rule takes over (a public interest report whose
//! actions are carried out is no longer critical); what leaves nothing takes the floor of its severity with it.

use super::bands::band_on;
use super::events::Load;
use super::look::Firing;
use super::plan::Plan;
use super::points::percent;
use super::subject::SourceCover;
use super::waiting::Outlook;
use super::wording::{number_of, unfinished, within};
use crate::scoring::score::{Band, Coverage};
use jiff::civil::Date;

/// The more items it takes, the less a list of them helps; so many are named.
const NAMED: usize = 4;
/// Up to so many items are tried one by one for being needed.
const TRIED: usize = 12;

/// A score whose band is to come down.
pub(super) struct Standing<'s> {
    pub plan: &'s Plan<'s>,
    pub sources: &'s [SourceCover],
    pub firings: &'s [Firing],
    /// In the firings' order.
    pub loads: &'s [Load],
    /// Places of what counts, most points first.
    pub heaviest: &'s [usize],
    pub band: Band,
    pub as_of: Date,
}

impl Standing<'_> {
    /// The sentences; `outlook` is asked only where there is a band to come down from.
    pub(super) fn would_clear(&self, coverage: &[Coverage], outlook: impl FnOnce() -> Outlook) -> Vec<String> {
        match self.band {
            Band::NoCurrentConcern => Vec::new(),
            Band::NotAssessed => self.missing(coverage),
            _ => outlook().sentence(|band| self.to(band)).into_iter().chain(self.by_doing()).collect(),
        }
    }

    fn missing(&self, coverage: &[Coverage]) -> Vec<String> {
        let open = coverage.iter().filter(|cover| !cover.assessed);
        open.map(|cover| {
            let missing = super::coverage::missing(self.plan.set, self.sources, cover.indicator);
            format!("To speak of {}: {missing}.", within(cover.indicator.title()))
        })
        .collect()
    }

    /// The fewest things that bring the band down today.
    fn by_doing(&self) -> Option<String> {
        let clearable: Vec<usize> =
            self.heaviest.iter().copied().filter(|&at| self.cleared(at) != self.loads[at].as_parts()).collect();
        let with = |places: &[usize]| band_on(self.plan.set, &self.with_cleared(places), self.as_of, self.band);
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

    /// Whether it still holds, what is left of it and how severe that is, once cleared.
    fn cleared(&self, at: usize) -> (bool, u32, u8) {
        let planned = &self.plan.rules[self.firings[at].rule];
        let (_, before, severity) = self.loads[at].as_parts();
        match planned.rule.cleared_leaves {
            Some(100..) => self.loads[at].as_parts(),
            Some(leaves) => (false, before.min(leaves), self.milder(severity, leaves)),
            None if self.firings[at].answer.is_some() => (false, before, severity),
            None => (false, before.min(planned.cleared_leaves), severity),
        }
    }

    /// The highest severity that weighs no more than so many per cent of another; at least minor.
    fn milder(&self, than: u8, leaves: u32) -> u8 {
        let left = percent(self.plan.severity_points(than), leaves);
        (1..=than).rev().find(|&severity| self.plan.severity_points(severity) <= left).unwrap_or(1)
    }

    fn with_cleared(&self, places: &[usize]) -> Vec<Load> {
        let mut loads = self.loads.to_vec();
        for &at in places {
            (loads[at].holding, loads[at].leaves_percent, loads[at].severity) = self.cleared(at);
        }
        loads
    }
}

impl Load {
    fn as_parts(&self) -> (bool, u32, u8) {
        (self.holding, self.leaves_percent, self.severity)
    }
}
