//! What is due by its age and still does something today: asked of the engine itself.
//!
//! In: things that are due, by council. Out: those that may go, and those that stay because a score would change. Always
//! holds: with everything that may go gone, each council's score of today says the same in every figure and sentence (but
//! for the list of what was ignored, and the hash of what went in).

use super::class::Class;
use crate::scoring::Score;
use crate::scoring::engine::{Engine, SourceCover};
use crate::store::register::CouncilRow;
use crate::store::{Database, StoreError};
use crate::triage::{Known, known};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};

/// One thing with all its versions: a chain of evidence of one council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thing {
    pub class: Class,
    pub council_id: i64,
    /// Its versions.
    pub ids: Vec<i64>,
    /// The day from which its time runs.
    pub day: Date,
}

/// What is due, sorted.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub going: Vec<Thing>,
    pub staying: Vec<Thing>,
}

/// What the engine needs beside a council's own evidence.
pub(super) struct Judge<'e, 'r> {
    pub engine: &'e Engine<'r>,
    pub covering: &'e [(Vec<String>, SourceCover)],
    pub today: Date,
}

impl Judge<'_, '_> {
    /// Sorts what is due of these councils.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn sort(
        &self,
        connection: &mut Database,
        councils: &[CouncilRow],
        due: Vec<Thing>,
    ) -> Result<Sorted, StoreError> {
        let mut of_council: BTreeMap<i64, Vec<Thing>> = BTreeMap::new();
        for thing in due {
            of_council.entry(thing.council_id).or_default().push(thing);
        }
        let concerned: Vec<CouncilRow> =
            councils.iter().filter(|council| of_council.contains_key(&council.id)).cloned().collect();
        let mut sorted = Sorted::default();
        for known in known(connection, &concerned, self.today, self.covering)? {
            let things = of_council.remove(&known.context.council_id).unwrap_or_default();
            self.one(&known, things, &mut sorted);
        }
        Ok(sorted)
    }

    /// All at once where that changes nothing; else without those that change something by themselves; else none.
    fn one(&self, known: &Known, things: Vec<Thing>, sorted: &mut Sorted) {
        let now = self.score(known);
        let says_the_same = |things: &[Thing]| self.score(&known.without(&ids(things))) == now;
        if says_the_same(&things) {
            sorted.going.extend(things);
            return;
        }
        let (going, staying): (Vec<Thing>, Vec<Thing>) =
            things.into_iter().partition(|thing| says_the_same(std::slice::from_ref(thing)));
        sorted.staying.extend(staying);
        if says_the_same(&going) { sorted.going.extend(going) } else { sorted.staying.extend(going) }
    }

    /// What a score says, without the account of what it left out.
    fn score(&self, known: &Known) -> Score {
        Score { inputs: String::new(), ignored: Vec::new(), ..known.score(self.engine, self.today) }
    }
}

fn ids(things: &[Thing]) -> HashSet<i64> {
    things.iter().flat_map(|thing| thing.ids.iter().copied()).collect()
}
