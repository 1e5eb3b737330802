//! How other rules come into force: drafted, approved by two others, published, gone back from; on both databases.

use crate::support::{TODAY, World, cast, on_both};
use bellwether::app::App;
use bellwether::auth::{Actor, Affiliation, OrganisationKind, Role, Who};
use bellwether::clock::noon;
use bellwether::error::Code;
use bellwether::publishing::{self, Asked, DraftState, DraftView, Verdict};
use bellwether::scoring::Band;
use bellwether::scoring::compared::Effect;
use bellwether::triage::{self, ListQuery};
use serde_json::{Value as Json, json};

on_both!(
    two_others_approve_and_then_it_counts_on_every_replica,
    nobody_approves_what_they_drafted_and_nobody_twice,
    a_draft_with_mistakes_is_not_kept_and_every_mistake_is_told,
    a_draft_of_rules_that_were_replaced_is_not_published,
    going_back_is_publishing_an_older_set,
    scores_name_their_set_and_the_earlier_day_keeps_its_own,
    a_key_drafts_and_takes_back_and_can_approve_nothing,
);

/// Somebody of NALC.
fn person(app: &App, id: i64, role: Role) -> Actor {
    let key = cast::organisation(app, OrganisationKind::Nalc, "");
    Actor {
        who: Who::Person { id, name: format!("Person {id}"), session: id },
        organisation: Some(Affiliation {
            id: 1,
            key,
            name: "NALC".to_owned(),
            kind: OrganisationKind::Nalc,
            counties: Vec::new(),
            council_id: None,
        }),
        roles: vec![role],
        kept_to: Vec::new(),
        second_factor_due: false,
        origin: "test".to_owned(),
    }
}

/// The rules in force with internal control as moderate, and with that version.
fn milder(app: &App, version: &str) -> Asked {
    let mut files = publishing::in_force(app, &Actor::command()).unwrap().files;
    let rules = files.get_mut("indicators/a.toml").unwrap();
    let at = rules.find("id = \"a4.").unwrap();
    let end = at + rules[at..].find("\n[[rule]]").unwrap();
    let changed = rules[at..end].replacen("severity = 3", "severity = 2", 1);
    // Its examples say how many points it gives.
    let changed = changed.replace("points = 7", "points = 3").replace("points = 12", "points = 7");
    rules.replace_range(at..end, &changed);
    let bands = files.get_mut("bands.toml").unwrap();
    *bands = bands.replace("version = \"pilot 1\"", &format!("version = \"{version}\""));
    Asked { files, rule_set: None, why: "internal control was weighed too much".to_owned() }
}

struct People {
    editor: Actor,
    one: Actor,
    other: Actor,
}

fn people(app: &App) -> People {
    People {
        editor: person(app, 101, Role::RuleEditor),
        one: person(app, 102, Role::RulePublisher),
        other: person(app, 103, Role::RulePublisher),
    }
}

fn approved(app: &App, people: &People, asked: &Asked) -> DraftView {
    let draft = publishing::draft(app, &people.editor, asked).unwrap_or_else(|e| panic!("{}", e.happened));
    for actor in [&people.one, &people.other] {
        publishing::decide(app, actor, (draft.id, Verdict::Approve, "it is right")).unwrap();
    }
    publishing::one(app, &people.editor, draft.id).unwrap()
}

fn band(app: &App) -> (Band, i64) {
    triage::rescore_all(app, "test").unwrap();
    let page = triage::list(app, &bellwether::auth::Reach::Nation, &ListQuery { limit: 1, ..ListQuery::default() });
    let line = page.unwrap().lines.into_iter().next().unwrap();
    (line.band, line.total)
}

