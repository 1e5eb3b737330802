//! Stories: the same every time, of the proportions that are meant, and in words that the kinds' tables allow.

use super::*;
use crate::evidence::{EvidenceKind, FLAG, FieldType, OUTCOME, REASON, RECORD, STAGE, STATUS, THEME};
use jiff::civil::date;
use std::collections::BTreeSet;

const TODAY: Date = date(2026, 11, 21);

fn words(kind: EvidenceKind, field: &str) -> &'static [&'static str] {
    match kind.fields()[kind.slot(field).unwrap()].holds {
        FieldType::Choice(words) => words,
        other => panic!("{field} holds {other:?}"),
    }
}

#[test]
fn the_same_month_tells_the_same_stories() {
    let country = Country::new(TODAY);
    assert_eq!(country.stories, Country::new(TODAY).stories);
    assert_eq!(country.stories, Country::new(date(2026, 11, 1)).stories);
    assert_ne!(country.stories, Country::new(date(2026, 12, 1)).stories);
    assert_eq!(country.stories.len(), country.pilot.councils.len());
}

#[test]
fn every_arc_finds_its_councils_and_the_rest_are_ordinary() {
    let country = Country::new(TODAY);
    for arc in SEVERE.iter().chain(DIFFICULTY).chain(PAST) {
        let found = country.stories.iter().filter(|story| story.arc == Some(arc.title)).count();
        assert_eq!(found, arc.councils, "{}", arc.title);
    }
    let told = |arcs: &[Arc]| arcs.iter().map(|arc| arc.councils).sum::<usize>();
    assert!((12..=20).contains(&told(SEVERE)), "{} in grave difficulty", told(SEVERE));
    assert!((50..=90).contains(&told(DIFFICULTY)), "{} in some difficulty", told(DIFFICULTY));
    let ordinary = country.stories.iter().filter(|story| story.arc.is_none()).count();
    assert!(ordinary * 100 / country.stories.len() >= 75, "{ordinary} ordinary councils");
    let titles: BTreeSet<&str> = SEVERE.iter().chain(DIFFICULTY).chain(PAST).map(|arc| arc.title).collect();
    assert_eq!(titles.len(), SEVERE.len() + DIFFICULTY.len() + PAST.len(), "a title stands twice");
}

#[test]
fn half_of_the_councils_are_exempt_and_a_few_of_the_others_wait_for_their_outcome() {
    let country = Country::new(TODAY);
    let last = |status: &str| {
        let stands = |story: &&Story| {
            let of = story.returns.last().unwrap();
            of.seen(TODAY).is_some_and(|(_, version)| version.status == status)
        };
        country.stories.iter().filter(stands).count()
    };
    let councils = country.stories.len();
    assert!((40..=55).contains(&(last("exempt") * 100 / councils)), "{} exempt", last("exempt"));
    assert!((5..=60).contains(&last("interim")), "{} interim", last("interim"));
    assert!((20..=90).contains(&last("qualified")), "{} qualified", last("qualified"));
    assert!((3..=6).contains(&last("no_return")), "{} without a return", last("no_return"));
    assert!(last("unqualified") > last("qualified"));
    for story in &country.stories {
        assert_eq!(story.returns.iter().map(|of| of.year).collect::<Vec<_>>(), [2023, 2024, 2025, 2026]);
    }
}

#[test]
fn outcomes_are_such_as_the_consistency_grid_allows() {
    for version in Country::new(TODAY).stories.iter().flat_map(|story| &story.returns).flat_map(|of| &of.versions) {
        let except_for = version.matters.iter().filter(|matter| matter.except_for).count();
        assert_eq!(version.status == "qualified", except_for > 0, "{version:?}");
        let certified = ["unqualified", "unqualified_other_matters", "qualified"].contains(&version.status);
        assert_eq!(certified, version.certified_on.is_some(), "{version:?}");
        assert_eq!(version.status == "no_return", version.submitted_on.is_none(), "{version:?}");
        if version.status == "unqualified" {
            assert!(version.matters.is_empty(), "{version:?}");
        }
        if let (Some(submitted), Some(certified)) = (version.submitted_on, version.certified_on) {
            assert!(submitted < certified && certified < version.known_from, "{version:?}");
        }
        assert!(STATUS.contains(&version.status));
        assert!(version.matters.iter().all(|matter| REASON.contains(&matter.reason)), "{version:?}");
    }
}

#[test]
fn versions_follow_one_another_interim_then_final_then_restated() {
    let country = Country::new(TODAY);
    let mut paths: BTreeSet<Vec<&str>> = BTreeSet::new();
    for of in country.stories.iter().flat_map(|story| &story.returns) {
        assert!(of.versions.is_sorted_by(|one, next| one.known_from < next.known_from), "{of:?}");
        let first = of.versions.first().unwrap();
        assert_eq!(of.seen(later(first.known_from, -1)), None);
        assert_eq!(of.seen(first.known_from), Some((1, first)));
        paths.insert(of.versions.iter().map(|version| version.status).collect());
    }
    for path in [
        vec!["interim", "unqualified"],
        vec!["interim", "qualified"],
        vec!["unqualified", "unqualified_other_matters"],
        vec!["qualified", "unqualified_other_matters"],
        vec!["no_return", "qualified"],
        vec!["exempt", "incorrectly_exempt"],
    ] {
        assert!(paths.contains(&path), "{path:?} happens nowhere");
    }
}

