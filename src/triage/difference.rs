//! What a run changed: the difference to what was known before it.
//!
//! In: the versions of evidence that the run appended. Out: how many records are new, changed, moved to another council or
//! withdrawn, by kind of evidence, and at which councils. Always holds: derived from the evidence whenever it is asked for, so
//! that it can't disagree with it; each record is counted once; what a list leaves out is untouched, and so not in it; who
//! doesn't see the rows of a run is told how many alone.

use super::council::is_within;
use super::runs::{PersonalCells, RunView};
use super::sources::run;
use crate::app::App;
use crate::auth::{Action, Actor, Reach};
use crate::error::AppError;
use crate::evidence::{EvidenceKind, Standing};
use crate::scoring::{Indicator, RuleSet};
use crate::store::run_changes::{self, Appended};
use crate::store::{Database, StoreError, register};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// So many councils are named.
pub const MOST_COUNCILS: usize = 50;

/// Records, by what became of them; each is in one of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Changed {
    /// Said for the first time, or again after it had been taken back.
    pub new: i64,
    /// Said differently of the same council.
    pub changed: i64,
    /// Said of another council than before.
    pub moved: i64,
    /// Taken back.
    pub withdrawn: i64,
}

impl Changed {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.new + self.changed + self.moved + self.withdrawn
    }

    fn add(&mut self, fate: Fate) {
        *match fate {
            Fate::New => &mut self.new,
            Fate::Changed => &mut self.changed,
            Fate::Moved => &mut self.moved,
            Fate::Withdrawn => &mut self.withdrawn,
        } += 1;
    }
}

/// The records of one kind of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KindChanged {
    pub kind: EvidenceKind,
    /// The kind's name for people.
    pub title: String,
    /// The indicators for which a rule looks at this kind.
    pub indicators: Vec<Indicator>,
    pub records: Changed,
}

/// A council of which the run said, or took back, something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CouncilTouched {
    pub gss_code: String,
    pub name: String,
    pub county: String,
    /// How many records of it are new, changed, moved to or away, or withdrawn.
    pub records: i64,
    /// Whether whoever asks may see the council itself.
    pub in_reach: bool,
}

/// What a run changed against what was known before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    pub records: Changed,
    /// Empty for who sees only the figures.
    pub kinds: Vec<KindChanged>,
    /// How many councils it touched.
    pub council_count: i64,
    /// By name, [`MOST_COUNCILS`] at most; empty for who sees only the figures.
    pub councils: Vec<CouncilTouched>,
}

/// One run as an actor may see it: with every row it held back, and with what it changed.
///
/// # Errors
/// As [`Actor::may`]; [`crate::error::Code::RunUnknown`] when there is none of a feed in sight; otherwise when the database
/// fails.
pub fn seen_run(app: &App, actor: &Actor, id: i64) -> Result<RunView, AppError> {
    let view = run(&app.store, &actor.sources(Action::SeeSources)?, id, PersonalCells::to(actor))?;
    // Whoever sends a list sees its rows, and often no council beside.
    let reach = actor.reach(Action::SeeCouncils).unwrap_or(Reach::Nothing);
    let rules = app.in_force()?;
    let difference = app.store.read(|connection| difference(connection, &rules.set, (&view, &reach)))?;
    Ok(RunView { difference, ..view })
}

/// What became of a record in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Changed,
    Moved,
    Withdrawn,
}

/// What became of the record of which a run appended these versions.
fn fate(record: &[Appended]) -> Fate {
    let withdrawn = |standing: &str| standing == Standing::Withdrawn.name();
    let known = record.iter().any(|said| said.standing_before.as_deref().is_some_and(|before| !withdrawn(before)));
    let taken_back = record.iter().any(|said| withdrawn(&said.standing));
    let stands = record.iter().any(|said| !withdrawn(&said.standing));
    let councils = record.iter().map(|said| said.council_id).collect::<BTreeSet<i64>>().len();
    match (stands, taken_back, known) {
        (false, ..) => Fate::Withdrawn,
        (true, true, _) if councils > 1 => Fate::Moved,
        // Of the same council but another year, it is taken back there and said anew.
        (true, true, _) | (true, false, true) => Fate::Changed,
        (true, false, false) => Fate::New,
    }
}

