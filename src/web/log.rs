//! The audit log's page: reads what was asked for.
//!
//! In: the filters of an address. Out: the page of [`super::audit`]. Always holds: days are days in England, both ends
//! within; a filter that can't be read is told, not passed over.

use super::audit::{self as page, Filter, Log};
use super::visit::{Trouble, Visit};
use crate::app::App;
use crate::audit::{self, Asked};
use crate::clock::{end_of_day, start_of_day};
use crate::error::{AppError, Code};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;

/// Entries on one page.
const ENTRIES_A_PAGE: i64 = 100;

/// GET /audit
pub async fn audit_log(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let read = read(request.query_string());
    let read = move |app: &App| {
        let (filter, before) = read?;
        let asked = Asked { before, limit: ENTRIES_A_PAGE + 1, ..asked(&filter) };
        let mut entries = audit::entries(&app.store, &actor, &asked)?;
        let kept = usize::try_from(ENTRIES_A_PAGE).unwrap_or(usize::MAX);
        let more = entries.len() > kept;
        entries.truncate(kept);
        let older = entries.last().filter(|_| more).map(|entry| entry.position);
        Ok(Log { older, head: audit::head(&app.store)?, entries, filter })
    };
    visit.page(read, page::render).await
}

/// The filters of an address, for the files.
///
/// # Errors
/// [`Code::BadQuery`] for a day or position that is none.
pub fn filters(query: &str) -> Result<Asked, AppError> {
    read(query).map(|(filter, _)| asked(&filter))
}

fn asked(filter: &Filter) -> Asked {
    Asked {
        actor: filter.account.clone(),
        action: filter.action.clone(),
        subject: filter.subject.clone(),
        from: filter.from.map(start_of_day),
        until: filter.until.map(end_of_day),
        before: None,
        limit: ENTRIES_A_PAGE,
    }
}

fn read(query: &str) -> Result<(Filter, Option<i64>), AppError> {
    let (mut filter, mut before) = (Filter::default(), None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        if value.contains('\0') {
            return Err(not_understood(&key, "holds a NUL character"));
        }
        match key.as_ref() {
            "account" => filter.account = Some(value.to_owned()),
            "action" => filter.action = Some(value.to_owned()),
            "subject" => filter.subject = Some(value.to_owned()),
            "from" => filter.from = Some(day(&key, value)?),
            "until" => filter.until = Some(day(&key, value)?),
            "before" => before = Some(value.parse().map_err(|_| not_understood(&key, "is no position"))?),
            _ => {}
        }
    }
    Ok((filter, before))
}

fn day(key: &str, value: &str) -> Result<Date, AppError> {
    value.parse().map_err(|_| not_understood(key, "is no day such as 2026-03-31"))
}

fn not_understood(key: &str, because: &str) -> AppError {
    AppError::new(Code::BadQuery, format!("`{key}` {because}."), "Choose again on the page of the audit log.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_days_are_within_and_a_day_that_is_none_is_told() {
        let (filter, before) = read("from=2026-06-01&until=2026-06-01&before=7&account=person:1").unwrap();
        let asked = asked(&filter);
        assert_eq!(before, Some(7));
        assert_eq!(asked.from.unwrap().to_string(), "2026-05-31T23:00:00Z", "summer time");
        assert_eq!(asked.until.unwrap().to_string(), "2026-06-01T23:00:00Z");
        assert_eq!(read("from=yesterday").unwrap_err().code, Code::BadQuery);
        assert_eq!(read("before=x").unwrap_err().code, Code::BadQuery);
    }
}
