//! What one run appended, beside what was known of the same records before it.
//!
//! In: a run. Out: each version that it appended with the standing that its record had before. Always holds: one query,
//! however many rows the run brought.

use super::schema::evidence;
use super::{Database, StoreError};
use diesel::prelude::*;

/// One version that a run appended.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Appended {
    pub record_key: String,
    pub council_id: i64,
    pub kind: String,
    pub standing: String,
    /// Of the latest version of the record (of the same feed) before the run; none where there was none.
    pub standing_before: Option<String>,
}

/// Every version that a run appended, by record.
///
/// # Errors
/// When the database fails.
pub fn of_run(connection: &mut Database, run: i64) -> Result<Vec<Appended>, StoreError> {
    let earlier = diesel::alias!(evidence as earlier);
    let before = earlier
        .filter(earlier.field(evidence::feed).eq(evidence::feed))
        .filter(earlier.field(evidence::record_key).eq(evidence::record_key))
        .filter(earlier.field(evidence::run_id).ne(evidence::run_id))
        .filter(earlier.field(evidence::id).lt(evidence::id))
        .order(earlier.field(evidence::id).desc())
        .select(earlier.field(evidence::standing))
        .limit(1);
    Ok(evidence::table
        .filter(evidence::run_id.eq(run))
        .order((evidence::record_key, evidence::id))
        .select((evidence::record_key, evidence::council_id, evidence::kind, evidence::standing, before.single_value()))
        .load(connection)?)
}
