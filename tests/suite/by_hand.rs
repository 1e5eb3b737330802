//! Lists that people bring in: sent in a page or by a key, checked first, released when they were held; and the file that
//! a run read, taken away again.

use crate::support::{OUTCOMES, REGISTER, World, cast, get_json, json_of, on_both};
use bellwether::app::App;
use bellwether::auth::directory::{NewPerson, add_person};
use bellwether::auth::mask::masked;
use bellwether::auth::secret::form_token;
use bellwether::auth::sessions::{OpenedBy, Opening, open};
use bellwether::auth::{Actor, OrganisationKind, Role};
use serde_json::{Value as Json, json};

on_both!(
    a_list_is_checked_and_sent_in_a_page,
    a_list_is_sent_by_a_key_to_feeds_in_sight_alone,
    a_held_list_is_released_by_a_key,
    the_file_of_a_run_is_given_to_who_may_see_all_of_it,
);

/// The token of a session of somebody with these roles at NALC.
fn session(app: &App, role: Role) -> String {
    let organisation = cast::organisation(app, OrganisationKind::Nalc, "");
    let (email, name) = (format!("{role:?}@example.org").to_lowercase(), "Example Person".to_owned());
    let new = NewPerson { email, name, organisation, roles: vec![role] };
    let person = add_person(&app.store, &Actor::command(), &new, app.clock.now()).unwrap().id;
    let opening = Opening { person, by: OpenedBy::Command, second_factor: true, origin: "test" };
    open(&app.store, &opening, app.clock.now()).unwrap().reveal().to_owned()
}

