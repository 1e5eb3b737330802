//! The chain: one hash an entry, over its content and the hash before it.
//!
//! In: entries in order. Out: hashes, and a [`Verdict`]. Always holds: the hash is SHA-256 over the fields as a JSON
//! list, so that no two different entries give the same text to hash.

use crate::digest::sha256_hex;
use crate::error::AppError;
use crate::store::audit::{self, EntryRow};
use crate::store::{Store, StoreError};
use serde::Serialize;

/// What the first entry has for the hash before it.
pub const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Entries walked at a time.
const PART: i64 = 1000;

/// What walking the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Entries that were walked.
    pub entries: i64,
    /// The last position and its hash: note them elsewhere, and a log that was cut short is found too.
    pub head: Option<(i64, String)>,
    /// The first thing that doesn't fit, in words.
    pub broken: Option<String>,
}

/// The hash of an entry: of everything in it but the hash itself.
pub(super) fn hash(entry: &EntryRow) -> String {
    let content = serde_json::json!([
        entry.position,
        entry.at,
        entry.actor,
        entry.organisation_id,
        entry.origin,
        entry.action,
        entry.subject,
        entry.details,
        entry.previous,
    ]);
    sha256_hex(content.to_string().as_bytes())
}

/// The last entry's position and hash; none while the log is empty.
///
/// # Errors
/// When the database fails.
pub fn head(store: &Store) -> Result<Option<(i64, String)>, AppError> {
    let last = store.read(audit::last)?;
    Ok(last.map(|entry| (entry.position, entry.hash)))
}

/// Walks the whole chain. With `noted`, a head that was noted earlier (position and hash), the log must still hold it.
///
/// # Errors
/// When the database fails.
pub fn verify(store: &Store, noted: Option<(i64, &str)>) -> Result<Verdict, AppError> {
    store
        .read(|connection| {
            let mut verdict = Verdict { entries: 0, head: None, broken: None };
            let mut noted_found = false;
            loop {
                let next = verdict.head.as_ref().map_or(1, |(position, _)| position + 1);
                let part = audit::from(connection, next, PART)?;
                if part.is_empty() {
                    break;
                }
                for entry in part {
                    verdict.broken = unfit(&entry, verdict.head.as_ref());
                    if verdict.broken.is_some() {
                        return Ok(verdict);
                    }
                    noted_found |= noted == Some((entry.position, entry.hash.as_str()));
                    verdict.entries += 1;
                    verdict.head = Some((entry.position, entry.hash));
                }
            }
            if let Some((position, _)) = noted.filter(|_| !noted_found) {
                verdict.broken = Some(format!("The entry {position} that was noted is not in the log as it was."));
            }
            Ok::<_, StoreError>(verdict)
        })
        .map_err(AppError::from)
}

/// Why an entry doesn't follow the one before it, if it doesn't.
fn unfit(entry: &EntryRow, before: Option<&(i64, String)>) -> Option<String> {
    let (position, previous) = before.map_or((0, FIRST), |(position, hash)| (*position, hash.as_str()));
    if entry.position != position + 1 {
        return Some(format!("After entry {position} comes entry {}: entries are missing.", entry.position));
    }
    if entry.previous != previous {
        return Some(format!("Entry {} does not follow the one before it.", entry.position));
    }
    (hash(entry) != entry.hash).then(|| format!("Entry {} is not as it was written.", entry.position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(position: i64, previous: &str) -> EntryRow {
        let mut entry = EntryRow {
            position,
            at: 1_790_000_000_000_000 + position,
            actor: "person:12".to_owned(),
            organisation_id: Some(3),
            origin: "127.0.0.1".to_owned(),
            action: "council.seen".to_owned(),
            subject: "council:E04990001".to_owned(),
            details: "{}".to_owned(),
            previous: previous.to_owned(),
            hash: String::new(),
        };
        entry.hash = hash(&entry);
        entry
    }

    #[test]
    fn an_entry_follows_the_one_before_it() {
        let first = entry(1, FIRST);
        let second = entry(2, &first.hash);
        assert_eq!(unfit(&first, None), None);
        assert_eq!(unfit(&second, Some(&(1, first.hash.clone()))), None);
        assert!(unfit(&second, None).unwrap().contains("missing"));
        assert!(unfit(&entry(2, FIRST), Some(&(1, first.hash))).unwrap().contains("does not follow"));
    }

    proptest! {
        #[test]
        fn whatever_is_altered_is_found(field in 0..7usize, text in "[a-z]{1,8}", number in 1i64..1000) {
            let first = entry(1, FIRST);
            let mut altered = first.clone();
            match field {
                0 => altered.at += number,
                1 => altered.actor.push_str(&text),
                2 => altered.organisation_id = altered.organisation_id.map(|id| id + number),
                3 => altered.origin.push_str(&text),
                4 => altered.action.push_str(&text),
                5 => altered.subject.push_str(&text),
                _ => altered.details.push_str(&text),
            }
            prop_assert!(unfit(&altered, None).is_some());
        }
    }
}
