//! Which spellings of the register are near a name that none of them is: blocking, apart from comparing.
//!
//! In: the register's spellings, once; a name without spaces. Out: the spellings that share most of its three-letter
//! runs, with their distance in single edits. Always holds: the order of the answer depends on the spellings only.

use std::collections::HashMap;

/// How many of the spellings that share most runs are measured.
const MEASURED: usize = 48;

/// A spelling near the name asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// Its position among the spellings.
    pub spelling: usize,
    /// Letters put in, left out, changed or swapped with the next.
    pub edits: usize,
    /// Alike by three-letter runs, in thousandths.
    pub alike: u16,
}

/// Three-letter runs of every spelling.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    runs: HashMap<u64, Vec<u32>>,
    spellings: Vec<(String, u32)>,
}

impl Neighbours {
    /// Takes the spellings in the order in which they are numbered.
    #[must_use]
    pub fn new<'a>(spellings: impl Iterator<Item = &'a str>) -> Neighbours {
        let mut neighbours = Neighbours::default();
        for spelling in spellings {
            let runs = runs(spelling);
            let number = u32::try_from(neighbours.spellings.len()).unwrap_or(u32::MAX);
            neighbours.spellings.push((spelling.to_owned(), u32::try_from(runs.len()).unwrap_or(u32::MAX)));
            for run in runs {
                neighbours.runs.entry(run).or_default().push(number);
            }
        }
        neighbours
    }

    /// The spellings nearest to a name, by edits, then by runs, then by number. Grows with how many spellings share a
    /// run with the name, at most a few thousand of ten thousand.
    #[must_use]
    pub fn of(&self, compact: &str) -> Vec<Neighbour> {
        let asked = runs(compact);
        let mut shared: Vec<u16> = vec![0; self.spellings.len()];
        let mut touched: Vec<u32> = Vec::new();
        for number in asked.iter().filter_map(|run| self.runs.get(run)).flatten() {
            if let Some(count) = shared.get_mut(*number as usize) {
                if *count == 0 {
                    touched.push(*number);
                }
                *count = count.saturating_add(1);
            }
        }
        let mut ranked: Vec<(u16, u32)> = touched
            .into_iter()
            .filter_map(|number| {
                let common = u64::from(*shared.get(number as usize)?);
                let both = u64::from(self.spellings.get(number as usize)?.1) + asked.len() as u64;
                let alike = u16::try_from(2000 * common / both.max(1)).unwrap_or(1000);
                (alike >= 250).then_some((alike, number))
            })
            .collect();
        let order = |one: &(u16, u32), other: &(u16, u32)| other.0.cmp(&one.0).then(one.1.cmp(&other.1));
        if ranked.len() > MEASURED {
            ranked.select_nth_unstable_by(MEASURED, order);
            ranked.truncate(MEASURED);
        }
        ranked.sort_unstable_by(order);
        let mut measured: Vec<Neighbour> = ranked
            .into_iter()
            .filter_map(|(alike, number)| {
                let (spelling, _) = self.spellings.get(number as usize)?;
                let edits = strsim::osa_distance(compact, spelling);
                Some(Neighbour { spelling: number as usize, edits, alike })
            })
            .collect();
        measured.sort_by(|one, other| {
            one.edits.cmp(&other.edits).then(other.alike.cmp(&one.alike)).then(one.spelling.cmp(&other.spelling))
        });
        measured
    }
}

/// The three-letter runs of a spelling, with its beginning and end marked, each once.
fn runs(compact: &str) -> Vec<u64> {
    let letters: Vec<u64> = ['\u{1}', '\u{1}']
        .into_iter()
        .chain(compact.chars())
        .chain(['\u{2}'])
        .map(|letter| u64::from(u32::from(letter)))
        .collect();
    let mut found: Vec<u64> =
        letters.windows(3).map(|run| run.iter().fold(0, |packed, letter| (packed << 21) | letter)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_whatever_kind_of_slip() {
        let spellings = ["thistlemere", "thistledown", "bramblemere", "oakhollow"];
        let neighbours = Neighbours::new(spellings.into_iter());
        for slip in ["thistlmere", "thistlemeer", "tihstlemere", "thistlemerre", "thistlemexe"] {
            let found = neighbours.of(slip);
            assert_eq!(found.first().map(|near| (near.spelling, near.edits)), Some((0, 1)), "{slip}");
            assert!(found.iter().all(|near| near.spelling != 3), "{slip}");
        }
    }
}
