//! Tests of what a file changes.

use super::*;
use crate::ingest::fingerprint::tests::qualified;
use crate::ingest::record::SourceOrder;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// What is known of a feed once a change has been applied.
pub(in crate::ingest) fn applied(change: &Change) -> Known {
    let (now, version) = match change {
        Change::New { now } | Change::Moved { now, .. } => (now, 1),
        Change::Revised { now, before } => (now, before.version + 1),
    };
    Known {
        record_key: now.record.record_key.clone(),
        council_id: now.council_id,
        chain: now.record.chain.clone(),
        version,
        fingerprint: now.fingerprint.clone(),
    }
}

/// A qualified outcome of 2025 in `row`, of the council that has both the reference and the id `council`.
fn outcome(council: i64, row: u32, edit: impl FnOnce(&mut Record)) -> Matched {
    let mut record = qualified();
    record.place.row = row;
    record.record_key = format!("EX{council:03}/2025");
    edit(&mut record);
    Matched::new(record, council)
}

fn income(pounds: i64) -> impl FnOnce(&mut Record) {
    move |record| {
        record.fields.insert("income".to_owned(), pounds.into());
    }
}

fn known(incoming: Vec<Matched>) -> Vec<Known> {
    diff(&[], incoming).changes.iter().map(applied).collect()
}

#[test]
fn what_is_said_first_is_new_and_what_is_said_again_is_unchanged() {
    let first = diff(&[], vec![outcome(1, 2, |_| ())]);
    assert_eq!(first.changes, [Change::New { now: outcome(1, 2, |_| ()) }]);
    let again = diff(&known(vec![outcome(1, 2, |_| ())]), vec![outcome(1, 77, |_| ())]);
    assert_eq!((again.changes.len(), again.unchanged), (0, 1));
}

#[test]
fn what_is_said_differently_is_revised() {
    let known = known(vec![outcome(1, 2, |_| ())]);
    let diff = diff(&known, vec![outcome(1, 2, income(9_000))]);
    assert_eq!(diff.changes, [Change::Revised { now: outcome(1, 2, income(9_000)), before: known[0].clone() }]);
}

#[test]
fn what_is_left_out_is_untouched() {
    let known = known(vec![outcome(1, 2, |_| ()), outcome(2, 3, |_| ())]);
    assert_eq!(diff(&known, vec![outcome(1, 2, |_| ())]).changes, []);
}

#[test]
fn what_turns_out_to_be_another_councils_is_moved() {
    let known = known(vec![outcome(1, 2, |_| ())]);
    let mut elsewhere = outcome(1, 2, |_| ());
    elsewhere.council_id = 9;
    let diff = diff(&known, vec![elsewhere.clone()]);
    assert_eq!(diff.withdrawals().collect::<Vec<_>>(), [&known[0]]);
    assert_eq!(diff.changes, [Change::Moved { now: elsewhere, before: known[0].clone() }]);
}

#[test]
fn two_councils_that_changed_places_are_both_withdrawn_first() {
    let known = known(vec![outcome(1, 2, |_| ()), outcome(2, 3, |_| ())]);
    let mut swapped = vec![outcome(1, 2, |_| ()), outcome(2, 3, |_| ())];
    swapped[0].council_id = 2;
    swapped[1].council_id = 1;
    let diff = diff(&known, swapped);
    assert_eq!(diff.withdrawals().collect::<Vec<_>>(), known.iter().collect::<Vec<_>>());
    assert!(diff.changes.iter().all(|change| matches!(change, Change::Moved { .. })));
}

#[test]
fn rows_that_say_the_same_come_down_to_the_first() {
    let diff = diff(&[], vec![outcome(1, 9, |_| ()), outcome(1, 3, |_| ())]);
    let [Change::New { now }] = diff.changes.as_slice() else { panic!("{:?}", diff.changes) };
    assert_eq!(now.record.place.row, 3);
    assert_eq!(now.record.warnings[0].code, "repeated_alike");
    assert_eq!(diff.repeated[0].problem.message, "Row 3 and row 9 say the same about EX001/2025; row 3 was taken.");
    assert_eq!(diff.repeated[0].taken.as_ref().map(|place| place.row), Some(3));
    assert_eq!(diff.rejected, []);
}

/// The row taken of two that differ, if any, and the code.
fn taken(first: SourceOrder, second: SourceOrder, second_standing: Standing) -> (Option<u32>, String) {
    let rows = vec![
        outcome(1, 2, |record| record.order = first),
        outcome(1, 3, |record| {
            record.order = second;
            record.standing = second_standing;
            record.fields.insert("income".to_owned(), 9_000.into());
        }),
    ];
    let forward = diff(&[], rows.clone());
    let backward = diff(&[], rows.into_iter().rev().collect());
    assert_eq!(forward, backward);
    assert_eq!(forward.changes.len() * 2 + forward.rejected.len(), 2);
    let repeated = forward.repeated[0].clone();
    (repeated.taken.map(|place| place.row), repeated.problem.code)
}