/// A form as a browser sends it.
fn form(session: &str, what: &str, text: &str) -> String {
    let field = |name: &str, value: &str| {
        format!("--mark\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--mark\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\lists\\outcomes.csv\"\r\n\
                Content-Type: text/csv\r\n\r\n";
    let token = masked(&form_token(session));
    format!("{}{}{file}{text}\r\n--mark--\r\n", field("form_token", &token), field("what", what))
}

async fn posted(address: &str, session: &str, what: &str, text: &str) -> (u16, String, String) {
    let request = cast::stranger().post(address).header("cookie", format!("bellwether={session}"));
    let request = request.header("content-type", "multipart/form-data; boundary=mark");
    let answer = request.body(form(session, what, text)).send().await.unwrap();
    let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let (status, there) = (answer.status().as_u16(), header("location"));
    (status, there, answer.text().await.unwrap())
}

async fn a_list_is_checked_and_sent_in_a_page(world: World) {
    world.register(REGISTER);
    let base = world.serve();
    let officer = session(&world.app, Role::Officer);
    let address = format!("{base}/feeds/outcomes/lists");
    let cookie = format!("bellwether={officer}");
    let sources = cast::stranger().get(format!("{base}/feeds")).header("cookie", &cookie).send().await.unwrap();
    assert!(sources.text().await.unwrap().contains("/feeds/outcomes/lists"));
    let (status, _, page) = posted(&address, &officer, "check", OUTCOMES).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("4 rows: read") && page.contains("2 rows: would bring something new"), "{page}");
    assert!(page.contains("magnificent") && page.contains("Nothing of it was kept"), "{page}");
    assert_eq!(get_json(&format!("{base}/api/v1/runs")).await["runs"], json!([]));
    let (status, _, page) = posted(&address, &officer, "send", "").await;
    assert_eq!(status, 422, "{page}");
    let (status, there, page) = posted(&address, &officer, "send", OUTCOMES).await;
    assert_eq!(status, 303, "{page}");
    let run = get_json(&format!("{base}/api/v1{there}")).await;
    assert_eq!((&run["run"]["trigger"], &run["run"]["accepted"]), (&json!("upload"), &json!(2)), "{run}");
    let log = get_json(&format!("{base}/api/v1/audit?limit=50")).await;
    let sent = log["entries"].as_array().unwrap().iter().filter(|entry| entry["action"] == "feed.list_sent").count();
    assert_eq!(sent, 1, "a check and an empty file are no list: {log}");
    let (status, ..) = posted(&format!("{base}/feeds/no-such/lists"), &officer, "send", OUTCOMES).await;
    assert_eq!(status, 404);
    let reader = session(&world.app, Role::ReadOnly);
    assert_eq!(posted(&address, &reader, "send", OUTCOMES).await.0, 403);
}

async fn sent(base: &str, key: &str, path: &str, body: &str) -> (u16, Json) {
    let request = cast::with_key(key).post(format!("{base}{path}")).header("content-type", "text/csv");
    let answer = request.body(body.to_owned()).send().await.unwrap();
    (answer.status().as_u16(), json_of(answer).await)
}

async fn a_list_is_sent_by_a_key_to_feeds_in_sight_alone(world: World) {
    world.register(REGISTER);
    let base = world.serve();
    let key = |kind, place: &str, role| {
        let organisation = cast::organisation(&world.app, kind, place);
        cast::key(&world.app, &organisation, role, &[])
    };
    let nalc = key(OrganisationKind::Nalc, "", Role::Officer);
    let lists = "/api/v1/feeds/outcomes/lists";
    let (status, report) = sent(&base, &nalc, &format!("{lists}?dry_run=true"), OUTCOMES).await;
    assert_eq!((status, &report["accepted"], &report["run"]), (200, &json!(2), &Json::Null), "{report}");
    let (status, report) = sent(&base, &nalc, lists, OUTCOMES).await;
    assert_eq!((status, &report["accepted"], &report["rejected"]), (200, &json!(2), &json!(1)), "{report}");
    let (status, same) = sent(&base, &nalc, lists, OUTCOMES).await;
    assert_eq!((status, &same["unchanged"], &same["accepted"]), (200, &json!(2), &json!(0)), "{same}");
    // The list speaks of every county: an association and a firm see no more of it than figures, or nothing.
    let county = key(OrganisationKind::CountyAssociation, "Wealdshire", Role::Officer);
    let firm = key(OrganisationKind::AuditFirm, "north", Role::AuditorSubmitter);
    for key in [&county, &firm] {
        let (status, refused) = sent(&base, key, lists, OUTCOMES).await;
        assert_eq!((status, &refused["code"]), (404, &json!("feed_unknown")), "{refused}");
    }
    let (status, refused) = sent(&base, &nalc, lists, "no table at all").await;
    assert_eq!((status, &refused["code"]), (422, &json!("file_unreadable")), "{refused}");
}

async fn a_held_list_is_released_by_a_key(world: World) {
    world.register(REGISTER);
    let base = world.serve();
    world.source.set("/outcomes", OUTCOMES, "\"1\"");
    world.pull("outcomes").await.unwrap();
    world.source.set("/outcomes", OUTCOMES.replace("certified_on", "certified"), "\"2\"");
    let held = world.pull("outcomes").await.unwrap().run.unwrap();
    let nalc = cast::organisation(&world.app, OrganisationKind::Nalc, "");
    let decide = async |role: Role, decision: &str| {
        let key = cast::key(&world.app, &nalc, role, &[]);
        let body = json!({ "decision": decision, "reason": "the year was split" });
        let request = cast::with_key(&key).post(format!("{base}/api/v1/runs/{held}/decide"));
        let answer = request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), json_of(answer).await)
    };
    assert_eq!(decide(Role::Officer, "release").await.0, 403);
    let (status, taken) = decide(Role::Manager, "release").await;
    assert_eq!((status, &taken["report"]["read"]), (200, &json!(4)), "{taken}");
    let run = get_json(&format!("{base}/api/v1/runs/{held}")).await;
    assert_eq!(run["hold"]["decision"], "released", "{run}");
    assert_eq!(decide(Role::Manager, "refuse").await.0, 422, "it is decided once");
}

async fn the_file_of_a_run_is_given_to_who_may_see_all_of_it(world: World) {
    let run = world.with_outcomes().await.run.unwrap();
    let base = world.serve();
    let file = async |role: Role| {
        let cookie = format!("bellwether={}", session(&world.app, role));
        let page = cast::stranger().get(format!("{base}/runs/{run}")).header("cookie", &cookie).send().await.unwrap();
        let linked = page.text().await.unwrap().contains(&format!("/runs/{run}/file"));
        let request = cast::stranger().get(format!("{base}/runs/{run}/file")).header("cookie", &cookie);
        (linked, request.send().await.unwrap())
    };
    let (linked, refused) = file(Role::Officer).await;
    assert_eq!((linked, refused.status().as_u16()), (false, 403));
    let (linked, given) = file(Role::Manager).await;
    assert_eq!((linked, given.status().as_u16()), (true, 200));
    let disposition = given.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"outcomes"), "{disposition}");
    assert_eq!(given.bytes().await.unwrap(), OUTCOMES.as_bytes());
    let log = get_json(&format!("{base}/api/v1/audit?limit=50")).await;
    let taken = log["entries"].as_array().unwrap().iter().filter(|entry| entry["action"] == "run.file_taken").count();
    assert_eq!(taken, 1, "{log}");
}
