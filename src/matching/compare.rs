//! What speaks for and against one entry of the register, as points that can be read one by one.
//!
//! In: how the name agrees, what the district and county say, whether the code is its own. Out: a score from 0 to 1000
//! and the reasons it is made of. Always holds: the score is the sum of the points in the reasons, kept within 0 to 1000.

use super::answer::Candidate;
use super::index::Known;
use super::places::Bearing;

/// How a name agrees with one of an entry's names; the first is the closest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Letter for letter, but for capitals.
    Same,
    /// But for writing habits: council words, St and Saint, &, hyphens, apostrophes, spaces.
    Written,
    /// The name of the grouped council that serves it.
    Council,
    /// But for the word Town or Village.
    Kind,
    /// A name it had or is known by.
    Former,
    /// The same letters, but a word that tells neighbours apart is written as one with the next.
    Spaced,
    /// The same words in another order.
    Order,
    /// The same words, Latin for English.
    Latin,
    /// But for a slip of the pen, of so many edits.
    Slip(u8),
    /// But for what stands in brackets, in the register or at the source.
    Brackets,
    /// But for `on the Wold`, `with Brambles` or the like.
    Short,
    /// One of several places that the name joins.
    Part,
    /// Alike by so many thousandths.
    Near(u16),
    /// Nothing but the code speaks for it.
    Unlike,
}

impl Likeness {
    fn points(self) -> i32 {
        match self {
            Likeness::Same => 700,
            Likeness::Written => 690,
            Likeness::Council => 680,
            Likeness::Kind => 660,
            Likeness::Former => 640,
            Likeness::Spaced => 630,
            Likeness::Order => 620,
            Likeness::Latin => 600,
            Likeness::Slip(1) => 580,
            Likeness::Slip(_) => 500,
            Likeness::Brackets => 560,
            Likeness::Short => 520,
            Likeness::Part => 420,
            Likeness::Near(alike) => i32::from(alike) * 2 / 5,
            Likeness::Unlike => 0,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Likeness::Same => "the name is the same",
            Likeness::Written => "the same name but for the way it is written",
            Likeness::Council => "the name of the council that serves it",
            Likeness::Kind => "the same name but for the word Town or Village",
            Likeness::Former => "a name that it had or is known by",
            Likeness::Spaced => "the same letters in other words",
            Likeness::Order => "the same words in another order",
            Likeness::Latin => "the same words, Latin for English",
            Likeness::Slip(1) => "one letter is different",
            Likeness::Slip(_) => "two letters are different",
            Likeness::Brackets => "the same name but for what stands in brackets or after it",
            Likeness::Short => "the same name but for what follows \"on\", \"with\" or the like",
            Likeness::Part => "one of the places that the name joins",
            Likeness::Near(_) => "the name is alike",
            Likeness::Unlike => "the name is another",
        }
    }
}

/// An entry found for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Its position in the index.
    pub entry: usize,
    pub likeness: Likeness,
    pub bearing: Bearing,
    pub coded: bool,
}

/// The points of a finding beside those of its name.
struct Points {
    code: i32,
    place: i32,
    standing: i32,
}

fn points(finding: &Finding, known: &Known) -> Points {
    let place = match finding.bearing {
        // Where its district had to be inferred it counts a little less.
        Bearing::District => 300 - if known.location_inferred { 20 } else { 0 },
        Bearing::County => 200 - if known.location_inferred { 20 } else { 0 },
        Bearing::Silent => 0,
        Bearing::Contradicts => -300,
    };
    Points { code: if finding.coded { 300 } else { 0 }, place, standing: if known.listed.current { 0 } else { -150 } }
}

/// The score of a finding, 0 to 1000.
#[must_use]
pub fn score(finding: &Finding, known: &Known) -> u16 {
    let Points { code, place, standing } = points(finding, known);
    let sum = finding.likeness.points() + code + place + standing;
    u16::try_from(sum.clamp(0, 1000)).unwrap_or(1000)
}

/// Everything that speaks for and against, in words with points.
fn reasons(finding: &Finding, known: &Known) -> Vec<String> {
    let Points { code, place, standing } = points(finding, known);
    let mut reasons = vec![format!("{} ({:+})", finding.likeness.words(), finding.likeness.points())];
    if code != 0 {
        reasons.push(format!("the code is its own ({code:+})"));
    }
    if place != 0 {
        reasons.push(format!("{} ({place:+})", place_words(finding.bearing, known)));
    }
    if standing != 0 {
        reasons.push(format!("it is no longer current ({standing:+})"));
    }
    reasons
}

fn place_words(bearing: Bearing, known: &Known) -> String {
    let listed = &known.listed;
    let place = match (listed.district.as_str(), listed.county.as_str()) {
        ("", "") if known.location_inferred => "the district of its predecessor of the same name".to_owned(),
        ("", "") => "England, where it lies,".to_owned(),
        ("", county) => format!("its county, {county},"),
        (district, "") => format!("its district, {district},"),
        (district, county) => format!("its district, {district} ({county}),"),
    };
    match bearing {
        Bearing::District | Bearing::Silent => format!("{place} agrees"),
        Bearing::County => format!("{place} agrees with the wider or narrower area given"),
        Bearing::Contradicts => format!("{place} does not agree with the area given"),
    }
}

/// A finding as a person reads it.
#[must_use]
pub fn candidate(finding: &Finding, known: &Known) -> Candidate {
    let listed = &known.listed;
    Candidate {
        council_id: listed.council_id,
        gss_code: listed.gss_code.clone(),
        name: listed.name.clone(),
        district: listed.district.clone(),
        county: listed.county.clone(),
        score: score(finding, known),
        reasons: reasons(finding, known),
    }
}
