//! The keys of two entries, side by side.
//!
//! In: an older entry and a newer one. Out: the keys that say something else, in the order in which a file has them, and what
//! each does to points. Always holds: an effect is claimed only where it follows from the key alone, whatever the evidence.

use super::{Aspect, Effect, EntryChange, Part, changed};
use crate::evidence::EvidenceKind;
use crate::scoring::engine::limit;
use crate::scoring::expression::Condition;
use crate::scoring::rules::{Arithmetic, BandStart, Gather, Mitigation, Rule, RuleSet};
use crate::scoring::{Band, Indicator};
use jiff::civil::Date;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Aspects {
    pub found: Vec<Aspect>,
}

impl Aspects {
    pub(super) fn is_empty(&self) -> bool {
        self.found.iter().all(|aspect| aspect.effect == Effect::Examples)
    }

    fn push(&mut self, key: &str, (before, after): (Option<String>, Option<String>), effect: Effect) {
        self.found.push(Aspect { key: key.to_owned(), before, after, effect });
    }

    pub(super) fn text(&mut self, key: &str, before: Option<&str>, after: Option<&str>, effect: Effect) {
        if before != after {
            self.push(key, (before.map(str::to_owned), after.map(str::to_owned)), effect);
        }
    }

    pub(super) fn value<T: PartialEq + ToString + ?Sized>(&mut self, key: &str, before: &T, after: &T, effect: Effect) {
        if before != after {
            self.push(key, (Some(before.to_string()), Some(after.to_string())), effect);
        }
    }

    /// A figure with which points rise.
    fn rising(&mut self, key: &str, before: u32, after: u32) {
        let effect = if after > before { Effect::More } else { Effect::Fewer };
        self.value(key, &before, &after, effect);
    }

    /// Points, with which those of a council rise.
    fn points(&mut self, key: &str, before: i64, after: i64, rise: bool) {
        let effect = if (after > before) == rise { Effect::More } else { Effect::Fewer };
        self.value(key, &limit(before), &limit(after), effect);
    }

    fn condition(&mut self, key: &str, before: Option<&Condition>, after: Option<&Condition>) {
        let alike = match (before, after) {
            (Some(before), Some(after)) => before.asks_the_same(after),
            (None, None) => true,
            _ => false,
        };
        if !alike {
            let source = |condition: Option<&Condition>| condition.map(Condition::on_one_line);
            self.push(key, (source(before), source(after)), Effect::Either);
        }
    }
}

/// What differs between two rules.
pub(super) fn rule(before: &Rule, after: &Rule) -> Aspects {
    let mut found = Aspects::default();
    found.text("title", Some(&before.title), Some(&after.title), Effect::Words);
    found.value("indicator", before.indicator.letter(), after.indicator.letter(), Effect::Either);
    found.value("evidence", before.kind.name(), after.kind.name(), Effect::Either);
    found.condition("when", Some(&before.when), Some(&after.when));
    found.rising("severity", before.severity.into(), after.severity.into());
    found.rising("months", before.months, after.months);
    let dates = (before.in_force, after.in_force);
    let earlier = if dates.1.from < dates.0.from { Effect::More } else { Effect::Fewer };
    found.value("in_force.from", &dates.0.from, &dates.1.from, earlier);
    let last = |until: Option<Date>| until.unwrap_or(Date::MAX);
    let later = if last(dates.1.until) > last(dates.0.until) { Effect::More } else { Effect::Fewer };
    let day = |until: Option<Date>| until.map(|day| day.to_string());
    found.text("in_force.until", day(dates.0.until).as_deref(), day(dates.1.until).as_deref(), later);
    found.value("opinion", &before.opinion, &after.opinion, Effect::Either);
    let step = |rule: &Rule| rule.step_up.clone().unzip();
    let ((when_before, says_before), (when_after, says_after)) = (step(before), step(after));
    found.condition("step_up.when", when_before.as_ref(), when_after.as_ref());
    found.text("step_up.says", says_before.as_deref(), says_after.as_deref(), Effect::Words);
    found.condition("holds", before.holds.as_ref(), after.holds.as_ref());
    let gathered = |rule: &Rule| rule.gather.as_ref().map(|gather| gathering(gather, rule.kind));
    found.text("gathers", gathered(before).as_deref(), gathered(after).as_deref(), Effect::Either);
    found.text("cite", Some(&before.cite), Some(&after.cite), Effect::Words);
    found.text("says", Some(&before.says), Some(&after.says), Effect::Words);
    found.text("clears", Some(&before.clears), Some(&after.clears), Effect::Words);
    let leaves = |rule: &Rule| rule.cleared_leaves.map(|percent| percent.to_string());
    // It is reckoned with only to say what would bring the band down.
    found.text("cleared_leaves", leaves(before).as_deref(), leaves(after).as_deref(), Effect::Words);
    let same_tests = before.tests.len() == after.tests.len()
        && before.tests.iter().zip(&after.tests).all(|(one, other)| one.asks_the_same(other));
    if !same_tests {
        let (earlier, now) = (before.tests.len(), after.tests.len());
        let now = if now == earlier { format!("{now} others") } else { format!("{now} examples") };
        found.push("test", (Some(format!("{earlier} examples")), Some(now)), Effect::Examples);
    }
    found
}

