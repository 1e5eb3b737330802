//! Councils: Monday's list, one council whole, and the evidence.
//!
//! In: codes, filters, days. Out: the views of [`crate::triage`] as JSON. Always holds: a list ends with the cursor of
//! what comes next, or with none.

use super::query::{AsOf, CouncilsQuery, Newest, limit};
use super::{blocking, cursor};
use crate::api::problem::{Problem, ProblemDetails};
use crate::app::App;
use crate::auth::Action;
use crate::server::Visitor;
use crate::triage::{self, BandCount, CouncilLine, CouncilWhole, EvidenceView, LineKey, ListQuery, Sort};
use actix_web::get;
use actix_web::web::{Data, Json, Path, Query};
use serde::Serialize;
use utoipa::ToSchema;

/// A part of Monday's list.
#[derive(Serialize, ToSchema)]
pub struct Councils {
    councils: Vec<CouncilLine>,
    /// How many councils the filters leave, whatever the paging.
    matching: i64,
    /// How many there are in each band under the other filters.
    bands: Vec<BandCount>,
    /// Every county of the register.
    counties: Vec<String>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// A part of the evidence, newest first.
#[derive(Serialize, ToSchema)]
pub struct Evidence {
    evidence: Vec<EvidenceView>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// Councils in order of priority
///
/// Councils whose code is retired are left out; each has its own address still.
#[utoipa::path(tag = "councils", params(CouncilsQuery), responses(
    (status = 200, body = Councils),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/councils")]
pub async fn list_councils(
    app: Data<App>,
    visitor: Visitor,
    query: Query<CouncilsQuery>,
) -> Result<Json<Councils>, Problem> {
    let reach = visitor.actor.reach(Action::SeeCouncils)?;
    let asked = query.into_inner();
    let limit = limit(asked.limit)?;
    let (sort, reverse) = (asked.sort.unwrap_or_default(), asked.reverse.unwrap_or(false));
    let after: Option<(Sort, bool, LineKey)> = asked.cursor.as_deref().map(cursor::read).transpose()?;
    if after.as_ref().is_some_and(|(made_for, reversed, _)| (*made_for, *reversed) != (sort, reverse)) {
        return Err(cursor::for_another_list().into());
    }
    let query = ListQuery {
        county: asked.county,
        band: asked.band,
        indicator: asked.indicator,
        name: asked.name,
        sort,
        reverse,
        after: after.map(|(_, _, key)| key),
        offset: 0,
        // One more than asked for tells whether anything comes next.
        limit: (limit + 1).min(triage::MOST_LINES),
    };
    let mut page = blocking(&app, move |app| triage::list(app, &reach, &query)).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = page.lines.len() > kept || (limit == triage::MOST_LINES && page.lines.len() == kept);
    page.lines.truncate(kept);
    let last = page.lines.last().filter(|_| more);
    let next = last.map(|line| cursor::write(&(sort, reverse, LineKey::from(line)))).transpose()?;
    Ok(Json(Councils {
        councils: page.lines,
        matching: page.matching,
        bands: page.bands,
        counties: page.counties,
        next,
    }))
}

/// One council whole
///
/// Its score with every reason, its evidence in every version, its history. The code may be that of the council or of
/// any parish that it serves.
#[utoipa::path(tag = "councils", params(("gss_code" = String, Path, description = "Its code in the register", example = "E04990001"), AsOf), responses(
    (status = 200, body = CouncilWhole),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/councils/{gss_code}")]
pub async fn get_council(
    app: Data<App>,
    visitor: Visitor,
    gss_code: Path<String>,
    as_of: Query<AsOf>,
) -> Result<Json<CouncilWhole>, Problem> {
    visitor.actor.may(Action::SeeCouncils)?;
    let day = as_of.day(app.clock.today())?;
    let whole = move |app: &App| triage::seen_whole(app, &visitor.actor, &gss_code, day);
    Ok(Json(blocking(&app, whole).await?))
}

/// The evidence of one council, newest first
#[utoipa::path(tag = "councils", params(("gss_code" = String, Path, description = "Its code in the register", example = "E04990001"), Newest), responses(
    (status = 200, body = Evidence),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/councils/{gss_code}/evidence")]
pub async fn list_council_evidence(
    app: Data<App>,
    visitor: Visitor,
    gss_code: Path<String>,
    query: Query<Newest>,
) -> Result<Json<Evidence>, Problem> {
    evidence(&app, visitor, Some(gss_code.into_inner()), &query).await
}

/// All evidence, newest first
#[utoipa::path(tag = "councils", params(Newest), responses(
    (status = 200, body = Evidence),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/evidence")]
pub async fn list_evidence(app: Data<App>, visitor: Visitor, query: Query<Newest>) -> Result<Json<Evidence>, Problem> {
    evidence(&app, visitor, None, &query).await
}

async fn evidence(
    app: &Data<App>,
    visitor: Visitor,
    gss_code: Option<String>,
    query: &Newest,
) -> Result<Json<Evidence>, Problem> {
    visitor.actor.may(Action::SeeCouncils)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "evidence")?;
    let asked = (before, limit + 1);
    let mut evidence =
        blocking(app, move |app| triage::seen_evidence(app, &visitor.actor, gss_code.as_deref(), asked)).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = evidence.len() > kept;
    evidence.truncate(kept);
    let next = evidence.last().filter(|_| more).map(|last| cursor::write(&("evidence", last.id))).transpose()?;
    Ok(Json(Evidence { evidence, next }))
}
