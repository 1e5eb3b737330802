//! Drafts and publications as they are shown.
//!
//! In: rows. Out: [`DraftView`]s with what each changes, and [`InForceView`]. Always holds: how a draft stands follows from what
//! was decided, and from nothing else.

use super::{APPROVALS, unknown};
use crate::app::{App, Rules};
use crate::auth::{Action, Actor};
use crate::error::AppError;
use crate::scoring::compared::{Comparison, compare};
use crate::scoring::remarks;
use crate::scoring::rules::RuleFile;
use crate::store::people::{AccountNames, account_names};
use crate::store::rule_drafts::{self as kept, DecisionRow, DraftRow, PublicationRow};
use crate::store::{Database, StoreError, corrupt};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// It waits for approvals.
    Open,
    /// It can be published.
    Approved,
    Refused,
    TakenBack,
    /// It was put into force, and may have been replaced since.
    Published,
}

impl DraftState {
    /// As people read it.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            DraftState::Open => "waiting for approval",
            DraftState::Approved => "approved",
            DraftState::Refused => "refused",
            DraftState::TakenBack => "taken back",
            DraftState::Published => "published",
        }
    }
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DecisionView {
    /// `approved`, `refused` or `taken_back`.
    pub decision: String,
    pub why: String,
    /// Such as `person:12`.
    pub by_reference: String,
    /// The same by name.
    pub by: String,
    pub at: Timestamp,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DraftView {
    pub id: i64,
    /// Title and version.
    pub title: String,
    /// SHA-256 (hex) of its files.
    pub rule_set: String,
    /// The set in force when it was drafted.
    pub based_on: String,
    pub why: String,
    pub drafted_by_reference: String,
    pub drafted_by: String,
    pub drafted_at: Timestamp,
    pub state: DraftState,
    /// Different people who have approved it.
    pub approvals: usize,
    /// How many it takes.
    pub needed: usize,
    pub decisions: Vec<DecisionView>,
    pub published_at: Option<Timestamp>,
    /// Against the rules in force.
    pub changes: Comparison,
    /// What is worth a look and no mistake; none in a list of drafts, where it isn't looked for.
    pub remarks: Option<Vec<String>>,
}

/// A set that was put into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicationView {
    pub rule_set: String,
    pub draft: i64,
    pub why: String,
    pub published_by: String,
    pub published_at: Timestamp,
}

/// The rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InForceView {
    pub title: String,
    pub rule_set: String,
    /// Whether it was published here; else it is what the program was started with.
    pub published: bool,
    /// Name to text.
    pub files: BTreeMap<String, String>,
    /// Newest first.
    pub publications: Vec<PublicationView>,
}

/// What is said of a draft with the name of the rules in force.
const SAME_VERSION: &str = "It has the name and version of the rules in force: change `version` in bands.toml, so that people can tell them apart.";
/// Publications that are listed.
const LISTED: i64 = 100;

/// The rules in force, and those before.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeDrafts`]; when the database fails.
pub fn in_force(app: &App, actor: &Actor) -> Result<InForceView, AppError> {
    actor.may(Action::SeeDrafts)?;
    app.store.read(|connection| {
        let rules = app.rules_in(connection)?;
        let names = account_names(connection)?;
        let rows = kept::publications(connection, LISTED)?;
        Ok(InForceView {
            title: rules.set.title.clone(),
            rule_set: rules.set.hash.clone(),
            published: !rows.is_empty(),
            files: by_name(&rules),
            publications: rows.into_iter().map(|row| publication(row, &names)).collect::<Result<_, _>>()?,
        })
    })
}

/// Drafts, newest first: those with an id below the first number, where one is given.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeDrafts`]; when the database fails.
pub fn drafts(app: &App, actor: &Actor, part: (Option<i64>, i64)) -> Result<Vec<DraftView>, AppError> {
    actor.may(Action::SeeDrafts)?;
    app.store.read(|connection| {
        let rows = kept::page(connection, part)?;
        views(app, connection, (rows, false))
    })
}

/// One draft.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeDrafts`]; [`crate::error::Code::DraftUnknown`]; when the database fails.
pub fn one(app: &App, actor: &Actor, id: i64) -> Result<DraftView, AppError> {
    actor.may(Action::SeeDrafts)?;
    app.store.read(|connection| {
        let row = kept::one(connection, id)?.ok_or_else(|| unknown(id))?;
        views(app, connection, (vec![row], true))?.pop().ok_or_else(|| unknown(id))
    })
}

/// The files to go on from: those of a draft, or of the rules in force.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeDrafts`]; [`crate::error::Code::DraftUnknown`]; when the database fails.
pub fn files(app: &App, actor: &Actor, draft: Option<i64>) -> Result<BTreeMap<String, String>, AppError> {
    actor.may(Action::SeeDrafts)?;
    let rules = app.store.read(|connection| match draft {
        Some(id) => rules_of(&kept::one(connection, id)?.ok_or_else(|| unknown(id))?).map(std::sync::Arc::new),
        None => app.rules_in(connection),
    })?;
    Ok(by_name(&rules))
}

