//! Review: what people decide of rows that a run held back, and of runs themselves.
//!
//! In: an actor's answer, mended cells, a reason. Out: evidence, scores, and the record of who decided. Always holds: a
//! decision takes effect in one transaction with its entry in the audit log, under a run of its own, so that evidence says
//! where it came from; whatever a decision did can be undone, by appending; what isn't the actor's to decide is answered as
//! something that isn't there.

mod bring;
mod decide;
mod mend;
mod queue;
mod runs;

pub use decide::{Answer, Decided, DecisionView, accept, decide, decisions, undo};
pub use mend::{MendOutcome, Mended, Replayed, mend, replay};
pub use queue::{Asked, Found, Question, councils_named, questions};
pub(crate) use runs::refuse_undone;
pub use runs::{Undone, take_again, undo_run};

use crate::auth::{Action, Actor, Reach, Sight, Sources};
use crate::error::{AppError, Code};
use crate::matching::Candidate;
use crate::store::feeds::FeedRow;
use crate::store::review::WaitingRow;
use crate::store::{Database, StoreError, feeds};
use crate::triage;
use jiff::Timestamp;

/// How far an actor may decide.
struct Access {
    sources: Sources,
    reach: Reach,
}

impl Access {
    /// As [`Actor::may`] for [`Action::Decide`].
    fn of(actor: &Actor) -> Result<Access, AppError> {
        Ok(Access { sources: actor.sources(Action::Decide)?, reach: actor.reach(Action::Decide)? })
    }

    /// Whether a question of a feed may be decided: of a feed that is seen whole, or where every council that may be meant
    /// is within reach.
    fn covers(&self, feed: &FeedRow, candidates: &[Candidate]) -> Result<bool, StoreError> {
        Ok(match triage::sight(&self.sources, feed)? {
            Some(Sight::Whole) => true,
            Some(Sight::Figures) => {
                !candidates.is_empty() && candidates.iter().all(|council| self.reaches(&council.county))
            }
            None => false,
        })
    }

    fn is_whole(&self, feed: &FeedRow) -> Result<bool, StoreError> {
        Ok(triage::sight(&self.sources, feed)? == Some(Sight::Whole))
    }

    fn reaches(&self, county: &String) -> bool {
        match &self.reach {
            Reach::Nation => true,
            Reach::Counties(counties) => counties.contains(county),
            Reach::Council(_) | Reach::Nothing => false,
        }
    }
}

/// A held row's candidates.
fn candidates(row: &WaitingRow) -> Result<Vec<Candidate>, StoreError> {
    parsed(&format!("held row {}", row.id), &row.candidates)
}

fn parsed<T: serde::de::DeserializeOwned>(place: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| corrupt(place, e))
}

fn corrupt(place: &str, because: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { place: place.to_owned(), because: because.to_string() }
}

fn instant(at: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(at).map_err(|e| corrupt("an instant", e))
}

/// The feed of a row; every row has one.
fn feed_of(connection: &mut Database, id: &str) -> Result<FeedRow, StoreError> {
    feeds::one(connection, id)?.ok_or_else(|| corrupt(&format!("feed {id}"), "it is not there"))
}

fn unknown(what: &str, number: i64) -> AppError {
    AppError::new(
        Code::RecordUnknown,
        format!("There is no {what} {number}."),
        "It may be settled since, or belong to another organisation: look at the review queue again.",
    )
}

fn refused(happened: impl Into<String>, next: impl Into<String>) -> AppError {
    AppError::new(Code::InputRefused, happened, next)
}

/// The longest reason that is taken, in characters.
const LONGEST_REASON: usize = 300;

/// A reason as it is kept for good: it says something and names nobody.
fn checked_reason(reason: &str) -> Result<String, AppError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON || reason.chars().any(char::is_control) {
        let happened = format!("A reason of 1 to {LONGEST_REASON} characters on one line is needed.");
        return Err(refused(happened, "Say in a sentence why; it stays in the log."));
    }
    if let Some(finding) = crate::personal::screening::screen(reason) {
        let happened = format!("The reason holds what looks like {}.", finding.words());
        return Err(refused(happened, "The reason stays in the log for good. Write it without naming anybody."));
    }
    Ok(reason.to_owned())
}
