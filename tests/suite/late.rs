//! Sources that are late: whatever pulling them does, what counts is when they last brought something new.

use crate::support::{self, REGISTER, TODAY, World, cast, get, get_json, on_both};
use bellwether::app::App;
use bellwether::auth::{Action, Actor, OrganisationKind, Role, Sources};
use bellwether::clock::{Clock, noon};
use bellwether::ingest::{Asked, RunReport, Trigger, run};
use bellwether::scoring::{Band, Indicator};
use bellwether::triage::{self, FeedLine, FeedState, RunStatus};
use jiff::ToSpan;
use jiff::civil::Date;

on_both!(
    a_source_that_brings_nothing_new_is_late_and_assesses_nothing,
    a_file_that_is_no_news_leaves_a_source_late,
    a_source_that_never_brought_anything_is_late_from_its_declaration,
    every_replica_tells_prometheus_the_same,
    nobody_is_told_of_councils_beyond_their_counties,
);

const COMPLAINTS: &str = "reference,name,district,theme\nC1,Aldermarsh,Fenwick Vale,disrespect\n";
/// The day on which a source that brought something on [`TODAY`] and is to do so every 35 days is late.
const LATE: Date = jiff::civil::date(2026, 12, 27);

/// Another replica whose configuration expects something new of the complaints as often as that.
fn expecting(world: &World, every: Option<&str>, today: Date) -> App {
    let mut config = (*world.app.config).clone();
    config.feeds[1].expected_every = every.map(|every| every.parse().unwrap());
    let app = App::open(config, Clock::standing_at(noon(today))).unwrap();
    app.declare().unwrap();
    app
}

async fn pull(app: &App, feed: &str) -> RunReport {
    let feed = app.feed(feed).unwrap().clone();
    run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap()
}

fn complaints(app: &App) -> FeedLine {
    let lines = triage::feeds(app, &Sources::All).unwrap();
    lines.into_iter().find(|line| line.id == "complaints").unwrap()
}

/// A register, outcomes and complaints, all of today, by a replica that expects complaints every 35 days.
async fn begun(world: &World) -> App {
    world.with_outcomes().await;
    world.source.set("/complaints", COMPLAINTS, "\"c\"");
    let app = expecting(world, Some("35 days"), TODAY);
    assert_eq!(pull(&app, "complaints").await.accepted, 1);
    triage::rescore_all(&app, "test").unwrap();
    app
}

/// The band of a council with a clean return, and which indicators are assessed.
fn clean(app: &App, day: Date) -> (Band, String) {
    let nation = bellwether::auth::Reach::Nation;
    let score = triage::whole(&app.store, &app.rules.set, &nation, ("E04990002", day)).unwrap().score;
    let assessed = score.coverage.iter().filter(|cover| cover.assessed);
    (score.band, assessed.map(|cover| cover.indicator.letter()).collect())
}

