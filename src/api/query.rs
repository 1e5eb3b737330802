//! What addresses carry, for the API and the pages alike.
//!
//! In: a query string. Out: typed parameters. Always holds: an unknown key or value is refused in words, never ignored:
//! a filter that silently does nothing shows the wrong councils.

use crate::error::{AppError, Code};
use crate::scoring::{Band, Indicator};
use crate::triage::Sort;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Lines in one part of a list when nobody says.
const USUAL: i64 = 50;

/// Filters, order and paging of the list of councils.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CouncilsQuery {
    /// Councils of this county.
    pub county: Option<String>,
    /// Councils in this band.
    pub band: Option<Band>,
    /// Councils with points under this indicator.
    pub indicator: Option<Indicator>,
    /// Councils with this in their name, in any case.
    pub name: Option<String>,
    /// What to sort by.
    pub sort: Option<Sort>,
    /// Turns the order round.
    pub reverse: Option<bool>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<i64>,
    /// Go on where an earlier answer ended: its `next`.
    pub cursor: Option<String>,
}

/// Paging of lists that run from the newest to the oldest.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Newest {
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<i64>,
    /// Go on where an earlier answer ended: its `next`.
    pub cursor: Option<String>,
}

/// Filters and paging of the audit log, which runs from the newest to the oldest.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Done by this account, such as `person:12`.
    pub account: Option<String>,
    /// What was done, such as `council.seen`.
    pub action: Option<String>,
    /// What it was done to, such as `council:E04000001`.
    pub subject: Option<String>,
    /// At or after, as 2026-03-31T00:00:00Z.
    pub from: Option<Timestamp>,
    /// Before, as 2026-04-01T00:00:00Z.
    pub until: Option<Timestamp>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<i64>,
    /// Go on where an earlier answer ended: its `next`.
    pub cursor: Option<String>,
}

/// The day to look at.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// A day, as 2026-03-31; today when absent. Only what was known by its end counts.
    pub as_of: Option<Date>,
}

impl AsOf {
    /// The day, which can't lie in the future.
    ///
    /// # Errors
    /// [`Code::BadQuery`] for a day after `today`.
    pub fn day(&self, today: Date) -> Result<Date, AppError> {
        match self.as_of {
            Some(day) if day > today => Err(AppError::new(
                Code::BadQuery,
                format!("`as_of` is {day}, which has not come yet."),
                format!("Give a day up to today, {today}."),
            )),
            day => Ok(day.unwrap_or(today)),
        }
    }
}

/// A limit within bounds.
///
/// # Errors
/// [`Code::BadQuery`] outside 1 to [`crate::triage::MOST_LINES`].
pub fn limit(asked: Option<i64>) -> Result<i64, AppError> {
    let most = crate::triage::MOST_LINES;
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(limit) => Err(AppError::new(
            Code::BadQuery,
            format!("`limit` is {limit}."),
            format!("Ask for 1 to {most} at a time."),
        )),
    }
}
