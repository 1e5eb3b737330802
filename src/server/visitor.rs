//! Who a request comes from: the key or session that it shows, or nobody.
//!
//! In: a request's `Authorization` header or cookie. Out: a [`Visitor`] in the request, which every handler takes. Always
//! holds: a key or session that can't be used is never taken for another's; each key, session and address is held to its
//! rate; where the request came from is the proxy's word only when a proxy is declared; a change of the API is never made
//! by a cookie, which a browser sends by itself.

use super::cookies::{self, Kept};
use crate::app::{App, blocking};
use crate::auth::limits::{Limited, address_group};
use crate::auth::secret::{self, Secret};
use crate::auth::{Actor, keys, mask, sessions};
use crate::error::{AppError, Code};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};
use std::net::{IpAddr, SocketAddr};

/// Whoever sent a request.
#[derive(Clone)]
pub struct Visitor {
    pub actor: Actor,
    /// What the address it came from is counted under: itself, or the network of an IPv6 address.
    pub group: String,
    /// What the forms of this visitor's pages carry is derived from it: the session's token, or before anybody has signed
    /// in a token drawn for the form alone.
    form_root: Option<Secret>,
    /// Whether the browser shows a session that has ended.
    pub(super) outlived: bool,
}

impl Visitor {
    /// Who a request comes from, as worked out before its handler was called.
    pub fn of(request: &HttpRequest) -> Visitor {
        let visitor = request.extensions().get::<Visitor>().cloned();
        visitor.unwrap_or_else(|| Visitor {
            actor: Actor::public("unknown"),
            group: "unknown".to_owned(),
            form_root: None,
            outlived: false,
        })
    }

    /// What a form of a page for this visitor must carry; another text each time, so that the length of a compressed page
    /// tells nothing of it.
    pub fn form_token(&self) -> String {
        self.form_root.as_ref().map(|root| mask::masked(&secret::form_token(root.reveal()))).unwrap_or_default()
    }

    /// Whether a form that was sent carries what ours do.
    ///
    /// # Errors
    /// [`Code::FormExpired`] when it doesn't.
    pub fn sent(&self, form_token: &str) -> Result<(), AppError> {
        let root = self.form_root.as_ref().zip(mask::unmasked(form_token));
        if root.is_some_and(|(root, token)| secret::form_token_fits(root.reveal(), &token)) {
            return Ok(());
        }
        Err(AppError::new(
            Code::FormExpired,
            "This form was not sent from a page that this service has shown to you in this session.",
            "Go back, load the page again, and send the form once more.",
        ))
    }

    /// The same visitor with a token for forms that come before signing in.
    pub fn with_form_root(self, root: Secret) -> Visitor {
        Visitor { form_root: Some(root), ..self }
    }
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<Result<Visitor, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Visitor::of(request)))
    }
}

/// The address that a request came from: the last that the proxy added, where one stands in front.
pub fn client_address(request: &ServiceRequest, behind_proxy: bool) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    if !behind_proxy {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").last().and_then(|value| value.to_str().ok());
    forwarded.and_then(|list| list.rsplit(',').next()).and_then(|last| forwarded_address(last.trim())).or(peer)
}

/// An address as proxies write it: by itself, or with the port.
fn forwarded_address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()))
}

/// Works out who a request comes from.
///
/// # Errors
/// [`Code::KeyUnusable`] for a key that can't be used, [`Code::TooManyRequests`] beyond a rate, [`Code::FormExpired`] for a
/// change that another site's page sends with a session's cookie.
pub async fn identify(app: &App, request: &ServiceRequest) -> Result<Visitor, AppError> {
    let (method, headers) = (request.method(), request.headers());
    if headers.get(AUTHORIZATION).is_none() && !is_own(method, headers, &app.config.address()) {
        return Err(AppError::new(
            Code::FormExpired,
            "A page of another site asked for this.",
            "If you meant it, open the page here and send its form.",
        ));
    }
    let (origin, group) = from_where(app, request);
    if let Some(header) = headers.get(AUTHORIZATION) {
        let presented = header.to_str().ok().and_then(|header| header.split_once(' '));
        let presented = presented.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let Some((_, key)) = presented else { return Err(unusable_key()) };
        let actor = by_key(app, key.trim(), (&origin, &group)).await?;
        return Ok(Visitor { actor, group, form_root: None, outlived: false });
    }
    let nobody = |outlived: bool| {
        let form_root = cookies::shown(app, request.request(), Kept::Form).map(Secret::new);
        Visitor { actor: Actor::public(origin.clone()), group: group.clone(), form_root, outlived }
    };
    let token = cookies::shown(app, request.request(), Kept::Session);
    let Some(token) = token.filter(|_| takes_cookies(method, request.path())) else { return Ok(nobody(false)) };
    match known(app, Secret::new(token), (&origin, &group)).await? {
        Some(visitor) => Ok(visitor),
        None => {
            wait(app, Limited::Unknown, &group)?;
            Ok(nobody(true))
        }
    }
}

/// The address that a request came from, and what it is counted under.
fn from_where(app: &App, request: &ServiceRequest) -> (String, String) {
    let unknown = || "unknown".to_owned();
    match client_address(request, app.config.behind_proxy) {
        Some(address) => (address.to_string(), address_group(address)),
        None => (unknown(), unknown()),
    }
}

/// Whether a session's cookie counts: to look, and for the forms of pages, which carry a token besides. The API's changes
/// carry none.
fn takes_cookies(method: &Method, path: &str) -> bool {
    only_looks(method) || !path.starts_with("/api")
}

