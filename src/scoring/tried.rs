//! Rules tried on the examples that stand beside them.
//!
//! In: a rule set. Out: how many examples there are, each that comes out otherwise than its file says, and the rules that
//! lack one. Always holds: a rule is tried by itself, with the set's arithmetic and without its mitigations, so that an
//! example fails for nothing but its own rule.

use super::engine::{CouncilContext, Engine, Subject, limit};
use super::rules::{Diagnostic, Rule, RuleSet, RuleTest};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub tests: usize,
    /// The examples that come out otherwise than they say, by file and line.
    pub failures: Vec<Diagnostic>,
    /// In sentences: the rules without an example in which they fire, or without one in which they don't.
    pub untested: Vec<String>,
}

/// Tries every rule on its examples.
#[must_use]
pub fn try_rules(set: &RuleSet) -> Tried {
    let nothing = RuleSet { rules: Vec::new(), mitigations: Vec::new(), ..set.clone() };
    let mut tried = Tried { tests: 0, failures: Vec::new(), untested: Vec::new() };
    for rule in &set.rules {
        let alone = RuleSet { rules: vec![rule.clone()], ..nothing.clone() };
        let engine = Engine::new(&alone);
        tried.tests += rule.tests.len();
        tried.failures.extend(rule.tests.iter().filter_map(|test| failure(&engine, rule, test)));
        for (fires, what) in [(true, "fires"), (false, "does not fire")] {
            if !rule.tests.iter().any(|test| test.fires == fires) {
                tried.untested.push(format!("{} has no [[rule.test]] in which it {what}.", rule.id));
            }
        }
    }
    tried.failures.sort_by(|one, other| (&one.place.file, one.place.line).cmp(&(&other.place.file, other.place.line)));
    tried
}

/// In what an example comes out otherwise than it says.
fn failure(engine: &Engine<'_>, rule: &Rule, test: &RuleTest) -> Option<Diagnostic> {
    let council = CouncilContext {
        council_id: 1,
        gss_code: "E04999999".to_owned(),
        county: String::new(),
        parishes: 1,
        income: None,
    };
    let subject = Subject { council: &council, facts: &test.facts, superseded: &[], sources: &[], previous_band: None };
    let score = engine.score(&subject, test.on);
    let points: i64 = score.items.iter().map(|item| item.points).sum();
    let (message, help) = match (score.items.first(), test.fires) {
        (None, true) => {
            let because = score.ignored.first().map_or("nothing of it meets the rule", |found| found.because.as_str());
            (format!("the rule is said to fire here, and it does not: {because}"), "mend the rule, or the test")
        }
        (Some(item), false) => {
            let message = format!("the rule is said not to fire here, and it does, with {} points", limit(item.points));
            (message, "narrow the condition, or write `fires = true`")
        }
        (Some(_), true) if test.points.is_some_and(|expected| expected != points) => {
            let expected = limit(test.points.unwrap_or_default());
            let message = format!("the rule is said to give {expected} points here, and it gives {}", limit(points));
            (message, "look at severity, months and the day of the test")
        }
        _ => return None,
    };
    let mut failure = Diagnostic::new(test.place.clone(), message).help(help);
    failure.rule = Some(rule.id.clone());
    Some(failure)
}

#[cfg(test)]
#[path = "tried_tests.rs"]
mod tests;
