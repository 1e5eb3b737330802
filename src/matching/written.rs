//! A name as a source writes it, taken apart: the place's own name, the kind of council, and what is said beside it.
//!
//! In: the raw text. Out: a [`Written`] with the words `Parish Council` and the like gone, and brackets, commas and
//! dashes kept as separate parts. Always holds: nothing is looked up here, and a name that consists of council words
//! only keeps them.

use super::normalise::{TELLING_APART, joins, normalise, repair};

/// What kind of council the source says it is, where that word may be part of the place's name too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Town,
    Village,
    City,
}

impl Kind {
    /// The word itself, lower case.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Town => "town",
            Kind::Village => "village",
            Kind::City => "city",
        }
    }

    fn of(word: &str) -> Option<Kind> {
        match word {
            "town" | "tc" => Some(Kind::Town),
            "village" | "vc" => Some(Kind::Village),
            "city" => Some(Kind::City),
            _ => None,
        }
    }
}

/// A name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The first part, normalised, without council words.
    pub base: String,
    /// What follows in brackets, after a comma or after a dash, in order, normalised.
    pub beside: Vec<Beside>,
    pub kind: Option<Kind>,
    /// Where the kind leads ("City of Durham"): the name with it.
    pub with_kind: Option<String>,
    /// The places named, where the name joins several: normalised, at least two.
    pub parts: Vec<String>,
    /// The word that says this is no parish council at all ("Burial Board").
    pub other_body: Option<String>,
}

/// A part of the name beside its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub words: String,
    pub bracketed: bool,
}

impl Written {
    /// Takes a raw name apart.
    #[must_use]
    pub fn parse(raw: &str) -> Written {
        let mut kind = None;
        let mut with_kind = None;
        let mut other_body = None;
        let mut kept: Vec<Beside> = Vec::new();
        for (text, bracketed) in segments(&repair(raw)) {
            let normalised = normalise(&text);
            let words: Vec<&str> = normalised.split(' ').filter(|word| !word.is_empty()).collect();
            other_body = other_body.or_else(|| words.iter().find(|word| is_other_body(word)).map(ToString::to_string));
            let (middle, ending) = without_ending(&words);
            let (middle, leading) = without_opening(middle);
            if leading == Some(Kind::City) {
                with_kind = Some(format!("city of {}", middle.join(" ")));
            }
            kind = kind.or(ending).or(leading);
            if !middle.is_empty() {
                kept.push(Beside { words: middle.join(" "), bracketed });
            }
        }
        let parts = parts(&kept);
        // A name that is all council words keeps them: it is somebody's name, however odd.
        let base = if kept.is_empty() { normalise(raw) } else { kept.remove(0).words };
        Written { base, beside: kept, kind, with_kind, parts, other_body }
    }

    /// The whole name, base and all that is beside it, normalised.
    #[must_use]
    pub fn whole(&self) -> String {
        self.without_last(0)
    }

    /// True where a word that tells neighbours apart stands beside the name: "Halton (East)", "Ayton, Great".
    #[must_use]
    pub fn is_turned_round(&self) -> bool {
        self.beside.iter().any(|beside| beside.words.split(' ').all(|word| TELLING_APART.contains(&word)))
    }

    /// The name without its last `count` parts.
    #[must_use]
    pub fn without_last(&self, count: usize) -> String {
        let kept = self.beside.len().saturating_sub(count);
        let mut words = self.base.clone();
        for beside in self.beside.iter().take(kept) {
            words.push(' ');
            words.push_str(&beside.words);
        }
        normalise(&words)
    }
}

