//! What county associations send: records of what happened, and officers' flags.
//!
//! In: a row being read. Out: what it says. Always holds: a record is a fact and determined, a flag is an opinion and
//! stays one; who the officer is stays in the row as it stood.

use super::normalise::{Reading, Said, derived_key};
use super::record::SourceOrder;
use crate::evidence::Standing;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// Records that go on until they end; of these a blank end means that they still hold.
const CONTINUING: [&str; 5] =
    ["clerk_vacant", "rfo_vacant", "inquorate_order", "minutes_not_published", "no_complaints_procedure"];

/// What a row of county records says; none only where problems say why.
pub(super) fn record(reading: &mut Reading<'_>, feed: &str) -> Option<Said> {
    let named = reading.named();
    let mut fields = reading.fields();
    let happened_on = reading.day("happened_on");
    let recorded_on = reading.day("recorded_on");
    let ended_on = reading.day("ended_on");
    let reference = reading.code("reference");
    let event = reading.code("event");
    let url = reading.link("url");
    check_days(reading, happened_on, recorded_on, ended_on);
    check_seats(reading, &fields);
    settle_open(reading, &mut fields, ended_on);
    let is = |name: &str, word: &str| fields.get(name).is_some_and(|value| value == word);
    if is("record", "action_completed") && !fields.contains_key("indicator") {
        let message = "Which indicator the completed action answers is missing, so it lowers no score; give a to e.";
        reading.warn("indicator", "indicator_missing", message.to_owned());
    }
    let (record, happened_on) = (fields.get("record")?.as_str()?.to_owned(), happened_on?);
    let record_key = reference.unwrap_or_else(|| derived_key(&named, &record, happened_on));
    Some(Said {
        named,
        chain: format!("{feed}/{record_key}"),
        record_key,
        event: event.or_else(|| vacancy(&record, happened_on)),
        happened_on: Some(happened_on),
        determined_on: recorded_on.or(Some(happened_on)),
        standing: Standing::Determined,
        fields,
        url,
        order: SourceOrder { version: None, dated: recorded_on },
    })
}

/// In most parishes one person is clerk and responsible financial officer: the two posts that fall vacant in one year are
/// one event unless the source says otherwise.
fn vacancy(record: &str, since: Date) -> Option<String> {
    matches!(record, "clerk_vacant" | "rfo_vacant").then(|| format!("vacancy/{}", since.year()))
}

fn check_days(reading: &mut Reading<'_>, happened: Option<Date>, recorded: Option<Date>, ended: Option<Date>) {
    let Some(happened) = happened else { return };
    if let Some(recorded) = recorded.filter(|recorded| *recorded < happened) {
        let message = format!("It was recorded on {recorded}, before it happened on {happened}; correct one of them.");
        reading.refuse("recorded_on", "recorded_before_happened", message);
    }
    if let Some(ended) = ended.filter(|ended| *ended < happened) {
        let message = format!("It ended on {ended}, before it began on {happened}; correct one of them.");
        reading.refuse("ended_on", "ended_before_happened", message);
    }
}

fn check_seats(reading: &mut Reading<'_>, fields: &Map<String, Json>) {
    let number = |name: &str| fields.get(name).and_then(Json::as_i64);
    for name in ["resigned", "seats"] {
        if let Some(negative) = number(name).filter(|number| *number < 0) {
            let message = format!("{negative} is less than none; correct the number.");
            reading.refuse(name, "out_of_range", message);
        }
    }
    match (number("resigned"), number("seats")) {
        (Some(resigned), Some(seats)) if resigned > seats => {
            let message = format!("{resigned} members resigned of {seats} seats; correct one of the numbers.");
            reading.refuse("resigned", "resigned_above_seats", message);
        }
        (Some(_), Some(_)) => {}
        _ if fields.get("record").is_some_and(|record| record == "members_resigned") => {
            let message =
                "How many resigned, or of how many seats, is missing, so the rules can't say whether it is a third; \
                           give both."
                    .to_owned();
            reading.warn("seats", "seats_missing", message);
        }
        _ => {}
    }
}

/// Whether it still holds, where the row says so by the day of its end.
fn settle_open(reading: &mut Reading<'_>, fields: &mut Map<String, Json>, ended_on: Option<Date>) {
    let open = fields.get("open").and_then(Json::as_bool);
    match (open, ended_on) {
        (Some(true), Some(ended)) => {
            let message = format!("It is said still to hold, and to have ended on {ended}; correct one of them.");
            reading.refuse("open", "open_contradicts_ended", message);
        }
        (None, Some(_)) => {
            fields.insert("open".to_owned(), Json::Bool(false));
        }
        (None, None) => {
            let record = fields.get("record").and_then(Json::as_str);
            let continues = record.is_some_and(|record| CONTINUING.contains(&record));
            if continues && reading.found("ended_on").is_some() && !reading.says("ended_on") {
                fields.insert("open".to_owned(), Json::Bool(true));
                let message =
                    "No end is given, so it counts as still holding; fill in the end once it has one.".to_owned();
                reading.warn("ended_on", "open_assumed", message);
            }
        }
        (Some(_), _) => {}
    }
}

/// What a row of county flags says; none only where problems say why.
pub(super) fn flag(reading: &mut Reading<'_>, feed: &str) -> Option<Said> {
    let named = reading.named();
    let fields = reading.fields();
    let date = reading.day("date");
    let reference = reading.code("reference");
    let event = reading.code("event");
    let url = reading.link("evidence_link");
    let (flag, date) = (fields.get("flag")?.as_str()?.to_owned(), date?);
    let record_key = reference.unwrap_or_else(|| derived_key(&named, &flag, date));
    Some(Said {
        named,
        chain: format!("{feed}/{record_key}"),
        record_key,
        event,
        happened_on: Some(date),
        determined_on: Some(date),
        standing: Standing::Opinion,
        fields,
        url,
        order: SourceOrder { version: None, dated: Some(date) },
    })
}

#[cfg(test)]
#[path = "county_tests.rs"]
mod tests;
