//! Sources: feeds, their runs, and the rows that a run held back.
//!
//! In: ids. Out: the views of [`crate::triage::runs`] as JSON. Always holds: nothing here starts a run.

use super::query::{Newest, limit};
use super::{blocking, cursor};
use crate::api::problem::{Problem, ProblemDetails};
use crate::app::App;
use crate::auth::Action;
use crate::server::Visitor;
use crate::triage::{self, FeedLine, PersonalCells, RunLine, RunView};
use actix_web::get;
use actix_web::web::{Data, Json, Path, Query};
use serde::Serialize;
use utoipa::ToSchema;

/// Every feed.
#[derive(Serialize, ToSchema)]
pub struct Feeds {
    feeds: Vec<FeedLine>,
}

/// A part of the runs, newest first.
#[derive(Serialize, ToSchema)]
pub struct Runs {
    runs: Vec<RunLine>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// Every feed with its last run
#[utoipa::path(tag = "sources", responses((status = 200, body = Feeds), super::problem::Refused))]
#[get("/feeds")]
pub async fn list_feeds(app: Data<App>, visitor: Visitor) -> Result<Json<Feeds>, Problem> {
    let sources = visitor.actor.sources(Action::SeeSources)?;
    Ok(Json(Feeds { feeds: blocking(&app, move |app| triage::feeds(&app.store, &sources)).await? }))
}

/// The runs of one feed, newest first
#[utoipa::path(tag = "sources", params(("feed" = String, Path, description = "The feed's id", example = "auditor-north"), Newest), responses(
    (status = 200, body = Runs),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/feeds/{feed}/runs")]
pub async fn list_feed_runs(
    app: Data<App>,
    visitor: Visitor,
    feed: Path<String>,
    query: Query<Newest>,
) -> Result<Json<Runs>, Problem> {
    runs(&app, &visitor, Some(feed.into_inner()), &query).await
}

/// The runs of all feeds, newest first
#[utoipa::path(tag = "sources", params(Newest), responses(
    (status = 200, body = Runs),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/runs")]
pub async fn list_runs(app: Data<App>, visitor: Visitor, query: Query<Newest>) -> Result<Json<Runs>, Problem> {
    runs(&app, &visitor, None, &query).await
}

/// One run with every row that it held back
#[utoipa::path(tag = "sources", params(("run" = i64, Path, description = "The run's id", example = 1)), responses(
    (status = 200, body = RunView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/runs/{run}")]
pub async fn get_run(app: Data<App>, visitor: Visitor, run: Path<i64>) -> Result<Json<RunView>, Problem> {
    let sources = visitor.actor.sources(Action::SeeSources)?;
    let (run, personal) = (run.into_inner(), PersonalCells::to(&visitor.actor));
    Ok(Json(blocking(&app, move |app| triage::run(&app.store, &sources, run, personal)).await?))
}

async fn runs(app: &Data<App>, visitor: &Visitor, feed: Option<String>, query: &Newest) -> Result<Json<Runs>, Problem> {
    let sources = visitor.actor.sources(Action::SeeSources)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "runs")?;
    let asked = (before, limit + 1);
    let mut runs = blocking(app, move |app| triage::runs_of(&app.store, &sources, feed.as_deref(), asked)).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = runs.len() > kept;
    runs.truncate(kept);
    let next = runs.last().filter(|_| more).map(|last| cursor::write(&("runs", last.id))).transpose()?;
    Ok(Json(Runs { runs, next }))
}
