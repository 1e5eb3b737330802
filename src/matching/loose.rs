//! Looser readings of a name: other word order, brackets, short forms, several parishes in one name.
//!
//! In: a question whose name, as written, names nobody who may be meant. Out: an outcome. Always holds: a looser reading
//! is matched only where no other entry anywhere bears the name itself, and mostly only where the district agrees.

use super::compare::{Finding, Likeness};
use super::decide::{Kept, Outcome, Question, is_strong};
use super::index::{By, Index, head, stem};
use super::normalise::{bag, compact, differ_by_latin, joins};
use super::places::Bearing;
use super::reading::{Cut, Reading};

impl Index {
    /// Tries the looser readings, then slips.
    pub(super) fn looser(&self, question: &Question, readings: &[Reading], kept: Kept) -> Outcome {
        let Kept { seen, mut weak } = kept;
        for reading in readings.iter().filter(|reading| reading.cut == Cut::Qualifier) {
            weak.extend(self.exact(question, reading).into_iter().map(|mut found| {
                found.likeness = found.likeness.max(Likeness::Brackets);
                found
            }));
        }
        let reordered = self.reordered(question, readings);
        let short = [weak.as_slice(), self.without_tail(question, readings).as_slice()].concat();
        let parts = self.parts(question, readings);
        let slip = self.slip(question, readings);
        if seen.is_empty() && question.written.other_body.is_none() {
            let sure = self
                .one_group(&parts)
                .or_else(|| self.only_one(&weak, Likeness::Spaced, Bearing::County))
                .or_else(|| self.sure_of_order(question, &reordered))
                .or_else(|| self.only_one(&weak, Likeness::Brackets, Bearing::County));
            if let Some(outcome) = sure {
                return outcome;
            }
            // A short form and a slip that point at different councils leave two that may be meant.
            match (self.only_short(&short), &slip) {
                (Some(outcome), _) if !slipped(&slip) => return outcome,
                (None, Outcome::Sure(found, reason)) if !self.speaks_against(found, &reordered, &parts) => {
                    return Outcome::Sure(*found, reason.clone());
                }
                _ => {}
            }
        }
        let loose: Vec<Finding> = [reordered, short, parts].concat();
        match slip {
            Outcome::Sure(found, _) => self.unsure(seen, [loose, vec![found]].concat()),
            Outcome::Unsure(near, reason) if seen.is_empty() && loose.is_empty() => Outcome::Unsure(near, reason),
            Outcome::Unsure(near, _) => self.unsure(seen, [loose, near].concat()),
            Outcome::Nothing(reason) if seen.is_empty() && loose.is_empty() => Outcome::Nothing(reason),
            Outcome::Nothing(_) => self.unsure(seen, loose),
        }
    }

    /// True where another order of the words, or a part of the name, is another council that may be meant.
    fn speaks_against(&self, found: &Finding, reordered: &[Finding], parts: &[Finding]) -> bool {
        let whole_parts = parts.iter().filter(|part| part.bearing >= found.bearing);
        let others = reordered.iter().chain(whole_parts).filter(|other| other.bearing > Bearing::Contradicts);
        self.councils(&others.copied().chain([*found]).collect::<Vec<_>>()) > 1
    }

    /// Review, with the reason that what was found gives.
    fn unsure(&self, seen: Vec<Finding>, loose: Vec<Finding>) -> Outcome {
        let reason = if seen.iter().any(|found| !self.is_current(found) && found.bearing > Bearing::Contradicts) {
            "The name is that of a council that is no longer current; say who took over from it."
        } else if !seen.is_empty() {
            "The name is that of a council in another area than the one given."
        } else if loose.iter().any(|found| found.likeness == Likeness::Part) {
            "The name joins several places; say which council serves them."
        } else if loose.iter().any(|found| matches!(found.likeness, Likeness::Brackets | Likeness::Short)) {
            "A part of the name agrees, which is not enough to tell which council is meant."
        } else {
            "The name is like that of a council, but not so like that it must be meant."
        };
        Outcome::Unsure([seen, loose].concat(), reason.to_owned())
    }

    /// Entries with the same words in another order.
    pub(super) fn reordered(&self, question: &Question, readings: &[Reading]) -> Vec<Finding> {
        let mut found = Vec::new();
        for reading in readings.iter().filter(|reading| matches!(reading.cut, Cut::Nothing | Cut::Place)) {
            for entry in self.bags.get(&bag(&reading.words)).into_iter().flatten() {
                let latin = self.known.get(*entry).is_some_and(|known| differ_by_latin(&known.words, &reading.words));
                let likeness = if latin { Likeness::Latin } else { Likeness::Order };
                found.push(self.finding(question, reading, (*entry, likeness)));
            }
        }
        found
    }

