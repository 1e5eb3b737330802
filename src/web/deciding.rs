//! What people decide on pages: which council a name means, how a row is mended, which run is taken back.
//!
//! In: forms of officers and managers. Out: the queue with the next question, or the page of the run. Always holds: a
//! decision leads on to the next question, so that a queue is worked through from the keyboard.

use super::address::{of_run, segment};
use super::fields::Fields;
use super::review as pages;
use super::visit::{Trouble, Visit};
use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::review::{self, Answer, Asked, MendOutcome};
use crate::triage;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use std::collections::BTreeMap;

/// Questions on one page.
const A_PAGE: usize = 12;
/// Decisions on one page.
const DECIDED_A_PAGE: i64 = 50;
/// Questions whose answer is plain, that are shown to be accepted together.
const PLAIN: usize = 200;

/// GET /review
pub async fn queue(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let filter = pages::Filter::read(request.query_string());
    let asked = filter.clone();
    let read = move |app: &App| {
        let of = |after, limit| Asked { feed: asked.feed.clone(), county: asked.county.clone(), after, limit };
        let questions = review::questions(app, &actor, &of(asked.after, A_PAGE + 1))?;
        let plain = review::questions(app, &actor, &of(None, PLAIN))?.into_iter().filter(|one| one.same_name);
        let found = match (&asked.search, asked.question) {
            (Some(search), Some(_)) => review::councils_named(app, &actor, search)?,
            _ => Vec::new(),
        };
        let feeds = triage::feeds(app, &actor.sources(Action::Decide)?)?;
        Ok(pages::Queue { questions, plain: plain.collect(), found, feeds })
    };
    visit.page(read, |queue, shell| pages::render(queue, (&filter, A_PAGE), shell)).await
}

/// POST /review/{question}/answer
pub async fn decide(
    app: Data<App>,
    request: HttpRequest,
    question: Path<i64>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let decide = move |app: &App| {
        let answer = match (fields.one("council"), fields.one("code")) {
            ("none", _) => Answer::NoneOfOurs,
            ("other" | "", "") => {
                let next = "Choose one of the councils, enter the code of another, or say that none is meant.";
                return Err(AppError::new(Code::InputRefused, "No council was chosen.", next));
            }
            ("other" | "", code) | (code, _) => Answer::Council(code.to_owned()),
        };
        review::decide(app, &actor, (*question, &answer))?;
        Ok(pages::Filter::of_form(&fields, *question).address())
    };
    visit.form(&form_token, decide).await
}

/// POST /review/accept
pub async fn accept(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let accept = move |app: &App| {
        let asked: Vec<i64> = fields.all("question").filter_map(|number| number.parse().ok()).collect();
        review::accept(app, &actor, &asked)?;
        Ok("/review".to_owned())
    };
    visit.form(&form_token, accept).await
}

/// GET /review/decided
pub async fn decided(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let before = pages::Filter::read(request.query_string()).before;
    let read = move |app: &App| review::decisions(app, &actor, (before, DECIDED_A_PAGE + 1));
    visit.page(read, |decisions, shell| pages::render_decided(decisions, DECIDED_A_PAGE, shell)).await
}

/// POST /review/decided/{decision}/undo
pub async fn undo_decision(
    app: Data<App>,
    request: HttpRequest,
    decision: Path<i64>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let undo = move |app: &App| {
        review::undo(app, &actor, *decision)?;
        Ok("/review/decided".to_owned())
    };
    visit.form(Fields::read(&body).form_token(), undo).await
}

/// POST /runs/{run}/held/{row}/mend: leads back to the run, or shows what is still wrong.
pub async fn mend_row(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(i64, i64)>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let actor = visit.visitor.actor.clone();
    let (run, row) = path.into_inner();
    let cells = cells(&fields);
    let mended = visit.done(move |app| review::mend(app, &actor, (run, row), &cells)).await;
    match mended {
        Err(error) => Err(visit.trouble(error)),
        Ok(mended) if mended.outcome != MendOutcome::Rejected => {
            Ok(super::visit::see_other(&of_run(mended.run.unwrap_or(run))))
        }
        Ok(mended) => {
            let mut page =
                visit.page(move |_| Ok(mended), |mended, shell| pages::render_mend(mended, run, shell)).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
    }
}

/// The cells of a form: `column-N` names what `cell-N` holds. One that is masked and left blank stays as it is, unless
/// `blank-N` says otherwise.
fn cells(fields: &Fields) -> BTreeMap<String, String> {
    let mut cells = BTreeMap::new();
    for number in 0..pages::MOST_CELLS {
        let column = fields.one(&format!("column-{number}"));
        if column.is_empty() {
            continue;
        }
        let text = fields.one(&format!("cell-{number}"));
        let hidden = !fields.one(&format!("hidden-{number}")).is_empty();
        let blanked = !fields.one(&format!("blank-{number}")).is_empty();
        if !hidden || blanked || !text.is_empty() {
            cells.insert(column.to_owned(), if blanked { String::new() } else { text.to_owned() });
        }
    }
    cells
}

/// POST /runs/{run}/replay
pub async fn replay_run(
    app: Data<App>,
    request: HttpRequest,
    run: Path<i64>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let replay = move |app: &App| {
        let done = review::replay(app, &actor, *run)?;
        Ok(of_run(done.run.unwrap_or(*run)))
    };
    visit.form(Fields::read(&body).form_token(), replay).await
}

/// POST /runs/{run}/undo
pub async fn undo_run(
    app: Data<App>,
    request: HttpRequest,
    run: Path<i64>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let undo = move |app: &App| {
        review::undo_run(app, &actor, (*run, fields.one("reason")))?;
        Ok(format!("/runs/{}", segment(&run.to_string())))
    };
    visit.form(&form_token, undo).await
}

/// POST /runs/{run}/take-again
pub async fn take_again(
    app: Data<App>,
    request: HttpRequest,
    run: Path<i64>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let again = move |app: &App| {
        review::take_again(app, &actor, *run)?;
        Ok(of_run(*run))
    };
    visit.form(Fields::read(&body).form_token(), again).await
}
