//! What a page and the API show of retention: the rules in words, what is due, what went.
//!
//! In: a [`Retention`] and whoever asks. Out: a [`RetentionView`]. Always holds: councils are named, by code, only to
//! those who may see every council.

use super::Retention;
use super::class::Class;
use super::plan::ClassPlan;
use crate::auth::{Action, Actor, Reach};
use crate::error::AppError;
use crate::store::retention::{self as stored, RemovalRow};
use crate::store::{Store, StoreError};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Applications shown, newest first: a fortnight of nights in which something of every class went.
const SHOWN: i64 = 168;

/// How long things are kept, what is due and what went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RetentionView {
    /// The day in England for which it was worked out.
    pub as_of: Date,
    /// Where the rules were read: `built in`, or a file.
    pub rules_from: String,
    /// Every class.
    pub due: Vec<DueView>,
    /// What is never removed.
    pub for_good: Vec<ForGoodView>,
    /// Newest first.
    pub went: Vec<RemovalView>,
}

/// One class: its rule, and what of it is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DueView {
    pub class: Class,
    pub title: String,
    /// The rule in words.
    pub rule: String,
    pub because: String,
    /// `removed` or `pseudonymised`.
    pub fate: String,
    /// What is dated before this day is due.
    pub before: Date,
    /// Rows; of evidence, every version.
    pub due: i64,
    /// Rows old enough that stay, because a score of today would change without them.
    pub still_counting: i64,
    pub oldest: Option<Date>,
    pub newest: Option<Date>,
    /// Codes and numbers of some of what is due; none for who may not see every council.
    pub examples: Vec<String>,
}

/// Something that is never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ForGoodView {
    pub name: String,
    pub because: String,
}

/// What one application removed of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemovalView {
    pub at: Timestamp,
    pub class: Class,
    pub title: String,
    /// `removed` or `pseudonymised`.
    pub fate: String,
    /// The rule in words, as it was then.
    pub rule: String,
    pub before: Date,
    pub how_many: i64,
    /// Such as `system`, `command`.
    pub by: String,
}

impl Retention<'_> {
    /// Everything that a page shows.
    ///
    /// # Errors
    /// As [`Actor::may`] for [`Action::SeeRetention`]; otherwise when the database fails.
    pub fn view(&self, actor: &Actor) -> Result<RetentionView, AppError> {
        actor.may(Action::SeeRetention)?;
        // Whoever keeps accounts sees what is due, and no council.
        let everywhere = actor.reach(Action::SeeCouncils).is_ok_and(|reach| reach == Reach::Nation);
        let plan = self.plan()?;
        let due = |class: ClassPlan| DueView {
            class: class.class,
            title: class.class.title().to_owned(),
            rule: class.rule,
            because: class.because,
            fate: class.class.fate().to_owned(),
            before: class.before,
            due: class.due,
            still_counting: class.still_counting,
            oldest: class.oldest,
            newest: class.newest,
            examples: if everywhere { class.examples } else { Vec::new() },
        };
        let for_good = self.rules.for_good.iter().cloned().map(|(name, because)| ForGoodView { name, because });
        Ok(RetentionView {
            as_of: plan.today,
            rules_from: plan.origin,
            due: plan.classes.into_iter().map(due).collect(),
            for_good: for_good.collect(),
            went: went(self.store)?,
        })
    }
}

fn went(store: &Store) -> Result<Vec<RemovalView>, AppError> {
    let rows = store.read(|connection| stored::removals(connection, SHOWN))?;
    Ok(rows.into_iter().map(removal).collect::<Result<_, StoreError>>()?)
}

fn removal(row: RemovalRow) -> Result<RemovalView, StoreError> {
    let corrupt = |because: String| StoreError::Corrupt { place: "removals".to_owned(), because };
    let class = Class::named(&row.class).ok_or_else(|| corrupt(format!("there is no class {}", row.class)))?;
    Ok(RemovalView {
        at: Timestamp::from_microsecond(row.applied_at).map_err(|e| corrupt(e.to_string()))?,
        title: class.title().to_owned(),
        class,
        fate: row.what_was_done,
        rule: row.rule,
        before: row.cutoff_on.parse().map_err(|_| corrupt("a cut-off is no day".to_owned()))?,
        how_many: row.how_many,
        by: row.actor,
    })
}
