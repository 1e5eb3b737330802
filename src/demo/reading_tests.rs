//! The demo's files as intake and matching take them: nothing is refused but what was made to be, and nobody is taken for
//! somebody else.

use super::{DemoFeed, FEEDS};
use crate::demo::pilot::{Council, Pilot};
use crate::demo::story::{Country, seasons};
use crate::feeds::read::{Limits, tables};
use crate::ingest::{Declared, Normalised, Record, SourceKind, knows_header, normalise};
use crate::matching::{Asked, Decision, Index, Listed};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};

const TODAY: Date = date(2026, 11, 21);

fn taken(country: &Country, feed: &DemoFeed, as_of: Date) -> Normalised {
    let bytes = feed.bytes(country, as_of).unwrap();
    let source = SourceKind::named(feed.source).unwrap();
    let columns = BTreeMap::new();
    let file = tables(&bytes, None, &|name| knows_header(source, &columns, name), &Limits::default())
        .unwrap_or_else(|problem| panic!("{} on {as_of}: {problem}", feed.id));
    assert_eq!(file.format.to_string().to_lowercase().trim_start_matches('.'), feed.format, "{}", feed.id);
    assert!(file.notes.is_empty(), "{} on {as_of}: {:?}", feed.id, file.notes);
    normalise(
        &Declared { feed: feed.id, source, columns: &columns, waivers: &crate::waivers::NONE, as_of },
        &file.tables,
    )
    .unwrap_or_else(|problem| panic!("{} on {as_of}: {problem}", feed.id))
}

fn listed(pilot: &Pilot) -> Vec<Listed> {
    let parishes = pilot.councils.iter().flat_map(|council| {
        council.parishes.iter().map(move |parish| Listed {
            council_id: i64::try_from(council.number).unwrap(),
            gss_code: parish.gss_code.clone(),
            name: parish.name.clone(),
            other_names: parish.former_name.clone().into_iter().collect(),
            council_name: (council.parishes.len() > 1).then(|| council.name.clone()),
            district: council.district.name.to_owned(),
            county: council.district.county.to_owned(),
            current: true,
        })
    });
    let retired = pilot.retired.iter().zip(-100..).map(|((place, parish), council_id)| Listed {
        council_id,
        gss_code: parish.gss_code.clone(),
        name: parish.name.clone(),
        district: crate::demo::pilot::DISTRICTS[*place].name.to_owned(),
        county: crate::demo::pilot::DISTRICTS[*place].county.to_owned(),
        ..Listed::default()
    });
    parishes.chain(retired).collect()
}

/// The council that a row was written about, by the reference that the demo gave it.
fn meant<'told>(pilot: &'told Pilot, feed: &DemoFeed, record: &Record) -> Option<&'told Council> {
    let key = record.record_key.as_str();
    let digits: String = match feed.source {
        "audit_outcomes" => key.rsplit_once('/')?.0.chars().filter(char::is_ascii_digit).skip(1).collect(),
        "complaints" => key.rsplit('/').nth(1)?.chars().take(3).collect(),
        _ => key.rsplit('-').next()?.chars().take(3).collect(),
    };
    pilot.councils.get(digits.parse::<usize>().ok()?)
}

#[test]
fn on_every_day_of_the_demo_only_the_rows_that_were_made_wrong_are_refused() {
    let wrong: BTreeSet<&str> =
        ["date_no_such_day", "choice_unknown", "qualified_without_except_for"].into_iter().collect();
    // The first and the last day again for the earliest and the latest today that have the same years.
    for (today, days) in [
        (TODAY, seasons(TODAY)),
        (date(2026, 10, 1), vec![date(2023, 10, 31), date(2026, 10, 1)]),
        (date(2027, 9, 30), vec![date(2023, 10, 31), date(2027, 9, 30)]),
    ] {
        let country = Country::new(today);
        let mut seen = BTreeSet::new();
        for day in days {
            for feed in &FEEDS {
                let taken = taken(&country, feed, day);
                assert!(taken.rejected.len() <= 4, "{} on {day}: {:?}", feed.id, taken.rejected);
                for problem in taken.rejected.iter().flat_map(|rejected| &rejected.problems) {
                    assert!(wrong.contains(problem.code.as_str()), "{} on {day}: {problem:?}", feed.id);
                    seen.insert(problem.code.clone());
                }
                let warned: Vec<_> = taken.records.iter().flat_map(|record| &record.warnings).collect();
                assert!(warned.is_empty(), "{} on {day}: {warned:?}", feed.id);
                for (_, column) in &taken.unmapped {
                    assert_eq!(column, "Fee", "{} on {day}", feed.id);
                }
                assert!(!taken.records.is_empty() || feed.id == "auditor-reports", "{} on {day}", feed.id);
            }
        }
        assert_eq!(seen.len(), wrong.len(), "of {wrong:?} only {seen:?} as of {today}");
    }
}

#[test]
fn what_was_sent_before_is_sent_again_whatever_has_become_of_it() {
    let country = Country::new(TODAY);
    for feed in &FEEDS {
        let mut before: BTreeSet<String> = BTreeSet::new();
        // Over a correction in winter, two years, and the last autumn.
        for day in [date(2024, 10, 31), date(2025, 4, 22), TODAY] {
            let taken = taken(&country, feed, day);
            let rejected = taken.rejected.len();
            let now: BTreeSet<String> = taken.records.into_iter().map(|record| record.record_key).collect();
            let gone: Vec<&String> = before.difference(&now).collect();
            assert!(gone.len() <= rejected, "{} on {day} no longer says {gone:?}", feed.id);
            if feed.id != "auditor-reports" && !before.is_empty() {
                assert!(now.len() >= before.len(), "{} on {day}", feed.id);
            }
            before = now;
        }
        assert!(before.len() > 3, "{}", feed.id);
    }
}

#[test]
fn whoever_is_matched_is_who_was_meant_and_a_few_wait_for_a_person() {
    let country = Country::new(TODAY);
    let index = Index::build(listed(&country.pilot));
    let mut waiting = 0;
    for feed in &FEEDS {
        let records = taken(&country, feed, TODAY).records;
        let mut matched = 0;
        for record in &records {
            let named = &record.named;
            let answer = index.decide(&Asked {
                name: &named.name,
                gss_code: named.gss_code.as_deref(),
                district: named.district.as_deref(),
                county: named.county.as_deref(),
            });
            match answer.decision {
                Decision::Matched => {
                    matched += 1;
                    let council = meant(&country.pilot, feed, record).unwrap();
                    let number = i64::try_from(council.number).unwrap();
                    let first = &answer.candidates[0];
                    assert_eq!(first.council_id, number, "{} taken for {}: {}", named.name, first.name, answer.reason);
                }
                Decision::Review => waiting += 1,
                Decision::None => panic!("{} has nobody that it could mean: {}", named.name, answer.reason),
            }
        }
        assert!(matched * 100 >= records.len() * 95, "{}: {matched} of {}", feed.id, records.len());
    }
    assert!((10..=80).contains(&waiting), "{waiting} rows wait for a person");
}

#[test]
fn one_event_is_told_of_by_several_sources() {
    let country = Country::new(TODAY);
    let mut tellers: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for feed in &FEEDS {
        for event in taken(&country, feed, TODAY).records.into_iter().filter_map(|record| record.event) {
            tellers.entry(event).or_default().insert(feed.source);
        }
    }
    let three = tellers.values().filter(|sources| sources.len() == 3).count();
    assert!(three >= 2, "a report, a complaint and a flag of one thing: {tellers:?}");
}
