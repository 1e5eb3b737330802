//! Two rule sets on the same evidence.
//!
//! In: the rules in force, others, and days. Out: a [`Replay`]. Always holds: both are scored from the same evidence, read
//! once; on the first day both begin with the band that a council had, from there each goes on with its own (hysteresis); a
//! council that moves is told with the rules that move it.

use crate::app::App;
use crate::auth::Reach;
use crate::error::{AppError, Code};
use crate::scoring::engine::Engine;
use crate::scoring::{Band, RuleSet, Score};
use crate::store::register;
use crate::triage::{self, BandCount, Known};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Councils read at a time: bounds memory whatever the size of the register.
const BATCH: usize = 500;
/// What is rehearsed.
pub struct Rehearsed<'a> {
    pub rules: &'a RuleSet,
    /// Earliest first, at least one; the last is told council by council.
    pub days: Vec<Date>,
}

/// What a rule makes of a council, under both sets; points in milli-points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    pub rule: String,
    /// What it says of the council.
    pub says: String,
    pub before: i64,
    pub after: i64,
}

/// A council that another rule set puts into another band.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Moved {
    pub gss_code: String,
    pub name: String,
    pub district: String,
    pub county: String,
    pub before: Band,
    pub after: Band,
    /// Milli-points.
    pub points_before: i64,
    /// Milli-points.
    pub points_after: i64,
    /// The rules whose points differ, by how much they differ; none where bands or coverage alone move it.
    pub because: Vec<Reason>,
    /// Why it would stand in that band.
    pub band_because: String,
}

/// The work of officers in a month, before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Work {
    /// Councils to be offered support or reviewed first.
    pub councils_before: usize,
    pub councils_after: usize,
    /// By each set's `minutes_a_month` of its bands; none where it says none.
    pub minutes_before: Option<u64>,
    pub minutes_after: Option<u64>,
}

/// Some councils under both sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tally {
    /// All five bands, highest priority first.
    pub before: Vec<BandCount>,
    pub after: Vec<BandCount>,
    /// Councils that come into a higher band.
    pub up: usize,
    /// Councils that come into a lower one.
    pub down: usize,
    pub work: Work,
}

/// One county's share, on the last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CountyReplay {
    pub county: String,
    pub councils: usize,
    #[serde(flatten)]
    pub tally: Tally,
}

/// One day's sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayReplay {
    pub day: Date,
    #[serde(flatten)]
    pub tally: Tally,
}

/// What another rule set would have said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Replay {
    /// Title and version of the rules in force.
    pub before: String,
    /// Title and version of those rehearsed.
    pub after: String,
    /// SHA-256 (hex).
    pub hash_before: String,
    /// SHA-256 (hex).
    pub hash_after: String,
    /// Earliest first.
    pub days: Vec<DayReplay>,
    /// By name.
    pub counties: Vec<CountyReplay>,
    /// On the last day: highest band after it first, then points.
    pub moved: Vec<Moved>,
    /// Councils whose points differ on the last day while their band doesn't.
    pub points_only: usize,
}

/// Scores every current council within reach by both rule sets, on each of the days. Keeps nothing.
///
/// # Errors
/// [`Code::BadQuery`] without a day; when the database fails.
pub fn replay(app: &App, reach: &Reach, rehearsed: &Rehearsed<'_>) -> Result<Replay, AppError> {
    let Some(&last) = rehearsed.days.last() else {
        return Err(AppError::new(Code::BadQuery, "A rehearsal needs a day.", "Give a day."));
    };
    let rules = app.in_force()?;
    let in_force = &rules.set;
    let engines = (Engine::new(in_force).without_clearing(), Engine::new(rehearsed.rules).without_clearing());
    let mut sums = Sums::new(&rehearsed.days);
    app.store.read(|connection| {
        let mut councils = register::councils(connection)?;
        councils.retain(|council| council.current && triage::is_within(reach, council));
        let mut covering = Vec::with_capacity(rehearsed.days.len());
        for day in &rehearsed.days {
            covering.push(triage::covering_sources(connection, *day)?);
        }
        for batch in councils.chunks(BATCH) {
            let mut bands: Vec<Option<(Band, Band)>> = vec![None; batch.len()];
            for ((place, day), covering) in rehearsed.days.iter().enumerate().zip(&covering) {
                let known = triage::known(connection, batch, *day, covering)?;
                for ((council, mut known), bands) in batch.iter().zip(known).zip(&mut bands) {
                    let pair = both(&mut known, &engines, (*bands, *day));
                    *bands = Some((pair.0.band, pair.1.band));
                    sums.add(place, council, &pair, *day == last);
                }
            }
        }
        Ok::<_, AppError>(())
    })?;
    Ok(sums.told(in_force, rehearsed.rules))
}

/// The scores by both sets; with the bands of the day before, each by its own.
fn both(
    known: &mut Known,
    engines: &(Engine<'_>, Engine<'_>),
    (bands, day): (Option<(Band, Band)>, Date),
) -> (Score, Score) {
    if let Some((before, _)) = bands {
        known.previous_band = Some(before);
    }
    let before = known.score(&engines.0, day);
    if let Some((_, after)) = bands {
        known.previous_band = Some(after);
    }
    (before, known.score(&engines.1, day))
}

/// Counts of one place: a day or a county.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    before: [usize; 5],
    after: [usize; 5],
    up: usize,
    down: usize,
}

