//! Sending outcomes as people do it: a form with a file, the receipt as a page, taking a submission back, and corrections.
//!
//! In: forms of browsers. Out: pages. Always holds: a form carries our token, also with a file in it; who may submit, and
//! whose submission is shown, is for [`crate::submissions`] to decide.

use super::fields::Fields;
use super::submissions::{Overview, render, render_corrections, render_one, render_receipt};
use super::visit::{Trouble, Visit, see_other};
use crate::app::App;
use crate::auth::Action;
use crate::corrections;
use crate::error::{AppError, Code};
use crate::server::upload::Upload;
use crate::submissions::{self, Sent};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

/// How many submissions and corrections a page lists; the API pages through all.
const LISTED: i64 = 100;

/// GET /submissions
pub async fn all(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| {
        Ok(Overview { lines: submissions::page(app, &actor, (None, LISTED))?, may_submit: actor.can(Action::Submit) })
    };
    visit.page(read, render).await
}

/// POST /submissions
pub async fn send(app: Data<App>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Trouble> {
    let (visit, upload) = Visit::of(&app, &request).upload(&request, payload).await?;
    let actor = visit.visitor.actor.clone();
    let dry_run = upload.field("what") == Some("check");
    let sent = sent(upload, dry_run);
    let done = visit.done(move |app| {
        actor.may(Action::Submit)?;
        if sent.bytes.is_empty() {
            let next = "Go back, choose a CSV, Excel or OpenDocument file, and send the form again.";
            return Err(AppError::new(Code::InputRefused, "No file was chosen, or it is empty.", next));
        }
        submissions::submit(app, &actor, &sent)
    });
    match done.await {
        Ok(receipt) => match receipt.id {
            Some(id) => Ok(see_other(&format!("/submissions/{id}"))),
            None => visit.page(move |_| Ok(receipt), render_receipt).await,
        },
        Err(error) => Err(visit.trouble(error)),
    }
}

fn sent(upload: Upload, dry_run: bool) -> Sent {
    Sent {
        financial_year: upload.field("financial_year").unwrap_or_default().to_owned(),
        partial: upload.field("partial").is_some(),
        dry_run,
        idempotency_key: None,
        bytes: upload.bytes,
        file_name: upload.file_name,
        content_type: upload.content_type,
    }
}

/// GET /submissions/{submission}
pub async fn one(app: Data<App>, request: HttpRequest, submission: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| {
        actor.may(Action::SeeSubmissions)?;
        let may_submit = actor.can(Action::Submit);
        Ok((submissions::one(app, &actor, number(&submission)?)?, may_submit))
    };
    visit.page(read, render_one).await
}

/// POST /submissions/{submission}/withdraw
pub async fn withdraw(
    app: Data<App>,
    request: HttpRequest,
    submission: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let (reason, token) = (fields.one("reason").to_owned(), fields.form_token().to_owned());
    let keys: Vec<String> = fields.all("record_key").map(str::to_owned).collect();
    let withdraw = move |app: &App| {
        actor.may(Action::Submit)?;
        let id = number(&submission)?;
        if keys.is_empty() {
            submissions::withdraw(app, &actor, id, &reason)?;
        } else {
            submissions::withdraw_rows(app, &actor, id, (&keys, &reason))?;
        }
        Ok(format!("/submissions/{id}"))
    };
    visit.form(&token, withdraw).await
}

/// GET /corrections
pub async fn all_corrections(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| corrections::seen(app, &actor, (None, LISTED));
    visit.page(read, |found, shell| render_corrections(found, shell)).await
}

fn number(text: &str) -> Result<i64, AppError> {
    text.parse().map_err(|_| submissions::unknown(text))
}
