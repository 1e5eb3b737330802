//! What pages and the API show: lines of Monday's list and one council whole.
//!
//! In: filled by the store and the engine. Out: rendered by `web`, serialised by `api`. Always holds: both doors show the
//! same figures, because both show these.

use crate::evidence::{EvidenceKind, Standing};
use crate::scoring::{Band, Indicator, IndicatorScore, Score};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a council's points have moved since about three months before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    Rising,
    Level,
    Falling,
    /// No earlier score to compare with.
    New,
}

/// What the list is sorted by; `Priority` is band, then points, then name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Priority,
    Name,
    Points,
    County,
    Trend,
}

/// Which councils, in which order, which part of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub county: Option<String>,
    pub band: Option<Band>,
    /// Councils with points under this indicator.
    pub indicator: Option<Indicator>,
    /// Part of the name, in any case.
    pub name: Option<String>,
    pub sort: Sort,
    /// Turns the sort's natural order round.
    pub reverse: bool,
    /// Only councils that come after this one in the sort's order.
    pub after: Option<LineKey>,
    /// From 0.
    pub offset: i64,
    /// 1 to 500.
    pub limit: i64,
}

/// What a line is sorted by: enough to go on after it, whatever has been added or moved since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineKey {
    pub band: Band,
    pub total: i64,
    pub county: String,
    pub change: Option<i64>,
    pub name: String,
    pub gss_code: String,
}

impl From<&CouncilLine> for LineKey {
    fn from(line: &CouncilLine) -> LineKey {
        LineKey {
            band: line.band,
            total: line.total,
            county: line.county.clone(),
            change: (line.trend != Trend::New).then_some(line.change),
            name: line.name.clone(),
            gss_code: line.gss_code.clone(),
        }
    }
}

/// One line of Monday's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CouncilLine {
    pub gss_code: String,
    pub name: String,
    pub district: String,
    pub county: String,
    pub band: Band,
    /// Milli-points.
    pub total: i64,
    /// All five, `a` first.
    pub indicators: Vec<IndicatorScore>,
    /// Indicators of which nothing can be said yet.
    pub not_assessed: Vec<Indicator>,
    pub sentence: String,
    pub trend: Trend,
    /// Milli-points since the score that the trend compares with; 0 when `New`.
    pub change: i64,
    pub as_of: Date,
}

/// A part of Monday's list, and what the filters can be set to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListPage {
    pub lines: Vec<CouncilLine>,
    /// How many councils the filters leave.
    pub matching: i64,
    /// How many there are in each band under the other filters, highest priority first; all five.
    pub bands: Vec<BandCount>,
    /// Every county of the register, in alphabetical order.
    pub counties: Vec<String>,
}

/// How many councils a band holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BandCount {
    pub band: Band,
    pub councils: i64,
}

/// A council as the register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CouncilDetails {
    pub gss_code: String,
    pub name: String,
    pub district: String,
    pub county: String,
    /// False once its code is retired.
    pub current: bool,
    /// Every parish that it serves: one, or several when grouped.
    pub parishes: Vec<ParishDetails>,
    /// Earlier names with the day until which we knew them, newest first.
    pub former_names: Vec<String>,
}

/// A parish as the register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParishDetails {
    pub gss_code: String,
    pub name: String,
    pub current: bool,
}

/// One version of one item of evidence, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceView {
    pub id: i64,
    pub kind: EvidenceKind,
    pub feed: String,
    /// The feed's title, for people.
    pub source: String,
    pub version: i32,
    /// Whether a later version of the same thing has replaced it.
    pub superseded: bool,
    pub standing: Standing,
    pub happened_on: Option<Date>,
    pub determined_on: Option<Date>,
    pub known_at: Timestamp,
    pub url: Option<String>,
    /// Field and value in words, in the order of the kind's table.
    pub says: Vec<(String, String)>,
    /// The run that brought it.
    pub run_id: i64,
}

/// One score of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryPoint {
    pub as_of: Date,
    pub computed_at: Timestamp,
    pub band: Band,
    /// Milli-points.
    pub total: i64,
    /// What made us score: `run 12 of saaa-north`, `daily`, `rules`.
    pub cause: String,
    pub rule_set: String,
}

/// A council whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CouncilWhole {
    pub council: CouncilDetails,
    pub score: Score,
    /// Who says each of the score's items, in their order.
    pub agreement: Vec<super::Agreement>,
    /// What changed since its score last said something else; none for a first score.
    pub since: Option<super::SinceLast>,
    /// Every version of every item, newest first.
    pub evidence: Vec<EvidenceView>,
    /// Answers that its returns have to give because a report asked for them, the latest year first.
    pub obligations: Vec<super::Obligation>,
    /// Membership, training, awards and the like, where a source says any of it. It says nothing for or against the council's
    /// conduct: no score depends on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engagement: Vec<super::Engagement>,
    /// Newest first.
    pub history: Vec<HistoryPoint>,
}
