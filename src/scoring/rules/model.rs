//! A rule set as the engine uses it: checked, typed, nothing left to go wrong.
//!
//! In: filled by the loader of this folder. Out: read by [`crate::scoring::engine`]. Always holds: every condition has
//! been checked against its kind's fields, ids are unique, bands are in order, the hash covers every byte of every file.

use super::diagnose::Place;
use crate::evidence::{EvidenceKind, Fact};
use crate::scoring::expression::Condition;
use crate::scoring::score::{Band, Indicator};
use jiff::civil::Date;

/// When a rule counts: from the first day, until the last day inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    pub from: Date,
    pub until: Option<Date>,
}

/// How a rule looks at several facts of one council at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gather {
    /// At least `at_least` facts determined within any `within_months` months; with `distinct`, facts with different
    /// values in that slot (unknown values count for nothing).
    Count { at_least: u32, within_months: u32, distinct: Option<usize> },
    /// Facts in at least `years` consecutive values of the slot `year`, alike in every slot of `by`; with `or_marked`,
    /// a single fact whose slot there holds yes is enough (the auditor's own "reported last year").
    Running { years: u32, year: usize, by: Vec<usize>, or_marked: Option<usize> },
}

/// One rule of the catalogue.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Where its id stands.
    pub place: Place,
    /// Such as `a8.no-return`; what stands before the dot is the catalogue's id.
    pub id: String,
    pub catalogue: String,
    /// A few words that name it in lists, such as "No annual return".
    pub title: String,
    pub indicator: Indicator,
    pub kind: EvidenceKind,
    pub when: Condition,
    /// 1 to 4.
    pub severity: u8,
    pub months: u32,
    pub in_force: InForce,
    /// An officer's opinion: capped, never enough for more than monitor.
    pub opinion: bool,
    /// One severity up while this holds of the fact, and the words that say so.
    pub step_up: Option<(Condition, String)>,
    /// Does not decay while this holds of the fact (a vacancy that is still open).
    pub holds: Option<Condition>,
    pub gather: Option<Gather>,
    pub cite: String,
    /// With `{evidence.FIELD}` filled in from the fact.
    pub says: String,
    pub clears: String,
    /// Per cent (0 to 100) of its points that remain once what `clears` asks for is done: 0 where the condition then no
    /// longer holds, 100 where nothing but time helps. Nothing where the file does not say: then what its best mitigation
    /// leaves, or all of it where no mitigation answers it.
    pub cleared_leaves: Option<u32>,
    /// The examples that stand beside it.
    pub tests: Vec<RuleTest>,
}

/// An example beside a rule: evidence, and whether the rule fires on it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTest {
    /// Where it stands.
    pub place: Place,
    /// The day of the score.
    pub on: Date,
    pub facts: Vec<Fact>,
    pub fires: bool,
    /// Milli-points that the rule gives by itself; none where the test doesn't say.
    pub points: Option<i64>,
}

impl RuleTest {
    /// Whether another example asks the same, wherever it stands.
    pub fn asks_the_same(&self, other: &RuleTest) -> bool {
        let place = Place::whole("");
        RuleTest { place: place.clone(), ..self.clone() } == RuleTest { place, ..other.clone() }
    }
}

/// A later fact that halves what it answers.
#[derive(Debug, Clone)]
pub struct Mitigation {
    /// Where its id stands.
    pub place: Place,
    pub id: String,
    pub kind: EvidenceKind,
    pub when: Condition,
    /// Catalogue ids that it answers, such as `a2`; empty: every one of the indicator in the slot `indicator_slot`.
    pub answers: Vec<String>,
    /// For a fact that names the indicator which it answers.
    pub indicator_slot: Option<usize>,
    /// The slot `year` of its own kind: it answers only items whose fact is about an earlier year, so that a late
    /// return for an old year clears nothing newer. An item whose fact has no year is answered by date alone.
    pub later_than_year: Option<usize>,
    /// Per cent of the points that remain.
    pub leaves_percent: u32,
    pub says: String,
}

/// What makes an indicator assessed: a fact of the council, or a source that covers its county.
#[derive(Debug, Clone)]
pub struct AssessedBy {
    /// Where it stands.
    pub place: Place,
    pub indicator: Indicator,
    /// A fact for which this holds and that is no older than `months`.
    pub fact: Option<(EvidenceKind, Condition)>,
    /// Or a feed of this source kind (its name, such as `complaints`) that covers the county and ran within `months`.
    pub source: Option<String>,
    pub months: u32,
    /// A sentence: what it was assessed by.
    pub says: String,
}

/// Points and shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arithmetic {
    /// Milli-points of severities 1 to 4.
    pub severity_points: [i64; 4],
    /// Of several items of one event the highest counts whole and each other one by this share, in per cent...
    pub same_event_percent: u32,
    /// ...up to this share of the highest in all.
    pub same_event_cap_percent: u32,
    /// The second, third, ... item of one rule counts by this many per cent; the last holds for all further ones.
    pub repetition_percent: Vec<u32>,
    /// All opinion together counts for at most this many milli-points.
    pub opinion_cap: i64,
}

/// Where a band begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandStart {
    pub band: Band,
    /// Milli-points from which it holds.
    pub from: i64,
    /// Milli-points under which it is left again (hysteresis); not above `from`.
    pub leave_below: i64,
    /// An officer's minutes in a month for one council in it, where the file states any; no score goes by it.
    pub minutes_a_month: Option<u32>,
}

/// Where what stands once in a set stands.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub floor: Option<Place>,
    pub ceiling: Option<Place>,
}

/// The whole of it.
#[derive(Debug, Clone)]
pub struct RuleSet {
    /// SHA-256 (hex) over every file's name and bytes, in order of name.
    pub hash: String,
    /// The set's own title and version, as its files state them.
    pub title: String,
    pub rules: Vec<Rule>,
    pub mitigations: Vec<Mitigation>,
    pub assessed_by: Vec<AssessedBy>,
    pub arithmetic: Arithmetic,
    /// Monitor, offer support, priority review: lowest first. Below the first is no current concern.
    pub bands: Vec<BandStart>,
    /// The band that any item of this severity brings with it while it counts, such as (4, priority review).
    pub floor: Option<(u8, Band)>,
    /// The highest band that items of severity 1 alone, or opinion alone, can bring.
    pub weak_ceiling: Band,
    /// With fewer assessed indicators than this, or without one of `must_cover`, no current concern is not assessed.
    pub min_covered: usize,
    pub must_cover: Vec<Indicator>,
    pub places: Places,
}
