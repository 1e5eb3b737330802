//! The API under `/api/v1`: the same figures as the pages, for machines.
//!
//! In: HTTP requests. Out: JSON; errors as RFC 9457 problem details. Always holds: handlers parse, call the domain and
//! render, nothing else; every route is in the OpenAPI document, because both come from the same list.

mod accounts;
mod councils;
mod cursor;
pub mod health;
mod method;
mod national;
pub mod problem;
mod query;
mod review;
mod rules;
mod sources;
mod submissions;
mod updates;
mod waivers;

pub use query::AsOf;

use crate::app::App;
use crate::error::AppError;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// What the OpenAPI document says of the whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bellwether",
        description = "Early warning and support for England's parish and town councils. Points are milli-points (1/1000 of a point); days are days in England; instants are UTC. Errors are problem details (RFC 9457) whose `code` is stable.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "councils", description = "Monday's list, one council whole, and the evidence"),
        (name = "sources", description = "Feeds, their runs, and the rows that a run held back"),
        (name = "review", description = "What people decide of rows that were held back, and of runs"),
        (name = "rules", description = "The rules in force, drafts of others, and what these would move"),
        (name = "submissions", description = "Outcomes that audit firms hand in, with their receipts"),
        (name = "changes", description = "What is new, revised or taken back, and whom that concerns"),
        (name = "accounts", description = "Who asks, what was done, and what was blacked out"),
        (name = "national", description = "What everybody may know: the sums, the method, the transparency record"),
        (name = "health", description = "For whoever watches the service")
    ),
    // Those that only parameters name: routes bring the others with them.
    components(schemas(crate::triage::Sort, submissions::Partial)),
    security(("key" = [])),
    modifiers(&Keys)
)]
struct Document;

/// How whoever asks shows who they are; routes that ask nobody say so themselves.
struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let about =
            "A machine's key, which an administrator of your organisation issues: `Authorization: Bearer bw_...`.";
        let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about)).build();
        document.components.get_or_insert_default().add_security_scheme("key", SecurityScheme::Http(key));
    }
}

/// The OpenAPI document of nothing yet: routes are added by [`routes`].
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// Mounts every route of the API, and collects it for the OpenAPI document.
pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    config.service(
        utoipa_actix_web::scope("/api/v1")
            .service(councils::list_councils)
            .service(councils::get_council)
            .service(councils::list_council_evidence)
            .service(councils::list_evidence)
            .service(sources::list_feeds)
            .service(sources::list_feed_runs)
            .service(sources::list_runs)
            .service(sources::get_run)
            .service(sources::send_list)
            .service(sources::decide_list)
            .service(waivers::list_waivers)
            .service(waivers::make_waiver)
            .service(waivers::end_waiver)
            .service(review::list_questions)
            .service(review::decide_question)
            .service(review::list_decisions)
            .service(review::undo_decision)
            .service(review::mend_row)
            .service(review::replay_run)
            .service(review::undo_run)
            .service(review::take_again)
            .service(rules::get_rules)
            .service(rules::list_drafts)
            .service(rules::draft_rules)
            .service(rules::get_draft)
            .service(rules::rehearse_draft)
            .service(rules::take_back_draft)
            .service(submissions::get_template)
            .service(submissions::submit)
            .service(submissions::list_submissions)
            .service(submissions::get_submission)
            .service(submissions::withdraw_submission)
            .service(submissions::withdraw_rows)
            .service(updates::list_changes)
            .service(updates::list_corrections)
            .service(national::get_national)
            .service(method::get_method)
            .service(method::get_transparency)
            .service(accounts::get_me)
            .service(accounts::list_audit)
            .service(accounts::list_redactions)
            .service(health::get_health)
            .service(health::get_ready),
    );
}

/// Lets only a machine's key change anything here: a browser's cookie is sent by whatever page makes it send a request.
fn by_key(visitor: &crate::server::Visitor) -> Result<(), AppError> {
    match visitor.actor.who {
        crate::auth::Who::Person { .. } => Err(AppError::new(
            crate::error::Code::NotPermitted,
            "A session in a browser can't change anything through the API.",
            "Use the pages; machines send their key as `Authorization: Bearer KEY`.",
        )),
        _ => Ok(()),
    }
}

/// Runs database work where it doesn't hold up the server.
async fn blocking<T: Send + 'static>(
    app: &actix_web::web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
) -> Result<T, problem::Problem> {
    let app = app.clone();
    match actix_web::web::block(move || work(&app)).await {
        Ok(done) => done.map_err(problem::Problem::from),
        Err(cancelled) => Err(problem::unexpected(&cancelled).into()),
    }
}
