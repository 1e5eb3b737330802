//! The method and the transparency record, for everybody.
//!
//! In: nothing. Out: [`Method`] and [`Record`] as JSON. Always holds: both are made from the rules in force; they name no
//! council, and ask nobody who they are.

use super::blocking;
use crate::api::problem::{Problem, ProblemDetails};
use crate::app::App;
use crate::method::{self, Method, Record};
use actix_web::get;
use actix_web::web::{Data, Json};

/// How a score comes about
///
/// Every rule, band and figure of the rules in force. Needs no key.
#[utoipa::path(tag = "national", security(()), responses(
    (status = 200, body = Method),
    (status = 401, body = ProblemDetails, content_type = "application/problem+json", description = "A key was sent that can't be used"),
    (status = 429, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/method")]
pub async fn get_method(app: Data<App>) -> Result<Json<Method>, Problem> {
    Ok(Json(blocking(&app, |app| Ok(method::method(&app.in_force()?.set))).await?))
}

/// The transparency record
///
/// What the Algorithmic Transparency Recording Standard asks, made from the rules in force. Needs no key.
#[utoipa::path(tag = "national", security(()), responses(
    (status = 200, body = Record),
    (status = 401, body = ProblemDetails, content_type = "application/problem+json", description = "A key was sent that can't be used"),
    (status = 429, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/transparency")]
pub async fn get_transparency(app: Data<App>) -> Result<Json<Record>, Problem> {
    Ok(Json(blocking(&app, |app| Ok(method::record_of(&app.in_force()?.set, &app.config))).await?))
}
