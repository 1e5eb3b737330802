//! Engagement: kept and shown as context, and no score knows of it.

use crate::support::{self, REGISTER, TODAY, World, get, get_json, on_both};
use bellwether::app::App;
use bellwether::auth::Reach;
use bellwether::clock::noon;
use bellwether::evidence::EvidenceKind;
use bellwether::ingest::{Asked, RunReport, SourceKind, Trigger, run};
use bellwether::scoring::Score;
use bellwether::triage::{self, Engagement};
use jiff::ToSpan;

on_both!(engagement_is_shown_and_leaves_every_score_as_it_was, a_later_list_says_anew_what_is_so);

const LIST: &str = "engagement,name,district,as_of,level,topic,since,holds\n\
    association_member,Aldermarsh,Fenwick Vale,2026-11-01,,,2019-04-01,no\n\
    award,Aldermarsh,Fenwick Vale,2026-11-01,quality gold,,2024-05-01,\n\
    trained,Aldermarsh,Fenwick Vale,2026-10-05,,finance,,\n\
    clerk_vacant,Aldermarsh,Fenwick Vale,2026-11-01,,,,\n\
    bounced,Great Pellow,Fenwick Vale,2026-11-02,,,,\n";

/// A replica whose feed of flags sends engagement.
fn with_feed(world: &World) -> App {
    let mut config = (*world.app.config).clone();
    config.feeds[2].source = SourceKind::Engagement;
    let app = App::open(config, world.app.clock.clone()).unwrap();
    app.declare().unwrap();
    app
}

async fn pull(world: &World, app: &App, list: &str) -> RunReport {
    world.source.set("/flags", list.to_owned(), &format!("\"{}\"", list.len()));
    let feed = app.feed("flags").unwrap().clone();
    run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap()
}

/// Every council's score, but for the hash that a source which was read makes another.
fn scores(app: &App) -> Vec<Score> {
    triage::look_back(&app.store, &app.rules.set, app.clock.today()).unwrap()
}

fn known(app: &App, code: &str) -> Vec<Engagement> {
    triage::whole(&app.store, &app.rules.set, &Reach::Nation, (code, app.clock.today())).unwrap().engagement
}

async fn engagement_is_shown_and_leaves_every_score_as_it_was(world: World) {
    world.with_outcomes().await;
    let app = with_feed(&world);
    // The feed has run once with nothing to say, so that only what it says is new.
    assert_eq!(pull(&world, &app, "engagement,name,as_of\n").await.read, 0);
    triage::rescore_all(&app, "test").unwrap();
    let before = scores(&app);
    let report = pull(&world, &app, LIST).await;
    assert_eq!((report.accepted, report.review, report.rejected), (5, 0, 0), "{report:?}");
    assert_eq!(report.rescored, 0, "no council has a new score");
    assert_eq!(triage::rescore_all(&app, "test").unwrap().changed, 0);
    assert_eq!(scores(&app), before, "to the hash of what went in");
    let says: Vec<String> = known(&app, "E04990001").into_iter().map(|known| known.says).collect();
    assert_eq!(
        says,
        [
            "Not a member of the county association",
            "Attended training (finance)",
            "Holds the Quality Gold award of the Local Council Award Scheme",
            "The post of clerk is vacant",
        ]
    );
    let base = support::serve(app.clone());
    let (_, _, page) = get(&format!("{base}/councils/E04990001")).await;
    assert!(page.contains("None of it says anything for or against the council’s conduct"), "{page}");
    assert!(page.contains("Holds the Quality Gold award"), "{page}");
    let told = get_json(&format!("{base}/api/v1/councils/E04990001")).await;
    assert_eq!(
        (&told["engagement"][2]["level"], &told["engagement"][2]["since"]),
        (&"quality_gold".into(), &"2024-05-01".into())
    );
    let whole = triage::whole(&app.store, &app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    assert!(
        whole.score.ignored.iter().all(|ignored| ignored.kind != EvidenceKind::Engagement),
        "it was not left out of anything"
    );
    // Nothing is said of the others, and so nothing is shown.
    assert!(get_json(&format!("{base}/api/v1/councils/E04990003")).await.get("engagement").is_none());
}

async fn a_later_list_says_anew_what_is_so(world: World) {
    world.register(REGISTER);
    let app = with_feed(&world);
    pull(&world, &app, LIST).await;
    app.clock.set(noon(TODAY.checked_add(30.days()).unwrap()));
    let later = "engagement,name,district,as_of,level,topic,since,holds,ended_on\n\
        association_member,Aldermarsh,Fenwick Vale,2026-12-01,,,,,\n\
        award,Aldermarsh,Fenwick Vale,2026-12-01,quality gold,,,,2026-11-30\n\
        bounced,Great Pellow,Fenwick Vale,2026-12-01,,,,,2026-11-28\n";
    let report = pull(&world, &app, later).await;
    assert_eq!(report.accepted, 3, "{report:?}");
    let says: Vec<String> = known(&app, "E04990001").into_iter().map(|known| known.says).collect();
    assert_eq!(says[0], "Member of the county association");
    assert!(says.contains(&"Holds no award of the Local Council Award Scheme".to_owned()), "{says:?}");
    assert_eq!(known(&app, "E04990002")[0].says, "Its address can be reached");
    let whole = triage::whole(&app.store, &app.rules.set, &Reach::Nation, ("E04990002", app.clock.today())).unwrap();
    assert_eq!(whole.evidence.len(), 2, "every version is kept");
}