fn difference(
    connection: &mut Database,
    rules: &RuleSet,
    (view, reach): (&RunView, &Reach),
) -> Result<Option<Difference>, StoreError> {
    let appended = run_changes::of_run(connection, view.run.id)?;
    let mut records = Changed::default();
    let mut kinds: BTreeMap<&str, Changed> = BTreeMap::new();
    let mut touched: BTreeMap<i64, i64> = BTreeMap::new();
    for record in appended.chunk_by(|one, next| one.record_key == next.record_key) {
        let fate = fate(record);
        records.add(fate);
        if let Some(last) = record.last() {
            kinds.entry(&last.kind).or_default().add(fate);
        }
        for council in record.iter().map(|said| said.council_id).collect::<BTreeSet<i64>>() {
            *touched.entry(council).or_default() += 1;
        }
    }
    if records.all() == 0 {
        return Ok(None);
    }
    let council_count = i64::try_from(touched.len()).unwrap_or(i64::MAX);
    if !view.held_shown {
        return Ok(Some(Difference { records, kinds: Vec::new(), council_count, councils: Vec::new() }));
    }
    let of_kind = |(name, records): (&str, Changed)| {
        let kind = EvidenceKind::named(name)?;
        let indicators: BTreeSet<Indicator> =
            rules.rules.iter().filter(|rule| rule.kind.kept_as() == kind).map(|rule| rule.indicator).collect();
        let indicators = indicators.into_iter().collect();
        Some(KindChanged { kind, title: kind.title().to_owned(), indicators, records })
    };
    let kinds = kinds.into_iter().filter_map(of_kind).collect();
    let councils = named(connection, &touched, reach)?;
    Ok(Some(Difference { records, kinds, council_count, councils }))
}

/// The first of these councils by name.
fn named(
    connection: &mut Database,
    touched: &BTreeMap<i64, i64>,
    reach: &Reach,
) -> Result<Vec<CouncilTouched>, StoreError> {
    let ids: Vec<i64> = touched.keys().copied().collect();
    let mut councils = register::councils_of(connection, &ids)?;
    councils.sort_by(|one, other| (&one.name_folded, &one.gss_code).cmp(&(&other.name_folded, &other.gss_code)));
    councils.truncate(MOST_COUNCILS);
    let shown = |council: register::CouncilRow| CouncilTouched {
        records: touched.get(&council.id).copied().unwrap_or(0),
        in_reach: is_within(reach, &council),
        gss_code: council.gss_code,
        name: council.name,
        county: council.county,
    };
    Ok(councils.into_iter().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(standing: Standing, before: Option<Standing>) -> Appended {
        said_of(1, standing, before)
    }

    fn said_of(council_id: i64, standing: Standing, before: Option<Standing>) -> Appended {
        Appended {
            record_key: "NA001".to_owned(),
            council_id,
            kind: "complaint".to_owned(),
            standing: standing.name().to_owned(),
            standing_before: before.map(|before| before.name().to_owned()),
        }
    }

    #[test]
    fn each_record_has_one_fate() {
        use Standing::{Allegation, Determined, Withdrawn};
        for (record, expected) in [
            (vec![said(Determined, None)], Fate::New),
            (vec![said(Determined, Some(Withdrawn))], Fate::New),
            (vec![said(Determined, Some(Allegation))], Fate::Changed),
            (vec![said(Withdrawn, Some(Determined))], Fate::Withdrawn),
            (vec![said(Withdrawn, Some(Determined)), said_of(2, Determined, Some(Determined))], Fate::Moved),
            (vec![said(Withdrawn, Some(Determined)), said(Determined, Some(Determined))], Fate::Changed),
            (vec![said(Determined, None), said(Determined, None)], Fate::New),
        ] {
            assert_eq!(fate(&record), expected, "{record:?}");
        }
    }
}
