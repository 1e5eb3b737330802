//! Schedules: what was missed is made up once, and several replicas run each thing exactly once.

use crate::support::{OUTCOMES, REGISTER, TODAY, World, on_both};
use bellwether::app::App;
use bellwether::auth::Sources;
use bellwether::clock::{Clock, noon};
use bellwether::config::Config;
use bellwether::jobs;
use bellwether::store::feeds;
use bellwether::triage::{self, RunStatus};
use jiff::{Timestamp, ToSpan};

on_both!(
    what_was_missed_is_made_up_once,
    four_replicas_run_everything_that_is_due_exactly_once,
    a_feed_that_fails_is_due_again_at_its_next_time,
    the_lease_of_a_replica_that_died_runs_out,
);

/// The world's app, with every feed due each morning.
fn scheduled(world: &World) -> App {
    let mut config: Config = World::configuration(&world.url, &world.source);
    for feed in &mut config.feeds {
        feed.schedule = Some("0 6 * * *".to_owned());
    }
    let app = App::open(config, Clock::standing_at(noon(TODAY))).unwrap();
    app.declare().unwrap();
    app
}

fn make_due(app: &App, since: Timestamp) {
    app.store
        .write(|connection| {
            for feed in &app.config.feeds {
                feeds::make_due(connection, &bellwether::ingest::schedule_name(&feed.id), since)?;
            }
            Ok::<_, bellwether::error::AppError>(())
        })
        .unwrap();
}

fn answer_everything(world: &World) {
    world.register(REGISTER);
    world.source.set("/outcomes", OUTCOMES, "\"o\"");
    world.source.set("/complaints", "reference,name,theme\nC1,Aldermarsh,disrespect\n", "\"c\"");
    world.source.set("/flags", r#"{"flags": []}"#, "\"f\"");
}

async fn what_was_missed_is_made_up_once(world: World) {
    answer_everything(&world);
    let app = scheduled(&world);
    jobs::tick(&app).await;
    assert!(world.source.sent().is_empty(), "nothing is due yet");
    // Three days without a program: three times missed, made up once.
    make_due(&app, Timestamp::now().checked_sub(72.hours()).unwrap());
    jobs::tick(&app).await;
    jobs::tick(&app).await;
    let runs = triage::runs_of(&app.store, &Sources::All, Some("outcomes"), (None, 10)).unwrap();
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(runs[0].trigger, "catch_up");
    let feeds = triage::feeds(&app, &Sources::All).unwrap();
    assert!(feeds.iter().all(|feed| feed.next_due.is_some_and(|due| due > Timestamp::now())), "{feeds:?}");
}

async fn four_replicas_run_everything_that_is_due_exactly_once(world: World) {
    answer_everything(&world);
    let app = scheduled(&world);
    make_due(&app, Timestamp::now().checked_sub(1.minute()).unwrap());
    let replicas: Vec<App> = (0..4).map(|_| scheduled(&world)).collect();
    let ticks: Vec<_> = replicas
        .into_iter()
        .map(|replica| {
            tokio::spawn(async move {
                for _ in 0..3 {
                    jobs::tick(&replica).await;
                }
            })
        })
        .collect();
    for tick in ticks {
        tick.await.unwrap();
    }
    for feed in ["outcomes", "complaints", "flags"] {
        let runs = triage::runs_of(&app.store, &Sources::All, Some(feed), (None, 10)).unwrap();
        assert_eq!(runs.len(), 1, "{feed}: {runs:?}");
        assert_eq!(runs[0].trigger, "schedule");
    }
}

async fn a_feed_that_fails_is_due_again_at_its_next_time(world: World) {
    world.register(REGISTER);
    let app = scheduled(&world);
    make_due(&app, Timestamp::now().checked_sub(1.minute()).unwrap());
    jobs::tick(&app).await;
    let runs = triage::runs_of(&app.store, &Sources::All, None, (None, 10)).unwrap();
    assert_eq!(runs.len(), 3);
    assert!(runs.iter().all(|run| run.status == RunStatus::Failed));
    jobs::tick(&app).await;
    assert_eq!(
        triage::runs_of(&app.store, &Sources::All, None, (None, 10)).unwrap().len(),
        3,
        "not again before its next time"
    );
}

async fn the_lease_of_a_replica_that_died_runs_out(world: World) {
    answer_everything(&world);
    let name = bellwether::ingest::schedule_name("outcomes");
    let now = Timestamp::now();
    let (long_ago, since) = (now.checked_sub(2.hours()).unwrap(), now.checked_sub(1.hour()).unwrap());
    let taken =
        world.app.store.write(|c| feeds::lease(c, &name, ("a replica that died", long_ago, since), false)).unwrap();
    assert!(taken);
    assert_eq!(world.pull("outcomes").await.unwrap().accepted, 2);
}
