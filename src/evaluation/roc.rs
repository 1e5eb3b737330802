//! How well figures tell those with an outcome from those without: the area under the ROC curve, and the curve.
//!
//! In: [`Ranked`] rows. Out: an [`Area`] with an interval of 95 per cent, the difference of two areas on the same
//! rows, a curve. Always holds: the area is the share of pairs, one with the outcome and one without, in which the
//! one with it has the higher figure, ties counting half; only the order of figures matters.
//!
//! One council is looked at on many days, so rows of a council go together. The variance is Obuchowski's for
//! clustered rows (N. A. Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 53, 1997,
//! 567-578); where every council has one row it is that of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988).
//! The interval is made on the logit scale, so that it stays within 0 and 1.

use super::share::{Z, number};
use serde::Serialize;
use std::collections::BTreeMap;

/// One row: whose, its figure, and whether the outcome came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    pub council: i64,
    pub figure: i64,
    pub positive: bool,
}

/// An area, or a difference of two, with how far it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Area {
    /// None where no row, or every row, has the outcome.
    pub estimate: Option<f64>,
    /// None where there are too few councils to say.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub positives: usize,
    pub negatives: usize,
    /// Councils with at least one row that has the outcome.
    pub councils_with: usize,
}

/// A point of the curve: of those without the outcome, and of those with it, the share that has at least some figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// At least this figure; none for the corner where nobody is warned.
    pub at_least: Option<i64>,
    pub false_alarms: f64,
    pub found: f64,
}

/// What each row adds to the area, and the area.
struct Parts {
    area: f64,
    /// For a row with the outcome the share of the others that lie lower, for one without the share that lies higher.
    of_row: Vec<f64>,
}

/// The area under the curve.
pub fn area(rows: &[Ranked]) -> Area {
    let Some(parts) = parts(rows) else { return nothing(rows) };
    let inner = parts.area > 0.0 && parts.area < 1.0;
    let spread = variance(rows, &parts).filter(|variance| *variance > 0.0 && inner).map(f64::sqrt);
    let logit = (parts.area / (1.0 - parts.area)).ln();
    let back = |logit: f64| 1.0 / (1.0 + (-logit).exp());
    let end = |side: f64| spread.map(|spread| back(logit + side * Z * spread / (parts.area * (1.0 - parts.area))));
    Area { estimate: Some(parts.area), low: end(-1.0), high: end(1.0), ..nothing(rows) }
}

/// By how much the first figures' area is larger, on the same rows in the same order.
pub fn difference(first: &[Ranked], other: &[Ranked]) -> Area {
    let (Some(one), Some(two)) = (parts(first), parts(other)) else { return nothing(first) };
    let of_row = one.of_row.iter().zip(&two.of_row).map(|(one, two)| one - two).collect();
    let parts = Parts { area: one.area - two.area, of_row };
    let spread = variance(first, &parts).map(f64::sqrt);
    let end = |side: f64| spread.map(|spread| parts.area + side * Z * spread);
    Area { estimate: Some(parts.area), low: end(-1.0), high: end(1.0), ..nothing(first) }
}

fn nothing(rows: &[Ranked]) -> Area {
    let positives = rows.iter().filter(|row| row.positive).count();
    let mut with: Vec<i64> = rows.iter().filter(|row| row.positive).map(|row| row.council).collect();
    with.sort_unstable();
    with.dedup();
    let negatives = rows.len() - positives;
    Area { estimate: None, low: None, high: None, positives, negatives, councils_with: with.len() }
}

fn parts(rows: &[Ranked]) -> Option<Parts> {
    let figures = |positive: bool| {
        let mut figures: Vec<i64> = rows.iter().filter(|row| row.positive == positive).map(|row| row.figure).collect();
        figures.sort_unstable();
        figures
    };
    let (with, without) = (figures(true), figures(false));
    if with.is_empty() || without.is_empty() {
        return None;
    }
    // How many lie lower, ties counting half.
    let lower = |sorted: &[i64], figure: i64| {
        let under = sorted.partition_point(|other| *other < figure);
        let up_to = sorted.partition_point(|other| *other <= figure);
        (number(under) + number(up_to)) / 2.0
    };
    let of_row: Vec<f64> = rows
        .iter()
        .map(|row| match row.positive {
            true => lower(&without, row.figure) / number(without.len()),
            false => 1.0 - lower(&with, row.figure) / number(with.len()),
        })
        .collect();
    let sum: f64 = rows.iter().zip(&of_row).filter(|(row, _)| row.positive).map(|(_, part)| part).sum();
    Some(Parts { area: sum / number(with.len()), of_row })
}

