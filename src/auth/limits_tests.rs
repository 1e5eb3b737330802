//! Rate limits, by a clock that stands until it is moved.

use super::*;
use governor::clock::FakeRelativeClock;
use proptest::prelude::*;

const EVERY: [Limited; 5] = [Limited::SignIn, Limited::Code, Limited::Key, Limited::Page, Limited::Unknown];

fn limits() -> (Limits<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Limits::with_clock(LimitSettings::default(), clock.clone()), clock)
}

/// How many tries are allowed before the first is refused.
fn allowed(limits: &Limits<FakeRelativeClock>, kind: Limited, who: &str) -> usize {
    (0..10_000).take_while(|_| limits.check(kind, who).is_ok()).count()
}

fn kept(limits: &Limits<FakeRelativeClock>) -> usize {
    EVERY.iter().map(|kind| limits.counter(*kind).len()).sum()
}

#[test]
fn each_kind_has_its_own_allowance() {
    let (limits, clock) = limits();
    // (kind, at once, milliseconds to the next, whole seconds as told)
    for (kind, burst, next, told) in [
        (Limited::SignIn, 10, 30_000, 30),
        (Limited::Code, 5, 60_000, 60),
        (Limited::Key, 600, 100, 1),
        (Limited::Page, 1_200, 50, 1),
        (Limited::Unknown, 20, 3_000, 3),
    ] {
        assert_eq!(allowed(&limits, kind, "a"), burst, "{kind:?}");
        assert_eq!(limits.check(kind, "a"), Err(Wait { seconds: told }), "{kind:?}");
        clock.advance(Duration::from_millis(next - 1));
        assert_eq!(limits.check(kind, "a"), Err(Wait { seconds: 1 }), "{kind:?} a millisecond too early");
        clock.advance(Duration::from_millis(1));
        assert_eq!(limits.check(kind, "a"), Ok(()), "{kind:?}");
        assert_eq!(limits.check(kind, "a"), Err(Wait { seconds: told }), "{kind:?}: one only");
    }
}

#[test]
fn a_minute_brings_a_minutes_worth() {
    let (limits, clock) = limits();
    for (kind, in_a_minute) in
        [(Limited::SignIn, 2), (Limited::Code, 1), (Limited::Key, 600), (Limited::Page, 1_200), (Limited::Unknown, 20)]
    {
        allowed(&limits, kind, "a");
        clock.advance(Duration::from_secs(60));
        assert_eq!(allowed(&limits, kind, "a"), in_a_minute, "{kind:?}");
    }
}

#[test]
fn one_who_is_refused_takes_nothing_from_another_nor_from_another_kind() {
    let (limits, _) = limits();
    for kind in EVERY {
        allowed(&limits, kind, "a");
        assert!(limits.check(kind, "a").is_err());
        assert_eq!(limits.check(kind, "b"), Ok(()), "{kind:?}");
        for other in EVERY.into_iter().filter(|other| *other != kind) {
            assert_eq!(limits.check(other, &format!("only tries {kind:?}")), Ok(()));
        }
    }
    let fresh = Limits::with_clock(LimitSettings::default(), FakeRelativeClock::default());
    allowed(&fresh, Limited::SignIn, "a");
    for other in EVERY.into_iter().filter(|other| *other != Limited::SignIn) {
        assert_eq!(fresh.check(other, "a"), Ok(()), "{other:?}");
    }
}

#[test]
fn knocking_on_doesnt_lengthen_the_wait() {
    let (limits, clock) = limits();
    allowed(&limits, Limited::SignIn, "a");
    for second in 0..30 {
        assert_eq!(limits.check(Limited::SignIn, "a"), Err(Wait { seconds: 30 - second }));
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(limits.check(Limited::SignIn, "a"), Ok(()));
}

#[test]
fn after_the_wait_that_was_told_the_next_try_is_allowed() {
    let (limits, clock) = limits();
    for kind in EVERY {
        clock.advance(Duration::from_millis(377));
        allowed(&limits, kind, "a");
        clock.advance(Duration::from_micros(1_234));
        let wait = limits.check(kind, "a").unwrap_err();
        clock.advance(Duration::from_secs(wait.seconds));
        assert_eq!(limits.check(kind, "a"), Ok(()), "{kind:?}");
    }
}

#[test]
fn seconds_are_rounded_up_and_never_none() {
    // Time may pass between the refusal and the telling.
    for (milliseconds, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_999, 60), (60_000, 60)] {
        assert_eq!(whole_seconds(Duration::from_millis(milliseconds)), seconds, "{milliseconds} ms");
    }
}

