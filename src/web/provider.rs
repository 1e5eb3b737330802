//! Signing in by the provider of one's own organisation: there and back.
//!
//! In: the button of the sign-in page; the browser that comes back with the provider's answer. Out: the way to the
//! provider; a session. Always holds: what is kept between the two is sealed in the browser's own cookie, works for ten
//! minutes, and is spent by the first answer, whatever that says.

use super::entrance::{Pressed, cookie, entered, then_cookie, with_cookie};
use super::visit::{Trouble, Visit};
use crate::app::{App, blocking};
use crate::auth::limits::Limited;
use crate::auth::openid::{Answer, OpenidError, Pending, Provider};
use crate::auth::secret::Secret;
use crate::auth::subjects::{Subject, sign_in_by_subject};
use crate::error::{AppError, Code};
use crate::server::{Visitor, wait};
use actix_web::cookie::time::Duration;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path, Query};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

/// What is kept, sealed, while somebody is at their provider.
const PENDING_COOKIE: &str = "bellwether-pending";
/// What that is sealed for.
const PENDING: &str = "openid sign-in in a browser";

/// POST /sign-in/openid/{provider}: sends the browser to the provider.
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
    match sealed {
        Ok((address, sealed)) => {
            let mut kept = cookie(&app, PENDING_COOKIE, &sealed);
            kept.set_max_age(Duration::minutes(10));
            let away = HttpResponse::SeeOther().insert_header((LOCATION, address)).finish();
            Ok(with_cookie(with_cookie(away, Some(kept)), then_cookie(&app, &pressed.then)))
        }
        Err(error) => Err(visit.trouble(error)),
    }
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
    let mut spent = cookie(&app, PENDING_COOKIE, "");
    spent.make_removal();
    match session {
        Ok(session) => Ok(with_cookie(entered(&app, &request, &session), Some(spent))),
        Err(error) => Ok(with_cookie(visit.trouble(error).error_response(), Some(spent))),
    }
}

async fn finish(app: &Data<App>, request: &HttpRequest, provider: &str, answer: Answer) -> Result<Secret, AppError> {
    let provider = declared(app, provider)?;
    let sealed = request.cookie(PENDING_COOKIE).map(|cookie| cookie.value().to_owned());
    let pending = sealed.and_then(|sealed| {
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
