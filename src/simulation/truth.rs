//! What is true, for whoever wants to know how well it was seen: the files that no source sends.
//!
//! In: the country and its lives. Out: `truth/councils.csv`, `truth/events.csv` and `truth/matches.csv`. Always
//! holds: every event is there, whether or not anybody told of it; every row of a delivery leads to its council.

use super::country::{Council, Country};
use super::event::{Event, Route};
use super::life::Life;
use super::write::Sheet;
use super::written::{Written, written};
use crate::error::AppError;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::Path;

/// How many events there were, and how many of them reached us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    pub events: usize,
    pub reported: usize,
}

/// Writes the three files into the folder.
///
/// # Errors
/// [`crate::error::Code::FileUnusable`] when one can't be written.
pub fn write(folder: &Path, country: &Country, lives: &[Life]) -> Result<Told, AppError> {
    let mut councils = Sheet::create(&folder.join("councils.csv"), &["gss_code", "month", "state"])?;
    let mut events = Sheet::create(
        &folder.join("events.csv"),
        &[
            "event",
            "gss_code",
            "kind",
            "what",
            "real",
            "state",
            "happened_on",
            "determined_on",
            "reported",
            "feed",
            "row",
            "first_sent",
        ],
    )?;
    let mut matches = Sheet::create(
        &folder.join("matches.csv"),
        &["feed", "row", "name", "gss_code_given", "district", "county", "true_gss_code"],
    )?;
    let mut told = Told::default();
    for (council, life) in country.councils.iter().zip(lives) {
        for (first, state) in country.plan.firsts().iter().zip(&life.states) {
            councils.row([council.gss_code.clone(), first.strftime("%Y-%m").to_string(), state.name().to_owned()])?;
        }
        let mut named: BTreeSet<(&'static str, String, Written)> = BTreeSet::new();
        for event in &life.events {
            let sent: Vec<(&Route, Date)> =
                event.routes.iter().filter_map(|route| Some((route, first_sent(country, route)?))).collect();
            told.events += 1;
            told.reported += usize::from(!sent.is_empty());
            if sent.is_empty() {
                events.row(line(council, event, None))?;
            }
            for (route, first) in sent {
                events.row(line(council, event, Some((route, first))))?;
                let year = event.what.happened_on().year();
                named.insert((route.feed.id(), row_of(event, route), written(country, council, (route.feed, year))));
            }
        }
        for (feed, row, said) in named {
            let Written { name, gss_code, district, county } = said;
            matches.row([feed.to_owned(), row, name, gss_code, district, county, council.gss_code.clone()])?;
        }
    }
    councils.end()?;
    events.end()?;
    matches.end()?;
    Ok(told)
}

/// The day of the first delivery that has it; none where the country's days end before.
fn first_sent(country: &Country, route: &Route) -> Option<Date> {
    let mut sent = country.plan.month_ends().into_iter().filter(|day| route.feed.sends_in(day.month()));
    sent.find(|day| *day >= route.from)
}

/// The source's reference; a firm's says the council, so the year is added.
fn row_of(event: &Event, route: &Route) -> String {
    match &event.what {
        super::event::What::Return(of) => format!("{} {}", route.reference, of.year),
        _ => route.reference.clone(),
    }
}

fn line(council: &Council, event: &Event, sent: Option<(&Route, Date)>) -> [String; 12] {
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let text = |text: Option<String>| text.unwrap_or_default();
    [
        event.id.clone(),
        council.gss_code.clone(),
        event.what.kind().to_owned(),
        event.what.word().to_owned(),
        yes(event.real),
        event.state.name().to_owned(),
        event.what.happened_on().to_string(),
        text(event.what.determined_on().map(|day| day.to_string())),
        yes(sent.is_some()),
        text(sent.map(|(route, _)| route.feed.id().to_owned())),
        text(sent.map(|(route, _)| row_of(event, route))),
        text(sent.map(|(_, first)| first.to_string())),
    ]
}
