//! The API: the same figures as the domain, cursors that neither repeat nor skip, problems with stable codes.

use crate::support::cast;
use crate::support::{World, client, get, get_json, on_both};
use bellwether::auth::{Action, OrganisationKind, Role};
use bellwether::error::Code;
use serde_json::Value;
use std::collections::BTreeSet;

on_both!(
    the_list_can_be_filtered_sorted_and_paged,
    a_council_is_told_whole,
    evidence_and_runs_are_paged_by_cursor,
    errors_are_problem_details,
    other_methods_are_told_in_words,
    health_readiness_and_figures,
    the_documentation_is_served_from_the_binary,
);

fn codes(list: &Value) -> Vec<String> {
    list["councils"].as_array().unwrap().iter().map(|line| line["gss_code"].as_str().unwrap().to_owned()).collect()
}

async fn the_list_can_be_filtered_sorted_and_paged(world: World) {
    world.with_outcomes().await;
    bellwether::triage::rescore_all(&world.app, "test").unwrap();
    let base = world.serve();
    let whole = get_json(&format!("{base}/api/v1/councils")).await;
    assert_eq!(whole["matching"], 5, "the retired parish is left out");
    assert_eq!(codes(&whole)[0], "E04990001");
    assert_eq!(whole["next"], Value::Null);
    for sort in ["priority", "name", "points", "county", "trend"] {
        for reverse in [false, true] {
            let address = format!("{base}/api/v1/councils?sort={sort}&reverse={reverse}");
            let all = codes(&get_json(&address).await);
            let mut paged = Vec::new();
            let mut next = String::new();
            loop {
                let page = get_json(&format!("{address}&limit=2{next}")).await;
                paged.extend(codes(&page));
                match page["next"].as_str() {
                    Some(cursor) => next = format!("&cursor={cursor}"),
                    None => break,
                }
            }
            assert_eq!(paged, all, "{sort} {reverse}");
            assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), 5);
        }
    }
    let filtered = |query: &'static str| {
        let address = format!("{base}/api/v1/councils?{query}");
        async move { codes(&get_json(&address).await) }
    };
    assert_eq!(filtered("name=PELLOW").await, ["E04990002"]);
    assert_eq!(filtered("name=%25").await, Vec::<String>::new(), "a per cent sign is no pattern");
    assert_eq!(filtered("indicator=a").await, ["E04990001"]);
    assert_eq!(filtered("band=offer_support").await, ["E04990001"]);
    assert_eq!(filtered("county=Elsewhere").await, Vec::<String>::new());
}

async fn a_council_is_told_whole(world: World) {
    world.with_outcomes().await;
    let base = world.serve();
    let council = get_json(&format!("{base}/api/v1/councils/E04990001")).await;
    assert_eq!(council["council"]["name"], "Aldermarsh");
    assert_eq!(council["score"]["items"][0]["catalogue"], "a4");
    assert_eq!(council["score"]["indicators"].as_array().unwrap().len(), 5);
    assert_eq!(council["score"]["rule_set"], world.app.rules.set.hash.as_str());
    assert_eq!(council["evidence"][0]["run_id"], 1);
    let before = get_json(&format!("{base}/api/v1/councils/E04990001?as_of=2026-11-20")).await;
    assert_eq!(before["score"]["total"], 0, "nothing was known the day before");
    assert_eq!(before["evidence"].as_array().unwrap().len(), 0);
}

async fn evidence_and_runs_are_paged_by_cursor(world: World) {
    world.with_outcomes().await;
    world.pull("outcomes").await.unwrap();
    let base = world.serve();
    for (address, list) in [("evidence", "evidence"), ("runs", "runs"), ("feeds/outcomes/runs", "runs")] {
        let first = get_json(&format!("{base}/api/v1/{address}?limit=1")).await;
        assert_eq!(first[list].as_array().unwrap().len(), 1, "{address}");
        let second =
            get_json(&format!("{base}/api/v1/{address}?limit=1&cursor={}", first["next"].as_str().unwrap())).await;
        assert_eq!(second[list].as_array().unwrap().len(), 1, "{address}");
        assert!(first[list][0]["id"].as_i64() > second[list][0]["id"].as_i64(), "{address}");
        assert_eq!(second["next"], Value::Null, "{address}");
    }
    let of_one = get_json(&format!("{base}/api/v1/councils/E04990001/evidence")).await;
    assert_eq!(of_one["evidence"].as_array().unwrap().len(), 1);
    let feeds = get_json(&format!("{base}/api/v1/feeds")).await;
    assert_eq!(feeds["feeds"].as_array().unwrap().len(), 3);
    let run = get_json(&format!("{base}/api/v1/runs/1")).await;
    assert_eq!(run["held"].as_array().unwrap().len(), 2);
}

