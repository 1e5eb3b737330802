//! What so many points have come to mean: how often the outcome followed them.
//!
//! In: observations, cut-off by cut-off. Out: for each class of points the share with the outcome, beside the share
//! that was foretold. Always holds: points are no probabilities, so what they foretell is learnt: for each cut-off by
//! isotonic regression (M. Ayer and others, "An empirical distribution function for sampling with incomplete
//! information", Annals of Mathematical Statistics 26, 1955; pool adjacent violators) on those earlier cut-offs alone
//! whose horizon was over by then. A cut-off without such foretells nothing.

use super::observation::Observation;
use super::question::Question;
use super::share::{Share, number};
use super::tables::outcome;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where classes of points begin, in milli-points: the bands' own edges (0, 1, 6, 12) and some between.
const EDGES: [i64; 7] = [0, 1, 1_000, 3_000, 6_000, 12_000, 24_000];

/// One class of points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Class {
    /// Milli-points: from here ...
    pub from: i64,
    /// ... up to, not including, here; none for the last.
    pub below: Option<i64>,
    pub observed: Share,
    /// The mean share that was foretold, of the rows for which something could be.
    pub foretold: Option<f64>,
    /// How often it came, of the same rows.
    pub observed_of_foretold: Share,
}

/// All classes, and how far off what was foretold was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    pub classes: Vec<Class>,
    /// Mean squared distance between what was foretold and what came (Brier's score); 0 is perfect.
    pub brier: Option<f64>,
    /// The same for whoever foretells for everybody the share among the same earlier cut-offs.
    pub brier_of_base_rate: Option<f64>,
    /// Rows for which something could be foretold.
    pub foretold: usize,
}

/// The table of calibration.
pub fn calibration(question: &Question, observations: &[Observation]) -> Calibration {
    let foretold = foretell(question, observations);
    let classes = EDGES.iter().enumerate().map(|(place, from)| {
        let below = EDGES.get(place + 1).copied();
        let of_class = |observation: &Observation| {
            observation.points >= *from && below.is_none_or(|below| observation.points < below)
        };
        let rows: Vec<(&Observation, Option<f64>)> = observations
            .iter()
            .zip(&foretold)
            .filter(|(observation, _)| of_class(observation))
            .map(|(observation, foretold)| (observation, foretold.map(|[of_points, _]| of_points)))
            .collect();
        class((*from, below), &rows)
    });
    let classes = classes.collect();
    let off = |which: usize| {
        let squares: Vec<f64> = observations
            .iter()
            .zip(&foretold)
            .filter_map(|(observation, foretold)| {
                let came = if observation.outcome.is_some() { 1.0 } else { 0.0 };
                foretold.as_ref()?.get(which).map(|share| (share - came) * (share - came))
            })
            .collect();
        (!squares.is_empty()).then(|| squares.iter().sum::<f64>() / number(squares.len()))
    };
    let count = foretold.iter().flatten().count();
    Calibration { classes, brier: off(0), brier_of_base_rate: off(1), foretold: count }
}

fn class((from, below): (i64, Option<i64>), rows: &[(&Observation, Option<f64>)]) -> Class {
    let told: Vec<(&Observation, f64)> = rows.iter().filter_map(|(row, told)| Some((*row, (*told)?))).collect();
    let sum: f64 = told.iter().map(|(_, told)| told).sum();
    Class {
        from,
        below,
        observed: outcome(rows.iter().map(|(row, _)| *row)),
        foretold: (!told.is_empty()).then(|| sum / number(told.len())),
        observed_of_foretold: outcome(told.iter().map(|(row, _)| *row)),
    }
}