#[test]
fn every_word_is_allowed_and_every_kind_of_thing_happens_somewhere() {
    let country = Country::new(TODAY);
    let complaints: Vec<&Complaint> = country.stories.iter().flat_map(|story| &story.complaints).collect();
    let said = |words: BTreeSet<&'static str>, allowed: &[&'static str]| {
        assert_eq!(words.iter().filter(|word| !allowed.contains(word)).count(), 0, "{words:?}");
        allowed.iter().filter(|word| !words.contains(*word)).copied().collect::<Vec<_>>()
    };
    assert_eq!(said(complaints.iter().map(|told| told.theme).collect(), THEME), [""; 0]);
    let stages = complaints.iter().filter_map(|told| told.stage(TODAY)).collect();
    assert!(!said(stages, STAGE).contains(&"decided"));
    let decided = complaints.iter().filter(|told| told.decided_on.is_some());
    assert!(said(decided.map(|told| told.outcome).collect(), OUTCOME).len() <= 3);
    let kind = EvidenceKind::Complaint;
    said(complaints.iter().map(|told| told.source_kind).collect(), words(kind, "source_kind"));
    said(complaints.iter().filter_map(|told| told.sanction).map(|(word, _)| word).collect(), words(kind, "sanction"));
    let records: Vec<&CountyRecord> = country.stories.iter().flat_map(|story| &story.records).collect();
    assert_eq!(said(records.iter().map(|told| told.record).collect(), RECORD), [""; 0]);
    let flags: Vec<&Flag> = country.stories.iter().flat_map(|story| &story.flags).collect();
    assert_eq!(said(flags.iter().map(|told| told.flag).collect(), FLAG), [""; 0]);
    said(flags.iter().map(|told| told.confidence).collect(), words(EvidenceKind::CountyFlag, "confidence"));
    said(flags.iter().map(|told| told.indicator).collect(), words(EvidenceKind::CountyFlag, "indicator"));
    let reports = country.stories.iter().flat_map(|story| &story.reports).map(|told| told.report).collect();
    assert_eq!(said(reports, words(EvidenceKind::AuditorReport, "report")), ["court_declaration"]);
}

#[test]
fn most_complaints_against_ordinary_councils_end_in_nothing_or_have_not_ended() {
    let country = Country::new(TODAY);
    let ordinary = country.stories.iter().filter(|story| story.arc.is_none());
    let complaints: Vec<&Complaint> = ordinary.flat_map(|story| &story.complaints).collect();
    let found = complaints.iter().filter(|told| matches!(told.outcome, "upheld" | "partly_upheld")).count();
    let open = complaints.iter().filter(|told| told.decided_on.is_none()).count();
    assert!(complaints.len() > 100, "{} complaints", complaints.len());
    assert!(found * 5 < complaints.len(), "{found} of {} upheld", complaints.len());
    assert!((5..complaints.len() / 3).contains(&open), "{open} of {} open", complaints.len());
}

#[test]
fn references_are_given_once() {
    let country = Country::new(TODAY);
    let mut references = BTreeSet::new();
    for story in &country.stories {
        for told in &story.complaints {
            assert!(references.insert(format!("{}/{}", told.reference, told.head)), "{}", told.reference);
        }
        let records = story.records.iter().map(|told| &told.reference);
        let flags = story.flags.iter().map(|told| &told.reference);
        for reference in records.chain(flags).chain(story.reports.iter().map(|told| &told.reference)) {
            assert!(references.insert(reference.clone()), "{reference}");
        }
    }
}

#[test]
fn a_complaint_goes_from_stage_to_stage_and_never_back() {
    let country = Country::new(TODAY);
    let rank = |stage: Option<&str>| stage.map_or(0, |stage| 1 + STAGE.iter().position(|word| *word == stage).unwrap());
    for told in country.stories.iter().flat_map(|story| &story.complaints).filter(|told| told.appeal.is_none()) {
        assert_eq!(told.stage(told.received_on), None);
        assert!(told.decided_on.is_none_or(|decided| decided > told.received_on), "{told:?}");
        let ranks: Vec<usize> = (0..60).map(|week| rank(told.stage(later(told.received_on, 7 * week)))).collect();
        assert!(ranks.is_sorted(), "{told:?}: {ranks:?}");
    }
}

#[test]
fn the_demo_pulls_on_six_to_nine_days_the_last_of_which_is_today() {
    let mut today = date(2025, 1, 1);
    while today < date(2028, 1, 1) {
        let days = seasons(today);
        assert!((6..=9).contains(&days.len()), "{days:?}");
        assert!(days.is_sorted_by(|day, next| day < next), "{days:?}");
        assert_eq!(days.last(), Some(&today));
        today = later(today, 5);
    }
    assert_eq!(seasons(TODAY).first(), Some(&date(2023, 10, 31)));
    assert_eq!(seasons(date(2026, 10, 31)).len(), 7, "today is pulled once");
}
