//! What changed since a council's score last said something else.
//!
//! In: a [`SinceLast`] and the evidence on the page. Out: the context of a section of `council.html`. Always holds: every
//! change names what caused it, and leads there where that is on the page.

use super::findings::{self, Source};
use super::history::{Cause, cause};
use super::words::{self, Named, When};
use crate::scoring::{ScoreChange, WhatChanged};
use crate::triage::{EvidenceView, SinceLast};

/// The section.
pub struct Since<'a> {
    pub as_of: When,
    pub cause: Option<Made>,
    /// Band and points then and now.
    pub moved: String,
    pub other_rules: bool,
    pub changes: Vec<Change<'a>>,
    /// Points that what is still held doesn't explain.
    pub unexplained: Option<String>,
}

/// What made the newer score.
pub struct Made {
    pub link: Option<String>,
    pub text: String,
}

/// One change.
pub struct Change<'a> {
    pub indicator: Named,
    pub what: &'static str,
    pub says: &'a str,
    /// With its sign.
    pub points: String,
    pub because: &'a str,
    pub sources: Vec<Source<'a>>,
}

impl<'a> Since<'a> {
    /// The section of one council.
    pub fn of(since: &'a SinceLast, evidence: &'a [EvidenceView]) -> Since<'a> {
        let stood = |band, points| format!("{} ({} points)", words::band(band).title, words::points(points));
        let by_id = findings::by_id(evidence);
        let change = |change: &'a ScoreChange| Change {
            indicator: words::indicator(change.indicator),
            what: what(change.what),
            says: &change.says,
            points: words::change(change.points),
            because: &change.because,
            sources: change.evidence.iter().map(|id| findings::source(*id, &by_id)).collect(),
        };
        Since {
            as_of: words::day(since.as_of),
            cause: since.cause.as_deref().map(made),
            moved: format!(
                "{} then, {} now.",
                stood(since.band_before, since.points_before),
                stood(since.band, since.points)
            ),
            other_rules: since.other_rules,
            changes: since.changes.iter().map(change).collect(),
            unexplained: (since.unexplained != 0).then(|| words::points(since.unexplained)),
        }
    }
}

fn made(by: &str) -> Made {
    match cause(by) {
        Cause::Run { link, id, feed } => Made { link: Some(link), text: format!("run {id} of {feed}") },
        Cause::Words(words) => Made { link: None, text: words.to_lowercase() },
    }
}

fn what(what: WhatChanged) -> &'static str {
    match what {
        WhatChanged::New => "New",
        WhatChanged::Gone => "No longer counts",
        WhatChanged::Points => "Counts otherwise",
        WhatChanged::Assessed => "Assessed now",
        WhatChanged::NotAssessed => "No longer assessed",
    }
}
