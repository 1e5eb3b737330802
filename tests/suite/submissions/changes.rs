//! The revision feed: in order, within reach, and nothing missed however many write at once.

use super::{ADDRESS, Firm, GOOD, begun, firm};
use crate::support::{World, cast, json_of, on_both};
use bellwether::auth::{OrganisationKind, Role};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

on_both!(changes_come_in_order_and_within_reach, a_reader_beside_many_writers_misses_nothing,);

async fn part(base: &str, client: &reqwest::Client, since: Option<&str>, limit: usize) -> Json {
    let since = since.map_or_else(String::new, |since| format!("&since={since}"));
    let answer = client.get(format!("{base}/api/v1/changes?limit={limit}{since}")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    json_of(answer).await
}

/// A part with so many changes. PostgreSQL gives out what came before the oldest transaction of the whole server that is
/// still running, and other tests run theirs beside this one: a change may come a moment later.
async fn part_of(base: &str, client: &reqwest::Client, since: Option<&str>, (limit, many): (usize, usize)) -> Json {
    for _ in 0..600 {
        let part = part(base, client, since, limit).await;
        if part["changes"].as_array().unwrap().len() == many {
            return part;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{many} changes never came: {}", part(base, client, since, limit).await);
}

fn kinds(part: &Json) -> Vec<(String, String)> {
    let text = |one: &Json, name: &str| one[name].as_str().unwrap().to_owned();
    part["changes"].as_array().unwrap().iter().map(|one| (text(one, "change"), text(one, "record_key"))).collect()
}

async fn changes_come_in_order_and_within_reach(world: World) {
    let north = begun(&world);
    let receipt = north.sent(ADDRESS, GOOD, 201).await;
    let whole = part_of(&north.base, &north.client, None, (10, 2)).await;
    assert_eq!(whole["has_more"], false);
    let first = part(&north.base, &north.client, None, 1).await;
    assert_eq!(kinds(&first), [("new".to_owned(), "NA001/2026".to_owned())]);
    assert_eq!(first["has_more"], true);
    let second = part(&north.base, &north.client, first["next"].as_str(), 10).await;
    assert_eq!(kinds(&second), [("new".to_owned(), "NA002/2026".to_owned())]);
    assert_eq!(second["has_more"], false);
    let nothing = part(&north.base, &north.client, second["next"].as_str(), 10).await;
    assert_eq!((kinds(&nothing), &nothing["next"]), (Vec::new(), &second["next"]));
    north.sent(ADDRESS, &GOOD.replace("2026-09-10,2", "2026-09-12,3"), 201).await;
    let path = format!("/api/v1/submissions/{}/rows/withdraw", receipt["id"]);
    let rows = json!({ "reason": "a mistake", "record_keys": ["NA002/2026"] });
    assert_eq!(north.post(&path, &rows).await.0, 200);
    let since = part_of(&north.base, &north.client, second["next"].as_str(), (10, 2)).await;
    let expected = [("revised", "NA001/2026"), ("withdrawn", "NA002/2026")];
    assert_eq!(kinds(&since), expected.map(|(kind, key)| (kind.to_owned(), key.to_owned())));
    let south = firm(&world, &north.base, "south");
    assert!(kinds(&part(&north.base, &south.client, None, 10).await).is_empty(), "a firm sees what it sent");
    let app = &world.app;
    let of = |county: &str| {
        let organisation = cast::organisation(app, OrganisationKind::CountyAssociation, county);
        cast::with_key(&cast::key(app, &organisation, Role::Officer, &[]))
    };
    assert_eq!(kinds(&part(&north.base, &of("Wealdshire"), None, 10).await).len(), 4);
    let wrong = north.client.get(format!("{}/api/v1/changes?since=zz", north.base)).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
}

/// Each writer sends outcomes of years and a council of its own, so that no two want the same version.
async fn write(firm: &Firm, council: &str) {
    for year in 2016..2021 {
        let text = format!(
            "authority_reference,name,district,financial_year_end,status,certified_on\nW{year},{council},Fenwick Vale,{year}-03-31,unqualified,{year}-09-10\n"
        );
        let address = format!("/api/v1/submissions?financial_year={year}");
        let (status, said) = firm.csv(&address, &text, None).await;
        assert_eq!(status, 201, "{said}");
    }
}

async fn a_reader_beside_many_writers_misses_nothing(world: World) {
    let north = begun(&world);
    let firms: Vec<Firm> = ["a", "b", "c"].iter().map(|name| firm(&world, &north.base, name)).collect();
    let reader = crate::support::client(&north.base);
    let mut seen: Vec<i64> = Vec::new();
    let read_on = |since: Option<String>| {
        let (base, reader) = (north.base.clone(), reader.clone());
        async move { part(&base, &reader, since.as_deref(), 2).await }
    };
    let writing = futures_util::future::join3(
        write(&firms[0], "Aldermarsh"),
        write(&firms[1], "Thornley Green"),
        write(&firms[2], "Great Pellow"),
    );
    let reading = async {
        let mut since: Option<String> = None;
        for _ in 0..200 {
            let part = read_on(since.clone()).await;
            seen.extend(part["changes"].as_array().unwrap().iter().map(|one| one["evidence"]["id"].as_i64().unwrap()));
            since = Some(part["next"].as_str().unwrap().to_owned());
            if seen.len() == 15 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    futures_util::future::join(writing, reading).await;
    let all = crate::support::get_json(&format!("{}/api/v1/evidence?limit=100", north.base)).await;
    let all: BTreeSet<i64> =
        all["evidence"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(all.len(), 15);
    assert_eq!(seen.len(), 15, "nothing twice: {seen:?}");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all, "nothing missed");
}
