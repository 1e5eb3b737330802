//! Public interest reports, statutory recommendations and notices, which auditors issue apart from the yearly outcome.
//!
//! In: a row being read. Out: what it says. Always holds: determined on the day of issue; the public interest reports
//! of one year are one event, whatever else reports of it.

use crate::evidence::Standing;
use crate::ingest::normalise::{Reading, Said, derived_key};
use crate::ingest::record::SourceOrder;
use serde_json::Value as Json;

/// What a row of auditors' reports says; none only where problems say why.
pub(in crate::ingest) fn report(reading: &mut Reading<'_>, feed: &str) -> Option<Said> {
    let named = reading.named();
    let mut fields = reading.fields();
    let year = reading.financial_year("financial_year_end");
    let issued_on = reading.day("issued_on");
    let reference = reading.code("reference");
    let event = reading.code("event");
    let url = reading.link("url");
    if let (Some(year), Some(issued_on)) = (year, issued_on)
        && year > issued_on.year()
    {
        let message = format!(
            "The report was issued on {issued_on}, before the year {year} that it is about had ended; correct one of them."
        );
        reading.refuse("financial_year_end", "year_after_issue", message);
    }
    let (report, issued_on) = (fields.get("report")?.as_str()?.to_owned(), issued_on?);
    if let Some(year) = year {
        fields.insert("year".to_owned(), Json::from(year));
    }
    let is_public_interest = report == "public_interest_report";
    let record_key = reference.unwrap_or_else(|| derived_key(&named, &report, issued_on));
    Some(Said {
        named,
        chain: format!("{feed}/{record_key}"),
        record_key,
        event: event.or_else(|| year.filter(|_| is_public_interest).map(|year| format!("pir/{year}"))),
        happened_on: Some(issued_on),
        determined_on: Some(issued_on),
        standing: Standing::Determined,
        fields,
        url,
        order: SourceOrder { version: None, dated: Some(issued_on) },
    })
}