/// Obuchowski's variance; none with fewer than two councils on either side.
fn variance(rows: &[Ranked], parts: &Parts) -> Option<f64> {
    #[derive(Default)]
    struct Cluster {
        with: [f64; 2],
        without: [f64; 2],
    }
    let mut clusters: BTreeMap<i64, Cluster> = BTreeMap::new();
    for (row, part) in rows.iter().zip(&parts.of_row) {
        let cluster = clusters.entry(row.council).or_default();
        let [count, sum] = if row.positive { &mut cluster.with } else { &mut cluster.without };
        *count += 1.0;
        *sum += part;
    }
    let off = |[count, sum]: [f64; 2]| sum - count * parts.area;
    let has = |[count, _]: [f64; 2]| count > 0.0;
    let all = || clusters.values();
    let (m, n): (f64, f64) = (all().map(|c| c.with[0]).sum(), all().map(|c| c.without[0]).sum());
    let (i10, i01) = (all().filter(|c| has(c.with)).count(), all().filter(|c| has(c.without)).count());
    if i10 < 2 || i01 < 2 {
        return None;
    }
    let (i10, i01, i) = (number(i10), number(i01), number(clusters.len()));
    let s10 = i10 / ((i10 - 1.0) * m) * all().filter(|c| has(c.with)).map(|c| off(c.with).powi(2)).sum::<f64>();
    let s01 = i01 / ((i01 - 1.0) * n) * all().filter(|c| has(c.without)).map(|c| off(c.without).powi(2)).sum::<f64>();
    let s11 = i / (i - 1.0) * all().map(|c| off(c.with) * off(c.without)).sum::<f64>();
    Some((s10 / m + s01 / n + 2.0 * s11 / (m * n)).max(0.0))
}

