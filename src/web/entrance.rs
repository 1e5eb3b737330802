//! Signing in and out: a link by e-mail, a second factor.
//!
//! In: forms of people who have not signed in yet, or not wholly. Out: pages, cookies, the way on. Always holds: asking for
//! a link is answered alike whoever asks; opening a link's page uses nothing up; a session's token is only ever in its
//! cookie; nobody is led to a page that isn't ours.

use super::sign_in::{self, Enrol, Link, Provider as Choice, RecoveryCodes, SecondFactor, Sent, SignIn};
use super::visit::{Trouble, Visit, see_other};
use crate::app::App;
use crate::auth::limits::Limited;
use crate::auth::links::{self, Asking};
use crate::auth::second_factor::Enrolment;
use crate::auth::secret::{self, Secret};
use crate::auth::sessions::{self, OwnFactor};
use crate::communications::{self, SignInLink};
use crate::error::{AppError, Code};
use crate::server::cookies::{self, Kept};
use crate::server::wait;
use actix_web::cookie::Cookie;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// What the address of the sign-in page may carry.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    then: String,
}

/// Asks for a link.
#[derive(Deserialize)]
pub struct AskForLink {
    form_token: String,
    email: String,
    #[serde(default)]
    then: String,
}

/// A link that was followed, or the form of its page.
#[derive(Deserialize)]
pub struct Followed {
    #[serde(default)]
    form_token: String,
    #[serde(default)]
    token: String,
}

/// A code typed into a form.
#[derive(Deserialize)]
pub struct Typed {
    form_token: String,
    code: String,
}

/// A form with nothing but its token, and perhaps where to go.
#[derive(Deserialize)]
pub struct Pressed {
    pub(super) form_token: String,
    #[serde(default)]
    pub(super) then: String,
}

