//! Shares of counts, with how far they can be trusted.
//!
//! In: how many, of how many, and whose rows they are. Out: a [`Share`] with an interval of 95 per cent. Always
//! holds: of nothing, nothing is said; the interval holds the estimate and stays within 0 and 1; a council that is
//! looked at twelve times says little more than one that is looked at once.
//!
//! The interval is Wilson's (E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
//! Journal of the American Statistical Association 22, 1927), for as many independent rows as the rows of the
//! councils are worth: the variance between councils says how many that is (the effective sample size of E. L. Korn
//! and B. I. Graubard, "Confidence intervals for proportions with small expected number of positive counts estimated
//! from survey data", Survey Methodology 24, 1998). Where all or none have it the variance says nothing, and each
//! council counts once.

use serde::Serialize;
use std::collections::BTreeMap;

/// The normal quantile of a two-sided 95 per cent.
pub const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// A whole number, but where ties were shared out.
    pub with: f64,
    pub of: usize,
    /// Different councils among them.
    pub councils: usize,
    /// None of nothing.
    pub estimate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Share {
    /// The share of the rows for which it holds; each row says whose it is.
    pub fn among(rows: impl Iterator<Item = (i64, bool)>) -> Share {
        let mut of_council: BTreeMap<i64, [usize; 2]> = BTreeMap::new();
        for (council, holds) in rows {
            let [with, of] = of_council.entry(council).or_default();
            *with += usize::from(holds);
            *of += 1;
        }
        let (with, of) = of_council.values().fold((0, 0), |(with, of), [more, rows]| (with + more, of + rows));
        let counts: Vec<[f64; 2]> = of_council.values().map(|[with, of]| [number(*with), number(*of)]).collect();
        Share { councils: counts.len(), ..Share::wilson((number(with), of), worth(&counts)) }
    }

    /// So many of so many, each a council of its own; ties may have been shared out, so that the count need not be
    /// whole.
    pub fn of_councils(with: f64, of: usize) -> Share {
        Share { councils: of, ..Share::wilson((with, of), number(of)) }
    }

    fn wilson((with, of): (f64, usize), n: f64) -> Share {
        if of == 0 {
            return Share { with, of, councils: 0, estimate: None, low: None, high: None };
        }
        let share = (with / number(of)).clamp(0.0, 1.0);
        let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        // At 0 and 1 the interval ends there; rounding must not push it past the estimate.
        let low = (middle - half).clamp(0.0, 1.0).min(share);
        let high = (middle + half).clamp(0.0, 1.0).max(share);
        Share { with, of, councils: 0, estimate: Some(share), low: Some(low), high: Some(high) }
    }
}

/// How many independent rows the councils' rows are worth: never more than there are, and never less than one.
fn worth(counts: &[[f64; 2]]) -> f64 {
    let councils = number(counts.len());
    let (with, of) = counts.iter().fold((0.0, 0.0), |(with, of), [more, rows]| (with + more, of + rows));
    let share = if of > 0.0 { with / of } else { 0.0 };
    let squares: f64 = counts.iter().map(|[with, of]| (with - share * of).powi(2)).sum();
    // The variance of a ratio from one draw of whole councils.
    let variance = councils / (councils - 1.0).max(1.0) * squares / (of * of);
    let worth = if variance > 0.0 { share * (1.0 - share) / variance } else { councils };
    worth.min(of).max(1.0)
}

/// A count as a number to reckon with; exact up to some thousands of millions.
pub fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(with: usize, of: usize) -> impl Iterator<Item = (i64, bool)> {
        (0..).zip(0..of).map(move |(council, row)| (council, row < with))
    }

    #[test]
    fn wilsons_interval_of_known_figures() {
        // 8 of 20, by hand: centre (0.4 + 0.096036) / 1.192073 = 0.416112; half-width 0.197354.
        let share = Share::of_councils(8.0, 20);
        assert_eq!(share.estimate, Some(0.4));
        assert!((share.low.unwrap() - 0.218_8).abs() < 1e-3, "{share:?}");
        assert!((share.high.unwrap() - 0.613_4).abs() < 1e-3, "{share:?}");
        assert_eq!(Share::of_councils(0.0, 0).estimate, None);
        assert_eq!((Share::of_councils(0.0, 5).low, Share::of_councils(5.0, 5).high), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn rows_of_one_council_are_worth_one() {
        // Five of five, all of one council: no more than one of one.
        let one = Share::among((0..5).map(|_| (7, true)));
        assert_eq!((one.of, one.councils, one.low), (5, 1, Share::of_councils(1.0, 1).low));
        // Twenty councils that each say the same five times are twenty; a council a row is worth what there is.
        let same = Share::among(rows(8, 20).flat_map(|row| std::iter::repeat_n(row, 5)));
        let each = Share::among(rows(8, 20));
        assert!((same.low.unwrap() - each.low.unwrap()).abs() < 1e-9, "{same:?} {each:?}");
        assert!((each.low.unwrap() - Share::of_councils(8.0, 20).low.unwrap()).abs() < 0.01, "{each:?}");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_estimate(rows in proptest::collection::vec((0_i64..9, any::<bool>()), 1..80)) {
            let share = Share::among(rows.iter().copied());
            let (low, estimate, high) = (share.low.unwrap(), share.estimate.unwrap(), share.high.unwrap());
            prop_assert!(0.0 <= low && low <= estimate && estimate <= high && high <= 1.0);
            // Whoever takes all rows for independent knows at least as much.
            let independent = Share::of_councils(share.with, share.of);
            prop_assert!(independent.high.unwrap() - independent.low.unwrap() <= high - low + 1e-9);
        }

        #[test]
        fn the_interval_narrows_with_more(of in 1_usize..5000, part in 0.0_f64..=1.0) {
            let with = (number(of) * part).floor();
            let (few, many) = (Share::of_councils(with, of), Share::of_councils(with * 4.0, of * 4));
            prop_assert!(many.high.unwrap() - many.low.unwrap() < few.high.unwrap() - few.low.unwrap());
        }
    }
}
