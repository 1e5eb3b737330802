//! The disk is full: SQLite can't grow its file, or its log beside it.
//!
//! Twice: by the database's own limit, which answers as a full disk does, and by the limit of the system on a file's size
//! for the real program (it needs `prlimit`, which stands in util-linux). Not tried: PostgreSQL, whose disk is its own
//! server's; it answers "No space left on device", which is told in the same words.

use crate::support::program::Program;
use crate::support::{Backend, OUTCOMES, REGISTER, World, get, serve, tables};
use bellwether::app::App;
use bellwether::auth::Sources;
use bellwether::error::Code;
use bellwether::ingest::{Asked, Trigger, run};
use bellwether::store::{Database, StoreError, feeds};
use bellwether::triage::{self, RunStatus};
use diesel::connection::SimpleConnection;
use jiff::Timestamp;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A list that takes more than the room that is left: thousands of rows, each for review.
fn long() -> String {
    let header = OUTCOMES.lines().next().unwrap();
    let rows: String = (0..4_000)
        .map(|row| {
            format!(
                "NX{row},Nowhere {row} {},Tarn Side,2026-03-31,unqualified,2026-06-20,2026-09-10,,,,\n",
                "x".repeat(60)
            )
        })
        .collect();
    format!("{header}\n{rows}")
}

/// Says how many pages SQLite's file may have, on the app's only connection.
fn pages(app: &App, most: &str) {
    let statement = format!("PRAGMA max_page_count = {most}");
    app.store
        .read(|connection| match connection {
            Database::Sqlite(sqlite) => Ok::<_, StoreError>(sqlite.batch_execute(&statement)?),
            Database::Postgres(_) => panic!("only SQLite has such a limit"),
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_nothing_is_half_kept() {
    let world = World::new(Backend::Sqlite).await.unwrap();
    world.register(REGISTER);
    let mut config = (*world.app.config).clone();
    config.database_connections = 1;
    let app = App::open(config, world.app.clock.clone()).unwrap();
    let base = serve(app.clone());
    world.source.set("/outcomes", long(), "\"long\"");
    let feed = app.feed("outcomes").unwrap().clone();
    let asked = || Asked { trigger: Trigger::Command, given: None, dry_run: false };
    // The file as it is, and then with room for the bytes that came, but not for the rows.
    let mut kept = Vec::new();
    for room in [4, 300] {
        let now = tables::number(&app.store, "SELECT page_count AS n FROM pragma_page_count");
        pages(&app, &(now + room).to_string());
        let refused = run(&app, &feed, asked()).await.unwrap_err();
        assert_eq!(refused.code, Code::DatabaseFailed, "{}", refused.told());
        assert!(refused.told().contains("disk") && refused.told().contains("Make room"), "{}", refused.told());
        let last = &triage::runs_of(&app.store, &Sources::All, None, (None, 1)).unwrap()[0];
        assert_eq!(last.status, RunStatus::Failed, "{last:?}");
        assert_eq!(last.message.as_deref(), Some(refused.told().as_str()));
        assert_eq!(tables::number(&app.store, "SELECT count(*) AS n FROM held_rows"), 0);
        kept.push(tables::number(&app.store, "SELECT count(*) AS n FROM documents"));
        for address in ["/ready", "/", "/feeds"] {
            assert_eq!(get(&format!("{base}{address}")).await.0, 200, "{address}");
        }
    }
    assert_eq!(kept, [0, 1], "the bytes are kept as soon as there is room for them");
    pages(&app, "1000000");
    let report = run(&app, &feed, asked()).await.unwrap();
    assert_eq!((report.status, report.read, report.review), (RunStatus::Applied, 4_000, 4_000));
}

/// The settings in front of the program under which no file of it grows beyond so many bytes: writing more is an error.
const LIMITED: &str = r#"trap "" XFSZ; exec prlimit --fsize="$0:" "$@""#;

/// Waits for the run after `last` to end.
async fn ended(world: &World, last: i64) -> triage::RunLine {
    let started = Instant::now();
    loop {
        let newest = triage::runs_of(&world.app.store, &Sources::All, None, (None, 1)).unwrap().into_iter().next();
        match newest.filter(|run| run.id > last && run.status != RunStatus::Running) {
            Some(run) => return run,
            None => assert!(started.elapsed() < Duration::from_secs(120), "no run came to its end"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_outlives_files_that_cannot_grow() {
    let has = |program: &str| Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
    if !has("prlimit") {
        assert!(std::env::var_os("BELLWETHER_TESTS_NEED_ALL").is_none(), "tests/run needs prlimit (util-linux)");
        eprintln!("SKIPPED: there is no prlimit (util-linux)");
        return;
    }
    let world = World::new(Backend::Sqlite).await.unwrap();
    world.register(REGISTER);
    let size = |file: &str| std::fs::metadata(world.folder.path().join(file)).unwrap().len();
    let size = size("test.db").max(size("test.db-wal")) + (256 << 10);
    world.source.set("/outcomes", long(), "\"long\"");
    let program = Program::of(&world, "");
    let served = program.serve(&["sh", "-c", LIMITED, &size.to_string()]);
    let due = || {
        world
            .app
            .store
            .write(|c| feeds::make_due(c, "feed:outcomes", Timestamp::now() - jiff::SignedDuration::from_secs(1)))
            .unwrap();
    };
    due();
    let failed = ended(&world, 0).await;
    assert_eq!(failed.status, RunStatus::Failed, "{failed:?}");
    let told = failed.message.unwrap();
    assert!(told.contains("disk") && told.contains("Make room"), "{told}");
    assert_eq!(tables::number(&world.app.store, "SELECT count(*) AS n FROM held_rows"), 0);
    assert_eq!(get(&format!("{}/ready", served.base)).await.0, 200);
    // Once there is room again, the same process goes on.
    let (whose, unlimited) = (format!("--pid={}", served.id()), "--fsize=unlimited:");
    assert!(Command::new("prlimit").args([&whose, unlimited]).status().unwrap().success());
    world.source.set("/outcomes", OUTCOMES, "\"short\"");
    due();
    let good = ended(&world, failed.id).await;
    assert_eq!((good.status, good.accepted), (RunStatus::Applied, 2), "{good:?}");
    served.kill();
}
