//! The demo's country: three invented counties, their districts, parishes and councils.
//!
//! In: nothing. Out: a [`Pilot`], and the register as a CSV file. Always holds: the same country every time; no county,
//! district, parish or council bears the name of a real one; a parish's code is used once, and starts with `E049`, where
//! the real register has none.

use super::places::{BESIDE, JOINED, PAIRS, STEMS, formed};
use std::fmt::Write as _;

/// An invented district, and the position of the audit firm that reviews its councils.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct District {
    pub code: &'static str,
    pub name: &'static str,
    pub county: &'static str,
    /// From 0.
    pub firm: usize,
}

const fn district(code: &'static str, name: &'static str, county: &'static str, firm: usize) -> District {
    District { code, name, county, firm }
}

/// The invented districts, by county.
pub const DISTRICTS: [District; 11] = [
    district("E07900001", "Aldermere Vale", "Wealdshire", 0),
    district("E07900002", "Hollinwold", "Wealdshire", 0),
    district("E07900003", "Upper Wealdshire", "Wealdshire", 0),
    district("E07900004", "South Wealdshire", "Wealdshire", 1),
    district("E07900005", "Tarnford", "Tarnfordshire", 1),
    district("E07900006", "Skerrin Dales", "Tarnfordshire", 1),
    district("E07900007", "East Tarnfordshire", "Tarnfordshire", 1),
    district("E07900008", "Brathe Valley", "Tarnfordshire", 2),
    district("E07900009", "Fenny Levels", "Fennmarch", 2),
    district("E07900010", "Sallow Coast", "Fennmarch", 2),
    district("E07900011", "Mid Fennmarch", "Fennmarch", 2),
];

/// A parish, as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parish {
    pub gss_code: String,
    pub name: String,
    pub former_name: Option<String>,
}

/// A council and the parishes that it serves: one, or several when grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Council {
    /// From 0, in the register's order.
    pub number: usize,
    pub name: String,
    pub district: District,
    /// Never empty; the first one's code is the council's.
    pub parishes: Vec<Parish>,
    /// Calls itself a town.
    pub town: bool,
    /// Another council of the country bears the same name.
    pub shares_name: bool,
}

impl Council {
    /// The code by which sources that know it name the council.
    pub fn gss_code(&self) -> &str {
        self.parishes.first().map_or("", |parish| parish.gss_code.as_str())
    }

    /// The name it had before, where the register remembers one.
    pub fn former_name(&self) -> Option<&str> {
        self.parishes.first().and_then(|parish| parish.former_name.as_deref())
    }
}

/// The whole country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pilot {
    pub councils: Vec<Council>,
    /// Parishes that were, with the place of the district in [`DISTRICTS`]: merged away, or given a new code.
    pub retired: Vec<(usize, Parish)>,
}

/// A council before it has a code.
struct Planned {
    name: String,
    parishes: Vec<String>,
    former_name: Option<String>,
    town: bool,
}

impl Planned {
    fn single(name: String) -> Planned {
        Planned { parishes: vec![name.clone()], name, former_name: None, town: false }
    }
}

const STANDING_ALONE: usize = 16;

/// One district's councils, made of the next stems.
fn plan<'stem>(place: usize, stems: &mut impl Iterator<Item = &'stem str>) -> Vec<Planned> {
    let mut planned = Vec::new();
    for (position, stem) in stems.take(STANDING_ALONE).enumerate() {
        // The first three of a district are its towns; the fourth was called something longer before.
        let former_name = (position == 3).then(|| format!("{stem} and {stem} Heath"));
        planned.push(Planned { former_name, town: position < 3, ..Planned::single(stem.to_owned()) });
    }
    for pair in PAIRS {
        if let Some(stem) = stems.next() {
            planned.extend(pair.iter().map(|form| Planned::single(formed(form, stem))));
        }
    }
    for step in 0..2 {
        if let (Some(form), Some(stem), Some(other)) =
            (JOINED.iter().cycle().nth(place + step), stems.next(), stems.next())
        {
            // The second of a district took its neighbour in, and was called by the first name alone before.
            let former_name = (step == 1).then(|| stem.to_owned());
            planned.push(Planned { former_name, ..Planned::single(formed(&formed(form, stem), other)) });
        }
        if let (Some(form), Some(stem)) = (BESIDE.iter().cycle().nth(2 * place + step), stems.next()) {
            planned.push(Planned::single(formed(form, stem)));
        }
    }
    // Every district has one grouped council, and every third one more, of two or three parishes.
    for step in 0..=usize::from(place.is_multiple_of(3)) {
        let parishes: Vec<String> = stems.take(2 + (place + step) % 2).map(str::to_owned).collect();
        if parishes.len() > 1 {
            planned.push(Planned { name: listed(&parishes), parishes, former_name: None, town: false });
        }
    }
    planned
}

