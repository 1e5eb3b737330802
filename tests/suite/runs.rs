//! Runs: rows become evidence and scores; the same bytes change nothing; corrections append.

use crate::support::source::Answer;
use crate::support::{OUTCOMES, REGISTER, TODAY, World, on_both};
use bellwether::auth::{Reach, Sources};
use bellwether::clock::noon;
use bellwether::error::Code;
use bellwether::ingest::{Asked, Given, Trigger, run};
use bellwether::scoring::Band;
use bellwether::triage::{self, HeldKind, ListQuery, RunStatus};
use jiff::ToSpan;
use std::time::Duration;

on_both!(
    rows_become_evidence_and_scores,
    every_row_is_counted_once_and_what_is_held_keeps_its_place,
    the_same_bytes_change_nothing,
    a_correction_is_a_new_version_and_the_past_stays_as_it_was,
    a_later_clean_return_lowers_the_score_at_once,
    a_name_that_waited_is_matched_when_the_register_learns_it,
    a_fetch_that_fails_is_recorded_and_the_next_one_goes_on,
    two_replicas_never_pull_one_feed_at_the_same_time,
    a_dry_run_keeps_nothing,
    an_interim_outcome_of_another_list_hides_no_final_one,
    what_one_source_takes_back_hides_nothing_that_another_says,
    what_is_held_is_still_shown_after_a_run_that_brought_nothing_new,
    a_correction_by_hand_is_not_undone_by_the_next_pull,
    a_suspended_run_that_was_taken_over_keeps_nothing,
    the_heads_of_one_complaint_are_one_event,
);

/// The code, band and points of Monday's list, in its order.
fn list(world: &World) -> Vec<(String, Band, i64)> {
    let page = triage::list(&world.app, &Reach::Nation, &ListQuery { limit: 50, ..ListQuery::default() }).unwrap();
    page.lines.into_iter().map(|line| (line.gss_code, line.band, line.total)).collect()
}

async fn rows_become_evidence_and_scores(world: World) {
    let report = world.with_outcomes().await;
    assert_eq!((report.read, report.accepted, report.review, report.rejected), (4, 2, 1, 1), "{report:?}");
    assert_eq!(report.touched, 2);
    triage::rescore_all(&world.app, "test").unwrap();
    let whole = triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    assert_eq!(whole.score.items.len(), 1, "{:?}", whole.score.items);
    let item = &whole.score.items[0];
    assert_eq!((item.catalogue.as_str(), item.severity, item.full_points), ("a4", 3, 7000));
    // Two whole months of 24 have gone since 10 September: 7000 * 22 / 24.
    assert_eq!(item.points, 6416);
    assert_eq!(whole.score.total, 6416);
    assert_eq!(item.evidence, vec![whole.evidence[0].id]);
    let listed = list(&world);
    assert_eq!(listed[0], ("E04990001".to_owned(), Band::OfferSupport, 6416));
    // Nothing is known of the others but one clean return: not assessed is not "fine".
    assert!(listed[1..].iter().all(|(_, band, total)| *band == Band::NotAssessed && *total == 0), "{listed:?}");
}

async fn every_row_is_counted_once_and_what_is_held_keeps_its_place(world: World) {
    let report = world.with_outcomes().await;
    assert_eq!(report.read, report.accepted + report.unchanged + report.review + report.rejected);
    let view = triage::run(&world.app.store, &Sources::All, report.run.unwrap(), triage::PersonalCells::Shown).unwrap();
    assert_eq!(view.held.len(), 2);
    let rejected = view.held.iter().find(|row| row.kind == HeldKind::Rejected).unwrap();
    assert_eq!(rejected.row, 4, "the row as a person counts");
    assert_eq!(rejected.problems[0].column.as_deref(), Some("status"));
    assert!(rejected.problems[0].message.contains("magnificent"), "{:?}", rejected.problems);
    assert!(rejected.raw.contains(&("authority_reference".to_owned(), "NA003".to_owned())), "{:?}", rejected.raw);
    let review = view.held.iter().find(|row| row.kind == HeldKind::Review).unwrap();
    assert_eq!((review.row, review.name.as_str()), (5, "Thornley Green"));
    let mut candidates: Vec<&str> = review.candidates.iter().map(|candidate| candidate.gss_code.as_str()).collect();
    candidates.sort_unstable();
    assert_eq!(candidates, ["E04990004", "E04990005"], "both councils of that name, and no guess");
}

