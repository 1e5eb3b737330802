//! Answers of this file's returns against what the reports on the years before asked for.
//!
//! In: the changes that a file makes. Out: a warning on each row that answers otherwise, and a note for the run. Always
//! holds: no row is stopped by it; what was asked earlier in the same file counts too.

use super::checks;
use super::diff::{Change, Matched};
use super::record::Problem;
use crate::evidence::{EvidenceKind, Item};
use crate::store::{Database, StoreError, evidence};
use crate::triage::{Obligation, ObligationState, obligations};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Warns the rows that answer otherwise than was asked. Gives a note where there are any.
///
/// # Errors
/// When the database fails.
pub(super) fn check(
    connection: &mut Database,
    feed: &str,
    changes: &mut [Change],
) -> Result<Option<String>, StoreError> {
    let answering = |row: &Matched| row.record.fields.contains_key("answers");
    let councils: BTreeSet<i64> =
        changes.iter().map(Change::now).filter(|row| answering(row)).map(|row| row.council_id).collect();
    if councils.is_empty() {
        return Ok(None);
    }
    let councils: Vec<i64> = councils.into_iter().collect();
    let mut items: BTreeMap<i64, Vec<Item>> = BTreeMap::new();
    for (item, _) in evidence::known(connection, &councils, Timestamp::MAX)? {
        items.entry(item.council_id).or_default().push(item);
    }
    for (number, change) in (1..).zip(changes.iter()) {
        let now = change.now();
        if now.record.kind == EvidenceKind::AuditOutcome && councils.binary_search(&now.council_id).is_ok() {
            let known = items.entry(now.council_id).or_default();
            known.push(as_item(now, feed, -number));
        }
    }
    let mut not_met: BTreeMap<i64, Vec<Obligation>> = BTreeMap::new();
    for mut known in items.into_values() {
        known.sort_by(|one, other| (&one.chain, one.version).cmp(&(&other.chain, other.version)));
        for found in obligations(&known).into_iter().filter(|found| found.state == ObligationState::NotMet) {
            if let Some(row) = found.answered_by.filter(|id| *id < 0) {
                not_met.entry(-row).or_default().push(found);
            }
        }
    }
    let mut first = None;
    for (number, change) in (1..).zip(changes.iter_mut()) {
        for found in not_met.get(&number).into_iter().flatten() {
            let record = &mut change.now_mut().record;
            let message = in_words(found);
            first.get_or_insert_with(|| format!("Row {}: {message}", record.place.row));
            record.warnings.push(Problem {
                column: Some(format!("assertion_{}", found.assertion)),
                code: checks::OBLIGATION_NOT_MET.to_owned(),
                message,
            });
        }
    }
    let times: usize = not_met.values().map(Vec::len).sum();
    Ok(first.map(|first| match times {
        1 => first,
        times => format!("{times} answers are not those that an earlier report asked for, such as: {first}"),
    }))
}

/// A row as the item that it will be: of a version after all that are known, under a number of its own.
fn as_item(now: &Matched, feed: &str, id: i64) -> Item {
    let record = &now.record;
    Item {
        id,
        council_id: now.council_id,
        kind: record.kind,
        feed: feed.to_owned(),
        record_key: record.record_key.clone(),
        chain: record.chain.clone(),
        version: i32::MAX,
        event: None,
        happened_on: record.happened_on,
        determined_on: record.determined_on,
        known_at: Timestamp::MAX,
        standing: record.standing,
        fields: record.fields.clone(),
        fingerprint: now.fingerprint.clone(),
        url: None,
    }
}

fn in_words(found: &Obligation) -> String {
    let word = |answer: bool| if answer { "Yes" } else { "No" };
    format!(
        "The report on {before}/{:02} asks that assertion {} be answered {} in the return for {start}/{:02}, and it was \
         answered {}; check the answer.",
        (found.year - 1).rem_euclid(100),
        found.assertion,
        word(found.answer),
        found.year.rem_euclid(100),
        word(!found.answer),
        before = found.year - 2,
        start = found.year - 1,
    )
}
