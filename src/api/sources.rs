//! Sources: feeds, their runs, and the rows that a run held back.
//!
//! In: ids, lists that are sent by hand, decisions about held ones. Out: the views of [`crate::triage::runs`] and reports of
//! runs as JSON. Always holds: only a machine's key starts a run.

use super::query::{Newest, limit};
use super::{blocking, by_key, cursor};
use crate::api::problem::{Problem, ProblemDetails};
use crate::app::App;
use crate::auth::Action;
use crate::ingest::{HandedIn, RunReport, decide_held, hand_in};
use crate::server::{Visitor, upload};
use crate::triage::{self, FeedLine, RunLine, RunView};
use actix_web::web::{Data, Json, Path, Payload, Query};
use actix_web::{HttpRequest, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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
    Ok(Json(Feeds { feeds: blocking(&app, move |app| triage::feeds(app, &sources)).await? }))
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

/// One run with every row that it held back, and what it changed
#[utoipa::path(tag = "sources", params(("run" = i64, Path, description = "The run's id", example = 1)), responses(
    (status = 200, body = RunView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/runs/{run}")]
pub async fn get_run(app: Data<App>, visitor: Visitor, run: Path<i64>) -> Result<Json<RunView>, Problem> {
    Ok(Json(blocking(&app, move |app| triage::seen_run(app, &visitor.actor, run.into_inner())).await?))
}

/// A list in a form.
#[derive(ToSchema)]
#[allow(dead_code, reason = "read by the OpenAPI document alone")]
pub struct ListFile {
    /// CSV, XLSX, ODS, JSON or JSON lines.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// How a list is sent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SendQuery {
    /// Only check: nothing is kept.
    #[serde(default)]
    pub dry_run: bool,
}

/// Sends a list of a source by hand
///
/// As JSON, as CSV, or as a form with the file (CSV, XLSX, ODS, JSON) in the field `file`. The report says what the list
/// brought, with every row that was held back in words; the run has them to be mended.
#[utoipa::path(tag = "sources", params(("feed" = String, Path, description = "The feed's id", example = "auditor-north"), SendQuery),
    request_body(content((String = "text/csv"), (Vec<std::collections::BTreeMap<String, serde_json::Value>> = "application/json"), (ListFile = "multipart/form-data"))),
    responses(
        (status = 200, body = RunReport, description = "What a check found, or what the list brought"),
        super::problem::Refused,
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ))]
#[post("/feeds/{feed}/lists")]
pub async fn send_list(
    app: Data<App>,
    visitor: Visitor,
    request: HttpRequest,
    (feed, query): (Path<String>, Query<SendQuery>),
    payload: Payload,
) -> Result<Json<RunReport>, Problem> {
    by_key(&visitor)?;
    visitor.actor.may(Action::SendLists)?;
    let upload = upload::read(&request, payload).await?;
    let handed = HandedIn {
        feed: feed.into_inner(),
        bytes: upload.bytes,
        file_name: upload.file_name,
        content_type: upload.content_type,
        dry_run: query.dry_run,
    };
    Ok(Json(hand_in(&app, &visitor.actor, handed).await?))
}

/// What becomes of a held list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldDecision {
    /// It is taken after all.
    Release,
    /// It stays out.
    Refuse,
}

/// A decision about a held list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldDecided {
    pub decision: HeldDecision,
    /// Why, in a sentence; it stays in the log, so it names nobody.
    pub reason: String,
}

/// The run that took a held list; none where it stays out.
#[derive(Serialize, ToSchema)]
pub struct Taken {
    report: Option<RunReport>,
}

/// Decides about a list that is held
#[utoipa::path(tag = "sources", request_body = HeldDecided, params(("run" = i64, Path, description = "The held run's id", example = 1)), responses(
    (status = 200, body = Taken),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/runs/{run}/decide")]
pub async fn decide_list(
    app: Data<App>,
    visitor: Visitor,
    run: Path<i64>,
    given: Json<HeldDecided>,
) -> Result<Json<Taken>, Problem> {
    by_key(&visitor)?;
    let given = given.into_inner();
    let asked = (run.into_inner(), given.decision == HeldDecision::Release, given.reason);
    Ok(Json(Taken { report: decide_held(&app, &visitor.actor, asked).await? }))
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