/// The text between commas, brackets, semicolons and dashes that stand alone; `true` for what stood in brackets.
fn segments(text: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut bracketed = false;
    let letters: Vec<char> = text.chars().collect();
    for (position, &letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|index| letters.get(index));
        let alone =
            before.is_some_and(|c| c.is_whitespace()) && letters.get(position + 1).is_some_and(|c| c.is_whitespace());
        match letter {
            '(' | '[' | '{' => {
                found.push((std::mem::take(&mut current), bracketed));
                bracketed = true;
            }
            ')' | ']' | '}' => {
                found.push((std::mem::take(&mut current), bracketed));
                bracketed = false;
            }
            ',' | ';' | '–' | '—' | '|' if !bracketed => found.push((std::mem::take(&mut current), false)),
            '-' if alone && !bracketed => found.push((std::mem::take(&mut current), false)),
            other => current.push(other),
        }
    }
    found.push((current, bracketed));
    found.retain(|(text, _)| text.chars().any(char::is_alphanumeric));
    found
}

/// Drops council words from the end: `parish council`, `town council`, `pc`, `group parish council`, `parish meeting`.
/// Nothing is left of words that are council words only. Says the kind where `town`, `village` or `city` stood before `council`.
fn without_ending<'a>(words: &'a [&'a str]) -> (&'a [&'a str], Option<Kind>) {
    let mut rest = words;
    let mut kind = None;
    let (mut council_said, mut parish_said) = (false, false);
    while let Some((&last, before)) = rest.split_last() {
        let drop = match last {
            "pc" | "tc" | "vc" | "pm" => {
                kind = kind.or(Kind::of(last));
                council_said = true;
                true
            }
            "council" | "councils" | "meeting" | "cncl" | "coun" => {
                council_said = true;
                true
            }
            "parish" | "parishes" if council_said => {
                parish_said = true;
                true
            }
            "parish" | "parishes" | "cp" | "civil" | "grouped" | "joint" | "combined" | "group" => true,
            "and" => council_said,
            "of" | "the" => rest.len() < words.len(),
            "community" | "neighbourhood" | "neighborhood" if council_said => true,
            // "Sherburn Village Parish Council" is that of Sherburn Village.
            "town" | "village" | "city" if council_said && kind.is_none() && !parish_said => {
                kind = Kind::of(last);
                true
            }
            other if other.len() >= 5 && !council_said && strsim::osa_distance(other, "council") <= 2 => {
                council_said = true;
                true
            }
            other if council_said && other.len() >= 5 && strsim::osa_distance(other, "parish") <= 1 => true,
            _ => false,
        };
        if !drop {
            break;
        }
        rest = before;
    }
    (rest, kind)
}

/// Drops what leads up to the name: `the parish council of`, `parish of`, `town of`, `city of`.
fn without_opening<'a>(words: &'a [&'a str]) -> (&'a [&'a str], Option<Kind>) {
    let run = words.iter().take_while(|word| opens(word)).count();
    let said = words.iter().take(run).any(|word| *word != "the" && *word != "of" && *word != "for");
    let ends_well = run > 0 && words.get(run - 1).is_some_and(|word| matches!(*word, "of" | "for" | "the"));
    let joined = words.iter().take(run).any(|word| matches!(*word, "of" | "for"));
    if !(said && ends_well && joined) || run == words.len() {
        return (words, None);
    }
    let kind = words.iter().take(run).find_map(|word| Kind::of(word));
    (words.get(run..).unwrap_or(words), kind)
}

fn opens(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "of"
            | "for"
            | "parish"
            | "parishes"
            | "council"
            | "meeting"
            | "civil"
            | "joint"
            | "group"
            | "grouped"
            | "combined"
            | "town"
            | "city"
            | "village"
            | "community"
            | "neighbourhood"
    )
}

fn is_other_body(word: &str) -> bool {
    matches!(
        word,
        "burial"
            | "cemetery"
            | "crematorium"
            | "drainage"
            | "board"
            | "committee"
            | "charity"
            | "trust"
            | "conservators"
            | "commissioners"
            | "authority"
            | "association"
            | "school"
            | "partnership"
            | "district"
            | "borough"
    )
}

/// The single places that a joined name names: split at commas and joining words, `Great and Little X` written out.
fn parts(segments: &[Beside]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for segment in segments.iter().filter(|segment| !segment.bracketed) {
        for part in segment.words.split(' ').collect::<Vec<_>>().split(|word| joins(word)) {
            if !part.is_empty() {
                found.push(part.join(" "));
            }
        }
    }
    // "Great and Little Kimble": the first part is only the first word of what it means.
    for position in (1..found.len()).rev() {
        let Some((_, shared)) = found.get(position).and_then(|part| part.split_once(' ')) else { continue };
        let shared = shared.to_owned();
        if let Some(short) = found.get_mut(position - 1)
            && TELLING_APART.contains(&short.as_str())
        {
            short.push(' ');
            short.push_str(&shared);
        }
    }
    if found.len() < 2 { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn council_words_go_wherever_they_stand() {
        for (raw, base) in [
            ("Abbots Bickington Parish Meeting", "abbots bickington"),
            ("ALDERTON P C", "alderton"),
            ("Ashby De La Zouch Town Council", "ashby de la zouch"),
            ("St Just-in-Penwith TC", "st just in penwith"),
            ("The Parish Council of Ashwell", "ashwell"),
            ("The Council of the Parish of Ashwell", "ashwell"),
            ("Parish of Ashwell", "ashwell"),
            ("Ashwell Parish", "ashwell"),
            ("Ashwell CP", "ashwell"),
            ("Ashwell Community Council", "ashwell"),
            ("Ashwell Neighbourhood Council", "ashwell"),
            ("Ashwell Village Council", "ashwell"),
            ("Ashwell & Hinxworth Group Parish Council", "ashwell and hinxworth"),
            ("Ashwell and Hinxworth Joint Parish Council", "ashwell and hinxworth"),
            ("Ashwell Parish Counil", "ashwell"),
            ("Ashwell Parrish Council", "ashwell"),
            ("Broad Town Parish Council", "broad town"),
            ("Ashchurch Rural PC", "ashchurch rural"),
            ("Parish Council", "parish council"),
            ("St Michael on the Hill PC", "st michael on the hill"),
        ] {
            assert_eq!(Written::parse(raw).base, base, "{raw}");
        }
    }

    #[test]
    fn kinds_that_may_be_part_of_the_name_are_kept() {
        assert_eq!(Written::parse("Kettering Town Council").kind, Some(Kind::Town));
        assert_eq!(Written::parse("Ely City Council").kind, Some(Kind::City));
        let durham = Written::parse("City of Durham Parish Council");
        assert_eq!((durham.base.as_str(), durham.with_kind.as_deref()), ("durham", Some("city of durham")));
    }

    #[test]
    fn what_stands_beside_a_name_is_kept_apart() {
        let brackets = Written::parse("Brockhampton (Bromyard Bringsty Ward) Parish Council");
        assert_eq!(brackets.base, "brockhampton");
        assert_eq!(brackets.beside, vec![Beside { words: "bromyard bringsty ward".into(), bracketed: true }]);
        assert_eq!(brackets.whole(), "brockhampton bromyard bringsty ward");
        let comma = Written::parse("Ashwell Parish Council, Rutland");
        assert_eq!((comma.base.as_str(), comma.whole().as_str()), ("ashwell", "ashwell rutland"));
        assert_eq!(comma.without_last(1), "ashwell");
    }

    #[test]
    fn joined_names_name_their_parts() {
        assert_eq!(
            Written::parse("Haworth, Cross Roads and Stanbury Parish Council").parts,
            ["haworth", "cross roads", "stanbury"]
        );
        assert_eq!(Written::parse("Great & Little Kimble PC").parts, ["great kimble", "little kimble"]);
        assert!(Written::parse("Ashwell Parish Council").parts.is_empty());
    }

    #[test]
    fn other_bodies_are_told() {
        assert_eq!(Written::parse("Ashwell Joint Burial Committee").other_body.as_deref(), Some("burial"));
        assert_eq!(Written::parse("Ashwell Parish Council").other_body, None);
    }
}
