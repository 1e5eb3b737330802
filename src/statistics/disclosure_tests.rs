//! What is published, and what somebody who wants to know more can make of it.

use super::{Published, PublishedBand, publish};
use crate::scoring::Band;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Table = BTreeMap<String, [i64; 5]>;

/// The five counts, in the order of `Band::ALL`: priority review, offer support, monitor, not assessed, no current concern.
fn table(rows: &[[i64; 5]]) -> Table {
    rows.iter().enumerate().map(|(position, row)| (format!("County {position}"), *row)).collect()
}

fn row(bands: &[PublishedBand]) -> [Option<i64>; 5] {
    assert_eq!(bands.iter().map(|band| band.band).collect::<Vec<_>>(), Band::ALL);
    std::array::from_fn(|position| bands[position].councils)
}

fn rows(published: &Published) -> Vec<[Option<i64>; 5]> {
    published.counties.iter().map(|county| row(&county.bands)).collect()
}

const HIDDEN: [Option<i64>; 5] = [None; 5];

#[test]
fn a_county_is_shown_hidden_in_part_or_hidden_whole() {
    for (counts, shown) in [
        // Nothing small.
        ([5, 0, 30, 60, 120], [Some(5), Some(0), Some(30), Some(60), Some(120)]),
        // The least worrying band that holds five or more covers.
        ([3, 12, 30, 60, 120], [None, Some(12), Some(30), Some(60), None]),
        ([3, 1, 30, 60, 120], [None, None, Some(30), Some(60), None]),
        ([3, 12, 30, 60, 0], [None, Some(12), Some(30), None, Some(0)]),
        ([12, 9, 30, 60, 2], [Some(12), Some(9), Some(30), None, None]),
        // The cover is just thick enough, and just too thin: ten and nine in two bands.
        ([4, 12, 30, 60, 6], [None, Some(12), Some(30), Some(60), None]),
        ([3, 12, 30, 60, 6], HIDDEN),
        // All in one band; nearly all in one band; a tiny county; everything small.
        ([0, 0, 0, 0, 100], HIDDEN),
        ([0, 4, 0, 3, 100], HIDDEN),
        ([1, 0, 0, 2, 1], HIDDEN),
        ([4, 4, 4, 4, 4], HIDDEN),
        // No council at all: public anyway.
        ([0, 0, 0, 0, 0], [Some(0); 5]),
    ] {
        assert_eq!(rows(&publish(&table(&[counts]))), [shown], "{counts:?}");
    }
}

#[test]
fn totals_are_shown_while_small_counts_leave_room_on_both_sides() {
    let totals = |small: &[i64]| {
        let counts: Vec<[i64; 5]> = small.iter().map(|small| [*small, 0, 20, 30, 40]).collect();
        row(&publish(&table(&counts)).england)
    };
    let (others, covers) = ([Some(0), Some(80), Some(120)], Some(160));
    let shown = |priority| [Some(priority), others[0], others[1], others[2], covers];
    let suppressed = [None, others[0], others[1], others[2], None];
    assert_eq!(totals(&[4, 3, 1, 1]), shown(9));
    assert_eq!(totals(&[4, 4, 2, 1]), shown(11));
    assert_eq!(totals(&[4, 2, 1, 1]), suppressed, "an officer of the first county would know the others to within one");
    assert_eq!(totals(&[4, 4, 3, 1]), suppressed);
    assert_eq!(totals(&[2, 2, 2]), [None, Some(0), Some(60), Some(90), None], "three can't protect each other");
    assert_eq!(totals(&[0, 0, 0]), [Some(0), Some(0), Some(60), Some(90), Some(120)]);
    assert_eq!(totals(&[7]), [Some(7), Some(0), Some(20), Some(30), Some(40)]);
}

#[test]
fn totals_of_two_bands_that_cover_are_both_suppressed() {
    let small = [4, 3, 1, 1, 2];
    let mut counts: Vec<[i64; 5]> = small.iter().map(|small| [*small, 0, 20, 30, 40]).collect();
    counts.push([3, 5, 20, 30, 0]);
    let england = row(&publish(&table(&counts)).england);
    assert_eq!(england, [Some(14), Some(5), Some(120), None, None]);
}