fn by_name(rules: &Rules) -> BTreeMap<String, String> {
    rules.files().iter().map(|file| (file.name.clone(), file.text.clone())).collect()
}

/// One draft without remarks, for whoever has been let in already.
pub(super) fn of(app: &App, connection: &mut Database, id: i64) -> Result<DraftView, AppError> {
    let row = kept::one(connection, id)?.ok_or_else(|| unknown(id))?;
    views(app, connection, (vec![row], false))?.pop().ok_or_else(|| unknown(id))
}

/// The rules of a draft.
pub(super) fn rules_of(row: &DraftRow) -> Result<Rules, AppError> {
    let place = format!("rule draft {}", row.id);
    let files: BTreeMap<String, String> =
        serde_json::from_str(&row.files).map_err(|e| StoreError::Corrupt { place, because: e.to_string() })?;
    Rules::load(files.into_iter().map(|(name, text)| RuleFile { name, text }).collect())
}

/// Drafts as they are shown; whether they are looked over as well, which takes longer than all else.
fn views(
    app: &App,
    connection: &mut Database,
    (rows, look_over): (Vec<DraftRow>, bool),
) -> Result<Vec<DraftView>, AppError> {
    let in_force = app.rules_in(connection)?;
    let names = account_names(connection)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut decisions: BTreeMap<i64, Vec<DecisionRow>> = BTreeMap::new();
    for decision in kept::decisions(connection, &ids)? {
        decisions.entry(decision.draft_id).or_default().push(decision);
    }
    let published: BTreeMap<i64, i64> =
        kept::published(connection, &ids)?.into_iter().map(|row| (row.draft_id, row.published_at)).collect();
    rows.into_iter()
        .map(|row| {
            let decided = decisions.remove(&row.id).unwrap_or_default();
            let published_at = published.get(&row.id).copied().map(instant).transpose()?;
            let rules = rules_of(&row)?;
            Ok(DraftView {
                state: state(&decided, published_at.is_some()),
                approvals: approvals(&decided),
                needed: APPROVALS,
                changes: compare(&in_force.set, &rules.set),
                remarks: look_over.then(|| worth_a_look(app, &rules, &in_force)),
                decisions: decided.into_iter().map(|row| decision(row, &names)).collect::<Result<_, _>>()?,
                published_at,
                id: row.id,
                title: row.title,
                rule_set: row.rule_set,
                based_on: row.based_on,
                why: row.why,
                drafted_by: named(&row.drafted_by, &names),
                drafted_by_reference: row.drafted_by,
                drafted_at: instant(row.drafted_at)?,
            })
        })
        .collect()
}

fn worth_a_look(app: &App, rules: &Rules, in_force: &Rules) -> Vec<String> {
    let mut found: Vec<String> = remarks(&rules.set, app.clock.today(), None).iter().map(ToString::to_string).collect();
    if rules.set.title == in_force.set.title && rules.set.hash != in_force.set.hash {
        found.push(SAME_VERSION.to_owned());
    }
    found
}

fn approvals(decided: &[DecisionRow]) -> usize {
    decided.iter().filter(|row| row.decision == "approved").count()
}

fn state(decided: &[DecisionRow], published: bool) -> DraftState {
    let any = |word: &str| decided.iter().any(|row| row.decision == word);
    match () {
        () if published => DraftState::Published,
        () if any("refused") => DraftState::Refused,
        () if any("taken_back") => DraftState::TakenBack,
        () if approvals(decided) >= APPROVALS => DraftState::Approved,
        () => DraftState::Open,
    }
}

fn decision(row: DecisionRow, names: &AccountNames) -> Result<DecisionView, AppError> {
    Ok(DecisionView {
        by: named(&row.decided_by, names),
        at: instant(row.decided_at)?,
        decision: row.decision,
        why: row.why,
        by_reference: row.decided_by,
    })
}

fn publication(row: PublicationRow, names: &AccountNames) -> Result<PublicationView, AppError> {
    Ok(PublicationView {
        published_by: named(&row.published_by, names),
        published_at: instant(row.published_at)?,
        rule_set: row.rule_set,
        draft: row.draft_id,
        why: row.why,
    })
}

fn named(reference: &str, names: &AccountNames) -> String {
    match reference {
        "command" => "the command line".to_owned(),
        other => names.accounts.get(other).cloned().unwrap_or_else(|| other.to_owned()),
    }
}

fn instant(microseconds: i64) -> Result<Timestamp, AppError> {
    let instant = Timestamp::from_microsecond(microseconds);
    Ok(instant.map_err(|_| corrupt("rules", "an instant can't be read"))?)
}
