//! Which rows of a file are about the same thing, before any of them is planned.
//!
//! In: every matched row of a file, once, and what its feed has said before. Out: a [`Survey`], which says what is planned a
//! batch at a time and what together. Always holds: of two rows that share a record key, or a chain of a council, both are
//! planned together; so is a row whose council or chain has changed, with whatever now stands where it stood. What is planned
//! together comes in rounds of bounded size, unless a single thing is told by more rows than that.

use super::batches::Seeds;
use super::diff::Matched;
use super::hold::Shape;
use super::learned::Answers;
use super::plan::Sorted;
use super::record::Place;
use crate::error::AppError;
use crate::evidence::Standing;
use crate::feeds::Feed;
use crate::store::{Database, StoreError, evidence, runs};
use crate::triage::years_of_returns;
use std::collections::HashMap;

/// Rows planned together in one round.
const ROUND: usize = 20_000;

/// One matched row.
struct Entry {
    key: u128,
    chain: u128,
    place: u128,
}

/// What a survey is made by, beside the file: another survey is due where it has changed since.
#[derive(PartialEq, Eq)]
pub(super) struct Basis {
    pub answers: Answers,
    /// The feed's last run that changed what is known.
    last_run: Option<i64>,
}

impl Basis {
    /// Looks a feed up as it stands.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_feed(connection: &mut Database, feed: &Feed) -> Result<Basis, StoreError> {
        let last_run = runs::last_success(connection, &feed.id, i64::MAX)?.map(|run| run.id);
        Ok(Basis { answers: Answers::of_feed(connection, feed)?, last_run })
    }
}

/// Looks at the rows of a file.
#[derive(Default)]
pub(super) struct Surveyor {
    seeds: Seeds,
    entries: Vec<Entry>,
    /// Rows that ask for an answer in a year's return, or give the answers of one: a council's year, and the row's number.
    returns: Vec<(u128, usize)>,
}

/// What was found.
pub(super) struct Survey {
    /// On the file, in sentences.
    pub notes: Vec<String>,
    /// What the list is like.
    pub shape: Shape,
    pub basis: Basis,
    pub rounds: Rounds,
}

/// Which rows are planned together, and in which round.
pub(super) struct Rounds {
    seeds: Seeds,
    /// By place.
    together: HashMap<u128, usize>,
    last: usize,
}

impl Surveyor {
    /// Adds a row.
    pub fn add(&mut self, row: &Matched) {
        let returns = years_of_returns(&row.record.fields).into_iter();
        let number = self.entries.len();
        self.returns.extend(returns.map(|year| (self.seeds.of((row.council_id, year)), number)));
        self.entries.push(Entry {
            key: self.seeds.of(row.record.record_key.as_str()),
            chain: self.seeds.of((row.council_id, row.record.chain.as_str())),
            place: self.seeds.of(&row.record.place),
        });
    }

    /// Whether any two rows are about the same thing.
    pub fn repeats(&self) -> bool {
        self.orders().iter().any(|order| order.array_windows().any(|[one, next]| one.0 == next.0))
    }

    /// The rows by record key, by council and chain, and by the returns that they have to do with.
    fn orders(&self) -> [Vec<(u128, usize)>; 3] {
        let mut returns = self.returns.clone();
        returns.sort_unstable();
        [sorted_by(&self.entries, |entry| entry.key), sorted_by(&self.entries, |entry| entry.chain), returns]
    }

    /// Compares the rows with one another and with what the feed has said before; gives which rounds which rows are
    /// planned together in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finish(self, connection: &mut Database, feed: &Feed) -> Result<Rounds, AppError> {
        let [by_key, by_chain, returns] = self.orders();
        let mut groups = Groups { parents: (0..self.entries.len()).collect(), shared: vec![false; self.entries.len()] };
        for order in [&by_key, &by_chain, &returns] {
            for [one, other] in order.array_windows() {
                if one.0 == other.0 {
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
        Ok(self.in_rounds(&mut groups))
    }

    fn in_rounds(self, groups: &mut Groups) -> Rounds {
        let mut found = Rounds { seeds: self.seeds, together: HashMap::new(), last: 0 };
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
                    (found.last, filled) = (found.last + 1, 0);
                }
                filled += size;
                found.last
            });
            if let Some(entry) = self.entries.get(number) {
                found.together.insert(entry.place, round);
            }
        }
        found
    }
}

impl Rounds {
    /// How often the file has to be gone through, at least once.
    pub fn count(&self) -> usize {
        self.last + 1
    }

    /// The round in which a row is planned together with others; none for one that is planned with its batch.
    pub fn of(&self, place: &Place) -> Option<usize> {
        if self.together.is_empty() { None } else { self.together.get(&self.seeds.of(place)).copied() }
    }

    /// Of a batch what is planned by itself, in the first round, and what is planned together in this one.
    pub fn split(&self, mut sorted: Sorted, round: usize) -> Part {
        if self.together.is_empty() {
            return Part { alone: sorted, together: Vec::new() };
        }
        let (mut alone, mut together) = (Vec::with_capacity(sorted.matched.len()), Vec::new());
        for row in sorted.matched {
            match self.of(&row.record.place) {
                None => alone.push(row),
                Some(own) if own == round => together.push(row),
                Some(_) => {}
            }
        }
        sorted.matched = alone;
        Part { alone: if round == 0 { sorted } else { Sorted::default() }, together }
    }
}

/// Of one batch in one round.
#[derive(Default)]
pub(super) struct Part {
    pub alone: Sorted,
    pub together: Vec<Matched>,
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
