//! Waivers: which errors are let pass, by whom, why and until when.
//!
//! In: waivers that the asker may see. Out: the page at `/waivers`, and what its forms and that of a run's page ask for.
//! Always holds: a waiver that has ended is shown as ended, never left out; who may end none sees no form.

use super::fields::Fields;
use super::page::Shell;
use super::visit::{Trouble, Visit};
use super::words::{self, When};
use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::waivers::{self, Asked, WaiverView};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// The most waivers that the page shows; the API has all.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "waivers.html")]
struct WaiversTemplate<'a> {
    shell: &'a Shell<'a>,
    waivers: Vec<Line<'a>>,
    /// Whether there are more than are shown.
    more: bool,
}

struct Line<'a> {
    waiver: &'a WaiverView,
    until: When,
    made: When,
    ended: Option<When>,
    /// Where the form that ends it leads.
    end: String,
}

/// The page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(waivers: &[WaiverView], shell: &Shell<'_>) -> Result<String, askama::Error> {
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    WaiversTemplate {
        shell,
        waivers: waivers.iter().take(shown).map(line).collect::<Vec<_>>(),
        more: waivers.len() > shown,
    }
    .render()
}

fn line(waiver: &WaiverView) -> Line<'_> {
    Line {
        waiver,
        until: words::day(waiver.until),
        made: words::moment(waiver.made_at),
        ended: waiver.ended_at.map(words::moment),
        end: format!("/waivers/{}/end", waiver.id),
    }
}

/// GET /waivers
pub async fn all(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = move |app: &App| waivers::list(&app.store, &actor, app.clock.today(), (None, SHOWN + 1));
    visit.page(read, |waivers, shell| render(waivers, shell)).await
}

/// POST /runs/{run}/waive: lets an error of a row that was held back pass.
pub async fn make(
    app: Data<App>,
    request: HttpRequest,
    _: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let make = move |app: &App| {
        actor.may(Action::Waive)?;
        let until =
            fields.one("until").trim().parse().map_err(|_| {
                AppError::new(Code::InputRefused, "The last day is no date.", "Write it as 2027-03-31.")
            })?;
        let asked = Asked {
            feed: String::new(),
            record_key: String::new(),
            code: fields.one("code").to_owned(),
            why: fields.one("why").to_owned(),
            until,
        };
        let row = number(fields.one("row"), "row")?;
        let when = (app.clock.now(), app.clock.today());
        waivers::make_for_row(&app.store, &actor, when, (&app.config.feeds, row, asked))?;
        Ok("/waivers".to_owned())
    };
    visit.form(&form_token, make).await
}

/// POST /waivers/{waiver}/end
pub async fn end(
    app: Data<App>,
    request: HttpRequest,
    waiver: Path<String>,
    body: String,
) -> Result<HttpResponse, Trouble> {
    let (visit, fields) = (Visit::of(&app, &request), Fields::read(&body));
    let actor = visit.visitor.actor.clone();
    let form_token = fields.form_token().to_owned();
    let end = move |app: &App| {
        actor.may(Action::Waive)?;
        let when = (app.clock.now(), app.clock.today());
        waivers::end(&app.store, &actor, when, number(&waiver, "waiver")?)?;
        Ok("/waivers".to_owned())
    };
    visit.form(&form_token, end).await
}

fn number(text: &str, what: &str) -> Result<i64, AppError> {
    text.parse().map_err(|_| {
        let happened = format!("There is no {what} of that number.");
        AppError::new(Code::RecordUnknown, happened, "Go back, and send the form as the page shows it.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::examples::check::Checked;
    use crate::web::examples::{MARKUP, TODAY};

    const SHELL: Shell<'_> = Shell { demo: false, version: "0.1.0", path: "/waivers", account: None };

    fn waiver(id: i64) -> WaiverView {
        WaiverView {
            id,
            feed: "north-firm".to_owned(),
            record_key: "NA001/2025".to_owned(),
            code: "exempt_over_limit".to_owned(),
            why: MARKUP.to_owned(),
            until: TODAY,
            made_at: "2025-11-03T09:00:00Z".parse().unwrap(),
            made_by: "person:12".to_owned(),
            organisation: Some("NALC".to_owned()),
            ended_at: None,
            ended_by: None,
            in_force: true,
        }
    }

    #[test]
    fn each_says_who_why_and_until_when() {
        let ended = WaiverView {
            ended_at: Some("2025-11-04T09:00:00Z".parse().unwrap()),
            ended_by: Some("person:14".to_owned()),
            in_force: false,
            ..waiver(2)
        };
        let page = Checked::read(&render(&[waiver(3), ended], &SHELL).unwrap());
        assert_eq!(page.texts("h2").len(), 2);
        let text = page.text();
        for part in ["north-firm", "NA001/2025", "exempt_over_limit", "person:12", "NALC", "In force", "Ended", MARKUP]
        {
            assert!(text.contains(part), "{part}");
        }
        assert_eq!(page.all("form").count(), 0, "nobody may end it here");
    }

    #[test]
    fn none_says_so() {
        let page = Checked::read(&render(&[], &SHELL).unwrap());
        assert!(page.text().contains("No error is let pass."));
    }
}
