//! What is wrong with a rule set that can be read: rules that can never fire, that contradict themselves, that count a thing
//! twice or leave a day without any, and evidence that nobody sends.
//!
//! In: a rule set, the day, the kinds of evidence that the declared feeds send. Out: [`Diagnostic`]s, mistakes and remarks.
//! Always holds: a mistake is claimed only where it is certain, after going through every case that a condition can tell apart
//! ([`every_case`]); what can't be said for certain is left alone. A set is loaded whatever stands here, so that an older one
//! can always be gone back to.

use super::engine::months_later;
use super::expression::{Condition, every_case};
use super::rules::{Diagnostic, Rule, RuleSet};
use super::score::Band;
use crate::evidence::EvidenceKind;
use jiff::civil::Date;

/// Looks a rule set over. `sent`: the kinds of evidence that the declared feeds send; none where no feed is declared.
#[must_use]
pub fn remarks(set: &RuleSet, today: Date, sent: Option<&[EvidenceKind]>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in &set.rules {
        of_rule(rule, &mut found);
        over(rule, today, &mut found);
    }
    if let Some(sent) = sent {
        found.extend(set.rules.iter().filter_map(|rule| unsent(rule, sent)));
    }
    pairs(set, &mut found);
    for mitigation in &set.mitigations {
        if never(&[&mitigation.when]) {
            let message = format!("the mitigation \"{}\" can never answer anything: {CONTRADICTS}", mitigation.id);
            found.push(Diagnostic::new(mitigation.place.clone(), message).help(LOOK));
        }
    }
    for entry in &set.assessed_by {
        if entry.fact.as_ref().is_some_and(|(_, condition)| never(&[condition])) {
            let message =
                format!("nothing can ever assess indicator {} by this: {CONTRADICTS}", entry.indicator.letter());
            found.push(Diagnostic::new(entry.place.clone(), message).help(LOOK));
        }
    }
    limits(set, &mut found);
    found.sort_by(|one, next| {
        let place = |found: &Diagnostic| (found.place.file.clone(), found.place.line, found.place.column);
        place(one).cmp(&place(next))
    });
    found
}

const CONTRADICTS: &str = "no evidence meets its condition, which contradicts itself";
const LOOK: &str = "look for a field that would have to say two things at once";

/// Whether these conditions can never hold together, for certain.
fn never(conditions: &[&Condition]) -> bool {
    let mut held = false;
    let complete = every_case(conditions, |answers| {
        held = answers.iter().all(|answer| *answer == Some(true));
        !held
    });
    complete && !held
}

/// Whether the second holds in every case in which the first does, for certain.
fn whenever(first: &Condition, second: &Condition) -> bool {
    let mut broken = false;
    let complete = every_case(&[first, second], |answers| {
        broken = matches!(answers, [Some(true), second] if *second != Some(true));
        !broken
    });
    complete && !broken
}

/// Whether both hold of the same evidence, case by case, for certain.
fn alike(one: &Condition, other: &Condition) -> bool {
    if one.asks_the_same(other) {
        return true;
    }
    // A rule that can never fire is told by itself.
    if one.excludes(other) {
        return false;
    }
    let mut differ = false;
    let complete = every_case(&[one, other], |answers| {
        differ = matches!(answers, [one, other] if (*one == Some(true)) != (*other == Some(true)));
        !differ
    });
    complete && !differ
}

fn told(rule: &Rule, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(rule.place.clone(), message).help(help);
    diagnostic.rule = Some(rule.id.clone());
    diagnostic
}

fn of_rule(rule: &Rule, found: &mut Vec<Diagnostic>) {
    if never(&[&rule.when]) {
        found.push(told(rule, format!("this rule can never fire: {CONTRADICTS}"), LOOK));
        return;
    }
    if let Some((step, _)) = &rule.step_up {
        if never(&[&rule.when, step]) {
            let message = "its `step_up` can never hold while `when` does";
            found.push(told(rule, message, "leave it out, or mend its condition"));
        } else if whenever(&rule.when, step) {
            let message = "its `step_up` holds whenever the rule fires";
            found.push(told(rule, message, "raise `severity` by one instead").remark());
        }
    }
    if let Some(holds) = &rule.holds {
        if never(&[&rule.when, holds]) {
            found.push(told(
                rule,
                "its `holds` can never hold while `when` does",
                "leave it out, or mend its condition",
            ));
        } else if whenever(&rule.when, holds) {
            let message = "it never fades: its `holds` holds whenever the rule fires";
            found.push(told(rule, message, "leave `holds` out, or narrow it to what ends").remark());
        }
    }
}

