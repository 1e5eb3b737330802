//! What items count together: repetition, shares of one event, the cap on opinion.
//!
//! In: the items of one council as [`Load`]s, in order of rule, day and key, and a day. Out: each one's points and how
//! they came about. Always holds, whatever the loads: the shares add up to the total; one more item never lowers the
//! total; a later day never raises it. Three choices make that so.
//!
//! - **Repetition** goes by time. An item is the second of its rule when one other event brought an item of the same rule
//!   before it. One more item can only push others further along the list, never back. (Ranking by points instead can
//!   take the higher multiplier from an item that counts whole and give it to one that counts a quarter.) It needs
//!   `repetition_percent` that never falls and never is under 100.
//! - **One event**: determined items share among themselves as if there were no opinion; opinion then counts for what it
//!   adds to the event, were it ranked with them. So the total is
//!   `min(all determined events + cap on opinion, all events)`, and both sides only grow with more evidence.
//! - **The cap** of an event's lesser items is a purse from which they take their shares, highest first, until it is empty:
//!   nothing is lost to rounding.

use super::points::{decayed, percent};
use crate::scoring::rules::Arithmetic;
use jiff::civil::Date;

/// An item as the arithmetic sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    /// Items of one rule repeat each other.
    pub rule: usize,
    /// Items of one event share; numbers from 0 and below the number of loads.
    pub event: usize,
    pub opinion: bool,
    pub severity: u8,
    /// Milli-points before anything is taken off.
    pub full: i64,
    pub months: u32,
    pub counted_from: Date,
    /// Does not decay.
    pub holding: bool,
    /// Per cent that a later fact leaves of it; 100 without one.
    pub leaves_percent: u32,
    /// Whether an earlier event under the same rule makes it weigh more.
    pub repeats: bool,
}

/// How one load's points came about, step by step; each in milli-points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub decayed: i64,
    /// After what a later fact leaves.
    pub answered: i64,
    /// It is the so-manieth event under its rule, and counts by this many per cent.
    pub occurrence: usize,
    pub repetition_percent: u32,
    pub repeated: i64,
    /// After sharing with others of its event; below, by the load that counts whole.
    pub shared: i64,
    pub beside: Option<usize>,
    /// The event's purse for lesser items was empty before its share was full.
    pub event_capped: bool,
    /// In the end, after the cap on opinion.
    pub points: i64,
}

/// Every load's share on a day, in the loads' order, and the total.
pub(super) fn weigh(arithmetic: &Arithmetic, loads: &[Load], on: Date) -> (Vec<Share>, i64) {
    let mut shares: Vec<Share> = loads.iter().map(|load| alone(load, on)).collect();
    repeat(arithmetic, loads, &mut shares);
    let mut order: Vec<usize> = (0..loads.len()).filter(|&at| shares[at].repeated > 0).collect();
    order.sort_unstable_by_key(|&at| (loads[at].event, loads[at].opinion, -shares[at].repeated, at));
    for event in order.chunk_by(|&left, &right| loads[left].event == loads[right].event) {
        share_event(arithmetic, &mut shares, event);
    }
    cap_opinion(arithmetic, loads, &mut shares);
    let total = shares.iter().map(|share| share.points).sum();
    (shares, total)
}

fn alone(load: &Load, on: Date) -> Share {
    let decayed = if load.holding { load.full } else { decayed(load.full, load.months, load.counted_from, on) }.max(0);
    Share { decayed, answered: percent(decayed, load.leaves_percent.min(100)), ..Share::default() }
}

/// Multiplies by how many other events of the same rule came before; loads stand in order of rule and day.
fn repeat(arithmetic: &Arithmetic, loads: &[Load], shares: &mut [Share]) {
    // The rule that last brought an item of the event, as its number + 1.
    let mut seen_by = vec![0_usize; loads.len()];
    let (mut rule, mut events) = (usize::MAX, 0);
    for (load, share) in loads.iter().zip(shares) {
        if load.rule != rule {
            (rule, events) = (load.rule, 0);
        }
        share.repetition_percent = 100;
        share.occurrence = 1;
        if load.repeats && share.decayed > 0 {
            let mut others = events;
            if let Some(seen) = seen_by.get_mut(load.event) {
                if *seen == rule + 1 {
                    others -= 1;
                } else {
                    *seen = rule + 1;
                    events += 1;
                }
            }
            share.occurrence = others + 1;
            share.repetition_percent = multiplier(&arithmetic.repetition_percent, others);
        }
        share.repeated = percent(share.answered, share.repetition_percent);
    }
}

/// The per cent for an item with so many others before it.
fn multiplier(list: &[u32], others: usize) -> u32 {
    match others.checked_sub(1) {
        None => 100,
        Some(position) => list.get(position).or(list.last()).copied().unwrap_or(100),
    }
}

/// One event's items, determined ones first, each part by points: the first whole, the others by their share.
fn share_event(arithmetic: &Arithmetic, shares: &mut [Share], event: &[usize]) {
    let worth = |points: i64| percent(points, arithmetic.same_event_percent.min(100));
    let purse = |highest: i64| percent(highest, arithmetic.same_event_cap_percent);
    // So far: the highest, the shares of all others, and what the event counts with them.
    let (mut highest, mut lesser, mut counts) = (0_i64, 0_i64, 0_i64);
    let head = event.first().copied();
    for &at in event {
        let points = shares[at].repeated;
        let fair = if points > highest { 0 } else { worth(points) };
        lesser = lesser.saturating_add(worth(points.min(highest)));
        highest = highest.max(points);
        let with_it = highest.saturating_add(lesser.min(purse(highest)));
        let share = &mut shares[at];
        share.shared = (with_it - counts).max(0);
        share.beside = head.filter(|&head| head != at);
        share.event_capped = share.shared < fair;
        counts = counts.max(with_it);
    }
}

/// All opinion together counts for at most the cap, highest first.
fn cap_opinion(arithmetic: &Arithmetic, loads: &[Load], shares: &mut [Share]) {
    let mut opinions = Vec::new();
    for (at, (load, share)) in loads.iter().zip(shares.iter_mut()).enumerate() {
        share.points = share.shared;
        if load.opinion && share.shared > 0 {
            opinions.push(at);
        }
    }
    opinions.sort_unstable_by_key(|&at| (-shares[at].shared, at));
    let mut left = arithmetic.opinion_cap.max(0);
    for at in opinions {
        shares[at].points = shares[at].shared.min(left);
        left -= shares[at].points;
    }
}
