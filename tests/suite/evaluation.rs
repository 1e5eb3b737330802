//! How well warnings came true: nothing of the future is in a warning, and what is known to persist is found to.

use crate::support::{REGISTER, World, on_both};
use bellwether::app::App;
use bellwether::auth::Reach;
use bellwether::clock::{Clock, noon};
use bellwether::config::Config;
use bellwether::evaluation::observation::Observation;
use bellwether::evaluation::{Question, evaluate, gather};
use bellwether::ingest::{Asked, Trigger, run};
use bellwether::simulation::{Plan, rehearsal, write};
use bellwether::store::register;
use bellwether::triage;
use jiff::civil::{Date, date};
use std::collections::{BTreeSet, HashMap};

on_both!(nothing_of_the_future_is_in_a_warning, what_persists_is_foretold_better_than_by_chance,);

const CUT_OFF: Date = date(2024, 6, 30);

const OUTCOMES: &str =
    "authority_reference,gss_code,name,financial_year_end,status,submitted_on,certified_on,determined_on,version\n";

/// A world whose three sources are files, with the register loaded.
fn world_of_files(world: &World) -> App {
    let mut text = format!("database = {:?}\n", world.url);
    for (id, source) in [("outcomes", "audit_outcomes"), ("complaints", "complaints"), ("records", "county_records")] {
        let file = world.folder.path().join(format!("{id}.csv"));
        text.push_str(&format!(
            "[[feed]]\nid = \"{id}\"\ntitle = \"The {id}\"\nsource = \"{source}\"\nlocation = {{ file = {file:?} }}\ncovers = \"all\"\n"
        ));
    }
    let app =
        App::open(Config::parse(&text, "test.toml").unwrap(), Clock::standing_at(noon(date(2023, 5, 31)))).unwrap();
    app.declare().unwrap();
    bellwether::register::import(&app, "register.csv", REGISTER.as_bytes()).unwrap();
    app
}

/// A source sends a list on a day.
async fn sends(world: &World, app: &App, (day, feed): (Date, &str), list: &str) {
    app.clock.set(noon(day));
    std::fs::write(world.folder.path().join(format!("{feed}.csv")), list).unwrap();
    let feed = app.feed(feed).unwrap().clone();
    let report = run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap();
    assert_eq!((report.review, report.rejected), (0, 0), "{:?}", report.held);
}

fn of<'o>(app: &App, observations: &'o [Observation], code: &str) -> &'o Observation {
    let councils = app.store.read(register::councils).unwrap();
    let council = councils.iter().find(|council| council.gss_code == code).unwrap();
    observations.iter().find(|row| row.council == council.id && row.cut_off == CUT_OFF).unwrap()
}

/// The history of six councils: what came after the cut-off, what was only told of after it, what was taken back, what ended.
async fn history(world: &World) -> App {
    let app = world_of_files(world);
    let clean = "N1,E04990001,Aldermarsh,2023-03-31,unqualified,2023-05-01,2023-07-01,,1\n";
    sends(world, &app, (date(2023, 7, 31), "outcomes"), &format!("{OUTCOMES}{clean}")).await;
    // An order that stands when it is told of, and has ended a year later.
    let records = "reference,name,gss_code,record,happened_on,recorded_on,open,ended_on\n";
    let order =
        |end: &str| format!("{records}R1,Thornley Green,E04990004,inquorate_order,2024-10-01,2024-10-20,{end}\n");
    sends(world, &app, (date(2024, 11, 1), "records"), &order("yes,")).await;
    // Two wrong exemptions settled after the cut-off; one is restated.
    let exempt = "N1,E04990001,Aldermarsh,2024-03-31,incorrectly_exempt,2024-06-01,,2024-12-15,1\nN3,E04990003,Coldbrook with Fenny Hatch,2024-03-31,incorrectly_exempt,2024-06-01,,2024-12-20,1\n";
    sends(world, &app, (date(2025, 2, 1), "outcomes"), &format!("{OUTCOMES}{exempt}")).await;
    let restated = exempt.replace(
        "N3,E04990003,Coldbrook with Fenny Hatch,2024-03-31,incorrectly_exempt,2024-06-01,,2024-12-20,1",
        "N3,E04990003,Coldbrook with Fenny Hatch,2024-03-31,unqualified,2024-06-01,2025-03-01,,2",
    );
    sends(world, &app, (date(2025, 6, 1), "outcomes"), &format!("{OUTCOMES}{restated}")).await;
    sends(world, &app, (date(2025, 7, 1), "records"), &order("no,2025-01-10")).await;
    // Decided before the cut-off, and told of a year after it: one of the outcome too.
    let late = "reference,name,gss_code,theme,stage,outcome,received_on,decided_on\nC1,Great Pellow,E04990002,bullying_or_harassment,decided,upheld,2024-01-01,2024-05-01\n";
    sends(world, &app, (date(2025, 8, 1), "complaints"), late).await;
    app
}

