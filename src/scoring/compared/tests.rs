//! Comparing by meaning: what is told, and what is no difference.

use super::*;
use crate::scoring::rules::{RuleFile, embedded, load};

fn shipped() -> RuleSet {
    load(&embedded()).unwrap()
}

/// The shipped rules with one text put in the place of another.
fn with(file: &str, from: &str, to: &str) -> RuleSet {
    let mut files = embedded();
    let found = files.iter_mut().find(|found| found.name == file).unwrap();
    assert!(found.text.contains(from), "{from} does not stand in {file}");
    found.text = found.text.replacen(from, to, 1);
    load(&files).unwrap()
}

fn only(comparison: &Comparison) -> &EntryChange {
    assert_eq!(comparison.changes.len(), 1, "{comparison}");
    &comparison.changes[0]
}

#[test]
fn a_set_does_not_differ_from_itself() {
    let comparison = compare(&shipped(), &shipped());
    assert_eq!((comparison.changes.len(), comparison.effect()), (0, None));
    assert!(comparison.to_string().contains("They are the same files."));
}

#[test]
fn comments_files_order_and_line_breaks_are_no_difference() {
    let mut files = embedded();
    let joined: String = ["mitigation.toml", "flags.toml"]
        .iter()
        .map(|name| files.iter().find(|file| file.name == **name).unwrap().text.clone())
        .collect::<Vec<_>>()
        .join("\n");
    files.retain(|file| file.name != "mitigation.toml" && file.name != "flags.toml");
    files.push(RuleFile { name: "z.toml".to_owned(), text: joined });
    for file in &mut files {
        file.text = file.text.replace("evidence.stage == \"decided\" &&", "(evidence.stage == \"decided\")\n  &&");
        file.text.push_str("\n# a remark\n");
    }
    let comparison = compare(&shipped(), &load(&files).unwrap());
    assert_eq!(comparison.changes, []);
    assert_ne!(comparison.hash_before, comparison.hash_after);
    assert!(comparison.to_string().contains("They mean the same"));
}

#[test]
fn a_severity_that_rises_gives_more_points_and_is_told_with_both_values() {
    let comparison =
        compare(&shipped(), &with("indicators/b.toml", "severity = 1\nmonths = 18", "severity = 2\nmonths = 18"));
    let change = only(&comparison);
    assert_eq!(
        (change.id.as_str(), change.happened, change.effect),
        ("b1.short-notice", Happened::Changed, Effect::More)
    );
    assert_eq!(
        change.aspects,
        [Aspect {
            key: "severity".to_owned(),
            before: Some("1".to_owned()),
            after: Some("2".to_owned()),
            effect: Effect::More
        }]
    );
    insta::assert_snapshot!(comparison.to_string().split_once("Rules").unwrap().1);
}

#[test]
fn more_here_and_fewer_there_may_be_either() {
    let comparison =
        compare(&shipped(), &with("indicators/b.toml", "severity = 1\nmonths = 18", "severity = 2\nmonths = 12"));
    assert_eq!(only(&comparison).effect, Effect::Either);
}

#[test]
fn words_change_no_points() {
    let comparison = compare(&shipped(), &with("indicators/b.toml", "Short notice of a meeting", "Called too late"));
    assert_eq!(only(&comparison).effect, Effect::Words);
}

#[test]
fn an_example_is_told_as_an_example() {
    let from = "[[rule.test]]\nevidence = { outcome = \"not_upheld\", stage = \"decided\", theme = \"short_notice\" }\n\
        fires = false\n";
    let change = compare(&shipped(), &with("indicators/b.toml", from, ""));
    assert_eq!(only(&change).effect, Effect::Examples);
}

#[test]
fn another_id_is_a_new_name_and_not_a_loss_and_a_gain() {
    let comparison = compare(&shipped(), &with("indicators/b.toml", "b1.short-notice", "b1.notice-too-short"));
    let change = only(&comparison);
    assert_eq!((change.happened, change.effect), (Happened::Renamed, Effect::Words));
    assert_eq!(change.renamed_from.as_deref(), Some("b1.short-notice"));
    // Under another number of the catalogue, what answers it may differ.
    let moved = compare(&shipped(), &with("indicators/b.toml", "b1.short-notice", "b99.short-notice"));
    assert_eq!(only(&moved).effect, Effect::Either);
}

#[test]
fn what_is_there_no_longer_is_removed_and_turned_round_it_is_added() {
    let mut fewer = shipped();
    let gone = fewer.rules.remove(0);
    let change = compare(&shipped(), &fewer);
    assert_eq!((only(&change).id.as_str(), only(&change).happened), (gone.id.as_str(), Happened::Removed));
    assert_eq!(only(&change).effect, Effect::Fewer);
    let change = compare(&fewer, &shipped());
    assert_eq!((only(&change).happened, only(&change).effect), (Happened::Added, Effect::More));
    let mut milder = shipped();
    milder.mitigations.remove(0);
    assert_eq!(only(&compare(&shipped(), &milder)).effect, Effect::More, "good news that no longer answers");
}

#[test]
fn points_bands_and_coverage_are_told_by_their_keys() {
    let told = |file: &str, from: &str, to: &str| {
        let comparison = compare(&shipped(), &with(file, from, to));
        let change = only(&comparison).clone();
        (change.part, change.id, change.aspects[0].key.clone(), change.effect)
    };
    let owned = |part, id: &str, key: &str, effect| (part, id.to_owned(), key.to_owned(), effect);
    assert_eq!(
        told("bands.toml", "[1, 3, 7, 12]", "[1, 3, 7, 13]"),
        owned(Part::Points, "points", "severity 4", Effect::More)
    );
    assert_eq!(
        told("bands.toml", "from = 6", "from = 5.5"),
        owned(Part::Band, "offer_support", "from", Effect::Either)
    );
    assert_eq!(
        told("bands.toml", "[ceiling]\nband = \"monitor\"", "[ceiling]\nband = \"offer_support\""),
        owned(Part::Ceiling, "ceiling", "band", Effect::Either)
    );
    assert_eq!(
        told("coverage.toml", "min_covered = 3", "min_covered = 4"),
        owned(Part::Coverage, "coverage", "min_covered", Effect::Either)
    );
    assert_eq!(
        told("mitigation.toml", "leaves_percent = 50", "leaves_percent = 40"),
        owned(Part::Mitigation, "m.clean-return", "leaves_percent", Effect::Fewer)
    );
}
