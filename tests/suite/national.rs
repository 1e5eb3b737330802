//! The sums that everybody may know: nothing small is in them, nothing follows from them, and they stay as published.

use crate::support::{World, cast, get_json, on_both};
use bellwether::clock::noon;
use jiff::civil::date;
use serde_json::Value;
use std::collections::BTreeSet;

on_both!(what_leaves_a_county_tells_on_no_council, what_was_published_of_a_month_stays_as_it_was);

/// Two counties of twelve councils each.
fn register() -> String {
    let mut text = "gss_code,name,former_name,district_code,district,county,current,council\n".to_owned();
    for number in 1..=24 {
        let (district, county) = if number <= 12 { ("Fenwick Vale", "Wealdshire") } else { ("Tarn Side", "Fennmarch") };
        text.push_str(&format!(
            "E0499{number:04},Parish {number},,E0799000{},{district},{county},true,\n",
            number / 13 + 1
        ));
    }
    text
}

/// The first council of each county is qualified; six others of each are clean; the rest have sent nothing.
fn outcomes() -> String {
    let mut text = "authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_assertion,matter_1_reason,matter_1_undisclosed\n".to_owned();
    for number in (1..=7).chain(13..=19) {
        let district = if number <= 12 { "Fenwick Vale" } else { "Tarn Side" };
        let (status, matter) = match number {
            1 | 13 => ("qualified", "except_for,2,internal_control,no"),
            _ => ("unqualified", ",,,"),
        };
        text.push_str(&format!(
            "NA{number},Parish {number},{district},2026-03-31,{status},2026-06-20,2026-09-10,{matter}\n"
        ));
    }
    text
}

/// The world as it stood at the end of October, looked at in November.
async fn scored(world: &World) -> String {
    world.app.clock.set(noon(date(2026, 10, 20)));
    world.register(&register());
    world.source.set("/outcomes", outcomes(), "\"one\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!(report.accepted, 14, "{:?}", report.held);
    bellwether::triage::rescore_all(&world.app, "test").unwrap();
    world.app.clock.set(noon(date(2026, 11, 21)));
    world.serve()
}

async fn what_leaves_a_county_tells_on_no_council(world: World) {
    let base = scored(&world).await;
    // Everything of the API that gives counts to nobody in particular: what asks for no key.
    let document = get_json(&format!("{base}/api/openapi.json")).await;
    let open = |operation: &Value| {
        operation["security"] == serde_json::json!([{}]) || operation["security"] == serde_json::json!([])
    };
    let paths = document["paths"].as_object().unwrap();
    let open: BTreeSet<&str> =
        paths.iter().filter(|(_, path)| open(&path["get"])).map(|(address, _)| address.as_str()).collect();
    // The method and its record are made from the rules alone, and count no council.
    let without_sums = ["/api/v1/health", "/api/v1/method", "/api/v1/ready", "/api/v1/transparency"];
    let expected: BTreeSet<&str> = without_sums.into_iter().chain(["/api/v1/national"]).collect();
    assert_eq!(open, expected, "is another sum open?");
    for address in without_sums {
        let said = cast::stranger().get(format!("{base}{address}")).send().await.unwrap().text().await.unwrap();
        assert!(!said.contains("Parish 1") && !said.contains("E0499"), "{address}: {said}");
    }
    let answer = cast::stranger().get(format!("{base}/api/v1/national")).send().await.unwrap();
    let national: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(national["as_of"], "2026-10-31");
    let published = &national["published"];
    assert_eq!(published["councils"], 24);
    let mut suppressed = 0;
    for county in published["counties"].as_array().unwrap() {
        assert_eq!(county["councils"], 12, "the register is public");
        let bands = county["bands"].as_array().unwrap();
        assert!(
            bands.iter().all(|band| band["councils"].as_i64().is_none_or(|count| count == 0 || count >= 5)),
            "{county}"
        );
        let hidden = bands.iter().filter(|band| band["councils"].is_null()).count();
        assert_ne!(hidden, 1, "one alone would follow from the twelve: {county}");
        suppressed += hidden;
    }
    assert!(suppressed > 0, "the qualified council of each county has to be hidden: {published}");
    for (position, total) in published["england"].as_array().unwrap().iter().enumerate() {
        let hidden = published["counties"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|county| county["bands"][position]["councils"].is_null());
        assert!(
            total["councils"].is_null() || hidden.count() != 1,
            "a total less one county's own row tells the other's: {published}"
        );
    }
    let page = cast::stranger().get(format!("{base}/national")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("suppressed") && !page.contains("Parish 1"), "{page}");
}

async fn what_was_published_of_a_month_stays_as_it_was(world: World) {
    let base = scored(&world).await;
    let address = format!("{base}/api/v1/national");
    let first = get_json(&address).await;
    // A register that has grown, and a day later in the same month.
    world.register(&format!("{}E04999999,Newcomer,,E07990001,Fenwick Vale,Wealdshire,true,\n", register()));
    world.app.clock.set(noon(date(2026, 11, 28)));
    assert_eq!(get_json(&address).await, first, "two tables of one day could be subtracted from each other");
    world.app.clock.set(noon(date(2026, 12, 1)));
    let next = get_json(&address).await;
    assert_eq!((&next["as_of"], &next["published"]["councils"]), (&Value::from("2026-11-30"), &Value::from(25)));
}