async fn the_same_bytes_change_nothing(world: World) {
    world.with_outcomes().await;
    let before = triage::summary(&world.app.store, 10).unwrap();
    let again = world.pull("outcomes").await.unwrap();
    assert_eq!(again.status, RunStatus::Unchanged);
    assert_eq!(world.source.sent(), [("/outcomes".to_owned(), 200), ("/outcomes".to_owned(), 304)]);
    // Other words from the server, the same bytes.
    world.source.set("/outcomes", OUTCOMES, "\"two\"");
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Unchanged);
    // Other bytes that say the same.
    world.source.set("/outcomes", format!("Outcomes of limited assurance reviews\n\n{OUTCOMES}"), "\"three\"");
    let same = world.pull("outcomes").await.unwrap();
    assert_eq!((same.status, same.accepted, same.unchanged), (RunStatus::Applied, 0, 2), "{same:?}");
    assert_eq!(triage::summary(&world.app.store, 10).unwrap(), before);
    triage::rescore_all(&world.app, "test").unwrap();
    assert_eq!(triage::rescore_all(&world.app, "test").unwrap().changed, 0);
}

async fn a_correction_is_a_new_version_and_the_past_stays_as_it_was(world: World) {
    world.with_outcomes().await;
    let later = TODAY.saturating_add(30.days());
    world.app.clock.set(noon(later));
    let corrected = OUTCOMES
        .replace("Fenwick Vale,2026-03-31,qualified", "Fenwick Vale,2026-03-31,unqualified")
        .replace("except_for,2,internal_control,no", ",,,");
    world.source.set("/outcomes", corrected, "\"corrected\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.accepted, report.unchanged), (1, 1), "{report:?}");
    let (store, rules) = (&world.app.store, &world.app.rules.set);
    let now = triage::whole(store, rules, &Reach::Nation, ("E04990001", later)).unwrap();
    assert_eq!(now.score.total, 0);
    let versions: Vec<(i32, bool)> = now.evidence.iter().map(|item| (item.version, item.superseded)).collect();
    assert_eq!(versions, [(2, false), (1, true)]);
    assert!(now.score.ignored.iter().any(|ignored| ignored.code == "superseded"), "{:?}", now.score.ignored);
    // The day before the correction was known, the old score stands, to the hash.
    let then = triage::whole(store, rules, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    assert_eq!(then.score.total, 6416);
    let kept = now.history.iter().find(|point| point.as_of == TODAY).unwrap();
    assert_eq!((kept.total, kept.band), (6416, Band::OfferSupport));
}

async fn a_later_clean_return_lowers_the_score_at_once(world: World) {
    world.register(REGISTER);
    let year_before = OUTCOMES.replace("2026-", "2025-").replace("/2026", "/2025").replace(" 2026", " 2025");
    world.source.set("/outcomes", year_before, "\"one\"");
    world.pull("outcomes").await.unwrap();
    let points = |world: &World| {
        triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap().score.total
    };
    let before = points(&world);
    assert!(before > 0);
    let clean = "authority_reference,name,district,financial_year_end,status,submitted_on,certified_on\n\
                 NA001,Aldermarsh Parish Council,Fenwick Vale,2026-03-31,unqualified,2026-06-20,2026-09-10\n";
    world.source.set("/outcomes", clean, "\"two\"");
    world.pull("outcomes").await.unwrap();
    assert_eq!(points(&world), before / 2);
}

async fn a_name_that_waited_is_matched_when_the_register_learns_it(world: World) {
    world.register(REGISTER);
    let line = "authority_reference,name,district,financial_year_end,status,submitted_on,certified_on\n\
                NA009,Ashmere Parish Council,Fenwick Vale,2026-03-31,unqualified,2026-06-20,2026-09-10\n";
    world.source.set("/outcomes", line, "\"one\"");
    assert_eq!(world.pull("outcomes").await.unwrap().review, 1);
    world.register(&format!("{REGISTER}E04990007,Ashmere,,E07990001,Fenwick Vale,Wealdshire,true,\n"));
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.status, report.accepted, report.review), (RunStatus::Applied, 1, 0), "{report:?}");
    assert!(
        triage::run(&world.app.store, &Sources::All, report.run.unwrap(), triage::PersonalCells::Shown)
            .unwrap()
            .held
            .is_empty()
    );
}

