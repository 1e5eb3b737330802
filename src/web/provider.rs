//! Signing in by the provider of one's own organisation: there and back.
//!
//! In: the button of the sign-in page; the browser that comes back with the provider's answer. Out: the way to the
//! provider; a session. Always holds: what is kept between the two is sealed in the browser's own cookie, works for ten
//! minutes, and is spent by the first answer, whatever that says.

use super::away::{self, Away};
use super::entrance::{Pressed, entered, then_cookie, with_cookie};
use super::visit::{Trouble, Visit};
use crate::app::{App, blocking};
use crate::auth::limits::Limited;
use crate::auth::openid::{Answer, OpenidError, Pending, Provider};
use crate::auth::secret::Secret;
use crate::auth::subjects::{Subject, sign_in_by_subject};
use crate::error::{AppError, Code};
use crate::server::cookies::{self, Kept};
use crate::server::{Visitor, wait};
use actix_web::http::header::{HeaderValue, REFRESH};
use actix_web::web::{Data, Form, Path, Query};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

/// What is kept while somebody is at their provider is sealed for this.
const PENDING: &str = "openid sign-in in a browser";

/// POST /sign-in/openid/{provider}: leads the browser to the provider.
///
/// By a page that leads on by itself, and not by a redirect: browsers hold every redirect after a form, also those among the
/// provider's own hosts, against the `form-action` of the page that the form was on.
pub async fn begin(
    app: Data<App>,
    request: HttpRequest,
    provider: Path<String>,
    pressed: Form<Pressed>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let allowed =
        visit.visitor.sent(&pressed.form_token).and_then(|()| wait(&app, Limited::SignIn, &visit.visitor.group));
    let begun = match allowed.and_then(|()| declared(&app, &provider)) {
        Ok(provider) => provider.begin(&return_address(&app, provider), app.clock.now()).await.map_err(AppError::from),
        Err(refused) => Err(refused),
    };
    let sealed = begun.and_then(|begun| {
        let pending = serde_json::to_vec(&begun.pending).map_err(|e| crate::api::problem::unexpected(&e))?;
        Ok((begun.address, app.seal()?.seal(PENDING, &pending)?))
    });
    let (address, sealed) = match sealed {
        Ok(begun) => begun,
        Err(error) => return Err(visit.trouble(error)),
    };
    let title = declared(&app, &provider).map(|provider| provider.settings().title.clone()).unwrap_or_default();
    let view = Away { title, address };
    let refresh = format!("0; url={}", view.address);
    let mut page = visit.page(|_| Ok(()), |(), shell| away::render(&view, shell)).await?;
    if let Ok(refresh) = HeaderValue::from_str(&refresh) {
        page.headers_mut().insert(REFRESH, refresh);
    }
    let pending = cookies::set(&app, Kept::Pending, &sealed);
    Ok(with_cookie(with_cookie(page, Some(pending)), then_cookie(&app, &pressed.then)))
}

/// GET /sign-in/openid/{provider}/return: the browser comes back with the provider's answer.
pub async fn come_back(
    app: Data<App>,
    request: HttpRequest,
    provider: Path<String>,
    answer: Query<Answer>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let session = finish(&app, &request, &provider, answer.into_inner()).await;
    let spent = cookies::removed(&app, Kept::Pending);
    match session {
        Ok(session) => Ok(with_cookie(entered(&app, &request, &session), Some(spent))),
        Err(error) => Ok(with_cookie(visit.trouble(error).error_response(), Some(spent))),
    }
}

async fn finish(app: &Data<App>, request: &HttpRequest, provider: &str, answer: Answer) -> Result<Secret, AppError> {
    let provider = declared(app, provider)?;
    let pending = cookies::shown(app, request, Kept::Pending).and_then(|sealed| {
        let opened = app.seal().ok()?.open(PENDING, &sealed).ok()?;
        serde_json::from_slice::<Pending>(&opened).ok()
    });
    let Some(pending) = pending else {
        return Err(OpenidError::NotBegunHere { provider: provider.settings().title.clone() }.into());
    };
    let verified = provider.finish(pending, answer, app.clock.now()).await.inspect_err(|refused| {
        tracing::warn!(provider = provider.settings().id, kind = refused.kind(), "a sign-in was not completed");
    })?;
    let origin = Visitor::of(request).actor.origin;
    let (store, now) = (app.store.clone(), app.clock.now());
    blocking(move || {
        let email = verified.email.as_deref().filter(|_| verified.email_trusted);
        let known_as = Subject {
            issuer: &verified.issuer,
            subject: &verified.subject,
            trusted_email: email,
            second_factor: verified.second_factor,
        };
        sign_in_by_subject(&store, &known_as, now, &origin)
    })
    .await
}

fn declared<'a>(app: &'a App, id: &str) -> Result<&'a Provider, AppError> {
    app.providers.iter().find(|provider| provider.settings().id == id).ok_or_else(|| {
        AppError::new(Code::PageUnknown, "Nobody signs in that way here.", "The sign-in page shows the ways there are.")
    })
}

fn return_address(app: &App, provider: &Provider) -> String {
    format!("{}/sign-in/openid/{}/return", app.config.address(), provider.settings().id)
}
