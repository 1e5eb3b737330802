//! Accounts as people keep them: one's own, and those of the organisations that one administers.
//!
//! In: forms. Out: changes of the directory, and pages. Always holds: every form carries our token; who may change what is
//! the directory's to decide; a new key is shown in the answer to the form that asked for it, and nowhere else.

use super::account::{self, Own};
use super::address::segment;
use super::fields::Fields;
use super::organisations::{self, KeyShown, OrganisationPage, Organisations, render_key_shown};
use super::visit::{Trouble, Visit};
use crate::app::App;
use crate::auth::directory::{self, NewOrganisation, NewPerson};
use crate::auth::keys::{self, IssuedKey, NewKey};
use crate::auth::{Action, Actor, OrganisationKind, Role, sessions};
use crate::error::{AppError, Code};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

/// GET /account
pub async fn own_account(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| {
        let (person, organisation) = directory::own_entry(&app.store, &actor)?;
        Ok(Own {
            recovery_codes_left: sessions::factor_standing(&app.store, &actor)?.recovery_codes_left,
            sessions: sessions::sessions_of(&app.store, &actor, person.id, app.clock.now())?,
            person,
            organisation,
        })
    };
    visit.page(read, account::render).await
}

/// POST /account/sessions/close
pub async fn close_session(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let session = fields.one("session").parse::<i64>();
    let close = move |app: &App| {
        let session = session.map_err(|_| not_understood("The form names no session."))?;
        sessions::close(&app.store, &actor, session, app.clock.now())?;
        Ok("/account".to_owned())
    };
    visit.form(fields.form_token(), close).await
}

/// POST /account/sessions/close-others
pub async fn close_other_sessions(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let close = move |app: &App| {
        sessions::close_others(&app.store, &actor, app.clock.now())?;
        Ok("/account".to_owned())
    };
    visit.form(fields.form_token(), close).await
}

/// GET /organisations
pub async fn all_organisations(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| {
        Ok(Organisations {
            organisations: directory::organisations(&app.store, &actor)?,
            people: directory::people(&app.store, &actor, None)?,
            keys: keys::list(&app.store, &actor)?,
            keeps_all: keeps_all(&actor),
            now: app.clock.now(),
        })
    };
    visit.page(read, organisations::render).await
}

/// GET /organisations/{organisation}
pub async fn one_organisation(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| page_of(app, &actor, &key, Vec::new());
    visit.page(read, organisations::render_organisation).await
}

fn page_of(app: &App, actor: &Actor, key: &str, warnings: Vec<String>) -> Result<OrganisationPage, AppError> {
    Ok(OrganisationPage {
        organisation: directory::organisation(&app.store, actor, key)?,
        people: directory::people(&app.store, actor, Some(key))?,
        keys: keys::list(&app.store, actor)?,
        keeps_all: keeps_all(actor),
        warnings,
        now: app.clock.now(),
    })
}

fn keeps_all(actor: &Actor) -> bool {
    actor.can(Action::Administer) && actor.organisation.as_ref().is_none_or(|own| own.kind == OrganisationKind::Nalc)
}

/// POST /organisations
pub async fn add_organisation(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let actor = visit.visitor.actor.clone();
    let add = move |app: &App| {
        let new = NewOrganisation {
            key: fields.one("key").to_owned(),
            name: fields.one("name").to_owned(),
            kind: word::<OrganisationKind>(fields.one("kind"))?,
            counties: counties(&fields),
            council: Some(fields.one("council").to_owned()).filter(|council| !council.is_empty()),
        };
        let added = directory::add_organisation(&app.store, &actor, &new, app.clock.now())?;
        page_of(app, &actor, &added.organisation.key, added.warnings)
    };
    visit.page(add, organisations::render_organisation).await
}

/// POST /organisations/{organisation}/rename
pub async fn rename_organisation(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    change(&app, &request, &body, key.into_inner(), |app, actor, key, fields| {
        directory::rename_organisation(&app.store, actor, (key, fields.one("name")), app.clock.now()).map(|_| ())
    })
    .await
}

/// POST /organisations/{organisation}/counties
pub async fn change_counties(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let (actor, key) = (visit.visitor.actor.clone(), key.into_inner());
    let change = move |app: &App| {
        let counties = counties(&fields);
        let changed = directory::change_counties(&app.store, &actor, (&key, &counties), app.clock.now())?;
        page_of(app, &actor, &key, changed.warnings)
    };
    visit.page(change, organisations::render_organisation).await
}

/// POST /organisations/{organisation}/close
pub async fn close_organisation(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    change(&app, &request, &body, key.into_inner(), |app, actor, key, _| {
        directory::close_organisation(&app.store, actor, key, app.clock.now()).map(|_| ())
    })
    .await
}

/// POST /organisations/{organisation}/people
pub async fn add_person(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    change(&app, &request, &body, key.into_inner(), |app, actor, key, fields| {
        let new = NewPerson {
            email: fields.one("email").to_owned(),
            name: fields.one("name").to_owned(),
            organisation: key.to_owned(),
            roles: fields.all("roles").map(word::<Role>).collect::<Result<_, _>>()?,
        };
        super::notices::account_opened(app, actor, &new)
    })
    .await
}

