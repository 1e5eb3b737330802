//! The code that a source gives: decisive where the name agrees with it, a question for a person where it doesn't.
//!
//! In: a question with a code. Out: an outcome. Always holds: a code that contradicts the name is never followed, and a
//! retired code is followed only to the current council of the same name in the same district.

use super::compare::{Finding, Likeness};
use super::decide::{Outcome, Question};
use super::index::{By, Index, Known};
use super::normalise::{TELLING_APART, bag, compact, kept_words};
use super::places::Bearing;
use super::reading::{Reading, shorter, whole};
use std::collections::BTreeSet;

/// How alike two names must be, by edits, for a code to decide between slip and contradiction.
const LOOSELY_ALIKE: f64 = 0.75;

impl Index {
    /// What a code, with the name beside it, comes to. `code` is trimmed and in capitals.
    pub(super) fn by_code(&self, question: &Question, code: &str) -> Outcome {
        if let Some(entry) = self.codes.get(code) {
            return self.known_code(question, *entry);
        }
        let by_name = self.by_name(question);
        let digits = code.chars().skip(1).all(|letter| letter.is_ascii_digit());
        match (code.chars().next(), digits && code.len() == 9) {
            (Some('W' | 'S' | 'N'), true) => {
                let reason = format!("The code {code} is of a place outside England.");
                match by_name {
                    Outcome::Sure(found, _) => Outcome::Unsure(vec![found], reason),
                    Outcome::Unsure(found, _) => Outcome::Unsure(found, reason),
                    Outcome::Nothing(_) => Outcome::Nothing(reason),
                }
            }
            (Some('E'), true) => match by_name {
                Outcome::Sure(found, reason) if found.bearing >= Bearing::County => {
                    Outcome::Sure(found, format!("{reason} The code {code} is not in the register."))
                }
                Outcome::Sure(found, _) => {
                    let reason =
                        format!("The code {code} is not in the register; the name is, but no district speaks for it.");
                    Outcome::Unsure(vec![found], reason)
                }
                Outcome::Unsure(found, reason) => {
                    Outcome::Unsure(found, format!("{reason} The code {code} is not in the register."))
                }
                Outcome::Nothing(reason) => Outcome::Nothing(format!("{reason} Nor is the code {code} in it.")),
            },
            // "n/a", "-", a firm's own number: no code at all.
            _ => by_name,
        }
    }

    fn known_code(&self, question: &Question, entry: usize) -> Outcome {
        let (Some(known), Some(reading)) = (self.known.get(entry), whole(&question.written)) else {
            let found = Finding { entry, likeness: Likeness::Unlike, bearing: Bearing::Silent, coded: true };
            return Outcome::Unsure(vec![found], "There is a code but no name to confirm it.".to_owned());
        };
        let likeness = self.loosely(question, known, entry);
        let mut own = self.finding(question, &reading, (entry, likeness.unwrap_or(Likeness::Unlike)));
        own.coded = true;
        let code = &known.listed.gss_code;
        let Some(likeness) = likeness else {
            let reason = format!("The code {code} is that of {}, which the name is not.", known.listed.name);
            return Outcome::Unsure(self.with_others(question, own), reason);
        };
        if !known.listed.current {
            return self.retired_code(question, own, known);
        }
        let other = self.other_council(question, own);
        // A council found by its very name elsewhere may be the one meant, and the code the slip: a code looked up by
        // name alone goes wrong in just this way.
        let doubtful = own.bearing == Bearing::Contradicts || likeness > Likeness::Latin;
        match other {
            Some(other) if doubtful => {
                let reason = format!("The code {code} is that of one council, and the name and place are another's.");
                Outcome::Unsure(vec![own, other], reason)
            }
            _ => Outcome::Sure(own, format!("The code {code} is its own and the name agrees.")),
        }
    }

    fn retired_code(&self, question: &Question, own: Finding, known: &Known) -> Outcome {
        let code = &known.listed.gss_code;
        let heirs: Vec<Finding> = self
            .names
            .get(&compact(&known.words))
            .into_iter()
            .flatten()
            .filter(|(entry, by)| *by == By::Name && self.takes_over(*entry, known))
            .map(|(entry, _)| Finding { entry: *entry, coded: false, ..own })
            .collect();
        match heirs.as_slice() {
            [heir] if own.likeness <= Likeness::Latin && own.bearing > Bearing::Contradicts => {
                let name = self.name_of(heir.entry);
                let reason = format!(
                    "The code {code} is retired; {name} is the current council of the same name in its district."
                );
                Outcome::Sure(*heir, reason)
            }
            _ => {
                let reason = format!("The code {code} is retired, and no one current council is plainly its heir.");
                let mut found = self.with_others(question, own);
                found.extend(heirs);
                Outcome::Unsure(found, reason)
            }
        }
    }

    /// True where a current entry lies in a location of the retired one.
    fn takes_over(&self, entry: usize, retired: &Known) -> bool {
        !retired.listed.district.is_empty()
            && self.known.get(entry).is_some_and(|known| {
                known.listed.current && known.locations.iter().any(|location| retired.locations.contains(location))
            })
    }

    /// The coded entry, and what the name alone comes to.
    fn with_others(&self, question: &Question, own: Finding) -> Vec<Finding> {
        let mut found = vec![own];
        match self.by_name(question) {
            Outcome::Sure(other, _) => found.push(other),
            Outcome::Unsure(others, _) => found.extend(others),
            Outcome::Nothing(_) => {}
        }
        let mut seen = BTreeSet::new();
        found.retain(|finding| seen.insert(finding.entry));
        found
    }

    fn other_council(&self, question: &Question, own: Finding) -> Option<Finding> {
        match self.by_name(question) {
            Outcome::Sure(other, _) if self.councils(&[own, other]) > 1 => Some(other),
            _ => None,
        }
    }

    /// How a name agrees with one given entry, loosely: enough for a code to confirm, or not at all.
    fn loosely(&self, question: &Question, known: &Known, entry: usize) -> Option<Likeness> {
        let readings: Vec<Reading> =
            whole(&question.written).into_iter().chain(shorter(&question.written, &self.places)).collect();
        let exact = readings
            .iter()
            .flat_map(|reading| self.exact(question, reading))
            .filter(|found| found.entry == entry)
            .map(|found| found.likeness)
            .min();
        exact.or_else(|| {
            let words = &readings.first()?.words;
            if bag(words) == bag(&known.words) {
                return Some(Likeness::Order);
            }
            if question.written.parts.iter().any(|part| compact(part) == compact(&known.words)) {
                return Some(Likeness::Part);
            }
            part_of_the_other(words, &known.words).or_else(|| alike(words, &known.words))
        })
    }
}

/// One name's words are all in the other, and what is left over tells no neighbours apart.
fn part_of_the_other(one: &str, other: &str) -> Option<Likeness> {
    let (one, other): (BTreeSet<&str>, BTreeSet<&str>) = (kept_words(one).collect(), kept_words(other).collect());
    let (less, more) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let telling = more.difference(&less).any(|word| TELLING_APART.contains(word) || *word == "st");
    let within = less.is_subset(&more) && less.iter().any(|word| word.chars().count() > 3);
    (within && !telling).then_some(Likeness::Short)
}

fn alike(one: &str, other: &str) -> Option<Likeness> {
    let telling = |words: &str| {
        kept_words(words).filter(|word| TELLING_APART.contains(word)).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let likeness = strsim::normalized_damerau_levenshtein(&compact(one), &compact(other));
    (telling(one) == telling(other) && likeness >= LOOSELY_ALIKE).then_some(Likeness::Slip(2))
}
