//! A council's annual returns, and what the auditor says of each.
//!
//! In: a council's income, its twists, and the demo's years. Out: a [`Return`] a year. Always holds: an outcome is one
//! that the consistency grid allows (a qualified one has an except-for matter, an interim one no certificate, an exempt
//! council no more than 25,000 pounds); an ordinary council is never qualified for one thing two years running.

use super::beats::{ReturnBeat, Twist};
use super::draw::{Draw, later, on};
use super::habits::{Touches, touched_by};
use super::happenings::{Matter, Return, ReturnVersion};
use jiff::civil::Date;

/// Up to this much income and expenditure a council can certify itself exempt from review.
pub const EXEMPT_UP_TO: u32 = 25_000;

/// Reasons for which an ordinary council's opinion is qualified, by how common they are.
const USUAL_EXCEPT_FOR: &[(u32, &str)] = &[
    (36, "approval_order"),
    (14, "wrong_form"),
    (34, "misstatement"),
    (9, "public_rights"),
    (1, "risk_management"),
    (3, "law_and_practice"),
    (3, "other"),
];

/// Matters that an auditor mentions without qualifying the opinion.
const USUAL_OTHER: &[(u32, &str)] = &[(40, "arithmetic"), (35, "variance_unexplained"), (25, "comparatives")];

/// What a council earns or spends in the first of the demo's years, in pounds: half of the councils are small.
pub fn first_income(number: usize, town: bool) -> u32 {
    let mut draw = Draw::about("income", number);
    if town {
        return draw.between(140_000, 980_000);
    }
    match draw.below(100) {
        0..=52 => draw.between(3_200, 21_000),
        53..=55 => draw.between(22_500, 26_500),
        56..=93 => draw.between(29_000, 180_000),
        _ => draw.between(180_000, 420_000),
    }
}

/// The returns of one council (its number, and whether it is a town), oldest year first: `years` are the calendar years
/// in which the financial years end, and a twist's distance counts back from the last of them; no twists at all are those
/// of an ordinary council.
pub fn returns((number, town): (usize, bool), years: &[i16], twists: Option<&[ReturnBeat]>) -> Vec<Return> {
    let mut income = first_income(number, town);
    let mut returned: Vec<Return> = Vec::new();
    let last = years.last().copied().unwrap_or_default();
    for (position, year) in years.iter().copied().enumerate() {
        let mut draw = Draw::about("return", number * 16 + position);
        if position > 0 {
            income += income * draw.between(1, 6) / 100;
        }
        let before: Vec<&'static str> = returned
            .last()
            .and_then(|earlier| earlier.versions.last())
            .map(|version| version.matters.iter().map(|matter| matter.reason).collect())
            .unwrap_or_default();
        let mut of_year: Vec<Twist> = Vec::new();
        for (back, twist) in twists.unwrap_or_default() {
            if last.saturating_sub(*back) == year {
                of_year.push(*twist);
            }
        }
        // Where an arc says nothing of a year, the year is mostly a quiet one, so that the arc can be heard.
        if of_year.is_empty() && twists.is_some() && income > EXEMPT_UP_TO && draw.chance(700) {
            of_year.push(Twist::Clean);
        }
        let mut telling = Telling { year, income, before, draw };
        returned.push(telling.told(&of_year));
    }
    returned
}

/// One year of one council, being told.
struct Telling {
    year: i16,
    income: u32,
    /// Reasons that the auditor gave the year before.
    before: Vec<&'static str>,
    draw: Draw,
}

impl Telling {
    fn told(&mut self, twists: &[Twist]) -> Return {
        if twists.contains(&Twist::NoReturn) {
            return self.missing(false);
        }
        if twists.contains(&Twist::ReturnedInWinter) {
            return self.missing(true);
        }
        if twists.contains(&Twist::WronglyExempt) {
            return self.wrongly_exempt();
        }
        if self.income <= EXEMPT_UP_TO && twists.is_empty() {
            let listed = self.exempt();
            return self.returned(false, vec![listed]);
        }
        self.reviewed(twists)
    }

    fn returned(&self, reminder_sent: bool, versions: Vec<ReturnVersion>) -> Return {
        Return { year: self.year, income: self.income, reminder_sent, versions }
    }

    fn matter(&self, reason: &'static str, except_for: bool, undisclosed: bool) -> Matter {
        // Assertion 10 was new in 2025/26.
        let reason = if reason == "digital_and_data" && self.year < 2026 { "other" } else { reason };
        Matter { except_for, reason, undisclosed, repeat: self.before.contains(&reason) }
    }

    fn missing(&mut self, came_in_winter: bool) -> Return {
        let noted = ReturnVersion {
            known_from: self.draw.day(on(self.year, 10, 9), 10),
            status: "no_return",
            certified_on: None,
            submitted_on: None,
            matters: Vec::new(),
        };
        let mut versions = vec![noted];
        if came_in_winter {
            let submitted_on = self.draw.day(on(self.year + 1, 1, 10), 30);
            let certified_on = self.draw.day(later(submitted_on, 35), 20);
            versions.push(ReturnVersion {
                known_from: later(certified_on, 6),
                status: "qualified",
                certified_on: Some(certified_on),
                submitted_on: Some(submitted_on),
                matters: vec![self.matter("approval_order", true, false)],
            });
        }
        self.returned(true, versions)
    }

