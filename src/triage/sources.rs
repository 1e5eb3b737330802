//! The sources: each declared feed with its last run, and runs with what they held back.
//!
//! In: a feed's or run's id, and which feeds whoever asks may see. Out: the views of [`super::runs`]. Always holds: a feed
//! out of sight is told as one that there isn't; a feed that was declared once is still
//! shown with its runs when the configuration has dropped it.

use super::known::same_name;
use super::late::{self, Gaps, News, Unassessed};
use super::runs::{
    FeedLine, HeldKind, HeldRow, MendedBy, PersonalCell, PersonalCells, RunLine, RunStatus, RunView, UndoneBy,
};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Sight, Sources};
use crate::error::{AppError, Code};
use crate::ingest::SourceKind;
use crate::personal::screening;
use crate::scoring::RuleSet;
use crate::store::feeds::{FeedRow, ScheduleRow};
use crate::store::runs::RunRow;
use crate::store::{Database, Store, StoreError, feeds, holds, mendings, review, runs, undos};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// Every feed in sight, by id, with its last run and its news.
///
/// # Errors
/// When the database fails.
pub fn feeds(app: &App, sources: &Sources) -> Result<Vec<FeedLine>, AppError> {
    app.store.read(|connection| {
        let schedules: HashMap<String, ScheduleRow> =
            feeds::schedules(connection)?.into_iter().map(|schedule| (schedule.name.clone(), schedule)).collect();
        let mut news = late::news(connection, app.clock.today())?;
        let gaps = match news.values().any(|news| news.late_since.is_some()) {
            true => Some(Gaps::read(connection)?),
            false => None,
        };
        let mut lines = Vec::new();
        let rules = app.rules_in(connection)?;
        for feed in feeds::all(connection)? {
            if sight(sources, &feed)?.is_none() {
                continue;
            }
            let only = std::slice::from_ref(&feed.id);
            let last_run = runs::page(connection, Some(only), None, 1)?.pop().map(line).transpose()?;
            let due = schedules.get(&crate::ingest::schedule_name(&feed.id)).filter(|_| feed.schedule.is_some());
            let next_due = due.and_then(|schedule| Timestamp::from_microsecond(schedule.next_due_at).ok());
            let news = news.remove(&feed.id).unwrap_or_default();
            let makes_unassessed = match &gaps {
                Some(gaps) if news.late_since.is_some() => left_open(&rules.set, sources, (&feed, gaps))?,
                _ => Vec::new(),
            };
            lines.push(FeedLine { makes_unassessed, ..feed_line(feed, (last_run, next_due), &news)? });
        }
        Ok(lines)
    })
}

/// What a late feed leaves open in the counties that it covers and the asker sees.
fn left_open(
    rules: &RuleSet,
    sources: &Sources,
    (feed, gaps): (&FeedRow, &Gaps),
) -> Result<Vec<Unassessed>, StoreError> {
    let covered = covered(feed)?;
    let seen = |county: &str| match sources {
        Sources::All => true,
        Sources::Of { counties, .. } => counties.iter().any(|own| same_name(own, county)),
    };
    let here = |county: &str| covered.is_empty() || covered.iter().any(|covered| same_name(covered, county));
    Ok(gaps.left_by(rules, &feed.source, |county| here(county) && seen(county)))
}