async fn a_fetch_that_fails_is_recorded_and_the_next_one_goes_on(world: World) {
    world.register(REGISTER);
    world.source.set_answer("/outcomes", Answer { status: 404, headers: Vec::new(), body: Vec::new() });
    let failed = world.pull("outcomes").await.unwrap_err();
    assert_eq!(failed.code, Code::FetchFailed);
    let run = &triage::runs_of(&world.app.store, &Sources::All, Some("outcomes"), (None, 1)).unwrap()[0];
    assert_eq!(run.status, RunStatus::Failed);
    assert!(run.message.as_ref().unwrap().contains("404"), "{:?}", run.message);
    world.source.set("/outcomes", OUTCOMES, "\"one\"");
    assert_eq!(world.pull("outcomes").await.unwrap().accepted, 2);
}

async fn two_replicas_never_pull_one_feed_at_the_same_time(world: World) {
    world.register(REGISTER);
    world.source.set("/outcomes", OUTCOMES, "\"one\"");
    let replicas = [world.replica(TODAY), world.replica(TODAY), world.replica(TODAY), world.replica(TODAY)];
    let pulls = replicas.into_iter().map(|app| {
        tokio::spawn(async move {
            let feed = app.feed("outcomes").unwrap().clone();
            run(&app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await
        })
    });
    let mut applied = 0;
    for pull in pulls.collect::<Vec<_>>() {
        match pull.await.unwrap() {
            Ok(report) if report.status == RunStatus::Applied => applied += 1,
            Ok(report) => assert_eq!(report.status, RunStatus::Unchanged),
            Err(error) => assert_eq!(error.code, Code::FeedBusy, "{error}"),
        }
    }
    assert_eq!(applied, 1);
    assert_eq!(triage::summary(&world.app.store, 1).unwrap().evidence, 2);
}

const HEADER: &str = "authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_reason\n";

/// Has the feed of complaints deliver outcomes too: a second list of them.
fn second_list(world: &World) -> bellwether::app::App {
    let mut config = (*world.app.config).clone();
    config.feeds[1].source = bellwether::ingest::SourceKind::AuditOutcomes;
    let app = bellwether::app::App::open(config, world.app.clock.clone()).unwrap();
    app.declare().unwrap();
    app
}

async fn pull_second(app: &bellwether::app::App) -> bellwether::ingest::RunReport {
    let feed = app.feed("complaints").unwrap().clone();
    run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap()
}

async fn an_interim_outcome_of_another_list_hides_no_final_one(world: World) {
    world.with_outcomes().await;
    let app = second_list(&world);
    let interim = format!("{HEADER}X1,Aldermarsh Parish Council,Fenwick Vale,2026-03-31,interim,2026-06-20,,,\n");
    world.source.set("/complaints", interim, "\"i\"");
    assert_eq!(pull_second(&app).await.accepted, 1);
    let whole = triage::whole(&app.store, &app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    assert_eq!(whole.score.total, 6416, "{:?}", whole.score.ignored);
    let shown: Vec<(String, bool)> = whole.evidence.into_iter().map(|item| (item.feed, item.superseded)).collect();
    assert!(
        shown.contains(&("complaints".to_owned(), true)) && shown.contains(&("outcomes".to_owned(), false)),
        "{shown:?}"
    );
}

async fn what_one_source_takes_back_hides_nothing_that_another_says(world: World) {
    world.with_outcomes().await;
    let app = second_list(&world);
    let wrong =
        format!("{HEADER}X1,Aldermarsh Parish Council,Fenwick Vale,2026-03-31,unqualified,2026-06-20,2026-09-20,,\n");
    world.source.set("/complaints", wrong.clone(), "\"w\"");
    pull_second(&app).await;
    world.source.set("/complaints", wrong.replace("Aldermarsh", "Great Pellow"), "\"r\"");
    pull_second(&app).await;
    let whole = triage::whole(&app.store, &app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    assert_eq!(whole.score.total, 6416, "{:?}", whole.score.ignored);
    let withdrawn =
        whole.evidence.iter().find(|item| item.standing == bellwether::evidence::Standing::Withdrawn).unwrap();
    assert!(withdrawn.says.contains(&("status".to_owned(), "unqualified".to_owned())), "{:?}", withdrawn.says);
}

async fn what_is_held_is_still_shown_after_a_run_that_brought_nothing_new(world: World) {
    world.with_outcomes().await;
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Unchanged);
    let feed =
        triage::feeds(&world.app, &Sources::All).unwrap().into_iter().find(|feed| feed.id == "outcomes").unwrap();
    let last = feed.last_run.unwrap();
    assert_eq!(
        (last.status, last.read, last.unchanged_rows, last.review, last.rejected),
        (RunStatus::Unchanged, 4, 2, 1, 1)
    );
    assert_eq!(
        triage::run(&world.app.store, &Sources::All, last.id, triage::PersonalCells::Shown).unwrap().held.len(),
        2
    );
    // A good list in between holds nothing, and doesn't show what the others held.
    let good = format!(
        "{HEADER}NA001,Aldermarsh Parish Council,Fenwick Vale,2026-03-31,qualified,2026-06-20,2026-09-10,except_for,internal_control\n"
    );
    world.source.set("/outcomes", good, "\"good\"");
    let between = world.pull("outcomes").await.unwrap().run.unwrap();
    world.source.set("/outcomes", OUTCOMES, "\"back\"");
    let after = world.pull("outcomes").await.unwrap().run.unwrap();
    let held =
        |run: i64| triage::run(&world.app.store, &Sources::All, run, triage::PersonalCells::Shown).unwrap().held.len();
    assert_eq!((held(1), held(between), held(after)), (2, 0, 2));
}

async fn a_correction_by_hand_is_not_undone_by_the_next_pull(world: World) {
    world.with_outcomes().await;
    let file = world.folder.path().join("correction.csv");
    let corrected = format!(
        "{HEADER}NA001,Aldermarsh Parish Council,Fenwick Vale,2026-03-31,unqualified,2026-06-20,2026-09-12,,\n"
    );
    std::fs::write(&file, corrected).unwrap();
    let feed = world.app.feed("outcomes").unwrap().clone();
    let asked = Asked { trigger: Trigger::Command, given: Some(Given::File(file)), dry_run: false };
    assert_eq!(run(&world.app, &feed, asked).await.unwrap().accepted, 1);
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Unchanged, "the source still has its old list");
    assert_eq!(list(&world).iter().map(|(_, _, total)| total).sum::<i64>(), 0);
}

async fn a_suspended_run_that_was_taken_over_keeps_nothing(world: World) {
    world.register(REGISTER);
    // The source answers slowly enough for another to take the feed over meanwhile.
    world.source.set("/outcomes", OUTCOMES, "\"one\"");
    world.source.delay(Duration::from_millis(800));
    let app = world.app.clone();
    let slow = tokio::spawn(async move {
        let feed = app.feed("outcomes").unwrap().clone();
        run(&app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let name = bellwether::ingest::schedule_name("outcomes");
    world.app.store.write(|c| bellwether::store::feeds::break_lease(c, &name)).unwrap();
    let refused = slow.await.unwrap().unwrap_err();
    assert_eq!(refused.code, Code::FeedBusy, "{refused}");
    assert_eq!(triage::summary(&world.app.store, 1).unwrap().evidence, 0);
}

async fn the_heads_of_one_complaint_are_one_event(world: World) {
    world.register(REGISTER);
    // A list of decisions without a column for the stage.
    let heads = "reference,head,name,district,theme,subject_kind,body,received_on,decided_on,outcome\n\
                 MO/14,1,Aldermarsh,Fenwick Vale,disrespect,member,monitoring_officer,2026-08-01,2026-11-10,upheld\n\
                 MO/14,2,Aldermarsh,Fenwick Vale,bullying_or_harassment,member,monitoring_officer,2026-08-01,2026-11-10,upheld\n\
                 MO/14,3,Aldermarsh,Fenwick Vale,other_code_breach,member,monitoring_officer,2026-08-01,2026-11-10,upheld\n";
    world.source.set("/complaints", heads, "\"c\"");
    world.pull("complaints").await.unwrap();
    let score =
        triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap().score;
    assert!(score.items.iter().all(|item| item.catalogue != "c3"), "three heads are one complaint: {:?}", score.items);
    // Bullying counts whole (7), the others a quarter each: at most half of it together.
    assert!(score.total > 7000 && score.total <= 10_500, "{} {:?}", score.total, score.items);
}

async fn a_dry_run_keeps_nothing(world: World) {
    world.register(REGISTER);
    world.source.set("/outcomes", OUTCOMES, "\"one\"");
    let feed = world.app.feed("outcomes").unwrap().clone();
    let report = run(&world.app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: true }).await.unwrap();
    assert_eq!((report.status, report.run), (RunStatus::DryRun, None));
    assert_eq!((report.read, report.accepted, report.review, report.rejected), (4, 2, 1, 1));
    assert_eq!(report.held.len(), 2, "{:?}", report.held);
    assert_eq!(triage::summary(&world.app.store, 1).unwrap().evidence, 0);
    assert!(triage::runs_of(&world.app.store, &Sources::All, None, (None, 10)).unwrap().is_empty());
}