fn only_looks(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The visitor of a session that was opened for this request.
///
/// # Errors
/// As [`identify`].
pub async fn by_session(app: &App, request: &ServiceRequest, session: Secret) -> Result<Visitor, AppError> {
    let (origin, group) = from_where(app, request);
    let visitor = known(app, session, (&origin, &group)).await?;
    visitor.ok_or_else(|| AppError::new(Code::NotSignedIn, "The session has ended.", "Load the page again."))
}

/// The visitor of a session, held to their rate; none where the session can't be used.
async fn known(app: &App, token: Secret, (origin, group): (&str, &str)) -> Result<Option<Visitor>, AppError> {
    let (shown, from, now) = (token.clone(), origin.to_owned(), app.clock.now());
    let store = app.store.clone();
    let Some(actor) = blocking(move || sessions::resolve(&store, shown.reveal(), now, &from)).await? else {
        return Ok(None);
    };
    wait(app, Limited::Page, &actor.reference())?;
    Ok(Some(Visitor { actor, group: group.to_owned(), form_root: Some(token), outlived: false }))
}

async fn by_key(app: &App, key: &str, (origin, group): (&str, &str)) -> Result<Actor, AppError> {
    let prefix = secret::parts(key).map(|(prefix, _)| prefix.to_owned());
    let Some(prefix) = prefix else {
        wait(app, Limited::Unknown, group)?;
        return Err(unusable_key());
    };
    let (store, presented) = (app.store.clone(), Secret::new(key));
    let (from, now) = (origin.to_owned(), app.clock.now());
    let actor = blocking(move || keys::resolve(&store, presented.reveal(), now, &from)).await?;
    match actor {
        // Counted once the key has proved right, so that a stranger who knows its prefix can't use up its rate.
        Some(actor) => wait(app, Limited::Key, &prefix).map(|()| actor),
        None => {
            wait(app, Limited::Unknown, group)?;
            Err(unusable_key())
        }
    }
}

fn unusable_key() -> AppError {
    AppError::new(
        Code::KeyUnusable,
        "The key in `Authorization` is unknown, expired or revoked, or is not sent as `Bearer KEY`.",
        "Whoever administers your organisation can issue another.",
    )
}

/// Holds a visitor to a rate.
///
/// # Errors
/// [`Code::TooManyRequests`] beyond it.
pub fn wait(app: &App, kind: Limited, who: &str) -> Result<(), AppError> {
    app.limits.check(kind, who).map_err(|wait| AppError::too_many(wait.seconds))
}

/// Whether a browser says that one of our own pages asks for a change. `address` is where people find the service: behind a
/// proxy `Host` may be the machine's own name. Browsers that say nothing are older than 2023; the form's token stands for
/// them.
fn is_own(method: &Method, headers: &HeaderMap, address: &str) -> bool {
    if only_looks(method) {
        return true;
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = origin.split_once("://").map(|(_, host)| host);
    let own = headers.get(HOST).and_then(|own| own.to_str().ok());
    origin == address || host.is_some_and(|host| own == Some(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_proxys_word_counts_only_when_one_is_declared() {
        let request = TestRequest::default()
            .peer_addr("10.0.0.9:4000".parse().unwrap())
            .insert_header(("x-forwarded-for", "203.0.113.7, 198.51.100.2"))
            .to_srv_request();
        assert_eq!(client_address(&request, false), Some("10.0.0.9".parse().unwrap()));
        assert_eq!(
            client_address(&request, true),
            Some("198.51.100.2".parse().unwrap()),
            "what the proxy itself added"
        );
    }

    #[test]
    fn a_change_that_another_sites_page_asks_for_is_known() {
        let own = |method: Method, headers: &[(&'static str, &'static str)]| {
            let mut request = TestRequest::default().method(method);
            for header in headers {
                request = request.insert_header(*header);
            }
            let request = request.to_srv_request();
            is_own(request.method(), request.headers(), "https://public.example")
        };
        assert!(own(Method::GET, &[("sec-fetch-site", "cross-site")]), "a link from elsewhere may lead here");
        assert!(own(Method::POST, &[("sec-fetch-site", "same-origin")]));
        assert!(!own(Method::POST, &[("sec-fetch-site", "cross-site")]));
        assert!(!own(Method::POST, &[("sec-fetch-site", "same-site")]));
        assert!(!own(Method::POST, &[("host", "here.example"), ("origin", "https://elsewhere.example")]));
        assert!(own(Method::POST, &[("host", "here.example"), ("origin", "https://here.example")]));
        assert!(own(Method::POST, &[("host", "machine:8080"), ("origin", "https://public.example")]), "behind a proxy");
        assert!(!own(Method::POST, &[("host", "machine:8080"), ("origin", "http://public.example")]));
        assert!(!own(Method::POST, &[("host", "here.example"), ("origin", "null")]));
        assert!(!own(Method::POST, &[("origin", "https://here.example")]), "a request without Host is nobody's page");
    }

    #[test]
    fn a_change_of_the_api_is_never_made_by_a_cookie() {
        assert!(takes_cookies(&Method::GET, "/api/v1/councils"));
        assert!(takes_cookies(&Method::POST, "/account/sessions/close"));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(!takes_cookies(&method, "/api/v1/councils"), "{method}");
        }
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (text, address) in [
            ("198.51.100.2", Some("198.51.100.2")),
            ("198.51.100.2:4711", Some("198.51.100.2")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("[2001:db8::7]:4711", Some("2001:db8::7")),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(forwarded_address(text), address.map(|address| address.parse().unwrap()), "{text}");
        }
    }
}
