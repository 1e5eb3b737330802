//! Changes of the evidence in order, so that whoever keeps a copy never has to read everything again.
//!
//! In: who asks, and where they stopped. Out: what is new, revised or taken back since, and where to go on. Always holds: no
//! change is missed or given twice, whatever is written meanwhile; councils out of reach never appear; a firm sees what it
//! sent; that a part with anything in it was looked at is recorded before it is given.

use super::council::{is_shown_to_itself, views};
use super::view::EvidenceView;
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Reach};
use crate::error::{AppError, Code};
use crate::evidence::Standing;
use crate::store::changes::{self, Of, Position};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Where a reader begins.
pub const FROM_THE_START: Position = (-1, 0);

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is said for the first time.
    New,
    /// It is said differently.
    Revised,
    /// It is taken back.
    Withdrawn,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangeView {
    pub change: ChangeKind,
    /// The council's code.
    pub gss_code: String,
    /// The source's own key of the record; versions of one record of one feed share it.
    pub record_key: String,
    /// The version that it led to.
    pub evidence: EvidenceView,
}

/// A part of the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    pub changes: Vec<ChangeView>,
    /// Where to go on: where the part ends, or where it began when there is nothing new.
    pub next: Position,
    pub has_more: bool,
}

/// The changes after a position, at most `limit`.
///
/// # Errors
/// As [`Actor::may`]; [`Code::BadQuery`] for a position of another database; when it can't be recorded.
pub fn changes(app: &App, actor: &Actor, position: Position, limit: i64) -> Result<Changes, AppError> {
    let of = whose(actor)?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let part = app.store.read(|connection| {
        if position != FROM_THE_START && changes::is_from_elsewhere(connection, position)? {
            return Err(AppError::new(
                Code::BadQuery,
                "`since` is of a database that was replaced by another.",
                "Start again without `since`, and use `next` as it is given.",
            ));
        }
        let mut rows = changes::since(connection, &of, position, limit.saturating_add(1))?;
        let has_more = rows.len() > kept;
        rows.truncate(kept);
        let next = rows.last().map_or(position, |(position, _, _)| *position);
        let own = matches!(of, Of::Councils(Reach::Council(_)));
        rows.retain(|(_, item, _)| !own || is_shown_to_itself(item));
        let kinds: Vec<(ChangeKind, String)> =
            rows.iter().map(|(_, item, _)| (kind_of(item.standing, item.version), item.record_key.clone())).collect();
        let items = rows.into_iter().map(|(_, item, run)| (item, run)).collect();
        let changes = views(connection, items)?
            .into_iter()
            .zip(kinds)
            .map(|((gss_code, evidence), (change, record_key))| ChangeView { change, gss_code, record_key, evidence });
        Ok(Changes { changes: changes.collect(), next, has_more })
    })?;
    if !part.changes.is_empty() {
        let ids: Vec<i64> = part.changes.iter().map(|change| change.evidence.id).collect();
        let event = Event::new("changes.seen", "councils").with(json!({ "evidence": ids }));
        audit::record(&app.store, actor, &event, app.clock.now())?;
    }
    Ok(part)
}

fn kind_of(standing: Standing, version: i32) -> ChangeKind {
    match (standing, version) {
        (Standing::Withdrawn, _) => ChangeKind::Withdrawn,
        (_, 1) => ChangeKind::New,
        _ => ChangeKind::Revised,
    }
}

/// Whose changes the actor sees: those of the councils within reach, or what its organisation sent.
fn whose(actor: &Actor) -> Result<Of, AppError> {
    if !actor.can(Action::SeeCouncils) && actor.can(Action::SeeSubmissions) {
        let own = actor.organisation.as_ref().map(|own| own.key.clone()).unwrap_or_default();
        return Ok(Of::Sender(own));
    }
    Ok(Of::Councils(actor.reach(Action::SeeCouncils)?))
}