async fn a_source_that_brings_nothing_new_is_late_and_assesses_nothing(world: World) {
    let app = begun(&world).await;
    assert_eq!(clean(&app, TODAY), (Band::NoCurrentConcern, "abcde".to_owned()));
    // Pulling works all the while.
    app.clock.set(noon(LATE.yesterday().unwrap()));
    assert_eq!(pull(&app, "complaints").await.status, RunStatus::Unchanged);
    let line = complaints(&app);
    assert_eq!((line.late_since, line.state(app.clock.now())), (None, FeedState::UpToDate));
    assert_eq!(line.last_new_at, Some(noon(TODAY)));
    app.clock.set(noon(LATE));
    assert_eq!(pull(&app, "complaints").await.status, RunStatus::Unchanged);
    triage::rescore_all(&app, "test").unwrap();
    let line = complaints(&app);
    assert_eq!((line.late_since, line.state(app.clock.now())), (Some(LATE), FeedState::Late));
    let open: Vec<(Indicator, i64)> =
        line.makes_unassessed.iter().map(|open| (open.indicator, open.councils)).collect();
    assert_eq!(open, [(Indicator::B, 5), (Indicator::C, 5), (Indicator::D, 5), (Indicator::E, 5)]);
    assert_eq!(line.makes_unassessed[0].counties, ["Wealdshire"]);
    assert_eq!(clean(&app, LATE), (Band::NotAssessed, "a".to_owned()));
    assert_eq!(clean(&app, LATE.yesterday().unwrap()), (Band::NoCurrentConcern, "abcde".to_owned()), "looking back");
    let base = support::serve(app.clone());
    let (_, _, page) = get(&format!("{base}/feeds")).await;
    for words in
        ["Late since", "27 December 2026", "Procedures and decisions” at 5 councils (Wealdshire)", "Every 35 days"]
    {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    let told = get_json(&format!("{base}/api/v1/feeds")).await;
    let told = told["feeds"].as_array().unwrap().iter().find(|feed| feed["id"] == "complaints").unwrap().clone();
    assert_eq!((told["late_since"].as_str(), told["expected_every"].as_str()), (Some("2026-12-27"), Some("35 days")));
    assert_eq!(told["makes_unassessed"][0]["councils"], 5);
    let whole = get_json(&format!("{base}/api/v1/councils/E04990002")).await.to_string();
    assert!(whole.contains("and is not late (The complaints has been late since 27 December 2026)"), "{whole}");
    // Something new ends it.
    world.source.set("/complaints", format!("{COMPLAINTS}C2,Aldermarsh,Fenwick Vale,disrespect\n"), "\"d\"");
    assert_eq!(pull(&app, "complaints").await.accepted, 1);
    triage::rescore_all(&app, "test").unwrap();
    let line = complaints(&app);
    assert_eq!((line.late_since, line.state(app.clock.now())), (None, FeedState::UpToDate));
    assert!(line.makes_unassessed.is_empty());
    assert_eq!(clean(&app, LATE), (Band::NoCurrentConcern, "abcde".to_owned()));
}

async fn a_file_that_is_no_news_leaves_a_source_late(world: World) {
    let app = begun(&world).await;
    app.clock.set(noon(LATE));
    // The register has learned a name: the same bytes are read anew, and are still the same bytes.
    world.register(&format!("{REGISTER}E04990007,Ashmere,,E07990001,Fenwick Vale,Wealdshire,true,\n"));
    let again = pull(&app, "complaints").await;
    assert_eq!((again.status, again.unchanged), (RunStatus::Applied, 1));
    assert_eq!((complaints(&app).late_since, complaints(&app).last_new_at), (Some(LATE), Some(noon(TODAY))));
    // What was taken back was never brought.
    world.source.set("/complaints", format!("{COMPLAINTS}C2,Great Pellow,Fenwick Vale,disrespect\n"), "\"d\"");
    let wrong = pull(&app, "complaints").await;
    assert_eq!(complaints(&app).late_since, None);
    bellwether::review::undo_run(&app, &Actor::command(), (wrong.run.unwrap(), "The wrong list.")).unwrap();
    assert_eq!(complaints(&app).late_since, Some(LATE));
}

async fn a_source_that_never_brought_anything_is_late_from_its_declaration(world: World) {
    let inbox = world.folder.path().join("inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    let declared = |every: &str| {
        format!(
            "[[feed]]\nid = \"dropped\"\ntitle = \"Dropped\"\nsource = \"complaints\"\ncovers = \"all\"\n{every}\
             schedule = \"*/5 * * * *\"\nlocation = {{ folder = {inbox:?}, pattern = \"*.csv\" }}\n"
        )
    };
    let on = |every: &str, day: Date| {
        let mut config = (*world.app.config).clone();
        config.feeds = bellwether::config::Config::parse(&declared(every), "inbox.toml").unwrap().feeds;
        let app = App::open(config, Clock::standing_at(noon(day))).unwrap();
        app.declare().unwrap();
        let lines = triage::feeds(&app, &Sources::All).unwrap();
        let line = lines.into_iter().find(|line| line.id == "dropped").unwrap();
        (line.late_since, line.last_new_at)
    };
    let (ten, twenty) = ("expected_every = \"10 days\"\n", "expected_every = \"20 days\"\n");
    let late = TODAY.checked_add(11.days()).unwrap();
    assert_eq!(on(ten, TODAY), (None, None));
    assert_eq!(on(ten, late.yesterday().unwrap()), (None, None));
    assert_eq!(on(ten, late), (Some(late), None));
    // Whatever is declared later, it is measured from the first day.
    assert_eq!(on("", late), (None, None));
    assert_eq!(on(twenty, late), (None, None));
    let later = TODAY.checked_add(21.days()).unwrap();
    assert_eq!(on(twenty, later), (Some(later), None));
    // A feed that is no longer declared is not expected to do anything.
    assert!(triage::feeds(&world.replica(later), &Sources::All).unwrap().iter().all(|line| line.late_since.is_none()));
}

async fn every_replica_tells_prometheus_the_same(world: World) {
    let app = begun(&world).await;
    let figures = |app: App| async move {
        let owner = cast::organisation(&app, OrganisationKind::Nalc, "");
        let key = cast::key(&app, &owner, Role::Administrator, &[Action::SeeFigures]);
        let base = support::serve(app);
        let answer = cast::with_key(&key).get(format!("{base}/metrics")).send().await.unwrap();
        let text = answer.text().await.unwrap();
        let news = text
            .lines()
            .filter(|line| line.starts_with("bellwether_feed_last_new") || line.starts_with("bellwether_feed_late"));
        news.map(str::to_owned).collect::<Vec<_>>()
    };
    let brought = noon(TODAY).as_second();
    let said = |late: u8| {
        vec![
            format!("bellwether_feed_last_new_timestamp_seconds{{feed=\"complaints\"}} {brought}"),
            format!("bellwether_feed_last_new_timestamp_seconds{{feed=\"outcomes\"}} {brought}"),
            format!("bellwether_feed_late{{feed=\"complaints\"}} {late}"),
        ]
    };
    assert_eq!(figures(app).await, said(0));
    // Replicas that never ran anything, a month apart.
    assert_eq!(figures(expecting(&world, Some("35 days"), LATE.yesterday().unwrap())).await, said(0));
    assert_eq!(figures(expecting(&world, Some("35 days"), LATE)).await, said(1));
    assert_eq!(figures(expecting(&world, None, LATE)).await, said(0)[..2], "nothing is expected any more");
}

async fn nobody_is_told_of_councils_beyond_their_counties(world: World) {
    let app = begun(&world).await;
    app.clock.set(noon(LATE));
    triage::rescore_all(&app, "test").unwrap();
    let seen = |counties: &[&str]| {
        let counties = counties.iter().map(|county| (*county).to_owned()).collect();
        let lines = triage::feeds(&app, &Sources::Of { organisation: "calc".to_owned(), counties }).unwrap();
        let line = lines.into_iter().find(|line| line.id == "complaints").unwrap();
        (line.late_since, line.makes_unassessed.iter().map(|open| open.councils).sum::<i64>())
    };
    assert_eq!(seen(&["Wealdshire"]), (Some(LATE), 20));
    assert_eq!(seen(&["Elsewhere"]), (Some(LATE), 0));
}
