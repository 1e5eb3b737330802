//! Deciding: which council a name means, where only one can be meant.
//!
//! In: an [`Asked`] and the index. Out: an [`Answer`]. Always holds: `Matched` is a current council, and no other current
//! council fits the name, the district and the county as well.
//!
//! The steps, each reached only where the one before found nothing that may be meant:
//! 1. the name as written, then without a place named after it, then without `Town`;
//! 2. looser readings (`loose`): other word order, brackets, short forms, several parishes in one name;
//! 3. slips of the pen (`slip`).
//!
//! An entry that is no longer current is never matched by name: a person says who took over from it.

use super::answer::{Answer, Asked, Decision};
use super::compare::{Finding, Likeness, candidate, score};
use super::index::{By, Index, Known};
use super::normalise::TELLING_APART;
use super::places::{Bearing, PlaceIds};
use super::reading::{Cut, Reading, shorter, whole};
use super::written::{Kind, Written};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How many candidates a person is shown.
const SHOWN: usize = 10;

/// A question, taken apart once.
pub struct Question<'a> {
    pub asked: &'a Asked<'a>,
    pub written: Written,
    /// What the source's columns say of the place.
    pub said: Vec<PlaceIds>,
}

/// What was found on the way without deciding anything.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Entries that bear the name itself but can't be meant: elsewhere, or no longer current.
    pub seen: Vec<Finding>,
    /// Entries whose name is near it by the register's own way of writing.
    pub weak: Vec<Finding>,
}

/// What the name came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Sure(Finding, String),
    Unsure(Vec<Finding>, String),
    Nothing(String),
}

impl Index {
    /// Which council a name means. Takes some microseconds for a name that is in the register, up to a few hundred for
    /// one that isn't.
    #[must_use]
    pub fn decide(&self, asked: &Asked) -> Answer {
        let said = [asked.district, asked.county].into_iter().flatten().map(|text| self.places.named(text)).collect();
        let question = Question { asked, written: Written::parse(asked.name), said };
        let code = asked.gss_code.map(|code| code.trim().to_ascii_uppercase()).filter(|code| !code.is_empty());
        let outcome = match code {
            Some(code) => self.by_code(&question, &code),
            None => self.by_name(&question),
        };
        self.answer(outcome)
    }

    /// What the name alone, with its district and county, comes to.
    pub(super) fn by_name(&self, question: &Question) -> Outcome {
        let Some(whole) = whole(&question.written) else {
            return Outcome::Nothing("There is no name to go by.".to_owned());
        };
        let mut kept = Kept::default();
        if let Some(outcome) = self.exact_step(question, &whole, &mut kept) {
            return self.checked(question, outcome);
        }
        let mut readings = vec![whole];
        for reading in shorter(&question.written, &self.places) {
            if reading.cut != Cut::Qualifier
                && let Some(outcome) = self.exact_step(question, &reading, &mut kept)
            {
                return self.checked(question, outcome);
            }
            readings.push(reading);
        }
        self.looser(question, &readings, kept)
    }

    /// Looks one reading up. Decides where something current is found that nothing contradicts; otherwise keeps what
    /// was found.
    fn exact_step(&self, question: &Question, reading: &Reading, kept: &mut Kept) -> Option<Outcome> {
        let (mut strong, loose) = self.exact(question, reading).into_iter().partition::<Vec<_>, _>(is_strong);
        kept.weak.extend(loose);
        if !strong.is_empty() && question.written.is_turned_round() {
            // "Halton (East)" may be Halton East as well as East Halton.
            strong.extend(self.reordered(question, std::slice::from_ref(reading)));
        }
        let (open, shut): (Vec<Finding>, Vec<Finding>) =
            strong.into_iter().partition(|found| self.is_current(found) && found.bearing > Bearing::Contradicts);
        if open.is_empty() {
            kept.seen.extend(shut);
            return None;
        }
        if kept.seen.iter().any(|found| self.is_current(found)) {
            kept.seen.extend(open);
            return Some(Outcome::Unsure(
                std::mem::take(&mut kept.seen),
                "The name can be read in two ways, and each is the name of another council.".to_owned(),
            ));
        }
        Some(self.among(open, &reading.words))
    }

