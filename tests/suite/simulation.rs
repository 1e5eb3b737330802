//! The simulated country: the same arguments give the same bytes, and it can be lived through for real.

use crate::command_line::{bellwether, refused, told};
use crate::support::{World, on_both};
use bellwether::app::App;
use bellwether::auth::Reach;
use bellwether::clock::{Clock, noon};
use bellwether::digest::sha256_hex;
use bellwether::simulation::{Plan, rehearsal, write};
use bellwether::store::{evidence, register};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

on_both!(a_country_is_lived_through_and_its_rows_reach_their_councils);

/// Every file of a folder, by its place in it, as a hash.
fn hashes(folder: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, sha256_hex(&std::fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_same_arguments_give_the_same_bytes_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, seed: u64| {
        let out = folder.path().join(name);
        write(Plan { councils: 60, years: 3, seed }, &out).unwrap();
        hashes(&out)
    };
    let (one, again, other) = (written("one", 1), written("again", 1), written("other", 2));
    assert_eq!(one, again);
    for file in ["register.csv", "truth/councils.csv", "truth/events.csv", "truth/matches.csv", "manifest.json"] {
        assert_ne!(one[file], other[file], "{file} is the same under another seed");
    }
    assert!(one.keys().any(|file| file.ends_with(".xlsx")) && one.keys().any(|file| file.ends_with(".json")));
}

#[test]
fn the_truth_holds_what_nobody_told_of_and_what_was_told_late_and_twice() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("country");
    let counts = write(Plan { councils: 400, years: 4, seed: 9 }, &out).unwrap();
    let events = rows(&out.join("truth/events.csv"));
    let distinct: BTreeSet<&str> = events.iter().map(|event| event["event"].as_str()).collect();
    assert_eq!(distinct.len(), counts.events);
    let told: BTreeSet<&str> =
        events.iter().filter(|event| event["reported"] == "yes").map(|event| event["event"].as_str()).collect();
    assert_eq!(told.len(), counts.events_reported);
    assert!(told.len() * 10 > distinct.len() * 5 && told.len() * 10 < distinct.len() * 9, "{counts:?}");
    let lines_told = events.iter().filter(|event| event["reported"] == "yes").count();
    assert!(lines_told > told.len() + 10, "few events came by two routes: {lines_told} of {}", told.len());
    let late = events.iter().filter(|event| {
        let day = |column: &str| event[column].parse::<jiff::civil::Date>();
        matches!((day("happened_on"), day("first_sent")), (Ok(happened), Ok(sent)) if sent > happened)
    });
    assert!(late.count() > lines_told / 2, "most is told of later than it happened");
    let untrue = events.iter().filter(|event| event["kind"] == "complaint" && event["real"] == "no").count();
    assert!(untrue > 20, "{untrue} complaints with nothing in them");
    let unseen = events.iter().filter(|event| event["event"].ends_with("-unseen"));
    assert!(unseen.clone().count() > 20 && unseen.clone().all(|event| event["reported"] == "no"));
    let months = rows(&out.join("truth/councils.csv"));
    assert_eq!(months.len(), 400 * 48);
    // Names are written in many ways: of most councils in more than one.
    let mut ways: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows(&out.join("truth/matches.csv")) {
        ways.entry(row["true_gss_code"].clone()).or_default().insert(row["name"].clone());
    }
    assert!(ways.values().filter(|names| names.len() > 1).count() * 2 > ways.len());
}

