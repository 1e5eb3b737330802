//! The auditors' reports and recommendations: the few that are published, as one CSV file.
//!
//! In: the country and a day. Out: the bytes of a CSV file. Always holds: oldest first; what the council made of a report
//! is blank until somebody can say.

use super::dialects::DIALECTS;
use super::happenings::Report;
use super::pilot::Council;
use super::sending::{Unwritable, as_csv, in_words, yes_or_no};
use super::story::Country;
use super::written::Sender;
use jiff::civil::Date;

const HEADER: &[&str] = &[
    "Report reference",
    "Report type",
    "Authority name",
    "Principal authority",
    "County",
    "Financial year",
    "Date issued",
    "Considered within one month",
    "Actions carried out",
    "Audit firm",
    "Link",
    "Event",
];

const SENDER: Sender = Sender { id: "auditor-reports", gives_code: 0, gives_district: 1000, gives_county: 1000 };

/// The reports as they were listed on a day.
///
/// # Errors
/// [`Unwritable::Table`], which is not expected.
pub fn auditor_reports(country: &Country, as_of: Date) -> Result<Vec<u8>, Unwritable> {
    let mut told: Vec<(&Council, &Report)> = country
        .told()
        .flat_map(|(council, story)| story.reports.iter().map(move |report| (council, report)))
        .filter(|(_, report)| report.issued_on <= as_of)
        .collect();
    told.sort_by(|(_, left), (_, right)| (left.issued_on, &left.reference).cmp(&(right.issued_on, &right.reference)));
    let rows: Vec<Vec<String>> =
        told.into_iter().map(|(council, report)| row(country, council, report, as_of)).collect();
    as_csv(HEADER, &rows)
}

fn row(country: &Country, council: &Council, report: &Report, as_of: Date) -> Vec<String> {
    let written = SENDER.writes(council, &country.pilot, report.year);
    let firm = DIALECTS.get(council.district.firm).map_or("", |dialect| dialect.firm);
    vec![
        report.reference.clone(),
        report.report.replace('_', " "),
        written.name,
        written.district.unwrap_or_default().to_owned(),
        written.county.unwrap_or_default().to_owned(),
        format!("{}/{:02}", report.year - 1, report.year.rem_euclid(100)),
        in_words(report.issued_on),
        yes_or_no(report.considered(as_of)),
        yes_or_no(report.completed(as_of)),
        firm.to_owned(),
        format!("https://reports.example/{}", report.reference.to_lowercase()),
        report.event.clone().unwrap_or_default(),
    ]
}
