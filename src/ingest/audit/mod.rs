//! What audit firms send: the outcome of each council's year, and the reports and recommendations issued apart.
//!
//! In: a row being read. Out: what it says, checked against the consistency grid. Always holds: the outcome comes from
//! the status column, never from a phrase; an interim outcome is no opinion yet and scores nothing; the auditor's own
//! words stay in the row as it stood.

mod answers;
mod matters;
mod report;

pub(super) use answers::Answers;
pub(super) use matters::Matter;
pub(super) use report::report;

use super::grid::{self, Outcome};
use super::normalise::{Reading, Said};
use super::record::SourceOrder;
use crate::evidence::Standing;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// The columns of the boxes of section 2 of the return, in their order.
const BOXES: [&str; 7] = ["box_1", "box_2", "box_3", "box_4", "box_5", "box_6", "box_7"];

/// The days of an outcome's row.
#[derive(Debug, Clone, Copy)]
struct Days {
    submitted_on: Option<Date>,
    certified_on: Option<Date>,
    settled_on: Option<Date>,
}

/// What a row of auditors' outcomes says; none only where problems say why.
pub(super) fn outcome(reading: &mut Reading<'_>) -> Option<Said> {
    let named = reading.named();
    let reference = reference(reading);
    let year = reading.financial_year("financial_year_end");
    let mut fields = reading.fields();
    let days = Days {
        submitted_on: reading.day("submitted_on"),
        certified_on: reading.any_day("certified_on"),
        settled_on: reading.day("determined_on"),
    };
    let income_pence = reading.pence("income");
    let version = reading.whole("version");
    let event = reading.code("event");
    let url = reading.link("report_url");
    let boxes = BOXES.map(|name| reading.pence(name));
    let answers = Answers::read(reading);
    let matters = matters::read(reading);
    let status = fields.get("status").and_then(Json::as_str).map(str::to_owned);
    grid::check(
        reading,
        &Outcome {
            status: status.as_deref(),
            year,
            submitted_on: days.submitted_on,
            certified_on: days.certified_on,
            income_pence,
            boxes,
            answers: &answers,
            matters: &matters,
            as_of: reading.as_of(),
        },
    );
    let (year, status) = (year?, status?);
    let key = reference.or_else(|| named.gss_code.clone())?;
    let happened_on = Date::new(year, 3, 31).ok()?;
    let not_yet_due = status == "no_return" && Date::new(year, 6, 30).is_ok_and(|due| reading.as_of() <= due);
    let determined_on = match not_yet_due {
        true => not_due(reading, year),
        false => determined_on(reading, &status, happened_on, days),
    };
    complete(&mut fields, year, days, income_pence);
    count(&mut fields, &status, matters);
    if let Some(answers) = answers.kept() {
        fields.insert("answers".to_owned(), answers);
    }
    Some(Said {
        named,
        record_key: format!("{key}/{year}"),
        chain: format!("audit/{year}"),
        event,
        happened_on: Some(happened_on),
        determined_on,
        standing: if status == "interim" || not_yet_due { Standing::Allegation } else { Standing::Determined },
        fields,
        url,
        order: SourceOrder { version, dated: days.certified_on.or(days.settled_on) },
    })
}

/// The authority's reference; refused where neither it nor the GSS code tells this outcome from another's.
fn reference(reading: &mut Reading<'_>) -> Option<String> {
    let reference = reading.code("authority_reference");
    if !reading.says("authority_reference") && !reading.says("gss_code") {
        reading.refuse(
            "authority_reference",
            "value_missing",
            "Neither authority_reference nor gss_code is filled in, so this outcome can't be told from another's; give \
             one of them."
                .to_owned(),
        );
    }
    reference
}

