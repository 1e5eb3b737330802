//! Deciding about a list that is held.
//!
//! In: the form on a run's page. Out: the page of the run that took the list, or of the one that stays refused. Always
//! holds: the decision is kept before the list is taken, so that a run that fails is made up by the next pull.

use super::address::{of_run, segment};
use super::fields::Fields;
use super::visit::{Trouble, Visit, see_other};
use crate::app::App;
use crate::error::{AppError, Code};
use crate::ingest::{Asked, Given, Trigger, run};
use crate::triage::holds;
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
    let act = move |app: &App| {
        let id = asked.parse().map_err(|_| {
            let next = "The page of sources lists each feed's last run.";
            AppError::new(Code::RunUnknown, format!("There is no run {asked}."), next)
        })?;
        let release = match fields.one("decision") {
            "release" => true,
            "refuse" => false,
            _ => {
                let next = "Go back, and send the form as the page shows it.";
                return Err(AppError::new(Code::BadQuery, "The form says neither to take the list nor not to.", next));
            }
        };
        holds::decide(&app.store, &actor, app.clock.now(), (id, release, fields.one("reason")))
    };
    let released = match visit.done(act).await {
        Ok(Some(released)) => released,
        Ok(None) => return Ok(see_other(&there)),
        Err(error) => return Err(visit.trouble(error)),
    };
    let (name, content_type, bytes) = (released.file_name, released.content_type, released.bytes);
    let asked =
        Asked { trigger: Trigger::Release, given: Some(Given::Bytes { name, content_type, bytes }), dry_run: false };
    let feed = app.feed(&released.feed).cloned();
    let ran = match feed {
        Ok(feed) => run(&app, &feed, asked).await,
        Err(error) => Err(error),
    };
    match ran {
        Ok(report) => Ok(see_other(&report.run.map_or(there, of_run))),
        Err(error) => Err(visit.trouble(error)),
    }
}
