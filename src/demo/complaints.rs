//! The complaints log: one CSV file that monitoring officers, the commissioner's lists and the counties' logs end up in.
//!
//! In: the country and a day. Out: the bytes of a CSV file. Always holds: one row a head of a complaint, oldest first; a
//! complaint that was in an earlier log is in every later one, with how far it has come; nobody is named.

use super::happenings::Complaint;
use super::pilot::Council;
use super::sending::{Unwritable, as_csv, with_slashes, yes_or_no};
use super::story::Country;
use super::written::Sender;
use jiff::civil::Date;

const HEADER: &[&str] = &[
    "Reference",
    "Head",
    "Council",
    "District",
    "County",
    "Received",
    "Decided",
    "Theme",
    "Against",
    "Made by",
    "Decided by",
    "Stage",
    "Outcome",
    "Sanction",
    "Sanction followed",
    "Over three months",
    "Injury",
    "Group code",
    "Event",
];

const SENDER: Sender = Sender { id: "complaints", gives_code: 0, gives_district: 960, gives_county: 1000 };

/// The log as it stood on a day.
///
/// # Errors
/// [`Unwritable::Table`], which is not expected.
pub fn complaints(country: &Country, as_of: Date) -> Result<Vec<u8>, Unwritable> {
    let mut told: Vec<(&Council, &Complaint)> = country
        .told()
        .flat_map(|(council, story)| story.complaints.iter().map(move |complaint| (council, complaint)))
        .collect();
    told.sort_by(|(_, left), (_, right)| {
        (left.received_on, &left.reference, left.head).cmp(&(right.received_on, &right.reference, right.head))
    });
    let mut rows: Vec<Vec<String>> =
        told.into_iter().filter_map(|(council, complaint)| row(country, council, complaint, as_of)).collect();
    rows.extend(odd(country, as_of));
    as_csv(HEADER, &rows)
}

fn row(country: &Country, council: &Council, complaint: &Complaint, as_of: Date) -> Option<Vec<String>> {
    let stage = complaint.stage(as_of)?;
    let decided = matches!(stage, "decided" | "under_appeal");
    let written = SENDER.writes(council, &country.pilot, complaint.received_on.year());
    let when_decided = |text: &str| if decided { text.to_owned() } else { String::new() };
    let sanction = complaint.sanction.filter(|_| decided);
    // Only asked where it matters.
    let lasted = decided && complaint.theme == "minutes_not_published";
    let hurt = decided && matches!(complaint.theme, "play_area" | "health_and_safety");
    Some(vec![
        complaint.reference.clone(),
        complaint.head.to_string(),
        written.name,
        written.district.unwrap_or_default().to_owned(),
        written.county.unwrap_or_default().to_owned(),
        with_slashes(complaint.received_on),
        complaint.decided_on.filter(|_| decided).map(with_slashes).unwrap_or_default(),
        complaint.theme.replace('_', " "),
        complaint.subject_kind.to_owned(),
        complaint.source_kind.to_owned(),
        complaint.body.replace('_', " "),
        stage.replace('_', " "),
        when_decided(complaint.outcome).replace('_', " "),
        sanction.map(|(sanction, _)| sanction.replace('_', " ")).unwrap_or_default(),
        yes_or_no(sanction.map(|(_, followed)| followed)),
        yes_or_no(lasted.then_some(complaint.over_three_months)),
        yes_or_no(hurt.then_some(complaint.injury)),
        complaint.group.clone().unwrap_or_default(),
        complaint.event.clone().unwrap_or_default(),
    ])
}

/// Rows that somebody got wrong: a theme that nobody knows, a day that never was, and a complaint about a parish that
/// was merged away.
fn odd(country: &Country, as_of: Date) -> Vec<Vec<String>> {
    let merged = country.pilot.retired.last().map_or("", |(_, parish)| parish.name.as_str());
    let first = country.pilot.councils.first().map_or("", |council| council.name.as_str());
    let received = country.calendar.weeks_ago(60);
    if as_of < received {
        return Vec::new();
    }
    let day = with_slashes(received);
    let never = format!("30/02/{}", received.year());
    [
        ("LOG/0001", first, day.as_str(), "general attitude"),
        ("LOG/0002", first, never.as_str(), "service"),
        ("LOG/0003", merged, day.as_str(), "service"),
    ]
    .into_iter()
    .map(|(reference, name, received, theme)| {
        let mut row = vec![String::new(); HEADER.len()];
        let said = [(0, reference), (1, "1"), (2, name), (5, received), (7, theme), (10, "council"), (11, "received")];
        for (column, text) in said {
            if let Some(cell) = row.get_mut(column) {
                text.clone_into(cell);
            }
        }
        row
    })
    .collect()
}
