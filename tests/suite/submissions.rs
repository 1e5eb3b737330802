//! Outcomes handed in through the API: checked, taken, known again, taken back, and told to whom they went.

mod changes;
mod corrections;
mod files;

use crate::support::{REGISTER, World, cast, json_of, on_both, serve};
use bellwether::auth::{OrganisationKind, Role};
use serde_json::{Value as Json, json};

on_both!(
    good_rows_are_taken_and_score_at_once,
    an_error_means_that_nothing_is_taken_unless_the_good_rows_are_asked_for,
    a_check_keeps_nothing,
    rows_of_another_year_are_refused,
    the_same_key_gets_the_same_receipt_and_is_good_for_nothing_else,
    of_many_who_send_the_same_at_once_one_is_taken,
    another_firms_submission_is_as_one_that_there_is_not,
    what_is_withdrawn_no_longer_counts_and_can_be_sent_again,
    an_older_version_of_the_source_replaces_nothing,
);

pub const GOOD: &str = "\
authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,version,matter_1_class,matter_1_assertion,matter_1_reason,matter_1_undisclosed
NA001,Aldermarsh Parish Council,Fenwick Vale,2025/26,qualified,2026-06-20,2026-09-10,2,except_for,2,internal_control,no
NA002,Great Pellow,Fenwick Vale,2025/26,unqualified,2026-06-21,2026-09-10,1,,,,
NA004,Thornley Green,,2025/26,unqualified,2026-06-22,2026-09-10,1,,,,
";
const BAD: &str = "NA003,Coldbrook with Fenny Hatch,Tarn Side,2025/26,magnificent,2026-06-22,2026-09-10,1,,,,\n";
pub const ADDRESS: &str = "/api/v1/submissions?financial_year=2025/26";

/// A served world with a firm that submits.
pub struct Firm {
    pub base: String,
    pub client: reqwest::Client,
}

/// The firm of that name.
pub fn firm(world: &World, base: &str, name: &str) -> Firm {
    let organisation = cast::organisation(&world.app, OrganisationKind::AuditFirm, name);
    let key = cast::key(&world.app, &organisation, Role::AuditorSubmitter, &[]);
    Firm { base: base.to_owned(), client: cast::with_key(&key) }
}

/// The register loaded, the app served, a firm.
pub fn begun(world: &World) -> Firm {
    world.register(REGISTER);
    firm(world, &serve(world.app.clone()), "north")
}

