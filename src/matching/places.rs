//! Districts and counties as evidence: does where the source puts a council agree with where the register has it?
//!
//! In: the register's districts and counties, the tables of [`super::areas`], and what a source wrote. Out: a
//! [`Bearing`]. Always holds: only two known places can contradict each other; what nobody knows says nothing.

use super::areas::{ALSO_WRITTEN, COUNTIES, OUTSIDE, SHORTENED, WITHIN};
use super::normalise::{compact, kept_words, normalise};
use std::collections::{BTreeSet, HashMap};

/// What a source's district or county says about one register entry; the greater, the more it speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearing {
    /// The source puts the council somewhere else.
    Contradicts,
    /// Nothing was given, or it isn't known.
    Silent,
    /// The county agrees, or a wider or narrower area than the district does.
    County,
    /// The district is the same.
    District,
}

/// A place that a source names: one, or several where it joins them ("Leicestershire and Rutland").
pub type PlaceIds = Vec<usize>;

#[derive(Debug, Clone, Default)]
struct Place {
    county: bool,
    outside: bool,
    /// Every area that it lies in, near and far.
    above: BTreeSet<usize>,
}

#[derive(Debug, Clone, Default)]
struct Location {
    district: Option<usize>,
    county: Option<usize>,
    above: BTreeSet<usize>,
    /// Whether any county is known for it.
    county_known: bool,
}

/// All places known, and the register's locations among them.
#[derive(Debug, Clone, Default)]
pub struct Places {
    ids: HashMap<String, usize>,
    known: Vec<Place>,
    locations: Vec<Location>,
}

impl Places {
    /// Knows the tables, and the given (district, county) pairs of a register; either may be empty. A pair's position
    /// is its location's number in [`Places::bearing`].
    #[must_use]
    pub fn new(pairs: &[(&str, &str)]) -> Places {
        let mut all = Places::default();
        for (name, areas) in WITHIN {
            let inner = all.add(name);
            for area in *areas {
                let outer = all.add(area);
                all.put_within(inner, outer);
            }
        }
        for (name, county, outside) in
            COUNTIES.iter().map(|name| (name, true, false)).chain(OUTSIDE.iter().map(|name| (name, false, true)))
        {
            let id = all.add(name);
            if let Some(place) = id.and_then(|id| all.known.get_mut(id)) {
                place.county |= county;
                place.outside |= outside;
            }
        }
        let ends: Vec<_> = pairs.iter().map(|(district, county)| (all.add(district), all.add(county))).collect();
        for (district, county) in &ends {
            if let Some(place) = county.and_then(|id| all.known.get_mut(id)) {
                place.county = true;
                place.outside = false;
            }
            if let Some(place) = district.and_then(|id| all.known.get_mut(id)) {
                place.outside = false;
            }
            all.put_within(*district, *county);
        }
        for (short, full) in ALSO_WRITTEN {
            if let Some(id) = all.ids.get(&key(full)).copied() {
                all.ids.entry(key(short)).or_insert(id);
            }
        }
        all.close();
        all.locations = ends.iter().map(|(district, county)| all.location(*district, *county)).collect();
        all
    }

    /// The place or places that a text names; empty where nothing in it is known.
    #[must_use]
    pub fn named(&self, text: &str) -> PlaceIds {
        let whole = key(text);
        if whole.is_empty() {
            return PlaceIds::new();
        }
        if let Some(id) = self.ids.get(&whole) {
            return vec![*id];
        }
        let normalised = normalise(&text.replace('/', " and "));
        let words: Vec<&str> = normalised.split(' ').collect();
        let parts: Vec<Option<usize>> =
            words.split(|word| *word == "and").map(|part| self.ids.get(&key(&part.join(" "))).copied()).collect();
        parts.into_iter().collect::<Option<Vec<usize>>>().unwrap_or_default()
    }

