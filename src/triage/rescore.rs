//! Scoring in sets: councils in, their scores appended and Monday's list brought up to date.
//!
//! In: the councils to score (those a run touched, or all), a day. Out: how many were scored and how many changed. Always
//! holds: only what was known by the end of the day counts; a score is appended only when it says something new; scoring
//! again changes nothing.

use super::known::covering_sources;
use super::together::scored;
use crate::app::App;
use crate::error::AppError;
use crate::scoring::engine::Engine;
use crate::scoring::{Band, RuleSet, Score};
use crate::store::register::CouncilRow;
use crate::store::scores::{NewScore, ScoreRow, StandingRow};
use crate::store::{Database, Store, StoreError, register, scores};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::collections::HashMap;

/// The schedule by which every council is scored anew.
pub const RESCORE_SCHEDULE: &str = "rescore";
/// Councils scored at a time: bounds memory whatever the size of the register.
const BATCH: usize = 500;

/// What a rescore did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rescored {
    pub scored: usize,
    /// Of these, how many now say something else.
    pub changed: usize,
}

/// Which day, by which rules, why, and when it was done.
pub struct Occasion<'a> {
    pub rules: &'a RuleSet,
    pub as_of: Date,
    /// For the history: `run 12 of saaa-north`, `daily`, `by hand`.
    pub cause: &'a str,
    pub now: Timestamp,
}

/// Scores these councils and keeps what is new. The caller holds the write transaction and has kept the rule set.
///
/// # Errors
/// When the database fails.
pub fn rescore(
    connection: &mut Database,
    councils: &[CouncilRow],
    occasion: &Occasion<'_>,
) -> Result<Rescored, AppError> {
    let covering = covering_sources(connection, occasion.as_of)?;
    let engine = Engine::new(occasion.rules).without_clearing();
    let mut done = Rescored::default();
    for batch in councils.chunks(BATCH) {
        let ids: Vec<i64> = batch.iter().map(|council| council.id).collect();
        let fresh = scored(connection, &engine, batch, (occasion.as_of, &covering))?;
        let before = scores::standings_of(connection, &ids)?;
        let quarter_ago = occasion.as_of.saturating_sub(3.months()).to_string();
        let quarter_ago = scores::latest_until(connection, &ids, &quarter_ago)?;
        done.scored += fresh.len();
        done.changed += keep(connection, fresh, (&before, &quarter_ago), occasion)?;
    }
    Ok(done)
}

/// Scores every council of the register as of today.
///
/// # Errors
/// When the database fails.
pub fn rescore_all(app: &App, cause: &str) -> Result<Rescored, AppError> {
    let councils = app.store.read(register::councils)?;
    let rules = app.store.write(|connection| app.keep_rules(connection))?;
    let (as_of, now) = (app.clock.today(), app.clock.now());
    let occasion = Occasion { rules: &rules.set, as_of, cause, now };
    let mut done = Rescored::default();
    // A transaction a batch: runs wait for one batch and not for the country, and what was done stays done.
    for batch in councils.chunks(BATCH) {
        let of_batch = app.store.write(|connection| rescore(connection, batch, &occasion))?;
        done.scored += of_batch.scored;
        done.changed += of_batch.changed;
    }
    Ok(done)
}

/// Scores every current council as of a day of the past, from what was known by its end. Keeps nothing.
///
/// # Errors
/// When the database fails.
pub fn look_back(store: &Store, rules: &RuleSet, as_of: Date) -> Result<Vec<Score>, AppError> {
    store.read(|connection| {
        let councils: Vec<_> = register::councils(connection)?.into_iter().filter(|council| council.current).collect();
        let covering = covering_sources(connection, as_of)?;
        let engine = Engine::new(rules);
        let scored = scored(connection, &engine, &councils, (as_of, &covering))?;
        Ok(scored.into_iter().map(|(_, score, _)| score).collect())
    })
}

/// Appends the scores that say something new and brings the standings up to date. Gives how many were new.
fn keep(
    connection: &mut Database,
    fresh: Vec<(i64, Score, Option<Band>)>,
    (before, quarter_ago): (&HashMap<i64, StandingRow>, &HashMap<i64, ScoreRow>),
    occasion: &Occasion<'_>,
) -> Result<usize, StoreError> {
    let mut standings: Vec<StandingRow> = Vec::with_capacity(fresh.len());
    let mut new: Vec<NewScore> = Vec::new();
    let mut new_at: Vec<usize> = Vec::new();
    for (council, score, previous_band) in fresh {
        let mut standing = standing(council, &score);
        standing.change = quarter_ago.get(&council).map(|then| score.total - then.total);
        match before.get(&council) {
            // An earlier day was only looked back at: history runs forwards.
            Some(last) if last.as_of > standing.as_of => continue,
            Some(last) if says_the_same(last, &standing) => standing.score_id = last.score_id,
            _ => {
                new_at.push(standings.len());
                new.push(appended(&standing, previous_band, occasion));
            }
        }
        standings.push(standing);
    }
    for (position, id) in new_at.iter().zip(scores::append(connection, &new)?) {
        if let Some(standing) = standings.get_mut(*position) {
            standing.score_id = id;
        }
    }
    standings.retain(|standing| before.get(&standing.council_id) != Some(standing));
    scores::put_standings(connection, &standings)?;
    Ok(new.len())
}

fn says_the_same(last: &StandingRow, now: &StandingRow) -> bool {
    let said = |standing: &StandingRow| {
        (
            (standing.total, standing.a, standing.b, standing.c, standing.d, standing.e),
            (standing.band.clone(), standing.rule_set.clone()),
            (standing.not_assessed.clone(), standing.sentence.clone()),
        )
    };
    said(last) == said(now)
}

fn standing(council_id: i64, score: &Score) -> StandingRow {
    let points = |position: usize| score.indicators.get(position).map_or(0, |indicator| indicator.points);
    StandingRow {
        council_id,
        score_id: 0,
        as_of: score.as_of.to_string(),
        band: score.band.name().to_owned(),
        band_order: score.band as i32,
        total: score.total,
        a: points(0),
        b: points(1),
        c: points(2),
        d: points(3),
        e: points(4),
        not_assessed: score.coverage.iter().filter(|c| !c.assessed).map(|c| c.indicator.letter()).collect(),
        sentence: score.sentence.clone(),
        rule_set: score.rule_set.clone(),
        inputs: score.inputs.clone(),
        change: None,
    }
}

fn appended(standing: &StandingRow, previous_band: Option<Band>, occasion: &Occasion<'_>) -> NewScore {
    NewScore {
        council_id: standing.council_id,
        as_of: standing.as_of.clone(),
        computed_at: occasion.now.as_microsecond(),
        cause: occasion.cause.to_owned(),
        rule_set: standing.rule_set.clone(),
        inputs: standing.inputs.clone(),
        band: standing.band.clone(),
        previous_band: previous_band.map(|band| band.name().to_owned()),
        total: standing.total,
        a: standing.a,
        b: standing.b,
        c: standing.c,
        d: standing.d,
        e: standing.e,
        not_assessed: standing.not_assessed.clone(),
        sentence: standing.sentence.clone(),
    }
}
