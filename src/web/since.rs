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
    /// All but what only faded.
    pub changes: Vec<Change<'a>>,
    /// What time alone took off.
    pub faded: Option<String>,
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
        let (faded, told): (Vec<&ScoreChange>, Vec<&ScoreChange>) =
            since.changes.iter().partition(|change| change.what == WhatChanged::Faded);
        Since {
            as_of: words::day(since.as_of),
            // A run that changed nothing of it only happened to be there when it had faded.
            cause: since.cause.as_deref().filter(|_| !told.is_empty() || faded.is_empty()).map(made),
            moved: format!(
                "{} then, {} now.",
                stood(since.band_before, since.points_before),
                stood(since.band, since.points)
            ),
            other_rules: since.other_rules,
            changes: told.into_iter().map(change).collect(),
            faded: fading(&faded),
            unexplained: (since.unexplained != 0).then(|| words::points(since.unexplained)),
        }
    }
}

/// In a sentence, what time alone took off.
fn fading(faded: &[&ScoreChange]) -> Option<String> {
    let points: i64 = faded.iter().map(|change| change.points).sum();
    let items = words::plural(i64::try_from(faded.len()).unwrap_or(i64::MAX), "item", "items");
    let verb = if faded.len() == 1 { "counts" } else { "count" };
    (!faded.is_empty())
        .then(|| format!("By the passing of time alone, {items} {verb} for {} points less.", words::points(-points)))
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
        WhatChanged::Faded => "Fades",
        WhatChanged::Points => "Counts otherwise",
        WhatChanged::Assessed => "Assessed now",
        WhatChanged::NotAssessed => "No longer assessed",
    }
}
