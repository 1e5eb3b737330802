//! The rows of the sources' lists: what a list of one day says of one event.
//!
//! In: an event and the route by which a source tells of it, and the day of the list. Out: the cells of its row, or
//! none where the list doesn't have it. Always holds: it says only what the source knew by that day; a row has as
//! many cells as the header; a firm's list is the season's, a log's is that of two years.

use super::country::{Council, Country};
use super::event::{Complaint, Event, Record, Report, Return, Route, Version, What};
use super::feed::Feed;
use super::written::{Written, written};
use crate::draw::{later, on};
use jiff::civil::Date;

/// Matters that a firm's list has columns for.
const MATTERS: usize = 3;
/// How long a log keeps what happened, in days.
const LOG_KEEPS: i32 = 730;

/// The headings of a source's list.
pub fn header(feed: Feed) -> Vec<String> {
    let parts = match feed {
        Feed::AuditorNorth => ["class", "reason", "undisclosed"].as_slice(),
        Feed::AuditorSouth => ["type", "reason code", "not disclosed"].as_slice(),
        _ => [].as_slice(),
    };
    let matters = (1..=MATTERS).flat_map(|number| parts.iter().map(move |part| format!("Matter {number} {part}")));
    columns(feed).split(',').map(str::to_owned).chain(matters).collect()
}

/// The headings but for those of matters; the first five are the reference and the name.
fn columns(feed: Feed) -> &'static str {
    match feed {
        Feed::AuditorNorth => {
            "Authority reference,GSS code,Council name,District,County,Financial year,Review band,Date submitted,Reminder \
             sent,Outcome,Date certified,Date determined,Income,Version"
        }
        Feed::AuditorSouth => {
            "Client reference,ONS code,Authority,Principal council,County area,Financial year end,Level of review,Date AGAR \
             received,Reminder issued,Opinion,Date of certificate,Determined,Higher of gross income and \
             expenditure,Revision"
        }
        Feed::AuditorReports => {
            "Report reference,GSS code,Authority name,Principal authority,County,Report type,Financial year,Date \
             issued,Considered within one month,Actions carried out,Event"
        }
        Feed::MonitoringOfficers | Feed::CountyComplaints => {
            "Reference,GSS code,Council,District,County,Received,Decided,Theme,Against,Made by,Decided \
             by,Stage,Outcome,Event"
        }
        Feed::CountyRecords => {
            "Reference,GSS code,Council,District,County,Record type,Since,Date recorded,Still \
             open,Ended,Members resigned,Seats,Indicator"
        }
        Feed::CountyFlags => "reference,gss_code,council,district,county,date,flag,indicator,first_hand,confidence",
    }
}

/// The row of one event in the list of a day; none where the list doesn't have it.
pub fn row(country: &Country, council: &Council, (event, route): (&Event, &Route), as_of: Date) -> Option<Vec<String>> {
    if route.from > as_of || country.plan.last_day() < as_of {
        return None;
    }
    let season = if as_of.month() >= 7 { as_of.year() } else { as_of.year() - 1 };
    let kept = match &event.what {
        What::Return(of) => of.year == season,
        // A report stays listed until somebody can say what became of it.
        What::Report(_) => true,
        what => later(what.happened_on(), LOG_KEEPS) >= as_of,
    };
    if !kept {
        return None;
    }
    let named = written(country, council, (route.feed, event.what.happened_on().year()));
    Some(match &event.what {
        What::Return(of) => of_return(council, (of, route), named, as_of)?,
        What::Report(report) => of_report(report, (event, route), named, as_of),
        What::Complaint(complaint) => of_complaint(complaint, (event, route), named, as_of),
        What::Record(record) => of_record(record, route, named, as_of),
        What::Flag(flag) => {
            let first_hand = yes_or_no(flag.first_hand);
            let confidence = if flag.first_hand { "high" } else { "medium" };
            let said =
                [flag.date.to_string(), words(flag.flag), flag.indicator.to_owned(), first_hand, words(confidence)];
            led(route, named).into_iter().chain(said).collect()
        }
    })
}

/// The reference and the name, with which every row begins.
fn led(route: &Route, named: Written) -> [String; 5] {
    [route.reference.clone(), named.gss_code, named.name, named.district, named.county]
}

