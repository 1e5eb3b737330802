//! What is kept in mind from one batch of a file to the next.
//!
//! In: the batches, one after the other. Out: to each what those before it found. Always holds: memory grows with councils,
//! chains and held rows by entries of fixed size, never with what the rows say.

use super::diff::Matched;
use super::mended::Mendings;
use super::plan::{ForReview, Sorted};
use super::record::{Named, Normalised, column_in_words};
use crate::feeds::Feed;
use crate::matching::{Answer, Asked, Decision, Index};
use crate::personal::redaction::Redactions;
use crate::store::{Database, StoreError, evidence, retention};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher as _, Hash, RandomState};

/// Anything as 128 bits, by seeds that are drawn anew for each file: nobody can send rows that are taken for one another.
#[derive(Default)]
pub(super) struct Seeds([RandomState; 2]);

impl Seeds {
    /// What stands for `what`.
    pub fn of(&self, what: impl Hash) -> u128 {
        let [high, low] = &self.0;
        u128::from(high.hash_one(&what)) << 64 | u128::from(low.hash_one(&what))
    }
}

/// Finds councils: the same one stands in many rows and is looked up once.
pub(super) struct Sorter<'i> {
    index: &'i Index,
    answers: HashMap<Named, Result<i64, Answer>>,
}

impl<'i> Sorter<'i> {
    /// Names remembered at a time. Even a national file has few.
    const MOST: usize = 32_768;

    pub fn new(index: &'i Index) -> Self {
        Sorter { index, answers: HashMap::new() }
    }

    /// Finds the council of every row of a batch; `fingerprints` says whether they are needed.
    pub fn sort(&mut self, normalised: Normalised, fingerprints: bool) -> Sorted {
        let Normalised { rows_read, records, rejected, unmapped } = normalised;
        let warnings = records.iter().flat_map(|record| &record.warnings);
        let provisional = warnings.into_iter().any(|warning| super::audit::is_provisional(&warning.code));
        let (mut matched, mut for_review) = (Vec::with_capacity(records.len()), Vec::new());
        for record in records {
            match self.answer(&record.named) {
                Ok(council) if fingerprints => matched.push(Matched::new(record, council)),
                Ok(council_id) => matched.push(Matched { record, council_id, fingerprint: String::new() }),
                Err(answer) => for_review.push(ForReview { answer, record }),
            }
        }
        let unmapped = unmapped.iter().map(column_in_words).collect();
        Sorted { rows_read, matched, for_review, rejected, unmapped, provisional, ..Sorted::default() }
    }

    /// The council, or why a person has to name it.
    fn answer(&mut self, named: &Named) -> Result<i64, Answer> {
        if let Some(known) = self.answers.get(named) {
            return known.clone();
        }
        let answer = self.index.decide(&Asked {
            name: &named.name,
            gss_code: named.gss_code.as_deref(),
            district: named.district.as_deref(),
            county: named.county.as_deref(),
        });
        let found = match (answer.decision, answer.candidates.first()) {
            (Decision::Matched, Some(council)) => Ok(council.council_id),
            _ => Err(answer),
        };
        if self.answers.len() >= Self::MOST {
            self.answers.clear();
        }
        self.answers.insert(named.clone(), found.clone());
        found
    }
}

/// What is known of a feed beside its evidence: looked up once for all batches of a file.
pub(super) struct Looked {
    pub redactions: Redactions,
    /// Whether the feed has said anything before.
    pub knows: bool,
    /// Whether anything of it was removed because its time was over.
    pub removed: bool,
    pub mendings: Mendings,
}

impl Looked {
    /// Looks a feed up.
    ///
    /// # Errors
    /// When the database fails.
    pub fn up(connection: &mut Database, feed: &Feed) -> Result<Looked, StoreError> {
        Ok(Looked {
            redactions: Redactions::of_feed(connection, &feed.id)?,
            knows: evidence::any_of_feed(connection, &feed.id)?,
            removed: retention::any_marked_removed(connection, &feed.id)?,
            mendings: Mendings::of_feed(connection, &feed.id)?,
        })
    }

    /// Whether rows that are taken have to keep how they stood: what was blacked out is found in their cells.
    pub fn needs_raw(&self) -> bool {
        !self.redactions.is_empty()
    }
}

/// What has been appended of a file so far.
#[derive(Default)]
pub(super) struct Appended {
    seeds: Seeds,
    /// Councils whose versions have been looked up.
    looked_up: HashSet<i64>,
    /// The highest version of each of their chains.
    versions: HashMap<u128, i32>,
    /// How often each held row stood in the file.
    held: HashMap<u128, usize>,
}

impl Appended {
    /// Looks up the versions of councils that no batch before had.
    ///
    /// # Errors
    /// When the database fails.
    pub fn look_up(&mut self, connection: &mut Database, councils: &BTreeSet<i64>) -> Result<(), StoreError> {
        let new: Vec<i64> = councils.iter().copied().filter(|council| self.looked_up.insert(*council)).collect();
        for (council, chain, version) in evidence::highest_versions(connection, &new)? {
            self.versions.insert(self.seeds.of((council, chain.as_str())), version);
        }
        Ok(())
    }

    /// The next version of a chain.
    pub fn next(&mut self, council: i64, chain: &str) -> i32 {
        let version = self.versions.entry(self.seeds.of((council, chain))).or_insert(0);
        *version += 1;
        *version
    }

    /// The time for which a held row stands in the file, from 1.
    pub fn time(&mut self, fingerprint: &str) -> usize {
        let time = self.held.entry(self.seeds.of(fingerprint)).or_insert(0);
        *time += 1;
        *time
    }
}
