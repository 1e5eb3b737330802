//! Deciding which council a name means, and undoing it.
//!
//! In: a question and an answer, or a decision. Out: the rows that asked, taken or waiting again. Always holds: one answer to
//! a question is in force; who comes second is told so; what an answer brought is withdrawn when it is undone.

use super::bring::{Figures, Work, count};
use super::{Access, candidates, feed_of, instant, parsed, refused, unknown};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::Actor;
use crate::error::{AppError, Code};
use crate::evidence::Standing;
use crate::feeds::Feed;
use crate::ingest::{Place, Stood, Trigger, naming, plan_again, reread, written};
use crate::matching::Index;
use crate::personal::screening;
use crate::store::evidence::NewEvidence;
use crate::store::register::CouncilRow;
use crate::store::review::{self, AliasRow, NewAlias, WaitingRow};
use crate::store::{Database, StoreError, feeds, runs};
use crate::triage::{self, PersonalCells};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use utoipa::ToSchema;

/// What a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The council with this code is meant.
    Council(String),
    /// No council of ours is meant: another kind of body, or one outside England.
    NoneOfOurs,
}

/// What a decision did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// The number by which it can be undone.
    pub decision: i64,
    /// The run under which its rows were taken.
    pub run: i64,
    /// How many rows asked.
    pub rows: usize,
    /// How many of them brought something new or changed.
    pub accepted: usize,
    /// How many can't be taken for another reason, and are among the rejected now.
    pub rejected: usize,
    /// How many councils have another score.
    pub rescored: usize,
}

/// A decision as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecisionView {
    pub decision: i64,
    pub feed: String,
    /// As the source names the council.
    pub written: String,
    /// The council's code and name; none where no council of ours is meant.
    pub gss_code: Option<String>,
    pub council: Option<String>,
    pub district: Option<String>,
    /// Such as `person:12`.
    pub decided_by: String,
    pub decided_at: Timestamp,
    /// The run under which its rows were taken.
    pub run: i64,
    pub undone_by: Option<String>,
    pub undone_at: Option<Timestamp>,
}

/// Answers a question, at once for every row that asks it.
///
/// # Errors
/// As [`Actor::may`]; [`Code::RecordUnknown`] for a question that isn't there or isn't the actor's;
/// [`Code::AlreadyDecided`] where somebody was faster; [`Code::CouncilUnknown`] for a council out of reach;
/// [`Code::InputRefused`] for one that isn't current; [`Code::FeedBusy`] while the feed is pulled; database failures.
pub fn decide(app: &App, actor: &Actor, (question, answer): (i64, &Answer)) -> Result<Decided, AppError> {
    let access = Access::of(actor)?;
    let (_, index) = app.matcher()?;
    app.store.record(|connection| {
        let row = open(connection, &access, question)?;
        let council = chosen(connection, &access, (&row, answer))?;
        let feed = app.feed(&row.feed)?;
        let work = Work::begin(connection, (app, feed), Trigger::Review)?;
        let rows = review::held_by(connection, (&feed.id, work.last.id), "review", Some(&row.naming))?;
        let sorted = reread(connection, (feed, &index), &stood(&rows)?, app.clock.today())?;
        let named = sorted.first_named().ok_or_else(|| {
            refused("The rows can't be taken any more as they stand.", "Read the run's rows again, on its page.")
        })?;
        let (naming, written) = (naming(named), written(named));
        if let Some(retired) = review::alias_of(connection, &feed.id, &naming)? {
            review::end_alias(connection, retired.id, (work.now.as_microsecond(), &actor.reference()))?;
        }
        let new = NewAlias {
            feed: feed.id.clone(),
            naming,
            written,
            council_id: council.as_ref().map(|council| council.id),
            decided_by: actor.reference(),
            decided_at: work.now.as_microsecond(),
            run_id: work.run,
        };
        let decision = review::add_alias(connection, &new)?;
        let plan = plan_again(connection, feed, &sorted)?;
        work.apply(connection, &plan, &rows)?;
        let figures = Figures {
            accepted: plan.accepted,
            review: count(plan.review) - count(rows.len()),
            rejected: count(plan.rejected),
        };
        let note = format!("Decision {decision}: a person told which council is meant by a name.");
        let rescored = work.finish(connection, figures, (&plan.touched(), &note))?;
        let told = json!({
            "feed": feed.id, "council": council.map(|council| council.gss_code), "rows": rows.len(), "run": work.run,
        });
        let event = Event::new("review.decided", format!("decision:{decision}")).with(told);
        audit::append(connection, actor, &event, work.now)?;
        let (accepted, rejected) = (plan.accepted, plan.rejected);
        Ok(Decided { decision, run: work.run, rows: rows.len(), accepted, rejected, rescored })
    })
}

