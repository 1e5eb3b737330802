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
pub async fn be(
    app: Data<App>,
    request: HttpRequest,
    chosen: Result<Form<Chosen>, actix_web::Error>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let origin = visit.visitor.actor.origin.clone();
    // Whatever was sent: where there is no such door, nothing tells that there could be one.
    let chosen = chosen.ok().filter(|chosen| app.examples.iter().any(|example| example.person == chosen.person));
    let Some(chosen) = chosen.filter(|_| is_here(&request)) else {
        return Err(visit.trouble(nothing_here()));
    };
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

/// Whether the browser is on the same machine: a proxy on it may speak for anybody.
pub fn is_here(request: &HttpRequest) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];
    request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback())
        && !forwarded.iter().any(|header| request.headers().contains_key(*header))
}

fn nothing_here() -> AppError {
    AppError::new(Code::PageUnknown, "There is nothing at /demo/be.", "Start from Monday's list.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_door_is_for_a_browser_on_the_same_machine() {
        let from = |peer: &str| TestRequest::default().peer_addr(peer.parse().unwrap());
        for here in ["127.0.0.1:4000", "127.8.9.10:4000", "[::1]:4000", "[::ffff:127.0.0.1]:4000"] {
            assert!(is_here(&from(here).to_http_request()), "{here}");
        }
        for elsewhere in ["192.0.2.7:4000", "10.0.0.9:4000", "[2001:db8::7]:4000", "[::ffff:192.0.2.7]:4000"] {
            assert!(!is_here(&from(elsewhere).to_http_request()), "{elsewhere}");
        }
        assert!(!is_here(&TestRequest::default().to_http_request()), "nobody knows where from");
        for header in ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"] {
            let by_proxy = from("127.0.0.1:4000").insert_header((header, "127.0.0.1")).to_http_request();
            assert!(!is_here(&by_proxy), "{header}");
        }
    }
}
