//! Errors for machines: problem details after RFC 9457.
//!
//! In: an [`AppError`]. Out: an `application/problem+json` response. Always holds: `type` and `code` are stable; what is
//! told holds no secret, because an `AppError` never does.

use crate::error::{AppError, Code};
use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a machine is told of an error (RFC 9457, with `code` and `next` added).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// `urn:bellwether:problem:` and the code.
    #[schema(example = "urn:bellwether:problem:council_unknown")]
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// What happened, and where.
    pub detail: String,
    /// The stable code.
    #[schema(example = "council_unknown")]
    pub code: String,
    /// What to do next.
    pub next: String,
}

/// An error on its way out of a handler of the API.
#[derive(Debug)]
pub struct Problem(AppError);

impl From<AppError> for Problem {
    fn from(error: AppError) -> Problem {
        Problem(error)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let code = self.0.code;
        if code.status() >= 500 {
            tracing::error!(code = code.word(), "{}", self.0.happened);
        }
        let told = self.0.clone().outside();
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.0.wait {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if code.status() == 401 {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        response.content_type(MEDIA_TYPE).json(ProblemDetails {
            r#type: format!("urn:bellwether:problem:{}", code.word()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: told.happened,
            code: code.word().to_owned(),
            next: told.next,
        })
    }
}

/// The error for something that no part of the program foresees.
pub fn unexpected(because: &dyn std::fmt::Display) -> AppError {
    AppError::new(
        Code::Unexpected,
        format!("The request could not be finished: {because}."),
        "Try again; the log has more.",
    )
}

/// The error for an address or query that can't be understood.
pub fn bad_query(because: &dyn std::fmt::Display) -> Problem {
    let next = "The API documentation at /api/docs lists each address with what it takes.";
    Problem(AppError::new(Code::BadQuery, because.to_string(), next))
}

/// What every route that isn't everybody's may answer: nobody signed in or an unusable key, an account without the
/// permission, a rate that is used up.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "read by the OpenAPI document alone")]
pub enum Refused {
    #[response(
        status = 401,
        content_type = "application/problem+json",
        description = "Not signed in, or a key that can't be used",
        headers(("WWW-Authenticate" = String, description = "`Bearer`"))
    )]
    NotSignedIn(ProblemDetails),
    #[response(
        status = 403,
        content_type = "application/problem+json",
        description = "The account or key doesn't allow this"
    )]
    NotPermitted(ProblemDetails),
    #[response(
        status = 429,
        content_type = "application/problem+json",
        description = "Too many requests",
        headers(("Retry-After" = u64, description = "Seconds until the next request is allowed"))
    )]
    TooMany(ProblemDetails),
}
