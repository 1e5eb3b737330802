//! What changed since a council's score last said something else, and which record caused it.
//!
//! In: a council's score on a day, its evidence, its history. Out: a [`SinceLast`]. Always holds: the earlier score is worked
//! out again from what was known when it was computed and by the rules that it names; where what it was made of is no longer
//! held, that is said with the points that it makes.

use super::known::{Known, covering_sources, known_of, sources_of};
use crate::error::{AppError, Code};
use crate::evidence::Item;
use crate::scoring::engine::Engine;
use crate::scoring::{Band, RuleSet, Score, ScoreChange, by_thing, since};
use crate::store::Database;
use crate::store::register::CouncilRow;
use crate::store::scores::ScoreRow;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What changed, against the last score that said something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SinceLast {
    /// The day of the earlier score.
    pub as_of: Date,
    /// What made the newer one: `run 12 of saaa-north`, `daily`; none where it is not kept, because a day is looked at on
    /// which nothing was scored.
    pub cause: Option<String>,
    pub band_before: Band,
    pub band: Band,
    /// Milli-points.
    pub points_before: i64,
    /// Milli-points.
    pub points: i64,
    /// Whether another rule set counted then.
    pub other_rules: bool,
    /// Most points first. Their points add up to the difference.
    pub changes: Vec<ScoreChange>,
    /// Milli-points of the earlier score that what is still held does not explain: evidence that was removed when its time
    /// was over. 0 as a rule.
    pub unexplained: i64,
}

/// Compares with the last score that said something else; none for a first score.
pub(super) fn since_last(
    connection: &mut Database,
    (council, items): (&CouncilRow, &[Item]),
    (rules, score): (&RuleSet, &Score),
    history: &[ScoreRow],
) -> Result<Option<SinceLast>, AppError> {
    let day = score.as_of.to_string();
    let mut until = history.iter().filter(|row| row.as_of <= day).peekable();
    let says_the_same = |row: &ScoreRow| {
        (row.total, row.band.as_str(), row.rule_set.as_str())
            == (score.total, score.band.name(), score.rule_set.as_str())
    };
    let cause = until.next_if(|row| says_the_same(row)).map(|row| row.cause.clone());
    let Some(row) = until.next() else { return Ok(None) };
    let (Ok(as_of), Some(band_before)) = (row.as_of.parse::<Date>(), Band::named(&row.band)) else { return Ok(None) };
    let older = match row.rule_set == rules.hash {
        true => None,
        false => older_rules(connection, &row.rule_set)?,
    };
    let earlier = Known {
        previous_band: row.previous_band.as_deref().and_then(Band::named),
        sources: sources_of(&covering_sources(connection, as_of)?, &council.county),
        ..known_of(council, by_then(items, row))
    };
    let before = earlier.score(&Engine::new(older.as_ref().unwrap_or(rules)), as_of);
    let things = by_thing(items.iter().map(|item| (item.id, item.chain.clone())));
    Ok(Some(SinceLast {
        as_of,
        cause,
        band_before,
        band: score.band,
        points_before: row.total,
        points: score.total,
        other_rules: row.rule_set != rules.hash,
        changes: since(&before, score, &things),
        unexplained: row.total - before.total,
    }))
}

/// Those of the items that were known when that score was computed.
fn by_then(items: &[Item], row: &ScoreRow) -> Vec<Item> {
    let known = |item: &&Item| Timestamp::from_microsecond(row.computed_at).is_ok_and(|at| item.known_at <= at);
    items.iter().filter(known).cloned().collect()
}

/// The rules that a score names, where they are kept and can still be read.
fn older_rules(connection: &mut Database, hash: &str) -> Result<Option<RuleSet>, AppError> {
    match crate::app::kept_rules(connection, hash) {
        Ok(rules) => Ok(Some(rules.set)),
        Err(unreadable) if unreadable.code == Code::RulesInvalid => Ok(None),
        Err(failed) => Err(failed),
    }
}
