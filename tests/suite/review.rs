//! Review: answers take effect at once, are remembered, and can be undone; rows are mended; runs are taken back.

use crate::support::{OUTCOMES, REGISTER, TODAY, World, cast, client, get, get_json, json_of, on_both};
use bellwether::auth::{Action, Actor, OrganisationKind, Reach, Role, Sources};
use bellwether::error::Code;
use bellwether::review::{self, Answer};
use bellwether::triage::{self, HeldKind, PersonalCells, RunStatus};
use serde_json::{Value as Json, json};

on_both!(
    an_answer_takes_its_rows_and_those_of_the_next_list,
    another_council_can_be_named_and_none_at_all,
    an_undone_answer_takes_evidence_and_score_back_with_it,
    of_those_who_answer_at_once_one_wins,
    the_very_same_names_are_accepted_together,
    an_answer_for_a_council_that_has_gone_counts_no_more,
    a_mended_row_stays_mended_while_the_source_sends_it_so,
    rows_are_read_again_when_the_register_knows_more,
    a_run_is_taken_back_and_its_list_refused,
    a_correction_that_is_taken_back_leaves_what_was_said_before,
    nobody_decides_what_is_not_theirs,
);

const HEADER: &str = "authority_reference,name,district,county,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_reason\n";

async fn post(base: &str, path: &str, body: Json) -> (u16, Json) {
    let answer = client(base)
        .post(format!("{base}{path}"))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Json::Null))
}

