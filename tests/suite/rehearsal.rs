//! Rehearsal: what another rule set would have said, on both databases, and its command line.

use crate::command_line::{bellwether, refused, registered, told};
use crate::support::{OUTCOMES, TODAY, World, on_both};
use bellwether::auth::Reach;
use bellwether::rehearsal::{MOST_DAYS, Rehearsed, Replay, Span, replay};
use bellwether::scoring::rules::{embedded, load};
use bellwether::scoring::{Band, RuleSet};
use bellwether::triage;
use jiff::ToSpan;
use jiff::civil::Date;
use std::path::Path;

on_both!(
    a_harder_rule_moves_a_council_and_is_named,
    the_rules_in_force_move_nobody,
    a_rehearsal_goes_through_the_months_and_knows_only_what_was_known,
    each_set_keeps_the_band_that_it_gave_itself,
    a_county_rehearses_with_its_own_councils_only,
);

/// The shipped rules with one text put in the place of another.
fn with(file: &str, from: &str, to: &str) -> RuleSet {
    let mut files = embedded();
    let found = files.iter_mut().find(|found| found.name == file).unwrap();
    assert!(found.text.contains(from), "{from} does not stand in {file}");
    found.text = found.text.replacen(from, to, 1);
    load(&files).unwrap()
}

/// Internal control counts as critical.
fn harder() -> RuleSet {
    let mut set = with("bands.toml", "version = \"pilot 1\"", "version = \"harder\"");
    let rule = set.rules.iter_mut().find(|rule| rule.id.starts_with("a4.")).unwrap();
    rule.severity = 4;
    set
}

/// The months from one day to another.
fn months(from: Date, to: Date) -> Vec<Date> {
    Span { from: Some(from), to: Some(to), as_of: None }.days(to, MOST_DAYS).unwrap()
}

fn rehearsed(world: &World, rules: &RuleSet, days: Vec<Date>) -> Replay {
    replay(&world.app, &Reach::Nation, &Rehearsed { rules, days }).unwrap()
}

async fn a_harder_rule_moves_a_council_and_is_named(world: World) {
    world.with_outcomes().await;
    let before = triage::summary(&world.app.store, 10).unwrap();
    let rules = harder();
    let replay = rehearsed(&world, &rules, vec![TODAY]);
    let [moved] = replay.moved.as_slice() else { panic!("{:?}", replay.moved) };
    assert_eq!(
        (moved.gss_code.as_str(), moved.before, moved.after),
        ("E04990001", Band::OfferSupport, Band::PriorityReview)
    );
    // Seven points and twelve, both with two of 24 months gone.
    assert_eq!((moved.points_before, moved.points_after), (6_416, 11_000));
    assert_eq!(moved.because.len(), 1);
    assert!(moved.because[0].rule.starts_with("a4."), "{:?}", moved.because);
    let county = &replay.counties[0];
    assert_eq!((county.county.as_str(), county.councils, county.tally.up, county.tally.down), ("Wealdshire", 5, 1, 0));
    assert_eq!((county.tally.work.councils_before, county.tally.work.councils_after), (1, 1));
    assert!(county.tally.work.minutes_after > county.tally.work.minutes_before, "{:?}", county.tally.work);
    assert_eq!(triage::summary(&world.app.store, 10).unwrap(), before, "a rehearsal keeps nothing");
}

async fn the_rules_in_force_move_nobody(world: World) {
    world.with_outcomes().await;
    let rules = load(&embedded()).unwrap();
    let replay = rehearsed(&world, &rules, vec![TODAY]);
    assert_eq!((replay.moved.len(), replay.points_only), (0, 0));
    assert_eq!(replay.days[0].tally.before, replay.days[0].tally.after);
    assert_eq!(replay.hash_before, replay.hash_after);
}

async fn a_rehearsal_goes_through_the_months_and_knows_only_what_was_known(world: World) {
    world.with_outcomes().await;
    let from = TODAY.saturating_sub(2.months());
    let days = months(from, TODAY);
    assert_eq!(days.len(), 3);
    let replay = rehearsed(&world, &harder(), days);
    let up: Vec<usize> = replay.days.iter().map(|day| day.tally.up).collect();
    assert_eq!(up, [0, 0, 1], "the outcome came on the last day");
}

async fn each_set_keeps_the_band_that_it_gave_itself(world: World) {
    world.with_outcomes().await;
    // Fourteen months on: 7 x 10/24 is 2.9 points under the rules in force.
    let later = TODAY.saturating_add(14.months());
    let app = world.replica(later);
    // A set that never lets go of support once it was offered.
    let clinging = with("bands.toml", "from = 6\nleave_below = 5", "from = 6\nleave_below = 1");
    let days = months(TODAY, later);
    let replay = replay(&app, &Reach::Nation, &Rehearsed { rules: &clinging, days }).unwrap();
    let [moved] = replay.moved.as_slice() else { panic!("{:?}", replay.moved) };
    assert_eq!((moved.before, moved.after), (Band::Monitor, Band::OfferSupport));
    assert_eq!(moved.points_before, moved.points_after, "the points are the same: it is the band that is kept");
    assert!(moved.because.is_empty() && moved.band_because.contains("kept"), "{moved:?}");
}

