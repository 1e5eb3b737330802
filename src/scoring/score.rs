//! What scoring a council gives: points by indicator, a band, and every reason.
//!
//! In: filled by [`super::engine`]. Out: read by pages, the API and the command line. Always holds: points are whole
//! milli-points (1/1000 of a point), so that the same evidence and rules give the same figures on every machine.

use crate::evidence::{EvidenceKind, Standing};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The five indicators of poor performance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Indicator {
    A,
    B,
    C,
    D,
    E,
}

impl Indicator {
    pub const ALL: [Indicator; 5] = [Indicator::A, Indicator::B, Indicator::C, Indicator::D, Indicator::E];

    /// `a` to `e`.
    pub fn letter(self) -> &'static str {
        match self {
            Indicator::A => "a",
            Indicator::B => "b",
            Indicator::C => "c",
            Indicator::D => "d",
            Indicator::E => "e",
        }
    }

    /// The words shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Indicator::A => "Audit and accounts",
            Indicator::B => "Procedures and decisions",
            Indicator::C => "Council, councillors and staff",
            Indicator::D => "Council and community",
            Indicator::E => "Other law-breaking",
        }
    }

    /// The indicator of that letter, if there is one.
    pub fn named(letter: &str) -> Option<Indicator> {
        Self::ALL.into_iter().find(|indicator| indicator.letter() == letter)
    }
}

/// How a council stands. In order of priority, lowest first; `NotAssessed` is apart: nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    NoCurrentConcern,
    NotAssessed,
    Monitor,
    OfferSupport,
    PriorityReview,
}

impl Band {
    pub const ALL: [Band; 5] =
        [Band::PriorityReview, Band::OfferSupport, Band::Monitor, Band::NotAssessed, Band::NoCurrentConcern];

    /// The word used in rules, in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Band::NoCurrentConcern => "no_current_concern",
            Band::NotAssessed => "not_assessed",
            Band::Monitor => "monitor",
            Band::OfferSupport => "offer_support",
            Band::PriorityReview => "priority_review",
        }
    }

    /// The words shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Band::NoCurrentConcern => "No current concern",
            Band::NotAssessed => "Not assessed",
            Band::Monitor => "Monitor",
            Band::OfferSupport => "Offer support",
            Band::PriorityReview => "Priority review",
        }
    }

    /// The band of that name, if there is one.
    pub fn named(name: &str) -> Option<Band> {
        Self::ALL.into_iter().find(|band| band.name() == name)
    }
}

/// Whether anything is known that would let us speak about one indicator, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    pub indicator: Indicator,
    pub assessed: bool,
    /// A sentence: what it was assessed by, or what is missing.
    pub because: String,
}

/// One indicator's share of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorScore {
    pub indicator: Indicator,
    /// Milli-points now.
    pub points: i64,
}

/// One rule that fired on one fact (or, for an aggregate, on several).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScoredItem {
    pub rule: String,
    /// The catalogue's id, such as `a8`.
    pub catalogue: String,
    pub indicator: Indicator,
    /// Ids of the evidence that matched, smallest first.
    pub evidence: Vec<i64>,
    pub kind: EvidenceKind,
    /// 1 minor, 2 moderate, 3 serious, 4 critical; after any step up.
    pub severity: u8,
    /// Whether the evidence is an officer's opinion.
    pub opinion: bool,
    /// The day from which it is counted.
    pub counted_from: Date,
    /// The first day on which it counts for nothing. For what does not fade while it lasts, as if it ended on the day of the
    /// score: this day moves on until then, and an adjustment says so.
    pub expires_on: Date,
    /// Milli-points before decay, shares and halving.
    pub full_points: i64,
    /// Milli-points now.
    pub points: i64,
    /// The plain sentence of the rule, filled in.
    pub says: String,
    /// Where the rule comes from: Act, regulation, guide.
    pub cite: String,
    /// What would clear it.
    pub clears: String,
    /// What changed its points, in order: "one severity up because it was not disclosed", "a quarter, because ...".
    pub adjustments: Vec<String>,
}

/// A fact, or a rule's firing on it, that was looked at and does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ignored {
    pub evidence: i64,
    pub kind: EvidenceKind,
    pub standing: Standing,
    /// A stable code: `allegation`, `disputed`, `withdrawn`, `superseded`, `expired`, `no_rule`, `cannot_say`,
    /// `not_in_force`, `not_dated`, `future`, `mitigated_to_nothing`, `capped`; for good news `answers` (it takes off part
    /// of an item) and `covers` (it lets us speak of an indicator).
    pub code: String,
    /// The same in a sentence.
    pub because: String,
}

/// What would bring a band down: the day, and the fewest things. Empty where there is nothing to come down from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Clearing {
    /// The first change of the band if nothing new comes.
    pub by_waiting: Option<Prospect>,
    /// What brings it down at once; none where nothing that can be cleared does.
    pub by_doing: Option<Remedy>,
    /// Of a council that is not assessed: what would have to be known.
    pub by_knowing: Vec<Gap>,
}

/// What becomes of a band if nothing new comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Prospect {
    /// The first day on which it is lower. `to` is none where it depends on coverage then: no current concern, or not
    /// assessed.
    Falls { on: Date, to: Option<Band> },
    /// It rises before it falls.
    Rises { on: Date, to: Option<Band> },
    /// It stays for as long as these rules' items last, most points first.
    Held { rules: Vec<String> },
}

/// A set of items that, once cleared, leave a lower band today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Remedy {
    /// Most points first.
    pub items: Vec<RemedyItem>,
    /// The band then; none where it depends on coverage: no current concern, or not assessed.
    pub to: Option<Band>,
    /// Whether no smaller set does. Otherwise there were too many sets to try them all.
    pub smallest: bool,
}

/// One item to clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemedyItem {
    pub rule: String,
    /// Ids of the evidence that matched, smallest first.
    pub evidence: Vec<i64>,
    /// What clears it, as its rule says.
    pub clears: String,
}

/// An indicator of which nothing can be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    pub indicator: Indicator,
    /// What is missing, in a sentence.
    pub missing: String,
}

/// A council's score on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Score {
    pub as_of: Date,
    /// SHA-256 (hex) of the rule set.
    pub rule_set: String,
    /// SHA-256 (hex) of everything that went in: evidence, context, coverage, date, the band before.
    pub inputs: String,
    /// Milli-points in all.
    pub total: i64,
    /// Always all five, `a` first.
    pub indicators: Vec<IndicatorScore>,
    pub band: Band,
    /// A sentence: why this band and no other (points, a critical item, a cap, hysteresis, thin coverage, something received
    /// that can't be weighed).
    pub band_because: String,
    /// Always all five, `a` first.
    pub coverage: Vec<Coverage>,
    /// What counts, most points first.
    pub items: Vec<ScoredItem>,
    /// What was looked at and does not count.
    pub ignored: Vec<Ignored>,
    /// What would bring the band down: first the day on which time does, or that waiting does not help; then what the
    /// council can do. In sentences.
    pub would_clear: Vec<String>,
    /// The same in parts, for programs.
    pub clearing: Clearing,
    /// One plain sentence for Monday's list.
    pub sentence: String,
}
