//! Submissions: outcomes handed in, their receipts, and taking them back.
//!
//! In: files, JSON, keys. Out: receipts as JSON; a refusal as problem details with the receipt in it. Always holds: the same
//! `Idempotency-Key` with the same content gets the same answer.

use super::problem::{MEDIA_TYPE, Problem, ProblemDetails};
use super::query::{Newest, limit};
use super::{blocking, cursor};
use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::server::{Visitor, upload};
use crate::submissions::{self, Receipt, ReceiptStatus, Sent, SubmissionLine, SubmissionView, Withdrawal};
use actix_web::http::header::{CONTENT_DISPOSITION, LOCATION};
use actix_web::web::{Data, Json, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What is asked of a submission.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubmissionQuery {
    /// The financial year of every row, such as 2025/26; in a form it may be a field instead.
    #[param(example = "2025/26")]
    pub financial_year: Option<String>,
    /// `accept` takes the good rows although others have errors; without it any error means that nothing is taken.
    pub partial: Option<Partial>,
    /// Check only: nothing is kept.
    pub dry_run: Option<bool>,
}

/// How to treat a file of which some rows have errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    Accept,
}

/// Rows as JSON: a list of objects, whose keys are the columns that `docs/feeds.md` lists.
#[derive(ToSchema)]
#[allow(dead_code, reason = "read by the OpenAPI document alone")]
pub struct OutcomeRows(Vec<serde_json::Map<String, serde_json::Value>>);

/// A file in a form.
#[derive(ToSchema)]
#[allow(dead_code, reason = "read by the OpenAPI document alone")]
pub struct OutcomeFile {
    /// CSV, XLSX, ODS or JSON.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Where the address doesn't give it.
    financial_year: Option<String>,
}

/// Why a submission was refused: problem details with the receipt.
#[derive(Serialize, ToSchema)]
pub struct RefusedSubmission {
    #[serde(flatten)]
    problem: ProblemDetails,
    /// With every finding; none where the key was used for something else.
    receipt: Option<Receipt>,
}

/// A part of the submissions, newest first.
#[derive(Serialize, ToSchema)]
pub struct Submissions {
    submissions: Vec<SubmissionLine>,
    /// The cursor of what comes next; none at the end.
    next: Option<String>,
}

/// Why a submission is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalReason {
    /// In a sentence, without a person's name.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Which rows are taken back, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowsWithdrawal {
    /// As the submission lists them.
    #[schema(min_items = 1)]
    record_keys: Vec<String>,
    /// In a sentence, without a person's name.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// The workbook to fill in
#[utoipa::path(tag = "submissions", responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", description = "A workbook with headings, drop-downs and notes"),
    super::problem::Refused,
))]
#[get("/submissions/template.xlsx")]
pub async fn get_template(app: Data<App>, visitor: Visitor) -> Result<HttpResponse, Problem> {
    visitor.actor.may(Action::SeeSubmissions)?;
    let bytes = blocking(&app, |_| submissions::template()).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=bellwether-outcomes.xlsx"))
        .body(bytes))
}

/// Hand outcomes in
///
/// Checked at once. Any error means that nothing is taken, unless `partial=accept`. Rows whose council can't be told wait for
/// a person; that is no error. At most 16 MB.
#[utoipa::path(tag = "submissions",
    params(SubmissionQuery, ("Idempotency-Key" = Option<String>, Header, description = "A fresh text, such as a UUID, for each submission: sent again, the same submission gets its first answer. Kept for at least seven days")),
    request_body(content((OutcomeRows = "application/json"), (String = "text/csv"), (OutcomeFile = "multipart/form-data"))),
    responses(
        (status = 200, body = Receipt, description = "Checked only (`dry_run=true`): nothing was kept"),
        (status = 201, body = Receipt, description = "Taken; what waits for a person or was left out is in the receipt"),
        super::problem::Refused,
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = RefusedSubmission, content_type = "application/problem+json", description = "Refused because of errors (`submission_refused`, with the receipt), or the key was used for something else (`idempotency_key_reused`, without)"),
    ))]
#[post("/submissions")]
pub async fn submit(
    app: Data<App>,
    visitor: Visitor,
    request: HttpRequest,
    query: Query<SubmissionQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    visitor.actor.may(Action::Submit)?;
    let upload = upload::read(&request, payload).await?;
    let key = request.headers().get("idempotency-key").map(|key| key.to_str().unwrap_or("\u{0}").to_owned());
    let year = query.financial_year.as_deref().or(upload.field("financial_year")).unwrap_or_default().to_owned();
    let sent = Sent {
        financial_year: year,
        partial: query.partial.is_some(),
        dry_run: query.dry_run.unwrap_or(false),
        idempotency_key: key,
        bytes: upload.bytes,
        file_name: upload.file_name,
        content_type: upload.content_type,
    };
    let receipt = blocking(&app, move |app| submissions::submit(app, &visitor.actor, &sent)).await?;
    Ok(answer(receipt))
}

