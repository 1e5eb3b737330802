//! Lists, counts, filters, cursors and files are kept to what the asker may see.
//!
//! In: everything that somebody of one county, or of one council, may open, with filters that ask for more. Out: nothing of
//! the others. Always holds: answers are searched as bytes, workbooks cell by cell; a filter that names the other county is
//! answered as one that names a county that isn't there.

use super::answers::Answer;
use super::stage::{FENNMARCH, Member, Stage};
use crate::support::{REGISTER, World, on_both};
use calamine::{Reader, Xlsx};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::io::Cursor;

on_both!(
    nothing_of_the_other_county_is_in_any_answer,
    a_filter_for_the_other_county_is_as_one_for_a_county_that_is_not_there,
    evidence_is_that_of_ones_own_councils_to_the_last_item,
);

/// Those who see one county, and those who see one council.
const OF_A_COUNTY: [&str; 4] = ["c-of", "c-ma", "c-su", "c-ro"];
const OF_A_COUNCIL: [&str; 2] = ["coun", "k-ro"];

/// What can be asked for without naming anything.
const PLAIN: &[&str] = &[
    "/audit",
    "/audit.csv",
    "/audit.xlsx",
    "/api/v1/audit?limit=500",
    "/api/v1/redactions",
    "/",
    "/?sort=county&reverse=1",
    "/?sort=name",
    "/?page=2",
    "/list.csv",
    "/list.xlsx",
    "/feeds",
    "/councils/E04990001",
    "/councils/E04990001?as_of=2026-11-20",
    "/councils/E04990001/contacts",
    "/subjects",
    "/account",
    "/organisations",
    "/api/v1/me",
    "/api/v1/councils?limit=500",
    "/api/v1/councils?sort=county&reverse=true&limit=500",
    "/api/v1/councils?band=offer_support",
    "/api/v1/councils?indicator=a",
    "/api/v1/councils/E04990001",
    "/api/v1/councils/E04990001/evidence",
    "/api/v1/evidence?limit=500",
    "/api/v1/feeds",
    "/api/v1/runs?limit=500",
    "/review",
    "/review/decided",
    "/api/v1/review?limit=200",
    "/api/v1/review/decisions?limit=200",
    "/waivers",
    "/api/v1/waivers",
    "/corrections",
    "/api/v1/corrections",
    "/api/v1/changes?limit=500",
];

/// What asks for the other county or its councils by name or code: in either case, by a past day, by a former name.
const HOSTILE: &[&str] = &[
    "/audit?subject=council:E04990101",
    "/api/v1/audit?subject=council:E04990101",
    "/audit.csv?subject=council:E04990101",
    "/?county=Fennmarch",
    "/?county=fennmarch",
    "/?county=Fennmarch&band=offer_support",
    "/?county=Wealdshire&county=Fennmarch",
    "/?name=Saltreach",
    "/?name=%25",
    "/?name=Quill",
    "/?name=E04990101",
    "/list.csv?county=Fennmarch",
    "/list.xlsx?county=Fennmarch",
    "/list.csv?name=Saltreach",
    "/councils/E04990101",
    "/councils/e04990101",
    "/councils/e04990101?as_of=2026-11-20",
    "/councils/E04990101/contacts",
    "/councils/e04990101/contacts",
    "/api/v1/councils?county=Fennmarch",
    "/api/v1/councils?name=Saltreach",
    "/api/v1/councils?name=quill",
    "/api/v1/councils/E04990101",
    "/api/v1/councils/e04990101",
    "/api/v1/councils/E04990101?as_of=2026-11-20",
    "/api/v1/councils/E04990101/evidence",
    "/api/v1/councils/e04990101/evidence?limit=500",
    "/api/v1/feeds/fennmarch-flags/runs",
    "/review?county=Fennmarch",
    "/review?feed=fennmarch-flags",
    "/api/v1/review?county=fennmarch",
    "/api/v1/review?feed=fennmarch-flags",
];