fn of_return(council: &Council, (of, route): (&Return, &Route), named: Written, as_of: Date) -> Option<Vec<String>> {
    let known = of.versions.iter().take_while(|version| version.from <= as_of);
    let (number, version) = (1_u32..).zip(known).last()?;
    let south = route.feed == Feed::AuditorSouth;
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| if south { in_words(day) } else { slashes(day) });
    let exempt = version.status == "exempt";
    let band = match council.income {
        _ if exempt => "exempt",
        0..=200_000 => "basic",
        _ => "intermediate",
    };
    let certified = is_certified(version);
    let (year, next) = (of.year - 1, of.year.rem_euclid(100));
    let financial_year = if south { in_words(on(of.year, 3, 31)) } else { format!("{year}/{next:02}") };
    let income = if version.status == "no_return" { String::new() } else { council.income.to_string() };
    let mut cells: Vec<String> = led(route, named).into();
    cells.extend([
        financial_year,
        band.to_owned(),
        day(of.submitted_on),
        yes_or_no(of.reminder),
        words(version.status),
        day(version.settled_on.filter(|_| certified)),
        day(version.settled_on.filter(|_| !certified)),
        income,
        number.to_string(),
    ]);
    for number in 0..MATTERS {
        cells.extend(version.matters.get(number).map_or_else(
            || [String::new(), String::new(), String::new()],
            |matter| {
                let undisclosed =
                    if matter.class == "except_for" { yes_or_no(matter.undisclosed) } else { String::new() };
                [words(matter.class), words(matter.reason), undisclosed]
            },
        ));
    }
    Some(cells)
}

fn is_certified(version: &Version) -> bool {
    matches!(version.status, "unqualified" | "unqualified_other_matters" | "qualified")
}

fn of_report(report: &Report, (event, route): (&Event, &Route), named: Written, as_of: Date) -> Vec<String> {
    // Nobody can say before six weeks, and before five months, are over.
    let after = |days: i32, answer: bool| {
        let known = as_of >= later(report.issued_on, days + route.lag);
        if known { yes_or_no(answer) } else { String::new() }
    };
    let said = [
        words(report.report),
        format!("{}/{:02}", report.year - 1, report.year.rem_euclid(100)),
        in_words(report.issued_on),
        after(42, report.considered_in_time),
        after(150, report.actions_completed),
        code(event, route),
    ];
    led(route, named).into_iter().chain(said).collect()
}

fn of_complaint(complaint: &Complaint, (event, route): (&Event, &Route), named: Written, as_of: Date) -> Vec<String> {
    let decided = as_of >= later(complaint.decided_on, route.lag);
    let stage = match decided {
        true => "decided",
        false if as_of < later(complaint.received_on, 45) => "received",
        false => "investigating",
    };
    let when_decided = |text: String| if decided { text } else { String::new() };
    let said = [
        slashes(complaint.received_on),
        when_decided(slashes(complaint.decided_on)),
        words(complaint.theme),
        complaint.subject.to_owned(),
        complaint.source.to_owned(),
        words(complaint.body),
        stage.to_owned(),
        when_decided(words(complaint.outcome)),
        code(event, route),
    ];
    led(route, named).into_iter().chain(said).collect()
}

fn of_record(record: &Record, route: &Route, named: Written, as_of: Date) -> Vec<String> {
    let over = record.ended_on.filter(|ended| later(*ended, route.lag) <= as_of);
    let open = if record.ended_on.is_some() { yes_or_no(over.is_none()) } else { String::new() };
    let (resigned, seats) =
        record.resigned.map_or_else(Default::default, |(resigned, seats)| (resigned.to_string(), seats.to_string()));
    let said = [
        words(record.record),
        record.since.to_string(),
        route.from.to_string(),
        open,
        over.map_or_else(String::new, |ended| ended.to_string()),
        resigned,
        seats,
        record.indicator.unwrap_or_default().to_owned(),
    ];
    led(route, named).into_iter().chain(said).collect()
}

/// The code that all reports of the event share, where the source gives it.
fn code(event: &Event, route: &Route) -> String {
    if route.gives_event { event.id.clone() } else { String::new() }
}

fn words(word: &str) -> String {
    word.replace('_', " ")
}

fn yes_or_no(answer: bool) -> String {
    if answer { "Yes" } else { "No" }.to_owned()
}

fn slashes(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

fn in_words(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Plan;
    use crate::simulation::life::live;

    #[test]
    fn every_row_is_as_wide_as_its_header_and_says_only_what_was_known() {
        let plan = Plan { councils: 120, years: 3, seed: 5 };
        let country = Country::new(plan);
        let mut rows = 0;
        for council in &country.councils {
            let life = live(plan, council, country.district(council).unwrap().firm);
            for event in &life.events {
                for route in &event.routes {
                    for as_of in plan.month_ends() {
                        let Some(cells) = row(&country, council, (event, route), as_of) else { continue };
                        assert!(route.from <= as_of, "{} is told of too early", event.id);
                        assert_eq!(cells.len(), header(route.feed).len(), "{:?}", route.feed);
                        rows += 1;
                    }
                }
            }
        }
        assert!(rows > 1000, "{rows} rows");
    }
}