/// A rule that was repealed so long ago that nothing counts by it any more.
fn over(rule: &Rule, today: Date, found: &mut Vec<Diagnostic>) {
    let Some(until) = rule.in_force.until else { return };
    // What happened on its last day may be determined much later: ten years are beyond any limitation.
    let long_ago = months_later(until, rule.months.saturating_add(120));
    if long_ago < today {
        let message = format!("this rule ended on {until}: nothing can count by it any more");
        found.push(told(rule, message, "take it out; older rule sets keep it for older scores").remark());
    }
}

fn unsent(rule: &Rule, sent: &[EvidenceKind]) -> Option<Diagnostic> {
    let sent_as = if rule.kind == EvidenceKind::AuditMatter { EvidenceKind::AuditOutcome } else { rule.kind };
    let message = || format!("no declared feed sends evidence of kind `{}`", rule.kind.name());
    let help = "declare a feed that does, or the rule waits for nothing";
    (!sent.contains(&sent_as)).then(|| told(rule, message(), help).remark())
}

/// Rules that say the same of the same evidence: in force together they count it twice; one after the other they may leave
/// days to neither.
fn pairs(set: &RuleSet, found: &mut Vec<Diagnostic>) {
    for (place, one) in set.rules.iter().enumerate() {
        for other in set.rules.iter().skip(place + 1) {
            let same = one.kind == other.kind && one.indicator == other.indicator && one.gather == other.gather;
            if !same || !alike(&one.when, &other.when) {
                continue;
            }
            let (earlier, later) = if one.in_force.from <= other.in_force.from { (one, other) } else { (other, one) };
            let overlap = earlier.in_force.until.is_none_or(|until| until >= later.in_force.from);
            let mut told = if overlap {
                let from = later.in_force.from;
                let message =
                    format!("it fires on the same evidence as {}, and from {from} both are in force", earlier.id);
                told(later, message, "give the older one an `until`, or take one out: a thing must not count twice")
            } else {
                let Some(gap) = gap(earlier, later) else { continue };
                let message = format!("it takes over from {}, but {gap} to neither", earlier.id);
                told(later, message, "let it begin the day after the other one ends, unless the law left a gap")
                    .remark()
            };
            told.other = Some(earlier.place.clone());
            found.push(told);
        }
    }
}

/// The days between two rules, in words.
fn gap(earlier: &Rule, later: &Rule) -> Option<String> {
    let first = earlier.in_force.until?.tomorrow().ok()?;
    let last = later.in_force.from.yesterday().ok()?;
    match first.cmp(&last) {
        std::cmp::Ordering::Less => Some(format!("the days from {first} to {last} belong")),
        std::cmp::Ordering::Equal => Some(format!("{first} belongs")),
        std::cmp::Ordering::Greater => None,
    }
}

/// Limits that limit nothing.
fn limits(set: &RuleSet, found: &mut Vec<Diagnostic>) {
    let highest = |rule: &Rule| rule.severity + u8::from(rule.step_up.is_some());
    if let Some((severity, band)) = set.floor
        && let Some(place) = &set.places.floor
        && !set.rules.iter().any(|rule| !rule.opinion && highest(rule) >= severity)
    {
        let message = format!("[floor] never brings {}: no rule has severity {severity}", band.name());
        found.push(Diagnostic::new(place.clone(), message).help("lower its severity, or leave [floor] out").remark());
    }
    if set.weak_ceiling == Band::PriorityReview
        && let Some(place) = &set.places.ceiling
    {
        let message = "[ceiling] holds nothing back: it is the highest band";
        let help = "minor items and opinion alone are meant to stay low: name `monitor`";
        found.push(Diagnostic::new(place.clone(), message).help(help).remark());
    }
}

#[cfg(test)]
mod tests;
