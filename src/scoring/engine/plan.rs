//! A rule set made ready: rules by kind of evidence, in order of their ids, their sentences taken apart.
//!
//! In: a [`RuleSet`]. Out: a [`Plan`] that borrows it. Always holds: a rule's number is its place in the order of ids, so
//! comparing numbers breaks ties the same way whatever the order of the files. A fact meets only the rules of its kind.

use super::wording::Wording;
use crate::evidence::EvidenceKind;
use crate::scoring::rules::{Mitigation, Rule, RuleSet};

/// A rule and what is worked out once for it.
pub(super) struct Planned<'r> {
    pub rule: &'r Rule,
    pub says: Wording<'r>,
    /// Per cent that remain once what would clear it has arrived: what the best answering fact leaves, or nothing.
    pub cleared_leaves: u32,
}

pub(super) struct Plan<'r> {
    pub set: &'r RuleSet,
    /// In order of id.
    pub rules: Vec<Planned<'r>>,
    by_kind: [Vec<usize>; EvidenceKind::ALL.len()],
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
                cleared_leaves: cleared_leaves(&set.mitigations, rule),
            })
            .collect();
        Plan { set, rules, by_kind }
    }

    /// The rules that read this kind of evidence, as numbers.
    pub(super) fn for_kind(&self, kind: EvidenceKind) -> &[usize] {
        &self.by_kind[kind as usize]
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

fn cleared_leaves(mitigations: &[Mitigation], rule: &Rule) -> u32 {
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
