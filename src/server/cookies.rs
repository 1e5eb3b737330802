//! Cookies: what a browser keeps for us.
//!
//! In: which of them, and a value. Out: the cookie to set, the cookie that removes it, what a request shows. Always holds:
//! none is shown to a script, to another site's form or to another host; where browsers come over TLS each is sent over TLS
//! only and has the prefix `__Host-`, which keeps neighbouring hosts from setting it (RFC 6265bis, section 4.1.3.2).

use crate::app::App;
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The session's token.
    Session,
    /// What the forms of somebody who has not signed in yet are derived from.
    Form,
    /// Where somebody wanted to go when they were asked to sign in.
    Then,
    /// A sign-in that has begun at a provider, sealed.
    Pending,
}

impl Kept {
    /// The cookie's name. Without TLS the prefix can't be had: browsers drop such a cookie.
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Kept::Session, true) => "__Host-bellwether",
            (Kept::Session, false) => "bellwether",
            (Kept::Form, true) => "__Host-bellwether-form",
            (Kept::Form, false) => "bellwether-form",
            (Kept::Then, true) => "__Host-bellwether-then",
            (Kept::Then, false) => "bellwether-then",
            (Kept::Pending, true) => "__Host-bellwether-pending",
            (Kept::Pending, false) => "bellwether-pending",
        }
    }

    /// How long the browser keeps it; to its end where none is said.
    fn life(self) -> Option<Duration> {
        match self {
            Kept::Session | Kept::Form => None,
            Kept::Then => Some(Duration::minutes(20)),
            Kept::Pending => Some(Duration::minutes(10)),
        }
    }
}

/// The cookie that sets it.
pub fn set(app: &App, kept: Kept, value: &str) -> Cookie<'static> {
    let secure = app.config.is_secure();
    let mut cookie = Cookie::build(kept.name(secure), value.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .finish();
    if let Some(life) = kept.life() {
        cookie.set_max_age(life);
    }
    cookie
}

/// The cookie that removes it.
pub fn removed(app: &App, kept: Kept) -> Cookie<'static> {
    let mut cookie = set(app, kept, "");
    cookie.make_removal();
    cookie
}

/// What a request shows of it.
pub fn shown(app: &App, request: &HttpRequest, kept: Kept) -> Option<String> {
    request.cookie(kept.name(app.config.is_secure())).map(|cookie| cookie.value().to_owned())
}
