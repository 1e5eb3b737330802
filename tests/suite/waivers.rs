//! Waivers and obligations, through real runs: an error that is let pass, and what a report asks of the next return.

use crate::support::{REGISTER, TODAY, World, cast, client, get_json, on_both};
use bellwether::auth::{Actor, OrganisationKind, Role, Sources};
use bellwether::clock::noon;
use bellwether::error::Code;
use bellwether::triage::{self, PersonalCells, RunStatus};
use bellwether::waivers::{self, Asked};
use jiff::civil::date;
use serde_json::{Value as Json, json};

on_both!(
    a_waived_error_lets_the_row_pass_until_it_is_ended,
    a_held_row_is_waived_by_what_it_is_about,
    who_may_waive_and_who_is_told_that_there_is_nothing,
    what_a_report_asks_is_checked_against_the_next_return,
);

const EXEMPT: &str = "\
authority_reference,name,district,financial_year_end,status,submitted_on,income
NA001,Aldermarsh,Fenwick Vale,2026-03-31,exempt,2026-06-20,\"£25,400\"
NA002,Great Pellow,Fenwick Vale,2026-03-31,exempt,2026-06-21,9000
";

fn asked(code: &str) -> Json {
    json!({
        "feed": "outcomes", "record_key": "NA001/2026", "code": code, "why": "the grant was counted twice",
        "until": "2027-06-30",
    })
}

async fn post(base: &str, key: &str, path: &str, body: &Json) -> (u16, Json) {
    let sent = cast::with_key(key).post(format!("{base}{path}")).body(body.to_string()).send().await.unwrap();
    let status = sent.status().as_u16();
    (status, serde_json::from_str(&sent.text().await.unwrap()).unwrap_or(Json::Null))
}

fn nalc(world: &World, role: Role) -> String {
    cast::key(&world.app, &cast::organisation(&world.app, OrganisationKind::Nalc, ""), role, &[])
}

async fn a_waived_error_lets_the_row_pass_until_it_is_ended(world: World) {
    world.register(REGISTER);
    world.source.set("/outcomes", EXEMPT, "\"one\"");
    let first = world.pull("outcomes").await.unwrap();
    assert_eq!((first.accepted, first.rejected), (1, 1), "{first:?}");
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Unchanged);

    let (base, key) = (world.serve(), nalc(&world, Role::Manager));
    let (status, made) = post(&base, &key, "/api/v1/waivers", &asked("exempt_over_limit")).await;
    assert_eq!((status, &made["in_force"], &made["record_key"]), (201, &json!(true), &json!("NA001/2026")), "{made}");
    assert_eq!(made["organisation"].as_str().map(str::is_empty), Some(false));

    // The server has nothing new to send, and the row is taken all the same.
    let again = world.pull("outcomes").await.unwrap();
    assert_eq!((again.accepted, again.unchanged, again.rejected), (1, 1, 0), "{again:?}");
    let council = get_json(&format!("{base}/api/v1/councils/E04990001")).await;
    assert_eq!(council["evidence"].as_array().map(Vec::len), Some(1), "{council}");
    assert_eq!(world.pull("outcomes").await.unwrap().status, RunStatus::Unchanged);

    let listed = get_json(&format!("{base}/api/v1/waivers")).await;
    assert_eq!(listed["waivers"][0]["why"], json!("the grant was counted twice"));
    let ended = format!("/api/v1/waivers/{}/end", made["id"]);
    let (status, done) = post(&base, &key, &ended, &Json::Null).await;
    assert_eq!((status, &done["in_force"]), (200, &json!(false)), "{done}");
    assert_eq!(post(&base, &key, &ended, &Json::Null).await.0, 422, "once is enough");
    let after = world.pull("outcomes").await.unwrap();
    assert_eq!((after.unchanged, after.rejected), (1, 1), "{after:?}");

    let log = get_json(&format!("{base}/api/v1/audit?limit=50")).await;
    let did: Vec<&str> =
        log["entries"].as_array().unwrap().iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert!(did.contains(&"check.waived") && did.contains(&"waiver.ended"), "{did:?}");
    let page = client(&base).get(format!("{base}/waivers")).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    assert!(page.text().await.unwrap().contains("NA001/2026 of outcomes"));
}

