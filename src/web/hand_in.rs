//! Sending a list of a source by hand, and taking away the file that a run read.
//!
//! In: forms of browsers. Out: a page with the form and what a check found, the page of the run that took the list, or a
//! file. Always holds: a check keeps nothing; a file is given only to who may see everything in it, and that is logged.

use super::address::{of_run, segment};
use super::page::Shell;
use super::visit::{Trouble, Visit, see_other};
use super::words;
use crate::app::App;
use crate::ingest::{HandedIn, RunReport, hand_in, title_of};
use crate::triage;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// How many held rows of a check are shown; a run's own page shows all.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "hand_in.html")]
struct HandInTemplate<'a> {
    shell: &'a Shell<'a>,
    title: &'a str,
    /// Where the form leads.
    here: String,
    checked: Option<Checked<'a>>,
}

/// What a check found.
struct Checked<'a> {
    report: &'a RunReport,
    /// Each count in words.
    counts: Vec<String>,
    held: &'a [String],
    /// How many more rows would be held back.
    more: usize,
}

/// GET /feeds/{feed}/lists
pub async fn form(app: Data<App>, request: HttpRequest, feed: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let (actor, asked) = (visit.visitor.actor.clone(), feed.into_inner());
    let here = address(&asked);
    let read = move |app: &App| title_of(app, &actor, &asked);
    visit.page(read, |title, shell| HandInTemplate { shell, title, here, checked: None }.render()).await
}

/// POST /feeds/{feed}/lists
pub async fn send(
    app: Data<App>,
    request: HttpRequest,
    feed: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Trouble> {
    let (visit, upload) = Visit::of(&app, &request).upload(&request, payload).await?;
    let (actor, feed) = (visit.visitor.actor.clone(), feed.into_inner());
    let dry_run = upload.field("what") == Some("check");
    let handed = HandedIn {
        feed: feed.clone(),
        bytes: upload.bytes,
        file_name: upload.file_name,
        content_type: upload.content_type,
        dry_run,
    };
    let report = match hand_in(&app, &actor, handed).await {
        Ok(report) => report,
        Err(error) => return Err(visit.trouble(error)),
    };
    if let Some(run) = report.run {
        return Ok(see_other(&of_run(run)));
    }
    let here = address(&feed);
    let read = move |app: &App| title_of(app, &actor, &feed);
    visit
        .page(read, |title, shell| HandInTemplate { shell, title, here, checked: Some(checked(&report)) }.render())
        .await
}

/// GET /runs/{run}/file
pub async fn file(app: Data<App>, request: HttpRequest, run: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let (actor, asked) = (visit.visitor.actor.clone(), run.into_inner());
    let take = visit.done(move |app| {
        let id = asked.parse().map_err(|_| triage::unknown_run(&asked))?;
        triage::file_of(app, &actor, id)
    });
    match take.await {
        // Never shown by the browser: what somebody sent is not one of our pages.
        Ok(file) => Ok(HttpResponse::Ok()
            .content_type("application/octet-stream")
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)))
            .body(file.bytes)),
        Err(error) => Err(visit.trouble(error)),
    }
}

fn address(feed: &str) -> String {
    format!("/feeds/{}/lists", segment(feed))
}

fn checked(report: &RunReport) -> Checked<'_> {
    let held = report.held.get(..SHOWN).unwrap_or(&report.held);
    let counts = [
        (report.read, "read"),
        (report.accepted, "would bring something new or changed"),
        (report.unchanged, "say what is known already"),
        (report.review, "would wait for somebody to say which council is meant"),
        (report.rejected, "can’t be taken"),
    ];
    let counts = counts
        .into_iter()
        .map(|(rows, what)| {
            format!("{}: {what}", words::plural(i64::try_from(rows).unwrap_or(i64::MAX), "row", "rows"))
        })
        .collect();
    Checked { report, counts, held, more: report.held.len() - held.len() }
}
