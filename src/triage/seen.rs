//! Looking at a council's record, which is itself recorded: who looked, when, from where.
//!
//! In: an actor and a council's code. Out: the council whole, or its evidence. Always holds: what is shown was recorded
//! before it was shown; a record that can't be written shows nothing.

use super::council::{evidence_of, whole};
use super::view::{CouncilWhole, EvidenceView};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::{Action, Actor};
use crate::error::AppError;
use jiff::civil::Date;
use serde_json::json;

/// Looks at one council whole, as of a day.
///
/// # Errors
/// As [`Actor::may`] and [`whole`]; when the look can't be recorded.
pub fn seen_whole(app: &App, actor: &Actor, gss_code: &str, as_of: Date) -> Result<CouncilWhole, AppError> {
    let reach = actor.reach(Action::SeeCouncils)?;
    let seen = whole(&app.store, &app.in_force()?.set, &reach, (gss_code, as_of))?;
    let event = Event::new("council.seen", format!("council:{}", seen.council.gss_code));
    record(app, actor, &event.with(json!({ "as_of": as_of.to_string() })))?;
    Ok(seen)
}

/// Looks at a part of the evidence, newest first, of one council or of all within reach: with an id below the first
/// number, where one is given, and at most as many as the second.
///
/// # Errors
/// As [`Actor::may`] and [`evidence_of`]; when the look can't be recorded.
pub fn seen_evidence(
    app: &App,
    actor: &Actor,
    gss_code: Option<&str>,
    part: (Option<i64>, i64),
) -> Result<Vec<EvidenceView>, AppError> {
    let reach = actor.reach(Action::SeeCouncils)?;
    let seen = evidence_of(&app.store, &reach, gss_code, part)?;
    let subject = gss_code.map_or_else(|| "councils".to_owned(), |code| format!("council:{code}"));
    let ids: Vec<i64> = seen.iter().map(|item| item.id).collect();
    record(app, actor, &Event::new("evidence.seen", subject).with(json!({ "evidence": ids })))?;
    Ok(seen)
}

fn record(app: &App, actor: &Actor, event: &Event) -> Result<(), AppError> {
    audit::record(&app.store, actor, event, app.clock.now())
}