/// The curve, from nobody warned to everybody warned; empty where no row, or every row, has the outcome.
pub fn curve(rows: &[Ranked]) -> Vec<CurvePoint> {
    let Area { positives, negatives, .. } = nothing(rows);
    if positives == 0 || negatives == 0 {
        return Vec::new();
    }
    let mut by_figure: BTreeMap<i64, [usize; 2]> = BTreeMap::new();
    for row in rows {
        let [without, with] = by_figure.entry(row.figure).or_default();
        *(if row.positive { with } else { without }) += 1;
    }
    let mut points = vec![CurvePoint { at_least: None, false_alarms: 0.0, found: 0.0 }];
    let (mut without, mut with) = (0, 0);
    for (figure, [of_figure_without, of_figure_with]) in by_figure.into_iter().rev() {
        without += of_figure_without;
        with += of_figure_with;
        let (false_alarms, found) = (number(without) / number(negatives), number(with) / number(positives));
        points.push(CurvePoint { at_least: Some(figure), false_alarms, found });
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(figures: &[(i64, i64, bool)]) -> Vec<Ranked> {
        figures.iter().map(|&(council, figure, positive)| Ranked { council, figure, positive }).collect()
    }

    /// Every pair, one by one.
    fn by_pairs(rows: &[Ranked]) -> Option<f64> {
        let (mut pairs, mut higher) = (0.0, 0.0);
        for with in rows.iter().filter(|row| row.positive) {
            for without in rows.iter().filter(|row| !row.positive) {
                pairs += 1.0;
                higher += match with.figure.cmp(&without.figure) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
        (pairs > 0.0).then(|| higher / pairs)
    }

    #[test]
    fn a_worked_example() {
        // With: 9, 5, 1. Without: 7, 5, 0, 0. Of twelve pairs 9 wins 4, 5 wins 2 and ties 1, 1 wins 2: 8.5 of 12.
        let example = rows(&[
            (1, 9, true),
            (2, 5, true),
            (3, 1, true),
            (4, 7, false),
            (5, 5, false),
            (6, 0, false),
            (7, 0, false),
        ]);
        let area = area(&example);
        assert!((area.estimate.unwrap() - 8.5 / 12.0).abs() < 1e-12, "{area:?}");
        // By hand: with 1, 0.625, 0.5 about 0.7083 gives S10 = 0.067708; without 1/3, 0.5, 1, 1 gives S01 = 0.118056;
        // variance 0.067708 / 3 + 0.118056 / 4 = 0.052083.
        let variance = variance(&example, &parts(&example).unwrap()).unwrap();
        assert!((variance - 0.052_083).abs() < 1e-5, "{variance}");
        assert_eq!((area.positives, area.negatives, area.councils_with), (3, 4, 3));
        let curve = curve(&example);
        assert_eq!(curve.first().map(|p| (p.false_alarms, p.found)), Some((0.0, 0.0)));
        assert_eq!(curve.last().map(|p| (p.false_alarms, p.found)), Some((1.0, 1.0)));
        assert_eq!(curve.len(), 6);
    }

    #[test]
    fn where_it_cannot_be_said_nothing_is() {
        assert_eq!(area(&rows(&[(1, 5, true)])).estimate, None);
        assert_eq!(area(&[]).estimate, None);
        let one = area(&rows(&[(1, 5, true), (2, 3, false), (3, 1, false)]));
        assert_eq!((one.estimate, one.low), (Some(1.0), None), "an area of 1 from one council has no interval");
    }

    #[test]
    fn rows_of_one_council_widen_the_interval() {
        let alone: Vec<Ranked> =
            (0..60).map(|n| Ranked { council: n, figure: (n * 7) % 11 + n % 3 * 3, positive: n % 3 == 2 }).collect();
        let repeated: Vec<Ranked> = alone.iter().flat_map(|row| std::iter::repeat_n(*row, 5)).collect();
        let (one, five) = (area(&alone), area(&repeated));
        assert!((one.estimate.unwrap() - five.estimate.unwrap()).abs() < 1e-12);
        assert!(
            (one.low.unwrap() - five.low.unwrap()).abs() < 0.02,
            "{one:?} {five:?}: five times the same says no more"
        );
    }

    proptest! {
        #[test]
        fn the_area_is_the_share_of_pairs_and_only_the_order_counts(
            drawn in proptest::collection::vec((0_i64..8, -20_i64..20, any::<bool>()), 0..60),
        ) {
            let plain = rows(&drawn);
            let estimate = area(&plain).estimate;
            prop_assert_eq!(estimate.is_some(), by_pairs(&plain).is_some());
            if let (Some(estimate), Some(pairs)) = (estimate, by_pairs(&plain)) {
                prop_assert!((estimate - pairs).abs() < 1e-9);
            }
            let stretched: Vec<Ranked> =
                plain.iter().map(|row| Ranked { figure: row.figure.pow(3) * 5 - 7, ..*row }).collect();
            prop_assert_eq!(area(&stretched), area(&plain));
            let turned: Vec<Ranked> = plain.iter().map(|row| Ranked { figure: -row.figure, ..*row }).collect();
            if let (Some(one), Some(other)) = (estimate, area(&turned).estimate) {
                prop_assert!((one + other - 1.0).abs() < 1e-9);
            }
            if let (Some(low), Some(area), Some(high)) = (area(&plain).low, estimate, area(&plain).high) {
                prop_assert!(0.0 <= low && low <= area && area <= high && high <= 1.0);
            }
            // Below the curve there is as much as the pairs say.
            let curve = curve(&plain);
            let under: f64 = curve.windows(2).map(|two| {
                (two[1].false_alarms - two[0].false_alarms) * (two[1].found + two[0].found) / 2.0
            }).sum();
            prop_assert!(estimate.is_none_or(|area| (area - under).abs() < 1e-9));
        }

        #[test]
        fn figures_differ_from_themselves_by_nothing(
            drawn in proptest::collection::vec((0_i64..8, -20_i64..20, any::<bool>()), 0..40),
        ) {
            let plain = rows(&drawn);
            prop_assert!(difference(&plain, &plain).estimate.is_none_or(|difference| difference == 0.0));
        }
    }
}
