//! Evaluation: how well warnings came true.
//!
//! In: the history of what was known when, rules, and a [`Question`] (which outcomes, how far ahead, on which days to
//! look). Out: an [`Evaluation`], as text, tables, JSON and charts. Always holds: no look-ahead (every council is
//! scored with what was known by the end of each cut-off, by the rules' own dates); only new outcomes count as having
//! come; every figure has its counts beside it, and what can't be said is not said. Only [`gather`] asks the store;
//! the rest is pure.

pub mod calibration;
mod chart;
mod charts;
mod files;
mod gather;
pub mod lead;
pub mod observation;
pub mod question;
pub mod roc;
pub mod share;
pub mod tables;
pub mod top;
#[cfg(test)]
mod worked;

pub use charts::{area_in_words, percent, points_of};
pub use files::write;
pub use gather::gather;
pub use question::Question;

use crate::app::App;
use crate::clock::day_in_england;
use crate::error::{AppError, Code};
use crate::store::{evidence, runs};
use calibration::Calibration;
use jiff::Timestamp;
use jiff::civil::Date;
use observation::{Gathered, Observation, order};
use question::Days;
use roc::{Area, CurvePoint, Ranked};
use serde::Serialize;
use share::Share;
use std::collections::BTreeSet;

/// Fewer councils with the outcome than this carry no conclusion.
const FEW: usize = 20;

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    pub outcome: Vec<String>,
    pub horizon_months: u8,
    pub every_months: u8,
    /// SHA-256 (hex) of the rule set.
    pub rule_set: String,
    /// The last day up to which sources were read: outcomes are those known by its end.
    pub known_until: Date,
    pub cut_offs: Vec<Date>,
    /// Cut-offs whose horizon isn't over yet, left out.
    pub unfinished: Vec<Date>,
    pub councils: usize,
    /// Councils with at least one new outcome within a horizon.
    pub councils_with_outcome: usize,
    /// Rows (a council on a cut-off) with a new outcome within the horizon.
    pub base_rate: Share,
    /// What has to be known to read the figures.
    pub remarks: Vec<String>,
    pub warnings: Vec<tables::Warning>,
    pub bands: Vec<tables::OfBand>,
    pub roc: Roc,
    pub at_k: Vec<top::AtK>,
    pub persistence_at_k: Vec<top::AtK>,
    pub leads: Vec<lead::Lead>,
    pub calibration: Calibration,
    pub indicators: Vec<tables::OfIndicator>,
    pub rules: Vec<tables::OfRule>,
}

/// How well points tell who will have the outcome, and against what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Roc {
    /// By points.
    pub points: Area,
    /// By whether the same outcome was determined in the twelve months before.
    pub persistence: Area,
    /// By the band of a year before.
    pub band_before: Area,
    /// Points less persistence, on the same rows.
    pub over_persistence: Area,
    /// By points, among councils of which no outcome counted on the cut-off.
    pub new_cases: Area,
    pub curve: Vec<CurvePoint>,
    pub curve_of_persistence: Vec<CurvePoint>,
}

/// Evaluates warnings on the history that the database holds.
///
/// # Errors
/// [`Code::BadQuery`] for an outcome that no rule of the rule set is about, and where no cut-off's horizon is over
/// yet; otherwise when the database fails.
pub fn evaluate(app: &App, question: &Question) -> Result<Evaluation, AppError> {
    check(app, question)?;
    let (first, last) = app.store.read(|connection| {
        let last = runs::last_successes(connection, i64::MAX)?.into_iter().filter_map(|run| run.finished_at).max();
        Ok::<_, AppError>((evidence::first_known(connection)?, last))
    })?;
    let last = last.and_then(|last| Timestamp::from_microsecond(last).ok());
    let (Some(first), Some(last)) = (first, last) else {
        return Err(AppError::new(
            Code::BadQuery,
            "There is no history to look at: nothing has been read from any source yet.",
            "Pull the feeds, or try it on an invented country: bellwether simulate --out DIR --load.",
        ));
    };
    let days = question.days(day_in_england(first), day_in_england(last));
    if days.cut_offs.is_empty() {
        let (first, last, months) = (day_in_england(first), days.known_until, question.horizon_months);
        return Err(AppError::new(
            Code::BadQuery,
            format!(
                "No cut-off has {months} months behind it of which anything is known: sources were read \
                 from {first} to {last}."
            ),
            "Give an earlier --from, or a shorter --horizon-months.",
        ));
    }
    let rule_set = app.in_force()?.set.hash.clone();
    Ok(found(rule_set, question, &days, &gather::gather(app, question, &days)?))
}

