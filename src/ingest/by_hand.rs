//! Lists that a person brings in: a file sent for a source, and a held list that is taken after all.
//!
//! In: who sends or decides, the feed, the file. Out: the report of the run, or of a check that keeps nothing. Always holds:
//! only who sees a feed whole sends for it, and a feed out of sight is told as one that there isn't; who sent which bytes
//! stands in the log before they are read.

use super::asked::{Asked, Given, Trigger};
use super::report::RunReport;
use super::run::run;
use crate::app::{App, blocking};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Sight, Sources};
use crate::digest::sha256_hex;
use crate::error::{AppError, Code};
use crate::store::StoreError;
use crate::store::feeds::{self, FeedRow};
use crate::triage::{holds, sight, unknown_feed};
use serde_json::json;
use std::collections::BTreeSet;

/// A file that somebody sends for a source.
pub struct HandedIn {
    pub feed: String,
    pub bytes: Vec<u8>,
    /// As the sender calls the file.
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    /// Only checked: nothing is kept.
    pub dry_run: bool,
}

/// The declared feeds for which somebody may send lists; none for those who may for no feed.
///
/// # Errors
/// When the database fails.
pub fn open_to(app: &App, actor: &Actor) -> Result<BTreeSet<String>, AppError> {
    if !actor.can(Action::SendLists) {
        return Ok(BTreeSet::new());
    }
    let sources = actor.sources(Action::SendLists)?;
    let known = app.store.read(feeds::all)?;
    let mut open = BTreeSet::new();
    for feed in known {
        if is_open(app, &sources, &feed)? {
            open.insert(feed.id);
        }
    }
    Ok(open)
}

/// A source's name for people, for whoever may send for it.
///
/// # Errors
/// As [`Actor::may`]; [`Code::FeedUnknown`] for a feed that there isn't, or that isn't the actor's to send for; database
/// failures.
pub fn title_of(app: &App, actor: &Actor, feed: &str) -> Result<String, AppError> {
    let sources = actor.sources(Action::SendLists)?;
    let known = app.store.read(|connection| feeds::one(connection, feed))?.ok_or_else(|| unknown_feed(feed))?;
    if is_open(app, &sources, &known)? { Ok(known.title) } else { Err(unknown_feed(feed)) }
}

/// Whether lists may be sent for a feed: it is declared, and seen whole.
fn is_open(app: &App, sources: &Sources, feed: &FeedRow) -> Result<bool, StoreError> {
    Ok(sight(sources, feed)? == Some(Sight::Whole) && app.feed(&feed.id).is_ok())
}

/// Takes a file for a source, or checks it.
///
/// # Errors
/// As [`title_of`]; [`Code::InputRefused`] for an empty file; otherwise as [`run`].
pub async fn hand_in(app: &App, actor: &Actor, handed: HandedIn) -> Result<RunReport, AppError> {
    let (own, actor) = (app.clone(), actor.clone());
    let handed = blocking(move || {
        title_of(&own, &actor, &handed.feed)?;
        if handed.bytes.is_empty() {
            let next = "Go back, choose a CSV, Excel, OpenDocument or JSON file, and send it again.";
            return Err(AppError::new(Code::InputRefused, "No file was chosen, or it is empty.", next));
        }
        if !handed.dry_run {
            let sha256 = sha256_hex(&handed.bytes);
            let told = json!({ "sha256": sha256, "bytes": handed.bytes.len() });
            let event = Event::new("feed.list_sent", format!("feed:{}", handed.feed)).with(told);
            own.store.record(|connection| audit::append(connection, &actor, &event, own.clock.now()))?;
        }
        Ok(handed)
    })
    .await?;
    let feed = app.feed(&handed.feed)?.clone();
    let name = handed.file_name.unwrap_or_default();
    let given = Given::Bytes { name, content_type: handed.content_type, bytes: handed.bytes };
    run(app, &feed, Asked { trigger: Trigger::Upload, given: Some(given), dry_run: handed.dry_run }).await
}

/// Decides about a held list, and takes it where it is released. Gives the report of the run that took it.
///
/// # Errors
/// As [`holds::decide`] and [`run`]. The decision is kept before the list is taken: a run that fails is made up by the next
/// pull.
pub async fn decide_held(
    app: &App,
    actor: &Actor,
    (held, release, reason): (i64, bool, String),
) -> Result<Option<RunReport>, AppError> {
    let (own, actor) = (app.clone(), actor.clone());
    let decide = move || holds::decide(&own.store, &actor, own.clock.now(), (held, release, &reason));
    let Some(released) = blocking(decide).await? else { return Ok(None) };
    let given = Given::Bytes { name: released.file_name, content_type: released.content_type, bytes: released.bytes };
    let feed = app.feed(&released.feed)?.clone();
    run(app, &feed, Asked { trigger: Trigger::Release, given: Some(given), dry_run: false }).await.map(Some)
}
