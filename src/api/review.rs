//! The review queue: names that wait, decisions, rows that are mended, runs that are taken back.
//!
//! In: questions, answers, cells, reasons. Out: the views of [`crate::review`] as JSON. Always holds: only a machine's key
//! changes anything; a decision has taken effect when it is answered.

use super::problem::{Problem, ProblemDetails};
use super::query::{Newest, limit};
use super::{blocking, by_key, cursor};
use crate::app::App;
use crate::error::{AppError, Code};
use crate::review::{self, Answer, Asked, Decided, DecisionView, Mended, Question, Replayed, Undone};
use crate::server::Visitor;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, post};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Which questions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuestionsQuery {
    /// Those of this feed.
    pub feed: Option<String>,
    /// Those in which a council of this county may be meant.
    pub county: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<i64>,
    /// Go on where an earlier answer ended: its `next`.
    pub cursor: Option<String>,
}

/// A part of the queue, oldest first.
#[derive(Serialize, ToSchema)]
pub struct Questions {
    questions: Vec<Question>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// A part of what was decided, newest first.
#[derive(Serialize, ToSchema)]
pub struct Decisions {
    decisions: Vec<DecisionView>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// An answer to a question: a council, or none of ours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerGiven {
    /// The question's number.
    pub question: i64,
    /// The code of the council that is meant.
    #[schema(example = "E04000001")]
    pub council: Option<String>,
    /// True where no council of ours is meant.
    #[serde(default)]
    pub none_of_ours: bool,
}

/// The cells of a row that change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CellsGiven {
    /// By the source's headings or our names; an empty text blanks the cell.
    pub cells: BTreeMap<String, String>,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonGiven {
    /// In a sentence; it stays in the log, so it names nobody.
    pub reason: String,
}

/// The names that wait for somebody to say which council is meant
#[utoipa::path(tag = "review", params(QuestionsQuery), responses(
    (status = 200, body = Questions),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/review")]
pub async fn list_questions(
    app: Data<App>,
    visitor: Visitor,
    query: Query<QuestionsQuery>,
) -> Result<Json<Questions>, Problem> {
    let query = query.into_inner();
    visitor.actor.may(crate::auth::Action::Decide)?;
    let kept = usize::try_from(limit(query.limit)?).unwrap_or(usize::MAX);
    let after = cursor::read_id(query.cursor.as_deref(), "review")?;
    let asked = Asked { feed: query.feed, county: query.county, after, limit: kept + 1 };
    let mut questions = blocking(&app, move |app| review::questions(app, &visitor.actor, &asked)).await?;
    let more = questions.len() > kept;
    questions.truncate(kept);
    let last = questions.last().filter(|_| more);
    let next = last.map(|last| cursor::write(&("review", last.question))).transpose()?;
    Ok(Json(Questions { questions, next }))
}

/// Says which council is meant
#[utoipa::path(tag = "review", request_body = AnswerGiven, responses(
    (status = 200, body = Decided),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/review/decide")]
pub async fn decide_question(
    app: Data<App>,
    visitor: Visitor,
    given: Json<AnswerGiven>,
) -> Result<Json<Decided>, Problem> {
    by_key(&visitor)?;
    let given = given.into_inner();
    let answer = match (given.council, given.none_of_ours) {
        (Some(code), false) => Answer::Council(code),
        (None, true) => Answer::NoneOfOurs,
        _ => {
            let next = "Give the code of a `council`, or `none_of_ours` as true.";
            return Err(
                AppError::new(Code::InputRefused, "The answer is not one of the two that there are.", next).into()
            );
        }
    };
    let asked = (given.question, answer);
    let decide = move |app: &App| review::decide(app, &visitor.actor, (asked.0, &asked.1));
    Ok(Json(blocking(&app, decide).await?))
}

/// What was decided, newest first
#[utoipa::path(tag = "review", params(Newest), responses(
    (status = 200, body = Decisions),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/review/decisions")]
pub async fn list_decisions(
    app: Data<App>,
    visitor: Visitor,
    query: Query<Newest>,
) -> Result<Json<Decisions>, Problem> {
    visitor.actor.may(crate::auth::Action::Decide)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "decisions")?;
    let asked = (before, limit + 1);
    let mut decisions = blocking(&app, move |app| review::decisions(app, &visitor.actor, asked)).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = decisions.len() > kept;
    decisions.truncate(kept);
    let last = decisions.last().filter(|_| more);
    let next = last.map(|last| cursor::write(&("decisions", last.decision))).transpose()?;
    Ok(Json(Decisions { decisions, next }))
}

