//! Lists that are held for a person: how they are shown, and what becomes of them.
//!
//! In: a run, and who decides what and why. Out: the bytes to be taken, or nothing. Always holds: a hold is decided once, by
//! somebody who sees the feed whole, and the log says so; a run out of sight is told as one that there isn't.

use super::runs::{HoldDecision, HoldView};
use super::sources::{sight, unknown_run};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Sight};
use crate::error::{AppError, Code};
use crate::personal::checked_reason;
use crate::store::holds::HoldRow;
use crate::store::{Store, StoreError, feeds, holds};
use jiff::Timestamp;

/// A list that is to be taken after all.
#[derive(Clone)]
pub struct Released {
    pub feed: String,
    pub file_name: String,
    pub content_type: Option<String>,
    pub bytes: Vec<u8>,
}

/// Decides about a held list: taken (`release`) or not. Gives what is to be taken.
///
/// # Errors
/// [`Code::RunUnknown`] for a run that there isn't, is out of sight or was never held; [`Code::InputRefused`] when it waits no
/// longer, its bytes are gone, or the reason can't be logged; otherwise when the database fails.
pub fn decide(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    (run, release, reason): (i64, bool, &str),
) -> Result<Option<Released>, AppError> {
    let sources = actor.sources(Action::Release)?;
    store.record(|connection| {
        let hold = holds::of_run(connection, run)?.ok_or_else(|| unknown_run(run))?;
        let feed = feeds::one(connection, &hold.feed)?.ok_or_else(|| unknown_run(run))?;
        if sight(&sources, &feed)? != Some(Sight::Whole) {
            return Err(unknown_run(run));
        }
        let reason = checked_reason(reason, &[])?;
        let document = feeds::document(connection, &hold.sha256)?.filter(|document| !document.bytes.is_empty());
        if release && document.is_none() {
            return Err(refused("The bytes of this list are no longer kept.", "Ask the sender for the list again."));
        }
        let (decision, action) = if release { ("released", "run.released") } else { ("refused", "run.refused") };
        if !holds::decide(connection, run, (decision, &actor.reference(), &reason), now.as_microsecond())? {
            return Err(refused("This list waits no longer.", "The page of the run says what became of it."));
        }
        let told = serde_json::json!({ "feed": hold.feed, "sha256": hold.sha256, "reason": reason });
        audit::append(connection, actor, &Event::new(action, format!("run:{run}")).with(told), now)?;
        Ok(document.filter(|_| release).map(|document| Released {
            feed: hold.feed,
            file_name: document.file_name,
            content_type: document.content_type,
            bytes: document.bytes,
        }))
    })
}

fn refused(happened: &str, next: &str) -> AppError {
    AppError::new(Code::InputRefused, happened, next)
}

/// A hold as it is shown.
pub(super) fn view(hold: &HoldRow) -> Result<HoldView, StoreError> {
    let corrupt = |because: &str| StoreError::Corrupt {
        place: format!("the hold of run {}", hold.run_id),
        because: because.to_owned(),
    };
    let instant = |at: i64| Timestamp::from_microsecond(at).map_err(|_| corrupt("an instant can't be read"));
    Ok(HoldView {
        held_at: instant(hold.held_at)?,
        decision: match hold.decision.as_deref() {
            None => None,
            Some("released") => Some(HoldDecision::Released),
            Some("refused") => Some(HoldDecision::Refused),
            Some("overtaken") => Some(HoldDecision::Overtaken),
            Some(_) => return Err(corrupt("its decision is unknown")),
        },
        decided_at: hold.decided_at.map(instant).transpose()?,
        reason: hold.reason.clone(),
        decision_reason: hold.decision_reason.clone(),
    })
}
