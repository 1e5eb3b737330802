//! A simulated country: written, lived through, evaluated.
//!
//! Prints the time of each step and, for living through, of a thousand rows. Without arguments the country that is
//! lived through has 300 councils and three years; `cargo bench --bench simulation -- whole` takes 10,000 and five.
//! The country that is only written has 10,000 and five in either case.

#![allow(clippy::expect_used, reason = "a bench that can't go on stops")]

use bellwether::app::App;
use bellwether::clock::{Clock, noon};
use bellwether::evaluation::{Question, evaluate};
use bellwether::simulation::{Plan, rehearsal, write};
use std::time::{Duration, Instant};

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = work();
    let took = started.elapsed();
    println!("{what:<52} {:>8.2} s", took.as_secs_f64());
    (done, took)
}

fn main() {
    let whole = std::env::args().any(|argument| argument == "whole");
    let folder = tempfile::tempdir().expect("a folder");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let nation = Plan { councils: 10_000, years: 5, seed: 1 };
    let out = folder.path().join("nation");
    let (counts, _) = timed("10,000 councils and five years, written", || write(nation, &out).expect("written"));
    println!("{} rows in {} deliveries", counts.rows.values().sum::<usize>(), counts.deliveries);
    let plan = if whole { nation } else { Plan { councils: 300, years: 3, seed: 1 } };
    let out = if whole { out } else { folder.path().join("country") };
    if !whole {
        timed("300 councils and three years, written", || write(plan, &out).expect("written"));
    }
    let config = rehearsal::configuration(&out, None).expect("a configuration");
    let app = App::open(config, Clock::standing_at(noon(plan.first_day()))).expect("an app");
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let (lived, took) = timed("lived through, every council scored each month", || {
        runtime.block_on(rehearsal::live_through(&app, &out, |_, _, _| {})).expect("lived through")
    });
    let thousands = f64::from(u32::try_from(lived.read).unwrap_or(u32::MAX)) / 1000.0;
    println!("{} rows read; {:.3} s a thousand", lived.read, took.as_secs_f64() / thousands);
    let (found, _) = timed("evaluated", || evaluate(&app, &Question::default()).expect("evaluated"));
    println!("{} rows on {} cut-offs", found.base_rate.of, found.cut_offs.len());
}
