//! Slips of the pen: a name that no entry bears but that is one or two letters off one.
//!
//! In: a question whose name is nobody's. Out: an outcome. Always holds: a slip is matched only where the wrong word is no
//! word of any other name, one council is near and the next is clearly further, and either the place agrees or the name
//! is long. `Upper` for `Lower`, `Horton` for `Norton` are other places, never slips.

use super::compare::{Finding, Likeness};
use super::decide::{Outcome, Question};
use super::index::Index;
use super::near::Neighbour;
use super::normalise::{TELLING_APART, kept_words};
use super::places::Bearing;
use super::reading::{Cut, Reading};

/// Letters that there must be, as [`Slip`] counts them, for one slip to be trusted with its district, its county, alone: where a
/// letter is doubled, undoubled or swapped with the next, which hardly ever makes another name; and otherwise.
const LONG_ENOUGH: [(Bearing, usize, usize); 3] =
    [(Bearing::District, 4, 5), (Bearing::County, 5, 6), (Bearing::Silent, 6, 8)];
/// Letters for two slips in one word, which need the district.
const LONG_FOR_TWO: usize = 11;
/// How much further the next council must be, in edits.
const CLEARLY_FURTHER: usize = 2;

/// A neighbour with the entry it names.
struct Near {
    finding: Finding,
    edits: usize,
    slip: Option<Slip>,
}

/// One word mistyped for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slip {
    /// Letters of the word that was mistyped, and half of those of the words that agree with it and tell nothing apart.
    letters: usize,
    /// A letter doubled, undoubled or swapped with the next.
    harmless: bool,
}

impl Index {
    /// What the name may have been before somebody mistyped it.
    pub(super) fn slip(&self, question: &Question, readings: &[Reading]) -> Outcome {
        let nothing = || Outcome::Nothing("No council in the register has a name like this.".to_owned());
        let Some(reading) = readings.iter().rfind(|reading| reading.cut == Cut::Place).or(readings.first()) else {
            return nothing();
        };
        let neighbours = self.neighbours.of(&reading.compact);
        let length = reading.compact.chars().count();
        let near = self.near(question, reading, &neighbours);
        if let Some(found) = self.trusted(&near) {
            let name = self.name_of(found.entry);
            return Outcome::Sure(found, format!("Only {name} is spelt so nearly like this; the next is further off."));
        }
        let likely: Vec<Finding> = near
            .into_iter()
            .filter(|near| {
                near.edits * 4 <= length || matches!(near.finding.likeness, Likeness::Near(alike) if alike >= 560)
            })
            .map(|near| near.finding)
            .collect();
        if likely.is_empty() || self.places.is_outside(&question.said.concat()) {
            return nothing();
        }
        Outcome::Unsure(likely, "The name is like that of a council, but not so like that it must be meant.".to_owned())
    }

    fn near(&self, question: &Question, reading: &Reading, neighbours: &[Neighbour]) -> Vec<Near> {
        let mut found = Vec::new();
        for neighbour in neighbours {
            let Some(spelling) = self.spellings.get(neighbour.spelling) else { continue };
            let slip = self.slipped_word(&reading.words, &spelling.words);
            let likeness = match neighbour.edits {
                1 if slip.is_some() => Likeness::Slip(1),
                2 if slip.is_some() => Likeness::Slip(2),
                _ => Likeness::Near(neighbour.alike),
            };
            for (entry, _) in &spelling.entries {
                let finding = self.finding(question, reading, (*entry, likeness));
                found.push(Near { finding, edits: neighbour.edits, slip });
            }
        }
        found
    }

    /// The one council that must be meant, if there is one.
    fn trusted(&self, near: &[Near]) -> Option<Finding> {
        let open = |near: &&Near| self.is_current(&near.finding) && near.finding.bearing > Bearing::Contradicts;
        let best = near.iter().filter(open).map(|near| near.finding.bearing).max()?;
        LONG_ENOUGH.into_iter().filter(|(bearing, ..)| *bearing <= best).find_map(|(bearing, harmless, other)| {
            // Alone, every spelling counts against it, also those that can't be meant.
            let pool: Vec<&Near> = near
                .iter()
                .filter(|near| bearing == Bearing::Silent || (open(near) && near.finding.bearing >= bearing))
                .collect();
            let first = pool.iter().min_by_key(|near| (near.edits, near.finding.entry))?;
            let slip = first.slip?;
            let long_enough = match first.edits {
                1 => slip.letters >= if slip.harmless { harmless } else { other },
                2 => {
                    bearing == Bearing::District
                        && slip.letters >= LONG_FOR_TWO
                        && near.iter().all(|near| near.edits > 1)
                }
                _ => false,
            };
            let others: Vec<Finding> = pool
                .iter()
                .filter(|near| near.edits < first.edits + CLEARLY_FURTHER)
                .map(|near| near.finding)
                .filter(|finding| self.is_current(finding) || !self.has_heir(finding, first))
                .collect();
            let sure = long_enough && self.councils(&others) == 1 && open(first);
            sure.then_some(first.finding)
        })
    }

    /// True where a retired entry has the same name as the one found: that is no second spelling.
    fn has_heir(&self, retired: &Finding, found: &Near) -> bool {
        self.known.get(retired.entry).map(|known| &known.words)
            == self.known.get(found.finding.entry).map(|known| &known.words)
    }

    /// The word that was mistyped, where the names differ in one word, it begins alike, and it is no word of any name.
    fn slipped_word(&self, asked: &str, spelling: &str) -> Option<Slip> {
        let asked: Vec<&str> = kept_words(asked).collect();
        let meant: Vec<&str> = kept_words(spelling).collect();
        if asked.len() != meant.len() {
            return None;
        }
        let mut differing = asked.iter().zip(&meant).filter(|(one, other)| one != other);
        let (Some((wrong, right)), None) = (differing.next(), differing.next()) else { return None };
        if self.vocabulary.contains(*wrong) {
            return None;
        }
        let edits = strsim::osa_distance(wrong, right);
        let other_word = TELLING_APART.iter().any(|word| word != right && strsim::osa_distance(wrong, word) <= edits);
        if TELLING_APART.contains(right) && other_word {
            return None;
        }
        let harmless = is_harmless(wrong, right);
        let begins_alike = wrong.chars().next() == right.chars().next();
        let agreeing = meant.iter().filter(|word| *word != right && !TELLING_APART.contains(word));
        let letters = right.chars().count() + agreeing.map(|word| word.chars().count()).sum::<usize>() / 2;
        (begins_alike || harmless).then_some(Slip { letters, harmless })
    }
}

/// True where two words differ by a doubled letter or by two letters swapped.
fn is_harmless(wrong: &str, right: &str) -> bool {
    let undoubled = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.dedup();
        letters
    };
    let swapped = || {
        let (mut one, mut other): (Vec<char>, Vec<char>) = (wrong.chars().collect(), right.chars().collect());
        one.sort_unstable();
        other.sort_unstable();
        one == other && strsim::osa_distance(wrong, right) == 1
    };
    undoubled(wrong) == undoubled(right) || swapped()
}
