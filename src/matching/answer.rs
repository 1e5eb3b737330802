//! What matching is asked and what it answers.
//!
//! In: how a source names a council, and the register. Out: an [`Answer`] that says what was decided and why. Always
//! holds: `Matched` means that exactly one council can be meant; anything that leaves two is `Review`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a source names a council. Everything but the name is evidence that may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    pub name: &'a str,
    pub gss_code: Option<&'a str>,
    /// A district or a unitary council; a county written here is taken for what it is.
    pub district: Option<&'a str>,
    /// A county; a district written here is taken for what it is.
    pub county: Option<&'a str>,
}

/// One entry of the register that a name may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The council; parishes of one group that share it are one answer.
    pub council_id: i64,
    pub gss_code: String,
    pub name: String,
    /// Names it had, and names that a person has said mean it.
    pub other_names: Vec<String>,
    /// The name of the grouped council that serves this parish, where it has one of its own.
    pub council_name: Option<String>,
    /// Empty where the register gives none.
    pub district: String,
    /// Empty where the register gives none.
    pub county: String,
    pub current: bool,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Matched,
    Review,
    None,
}

/// A council that may be meant, and what speaks for and against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    pub council_id: i64,
    pub gss_code: String,
    pub name: String,
    pub district: String,
    pub county: String,
    /// 0 to 1000.
    pub score: u16,
    /// In words: "same name but for the word Parish Council", "the district agrees".
    pub reasons: Vec<String>,
}

/// The answer for one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    pub decision: Decision,
    /// Best first, at most ten; with `Matched` only the council.
    pub candidates: Vec<Candidate>,
    /// One sentence: why this decision.
    pub reason: String,
}
