//! How often sources are to bring something new, as it was declared, and when each last did.
//!
//! In: declarations. Out: what was expected at a time, and the last news before it. Always holds: appended, never changed: what
//! was expected on a past day can still be read.

use super::schema::{feed_expectations, run_undos, runs};
use super::{Database, StoreError};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// What is expected of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub first_declared_at: i64,
    /// As declared: "35 days". None: nothing.
    pub every: Option<String>,
}

/// Appends what these feeds are expected to do where that is not what was said last; of all others nothing is expected from
/// now on.
///
/// # Errors
/// When the database fails.
pub fn declare(
    connection: &mut Database,
    declared: &[(String, Option<String>)],
    declared_at: i64,
) -> Result<(), StoreError> {
    use feed_expectations::columns as e;
    let before = known(connection, i64::MAX)?;
    let said = |feed: &str| before.get(feed).map(|expected| expected.every.as_deref());
    let mut now: BTreeMap<&str, Option<&str>> = before.keys().map(|feed| (feed.as_str(), None)).collect();
    now.extend(declared.iter().map(|(feed, every)| (feed.as_str(), every.as_deref())));
    for (feed, every) in now.into_iter().filter(|(feed, every)| said(feed) != Some(*every)) {
        // At one instant the last word counts: only clocks that stand still get here twice.
        diesel::delete(feed_expectations::table.find((feed, declared_at))).execute(connection)?;
        diesel::insert_into(feed_expectations::table)
            .values((e::feed.eq(feed), e::declared_at.eq(declared_at), e::expected_every.eq(every)))
            .execute(connection)?;
    }
    Ok(())
}

/// What was expected of each feed that had been declared before an instant.
///
/// # Errors
/// When the database fails.
pub fn known(connection: &mut Database, before: i64) -> Result<BTreeMap<String, Expected>, StoreError> {
    use feed_expectations::columns as e;
    let rows: Vec<(String, i64, Option<String>)> = feed_expectations::table
        .filter(e::declared_at.lt(before))
        .order((e::feed, e::declared_at))
        .select((e::feed, e::declared_at, e::expected_every))
        .load(connection)?;
    let mut known: BTreeMap<String, Expected> = BTreeMap::new();
    for (feed, declared_at, every) in rows {
        let expected = known.entry(feed).or_insert(Expected { first_declared_at: declared_at, every: None });
        expected.every = every;
    }
    Ok(known)
}

/// When each of these feeds last brought a file that it had not brought before, before an instant; what was taken back was
/// never brought.
///
/// # Errors
/// When the database fails.
pub fn last_news(connection: &mut Database, feeds: &[String], before: i64) -> Result<HashMap<String, i64>, StoreError> {
    let files: Vec<(String, Option<String>, Option<i64>)> = runs::table
        .filter(runs::feed.eq_any(feeds))
        .filter(runs::status.eq("applied"))
        // In these the source said nothing.
        .filter(runs::trigger_kind.ne_all(["review", "mending", "undo"]))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            run_undos::table.filter(run_undos::run_id.eq(runs::id)).filter(run_undos::allowed_at.is_null()),
        )))
        .filter(runs::finished_at.lt(before))
        .group_by((runs::feed, runs::sha256))
        .select((runs::feed, runs::sha256, diesel::dsl::min(runs::finished_at)))
        .load(connection)?;
    let mut last: HashMap<String, i64> = HashMap::new();
    for (feed, _, at) in files {
        let Some(at) = at else { continue };
        let newest = last.entry(feed).or_insert(at);
        *newest = at.max(*newest);
    }
    Ok(last)
}
