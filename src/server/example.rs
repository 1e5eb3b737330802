//! The demo opens signed in: who comes without a session is the first example user.
//!
//! In: a request of nobody in particular. Out: the answer that the example user gets, with their session's cookie. Always
//! holds: only where the app has example users (`bellwether demo` alone gives it any), and only from the same machine.

use super::visitor::{self, Visitor};
use crate::app::{App, blocking};
use crate::auth::secret::Secret;
use crate::error::{AppError, Code};
use crate::web::example_users;
use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use std::sync::PoisonError;

/// Whether a request is one to let in: of somebody who has not signed in, from this machine, for a page that is not about
/// signing in.
pub fn is_let_in(app: &App, request: &ServiceRequest, visitor: &Visitor) -> bool {
    !app.examples.is_empty()
        && !visitor.actor.is_somebody()
        && request.method() == Method::GET
        && !request.path().starts_with("/sign-in")
        && example_users::is_here(request.request())
}

/// Answers as the first example user is answered; a browser gets their session.
///
/// # Errors
/// As the handler; when the session can't be opened.
pub async fn let_in(
    app: &Data<App>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let for_programs = request.path().starts_with("/api") || request.path() == "/metrics";
    let found = if for_programs { for_a_program(app, &request).await } else { for_a_browser(app, &request).await };
    let (visitor, session) = match found {
        Ok(found) => found,
        Err(error) => return Ok(super::refused(app, request, error)),
    };
    request.extensions_mut().insert(visitor);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if !for_programs {
        // Only a cookie whose text can't stand in a header is refused, and ours can.
        let _ = response.response_mut().add_cookie(&crate::web::session_cookie(app, &session));
    }
    Ok(response)
}

async fn for_a_browser(app: &App, request: &ServiceRequest) -> Result<(Visitor, Secret), AppError> {
    let session = opened(app).await?;
    Ok((visitor::by_session(app, request, session.clone()).await?, session))
}

/// All programs share a session, for they keep no cookie; one that has ended is followed by another.
async fn for_a_program(app: &App, request: &ServiceRequest) -> Result<(Visitor, Secret), AppError> {
    let shared = || app.example_session.lock().unwrap_or_else(PoisonError::into_inner);
    let known = shared().clone();
    if let Some(session) = known {
        match visitor::by_session(app, request, session.clone()).await {
            Err(ended) if ended.code == Code::NotSignedIn => {}
            known => return known.map(|visitor| (visitor, session)),
        }
    }
    let (visitor, session) = for_a_browser(app, request).await?;
    *shared() = Some(session.clone());
    Ok((visitor, session))
}

async fn opened(app: &App) -> Result<Secret, AppError> {
    let app = app.clone();
    let first = move || match app.examples.first() {
        Some(first) => example_users::open(&app, first.person, "demo"),
        None => Err(crate::api::problem::unexpected(&"the demo has no example users")),
    };
    blocking(first).await
}