    /// True where every place named is a county.
    #[must_use]
    pub fn is_county(&self, named: &PlaceIds) -> bool {
        !named.is_empty() && named.iter().all(|id| self.known.get(*id).is_some_and(|place| place.county))
    }

    /// True where the place lies outside England.
    #[must_use]
    pub fn is_outside(&self, named: &PlaceIds) -> bool {
        !named.is_empty() && named.iter().all(|id| self.known.get(*id).is_some_and(|place| place.outside))
    }

    /// What everything that a source says of the place means for one location of the register.
    #[must_use]
    pub fn bearing(&self, said: &[PlaceIds], location: usize) -> Bearing {
        let mut best = Bearing::Silent;
        let mut county_against = false;
        let mut district_against = false;
        for named in said.iter().filter(|named| !named.is_empty()) {
            match self.one_bearing(named, location) {
                Bearing::Contradicts if self.is_county(named) => county_against = true,
                Bearing::Contradicts => district_against = true,
                other => best = best.max(other),
            }
        }
        // Borders of counties have moved more often than anybody's table knows; those of a district decide.
        let contradicted = district_against || (county_against && best < Bearing::District);
        if contradicted { Bearing::Contradicts } else { best }
    }

    fn one_bearing(&self, named: &PlaceIds, location: usize) -> Bearing {
        let Some(location) = self.locations.get(location) else { return Bearing::Silent };
        named.iter().map(|id| self.relation(*id, location)).max().unwrap_or(Bearing::Silent)
    }

    fn relation(&self, named: usize, location: &Location) -> Bearing {
        let Some(place) = self.known.get(named) else { return Bearing::Silent };
        if place.outside {
            return Bearing::Contradicts;
        }
        if location.district == Some(named) {
            return Bearing::District;
        }
        let narrower = match (location.district, location.county) {
            (Some(district), _) => place.above.contains(&district),
            (None, Some(county)) => place.above.contains(&county),
            (None, None) => return Bearing::Silent,
        };
        if narrower || location.above.contains(&named) {
            return Bearing::County;
        }
        let unknown_county = place.county && !location.county_known;
        let unknown_district = location.district.is_none() && !place.county && place.above.is_empty();
        if unknown_county || unknown_district { Bearing::Silent } else { Bearing::Contradicts }
    }

    fn add(&mut self, name: &str) -> Option<usize> {
        let key = key(name);
        if key.is_empty() {
            return None;
        }
        if let Some(id) = self.ids.get(&key) {
            return Some(*id);
        }
        let id = self.known.len();
        self.known.push(Place::default());
        self.ids.insert(key, id);
        Some(id)
    }

    fn put_within(&mut self, inner: Option<usize>, outer: Option<usize>) {
        if let (Some(inner), Some(outer)) = (inner, outer)
            && inner != outer
            && let Some(place) = self.known.get_mut(inner)
        {
            place.above.insert(outer);
        }
    }

    /// Makes `above` hold areas of areas too.
    fn close(&mut self) {
        loop {
            let mut grew = false;
            for id in 0..self.known.len() {
                let further: BTreeSet<usize> = self.known.get(id).map_or_else(BTreeSet::new, |place| {
                    place.above.iter().filter_map(|area| self.known.get(*area)).flat_map(|p| p.above.clone()).collect()
                });
                if let Some(place) = self.known.get_mut(id) {
                    let before = place.above.len();
                    place.above.extend(further.into_iter().filter(|area| *area != id));
                    grew |= place.above.len() > before;
                }
            }
            if !grew {
                return;
            }
        }
    }

    fn location(&self, district: Option<usize>, county: Option<usize>) -> Location {
        let mut above: BTreeSet<usize> = BTreeSet::new();
        for id in [district, county].into_iter().flatten() {
            above.insert(id);
            above.extend(self.known.get(id).into_iter().flat_map(|place| place.above.iter().copied()));
        }
        let county_known = above.iter().any(|id| self.known.get(*id).is_some_and(|place| place.county));
        Location { district, county, above, county_known }
    }
}