#[test]
fn totals_leave_out_counties_that_are_suppressed_whole() {
    let published = publish(&table(&[[5, 6, 7, 8, 9], [1, 0, 0, 0, 0], [0, 0, 0, 0, 60]]));
    assert_eq!(row(&published.england), [Some(5), Some(6), Some(7), Some(8), Some(9)]);
    assert_eq!((published.councils, published.councils_in_totals), (96, 35));
    assert_eq!(published.counties.iter().map(|county| county.councils).collect::<Vec<_>>(), [35, 1, 60]);
    let end = " The totals by band are of 35 of the 96 councils: 2 counties are left out because all their counts are suppressed.";
    assert!(published.note.ends_with(end), "{}", published.note);

    for nothing_shown in [table(&[[1, 0, 0, 0, 0], [0, 0, 0, 0, 60]]), Table::new()] {
        assert_eq!(row(&publish(&nothing_shown).england), HIDDEN, "noughts would be read as none");
    }
}

#[test]
fn the_note_says_what_is_suppressed() {
    assert_eq!(
        publish(&table(&[[5, 6, 7, 8, 9]])).note,
        "Counts of one to four councils are suppressed, so that no figure tells of a single council. With them go larger \
         counts from which they could be worked out: \"suppressed\" doesn't mean that a count is small. Where fewer than two \
         bands of a county hold five councils or more, all its counts are suppressed. Nought is shown."
    );
}

#[test]
fn a_suppressed_count_never_says_why() {
    let published = publish(&table(&[[3, 1000, 30, 60, 120]]));
    let shown: Vec<String> = published.counties[0].bands.iter().map(PublishedBand::shown).collect();
    assert_eq!(shown, ["suppressed", "1000", "30", "60", "suppressed"]);
    assert_eq!(
        serde_json::to_value(&published.counties[0].bands[..2]).unwrap(),
        serde_json::json!([{"band": "priority_review", "councils": null}, {"band": "offer_support", "councils": 1000}])
    );
}

/// England as it may be: 43 counties of some hundred councils, few of them in priority review.
#[test]
fn an_ordinary_month_tells_what_it_is_published_for() {
    let counts: Vec<[i64; 5]> = (0..43).map(|n| [n % 7, 2 + n % 9, 20 + n % 13, 90 + n, 110 + n % 31]).collect();
    let published = publish(&table(&counts));
    assert!(published.england.iter().all(|total| total.councils.is_some()), "{:?}", published.england);
    let suppressed = rows(&published).iter().flatten().filter(|councils| councils.is_none()).count();
    assert_eq!(suppressed, 39 + 29, "of 215: 39 are small, in 29 counties; each of these has a cover");
}

/// One row of a random table: with many small counts, or as counties mostly are.
fn any_row() -> impl Strategy<Value = [i64; 5]> {
    let count = prop_oneof![3 => Just(0_i64), 5 => 1_i64..5, 2 => 5_i64..10, 3 => 10_i64..60];
    let ordinary = (0_i64..6, 0_i64..8, 3_i64..20, 5_i64..40, 0_i64..60);
    prop_oneof![
        1 => [count.clone(), count.clone(), count.clone(), count.clone(), count],
        2 => ordinary.prop_map(|(priority, support, monitor, unknown, none)| [priority, support, monitor, unknown, none]),
    ]
}

fn any_table() -> impl Strategy<Value = Table> {
    prop::collection::vec(any_row(), 1..=8).prop_map(|counts| table(&counts))
}

/// The table with one council of a county in another band, if there is one to move.
fn step(table: &Table, county: &str, from: usize, to: usize) -> Option<Table> {
    let mut other = table.clone();
    let counts = other.get_mut(county).unwrap();
    counts[from] -= 1;
    counts[to] += 1;
    (counts[from] >= 0).then_some(other)
}

fn steps() -> impl Iterator<Item = (usize, usize)> {
    (0..5).flat_map(|from| (0..5).map(move |to| (from, to))).filter(|(from, to)| from != to)
}

/// Whether an officer of any other county, who runs the publisher's algorithm on every table that might be, must doubt this
/// count: whether there is a table that differs in it by one, and that is published exactly alike. It may differ in one
/// further county; then there must be another such table with another further county, since the officer may be of one.
fn is_in_doubt(truth: &Table, county: &str, band: usize, publisher: fn(&Table) -> Published) -> bool {
    let published = publisher(truth);
    let looks_alike = |other: &Table| publisher(other) == published;
    let mut helping: BTreeSet<&String> = BTreeSet::new();
    for (from, to) in steps().filter(|(from, to)| *from == band || *to == band) {
        let Some(other) = step(truth, county, from, to) else { continue };
        if looks_alike(&other) {
            return true;
        }
        for helper in truth.keys().filter(|name| *name != county) {
            let mut answers = steps().filter(|(answer_from, answer_to)| *answer_from == to || *answer_to == from);
            let helps = |(from, to)| step(&other, helper, from, to).is_some_and(|other| looks_alike(&other));
            if !helping.contains(helper) && answers.any(helps) {
                helping.insert(helper);
            }
            if helping.len() == 2 {
                return true;
            }
        }
    }
    false
}

