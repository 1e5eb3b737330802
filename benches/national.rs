//! A national rescore from the database: 10,985 councils with 100 items of evidence each.
//!
//! Prints the time of `rescore_all` beside the time in which SQLite itself sums the same table by council and kind; that of a
//! run that touches a hundred councils beside it; that of looking back at an earlier day beside looking at today; and the peak
//! of memory, all in one run. Without arguments the country is an eighth of that; `cargo bench --bench national -- whole` is the
//! whole of it.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that can't go on stops")]

use bellwether::app::App;
use bellwether::clock::{Clock, noon};
use bellwether::config::Config;
use bellwether::evidence::{EvidenceKind, THEME};
use bellwether::store::evidence::{NewEvidence, append, sums};
use bellwether::store::{StoreError, feeds, register, runs};
use bellwether::{digest::sha256_hex, triage};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::time::{Duration, Instant};

const TODAY: Date = date(2026, 11, 21);
const ITEMS: usize = 100;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = work();
    let took = started.elapsed();
    println!("{what:<52} {:>8.2} s", took.as_secs_f64());
    (done, took)
}

/// Item `number` of a council: complaints of every theme, ends and age, and outcomes of six years.
fn item(council: i64, number: usize, run_id: i64) -> NewEvidence {
    let audit = number.is_multiple_of(16);
    let kind = if audit { EvidenceKind::AuditOutcome } else { EvidenceKind::Complaint };
    let mixed = usize::try_from(council).unwrap_or(0) * 31 + number * 17;
    let determined = TODAY.saturating_sub(i32::try_from(mixed % 2000).unwrap_or(0).days());
    let chain = if audit { format!("audit/{}", 2020 + number / 16) } else { format!("complaints/C{number}/1") };
    let fields = if audit {
        let status = ["unqualified", "qualified", "unqualified_other_matters", "no_return"][mixed % 4];
        format!(r#"{{"year":{},"status":"{status}","days_late":-3,"reminder_sent":false}}"#, 2020 + number / 16)
    } else {
        let outcome = ["no_breach", "not_upheld", "dismissed", "upheld", "withdrawn", "no_breach"][mixed % 6];
        format!(
            r#"{{"theme":"{}","stage":"decided","outcome":"{outcome}","subject_kind":"member","source_kind":"public"}}"#,
            THEME[mixed % THEME.len()]
        )
    };
    NewEvidence {
        council_id: council,
        kind: kind.name().to_owned(),
        feed: "bench".to_owned(),
        run_id,
        record_key: format!("{council}/{number}"),
        fingerprint: sha256_hex(format!("{chain}{fields}{determined}").as_bytes()),
        chain,
        version: 1,
        event: None,
        happened_on: Some(determined.to_string()),
        determined_on: Some(determined.to_string()),
        known_at: noon(determined).as_microsecond() - 1,
        standing: "determined".to_owned(),
        fields,
        url: None,
    }
}

fn register_of(councils: usize) -> String {
    let mut text = String::from("gss_code,name,district,county\n");
    for number in 0..councils {
        text.push_str(&format!("E04{number:06},Parish {number},District {},County {}\n", number / 40, number / 300));
    }
    text
}

fn main() {
    let whole = std::env::args().any(|argument| argument == "whole");
    let councils = if whole { 10_985 } else { 1_373 };
    let folder = tempfile::tempdir().expect("a folder");
    let url = std::env::var("BELLWETHER_DATABASE_URL")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("national.db").display()));
    let feed = "[[feed]]\nid = \"bench\"\ntitle = \"Bench\"\nsource = \"complaints\"\nlocation = { file = \"none.csv\" }\ncovers = \"all\"\n";
    let config = Config::parse(&format!("database = {url:?}\n{feed}"), "bench").expect("a configuration");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let app = App::open(config, Clock::standing_at(noon(TODAY))).expect("an app");
    app.declare().expect("declared");
    println!("{councils} councils, {ITEMS} items each, {}", app.store.shown());
    let text = register_of(councils);
    timed("register import", || bellwether::register::import(&app, "bench.csv", text.as_bytes()).expect("imported"));
    timed("the same register again", || {
        bellwether::register::import(&app, "bench.csv", text.as_bytes()).expect("imported")
    });
    timed("evidence appended, row by row of the store", || fill(&app));
    let (_, scored) =
        timed("national rescore, first (every score is new)", || triage::rescore_all(&app, "bench").expect("scored"));
    let (_, again) =
        timed("national rescore, again (nothing is new)", || triage::rescore_all(&app, "bench").expect("scored"));
    let (rows, summed) = timed("the database's own sum by council and kind", || app.store.read(sums).expect("summed"));
    println!("{} groups; rescore / sum: first {:.1}, again {:.1}", rows, ratio(scored, summed), ratio(again, summed));
    touched(&app, again);
    let past = TODAY.saturating_sub(1.year());
    let (_, today) = timed("looking at today", || look(&app, TODAY));
    let (_, earlier) = timed("looking back a year", || look(&app, past));
    println!("looking back / looking at today: {:.2}", ratio(earlier, today));
    println!("peak of memory: {} MB", peak());
}

/// A run that touches a hundred councils, beside the country.
fn touched(app: &App, country: Duration) {
    let councils = app.store.read(register::councils).expect("councils");
    let touched: Vec<_> = councils.into_iter().step_by(13).take(100).collect();
    let rules = app.in_force().expect("rules");
    let occasion = triage::Occasion { rules: &rules.set, as_of: TODAY, cause: "bench", now: noon(TODAY) };
    let score = || app.store.write(|connection| triage::rescore(connection, &touched, &occasion)).expect("scored");
    let (_, of_some) = timed("a hundred councils", score);
    println!("a hundred councils / the country: {:.3}", ratio(of_some, country));
}

fn look(app: &App, as_of: Date) -> usize {
    let rules = app.in_force().expect("rules");
    triage::look_back(&app.store, &rules.set, as_of).expect("scored").len()
}

/// The most memory that this process has held so far, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn fill(app: &App) {
    app.store
        .write(|connection| {
            let run = runs::NewRun {
                feed: "bench".to_owned(),
                trigger_kind: "command".to_owned(),
                started_at: noon(TODAY).as_microsecond() - 2,
                status: "applied".to_owned(),
                covers: "[]".to_owned(),
                rows_read: 0,
                rows_accepted: 0,
                rows_unchanged: 0,
                rows_for_review: 0,
                rows_rejected: 0,
                notes: "{}".to_owned(),
            };
            let run = runs::begin(connection, &run)?;
            feeds::one(connection, "bench")?;
            for batch in register::councils(connection)?.chunks(100) {
                let items: Vec<NewEvidence> =
                    batch.iter().flat_map(|council| (0..ITEMS).map(|number| item(council.id, number, run))).collect();
                append(connection, &items)?;
            }
            Ok::<_, StoreError>(())
        })
        .expect("filled");
}
