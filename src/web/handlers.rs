//! What answers when a person opens a page.
//!
//! In: HTTP requests of browsers. Out: whole HTML pages that work without JavaScript. Always holds: handlers parse, call
//! the domain and render, nothing else; whatever goes wrong is a page too, with what happened and what to do next.

use super::address::{self, read_list};
use super::visit::{Trouble, Visit};
use super::{
    council, deciding, entrance, example_users, feeds, files, hand_in, holds, list, log, method, national, office,
    persons, provider, rehearsal, rules, run, style, submit, waivers,
};
use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::triage;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

/// The style sheet and icon change only with the program: an hour spares the questions of a morning's work.
const FOR_AN_HOUR: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=3600");

/// Declares the pages once: what mounts them, and the list that the matrix of permissions is held against.
macro_rules! pages {
    ($($method:ident $path:literal => $handler:expr;)+) => {
        /// Every page and form: method and path.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        /// Mounts the pages and forms.
        pub fn routes(config: &mut ServiceConfig) {
            $(config.service(crate::server::only(actix_web::http::Method::$method, $path).to($handler));)+
        }
    };
}

pages! {
    GET "/" => mondays_list;
    GET "/councils/{gss_code}" => one_council;
    GET "/feeds" => all_feeds;
    GET "/runs/{run}" => one_run;
    GET "/runs/{run}/file" => hand_in::file;
    POST "/runs/{run}/decide" => holds::decide;
    GET "/list.{format}" => files::list;
    GET "/national" => national_picture;
    GET "/method" => method::method_page;
    GET "/transparency" => method::transparency_page;
    GET "/sign-in" => entrance::sign_in_page;
    POST "/sign-in" => entrance::ask_for_link;
    GET "/sign-in/link" => entrance::link_page;
    POST "/sign-in/link" => entrance::follow_link;
    GET "/sign-in/second-factor" => entrance::second_factor_page;
    POST "/sign-in/second-factor" => entrance::show_second_factor;
    GET "/sign-in/second-factor/enrol" => entrance::enrol_page;
    POST "/sign-in/second-factor/enrol" => entrance::confirm_factor;
    POST "/sign-in/openid/{provider}" => provider::begin;
    GET "/sign-in/openid/{provider}/return" => provider::come_back;
    POST "/sign-out" => entrance::sign_out;
    GET "/account" => office::own_account;
    POST "/account/sessions/close" => office::close_session;
    POST "/account/sessions/close-others" => office::close_other_sessions;
    GET "/organisations" => office::all_organisations;
    POST "/organisations" => office::add_organisation;
    GET "/organisations/{organisation}" => office::one_organisation;
    POST "/organisations/{organisation}/rename" => office::rename_organisation;
    POST "/organisations/{organisation}/counties" => office::change_counties;
    POST "/organisations/{organisation}/close" => office::close_organisation;
    POST "/organisations/{organisation}/people" => office::add_person;
    POST "/organisations/{organisation}/people/{person}/roles" => office::change_roles;
    POST "/organisations/{organisation}/people/{person}/rename" => office::rename_person;
    POST "/organisations/{organisation}/people/{person}/close" => office::close_person;
    POST "/organisations/{organisation}/people/{person}/reset-second-factor" => office::reset_second_factor;
    POST "/organisations/{organisation}/keys" => office::issue_key;
    POST "/organisations/{organisation}/keys/{prefix}/rotate" => office::rotate_key;
    POST "/organisations/{organisation}/keys/{prefix}/revoke" => office::revoke_key;
    GET "/councils/{gss_code}/contacts" => persons::contacts_page;
    POST "/councils/{gss_code}/contacts" => persons::add_contact;
    POST "/councils/{gss_code}/contacts/{contact}/change" => persons::change_contact;
    POST "/councils/{gss_code}/contacts/{contact}/end" => persons::end_contact;
    POST "/councils/{gss_code}/redact" => persons::redact_evidence;
    GET "/feeds/{feed}/lists" => hand_in::form;
    POST "/feeds/{feed}/lists" => hand_in::send;
    POST "/runs/{run}/redact" => persons::redact_cell;
    POST "/runs/{run}/waive" => waivers::make;
    GET "/waivers" => waivers::all;
    POST "/waivers/{waiver}/end" => waivers::end;
    POST "/runs/{run}/held/{row}/mend" => deciding::mend_row;
    POST "/runs/{run}/replay" => deciding::replay_run;
    POST "/runs/{run}/undo" => deciding::undo_run;
    POST "/runs/{run}/take-again" => deciding::take_again;
    GET "/review" => deciding::queue;
    POST "/review/accept" => deciding::accept;
    GET "/review/decided" => deciding::decided;
    POST "/review/decided/{decision}/undo" => deciding::undo_decision;
    POST "/review/{question}/answer" => deciding::decide;
    GET "/rules" => rules::all;
    GET "/rules/edit" => rules::edit;
    POST "/rules/drafts" => rules::draft;
    GET "/rules/drafts/{draft}" => rules::one;
    GET "/rules/drafts/{draft}/rehearsal" => rehearsal::page;
    GET "/rules/drafts/{draft}/rehearsal.{format}" => rehearsal::file;
    POST "/rules/drafts/{draft}/decide" => rules::decide;
    GET "/subjects" => persons::ask_about_person;
    POST "/subjects" => persons::show_person;
    POST "/subjects/json" => persons::take_person;
    POST "/subjects/erase" => persons::erase;
    GET "/submissions" => submit::all;
    POST "/submissions" => submit::send;
    GET "/submissions/{submission}" => submit::one;
    POST "/submissions/{submission}/withdraw" => submit::withdraw;
    GET "/corrections" => submit::all_corrections;
    GET "/retention" => persons::retention_page;
    GET "/audit" => log::audit_log;
    GET "/audit.{format}" => files::audit_log;
    POST "/demo/be" => example_users::be;
    GET "/style.css" => style_sheet;
    GET "/icon.svg" => icon;
}

