//! What answers when a person opens a page.
//!
//! In: HTTP requests of browsers. Out: whole HTML pages that work without JavaScript. Always holds: handlers parse, call
//! the domain and render, nothing else; whatever goes wrong is a page too, with what happened and what to do next.

use super::address::{self, read_list};
use super::message::Message;
use super::page::Shell;
use super::{council, feeds, list, message, style};
use crate::app::App;
use crate::error::{AppError, Code};
use crate::server::read_only;
use crate::triage;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ContentType, LOCATION};
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

/// The program's version, as pages show it.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The style sheet and icon change only with the program: an hour spares the questions of a morning's work.
const FOR_AN_HOUR: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=3600");

/// Mounts the pages.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(read_only("/").to(mondays_list))
        .service(read_only("/councils/{gss_code}").to(one_council))
        .service(read_only("/feeds").to(all_feeds))
        .service(read_only("/runs/{run}").to(one_run))
        .service(read_only("/style.css").to(style_sheet))
        .service(read_only("/icon.svg").to(icon));
}

/// An error on its way out of a page's handler.
#[derive(Debug)]
pub struct Trouble {
    error: AppError,
    demo: bool,
    path: String,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for Trouble {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let code = self.error.code;
        if code.status() >= 500 {
            tracing::error!(code = code.word(), path = self.path, "{}", self.error.happened);
        }
        let shell = Shell { demo: self.demo, version: VERSION, path: &self.path };
        let message = Message {
            status: code.status(),
            title: code.title(),
            what_happened: &self.error.happened,
            what_next: &self.error.next,
        };
        let mut response = HttpResponse::build(self.status_code());
        match message::render(message, &shell) {
            Ok(page) => response.content_type(ContentType::html()).body(page),
            Err(_) => response.content_type(ContentType::plaintext()).body(self.error.told()),
        }
    }
}

/// One request for a page: the program's parts, and what the layout shows.
struct Visit {
    app: Data<App>,
    path: String,
}

impl Visit {
    fn of(app: &Data<App>, request: &HttpRequest) -> Visit {
        Visit { app: app.clone(), path: request.path().to_owned() }
    }

    /// Reads where it doesn't hold up the server, then renders.
    async fn page<T: Send + 'static>(
        self,
        read: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
        render: impl FnOnce(&T, &Shell<'_>) -> Result<String, askama::Error>,
    ) -> Result<HttpResponse, Trouble> {
        let app = self.app.clone();
        let read = actix_web::web::block(move || read(&app)).await;
        let read = read.map_err(|e| crate::api::problem::unexpected(&e)).and_then(|read| read);
        let shell = Shell { demo: self.app.demo, version: VERSION, path: &self.path };
        let page = read.and_then(|read| render(&read, &shell).map_err(|e| crate::api::problem::unexpected(&e)));
        match page {
            Ok(page) => Ok(HttpResponse::Ok().content_type(ContentType::html()).body(page)),
            Err(error) => Err(self.trouble(error)),
        }
    }

    fn trouble(self, error: AppError) -> Trouble {
        Trouble { error, demo: self.app.demo, path: self.path }
    }
}

async fn mondays_list(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let query = match read_list(request.query_string()) {
        Ok(query) => query,
        Err(not_understood) => {
            let next = "Choose from the filters on Monday's list.";
            return Err(visit.trouble(AppError::new(Code::BadQuery, not_understood.to_string(), next)));
        }
    };
    let (asked, today) = (query.clone(), app.clock.today());
    visit
        .page(move |app| triage::list(&app.store, &asked), |page, shell| list::render(page, &query, today, shell))
        .await
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
    visit
        .page(
            move |app| triage::whole(&app.store, &app.rules.set, &asked, day),
            |whole, shell| council::render(whole, today, shell),
        )
        .await
}

async fn all_feeds(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let now = app.clock.now();
    Visit::of(&app, &request)
        .page(|app| triage::feeds(&app.store), |lines, shell| feeds::render(lines, now, shell))
        .await
}

async fn one_run(app: Data<App>, request: HttpRequest, run: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let asked = run.into_inner();
    let read = move |app: &App| {
        let run = asked.parse().map_err(|_| {
            AppError::new(
                Code::RunUnknown,
                format!("There is no run {asked}."),
                "The page of sources lists each feed's last run.",
            )
        })?;
        triage::run(&app.store, run)
    };
    visit.page(read, feeds::render_run).await
}

async fn style_sheet() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").insert_header(FOR_AN_HOUR).body(style::STYLE)
}

async fn icon() -> HttpResponse {
    HttpResponse::Ok().content_type("image/svg+xml").insert_header(FOR_AN_HOUR).body(style::ICON)
}

/// An error as a page, for a request that no page takes.
pub fn trouble(app: &Data<App>, request: &HttpRequest, error: AppError) -> Trouble {
    Visit::of(app, request).trouble(error)
}
