//! The rules in force, and drafts of others.
//!
//! In: a key's request. Out: rules, drafts, rehearsals as JSON. Always holds: a key drafts, compares and rehearses; approving and
//! publishing ask for a second factor, which no machine can show, and are done by people in pages (`/rules`).

use super::query::{Newest, limit};
use super::{blocking, by_key, cursor};
use crate::api::problem::{Problem, ProblemDetails, bad_query};
use crate::app::App;
use crate::auth::Action;
use crate::publishing::{self, Asked, DraftView, InForceView, Verdict};
use crate::rehearsal::{Replay, Span};
use crate::server::Visitor;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of the drafts, newest first.
#[derive(Serialize, ToSchema)]
pub struct Drafts {
    drafts: Vec<DraftView>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// Why a draft is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In a sentence that names nobody.
    why: String,
}

/// The rules in force with their files, and what was published before
#[utoipa::path(tag = "rules", responses((status = 200, body = InForceView), super::problem::Refused))]
#[get("/rules")]
pub async fn get_rules(app: Data<App>, visitor: Visitor) -> Result<Json<InForceView>, Problem> {
    Ok(Json(blocking(&app, move |app| publishing::in_force(app, &visitor.actor)).await?))
}

/// Drafts, each with what it changes by meaning
#[utoipa::path(tag = "rules", params(Newest), responses(
    (status = 200, body = Drafts),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/rules/drafts")]
pub async fn list_drafts(app: Data<App>, visitor: Visitor, query: Query<Newest>) -> Result<Json<Drafts>, Problem> {
    visitor.actor.may(Action::SeeDrafts)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "drafts")?;
    let read = move |app: &App| publishing::drafts(app, &visitor.actor, (before, limit + 1));
    let mut drafts = blocking(&app, read).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = drafts.len() > kept;
    drafts.truncate(kept);
    let next = drafts.last().filter(|_| more).map(|last| cursor::write(&("drafts", last.id))).transpose()?;
    Ok(Json(Drafts { drafts, next }))
}

/// Draft rules: the files of a whole set, or a set to go back to
///
/// Everything is checked before it is kept: form, words, conditions that can never hold, the examples beside the rules.
#[utoipa::path(tag = "rules", request_body = Asked, responses(
    (status = 201, body = DraftView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/rules/drafts")]
pub async fn draft_rules(app: Data<App>, visitor: Visitor, body: String) -> Result<HttpResponse, Problem> {
    visitor.actor.may(Action::DraftRules)?;
    by_key(&visitor)?;
    let asked: Asked = serde_json::from_str(&body).map_err(|e| bad_query(&format!("The body can't be read: {e}.")))?;
    let draft = blocking(&app, move |app| publishing::draft(app, &visitor.actor, &asked)).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// One draft with what it changes and what was decided of it
#[utoipa::path(tag = "rules", params(("draft" = i64, Path, description = "The draft's id", example = 1)), responses(
    (status = 200, body = DraftView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/rules/drafts/{draft}")]
pub async fn get_draft(app: Data<App>, visitor: Visitor, draft: Path<i64>) -> Result<Json<DraftView>, Problem> {
    Ok(Json(blocking(&app, move |app| publishing::one(app, &visitor.actor, *draft)).await?))
}

/// What a draft would have said on a day, or from month to month: which councils move, by county, with officers' work
#[utoipa::path(tag = "rules", params(("draft" = i64, Path, description = "The draft's id", example = 1), Span), responses(
    (status = 200, body = Replay),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/rules/drafts/{draft}/rehearsal")]
pub async fn rehearse_draft(
    app: Data<App>,
    visitor: Visitor,
    draft: Path<i64>,
    span: Query<Span>,
) -> Result<Json<Replay>, Problem> {
    let rehearse = move |app: &App| publishing::rehearse(app, &visitor.actor, (*draft, *span));
    Ok(Json(blocking(&app, rehearse).await?))
}

/// Take back what the same key drafted
#[utoipa::path(tag = "rules", request_body = Reason, params(("draft" = i64, Path, description = "The draft's id", example = 1)), responses(
    (status = 200, body = DraftView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/rules/drafts/{draft}/take-back")]
pub async fn take_back_draft(
    app: Data<App>,
    visitor: Visitor,
    draft: Path<i64>,
    body: String,
) -> Result<Json<DraftView>, Problem> {
    visitor.actor.may(Action::DraftRules)?;
    by_key(&visitor)?;
    let reason: Reason =
        serde_json::from_str(&body).map_err(|e| bad_query(&format!("The body can't be read: {e}.")))?;
    let decided = (*draft, Verdict::TakeBack, reason.why);
    let take = move |app: &App| publishing::decide(app, &visitor.actor, (decided.0, decided.1, &decided.2));
    Ok(Json(blocking(&app, take).await?))
}
