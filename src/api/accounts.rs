//! Who asks, what was done, and what was blacked out.
//!
//! In: filters. Out: the caller's own account, the audit log, the log of redactions. Always holds: an organisation's
//! manager or administrator sees what its own people and keys did; NALC's see all.

use super::query::{AuditQuery, Newest, limit};
use super::{blocking, cursor};
use crate::api::problem::{Problem, ProblemDetails};
use crate::app::App;
use crate::audit::{self, Asked, EntryView};
use crate::auth::{Action, OrganisationKind, Role};
use crate::error::{AppError, Code};
use crate::personal::redaction::{self, RedactionView};
use crate::server::Visitor;
use actix_web::get;
use actix_web::web::{Data, Json, Query};
use serde::Serialize;
use utoipa::ToSchema;

/// Whoever asks.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// Such as `person:12` or `key:3`, as the audit log names it.
    account: String,
    name: String,
    organisation: Option<String>,
    kind: Option<OrganisationKind>,
    roles: Vec<Role>,
    /// What it may do.
    may: Vec<Action>,
    /// Of a county association: the counties whose councils it sees.
    counties: Vec<String>,
}

/// A part of the audit log, newest first.
#[derive(Serialize, ToSchema)]
pub struct AuditLog {
    entries: Vec<EntryView>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// A part of the log of redactions, newest first.
#[derive(Serialize, ToSchema)]
pub struct RedactionLog {
    redactions: Vec<RedactionView>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// Who you are, and what you may do
#[utoipa::path(tag = "accounts", responses((status = 200, body = Me), super::problem::Refused))]
#[get("/me")]
pub async fn get_me(visitor: Visitor) -> Result<Json<Me>, Problem> {
    let actor = visitor.actor;
    if !actor.is_somebody() {
        return Err(AppError::new(
            Code::NotSignedIn,
            "Nobody has signed in.",
            "Send a key as `Authorization: Bearer KEY`.",
        )
        .into());
    }
    Ok(Json(Me {
        account: actor.reference(),
        name: actor.shown(),
        may: Action::ALL.iter().copied().filter(|action| actor.can(*action)).collect(),
        organisation: actor.organisation.as_ref().map(|own| own.key.clone()),
        kind: actor.organisation.as_ref().map(|own| own.kind),
        counties: actor.organisation.as_ref().map(|own| own.counties.clone()).unwrap_or_default(),
        roles: actor.roles,
    }))
}

/// What was done by whom, when, from where
#[utoipa::path(tag = "accounts", params(AuditQuery), responses(
    (status = 200, body = AuditLog),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/audit")]
pub async fn list_audit(app: Data<App>, visitor: Visitor, query: Query<AuditQuery>) -> Result<Json<AuditLog>, Problem> {
    visitor.actor.may(Action::SeeAuditLog)?;
    let query = query.into_inner();
    let limit = limit(query.limit)?;
    let asked = Asked {
        actor: no_nul(query.account)?,
        action: no_nul(query.action)?,
        subject: no_nul(query.subject)?,
        from: query.from,
        until: query.until,
        before: cursor::read_id(query.cursor.as_deref(), "audit")?,
        limit: limit + 1,
    };
    let mut entries = blocking(&app, move |app| audit::entries(&app.store, &visitor.actor, &asked)).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > kept;
    entries.truncate(kept);
    let next = entries.last().filter(|_| more).map(|last| cursor::write(&("audit", last.position))).transpose()?;
    Ok(Json(AuditLog { entries, next }))
}

/// What was blacked out, by whom and why
#[utoipa::path(tag = "accounts", params(Newest), responses(
    (status = 200, body = RedactionLog),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/redactions")]
pub async fn list_redactions(
    app: Data<App>,
    visitor: Visitor,
    query: Query<Newest>,
) -> Result<Json<RedactionLog>, Problem> {
    visitor.actor.may(Action::Redact)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "redactions")?;
    let part = (before, limit + 1);
    let mut redactions = blocking(&app, move |app| redaction::log(&app.store, &visitor.actor, part)).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = redactions.len() > kept;
    redactions.truncate(kept);
    let next = redactions.last().filter(|_| more).map(|last| cursor::write(&("redactions", last.id))).transpose()?;
    Ok(Json(RedactionLog { redactions, next }))
}

fn no_nul(text: Option<String>) -> Result<Option<String>, AppError> {
    match text {
        Some(text) if text.contains('\0') => {
            Err(AppError::new(Code::BadQuery, "A filter holds a NUL character.", "Leave it out."))
        }
        text => Ok(text.filter(|text| !text.is_empty())),
    }
}
