//! How long before the outcome the warning stood.
//!
//! In: observations and the outcomes of each council. Out: a [`Lead`] for each band. Always holds: of each council
//! only the first outcome after the first cut-off counts, because after it the council is warned of by the outcome
//! itself; councils with one that already counted then are left out; a warning that was withdrawn again is none.

use super::observation::{Gathered, Observation, order};
use super::question::Question;
use super::share::{Share, number};
use crate::scoring::Band;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// The lead of warnings of one band or above.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lead {
    pub band: Band,
    /// Of the first outcomes, how many were warned of on the last cut-off before them.
    pub warned: Share,
    /// Of these, how many were warned of on the first cut-off already: their lead is at least what it says.
    pub at_least: usize,
    /// Whole months, shortest first.
    pub months: Vec<i32>,
    /// The quarter, the half and three quarters of them; none where none was warned of.
    pub quartiles: Option<[f64; 3]>,
}

/// The lead of each band that warns, mildest first.
pub fn leads(question: &Question, gathered: &Gathered) -> Vec<Lead> {
    let mut of_council: BTreeMap<i64, Vec<&Observation>> = BTreeMap::new();
    for observation in &gathered.observations {
        of_council.entry(observation.council).or_default().push(observation);
    }
    let firsts: Vec<(&[&Observation], Date)> =
        of_council.iter().filter_map(|(council, rows)| before_first(question, gathered, (*council, rows))).collect();
    [Band::Monitor, Band::OfferSupport, Band::PriorityReview].into_iter().map(|band| lead(band, &firsts)).collect()
}

/// The council's rows up to its first outcome, and the day of that.
fn before_first<'o>(
    question: &Question,
    gathered: &Gathered,
    (council, rows): (i64, &'o [&'o Observation]),
) -> Option<(&'o [&'o Observation], Date)> {
    let first = rows.first().filter(|row| !row.counting)?;
    let outcome = *gathered.outcomes.get(&council)?.iter().find(|day| **day > first.cut_off)?;
    let before = rows.get(..rows.partition_point(|row| row.cut_off < outcome))?;
    // Long after the last cut-off nobody was looking any more.
    let last = before.last()?;
    (outcome <= question.reach(last.cut_off)).then_some((before, outcome))
}

fn lead(band: Band, firsts: &[(&[&Observation], Date)]) -> Lead {
    let warns = |row: &&&Observation| order(row.band) >= order(band);
    let (mut months, mut at_least) = (Vec::new(), 0);
    for (rows, outcome) in firsts {
        // The unbroken run of warnings that ends at the last cut-off before the outcome.
        let run = rows.iter().rev().take_while(warns).count();
        let Some(began) = rows.get(rows.len() - run) else { continue };
        months.push(months_between(began.cut_off, *outcome));
        at_least += usize::from(run == rows.len());
    }
    months.sort_unstable();
    let warned = Share::of_councils(number(months.len()), firsts.len());
    Lead { band, warned, at_least, quartiles: quartiles(&months), months }
}

/// Whole months from one day to a later one.
fn months_between(from: Date, to: Date) -> i32 {
    let months = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    months(to) - months(from) - i32::from(to.day() < from.day())
}

/// The quarter, the half and three quarters, between neighbours where one falls between them (Hyndman and Fan's type
/// 7).
fn quartiles(sorted: &[i32]) -> Option<[f64; 3]> {
    let last = sorted.len().checked_sub(1)?;
    let at = |quarters: usize| {
        let (place, rest) = (last * quarters / 4, last * quarters % 4);
        let low = f64::from(*sorted.get(place)?);
        let high = f64::from(*sorted.get((place + 1).min(last))?);
        Some(low + (high - low) * number(rest) / 4.0)
    };
    Some([at(1)?, at(2)?, at(3)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::worked::{DAY, observation};
    use jiff::ToSpan;
    use jiff::civil::date;

    /// A council on four cut-offs, with these points on each.
    fn council(number: i64, points: [i64; 4]) -> Vec<Observation> {
        (0..)
            .zip(points)
            .map(|(step, points)| Observation {
                council: number,
                ..observation(points, DAY.saturating_add((3 * step).months()), false)
            })
            .collect()
    }

    #[test]
    fn the_lead_is_counted_from_the_unbroken_warning() {
        let question = Question::default();
        let outcome = DAY.saturating_add(10.months());
        let mut gathered = Gathered::default();
        // Warned from the second cut-off on; warned throughout; warned once and let go; never.
        for (number, points) in [(1, [0, 7, 7, 7]), (2, [7, 7, 7, 7]), (3, [7, 7, 7, 0]), (4, [0, 0, 0, 0])] {
            gathered.observations.extend(council(number, points.map(|points| points * 1000)));
            gathered.outcomes.insert(number, vec![outcome]);
        }
        // One whose outcome came a year and more after anybody looked.
        gathered.observations.extend(council(5, [7000; 4]));
        gathered.outcomes.insert(5, vec![DAY.saturating_add(30.months())]);
        let leads = leads(&question, &gathered);
        let support = &leads[1];
        assert_eq!((support.band, support.warned.of, support.warned.with), (Band::OfferSupport, 4, 2.0));
        assert_eq!((support.months.as_slice(), support.at_least), ([7, 10].as_slice(), 1));
        assert_eq!(support.quartiles, Some([7.75, 8.5, 9.25]));
        assert_eq!(leads[2].quartiles, None, "nobody was in priority review");
    }

    #[test]
    fn months_are_whole_ones() {
        assert_eq!(months_between(date(2024, 1, 31), date(2024, 2, 29)), 0);
        assert_eq!(months_between(date(2024, 1, 15), date(2025, 3, 15)), 14);
    }
}
