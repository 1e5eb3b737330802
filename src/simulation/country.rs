//! The simulated country: counties, districts and councils, as its register has them.
//!
//! In: a [`Plan`]. Out: a [`Country`]. Always holds: the same plan gives the same country; every place is invented; a
//! code starts with `E049` (`E079` for a district), where the real register has none; no name repeats inside a
//! district.

use super::Plan;
use super::names::Names;
use crate::draw::Draw;
use std::collections::BTreeSet;

/// Councils with at most this much income can certify themselves exempt, in pounds.
pub const EXEMPT_UP_TO: u32 = 25_000;

/// The two firms that review councils, county by county.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firm {
    North,
    South,
}

/// A district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    pub code: String,
    pub name: String,
    pub county: String,
    pub firm: Firm,
}

/// A council; it serves one parish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Council {
    /// From 0, in the register's order.
    pub number: usize,
    pub gss_code: String,
    pub name: String,
    /// Its place in [`Country::districts`].
    pub district: usize,
    pub town: bool,
    /// Another council of the country bears the same name.
    pub shares_name: bool,
    /// A year's income, in pounds.
    pub income: u32,
    pub seats: u32,
    /// How readily its state shows in events, in thousandths of the ordinary.
    pub frailty: u32,
}

impl Council {
    /// Whether it may certify itself exempt, so that no auditor sees what happens there.
    pub fn is_exempt(&self) -> bool {
        self.income <= EXEMPT_UP_TO
    }
}

/// The country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    pub plan: Plan,
    pub districts: Vec<District>,
    pub councils: Vec<Council>,
}

impl Country {
    /// The country of a plan.
    pub fn new(plan: Plan) -> Country {
        let names = Names::new(plan.seed);
        // Forty councils to a district where there are many; in a small country fewer, so that there are several.
        let size = (plan.councils / 6).clamp(5, 40);
        let count = plan.councils.div_ceil(size);
        let to_a_county = if count >= 12 { 6 } else { 3 };
        let districts = (0..count)
            .map(|number| District {
                code: format!("E079{number:05}"),
                name: names.district(number),
                county: names.county(number / to_a_county),
                firm: if (number / to_a_county).is_multiple_of(2) { Firm::North } else { Firm::South },
            })
            .collect();
        let mut councils: Vec<Council> = Vec::with_capacity(plan.councils);
        for number in 0..plan.councils {
            let of_district = councils.get(number - number % size..).unwrap_or_default();
            let taken: BTreeSet<&str> = of_district.iter().map(|council| council.name.as_str()).collect();
            let elsewhere = shared_with(plan, number, size)
                .filter(|other| councils.get(*other).is_some_and(|council| !taken.contains(council.name.as_str())));
            let name = elsewhere.and_then(|other| councils.get_mut(other)).map(|council| {
                council.shares_name = true;
                council.name.clone()
            });
            let shares_name = name.is_some();
            let name = name.unwrap_or_else(|| names.parish(number));
            councils.push(council(plan, number, (number / size, name, shares_name)));
        }
        Country { plan, districts, councils }
    }

    /// The district of a council.
    pub fn district(&self, council: &Council) -> Option<&District> {
        self.districts.get(council.district)
    }

    /// The register's lines, the header first, in the shape that `bellwether register import` reads.
    pub fn register(&self) -> impl Iterator<Item = [String; 8]> + '_ {
        let header = ["gss_code", "name", "former_name", "district_code", "district", "county", "current", "council"];
        let lines = self.councils.iter().filter_map(|council| {
            let district = self.district(council)?;
            Some([
                council.gss_code.clone(),
                council.name.clone(),
                String::new(),
                district.code.clone(),
                district.name.clone(),
                district.county.clone(),
                "true".to_owned(),
                String::new(),
            ])
        });
        std::iter::once(header.map(str::to_owned)).chain(lines)
    }
}

/// The earlier council of another district whose name a council bears, where it shares one: about one in eighteen.
fn shared_with(plan: Plan, number: usize, size: usize) -> Option<usize> {
    let mut draw = Draw::seeded(plan.seed, "shared names", number);
    let before = number - number % size;
    (before > 0 && draw.chance(60))
        .then(|| usize::try_from(draw.below(u32::try_from(before).unwrap_or(1))).unwrap_or(0))
}

fn council(plan: Plan, number: usize, (district, name, shares_name): (usize, String, bool)) -> Council {
    let mut draw = Draw::seeded(plan.seed, "council", number);
    let income = match draw.below(100) {
        0..=49 => draw.between(2_000, EXEMPT_UP_TO),
        50..=84 => draw.between(EXEMPT_UP_TO + 1, 200_000),
        _ => draw.between(200_001, 2_000_000),
    };
    let frailty = draw.weighted(&[(30, 500), (40, 900), (20, 1400), (10, 2200)]).copied().unwrap_or(1000);
    Council {
        number,
        gss_code: format!("E049{number:05}"),
        name,
        district,
        town: income > 500_000,
        shares_name,
        income,
        seats: draw.between(5, 15),
        frailty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn names_repeat_over_districts_and_never_within_one() {
        let country = Country::new(Plan { councils: 10_000, years: 1, seed: 3 });
        let mut holders: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for council in &country.councils {
            assert!(holders.entry(&council.name).or_default().insert(council.district), "{} twice", council.name);
        }
        let shared = country.councils.iter().filter(|council| council.shares_name).count();
        assert!((700..1500).contains(&shared), "{shared} of 10000 share a name");
        for council in &country.councils {
            assert_eq!(council.shares_name, holders[council.name.as_str()].len() > 1, "{}", council.name);
        }
        assert!(country.districts.iter().map(|district| &district.county).collect::<BTreeSet<_>>().len() > 30);
    }

    #[test]
    fn a_small_country_has_several_districts_and_both_firms() {
        let country = Country::new(Plan { councils: 60, years: 3, seed: 1 });
        assert_eq!((country.councils.len(), country.districts.len()), (60, 6));
        assert!(country.districts.iter().any(|district| district.firm == Firm::South));
        let exempt = country.councils.iter().filter(|council| council.is_exempt()).count();
        assert!((15..45).contains(&exempt), "{exempt} of 60 are small enough to be exempt");
    }
}
