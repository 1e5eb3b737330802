//! Health: whether the process answers, and whether it can do its work.
//!
//! In: nothing. Out: a word. Always holds: `/health` asks nobody, so that a slow database doesn't get the process
//! restarted; `/ready` asks the database, so that no request is sent to a replica that can't answer it.

use super::problem::{Problem, ProblemDetails};
use crate::app::App;
use crate::error::AppError;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// How the process is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    #[schema(example = "alive")]
    status: &'static str,
    version: &'static str,
}

const fn health(status: &'static str) -> Health {
    Health { status, version: env!("CARGO_PKG_VERSION") }
}

/// Whether the process answers
#[utoipa::path(tag = "health", security(()), responses((status = 200, body = Health)))]
#[get("/health")]
pub async fn get_health() -> Json<Health> {
    Json(health("alive"))
}

/// Whether the database answers too
#[utoipa::path(tag = "health", security(()), responses(
    (status = 200, body = Health),
    (status = 503, body = ProblemDetails, content_type = "application/problem+json"),
))]
#[get("/ready")]
pub async fn get_ready(app: Data<App>) -> Result<Json<Health>, Problem> {
    super::blocking(&app, |app| app.store.ping().map_err(AppError::from)).await?;
    Ok(Json(health("ready")))
}
