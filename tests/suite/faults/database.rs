//! The database goes away in the middle of a run: the line to PostgreSQL is cut at many places, also between a commit and
//! its answer; PostgreSQL ends the connections; somebody holds SQLite's lock for longer than a run waits.

use super::kills::{Twins, content, counts, differences, pull};
use crate::support::line::Line;
use crate::support::{Backend, OUTCOMES, REGISTER, World, get, serve, tables};
use bellwether::app::App;
use bellwether::auth::Sources;
use bellwether::clock::Clock;
use bellwether::error::{AppError, Code};
use bellwether::ingest::{Asked, Trigger, run};
use bellwether::store::{Store, StoreError};
use bellwether::triage::{self, RunStatus};
use std::time::{Duration, Instant};

/// In how many places the line is cut, by what was sent.
const CUTS: usize = 8;
/// A run commits less often than this: its record, its bytes, reads, itself, its end.
const COMMITS: i64 = 9;

async fn pulled(app: &App) -> Result<(), AppError> {
    app.store.write(|c| bellwether::store::feeds::break_lease(c, "feed:outcomes"))?;
    let feed = app.feed("outcomes").unwrap().clone();
    run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.map(drop)
}

/// Disturbs a run, then checks that all of it was kept or nothing, that its record says which, and that the next one ends
/// where an undisturbed one does.
async fn disturbed(twins: &mut Twins, app: &App, what: &str, disturb: impl AsyncFnOnce(&App) -> Result<(), AppError>) {
    let before = content(&twins.twin.store);
    let undisturbed = twins.next(what).await;
    let after = content(&twins.twin.store);
    let last = twins.last_run();
    let ran = disturb(app).await;
    if let Err(refused) = &ran {
        let told = [Code::DatabaseUnreachable, Code::DatabaseBusy].contains(&refused.code);
        assert!(told && !refused.next.is_empty(), "{what}: {:?} {}", refused.code, refused.told());
    }
    // PostgreSQL may still be undoing what it had begun when the line was cut: its locks go with that.
    tables::run(&twins.app.store, "UPDATE feeds SET title = title WHERE id = 'outcomes'");
    let applied = twins.runs_since(last) == [RunStatus::Applied];
    let found = content(&twins.app.store);
    let half = differences(&found, if applied { &after } else { &before });
    assert!(half.is_empty(), "{what}: half a run was kept, {ran:?}: {half:?}");
    assert!(applied || ran.is_err(), "{what}: said to be done, and is not");
    let report = pull(&twins.app).await;
    assert_eq!(counts(&report), if applied { [0; 5] } else { counts(&undisturbed) }, "{what}");
    let other = differences(&content(&twins.app.store), &after);
    assert!(other.is_empty(), "{what}: another end than without it: {other:?}");
    let runs = triage::runs_of(&twins.app.store, &Sources::All, None, (None, 3)).unwrap();
    assert!(runs.iter().all(|run| run.status != RunStatus::Running), "{what}: {runs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_cut_anywhere_in_a_run_leaves_all_of_it_or_nothing() {
    let Some(world) = World::new(Backend::Postgres).await else { return };
    let line = Line::to(&world.url).await;
    let app = App::open(World::configuration(&line.url, &world.source), Clock::System).unwrap();
    let mut twins = Twins::of(world).await;
    twins.next("first").await;
    pulled(&app).await.unwrap();
    let sent = line.sent();
    twins.next("second").await;
    pulled(&app).await.unwrap();
    let whole = line.sent() - sent;
    for cut in 0..CUTS {
        line.cut_after(whole * cut / CUTS);
        disturbed(&mut twins, &app, &format!("cut {cut}"), async |app| {
            let ran = pulled(app).await;
            line.mend();
            ran
        })
        .await;
    }
    let mut lost = 0;
    for nth in 1..=COMMITS {
        line.cut_at_commit(nth);
        disturbed(&mut twins, &app, &format!("commit {nth}"), async |app| {
            let ran = pulled(app).await;
            lost += usize::from(ran.is_err());
            line.mend();
            ran
        })
        .await;
    }
    assert!(lost >= 4, "only {lost} answers to commits were lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_postgres_ends_in_a_run_are_told_and_made_anew() {
    let Some(world) = World::new(Backend::Postgres).await else { return };
    let app = App::open(World::configuration(&world.url, &world.source), Clock::System).unwrap();
    let mut twins = Twins::of(world).await;
    twins.next("first").await;
    let started = Instant::now();
    pulled(&app).await.unwrap();
    let whole = started.elapsed().as_millis() as u64;
    let watcher = Store::open(&twins.world.url, 1).unwrap();
    for time in 1..=5 {
        let wait = Duration::from_millis(twins.chance.below(whole));
        disturbed(&mut twins, &app, &format!("end {time}"), async |app| {
            let running = tokio::spawn({
                let app = app.clone();
                async move { pulled(&app).await }
            });
            tokio::time::sleep(wait).await;
            let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid()";
            tables::run(&watcher, ended);
            running.await.unwrap()
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_out_of_reach_is_told_and_found_again() {
    let Some(world) = World::new(Backend::Postgres).await else { return };
    let line = Line::to(&world.url).await;
    let app = App::open(World::configuration(&line.url, &world.source), world.app.clock.clone()).unwrap();
    world.register(REGISTER);
    let base = serve(app.clone());
    assert_eq!(get(&format!("{base}/ready")).await.0, 200);
    line.cut();
    let (status, media, told) = get(&format!("{base}/ready")).await;
    assert_eq!((status, media.as_str()), (503, "application/problem+json"), "{told}");
    assert!(told.contains("database_") && !told.contains("127.0.0.1"), "{told}");
    assert_eq!(get(&format!("{base}/health")).await.0, 200, "the process itself is well");
    world.source.set("/outcomes", OUTCOMES, "\"one\"");
    let refused = pulled(&app).await.unwrap_err();
    assert!([Code::DatabaseUnreachable, Code::DatabaseBusy].contains(&refused.code), "{}", refused.told());
    line.mend();
    assert_eq!(get(&format!("{base}/ready")).await.0, 200);
    pulled(&app).await.unwrap();
    assert_eq!(triage::summary(&app.store, 1).unwrap().evidence, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_that_is_held_too_long_is_told_and_free_again_afterwards() {
    let world = World::new(Backend::Sqlite).await.unwrap();
    world.register(REGISTER);
    world.source.set("/outcomes", OUTCOMES, "\"one\"");
    let base = world.serve();
    let other = Store::open(&world.url, 1).unwrap();
    let (told, hear) = std::sync::mpsc::channel::<()>();
    let (held, holds) = std::sync::mpsc::channel::<()>();
    let holder = std::thread::spawn(move || {
        other.write(|_| {
            held.send(()).unwrap();
            // Until the run has given up.
            hear.recv().unwrap();
            Ok::<_, StoreError>(())
        })
    });
    holds.recv().unwrap();
    let started = Instant::now();
    let refused = world.pull("outcomes").await.unwrap_err();
    assert_eq!(refused.code, Code::DatabaseBusy, "{}", refused.told());
    assert!(started.elapsed() < Duration::from_secs(45), "waited for {:?}", started.elapsed());
    assert_eq!(get(&format!("{base}/ready")).await.0, 200, "who only reads is not held up");
    told.send(()).unwrap();
    holder.join().unwrap().unwrap();
    assert_eq!(world.pull("outcomes").await.unwrap().accepted, 2);
}
