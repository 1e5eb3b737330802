//! The state of things in figures: what the command line prints after a pull, and what Prometheus is told.
//!
//! In: standings and counts. Out: a [`Summary`]. Always holds: councils are counted in one consistent view.

use super::list::kept_list;
use super::view::{CouncilLine, ListQuery};
use crate::auth::Reach;
use crate::error::AppError;
use crate::scoring::Band;
use crate::store::{Store, evidence, register, triage};
use std::collections::BTreeMap;

/// Councils by band and county, and those that come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub councils: i64,
    /// Versions of evidence that are kept.
    pub evidence: i64,
    /// County to the number of councils in each band, in the order of [`Band::ALL`].
    pub by_county: BTreeMap<String, [i64; 5]>,
    /// The first of Monday's list.
    pub first: Vec<CouncilLine>,
}

/// Reads the state of things, with the first `most` councils of Monday's list.
///
/// # Errors
/// When the database fails.
pub fn summary(store: &Store, most: i64) -> Result<Summary, AppError> {
    let (councils, evidence, counted) = store.read(|connection| {
        Ok::<_, AppError>((
            register::current_councils(connection)?,
            evidence::count(connection)?,
            triage::by_county(connection)?,
        ))
    })?;
    let mut by_county: BTreeMap<String, [i64; 5]> = BTreeMap::new();
    for (county, band, count) in counted {
        let position = Band::ALL.iter().position(|listed| *listed == band);
        let counts = by_county.entry(county).or_default();
        if let Some(cell) = position.and_then(|position| counts.get_mut(position)) {
            *cell += count;
        }
    }
    let first = kept_list(store, &Reach::Nation, &ListQuery { limit: most, ..ListQuery::default() })?.lines;
    Ok(Summary { councils, evidence, by_county, first })
}
