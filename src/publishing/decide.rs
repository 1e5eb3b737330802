//! What people decide of a draft, and its publication.
//!
//! In: a draft's number, who decides, why. Out: the draft as it stands then. Always holds: who drafted it may only take it
//! back; each decides once; what was refused, taken back or published is decided no more.

use super::view::{DraftState, DraftView, of};
use super::{APPROVALS, not_ready, subject, unknown};
use crate::app::{self, App};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor};
use crate::error::{AppError, Code};
use crate::personal::checked_reason;
use crate::store::rule_drafts::{self as kept, DecisionRow, NewPublication};
use crate::store::{Database, feeds};
use serde_json::json;

/// What is decided of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Approve,
    Refuse,
    /// By whoever drafted it.
    TakeBack,
}

impl Verdict {
    /// As it is kept.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Approve => "approved",
            Verdict::Refuse => "refused",
            Verdict::TakeBack => "taken_back",
        }
    }

    /// As the audit log names it.
    fn event(self) -> &'static str {
        match self {
            Verdict::Approve => "rules.approved",
            Verdict::Refuse => "rules.refused",
            Verdict::TakeBack => "rules.taken_back",
        }
    }

    /// What it takes to decide so.
    fn needs(self) -> Action {
        match self {
            Verdict::TakeBack => Action::DraftRules,
            Verdict::Approve | Verdict::Refuse => Action::PublishRules,
        }
    }
}

/// Decides of a draft.
///
/// # Errors
/// As [`Actor::may`]: [`Action::PublishRules`] to approve or refuse, [`Action::DraftRules`] to take back;
/// [`Code::DraftUnknown`]; [`Code::DraftNotReady`] for one's own draft, or another's to take back;
/// [`Code::AlreadyDecided`] where it is over, or the same person has decided; [`Code::InputRefused`] for the reason; when the
/// database fails.
pub fn decide(app: &App, actor: &Actor, (id, verdict, why): (i64, Verdict, &str)) -> Result<DraftView, AppError> {
    actor.may(verdict.needs())?;
    let now = app.clock.now();
    app.store.record(|connection| {
        let draft = open(app, connection, id)?;
        let own = draft.drafted_by_reference == actor.reference();
        match verdict {
            Verdict::TakeBack if !own => {
                return Err(not_ready(
                    "It is not yours to take back.",
                    "Refuse it, if you may; else ask whoever drafted it.",
                ));
            }
            Verdict::Approve | Verdict::Refuse if own => {
                let next = format!("{APPROVALS} others have to approve it; you can take it back.");
                return Err(not_ready("You drafted it yourself.", next));
            }
            _ => {}
        }
        if draft.decisions.iter().any(|decision| decision.by_reference == actor.reference()) {
            return Err(AppError::new(Code::AlreadyDecided, "You have decided about this draft already.", ""));
        }
        let why = checked_reason(why, &[])?;
        let decision = DecisionRow {
            draft_id: id,
            decision: verdict.word().to_owned(),
            why: why.clone(),
            decided_by: actor.reference(),
            decided_at: now.as_microsecond(),
        };
        kept::decide(connection, &decision)?;
        let told = json!({ "rule_set": draft.rule_set, "why": why });
        let event = Event::new(verdict.event(), subject(id)).with(told);
        audit::append(connection, actor, &event, now)?;
        of(app, connection, id)
    })
}

/// Puts an approved draft into force, and has every council scored by it as soon as the schedules are looked at.
///
/// # Errors
/// As [`Actor::may`] for [`Action::PublishRules`]; [`Code::DraftUnknown`]; [`Code::AlreadyDecided`] where it is over;
/// [`Code::DraftNotReady`] without approvals enough, or when other rules came into force since it was drafted;
/// [`Code::InputRefused`] for the reason; when the database fails.
pub fn publish(app: &App, actor: &Actor, (id, why): (i64, &str)) -> Result<DraftView, AppError> {
    actor.may(Action::PublishRules)?;
    let now = app.clock.now();
    app.store.record(|connection| {
        let draft = open(app, connection, id)?;
        if draft.approvals < APPROVALS {
            let happened = format!("{} of {APPROVALS} have approved it.", draft.approvals);
            return Err(not_ready(happened, "Neither may be whoever drafted it, and each must be another person."));
        }
        let in_force = app.rules_in(connection)?;
        if in_force.set.hash != draft.based_on {
            let happened = "Other rules came into force since it was drafted, and publishing it would undo them.";
            return Err(not_ready(happened, "Take it back, and draft it anew from the rules in force."));
        }
        let why = checked_reason(why, &[])?;
        let row = kept::one(connection, id)?.ok_or_else(|| unknown(id))?;
        app::keep(connection, &super::view::rules_of(&row)?, now)?;
        let published = NewPublication {
            rule_set: row.rule_set.clone(),
            draft_id: id,
            why: why.clone(),
            published_by: actor.reference(),
            published_at: now.as_microsecond(),
        };
        kept::publish(connection, &published)?;
        let told = json!({ "rule_set": row.rule_set, "instead_of": in_force.set.hash, "why": why });
        audit::append(connection, actor, &Event::new("rules.published", subject(id)).with(told), now)?;
        feeds::make_due(connection, crate::triage::RESCORE_SCHEDULE, now)?;
        of(app, connection, id)
    })
}

/// A draft that can still be decided of.
fn open(app: &App, connection: &mut Database, id: i64) -> Result<DraftView, AppError> {
    let draft = of(app, connection, id)?;
    if draft.state == DraftState::Open || draft.state == DraftState::Approved {
        return Ok(draft);
    }
    let happened = format!("This draft is {}.", draft.state.told());
    Err(AppError::new(Code::AlreadyDecided, happened, "Draft it anew, if it is still wanted."))
}