/// Names, codes and districts of a register's text, and what only its councils' evidence says.
fn telling(register: &str, evidence: &[&str]) -> BTreeSet<String> {
    let fields = |line: &str| line.split(',').take(5).map(str::to_owned).collect::<Vec<_>>();
    let lines = register.lines().filter(|line| line.starts_with('E'));
    let told = lines.flat_map(|line| fields(line).into_iter().enumerate().filter(|(place, _)| *place != 3));
    told.map(|(_, text)| text)
        .filter(|text| !text.is_empty())
        .chain(evidence.iter().map(|text| (*text).to_owned()))
        .collect()
}

/// What somebody must not be told.
fn hidden_from(head: &str) -> BTreeSet<String> {
    let mut hidden = telling(FENNMARCH, &["flood-two", "decisions/2", "NA101", "SL001", "the fennmarch-flags"]);
    if OF_A_COUNCIL.contains(&head) {
        let own = telling(REGISTER.lines().nth(1).unwrap(), &[]);
        hidden.extend(telling(REGISTER, &["NA002"]).difference(&own).cloned());
    }
    hidden
}

async fn get(stage: &Stage, member: &Member, path: &str) -> Answer {
    Answer::of(stage.request("GET", path, &member.shows).send().await.unwrap()).await
}

/// Everything that an answer says: a workbook's cells, or the bytes as they are; and where it leads.
fn said(answer: &Answer) -> String {
    let told = match answer.header("content-type").contains("spreadsheetml") {
        false => answer.text(),
        true => {
            let mut book = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
            let sheets = book.worksheets();
            let rows = sheets.iter().flat_map(|(_, range)| range.rows());
            rows.flatten().map(|cell| format!("{cell}\n")).collect()
        }
    };
    format!("{told}\n{}\n{}", answer.header("location"), answer.header("content-disposition"))
}

/// The cursors with which the nation's lists go on behind each of their lines.
async fn cursors_of_the_nation(stage: &Stage) -> Vec<String> {
    let nalc = stage.member("n-ma");
    let mut paths = Vec::new();
    let lists =
        ["councils?", "councils?sort=county&", "councils?sort=name&reverse=true&", "evidence?", "runs?", "audit?"];
    for list in lists {
        for limit in [1, 2, 3, 5, 8] {
            let list = format!("/api/v1/{list}limit={limit}");
            let page: Json = serde_json::from_str(&get(stage, nalc, &list).await.text()).unwrap();
            if let Some(cursor) = page["next"].as_str() {
                paths.push(format!("{list}&cursor={cursor}"));
            }
        }
    }
    assert!(paths.len() > 20, "{paths:?}");
    paths
}

