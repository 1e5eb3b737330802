//! Held lists: one that shrank or lost a column waits for a person; the last list goes on counting meanwhile.

use crate::support::{REGISTER, World, on_both};
use bellwether::auth::{Actor, Sources};
use bellwether::error::Code;
use bellwether::ingest::{Asked, Given, RunReport, Trigger, run};
use bellwether::triage::{self, FeedState, HoldDecision, PersonalCells, RunStatus, RunView, holds};
use std::fmt::Write;

on_both!(
    a_list_that_shrank_waits_and_the_same_bytes_make_no_second_run,
    a_released_list_is_taken_and_one_that_is_refused_stays_out,
    a_column_that_is_gone_holds_the_list,
    a_later_list_like_the_last_overtakes_one_that_waits,
    what_is_given_by_hand_is_not_compared,
);

/// Councils of the register; with each, nine years of outcomes.
const COUNCILS: [&str; 5] = [
    "Aldermarsh,Fenwick Vale",
    "Great Pellow,Fenwick Vale",
    "Coldbrook with Fenny Hatch,Tarn Side",
    "Thornley Green,Fenwick Vale",
    "Thornley Green,Tarn Side",
];

/// So many outcomes, each of a council and year of its own.
fn outcomes(rows: usize, columns: (&str, &str)) -> String {
    let mut text = format!("authority_reference,name,district,financial_year_end,status,{}\n", columns.0);
    for row in 0..rows {
        let (council, year) = (COUNCILS[row / 9], 2017 + row % 9);
        writeln!(text, "NA{row:03},{council},{year}-03-31,unqualified,{}", columns.1).unwrap();
    }
    text
}

const DATED: (&str, &str) = ("certified_on", "2025-09-10");

async fn sends(world: &World, text: String, etag: &str) -> RunReport {
    world.source.set("/outcomes", text, etag);
    world.pull("outcomes").await.unwrap()
}

fn view(world: &World, id: i64) -> RunView {
    triage::run(&world.app.store, &Sources::All, id, PersonalCells::Shown).unwrap()
}

fn runs(world: &World) -> usize {
    triage::runs_of(&world.app.store, &Sources::All, None, (None, 100)).unwrap().len()
}

async fn a_list_that_shrank_waits_and_the_same_bytes_make_no_second_run(world: World) {
    world.register(REGISTER);
    let first = sends(&world, outcomes(40, DATED), "\"1\"").await;
    assert_eq!((first.status, first.read), (RunStatus::Applied, 40), "{first:?}");
    let held = sends(&world, outcomes(27, DATED), "\"2\"").await;
    assert_eq!((held.status, held.accepted), (RunStatus::Held, 0));
    let run = view(&world, held.run.unwrap());
    let hold = run.hold.unwrap();
    assert!(hold.reason.contains("27 rows where the last had 40: 32 per cent fewer"), "{hold:?}");
    assert_eq!(hold.decision, None);
    assert_eq!(run.run.message.as_deref(), Some(hold.reason.as_str()));
    let before = runs(&world);
    assert_eq!(world.pull("outcomes").await.unwrap().run, held.run);
    assert_eq!(runs(&world), before, "the same bytes leave no further run");
    let lines = triage::feeds(&world.app, &Sources::All).unwrap();
    let line = lines.iter().find(|line| line.id == "outcomes").unwrap();
    assert_eq!(line.state(world.app.clock.now()), FeedState::AwaitsDecision);
}

async fn decide(world: &World, run: i64, release: bool) -> Result<Option<holds::Released>, Code> {
    let decided = (run, release, "the year was split, the firm says");
    holds::decide(&world.app.store, &Actor::command(), world.app.clock.now(), decided).map_err(|error| error.code)
}

async fn a_released_list_is_taken_and_one_that_is_refused_stays_out(world: World) {
    world.register(REGISTER);
    sends(&world, outcomes(40, DATED), "\"1\"").await;
    let held = sends(&world, outcomes(10, ("certified_on", "2025-09-11")), "\"2\"").await.run.unwrap();
    assert!(decide(&world, held, false).await.unwrap().is_none());
    assert_eq!(view(&world, held).hold.unwrap().decision, Some(HoldDecision::Refused));
    assert_eq!(decide(&world, held, true).await.err(), Some(Code::InputRefused), "it is decided once");
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Held, "refused bytes stay out");

    let held = sends(&world, outcomes(12, ("certified_on", "2025-09-11")), "\"3\"").await.run.unwrap();
    let released = decide(&world, held, true).await.unwrap().unwrap();
    let given = Given::Bytes { name: released.file_name, content_type: None, bytes: released.bytes };
    let feed = world.app.feed(&released.feed).unwrap().clone();
    let asked = Asked { trigger: Trigger::Release, given: Some(given), dry_run: false };
    let taken = run(&world.app, &feed, asked).await.unwrap();
    assert_eq!((taken.status, taken.read, taken.rejected), (RunStatus::Applied, 12, 0), "{taken:?}");
    assert_eq!(view(&world, held).hold.unwrap().decision, Some(HoldDecision::Released));
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Unchanged, "it is the last list now");
    assert_eq!(decide(&world, 999_999, true).await.err(), Some(Code::RunUnknown));
    assert_eq!(decide(&world, taken.run.unwrap(), true).await.err(), Some(Code::RunUnknown), "it was never held");
}

async fn a_column_that_is_gone_holds_the_list(world: World) {
    world.register(REGISTER);
    sends(&world, outcomes(3, DATED), "\"1\"").await;
    let held = sends(&world, outcomes(3, ("certified", "2025-09-10")), "\"2\"").await;
    assert_eq!(held.status, RunStatus::Held, "{held:?}");
    assert_eq!(held.notes, ["The column “certified_on”, which the last list had, is missing."]);
}

async fn a_later_list_like_the_last_overtakes_one_that_waits(world: World) {
    world.register(REGISTER);
    sends(&world, outcomes(40, DATED), "\"1\"").await;
    let held = sends(&world, outcomes(10, DATED), "\"2\"").await.run.unwrap();
    assert_eq!(sends(&world, outcomes(41, DATED), "\"3\"").await.status, RunStatus::Applied);
    assert_eq!(view(&world, held).hold.unwrap().decision, Some(HoldDecision::Overtaken));
}

async fn what_is_given_by_hand_is_not_compared(world: World) {
    world.register(REGISTER);
    sends(&world, outcomes(40, DATED), "\"1\"").await;
    let bytes = outcomes(1, ("certified_on", "2025-10-01")).into_bytes();
    let given = Given::Bytes { name: "C:\\sent\\one.csv".to_owned(), content_type: Some("text/csv".to_owned()), bytes };
    let feed = world.app.feed("outcomes").unwrap().clone();
    let asked = |given| Asked { trigger: Trigger::Upload, given: Some(given), dry_run: false };
    let sent = run(&world.app, &feed, asked(given)).await.unwrap();
    assert_eq!((sent.status, sent.read, sent.rejected), (RunStatus::Applied, 1, 0), "{sent:?}");
    assert_eq!(view(&world, sent.run.unwrap()).run.trigger, "upload");
    let nothing = Given::Bytes { name: String::new(), content_type: None, bytes: Vec::new() };
    assert_eq!(run(&world.app, &feed, asked(nothing)).await.unwrap_err().code, Code::FetchFailed);
    assert_eq!(
        world.pull("outcomes").await.unwrap().status,
        RunStatus::Unchanged,
        "the source's list is compared with its own"
    );
}
