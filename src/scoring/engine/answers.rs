//! Good news: later facts that take off part of what they answer, at once.
//!
//! In: a council's facts and the rule set's mitigations. Out: for each firing the answering fact that leaves least of it, if
//! there is one. Always holds: an item is answered once, several answers don't stack; no answer is older than what it
//! answers; more adverse evidence never makes an answer better.
//!
//! - It must be determined on the day from which the item counts, or later. Where the mitigation compares years (a clean
//!   return), its year must be later than the item's; an item without a year is answered by date alone; a pattern has its
//!   latest year.
//! - An opinion, such as "positive progress", answers only opinion: what somebody determined is answered by what somebody
//!   determined.

use super::look::Looked;
use super::plan::Plan;
use crate::evidence::{EvidenceKind, Fact, FieldType, Standing, Value};
use crate::scoring::expression::{CouncilContext, Scene};
use crate::scoring::rules::{Mitigation, Rule};
use crate::scoring::score::Indicator;
use jiff::civil::Date;

/// A fact that answers what came before it.
pub(super) struct Answer<'r> {
    pub mitigation: &'r Mitigation,
    /// Its position among the subject's facts.
    pub fact: usize,
    day: Date,
    opinion: bool,
    /// The indicator that it names, if that is what its mitigation goes by.
    indicator: Option<Indicator>,
    /// Its own year, where years are compared.
    year: Option<i64>,
}

/// What is asked for an answer.
pub(super) struct Question<'q> {
    pub rule: &'q Rule,
    /// Positions among the subject's facts.
    pub facts: &'q [usize],
    pub counted_from: Date,
}

/// Every answering fact, those that leave least first.
pub(super) fn answers<'r>(
    plan: &Plan<'r>,
    looked: &Looked<'_>,
    council: &CouncilContext,
    as_of: Date,
) -> Vec<Answer<'r>> {
    let mut answers = Vec::new();
    for mitigation in &plan.set.mitigations {
        for (at, (fact, note)) in looked.facts.iter().zip(&looked.notes).enumerate() {
            let Some(day) = note.day.filter(|_| fact.kind == mitigation.kind) else { continue };
            if mitigation.when.holds(&Scene { fact, council, as_of }) == Some(true) {
                answers.extend(answer(mitigation, fact, at, day));
            }
        }
    }
    answers.sort_by(|left, right| {
        let key = |answer: &Answer<'r>| (answer.mitigation.leaves_percent, answer.mitigation.id.as_str(), answer.fact);
        key(left).cmp(&key(right))
    });
    answers
}

fn answer<'r>(mitigation: &'r Mitigation, fact: &Fact, at: usize, day: Date) -> Option<Answer<'r>> {
    let indicator = mitigation.indicator_slot.and_then(|slot| indicator_at(fact, slot));
    if mitigation.answers.is_empty() && indicator.is_none() {
        return None;
    }
    let year = match mitigation.later_than_year {
        // Which year it answers can't be said.
        Some(slot) => Some(whole_at(fact, slot)?),
        None => None,
    };
    Some(Answer { mitigation, fact: at, day, opinion: fact.standing == Standing::Opinion, indicator, year })
}

/// The place of the best answer, if there is one.
pub(super) fn best(answers: &[Answer<'_>], looked: &Looked<'_>, question: &Question<'_>) -> Option<usize> {
    answers.iter().position(|answer| {
        let speaks_to_it = if answer.mitigation.answers.is_empty() {
            answer.indicator == Some(question.rule.indicator)
        } else {
            answer.mitigation.answers.contains(&question.rule.catalogue)
        };
        speaks_to_it
            && answer.day >= question.counted_from
            && (!answer.opinion || question.rule.opinion)
            && !question.facts.contains(&answer.fact)
            && answer.year.is_none_or(|year| latest_year(looked, question).is_none_or(|of_item| year > of_item))
    })
}

fn latest_year(looked: &Looked<'_>, question: &Question<'_>) -> Option<i64> {
    let slot = question.rule.kind.slot("year")?;
    question.facts.iter().filter_map(|&at| looked.facts.get(at).and_then(|fact| whole_at(fact, slot))).max()
}

fn whole_at(fact: &Fact, slot: usize) -> Option<i64> {
    match fact.values.get(slot) {
        Some(Value::Whole(number)) => Some(*number),
        _ => None,
    }
}

fn indicator_at(fact: &Fact, slot: usize) -> Option<Indicator> {
    let Some(Value::Choice(position)) = fact.values.get(slot) else { return None };
    word(fact.kind, slot, *position).and_then(Indicator::named)
}

fn word(kind: EvidenceKind, slot: usize, position: u16) -> Option<&'static str> {
    match kind.fields().get(slot)?.holds {
        FieldType::Choice(words) => words.get(usize::from(position)).copied(),
        _ => None,
    }
}
