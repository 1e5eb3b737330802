//! The pages of a rehearsal: which councils a draft of rules would move, on a day or from month to month.
//!
//! In: what [`crate::publishing::rehearse`] gives. Out: the page under `/rules/drafts`, and its tables to take away. Always
//! holds: the page says by which days and what was known then; what it leaves out is in the files.

use super::page::Shell;
use super::rules::number;
use super::visit::{Trouble, Visit};
use super::words::{self, Named, When};
use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::export::{About, Export};
use crate::publishing;
use crate::rehearsal::{self, DayReplay, Replay, Span, Tally};
use crate::triage::BandCount;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;
use serde::Deserialize;

/// Councils that move, on the page; the files have all.
const MOVES_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "rule_replay.html")]
struct ReplayTemplate<'a> {
    shell: &'a Shell<'a>,
    draft: i64,
    replay: &'a Replay,
    as_of: When,
    bands: Vec<(Named, String, String)>,
    hours: Option<(String, String)>,
    /// Empty where one day was asked for.
    days: Vec<DayLine>,
    counties: Vec<CountyLine<'a>>,
    moved: Vec<MovedLine<'a>>,
    more: usize,
    day: String,
    /// Where the months begin; empty where one day was asked for.
    from: String,
    /// The same days as an address has them.
    query: String,
}

/// One day's sums.
struct DayLine {
    day: When,
    sums: TallyLine,
}

struct CountyLine<'a> {
    name: &'a str,
    councils: String,
    sums: TallyLine,
}

/// Councils that move, and the work, before and after.
struct TallyLine {
    up: usize,
    down: usize,
    needing: (String, String),
    hours: Option<(String, String)>,
}

struct MovedLine<'a> {
    moved: &'a rehearsal::Moved,
    before: Named,
    after: Named,
    points: (String, String),
    because: String,
}

/// What the address of a rehearsal may say; a form sends empty fields along.
#[derive(Deserialize)]
pub struct OnDays {
    as_of: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// Of the files: which table.
    table: Option<String>,
}

impl OnDays {
    fn span(&self) -> Result<Span, AppError> {
        let day = |written: &Option<String>| -> Result<Option<Date>, AppError> {
            let written = written.as_deref().map(str::trim).filter(|written| !written.is_empty());
            let wrong = |_| AppError::new(Code::BadQuery, "The day is no date.", "Write it as 2027-03-31.");
            written.map(|written| written.parse().map_err(wrong)).transpose()
        };
        Ok(Span { as_of: day(&self.as_of)?, from: day(&self.from)?, to: day(&self.to)? })
    }

    fn table(&self, replay: &Replay, about: &About) -> Result<Export, AppError> {
        match self.table.as_deref().unwrap_or("councils") {
            "councils" => Ok(rehearsal::moves(replay, about)),
            "counties" => Ok(rehearsal::by_county(replay, about)),
            "days" => Ok(rehearsal::by_day(replay, about)),
            other => {
                let happened = format!("A rehearsal has no table {other}.");
                Err(AppError::new(Code::BadQuery, happened, "Ask for councils, counties or days."))
            }
        }
    }
}

/// GET /rules/drafts/{draft}/rehearsal
pub async fn page(
    app: Data<App>,
    request: HttpRequest,
    draft: Path<String>,
    days: Query<OnDays>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let draft = number(&draft);
    let read = move |app: &App| publishing::rehearse(app, &actor, (draft, days.span()?));
    visit.page(read, |replay, shell| render(draft, replay, shell)).await
}

/// GET /rules/drafts/{draft}/rehearsal.{format}: the councils that move, the counties, or the days.
pub async fn file(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, String)>,
    days: Query<OnDays>,
) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let (draft, format) = path.into_inner();
    let draft = number(&draft);
    let take = move |app: &App| -> Result<Export, AppError> {
        actor.may(Action::Export)?;
        let replay = publishing::rehearse(app, &actor, (draft, days.span()?))?;
        let filter = format!("draft {draft} of the rules");
        days.table(&replay, &About::of(&actor, app.clock.now(), filter, Vec::new()))
    };
    super::files::give(visit, &format, take).await
}

fn render(draft: i64, replay: &Replay, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let (first, last) = (replay.days.first(), replay.days.last());
    let several = replay.days.len() > 1;
    let pairs = last.map(|day| day.tally.before.iter().zip(&day.tally.after)).into_iter().flatten();
    let band = |(before, after): (&BandCount, &BandCount)| {
        (words::band(before.band), words::count(before.councils), words::count(after.councils))
    };
    let date = |day: Option<&DayReplay>| day.map_or(Date::ZERO, |day| day.day);
    let (from, day) = (date(first).to_string(), date(last).to_string());
    ReplayTemplate {
        shell,
        draft,
        replay,
        as_of: words::day(date(last)),
        bands: pairs.map(band).collect(),
        hours: last.and_then(|day| hours(&day.tally.work)),
        days: replay.days.iter().filter(|_| several).map(day_line).collect(),
        counties: replay.counties.iter().filter(|county| moves(&county.tally)).map(county_line).collect(),
        moved: replay.moved.iter().take(MOVES_SHOWN).map(moved_line).collect(),
        more: replay.moved.len().saturating_sub(MOVES_SHOWN),
        query: if several { format!("from={from}&to={day}") } else { format!("as_of={day}") },
        from: if several { from } else { String::new() },
        day,
    }
    .render()
}

fn moves(tally: &Tally) -> bool {
    tally.up + tally.down > 0
}

fn hours(work: &rehearsal::Work) -> Option<(String, String)> {
    let hours = |minutes: u64| format!("{}.{}", minutes / 60, minutes % 60 / 6);
    Some((hours(work.minutes_before?), hours(work.minutes_after?)))
}

fn count(councils: usize) -> String {
    words::count(i64::try_from(councils).unwrap_or(i64::MAX))
}

fn tally_line(Tally { up, down, work, .. }: &Tally) -> TallyLine {
    let needing = (count(work.councils_before), count(work.councils_after));
    TallyLine { up: *up, down: *down, needing, hours: hours(work) }
}

fn day_line(day: &DayReplay) -> DayLine {
    DayLine { day: words::day(day.day), sums: tally_line(&day.tally) }
}

fn county_line(county: &rehearsal::CountyReplay) -> CountyLine<'_> {
    CountyLine {
        name: if county.county.is_empty() { "No county" } else { &county.county },
        councils: count(county.councils),
        sums: tally_line(&county.tally),
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
