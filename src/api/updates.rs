//! What changed: the evidence's versions in order, and the corrections that one's own organisation has to know.
//!
//! In: where a reader stopped. Out: what came since, with where to go on. Always holds: a consumer that keeps `next` and asks
//! again misses nothing and gets nothing twice.

use super::problem::{Problem, ProblemDetails};
use super::query::{Newest, limit};
use super::{blocking, cursor};
use crate::app::App;
use crate::auth::Action;
use crate::corrections::{self, Correction};
use crate::server::Visitor;
use crate::triage::changes::{self, ChangeView, FROM_THE_START};
use actix_web::get;
use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Where to go on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// The `next` of an earlier answer; from the start when absent.
    pub since: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<i64>,
}

/// A part of the changes, oldest first.
#[derive(Serialize, ToSchema)]
pub struct Changes {
    changes: Vec<ChangeView>,
    /// What to ask for next, always: when there is nothing new, what was asked for.
    next: String,
    /// Whether there is more already.
    has_more: bool,
}

/// A part of the corrections, newest first.
#[derive(Serialize, ToSchema)]
pub struct Corrections {
    corrections: Vec<Correction>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// What is new, revised or taken back, in order
///
/// Associations and NALC see the evidence of their councils; those who submit see what they sent.
#[utoipa::path(tag = "changes", params(ChangesQuery), responses(
    (status = 200, body = Changes),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/changes")]
pub async fn list_changes(
    app: Data<App>,
    visitor: Visitor,
    query: Query<ChangesQuery>,
) -> Result<Json<Changes>, Problem> {
    if !visitor.actor.can(Action::SeeSubmissions) {
        visitor.actor.may(Action::SeeCouncils)?;
    }
    let limit = limit(query.limit)?;
    let since: Option<(String, i64, i64)> = query.since.as_deref().map(cursor::read).transpose()?;
    let position = match since {
        None => FROM_THE_START,
        Some((list, transaction, id)) if list == "changes" => (transaction, id),
        Some(_) => return Err(cursor::for_another_list().into()),
    };
    let part = blocking(&app, move |app| changes::changes(app, &visitor.actor, position, limit)).await?;
    let next = cursor::write(&("changes", part.next.0, part.next.1))?;
    Ok(Json(Changes { changes: part.changes, next, has_more: part.has_more }))
}

/// Figures that went to your organisation and were replaced or taken back since
///
/// Those that are shown count as seen from then on.
#[utoipa::path(tag = "changes", params(Newest), responses(
    (status = 200, body = Corrections),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/corrections")]
pub async fn list_corrections(
    app: Data<App>,
    visitor: Visitor,
    query: Query<Newest>,
) -> Result<Json<Corrections>, Problem> {
    visitor.actor.may(Action::SeeCouncils)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "corrections")?;
    let found = blocking(&app, move |app| corrections::seen(app, &visitor.actor, (before, limit))).await?;
    // A part that is full may have a next one; asking for it tells.
    let full = i64::try_from(found.len()).is_ok_and(|got| got == limit);
    let next = found.last().filter(|_| full).map(|last| cursor::write(&("corrections", last.id))).transpose()?;
    Ok(Json(Corrections { corrections: found, next }))
}