async fn mondays_list(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = &visit.visitor.actor;
    // Who keeps accounts or sends outcomes has no list; their work is elsewhere.
    if actor.is_somebody() && !actor.second_factor_due && !actor.can(Action::SeeCouncils) {
        return Ok(super::visit::see_other(visit.first_place()));
    }
    let query = match read_list(request.query_string()) {
        Ok(query) => query,
        Err(not_understood) => {
            let next = "Choose from the filters on Monday's list.";
            return Err(visit.trouble(AppError::new(Code::BadQuery, not_understood.to_string(), next)));
        }
    };
    let (asked, today) = (query.clone(), app.clock.today());
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| triage::list(app, &actor.reach(Action::SeeCouncils)?, &asked);
    visit.page(read, |page, shell| list::render(page, &query, today, shell)).await
}

async fn one_council(
    app: Data<App>,
    request: HttpRequest,
    gss_code: Path<String>,
    as_of: Result<Query<crate::api::AsOf>, actix_web::Error>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let today = app.clock.today();
    let day =
        as_of.map_err(|e| AppError::new(Code::BadQuery, e.to_string(), "Give as_of as a day, such as 2026-03-31."));
    let day = match day.and_then(|as_of| as_of.day(today)) {
        Ok(day) => day,
        Err(error) => return Err(visit.trouble(error)),
    };
    // A person types the code in either case.
    let asked = gss_code.to_uppercase();
    if asked != *gss_code {
        let query = request.query_string();
        let there = address::of_council(&asked) + if query.is_empty() { "" } else { "?" } + query;
        let there = (LOCATION, there);
        return Ok(HttpResponse::PermanentRedirect().insert_header(there).finish());
    }
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| triage::seen_whole(app, &actor, &asked, day);
    visit.page(read, |whole, shell| council::render(whole, today, shell)).await
}

async fn all_feeds(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let now = app.clock.now();
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| {
        let lines = triage::feeds(app, &actor.sources(Action::SeeSources)?)?;
        Ok((lines, crate::ingest::open_to(app, &actor)?))
    };
    visit.page(read, |(lines, open), shell| feeds::render((lines, open), now, shell)).await
}

async fn one_run(app: Data<App>, request: HttpRequest, run: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let asked = run.into_inner();
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| {
        actor.may(Action::SeeSources)?;
        triage::seen_run(app, &actor, asked.parse().map_err(|_| triage::unknown_run(&asked))?)
    };
    visit.page(read, run::render).await
}

async fn national_picture(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let read = |app: &App| triage::national(&app.store, &app.clock);
    Visit::of(&app, &request).page(read, national::render).await
}

async fn style_sheet() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").insert_header(FOR_AN_HOUR).body(style::STYLE)
}

async fn icon() -> HttpResponse {
    HttpResponse::Ok().content_type("image/svg+xml").insert_header(FOR_AN_HOUR).body(style::ICON)
}