async fn nothing_of_the_future_is_in_a_warning(world: World) {
    let app = history(&world).await;
    let question = Question {
        outcome: ["a9", "c2", "c11"].map(str::to_owned).to_vec(),
        from: Some(CUT_OFF),
        every_months: 1,
        ..Question::default()
    };
    let days = question.days(date(2023, 7, 31), date(2025, 8, 1));
    let gathered = gather(&app, &question, &days).unwrap();
    let at = |code| of(&app, &gathered.observations, code);
    // The late complaint is dated before the cut-off: whoever looks today scores it, who looked then could not.
    let whole = |code, day| triage::whole(&app.store, &app.rules.set, &Reach::Nation, (code, day)).unwrap().score;
    let pellow = at("E04990002");
    assert!(whole("E04990002", date(2025, 8, 1)).total > 0);
    assert_eq!((pellow.points, pellow.rules.len(), pellow.recent, pellow.counting), (0, 0, false, false));
    assert_eq!(pellow.outcome, None, "it was determined before the cut-off, so nothing came true after it");
    for observation in &gathered.observations {
        let known_then = whole_total(&app, observation);
        assert_eq!((observation.points, observation.band), known_then, "{observation:?}");
    }
    assert_eq!(at("E04990001").outcome, Some(date(2024, 12, 15)));
    assert_eq!(at("E04990003").outcome, None, "it was restated since: it never was so");
    assert_eq!(at("E04990004").outcome, Some(date(2024, 10, 20)), "it has ended since, and was so");
    // On the last cut-offs nothing new comes any more, though both count: only what is new comes true.
    let last = gathered.observations.iter().filter(|row| row.cut_off == date(2024, 7, 30));
    assert_eq!(last.filter(|row| row.outcome.is_some()).count(), 2);
    let found = evaluate(&app, &question).unwrap();
    assert_eq!((found.cut_offs.len(), found.known_until), (2, date(2025, 8, 1)));
    assert_eq!((found.base_rate.with, found.base_rate.of, found.councils_with_outcome), (4.0, 10, 2));
    assert!(found.remarks.iter().any(|remark| remark.contains("Only 2 councils")), "{:?}", found.remarks);
    assert_eq!(found.unfinished.len(), 12, "a month apart from August to July");
    // A future that nobody knew yet changes nothing of what was foretold, only of what came.
    let earlier = question.days(date(2023, 7, 31), date(2025, 7, 1));
    let without = gather(&app, &question, &earlier).unwrap();
    for before in &without.observations {
        let after =
            gathered.observations.iter().find(|row| (row.council, row.cut_off) == (before.council, before.cut_off));
        assert_eq!(
            after.map(|row| (row.points, row.band, row.recent)),
            Some((before.points, before.band, before.recent))
        );
    }
}

/// What a council's page shows when it is asked as of that day.
fn whole_total(app: &App, observation: &Observation) -> (i64, bellwether::scoring::Band) {
    let councils = app.store.read(register::councils).unwrap();
    let code = &councils.iter().find(|council| council.id == observation.council).unwrap().gss_code;
    let day = observation.cut_off;
    let score = triage::whole(&app.store, &app.rules.set, &Reach::Nation, (code, day)).unwrap().score;
    (score.total, score.band)
}

/// The councils of which a delivery told such an event.
fn councils_told_of(app: &App, events: &std::path::Path, what: &str) -> BTreeSet<i64> {
    let councils = app.store.read(register::councils).unwrap();
    let mut reader = csv::Reader::from_path(events).unwrap();
    let rows = reader.deserialize::<HashMap<String, String>>().map(Result::unwrap);
    rows.filter(|event| event["what"] == what && event["reported"] == "yes")
        .map(|event| councils.iter().find(|council| council.gss_code == event["gss_code"]).unwrap().id)
        .collect()
}

async fn what_persists_is_foretold_better_than_by_chance(world: World) {
    let out = world.folder.path().join("country");
    let plan = Plan { councils: 150, years: 4, seed: 2 };
    write(plan, &out).unwrap();
    let config = rehearsal::configuration(&out, Some(&world.url)).unwrap();
    let app = App::open(config, Clock::standing_at(noon(plan.first_day()))).unwrap();
    rehearsal::live_through(&app, &out, |_, _, _| {}).await.unwrap();
    // What the engine says came is what happened and was told of.
    let order = Question { outcome: vec!["c11".to_owned()], ..Question::default() };
    let days = order.days(plan.first_day(), plan.last_day());
    let seen: BTreeSet<i64> = gather(&app, &order, &days).unwrap().outcomes.into_keys().collect();
    let told = councils_told_of(&app, &out.join("truth/events.csv"), "inquorate_order");
    assert!(seen.is_subset(&told), "{seen:?} {told:?}");
    assert!(
        told.len() > 3 && told.difference(&seen).count() <= 2,
        "only rows that wait for a person are missing: {seen:?} {told:?}"
    );
    let outcome = ["a4", "a8", "a9", "a10", "a11", "a12", "c2", "c9", "c10", "c11"].map(str::to_owned).to_vec();
    let found = evaluate(&app, &Question { outcome, k: 15, ..Question::default() }).unwrap();
    let area = found.roc.points;
    assert!(area.low.unwrap() > 0.5, "bad councils stay bad, and points do not show it: {area:?}");
    assert!(area.positives > 50 && area.councils_with > 20, "{area:?}");
    assert!(found.roc.new_cases.estimate.unwrap() > 0.5, "{:?}", found.roc.new_cases);
    let first = &found.at_k[14];
    assert!(first.precision.estimate > found.base_rate.estimate, "{first:?}");
    let bands = found.bands.iter().map(|band| band.outcome.of).sum::<usize>();
    assert_eq!(bands, found.base_rate.of, "every row is in one band");
    assert_eq!(
        found,
        evaluate(&app, &Question { outcome: found.outcome.clone(), k: 15, ..Question::default() }).unwrap()
    );
}