async fn two_others_approve_and_then_it_counts_on_every_replica(world: World) {
    world.with_outcomes().await;
    let (app, replica) = (&world.app, world.replica(TODAY));
    let before = app.in_force().unwrap().set.hash.clone();
    assert_eq!(band(app), (Band::OfferSupport, 6_416));
    let people = people(app);
    let draft = publishing::draft(app, &people.editor, &milder(app, "pilot 2")).unwrap();
    assert_eq!((draft.state, draft.approvals, draft.needed), (DraftState::Open, 0, 2));
    assert!(draft.changes.changes.iter().any(|change| change.id == "a4.controls" && change.effect == Effect::Fewer));
    let early = publishing::publish(app, &people.one, (draft.id, "now")).unwrap_err();
    assert_eq!((early.code, early.happened.as_str()), (Code::DraftNotReady, "0 of 2 have approved it."));
    publishing::decide(app, &people.one, (draft.id, Verdict::Approve, "it is right")).unwrap();
    assert_eq!(publishing::publish(app, &people.one, (draft.id, "now")).unwrap_err().code, Code::DraftNotReady);
    let draft = publishing::decide(app, &people.other, (draft.id, Verdict::Approve, "it is right")).unwrap();
    assert_eq!(draft.state, DraftState::Approved);
    assert_eq!(app.in_force().unwrap().set.hash, before, "approved is not published");
    let draft = publishing::publish(app, &people.other, (draft.id, "agreed at the board")).unwrap();
    assert_eq!(draft.state, DraftState::Published);
    for app in [app, &replica] {
        assert_eq!(app.in_force().unwrap().set.hash, draft.rule_set);
        assert_eq!(app.in_force().unwrap().set.title, "Indicators of poor performance, version pilot 2");
    }
    assert_eq!(band(&replica).1, 2_750, "three points, with two of 24 months gone");
    // A program that is started anew goes on with what was published.
    assert_eq!(world.replica(TODAY).in_force().unwrap().set.hash, draft.rule_set);
    let listed = publishing::in_force(app, &people.editor).unwrap();
    assert!(listed.published);
    assert_eq!(listed.publications[0].why, "agreed at the board");
}

async fn nobody_approves_what_they_drafted_and_nobody_twice(world: World) {
    let app = &world.app;
    let people = people(app);
    // A publisher may draft as well.
    let own = publishing::draft(app, &people.one, &milder(app, "pilot 2")).unwrap();
    let refused = publishing::decide(app, &people.one, (own.id, Verdict::Approve, "mine")).unwrap_err();
    assert_eq!((refused.code, refused.happened.as_str()), (Code::DraftNotReady, "You drafted it yourself."));
    publishing::decide(app, &people.other, (own.id, Verdict::Approve, "it is right")).unwrap();
    let twice = publishing::decide(app, &people.other, (own.id, Verdict::Approve, "it is right")).unwrap_err();
    assert_eq!(twice.code, Code::AlreadyDecided);
    assert_eq!(publishing::publish(app, &people.other, (own.id, "now")).unwrap_err().code, Code::DraftNotReady);
    let editor = publishing::decide(app, &people.editor, (own.id, Verdict::Approve, "it is right")).unwrap_err();
    assert_eq!(editor.code, Code::NotPermitted);
    let theirs = publishing::decide(app, &people.editor, (own.id, Verdict::TakeBack, "no")).unwrap_err();
    assert_eq!(theirs.code, Code::DraftNotReady, "only one's own");
    let back = publishing::decide(app, &people.one, (own.id, Verdict::TakeBack, "it was too early")).unwrap();
    assert_eq!(back.state, DraftState::TakenBack);
    let late = publishing::decide(app, &people.other, (own.id, Verdict::Refuse, "no")).unwrap_err();
    assert_eq!(late.code, Code::AlreadyDecided);
    assert_eq!(publishing::one(app, &people.one, 4_711).unwrap_err().code, Code::DraftUnknown);
}

