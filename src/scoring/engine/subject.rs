//! What is scored: one council with everything that is known of it on a day.
//!
//! In: filled by whoever loads the evidence (the current version of each chain, as known on the day). Out: read by the
//! engine. Always holds: nothing here is a clock or a connection, so a [`Subject`] can be scored again in ten years.

use crate::evidence::{EvidenceKind, Fact, Standing};
use crate::scoring::expression::CouncilContext;
use crate::scoring::score::Band;
use jiff::civil::Date;

/// A feed of a source kind that covers this council's county, with the day of its last successful run known by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCover {
    /// Such as `complaints`, as rules name it.
    pub source_kind: String,
    /// The feed's name.
    pub feed: String,
    /// The feed's title, for people.
    pub title: String,
    pub last_run_on: Date,
    /// The first day on which it was late with something new, by what is expected of it; none while it isn't. A late source
    /// assesses nothing.
    pub late_since: Option<Date>,
}

/// An older version of an item that a newer one replaced: for the list of what was ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    pub evidence: i64,
    pub kind: EvidenceKind,
    pub standing: Standing,
    /// The evidence that replaced it.
    pub by: i64,
}

/// One council on one day, as the engine takes it. The order of the slices means nothing.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub council: &'a CouncilContext,
    /// The current version of everything that is known, an item and its matters each.
    pub facts: &'a [Fact],
    pub superseded: &'a [Superseded],
    pub sources: &'a [SourceCover],
    /// The band of the score before this one, for hysteresis; none for the first.
    pub previous_band: Option<Band>,
}

impl<'a> Subject<'a> {
    /// The older versions, but for those of context only.
    pub(super) fn scored_versions(&self) -> impl Iterator<Item = &'a Superseded> {
        self.superseded.iter().filter(|version| !version.kind.is_context())
    }
}
