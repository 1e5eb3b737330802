//! Rules that look at several facts at once: so many within so many months, or years running.
//!
//! In: the facts for which such a rule's condition holds. Out: every set of them that is enough, in groups; of each group
//! the engine lets one fire, the one with most points. Always holds: one more fact only adds sets or makes them larger,
//! so it can't lower what the rule brings.
//!
//! - A **count** has one group. A set is what was determined within so many months up to one fact's day: less than that
//!   many whole months before it. What a county association recorded goes by the day on which it happened: records of
//!   many years may be keyed in on one day, while a decision is dated by whoever decided. Facts of one event count once (a
//!   complaint with three heads is one complaint); with `distinct`, it is different values that count, and a fact whose
//!   value is unknown counts for nothing.
//! - **Years running** has a group for each different matter (alike in every slot of `by`). A set is a run of years without
//!   a gap, long enough or holding a fact that the auditor marked as repeated. A fact of which the year or one of the
//!   slots is unknown can't be said to be alike: it stands alone, and is enough only if marked.

use crate::evidence::{EvidenceKind, Fact, Value};
use crate::scoring::rules::Gather;
use jiff::civil::Date;
use std::collections::HashMap;

use super::points::whole_months;

/// What facts of one event share: what the source called it, or else the fact's own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum EventKey<'a> {
    Named(&'a str),
    Own(&'a str),
    /// A pattern is an event of its own; the number tells one from another.
    Pattern(usize),
}

impl<'a> EventKey<'a> {
    /// The event of a fact.
    pub(super) fn of(fact: &'a Fact) -> EventKey<'a> {
        fact.event.as_deref().map_or(EventKey::Own(&fact.key), EventKey::Named)
    }
}

/// A fact for which the condition of a gathering rule holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match<'a> {
    /// Its position among the subject's facts in their canonical order.
    pub at: usize,
    pub fact: &'a Fact,
    pub day: Date,
    pub stepped: bool,
    pub holding: bool,
}

impl Match<'_> {
    /// The day by which it falls within so many months of others, or not.
    fn window_day(&self) -> Date {
        let by_happening = self.fact.kind == EvidenceKind::CountyRecord;
        self.fact.happened_on.filter(|_| by_happening).unwrap_or(self.day)
    }
}

/// Every set of matches that is enough, a list for each group.
pub(super) fn patterns<'a>(gather: &Gather, matches: &[Match<'a>]) -> Vec<Vec<Vec<Match<'a>>>> {
    match gather {
        Gather::Count { at_least, within_months, distinct } => {
            vec![windows(usize::try_from(*at_least).unwrap_or(usize::MAX), *within_months, *distinct, matches)]
        }
        Gather::Running { years, year, by, or_marked } => {
            let alike = |fact| alike(fact, *year, by);
            let marked =
                |found: &Match| or_marked.is_some_and(|slot| found.fact.values.get(slot) == Some(&Value::YesNo(true)));
            runs(*years, matches, alike, marked)
        }
    }
}

/// What makes one fact of a count different from another.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Different<'a> {
    Event(EventKey<'a>),
    Value(&'a Value),
}

fn windows<'a>(
    at_least: usize,
    within_months: u32,
    distinct: Option<usize>,
    matches: &[Match<'a>],
) -> Vec<Vec<Match<'a>>> {
    let different = |fact: &'a Fact| match distinct {
        None => Some(Different::Event(EventKey::of(fact))),
        Some(slot) => fact.values.get(slot).filter(|value| **value != Value::Unknown).map(Different::Value),
    };
    let mut counted: Vec<(Match<'a>, Different<'a>)> =
        matches.iter().filter_map(|found| different(found.fact).map(|value| (*found, value))).collect();
    counted.sort_by_key(|(found, _)| (found.window_day(), found.at));
    let mut inside: HashMap<Different<'a>, usize> = HashMap::new();
    let mut first = 0;
    let mut enough = Vec::new();
    for (last, (newest, value)) in counted.iter().enumerate() {
        *inside.entry(*value).or_default() += 1;
        while whole_months(counted[first].0.window_day(), newest.window_day()) >= i64::from(within_months).max(1) {
            let left = counted[first].1;
            if let Some(times) = inside.get_mut(&left) {
                *times -= 1;
                if *times == 0 {
                    inside.remove(&left);
                }
            }
            first += 1;
        }
        // Of several facts of one day only the last sees them all.
        let day_goes_on = counted.get(last + 1).is_some_and(|(next, _)| next.window_day() == newest.window_day());
        if !day_goes_on && inside.len() >= at_least {
            enough.push(counted[first..=last].iter().map(|(found, _)| *found).collect());
        }
    }
    enough
}

fn runs<'a>(
    years: u32,
    matches: &[Match<'a>],
    alike: impl Fn(&'a Fact) -> Option<(i64, Vec<&'a Value>)>,
    marked: impl Fn(&Match<'a>) -> bool,
) -> Vec<Vec<Vec<Match<'a>>>> {
    let mut groups: HashMap<Vec<&Value>, Vec<(i64, Match<'a>)>> = HashMap::new();
    let mut patterns = Vec::new();
    for found in matches {
        match alike(found.fact) {
            Some((year, values)) => groups.entry(values).or_default().push((year, *found)),
            None if marked(found) => patterns.push(vec![vec![*found]]),
            None => {}
        }
    }
    for mut dated in groups.into_values() {
        dated.sort_by_key(|(year, found)| (*year, found.at));
        let enough: Vec<Vec<Match<'a>>> = dated
            .chunk_by(|(year, _), (next, _)| next - year <= 1)
            .filter(|run| {
                let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) else { return false };
                last - first + 1 >= i64::from(years) || run.iter().any(|(_, found)| marked(found))
            })
            .map(|run| run.iter().map(|(_, found)| *found).collect())
            .collect();
        patterns.push(enough);
    }
    patterns
}

/// A fact's year and what makes it the same matter as another; nothing where one of them is unknown.
fn alike<'a>(fact: &'a Fact, year: usize, by: &[usize]) -> Option<(i64, Vec<&'a Value>)> {
    let Some(Value::Whole(year)) = fact.values.get(year) else { return None };
    let values: Option<Vec<&Value>> =
        by.iter().map(|slot| fact.values.get(*slot).filter(|value| **value != Value::Unknown)).collect();
    // A year beyond any calendar would overflow the difference of two.
    i32::try_from(*year).ok().and(values).map(|values| (*year, values))
}