/// "A, B and C".
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}

/// A name that a district has from another one: the other's place in [`DISTRICTS`] and the position of the council
/// standing alone there. Within a county the county does not tell the two apart, across counties it does.
const SHARED: [(usize, usize, usize); 12] = [
    (1, 0, 5),
    (2, 0, 6),
    (3, 1, 7),
    (4, 0, 8),
    (5, 4, 5),
    (6, 4, 6),
    (7, 2, 9),
    (8, 5, 7),
    (9, 8, 5),
    (10, 8, 6),
    (10, 9, 7),
    (9, 3, 10),
];

/// A parish that was merged away, by district: its name is nobody's now.
const MERGED: [(usize, &str); 4] =
    [(1, "Hollinstall"), (5, "Skerrinstall"), (8, "Fenny Hatch End"), (3, "Wealdstall Parva")];

/// A district and the position of a council standing alone there whose parish was given a new code.
const RECODED: [(usize, usize); 5] = [(0, 11), (2, 12), (4, 11), (6, 13), (9, 12)];

impl Default for Pilot {
    fn default() -> Self {
        Pilot::new()
    }
}

impl Pilot {
    /// The country: the same one every time.
    pub fn new() -> Pilot {
        let mut stems = STEMS.split_whitespace();
        let mut plans: Vec<Vec<Planned>> = (0..DISTRICTS.len()).map(|place| plan(place, &mut stems)).collect();
        let alone = |plans: &[Vec<Planned>], place: usize, position: usize| {
            plans.get(place).and_then(|plan| plan.get(position)).map(|planned| planned.name.clone())
        };
        let shared: Vec<(usize, String)> =
            SHARED.iter().filter_map(|(to, from, position)| Some((*to, alone(&plans, *from, *position)?))).collect();
        let mut retired: Vec<(usize, String)> =
            RECODED.iter().filter_map(|(place, position)| Some((*place, alone(&plans, *place, *position)?))).collect();
        retired.extend(MERGED.iter().map(|(place, name)| (*place, (*name).to_owned())));
        for (to, name) in &shared {
            if let Some(plan) = plans.get_mut(*to) {
                plan.push(Planned::single(name.clone()));
            }
        }
        let mut codes = (1..).map(|number: u32| format!("E049{number:05}"));
        let mut councils = Vec::new();
        for (mut plan, district) in plans.into_iter().zip(DISTRICTS) {
            plan.sort_by(|left, right| left.name.cmp(&right.name));
            for planned in plan {
                let shares_name = shared.iter().any(|(_, name)| *name == planned.name);
                let mut former_name = planned.former_name;
                let parishes = codes
                    .by_ref()
                    .zip(planned.parishes)
                    .map(|(gss_code, name)| Parish { gss_code, name, former_name: former_name.take() })
                    .collect();
                let number = councils.len();
                councils.push(Council {
                    number,
                    name: planned.name,
                    district,
                    parishes,
                    town: planned.town,
                    shares_name,
                });
            }
        }
        let retired = codes
            .zip(retired)
            .map(|(gss_code, (place, name))| (place, Parish { gss_code, name, former_name: None }))
            .collect();
        Pilot { councils, retired }
    }

    /// The code that a council's parish had before it was given its present one, where it was.
    pub fn retired_code(&self, council: &Council) -> Option<&str> {
        let is_its = |(place, parish): &&(usize, Parish)| {
            parish.name == council.name && DISTRICTS.get(*place) == Some(&council.district)
        };
        self.retired.iter().find(is_its).map(|(_, parish)| parish.gss_code.as_str())
    }

    /// The register as the file that people import: one line a parish, with the header
    /// `gss_code,name,former_name,district_code,district,county,current,council`; `council` only where the parish is
    /// served by a grouped one.
    pub fn register(&self) -> String {
        let mut csv = String::from("gss_code,name,former_name,district_code,district,county,current,council\n");
        for council in &self.councils {
            let grouped = if council.parishes.len() > 1 { council.name.as_str() } else { "" };
            for parish in &council.parishes {
                line(&mut csv, parish, council.district, ["true", grouped]);
            }
        }
        for (place, parish) in &self.retired {
            if let Some(district) = DISTRICTS.get(*place) {
                line(&mut csv, parish, *district, ["false", ""]);
            }
        }
        csv
    }
}

