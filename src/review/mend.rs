//! Mending a rejected row, and reading held rows again as they stand.
//!
//! In: a row with some of its cells changed, or a whole run's held rows. Out: evidence, a row for review, or every problem
//! that is left. Always holds: the row stays as the source sent it, and beside it stands what was changed; a row that was
//! mended stays mended while the source goes on sending it so.

use super::bring::{Figures, Work, count};
use super::decide::{declared, stood};
use super::{Access, parsed, refused, unknown};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::Actor;
use crate::error::{AppError, Code};
use crate::ingest::{Place, Plan, Problem, Stood, Trigger, columns_beside, knows_header, plan_again, reread};
use crate::personal::screening;
use crate::store::mendings::{self, NewMending};
use crate::store::review::{self, WaitingRow};
use crate::store::runs::RunRow;
use crate::store::{Database, StoreError, runs};
use crate::triage::{self, HeldRow, PersonalCells};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// The longest text that a cell takes, in characters.
const LONGEST_CELL: usize = 2_000;

/// What became of a row that was mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MendOutcome {
    /// It is evidence.
    Accepted,
    /// It is sound, and waits for a person to say which council is meant.
    Review,
    /// It still can't be taken; nothing was kept.
    Rejected,
}

/// A row after mending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mended {
    pub outcome: MendOutcome,
    /// The run under which it was taken; none where it wasn't.
    pub run: Option<i64>,
    /// The row as it stands now, with every problem that is left.
    pub row: HeldRow,
    /// Columns that the row has to have and doesn't, by our names.
    pub columns_beside: Vec<String>,
}

/// What reading held rows again came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Replayed {
    /// The run under which rows were taken; none where nothing has changed.
    pub run: Option<i64>,
    /// How many rows were read again.
    pub rows: usize,
    pub accepted: usize,
    pub review: usize,
    pub rejected: usize,
}

/// Mends a row that a feed's last run rejected: `cells` are those that change, by the source's headings or our names; an
/// empty text blanks the cell.
///
/// # Errors
/// As [`Actor::may`]; [`Code::RunUnknown`] and [`Code::RecordUnknown`] for what isn't there or isn't the actor's;
/// [`Code::AlreadyDecided`] for a row that was mended already; [`Code::InputRefused`] for cells that can't be taken as
/// they are; [`Code::FeedBusy`] while the feed is pulled; database failures.
pub fn mend(
    app: &App,
    actor: &Actor,
    (run, id): (i64, i64),
    cells: &BTreeMap<String, String>,
) -> Result<Mended, AppError> {
    let access = Access::of(actor)?;
    let (_, index) = app.matcher()?;
    app.store.record(|connection| {
        let run = own_run(connection, &access, run)?;
        let row = mendable(connection, &run, id)?;
        let (feed, _) = declared(connection, app, &row.feed)?;
        let before: Map<String, Json> = parsed(&format!("held row {id}"), &row.raw)?;
        let (raw, changed) = put_in(&before, cells, |name| knows_header(feed.source, &feed.columns, name))?;
        let place = Place { sheet: row.sheet.clone(), row: u32::try_from(row.row_number).unwrap_or(0) };
        let beside = columns_beside(feed, &raw).into_iter().map(str::to_owned).collect();
        let sorted = reread(connection, (feed, &index), &[Stood { place, raw: raw.clone() }], app.clock.today())?;
        let plan = plan_again(connection, feed, &sorted)?;
        let view = view(&row, (&raw, &plan.problems()), PersonalCells::to(actor))?;
        if !plan.problems().is_empty() {
            return Ok(Mended { outcome: MendOutcome::Rejected, run: None, row: view, columns_beside: beside });
        }
        let work = Work::begin(connection, (app, feed), Trigger::Mending)?;
        work.apply(connection, &plan, &[])?;
        let follows = if plan.review > 0 { review::first_for_review(connection, work.run)? } else { None };
        let outcome = if plan.review > 0 { MendOutcome::Review } else { MendOutcome::Accepted };
        let mending = NewMending {
            feed: feed.id.clone(),
            held_row_id: id,
            cells: serde_json::to_string(&changed).map_err(|e| super::corrupt("mending", e))?,
            outcome: if plan.review > 0 { "review" } else { "accepted" }.to_owned(),
            follows_id: follows,
            run_id: work.run,
            mended_by: actor.reference(),
            mended_at: work.now.as_microsecond(),
        };
        let number = mendings::add_mending(connection, &mending)?;
        let figures = Figures { accepted: plan.accepted, review: count(plan.review), rejected: -1 };
        let note = format!("Row {} of run {} was mended.", row.row_number, run.id);
        work.finish(connection, figures, (&plan.touched(), &note))?;
        let columns: Vec<&String> = changed.keys().collect();
        let told = json!({ "feed": feed.id, "row": id, "columns": columns, "run": work.run });
        let event = Event::new("row.mended", format!("mending:{number}")).with(told);
        audit::append(connection, actor, &event, work.now)?;
        Ok(Mended { outcome, run: Some(work.run), row: view, columns_beside: beside })
    })
}

