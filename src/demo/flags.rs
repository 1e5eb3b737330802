//! The county associations' flags: what their officers noticed, as one JSON file.
//!
//! In: the country and a day. Out: the bytes of a JSON object with one list, `flags`. Always holds: oldest first; a flag
//! that was given stays, and says whether the council has been told of it by that day.

use super::draw::later;
use super::happenings::Flag;
use super::pilot::Council;
use super::sending::Unwritable;
use super::story::Country;
use super::written::Sender;
use jiff::civil::Date;
use serde::Serialize;

const SENDER: Sender = Sender { id: "county-flags", gives_code: 800, gives_district: 900, gives_county: 1000 };

/// How long an officer waits before looking again.
const REVIEW_AFTER_DAYS: i32 = 90;

#[derive(Serialize)]
struct Flags {
    flags: Vec<Told>,
}

#[derive(Serialize)]
struct Told {
    reference: String,
    council: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    gss_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    county: Option<&'static str>,
    date: Date,
    flag: &'static str,
    indicator: &'static str,
    first_hand: bool,
    confidence: &'static str,
    shown_to_council: bool,
    advice_given: bool,
    next_review: Date,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
}

/// The flags as they stood on a day.
///
/// # Errors
/// [`Unwritable::List`], which is not expected.
pub fn county_flags(country: &Country, as_of: Date) -> Result<Vec<u8>, Unwritable> {
    let mut told: Vec<(&Council, &Flag)> = country
        .told()
        .flat_map(|(council, story)| story.flags.iter().map(move |flag| (council, flag)))
        .filter(|(_, flag)| flag.date <= as_of)
        .collect();
    told.sort_by(|(_, left), (_, right)| (left.date, &left.reference).cmp(&(right.date, &right.reference)));
    let flags = told.into_iter().map(|(council, flag)| as_told(country, council, flag, as_of)).collect();
    Ok(serde_json::to_vec_pretty(&Flags { flags })?)
}

fn as_told(country: &Country, council: &Council, flag: &Flag, as_of: Date) -> Told {
    let written = SENDER.writes(council, &country.pilot, flag.date.year());
    let site = council.district.county.to_lowercase();
    Told {
        reference: flag.reference.clone(),
        council: written.name,
        gss_code: written.gss_code,
        district: written.district,
        county: written.county,
        date: flag.date,
        flag: flag.flag,
        indicator: flag.indicator,
        first_hand: flag.first_hand,
        confidence: flag.confidence,
        shown_to_council: flag.shown_on.is_some_and(|shown| shown <= as_of),
        advice_given: flag.advice_given,
        next_review: later(flag.date, REVIEW_AFTER_DAYS),
        url: format!("https://{site}.example/flags/{}", flag.reference.to_lowercase()),
        event: flag.event.clone(),
    }
}