async fn a_county_rehearses_with_its_own_councils_only(world: World) {
    world.with_outcomes().await;
    let rules = harder();
    let asked = Rehearsed { rules: &rules, days: vec![TODAY] };
    let elsewhere = replay(&world.app, &Reach::Counties(vec!["Fenwold".to_owned()]), &asked).unwrap();
    assert_eq!((elsewhere.counties.len(), elsewhere.moved.len()), (0, 0));
    let own = replay(&world.app, &Reach::Counties(vec!["Wealdshire".to_owned()]), &asked).unwrap();
    assert_eq!(own.moved.len(), 1);
}

/// A folder with an outcome of today ingested, and `mine`: the shipped rules with internal control as moderate.
fn with_rules() -> tempfile::TempDir {
    let folder = registered();
    let today = jiff::Zoned::now().date();
    let year = if today.month() > 6 { today.year() } else { today.year() - 1 };
    // The program itself has the real clock.
    let outcomes = OUTCOMES.replace("2026-03-31", &format!("{year}-03-31"));
    let outcomes = outcomes.replace("2026-06-20,2026-09-10", &format!("{year}-06-20,{today}"));
    std::fs::write(folder.path().join("outcomes.csv"), outcomes).unwrap();
    let config = "[[feed]]\nid = \"north\"\ntitle = \"Northern firm\"\nsource = \"audit_outcomes\"\nlocation = { file = \"outcomes.csv\" }\ncovers = \"all\"\n";
    std::fs::write(folder.path().join("bellwether.toml"), config).unwrap();
    told(&bellwether(folder.path(), &["ingest", "run", "north"]));
    crate::command_line::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &folder.path().join("mine"));
    let file = folder.path().join("mine/indicators/a.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let at = text.find("id = \"a4.").unwrap();
    let milder = text[..at].to_owned() + &text[at..].replacen("severity = 3", "severity = 2", 1);
    std::fs::write(&file, milder).unwrap();
    folder
}

#[test]
fn the_command_line_tells_what_differs_and_whom_it_moves() {
    let folder = with_rules();
    let diff = told(&bellwether(folder.path(), &["rules", "diff", "built-in", "mine"]));
    assert!(
        diff.contains("severity: 3 -> 2  [fewer points or the same]") && diff.contains("1 entry differs"),
        "{diff}"
    );
    let json = told(&bellwether(folder.path(), &["rules", "diff", "built-in", "mine", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["changes"][0]["aspects"][0]["key"], "severity");
    let none = told(&bellwether(folder.path(), &["rules", "diff", "mine", "mine"]));
    assert!(none.contains("They are the same files."), "{none}");
    let replay = told(&bellwether(folder.path(), &["rules", "replay", "--with", "mine", "--out", "tables"]));
    for said in
        ["Offer support", "0 into a higher band, 1 into a lower one", "Aldermarsh (E04990001), Wealdshire", "a4."]
    {
        assert!(replay.contains(said), "{said}: {replay}");
    }
    let tables = folder.path().join("tables");
    let mut moves =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(tables.join("councils.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = moves.records().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| row.get(0) == Some("E04990001")).unwrap();
    assert_eq!((row.get(4), row.get(5)), (Some("Offer support"), Some("Monitor")));
    for file in ["councils.xlsx", "counties.csv", "counties.xlsx", "days.csv", "days.xlsx"] {
        assert!(std::fs::metadata(tables.join(file)).unwrap().len() > 100, "{file}");
    }
    let book = std::fs::read(tables.join("councils.xlsx")).unwrap();
    assert!(book.starts_with(b"PK"));
}

#[test]
fn a_rehearsal_that_cannot_be_is_told() {
    let folder = with_rules();
    let tomorrow = ["rules", "replay", "--with", "mine", "--as-of", "2999-01-01"];
    let told = refused(&bellwether(folder.path(), &tomorrow));
    assert!(told.contains("has not come yet"), "{told}");
    let backwards = ["rules", "replay", "--with", "mine", "--from", "2026-03-01", "--to", "2026-01-01"];
    assert!(refused(&bellwether(folder.path(), &backwards)).contains("before it begins"));
    std::fs::write(folder.path().join("mine/bands.toml"), "nonsense").unwrap();
    let mistaken = refused(&bellwether(folder.path(), &["rules", "replay", "--with", "mine"]));
    assert!(mistaken.contains("bands.toml:1") && mistaken.contains("[rules_invalid]"), "{mistaken}");
}

#[test]
fn a_check_looks_for_what_can_never_be() {
    let folder = with_rules();
    let remarked = told(&bellwether(folder.path(), &["rules", "check", "--rules", "mine"]));
    assert!(remarked.contains("no declared feed sends evidence of kind `complaint`"), "{remarked}");
    assert!(remarked.contains("no mistakes"), "{remarked}");
    let file = folder.path().join("mine/indicators/a.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let quotes = "when = '''\n";
    let begin = text.find(quotes).unwrap() + quotes.len();
    let end = begin + text[begin..].find("'''").unwrap();
    let contradiction = "!known(evidence.status) && known(evidence.status)";
    std::fs::write(&file, text[..begin].to_owned() + contradiction + &text[end..]).unwrap();
    let mistaken = refused(&bellwether(folder.path(), &["rules", "check", "--rules", "mine"]));
    assert!(mistaken.contains("this rule can never fire") && mistaken.contains("1 mistake in the rules"), "{mistaken}");
}