#[test]
fn of_rows_that_differ_the_later_counts_where_that_is_clear() {
    let order = |version: Option<i64>, dated: Option<Date>| SourceOrder { version, dated };
    let (september, october) = (Some(date(2025, 9, 12)), Some(date(2025, 10, 1)));
    let superseded = || "repeated_superseded".to_owned();
    let contradictory = || "repeated_contradictory".to_owned();
    let final_word = Standing::Determined;
    for (first, second, expected) in [
        (order(Some(1), None), order(Some(2), None), (Some(3), superseded())),
        (order(Some(2), september), order(Some(1), october), (Some(2), superseded())),
        (order(None, september), order(None, october), (Some(3), superseded())),
        (order(Some(1), september), order(Some(1), october), (Some(3), superseded())),
        (order(None, september), order(None, september), (None, contradictory())),
        (order(None, september), order(None, None), (None, contradictory())),
        (order(Some(1), september), order(None, october), (None, contradictory())),
        (order(None, None), order(None, None), (None, contradictory())),
    ] {
        assert_eq!(taken(first, second, final_word), expected, "{first:?} {second:?}");
    }
    let interim = Standing::Allegation;
    assert_eq!(taken(order(None, september), order(None, None), interim), (Some(2), superseded()));
    assert_eq!(taken(order(Some(1), september), order(Some(2), None), interim), (Some(3), superseded()));
}

#[test]
fn a_contradiction_names_its_rows_and_takes_none() {
    let known = known(vec![outcome(1, 2, |_| ())]);
    let diff = diff(&known, vec![outcome(1, 4, income(1)), outcome(1, 7, income(2))]);
    assert_eq!((diff.changes.len(), diff.unchanged), (0, 0));
    assert_eq!(diff.rejected.iter().map(|row| row.place.row).collect::<Vec<_>>(), [4, 7]);
    assert_eq!(
        diff.rejected[0].problems[0].message,
        "Row 4 and row 7 are about the same thing (EX001/2025) and contradict each other, and nothing says which is the \
         later; none of them was taken. Send only the right one, or number them in the column version."
    );
}

#[test]
fn one_reference_for_two_councils_takes_none() {
    let mut other = outcome(1, 5, |_| ());
    other.council_id = 2;
    let diff = diff(&[], vec![outcome(1, 4, |_| ()), other]);
    assert_eq!(diff.repeated[0].problem.code, "repeated_two_councils");
    assert_eq!((diff.changes.len(), diff.rejected.len()), (0, 2));
}

#[test]
fn two_references_for_one_councils_year_take_none() {
    let mut other = outcome(2, 5, |_| ());
    other.council_id = 1;
    let diff = diff(&[], vec![outcome(1, 4, |_| ()), other]);
    assert_eq!(diff.repeated[0].problem.code, "council_twice");
    assert_eq!(
        diff.repeated[0].problem.message,
        "Row 4 and row 5 have different references (EX001/2025, EX002/2025) but mean the same council and year; none of \
         them was taken. Send the council once, under one reference."
    );
    assert_eq!((diff.changes.len(), diff.rejected.len()), (0, 2));
}

#[test]
fn a_message_about_very_many_rows_names_a_dozen() {
    let rows: Vec<Matched> = (2..2_002).map(|row| outcome(1, row, income(row.into()))).collect();
    let diff = diff(&[], rows);
    let message = &diff.repeated[0].problem.message;
    assert!(message.starts_with("Row 2, row 3, ") && message.contains(" row 13 and 1988 more are about"), "{message}");
    assert_eq!(diff.rejected.len(), 2_000);
    let rows: Vec<Matched> =
        (2..2_002).map(|row| outcome(1, row, |record| record.record_key = format!("EX{row}/2025"))).collect();
    let message = &super::diff(&[], rows).repeated[0].problem.message;
    assert!(message.contains("EX13/2025 and 1988 more) but mean"), "{message}");
}

/// Rows of few councils and few wordings, so that they meet.
fn any_rows() -> impl Strategy<Value = Vec<Matched>> {
    let row = (1_i64..5, 1_i64..5, 0_i64..3, prop::option::of(1_i64..3), any::<bool>());
    prop::collection::vec(row, 0..12).prop_map(|rows| {
        let build = |(number, (key, council, pounds, version, is_final)): (u32, (i64, i64, i64, Option<i64>, bool))| {
            let mut matched = outcome(key, number, |record| {
                record.order.version = version;
                record.standing = if is_final { Standing::Determined } else { Standing::Allegation };
                record.fields.insert("income".to_owned(), pounds.into());
            });
            matched.council_id = council;
            matched
        };
        (2..).zip(rows).map(build).collect()
    })
}

proptest! {
    #[test]
    fn the_same_file_twice_changes_nothing_the_second_time(before in any_rows(), now in any_rows()) {
        let mut known = known(before);
        for change in &diff(&known, now.clone()).changes {
            let after = applied(change);
            known.retain(|entry| entry.record_key != after.record_key);
            known.push(after);
        }
        let again = diff(&known, now);
        prop_assert_eq!(again.changes, []);
    }

    #[test]
    fn the_order_of_the_rows_makes_no_difference(
        (rows, shuffled) in any_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        before in any_rows(),
    ) {
        let mut known = known(before);
        let forward = diff(&known, rows);
        known.reverse();
        prop_assert_eq!(forward, diff(&known, shuffled));
    }

    #[test]
    fn every_row_is_accounted_for(rows in any_rows()) {
        let number = rows.len();
        let diff = diff(&[], rows);
        let collapsed: usize =
            diff.repeated.iter().filter(|repeated| repeated.taken.is_some()).map(|repeated| repeated.rows.len() - 1).sum();
        prop_assert_eq!(diff.changes.len() + diff.unchanged + diff.rejected.len() + collapsed, number);
    }
}
