//! Monday's list as a file to take away.
//!
//! In: an actor and the list's query. Out: an [`Export`] of every council that the filters leave within reach. Always
//! holds: that it was taken, by whom and by which filter is recorded before it is given.

use super::list::{MOST_LINES, list};
use super::view::{CouncilLine, LineKey, ListQuery, Trend};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::{Action, Actor};
use crate::error::AppError;
use crate::export::{About, Cell, Export};
use crate::scoring::Indicator;
use serde_json::json;

/// Takes the list away, whole: the query's filters and order count, its part doesn't.
///
/// # Errors
/// As [`Actor::may`] and [`list`]; when it can't be recorded.
pub fn taken_list(app: &App, actor: &Actor, query: &ListQuery) -> Result<Export, AppError> {
    let reach = actor.reach(Action::Export)?;
    let mut asked = ListQuery { offset: 0, after: None, limit: MOST_LINES, ..query.clone() };
    let mut lines: Vec<CouncilLine> = Vec::new();
    loop {
        let part = list(app, &reach, &asked)?.lines;
        let more = i64::try_from(part.len()).is_ok_and(|got| got == MOST_LINES);
        asked.after = part.last().map(LineKey::from);
        lines.extend(part);
        if !more {
            break;
        }
    }
    let filter = in_words(query);
    let event = Event::new("list.exported", "councils").with(json!({ "filter": filter, "councils": lines.len() }));
    audit::record(&app.store, actor, &event, app.clock.now())?;
    Ok(Export {
        title: "Monday's list".to_owned(),
        about: About::of(actor, app.clock.now(), filter, vec![NOTE.to_owned()]),
        headings: headings(),
        rows: lines.into_iter().map(row).collect(),
    })
}

const NOTE: &str = "A score is a reason to offer help, never a verdict. Not assessed is not good: nobody has looked.";

/// The filters of a query in words; empty where there is none.
fn in_words(query: &ListQuery) -> String {
    let mut words = Vec::new();
    words.extend(query.county.as_ref().map(|county| format!("county {county}")));
    words.extend(query.band.map(|band| format!("band {}", band.title())));
    words.extend(query.indicator.map(|indicator| format!("points under indicator {}", indicator.letter())));
    words.extend(query.name.as_ref().filter(|name| !name.trim().is_empty()).map(|name| format!("name with “{name}”")));
    words.join(", ")
}

fn headings() -> Vec<String> {
    let points = Indicator::ALL.map(|indicator| format!("Points {}", indicator.letter().to_uppercase()));
    ["Code", "Council", "District", "County", "Band", "Points"]
        .into_iter()
        .map(str::to_owned)
        .chain(points)
        .chain(["Not assessed", "Trend", "Change", "As of", "Why"].map(str::to_owned))
        .collect()
}

fn row(line: CouncilLine) -> Vec<Cell> {
    let trend = match line.trend {
        Trend::Rising => "rising",
        Trend::Level => "level",
        Trend::Falling => "falling",
        Trend::New => "new",
    };
    let not_assessed: Vec<&str> = line.not_assessed.iter().map(|indicator| indicator.letter()).collect();
    let mut row = vec![
        Cell::Text(line.gss_code),
        Cell::Text(line.name),
        Cell::Text(line.district),
        Cell::Text(line.county),
        Cell::Text(line.band.title().to_owned()),
        Cell::Points(line.total),
    ];
    row.extend(line.indicators.iter().map(|score| Cell::Points(score.points)));
    row.extend([
        Cell::Text(not_assessed.join(" ")),
        Cell::Text(trend.to_owned()),
        if line.trend == Trend::New { Cell::Empty } else { Cell::Points(line.change) },
        Cell::Day(line.as_of),
        Cell::Text(line.sentence),
    ]);
    row
}
