//! The rules' own pages: what is in force, drafts, a draft with what it changes, and the form to draft.
//!
//! In: what [`crate::publishing`] gives; forms of editors and publishers. Out: the pages under `/rules`. Always holds: a draft
//! with mistakes comes back with its text as it was entered, and every mistake by line.

use super::fields::Fields;
use super::page::Shell;
use super::visit::{Trouble, Visit};
use super::words::{self, When};
use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::publishing::{self, Asked, DraftState, DraftView, InForceView, PublicationView, Verdict};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Drafts on the page; the API has all.
const SHOWN: i64 = 30;

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesTemplate<'a> {
    shell: &'a Shell<'a>,
    in_force: &'a InForceView,
    publications: Vec<(When, &'a PublicationView)>,
    drafts: Vec<(When, &'a DraftView)>,
}

#[derive(Template)]
#[template(path = "rule_draft.html")]
struct DraftTemplate<'a> {
    shell: &'a Shell<'a>,
    draft: &'a DraftView,
    drafted: When,
    differences: String,
    files: &'a [String],
    decisions: Vec<(When, &'a str, &'a crate::publishing::DecisionView)>,
    open: bool,
    approved: bool,
}

#[derive(Template)]
#[template(path = "rule_edit.html")]
struct EditTemplate<'a> {
    shell: &'a Shell<'a>,
    file: &'a str,
    /// The draft to go on from; none for the rules in force.
    draft: Option<i64>,
    text: &'a str,
    why: &'a str,
    /// Every mistake of the text that was sent.
    mistakes: Option<&'a str>,
}

/// GET /rules
pub async fn all(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read =
        move |app: &App| Ok((publishing::in_force(app, &actor)?, publishing::drafts(app, &actor, (None, SHOWN))?));
    visit.page(read, |(in_force, drafts), shell| render_all(in_force, drafts, shell)).await
}

fn render_all(in_force: &InForceView, drafts: &[DraftView], shell: &Shell<'_>) -> Result<String, askama::Error> {
    RulesTemplate {
        shell,
        in_force,
        publications: in_force.publications.iter().map(|one| (words::moment(one.published_at), one)).collect(),
        drafts: drafts.iter().map(|draft| (words::moment(draft.drafted_at), draft)).collect(),
    }
    .render()
}

/// A draft's number as an address has it: no draft has that of what is no number, so that who may see none is told so first.
pub(super) fn number(asked: &str) -> i64 {
    asked.parse().unwrap_or(-1)
}

/// GET /rules/drafts/{draft}
pub async fn one(app: Data<App>, request: HttpRequest, draft: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| {
        let draft = number(&draft);
        let files = publishing::files(app, &actor, Some(draft))?;
        Ok((publishing::one(app, &actor, draft)?, files.into_keys().collect::<Vec<_>>()))
    };
    visit.page(read, |(draft, files), shell| render_draft(draft, files, shell)).await
}

fn render_draft(draft: &DraftView, files: &[String], shell: &Shell<'_>) -> Result<String, askama::Error> {
    let told = |decision: &str| match decision {
        "approved" => "Approved",
        "refused" => "Refused",
        _ => "Taken back",
    };
    DraftTemplate {
        shell,
        draft,
        drafted: words::moment(draft.drafted_at),
        differences: draft.changes.to_string(),
        files,
        decisions: draft.decisions.iter().map(|one| (words::moment(one.at), told(&one.decision), one)).collect(),
        open: matches!(draft.state, DraftState::Open | DraftState::Approved),
        approved: draft.state == DraftState::Approved,
    }
    .render()
}

/// What the address of the form says.
#[derive(Deserialize)]
pub struct WhichFile {
    #[serde(default)]
    file: String,
    draft: Option<String>,
}

/// GET /rules/edit: one file of the rules in force, or of a draft, to be changed.
pub async fn edit(app: Data<App>, request: HttpRequest, which: Query<WhichFile>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let WhichFile { file, draft } = which.into_inner();
    let draft = draft.as_deref().map(number);
    let asked = file.clone();
    let read = move |app: &App| {
        actor.may(Action::DraftRules)?;
        let mut files = publishing::files(app, &actor, draft)?;
        files.remove(&asked).ok_or_else(|| {
            AppError::new(Code::PageUnknown, format!("The rules have no file {asked}."), "Choose one on /rules.")
        })
    };
    let render = |text: &String, shell: &Shell<'_>| {
        EditTemplate { shell, file: &file, draft, text, why: "", mistakes: None }.render()
    };
    visit.page(read, render).await
}

/// POST /rules/drafts: a file of the rules in force, or of a draft, with another text; or a set to go back to.
pub async fn draft(app: Data<App>, request: HttpRequest, body: String) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    if let Err(expired) = visit.visitor.sent(fields.form_token()) {
        return Err(visit.trouble(expired));
    }
    let actor = visit.visitor.actor.clone();
    let (file, why) = (fields.one("file").to_owned(), fields.one("why").to_owned());
    // As sent: a browser ends lines by \r\n, and a file's first and last lines are its own.
    let text = fields.all("text").last().unwrap_or_default().replace("\r\n", "\n");
    let rule_set = Some(fields.one("rule_set").to_owned()).filter(|hash| !hash.is_empty());
    let from = fields.one("draft").parse::<i64>().ok();
    let (entered, reason, name) = (text.clone(), why.clone(), file.clone());
    let keep = move |app: &App| {
        actor.may(Action::DraftRules)?;
        let mut asked = Asked { why, rule_set, ..Asked::default() };
        if asked.rule_set.is_none() {
            asked.files = publishing::files(app, &actor, from)?;
            asked.files.insert(file, text);
        }
        publishing::draft(app, &actor, &asked)
    };
    match visit.done(keep).await {
        Ok(draft) => Ok(super::visit::see_other(&format!("/rules/drafts/{}", draft.id))),
        Err(mistakes) if mistakes.code == Code::RulesInvalid && !name.is_empty() => {
            let told = mistakes.happened.clone();
            let render = |(): &(), shell: &Shell<'_>| {
                EditTemplate { shell, file: &name, draft: from, text: &entered, why: &reason, mistakes: Some(&told) }
                    .render()
            };
            let mut page = visit.page(|_| Ok(()), render).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
        Err(error) => Err(visit.trouble(error)),
    }
}

/// POST /rules/drafts/{draft}/decide
pub async fn decide(
    app: Data<App>,
    request: HttpRequest,
    draft: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let draft = number(&draft);
    let (decision, why) = (fields.one("decision").to_owned(), fields.one("why").to_owned());
    let act = move |app: &App| {
        let verdict = match decision.as_str() {
            "approve" => Verdict::Approve,
            "refuse" => Verdict::Refuse,
            "take_back" => Verdict::TakeBack,
            "publish" => {
                publishing::publish(app, &actor, (draft, &why))?;
                return Ok("/rules".to_owned());
            }
            _ => {
                let next = "Go back, and send the form as the page shows it.";
                return Err(AppError::new(Code::BadQuery, "The form does not say what is decided.", next));
            }
        };
        publishing::decide(app, &actor, (draft, verdict, &why))?;
        Ok(format!("/rules/drafts/{draft}"))
    };
    visit.form(fields.form_token(), act).await
}
