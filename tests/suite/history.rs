//! Time: what was known then, how points age, which band came before.

use crate::support::{OUTCOMES, REGISTER, TODAY, World, on_both};
use bellwether::auth::Reach;
use bellwether::clock::noon;
use bellwether::scoring::{Band, WhatChanged};
use bellwether::store::evidence;
use bellwether::triage::{self, ListQuery, Trend};
use jiff::ToSpan;
use jiff::civil::{Date, date};

on_both!(
    points_age_and_each_change_is_appended,
    looking_back_uses_only_what_was_known_then,
    looking_back_keeps_nothing,
    what_changed_names_the_record_that_caused_it,
    the_trend_compares_with_three_months_before,
    the_same_evidence_gives_the_same_hash_whatever_came_before_it,
    evidence_is_never_changed_by_what_comes_later,
);

fn whole(world: &World, code: &str, day: Date) -> triage::CouncilWhole {
    triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, (code, day)).unwrap()
}

async fn points_age_and_each_change_is_appended(world: World) {
    world.with_outcomes().await;
    let months = [0, 6, 12, 21, 30];
    for month in months {
        world.app.clock.set(noon(TODAY.saturating_add(month.months())));
        triage::rescore_all(&world.app, "daily").unwrap();
    }
    let history = whole(&world, "E04990001", TODAY.saturating_add(30.months())).history;
    let totals: Vec<i64> = history.iter().rev().map(|point| point.total).collect();
    // 7000 * (24 - whole months since 10 September) / 24.
    assert_eq!(totals, [6416, 4666, 2916, 291, 0], "{history:?}");
    assert_eq!(history.last().unwrap().cause, "run 1 of outcomes");
    assert_eq!(history[0].cause, "daily");
}

async fn looking_back_uses_only_what_was_known_then(world: World) {
    world.with_outcomes().await;
    let day_before = TODAY.saturating_sub(1.day());
    assert_eq!(whole(&world, "E04990001", day_before).score.total, 0, "the return was certified, but we did not know");
    let back = triage::look_back(&world.app.store, &world.app.rules.set, day_before).unwrap();
    assert!(back.iter().all(|score| score.total == 0));
    let today = triage::look_back(&world.app.store, &world.app.rules.set, TODAY).unwrap();
    assert_eq!(today.iter().map(|score| score.total).sum::<i64>(), 6416);
}

async fn looking_back_keeps_nothing(world: World) {
    world.with_outcomes().await;
    let before = triage::summary(&world.app.store, 10).unwrap();
    triage::look_back(&world.app.store, &world.app.rules.set, date(2026, 1, 1)).unwrap();
    whole(&world, "E04990001", date(2026, 1, 1));
    assert_eq!(triage::summary(&world.app.store, 10).unwrap(), before);
    assert_eq!(whole(&world, "E04990001", TODAY).history.len(), 1);
}

async fn what_changed_names_the_record_that_caused_it(world: World) {
    world.with_outcomes().await;
    let first = whole(&world, "E04990001", TODAY);
    assert_eq!(first.since, None, "a first score changes nothing");
    assert_eq!(first.agreement[0].says, "Decided by the external auditor; one source reports it.");
    let later = TODAY.saturating_add(20.days());
    world.app.clock.set(noon(later));
    let corrected = OUTCOMES.replace("except_for,2,internal_control,no", "except_for,2,internal_control,yes");
    world.source.set("/outcomes", corrected.as_str(), "\"two\"");
    world.pull("outcomes").await.unwrap();
    let now = whole(&world, "E04990001", later);
    let since = now.since.unwrap();
    assert_eq!((since.as_of, since.cause.as_deref(), since.unexplained), (TODAY, Some("run 2 of outcomes"), 0));
    assert_eq!((since.points_before, since.points), (6_416, now.score.total));
    assert_eq!(since.changes.iter().map(|change| change.points).sum::<i64>(), since.points - since.points_before);
    let newest = now.evidence.iter().find(|item| !item.superseded).unwrap().id;
    let [change] = since.changes.as_slice() else { panic!("{:?}", since.changes) };
    assert_eq!((change.what, change.evidence.as_slice()), (WhatChanged::Points, [newest].as_slice()));
    assert!(change.because.contains("A newer version of its evidence came"), "{}", change.because);
    // Looked back at, the day before the correction still says what it said.
    assert_eq!(whole(&world, "E04990001", TODAY).since, None);
}

async fn the_trend_compares_with_three_months_before(world: World) {
    world.with_outcomes().await;
    let line = |world: &World| {
        let page = triage::list(&world.app, &Reach::Nation, &ListQuery { limit: 1, ..ListQuery::default() }).unwrap();
        page.lines.into_iter().next().unwrap()
    };
    assert_eq!(line(&world).trend, Trend::New);
    world.app.clock.set(noon(TODAY.saturating_add(4.months())));
    triage::rescore_all(&world.app, "daily").unwrap();
    let later = line(&world);
    assert_eq!((later.gss_code.as_str(), later.trend, later.change), ("E04990001", Trend::Falling, 5250 - 6416));
    assert_eq!(later.band, Band::OfferSupport, "5.2 points is above where the band is left");
}

async fn the_same_evidence_gives_the_same_hash_whatever_came_before_it(world: World) {
    world.register(REGISTER);
    // Complaints first, so that the rows of the outcomes get other ids than in a fresh database.
    let complaint = "reference,name,district,theme,stage\nC1,Great Pellow,Fenwick Vale,disrespect,received\n";
    world.source.set("/complaints", complaint, "\"c\"");
    world.pull("complaints").await.unwrap();
    world.source.set("/outcomes", OUTCOMES, "\"o\"");
    world.pull("outcomes").await.unwrap();
    let fingerprints = |world: &World| {
        let store = &world.app.store;
        let kept = store.read(|c| evidence::page(c, &Reach::Nation, None, 100)).unwrap();
        let mut of_outcomes: Vec<_> =
            kept.into_iter().filter(|(item, _)| item.feed == "outcomes").map(|(item, _)| item.fingerprint).collect();
        of_outcomes.sort();
        of_outcomes
    };
    let other = World::new(world.backend).await.unwrap();
    other.with_outcomes().await;
    assert_eq!(fingerprints(&world), fingerprints(&other));
    let sqlite = World::new(crate::support::Backend::Sqlite).await.unwrap();
    sqlite.with_outcomes().await;
    assert_eq!(whole(&other, "E04990001", TODAY).score.inputs, whole(&sqlite, "E04990001", TODAY).score.inputs);
    assert_eq!(whole(&other, "E04990001", TODAY).score.rule_set, whole(&sqlite, "E04990001", TODAY).score.rule_set);
}

async fn evidence_is_never_changed_by_what_comes_later(world: World) {
    world.with_outcomes().await;
    let kept = |world: &World| world.app.store.read(|c| evidence::page(c, &Reach::Nation, None, 100)).unwrap();
    let before = kept(&world);
    world.app.clock.set(noon(TODAY.saturating_add(3.days())));
    world.source.set("/outcomes", OUTCOMES.replace("internal_control", "internal_audit"), "\"two\"");
    world.pull("outcomes").await.unwrap();
    let after = kept(&world);
    assert_eq!(after.len(), before.len() + 1);
    for item in before {
        assert!(after.contains(&item), "changed: {item:?}");
    }
}
