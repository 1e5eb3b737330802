//! Waivers: an error that is let pass for one record of a feed, openly, by whom, why and until when.
//!
//! In: decisions of people and keys; what intake asks before it reads a file. Out: the waivers in force, and the list.
//! Always holds: only checks that the table of checks calls waivable; each says why, names nobody and ends; a firm waives
//! nothing of its own; making and ending one is in the audit log, and has the feed's bytes read anew.

mod in_force;

pub use in_force::{InForce, NONE, in_force};

use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Sight, Sources};
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::ingest::{check_of, record_key};
use crate::personal::checked_reason;
use crate::store::waivers::{self as kept, NewWaiver, WaiverRow};
use crate::store::{Database, Store, StoreError, feeds, redactions};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// The longest time that a waiver may hold, in days: two rounds of returns.
const LONGEST_DAYS: i32 = 731;
/// The longest record key that is taken, in characters.
const LONGEST_KEY: usize = 300;

/// What is to be waived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The feed's id.
    #[schema(example = "auditor-north")]
    pub feed: String,
    /// The source's own key for the thing: for an outcome the reference, `/`, and the year.
    #[schema(example = "NA001/2025")]
    pub record_key: String,
    /// The code of the check.
    #[schema(example = "exempt_over_limit")]
    pub code: String,
    /// Why, in a sentence that names nobody.
    pub why: String,
    /// The last day on which it holds.
    pub until: Date,
}

/// A waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaiverView {
    pub id: i64,
    pub feed: String,
    pub record_key: String,
    pub code: String,
    pub why: String,
    pub until: Date,
    pub made_at: Timestamp,
    /// Such as `person:12`.
    pub made_by: String,
    /// The organisation of whoever made it.
    pub organisation: Option<String>,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<String>,
    /// Whether it holds today.
    pub in_force: bool,
}

/// Waivers of the feeds whose rows the actor sees, newest first: those with an id below `before` where one is given.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeSources`]; otherwise when the database fails.
pub fn list(store: &Store, actor: &Actor, today: Date, part: (Option<i64>, i64)) -> Result<Vec<WaiverView>, AppError> {
    let sources = actor.sources(Action::SeeSources)?;
    store.read(|connection| {
        let mut seen = Vec::new();
        for feed in feeds::all(connection)? {
            if sees_rows(&sources, &feed)? {
                seen.push(feed.id);
            }
        }
        let rows = kept::page(connection, &seen, part)?;
        Ok(rows.into_iter().map(|row| view(row, today)).collect::<Result<_, StoreError>>()?)
    })
}

/// Waives a check for a record.
///
/// # Errors
/// As [`Actor::may`] for [`Action::Waive`]; [`Code::FeedUnknown`] for a feed whose rows the actor doesn't see;
/// [`Code::InputRefused`] for a check that can't be waived, a key or reason that can't be kept, a day that has passed or lies
/// too far ahead; otherwise when the database fails.
pub fn make(
    store: &Store,
    actor: &Actor,
    (now, today): (Timestamp, Date),
    asked: &Asked,
) -> Result<WaiverView, AppError> {
    let sources = actor.sources(Action::Waive)?;
    store.record(|connection| {
        within(connection, &sources, &asked.feed)?;
        let why = check(asked, today)?;
        let new = NewWaiver {
            feed: asked.feed.clone(),
            record_key: asked.record_key.clone(),
            code: asked.code.clone(),
            why: why.clone(),
            until: asked.until.to_string(),
            made_at: now.as_microsecond(),
            made_by: actor.reference(),
            organisation_id: actor.organisation.as_ref().map(|own| own.id),
        };
        let id = kept::add(connection, &new)?;
        feeds::remember(connection, &asked.feed, (None, None, None))?;
        let told = json!({ "feed": asked.feed, "record": asked.record_key, "check": asked.code, "until": asked.until,
            "why": why });
        audit::append(connection, actor, &Event::new("check.waived", format!("waiver:{id}")).with(told), now)?;
        let row = kept::one(connection, id)?.ok_or_else(|| unknown(id))?;
        Ok(view(row, today)?)
    })
}

