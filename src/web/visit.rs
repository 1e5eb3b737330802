//! One request of a browser: who sent it, what the layout shows them, and what becomes of an error.
//!
//! In: a request. Out: a page, a way to another page, or a [`Trouble`]. Always holds: whoever has to sign in first is sent
//! there and led back; a form is taken only with the token that our own page gave it.

use super::entrance::then_cookie;
use super::message::{self, Message};
use super::page::{Account, Shell};
use crate::app::App;
use crate::auth::secret::Secret;
use crate::error::{AppError, Code};
use crate::server::Visitor;
use crate::server::upload::{self, Upload};
use actix_web::cookie::Cookie;
use actix_web::http::header::{ContentType, LOCATION, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

/// The program's version, as pages show it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An error on its way out of a page's handler.
#[derive(Debug)]
pub struct Trouble {
    error: AppError,
    demo: bool,
    /// With the query, so that signing in leads back here.
    path: String,
    /// Whether a page was asked for, rather than a form sent.
    looks: bool,
    /// Where to go on to, for somebody who is still on the way in.
    then: Option<Cookie<'static>>,
    account: Option<Account>,
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
            // Without the query: that of a link, or of a provider's answer, signs somebody in.
            let path = self.path.split('?').next().unwrap_or_default();
            tracing::error!(code = code.word(), path, "{}", self.error.happened);
        }
        if let Some(there) = elsewhere(code, &self.path, self.looks) {
            let mut led = see_other(&there);
            if let Some(then) = &self.then {
                // Only a cookie whose text can't stand in a header is refused, and ours can.
                let _ = led.add_cookie(then);
            }
            return led;
        }
        let shell = Shell { demo: self.demo, version: VERSION, path: &self.path, account: self.account.as_ref() };
        let message = Message {
            status: code.status(),
            title: code.title(),
            what_happened: &self.error.happened,
            what_next: &self.error.next,
        };
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.error.wait {
            response.insert_header((RETRY_AFTER, seconds));
        }
        match message::render(message, &shell) {
            Ok(page) => response.content_type(ContentType::html()).body(page),
            Err(_) => response.content_type(ContentType::plaintext()).body(self.error.told()),
        }
    }
}

/// Where a visitor is sent who has to sign in, or to finish signing in, before this page can be shown. Who sends a form is
/// told instead: what they sent is lost, and no page answers at its address.
fn elsewhere(code: Code, path: &str, looks: bool) -> Option<String> {
    match code {
        Code::NotSignedIn if !looks => None,
        Code::NotSignedIn if path == "/" || path.starts_with("/sign-in") => Some("/sign-in".to_owned()),
        Code::NotSignedIn => {
            let then: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            Some(format!("/sign-in?then={then}"))
        }
        Code::SecondFactorDue => Some("/sign-in/second-factor".to_owned()),
        _ => None,
    }
}

/// The answer that sends a browser to another page of ours.
pub fn see_other(there: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
}

/// One request for a page: the program's parts, who asks, and what the layout shows.
pub struct Visit {
    pub app: Data<App>,
    pub visitor: Visitor,
    path: String,
    looks: bool,
}

impl Visit {
    /// Of a request.
    pub fn of(app: &Data<App>, request: &HttpRequest) -> Visit {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let looks = *request.method() == Method::GET;
        Visit { app: app.clone(), visitor: Visitor::of(request), path: path.to_owned(), looks }
    }

    /// The same, with a token for forms that come before signing in.
    pub fn with_form_root(self, root: Secret) -> Visit {
        Visit { visitor: self.visitor.with_form_root(root), ..self }
    }

    /// A form with a file, sent from a page of ours in this session.
    pub async fn upload(self, request: &HttpRequest, payload: Payload) -> Result<(Visit, Upload), Trouble> {
        let upload = match upload::read_form(request, payload).await {
            Ok(upload) => upload,
            Err(error) => return Err(self.trouble(error)),
        };
        match self.visitor.sent(upload.field("form_token").unwrap_or_default()) {
            Ok(()) => Ok((self, upload)),
            Err(expired) => Err(self.trouble(expired)),
        }
    }

    /// Reads where it doesn't hold up the server, then renders.
    pub async fn page<T: Send + 'static>(
        self,
        read: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
        render: impl FnOnce(&T, &Shell<'_>) -> Result<String, askama::Error>,
    ) -> Result<HttpResponse, Trouble> {
        let account = self.account();
        let read = self.done(read).await;
        let shell = Shell { demo: self.app.demo, version: VERSION, path: &self.path, account: account.as_ref() };
        let page = read.and_then(|read| render(&read, &shell).map_err(|e| crate::api::problem::unexpected(&e)));
        match page {
            Ok(page) => Ok(HttpResponse::Ok().content_type(ContentType::html()).body(page)),
            Err(error) => Err(self.trouble(error)),
        }
    }

    /// Takes a form that carries our token, does what it asks for, and leads on to where that says.
    pub async fn form(
        self,
        form_token: &str,
        act: impl FnOnce(&App) -> Result<String, AppError> + Send + 'static,
    ) -> Result<HttpResponse, Trouble> {
        if let Err(expired) = self.visitor.sent(form_token) {
            return Err(self.trouble(expired));
        }
        match self.done(act).await {
            Ok(there) => Ok(see_other(&there)),
            Err(error) => Err(self.trouble(error)),
        }
    }

    /// Runs database work where it doesn't hold up the server.
    pub async fn done<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let app = self.app.clone();
        let done = actix_web::web::block(move || work(&app)).await;
        done.map_err(|e| crate::api::problem::unexpected(&e)).and_then(|done| done)
    }

    /// The error as this visitor's page.
    pub fn trouble(self, error: AppError) -> Trouble {
        let account = self.account();
        let on_the_way = self.looks && error.code == Code::SecondFactorDue;
        let then = on_the_way.then(|| then_cookie(&self.app, &self.path)).flatten();
        Trouble { error, demo: self.app.demo, path: self.path, looks: self.looks, then, account }
    }

    /// Where the navigation leads this visitor first.
    pub fn first_place(&self) -> &'static str {
        let account = self.account();
        let shell = Shell { demo: false, version: VERSION, path: &self.path, account: account.as_ref() };
        shell.places().first().map_or("/national", |place| place.href)
    }

    fn account(&self) -> Option<Account> {
        Account::of(&self.visitor, &self.app.examples)
    }
}

/// An error as a page, for a request that no page takes.
pub fn trouble(app: &Data<App>, request: &HttpRequest, error: AppError) -> Trouble {
    Visit::of(app, request).trouble(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_back_to_the_page_that_was_asked_for() {
        assert_eq!(elsewhere(Code::NotSignedIn, "/", true).as_deref(), Some("/sign-in"));
        assert_eq!(
            elsewhere(Code::NotSignedIn, "/councils/E04990001?as_of=2026-01-01", true).as_deref(),
            Some("/sign-in?then=%2Fcouncils%2FE04990001%3Fas_of%3D2026-01-01")
        );
        assert_eq!(elsewhere(Code::NotSignedIn, "/sign-in/second-factor", true).as_deref(), Some("/sign-in"));
        assert_eq!(elsewhere(Code::NotSignedIn, "/account/sessions/close", false), None);
        assert_eq!(elsewhere(Code::CouncilUnknown, "/councils/E04990001", true), None);
    }
}
