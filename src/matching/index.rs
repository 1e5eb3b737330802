//! The register, made ready to be asked: every name it can be found by, in maps built once.
//!
//! In: the register's entries. Out: an [`Index`] that looks names up in time that doesn't grow with the register. Always
//! holds: the order in which the entries came makes no difference to any answer.

use super::answer::Listed;
use super::near::Neighbours;
use super::normalise::{TELLING_APART, bag, compact, kept_words, normalise};
use super::places::Places;
use super::written::{Kind, Written};
use std::collections::{BTreeMap, HashMap, HashSet};

/// By which of its names an entry was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Its name in the register.
    Name,
    /// The name of the grouped council that serves it.
    Council,
    /// A name it had, or one that a person has said means it.
    Other,
    /// Its name without the word `Town` or `Village` that ends it.
    WithoutKind(Kind),
    /// Its name without what stands in brackets.
    WithoutBrackets,
    /// What comes before `on`, `in`, `le`, `with` and the like.
    Head,
}

/// One entry with what is looked up often.
#[derive(Debug, Clone)]
pub struct Known {
    pub listed: Listed,
    /// Its name, normalised.
    pub words: String,
    /// Numbers of the locations it may be in: one, or those of its namesakes of before where the register gives none.
    pub locations: Vec<usize>,
    pub location_inferred: bool,
}

/// A name as the register spells it, and whom it names.
#[derive(Debug, Clone, Default)]
pub struct Spelling {
    pub words: String,
    pub entries: Vec<(usize, By)>,
}

/// The register, ready to be asked; build it once and share it.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(super) known: Vec<Known>,
    pub(super) names: HashMap<String, Vec<(usize, By)>>,
    pub(super) bags: HashMap<String, Vec<usize>>,
    /// How many current names start with each stem.
    pub(super) stems: HashMap<String, usize>,
    pub(super) codes: HashMap<String, usize>,
    pub(super) vocabulary: HashSet<String>,
    pub(super) spellings: Vec<Spelling>,
    pub(super) neighbours: Neighbours,
    pub(super) places: Places,
}

impl Index {
    /// Builds the index. Takes a moment for ten thousand entries; grows with their number.
    #[must_use]
    pub fn build(mut listed: Vec<Listed>) -> Index {
        listed.sort_by(|one, other| {
            (&one.gss_code, one.council_id, &one.name, &one.district).cmp(&(
                &other.gss_code,
                other.council_id,
                &other.name,
                &other.district,
            ))
        });
        let pairs: Vec<(&str, &str)> =
            listed.iter().map(|entry| (entry.district.as_str(), entry.county.as_str())).collect();
        let (numbers, distinct) = numbered(&pairs);
        let mut index = Index { places: Places::new(&distinct), ..Index::default() };
        index.known = listed
            .iter()
            .zip(numbers)
            .map(|(entry, number)| Known {
                words: normalise(&entry.name),
                listed: entry.clone(),
                locations: vec![number],
                location_inferred: false,
            })
            .collect();
        index.infer_locations();
        index.add_names();
        index.add_spellings();
        index
    }

    /// How many entries it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// True where no entry is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// A parish whose boundary changed gets a new code, often before anybody has written down its district again. Then
    /// its namesake of before says where it is.
    fn infer_locations(&mut self) {
        let mut retired: HashMap<String, Vec<usize>> = HashMap::new();
        for known in self.known.iter().filter(|known| !known.listed.current && !known.listed.district.is_empty()) {
            let locations = retired.entry(compact(&known.words)).or_default();
            locations.extend(known.locations.iter().copied());
        }
        let mut located: HashMap<String, HashSet<usize>> = HashMap::new();
        for known in self.known.iter().filter(|known| known.listed.current && !known.listed.district.is_empty()) {
            located.entry(compact(&known.words)).or_default().extend(known.locations.iter().copied());
        }
        for known in &mut self.known {
            if !known.listed.current || !known.listed.district.is_empty() || !known.listed.county.is_empty() {
                continue;
            }
            let key = compact(&known.words);
            let taken = located.get(&key);
            let mut before: Vec<usize> = retired.get(&key).cloned().unwrap_or_default();
            // Where a current namesake already stands in that district, that is the one that took over.
            before.retain(|location| taken.is_none_or(|taken| !taken.contains(location)));
            before.sort_unstable();
            before.dedup();
            if !before.is_empty() {
                known.locations = before;
                known.location_inferred = true;
            }
        }
    }

    fn add_names(&mut self) {
        for entry in 0..self.known.len() {
            let Some(listed) = self.known.get(entry).map(|known| known.listed.clone()) else { continue };
            self.add_own_name(entry, &listed.name);
            if let Some(council) = &listed.council_name {
                self.add_written(entry, council, By::Council);
            }
            for other in &listed.other_names {
                self.add_written(entry, other, By::Other);
            }
            let code = listed.gss_code.trim().to_ascii_uppercase();
            if !code.is_empty() {
                self.codes.entry(code).or_insert(entry);
            }
        }
        let current = self.known.iter().filter(|known| known.listed.current);
        for stem in current.map(|known| stem(&known.words)) {
            *self.stems.entry(stem).or_default() += 1;
        }
        for entries in self.names.values_mut() {
            entries.sort_unstable();
            entries.dedup_by_key(|(entry, _)| *entry);
        }
    }