async fn a_held_row_is_waived_by_what_it_is_about(world: World) {
    world.register(REGISTER);
    let unnamed =
        EXEMPT.replace("NA002,Great Pellow,Fenwick Vale,2026-03-31", "NA002,Great Pellow,Fenwick Vale,lately");
    world.source.set("/outcomes", unnamed, "\"one\"");
    let run = world.pull("outcomes").await.unwrap().run.unwrap();
    let store = &world.app.store;
    let held = triage::run(store, &Sources::All, run, PersonalCells::Shown).unwrap().held;
    let (now, command) = ((noon(TODAY), TODAY), Actor::command());
    let asked = |code: &str| Asked {
        feed: String::new(),
        record_key: String::new(),
        code: code.to_owned(),
        why: "the grant was counted twice".to_owned(),
        until: date(2027, 6, 30),
    };
    let feeds = &world.app.config.feeds;
    let waive = |row: i64, code: &str| waivers::make_for_row(store, &command, now, (feeds, row, asked(code)));
    let made = waive(held[0].id, "exempt_over_limit").unwrap();
    assert_eq!((made.feed.as_str(), made.record_key.as_str()), ("outcomes", "NA001/2026"));
    assert_eq!(waive(held[0].id, "date_unreadable").unwrap_err().code, Code::InputRefused);
    assert_eq!(waive(held[1].id, "exempt_over_limit").unwrap_err().code, Code::InputRefused, "its year can't be read");
    assert_eq!(waive(7_999_999, "exempt_over_limit").unwrap_err().code, Code::RecordUnknown);
    let again = world.pull("outcomes").await.unwrap();
    assert_eq!((again.accepted, again.rejected), (1, 1), "{again:?}");
    // Its time over, the same row is refused again when it is read again.
    let later = world.replica(date(2027, 7, 1));
    let force = later.store.read(|c| waivers::in_force(c, "outcomes", later.clock.today())).unwrap();
    assert!(force.is_empty());
}

async fn who_may_waive_and_who_is_told_that_there_is_nothing(world: World) {
    world.register(REGISTER);
    world.source.set("/outcomes", EXEMPT, "\"one\"");
    world.pull("outcomes").await.unwrap();
    let base = world.serve();
    let key = |kind, place: &str, role| cast::key(&world.app, &cast::organisation(&world.app, kind, place), role, &[]);
    let firm = key(OrganisationKind::AuditFirm, "", Role::AuditorSubmitter);
    let saaa = key(OrganisationKind::Saaa, "", Role::AuditorSubmitter);
    let county = key(OrganisationKind::CountyAssociation, "Wealdshire", Role::Manager);
    let officer = nalc(&world, Role::Officer);
    let good = asked("exempt_over_limit");
    for (who, key, expected) in [
        ("firm", &firm, 403),
        ("county", &county, 403),
        ("officer", &officer, 403),
        ("SAAA, of another's list", &saaa, 404),
    ] {
        assert_eq!(post(&base, key, "/api/v1/waivers", &good).await.0, expected, "{who}");
    }
    // Before what they sent is looked at.
    assert_eq!(post(&base, &firm, "/api/v1/waivers", &json!("nothing")).await.0, 403);
    let manager = nalc(&world, Role::Manager);
    let with = |name: &str, value: Json| {
        let mut asked = asked("exempt_over_limit");
        asked[name] = value;
        asked
    };
    for (body, expected) in [
        (json!("nothing"), 400),
        (with("colour", json!("red")), 400),
        (with("feed", json!("no-such-feed")), 404),
        (with("feed", json!("no\u{0}feed")), 404),
        (with("code", json!("personal_data")), 422),
        (with("why", json!("")), 422),
        (with("until", json!("2026-11-20")), 422),
        (with("record_key", json!("")), 422),
        (good, 201),
    ] {
        assert_eq!(post(&base, &manager, "/api/v1/waivers", &body).await.0, expected, "{body}");
    }
    // Who sees a national list in figures alone sees no row of it, and no waiver.
    let listed = cast::with_key(&county).get(format!("{base}/api/v1/waivers")).send().await.unwrap();
    assert_eq!(listed.status().as_u16(), 200);
    assert!(!listed.text().await.unwrap().contains("NA001"));
    let end = cast::with_key(&saaa).post(format!("{base}/api/v1/waivers/1/end")).send().await.unwrap().text();
    let none = cast::with_key(&saaa).post(format!("{base}/api/v1/waivers/9/end")).send().await.unwrap().text();
    assert_eq!(end.await.unwrap().replace("waiver 1", "waiver 9"), none.await.unwrap());
}

