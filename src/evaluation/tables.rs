//! The tables: how right and how complete warnings were, by band, by indicator and by rule, against what was so
//! already.
//!
//! In: what was gathered. Out: rows of shares. Always holds: every share has its counts beside it; of nothing,
//! nothing is said.

use super::observation::{Gathered, Observation, order};
use super::roc::{Area, area};
use super::share::Share;
use crate::scoring::{Band, Indicator};
use serde::Serialize;

/// One way of warning: whom it warns of, how often rightly, and how many of those with the outcome it finds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Warning {
    /// In words.
    pub by: String,
    /// Of those warned of, how many had the outcome.
    pub precision: Share,
    /// Of those with the outcome, how many were warned of.
    pub recall: Share,
    /// Of those without it, how many were warned of.
    pub false_alarms: Share,
}

/// One band, and how often the outcome came in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfBand {
    pub band: Band,
    pub outcome: Share,
}

/// One indicator by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfIndicator {
    pub indicator: Indicator,
    /// Of those with points of it, how many had the outcome.
    pub outcome: Share,
    /// How well its points alone tell.
    pub area: Area,
}

/// One rule that counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfRule {
    pub rule: String,
    pub outcome: Share,
    /// How many times as often as among all.
    pub lift: Option<f64>,
}

/// Warnings by band, and those that ask no rule: the same outcome in the last twelve months, the band of a year before.
pub fn warnings(observations: &[Observation]) -> Vec<Warning> {
    let bands = [Band::Monitor, Band::OfferSupport, Band::PriorityReview];
    let now = bands.iter().map(|band| {
        let by = format!("{} or above", band.title());
        warning(by, observations, |row| order(row.band) >= order(*band))
    });
    let recent =
        warning("Persistence: the same outcome in the 12 months before".to_owned(), observations, |row| row.recent);
    let before = bands.iter().map(|band| {
        let by = format!("A year before: {} or above", band.title());
        warning(by, observations, |row| order(row.band_before) >= order(*band))
    });
    now.chain([recent]).chain(before).collect()
}

fn warning(by: String, observations: &[Observation], warns: impl Fn(&Observation) -> bool) -> Warning {
    let with = |positive: bool| {
        let rows = observations.iter().filter(move |row| row.outcome.is_some() == positive);
        Share::among(rows.map(|row| (row.council, warns(row))))
    };
    let precision = outcome(observations.iter().filter(|row| warns(row)));
    Warning { by, precision, recall: with(true), false_alarms: with(false) }
}

/// Each band, most urgent first.
pub fn bands(observations: &[Observation]) -> Vec<OfBand> {
    let of = |band: Band| OfBand { band, outcome: outcome(observations.iter().filter(|row| row.band == band)) };
    Band::ALL.into_iter().map(of).collect()
}

/// Each indicator by itself.
pub fn indicators(observations: &[Observation]) -> Vec<OfIndicator> {
    let of = |indicator: Indicator| {
        let rows = observations.iter().filter(|row| row.of(indicator) > 0);
        let ranked: Vec<_> = observations.iter().map(|row| row.ranked(row.of(indicator))).collect();
        OfIndicator { indicator, outcome: outcome(rows), area: area(&ranked) }
    };
    Indicator::ALL.into_iter().map(of).collect()
}

/// Each rule that counted anywhere, by its id.
pub fn rules(gathered: &Gathered) -> Vec<OfRule> {
    let base = outcome(gathered.observations.iter()).estimate.filter(|base| *base > 0.0);
    let mut of_rule: Vec<Vec<&Observation>> = vec![Vec::new(); gathered.rules.len()];
    for observation in &gathered.observations {
        for rule in &observation.rules {
            if let Some(rows) = of_rule.get_mut(*rule) {
                rows.push(observation);
            }
        }
    }
    let of = |(rule, rows): (&String, Vec<&Observation>)| {
        let outcome = outcome(rows.into_iter());
        let lift = outcome.estimate.zip(base).map(|(share, base)| share / base);
        OfRule { rule: rule.clone(), outcome, lift }
    };
    let mut rules: Vec<OfRule> = gathered.rules.iter().zip(of_rule).map(of).collect();
    rules.sort_by(|one, other| one.rule.cmp(&other.rule));
    rules
}

/// The share with the outcome.
pub fn outcome<'o>(rows: impl Iterator<Item = &'o Observation>) -> Share {
    Share::among(rows.map(|row| (row.council, row.outcome.is_some())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::worked::{DAY, observation};

    #[test]
    fn a_worked_example() {
        // Eight councils; three have the outcome, at 13, 7 and 0 points.
        let mut rows = [(13, true), (12, false), (7, true), (6, false), (2, false), (1, false), (0, true), (0, false)]
            .map(|(points, positive)| observation(points * 1000, DAY, positive))
            .to_vec();
        rows[7].council = -1;
        rows[0].recent = true;
        let told = warnings(&rows);
        let of = |place: usize| {
            let row: &Warning = &told[place];
            (row.precision.with, row.precision.of, row.recall.of, row.false_alarms.with, row.precision.councils)
        };
        assert_eq!(of(0), (2.0, 6, 3, 4.0, 6), "monitor or above warns of six, two rightly, three have it");
        assert_eq!(of(1), (2.0, 4, 3, 2.0, 4));
        assert_eq!(of(2), (1.0, 2, 3, 1.0, 2));
        assert_eq!(of(3), (1.0, 1, 3, 0.0, 1), "persistence");
        assert_eq!(told[4].precision.estimate, None, "nobody was warned of a year before");
        let of_band = bands(&rows);
        assert_eq!(of_band.iter().map(|band| band.outcome.of).sum::<usize>(), 8);
        let audit = &indicators(&rows)[0];
        assert_eq!((audit.outcome.with, audit.outcome.of), (2.0, 6));
        // Of fifteen pairs: 13 wins 5, 7 wins 4, 0 ties 1: 9.5.
        assert!((audit.area.estimate.unwrap() - 9.5 / 15.0).abs() < 1e-12);
        for row in rows.iter_mut().take(4) {
            row.rules = vec![0];
        }
        let gathered = Gathered { observations: rows, rules: vec!["a4.controls".to_owned()], ..Gathered::default() };
        let rule = &rules(&gathered)[0];
        assert_eq!((rule.outcome.with, rule.outcome.of, rule.outcome.councils), (2.0, 4, 4));
        assert!((rule.lift.unwrap() - 0.5 / 0.375).abs() < 1e-12);
    }
}
