//! The demo's door: a visitor may be any of the example users.
//!
//! In: the form of the demo's bar. Out: a session of that user. Always holds: it opens only where the app has example
//! users, which only `bellwether demo` gives it, and only to a browser on the same machine; `serve` has none.

use super::entrance::session_cookie;
use super::visit::{Trouble, Visit};
use crate::app::App;
use crate::auth::secret::Secret;
use crate::auth::sessions::{self, OpenedBy, Opening};
use crate::error::{AppError, Code};
use actix_web::web::{Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

/// Whom the visitor wants to be.
#[derive(Deserialize)]
pub struct Chosen {
    form_token: String,
    person: i64,
}

/// POST /demo/be
pub async fn be(app: Data<App>, request: HttpRequest, chosen: Form<Chosen>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let origin = visit.visitor.actor.origin.clone();
    if !app.examples.iter().any(|example| example.person == chosen.person) || !is_here(&request) {
        return Err(visit.trouble(nothing_here()));
    }
    if let Err(expired) = visit.visitor.sent(&chosen.form_token) {
        return Err(visit.trouble(expired));
    }
    let person = chosen.person;
    match visit.done(move |app| open(app, person, &origin)).await {
        Ok(session) => {
            let mut there = super::visit::see_other("/");
            // Only a cookie whose text can't stand in a header is refused, and ours can.
            let _ = there.add_cookie(&session_cookie(&app, &session));
            Ok(there)
        }
        Err(error) => Err(visit.trouble(error)),
    }
}

/// Opens a session of an example user.
///
/// # Errors
/// When the database fails.
pub fn open(app: &App, person: i64, origin: &str) -> Result<Secret, AppError> {
    // An invented administrator has no telephone to read a code from.
    let opening = Opening { person, by: OpenedBy::Demo, second_factor: true, origin };
    sessions::open(&app.store, &opening, app.clock.now())
}

/// Whether the browser is on the same machine.
pub fn is_here(request: &HttpRequest) -> bool {
    request.peer_addr().is_some_and(|peer| peer.ip().is_loopback())
}

fn nothing_here() -> AppError {
    AppError::new(Code::PageUnknown, "There is nothing at /demo/be.", "Start from Monday's list.")
}