async fn a_draft_with_mistakes_is_not_kept_and_every_mistake_is_told(world: World) {
    let app = &world.app;
    let editor = people(app).editor;
    let with = |file: &str, from: &str, to: &str| {
        let mut asked = milder(app, "pilot 2");
        let text = asked.files.get_mut(file).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
        publishing::draft(app, &editor, &asked).unwrap_err()
    };
    let unknown_key = with("indicators/b.toml", "severity = 1", "severty = 1");
    assert_eq!(unknown_key.code, Code::RulesInvalid);
    assert!(unknown_key.happened.contains("indicators/b.toml:") && unknown_key.happened.contains("did you mean"));
    let example = with("indicators/b.toml", "points = 1\n", "points = 9\n");
    assert!(example.happened.contains("said to give 9 points"), "{}", example.happened);
    let never =
        with("flags.toml", "'evidence.flag == \"inquorate\"'", "'!known(evidence.flag) && known(evidence.flag)'");
    assert!(never.happened.contains("can never fire"), "{}", never.happened);
    let same = Asked { why: "nothing".to_owned(), ..milder(app, "pilot 1") };
    let same = Asked { files: publishing::in_force(app, &editor).unwrap().files, ..same };
    assert_eq!(publishing::draft(app, &editor, &same).unwrap_err().code, Code::InputRefused);
    let nothing = Asked { why: "nothing".to_owned(), ..Asked::default() };
    assert_eq!(publishing::draft(app, &editor, &nothing).unwrap_err().code, Code::InputRefused);
    assert_eq!(publishing::drafts(app, &editor, (None, 10)).unwrap(), []);
}

async fn a_draft_of_rules_that_were_replaced_is_not_published(world: World) {
    let app = &world.app;
    let people = people(app);
    let (first, second) =
        (approved(app, &people, &milder(app, "first")), approved(app, &people, &milder(app, "second")));
    publishing::publish(app, &people.one, (first.id, "first")).unwrap();
    let refused = publishing::publish(app, &people.one, (second.id, "second")).unwrap_err();
    assert_eq!(refused.code, Code::DraftNotReady);
    assert!(refused.happened.contains("would undo them"), "{}", refused.happened);
    assert_eq!(app.in_force().unwrap().set.hash, first.rule_set);
    let again = publishing::publish(app, &people.one, (first.id, "again")).unwrap_err();
    assert_eq!(again.code, Code::AlreadyDecided);
}

async fn going_back_is_publishing_an_older_set(world: World) {
    world.with_outcomes().await;
    let app = &world.app;
    let people = people(app);
    let original = app.in_force().unwrap().set.hash.clone();
    band(app);
    let draft = approved(app, &people, &milder(app, "pilot 2"));
    publishing::publish(app, &people.one, (draft.id, "now")).unwrap();
    assert_eq!(band(app).1, 2_750);
    let back = Asked { rule_set: Some(original.clone()), why: "too mild".to_owned(), ..Asked::default() };
    let back = approved(app, &people, &back);
    assert_eq!((back.rule_set.as_str(), back.based_on.as_str()), (original.as_str(), draft.rule_set.as_str()));
    publishing::publish(app, &people.other, (back.id, "too mild")).unwrap();
    assert_eq!(app.in_force().unwrap().set.hash, original);
    assert_eq!(band(app).1, 6_416);
    let unknown = Asked { rule_set: Some("0".repeat(64)), why: "nothing".to_owned(), ..Asked::default() };
    assert_eq!(publishing::draft(app, &people.editor, &unknown).unwrap_err().code, Code::RulesInvalid);
}

async fn scores_name_their_set_and_the_earlier_day_keeps_its_own(world: World) {
    world.with_outcomes().await;
    let app = &world.app;
    let people = people(app);
    let original = app.in_force().unwrap().set.hash.clone();
    let draft = approved(app, &people, &milder(app, "pilot 2"));
    app.clock.set(noon(TODAY.tomorrow().unwrap()));
    publishing::publish(app, &people.one, (draft.id, "now")).unwrap();
    triage::rescore_all(app, "rules").unwrap();
    let whole = triage::seen_whole(app, &Actor::command(), "E04990001", app.clock.today()).unwrap();
    let sets: Vec<&str> = whole.history.iter().map(|point| point.rule_set.as_str()).collect();
    assert_eq!(sets, [draft.rule_set.as_str(), original.as_str()]);
    let since = whole.since.unwrap();
    assert!(since.other_rules && since.unexplained == 0, "{since:?}");
    assert_eq!(since.changes.len(), 1, "{since:?}");
    assert_eq!(
        (since.changes[0].because.as_str(), since.changes[0].points),
        ("The rules were changed.", 2_750 - 6_416)
    );
}

