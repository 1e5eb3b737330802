//! The ways in which a written name can be read, the most faithful first.
//!
//! In: a [`Written`] and the known places. Out: [`Reading`]s to look up. Always holds: the first reading leaves nothing
//! out that the source wrote about the place; each later one says what it left out.

use super::normalise::{TELLING_APART, compact, normalise};
use super::places::{PlaceIds, Places};
use super::written::{Kind, Written};

/// What a reading left out of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing.
    Nothing,
    /// A district or county named after it, which now counts as evidence.
    Place,
    /// The word `Town` or `Village` at its end.
    Kind,
    /// Something in brackets, or after `near`, that isn't known.
    Qualifier,
}

/// One way to read a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Normalised.
    pub words: String,
    pub compact: String,
    /// The same with the kind of council as part of the name ("x town"), where the source says the kind.
    pub with_kind: Option<String>,
    pub kind: Option<Kind>,
    /// The place that the name itself names.
    pub place: PlaceIds,
    pub cut: Cut,
}

impl Reading {
    fn new(words: &str, cut: Cut, place: PlaceIds, kind: Option<Kind>) -> Reading {
        let words = normalise(words);
        let with_kind = kind.map(|kind| compact(&format!("{words} {}", kind.word())));
        Reading { compact: compact(&words), words, with_kind, kind, place, cut }
    }
}

/// The reading that leaves nothing out; none where the name holds no letter or figure.
#[must_use]
pub fn whole(written: &Written) -> Option<Reading> {
    let mut reading = Reading::new(&written.whole(), Cut::Nothing, PlaceIds::new(), written.kind);
    if let Some(with_kind) = &written.with_kind {
        reading.with_kind = Some(compact(with_kind));
    }
    Some(reading).filter(|reading| !reading.compact.is_empty())
}

/// The readings that leave something out, the most faithful first; worth making only where the whole name is not found.
#[must_use]
pub fn shorter(written: &Written, places: &Places) -> Vec<Reading> {
    let mut found = Vec::new();
    let mut named = PlaceIds::new();
    let mut dropped = 0;
    for beside in written.beside.iter().rev() {
        let place = places.named(beside.words.strip_prefix("near ").unwrap_or(&beside.words));
        if place.is_empty() {
            break;
        }
        dropped += 1;
        // Of "Breckland, Norfolk" the first says more.
        named = place;
        found.push(Reading::new(&written.without_last(dropped), Cut::Place, named.clone(), written.kind));
    }
    let rest = written.without_last(dropped);
    found.extend(place_at_the_end(&rest, places, written.kind));
    found.extend(kind_at_the_end(&rest, &named));
    let left = written.beside.len().saturating_sub(dropped);
    if let Some(last) = left.checked_sub(1).and_then(|index| written.beside.get(index))
        && last.bracketed
        && !last.words.split(' ').any(|word| TELLING_APART.contains(&word))
    {
        found.push(Reading::new(&written.without_last(dropped + 1), Cut::Qualifier, named, written.kind));
    }
    found.retain(|reading| !reading.compact.is_empty());
    found
}

/// "Aston Norfolk", "St Just in Penwith", "Aston near Thame": the place named last, with or without a word before it.
fn place_at_the_end(name: &str, places: &Places, kind: Option<Kind>) -> Vec<Reading> {
    let words: Vec<&str> = name.split(' ').collect();
    let mut found = Vec::new();
    for start in 1..words.len() {
        let (before, after) = words.split_at(start);
        let place = places.named(&after.join(" "));
        let (head, linked) = match before.split_last() {
            Some((&("in" | "near"), head)) if !head.is_empty() => (head, true),
            _ => (before, false),
        };
        if !place.is_empty() && (linked || places.is_county(&place)) {
            found.push(Reading::new(&head.join(" "), Cut::Place, place, kind));
        } else if place.is_empty() && linked && before.last() == Some(&"near") {
            found.push(Reading::new(&head.join(" "), Cut::Qualifier, PlaceIds::new(), kind));
        }
    }
    found
}

fn kind_at_the_end(name: &str, place: &PlaceIds) -> Option<Reading> {
    [Kind::Town, Kind::Village].into_iter().find_map(|kind| {
        let head = name.strip_suffix(kind.word())?.strip_suffix(' ')?;
        Some(Reading::new(head, Cut::Kind, place.clone(), None))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Vec<(String, Cut, bool)> {
        let places = Places::new(&[("Breckland", "Norfolk"), ("Cornwall", "")]);
        let written = Written::parse(raw);
        whole(&written)
            .into_iter()
            .chain(shorter(&written, &places))
            .map(|reading| (reading.words, reading.cut, !reading.place.is_empty()))
            .collect()
    }

    #[test]
    fn places_beside_the_name_become_evidence() {
        assert_eq!(
            read("Thistlemere PC, Norfolk"),
            [("thistlemere norfolk".into(), Cut::Nothing, false), ("thistlemere".into(), Cut::Place, true)]
        );
        assert!(read("Thistlemere (Breckland) Parish Council").contains(&("thistlemere".into(), Cut::Place, true)));
        assert!(read("St Thistle-in-Penwith TC").contains(&("st thistle".into(), Cut::Place, true)));
        assert!(read("Thistlemere Norfolk").contains(&("thistlemere".into(), Cut::Place, true)));
    }

    #[test]
    fn what_is_not_known_is_a_qualifier_and_what_tells_apart_never_is() {
        assert!(read("Thistlemere (Brambles Ward)").contains(&("thistlemere".into(), Cut::Qualifier, false)));
        assert!(read("Thistlemere near Brambleton").contains(&("thistlemere".into(), Cut::Qualifier, false)));
        assert_eq!(read("Thistlemere (Great)").len(), 1);
        assert_eq!(read("Thistlemere (Without)").len(), 1);
    }

    #[test]
    fn a_town_at_the_end_may_be_part_of_the_name_or_not() {
        assert_eq!(
            read("Thistlemere Town"),
            [("thistlemere town".into(), Cut::Nothing, false), ("thistlemere".into(), Cut::Kind, false)]
        );
    }
}