    /// Every entry that has exactly this reading among its names.
    pub(super) fn exact(&self, question: &Question, reading: &Reading) -> Vec<Finding> {
        let as_written = self.names.get(&reading.compact).into_iter().flatten();
        let mut found: Vec<Finding> = as_written
            .map(|(entry, by)| self.finding(question, reading, (*entry, self.likeness(question, reading, *entry, *by))))
            .collect();
        if let Some(key) = &reading.with_kind {
            for (entry, by) in self.names.get(key).into_iter().flatten() {
                if *by == By::Name && found.iter().all(|finding| finding.entry != *entry) {
                    found.push(self.finding(question, reading, (*entry, Likeness::Kind)));
                }
            }
        }
        found
    }

    fn likeness(&self, question: &Question, reading: &Reading, entry: usize, by: By) -> Likeness {
        let spaced = || self.known.get(entry).is_some_and(|known| glued(&known.words) != glued(&reading.words));
        match (by, reading.cut) {
            // "Linton (Oak Ward)" is not Linton (Elm Ward).
            (By::WithoutBrackets, Cut::Qualifier) => Likeness::Near(500),
            (By::WithoutBrackets, _) | (_, Cut::Qualifier | Cut::Kind) => Likeness::Brackets,
            (By::Head, _) => Likeness::Short,
            (By::WithoutKind(kind), _) if reading.kind == Some(kind) => Likeness::Kind,
            (By::WithoutKind(_), _) => Likeness::Near(700),
            (By::Council, _) => Likeness::Council,
            (By::Other, _) => Likeness::Former,
            (By::Name, _) if self.name_of(entry).eq_ignore_ascii_case(question.asked.name.trim()) => Likeness::Same,
            (By::Name, _) if spaced() => Likeness::Spaced,
            (By::Name, _) => Likeness::Written,
        }
    }

    pub(super) fn finding(&self, question: &Question, reading: &Reading, found: (usize, Likeness)) -> Finding {
        let (entry, likeness) = found;
        let said: &[PlaceIds] = &question.said;
        let bearing = self.known.get(entry).map_or(Bearing::Silent, |known| {
            let judged = |location: &usize| {
                if reading.place.is_empty() {
                    self.places.bearing(said, *location)
                } else {
                    self.places.bearing(&[said, std::slice::from_ref(&reading.place)].concat(), *location)
                }
            };
            known.locations.iter().map(judged).max().unwrap_or(Bearing::Silent)
        });
        Finding { entry, likeness, bearing, coded: false }
    }

    /// Decides among current entries that nothing contradicts.
    pub(super) fn among(&self, open: Vec<Finding>, words: &str) -> Outcome {
        let best = open.iter().map(|found| found.bearing).max().unwrap_or(Bearing::Silent);
        // Within a district names don't repeat; a county may hold a namesake whose place the register doesn't give.
        let mut pool: Vec<Finding> = open;
        if best == Bearing::District {
            pool.retain(|found| found.bearing == Bearing::District);
            self.narrow(&mut pool, words);
        }
        let councils = self.councils(&pool);
        match self.best_of(&pool) {
            Some(found) if councils == 1 => {
                let reason = self.why_sure(&found);
                Outcome::Sure(found, reason)
            }
            _ => {
                let reason = match best {
                    Bearing::District => format!("{councils} councils of this name are in the district given."),
                    Bearing::County => format!("{councils} councils of this name may be in the area given."),
                    _ => format!("{councils} councils have this name; the district would tell them apart."),
                };
                Outcome::Unsure(pool, reason)
            }
        }
    }

    /// Within one district: the very spelling before one that only reads alike, and a name of today before one of old.
    fn narrow(&self, pool: &mut Vec<Finding>, words: &str) {
        let own = |found: &Finding| matches!(found.likeness, Likeness::Same | Likeness::Written);
        let spelt =
            |found: &Finding| own(found) && self.known.get(found.entry).is_some_and(|known| known.words == words);
        let old = |found: &Finding| matches!(found.likeness, Likeness::Former | Likeness::Council);
        if pool.iter().any(spelt) {
            pool.retain(|found| spelt(found) || !(own(found) || old(found)));
        } else if pool.iter().any(own) {
            pool.retain(|found| !old(found));
        }
    }