    /// Another order is trusted without a district only where the name was plainly turned round: a comma or a bracket
    /// in either, or joined places exchanged.
    fn sure_of_order(&self, question: &Question, reordered: &[Finding]) -> Option<Outcome> {
        let written = &question.written;
        let turned = !written.beside.is_empty()
            || written.base.split(' ').any(joins)
            || reordered.iter().all(|found| self.name_of(found.entry).contains([',', '(']));
        let least = if turned { Bearing::Silent } else { Bearing::County };
        self.only_one(reordered, Likeness::Order, least)
            .or_else(|| self.only_one(reordered, Likeness::Latin, Bearing::County))
    }

    /// The one council found in this way, where the place speaks for it at least so much and no other is open.
    fn only_one(&self, found: &[Finding], likeness: Likeness, least: Bearing) -> Option<Outcome> {
        let open: Vec<Finding> = found
            .iter()
            .copied()
            .filter(|found| self.is_current(found) && found.bearing > Bearing::Contradicts && found.bearing >= least)
            .collect();
        let best = self.best_of(&open)?;
        if self.councils(&open) != 1 || best.likeness != likeness {
            return None;
        }
        let (name, how) = (self.name_of(best.entry), how(likeness));
        Some(Outcome::Sure(best, format!("{name} is the only council that {how} can mean here.")))
    }

    /// The short form, where nobody else's name starts in the same way: one Newark-on-Trent, but many a Langton.
    fn only_short(&self, short: &[Finding]) -> Option<Outcome> {
        let Some(Outcome::Sure(found, reason)) = self.only_one(short, Likeness::Short, Bearing::District) else {
            return None;
        };
        let known = self.known.get(found.entry)?;
        let stem = stem(&known.words);
        (self.stems.get(&stem) == Some(&1)).then_some(Outcome::Sure(found, reason))
    }

    /// The name without what follows `on`, `with` and the like.
    fn without_tail(&self, question: &Question, readings: &[Reading]) -> Vec<Finding> {
        let mut found = Vec::new();
        for reading in readings.iter().filter(|reading| matches!(reading.cut, Cut::Nothing | Cut::Place)) {
            let Some(head) = head(&reading.words) else { continue };
            for (entry, by) in self.names.get(&compact(&head)).into_iter().flatten() {
                if *by == By::Name {
                    found.push(self.finding(question, reading, (*entry, Likeness::Short)));
                }
            }
        }
        found
    }

    /// The parishes that the name joins, each by its own name; none unless at least two are known or the whole isn't.
    fn parts(&self, question: &Question, readings: &[Reading]) -> Vec<Finding> {
        let Some(whole) = readings.first() else { return Vec::new() };
        let mut found = Vec::new();
        for part in &question.written.parts {
            let reading =
                Reading { words: part.clone(), compact: compact(part), with_kind: None, kind: None, ..whole.clone() };
            for mut finding in self.exact(question, &reading).into_iter().filter(is_strong) {
                if self.is_current(&finding) && finding.bearing > Bearing::Contradicts {
                    finding.likeness = Likeness::Part;
                    found.push(finding);
                }
            }
        }
        found
    }

    /// Where every part belongs to one and the same council, that is the group's.
    fn one_group(&self, parts: &[Finding]) -> Option<Outcome> {
        let entries: std::collections::BTreeSet<usize> = parts.iter().map(|found| found.entry).collect();
        if entries.len() < 2 || self.councils(parts) != 1 {
            return None;
        }
        let best = self.best_of(parts)?;
        Some(Outcome::Sure(best, "All the parishes named are served by one council.".to_owned()))
    }
}

/// True where the name is a slip or two away from a spelling that may be meant.
fn slipped(slip: &Outcome) -> bool {
    match slip {
        Outcome::Sure(..) => true,
        Outcome::Unsure(near, _) => {
            near.iter().any(|found| matches!(found.likeness, Likeness::Slip(_)) && found.bearing > Bearing::Contradicts)
        }
        Outcome::Nothing(_) => false,
    }
}

fn how(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Brackets => "the name without what stands beside it",
        Likeness::Spaced => "the name with its spaces elsewhere",
        Likeness::Short => "the short form of the name",
        _ => "the name in another order",
    }
}