/// POST /organisations/{organisation}/people/{person}/roles
pub async fn change_roles(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, i64)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (key, person) = path.into_inner();
    change(&app, &request, &body, key, move |app, actor, _, fields| {
        let roles: Vec<Role> = fields.all("roles").map(word::<Role>).collect::<Result<_, _>>()?;
        directory::change_roles(&app.store, actor, (person, &roles), app.clock.now()).map(|_| ())
    })
    .await
}

/// POST /organisations/{organisation}/people/{person}/rename
pub async fn rename_person(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, i64)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (key, person) = path.into_inner();
    change(&app, &request, &body, key, move |app, actor, _, fields| {
        directory::rename_person(&app.store, actor, (person, fields.one("name")), app.clock.now()).map(|_| ())
    })
    .await
}

/// POST /organisations/{organisation}/people/{person}/close
pub async fn close_person(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, i64)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (key, person) = path.into_inner();
    change(&app, &request, &body, key, move |app, actor, _, _| {
        directory::close_person(&app.store, actor, person, app.clock.now()).map(|_| ())
    })
    .await
}

/// POST /organisations/{organisation}/people/{person}/reset-second-factor
pub async fn reset_second_factor(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, i64)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (key, person) = path.into_inner();
    change(&app, &request, &body, key, move |app, actor, _, _| super::notices::second_factor_reset(app, actor, person))
        .await
}

/// POST /organisations/{organisation}/keys
pub async fn issue_key(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    show_key(&app, &request, &body, key.into_inner(), |app, actor, organisation, fields| {
        let new = NewKey {
            organisation: organisation.to_owned(),
            name: fields.one("name").to_owned(),
            role: word::<Role>(fields.one("role"))?,
            kept_to: fields.all("kept_to").map(word::<Action>).collect::<Result<_, _>>()?,
            days: number(fields.one("days"))?,
        };
        keys::issue(&app.store, actor, &new, app.clock.now())
    })
    .await
}

/// POST /organisations/{organisation}/keys/{prefix}/rotate
pub async fn rotate_key(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (organisation, prefix) = path.into_inner();
    show_key(&app, &request, &body, organisation, move |app, actor, _, fields| {
        keys::rotate(&app.store, actor, (&prefix, number(fields.one("overlap_days"))?), app.clock.now())
    })
    .await
}

/// POST /organisations/{organisation}/keys/{prefix}/revoke
pub async fn revoke_key(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (organisation, prefix) = path.into_inner();
    change(&app, &request, &body, organisation, move |app, actor, _, _| {
        keys::revoke(&app.store, actor, &prefix, app.clock.now()).map(|_| ())
    })
    .await
}

/// Takes a form below an organisation's page, and leads back to that page.
async fn change(
    app: &Data<App>,
    request: &HttpRequest,
    body: &str,
    organisation: String,
    act: impl FnOnce(&App, &Actor, &str, &Fields) -> Result<(), AppError> + Send + 'static,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(app, request), Fields::read(body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let act = move |app: &App| {
        // Whose page it is asked on has to be in sight, whatever is changed.
        directory::organisation(&app.store, &actor, &organisation)?;
        act(app, &actor, &organisation, &fields)?;
        Ok(below(&organisation))
    };
    visit.form(&form_token, act).await
}

/// Takes a form that draws a key, and shows the key.
async fn show_key(
    app: &Data<App>,
    request: &HttpRequest,
    body: &str,
    organisation: String,
    draw: impl FnOnce(&App, &Actor, &str, &Fields) -> Result<IssuedKey, AppError> + Send + 'static,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(app, request), Fields::read(body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let actor = visit.visitor.actor.clone();
    let draw = move |app: &App| {
        directory::organisation(&app.store, &actor, &organisation)?;
        let issued = draw(app, &actor, &organisation, &fields)?;
        super::notices::key_issued(app, &actor, &issued)?;
        Ok(KeyShown {
            key: issued.key.reveal().to_owned(),
            name: issued.view.name,
            expires: issued.view.expires_at,
            back: below(&organisation),
        })
    };
    visit.page(draw, render_key_shown).await
}

/// The counties that a form names, one a line.
fn counties(fields: &Fields) -> Vec<String> {
    let counties = fields.one("counties").lines().map(str::trim).filter(|county| !county.is_empty());
    counties.map(str::to_owned).collect()
}

fn below(organisation: &str) -> String {
    format!("/organisations/{}", segment(organisation))
}

fn word<T: std::str::FromStr<Err = String>>(text: &str) -> Result<T, AppError> {
    text.parse().map_err(not_understood)
}

fn number(text: &str) -> Result<u16, AppError> {
    text.parse().map_err(|_| not_understood(format!("“{text}” is no number of days.")))
}

fn not_understood(because: impl Into<String>) -> AppError {
    AppError::new(Code::BadQuery, because, "Go back, and send the form as the page shows it.")
}
