//! What is known of councils on a day, made ready for scoring.
//!
//! In: councils, a day, the sources that cover them. Out: [`Known`]: facts, the versions that they replaced, the band before.
//! Always holds: only what was known by the end of the day; of each thing that sources speak of, one version is current.

use crate::clock::{day_in_england, end_of_day};
use crate::evidence::{EvidenceKind, Fact, Item, Kept, Standing, Value};
use crate::scoring::engine::{CouncilContext, Engine, SourceCover, Subject, Superseded};
use crate::scoring::{Band, Score};
use crate::store::evidence::EvidenceRow;
use crate::store::register::CouncilRow;
use crate::store::scores::ScoreRow;
use crate::store::{Database, StoreError, evidence, runs, scores};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::collections::{HashMap, HashSet};

/// Everything that is known of one council on a day.
pub struct Known {
    pub context: CouncilContext,
    pub facts: Vec<Fact>,
    pub superseded: Vec<Superseded>,
    pub sources: Vec<SourceCover>,
    pub previous_band: Option<Band>,
}

impl Known {
    /// The council's score on a day.
    pub fn score(&self, engine: &Engine<'_>, as_of: Date) -> Score {
        let subject = Subject {
            council: &self.context,
            facts: &self.facts,
            superseded: &self.superseded,
            sources: &self.sources,
            previous_band: self.previous_band,
        };
        engine.score(&subject, as_of)
    }

    /// The same council as if these ids of evidence had never come.
    pub fn without(&self, gone: &HashSet<i64>) -> Known {
        let stays = |id: i64| !gone.contains(&id);
        let facts: Vec<Fact> = self.facts.iter().filter(|fact| stays(fact.evidence_id)).cloned().collect();
        Known {
            context: CouncilContext { income: latest_income(&facts), ..self.context.clone() },
            facts,
            superseded: self.superseded.iter().filter(|version| stays(version.evidence)).cloned().collect(),
            sources: self.sources.clone(),
            previous_band: self.previous_band,
        }
    }
}

/// What is known of these councils by the end of the day, in their order.
///
/// # Errors
/// When the database fails.
pub fn known(
    connection: &mut Database,
    councils: &[CouncilRow],
    as_of: Date,
    covering: &Covering,
) -> Result<Vec<Known>, StoreError> {
    Stored::read(connection, councils, as_of)?.known(covering)
}

/// What the database has of some councils by the end of a day, not made sense of yet: that needs no database.
pub(super) struct Stored<'c> {
    councils: &'c [CouncilRow],
    rows: Vec<EvidenceRow>,
    /// The last score before the day, by council.
    earlier: HashMap<i64, ScoreRow>,
}

impl Stored<'_> {
    /// Reads it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read<'c>(
        connection: &mut Database,
        councils: &'c [CouncilRow],
        as_of: Date,
    ) -> Result<Stored<'c>, StoreError> {
        let ids: Vec<i64> = councils.iter().map(|council| council.id).collect();
        let rows = evidence::rows_known(connection, &ids, end_of_day(as_of))?;
        let yesterday = as_of.saturating_sub(1.day()).to_string();
        Ok(Stored { councils, rows, earlier: scores::latest_until(connection, &ids, &yesterday)? })
    }

    /// Makes sense of it: each council, in the order asked for.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where a row makes none.
    pub fn known(self, covering: &Covering) -> Result<Vec<Known>, StoreError> {
        let mut items: HashMap<i64, Vec<Kept>> = HashMap::with_capacity(self.councils.len());
        for row in self.rows {
            let kept = Kept::try_from(row)?;
            items.entry(kept.council_id).or_default().push(kept);
        }
        let mut known = Vec::with_capacity(self.councils.len());
        for council in self.councils {
            let of_council = items.remove(&council.id).unwrap_or_default();
            known.push(Known {
                sources: sources_of(covering, &council.county),
                previous_band: self.earlier.get(&council.id).and_then(|score| Band::named(&score.band)),
                ..of_facts(council, current(of_council)?)
            });
        }
        Ok(known)
    }
}

/// What a council's items, every version of them by chain and version, come to by themselves: without the sources that cover
/// it, and without the band before.
pub(crate) fn known_of(council: &CouncilRow, items: Vec<Item>) -> Known {
    let replaced = current_ids(&items);
    let (mut facts, mut superseded) = (Vec::new(), Vec::new());
    for item in items {
        match replaced.get(&item.id) {
            Some(by) => superseded.push(Version::of(&item).superseded(*by)),
            None => facts.extend(item.into_facts()),
        }
    }
    of_facts(council, (facts, superseded))
}

fn of_facts(council: &CouncilRow, (facts, superseded): (Vec<Fact>, Vec<Superseded>)) -> Known {
    Known {
        context: CouncilContext {
            council_id: council.id,
            gss_code: council.gss_code.clone(),
            county: council.county.clone(),
            parishes: i64::from(council.parishes),
            income: latest_income(&facts),
        },
        facts,
        superseded,
        sources: Vec::new(),
        previous_band: None,
    }
}

/// Sources with the counties that they cover (none: all).
pub type Covering = [(Vec<String>, SourceCover)];

