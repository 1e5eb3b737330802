//! Errors that are let pass.
//!
//! In: a key's decision. Out: waivers as JSON. Always holds: who may waive nothing is told so before what they sent is
//! looked at; a waiver is made and ended by a key or in a page, never by a cookie here.

use super::query::{Newest, limit};
use super::{blocking, cursor};
use crate::api::problem::{Problem, ProblemDetails, bad_query};
use crate::app::App;
use crate::auth::Action;
use crate::server::Visitor;
use crate::waivers::{self, Asked, WaiverView};
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

/// A part of the waivers, newest first.
#[derive(Serialize, ToSchema)]
pub struct Waivers {
    waivers: Vec<WaiverView>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// Errors that are let pass, by whom, why and until when; also those whose time is over
#[utoipa::path(tag = "sources", params(Newest), responses(
    (status = 200, body = Waivers),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/waivers")]
pub async fn list_waivers(app: Data<App>, visitor: Visitor, query: Query<Newest>) -> Result<Json<Waivers>, Problem> {
    visitor.actor.may(Action::SeeSources)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "waivers")?;
    let part = (before, limit + 1);
    let read = move |app: &App| waivers::list(&app.store, &visitor.actor, app.clock.today(), part);
    let mut waivers = blocking(&app, read).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = waivers.len() > kept;
    waivers.truncate(kept);
    let next = waivers.last().filter(|_| more).map(|last| cursor::write(&("waivers", last.id))).transpose()?;
    Ok(Json(Waivers { waivers, next }))
}

/// Let an error pass for a record
#[utoipa::path(tag = "sources", request_body = Asked, responses(
    (status = 201, body = WaiverView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/waivers")]
pub async fn make_waiver(app: Data<App>, visitor: Visitor, body: String) -> Result<HttpResponse, Problem> {
    visitor.actor.may(Action::Waive)?;
    let asked: Asked = serde_json::from_str(&body).map_err(|e| bad_query(&format!("The body can't be read: {e}.")))?;
    let make = move |app: &App| waivers::make(&app.store, &visitor.actor, (app.clock.now(), app.clock.today()), &asked);
    Ok(HttpResponse::Created().json(blocking(&app, make).await?))
}

/// End a waiver before its time
#[utoipa::path(tag = "sources", params(("waiver" = i64, Path, description = "The waiver's id", example = 1)), responses(
    (status = 200, body = WaiverView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/waivers/{waiver}/end")]
pub async fn end_waiver(app: Data<App>, visitor: Visitor, waiver: Path<i64>) -> Result<Json<WaiverView>, Problem> {
    let id = waiver.into_inner();
    let end = move |app: &App| waivers::end(&app.store, &visitor.actor, (app.clock.now(), app.clock.today()), id);
    Ok(Json(blocking(&app, end).await?))
}
