//! Complaint records: one head of one complaint a row.
//!
//! In: a row being read. Out: what it says. Always holds: only what has been decided, by whoever decides it, and is not
//! under appeal, is determined; everything else is an allegation and scores nothing.

use super::normalise::{Reading, Said};
use super::record::SourceOrder;
use crate::evidence::Standing;
use serde_json::{Map, Value as Json};

/// What a row of complaints says; none only where problems say why.
pub(super) fn complaint(reading: &mut Reading<'_>, feed: &str) -> Option<Said> {
    let reference = reading.code("reference");
    let head = reading.code("head").unwrap_or_else(|| "1".to_owned());
    let named = reading.named();
    let mut fields = reading.fields();
    let received_on = reading.day("received_on");
    let decided_on = reading.day("decided_on");
    let event = reading.code("event");
    let url = reading.link("url");
    let version = reading.whole("version");
    if let (Some(received), Some(decided)) = (received_on, decided_on)
        && decided < received
    {
        let message =
            format!("It was decided on {decided}, before it was received on {received}; correct one of them.");
        reading.refuse("decided_on", "decided_before_received", message);
    }
    let said = |name: &str| fields.get(name).and_then(Json::as_str);
    let no_breach = matches!(said("outcome"), Some("not_upheld" | "no_breach" | "dismissed" | "withdrawn"));
    if no_breach && said("sanction").is_some_and(|sanction| sanction != "none") {
        let message = "It has a sanction and an outcome that finds nothing; check both.".to_owned();
        reading.warn("sanction", "sanction_without_breach", message);
    }
    let standing = standing(reading, &fields, decided_on.is_some());
    if standing == Standing::Determined {
        // A list of decisions has no column for the stage; rules ask for it.
        fields.entry("stage").or_insert_with(|| Json::from("decided"));
    }
    let reference = reference?;
    let record_key = format!("{reference}/{head}");
    Some(Said {
        named,
        chain: format!("{feed}/{record_key}"),
        record_key,
        // The heads of one complaint are one event, unless the source says otherwise.
        event: event.or_else(|| Some(format!("{feed}/{reference}"))),
        happened_on: received_on,
        determined_on: decided_on.filter(|_| standing == Standing::Determined),
        standing,
        fields,
        url,
        order: SourceOrder { version, dated: decided_on },
    })
}

/// Determined only with an outcome and the day of it, at a stage that is final. A charge is not yet a decision, but for
/// the interests offence of the Localism Act 2011 s.34, where the catalogue counts it.
fn standing(reading: &mut Reading<'_>, fields: &Map<String, Json>, has_day: bool) -> Standing {
    let said = |name: &str| fields.get(name).and_then(Json::as_str);
    let outcome = said("outcome");
    match said("stage") {
        Some("decided") if outcome.is_none() || !has_day => {
            let message =
                "It is said to be decided, but its outcome or the day of its decision is missing, so it counts as \
                           an allegation until both are given."
                    .to_owned();
            reading.warn("stage", "decided_without_outcome", message);
            return Standing::Allegation;
        }
        Some("decided") | None => {}
        Some(_) => return Standing::Allegation,
    }
    let is_open_charge = outcome == Some("charged") && said("theme") != Some("interests_offence");
    if outcome.is_some() && has_day && !is_open_charge { Standing::Determined } else { Standing::Allegation }
}

#[cfg(test)]
#[path = "complaint_tests.rs"]
mod tests;
