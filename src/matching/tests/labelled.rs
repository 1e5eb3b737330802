//! Names labelled by hand: facts about names only, each with the code that is meant or none.

use super::super::{Asked, Decision, Index, normalise};
use super::{Tally, real_index};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

struct Label {
    name: String,
    district: Option<String>,
    county: Option<String>,
    gss_code: Option<String>,
    note: String,
    /// The code that the source gives beside the name: a retired one.
    code_given: Option<String>,
}

fn labels() -> Vec<Label> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/matching/labelled.csv");
    let mut reader = csv::Reader::from_path(path).expect("the labelled names are there");
    let filled = |cell: Option<&str>| cell.filter(|text| !text.is_empty()).map(str::to_owned);
    reader
        .records()
        .map(|record| {
            let record = record.expect("the labelled names are sound");
            Label {
                name: record[0].to_owned(),
                district: filled(record.get(1)),
                county: filled(record.get(2)),
                gss_code: filled(record.get(3)),
                note: record[4].to_owned(),
                code_given: filled(record.get(5)),
            }
        })
        .collect()
}

/// Asks all labels, with their district, county and code or by name alone; every wrong answer in words.
fn measure(index: &Index, with_place: bool) -> (Tally, Vec<String>, Vec<String>) {
    let (mut tally, mut wrong, mut missed) = (Tally::default(), Vec::new(), Vec::new());
    // A name that is somebody's elsewhere must not match with the district given, and may without it; and what a code
    // settles is no question of the name.
    let by_place = |label: &Label| label.note.starts_with("elsewhere") || label.code_given.is_some();
    for label in labels().into_iter().filter(|label| with_place || !by_place(label)) {
        let asked = Asked {
            name: &label.name,
            gss_code: label.code_given.as_deref(),
            district: label.district.as_deref().filter(|_| with_place),
            county: label.county.as_deref().filter(|_| with_place),
        };
        let answer = index.decide(&asked);
        tally.count(&answer, label.gss_code.as_deref());
        let first = answer.candidates.first();
        let described = || format!("{asked:?}: {} {:?}", answer.reason, answer.candidates);
        match (answer.decision, first) {
            (Decision::Matched, Some(first)) if Some(&first.gss_code) != label.gss_code.as_ref() => {
                wrong.push(described());
            }
            (Decision::Review | Decision::None, _) if label.gss_code.is_some() => missed.push(described()),
            _ => {}
        }
    }
    (tally, wrong, missed)
}

#[test]
fn there_are_labels_enough() {
    let labels = labels();
    assert!(labels.len() >= 300, "{}", labels.len());
    assert!(labels.iter().filter(|label| label.gss_code.is_none()).count() >= 50);
    assert!(labels.iter().filter(|label| label.code_given.is_some()).count() >= 10);
}

#[test]
fn labelled_names_with_their_district_reach_the_floors() {
    let Some((_, index)) = real_index() else { return };
    let (tally, wrong, missed) = measure(index, true);
    println!("{}\n{}", tally.row("labelled, with district and county"), missed.join("\n"));
    assert!(tally.precision() >= 0.998, "{} {wrong:#?}", tally.row("labelled"));
    assert!(tally.recall() >= 0.97, "{} {missed:#?}", tally.row("labelled"));
}

/// Of a shared name nobody can say by name alone which is meant: there review is right. Shared names are many among the
/// labels and 13 in a hundred in the register, so the floor stands against the labels whose name one entry alone has.
#[test]
fn labelled_names_alone_reach_the_floors() {
    let Some((register, index)) = real_index() else { return };
    let (tally, wrong, missed) = measure(index, false);
    println!("{}\n{}", tally.row("labelled, name alone"), missed.join("\n"));
    assert!(tally.precision() >= 0.998, "{} {wrong:#?}", tally.row("labelled"));
    let mut bearers: HashMap<String, Vec<&str>> = HashMap::new();
    for entry in register.iter().filter(|entry| entry.current) {
        bearers.entry(normalise(&entry.name)).or_default().push(&entry.gss_code);
    }
    let own: HashSet<&str> = bearers.values().filter(|codes| codes.len() == 1).flatten().copied().collect();
    let mut sole = Tally::default();
    for label in labels().into_iter().filter(|label| label.code_given.is_none()) {
        let Some(code) = label.gss_code.as_deref().filter(|code| own.contains(code)) else { continue };
        sole.count(&index.decide(&Asked { name: &label.name, ..Asked::default() }), Some(code));
    }
    println!("{}", sole.row("labelled, name alone, not shared"));
    assert!(sole.asked > 200 && sole.recall() >= 0.84, "{} {missed:#?}", sole.row("labelled"));
}