/// Waives a check for the record of a row that was held back; `declared` are the feeds as they are declared.
///
/// # Errors
/// As [`make`]; [`Code::RecordUnknown`] for a row that isn't there or isn't the actor's to see; [`Code::InputRefused`] for a
/// row that doesn't say which record it is.
pub fn make_for_row(
    store: &Store,
    actor: &Actor,
    (now, today): (Timestamp, Date),
    (declared, row, mut asked): (&[Feed], i64, Asked),
) -> Result<WaiverView, AppError> {
    let sources = actor.sources(Action::Waive)?;
    let held = store.read(|connection| {
        let held = redactions::held(connection, row)?.ok_or_else(|| unknown_row(row))?;
        within(connection, &sources, &held.feed).map_err(|_| unknown_row(row))?;
        Ok::<_, AppError>(held)
    })?;
    let cells = serde_json::from_str(&held.raw)
        .map_err(|e| StoreError::Corrupt { place: format!("held row {row}"), because: e.to_string() })?;
    let feed = declared.iter().find(|feed| feed.id == held.feed);
    let key = feed.and_then(|feed| record_key(feed, &cells, today)).ok_or_else(|| {
        refused(
            "The row doesn't say which record it is, so nothing can be waived for it.",
            "Ask the sender to mend what can't be read first.",
        )
    })?;
    (asked.feed, asked.record_key) = (held.feed, key);
    make(store, actor, (now, today), &asked)
}

/// Ends a waiver before its time.
///
/// # Errors
/// As [`Actor::may`] for [`Action::Waive`]; [`Code::RecordUnknown`] for one that isn't there or isn't the actor's to see;
/// [`Code::InputRefused`] for one that was ended already; otherwise when the database fails.
pub fn end(store: &Store, actor: &Actor, (now, today): (Timestamp, Date), id: i64) -> Result<WaiverView, AppError> {
    let sources = actor.sources(Action::Waive)?;
    store.record(|connection| {
        let (row, _) = kept::one(connection, id)?.ok_or_else(|| unknown(id))?;
        within(connection, &sources, &row.feed).map_err(|_| unknown(id))?;
        if !kept::end(connection, id, (now.as_microsecond(), &actor.reference()))? {
            return Err(refused("This waiver was ended already.", "There is nothing more to do."));
        }
        feeds::remember(connection, &row.feed, (None, None, None))?;
        let told = json!({ "feed": row.feed, "record": row.record_key, "check": row.code });
        audit::append(connection, actor, &Event::new("waiver.ended", format!("waiver:{id}")).with(told), now)?;
        let row = kept::one(connection, id)?.ok_or_else(|| unknown(id))?;
        Ok(view(row, today)?)
    })
}

/// Whether what is asked can be waived; gives the reason as it is kept.
fn check(asked: &Asked, today: Date) -> Result<String, AppError> {
    if !check_of(&asked.code).is_some_and(|check| check.waivable) {
        // What was asked isn't repeated: the message is logged.
        return Err(refused(
            "This check can't be waived, or there is none of that code.",
            "docs/validations.md lists the checks and which of them can be waived.",
        ));
    }
    let key = asked.record_key.as_str();
    if key.is_empty() || key.chars().count() > LONGEST_KEY || key.chars().any(char::is_control) {
        return Err(refused(
            format!("A record's key has 1 to {LONGEST_KEY} characters and no control character."),
            "Give it as evidence has it: for an outcome the reference, a slash, and the year, such as NA001/2025.",
        ));
    }
    if let Some(finding) = crate::personal::screening::screen(key) {
        return Err(refused(
            format!("The record's key holds what looks like {}.", finding.words()),
            "Evidence names nobody, so no record has such a key.",
        ));
    }
    let last = today.saturating_add(jiff::Span::new().days(LONGEST_DAYS));
    if asked.until < today || asked.until > last {
        return Err(refused(
            format!("A waiver holds until a day from today to {last}."),
            "Choose a day by which the check should be met again.",
        ));
    }
    checked_reason(&asked.why, &[])
}