/// The county and band of a suppressed count that can be recovered, if there is one.
fn leak(truth: &Table, publisher: fn(&Table) -> Published) -> Option<(String, Band)> {
    let published = publisher(truth);
    for county in &published.counties {
        for (position, band) in county.bands.iter().enumerate() {
            if band.councils.is_none() && !is_in_doubt(truth, &county.county, position, publisher) {
                return Some((county.county.clone(), band.band));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_suppressed_count_can_be_recovered(truth in any_table()) {
        prop_assert_eq!(leak(&truth, publish), None, "{:?}", truth);
    }

    #[test]
    fn nothing_small_is_published_and_what_is_published_is_true(truth in any_table()) {
        let published = publish(&truth);
        prop_assert_eq!(&published, &publish(&truth), "the same counts give the same table");
        prop_assert_eq!(published.counties.len(), truth.len());
        let mut in_totals = [0; 5];
        for (county, (name, counts)) in published.counties.iter().zip(&truth) {
            prop_assert_eq!((&county.county, county.councils), (name, counts.iter().sum::<i64>()));
            let shown = row(&county.bands);
            for (shown, truth) in shown.into_iter().zip(counts) {
                prop_assert!(shown.is_none_or(|shown| shown == *truth && !(1..5).contains(&shown)));
            }
            if shown != HIDDEN {
                let large = counts.iter().filter(|councils| **councils >= 5).count();
                prop_assert!(large >= 2 || *counts == [0; 5], "one band holds nearly all: {:?}", counts);
                in_totals.iter_mut().zip(counts).for_each(|(total, councils)| *total += councils);
            }
        }
        for (shown, truth) in row(&published.england).into_iter().zip(in_totals) {
            prop_assert!(shown.is_none_or(|shown| shown == truth && !(1..5).contains(&shown)));
        }
        prop_assert_eq!(published.councils, truth.values().flatten().sum::<i64>());
        prop_assert_eq!(published.councils_in_totals, in_totals.iter().sum::<i64>());
        let suppressed_totals = published.england.iter().filter(|total| total.councils.is_none()).count();
        prop_assert_ne!(suppressed_totals, 1, "it would follow from the others");
    }

    #[test]
    fn what_holds_nothing_small_is_published_whole(
        counts in prop::collection::vec([5_i64..90, 5_i64..90, 5_i64..90, 5_i64..90, 5_i64..90], 1..=8),
    ) {
        let published = publish(&table(&counts));
        let mut all_shown = published.counties.iter().flat_map(|county| &county.bands).chain(&published.england);
        prop_assert!(all_shown.all(|band| band.councils.is_some()));
    }
}

#[test]
fn counties_with_different_covers_protect_each_other() {
    // The small counts of priority review add up to one less than may be shown, and to just what may.
    for (counts, total) in [
        ([[1, 0, 5, 13, 0], [3, 5, 0, 10, 0], [1, 0, 3, 5, 11], [3, 0, 3, 5, 9]], None),
        ([[1, 0, 3, 5, 11], [3, 0, 3, 5, 9], [4, 5, 5, 6, 0], [1, 0, 3, 5, 11]], Some(9)),
    ] {
        let truth = table(&counts);
        assert_eq!(row(&publish(&truth).england)[0], total);
        assert_eq!(leak(&truth, publish), None);
    }
}

/// A publisher that only leaves out what is small, with totals: as tables were published for years.
fn careless(truth: &Table) -> Published {
    let mut published = publish(truth);
    let bands = |counts: &[i64; 5], least: i64| {
        Band::ALL
            .into_iter()
            .zip(*counts)
            .map(|(band, councils)| PublishedBand {
                band,
                councils: (councils == 0 || councils >= least).then_some(councils),
            })
            .collect()
    };
    for (county, counts) in published.counties.iter_mut().zip(truth.values()) {
        county.bands = bands(counts, 5);
    }
    let totals = std::array::from_fn(|position| truth.values().map(|counts| counts[position]).sum());
    published.england = bands(&totals, 0);
    published
}

/// As `publish`, with the total of every band.
fn with_all_totals(truth: &Table) -> Published {
    Published { england: careless(truth).england, ..publish(truth) }
}

#[test]
fn the_search_finds_what_leaks() {
    let lone_small = table(&[[3, 12, 30, 60, 120]]);
    assert_eq!(leak(&lone_small, careless), Some(("County 0".to_owned(), Band::PriorityReview)));
    assert_eq!(leak(&lone_small, publish), None);
    // An officer of the first county takes off 3 of the total, 5, and has the second county's 2.
    let two = table(&[[3, 12, 30, 60, 120], [2, 12, 30, 60, 120]]);
    assert_eq!(leak(&two, with_all_totals), Some(("County 0".to_owned(), Band::PriorityReview)));
    // Everybody has 1: the total of four says so.
    let ones = table(&[[1, 12, 30, 60, 120]; 4]);
    assert_eq!(leak(&ones, with_all_totals), Some(("County 0".to_owned(), Band::PriorityReview)));
    assert_eq!((leak(&two, publish), leak(&ones, publish)), (None, None));
}

/// Every row of five counts with that sum.
fn rows_of(councils: i64) -> Vec<[i64; 5]> {
    let mut found = Vec::new();
    for a in 0..=councils {
        for b in 0..=councils - a {
            for c in 0..=councils - a - b {
                found.extend((0..=councils - a - b - c).map(|d| [a, b, c, d, councils - a - b - c - d]));
            }
        }
    }
    found
}

/// By force: every table of a set, put together with those that are published alike. For every officer's own row and every
/// suppressed count elsewhere, the table next to it (one council more or fewer) is among them.
fn assert_all_in_doubt(tables: &[Vec<[i64; 5]>]) -> usize {
    let mut alike: BTreeMap<String, Vec<&Vec<[i64; 5]>>> = BTreeMap::new();
    for counts in tables {
        let published = serde_json::to_string(&publish(&table(counts))).unwrap();
        alike.entry(published).or_default().push(counts);
    }
    let mut checked = 0;
    for (published, worlds) in &alike {
        let published: Published = serde_json::from_str(published).unwrap();
        let shown = rows(&published);
        let suppressed = (0..shown.len()).flat_map(|county| (0..5).map(move |band| (county, band)));
        for (county, band) in suppressed.filter(|(county, band)| shown[*county][*band].is_none()) {
            // No own row (a member of the public), or that of any other county.
            let officers = std::iter::once(None).chain((0..shown.len()).filter(|own| *own != county).map(Some));
            for own in officers {
                let possible: BTreeSet<(Option<[i64; 5]>, i64)> =
                    worlds.iter().map(|counts| (own.map(|own| counts[own]), counts[county][band])).collect();
                for (row, councils) in &possible {
                    let next = [councils - 1, councils + 1];
                    assert!(
                        next.into_iter().any(|next| possible.contains(&(*row, next))),
                        "{published:?}: an officer with {row:?} recovers {councils} of county {county} in band {band}"
                    );
                    checked += 1;
                }
            }
        }
    }
    checked
}

#[test]
fn every_single_county_up_to_sixteen_councils_is_safe() {
    let checked: usize = (1..=16)
        .map(|councils| assert_all_in_doubt(&rows_of(councils).into_iter().map(|row| vec![row]).collect::<Vec<_>>()))
        .sum();
    assert!(checked > 1000, "{checked}");
}

#[test]
fn larger_counties_are_safe_at_the_edge_of_every_rule() {
    let edges = [0, 1, 4, 5, 6, 40];
    let mut counts: Vec<Vec<i64>> = vec![Vec::new()];
    for _ in 0..5 {
        counts = counts.iter().flat_map(|row| edges.map(|edge| [row.as_slice(), &[edge]].concat())).collect();
    }
    assert_eq!(counts.len(), 7_776);
    for row in counts {
        let truth = table(&[row.clone().try_into().unwrap()]);
        assert_eq!(leak(&truth, publish), None, "{row:?}");
    }
}

#[test]
fn every_set_of_five_ordinary_counties_is_safe() {
    // Up to five in priority review, the rest without concern: what varies is whether the total can be shown.
    let mut tables: Vec<Vec<[i64; 5]>> = vec![Vec::new()];
    for _ in 0..5 {
        tables = tables
            .into_iter()
            .flat_map(|counts| (0..=5).map(move |small| [counts.clone(), vec![[small, 0, 9, 7, 30 - small]]].concat()))
            .collect();
    }
    assert_eq!(tables.len(), 7_776);
    let with_total = tables.iter().filter(|counts| publish(&table(counts)).england[0].councils.is_some()).count();
    assert!(with_total > 1000, "{with_total}");
    assert!(assert_all_in_doubt(&tables) > 1000);
}