/// The sources that had delivered by the end of the day, and whether they were late with something new, with the counties they cover (none: all).
///
/// # Errors
/// When the database fails.
pub fn covering_sources(connection: &mut Database, as_of: Date) -> Result<Vec<(Vec<String>, SourceCover)>, StoreError> {
    let feeds: HashMap<String, (String, String)> =
        crate::store::feeds::all(connection)?.into_iter().map(|feed| (feed.id, (feed.source, feed.title))).collect();
    let late = super::late::late(connection, as_of)?;
    let mut covering = Vec::new();
    for run in runs::last_successes(connection, end_of_day(as_of).as_microsecond())? {
        let Some((source_kind, title)) = feeds.get(&run.feed).cloned() else { continue };
        let finished = run.finished_at.and_then(|at| Timestamp::from_microsecond(at).ok());
        let Some(finished) = finished else { continue };
        let counties: Vec<String> = serde_json::from_str(&run.covers)
            .map_err(|e| StoreError::Corrupt { place: format!("run {}", run.id), because: e.to_string() })?;
        let (last_run_on, late_since) = (day_in_england(finished), late.get(&run.feed).copied());
        let source = SourceCover { source_kind, feed: run.feed, title, last_run_on, late_since };
        covering.push((counties, source));
    }
    Ok(covering)
}

/// Those of the sources that cover a county.
pub(super) fn sources_of(covering: &Covering, county: &str) -> Vec<SourceCover> {
    let covers = |counties: &[String]| counties.is_empty() || counties.iter().any(|named| same_name(named, county));
    covering.iter().filter(|(counties, _)| covers(counties)).map(|(_, source)| source.clone()).collect()
}

/// Whether two spellings are one county's.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The facts of the current version of each chain, and the versions that these replaced.
fn current(items: Vec<Kept>) -> Result<(Vec<Fact>, Vec<Superseded>), StoreError> {
    let versions: Vec<Version<'_>> = items.iter().map(Version::of_kept).collect();
    let replaced = replaced(&versions);
    let (mut facts, mut superseded) = (Vec::with_capacity(items.len()), Vec::new());
    for item in items {
        if let Some(by) = replaced.get(&item.id) {
            superseded.push(Version::of_kept(&item).superseded(*by));
            continue;
        }
        let place = item.id;
        facts.append(
            &mut item
                .into_facts()
                .map_err(|e| StoreError::Corrupt { place: format!("evidence {place}"), because: e.to_string() })?,
        );
    }
    Ok((facts, superseded))
}

/// What decides which version of a thing counts.
struct Version<'a> {
    id: i64,
    council: i64,
    kind: EvidenceKind,
    chain: &'a str,
    /// Its feed and its key there.
    record: (&'a str, &'a str),
    version: i32,
    standing: Standing,
}

impl<'a> Version<'a> {
    fn of(item: &'a Item) -> Version<'a> {
        Version {
            id: item.id,
            council: item.council_id,
            kind: item.kind,
            chain: &item.chain,
            record: (&item.feed, &item.record_key),
            version: item.version,
            standing: item.standing,
        }
    }

    fn of_kept(kept: &'a Kept) -> Version<'a> {
        Version {
            id: kept.id,
            council: kept.council_id,
            kind: kept.kind,
            chain: &kept.chain,
            record: (&kept.feed, &kept.record_key),
            version: kept.version,
            standing: kept.standing,
        }
    }

    fn superseded(&self, by: i64) -> Superseded {
        Superseded { evidence: self.id, kind: self.kind, standing: self.standing, by }
    }
}

/// The items (by council, chain and version) that are not current, with the id of the one that is.
///
/// Of each record of a feed the highest version counts. Where several records speak of one thing (a firm's list and a shared
/// list of the same year's outcome), what is determined goes before what is only said, and that before what was withdrawn;
/// among equals the latest counts. So an interim outcome of one list never hides the final one of another, and what one
/// source takes back hides nothing that another says.
pub(super) fn current_ids(items: &[Item]) -> HashMap<i64, i64> {
    let versions: Vec<Version<'_>> = items.iter().map(Version::of).collect();
    replaced(&versions)
}

/// By the versions of whole chains, in their order.
fn replaced(versions: &[Version<'_>]) -> HashMap<i64, i64> {
    let weight = |version: &Version<'_>| match version.standing {
        Standing::Withdrawn => 0,
        Standing::Allegation => 1,
        Standing::Determined | Standing::Opinion | Standing::Disputed => 2,
    };
    let mut replaced = HashMap::new();
    for chain in versions.chunk_by(|one, next| one.council == next.council && one.chain == next.chain) {
        let last_of_record = |version: &&Version<'_>| {
            !chain.iter().any(|other| other.record == version.record && other.version > version.version)
        };
        let current = chain.iter().filter(last_of_record).max_by_key(|version| (weight(version), version.version));
        let Some(current) = current else { continue };
        replaced
            .extend(chain.iter().filter(|version| version.id != current.id).map(|version| (version.id, current.id)));
    }
    replaced
}

/// The income of the latest year for which an outcome states it, in pounds.
fn latest_income(facts: &[Fact]) -> Option<i64> {
    let (year, income) = (EvidenceKind::AuditOutcome.slot("year")?, EvidenceKind::AuditOutcome.slot("income")?);
    facts
        .iter()
        .filter(|fact| fact.kind == EvidenceKind::AuditOutcome && fact.standing != Standing::Withdrawn)
        .filter_map(|fact| match (fact.values.get(year), fact.values.get(income)) {
            (Some(Value::Whole(year)), Some(Value::Whole(income))) => Some((*year, *income)),
            _ => None,
        })
        .max()
        .map(|(_, income)| income)
}
