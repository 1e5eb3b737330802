//! Taking back what a run brought.
//!
//! In: a run and a reason. Out: the evidence as it was before, appended. Always holds: only what is still the current
//! version of its record is taken back; the document that the run read is refused from its feed until somebody allows it.

use super::bring::{Figures, Work};
use super::{Access, checked_reason, refused};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::{Action, Actor};
use crate::error::{AppError, Code};
use crate::evidence::Standing;
use crate::ingest::Trigger;
use crate::store::evidence::NewEvidence;
use crate::store::review;
use crate::store::runs::RunRow;
use crate::store::undos::{self, UndoRow};
use crate::store::{Database, feeds, mendings};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Undone {
    /// The run that put back what was known before.
    pub run: i64,
    /// Records that say again what they said before the run.
    pub restored: usize,
    /// Records that the run had brought, withdrawn.
    pub withdrawn: usize,
    /// Records of the run that something later has replaced: they stay.
    pub later: usize,
    /// How many councils have another score.
    pub rescored: usize,
}

fn access(actor: &Actor) -> Result<Access, AppError> {
    Ok(Access { sources: actor.sources(Action::UndoRuns)?, reach: actor.reach(Action::UndoRuns)? })
}

/// Takes back what a run brought.
///
/// # Errors
/// As [`Actor::may`]; [`Code::RunUnknown`] for a run that isn't there or isn't the actor's; [`Code::AlreadyDecided`] for one
/// that was taken back already; [`Code::InputRefused`] for one that brought nothing, and for the reason;
/// [`Code::FeedBusy`] while the feed is pulled; database failures.
pub fn undo_run(app: &App, actor: &Actor, (id, reason): (i64, &str)) -> Result<Undone, AppError> {
    let access = access(actor)?;
    app.store.record(|connection| {
        let run = super::mend::own_run(connection, &access, id)?;
        let reason = checked_reason(reason)?;
        can_be_undone(connection, &run)?;
        let feed = app.feed(&run.feed)?;
        let work = Work::begin(connection, (app, feed), Trigger::Undo)?;
        let back = back(&run, &review::versions_touched(connection, &run.feed, id)?);
        if run.trigger_kind == "mending" {
            mendings::end_mendings(connection, id, (work.now.as_microsecond(), &actor.reference()))?;
        }
        // The held rows of a list that is taken back wait no longer; those of another do.
        let of_list = run.trigger_kind != "mending" && run.sha256.is_some();
        let is_last = of_list && work.last.sha256 == run.sha256;
        if !is_last {
            crate::store::runs::hold_still(connection, &run.feed, (work.last.id, work.run))?;
        }
        let touched: BTreeSet<i64> = back.versions.iter().map(|version| version.council_id).collect();
        work.append_next(connection, back.versions)?;
        if of_list {
            feeds::remember(connection, &run.feed, (None, None, None))?;
        }
        let undo = UndoRow {
            run_id: id,
            feed: run.feed.clone(),
            undone_by_run: work.run,
            sha256: run.sha256.clone().filter(|_| of_list),
            reason: reason.clone(),
            undone_by: actor.reference(),
            undone_at: work.now.as_microsecond(),
            allowed_by: None,
            allowed_at: None,
        };
        undos::add_undo(connection, &undo)?;
        let last = &work.last;
        let figures = match is_last {
            true => Figures {
                accepted: 0,
                review: -i64::from(last.rows_for_review),
                rejected: -i64::from(last.rows_rejected),
            },
            false => Figures {
                accepted: 0,
                review: 0,
                rejected: i64::from(run.trigger_kind == "mending" && run.rows_accepted > 0),
            },
        };
        let rescored = work.finish(connection, figures, (&touched, &format!("Run {id} was taken back.")))?;
        let (restored, withdrawn, later) = (back.restored, back.withdrawn, back.later);
        let told = json!({
            "feed": run.feed, "reason": reason, "restored": restored, "withdrawn": withdrawn, "run": work.run,
        });
        audit::append(connection, actor, &Event::new("run.undone", format!("run:{id}")).with(told), work.now)?;
        Ok(Undone { run: work.run, restored, withdrawn, later, rescored })
    })
}