#[test]
fn an_allowance_can_be_set() {
    let clock = FakeRelativeClock::default();
    let seven = Allowance::a_minute(NonZeroU32::new(7).unwrap());
    let settings = LimitSettings {
        key: seven,
        page: seven.after_a_burst_of(NonZeroU16::new(3).unwrap()),
        unknown: Allowance::a_minute(NonZeroU32::MAX),
        code: Allowance::a_minute(NonZeroU32::MIN).after_a_burst_of(NonZeroU16::MAX),
        ..LimitSettings::default()
    };
    let limits = Limits::with_clock(settings, clock.clone());
    assert_eq!(allowed(&limits, Limited::Key, "a"), 7);
    assert_eq!(allowed(&limits, Limited::Page, "a"), 3);
    assert_eq!(allowed(&limits, Limited::SignIn, "a"), 10);
    // The extremes of what can be set don't overflow.
    assert_eq!(allowed(&limits, Limited::Unknown, "a"), 10_000);
    assert_eq!(allowed(&limits, Limited::Code, "a"), 10_000);
}

#[test]
fn the_idle_are_forgotten_and_the_others_are_not() {
    let (limits, clock) = limits();
    for number in 0..1_000 {
        assert_eq!(limits.check(Limited::SignIn, &format!("192.0.2.{number}")), Ok(()));
    }
    assert_eq!(kept(&limits), 1_000);
    // All of these have their whole allowance again; one who has just used it up hasn't.
    clock.advance(Duration::from_secs(61));
    assert_eq!(allowed(&limits, Limited::SignIn, "busy"), 10);
    while limits.checks.load(Ordering::Relaxed) % CHECKS_BETWEEN_CLEARINGS != 0 {
        let _ = limits.check(Limited::SignIn, "busy");
    }
    assert_eq!(kept(&limits), 1, "only the busy one is still counted");
    assert!(limits.check(Limited::SignIn, "busy").is_err(), "clearing gave the busy one no new allowance");
}

#[test]
fn a_stream_of_strangers_doesnt_fill_the_memory() {
    let (limits, clock) = limits();
    let mut most = 0;
    for number in 0..50_000 {
        // A hundred new addresses a second.
        clock.advance(Duration::from_millis(10));
        assert_eq!(limits.check(Limited::Unknown, &format!("2001:db8:0:{number:x}::/64")), Ok(()));
        most = most.max(kept(&limits));
    }
    assert!(most <= 2_000, "{most} kept at once");
}

#[test]
fn the_systems_clock_counts_too() {
    // One a minute: sixty seconds would have to pass within this test for another to be allowed.
    let one = Allowance::a_minute(NonZeroU32::MIN);
    let limits = Limits::new(LimitSettings { sign_in: one, ..LimitSettings::default() });
    assert_eq!(limits.check(Limited::SignIn, "a"), Ok(()));
    let wait = limits.check(Limited::SignIn, "a").unwrap_err();
    assert!((1..=60).contains(&wait.seconds), "{wait:?}");
}

#[test]
fn addresses_are_counted_by_who_has_them() {
    for (address, group) in [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
    ] {
        assert_eq!(address_group(address.parse().unwrap()), group, "{address}");
    }
}

proptest! {
    #[test]
    fn two_ipv6_addresses_are_counted_together_when_their_first_64_bits_agree(
        network in any::<u64>(), other in any::<u64>(), host in any::<u64>(), neighbour in any::<u64>(),
    ) {
        let group = |network: u64, host: u64| {
            address_group(IpAddr::V6(Ipv6Addr::from_bits((u128::from(network) << 64) | u128::from(host))))
        };
        prop_assume!(network != 0);
        prop_assert_eq!(group(network, host), group(network, neighbour));
        prop_assert_eq!(group(network, host) == group(other, host), network == other);
    }

    #[test]
    fn however_the_tries_fall_no_window_holds_more_than_the_allowance(pauses in proptest::collection::vec(0u64..40, 1..200)) {
        let (limits, clock) = limits();
        let mut now = 0;
        let mut allowed: Vec<u64> = Vec::new();
        for pause in pauses {
            clock.advance(Duration::from_secs(pause));
            now += pause;
            if limits.check(Limited::SignIn, "a").is_ok() {
                allowed.push(now);
            }
        }
        for (position, begin) in allowed.iter().enumerate() {
            for (before, end) in allowed[position..].iter().enumerate() {
                let most = 10 + (end - begin) / 30;
                prop_assert!((before as u64) < most, "{} tries from {} to {}", before + 1, begin, end);
            }
        }
    }
}
