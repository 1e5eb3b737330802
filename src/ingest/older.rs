//! Rows that a source has itself superseded: its own version numbers, honoured from one file to the next.
//!
//! In: the records of a file, and the highest number that came before for each. Out: the records that still count, what
//! was passed over with a warning each, and the numbers to remember. Always holds: pure; a record without a number is
//! compared as ever.

use super::diff::Matched;
use super::record::{Place, Problem};
use std::collections::{BTreeMap, HashMap};

/// What the numbers leave.
#[derive(Default)]
pub(super) struct ByVersion {
    pub still: Vec<Matched>,
    /// A warning for each row that was passed over.
    pub older: Vec<(Place, Problem)>,
    /// The numbers that are higher than those remembered.
    pub higher: Vec<(String, i64)>,
}

/// Parts the records by the numbers that came before.
pub(super) fn by_version(known: &HashMap<String, i64>, matched: Vec<Matched>) -> ByVersion {
    let mut parted = ByVersion::default();
    let mut higher: BTreeMap<String, i64> = BTreeMap::new();
    for row in matched {
        let key = &row.record.record_key;
        let Some(own) = row.record.order.version else {
            parted.still.push(row);
            continue;
        };
        match known.get(key) {
            Some(before) if own < *before => {
                let message = format!(
                    "This is version {own} of {key}, and version {before} came before; it was passed over. If it is the \
                     later one, give it a higher number."
                );
                let column = Some("version".to_owned());
                let problem = Problem { column, code: "older_version".to_owned(), message };
                parted.older.push((row.record.place.clone(), problem));
                continue;
            }
            Some(before) if own == *before => {}
            _ => {
                let highest = higher.entry(key.clone()).or_insert(own);
                *highest = own.max(*highest);
            }
        }
        parted.still.push(row);
    }
    parted.higher = higher.into_iter().collect();
    parted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::fingerprint::tests::qualified;

    fn numbered(number: Option<i64>) -> Matched {
        let mut record = qualified();
        record.record_key = "NA001/2026".to_owned();
        record.order.version = number;
        Matched::new(record, 1)
    }

    #[test]
    fn a_lower_number_than_came_before_is_passed_over_and_others_are_compared() {
        let known = HashMap::from([("NA001/2026".to_owned(), 2)]);
        let parted = by_version(&known, [None, Some(1), Some(2), Some(3)].map(numbered).to_vec());
        assert_eq!(
            parted.still.iter().map(|row| row.record.order.version).collect::<Vec<_>>(),
            [None, Some(2), Some(3)]
        );
        assert_eq!(parted.older.len(), 1);
        assert!(parted.older[0].1.message.starts_with("This is version 1 of NA001/2026, and version 2 came before"));
        assert_eq!(parted.higher, [("NA001/2026".to_owned(), 3)]);
    }

    #[test]
    fn a_record_that_was_never_numbered_begins_with_its_highest() {
        let parted = by_version(&HashMap::new(), [Some(4), Some(1)].map(numbered).to_vec());
        assert_eq!((parted.still.len(), parted.older.len()), (2, 0));
        assert_eq!(parted.higher, [("NA001/2026".to_owned(), 4)]);
    }
}
