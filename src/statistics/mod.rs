//! Statistics: numbers about councils that may leave a county.
//!
//! In: how many councils each county has in each band, as of a month's end. Out: a [`Published`] table. Always holds: no
//! count of one to four councils is in it, and none can be worked out from it; `disclosure` says against whom, and why.
//!
//! Two tables of the same counties a day apart tell of the one council that moved. So only one day's figures a month are
//! published ([`publication_day`]): what leaves a county always goes through both.

mod disclosure;
#[cfg(test)]
mod disclosure_tests;
mod month_end;
mod view;

pub use disclosure::publish;
pub use month_end::publication_day;
pub use view::{Published, PublishedBand, PublishedCounty, SUPPRESSED_BELOW};