async fn a_key_drafts_and_takes_back_and_can_approve_nothing(world: World) {
    let (app, base) = (&world.app, world.serve());
    let nalc = cast::organisation(app, OrganisationKind::Nalc, "");
    let key = cast::key(app, &nalc, Role::RuleEditor, &[]);
    let asked = milder(app, "pilot 2");
    let body = json!({ "files": asked.files, "why": asked.why });
    let post = async |path: &str, body: &Json| {
        let sent = cast::with_key(&key).post(format!("{base}{path}")).body(body.to_string()).send().await.unwrap();
        (sent.status().as_u16(), serde_json::from_str::<Json>(&sent.text().await.unwrap()).unwrap_or_default())
    };
    let (status, draft) = post("/api/v1/rules/drafts", &body).await;
    assert_eq!((status, &draft["state"]), (201, &json!("open")), "{draft}");
    let get = async |path: String| -> Json {
        let sent = cast::with_key(&key).get(format!("{base}{path}")).send().await.unwrap();
        serde_json::from_str(&sent.text().await.unwrap()).unwrap()
    };
    let id = &draft["id"];
    assert_eq!(get(format!("/api/v1/rules/drafts/{id}")).await["changes"], draft["changes"]);
    assert_eq!(get("/api/v1/rules/drafts".to_owned()).await["drafts"].as_array().map(Vec::len), Some(1));
    assert_eq!(get(format!("/api/v1/rules/drafts/{id}/rehearsal")).await["hash_after"], draft["rule_set"]);
    let months = get(format!("/api/v1/rules/drafts/{id}/rehearsal?from=2026-09-15")).await;
    let days: Vec<&str> = months["days"].as_array().unwrap().iter().filter_map(|day| day["day"].as_str()).collect();
    assert_eq!(days, ["2026-10-01", "2026-11-01", &TODAY.to_string()]);
    assert_eq!(months["days"][2]["before"].as_array().map(Vec::len), Some(5), "{months}");
    for (asked, said) in [
        ("from=2026-09-15&as_of=2026-11-01", "months as well"),
        ("to=2026-11-01", "there is no `from`"),
        ("from=2026-11-02&to=2026-11-01", "before it begins"),
        ("from=2024-01-01", "more than 13 days"),
        ("from=2027-01-01", "has not come yet"),
    ] {
        let problem = get(format!("/api/v1/rules/drafts/{id}/rehearsal?{asked}")).await;
        assert_eq!(problem["code"], "bad_query", "{asked}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{asked}: {problem}");
    }
    assert_eq!(get("/api/v1/rules".to_owned()).await["files"].as_object().map(serde_json::Map::len), Some(9));
    let mistaken = json!({ "files": { "a.toml": "[[rule]]\nid = 1\n" }, "why": "to see" });
    let (status, problem) = post("/api/v1/rules/drafts", &mistaken).await;
    assert_eq!((status, &problem["code"]), (422, &json!("rules_invalid")), "{problem}");
    let (status, back) = post(&format!("/api/v1/rules/drafts/{id}/take-back"), &json!({ "why": "a mistake" })).await;
    assert_eq!((status, &back["state"]), (200, &json!("taken_back")), "{back}");
    let method = get("/api/v1/method".to_owned()).await;
    assert_eq!(method["rule_set"].as_str(), Some(app.in_force().unwrap().set.hash.as_str()));
}
