//! The rules' own pages: what is in force, drafts, a draft with what it changes, its rehearsal, and the form to draft.
//!
//! In: what [`crate::publishing`] gives; forms of editors and publishers. Out: the pages under `/rules`. Always holds: a draft
//! with mistakes comes back with its text as it was entered, and every mistake by line.

use super::fields::Fields;
use super::page::Shell;
use super::visit::{Trouble, Visit};
use super::words::{self, Named, When};
use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::export::{About, Export};
use crate::publishing::{self, Asked, DraftState, DraftView, InForceView, PublicationView, Verdict};
use crate::rehearsal::{self, Replay};
use crate::triage::BandCount;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;
use serde::Deserialize;

/// Drafts on the page; the API has all.
const SHOWN: i64 = 30;
/// Councils that move, on the page; the files have all.
const MOVES_SHOWN: usize = 200;

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

#[derive(Template)]
#[template(path = "rule_replay.html")]
struct ReplayTemplate<'a> {
    shell: &'a Shell<'a>,
    draft: i64,
    replay: &'a Replay,
    as_of: When,
    bands: Vec<(Named, String, String)>,
    hours: Option<(String, String)>,
    counties: Vec<CountyLine<'a>>,
    moved: Vec<MovedLine<'a>>,
    more: usize,
    day: String,
}

struct CountyLine<'a> {
    name: &'a str,
    councils: String,
    needing: (i64, i64),
    up: usize,
    down: usize,
    hours: Option<(String, String)>,
}

struct MovedLine<'a> {
    moved: &'a rehearsal::Moved,
    before: Named,
    after: Named,
    points: (String, String),
    because: String,
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
fn number(asked: &str) -> i64 {
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

/// What the address of a rehearsal may say.
#[derive(Deserialize)]
pub struct OnDay {
    as_of: Option<String>,
}

impl OnDay {
    fn day(&self) -> Result<Option<Date>, AppError> {
        let written = self.as_of.as_deref().map(str::trim).filter(|written| !written.is_empty());
        let wrong = |_| AppError::new(Code::BadQuery, "The day is no date.", "Write it as 2027-03-31.");
        written.map(|written| written.parse().map_err(wrong)).transpose()
    }
}

/// GET /rules/drafts/{draft}/rehearsal
pub async fn rehearsal_page(
    app: Data<App>,
    request: HttpRequest,
    draft: Path<String>,
    day: Query<OnDay>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let draft = number(&draft);
    let read = move |app: &App| publishing::rehearse(app, &actor, (draft, day.day()?));
    visit.page(read, |replay, shell| render_replay(draft, replay, shell)).await
}

/// GET /rules/drafts/{draft}/rehearsal.{format}: the councils that move.
pub async fn rehearsal_file(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, String)>,
    day: Query<OnDay>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let (draft, format) = path.into_inner();
    let draft = number(&draft);
    let take = move |app: &App| -> Result<Export, AppError> {
        actor.may(Action::Export)?;
        let replay = publishing::rehearse(app, &actor, (draft, day.day()?))?;
        let filter = format!("draft {draft} of the rules");
        Ok(rehearsal::moves(&replay, &About::of(&actor, app.clock.now(), filter, Vec::new())))
    };
    super::files::give(visit, &format, take).await
}

fn render_replay(draft: i64, replay: &Replay, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let last = replay.days.last();
    let pairs = last.map(|day| day.before.iter().zip(&day.after)).into_iter().flatten();
    let band = |(before, after): (&BandCount, &BandCount)| {
        (words::band(before.band), words::count(before.councils), words::count(after.councils))
    };
    let day = last.map_or(Date::ZERO, |day| day.day);
    ReplayTemplate {
        shell,
        draft,
        replay,
        as_of: words::day(day),
        bands: pairs.map(band).collect(),
        hours: last.and_then(|day| hours(&day.work)),
        counties: replay.counties.iter().filter(|county| county.up + county.down > 0).map(county_line).collect(),
        moved: replay.moved.iter().take(MOVES_SHOWN).map(moved_line).collect(),
        more: replay.moved.len().saturating_sub(MOVES_SHOWN),
        day: day.to_string(),
    }
    .render()
}

fn hours(work: &rehearsal::Work) -> Option<(String, String)> {
    let hours = |minutes: u64| format!("{}.{}", minutes / 60, minutes % 60 / 6);
    Some((hours(work.minutes_before?), hours(work.minutes_after?)))
}

fn county_line(county: &rehearsal::CountyReplay) -> CountyLine<'_> {
    let count = |councils: usize| i64::try_from(councils).unwrap_or(i64::MAX);
    CountyLine {
        name: if county.county.is_empty() { "No county" } else { &county.county },
        councils: words::count(count(county.councils)),
        needing: (count(county.work.councils_before), count(county.work.councils_after)),
        up: county.up,
        down: county.down,
        hours: hours(&county.work),
    }
}

fn moved_line(moved: &rehearsal::Moved) -> MovedLine<'_> {
    let because: Vec<String> = moved
        .because
        .iter()
        .map(|reason| format!("{}: {} → {}", reason.rule, words::points(reason.before), words::points(reason.after)))
        .collect();
    MovedLine {
        before: words::band(moved.before),
        after: words::band(moved.after),
        points: (words::points(moved.points_before), words::points(moved.points_after)),
        because: if because.is_empty() { moved.band_because.clone() } else { because.join("; ") },
        moved,
    }
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