impl Count {
    fn add(&mut self, before: Band, after: Band) {
        for (counts, band) in [(&mut self.before, before), (&mut self.after, after)] {
            let place = Band::ALL.iter().position(|listed| *listed == band);
            if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
                *count += 1;
            }
        }
        self.up += usize::from(after > before);
        self.down += usize::from(after < before);
    }

    fn tally(&self, before: &RuleSet, after: &RuleSet) -> Tally {
        Tally {
            before: band_counts(&self.before),
            after: band_counts(&self.after),
            up: self.up,
            down: self.down,
            work: Work {
                councils_before: needing(&self.before),
                councils_after: needing(&self.after),
                minutes_before: minutes(&self.before, before),
                minutes_after: minutes(&self.after, after),
            },
        }
    }
}

/// Councils in the two highest bands.
fn needing(counts: &[usize; 5]) -> usize {
    let wanted = [Band::PriorityReview, Band::OfferSupport];
    Band::ALL.iter().zip(counts).filter(|(band, _)| wanted.contains(band)).map(|(_, count)| count).sum()
}

/// The minutes of a month that a set's bands state, where any does.
fn minutes(counts: &[usize; 5], rules: &RuleSet) -> Option<u64> {
    let of = |band: Band| rules.bands.iter().find(|start| start.band == band)?.minutes_a_month;
    let stated: Vec<u64> = Band::ALL
        .iter()
        .zip(counts)
        .filter_map(|(band, count)| Some(u64::from(of(*band)?) * u64::try_from(*count).ok()?))
        .collect();
    (!stated.is_empty()).then(|| stated.iter().sum())
}

fn band_counts(counts: &[usize; 5]) -> Vec<BandCount> {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Band::ALL.iter().zip(counts).map(|(band, councils)| BandCount { band: *band, councils: count(*councils) }).collect()
}

/// What is counted so far.
struct Sums {
    days: Vec<(Date, Count)>,
    counties: BTreeMap<String, Count>,
    moved: Vec<Moved>,
    points_only: usize,
}

impl Sums {
    fn new(days: &[Date]) -> Sums {
        let days = days.iter().map(|day| (*day, Count::default())).collect();
        Sums { days, counties: BTreeMap::new(), moved: Vec::new(), points_only: 0 }
    }

    fn add(&mut self, place: usize, council: &register::CouncilRow, (before, after): &(Score, Score), last: bool) {
        if let Some((_, count)) = self.days.get_mut(place) {
            count.add(before.band, after.band);
        }
        if !last {
            return;
        }
        self.counties.entry(council.county.clone()).or_default().add(before.band, after.band);
        if before.band == after.band {
            self.points_only += usize::from(before.total != after.total);
            return;
        }
        self.moved.push(Moved {
            gss_code: council.gss_code.clone(),
            name: council.name.clone(),
            district: council.district.clone(),
            county: council.county.clone(),
            before: before.band,
            after: after.band,
            points_before: before.total,
            points_after: after.total,
            because: reasons(before, after),
            band_because: after.band_because.clone(),
        });
    }

    fn told(mut self, before: &RuleSet, after: &RuleSet) -> Replay {
        self.moved.sort_by(|one, next| {
            let rank = |moved: &Moved| (std::cmp::Reverse(moved.after), std::cmp::Reverse(moved.points_after));
            rank(one).cmp(&rank(next)).then_with(|| (&one.name, &one.gss_code).cmp(&(&next.name, &next.gss_code)))
        });
        let day = |(day, count): (Date, Count)| DayReplay { day, tally: count.tally(before, after) };
        let county = |(county, count): (String, Count)| CountyReplay {
            county,
            councils: count.before.iter().sum(),
            tally: count.tally(before, after),
        };
        Replay {
            before: before.title.clone(),
            after: after.title.clone(),
            hash_before: before.hash.clone(),
            hash_after: after.hash.clone(),
            days: self.days.into_iter().map(day).collect(),
            counties: self.counties.into_iter().map(county).collect(),
            moved: self.moved,
            points_only: self.points_only,
        }
    }
}

/// The rules whose points differ, by how much.
fn reasons(before: &Score, after: &Score) -> Vec<Reason> {
    let mut by_rule: BTreeMap<&str, Reason> = BTreeMap::new();
    let items = before.items.iter().map(|item| (item, true)).chain(after.items.iter().map(|item| (item, false)));
    for (item, is_before) in items {
        let reason = by_rule.entry(&item.rule).or_insert_with(|| Reason {
            rule: item.rule.clone(),
            says: item.says.clone(),
            before: 0,
            after: 0,
        });
        *(if is_before { &mut reason.before } else { &mut reason.after }) += item.points;
    }
    let mut reasons: Vec<Reason> = by_rule.into_values().filter(|reason| reason.before != reason.after).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse((reason.after - reason.before).abs()));
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_told_in_minutes_only_where_the_bands_state_them() {
        let mut set = crate::scoring::rules::load(&crate::scoring::rules::embedded()).unwrap();
        let counts = [2, 3, 5, 7, 11];
        assert_eq!(needing(&counts), 5);
        let per: Vec<u64> = set.bands.iter().map(|start| u64::from(start.minutes_a_month.unwrap())).collect();
        // Bands are lowest first; counts are highest priority first: monitor is the third.
        assert_eq!(minutes(&counts, &set), Some(2 * per[2] + 3 * per[1] + 5 * per[0]));
        set.bands.iter_mut().for_each(|start| start.minutes_a_month = None);
        assert_eq!(minutes(&counts, &set), None);
    }
}
