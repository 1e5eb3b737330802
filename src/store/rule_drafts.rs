//! Drafts of rule sets, what was decided of them, and which sets were published.
//!
//! In: what [`crate::publishing`] has checked. Out: the same, read back. Always holds: rows are only added; a draft is published
//! once; nobody decides twice of one draft.

use super::schema::{rule_draft_decisions, rule_drafts, rule_publications};
use super::{Database, StoreError};
use diesel::prelude::*;

/// A draft to keep.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = rule_drafts)]
pub struct NewDraft {
    pub rule_set: String,
    pub title: String,
    pub files: String,
    pub based_on: String,
    pub why: String,
    pub drafted_by: String,
    pub drafted_at: i64,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = rule_drafts)]
pub struct DraftRow {
    pub id: i64,
    pub rule_set: String,
    pub title: String,
    /// Name to text, as JSON.
    pub files: String,
    pub based_on: String,
    pub why: String,
    pub drafted_by: String,
    pub drafted_at: i64,
}

/// What somebody decided of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rule_draft_decisions)]
pub struct DecisionRow {
    pub draft_id: i64,
    /// `approved`, `refused` or `taken_back`.
    pub decision: String,
    pub why: String,
    pub decided_by: String,
    pub decided_at: i64,
}

/// A set that was put into force.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = rule_publications)]
pub struct PublicationRow {
    pub id: i64,
    pub rule_set: String,
    pub draft_id: i64,
    pub why: String,
    pub published_by: String,
    pub published_at: i64,
}

/// A publication to keep.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = rule_publications)]
pub struct NewPublication {
    pub rule_set: String,
    pub draft_id: i64,
    pub why: String,
    pub published_by: String,
    pub published_at: i64,
}

/// Keeps a draft and gives its number.
///
/// # Errors
/// When the database fails.
pub fn add(connection: &mut Database, new: &NewDraft) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(rule_drafts::table).values(new).returning(rule_drafts::id).get_result(connection)?)
}

/// One draft.
///
/// # Errors
/// When the database fails.
pub fn one(connection: &mut Database, id: i64) -> Result<Option<DraftRow>, StoreError> {
    Ok(rule_drafts::table.find(id).select(DraftRow::as_select()).first(connection).optional()?)
}

/// Drafts, newest first: those with an id below `before` where one is given.
///
/// # Errors
/// When the database fails.
pub fn page(connection: &mut Database, (before, limit): (Option<i64>, i64)) -> Result<Vec<DraftRow>, StoreError> {
    let rows = rule_drafts::table.filter(rule_drafts::id.lt(before.unwrap_or(i64::MAX))).order(rule_drafts::id.desc());
    Ok(rows.limit(limit).select(DraftRow::as_select()).load(connection)?)
}

/// What was decided of these drafts, oldest first.
///
/// # Errors
/// When the database fails.
pub fn decisions(connection: &mut Database, drafts: &[i64]) -> Result<Vec<DecisionRow>, StoreError> {
    let rows = rule_draft_decisions::table.filter(rule_draft_decisions::draft_id.eq_any(drafts));
    Ok(rows.order(rule_draft_decisions::id).select(DecisionRow::as_select()).load(connection)?)
}

/// Keeps a decision.
///
/// # Errors
/// When the database fails, or this person has decided of it already.
pub fn decide(connection: &mut Database, decision: &DecisionRow) -> Result<(), StoreError> {
    diesel::insert_into(rule_draft_decisions::table).values(decision).execute(connection)?;
    Ok(())
}

/// Keeps a publication: from the end of the transaction on it is in force.
///
/// # Errors
/// When the database fails, or the draft was published already.
pub fn publish(connection: &mut Database, new: &NewPublication) -> Result<(), StoreError> {
    diesel::insert_into(rule_publications::table).values(new).execute(connection)?;
    Ok(())
}

/// The publications, newest first.
///
/// # Errors
/// When the database fails.
pub fn publications(connection: &mut Database, limit: i64) -> Result<Vec<PublicationRow>, StoreError> {
    let rows = rule_publications::table.order(rule_publications::id.desc()).limit(limit);
    Ok(rows.select(PublicationRow::as_select()).load(connection)?)
}

/// The publications of these drafts.
///
/// # Errors
/// When the database fails.
pub fn published(connection: &mut Database, drafts: &[i64]) -> Result<Vec<PublicationRow>, StoreError> {
    let rows = rule_publications::table.filter(rule_publications::draft_id.eq_any(drafts));
    Ok(rows.select(PublicationRow::as_select()).load(connection)?)
}

/// The number of the latest publication and its set's hash; none where nothing was published.
///
/// # Errors
/// When the database fails.
pub fn latest(connection: &mut Database) -> Result<Option<(i64, String)>, StoreError> {
    let latest = rule_publications::table.order(rule_publications::id.desc());
    Ok(latest.select((rule_publications::id, rule_publications::rule_set)).first(connection).optional()?)
}