/// Runs, newest first, of one feed or of all in sight, with an id below `before` where one is given.
///
/// # Errors
/// [`Code::FeedUnknown`] for a feed that isn't in sight; otherwise when the database fails.
pub fn runs(
    store: &Store,
    sources: &Sources,
    feed: Option<&str>,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<RunLine>, AppError> {
    store.read(|connection| {
        let mut seen = in_sight(connection, sources)?;
        if let Some(feed) = feed {
            seen.retain(|known| known == feed);
            if seen.is_empty() {
                return Err(unknown_feed(feed));
            }
        }
        let runs = runs::page(connection, Some(&seen), before, limit)?;
        Ok(runs.into_iter().map(line).collect::<Result<_, StoreError>>()?)
    })
}

/// The ids of the feeds in sight.
fn in_sight(connection: &mut Database, sources: &Sources) -> Result<Vec<String>, StoreError> {
    let mut seen = Vec::new();
    for feed in feeds::all(connection)? {
        if sight(sources, &feed)?.is_some() {
            seen.push(feed.id);
        }
    }
    Ok(seen)
}

/// How much of a feed is in sight.
pub(crate) fn sight(sources: &Sources, feed: &FeedRow) -> Result<Option<Sight>, StoreError> {
    Ok(sources.sight(feed.owner.as_deref(), &covered(feed)?))
}

/// The counties that a feed speaks for; empty for all.
fn covered(feed: &FeedRow) -> Result<Vec<String>, StoreError> {
    kept(&format!("feed {}", feed.id), &feed.covers)
}

/// One run with every row it held back, without what it changed; cells that look like something about a person as `personal` says.
///
/// # Errors
/// [`Code::RunUnknown`] when there is none of a feed in sight; otherwise when the database fails.
pub fn run(store: &Store, sources: &Sources, id: i64, personal: PersonalCells) -> Result<RunView, AppError> {
    store.read(|connection| {
        let run = runs::one(connection, id)?;
        let feed = match &run {
            Some(run) => feeds::one(connection, &run.feed)?,
            None => None,
        };
        let seen = feed.as_ref().map(|feed| sight(sources, feed)).transpose()?.flatten();
        let (Some(run), Some(seen)) = (run, seen) else {
            return Err(unknown_run(id));
        };
        let held = match (seen, run.status.as_str()) {
            (Sight::Whole, "applied" | "unchanged") => runs::held(connection, &run.feed, run.id)?,
            _ => Vec::new(),
        };
        let place = format!("run {id}");
        let Told { mut notes, unmapped } = kept(&place, &run.notes)?;
        if seen == Sight::Figures {
            // They speak of rows, and so of councils.
            notes.clear();
        }
        let mut held: Vec<HeldRow> =
            held.into_iter().map(|row| held_row(row, personal)).collect::<Result<_, StoreError>>()?;
        mark_mended(connection, &run.feed, &mut held)?;
        let undone = undos::undo_of(connection, id)?.map(undone).transpose()?;
        let is_last = runs::last_success(connection, &run.feed, i64::MAX)?.is_some_and(|last| last.id == id);
        let hold = holds::of_run(connection, id)?.as_ref().map(super::holds::view).transpose()?;
        let held_shown = seen == Sight::Whole;
        let run = line(run)?;
        Ok(RunView { run, held_shown, held, notes, unmapped, undone, is_last, hold, difference: None })
    })
}

/// A file as a source sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    /// Letters, digits, dots, hyphens and underscores only.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The file that a run read, for who may see everything in it; that it was taken is recorded first.
///
/// # Errors
/// As [`Actor::may`]; [`Code::RunUnknown`] for a run that isn't there or isn't seen whole; [`Code::InputRefused`] when nothing
/// of it is kept; database failures.
pub fn file_of(app: &App, actor: &Actor, id: i64) -> Result<SentFile, AppError> {
    let sources = actor.sources(Action::Redact)?;
    app.store.record(|connection| {
        let run = runs::one(connection, id)?.ok_or_else(|| unknown_run(id))?;
        let feed = feeds::one(connection, &run.feed)?.ok_or_else(|| unknown_run(id))?;
        if sight(&sources, &feed)? != Some(Sight::Whole) {
            return Err(unknown_run(id));
        }
        let document = match &run.sha256 {
            Some(sha256) => feeds::document(connection, sha256)?.filter(|document| !document.bytes.is_empty()),
            None => None,
        };
        let document = document.ok_or_else(|| {
            let next = "Ask the sender for the list again; its rows stand in the evidence.";
            AppError::new(Code::InputRefused, format!("The file of run {id} is not kept."), next)
        })?;
        let event = Event::new("run.file_taken", format!("run:{id}"));
        audit::append(connection, actor, &event, app.clock.now())?;
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || ".-_".contains(letter) { letter } else { '_' };
        Ok(SentFile { name: document.file_name.chars().map(plain).collect(), bytes: document.bytes })
    })
}

/// The error for a run that isn't there, or isn't the asker's to know of.
pub(crate) fn unknown_run(id: impl std::fmt::Display) -> AppError {
    let next = "The page of sources lists each feed's last run.";
    AppError::new(Code::RunUnknown, format!("There is no run {id}."), next)
}

fn undone(undo: undos::UndoRow) -> Result<UndoneBy, StoreError> {
    Ok(UndoneBy {
        at: instant(undo.undone_at)?,
        by: undo.undone_by,
        reason: undo.reason,
        run: undo.undone_by_run,
        document_refused: undo.sha256.is_some() && undo.allowed_at.is_none(),
    })
}

fn instant(at: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(at)
        .map_err(|e| StoreError::Corrupt { place: "an instant".to_owned(), because: e.to_string() })
}

/// Says of rejected rows that they were mended: the very row, or one that says the same and came later.
fn mark_mended(connection: &mut Database, feed: &str, held: &mut [HeldRow]) -> Result<(), StoreError> {
    if !held.iter().any(|row| row.kind == HeldKind::Rejected) {
        return Ok(());
    }
    let mended = mendings::mended(connection, feed, 0)?;
    if mended.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = held.iter().map(|row| row.id).collect();
    for row in review::rows(connection, &ids)? {
        let Some((mending, ..)) = mended.iter().find(|(_, fingerprint, _)| *fingerprint == row.fingerprint) else {
            continue;
        };
        let cells: std::collections::BTreeMap<String, String> =
            kept(&format!("mending {}", mending.id), &mending.cells)?;
        if let Some(view) = held.iter_mut().find(|view| view.id == row.id && view.kind == HeldKind::Rejected) {
            view.mended = Some(MendedBy {
                at: instant(mending.mended_at)?,
                by: mending.mended_by.clone(),
                run: mending.run_id,
                cells: cells.into_iter().collect(),
            });
        }
    }
    Ok(())
}

/// A held row as `personal` says.
pub(crate) fn held_view(row: review::WaitingRow, personal: PersonalCells) -> Result<HeldRow, StoreError> {
    let review::WaitingRow { id, kind, sheet, row_number, council_named, reason, problems, candidates, raw, .. } = row;
    let fingerprint = row.fingerprint;
    let row =
        runs::HeldRow { id, kind, sheet, row_number, council_named, reason, problems, candidates, raw, fingerprint };
    held_row(row, personal)
}

/// The error for a feed that nobody has declared.
pub fn unknown_feed(feed: &str) -> AppError {
    AppError::new(
        Code::FeedUnknown,
        format!("No feed is called {feed}."),
        "Feeds are declared in the configuration; the page of sources lists them.",
    )
}

/// What a run has to tell beside its figures.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    notes: Vec<String>,
    unmapped: Vec<String>,
}

