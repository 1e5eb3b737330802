//! The demo opens signed in: who comes without a session is the first example user.
//!
//! In: a request of nobody in particular. Out: the answer that the example user gets, with their session's cookie. Always
//! holds: only where the app has example users (`bellwether demo` alone gives it any), and only from the same machine.

use super::visitor::{self, Visitor};
use crate::app::{App, blocking};
use crate::auth::secret::Secret;
use crate::web::example_users;
use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;

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
/// As the handler.
pub async fn let_in(
    app: &App,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let for_programs = request.path().starts_with("/api") || request.path() == "/metrics";
    let session = match app.example_session.get().filter(|_| for_programs) {
        Some(session) => session.clone(),
        None => opened(app).await?,
    };
    let session = if for_programs { app.example_session.get_or_init(|| session).clone() } else { session };
    let visitor =
        visitor::by_session(app, &request, session.clone()).await.map_err(crate::api::problem::Problem::from)?;
    request.extensions_mut().insert(visitor);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if !for_programs {
        // Only a cookie whose text can't stand in a header is refused, and ours can.
        let _ = response.response_mut().add_cookie(&crate::web::session_cookie(app, &session));
    }
    Ok(response)
}

async fn opened(app: &App) -> Result<Secret, crate::api::problem::Problem> {
    let app = app.clone();
    let first = move || match app.examples.first() {
        Some(first) => example_users::open(&app, first.person, "demo"),
        None => Err(crate::api::problem::unexpected(&"the demo has no example users")),
    };
    Ok(blocking(first).await?)
}
