//! The dry run: what is due today, class by class; nothing is changed.
//!
//! In: a [`Retention`]. Out: a [`Plan`]. Always holds: it counts what [`Retention::apply`] would remove if it were run at
//! once, because both ask the same questions.

use super::Retention;
use super::class::{Class, Holds};
use super::due::{Dated, before, before_of, dated};
use super::guard::{Judge, Sorted, Thing};
use crate::clock::day_in_england;
use crate::error::AppError;
use crate::scoring::engine::Engine;
use crate::store::register::CouncilRow;
use crate::store::retention::{self as stored, DueVersion, Limits};
use crate::store::{Database, StoreError, register};
use crate::triage::covering_sources;
use jiff::{Timestamp, civil::Date};
use std::collections::HashMap;

/// Councils looked at together.
pub(super) const COUNCILS: usize = 500;
/// Examples named in a class.
const EXAMPLES: usize = 3;

/// What is due of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassPlan {
    pub class: Class,
    /// The rule in words.
    pub rule: String,
    pub because: String,
    /// What is dated before this day is due.
    pub before: Date,
    /// How many rows would go; of evidence, every version.
    pub due: i64,
    /// Rows old enough that stay, because a score of today would change without them.
    pub still_counting: i64,
    pub oldest: Option<Date>,
    pub newest: Option<Date>,
    /// Some of what would go, oldest first, by code or number, never by name.
    pub examples: Vec<String>,
}

/// What is due on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub today: Date,
    /// Where the rules were read: `built in`, or a file.
    pub origin: String,
    /// Every class, in order.
    pub classes: Vec<ClassPlan>,
}

impl Plan {
    /// How many rows would go in all.
    pub fn due(&self) -> i64 {
        self.classes.iter().map(|class| class.due).sum()
    }
}

impl Retention<'_> {
    /// What is due today. Changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn plan(&self) -> Result<Plan, AppError> {
        let dated = dated(self.rules, self.set, self.today);
        self.store.read(|connection| {
            let councils = register::councils(connection)?;
            let mut found = Found::default();
            for batch in councils.chunks(COUNCILS) {
                found.add(self.evidence_due(connection, batch, &dated)?, batch);
            }
            let limits = limits(&dated);
            let mut classes = Vec::with_capacity(dated.len());
            for of_class in &dated {
                classes.push(match of_class.class.holds() {
                    Holds::Rows(kept) => rows(of_class, stored::due(connection, kept, limits, EXAMPLES)?)?,
                    Holds::Decided(..) | Holds::NeverDecided => found.of(of_class),
                });
            }
            Ok(Plan { today: self.today, origin: self.rules.origin.clone(), classes })
        })
    }

    /// What is due of the evidence of these councils, and what of it still counts.
    pub(super) fn evidence_due(
        &self,
        connection: &mut Database,
        councils: &[CouncilRow],
        dated: &[Dated],
    ) -> Result<Sorted, StoreError> {
        let ids = (councils.first().map_or(0, |council| council.id), councils.last().map_or(0, |council| council.id));
        let mut due = Vec::new();
        for of_class in dated {
            let wanted = match of_class.class.holds() {
                Holds::Decided(kinds, basis) => stored::Wanted::Decided(kinds, basis),
                Holds::NeverDecided => stored::Wanted::NeverDecided,
                Holds::Rows(_) => continue,
            };
            due.extend(things(of_class.class, &stored::evidence_due(connection, wanted, of_class.limit(), ids)?)?);
        }
        if due.is_empty() {
            return Ok(Sorted::default());
        }
        let covering = covering_sources(connection, self.today)?;
        let engine = Engine::new(self.set);
        Judge { engine: &engine, covering: &covering, today: self.today }.sort(connection, councils, due)
    }
}

/// The limits of every class of rows.
pub(super) fn limits(dated: &[Dated]) -> Limits {
    let of = |class| before(before_of(dated, class));
    Limits {
        held_rows: of(Class::HeldRows),
        documents: of(Class::Documents),
        scores: of(Class::Scores),
        past_scores: of(Class::PastScores),
        sign_in_links: of(Class::SignInLinks),
        sessions: of(Class::Sessions),
        letters: of(Class::Letters),
        removal_marks: of(Class::RemovalMarks),
        submission_keys: of(Class::SubmissionKeys),
        submissions: of(Class::Submissions),
    }
}

/// Versions, by council and chain, as things.
fn things(class: Class, versions: &[DueVersion]) -> Result<Vec<Thing>, StoreError> {
    let same = |one: &DueVersion, next: &DueVersion| one.council_id == next.council_id && one.chain == next.chain;
    let mut things = Vec::new();
    for chain in versions.chunk_by(same) {
        let Some(first) = chain.first() else { continue };
        let mut day = Date::MIN;
        for version in chain {
            day = day.max(version.day()?);
        }
        let ids = chain.iter().map(|version| version.id).collect();
        things.push(Thing { class, council_id: first.council_id, ids, day });
    }
    Ok(things)
}

/// What was found of evidence so far.
#[derive(Default)]
struct Found {
    going: HashMap<Class, Vec<(Date, usize, String)>>,
    staying: HashMap<Class, usize>,
}

impl Found {
    fn add(&mut self, sorted: Sorted, councils: &[CouncilRow]) {
        let codes: HashMap<i64, &str> = councils.iter().map(|c| (c.id, c.gss_code.as_str())).collect();
        for thing in sorted.going {
            let code = codes.get(&thing.council_id).copied().unwrap_or_default().to_owned();
            self.going.entry(thing.class).or_default().push((thing.day, thing.ids.len(), code));
        }
        for thing in sorted.staying {
            *self.staying.entry(thing.class).or_default() += thing.ids.len();
        }
    }

    fn of(&mut self, dated: &Dated) -> ClassPlan {
        let mut going = self.going.remove(&dated.class).unwrap_or_default();
        going.sort();
        let mut examples: Vec<String> = Vec::new();
        for (_, _, code) in &going {
            if examples.len() < EXAMPLES && !examples.contains(code) {
                examples.push(code.clone());
            }
        }
        ClassPlan {
            due: number(going.iter().map(|(_, versions, _)| versions).sum()),
            still_counting: number(self.staying.get(&dated.class).copied().unwrap_or(0)),
            oldest: going.first().map(|(day, _, _)| *day),
            newest: going.last().map(|(day, _, _)| *day),
            examples,
            ..nothing(dated)
        }
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn nothing(dated: &Dated) -> ClassPlan {
    ClassPlan {
        class: dated.class,
        rule: dated.words.clone(),
        because: dated.because.clone(),
        before: dated.before,
        due: 0,
        still_counting: 0,
        oldest: None,
        newest: None,
        examples: Vec::new(),
    }
}

fn rows(dated: &Dated, due: stored::Due) -> Result<ClassPlan, StoreError> {
    let day = |when: Option<stored::When>| {
        when.map(|when| match when {
            stored::When::Day(day) => Ok(day),
            stored::When::Instant(at) => Timestamp::from_microsecond(at)
                .map(day_in_england)
                .map_err(|e| StoreError::Corrupt { place: dated.class.name().to_owned(), because: e.to_string() }),
        })
        .transpose()
    };
    Ok(ClassPlan {
        due: due.how_many,
        oldest: day(due.oldest)?,
        newest: day(due.newest)?,
        examples: due.examples,
        ..nothing(dated)
    })
}