/// The question's first row, which waits and is the actor's to decide.
fn open(connection: &mut Database, access: &Access, question: i64) -> Result<WaitingRow, AppError> {
    let row = review::rows(connection, &[question])?.pop().ok_or_else(|| unknown("question", question))?;
    let feed = feed_of(connection, &row.feed)?;
    if !access.covers(&feed, &candidates(&row)?)? {
        return Err(unknown("question", question));
    }
    let last = runs::last_success(connection, &row.feed, i64::MAX)?;
    if row.kind == "review" && last.is_some_and(|last| last.id == row.last_run_id) {
        return Ok(row);
    }
    match review::alias_of(connection, &row.feed, &row.naming)? {
        Some(alias) if row.kind == "review" => Err(AppError::new(
            Code::AlreadyDecided,
            format!("The question {question} was decided by {} meanwhile.", alias.decided_by),
            "Load the queue again. A decision can be undone in the list of what was decided.",
        )),
        _ => Err(unknown("question", question)),
    }
}

/// The council that is meant; none of ours where the answer says so.
fn chosen(
    connection: &mut Database,
    access: &Access,
    (row, answer): (&WaitingRow, &Answer),
) -> Result<Option<CouncilRow>, AppError> {
    let code = match answer {
        Answer::Council(code) => code.trim().to_ascii_uppercase(),
        Answer::NoneOfOurs => {
            let feed = feed_of(connection, &row.feed)?;
            if access.is_whole(&feed)? {
                return Ok(None);
            }
            return Err(refused(
                "This list speaks of other counties too, so that no council is meant is not yours alone to say.",
                "Leave the question to NALC, or to whoever sends the list.",
            ));
        }
    };
    let council = triage::find_council(connection, &access.reach, &code)?;
    if council.current {
        return Ok(Some(council));
    }
    let next = "Choose the council that took over from it.";
    Err(refused(format!("{} ({code}) is not a current council.", council.name), next))
}