/// GET /sign-in
pub async fn sign_in_page(
    app: Data<App>,
    request: HttpRequest,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Trouble> {
    let (visit, drawn) = with_form(Visit::of(&app, &request));
    let providers = app.providers.iter().map(|provider| {
        let settings = provider.settings();
        Choice { id: settings.id.clone(), title: settings.title.clone() }
    });
    let view = SignIn {
        form_token: visit.visitor.form_token(),
        then: own_path(&wanted.then).unwrap_or_default().to_owned(),
        providers: providers.collect(),
        sends_mail: app.mailer.is_set(),
    };
    let page = visit.page(|_| Ok(()), |(), shell| sign_in::render(&view, shell)).await?;
    Ok(with_cookie(page, drawn.map(|root| form_cookie(&app, &root))))
}

/// POST /sign-in
pub async fn ask_for_link(
    app: Data<App>,
    request: HttpRequest,
    asked: Form<AskForLink>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let origin = visit.visitor.actor.origin.clone();
    let allowed =
        visit.visitor.sent(&asked.form_token).and_then(|()| wait(&app, Limited::SignIn, &visit.visitor.group));
    if let Err(refused) = allowed {
        return Err(visit.trouble(refused));
    }
    let email = asked.email.trim().to_owned();
    let (to, then) = (email.clone(), then_cookie(&app, &asked.then));
    if let Err(failed) = visit.done(move |app| send_link(app, &to, &origin)).await {
        return Err(visit.trouble(failed));
    }
    app.postbox.wake();
    let view = Sent { email };
    let page = visit.page(|_| Ok(()), |(), shell| sign_in::render_sent(&view, shell)).await?;
    Ok(with_cookie(page, then))
}

/// Queues a letter with a link for the account of an address, if there is one.
fn send_link(app: &App, email: &str, origin: &str) -> Result<(), AppError> {
    if !app.mailer.is_set() {
        return Ok(());
    }
    let (seal, now, service) = (app.seal()?, app.clock.now(), app.config.address());
    links::request(&app.store, &Asking { email, origin }, now, &|connection, recipient, token| {
        let link = format!("{service}/sign-in/link?token={}", token.reveal());
        let expires_at = now + jiff::SignedDuration::from_mins(15);
        let letter =
            SignInLink { service: &service, link: &link, asked_at: now, expires_at }.letter(&recipient.email)?;
        communications::queue(connection, &seal, &letter, now).map(|_| ())
    })
}

/// GET /sign-in/link: asks to press a button, because mail programs open links by themselves.
pub async fn link_page(
    app: Data<App>,
    request: HttpRequest,
    followed: Query<Followed>,
) -> Result<HttpResponse, Trouble> {
    let (visit, drawn) = with_form(Visit::of(&app, &request));
    let token = Secret::new(&followed.token);
    let view = Link { form_token: visit.visitor.form_token(), token: followed.token.clone() };
    let good = move |app: &App| match links::look(&app.store, token.reveal(), app.clock.now())? {
        true => Ok(()),
        false => Err(links::unusable()),
    };
    let page = visit.page(good, |(), shell| sign_in::render_link(&view, shell)).await?;
    Ok(with_cookie(page, drawn.map(|root| form_cookie(&app, &root))))
}

/// POST /sign-in/link
pub async fn follow_link(
    app: Data<App>,
    request: HttpRequest,
    followed: Form<Followed>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let origin = visit.visitor.actor.origin.clone();
    let allowed =
        visit.visitor.sent(&followed.form_token).and_then(|()| wait(&app, Limited::SignIn, &visit.visitor.group));
    if let Err(refused) = allowed {
        return Err(visit.trouble(refused));
    }
    let token = Secret::new(&followed.token);
    let redeem = move |app: &App| links::redeem(&app.store, token.reveal(), app.clock.now(), &origin);
    match visit.done(redeem).await {
        Ok(session) => Ok(entered(&app, &request, &session)),
        Err(error) => Err(visit.trouble(error)),
    }
}

/// GET /sign-in/second-factor: asks for a code, or leads to setting a factor up.
pub async fn second_factor_page(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let standing = visit.done(move |app| sessions::factor_standing(&app.store, &actor)).await;
    match standing {
        Ok(standing) if !standing.confirmed => Ok(see_other("/sign-in/second-factor/enrol")),
        Ok(standing) => {
            let form_token = visit.visitor.form_token();
            let view = SecondFactor { form_token, attempts_left: Some(standing.attempts_left), wrong: None };
            visit.page(|_| Ok(()), |(), shell| sign_in::render_second_factor(&view, shell)).await
        }
        Err(error) => Err(visit.trouble(error)),
    }
}

/// POST /sign-in/second-factor
pub async fn show_second_factor(
    app: Data<App>,
    request: HttpRequest,
    typed: Form<Typed>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    if let Err(refused) = may_try_code(&app, &visit, &typed.form_token) {
        return Err(visit.trouble(refused));
    }
    let (actor, code) = (visit.visitor.actor.clone(), Secret::new(&typed.code));
    let show = move |app: &App| {
        let seal = app.seal()?;
        let shown =
            OwnFactor { store: &app.store, seal: &seal, actor: &actor }.show_code(code.reveal(), app.clock.now());
        shown.map(|()| None).or_else(|error| wrong_code(app, &actor, error))
    };
    match visit.done(show).await {
        Ok(None) => Ok(onward(&app, &request)),
        Ok(Some((wrong, attempts_left))) => {
            let form_token = visit.visitor.form_token();
            let view = SecondFactor { form_token, attempts_left: Some(attempts_left), wrong: Some(wrong) };
            visit.page(|_| Ok(()), |(), shell| sign_in::render_second_factor(&view, shell)).await
        }
        Err(error) => Err(visit.trouble(error)),
    }
}

/// A wrong code as the form shows it again, with the tries that are left; any other error as it is.
fn wrong_code(app: &App, actor: &crate::auth::Actor, error: AppError) -> Result<Option<(String, i64)>, AppError> {
    if error.code != Code::CodeWrong {
        return Err(error);
    }
    let standing = sessions::factor_standing(&app.store, actor)?;
    Ok(Some((error.told(), standing.attempts_left)))
}

fn may_try_code(app: &App, visit: &Visit, form_token: &str) -> Result<(), AppError> {
    visit.visitor.sent(form_token)?;
    // By person, whatever the session: who knows the first factor could otherwise begin one session after the other.
    wait(app, Limited::Code, &visit.visitor.actor.reference())
}

/// GET /sign-in/second-factor/enrol: draws a factor, which counts once a code of it was typed.
pub async fn enrol_page(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let (actor, form_token) = (visit.visitor.actor.clone(), visit.visitor.form_token());
    let begin = move |app: &App| {
        let seal = app.seal()?;
        let enrolment = OwnFactor { store: &app.store, seal: &seal, actor: &actor }.begin_enrolment(app.clock.now())?;
        Ok(enrol(form_token, enrolment, None))
    };
    visit.page(begin, sign_in::render_enrol).await
}

/// POST /sign-in/second-factor/enrol
pub async fn confirm_factor(app: Data<App>, request: HttpRequest, typed: Form<Typed>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    if let Err(refused) = may_try_code(&app, &visit, &typed.form_token) {
        return Err(visit.trouble(refused));
    }
    let (actor, code) = (visit.visitor.actor.clone(), Secret::new(&typed.code));
    let (form_token, next) = (visit.visitor.form_token(), wanted(&app, &request));
    let confirm = move |app: &App| {
        let seal = app.seal()?;
        let own = OwnFactor { store: &app.store, seal: &seal, actor: &actor };
        match own.confirm_enrolment(code.reveal(), app.clock.now()) {
            Ok(codes) => {
                let codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
                Ok(Confirmed::Yes(RecoveryCodes { codes, next }))
            }
            // The same picture again: the app that the first was scanned into needn't scan another.
            Err(error) if error.code == Code::CodeWrong => {
                Ok(Confirmed::NotYet(enrol(form_token, own.enrolment_at_hand()?, Some(error.told()))))
            }
            Err(error) => Err(error),
        }
    };
    let render = |confirmed: &Confirmed, shell: &super::page::Shell<'_>| match confirmed {
        Confirmed::Yes(codes) => sign_in::render_recovery_codes(codes, shell),
        Confirmed::NotYet(view) => sign_in::render_enrol(view, shell),
    };
    Ok(with_cookie(visit.page(confirm, render).await?, None))
}