    /// What no name alone can settle: bodies that are no councils, and cities that are no parishes.
    fn checked(&self, question: &Question, outcome: Outcome) -> Outcome {
        let Outcome::Sure(found, reason) = outcome else { return outcome };
        if let Some(word) = &question.written.other_body
            && self.known.get(found.entry).is_none_or(|known| !known.words.contains(word.as_str()))
        {
            let reason = format!("The word \"{word}\" says that this is another body than the parish council.");
            return Outcome::Unsure(vec![found], reason);
        }
        if question.written.kind == Some(Kind::City) && found.bearing < Bearing::District {
            let city = self.places.named(&question.written.base);
            let there = self.known.get(found.entry).is_some_and(|known| {
                known.locations.iter().any(|at| self.places.bearing(std::slice::from_ref(&city), *at) > Bearing::Silent)
            });
            if !city.is_empty() && !there {
                let reason = "The city of this name is a district; the parish of this name lies elsewhere.".to_owned();
                return Outcome::Unsure(vec![found], reason);
            }
        }
        Outcome::Sure(found, reason)
    }

    fn why_sure(&self, found: &Finding) -> String {
        let name = self.name_of(found.entry);
        match found.bearing {
            Bearing::District => format!("{name} is the only council of this name in the district given."),
            Bearing::County => format!("{name} is the only council of this name in or around the area given."),
            _ => format!("{name} is the only current council of this name that can be meant."),
        }
    }

    pub(super) fn is_current(&self, found: &Finding) -> bool {
        self.known.get(found.entry).is_some_and(|known| known.listed.current)
    }

    pub(super) fn name_of(&self, entry: usize) -> &str {
        self.known.get(entry).map_or("", |known| known.listed.name.as_str())
    }

    /// How many different councils the findings are of.
    pub(super) fn councils(&self, findings: &[Finding]) -> usize {
        findings
            .iter()
            .filter_map(|found| self.known.get(found.entry).map(|known| known.listed.council_id))
            .collect::<BTreeSet<_>>()
            .len()
    }

    pub(super) fn best_of(&self, findings: &[Finding]) -> Option<Finding> {
        findings.iter().copied().min_by_key(|found| (Reverse(self.score_of(found)), found.entry))
    }

    fn score_of(&self, found: &Finding) -> u16 {
        self.known.get(found.entry).map_or(0, |known| score(found, known))
    }

    fn answer(&self, outcome: Outcome) -> Answer {
        let (decision, mut findings, reason) = match outcome {
            Outcome::Sure(found, reason) => (Decision::Matched, vec![found], reason),
            Outcome::Unsure(findings, reason) if !findings.is_empty() => (Decision::Review, findings, reason),
            Outcome::Unsure(_, reason) | Outcome::Nothing(reason) => (Decision::None, Vec::new(), reason),
        };
        findings.sort_by_key(|found| (Reverse(self.score_of(found)), found.entry));
        let mut shown: BTreeSet<usize> = BTreeSet::new();
        findings.retain(|found| shown.insert(found.entry));
        let described = |found: &Finding| self.known.get(found.entry).map(|known: &Known| candidate(found, known));
        let candidates = findings.iter().filter_map(described).take(SHOWN).collect();
        Answer { decision, candidates, reason }
    }
}

/// How often a name has a word that tells neighbours apart as a word of its own: "North Leigh" is not Northleigh.
fn glued(words: &str) -> usize {
    words.split(' ').filter(|word| TELLING_APART.contains(word)).count()
}

/// The name itself, or one that it goes by: enough to decide on, where only one council has it.
pub fn is_strong(found: &Finding) -> bool {
    matches!(found.likeness, Likeness::Same | Likeness::Written | Likeness::Council | Likeness::Former | Likeness::Kind)
}