const ASKING: &str = "\
authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_assertion,matter_1_reason,matter_1_next_year_answer,assertion_4
NA001,Aldermarsh,Fenwick Vale,2024/25,qualified,2025-06-20,2025-09-10,except_for,4,public_rights,no,yes
";

async fn what_a_report_asks_is_checked_against_the_next_return(world: World) {
    world.register(REGISTER);
    world.source.set("/outcomes", ASKING, "\"one\"");
    let first = world.pull("outcomes").await.unwrap();
    assert_eq!((first.accepted, first.notes.len()), (1, 0), "{first:?}");
    let base = world.serve();
    let address = format!("{base}/api/v1/councils/E04990001");
    let asked = get_json(&address).await["obligations"].clone();
    assert_eq!(asked.as_array().map(Vec::len), Some(1), "{asked}");
    assert_eq!(
        (&asked[0]["year"], &asked[0]["assertion"], &asked[0]["answer"], &asked[0]["state"]),
        (&json!(2026), &json!(4), &json!(false), &json!("open"))
    );

    let next = |answer: &str| {
        format!("{ASKING}NA001,Aldermarsh,Fenwick Vale,2025/26,unqualified,2026-06-20,2026-09-10,,,,,{answer}\n")
    };
    world.source.set("/outcomes", next("yes"), "\"two\"");
    let second = world.pull("outcomes").await.unwrap();
    let note = "Row 3: The report on 2024/25 asks that assertion 4 be answered No in the return for 2025/26, and it was \
                answered Yes; check the answer.";
    assert_eq!((second.accepted, second.notes.as_slice()), (1, &[note.to_owned()][..]), "{second:?}");
    let state = |council: &Json| council["obligations"][0]["state"].clone();
    assert_eq!(state(&get_json(&address).await), json!("not_met"));
    let page = client(&base).get(format!("{base}/councils/E04990001")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Answer No to assertion 4") && page.contains("Answered otherwise"));

    world.source.set("/outcomes", next("no"), "\"three\"");
    let third = world.pull("outcomes").await.unwrap();
    assert_eq!((third.accepted, third.notes.len()), (1, 0), "{third:?}");
    assert_eq!(state(&get_json(&address).await), json!("met"));

    // The report is corrected: what it asked, it asks no longer.
    world.source.set("/outcomes", next("yes").replace("public_rights,no,yes", "public_rights,,yes"), "\"four\"");
    let fourth = world.pull("outcomes").await.unwrap();
    assert_eq!((fourth.accepted, fourth.notes.len()), (2, 0), "{fourth:?}");
    assert_eq!(get_json(&address).await["obligations"], json!([]));

    // Both years in one file, on a fresh council: the earlier row counts for the later one.
    let both = next("yes").replace("NA001,Aldermarsh", "NA002,Great Pellow");
    world.source.set("/outcomes", both, "\"five\"");
    let fifth = world.pull("outcomes").await.unwrap();
    assert_eq!((fifth.accepted, fifth.notes.len()), (2, 1), "{fifth:?}");
}
