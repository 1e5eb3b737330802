//! The pages: what a person sees, with links that lead somewhere and messages that say what to do.

use crate::support::{World, get, on_both};

on_both!(
    mondays_list_shows_who_comes_first_and_why,
    a_councils_page_shows_every_reason,
    the_sources_and_a_run_show_what_was_held_back,
    what_is_not_there_is_a_page_that_says_so,
    every_link_leads_somewhere,
    every_answer_carries_the_security_headers,
);

async fn page(address: &str) -> String {
    let (status, media, text) = get(address).await;
    assert_eq!(status, 200, "{address}: {text}");
    assert!(media.starts_with("text/html"), "{address}: {media}");
    text
}

async fn mondays_list_shows_who_comes_first_and_why(world: World) {
    world.with_outcomes().await;
    bellwether::triage::rescore_all(&world.app, "test").unwrap();
    let base = world.serve();
    let list = page(&format!("{base}/")).await;
    let first = list.find("Aldermarsh").expect("the council with points is on the list");
    assert!(first < list.find("Great Pellow").unwrap(), "it stands before one without");
    for words in ["Offer support", "Not assessed", "Wealdshire", "/councils/E04990001"] {
        assert!(list.contains(words), "{words} is not on the list");
    }
    assert!(!list.contains("Old Marrow"), "a retired code is not on the list");
    let none = page(&format!("{base}/?name=nobody")).await;
    assert!(!none.contains("Aldermarsh"));
    let filtered = page(&format!("{base}/?band=offer_support")).await;
    assert!(filtered.contains("Aldermarsh") && !filtered.contains("E04990002"));
}

async fn a_councils_page_shows_every_reason(world: World) {
    world.with_outcomes().await;
    let base = world.serve();
    let council = page(&format!("{base}/councils/E04990001")).await;
    for words in [
        "Aldermarsh",
        "a4",
        "The outcomes",
        "10 September 2026",
        "Accounts and Audit Regulations",
        &world.app.rules.set.hash[..8],
    ] {
        assert!(council.contains(words), "{words} is not on the page");
    }
    let lower = page(&format!("{base}/councils/e04990001")).await;
    assert!(lower.contains("Aldermarsh"), "the code is taken in either case");
}

async fn the_sources_and_a_run_show_what_was_held_back(world: World) {
    let report = world.with_outcomes().await;
    let base = world.serve();
    let sources = page(&format!("{base}/feeds")).await;
    assert!(sources.contains("The outcomes") && sources.contains("The flags"));
    let run = page(&format!("{base}/runs/{}", report.run.unwrap())).await;
    for words in ["magnificent", "Thornley Green", "E04990004", "E04990005"] {
        assert!(run.contains(words), "{words} is not on the page");
    }
}

async fn what_is_not_there_is_a_page_that_says_so(world: World) {
    let base = world.serve();
    for (path, expected) in [
        ("/councils/E04999999", 404),
        ("/runs/99", 404),
        ("/runs/first", 404),
        ("/nowhere", 404),
        ("/?band=awful", 400),
        ("/councils/E04990001?as_of=yesterday", 400),
    ] {
        let (status, media, text) = get(&format!("{base}{path}")).await;
        assert_eq!(status, expected, "{path}");
        assert!(media.starts_with("text/html"), "{path}: {media}");
        assert!(text.contains("href=\"/\""), "{path} leads nowhere:\n{text}");
    }
}

async fn every_link_leads_somewhere(world: World) {
    world.with_outcomes().await;
    bellwether::triage::rescore_all(&world.app, "test").unwrap();
    let base = world.serve();
    let (mut waiting, mut seen) = (vec!["/".to_owned()], std::collections::BTreeSet::new());
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) || seen.len() > 150 {
            continue;
        }
        let (status, media, text) = get(&format!("{base}{path}")).await;
        assert_eq!(status, 200, "a link leads to {path}");
        if media.starts_with("text/html") && !path.starts_with("/api") {
            let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            waiting.extend(
                links
                    .filter(|link| link.starts_with('/'))
                    .map(|link| link.split('#').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&")),
            );
        }
    }
    assert!(seen.len() > 15, "only {} addresses were found: {seen:?}", seen.len());
}

async fn every_answer_carries_the_security_headers(world: World) {
    let base = world.serve();
    for path in ["/", "/style.css", "/nowhere", "/api/v1/feeds", "/api/v1/nowhere", "/health", "/api/docs/"] {
        let answer = reqwest::get(format!("{base}{path}")).await.unwrap();
        for header in ["content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"] {
            assert!(answer.headers().contains_key(header), "{path} has no {header}");
        }
    }
    let strict = reqwest::get(format!("{base}/")).await.unwrap();
    assert!(!strict.headers()["content-security-policy"].to_str().unwrap().contains("unsafe"));
}
