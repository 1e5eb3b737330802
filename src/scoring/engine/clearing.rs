//! What would bring the band down: time alone (`waiting`), and the fewest things that a council can do.
//!
//! In: the loads of a score and its band. Out: a [`Clearing`], and the same in sentences. Always holds: each claim has been
//! worked out with the same arithmetic as the score itself, so the date is exact to the day, the things named do suffice,
//! and where they are called the fewest, every smaller set has been tried.
//!
//! What can be cleared is taken from the heaviest item down until the band gives way, then whatever turned out not to be
//! needed is put back. Then every smaller set is tried, up to [`SETS`] of them.
//!
//! Clearing an item ends what still holds and leaves what its rule says. Where the rule says nothing, it leaves what the
//! best answering fact leaves (nothing, where no such fact exists and the rule's own words promise it), and does nothing for
//! what has been answered already. What leaves everything can't be cleared. What by its own rule leaves a part is from then
//! on as severe as that part weighs, since a milder rule takes over (a public interest report whose actions are carried out
//! is no longer critical); what leaves nothing takes the floor of its severity with it.

use super::bands::band_on;
use super::events::Load;
use super::look::Firing;
use super::plan::Plan;
use super::points::percent;
use super::subject::SourceCover;
use super::waiting::Outlook;
use super::wording::{number_of, unfinished, within};
use crate::scoring::score::{Band, Clearing, Coverage, Gap, Remedy, RemedyItem};
use jiff::civil::Date;

/// The more items it takes, the less a list of them helps; so many are named.
const NAMED: usize = 4;
/// Up to so many items are tried one by one for being needed.
const TRIED: usize = 12;
/// Up to so many sets are tried for a smaller one that suffices: all sets of up to three of twenty items.
const SETS: usize = 1_500;

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
    /// What clears it, and in sentences; `outlook` is asked only where there is a band to come down from. `evidence` gives the
    /// ids behind a firing.
    pub(super) fn would_clear(
        &self,
        coverage: &[Coverage],
        outlook: impl FnOnce() -> Outlook,
        evidence: impl Fn(usize) -> Vec<i64>,
    ) -> (Clearing, Vec<String>) {
        match self.band {
            Band::NoCurrentConcern => (Clearing::default(), Vec::new()),
            Band::NotAssessed => self.missing(coverage),
            _ => self.coming_down(&outlook(), evidence),
        }
    }

    fn missing(&self, coverage: &[Coverage]) -> (Clearing, Vec<String>) {
        let open = coverage.iter().filter(|cover| !cover.assessed).map(|cover| cover.indicator);
        let by_knowing: Vec<Gap> = open
            .map(|indicator| Gap {
                indicator,
                missing: super::coverage::missing(self.plan.set, self.sources, indicator),
            })
            .collect();
        let say = |gap: &Gap| format!("To speak of {}: {}.", within(gap.indicator.title()), gap.missing);
        let sentences = by_knowing.iter().map(say).collect();
        (Clearing { by_knowing, ..Clearing::default() }, sentences)
    }

    fn coming_down(&self, outlook: &Outlook, evidence: impl Fn(usize) -> Vec<i64>) -> (Clearing, Vec<String>) {
        let fewest = self.fewest();
        let by_waiting = outlook.sentence(self.plan, |band| self.to(band));
        let sentences = by_waiting.into_iter().chain(fewest.as_ref().map(|set| self.say(set))).collect();
        let item = |at: usize| {
            let rule = self.plan.rule(self.firings[at].rule);
            RemedyItem { rule: rule.id.clone(), evidence: evidence(at), clears: rule.clears.clone() }
        };
        let by_doing = fewest.map(|set| Remedy {
            items: set.places.iter().map(|&at| item(at)).collect(),
            to: certain(set.to),
            smallest: set.smallest,
        });
        (Clearing { by_waiting: outlook.prospect(self.plan), by_doing, by_knowing: Vec::new() }, sentences)
    }

    /// The fewest things that bring the band down today.
    pub(super) fn fewest(&self) -> Option<Enough> {
        let clearable = self.clearable();
        if self.with(&clearable) >= self.band {
            return None;
        }
        let enough = self.heaviest_that_suffice(&clearable);
        let (fewer, smallest) = self.fewer(&clearable, enough.len());
        let places = fewer.unwrap_or(enough);
        Some(Enough { to: self.with(&places), places, smallest })
    }

    /// Places of what can be cleared, most points first.
    pub(super) fn clearable(&self) -> Vec<usize> {
        self.heaviest.iter().copied().filter(|&at| self.cleared(at) != self.loads[at].as_parts()).collect()
    }

    /// Of those that suffice together, the heaviest that do, without what turns out not to be needed.
    fn heaviest_that_suffice(&self, clearable: &[usize]) -> Vec<usize> {
        let (mut too_few, mut enough) = (0, clearable.len());
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            if self.with(&clearable[..middle]) < self.band { enough = middle } else { too_few = middle }
        }
        let mut needed = clearable[..enough].to_vec();
        for lighter in (0..enough.min(TRIED)).rev() {
            let mut without = needed.clone();
            without.remove(lighter);
            if self.with(&without) < self.band {
                needed = without;
            }
        }
        needed
    }

    /// A set of fewer than so many that suffices, smallest and heaviest first; and whether all smaller ones have been tried.
    fn fewer(&self, clearable: &[usize], than: usize) -> (Option<Vec<usize>>, bool) {
        let mut left = SETS;
        for size in 1..than {
            let mut set: Vec<usize> = (0..size).collect();
            loop {
                if left == 0 {
                    return (None, false);
                }
                left -= 1;
                let places: Vec<usize> = set.iter().map(|&chosen| clearable[chosen]).collect();
                if self.with(&places) < self.band {
                    return (Some(places), true);
                }
                if !next_set(&mut set, clearable.len()) {
                    break;
                }
            }
        }
        (None, true)
    }

    /// The band once these are cleared.
    pub(super) fn with(&self, places: &[usize]) -> Band {
        band_on(self.plan.set, &self.with_cleared(places), self.as_of, self.band)
    }

    fn say(&self, enough: &Enough) -> String {
        let mut things: Vec<String> = Vec::new();
        for &at in &enough.places {
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
        format!("To bring it {}: {what}.", self.to(enough.to))
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

/// Items that suffice.
pub(super) struct Enough {
    /// Places of firings.
    pub places: Vec<usize>,
    /// The band once they are cleared, coverage aside.
    pub to: Band,
    /// Whether no smaller set suffices.
    pub smallest: bool,
}

/// A band where coverage can't make another of it.
pub(super) fn certain(band: Band) -> Option<Band> {
    (band > Band::NotAssessed).then_some(band)
}

/// Moves a set of rising numbers below `of` on to the next of its size, in their order; not where it is the last.
fn next_set(set: &mut [usize], of: usize) -> bool {
    let size = set.len();
    let Some(moves) = (0..size).rev().find(|&at| set[at] + (size - at) < of) else { return false };
    set[moves] += 1;
    for at in moves + 1..size {
        set[at] = set[at - 1] + 1;
    }
    true
}

impl Load {
    fn as_parts(&self) -> (bool, u32, u8) {
        (self.holding, self.leaves_percent, self.severity)
    }
}
