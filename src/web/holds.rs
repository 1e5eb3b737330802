//! Deciding about a list that is held.
//!
//! In: the form on a run's page. Out: the page of the run that took the list, or of the one that stays refused. Always
//! holds: the decision is kept before the list is taken, so that a run that fails is made up by the next pull.

use super::address::{of_run, segment};
use super::fields::Fields;
use super::visit::{Trouble, Visit, see_other};
use crate::app::App;
use crate::error::{AppError, Code};
use crate::ingest::decide_held;
use crate::triage::unknown_run;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

/// POST /runs/{run}/decide
pub async fn decide(
    app: Data<App>,
    request: HttpRequest,
    path: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let actor = visit.visitor.actor.clone();
    let asked = path.into_inner();
    let there = format!("/runs/{}", segment(&asked));
    let release = match fields.one("decision") {
        "release" => true,
        "refuse" => false,
        _ => {
            let next = "Go back, and send the form as the page shows it.";
            let error = AppError::new(Code::BadQuery, "The form says neither to take the list nor not to.", next);
            return Err(visit.trouble(error));
        }
    };
    let decided = match asked.parse() {
        Ok(id) => decide_held(&app, &actor, (id, release, fields.one("reason").to_owned())).await,
        Err(_) => Err(unknown_run(&asked)),
    };
    match decided {
        Ok(report) => Ok(see_other(&report.and_then(|report| report.run).map_or(there, of_run))),
        Err(error) => Err(visit.trouble(error)),
    }
}