async fn nothing_of_the_other_county_is_in_any_answer(world: World) {
    let stage = Stage::set(world).await;
    bellwether::triage::rescore_all(&stage.app, "test").unwrap();
    // The nation has looked at the other county: its looks are in the log.
    let nalc = stage.member("n-ma");
    for hidden in ["/councils/E04990101", "/councils/E04990101/contacts", "/list.csv?county=Fennmarch"] {
        assert_eq!(get(&stage, nalc, hidden).await.status, 200);
    }
    let cursors = cursors_of_the_nation(&stage).await;
    let runs: Vec<String> =
        stage.runs.values().flat_map(|run| [format!("/runs/{run}"), format!("/api/v1/runs/{run}")]).collect();
    let mut told = Vec::new();
    let mut searched = 0;
    let all = PLAIN.iter().chain(HOSTILE).copied().chain(cursors.iter().chain(&runs).map(String::as_str));
    for path in all {
        let everything = said(&get(&stage, nalc, path).await);
        for head in OF_A_COUNTY.into_iter().chain(OF_A_COUNCIL) {
            let said = said(&get(&stage, stage.member(head), path).await);
            // What the request names itself may be repeated: a search field keeps what was searched for.
            let asked = path.to_lowercase();
            for hidden in hidden_from(head).iter().filter(|hidden| !asked.contains(&hidden.to_lowercase())) {
                searched += usize::from(everything.contains(hidden.as_str()));
                if said.to_lowercase().contains(&hidden.to_lowercase()) {
                    told.push(format!("{head} is told {hidden:?} by {path}"));
                }
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(searched > 500, "the nation's answers hold only {searched} of the texts that were searched for");
}

async fn a_filter_for_the_other_county_is_as_one_for_a_county_that_is_not_there(world: World) {
    let stage = Stage::set(world).await;
    bellwether::triage::rescore_all(&stage.app, "test").unwrap();
    let stand_ins =
        [("Fennmarch", "Nowhereby"), ("fennmarch", "nowhereby"), ("Saltreach", "Zzltreach"), ("99010", "99901")];
    let mut compared = 0;
    for path in HOSTILE {
        let Some((named, stand_in)) = stand_ins.iter().find(|(named, _)| path.contains(named)) else { continue };
        for head in OF_A_COUNTY.into_iter().chain(OF_A_COUNCIL) {
            let member = stage.member(head);
            let theirs = get(&stage, member, path).await;
            let nobodys = get(&stage, member, &path.replace(named, stand_in)).await;
            let comparable = |answer: &Answer, named: &str| match answer.header("content-type") {
                media if media.contains("spreadsheetml") => said(answer).replace(named, "{it}"),
                _ => answer.without(&[named.to_owned()]),
            };
            assert_eq!(comparable(&theirs, named), comparable(&nobodys, stand_in), "{head}: {path}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} were compared");
    for head in OF_A_COUNTY {
        for query in ["", "?county=Fennmarch", "?name=a", "?sort=county&reverse=true"] {
            let page = get(&stage, stage.member(head), &format!("/api/v1/councils{query}")).await.text();
            let page: Json = serde_json::from_str(&page).unwrap();
            let counted: i64 =
                page["bands"].as_array().unwrap().iter().map(|band| band["councils"].as_i64().unwrap()).sum();
            let listed = i64::try_from(page["councils"].as_array().unwrap().len()).unwrap();
            assert_eq!(page["counties"], serde_json::json!(["Wealdshire"]), "{head}: {query}");
            assert_eq!((page["matching"].as_i64().unwrap(), counted), (listed, listed), "{head}: {query}");
            assert_eq!(listed == 0, query.contains("Fennmarch"), "{head}: {query}");
            assert!(listed <= 5, "{head}: {query}");
        }
    }
}

/// The ids of the evidence that an address lists.
async fn evidence(stage: &Stage, head: &str, path: &str) -> BTreeSet<i64> {
    let page: Json = serde_json::from_str(&get(stage, stage.member(head), path).await.text()).unwrap();
    page["evidence"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

async fn evidence_is_that_of_ones_own_councils_to_the_last_item(world: World) {
    let stage = Stage::set(world).await;
    let all = evidence(&stage, "n-ma", "/api/v1/evidence?limit=500").await;
    let mut own = BTreeSet::new();
    for code in ["E04990001", "E04990002", "E04990003", "E04990004", "E04990005"] {
        own.extend(evidence(&stage, "n-ma", &format!("/api/v1/councils/{code}/evidence")).await);
    }
    let address = "/api/v1/councils/E04990001/evidence";
    let whole: Json = serde_json::from_str(&get(&stage, stage.member("n-ma"), address).await.text()).unwrap();
    let items = whole["evidence"].as_array().unwrap().iter();
    // An officer's flag that the council has not been told of is not the council's to see yet.
    let told = items.filter(|item| item["kind"] != "county_flag");
    let of_aldermarsh: BTreeSet<i64> = told.map(|item| item["id"].as_i64().unwrap()).collect();
    assert!(own.len() < all.len() && of_aldermarsh.len() < own.len() && !of_aldermarsh.is_empty());
    for (heads, theirs) in [(OF_A_COUNTY.as_slice(), &own), (OF_A_COUNCIL.as_slice(), &of_aldermarsh)] {
        for head in heads {
            assert_eq!(evidence(&stage, head, "/api/v1/evidence?limit=500").await, *theirs, "{head}");
            for path in cursors_of_the_nation(&stage).await.iter().filter(|path| path.contains("/evidence")) {
                let seen = evidence(&stage, head, path).await;
                assert!(seen.is_subset(theirs), "{head}: {path}");
            }
        }
    }
}
