//! Draws that look random and never change: what invented countries are decided by.
//!
//! In: a seed and the words that say what is being decided. Out: a [`Draw`] whose every answer follows from them. Always
//! holds: the same words give the same answers on every machine, and one decision never shifts another, because each has
//! a generator of its own.

use jiff::ToSpan;
use jiff::civil::Date;

/// The seed of the demo's country. Another number gives another country of the same kind.
pub const SEED: u64 = 0x5EED_0F7A_11E5;

/// A small generator: `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014),
/// started from a hash of what it decides. Good enough to spread stories; never for secrets.
#[derive(Debug, Clone)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// The generator for one decision of the demo: `about` says which (such as `complaints`), `number` for whom.
    pub fn about(about: &str, number: usize) -> Draw {
        Draw::seeded(SEED, about, number)
    }

    /// The generator for one decision in the country of that seed.
    pub fn seeded(seed: u64, about: &str, number: usize) -> Draw {
        // FNV-1a over the words, so that neighbouring numbers start far apart once the first step has mixed them.
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in about.bytes().chain([0]).chain(number.to_le_bytes()) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Draw { state }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 up to, not including, `end`; 0 where `end` is 0. The slight unevenness of a remainder is
    /// of no account for the small numbers asked for here.
    pub fn below(&mut self, end: u32) -> u32 {
        let drawn = self.next() % u64::from(end.max(1));
        u32::try_from(drawn).unwrap_or(0)
    }

    /// A whole number from `first` to `last`, both included; `first` where they are the wrong way round.
    pub fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// True in `in_thousand` of a thousand cases.
    pub fn chance(&mut self, in_thousand: u32) -> bool {
        self.below(1000) < in_thousand
    }

    /// One of a list, each as likely as the next; `None` of an empty one.
    pub fn pick<'list, T>(&mut self, list: &'list [T]) -> Option<&'list T> {
        let length = u32::try_from(list.len()).ok()?;
        list.get(usize::try_from(self.below(length)).ok()?)
    }

    /// One of a list of weighted things; `None` where nothing weighs anything.
    pub fn weighted<'list, T>(&mut self, list: &'list [(u32, T)]) -> Option<&'list T> {
        let mut left = self.below(list.iter().map(|(weight, _)| weight).sum());
        for (weight, thing) in list {
            if left < *weight {
                return Some(thing);
            }
            left -= weight;
        }
        None
    }

    /// Puts a list into another order, each as likely as the next (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let end = u32::try_from(last + 1).unwrap_or(u32::MAX);
            let other = usize::try_from(self.below(end)).unwrap_or(last);
            list.swap(last, other);
        }
    }

    /// A day from `first` to `days` later, both included.
    pub fn day(&mut self, first: Date, days: u32) -> Date {
        let ahead = self.between(0, days);
        later(first, i32::try_from(ahead).unwrap_or(0))
    }
}

/// The day that many days later (earlier, when negative); jiff's last day where the calendar ends.
pub fn later(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

/// A day of a year; `month` and `day` are constants of the caller's that every year has.
pub fn on(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_draws_and_other_words_others() {
        let ten = |about, number| {
            let mut draw = Draw::about(about, number);
            (0..10).map(|_| draw.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(ten("income", 7), ten("income", 7));
        assert_ne!(ten("income", 7), ten("income", 8));
        assert_ne!(ten("income", 7), ten("names", 7));
        // Fixed for good: another answer here would be another country under the same seed.
        assert_eq!(ten("income", 7).first(), Some(&FIRST));
    }

    const FIRST: u32 = 793_544;

    #[test]
    fn draws_stay_inside_their_bounds_and_reach_both_ends() {
        let drawn: std::collections::BTreeSet<u32> =
            (0..400).map(|number| Draw::about("bounds", number).between(3, 6)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert_eq!(Draw::about("nothing", 0).below(0), 0);
        assert_eq!(Draw::about("nothing", 0).pick::<u8>(&[]), None);
        assert_eq!(Draw::about("nothing", 0).weighted(&[(0, "never")]), None);
    }

    #[test]
    fn chances_and_weights_hold_over_many_draws() {
        let tenth = (0..10_000).filter(|number| Draw::about("chance", *number).chance(100)).count();
        assert!((850..1150).contains(&tenth), "{tenth} of 10000 at one in ten");
        let heavy = (0..10_000)
            .filter(|number| Draw::about("weights", *number).weighted(&[(9, 'h'), (1, 'l')]) == Some(&'h'))
            .count();
        assert!((8800..9200).contains(&heavy), "{heavy} of 10000 at nine in ten");
    }

    #[test]
    fn a_shuffled_list_holds_the_same_and_another_seed_shuffles_otherwise() {
        let shuffled = |seed| {
            let mut list: Vec<u32> = (0..50).collect();
            Draw::seeded(seed, "order", 0).shuffle(&mut list);
            list
        };
        assert_eq!(shuffled(1), shuffled(1));
        assert_ne!(shuffled(1), shuffled(2));
        let mut sorted = shuffled(1);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn days_are_counted_over_the_ends_of_months() {
        assert_eq!(later(on(2024, 2, 28), 2), on(2024, 3, 1));
        assert_eq!(later(on(2024, 3, 1), -1), on(2024, 2, 29));
        assert!((0..50).all(|number| {
            (on(2024, 1, 1)..=on(2024, 1, 31)).contains(&Draw::about("d", number).day(on(2024, 1, 1), 30))
        }));
    }
}
