//! What a run changed against what was known before it, and who is told.

use crate::support::{self, OUTCOMES, World, cast, get, get_json, json_of, on_both};
use bellwether::app::App;
use bellwether::auth::{Actor, OrganisationKind, Role};
use bellwether::ingest::RunReport;
use bellwether::triage::{self, Changed, Difference};

on_both!(
    a_run_says_what_it_changed_and_one_that_takes_it_back_does_too,
    a_list_that_says_the_same_changes_nothing,
    who_sees_only_figures_is_told_how_many,
    who_sends_a_list_is_told_of_its_councils,
);

fn difference(world: &World, report: &RunReport) -> Option<Difference> {
    triage::seen_run(&world.app, &Actor::command(), report.run.unwrap()).unwrap().difference
}

fn councils(difference: &Difference) -> Vec<(&str, i64)> {
    difference.councils.iter().map(|council| (council.name.as_str(), council.records)).collect()
}

/// One outcome said differently, one of another council than before, a new one.
fn corrected() -> String {
    OUTCOMES
        .replace("qualified,2026-06-20,2026-09-10,except_for", "qualified,2026-06-20,2026-09-11,except_for")
        .replace("GREAT PELLOW P C,Fenwick Vale", "Thornley Green,Tarn Side")
        .replace("magnificent", "unqualified")
}

async fn a_run_says_what_it_changed_and_one_that_takes_it_back_does_too(world: World) {
    let first = difference(&world, &world.with_outcomes().await).unwrap();
    assert_eq!(first.records, Changed { new: 2, ..Changed::default() });
    assert_eq!((first.council_count, councils(&first)), (2, vec![("Aldermarsh", 1), ("Great Pellow", 1)]));
    assert!(first.councils.iter().all(|council| council.in_reach));
    world.source.set("/outcomes", corrected(), "\"two\"");
    let report = world.pull("outcomes").await.unwrap();
    let second = difference(&world, &report).unwrap();
    assert_eq!(second.records, Changed { new: 1, changed: 1, moved: 1, withdrawn: 0 });
    assert_eq!(second.records.all(), i64::try_from(report.accepted).unwrap());
    let both = [("Aldermarsh", 1), ("Coldbrook with Fenny Hatch", 1), ("Great Pellow", 1), ("Thornley Green", 1)];
    assert_eq!((second.council_count, councils(&second)), (4, both.to_vec()), "where it was said before, too");
    assert_eq!(second.kinds.len(), 1);
    assert_eq!((second.kinds[0].title.as_str(), second.kinds[0].records), ("Auditor's outcome", second.records));
    assert!(second.kinds[0].indicators.contains(&bellwether::scoring::Indicator::A));
    let run = report.run.unwrap();
    let base = world.serve();
    let (_, _, page) = get(&format!("{base}/runs/{run}")).await;
    let sentence = "3 records of 4 councils: 1 new, 1 changed and 1 moved to another council.";
    assert!(page.contains(sentence) && page.contains("href=\"/councils/E04990003\""), "{page}");
    let told = get_json(&format!("{base}/api/v1/runs/{run}")).await;
    assert_eq!(told["difference"], serde_json::to_value(&second).unwrap());
    // What takes it back is a run too: the first list stands again, and what was new is withdrawn.
    let undone = bellwether::review::undo_run(&world.app, &Actor::command(), (run, "The wrong list.")).unwrap();
    let third = triage::seen_run(&world.app, &Actor::command(), undone.run).unwrap().difference.unwrap();
    assert_eq!(third.records, Changed { new: 0, changed: 1, moved: 1, withdrawn: 1 });
    assert_eq!(third.council_count, 4);
    // The page of the run that was taken back says what it had changed.
    assert_eq!(difference(&world, &report), Some(second));
}

async fn a_list_that_says_the_same_changes_nothing(world: World) {
    world.with_outcomes().await;
    let same = world.pull("outcomes").await.unwrap();
    assert_eq!(difference(&world, &same), None);
    // Other bytes that say the same, without the second outcome: what a list leaves out is untouched.
    let shorter: String =
        OUTCOMES.lines().filter(|line| !line.starts_with("NA002")).map(|line| format!("{line}\n")).collect();
    world.source.set("/outcomes", shorter, "\"two\"");
    let shorter = world.pull("outcomes").await.unwrap();
    assert_eq!((shorter.unchanged, difference(&world, &shorter)), (1, None));
    let (_, _, page) = get(&format!("{}/runs/{}", world.serve(), shorter.run.unwrap())).await;
    assert!(!page.contains("What it changed"), "{page}");
}

/// What an actor's key is answered at a path.
async fn asked(app: &App, kind: OrganisationKind, place: &str, path: &str) -> serde_json::Value {
    let base = support::serve(app.clone());
    let role = if kind == OrganisationKind::AuditFirm { Role::AuditorSubmitter } else { Role::Officer };
    let key = cast::key(app, &cast::organisation(app, kind, place), role, &[]);
    json_of(cast::with_key(&key).get(format!("{base}{path}")).send().await.unwrap()).await
}

async fn who_sees_only_figures_is_told_how_many(world: World) {
    let report = world.with_outcomes().await;
    let path = format!("/api/v1/runs/{}", report.run.unwrap());
    // The feed speaks for every county, and the officer is of one.
    let told = asked(&world.app, OrganisationKind::CountyAssociation, "Wealdshire", &path).await;
    let figures = serde_json::json!({
        "records": { "new": 2, "changed": 0, "moved": 0, "withdrawn": 0 }, "kinds": [], "council_count": 2, "councils": [],
    });
    assert_eq!((&told["held_shown"], &told["difference"]), (&false.into(), &figures));
    assert!(!told.to_string().contains("Pellow"), "{told}");
}

async fn who_sends_a_list_is_told_of_its_councils(world: World) {
    let firm = cast::organisation(&world.app, OrganisationKind::AuditFirm, "north");
    let mut config = (*world.app.config).clone();
    config.feeds[0].owner = Some(firm);
    let app = App::open(config, world.app.clock.clone()).unwrap();
    app.declare().unwrap();
    let report = world.with_outcomes().await;
    let path = format!("/api/v1/runs/{}", report.run.unwrap());
    let told = asked(&app, OrganisationKind::AuditFirm, "north", &path).await;
    assert_eq!(told["difference"]["councils"][1]["name"], "Great Pellow", "{told}");
    assert_eq!(told["difference"]["councils"][1]["in_reach"], false, "they are named and lead nowhere");
    let unseen = asked(&app, OrganisationKind::AuditFirm, "south", &path).await;
    assert_eq!(unseen["code"], "run_unknown", "{unseen}");
}