/// Reads every row again that a feed's last run holds back: the register may know more names by now, and rules may have
/// changed.
///
/// # Errors
/// As [`Actor::may`]; [`Code::RunUnknown`] for a run that isn't there or isn't the actor's; [`Code::InputRefused`] for one
/// that isn't its feed's last; [`Code::FeedBusy`] while the feed is pulled; database failures.
pub fn replay(app: &App, actor: &Actor, run: i64) -> Result<Replayed, AppError> {
    let access = Access::of(actor)?;
    let (_, index) = app.matcher()?;
    app.store.record(|connection| {
        let run = own_run(connection, &access, run)?;
        only_last(connection, &run)?;
        let (feed, _) = declared(connection, app, &run.feed)?;
        let rows = waiting(connection, &run)?;
        let sorted = reread(connection, (feed, &index), &stood(&rows)?, app.clock.today())?;
        let plan = plan_again(connection, feed, &sorted)?;
        let mut done = Replayed {
            run: None,
            rows: rows.len(),
            accepted: plan.accepted,
            review: plan.review,
            rejected: plan.rejected,
        };
        let for_review = rows.iter().filter(|row| row.kind == "review").count();
        if plan.review == for_review && plan.review + plan.rejected == rows.len() {
            return Ok(done);
        }
        let work = Work::begin(connection, (app, feed), Trigger::Mending)?;
        work.apply(connection, &plan, &rows)?;
        done.run = Some(work.run);
        end_replay(connection, (&work, actor), (&plan, &rows))?;
        Ok(done)
    })
}

