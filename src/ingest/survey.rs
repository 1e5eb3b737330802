//! Which rows of a file are about the same thing, before any of them is planned.
//!
//! In: every matched row of a file, once, and what its feed has said before. Out: a [`Survey`], which says what is planned a
//! batch at a time and what together. Always holds: of two rows that share a record key, or a chain of a council, both are
//! planned together; so is a row whose council or chain has changed, with whatever now stands where it stood. What is planned
//! together comes in rounds of bounded size, unless a single thing is told by more rows than that.

use super::batches::Seeds;
use super::diff::Matched;
use super::plan::Sorted;
use crate::error::AppError;
use crate::evidence::Standing;
use crate::feeds::Feed;
use crate::store::{Database, evidence};
use std::collections::HashMap;

/// Rows planned together in one round.
const ROUND: usize = 20_000;

/// One matched row.
struct Entry {
    key: u128,
    chain: u128,
    place: u128,
}

/// Looks at the rows of a file.
#[derive(Default)]
pub(super) struct Surveyor {
    seeds: Seeds,
    entries: Vec<Entry>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Survey {
    /// On the file, in sentences.
    pub notes: Vec<String>,
    seeds: Seeds,
    /// The rounds of the rows that are planned together, by their place.
    together: HashMap<u128, usize>,
    rounds: usize,
}

impl Surveyor {
    /// Adds a row.
    pub fn add(&mut self, row: &Matched) {
        self.entries.push(Entry {
            key: self.seeds.of(row.record.record_key.as_str()),
            chain: self.seeds.of((row.council_id, row.record.chain.as_str())),
            place: self.seeds.of(&row.record.place),
        });
    }

    /// Compares the rows with one another and with what the feed has said before; `notes` are those on the file.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finish(self, connection: &mut Database, feed: &Feed, notes: Vec<String>) -> Result<Survey, AppError> {
        let by_key = sorted_by(&self.entries, |entry| entry.key);
        let by_chain = sorted_by(&self.entries, |entry| entry.chain);
        let mut groups = Groups { parents: (0..self.entries.len()).collect(), shared: vec![false; self.entries.len()] };
        for order in [&by_key, &by_chain] {
            for pair in order.windows(2) {
                if let [one, other] = pair
                    && one.0 == other.0
                {
                    groups.join(one.1, other.1);
                }
            }
        }
        if evidence::any_of_feed(connection, &feed.id)? {
            evidence::each_latest(connection, &feed.id, &mut |known| {
                let now = first_of(&by_key, self.seeds.of(known.record_key.as_str()));
                let Some((number, entry)) = now.and_then(|number| Some((number, self.entries.get(number)?))) else {
                    return;
                };
                let before = self.seeds.of((known.council_id, known.chain.as_str()));
                if entry.chain != before && known.standing != Standing::Withdrawn.name() {
                    groups.join(number, first_of(&by_chain, before).unwrap_or(number));
                }
            })?;
        }
        Ok(Survey { notes, ..self.in_rounds(&mut groups) })
    }

    fn in_rounds(self, groups: &mut Groups) -> Survey {
        let mut survey = Survey { seeds: self.seeds, ..Survey::default() };
        let mut sizes: HashMap<usize, usize> = HashMap::new();
        let shared: Vec<usize> = (0..self.entries.len()).filter(|number| groups.is_shared(*number)).collect();
        for number in &shared {
            *sizes.entry(groups.root(*number)).or_insert(0) += 1;
        }
        let (mut rounds, mut filled): (HashMap<usize, usize>, usize) = (HashMap::new(), 0);
        for number in shared {
            let root = groups.root(number);
            let round = *rounds.entry(root).or_insert_with(|| {
                let size = sizes.get(&root).copied().unwrap_or(0);
                if filled > 0 && filled + size > ROUND {
                    (survey.rounds, filled) = (survey.rounds + 1, 0);
                }
                filled += size;
                survey.rounds
            });
            if let Some(entry) = self.entries.get(number) {
                survey.together.insert(entry.place, round);
            }
        }
        survey
    }
}

impl Survey {
    /// How often the file has to be gone through, at least once.
    pub fn rounds(&self) -> usize {
        self.rounds + 1
    }

    /// Of a batch what is planned by itself, in the first round, and what is planned together in this one.
    pub fn split(&self, mut sorted: Sorted, round: usize) -> (Option<Sorted>, Vec<Matched>) {
        if self.together.is_empty() {
            return (Some(sorted), Vec::new());
        }
        let round_of = |row: &Matched| self.together.get(&self.seeds.of(&row.record.place)).copied();
        let (shared, alone): (Vec<Matched>, Vec<Matched>) =
            sorted.matched.into_iter().partition(|row| round_of(row).is_some());
        let shared = shared.into_iter().filter(|row| round_of(row) == Some(round)).collect();
        sorted.matched = alone;
        ((round == 0).then_some(sorted), shared)
    }
}

/// The numbers of entries in the order of `what`, with it.
fn sorted_by(entries: &[Entry], what: impl Fn(&Entry) -> u128) -> Vec<(u128, usize)> {
    let mut order: Vec<(u128, usize)> =
        entries.iter().enumerate().map(|(number, entry)| (what(entry), number)).collect();
    order.sort_unstable();
    order
}

/// The first entry with that value.
fn first_of(order: &[(u128, usize)], wanted: u128) -> Option<usize> {
    let at = order.partition_point(|(value, _)| *value < wanted);
    order.get(at).filter(|(value, _)| *value == wanted).map(|(_, number)| *number)
}

/// Entries that belong together, as a forest: each points to another of its group, and one to itself.
struct Groups {
    parents: Vec<usize>,
    shared: Vec<bool>,
}

impl Groups {
    fn root(&mut self, number: usize) -> usize {
        let mut at = number;
        while let Some(&parent) = self.parents.get(at).filter(|parent| **parent != at) {
            // Halves the way for whoever comes next.
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(place) = self.parents.get_mut(at) {
                *place = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        for number in [one, other] {
            if let Some(shared) = self.shared.get_mut(number) {
                *shared = true;
            }
        }
        let (one, other) = (self.root(one), self.root(other));
        if let Some(parent) = self.parents.get_mut(one.max(other)) {
            *parent = one.min(other);
        }
    }

    fn is_shared(&self, number: usize) -> bool {
        self.shared.get(number).copied().unwrap_or(false)
    }
}