/// Undoes a decision
#[utoipa::path(tag = "review", params(("decision" = i64, Path, description = "The decision's number", example = 1)), responses(
    (status = 200, body = Decided),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/review/decisions/{decision}/undo")]
pub async fn undo_decision(app: Data<App>, visitor: Visitor, decision: Path<i64>) -> Result<Json<Decided>, Problem> {
    by_key(&visitor)?;
    Ok(Json(blocking(&app, move |app| review::undo(app, &visitor.actor, decision.into_inner())).await?))
}

/// Mends a row that its feed's last run rejected
///
/// Where the row still can't be taken, `outcome` is `rejected`, nothing is kept, and `row` has every problem that is left.
#[utoipa::path(tag = "review", request_body = CellsGiven, params(
    ("run" = i64, Path, description = "The run's id", example = 1),
    ("row" = i64, Path, description = "The held row's id", example = 1),
), responses(
    (status = 200, body = Mended),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/runs/{run}/held/{row}/mend")]
pub async fn mend_row(
    app: Data<App>,
    visitor: Visitor,
    path: Path<(i64, i64)>,
    given: Json<CellsGiven>,
) -> Result<Json<Mended>, Problem> {
    by_key(&visitor)?;
    let (asked, cells) = (path.into_inner(), given.into_inner().cells);
    Ok(Json(blocking(&app, move |app| review::mend(app, &visitor.actor, asked, &cells)).await?))
}

/// Reads every row again that a feed's last run holds back
#[utoipa::path(tag = "review", params(("run" = i64, Path, description = "The run's id", example = 1)), responses(
    (status = 200, body = Replayed),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/runs/{run}/replay")]
pub async fn replay_run(app: Data<App>, visitor: Visitor, run: Path<i64>) -> Result<Json<Replayed>, Problem> {
    by_key(&visitor)?;
    Ok(Json(blocking(&app, move |app| review::replay(app, &visitor.actor, run.into_inner())).await?))
}

/// Takes back what a run brought
#[utoipa::path(tag = "review", request_body = ReasonGiven, params(("run" = i64, Path, description = "The run's id", example = 1)), responses(
    (status = 200, body = Undone),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/runs/{run}/undo")]
pub async fn undo_run(
    app: Data<App>,
    visitor: Visitor,
    run: Path<i64>,
    given: Json<ReasonGiven>,
) -> Result<Json<Undone>, Problem> {
    by_key(&visitor)?;
    let (run, reason) = (run.into_inner(), given.into_inner().reason);
    Ok(Json(blocking(&app, move |app| review::undo_run(app, &visitor.actor, (run, &reason))).await?))
}

/// Lets the list of a run that was taken back be taken again
#[utoipa::path(tag = "review", params(("run" = i64, Path, description = "The run's id", example = 1)), responses(
    (status = 204, description = "The next pull takes it"),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/runs/{run}/take-again")]
pub async fn take_again(app: Data<App>, visitor: Visitor, run: Path<i64>) -> Result<actix_web::HttpResponse, Problem> {
    by_key(&visitor)?;
    blocking(&app, move |app| review::take_again(app, &visitor.actor, run.into_inner())).await?;
    Ok(actix_web::HttpResponse::NoContent().finish())
}