    fn add_own_name(&mut self, entry: usize, name: &str) {
        let words = normalise(name);
        self.vocabulary.extend(words.split(' ').map(str::to_owned));
        self.add(entry, &words, By::Name);
        // Written in one run, with the joining words in it.
        self.add(entry, &words.replace(' ', ""), By::Name);
        self.bags.entry(bag(&words)).or_default().push(entry);
        let written = Written::parse(name);
        self.add(entry, &written.whole(), By::Name);
        for alias in aliases(&words) {
            self.add(entry, &alias, By::Other);
        }
        for kind in [Kind::Town, Kind::Village] {
            if let Some(head) = words.strip_suffix(kind.word()).and_then(|head| head.strip_suffix(' ')) {
                self.add(entry, head, By::WithoutKind(kind));
            }
        }
        let brackets_tell_apart =
            written.beside.iter().any(|beside| beside.words.split(' ').any(|word| TELLING_APART.contains(&word)));
        if written.beside.iter().any(|beside| beside.bracketed) && !is_affix_only(&written) {
            self.add(entry, &written.base, By::WithoutBrackets);
        } else if !brackets_tell_apart && let Some(head) = head(&words) {
            self.add(entry, &head, By::Head);
        }
    }

    fn add_written(&mut self, entry: usize, name: &str, by: By) {
        let whole = Written::parse(name).whole();
        self.vocabulary.extend(whole.split(' ').map(str::to_owned));
        self.add(entry, &whole, by);
    }

    fn add(&mut self, entry: usize, words: &str, by: By) {
        let key = compact(words);
        if key.is_empty() {
            return;
        }
        self.names.entry(key).or_default().push((entry, by));
    }

    fn add_spellings(&mut self) {
        let mut spellings: BTreeMap<String, Spelling> = BTreeMap::new();
        for (entry, known) in self.known.iter().enumerate() {
            let others = known.listed.other_names.iter().map(|name| (Written::parse(name).whole(), By::Other));
            let council = known.listed.council_name.iter().map(|name| (Written::parse(name).whole(), By::Council));
            for (words, by) in std::iter::once((known.words.clone(), By::Name)).chain(council).chain(others) {
                let key = compact(&words);
                if key.is_empty() {
                    continue;
                }
                let spelling = spellings.entry(key).or_default();
                if spelling.words.is_empty() {
                    spelling.words = words;
                }
                spelling.entries.push((entry, by));
            }
        }
        self.neighbours = Neighbours::new(spellings.keys().map(String::as_str));
        self.spellings = spellings.into_values().collect();
    }
}

/// Brackets that hold only a word that belongs to the name, as in "Barugh (Great and Little)".
fn is_affix_only(written: &Written) -> bool {
    written
        .beside
        .iter()
        .filter(|beside| beside.bracketed)
        .all(|beside| kept_words(&beside.words).all(|word| TELLING_APART.contains(&word)))
}

/// What a name starts with before a word such as `on`, where something follows that too.
pub fn head(words: &str) -> Option<String> {
    let all: Vec<&str> = words.split(' ').collect();
    let tail = all.iter().position(|word| leads_a_tail(word)).filter(|at| *at > 0 && at + 1 < all.len())?;
    Some(all.get(..tail)?.join(" ")).filter(|head| head.len() > 3)
}

/// What a name starts with before `on` and the like, or before `and`; the name, where none of them is in it.
pub fn stem(words: &str) -> String {
    let before_and = words.split(" and ").next().unwrap_or(words);
    compact(&head(before_and).unwrap_or_else(|| before_and.to_owned()))
}

fn leads_a_tail(word: &str) -> bool {
    matches!(
        word,
        "on" | "upon"
            | "in"
            | "by"
            | "le"
            | "la"
            | "de"
            | "en"
            | "under"
            | "next"
            | "near"
            | "juxta"
            | "at"
            | "sub"
            | "super"
            | "with"
            | "cum"
    )
}

/// The names in one that gives two: "Iwerne Courtney or Shroton".
fn aliases(words: &str) -> Vec<String> {
    let all: Vec<&str> = words.split(' ').collect();
    let parts: Vec<String> =
        all.split(|word| matches!(*word, "or" | "otherwise" | "alias")).map(|part| part.join(" ")).collect();
    if parts.len() < 2 { Vec::new() } else { parts.into_iter().filter(|part| part.len() > 3).collect() }
}

/// Numbers equal pairs alike: each pair's number, and the distinct pairs in order of number.
fn numbered<'a>(pairs: &[(&'a str, &'a str)]) -> (Vec<usize>, Vec<(&'a str, &'a str)>) {
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    let mut distinct = Vec::new();
    let numbers = pairs
        .iter()
        .map(|pair| {
            *seen.entry(*pair).or_insert_with(|| {
                distinct.push(*pair);
                distinct.len() - 1
            })
        })
        .collect();
    (numbers, distinct)
}
