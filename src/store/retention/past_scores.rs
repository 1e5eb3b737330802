//! Scores that lose their council's name, and the key that pseudonyms are made with.
//!
//! In: scores that are due, pseudonyms for them. Out: the same scores under pseudonyms. Always holds: a score is either
//! named or pseudonymised, never both; without past scores there is no key.

use super::super::connection::each;
use super::super::schema::{past_scores, pseudonym_keys, scores};
use super::super::{Database, StoreError};
use super::rows::{MOST_IDS, REPLACED, score_is_due};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;
use jiff::civil::Date;

/// A score that is due, with its council.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DueScore {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Text)]
    pub gss_code: String,
    #[diesel(sql_type = Text)]
    pub county: String,
    #[diesel(sql_type = Text)]
    pub as_of: String,
    #[diesel(sql_type = Text)]
    pub replaced_on: String,
    #[diesel(sql_type = Text)]
    pub rule_set: String,
    #[diesel(sql_type = Text)]
    pub band: String,
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    #[diesel(sql_type = BigInt)]
    pub a: i64,
    #[diesel(sql_type = BigInt)]
    pub b: i64,
    #[diesel(sql_type = BigInt)]
    pub c: i64,
    #[diesel(sql_type = BigInt)]
    pub d: i64,
    #[diesel(sql_type = BigInt)]
    pub e: i64,
    #[diesel(sql_type = Text)]
    pub not_assessed: String,
}

/// A score of a council that is not named.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = past_scores)]
pub struct PastScore {
    pub pseudonym: String,
    pub county: String,
    pub as_of: String,
    pub replaced_on: String,
    pub rule_set: String,
    pub band: String,
    pub total: i64,
    pub a: i64,
    pub b: i64,
    pub c: i64,
    pub d: i64,
    pub e: i64,
    pub not_assessed: String,
}

impl DueScore {
    /// The same under a pseudonym.
    pub fn under(self, pseudonym: String) -> PastScore {
        PastScore {
            pseudonym,
            county: self.county,
            as_of: self.as_of,
            replaced_on: self.replaced_on,
            rule_set: self.rule_set,
            band: self.band,
            total: self.total,
            a: self.a,
            b: self.b,
            c: self.c,
            d: self.d,
            e: self.e,
            not_assessed: self.not_assessed,
        }
    }
}

/// Up to `limit` scores that another replaced before the day, lowest ids first, so that the one that took a score's place is
/// always still there.
///
/// # Errors
/// When the database fails.
pub fn scores_due(connection: &mut Database, before: Date, limit: usize) -> Result<Vec<DueScore>, StoreError> {
    let statement = format!(
        "SELECT r.id, k.gss_code, k.county, r.as_of, {REPLACED} AS replaced_on, r.rule_set, r.band, r.total, \
         r.a, r.b, r.c, r.d, r.e, r.not_assessed \
         FROM scores r JOIN councils k ON k.id = r.council_id WHERE {} ORDER BY r.id LIMIT {limit}",
        score_is_due(before)
    );
    Ok(each!(connection, |c| diesel::sql_query(statement).load(c))?)
}

/// Keeps scores under their pseudonyms and removes the named ones. The caller holds the transaction.
///
/// # Errors
/// When the database fails.
pub fn pseudonymise(connection: &mut Database, past: &[PastScore], named: &[i64]) -> Result<(), StoreError> {
    for chunk in past.chunks(MOST_IDS) {
        each!(connection, |c| diesel::insert_into(past_scores::table).values(chunk).execute(c))?;
    }
    for chunk in named.chunks(MOST_IDS) {
        diesel::delete(scores::table.filter(scores::id.eq_any(chunk))).execute(connection)?;
    }
    Ok(())
}

/// The key that pseudonyms are made with; `fresh` where there is none yet. The caller holds a write transaction.
///
/// # Errors
/// When the database fails.
pub fn past_key(connection: &mut Database, fresh: &[u8], now: Timestamp) -> Result<Vec<u8>, StoreError> {
    let kept = pseudonym_keys::table.order(pseudonym_keys::id).select(pseudonym_keys::secret);
    if let Some(secret) = kept.first::<Vec<u8>>(connection).optional()? {
        return Ok(secret);
    }
    let key = (pseudonym_keys::secret.eq(fresh), pseudonym_keys::made_at.eq(now.as_microsecond()));
    diesel::insert_into(pseudonym_keys::table).values(key).execute(connection)?;
    Ok(fresh.to_vec())
}

/// Destroys the key once no score is left that was made with it. The caller holds the transaction.
///
/// # Errors
/// When the database fails.
pub fn drop_idle_keys(connection: &mut Database) -> Result<(), StoreError> {
    let left: i64 = past_scores::table.count().get_result(connection)?;
    if left == 0 {
        diesel::delete(pseudonym_keys::table).execute(connection)?;
    }
    Ok(())
}