/// The only question that waits.
async fn only_question(base: &str) -> i64 {
    let waiting = get_json(&format!("{base}/api/v1/review")).await;
    let questions = waiting["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 1, "{waiting}");
    questions[0]["question"].as_i64().unwrap()
}

async fn is_empty(base: &str) -> bool {
    get_json(&format!("{base}/api/v1/review")).await["questions"].as_array().unwrap().is_empty()
}

/// The standings of the evidence that is current for a council, and its points.
fn stands(world: &World, gss_code: &str) -> (Vec<&'static str>, i64) {
    let app = &world.app;
    let whole = triage::whole(&app.store, &app.rules.set, &Reach::Nation, (gss_code, TODAY)).unwrap();
    let current = whole.evidence.iter().filter(|item| !item.superseded).map(|item| item.standing.name());
    (current.collect(), whole.score.total)
}

fn run_of(world: &World, run: i64) -> triage::RunView {
    triage::run(&world.app.store, &Sources::All, run, PersonalCells::Shown).unwrap()
}

fn one_for_review(status: &str) -> String {
    format!("{HEADER}T1,Thornley Green,,,2026-03-31,{status},2026-06-20,2026-09-10,except_for,internal_control\n")
}

async fn an_answer_takes_its_rows_and_those_of_the_next_list(world: World) {
    world.with_outcomes().await;
    let base = world.serve();
    let waiting = get_json(&format!("{base}/api/v1/review?feed=outcomes&county=wealdshire&limit=1")).await;
    let question = &waiting["questions"][0];
    assert_eq!(question["row"]["name"], "Thornley Green");
    assert_eq!(question["row"]["candidates"].as_array().unwrap().len(), 2);
    assert!(question["row"]["candidates"][0]["reasons"].as_array().unwrap().len() == 1, "{question}");
    let (_, _, page) = get(&format!("{base}/review")).await;
    assert!(
        page.contains("Thornley Green") && page.contains("autofocus") && page.contains("accesskey=\"1\""),
        "{page}"
    );
    let answer = json!({ "question": question["question"], "council": "E04990004" });
    let (status, decided) = post(&base, "/api/v1/review/decide", answer.clone()).await;
    assert_eq!((status, &decided["rows"], &decided["accepted"]), (200, &json!(1), &json!(1)), "{decided}");
    assert_eq!(stands(&world, "E04990004").0, ["determined"]);
    assert!(is_empty(&base).await);
    let (status, refused) = post(&base, "/api/v1/review/decide", answer).await;
    assert_eq!((status, &refused["code"]), (409, &json!("already_decided")), "{refused}");
    // The same bytes change nothing, and what was decided is still shown.
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Unchanged);
    // Another row that names it so, in another list.
    let more = OUTCOMES.to_owned() + "NA005,thornley  GREEN,,2025-03-31,unqualified,2025-06-22,2025-09-10,,,,\n";
    world.source.set("/outcomes", more, "\"two\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.accepted, report.unchanged, report.review, report.rejected), (1, 3, 0, 1), "{report:?}");
    let told = "2 rows named “Thornley Green”: a person decided on 21 November 2026 that Thornley Green (Fenwick Vale) is meant.";
    assert!(report.notes.contains(&told.to_owned()), "{:?}", report.notes);
    assert_eq!(stands(&world, "E04990004").0, ["determined", "determined"]);
    let held = run_of(&world, report.run.unwrap()).held;
    assert_eq!(held.iter().filter(|row| row.kind == HeldKind::Decided).count(), 2);
    let decisions = get_json(&format!("{base}/api/v1/review/decisions")).await;
    assert_eq!(decisions["decisions"][0]["gss_code"], "E04990004");
    let (_, _, page) = get(&format!("{base}/review/decided")).await;
    assert!(page.contains("Thornley Green") && page.contains("Undo"), "{page}");
}

async fn another_council_can_be_named_and_none_at_all(world: World) {
    world.register(REGISTER);
    let base = world.serve();
    let list =
        one_for_review("qualified") + "T2,Greenmoor Burial Board,,,2026-03-31,unqualified,2026-06-20,2026-09-10,,\n";
    world.source.set("/outcomes", list, "\"one\"");
    world.pull("outcomes").await.unwrap();
    let waiting = get_json(&format!("{base}/api/v1/review")).await;
    let numbers: Vec<&Json> = waiting["questions"].as_array().unwrap().iter().map(|one| &one["question"]).collect();
    assert_eq!(numbers.len(), 2, "{waiting}");
    let answer = |question: &Json, council: &str| json!({ "question": question, "council": council });
    assert_eq!(post(&base, "/api/v1/review/decide", answer(numbers[0], "E04990099")).await.0, 404);
    assert_eq!(post(&base, "/api/v1/review/decide", answer(numbers[0], "E04990006")).await.0, 422, "retired");
    assert_eq!(post(&base, "/api/v1/review/decide", json!({ "question": numbers[0] })).await.0, 422);
    assert_eq!(post(&base, "/api/v1/review/decide", answer(numbers[0], "e04990001")).await.0, 200);
    assert!(stands(&world, "E04990001").1 > 0);
    let none = json!({ "question": numbers[1], "none_of_ours": true });
    let (status, decided) = post(&base, "/api/v1/review/decide", none).await;
    assert_eq!((status, &decided["accepted"]), (200, &json!(0)), "{decided}");
    assert!(is_empty(&base).await);
    let list = one_for_review("unqualified").replace(",except_for,internal_control", ",,")
        + "T2,Greenmoor Burial Board,,,2026-03-31,unqualified,2026-06-21,2026-09-10,,\n";
    world.source.set("/outcomes", list, "\"two\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.accepted, report.unchanged, report.review, report.rejected), (1, 1, 0, 0), "{report:?}");
    assert_eq!(stands(&world, "E04990001").1, 0);
}

async fn an_undone_answer_takes_evidence_and_score_back_with_it(world: World) {
    world.register(REGISTER);
    world.source.set("/outcomes", one_for_review("qualified"), "\"one\"");
    world.pull("outcomes").await.unwrap();
    let base = world.serve();
    let answer = |question: i64, council: &str| json!({ "question": question, "council": council });
    let (_, first) = post(&base, "/api/v1/review/decide", answer(only_question(&base).await, "E04990004")).await;
    assert!(stands(&world, "E04990004").1 > 0);
    let undo = format!("/api/v1/review/decisions/{}/undo", first["decision"]);
    assert_eq!(post(&base, &undo, Json::Null).await.0, 200);
    assert_eq!(stands(&world, "E04990004"), (vec!["withdrawn"], 0));
    assert_eq!(post(&base, &undo, Json::Null).await.0, 409);
    // Decided otherwise.
    let (status, second) = post(&base, "/api/v1/review/decide", answer(only_question(&base).await, "E04990005")).await;
    assert_eq!(status, 200, "{second}");
    assert!(stands(&world, "E04990005").1 > 0 && stands(&world, "E04990004").1 == 0);
    let log = get_json(&format!("{base}/api/v1/audit?action=review.undone")).await;
    assert_eq!(log["entries"][0]["subject"], format!("decision:{}", first["decision"]), "{log}");
    // A list that says it again, in other bytes, goes where the second answer says.
    world.source.set("/outcomes", one_for_review("qualified").replace("09-10", "09-11"), "\"two\"");
    assert_eq!(world.pull("outcomes").await.unwrap().accepted, 1);
    assert_eq!(stands(&world, "E04990005").0, ["determined"]);
}

async fn of_those_who_answer_at_once_one_wins(world: World) {
    world.with_outcomes().await;
    let base = world.serve();
    let question = only_question(&base).await;
    let answers = (0..6).map(|number| {
        let base = base.clone();
        let council = if number % 2 == 0 { "E04990004" } else { "E04990005" };
        let body = json!({ "question": question, "council": council });
        tokio::spawn(async move { post(&base, "/api/v1/review/decide", body).await })
    });
    let mut won = 0;
    for answer in answers.collect::<Vec<_>>() {
        match answer.await.unwrap() {
            (200, _) => won += 1,
            (409, told) => assert_eq!(told["code"], "already_decided"),
            (status, told) => panic!("{status} {told}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(stands(&world, "E04990004").0.len() + stands(&world, "E04990005").0.len(), 1);
}

async fn the_very_same_names_are_accepted_together(world: World) {
    world.register(REGISTER);
    let row = |key: &str, name: &str| {
        format!("{key},{name},Tarn Side,Wealdshire,2026-03-31,unqualified,2026-06-20,2026-09-10,,\n")
    };
    let list =
        format!("{HEADER}{}{}{}", row("A1", "Aldermarsh P.C."), row("A2", "Great Pellow"), row("A3", "Aldermash"));
    world.source.set("/outcomes", list, "\"one\"");
    assert_eq!(world.pull("outcomes").await.unwrap().review, 3);
    let asked = review::Asked { limit: 10, ..review::Asked::default() };
    let questions = review::questions(&world.app, &Actor::command(), &asked).unwrap();
    let plain: Vec<(bool, &str)> = questions.iter().map(|one| (one.same_name, one.row.name.as_str())).collect();
    assert_eq!(plain, [(true, "Aldermarsh P.C."), (true, "Great Pellow"), (false, "Aldermash")]);
    let all: Vec<i64> = questions.iter().map(|one| one.question).collect();
    assert_eq!(review::accept(&world.app, &Actor::command(), &all).unwrap(), 2);
    let left = review::questions(&world.app, &Actor::command(), &asked).unwrap();
    assert_eq!(left.iter().map(|one| one.row.name.as_str()).collect::<Vec<_>>(), ["Aldermash"]);
    assert_eq!(stands(&world, "E04990001").0, ["determined"]);
}

async fn an_answer_for_a_council_that_has_gone_counts_no_more(world: World) {
    world.with_outcomes().await;
    let base = world.serve();
    let answer = json!({ "question": only_question(&base).await, "council": "E04990004" });
    assert_eq!(post(&base, "/api/v1/review/decide", answer).await.0, 200);
    let gone = "E04990004,Thornley Green,,E07990001,Fenwick Vale,Wealdshire,true,";
    world.register(
        &REGISTER
            .replace(gone, &gone.replace("true", "false"))
            .replace("E04990005,Thornley Green", "E04990005,Thornley"),
    );
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!(report.review, 1, "{report:?}");
    let waiting = get_json(&format!("{base}/api/v1/review")).await;
    let reason = waiting["questions"][0]["row"]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with(
            "A person decided on 21 November 2026 that Thornley Green is meant, which is no longer current."
        ),
        "{reason}"
    );
    // It can be answered anew.
    let answer = json!({ "question": waiting["questions"][0]["question"], "council": "E04990005" });
    assert_eq!(post(&base, "/api/v1/review/decide", answer).await.0, 200);
}

async fn a_mended_row_stays_mended_while_the_source_sends_it_so(world: World) {
    let run = world.with_outcomes().await.run.unwrap();
    let base = world.serve();
    let held = run_of(&world, run).held;
    let row = held.iter().find(|row| row.kind == HeldKind::Rejected).unwrap().id;
    let mend = format!("/api/v1/runs/{run}/held/{row}/mend");
    let cells = |status: &str| json!({ "cells": { "status": status } });
    let (status, still) = post(&base, &mend, cells("splendid")).await;
    assert_eq!((status, &still["outcome"]), (200, &json!("rejected")), "{still}");
    assert!(still["row"]["problems"][0]["message"].as_str().unwrap().contains("splendid"), "{still}");
    assert_eq!(post(&base, &mend, cells("magnificent")).await.0, 422, "nothing changed");
    assert_eq!(post(&base, &mend, json!({ "cells": { "no such column": "x" } })).await.0, 422);
    assert_eq!(post(&base, &mend, json!({ "cells": { "status": "jane.sample@example.org" } })).await.0, 422);
    let (status, mended) = post(&base, &mend, cells("unqualified")).await;
    assert_eq!((status, &mended["outcome"]), (200, &json!("accepted")), "{mended}");
    assert_eq!(stands(&world, "E04990003").0, ["determined"]);
    let (status, twice) = post(&base, &mend, cells("qualified")).await;
    assert!(status == 409 || status == 422, "{status} {twice}");
    // The same bad row in another list.
    let more = OUTCOMES.to_owned() + "NA006,Aldermarsh,Fenwick Vale,2025-03-31,unqualified,2025-06-22,2025-09-10,,,,\n";
    world.source.set("/outcomes", more, "\"two\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!(
        (report.read, report.accepted, report.unchanged, report.review, report.rejected),
        (5, 1, 3, 1, 0),
        "{report:?}"
    );
    assert_eq!(stands(&world, "E04990003").0, ["determined"]);
    let held = run_of(&world, report.run.unwrap()).held;
    let shown = held.iter().find(|row| row.kind == HeldKind::Rejected).unwrap();
    assert_eq!(shown.mended.as_ref().unwrap().cells, [("status".to_owned(), "unqualified".to_owned())]);
    assert!(shown.raw.contains(&("status".to_owned(), "magnificent".to_owned())));
    // The source puts it right itself.
    world.source.set("/outcomes", OUTCOMES.replace("magnificent,2026-06-22,2026-09-10", "no_return,,"), "\"three\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.accepted, report.rejected), (1, 0), "{report:?}");
    assert!(stands(&world, "E04990003").1 > 0);
}

async fn rows_are_read_again_when_the_register_knows_more(world: World) {
    let run = world.with_outcomes().await.run.unwrap();
    let base = world.serve();
    let replay = format!("/api/v1/runs/{run}/replay");
    let (status, nothing) = post(&base, &replay, Json::Null).await;
    assert_eq!((status, &nothing["run"], &nothing["rows"]), (200, &Json::Null, &json!(2)), "{nothing}");
    let gone = "E04990005,Thornley Green,,E07990002,Tarn Side,Wealdshire,true";
    world.register(&REGISTER.replace(gone, &gone.replace("true", "false")));
    let (status, again) = post(&base, &replay, Json::Null).await;
    assert_eq!((status, &again["accepted"], &again["rejected"]), (200, &json!(1), &json!(1)), "{again}");
    assert_eq!(stands(&world, "E04990004").0, ["determined"]);
    assert!(is_empty(&base).await);
    let view = run_of(&world, again["run"].as_i64().unwrap());
    assert_eq!((view.run.read, view.run.accepted, view.run.review, view.run.rejected), (4, 1, 0, 1));
    assert_eq!(view.held.len(), 1);
    assert_eq!(post(&base, &replay, Json::Null).await.0, 422, "it is no longer the last");
}

async fn a_run_is_taken_back_and_its_list_refused(world: World) {
    let run = world.with_outcomes().await.run.unwrap();
    let base = world.serve();
    let council = cast::organisation(&world.app, OrganisationKind::Council, "E04990001");
    let council = cast::with_key(&cast::key(&world.app, &council, Role::Officer, &[]));
    assert!(stands(&world, "E04990001").1 > 0);
    let undo = format!("/api/v1/runs/{run}/undo");
    assert_eq!(post(&base, &undo, json!({ "reason": " " })).await.0, 422);
    let (status, undone) = post(&base, &undo, json!({ "reason": "the firm sent last year's list" })).await;
    assert_eq!((status, &undone["withdrawn"]), (200, &json!(2)), "{undone}");
    assert_eq!(stands(&world, "E04990001"), (vec!["withdrawn"], 0));
    let told: Json = json_of(council.get(format!("{base}/api/v1/corrections")).send().await.unwrap()).await;
    assert_eq!(
        (told["corrections"].as_array().unwrap().len(), &told["corrections"][0]["because"]),
        (1, &json!("council"))
    );
    assert!(is_empty(&base).await, "what the list held back waits no longer");
    assert_eq!(post(&base, &undo, json!({ "reason": "again" })).await.0, 409);
    let view = run_of(&world, run);
    assert_eq!(view.undone.unwrap().reason, "the firm sent last year's list");
    let refused = world.pull("outcomes").await.unwrap_err();
    assert_eq!(refused.code, Code::DocumentRefused, "{refused}");
    assert_eq!(stands(&world, "E04990001").1, 0);
    let (_, _, page) = get(&format!("{base}/runs/{run}")).await;
    assert!(page.contains("Taken back") && page.contains("Take it again"), "{page}");
    let again = format!("/api/v1/runs/{run}/take-again");
    assert_eq!(post(&base, &again, Json::Null).await.0, 204);
    assert_eq!(post(&base, &again, Json::Null).await.0, 422);
    assert_eq!(world.pull("outcomes").await.unwrap().accepted, 2);
    assert!(stands(&world, "E04990001").1 > 0);
}

async fn a_correction_that_is_taken_back_leaves_what_was_said_before(world: World) {
    world.with_outcomes().await;
    let before = stands(&world, "E04990001");
    let corrected = OUTCOMES.replace(
        "qualified,2026-06-20,2026-09-10,except_for,2,internal_control,no",
        "unqualified,2026-06-20,2026-09-12,,,,",
    );
    world.source.set("/outcomes", corrected, "\"two\"");
    let run = world.pull("outcomes").await.unwrap().run.unwrap();
    assert_eq!(stands(&world, "E04990001").1, 0);
    let undone = review::undo_run(&world.app, &Actor::command(), (run, "a wrong correction")).unwrap();
    assert_eq!((undone.restored, undone.withdrawn, undone.later), (1, 0, 0));
    assert_eq!(stands(&world, "E04990001"), before);
}

async fn nobody_decides_what_is_not_theirs(world: World) {
    let run = world.with_outcomes().await.run.unwrap();
    let base = world.serve();
    let question = only_question(&base).await;
    let row = run_of(&world, run).held.iter().find(|row| row.kind == HeldKind::Rejected).unwrap().id;
    let key = |kind, place: &str, role, kept: &[Action]| {
        cast::key(&world.app, &cast::organisation(&world.app, kind, place), role, kept)
    };
    let ask = |key: String, path: String, body: Json| {
        let base = base.clone();
        async move {
            let answer = cast::with_key(&key)
                .post(format!("{base}{path}"))
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
                .await
                .unwrap();
            answer.status().as_u16()
        }
    };
    let county = OrganisationKind::CountyAssociation;
    let decide = |council: &str| json!({ "question": question, "council": council });
    let path = "/api/v1/review/decide".to_owned();
    assert_eq!(ask(key(county, "Otherland", Role::Officer, &[]), path.clone(), decide("E04990004")).await, 404);
    assert_eq!(ask(key(county, "Wealdshire", Role::ReadOnly, &[]), path.clone(), decide("E04990004")).await, 403);
    assert_eq!(
        ask(key(OrganisationKind::AuditFirm, "", Role::AuditorSubmitter, &[]), path.clone(), decide("E04990004")).await,
        403
    );
    assert_eq!(
        cast::stranger()
            .post(format!("{base}{path}"))
            .header("content-type", "application/json")
            .body(decide("E04990004").to_string())
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    // The list speaks of every county: its rows are mended, its runs taken back, and none named by who sees it whole.
    let officer = key(county, "Wealdshire", Role::Manager, &[]);
    let none = json!({ "question": question, "none_of_ours": true });
    assert_eq!(ask(officer.clone(), path.clone(), none).await, 422);
    assert_eq!(
        ask(
            officer.clone(),
            format!("/api/v1/runs/{run}/held/{row}/mend"),
            json!({ "cells": { "status": "unqualified" } })
        )
        .await,
        404
    );
    assert_eq!(ask(officer.clone(), format!("/api/v1/runs/{run}/undo"), json!({ "reason": "why not" })).await, 404);
    // Both candidates are the county's own.
    assert_eq!(ask(officer, path, decide("E04990004")).await, 200);
    let of_other = review::decisions(&world.app, &bare_officer("Otherland"), (None, 10)).unwrap();
    assert!(of_other.is_empty());
    let refused = review::decide(&world.app, &Actor::public("::1"), (question, &Answer::NoneOfOurs)).unwrap_err();
    assert_eq!(refused.code, Code::NotSignedIn);
}

fn bare_officer(county: &str) -> Actor {
    let mut actor = Actor::public("192.0.2.7");
    actor.who = bellwether::auth::Who::Person { id: 41, name: "An officer".to_owned(), session: 1 };
    actor.organisation = Some(bellwether::auth::Affiliation {
        id: 7,
        key: "own".to_owned(),
        name: "Own".to_owned(),
        kind: OrganisationKind::CountyAssociation,
        counties: vec![county.to_owned()],
        council_id: None,
    });
    actor.roles = vec![Role::Officer];
    actor
}
