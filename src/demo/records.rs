//! The county associations' records: what they know for a fact, as one CSV file.
//!
//! In: the country and a day. Out: the bytes of a CSV file. Always holds: oldest first; what was recorded stays, and says
//! whether it still holds.

use super::happenings::CountyRecord;
use super::pilot::Council;
use super::sending::{Unwritable, as_csv, yes_or_no};
use super::story::Country;
use super::written::Sender;
use jiff::civil::Date;

const HEADER: &[&str] = &[
    "reference",
    "council",
    "gss_code",
    "district",
    "county",
    "record",
    "since",
    "recorded_on",
    "open",
    "ended_on",
    "conduct_cited",
    "resigned",
    "seats",
    "indicator",
];

const SENDER: Sender = Sender { id: "county-records", gives_code: 700, gives_district: 950, gives_county: 1000 };

/// The records as they stood on a day.
///
/// # Errors
/// [`Unwritable::Table`], which is not expected.
pub fn county_records(country: &Country, as_of: Date) -> Result<Vec<u8>, Unwritable> {
    let mut told: Vec<(&Council, &CountyRecord)> = country
        .told()
        .flat_map(|(council, story)| story.records.iter().map(move |record| (council, record)))
        .filter(|(_, record)| record.recorded_on <= as_of)
        .collect();
    told.sort_by(|(_, left), (_, right)| {
        (left.recorded_on, &left.reference).cmp(&(right.recorded_on, &right.reference))
    });
    let rows: Vec<Vec<String>> =
        told.into_iter().map(|(council, record)| row(country, council, record, as_of)).collect();
    as_csv(HEADER, &rows)
}

fn row(country: &Country, council: &Council, record: &CountyRecord, as_of: Date) -> Vec<String> {
    let written = SENDER.writes(council, &country.pilot, record.since.year());
    let (resigned, seats) =
        record.resigned.map(|(members, seats)| (members.to_string(), seats.to_string())).unwrap_or_default();
    vec![
        record.reference.clone(),
        written.name,
        written.gss_code.unwrap_or_default(),
        written.district.unwrap_or_default().to_owned(),
        written.county.unwrap_or_default().to_owned(),
        record.record.to_owned(),
        record.since.to_string(),
        record.recorded_on.to_string(),
        yes_or_no(record.open(as_of)),
        record.ended_on.filter(|ended| *ended <= as_of).map(|ended| ended.to_string()).unwrap_or_default(),
        yes_or_no((record.record == "clerk_left").then_some(record.conduct_cited)),
        resigned,
        seats,
        record.indicator.unwrap_or_default().to_owned(),
    ]
}
