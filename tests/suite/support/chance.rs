//! Chance that can be repeated.
//!
//! In: a seed, from the clock or from BELLWETHER_TESTS_SEED. Out: numbers that look random. Always holds: the same seed
//! gives the same numbers, and a test that fails prints the seed that it ran with.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where the numbers come from (splitmix64).
pub struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    /// From the seed that BELLWETHER_TESTS_SEED gives, or else from the clock.
    pub fn new() -> Chance {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64;
        Chance::of(std::env::var("BELLWETHER_TESTS_SEED").map_or(clock, |seed| seed.parse().unwrap()))
    }

    /// From this seed.
    pub fn of(seed: u64) -> Chance {
        Chance { seed, state: seed }
    }

    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but without, `end`; 0 when that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

impl Drop for Chance {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("It failed with BELLWETHER_TESTS_SEED={}.", self.seed);
        }
    }
}
