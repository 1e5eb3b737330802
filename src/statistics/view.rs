//! What is published: counts by county and band, some of them suppressed.
//!
//! In: filled by `disclosure`. Out: rendered by the pages, serialised by the API. Always holds: a suppressed count is absent,
//! and nothing here says why it is.

use crate::scoring::Band;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Counts of councils below this, except nought, are never published.
pub const SUPPRESSED_BELOW: i64 = 5;

/// Councils by county and band, safe to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Published {
    /// In alphabetical order.
    pub counties: Vec<PublishedCounty>,
    /// The totals by band, highest priority first; all five. Of the counties of which anything is shown: those whose five
    /// counts are all suppressed are left out.
    pub england: Vec<PublishedBand>,
    /// How many councils there are in all counties.
    pub councils: i64,
    /// How many councils the totals by band are of.
    pub councils_in_totals: i64,
    /// Counts below this, except nought, are never shown.
    pub suppressed_below: i64,
    /// What is suppressed and why, in plain words.
    pub note: String,
}

/// One county's councils by band.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedCounty {
    pub county: String,
    /// How many councils the county has; never suppressed, because the register of councils is public.
    pub councils: i64,
    /// Highest priority first; all five.
    pub bands: Vec<PublishedBand>,
}

/// How many councils a band holds, if that may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedBand {
    pub band: Band,
    /// None where the count is suppressed: because it is small, or because a small one would follow from it.
    pub councils: Option<i64>,
}

impl PublishedBand {
    /// The count in figures, or `suppressed`: one word whatever the reason, because the reason would tell which are small.
    pub fn shown(&self) -> String {
        self.councils.map_or_else(|| "suppressed".to_owned(), |councils| councils.to_string())
    }
}