impl Firm {
    pub async fn csv(&self, address: &str, body: &str, key: Option<&str>) -> (u16, String) {
        let mut request = self.client.post(format!("{}{address}", self.base)).header("content-type", "text/csv");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub async fn sent(&self, address: &str, body: &str, status: u16) -> Json {
        let (came, text) = self.csv(address, body, None).await;
        assert_eq!(came, status, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn get(&self, path: &str) -> (u16, Json) {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await.unwrap();
        (answer.status().as_u16(), json_of(answer).await)
    }

    pub async fn post(&self, path: &str, body: &Json) -> (u16, Json) {
        let answer = self
            .client
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), json_of(answer).await)
    }

    /// Standings and sentences of a council as NALC sees it.
    pub async fn council(&self, code: &str) -> Json {
        crate::support::get_json(&format!("{}/api/v1/councils/{code}", self.base)).await
    }
}

fn counts(receipt: &Json) -> [u64; 5] {
    ["read", "accepted", "unchanged", "review", "rejected"].map(|name| receipt[name].as_u64().unwrap())
}

fn findings(receipt: &Json) -> Vec<(u64, String, String)> {
    let list = receipt["findings"].as_array().unwrap();
    let text = |finding: &Json, name: &str| finding[name].as_str().unwrap().to_owned();
    list.iter().map(|one| (one["row"].as_u64().unwrap_or(0), text(one, "kind"), text(one, "code"))).collect()
}

async fn good_rows_are_taken_and_score_at_once(world: World) {
    let firm = begun(&world);
    let receipt = firm.sent(ADDRESS, GOOD, 201).await;
    assert_eq!(receipt["status"], "accepted");
    assert_eq!(counts(&receipt), [3, 2, 0, 1, 0]);
    assert_eq!(findings(&receipt), [(4, "review".to_owned(), "council_unclear".to_owned())]);
    let council = firm.council("E04990001").await;
    assert!(council["score"]["total"].as_i64().unwrap() > 0, "{}", council["score"]);
    assert_eq!(council["evidence"][0]["source"], "Outcomes submitted by The audit firm north");
    let (_, whole) = firm.get(&format!("/api/v1/submissions/{}", receipt["id"])).await;
    assert_eq!(whole["receipt"], receipt, "the receipt is kept as it was given");
    assert_eq!(whole["records"][0]["record_key"], "NA001/2026");
    assert_eq!(whole["records"][0]["state"], "current");
    // The same rows again say nothing new; what waits for a person waits once.
    let again = firm.sent(ADDRESS, GOOD, 201).await;
    assert_eq!(counts(&again), [3, 0, 2, 1, 0]);
    let (_, run) = firm.get(&format!("/api/v1/runs/{}", again["run"])).await;
    assert_eq!(run["held"].as_array().unwrap().len(), 1, "{run}");
    // A file with other rows leaves what waits in the queue.
    let one: String = GOOD.lines().take(2).flat_map(|line| [line, "\n"]).collect();
    let last = firm.sent(ADDRESS, &one, 201).await;
    let (_, run) = firm.get(&format!("/api/v1/runs/{}", last["run"])).await;
    assert_eq!(run["held"].as_array().unwrap().len(), 1, "{run}");
    // A restart declares the configuration's feeds and leaves this one.
    world.app.declare().unwrap();
    let (_, feeds) = firm.get("/api/v1/feeds").await;
    assert_eq!(feeds["feeds"][0]["id"], "submitted:audit-firm-north");
}

async fn an_error_means_that_nothing_is_taken_unless_the_good_rows_are_asked_for(world: World) {
    let firm = begun(&world);
    let mixed = format!("{GOOD}{BAD}");
    let refused = firm.sent(ADDRESS, &mixed, 422).await;
    assert_eq!(refused["code"], "submission_refused");
    let receipt = &refused["receipt"];
    assert_eq!(receipt["status"], "refused");
    let error = receipt["findings"].as_array().unwrap().iter().find(|one| one["kind"] == "error").unwrap();
    assert_eq!(
        (&error["row"], &error["column"], &error["code"]),
        (&json!(5), &json!("status"), &json!("choice_unknown"))
    );
    let council = firm.council("E04990001").await;
    assert_eq!(council["evidence"], json!([]), "nothing was taken");
    let (_, listed) = firm.get("/api/v1/submissions").await;
    assert_eq!(listed["submissions"][0]["status"], "refused");
    assert_eq!(listed["submissions"][0]["errors"], 1);
    let partly = firm.sent(&format!("{ADDRESS}&partial=accept"), &mixed, 201).await;
    assert_eq!(partly["status"], "partly_accepted");
    assert_eq!(counts(&partly), [4, 2, 0, 1, 1]);
    let only_bad = format!("{}\n{BAD}", GOOD.lines().next().unwrap());
    let refused = firm.sent(&format!("{ADDRESS}&partial=accept"), &only_bad, 422).await;
    assert_eq!(refused["receipt"]["status"], "refused", "no row is good");
    let unreadable = firm.sent(ADDRESS, "nothing,of,ours\n1,2,3\n", 422).await;
    assert_eq!(findings(&unreadable["receipt"]).len(), 1, "{unreadable}");
}

async fn a_check_keeps_nothing(world: World) {
    let firm = begun(&world);
    let receipt = firm.sent(&format!("{ADDRESS}&dry_run=true"), GOOD, 200).await;
    assert_eq!((&receipt["status"], &receipt["id"]), (&json!("checked"), &Json::Null));
    assert_eq!(counts(&receipt), [3, 2, 0, 1, 0]);
    let (_, listed) = firm.get("/api/v1/submissions").await;
    assert_eq!(listed["submissions"], json!([]));
    let (_, feeds) = firm.get("/api/v1/feeds").await;
    assert_eq!(feeds["feeds"], json!([]));
}

async fn rows_of_another_year_are_refused(world: World) {
    let firm = begun(&world);
    let refused = firm.sent("/api/v1/submissions?financial_year=2024/25", GOOD, 422).await;
    let codes: Vec<String> = findings(&refused["receipt"]).into_iter().map(|(_, _, code)| code).collect();
    assert_eq!(codes, ["other_financial_year"; 3]);
    let (status, text) = firm.csv("/api/v1/submissions", GOOD, None).await;
    assert_eq!(status, 400, "{text}");
}

async fn the_same_key_gets_the_same_receipt_and_is_good_for_nothing_else(world: World) {
    let firm = begun(&world);
    let first = firm.csv(ADDRESS, GOOD, Some("\"one\"")).await;
    assert_eq!(first.0, 201);
    assert_eq!(firm.csv(ADDRESS, GOOD, Some("one")).await, first, "to the byte");
    let (status, text) = firm.csv(ADDRESS, &format!("{GOOD}{BAD}"), Some("one")).await;
    assert_eq!(status, 422);
    assert!(text.contains("idempotency_key_reused"), "{text}");
    let refused = firm.csv(ADDRESS, &format!("{GOOD}{BAD}"), Some("two")).await;
    assert_eq!(refused.0, 422);
    assert_eq!(firm.csv(ADDRESS, &format!("{GOOD}{BAD}"), Some("two")).await, refused);
    let (_, listed) = firm.get("/api/v1/submissions").await;
    assert_eq!(listed["submissions"].as_array().unwrap().len(), 2);
    // Another organisation's key of the same name is another key.
    let other = super::submissions::firm(&world, &firm.base, "south");
    assert_eq!(other.csv(ADDRESS, GOOD, Some("one")).await.0, 201);
}

async fn of_many_who_send_the_same_at_once_one_is_taken(world: World) {
    let firm = begun(&world);
    let sends = (0..8).map(|_| firm.csv(ADDRESS, GOOD, Some("race")));
    let answers = futures_util::future::join_all(sends).await;
    assert!(answers.iter().all(|answer| answer.0 == 201 && *answer == answers[0]), "{answers:?}");
    let (_, listed) = firm.get("/api/v1/submissions").await;
    assert_eq!(listed["submissions"].as_array().unwrap().len(), 1);
    assert_eq!(firm.csv(ADDRESS, GOOD, Some("race")).await, answers[0]);
}

async fn another_firms_submission_is_as_one_that_there_is_not(world: World) {
    let firm = begun(&world);
    let receipt = firm.sent(ADDRESS, GOOD, 201).await;
    let other = super::submissions::firm(&world, &firm.base, "south");
    let own = format!("/api/v1/submissions/{}", receipt["id"]);
    let (status, hidden) = other.get(&own).await;
    let (_, absent) = other.get("/api/v1/submissions/7999999").await;
    assert_eq!(status, 404);
    assert_eq!(hidden.to_string().replace(&receipt["id"].to_string(), "7999999"), absent.to_string());
    let reason = json!({ "reason": "not ours" });
    assert_eq!(other.post(&format!("{own}/withdraw"), &reason).await.0, 404);
    let rows = json!({ "reason": "not ours", "record_keys": ["NA001/2026"] });
    assert_eq!(other.post(&format!("{own}/rows/withdraw"), &rows).await.0, 404);
    assert_eq!(other.get("/api/v1/submissions").await.1["submissions"], json!([]));
    let (status, _, text) = crate::support::get(&format!("{}{own}", firm.base)).await;
    assert_eq!(status, 200, "NALC sees all: {text}");
}

async fn what_is_withdrawn_no_longer_counts_and_can_be_sent_again(world: World) {
    let firm = begun(&world);
    let receipt = firm.sent(ADDRESS, GOOD, 201).await;
    let own = format!("/api/v1/submissions/{}", receipt["id"]);
    let rows = json!({ "reason": "wrong council", "record_keys": ["NA001/2026"] });
    let (status, done) = firm.post(&format!("{own}/rows/withdraw"), &rows).await;
    assert_eq!((status, &done["withdrawn"], &done["rescored"]), (200, &json!(1), &json!(1)), "{done}");
    assert_eq!(firm.council("E04990001").await["score"]["total"], 0);
    let (status, again) = firm.post(&format!("{own}/rows/withdraw"), &rows).await;
    assert_eq!(status, 422, "it is no longer current: {again}");
    let (status, none) = firm.post(&format!("{own}/withdraw"), &json!({ "reason": " " })).await;
    assert_eq!(status, 422, "{none}");
    let (_, whole) = firm.post(&format!("{own}/withdraw"), &json!({ "reason": "sent too early" })).await;
    assert_eq!(whole["withdrawn"], 1);
    let (_, once_more) = firm.post(&format!("{own}/withdraw"), &json!({ "reason": "sent too early" })).await;
    assert_eq!(once_more["withdrawn"], 0);
    let (_, shown) = firm.get(&own).await;
    assert_eq!(shown["withdrawn_because"], "sent too early");
    let council = firm.council("E04990001").await;
    assert_eq!(council["evidence"].as_array().unwrap().len(), 2, "nothing is removed: {council}");
    let again = firm.sent(ADDRESS, GOOD, 201).await;
    assert_eq!(counts(&again), [3, 2, 0, 1, 0]);
    assert!(firm.council("E04990001").await["score"]["total"].as_i64().unwrap() > 0);
}

async fn an_older_version_of_the_source_replaces_nothing(world: World) {
    let firm = begun(&world);
    firm.sent(ADDRESS, GOOD, 201).await;
    let older = GOOD.replace("2026-09-10,2,except_for", "2026-09-01,1,except_for");
    let receipt = firm.sent(ADDRESS, &older, 201).await;
    assert_eq!(counts(&receipt), [3, 0, 2, 1, 0]);
    assert!(findings(&receipt).contains(&(2, "warning".to_owned(), "older_version".to_owned())), "{receipt}");
    let newer = GOOD.replace("2026-09-10,2,except_for", "2026-09-12,3,except_for");
    let receipt = firm.sent(ADDRESS, &newer, 201).await;
    assert_eq!(counts(&receipt)[1], 1);
    let council = firm.council("E04990001").await;
    assert_eq!(council["evidence"].as_array().unwrap().len(), 2, "the older one is kept");
}