/// A district's or county's name without what says that it is one.
fn key(text: &str) -> String {
    let normalised = normalise(text);
    let mut words: Vec<&str> = kept_words(&normalised).filter(|word| !says_kind(word)).map(in_full).collect();
    while words.first() == Some(&"of") {
        words.remove(0);
    }
    while words.last() == Some(&"of") {
        words.pop();
    }
    compact(&words.join(" "))
}

/// Counties as people shorten them, alone or in a district's name ("East Herts").
fn in_full(word: &str) -> &str {
    SHORTENED.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| full)
}

fn says_kind(word: &str) -> bool {
    matches!(
        word,
        "borough"
            | "district"
            | "city"
            | "county"
            | "council"
            | "unitary"
            | "authority"
            | "metropolitan"
            | "royal"
            | "ua"
            | "co"
            | "mbc"
            | "mdc"
            | "bc"
            | "dc"
            | "cc"
            | "ccl"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: [(&str, &str); 8] = [
        ("South Lakeland", "Cumbria"),
        ("Eden", "Cumbria"),
        ("Herefordshire, County of", ""),
        ("Dorset", ""),
        ("King's Lynn and West Norfolk", "Norfolk"),
        ("Breckland", "Norfolk"),
        ("", ""),
        ("Thistlemere", ""),
    ];

    fn bearing(said: &[&str], location: usize) -> Bearing {
        let places = Places::new(&PAIRS);
        let named: Vec<PlaceIds> = said.iter().map(|text| places.named(text)).collect();
        places.bearing(&named, location)
    }

    #[test]
    fn the_same_district_however_written() {
        for said in ["Herefordshire", "County of Herefordshire", "Herefordshire Council", "HEREFORDSHIRE UA"] {
            assert_eq!(bearing(&[said], 2), Bearing::District, "{said}");
        }
        for said in ["Kings Lynn & West Norfolk", "Borough Council of King’s Lynn and West Norfolk", "KLWN"] {
            assert_eq!(bearing(&[said], 4), Bearing::District, "{said}");
        }
    }

    #[test]
    fn counties_and_successors_agree_more_loosely() {
        for said in ["Cumbria", "Westmorland & Furness Council", "Westmorland", "Lancashire"] {
            assert_eq!(bearing(&[said], 0), Bearing::County, "{said}");
        }
        for said in ["West Dorset District Council", "Purbeck DC"] {
            assert_eq!(bearing(&[said], 3), Bearing::County, "{said}");
        }
        assert_eq!(bearing(&["Norfolk and Suffolk"], 5), Bearing::County);
        assert_eq!(bearing(&["Hereford & Worcester"], 2), Bearing::County);
    }

    #[test]
    fn a_county_in_the_district_column_is_a_county() {
        assert_eq!(bearing(&["Norfolk County Council", "Breckland"], 5), Bearing::District);
    }

    #[test]
    fn only_known_places_contradict() {
        assert_eq!(bearing(&["Eden"], 0), Bearing::Contradicts);
        assert_eq!(bearing(&["Norfolk"], 0), Bearing::Contradicts);
        assert_eq!(bearing(&["Eden", "Cumbria"], 0), Bearing::Contradicts);
        assert_eq!(bearing(&["Breckland", "Norfolk"], 6), Bearing::Silent);
        assert_eq!(bearing(&["Area Three"], 0), Bearing::Silent);
        assert_eq!(bearing(&["Norfolk"], 7), Bearing::Silent, "an invented district without a county");
        assert_eq!(bearing(&["Breckland"], 7), Bearing::Contradicts);
        assert_eq!(bearing(&["Powys"], 6), Bearing::Contradicts, "outside England is outside all of it");
    }

    #[test]
    fn a_districts_word_counts_more_than_a_countys() {
        assert_eq!(bearing(&["South Lakeland", "Norfolk"], 0), Bearing::District);
        assert_eq!(bearing(&["Breckland", "Cumbria"], 0), Bearing::Contradicts);
    }
}
