//! Engagement: membership, training, awards, the clerk's qualification and post, an address that bounced.
//!
//! In: a row being read. Out: what it says. Always holds: one record a council and thing (a training each day), whose newest
//! list counts; it is context, and no rule may read it.

use super::normalise::{Reading, Said, council_in_words};
use super::record::SourceOrder;
use crate::evidence::Standing;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// What a row of engagement says; none only where problems say why.
pub(super) fn engagement(reading: &mut Reading<'_>, feed: &str) -> Option<Said> {
    let named = reading.named();
    let mut fields = reading.fields();
    let on = reading.day("as_of");
    let since = reading.day("since");
    let ended_on = reading.day("ended_on");
    let reference = reading.code("reference");
    check_days(reading, on, since, ended_on);
    settle(reading, &mut fields, ended_on);
    let (engagement, on) = (fields.get("engagement")?.as_str()?.to_owned(), on?);
    check_level(reading, &fields, &engagement);
    let record_key = reference.unwrap_or_else(|| {
        let thing = format!("{}/{engagement}", council_in_words(&named));
        // A council trains more than once; of everything else it has one, which a later list says anew.
        if engagement == "training_attended" { format!("{thing}/{on}") } else { thing }
    });
    Some(Said {
        named,
        chain: format!("{feed}/{record_key}"),
        record_key,
        event: None,
        happened_on: since,
        determined_on: Some(on),
        standing: Standing::Determined,
        fields,
        url: None,
        order: SourceOrder { version: None, dated: Some(on) },
    })
}

fn check_days(reading: &mut Reading<'_>, on: Option<Date>, since: Option<Date>, ended: Option<Date>) {
    if let (Some(on), Some(since)) = (on, since)
        && since > on
    {
        let message =
            format!("It is so since {since}, which is after the day of which this is said ({on}); correct one.");
        reading.refuse("since", "since_after_as_of", message);
    }
    if let (Some(since), Some(ended)) = (since, ended)
        && ended < since
    {
        let message = format!("It ended on {ended}, before it began on {since}; correct one of them.");
        reading.refuse("ended_on", "ended_before_since", message);
    }
}

/// Whether it is so: what the row says, or by the day of its end; a row that says neither says that it is.
fn settle(reading: &mut Reading<'_>, fields: &mut Map<String, Json>, ended_on: Option<Date>) {
    match (fields.get("holds").and_then(Json::as_bool), ended_on) {
        (Some(true), Some(ended)) => {
            let message = format!("It is said to hold, and to have ended on {ended}; correct one of them.");
            reading.refuse("holds", "holds_contradicts_ended", message);
        }
        (None, ended) if ended.is_some() || !reading.says("holds") => {
            fields.insert("holds".to_owned(), Json::Bool(ended.is_none()));
        }
        _ => {}
    }
}

fn check_level(reading: &mut Reading<'_>, fields: &Map<String, Json>, engagement: &str) {
    let holds = fields.get("holds").and_then(Json::as_bool) == Some(true);
    match (engagement == "award", fields.contains_key("level")) {
        (true, false) if holds => {
            let message = "Which level the award is of is missing; give foundation, quality or quality_gold.";
            reading.warn("level", "level_missing", message.to_owned());
        }
        (false, true) => {
            let message = "Only an award has a level; leave it blank, or send the award in a row of its own.";
            reading.warn("level", "level_without_award", message.to_owned());
        }
        _ => {}
    }
}

#[cfg(test)]
#[path = "engagement_tests.rs"]
mod tests;