/// Refuses outcomes that no rule is about.
fn check(app: &App, question: &Question) -> Result<(), AppError> {
    let in_force = app.in_force()?;
    let known: BTreeSet<&str> = in_force.set.rules.iter().map(|rule| rule.catalogue.as_str()).collect();
    match question.outcome.iter().find(|id| !known.contains(id.as_str())) {
        None if question.outcome.is_empty() => Err(AppError::new(
            Code::BadQuery,
            "No outcome was given.",
            "Give ids of the catalogue, such as --outcome a11,c11.",
        )),
        None => Ok(()),
        Some(unknown) => Err(AppError::new(
            Code::BadQuery,
            format!("No rule is about {unknown}."),
            format!("Rules are about: {}.", known.into_iter().collect::<Vec<_>>().join(", ")),
        )),
    }
}

fn found(rule_set: String, question: &Question, days: &Days, gathered: &Gathered) -> Evaluation {
    let rows = &gathered.observations;
    let with = tables::outcome(rows.iter().filter(|row| row.outcome.is_some())).councils;
    let base_rate = tables::outcome(rows.iter());
    Evaluation {
        outcome: question.outcome.clone(),
        horizon_months: question.horizon_months,
        every_months: question.every_months,
        rule_set,
        known_until: days.known_until,
        cut_offs: days.cut_offs.clone(),
        unfinished: days.unfinished.clone(),
        councils: base_rate.councils,
        councils_with_outcome: with,
        base_rate,
        remarks: remarks(question, days, with),
        warnings: tables::warnings(rows),
        bands: tables::bands(rows),
        roc: roc(rows),
        at_k: top::at_k(rows, question.k, |row| row.points),
        persistence_at_k: top::at_k(rows, question.k, |row| i64::from(row.recent)),
        leads: lead::leads(question, gathered),
        calibration: calibration::calibration(question, rows),
        indicators: tables::indicators(rows),
        rules: tables::rules(gathered),
    }
}

fn roc(rows: &[Observation]) -> Roc {
    let by = |figure: fn(&Observation) -> i64| rows.iter().map(|row| row.ranked(figure(row))).collect::<Vec<Ranked>>();
    let (points, persistence) = (by(|row| row.points), by(|row| i64::from(row.recent)));
    let new: Vec<Ranked> = rows.iter().filter(|row| !row.counting).map(|row| row.ranked(row.points)).collect();
    Roc {
        points: roc::area(&points),
        persistence: roc::area(&persistence),
        band_before: roc::area(&by(|row| order(row.band_before))),
        over_persistence: roc::difference(&points, &persistence),
        new_cases: roc::area(&new),
        curve: roc::curve(&points),
        curve_of_persistence: roc::curve(&persistence),
    }
}

fn remarks(question: &Question, days: &Days, with: usize) -> Vec<String> {
    let mut remarks = vec![
        "Every council was scored on each cut-off with what was known by the end of that day, and by the rules \
         in force on it. Only outcomes determined after the cut-off count as having come."
            .to_owned(),
        format!(
            "Outcomes are those known by {}: what happened and nobody has told of counts as not having \
             happened.",
            days.known_until
        ),
        "Intervals are of 95 per cent and allow for one council's rows on several cut-offs going \
         together; those of the first k councils can't, and are too narrow."
            .to_owned(),
    ];
    if !days.unfinished.is_empty() {
        let (count, months) = (days.unfinished.len(), question.horizon_months);
        remarks.push(format!("{count} cut-offs were left out, because their {months} months are not over yet."));
    }
    if with < FEW {
        remarks.push(format!("Only {with} councils had the outcome: too few to conclude anything from."));
    }
    remarks
}