async fn a_country_is_lived_through_and_its_rows_reach_their_councils(world: World) {
    let out = world.folder.path().join("country");
    let plan = Plan { councils: 60, years: 3, seed: 1 };
    write(plan, &out).unwrap();
    let config = rehearsal::configuration(&out, Some(&world.url)).unwrap();
    let app = App::open(config, Clock::standing_at(noon(plan.first_day()))).unwrap();
    let lived = rehearsal::live_through(&app, &out, |_, _, _| {}).await.unwrap();
    assert_eq!(lived.days, 36);
    assert_eq!(lived.read, lived.accepted + lived.unchanged + lived.review + lived.rejected, "{lived:?}");
    assert!(lived.accepted > 200 && lived.rejected == 0, "{lived:?}");
    // Whatever was matched was matched to the council that was meant.
    let councils: HashMap<i64, String> =
        app.store.read(register::councils).unwrap().into_iter().map(|council| (council.id, council.gss_code)).collect();
    let meant: HashMap<(String, String), String> = rows(&out.join("truth/matches.csv"))
        .into_iter()
        .map(|row| {
            let reference = row["row"].split(' ').next().unwrap().to_owned();
            ((row["feed"].clone(), reference), row["true_gss_code"].clone())
        })
        .collect();
    let kept = app.store.read(|connection| evidence::page(connection, &Reach::Nation, None, 10_000)).unwrap();
    assert_eq!(kept.len(), lived.accepted);
    for (item, _) in &kept {
        let of = meant.iter().find(|((feed, row), _)| *feed == item.feed && item.record_key.starts_with(row.as_str()));
        let (_, code) = of.unwrap_or_else(|| panic!("nobody sent {} of {}", item.record_key, item.feed));
        assert_eq!(&councils[&item.council_id], code, "{} of {}", item.record_key, item.feed);
    }
    // What was known when is the day of the delivery.
    let days: BTreeSet<_> = rehearsal::days(&out).unwrap().into_iter().collect();
    assert!(kept.iter().all(|(item, _)| days.contains(&bellwether::clock::day_in_england(item.known_at))));
    let again = rehearsal::live_through(&app, &out, |_, _, _| {}).await.unwrap_err();
    assert!(again.told().contains("has councils already"), "{}", again.told());
}

#[test]
fn the_commands_write_live_through_and_evaluate_a_country() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["simulate", "--councils", "40", "--years", "3", "--seed", "4", "--out", "country", "--load"];
    let simulated = told(&bellwether(folder.path(), &arguments));
    assert!(simulated.contains("40 invented councils from 2023-01-01 to 2025-12-31, seed 4"), "{simulated}");
    assert!(simulated.contains("Lived through 36 days"), "{simulated}");
    let again = refused(&bellwether(folder.path(), &arguments));
    assert!(again.contains("[file_unusable]") && again.contains("new or empty folder"), "{again}");
    let country = folder.path().join("country");
    let wide = "a4,a8,a9,a10,a11,a12,b7,c2,c9,c10,c11";
    let report = told(&bellwether(&country, &["evaluate", "--outcome", wide, "--k", "5", "--out", "found"]));
    for words in ["cut-offs from", "Area under the ROC curve", "Persistence", "How early", "left out, because", "Brier"]
    {
        assert!(report.contains(words), "{words} is not in\n{report}");
    }
    assert!(!report.contains("NaN"), "{report}");
    let found: serde_json::Value =
        serde_json::from_slice(&std::fs::read(country.join("found/evaluation.json")).unwrap()).unwrap();
    assert_eq!(found["councils"], 40);
    for chart in ["roc.svg", "precision-at-k.svg", "calibration.svg", "lead-time.svg"] {
        let svg = std::fs::read_to_string(country.join("found").join(chart)).unwrap();
        assert!(svg.contains("<title id=") && svg.contains("<desc id=") && !svg.contains("NaN"), "{chart}: {svg}");
        let mut reader = quick_xml::Reader::from_str(&svg);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
    for table in ["warnings", "bands", "indicators", "rules", "areas", "precision-at-k", "calibration", "lead-time"] {
        let mut reader = csv::Reader::from_path(country.join(format!("found/{table}.csv"))).unwrap();
        assert!(reader.records().map(Result::unwrap).count() > 0, "{table}.csv is empty");
    }
    let unknown = refused(&bellwether(&country, &["evaluate", "--outcome", "a11,z9"]));
    assert!(unknown.contains("No rule is about z9") && unknown.contains("c11"), "{unknown}");
    let short = refused(&bellwether(&country, &["evaluate", "--from", "2025-06-30"]));
    assert!(short.contains("No cut-off has 12 months behind it"), "{short}");
    let empty = refused(&bellwether(folder.path(), &["evaluate"]));
    assert!(empty.contains("no history to look at"), "{empty}");
}
