//! Taking back what was submitted: a submission as a whole, or some of its rows.
//!
//! In: who, which, and why. Out: how much was taken back. Always holds: nothing is removed: a version that says so is
//! appended, and the councils are scored again, in one transaction with the entry in the audit log; what the organisation
//! has replaced since stays as it is.

use super::{unknown, whose};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::{Action, Actor};
use crate::error::{AppError, Code};
use crate::ingest::take_back;
use crate::store::submissions::{self, Brought};
use crate::store::{Database, feeds};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use utoipa::ToSchema;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Withdrawal {
    /// The submission.
    pub submission: i64,
    /// How many of its records were taken back now.
    pub withdrawn: usize,
    /// How many councils have another score for it.
    pub rescored: usize,
}

/// Takes a submission back: everything of it that is still current, and its rows that wait for a person. Once more changes
/// nothing.
///
/// # Errors
/// [`Code::SubmissionUnknown`], [`Code::InputRefused`] without a reason; as [`Actor::may`]; when the database fails.
pub fn withdraw(app: &App, actor: &Actor, id: i64, reason: &str) -> Result<Withdrawal, AppError> {
    let of = whose(actor, Action::Submit)?;
    let reason = checked(reason)?;
    let now = app.clock.now();
    app.store.record(|connection| {
        let row = submissions::one(connection, id, of)?.ok_or_else(|| unknown(id))?;
        let Some(run) = row.run_id else { return Err(nothing_taken(id)) };
        let said = (now.as_microsecond(), actor.reference());
        if !submissions::withdraw(connection, id, (said.0, &said.1, reason))? {
            return Ok(Withdrawal { submission: id, withdrawn: 0, rescored: 0 });
        }
        let current = current(connection, &row.feed, run)?;
        let rescored = take(app, connection, &row.feed, (&current, Some(run)))?;
        let event = Event::new("submission.withdrawn", format!("submission:{id}"));
        let event = event.with(json!({ "reason": reason, "records": current.len() }));
        audit::append(connection, actor, &event, now)?;
        Ok(Withdrawal { submission: id, withdrawn: current.len(), rescored })
    })
}

/// Takes some records of a submission back.
///
/// # Errors
/// As [`withdraw`]; [`Code::InputRefused`] when one of the keys is none that the submission brought and that is current.
pub fn withdraw_rows(
    app: &App,
    actor: &Actor,
    id: i64,
    (keys, reason): (&[String], &str),
) -> Result<Withdrawal, AppError> {
    let of = whose(actor, Action::Submit)?;
    let reason = checked(reason)?;
    let wanted: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    if wanted.is_empty() {
        let next = "Name at least one of the submission's record keys.";
        return Err(AppError::new(Code::InputRefused, "No row is named.", next));
    }
    let now = app.clock.now();
    app.store.record(|connection| {
        let row = submissions::one(connection, id, of)?.ok_or_else(|| unknown(id))?;
        let Some(run) = row.run_id else { return Err(nothing_taken(id)) };
        let mut current = current(connection, &row.feed, run)?;
        current.retain(|version| wanted.contains(version.record_key.as_str()));
        let known: HashSet<&str> = current.iter().map(|version| version.record_key.as_str()).collect();
        if let Some(missing) = wanted.iter().find(|key| !known.contains(**key)) {
            return Err(AppError::new(
                Code::InputRefused,
                format!("Submission {id} has no current record {missing:?}. Nothing was withdrawn."),
                "The submission lists its records by key, and which of them were replaced since.",
            ));
        }
        let rescored = take(app, connection, &row.feed, (&current, None))?;
        let event = Event::new("submission.rows_withdrawn", format!("submission:{id}"));
        audit::append(connection, actor, &event.with(json!({ "reason": reason, "records": wanted })), now)?;
        Ok(Withdrawal { submission: id, withdrawn: current.len(), rescored })
    })
}

fn checked(reason: &str) -> Result<&str, AppError> {
    let reason = reason.trim();
    let length = reason.chars().count();
    if (1..=LONGEST_REASON).contains(&length) && !reason.contains('\0') {
        return Ok(reason);
    }
    Err(AppError::new(
        Code::InputRefused,
        "No reason is given, or it is too long.",
        format!("Say why in 1 to {LONGEST_REASON} characters, without a person's name."),
    ))
}

fn nothing_taken(id: i64) -> AppError {
    let next = "There is nothing to withdraw: a submission that was refused has brought nothing.";
    AppError::new(Code::InputRefused, format!("Submission {id} was refused."), next)
}

/// What the run brought and is the latest that its feed says of the record.
fn current(connection: &mut Database, feed: &str, run: i64) -> Result<Vec<Brought>, AppError> {
    let mut brought = submissions::brought(connection, run)?;
    brought.retain(|version| version.standing != "withdrawn");
    let keys: Vec<String> = brought.iter().map(|version| version.record_key.clone()).collect();
    let latest: HashSet<i64> = submissions::latest_ids(connection, feed, &keys)?.into_iter().collect();
    brought.retain(|version| latest.contains(&version.id));
    Ok(brought)
}

fn take(
    app: &App,
    connection: &mut Database,
    feed: &str,
    (current, without): (&[Brought], Option<i64>),
) -> Result<usize, AppError> {
    let row = feeds::one(connection, feed)?.ok_or_else(|| crate::triage::unknown_feed(feed))?;
    feeds::hold_own(connection, &row)?;
    let said: Vec<(i64, String, i32)> =
        current.iter().map(|version| (version.council_id, version.chain.clone(), version.version)).collect();
    take_back(app, connection, &row, (&said, without))
}