    fn exempt(&mut self) -> ReturnVersion {
        let submitted_on = self.draw.day(on(self.year, 5, 2), 58);
        ReturnVersion {
            known_from: later(submitted_on, 10).max(on(self.year, 7, 15)),
            status: "exempt",
            certified_on: None,
            submitted_on: Some(submitted_on),
            matters: Vec::new(),
        }
    }

    fn wrongly_exempt(&mut self) -> Return {
        let first = self.exempt();
        let found = ReturnVersion {
            known_from: self.draw.day(on(self.year, 10, 8), 14),
            status: "incorrectly_exempt",
            ..first.clone()
        };
        self.returned(false, vec![first, found])
    }

    /// A return that the firm reviews: an interim letter first where it isn't done by the end of September, sometimes a
    /// restatement months later.
    fn reviewed(&mut self, twists: &[Twist]) -> Return {
        let due = on(self.year, 6, 30);
        let late = twists.iter().find_map(|twist| if let Twist::Late(days) = twist { Some(*days) } else { None });
        let late = late.map(i32::from).or_else(|| self.draw.chance(50).then(|| 1 + self.draw_days(24)));
        let submitted_on = match late {
            Some(days) => later(due, days),
            None => self.draw.day(on(self.year, 5, 22), 38),
        };
        let matters = self.matters(twists);
        // What an arc tells of is not left waiting over the winter.
        let slow = twists.is_empty() && self.draw.chance(85);
        let certified_on = if slow {
            self.draw.day(on(self.year, 11, 25), 80)
        } else if late.is_some_and(|days| days > 60) {
            self.draw.day(later(submitted_on, 20), 8)
        } else {
            self.draw.day(on(self.year, 8, 1), 58).max(later(submitted_on, 25))
        };
        let mut versions = Vec::new();
        if certified_on > on(self.year, 10, 14) {
            versions.push(ReturnVersion {
                known_from: self.draw.day(on(self.year, 10, 1), 9).max(later(submitted_on, 5)),
                status: "interim",
                certified_on: None,
                submitted_on: Some(submitted_on),
                matters: Vec::new(),
            });
        }
        let version = ReturnVersion {
            known_from: self.draw.day(later(certified_on, 2), 9),
            status: status(&matters),
            certified_on: Some(certified_on),
            submitted_on: Some(submitted_on),
            matters,
        };
        let restated = (twists.is_empty() && self.draw.chance(35)).then(|| self.restated(&version, certified_on));
        versions.push(version);
        versions.extend(restated);
        self.returned(late.is_some_and(|days| days > 9), versions)
    }

    fn draw_days(&mut self, most: u32) -> i32 {
        i32::try_from(self.draw.below(most)).unwrap_or(0)
    }

    fn matters(&mut self, twists: &[Twist]) -> Vec<Matter> {
        let told: Vec<Matter> = twists
            .iter()
            .filter_map(|twist| match twist {
                Twist::ExceptFor { reason, hidden } => Some(self.matter(reason, true, *hidden)),
                Twist::Other(reason) => Some(self.matter(reason, false, false)),
                _ => None,
            })
            .collect();
        if !told.is_empty() || twists.contains(&Twist::Clean) {
            return told;
        }
        let (except_for, other) = match self.draw.below(100) {
            0..=16 => (1, 0),
            17..=18 => (1, 1),
            19..=33 => (0, 1),
            34..=35 => (0, 2),
            _ => (0, 0),
        };
        let mut matters: Vec<Matter> = Vec::new();
        for (list, wanted, is_except_for) in [(USUAL_EXCEPT_FOR, except_for, true), (USUAL_OTHER, other, false)] {
            for _ in 0..wanted {
                let Some(reason) = self.draw.weighted(list) else { continue };
                let again = self.before.contains(reason) || matters.iter().any(|matter| matter.reason == *reason);
                if !again {
                    let answered = matches!(touched_by(reason), Touches::Assertion(_));
                    let undisclosed = is_except_for && answered && self.draw.chance(60);
                    matters.push(self.matter(reason, is_except_for, undisclosed));
                }
            }
        }
        matters
    }

    /// The auditor corrects: a clean outcome turns out to have something to mention, a qualified one not to be.
    fn restated(&mut self, version: &ReturnVersion, certified_on: Date) -> ReturnVersion {
        let mut matters: Vec<Matter> =
            version.matters.iter().map(|matter| Matter { except_for: false, undisclosed: false, ..*matter }).collect();
        if matters.is_empty() {
            matters.push(self.matter("comparatives", false, false));
        }
        let restated_on = self.draw.day(later(certified_on, 70), 80);
        ReturnVersion {
            known_from: later(restated_on, 5),
            status: status(&matters),
            certified_on: Some(restated_on),
            submitted_on: version.submitted_on,
            matters,
        }
    }
}

/// The status that goes with the matters of a final report.
fn status(matters: &[Matter]) -> &'static str {
    if matters.iter().any(|matter| matter.except_for) {
        "qualified"
    } else if matters.is_empty() {
        "unqualified"
    } else {
        "unqualified_other_matters"
    }
}