fn line(csv: &mut String, parish: &Parish, district: District, [current, grouped]: [&str; 2]) {
    // Grouped councils' names hold commas.
    let grouped = if grouped.contains(',') { format!("\"{grouped}\"") } else { grouped.to_owned() };
    let Parish { gss_code, name, former_name } = parish;
    let former_name = former_name.as_deref().unwrap_or_default();
    let District { code, name: district, county, .. } = district;
    // Writing to a string can't fail.
    let _ = writeln!(csv, "{gss_code},{name},{former_name},{code},{district},{county},{current},{grouped}");
}

/// The register of the demo's country; see [`Pilot::register`].
pub fn register() -> String {
    Pilot::new().register()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::real_names::{letters, real_names};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn about_six_hundred_councils_in_three_counties() {
        let pilot = Pilot::new();
        assert!((580..=620).contains(&pilot.councils.len()), "{} councils", pilot.councils.len());
        let counties: BTreeMap<&str, usize> = pilot.councils.iter().fold(BTreeMap::new(), |mut counted, council| {
            *counted.entry(council.district.county).or_default() += 1;
            counted
        });
        assert_eq!(
            counties.keys().copied().collect::<BTreeSet<_>>(),
            ["Wealdshire", "Tarnfordshire", "Fennmarch"].into()
        );
        assert!(counties.values().all(|councils| *councils > 100), "{counties:?}");
        assert_eq!(pilot.councils.iter().filter(|council| council.parishes.len() > 1).count(), 15);
        assert!(pilot.councils.iter().filter(|council| council.former_name().is_some()).count() > 15);
        assert_eq!(pilot.retired.len(), RECODED.len() + MERGED.len());
        assert_eq!(pilot, Pilot::new());
    }

    #[test]
    fn codes_are_unique_and_no_name_repeats_inside_a_district() {
        let pilot = Pilot::new();
        let mut codes = BTreeSet::new();
        let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for council in &pilot.councils {
            assert!(council.parishes.iter().all(|parish| codes.insert(parish.gss_code.clone())), "{}", council.name);
            let districts = names.entry(letters(&council.name)).or_default();
            assert!(districts.insert(council.district.name), "{} twice in {}", council.name, council.district.name);
        }
        assert!(pilot.retired.iter().all(|(_, parish)| codes.insert(parish.gss_code.clone())));
        for council in &pilot.councils {
            let holders = names.get(&letters(&council.name)).map_or(0, BTreeSet::len);
            assert_eq!(council.shares_name, holders > 1, "{}", council.name);
        }
        assert_eq!(names.values().filter(|districts| districts.len() > 1).count(), SHARED.len());
    }

    #[test]
    fn the_register_reads_back_as_csv() {
        let register = register();
        let mut reader = csv::Reader::from_reader(register.as_bytes());
        assert_eq!(
            reader.headers().unwrap().iter().collect::<Vec<_>>(),
            ["gss_code", "name", "former_name", "district_code", "district", "county", "current", "council"]
        );
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let pilot = Pilot::new();
        let parishes: usize = pilot.councils.iter().map(|council| council.parishes.len()).sum();
        assert_eq!(rows.len(), parishes + pilot.retired.len());
        assert_eq!(rows.iter().filter(|row| &row[6] == "false").count(), pilot.retired.len());
        assert!(rows.iter().any(|row| row[7].contains(", ")), "a grouped council of three parishes");
    }

    #[test]
    fn no_name_is_that_of_a_real_parish_district_or_county() {
        let Some(real) = real_names("the demo's names are those of real parishes") else { return };
        let pilot = Pilot::new();
        let districts = DISTRICTS.iter().flat_map(|district| [district.name, district.county]);
        let parishes = pilot.councils.iter().flat_map(|council| &council.parishes);
        let named = parishes.chain(pilot.retired.iter().map(|(_, parish)| parish));
        let invented: Vec<String> = districts
            .map(str::to_owned)
            .chain(pilot.councils.iter().map(|council| council.name.clone()))
            .chain(named.flat_map(|parish| [Some(parish.name.clone()), parish.former_name.clone()]).flatten())
            .chain(STEMS.split_whitespace().map(str::to_owned))
            .collect();
        let clashes: Vec<&String> = invented.iter().filter(|name| real.contains(&letters(name))).collect();
        assert!(clashes.is_empty(), "real names in the demo's country: {clashes:?}");
    }
}