fn kept<T: DeserializeOwned>(place: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt { place: place.to_owned(), because: e.to_string() })
}

fn feed_line(
    feed: FeedRow,
    (last_run, next_due): (Option<RunLine>, Option<Timestamp>),
    news: &News,
) -> Result<FeedLine, StoreError> {
    let covers = match covered(&feed)?.as_slice() {
        [] => "every county".to_owned(),
        counties => counties.join(", "),
    };
    Ok(FeedLine {
        source: SourceKind::named(&feed.source).map_or_else(|| feed.source.clone(), |source| source.title().to_owned()),
        id: feed.id,
        title: feed.title,
        location_shown: feed.location_shown,
        schedule: feed.schedule,
        last_run,
        next_due,
        covers,
        expected_every: news.expected_every.map(|every| every.to_string()),
        last_new_at: news.last_new_at,
        late_since: news.late_since,
        makes_unassessed: Vec::new(),
    })
}

fn line(run: RunRow) -> Result<RunLine, StoreError> {
    let corrupt = |because: &str| StoreError::Corrupt { place: format!("run {}", run.id), because: because.to_owned() };
    let instant = |at: i64| Timestamp::from_microsecond(at).map_err(|_| corrupt("an instant can't be read"));
    Ok(RunLine {
        id: run.id,
        status: match run.status.as_str() {
            "running" => RunStatus::Running,
            "applied" => RunStatus::Applied,
            "unchanged" => RunStatus::Unchanged,
            "held" => RunStatus::Held,
            "failed" => RunStatus::Failed,
            _ => return Err(corrupt("its status is unknown")),
        },
        started_at: instant(run.started_at)?,
        finished_at: run.finished_at.map(instant).transpose()?,
        feed: run.feed,
        trigger: run.trigger_kind,
        read: run.rows_read.into(),
        accepted: run.rows_accepted.into(),
        unchanged_rows: run.rows_unchanged.into(),
        review: run.rows_for_review.into(),
        rejected: run.rows_rejected.into(),
        message: run.message,
        sha256: run.sha256,
    })
}

fn held_row(row: runs::HeldRow, personal: PersonalCells) -> Result<HeldRow, StoreError> {
    let place = format!("held row {}", row.id);
    let raw: serde_json::Map<String, serde_json::Value> = kept(&place, &row.raw)?;
    let mut view = HeldRow {
        id: row.id,
        kind: match row.kind.as_str() {
            "review" => HeldKind::Review,
            "decided" => HeldKind::Decided,
            _ => HeldKind::Rejected,
        },
        sheet: row.sheet,
        row: u32::try_from(row.row_number).unwrap_or(0),
        name: row.council_named,
        reason: row.reason,
        problems: kept(&place, &row.problems)?,
        candidates: kept(&place, &row.candidates)?,
        raw: raw
            .into_iter()
            .map(|(heading, cell)| (heading, cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)))
            .collect(),
        personal: Vec::new(),
        mended: None,
    };
    mark_personal(&mut view, personal);
    Ok(view)
}

/// Names the cells that look like something about a person and, where the asker may not see them, masks them and every
/// message that quotes them.
fn mark_personal(view: &mut HeldRow, personal: PersonalCells) {
    let hidden = personal == PersonalCells::Masked;
    let mut quoted: Vec<(String, String)> = Vec::new();
    for (column, text) in &mut view.raw {
        let Some(looks_like) = screening::screen_cell(column, text) else { continue };
        view.personal.push(PersonalCell { column: column.clone(), looks_like, hidden });
        if hidden {
            quoted.push((std::mem::replace(text, looks_like.mask()), looks_like.mask()));
        }
    }
    // The longest first: one text may be a part of another.
    quoted.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    for (text, mask) in &quoted {
        view.name = screening::black_out(&view.name, text, mask);
        view.reason = screening::black_out(&view.reason, text, mask);
        for problem in &mut view.problems {
            problem.message = screening::black_out(&problem.message, text, mask);
        }
    }
}