/// What became of the first code of a second factor.
enum Confirmed {
    Yes(RecoveryCodes),
    NotYet(Enrol),
}

fn enrol(form_token: String, enrolment: Enrolment, wrong: Option<String>) -> Enrol {
    Enrol { form_token, qr_svg: enrolment.qr_svg, by_hand: enrolment.by_hand, address: enrolment.address, wrong }
}

/// POST /sign-out
pub async fn sign_out(app: Data<App>, request: HttpRequest, pressed: Form<Pressed>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let gone = Some(cookies::removed(&app, Kept::Session));
    if !visit.visitor.actor.is_somebody() {
        // The session had ended by itself: there is nothing to be refused.
        return Ok(with_cookie(see_other("/sign-in"), gone));
    }
    let actor = visit.visitor.actor.clone();
    let close = move |app: &App| {
        if let crate::auth::Who::Person { session, .. } = actor.who {
            sessions::close(&app.store, &actor, session, app.clock.now())?;
        }
        Ok("/sign-in".to_owned())
    };
    Ok(with_cookie(visit.form(&pressed.form_token, close).await?, gone))
}

/// Leads on with a session's cookie.
pub(super) fn entered(app: &App, request: &HttpRequest, session: &Secret) -> HttpResponse {
    with_cookie(onward(app, request), Some(session_cookie(app, session)))
}

/// The cookie of a session. It ends with the browser; when the session does is the database's to say.
pub fn session_cookie(app: &App, session: &Secret) -> Cookie<'static> {
    cookies::set(app, Kept::Session, session.reveal())
}

/// Leads to where somebody wanted to go.
fn onward(app: &App, request: &HttpRequest) -> HttpResponse {
    with_cookie(see_other(&wanted(app, request)), Some(cookies::removed(app, Kept::Then)))
}

/// Where somebody wanted to go when they were asked to sign in; the first page otherwise.
fn wanted(app: &App, request: &HttpRequest) -> String {
    let kept = cookies::shown(app, request, Kept::Then).and_then(|kept| URL_SAFE_NO_PAD.decode(kept).ok());
    let then = kept.and_then(|then| String::from_utf8(then).ok()).unwrap_or_default();
    own_path(&then).unwrap_or("/").to_owned()
}

/// Keeps where somebody wants to go. Encoded: what reads cookies undoes per cent signs, and a path's own are to stay.
pub(super) fn then_cookie(app: &App, then: &str) -> Option<Cookie<'static>> {
    Some(cookies::set(app, Kept::Then, &URL_SAFE_NO_PAD.encode(own_path(then)?)))
}

/// A path of ours beyond the entrance, and nothing that a browser would take for another host.
fn own_path(then: &str) -> Option<&str> {
    let plain = then.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'"');
    let inside = then.starts_with('/') && !then.starts_with("//") && !then.starts_with("/sign-");
    (inside && plain && then.len() <= 1_000).then_some(then)
}

/// A visit whose pages can carry a form although nobody has signed in, with the token to keep in a cookie where it is new.
fn with_form(visit: Visit) -> (Visit, Option<Secret>) {
    if !visit.visitor.form_token().is_empty() {
        return (visit, None);
    }
    let root = secret::draw();
    (visit.with_form_root(root.clone()), Some(root))
}

fn form_cookie(app: &App, root: &Secret) -> Cookie<'static> {
    cookies::set(app, Kept::Form, root.reveal())
}

pub(super) fn with_cookie(mut response: HttpResponse, cookie: Option<Cookie<'static>>) -> HttpResponse {
    if let Some(cookie) = cookie {
        // Only a cookie whose text can't stand in a header is refused, and ours can.
        let _ = response.add_cookie(&cookie);
    }
    response.headers_mut().insert(CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_host() {
        for own in ["/", "/councils/E04990001?as_of=2026-01-01", "/feeds"] {
            assert_eq!(own_path(own), Some(own));
        }
        for other in [
            "",
            "feeds",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "https://elsewhere.example",
            "/a\r\nb",
            "/a b",
            "/sign-in",
            "/sign-out",
        ] {
            assert_eq!(own_path(other), None, "{other:?}");
        }
    }
}