/// For each observation the share foretold by its points and the base rate, from what had come true by its cut-off.
fn foretell(question: &Question, observations: &[Observation]) -> Vec<Option<[f64; 2]>> {
    let mut foretold = Vec::with_capacity(observations.len());
    for of_day in observations.chunk_by(|one, next| one.cut_off == next.cut_off) {
        let Some(day) = of_day.first().map(|observation| observation.cut_off) else { continue };
        let over = || observations.iter().filter(|earlier| question.reach(earlier.cut_off) <= day);
        let steps = isotonic(&over().map(|earlier| (earlier.points, earlier.outcome.is_some())).collect::<Vec<_>>());
        let base = outcome(over()).estimate;
        foretold.extend(of_day.iter().map(|observation| Some([at(&steps, observation.points)?, base?])));
    }
    foretold
}

/// The rising steps that fit best: from so many points on, such a share.
fn isotonic(rows: &[(i64, bool)]) -> Vec<(i64, f64)> {
    let mut by_points: BTreeMap<i64, [f64; 2]> = BTreeMap::new();
    for (points, positive) in rows {
        let [with, of] = by_points.entry(*points).or_default();
        *with += if *positive { 1.0 } else { 0.0 };
        *of += 1.0;
    }
    let mut blocks: Vec<(i64, [f64; 2])> = Vec::new();
    for block in by_points {
        let (mut from, mut sums) = block;
        // Whatever lies higher and comes true less often is pooled with what is below it.
        while let Some((before, [with, of])) = blocks.last().copied() {
            if with / of < sums[0] / sums[1] {
                break;
            }
            blocks.pop();
            from = before;
            sums = [sums[0] + with, sums[1] + of];
        }
        blocks.push((from, sums));
    }
    blocks.into_iter().map(|(from, [with, of])| (from, with / of)).collect()
}

/// The step on which so many points stand; the first for fewer than any that were seen.
fn at(steps: &[(i64, f64)], points: i64) -> Option<f64> {
    let above = steps.partition_point(|(from, _)| *from <= points);
    steps.get(above.saturating_sub(1)).map(|(_, share)| *share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::worked::{DAY, observation};
    use jiff::ToSpan;
    use proptest::prelude::*;

    #[test]
    fn steps_rise_and_what_falls_is_pooled() {
        let rows = [(0, false), (0, false), (0, true), (5, true), (5, true), (7, false), (7, true), (9, true)];
        // At 0 one of three; at 5 two of two and at 7 one of two fall, so they are pooled: three of four; at 9 one of
        // one.
        assert_eq!(isotonic(&rows), [(0, 1.0 / 3.0), (5, 0.75), (9, 1.0)]);
        assert_eq!(at(&isotonic(&rows), 8), Some(0.75));
        assert_eq!(at(&isotonic(&rows), -4), Some(1.0 / 3.0));
        assert_eq!(at(&[], 4), None);
    }

    #[test]
    fn only_what_was_over_by_then_teaches() {
        let question = Question::default();
        let next_year = DAY.saturating_add(12.months());
        let half_way = DAY.saturating_add(6.months());
        let observations = [
            observation(0, DAY, false),
            observation(5_000, DAY, true),
            observation(5_000, half_way, false),
            observation(5_000, next_year, true),
            observation(0, next_year, false),
        ];
        let foretold = foretell(&question, &observations);
        assert_eq!(foretold, [None, None, None, Some([1.0, 0.5]), Some([0.0, 0.5])]);
        let table = calibration(&question, &observations);
        assert_eq!((table.brier, table.brier_of_base_rate, table.foretold), (Some(0.0), Some(0.25), 2));
        assert_eq!(table.classes.iter().map(|class| class.observed.of).sum::<usize>(), 5);
    }

    proptest! {
        #[test]
        fn steps_never_fall_and_keep_the_mean(rows in proptest::collection::vec((0_i64..12, any::<bool>()), 1..60)) {
            let steps = isotonic(&rows);
            prop_assert!(steps.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
            let sum: f64 = rows.iter().map(|(points, _)| at(&steps, *points).unwrap()).sum();
            let with = rows.iter().filter(|(_, positive)| *positive).count();
            prop_assert!((sum - number(with)).abs() < 1e-9);
        }
    }
}