async fn errors_are_problem_details(world: World) {
    let base = world.serve();
    for (path, code) in [
        ("councils/E04999999", Code::CouncilUnknown),
        ("councils/E04999999/evidence", Code::CouncilUnknown),
        ("councils?limit=0", Code::BadQuery),
        ("councils?limit=501", Code::BadQuery),
        ("councils?bnad=monitor", Code::BadQuery),
        ("councils?band=awful", Code::BadQuery),
        ("councils?cursor=zz", Code::BadQuery),
        ("councils/E04990001?as_of=2999-01-01", Code::BadQuery),
        ("councils/E04990001?as_of=yesterday", Code::BadQuery),
        ("feeds/nobody/runs", Code::FeedUnknown),
        ("runs/77", Code::RunUnknown),
        ("runs/seven", Code::BadQuery),
        ("nothing", Code::PageUnknown),
    ] {
        let (status, media, text) = get(&format!("{base}/api/v1/{path}")).await;
        let problem: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}: {text}"));
        assert_eq!(media, "application/problem+json", "{path}");
        assert_eq!((status, problem["code"].as_str()), (code.status(), Some(code.word())), "{path}: {text}");
        assert_eq!(problem["type"], format!("urn:bellwether:problem:{}", code.word()), "{path}");
        assert_eq!(problem["status"], status);
        for told in ["title", "detail", "next"] {
            assert!(!problem[told].as_str().unwrap().is_empty(), "{path}: {told} is empty");
        }
    }
}

async fn other_methods_are_told_in_words(world: World) {
    let base = world.serve();
    let client = client(&base);
    for path in ["/", "/feeds", "/api/v1/councils", "/api/v1/runs/1", "/health", "/nowhere"] {
        let answer = client.post(format!("{base}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{path}");
        let media = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(
            media.starts_with(if path.starts_with("/api") { "application/problem+json" } else { "text/html" }),
            "{path}: {media}"
        );
        assert!(answer.text().await.unwrap().contains("POST"), "{path}");
    }
    for path in ["/", "/api/v1/councils", "/health"] {
        let head = client.head(format!("{base}{path}")).send().await.unwrap();
        assert_eq!(head.status(), 200, "{path}");
        assert_eq!(head.text().await.unwrap(), "", "{path}");
    }
}

async fn health_readiness_and_figures(world: World) {
    world.with_outcomes().await;
    let base = world.serve();
    assert_eq!(get_json(&format!("{base}/health")).await["status"], "alive");
    assert_eq!(get_json(&format!("{base}/ready")).await["status"], "ready");
    assert_eq!(get_json(&format!("{base}/api/v1/health")).await["status"], "alive");
    assert_eq!(get_json(&format!("{base}/api/v1/ready")).await["status"], "ready");
    let (status, _, _) = get(&format!("{base}/metrics")).await;
    assert_eq!(status, 403, "a manager is no operator");
    let nalc = cast::organisation(&world.app, OrganisationKind::Nalc, "");
    let operator = cast::key(&world.app, &nalc, Role::Administrator, &[Action::SeeFigures]);
    let answer = cast::with_key(&operator).get(format!("{base}/metrics")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let media = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let text = answer.text().await.unwrap();
    assert!(media.starts_with("text/plain"), "{media}");
    for line in [
        "bellwether_councils{band=\"offer_support\"} 1",
        "bellwether_feed_rows_total{feed=\"outcomes\",outcome=\"rejected\"} 1",
        "bellwether_feed_runs_total{feed=\"outcomes\",status=\"applied\"} 1",
        "bellwether_http_request_seconds_count{method=\"GET\",route=\"/ready\",status=\"200\"} 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

async fn the_documentation_is_served_from_the_binary(world: World) {
    let base = world.serve();
    let document = get_json(&format!("{base}/api/openapi.json")).await;
    assert_eq!(document["openapi"].as_str().unwrap().split('.').take(2).collect::<Vec<_>>(), ["3", "1"]);
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    for path in [
        "/api/v1/councils",
        "/api/v1/councils/{gss_code}",
        "/api/v1/councils/{gss_code}/evidence",
        "/api/v1/evidence",
        "/api/v1/feeds",
        "/api/v1/feeds/{feed}/lists",
        "/api/v1/feeds/{feed}/runs",
        "/api/v1/runs",
        "/api/v1/runs/{run}",
        "/api/v1/national",
        "/api/v1/method",
        "/api/v1/transparency",
        "/api/v1/rules",
        "/api/v1/rules/drafts",
        "/api/v1/rules/drafts/{draft}",
        "/api/v1/rules/drafts/{draft}/rehearsal",
        "/api/v1/rules/drafts/{draft}/take-back",
        "/api/v1/me",
        "/api/v1/audit",
        "/api/v1/redactions",
        "/api/v1/health",
        "/api/v1/ready",
        "/api/v1/changes",
        "/api/v1/corrections",
        "/api/v1/review",
        "/api/v1/review/decide",
        "/api/v1/review/decisions",
        "/api/v1/review/decisions/{decision}/undo",
        "/api/v1/runs/{run}/decide",
        "/api/v1/runs/{run}/held/{row}/mend",
        "/api/v1/runs/{run}/replay",
        "/api/v1/runs/{run}/take-again",
        "/api/v1/runs/{run}/undo",
        "/api/v1/submissions",
        "/api/v1/submissions/template.xlsx",
        "/api/v1/submissions/{submission}",
        "/api/v1/submissions/{submission}/rows/withdraw",
        "/api/v1/submissions/{submission}/withdraw",
        "/api/v1/waivers",
        "/api/v1/waivers/{waiver}/end",
    ] {
        assert!(paths.iter().any(|known| *known == path), "{path} is not in {paths:?}");
    }
    assert_eq!(paths.len(), 40, "a route that this test doesn't know: {paths:?}");
    let (status, media, page) = get(&format!("{base}/api/docs/")).await;
    assert_eq!(status, 200);
    assert!(media.starts_with("text/html"), "{media}");
    assert!(!page.contains("https://"), "the documentation page asks elsewhere:\n{page}");
}
