//! A rule set made ready: rules by kind of evidence, in order of their ids, their sentences taken apart.
//!
//! In: a [`RuleSet`]. Out: a [`Plan`] that borrows it. Always holds: a rule's number is its place in the order of ids, so
//! comparing numbers breaks ties the same way whatever the order of the files. A fact meets only the rules of its kind.

use super::wording::Wording;
use crate::evidence::EvidenceKind;
use crate::scoring::expression::{Condition, Scene};
use crate::scoring::rules::{Mitigation, Rule, RuleSet};

/// A rule and what is worked out once for it.
pub(super) struct Planned<'r> {
    pub rule: &'r Rule,
    pub says: Wording<'r>,
    /// Per cent that remain once what would clear it is done: what the rule says; else what the best answering fact
    /// leaves; else nothing.
    pub cleared_leaves: u32,
}

/// A rule or a mitigation whose answer about a fact may change as time passes, with nothing new to be known.
pub(super) struct Timed<'r> {
    /// None for a mitigation.
    pub rule: Option<&'r Rule>,
    conditions: [Option<&'r Condition>; 3],
    /// Asks how old a fact is.
    pub by_age: bool,
    /// Asks for the month or the year of the score.
    pub by_calendar: bool,
    /// It is whether the rule's points fade that depends on it.
    pub holds_by_time: bool,
}

pub(super) struct Plan<'r> {
    pub set: &'r RuleSet,
    /// In order of id.
    pub rules: Vec<Planned<'r>>,
    by_kind: [Vec<usize>; EvidenceKind::ALL.len()],
    timed: [Vec<Timed<'r>>; EvidenceKind::ALL.len()],
}

impl<'r> Plan<'r> {
    pub(super) fn new(set: &'r RuleSet) -> Plan<'r> {
        let mut rules: Vec<&Rule> = set.rules.iter().collect();
        rules.sort_by(|left, right| left.id.cmp(&right.id));
        let of_kind = |kind| (0..rules.len()).filter(|&number| rules[number].kind == kind).collect();
        let by_kind = EvidenceKind::ALL.map(of_kind);
        let rules = rules
            .into_iter()
            .map(|rule| Planned {
                rule,
                says: Wording::new(&rule.says, rule.kind),
                cleared_leaves: rule.cleared_leaves.unwrap_or_else(|| best_answer(&set.mitigations, rule)),
            })
            .collect();
        Plan { set, rules, by_kind, timed: EvidenceKind::ALL.map(|kind| timed(set, kind)) }
    }

    /// The rules that read this kind of evidence, as numbers.
    pub(super) fn for_kind(&self, kind: EvidenceKind) -> &[usize] {
        &self.by_kind[kind as usize]
    }

    /// What reads this kind of evidence and asks for time.
    pub(super) fn timed(&self, kind: EvidenceKind) -> &[Timed<'r>] {
        &self.timed[kind as usize]
    }

    /// The rule of a number.
    pub(super) fn rule(&self, number: usize) -> &'r Rule {
        self.rules[number].rule
    }

    /// Milli-points of a severity.
    pub(super) fn severity_points(&self, severity: u8) -> i64 {
        let points = &self.set.arithmetic.severity_points;
        usize::from(severity).checked_sub(1).and_then(|place| points.get(place)).copied().unwrap_or(0)
    }
}

fn timed(set: &RuleSet, kind: EvidenceKind) -> Vec<Timed<'_>> {
    let of_rule = |rule| {
        Timed::new(Some(rule), [Some(&rule.when), rule.step_up.as_ref().map(|(when, _)| when), rule.holds.as_ref()])
    };
    let rules = set.rules.iter().filter(|rule| rule.kind == kind).map(of_rule);
    let mitigations = set.mitigations.iter().filter(|mitigation| mitigation.kind == kind);
    let mitigations = mitigations.map(|mitigation| Timed::new(None, [Some(&mitigation.when), None, None]));
    rules.chain(mitigations).filter(|timed| timed.by_age || timed.by_calendar).collect()
}

impl<'r> Timed<'r> {
    fn new(rule: Option<&'r Rule>, conditions: [Option<&'r Condition>; 3]) -> Timed<'r> {
        let asks = |by: fn(&str) -> bool| move |condition: &&Condition| condition.reads().iter().any(|name| by(name));
        let (age, calendar) = (asks(|name| name == "evidence.age_months"), asks(|name| name.starts_with("as_of.")));
        let all = || conditions.into_iter().flatten();
        Timed {
            rule,
            conditions,
            by_age: all().any(|condition| age(&condition)),
            by_calendar: all().any(|condition| calendar(&condition)),
            holds_by_time: conditions[2].is_some_and(|holds| age(&holds) || calendar(&holds)),
        }
    }

    /// What its conditions say of a fact on a day.
    pub(super) fn answers(&self, scene: &Scene<'_>) -> [Option<bool>; 3] {
        self.conditions.map(|condition| condition.and_then(|condition| condition.holds(scene)))
    }
}

/// Per cent that the best fact which may ever answer a rule's items leaves of them; nothing where there is none.
fn best_answer(mitigations: &[Mitigation], rule: &Rule) -> u32 {
    let answers = |mitigation: &&Mitigation| {
        // A flag is opinion, and opinion answers only opinion.
        if mitigation.kind == EvidenceKind::CountyFlag && !rule.opinion {
            false
        } else if mitigation.answers.is_empty() {
            mitigation.indicator_slot.is_some()
        } else {
            mitigation.answers.contains(&rule.catalogue)
        }
    };
    mitigations.iter().filter(answers).map(|mitigation| mitigation.leaves_percent).min().unwrap_or(0)
}