fn within(connection: &mut Database, sources: &Sources, feed: &str) -> Result<(), AppError> {
    // PostgreSQL takes no NUL in a text, and no feed's id has one.
    let known = if feed.contains('\0') { None } else { feeds::one(connection, feed)? };
    match known {
        Some(known) if sees_rows(sources, &known)? => Ok(()),
        _ => Err(crate::triage::unknown_feed(feed)),
    }
}

fn sees_rows(sources: &Sources, feed: &feeds::FeedRow) -> Result<bool, StoreError> {
    let counties: Vec<String> = serde_json::from_str(&feed.covers)
        .map_err(|e| StoreError::Corrupt { place: format!("feed {}", feed.id), because: e.to_string() })?;
    Ok(sources.sight(feed.owner.as_deref(), &counties) == Some(Sight::Whole))
}

fn view((row, organisation): (WaiverRow, Option<String>), today: Date) -> Result<WaiverView, StoreError> {
    let corrupt = |because: String| StoreError::Corrupt { place: format!("waiver {}", row.id), because };
    let until: Date = row.until.parse().map_err(|e: jiff::Error| corrupt(e.to_string()))?;
    let instant = |at: i64| Timestamp::from_microsecond(at).map_err(|e| corrupt(e.to_string()));
    Ok(WaiverView {
        id: row.id,
        in_force: row.ended_at.is_none() && until >= today,
        until,
        made_at: instant(row.made_at)?,
        ended_at: row.ended_at.map(instant).transpose()?,
        feed: row.feed,
        record_key: row.record_key,
        code: row.code,
        why: row.why,
        made_by: row.made_by,
        organisation,
        ended_by: row.ended_by,
    })
}

fn refused(happened: impl Into<String>, next: &str) -> AppError {
    AppError::new(Code::InputRefused, happened, next)
}

fn unknown(id: i64) -> AppError {
    AppError::new(
        Code::RecordUnknown,
        format!("There is no waiver {id}."),
        "The page of waivers lists those there are.",
    )
}

fn unknown_row(id: i64) -> AppError {
    AppError::new(
        Code::RecordUnknown,
        format!("There is no held row {id}."),
        "It may have been removed, or belong to another organisation.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 21);

    fn told(change: impl FnOnce(&mut Asked)) -> Result<String, String> {
        let mut asked = Asked {
            feed: "north".to_owned(),
            record_key: "NA001/2025".to_owned(),
            code: "exempt_over_limit".to_owned(),
            why: " the grant was counted twice ".to_owned(),
            until: date(2027, 9, 30),
        };
        change(&mut asked);
        check(&asked, TODAY).map_err(|error| error.happened)
    }

    #[test]
    fn a_waiver_says_why_and_ends_and_is_of_a_waivable_check() {
        assert_eq!(told(|_| {}), Ok("the grant was counted twice".to_owned()));
        for code in ["personal_data", "date_unreadable", "value_missing", "boxes_rounded", "no_such_check", ""] {
            let refused = told(|asked| code.clone_into(&mut asked.code));
            assert_eq!(refused, Err("This check can't be waived, or there is none of that code.".to_owned()), "{code}");
        }
        assert!(told(|asked| asked.why = String::new()).is_err());
        assert!(told(|asked| asked.why = "Mrs Example asked".to_owned()).is_err());
        assert!(told(|asked| asked.record_key = String::new()).is_err());
        assert!(told(|asked| asked.record_key = "jo@example.org/2025".to_owned()).is_err());
        for (until, taken) in
            [(date(2026, 11, 20), false), (TODAY, true), (date(2028, 11, 21), true), (date(2028, 11, 22), false)]
        {
            assert_eq!(told(|asked| asked.until = until).is_ok(), taken, "{until}");
        }
    }
}
