//! A council's name as a source writes it.
//!
//! In: the country, a council, the source and the year of its list. Out: a [`Written`]. Always holds: the same source
//! writes the same of one council in every list of a year; a council that shares its name is sometimes given nothing
//! else, so that a person has to decide.

use super::country::{Council, Country};
use super::feed::Feed;
use super::spelling::{abbreviated, phrased, slipped};
use crate::draw::Draw;

/// How a source names a council.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    pub name: String,
    pub gss_code: String,
    pub district: String,
    pub county: String,
}

/// How a source names the council in the lists of one year; what it doesn't give is empty.
pub fn written(country: &Country, council: &Council, (feed, year): (Feed, i16)) -> Written {
    let seed = country.plan.seed;
    let naming = feed.naming();
    let mut always = Draw::seeded(seed, feed.id(), council.number);
    let mut once = Draw::seeded(seed, feed.id(), council.number * 4096 + usize::from(year.unsigned_abs()) + 1);
    let mut name = phrased(&council.name, &mut always);
    if always.chance(80) {
        name = abbreviated(&name, &mut always);
    }
    name.push_str(match (council.town, always.below(10)) {
        (true, 0..=4) => " Town Council",
        (true, 5..=6) => " TC",
        (false, 0..=4) => " Parish Council",
        (false, 5..=6) => " PC",
        _ => "",
    });
    if once.chance(20) {
        name = slipped(&name, &mut once);
    }
    if always.chance(25) {
        name = name.to_uppercase();
    }
    let bare = council.shares_name && always.chance(300);
    let mut given = |gives: u32, text: &str| if always.chance(gives) { text.to_owned() } else { String::new() };
    let district = country.district(council);
    let mut written = Written {
        name,
        gss_code: given(naming.gives_code, &council.gss_code),
        district: given(naming.gives_district, district.map_or("", |district| &district.name)),
        county: given(naming.gives_county, district.map_or("", |district| &district.county)),
    };
    if bare {
        written.gss_code.clear();
        written.district.clear();
    }
    written
}
