//! What may go wrong around the program: it is killed, its disk is full, its database goes away, its sources hang, break
//! off or send bombs.
//!
//! Each test asks the same: a clear error with a stable code and what to do next, nothing lost and nothing twice, the
//! service up, and the next good run as if nothing had been. What single parts do with bad bytes stands beside them
//! (`src/feeds`), and files that people send by mistake in `bad_input`.

mod content;
mod database;
mod disk;
mod kills;
mod sources;
mod submission_kills;

use crate::support::{OUTCOMES, World, get, tables};
use bellwether::auth::Sources;
use bellwether::error::{AppError, Code};
use bellwether::triage::{self, RunStatus};

/// After a run that failed: it is recorded with its code, the service answers, and nothing of it became evidence.
async fn told_and_up(world: &World, base: &str, (what, refused, code): (&str, &AppError, Code)) {
    assert_eq!(refused.code, code, "{what}: {}", refused.told());
    let run = &triage::runs_of(&world.app.store, &Sources::All, Some("outcomes"), (None, 1)).unwrap()[0];
    assert_eq!(run.status, RunStatus::Failed, "{what}");
    let query = format!("SELECT count(*) AS n FROM runs WHERE id = {} AND code = '{}'", run.id, code.word());
    assert_eq!(tables::number(&world.app.store, &query), 1, "{what}");
    assert_eq!(run.message.as_deref(), Some(refused.told().as_str()), "{what}");
    assert_eq!(get(&format!("{base}/ready")).await.0, 200, "{what}");
    let (status, _, page) = get(&format!("{base}/runs/{}", run.id)).await;
    assert_eq!(status, 200, "{what}: {page}");
    assert_eq!(triage::summary(&world.app.store, 1).unwrap().evidence, 0, "{what}");
}

/// The next good run is as if nothing had been.
async fn next_run_is_good(world: &World) {
    world.source.set("/outcomes", OUTCOMES, "\"good\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.accepted, report.review, report.rejected), (2, 1, 1), "{report:?}");
}
