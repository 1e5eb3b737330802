//! The national picture, for everybody.
//!
//! In: nothing. Out: [`crate::triage::National`] as JSON. Always holds: it names no council, and asks nobody who they are.

use super::blocking;
use crate::api::problem::{Problem, ProblemDetails};
use crate::app::App;
use crate::triage::{self, National};
use actix_web::get;
use actix_web::web::{Data, Json};

/// How many councils are in each band, by county
///
/// As of the last month's end. Counts under five, and whatever would tell them, are suppressed. Needs no key.
#[utoipa::path(tag = "national", security(()), responses(
    (status = 200, body = National),
    (status = 401, body = ProblemDetails, content_type = "application/problem+json", description = "A key was sent that can't be used"),
    (status = 429, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/national")]
pub async fn get_national(app: Data<App>) -> Result<Json<National>, Problem> {
    Ok(Json(blocking(&app, |app| triage::national(&app.store, &app.clock)).await?))
}