/// What differs between two mitigations.
pub(super) fn mitigation(before: &Mitigation, after: &Mitigation) -> Aspects {
    let mut found = Aspects::default();
    found.value("evidence", before.kind.name(), after.kind.name(), Effect::Either);
    found.condition("when", Some(&before.when), Some(&after.when));
    let answers = |mitigation: &Mitigation| {
        let mut answers = mitigation.answers.clone();
        answers.sort_unstable();
        answers.join(", ")
    };
    found.value("answers", &answers(before), &answers(after), Effect::Either);
    let field = |mitigation: &Mitigation| mitigation.indicator_slot.map(|slot| field(mitigation.kind, slot));
    found.text("answers_indicator_in", field(before).as_deref(), field(after).as_deref(), Effect::Either);
    let (earlier, later) = (before.later_than_year.is_some(), after.later_than_year.is_some());
    found.value("later_year_only", &earlier, &later, if later { Effect::More } else { Effect::Fewer });
    found.rising("leaves_percent", before.leaves_percent, after.leaves_percent);
    found.text("says", Some(&before.says), Some(&after.says), Effect::Words);
    found
}

/// What differs in what stands once in a set.
pub(super) fn settings(older: &RuleSet, newer: &RuleSet) -> Vec<EntryChange> {
    let mut changes = Vec::new();
    changes.extend(changed(Part::Points, ("points", ""), arithmetic(&older.arithmetic, &newer.arithmetic)));
    for (before, after) in older.bands.iter().zip(&newer.bands) {
        let mut found = Aspects::default();
        found.points("from", before.from, after.from, false);
        found.points("leave_below", before.leave_below, after.leave_below, false);
        let mut found = found.banded();
        let minutes = |start: &BandStart| start.minutes_a_month.map(|minutes| minutes.to_string());
        let (minutes_before, minutes_after) = (minutes(before), minutes(after));
        found.text("minutes_a_month", minutes_before.as_deref(), minutes_after.as_deref(), Effect::Words);
        changes.extend(changed(Part::Band, (after.band.name(), ""), found));
    }
    let mut floor = Aspects::default();
    let words =
        |floor: Option<(u8, Band)>| floor.map(|(severity, band)| format!("severity {severity}: {}", band.name()));
    floor.text("floor", words(older.floor).as_deref(), words(newer.floor).as_deref(), Effect::Either);
    changes.extend(changed(Part::Floor, ("floor", ""), floor));
    let mut ceiling = Aspects::default();
    ceiling.value("band", older.weak_ceiling.name(), newer.weak_ceiling.name(), Effect::Either);
    changes.extend(changed(Part::Ceiling, ("ceiling", ""), ceiling));
    let mut coverage = Aspects::default();
    coverage.value("min_covered", &older.min_covered, &newer.min_covered, Effect::Either);
    let letters = |indicators: &[Indicator]| {
        let mut letters: Vec<&str> = indicators.iter().map(|indicator| indicator.letter()).collect();
        letters.sort_unstable();
        letters.join(", ")
    };
    coverage.value("must_cover", &letters(&older.must_cover), &letters(&newer.must_cover), Effect::Either);
    changes.extend(changed(Part::Coverage, ("coverage", ""), coverage));
    changes
}

impl Aspects {
    /// Of a band's own limits: what reaches it may also leave it, so neither "more" nor "fewer" points is said.
    fn banded(mut self) -> Aspects {
        for aspect in &mut self.found {
            aspect.effect = Effect::Either;
        }
        self
    }
}

fn arithmetic(before: &Arithmetic, after: &Arithmetic) -> Aspects {
    let mut found = Aspects::default();
    for (severity, (before, after)) in (1..).zip(before.severity_points.into_iter().zip(after.severity_points)) {
        found.points(&format!("severity {severity}"), before, after, true);
    }
    found.rising("same_event_percent", before.same_event_percent, after.same_event_percent);
    found.rising("same_event_cap_percent", before.same_event_cap_percent, after.same_event_cap_percent);
    let list = |percents: &[u32]| percents.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let (repetition, repetition_after) = (list(&before.repetition_percent), list(&after.repetition_percent));
    found.value("repetition_percent", &repetition, &repetition_after, Effect::Either);
    found.points("opinion_cap", before.opinion_cap, after.opinion_cap, true);
    found
}

fn field(kind: EvidenceKind, slot: usize) -> String {
    kind.fields().get(slot).map_or_else(String::new, |field| field.name.to_owned())
}

fn gathering(gather: &Gather, kind: EvidenceKind) -> String {
    match gather {
        Gather::Count { at_least, within_months, distinct } => {
            let distinct = distinct.map(|slot| format!(", with different {}", field(kind, slot))).unwrap_or_default();
            format!("at least {at_least} within {within_months} months{distinct}")
        }
        Gather::Running { years, by, or_marked, .. } => {
            let alike: Vec<String> = by.iter().map(|slot| field(kind, *slot)).collect();
            let alike = if alike.is_empty() { String::new() } else { format!(", alike in {}", alike.join(", ")) };
            let marked = or_marked.map(|slot| format!(", or marked {}", field(kind, slot))).unwrap_or_default();
            format!("{years} years running{alike}{marked}")
        }
    }
}
