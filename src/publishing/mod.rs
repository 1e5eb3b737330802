//! How other rules come into force: drafted, compared, rehearsed, approved by two, published.
//!
//! In: rule files from whoever may draft, and decisions. Out: drafts with what they change, and the set in force. Always
//! holds: a draft that has mistakes, or whose examples come out otherwise than they say, is not kept; nobody approves what
//! they drafted, and two different people must approve; a set is published only over the one that it was drafted from; going
//! back is publishing an older set in the same way; every step is in the audit log, and nothing is ever changed or removed.

mod decide;
mod view;

pub use decide::{Verdict, decide, publish};
pub use view::{DecisionView, DraftState, DraftView, InForceView, PublicationView, drafts, files, in_force, one};

use crate::app::{App, Rules, kept_rules};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor};
use crate::error::{AppError, Code};
use crate::personal::checked_reason;
use crate::rehearsal::{self, MOST_DAYS_ON_A_PAGE, Rehearsed, Replay, Span};
use crate::scoring::rules::RuleFile;
use crate::scoring::{remarks, try_rules};
use crate::store::rule_drafts::{self as kept, NewDraft};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Different people that have to approve a draft.
pub const APPROVALS: usize = 2;

/// What is drafted: files, or a set that was in force before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The files of the whole set, name to text. A name may have folders (`indicators/a.toml`).
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Instead of files: the hash of a set that the service keeps, to go back to it.
    pub rule_set: Option<String>,
    /// Why, in a sentence that names nobody.
    pub why: String,
}

/// Keeps a draft.
///
/// # Errors
/// As [`Actor::may`] for [`Action::DraftRules`]; [`Code::RulesInvalid`] for every mistake, also those that only a look over the
/// whole finds and examples that come out otherwise; [`Code::InputRefused`] without files, for the rules in force
/// themselves, or for the reason; when the database fails.
pub fn draft(app: &App, actor: &Actor, asked: &Asked) -> Result<DraftView, AppError> {
    actor.may(Action::DraftRules)?;
    let rules = read(app, asked)?;
    let why = checked_reason(&asked.why, &[])?;
    let now = app.clock.now();
    let id = app.store.record(|connection| {
        let in_force = app.rules_in(connection)?;
        if in_force.set.hash == rules.set.hash {
            return Err(refused(
                "These are the rules in force, byte for byte.",
                "Change something, and give it a new version.",
            ));
        }
        let new = NewDraft {
            rule_set: rules.set.hash.clone(),
            title: rules.set.title.clone(),
            files: rules.as_json(),
            based_on: in_force.set.hash.clone(),
            why: why.clone(),
            drafted_by: actor.reference(),
            drafted_at: now.as_microsecond(),
        };
        let id = kept::add(connection, &new)?;
        let told = json!({ "rule_set": new.rule_set, "based_on": new.based_on, "why": why });
        audit::append(connection, actor, &Event::new("rules.drafted", subject(id)).with(told), now)?;
        Ok(id)
    })?;
    one(app, actor, id)
}

/// The rules that are asked for, checked by everything that can be checked.
fn read(app: &App, asked: &Asked) -> Result<Rules, AppError> {
    let rules = match (&asked.rule_set, asked.files.is_empty()) {
        (Some(hash), true) => app.store.read(|connection| kept_rules(connection, hash))?,
        (None, false) => {
            let file = |(name, text): (&String, &String)| RuleFile { name: name.clone(), text: text.clone() };
            Rules::load(asked.files.iter().map(file).collect())?
        }
        _ => {
            return Err(refused(
                "There is nothing to draft.",
                "Send `files`, or the `rule_set` to go back to, and not both.",
            ));
        }
    };
    let mut wrong: Vec<String> = remarks(&rules.set, app.clock.today(), None)
        .into_iter()
        .filter(|found| !found.is_remark)
        .map(|found| found.to_string())
        .collect();
    wrong.extend(try_rules(&rules.set).failures.iter().map(ToString::to_string));
    if wrong.is_empty() {
        return Ok(rules);
    }
    Err(AppError::new(Code::RulesInvalid, wrong.join("\n\n"), "Mend these lines, and draft it again."))
}

/// What a draft would have said on some days, from what was known by the end of each.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeDrafts`]; [`Code::DraftUnknown`]; [`Code::BadQuery`] as [`Span::days`]; when the
/// database fails.
pub fn rehearse(app: &App, actor: &Actor, (id, span): (i64, Span)) -> Result<Replay, AppError> {
    actor.may(Action::SeeDrafts)?;
    let reach = actor.reach(Action::SeeCouncils)?;
    let days = span.days(app.clock.today(), MOST_DAYS_ON_A_PAGE)?;
    let draft = app.store.read(|connection| kept::one(connection, id))?.ok_or_else(|| unknown(id))?;
    let rules = view::rules_of(&draft)?;
    let said: Vec<String> = days.iter().map(Date::to_string).collect();
    let replay = rehearsal::replay(app, &reach, &Rehearsed { rules: &rules.set, days })?;
    let event = Event::new("rules.rehearsed", subject(id)).with(json!({ "days": said }));
    audit::record(&app.store, actor, &event, app.clock.now())?;
    Ok(replay)
}

fn subject(id: i64) -> String {
    format!("rule_draft:{id}")
}

fn unknown(id: i64) -> AppError {
    AppError::new(Code::DraftUnknown, format!("There is no draft {id} of rules."), "The page of the rules lists them.")
}

fn refused(happened: impl Into<String>, next: impl Into<String>) -> AppError {
    AppError::new(Code::InputRefused, happened, next)
}

fn not_ready(happened: impl Into<String>, next: impl Into<String>) -> AppError {
    AppError::new(Code::DraftNotReady, happened, next)
}
