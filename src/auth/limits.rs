//! Rate limits: how often one address, person, key or session may try.
//!
//! In: what is tried, and by whom. Out: it may go on, or how many seconds to wait. Always holds: each process counts for
//! itself, in memory; who doesn't try any more is forgotten, so memory grows with those of the last minutes only; how
//! often somebody tries is never written down.

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::{NonZeroU16, NonZeroU32};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// After how many checks those who needn't be counted any more are forgotten: often enough to stay small, and seldom enough
/// that going through all of them weighs nothing on one check.
const CHECKS_BETWEEN_CLEARINGS: u64 = 1_024;

/// What is tried, and who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limited {
    /// Asking for a sign-in, counted by the client's [`address_group`].
    SignIn,
    /// A second-factor code or a recovery code, counted by session. Who knows a first factor can begin one session after
    /// another: counting by person as well stops that.
    Code,
    /// A request with a machine key, counted by the key's prefix.
    Key,
    /// A page or a form, counted by session.
    Page,
    /// A request with a key or token that is wrong, counted by the client's [`address_group`].
    Unknown,
}

/// How long to wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Whole seconds, at least one: fit for the header `Retry-After` (RFC 9110, section 10.2.3).
    pub seconds: u64,
}

/// How much one may try: a burst at first, then as many a minute, evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance(Quota);

impl Allowance {
    /// So many in each minute; all of them may come at once.
    pub fn a_minute(count: NonZeroU32) -> Allowance {
        Allowance(Quota::per_minute(count))
    }

    /// The same rate after another burst.
    pub fn after_a_burst_of(self, burst: NonZeroU16) -> Allowance {
        Allowance(self.0.allow_burst(burst.into()))
    }
}

/// How much of each may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    pub sign_in: Allowance,
    pub code: Allowance,
    pub key: Allowance,
    pub page: Allowance,
    pub unknown: Allowance,
}

impl Default for LimitSettings {
    /// Sign-in: 10, then one in 30 seconds. Codes: 5, then one a minute. Keys: 600 a minute. Pages: 1,200 a minute. Wrong
    /// keys: 20 a minute.
    fn default() -> LimitSettings {
        let a_minute = |count| Allowance::a_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
        let burst = |count| NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN);
        LimitSettings {
            sign_in: a_minute(2).after_a_burst_of(burst(10)),
            code: a_minute(1).after_a_burst_of(burst(5)),
            key: a_minute(600),
            page: a_minute(1_200),
            unknown: a_minute(20),
        }
    }
}

type Counter<C> = RateLimiter<u64, DashMapStateStore<u64>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts tries. `C` is the clock it counts by: the system's, or one that a test moves.
pub struct Limits<C: Clock = DefaultClock> {
    sign_in: Counter<C>,
    code: Counter<C>,
    key: Counter<C>,
    page: Counter<C>,
    unknown: Counter<C>,
    clock: C,
    /// Turns who tries into a number, by a key of this process so that nobody can aim at another's: every entry has the same
    /// small size, whatever text a stranger sends, and no session's token is held here.
    numbers: RandomState,
    checks: AtomicU64,
}

impl Limits {
    /// Nobody has tried yet; the system's steady clock.
    pub fn new(settings: LimitSettings) -> Limits {
        Limits::with_clock(settings, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    /// Nobody has tried yet; another clock.
    pub fn with_clock(settings: LimitSettings, clock: C) -> Limits<C> {
        let counter = |allowance: Allowance| RateLimiter::dashmap_with_clock(allowance.0, clock.clone());
        Limits {
            sign_in: counter(settings.sign_in),
            code: counter(settings.code),
            key: counter(settings.key),
            page: counter(settings.page),
            unknown: counter(settings.unknown),
            clock,
            numbers: RandomState::new(),
            checks: AtomicU64::new(0),
        }
    }

    /// Counts a try and says whether it may go on.
    ///
    /// # Errors
    /// How long to wait where the allowance is used up. A try that is refused isn't counted: whoever keeps knocking waits no
    /// longer.
    pub fn check(&self, kind: Limited, who: &str) -> Result<(), Wait> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_BETWEEN_CLEARINGS == CHECKS_BETWEEN_CLEARINGS - 1 {
            self.forget_the_idle();
        }
        let tried = self.counter(kind).check_key(&self.numbers.hash_one(who));
        tried.map_err(|refused| Wait { seconds: whole_seconds(refused.wait_time_from(self.clock.now())) })
    }

    fn counter(&self, kind: Limited) -> &Counter<C> {
        match kind {
            Limited::SignIn => &self.sign_in,
            Limited::Code => &self.code,
            Limited::Key => &self.key,
            Limited::Page => &self.page,
            Limited::Unknown => &self.unknown,
        }
    }

    /// Forgets whoever has the whole allowance again, and gives the room back.
    fn forget_the_idle(&self) {
        for counter in [&self.sign_in, &self.code, &self.key, &self.page, &self.unknown] {
            counter.retain_recent();
            counter.shrink_to_fit();
        }
    }
}

/// Rounded up: after that many seconds the next try is allowed.
fn whole_seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun).max(1)
}

/// Under what an address is counted: IPv4 by itself; IPv6 by its /64, all of which one subscriber has at hand (RFC 6177);
/// IPv4 that came in by an IPv6 socket (`::ffff:192.0.2.1`) as IPv4.
pub fn address_group(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