/// Answers each of these questions with its only candidate, where that has the very name; gives how many were decided. What
/// somebody else has decided meanwhile, or is no longer so plain, is passed over.
///
/// # Errors
/// As [`decide`], but for what is passed over.
pub fn accept(app: &App, actor: &Actor, asked: &[i64]) -> Result<usize, AppError> {
    let wanted: HashSet<i64> = asked.iter().copied().collect();
    let every = super::Asked { limit: usize::MAX, ..super::Asked::default() };
    let plain = super::questions(app, actor, &every)?;
    let mut decided = 0;
    for question in plain.into_iter().filter(|question| question.same_name && wanted.contains(&question.question)) {
        let Some(only) = question.row.candidates.first() else { continue };
        match decide(app, actor, (question.question, &Answer::Council(only.gss_code.clone()))) {
            Ok(_) => decided += 1,
            Err(error) if matches!(error.code, Code::AlreadyDecided | Code::RecordUnknown) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(decided)
}

/// Undoes a decision: what it brought is withdrawn, and its rows wait again.
///
/// # Errors
/// As [`Actor::may`]; [`Code::RecordUnknown`] for a decision that isn't there or isn't the actor's;
/// [`Code::AlreadyDecided`] for one that was undone already; [`Code::FeedBusy`] while the feed is pulled; database
/// failures.
pub fn undo(app: &App, actor: &Actor, decision: i64) -> Result<Decided, AppError> {
    let access = Access::of(actor)?;
    let (_, index) = app.matcher()?;
    app.store.record(|connection| {
        let alias = review::alias(connection, decision)?.ok_or_else(|| unknown("decision", decision))?;
        if !is_within(connection, &access, &alias)? {
            return Err(unknown("decision", decision));
        }
        let feed = app.feed(&alias.feed)?;
        let work = Work::begin(connection, (app, feed), Trigger::Review)?;
        if !review::end_alias(connection, decision, (work.now.as_microsecond(), &actor.reference()))? {
            return Err(AppError::new(
                Code::AlreadyDecided,
                format!("The decision {decision} was undone already."),
                "Load the list again.",
            ));
        }
        let done = put_back(connection, (&work, &index), &alias)?;
        let told = json!({ "feed": feed.id, "rows": done.rows, "run": work.run });
        let event = Event::new("review.undone", format!("decision:{decision}")).with(told);
        audit::append(connection, actor, &event, work.now)?;
        Ok(done)
    })
}

/// Has the rows of an ended answer wait again, and withdraws what it brought.
fn put_back(
    connection: &mut Database,
    (work, index): (&Work<'_>, &Index),
    alias: &AliasRow,
) -> Result<Decided, AppError> {
    let rows = review::decided(connection, &alias.feed, &alias.naming)?;
    // One row a text: a source may have dropped it and sent it again.
    let by_text: BTreeMap<&str, &WaitingRow> = rows.iter().map(|row| (row.raw.as_str(), row)).collect();
    let single: Vec<WaitingRow> = by_text.into_values().cloned().collect();
    let sorted = reread(connection, (work.feed, index), &stood(&single)?, work.app.clock.today())?;
    let plan = plan_again(connection, work.feed, &sorted)?;
    work.apply(connection, &plan, &rows)?;
    review::undecide(connection, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let mut touched: BTreeSet<i64> = plan.touched();
    let mut latest: BTreeMap<String, NewEvidence> = BTreeMap::new();
    for (_, version) in review::versions_of(connection, &alias.feed, &plan.waiting_keys())? {
        latest.insert(version.record_key.clone(), version);
    }
    let said = latest.into_values().filter(|version| {
        Some(version.council_id) == alias.council_id && version.standing != Standing::Withdrawn.name()
    });
    let taken_back: Vec<NewEvidence> =
        said.map(|said| NewEvidence { standing: Standing::Withdrawn.name().to_owned(), ..said }).collect();
    touched.extend(taken_back.iter().map(|version| version.council_id));
    work.append_next(connection, taken_back)?;
    let figures = Figures { accepted: plan.accepted, review: count(plan.review), rejected: count(plan.rejected) };
    let note = format!("Decision {} was undone: its rows wait again, and what it brought is withdrawn.", alias.id);
    let rescored = work.finish(connection, figures, (&touched, &note))?;
    Ok(Decided {
        decision: alias.id,
        run: work.run,
        rows: single.len(),
        accepted: plan.accepted,
        rejected: plan.rejected,
        rescored,
    })
}

/// What was decided, newest first: with a number below `before` where one is given.
///
/// # Errors
/// As [`Actor::may`]; when the database fails.
pub fn decisions(app: &App, actor: &Actor, (before, limit): (Option<i64>, i64)) -> Result<Vec<DecisionView>, AppError> {
    let access = Access::of(actor)?;
    let personal = PersonalCells::to(actor);
    app.store.read(|connection| {
        let mut seen = Vec::new();
        for feed in feeds::all(connection)? {
            if triage::sight(&access.sources, &feed)?.is_some() {
                seen.push(feed.id);
            }
        }
        let mut views = Vec::new();
        let mut before = before;
        loop {
            let part = review::page(connection, &seen, (before, limit))?;
            let Some((last, _)) = part.last() else { break };
            before = Some(last.id);
            for (alias, council) in part {
                if is_within(connection, &access, &alias)? {
                    views.push(decision_view(alias, council, personal)?);
                }
                if count(views.len()) >= limit {
                    return Ok(views);
                }
            }
        }
        Ok(views)
    })
}

/// Whether a decision is the actor's to see and undo.
fn is_within(connection: &mut Database, access: &Access, alias: &AliasRow) -> Result<bool, StoreError> {
    let feed = feed_of(connection, &alias.feed)?;
    if access.is_whole(&feed)? {
        return Ok(true);
    }
    let ids: Vec<i64> = alias.council_id.into_iter().collect();
    let councils = crate::store::register::councils_of(connection, &ids)?;
    let own = councils.first().is_some_and(|council| access.reaches(&council.county));
    Ok(own && triage::sight(&access.sources, &feed)?.is_some())
}

fn decision_view(
    alias: AliasRow,
    council: Option<CouncilRow>,
    personal: PersonalCells,
) -> Result<DecisionView, StoreError> {
    let found = screening::screen_cell("name", &alias.written).filter(|_| personal == PersonalCells::Masked);
    Ok(DecisionView {
        decision: alias.id,
        feed: alias.feed,
        written: found.map_or(alias.written, |finding| finding.mask()),
        gss_code: council.as_ref().map(|council| council.gss_code.clone()),
        district: council.as_ref().map(|council| council.district.clone()),
        council: council.map(|council| council.name),
        decided_by: alias.decided_by,
        decided_at: instant(alias.decided_at)?,
        run: alias.run_id,
        undone_by: alias.ended_by,
        undone_at: alias.ended_at.map(instant).transpose()?,
    })
}

/// Held rows as they are read again.
pub(super) fn stood(rows: &[WaitingRow]) -> Result<Vec<Stood>, StoreError> {
    let stood = rows.iter().map(|row| {
        let raw = parsed(&format!("held row {}", row.id), &row.raw)?;
        let number = u32::try_from(row.row_number).unwrap_or(0);
        Ok(Stood { place: Place { sheet: row.sheet.clone(), row: number }, raw })
    });
    stood.collect()
}

/// The feed as it is declared, and as the database knows it.
pub(super) fn declared<'a>(
    connection: &mut Database,
    app: &'a App,
    id: &str,
) -> Result<(&'a Feed, feeds::FeedRow), AppError> {
    Ok((app.feed(id)?, feed_of(connection, id)?))
}
