//! A council's name as people write it in a list.
//!
//! In: a council, and who writes of it when. Out: the [`Written`] name with whatever else that sender gives. Always holds:
//! the same sender writes the same of one council in every list of a year; about one name in fifty has a slip in it; a
//! council that shares its name is sometimes named by nothing but that name, so that a person has to decide.

use super::draw::Draw;
use super::pilot::{Council, Pilot};
use crate::simulation::spelling::{phrased, slipped};

/// How a sender names a council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub name: String,
    pub gss_code: Option<String>,
    pub district: Option<&'static str>,
    pub county: Option<&'static str>,
}

/// A sender's habits, in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    pub id: &'static str,
    pub gives_code: u32,
    pub gives_district: u32,
    pub gives_county: u32,
}

impl Sender {
    /// How this sender names the council in the lists of one year.
    pub fn writes(self, council: &Council, pilot: &Pilot, year: i16) -> Written {
        let mut always = Draw::about(self.id, council.number);
        let mut once = Draw::about(self.id, council.number * 4096 + usize::from(year.unsigned_abs()));
        let former = council.former_name().filter(|_| always.chance(400));
        let mut name = phrased(former.unwrap_or(&council.name), &mut always);
        name.push_str(suffix(council, &mut always));
        if once.chance(20) {
            name = slipped(&name, &mut once);
        }
        if always.chance(25) {
            name = name.to_uppercase();
        }
        let bare = council.shares_name && always.chance(500);
        let code = pilot.retired_code(council).unwrap_or_else(|| council.gss_code());
        Written {
            name,
            gss_code: (always.chance(self.gives_code) && !bare).then(|| code.to_owned()),
            district: (always.chance(self.gives_district) && !bare).then_some(council.district.name),
            county: always.chance(self.gives_county).then_some(council.district.county),
        }
    }
}

fn suffix(council: &Council, draw: &mut Draw) -> &'static str {
    let kinds = match (council.town, council.parishes.len() > 1) {
        (true, _) => [" Town Council", " TC"],
        (false, true) => [" Group Parish Council", " Parish Council"],
        (false, false) => [" Parish Council", " PC"],
    };
    match draw.below(10) {
        0..=4 => kinds[0],
        5..=6 => kinds[1],
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENDER: Sender = Sender { id: "test", gives_code: 500, gives_district: 900, gives_county: 1000 };

    #[test]
    fn names_are_written_in_many_ways_and_one_in_fifty_with_a_slip() {
        let pilot = Pilot::new();
        let mut slips = 0;
        let mut suffixed = 0;
        for council in &pilot.councils {
            let written = SENDER.writes(council, &pilot, 2025);
            assert_eq!(written, SENDER.writes(council, &pilot, 2025));
            assert_eq!(written.county, Some(council.district.county));
            suffixed += usize::from(written.name.to_lowercase().ends_with("council"));
            slips += usize::from(written.name != SENDER.writes(council, &pilot, 2024).name);
        }
        assert!((5..50).contains(&slips), "{slips} names differ between two years");
        assert!((200..450).contains(&suffixed), "{suffixed} names end in council");
    }

    #[test]
    fn some_councils_that_share_a_name_are_given_nothing_to_tell_them_apart() {
        let pilot = Pilot::new();
        let bare = pilot.councils.iter().filter(|council| council.shares_name).filter(|council| {
            let written = SENDER.writes(council, &pilot, 2025);
            written.gss_code.is_none() && written.district.is_none()
        });
        assert!((3..=20).contains(&bare.count()));
    }
}
