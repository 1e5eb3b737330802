//! The national picture: how many councils there are in each band, for everybody.
//!
//! In: a day. Out: counts by county as of the last month's end, safe to publish. Always holds: no council is named, no
//! count under five is told, and all that day's month the figures stay the same ([`crate::statistics`]).

use crate::clock::Clock;
use crate::error::AppError;
use crate::scoring::Band;
use crate::statistics::{Published, publication_day, publish};
use crate::store::{Database, Store, StoreError, triage};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What everybody may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct National {
    /// The month's end that the figures are of.
    pub as_of: Date,
    pub published: Published,
}

/// The national picture as it is published on the clock's day: worked out once a month, and then kept as it is.
///
/// # Errors
/// When the database fails.
pub fn national(store: &Store, clock: &Clock) -> Result<National, AppError> {
    let as_of = publication_day(clock.today());
    let day = as_of.to_string();
    if let Some(kept) = store.read(|connection| triage::published(connection, &day))? {
        return read(as_of, &kept);
    }
    let kept = store.write(|connection| {
        if let Some(kept) = triage::published(connection, &day)? {
            return Ok(kept);
        }
        let figures = serde_json::to_string(&publish(&counted(connection, &day)?)).map_err(|e| corrupt(as_of, &e))?;
        triage::keep_published(connection, &day, (clock.now().as_microsecond(), &figures))?;
        Ok::<_, StoreError>(figures)
    })?;
    read(as_of, &kept)
}

fn counted(connection: &mut Database, day: &str) -> Result<BTreeMap<String, [i64; 5]>, StoreError> {
    let mut by_county: BTreeMap<String, [i64; 5]> = BTreeMap::new();
    for (county, band, councils) in triage::by_county_on(connection, day)? {
        // A council that nobody had scored by then had not been assessed.
        let band = band.unwrap_or(Band::NotAssessed);
        let counts = by_county.entry(county).or_default();
        let position = Band::ALL.iter().position(|listed| *listed == band);
        if let Some(count) = position.and_then(|position| counts.get_mut(position)) {
            *count += councils;
        }
    }
    Ok(by_county)
}

fn read(as_of: Date, kept: &str) -> Result<National, AppError> {
    let published = serde_json::from_str(kept).map_err(|e| corrupt(as_of, &e))?;
    Ok(National { as_of, published })
}

fn corrupt(as_of: Date, because: &serde_json::Error) -> StoreError {
    StoreError::Corrupt { place: format!("the figures published of {as_of}"), because: because.to_string() }
}