fn end_replay(
    connection: &mut Database,
    (work, actor): (&Work<'_>, &Actor),
    (plan, rows): (&Plan, &[WaitingRow]),
) -> Result<(), AppError> {
    let for_review = rows.iter().filter(|row| row.kind == "review").count();
    let figures = Figures {
        accepted: plan.accepted,
        review: count(plan.review) - count(for_review),
        rejected: count(plan.rejected) - count(rows.len() - for_review),
    };
    let note = "Rows that were held back were read again as they stand.";
    work.finish(connection, figures, (&plan.touched(), note))?;
    let told = json!({ "rows": rows.len(), "accepted": plan.accepted });
    let event = Event::new("run.replayed", format!("run:{}", work.run)).with(told);
    Ok(audit::append(connection, actor, &event, work.now)?)
}

/// The rows of the run that wait for somebody: those for review, and those rejected that nobody has mended.
fn waiting(connection: &mut Database, run: &RunRow) -> Result<Vec<WaitingRow>, StoreError> {
    let mended: BTreeSet<String> =
        mendings::mended(connection, &run.feed, run.id)?.into_iter().map(|(_, fingerprint, _)| fingerprint).collect();
    let followers: BTreeSet<i64> =
        mendings::mended(connection, &run.feed, run.id)?.into_iter().filter_map(|(row, ..)| row.follows_id).collect();
    let mut rows = review::held_by(connection, (&run.feed, run.id), "rejected", None)?;
    rows.retain(|row| !mended.contains(&row.fingerprint));
    let mut for_review = review::held_by(connection, (&run.feed, run.id), "review", None)?;
    // What a mended row became is carried with it.
    for_review.retain(|row| !followers.contains(&row.id));
    rows.extend(for_review);
    Ok(rows)
}

/// The run, of a feed that the actor sees whole.
pub(super) fn own_run(connection: &mut Database, access: &Access, id: i64) -> Result<RunRow, AppError> {
    let Some(run) = runs::one(connection, id)? else { return Err(triage::unknown_run(id)) };
    let feed = super::feed_of(connection, &run.feed)?;
    if access.is_whole(&feed)? { Ok(run) } else { Err(triage::unknown_run(id)) }
}

fn only_last(connection: &mut Database, run: &RunRow) -> Result<(), AppError> {
    let last = runs::last_success(connection, &run.feed, i64::MAX)?;
    if last.is_some_and(|last| last.id == run.id) {
        return Ok(());
    }
    let next = "The page of sources leads to the last one.";
    Err(refused(format!("Run {} is not the last of {}: its rows may have changed since.", run.id, run.feed), next))
}

/// The rejected row, which the run and its feed's last run hold.
fn mendable(connection: &mut Database, run: &RunRow, id: i64) -> Result<WaitingRow, AppError> {
    let row = review::rows(connection, &[id])?.pop().ok_or_else(|| unknown("held row", id))?;
    let of_run = row.feed == run.feed && row.first_run_id <= run.id && row.last_run_id >= run.id;
    if !of_run || row.kind != "rejected" {
        return Err(unknown("held row", id));
    }
    let last = runs::last_success(connection, &run.feed, i64::MAX)?.map_or(0, |last| last.id);
    if row.last_run_id != last {
        let next = "The source has sent another list since; what it holds back is on the page of its last run.";
        return Err(refused(format!("The row {id} is no longer in the last list of {}.", run.feed), next));
    }
    let mended = mendings::mended(connection, &run.feed, last)?;
    match mended.into_iter().find(|(_, fingerprint, _)| *fingerprint == row.fingerprint) {
        None => Ok(row),
        Some((mending, ..)) => Err(AppError::new(
            Code::AlreadyDecided,
            format!("The row {id} was mended by {} already.", mending.mended_by),
            "To mend it otherwise, take back the run of that mending first.",
        )),
    }
}

/// A row's cells by heading, as a person enters them.
type Cells = BTreeMap<String, String>;

/// The row with the cells put in, and which of them differ.
fn put_in(
    before: &Map<String, Json>,
    cells: &Cells,
    knows: impl Fn(&str) -> bool,
) -> Result<(Map<String, Json>, Cells), AppError> {
    let (mut raw, mut changed) = (before.clone(), BTreeMap::new());
    for (column, text) in cells {
        let text = text.trim();
        let stands = before.get(column).and_then(Json::as_str).unwrap_or_default();
        if text == stands {
            continue;
        }
        check_cell(column, text)?;
        if !before.contains_key(column) && !knows(column) {
            let next = "Use a heading of the row, or a column that docs/feeds.md lists for such a source.";
            return Err(refused(format!("Nothing reads a column called “{column}”."), next));
        }
        if text.is_empty() {
            raw.remove(column)
        } else {
            raw.insert(column.clone(), Json::from(text))
        };
        changed.insert(column.clone(), text.to_owned());
    }
    if changed.is_empty() {
        let next = "Change the cells that are wrong; to try a row as it stands, have the run's rows read again.";
        return Err(refused("No cell was changed.", next));
    }
    Ok((raw, changed))
}

fn check_cell(column: &str, text: &str) -> Result<(), AppError> {
    if text.chars().count() > LONGEST_CELL || text.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        let happened = format!("What was entered for “{column}” is no text of at most {LONGEST_CELL} characters.");
        return Err(refused(happened, "Enter what should stand in the cell, as plain text."));
    }
    match screening::screen_cell(column, text) {
        Some(finding) => Err(refused(
            format!("What was entered for “{column}” holds what looks like {}.", finding.words()),
            "Evidence names nobody: leave it out.",
        )),
        None => Ok(()),
    }
}

/// The row as it would stand, with its problems.
fn view(
    row: &WaitingRow,
    (raw, problems): (&Map<String, Json>, &[Problem]),
    personal: PersonalCells,
) -> Result<HeldRow, StoreError> {
    let text = |value: Result<String, serde_json::Error>| value.map_err(|e| super::corrupt("held row", e));
    let reason = problems.first().map_or_else(String::new, |problem| problem.message.clone());
    let now = WaitingRow {
        raw: text(serde_json::to_string(raw))?,
        problems: text(serde_json::to_string(problems))?,
        reason,
        ..row.clone()
    };
    triage::held_view(now, personal)
}
