//! Sources that are late: what was expected of each, when it last brought something new, and what can't be assessed meanwhile.
//!
//! In: declarations, runs and standings as they are kept; a day. Out: the news of each feed, and since when it is late. Always
//! holds: whether a pull works makes no difference, only what it brings; a source that never brought anything is measured
//! from the day on which it was first declared; what was expected on a past day is what was declared by its end.

use crate::app::App;
use crate::clock::{day_in_england, end_of_day};
use crate::error::AppError;
use crate::feeds::Every;
use crate::scoring::{Indicator, RuleSet};
use crate::store::expectations::{self, Expected};
use crate::store::{Database, StoreError, feeds, triage};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utoipa::ToSchema;

/// What a feed is to bring, and what it last brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    pub expected_every: Option<Every>,
    /// When it last brought a file that it had not brought before.
    pub last_new_at: Option<Timestamp>,
    /// The first day on which it was late; none while it isn't.
    pub late_since: Option<Date>,
}

/// An indicator that is not assessed at councils which a late source covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unassessed {
    pub indicator: Indicator,
    /// How many councils, by their last scores.
    pub councils: i64,
    /// Their counties, in alphabetical order.
    pub counties: Vec<String>,
}

/// The news of every feed that had been declared by the end of the day, as it stood then.
///
/// # Errors
/// When the database fails.
pub(super) fn news(connection: &mut Database, as_of: Date) -> Result<HashMap<String, News>, StoreError> {
    let known = expectations::known(connection, end_of_day(as_of).as_microsecond())?;
    news_of(connection, known, as_of)
}

/// The feeds that were late on the day, and since when.
///
/// # Errors
/// When the database fails.
pub(super) fn late(connection: &mut Database, as_of: Date) -> Result<HashMap<String, Date>, StoreError> {
    let mut known = expectations::known(connection, end_of_day(as_of).as_microsecond())?;
    known.retain(|_, expected| expected.every.is_some());
    let news = news_of(connection, known, as_of)?;
    Ok(news.into_iter().filter_map(|(feed, news)| Some((feed, news.late_since?))).collect())
}

fn news_of(
    connection: &mut Database,
    known: BTreeMap<String, Expected>,
    as_of: Date,
) -> Result<HashMap<String, News>, StoreError> {
    if known.is_empty() {
        return Ok(HashMap::new());
    }
    let feeds: Vec<String> = known.keys().cloned().collect();
    let last = expectations::last_news(connection, &feeds, end_of_day(as_of).as_microsecond())?;
    let corrupt = |feed: &str, because: String| StoreError::Corrupt { place: format!("feed {feed}"), because };
    let mut all = HashMap::with_capacity(known.len());
    for (feed, expected) in known {
        let instant = |at: i64| Timestamp::from_microsecond(at).map_err(|e| corrupt(&feed, e.to_string()));
        let expected_every: Option<Every> = match &expected.every {
            Some(every) => Some(every.parse().map_err(|because| corrupt(&feed, because))?),
            None => None,
        };
        let last_new_at = last.get(&feed).map(|at| instant(*at)).transpose()?;
        let since = day_in_england(last_new_at.map_or_else(|| instant(expected.first_declared_at), Ok)?);
        let late_since = expected_every.and_then(|every| every.late_since(since, as_of));
        all.insert(feed, News { expected_every, last_new_at, late_since });
    }
    Ok(all)
}

/// The news of every feed that is declared, by id.
///
/// # Errors
/// When the database fails.
pub fn news_of_declared(app: &App) -> Result<Vec<(String, News)>, AppError> {
    app.store.read(|connection| {
        let mut news = news(connection, app.clock.today())?;
        let declared = feeds::all(connection)?.into_iter().filter(|feed| feed.declared);
        Ok(declared.filter_map(|feed| news.remove(&feed.id).map(|news| (feed.id, news))).collect())
    })
}

/// Which indicators are not assessed, and where: what late sources of a kind leave open is read from it.
pub(super) struct Gaps {
    /// County, letters of the indicators that are not assessed, number of councils.
    counted: Vec<(String, String, i64)>,
}

impl Gaps {
    /// As the councils were last scored.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn read(connection: &mut Database) -> Result<Gaps, StoreError> {
        Ok(Gaps { counted: triage::not_assessed(connection)? })
    }

    /// What is open that sources of this kind assess, in the counties for which it holds.
    pub(super) fn left_by(
        &self,
        rules: &RuleSet,
        source_kind: &str,
        in_county: impl Fn(&str) -> bool,
    ) -> Vec<Unassessed> {
        let of_kind = rules.assessed_by.iter().filter(|by| by.source.as_deref() == Some(source_kind));
        let indicators: BTreeSet<Indicator> = of_kind.map(|by| by.indicator).collect();
        let open = indicators.into_iter().map(|indicator| {
            let here = self
                .counted
                .iter()
                .filter(|(county, letters, _)| letters.contains(indicator.letter()) && in_county(county));
            let (mut councils, mut counties) = (0, BTreeSet::new());
            for (county, _, count) in here {
                councils += count;
                counties.insert(county.clone());
            }
            Unassessed { indicator, councils, counties: counties.into_iter().collect() }
        });
        open.filter(|open| open.councils > 0).collect()
    }
}