fn answer(receipt: Receipt) -> HttpResponse {
    match receipt.status {
        ReceiptStatus::Checked => HttpResponse::Ok().json(receipt),
        ReceiptStatus::Refused => {
            let code = Code::SubmissionRefused;
            let errors = receipt.count(submissions::FindingKind::Error);
            let detail = format!("{errors} errors were found, so nothing was taken.");
            let next = "Mend what `receipt.findings` lists and send it again, or ask for `partial=accept`.";
            let problem = ProblemDetails {
                r#type: format!("urn:bellwether:problem:{}", code.word()),
                title: code.title().to_owned(),
                status: code.status(),
                detail,
                code: code.word().to_owned(),
                next: next.to_owned(),
            };
            HttpResponse::UnprocessableEntity()
                .content_type(MEDIA_TYPE)
                .json(RefusedSubmission { problem, receipt: Some(receipt) })
        }
        ReceiptStatus::Accepted | ReceiptStatus::PartlyAccepted => {
            let there = format!("/api/v1/submissions/{}", receipt.id.unwrap_or_default());
            HttpResponse::Created().insert_header((LOCATION, there)).json(receipt)
        }
    }
}

/// Submissions, newest first, without their findings
#[utoipa::path(tag = "submissions", params(Newest), responses(
    (status = 200, body = Submissions),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/submissions")]
pub async fn list_submissions(
    app: Data<App>,
    visitor: Visitor,
    query: Query<Newest>,
) -> Result<Json<Submissions>, Problem> {
    visitor.actor.may(Action::SeeSubmissions)?;
    let limit = limit(query.limit)?;
    let before = cursor::read_id(query.cursor.as_deref(), "submissions")?;
    let part = (before, limit + 1);
    let mut submissions = blocking(&app, move |app| submissions::page(app, &visitor.actor, part)).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = submissions.len() > kept;
    submissions.truncate(kept);
    let last = submissions.last().filter(|_| more).and_then(|last| last.receipt.id);
    let next = last.map(|last| cursor::write(&("submissions", last))).transpose()?;
    Ok(Json(Submissions { submissions, next }))
}

/// One submission with its receipt and what it brought
#[utoipa::path(tag = "submissions", params(("submission" = i64, Path, description = "Its number", example = 1)), responses(
    (status = 200, body = SubmissionView),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/submissions/{submission}")]
pub async fn get_submission(
    app: Data<App>,
    visitor: Visitor,
    submission: Path<i64>,
) -> Result<Json<SubmissionView>, Problem> {
    let id = submission.into_inner();
    Ok(Json(blocking(&app, move |app| submissions::one(app, &visitor.actor, id)).await?))
}

/// Take a whole submission back
///
/// What it brought and is still current no longer counts; nothing is removed. Once more changes nothing.
#[utoipa::path(tag = "submissions", params(("submission" = i64, Path, description = "Its number", example = 1)), request_body = WithdrawalReason, responses(
    (status = 200, body = Withdrawal),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/submissions/{submission}/withdraw")]
pub async fn withdraw_submission(
    app: Data<App>,
    visitor: Visitor,
    submission: Path<i64>,
    asked: Result<Json<WithdrawalReason>, actix_web::Error>,
) -> Result<Json<Withdrawal>, Problem> {
    visitor.actor.may(Action::Submit)?;
    let (id, asked) = (submission.into_inner(), asked.map_err(|e| not_understood(&e))?.into_inner());
    let withdraw = move |app: &App| submissions::withdraw(app, &visitor.actor, id, &asked.reason);
    Ok(Json(blocking(&app, withdraw).await?))
}

/// Take some rows of a submission back
///
/// All of them, or none where one is no current record of it.
#[utoipa::path(tag = "submissions", params(("submission" = i64, Path, description = "Its number", example = 1)), request_body = RowsWithdrawal, responses(
    (status = 200, body = Withdrawal),
    super::problem::Refused,
    (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[post("/submissions/{submission}/rows/withdraw")]
pub async fn withdraw_rows(
    app: Data<App>,
    visitor: Visitor,
    submission: Path<i64>,
    asked: Result<Json<RowsWithdrawal>, actix_web::Error>,
) -> Result<Json<Withdrawal>, Problem> {
    visitor.actor.may(Action::Submit)?;
    let (id, asked) = (submission.into_inner(), asked.map_err(|e| not_understood(&e))?.into_inner());
    let withdraw =
        move |app: &App| submissions::withdraw_rows(app, &visitor.actor, id, (&asked.record_keys, &asked.reason));
    Ok(Json(blocking(&app, withdraw).await?))
}

/// The error for a body that is no JSON of the right shape.
fn not_understood(because: &actix_web::Error) -> AppError {
    AppError::new(
        Code::BadQuery,
        format!("What was sent can't be read: {because}."),
        "Send JSON with a `reason`, as the API documentation at /api/docs shows it.",
    )
}