/// A return can't be missing before it is due (30 June: Accounts and Audit Regulations 2015): that it hasn't come is said,
/// not determined.
fn not_due(reading: &mut Reading<'_>, year: i16) -> Option<Date> {
    let message =
        format!("Returns for this year are due by 30 June {year}, so a missing one counts for nothing until then.");
    reading.warn("status", RETURN_NOT_DUE, message);
    None
}

/// When the outcome was settled. An interim outcome is not; others with their certificate, or where they have none, on
/// the day the source gives or the return arrived. Failing all these, on the day by which reviews are due (Accounts and
/// Audit Regulations 2015), said as a warning.
fn determined_on(reading: &mut Reading<'_>, status: &str, year_end: Date, days: Days) -> Option<Date> {
    if status == "interim" {
        return None;
    }
    let without_opinion = matches!(status, "no_return" | "exempt" | "incorrectly_exempt");
    let arrived = days.submitted_on.filter(|_| without_opinion);
    if let Some(day) = days.certified_on.or(days.settled_on).or(arrived) {
        return Some(day);
    }
    // The same whichever day intake runs, but for the turn from one to the next: a date of today would revise the
    // outcome with every run.
    let year = year_end.year();
    let due = [Date::new(year, 9, 30), Date::new(year, 6, 30)].into_iter().flatten();
    let day = due.into_iter().find(|day| *day <= reading.as_of()).unwrap_or(year_end);
    // Before the last of these days, a later run will say another.
    let code = if Date::new(year, 9, 30).is_ok_and(|last| day < last) {
        DATE_PROVISIONAL
    } else {
        "determination_date_assumed"
    };
    let message = format!(
        "No certificate date or determined_on is given, so the outcome counts from {day}, a day on which it was due. Give \
         the date if it is known."
    );
    reading.warn("certified_on", code, message);
    Some(day)
}

/// A warning's code: the return is said to be missing before it is due.
const RETURN_NOT_DUE: &str = "return_not_due";
/// A warning's code: the day is assumed, and will be another once reviews are due.
const DATE_PROVISIONAL: &str = "determination_date_provisional";

/// Whether a warning says that the same row will mean something else on a later day.
pub(super) fn is_provisional(code: &str) -> bool {
    [RETURN_NOT_DUE, DATE_PROVISIONAL].contains(&code)
}

/// The fields that are worked out rather than read.
fn complete(fields: &mut Map<String, Json>, year: i16, days: Days, income_pence: Option<i64>) {
    fields.insert("year".to_owned(), Json::from(year));
    for (name, day) in [("submitted_on", days.submitted_on), ("certified_on", days.certified_on)] {
        if let Some(day) = day {
            fields.insert(name.to_owned(), Json::String(day.to_string()));
        }
    }
    // Without a return there is no such day: the grid refuses one.
    if let (Some(submitted_on), Ok(due)) = (days.submitted_on, Date::new(year, 6, 30)) {
        let late = submitted_on.duration_since(due).as_hours() / 24;
        fields.insert("days_late".to_owned(), Json::from(late));
    }
    if let Some(pence) = income_pence {
        let pounds = pence.div_euclid(100) + i64::from(pence.rem_euclid(100) >= 50);
        fields.insert("income".to_owned(), Json::from(pounds));
    }
}

/// The matters and how many there are of each class; no number where there is no opinion that could have had any.
fn count(fields: &mut Map<String, Json>, status: &str, matters: Vec<Matter>) {
    let is_opinion = matches!(status, "unqualified" | "unqualified_other_matters" | "qualified");
    if is_opinion || !matters.is_empty() {
        for (class, name) in [("except_for", "except_for_matters"), ("other", "other_matters")] {
            let number = matters.iter().filter(|matter| matter.class() == Some(class)).count();
            fields.insert(name.to_owned(), Json::from(number));
        }
    }
    if !matters.is_empty() {
        let matters = matters.into_iter().map(|matter| Json::Object(matter.fields)).collect();
        fields.insert("matters".to_owned(), Json::Array(matters));
    }
}

#[cfg(test)]
mod tests;
