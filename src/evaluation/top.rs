//! How many of the first k are right: a county can call on so many councils and no more.
//!
//! In: observations and a figure to rank them by. Out: for each k the share of the first k that had the outcome, over
//! all cut-offs. Always holds: where the k-th place falls among equals, each of them is as likely to be in, so the
//! order of the register changes nothing.

use super::observation::Observation;
use super::share::{Share, number};
use serde::Serialize;

/// Precision among the first k of each cut-off. Ties are shared out between rows, so the intervals take each row for
/// a council of its own: they are too narrow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AtK {
    pub k: usize,
    /// Of the first k of every cut-off together.
    pub precision: Share,
    /// Of all who had the outcome, how many were among the first k.
    pub recall: Share,
}

/// Precision at each k up to the one asked for; fewer where there are fewer councils.
pub fn at_k(observations: &[Observation], most: usize, figure: impl Fn(&Observation) -> i64) -> Vec<AtK> {
    let positives = observations.iter().filter(|observation| observation.outcome.is_some()).count();
    let cut_offs: Vec<Vec<f64>> = observations
        .chunk_by(|one, next| one.cut_off == next.cut_off)
        .map(|of_day| hits(of_day, &figure).into_iter().take(most).collect())
        .collect();
    let fewest = cut_offs.iter().map(Vec::len).min().unwrap_or(0);
    (1..=fewest)
        .map(|k| {
            let found: f64 = cut_offs.iter().filter_map(|hits| hits.get(k - 1)).sum();
            let recall = Share::of_councils(found, positives);
            AtK { k, precision: Share::of_councils(found, k * cut_offs.len()), recall }
        })
        .collect()
}

/// How many of the first 1, 2, 3 ... of one cut-off had the outcome, equals shared out.
fn hits(of_day: &[Observation], figure: impl Fn(&Observation) -> i64) -> Vec<f64> {
    let mut ranked: Vec<(i64, bool)> =
        of_day.iter().map(|observation| (figure(observation), observation.outcome.is_some())).collect();
    ranked.sort_by_key(|(figure, _)| std::cmp::Reverse(*figure));
    let (mut hits, mut before) = (Vec::with_capacity(ranked.len()), 0.0);
    for equals in ranked.chunk_by(|one, next| one.0 == next.0) {
        let positive = number(equals.iter().filter(|(_, positive)| *positive).count());
        hits.extend((1..=equals.len()).map(|place| before + positive * number(place) / number(equals.len())));
        before += positive;
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::worked::{DAY, observation};

    #[test]
    fn equals_are_shared_out() {
        let of_day = [(9, true), (5, true), (5, false), (0, false), (0, true)]
            .map(|(points, positive)| observation(points, DAY, positive));
        let hits = hits(&of_day, |observation| observation.points);
        assert_eq!(hits, [1.0, 1.5, 2.0, 2.5, 3.0]);
        let at = at_k(&of_day, 3, |observation| observation.points);
        assert_eq!(at.len(), 3);
        assert_eq!(at[1].precision.estimate, Some(0.75));
        assert!((at[2].recall.estimate.unwrap() - 2.0 / 3.0).abs() < 1e-12);
        assert!(at_k(&[], 3, |observation| observation.points).is_empty());
    }
}
