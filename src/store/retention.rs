//! What is due to go by its age, its removal, and the record of it.
//!
//! In: classes of things and the day before which each is due. Out: counts, oldest and newest, examples, removals. Always
//! holds: what is due is decided by one condition a class, for the dry run and for the removal alike; instants and days
//! stand in the statements as the numbers and ISO dates that they are, never as texts from outside.

mod evidence;
mod past_scores;
mod rows;

pub use evidence::{Basis, DueVersion, Wanted, any_marked_removed, evidence_due, marked_removed, remove_evidence};
pub use past_scores::{DueScore, PastScore, drop_idle_keys, past_key, pseudonymise, scores_due};
pub use rows::{Due, Kept, Limits, Taken, When, any_due, due, remove};

use super::connection::each;
use super::schema::removals;
use super::{Database, StoreError};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::civil::Date;

/// A day, and the instant at which it begins in England, in microseconds: what is dated before it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    pub day: Date,
    pub instant: i64,
}

/// A removal to record: one batch of one class.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = removals)]
pub struct NewRemoval {
    pub class: String,
    /// `removed` or `pseudonymised`.
    pub what_was_done: String,
    /// The rule in words.
    pub rule: String,
    pub cutoff_on: String,
    pub how_many: i64,
    pub first_key: String,
    pub last_key: String,
    pub applied_at: i64,
    pub actor: String,
}

/// What one application removed of one class.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct RemovalRow {
    #[diesel(sql_type = Text)]
    pub class: String,
    #[diesel(sql_type = Text)]
    pub what_was_done: String,
    #[diesel(sql_type = Text)]
    pub rule: String,
    #[diesel(sql_type = Text)]
    pub cutoff_on: String,
    #[diesel(sql_type = BigInt)]
    pub how_many: i64,
    #[diesel(sql_type = BigInt)]
    pub applied_at: i64,
    #[diesel(sql_type = Text)]
    pub actor: String,
}

/// Records a batch. The caller holds the transaction that removed it.
///
/// # Errors
/// When the database fails.
pub fn record(connection: &mut Database, removal: &NewRemoval) -> Result<(), StoreError> {
    diesel::insert_into(removals::table).values(removal).execute(connection)?;
    Ok(())
}

/// What went, newest first: the batches of one application together.
///
/// # Errors
/// When the database fails.
pub fn removals(connection: &mut Database, limit: i64) -> Result<Vec<RemovalRow>, StoreError> {
    let statement = format!(
        "SELECT class, what_was_done, rule, cutoff_on, CAST(SUM(how_many) AS BIGINT) AS how_many, applied_at, actor \
         FROM removals GROUP BY class, what_was_done, rule, cutoff_on, applied_at, actor \
         ORDER BY applied_at DESC, MIN(id) LIMIT {limit}"
    );
    Ok(each!(connection, |c| diesel::sql_query(statement).load(c))?)
}
