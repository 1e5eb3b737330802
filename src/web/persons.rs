//! What concerns persons: contacts of a council, what is held on somebody, what is blacked out, what is due to go.
//!
//! In: forms of officers and managers. Out: pages, and one file. Always holds: an e-mail address travels in forms, never
//! in a link, because links are logged; nothing is erased or blacked out without a reason.

use super::address::segment;
use super::fields::Fields;
use super::visit::{Trouble, Visit};
use super::{contacts, retention, subject};
use crate::app::App;
use crate::error::{AppError, Code};
use crate::personal::contacts::{self as kept, Details, Post};
use crate::personal::redaction::{Field, Target, redact};
use crate::personal::{erasure, subjects};
use crate::retention::Retention;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

/// GET /councils/{gss_code}/contacts
pub async fn contacts_page(
    app: Data<App>,
    request: HttpRequest,
    gss_code: Path<String>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| kept::list(&app.store, &actor, app.clock.now(), &gss_code);
    visit.page(read, contacts::render).await
}

/// POST /councils/{gss_code}/contacts
pub async fn add_contact(
    app: Data<App>,
    request: HttpRequest,
    gss_code: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let add = move |app: &App| {
        kept::add(&app.store, &actor, app.clock.now(), (&gss_code, &details(&fields)?))?;
        Ok(contacts_of(&gss_code))
    };
    visit.form(&form_token, add).await
}

/// POST /councils/{gss_code}/contacts/{contact}/change
pub async fn change_contact(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, i64)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let (gss_code, contact) = path.into_inner();
    let change = move |app: &App| {
        kept::change(&app.store, &actor, app.clock.now(), (contact, &details(&fields)?))?;
        Ok(contacts_of(&gss_code))
    };
    visit.form(&form_token, change).await
}

/// POST /councils/{gss_code}/contacts/{contact}/end
pub async fn end_contact(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, i64)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let (gss_code, contact) = path.into_inner();
    let end = move |app: &App| {
        kept::end(&app.store, &actor, app.clock.now(), contact)?;
        Ok(contacts_of(&gss_code))
    };
    visit.form(Fields::read(&body).form_token(), end).await
}

fn contacts_of(gss_code: &str) -> String {
    format!("/councils/{}/contacts", segment(gss_code))
}

fn details(fields: &Fields) -> Result<Details, AppError> {
    let given = |name: &str| Some(fields.one(name).to_owned()).filter(|text| !text.is_empty());
    Ok(Details {
        post: Post::named(fields.one("post")).ok_or_else(|| not_understood("The form names no post."))?,
        name: given("name"),
        email: given("email"),
        telephone: given("telephone"),
        source: fields.one("source").to_owned(),
    })
}

/// GET /subjects
pub async fn ask_about_person(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let allowed = move |_: &App| actor.may(crate::auth::Action::AnswerSubjects);
    visit.page(allowed, |(), shell| subject::render_ask(shell)).await
}

/// POST /subjects
pub async fn show_person(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| subjects::subject_access(&app.store, &actor, app.clock.now(), fields.one("email"));
    visit.page(read, subject::render).await
}

/// POST /subjects/json
pub async fn take_person(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| subjects::subject_access(&app.store, &actor, app.clock.now(), fields.one("email"));
    match visit.done(read).await {
        // The name of the file names nobody: it lands in lists of downloads.
        Ok(record) => Ok(HttpResponse::Ok()
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=what-is-held.json"))
            .json(record)),
        Err(error) => Err(visit.trouble(error)),
    }
}

/// POST /subjects/erase
pub async fn erase(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let erase = move |app: &App| {
        let (now, reason) = (app.clock.now(), fields.one("reason"));
        match (number(fields.one("contact")), number(fields.one("person"))) {
            (Some(contact), None) => {
                erasure::erase_contact(&app.store, &actor, now, (contact, reason))?;
            }
            (None, Some(person)) => erasure::erase_person(&app.store, &actor, now, (person, reason))?,
            _ => return Err(not_understood("The form names neither one contact nor one account.")),
        }
        Ok("/subjects".to_owned())
    };
    visit.form(&form_token, erase).await
}

/// POST /runs/{run}/redact: blacks out a cell of a row that was held back.
pub async fn redact_cell(
    app: Data<App>,
    request: HttpRequest,
    run: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let back = format!("/runs/{}", segment(&run));
    black_out(&app, &request, &body, back, |fields| {
        let id = number(fields.one("row")).ok_or_else(|| not_understood("The form names no row."))?;
        Ok(Target::HeldRow { id, column: fields.one("column").to_owned() })
    })
    .await
}

/// POST /councils/{gss_code}/redact: blacks out a text of an item of evidence.
pub async fn redact_evidence(
    app: Data<App>,
    request: HttpRequest,
    gss_code: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let back = format!("/councils/{}", segment(&gss_code));
    black_out(&app, &request, &body, back, |fields| {
        let id = number(fields.one("evidence")).ok_or_else(|| not_understood("The form names no evidence."))?;
        let named = |field: &Field| field.word() == fields.one("field");
        let field = [Field::Url, Field::Group, Field::Event].into_iter().find(named);
        Ok(Target::Evidence { id, field: field.ok_or_else(|| not_understood("The form names no field."))? })
    })
    .await
}

async fn black_out(
    app: &Data<App>,
    request: &HttpRequest,
    body: &str,
    back: String,
    target: impl FnOnce(&Fields) -> Result<Target, AppError> + Send + 'static,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(app, request), Fields::read(body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let act = move |app: &App| {
        actor.may(crate::auth::Action::Redact)?;
        redact(&app.store, &actor, app.clock.now(), (&target(&fields)?, fields.one("reason")))?;
        Ok(back)
    };
    visit.form(&form_token, act).await
}

/// GET /retention
pub async fn retention_page(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    visit.page(move |app| Retention::of(app, &*app.in_force()?).view(&actor), retention::render).await
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn not_understood(because: &str) -> AppError {
    AppError::new(Code::BadQuery, because, "Go back, and send the form as the page shows it.")
}