fn can_be_undone(connection: &mut Database, run: &RunRow) -> Result<(), AppError> {
    if let Some(undo) = undos::undo_of(connection, run.id)? {
        return Err(AppError::new(
            Code::AlreadyDecided,
            format!("Run {} was taken back by {} already.", run.id, undo.undone_by),
            "Its page says when and why, and lets its list be taken again.",
        ));
    }
    match (run.trigger_kind.as_str(), run.status.as_str()) {
        ("review", _) => Err(refused(
            format!("Run {} is a decision about a name.", run.id),
            "Undo the decision, in the list of what was decided on the page for review.",
        )),
        ("undo", _) => Err(refused(
            format!("Run {} took another run back.", run.id),
            "Have the other run's list taken again, on its page.",
        )),
        (_, "applied") => Ok(()),
        _ => Err(refused(format!("Run {} brought nothing.", run.id), "There is nothing to take back.")),
    }
}

/// What has to be appended so that each record says again what it said before a run.
#[derive(Default)]
struct Back {
    versions: Vec<NewEvidence>,
    restored: usize,
    withdrawn: usize,
    later: usize,
}

fn back(run: &RunRow, versions: &[(i64, NewEvidence)]) -> Back {
    let mut back = Back::default();
    let withdrawn = |said: &NewEvidence| said.standing == Standing::Withdrawn.name();
    for record in versions.chunk_by(|(_, one), (_, next)| one.record_key == next.record_key) {
        let Some((_, now)) = record.last() else { continue };
        if now.run_id != run.id {
            back.later += 1;
            continue;
        }
        let first = record.iter().position(|(_, version)| version.run_id == run.id).unwrap_or(0);
        let before = record.get(..first).and_then(<[_]>::last).map(|(_, version)| version);
        let before = before.filter(|version| !withdrawn(version));
        let same_place = before.is_some_and(|before| before.council_id == now.council_id && before.chain == now.chain);
        if !withdrawn(now) && !same_place {
            back.versions.push(NewEvidence { standing: Standing::Withdrawn.name().to_owned(), ..now.clone() });
        }
        match before {
            Some(before) => {
                back.versions.push(before.clone());
                back.restored += 1;
            }
            None => back.withdrawn += 1,
        }
    }
    back
}

/// Lets a feed's document, which is refused since its run was taken back, be read again by the next pull.
///
/// # Errors
/// As [`Actor::may`]; [`Code::RunUnknown`] for a run that isn't there or isn't the actor's; [`Code::InputRefused`] for one
/// whose list isn't refused; database failures.
pub fn take_again(app: &App, actor: &Actor, id: i64) -> Result<(), AppError> {
    let access = access(actor)?;
    let now = app.clock.now();
    app.store.record(|connection| {
        let run = super::mend::own_run(connection, &access, id)?;
        let undo = undos::undo_of(connection, id)?.filter(|undo| undo.sha256.is_some());
        if undo.is_none() || !undos::allow(connection, id, (now.as_microsecond(), &actor.reference()))? {
            let next = "Only the list of a run that was taken back is refused, until somebody allows it.";
            return Err(refused(format!("The list of run {id} is not refused."), next));
        }
        feeds::remember(connection, &run.feed, (None, None, None))?;
        let event = Event::new("run.allowed", format!("run:{id}")).with(json!({ "feed": run.feed }));
        Ok(audit::append(connection, actor, &event, now)?)
    })
}

/// Refuses a document that came by a run which was taken back.
///
/// # Errors
/// [`Code::DocumentRefused`]; when the database fails.
pub(crate) fn refuse_undone(app: &App, feed: &str, sha256: &str) -> Result<(), AppError> {
    let Some(undo) = app.store.read(|connection| undos::refused(connection, feed, sha256))? else { return Ok(()) };
    let on = crate::clock::day_in_england(super::instant(undo.undone_at)?).strftime("%-d %B %Y").to_string();
    Err(AppError::new(
        Code::DocumentRefused,
        format!("The source sent the list of run {} again, which was taken back on {on}.", undo.run_id),
        format!("Ask the sender for a right list; or, on the page of run {}, have it taken again.", undo.run_id),
    ))
}
