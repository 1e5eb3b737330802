//! Scoring in sets: councils in, their scores appended and Monday's list brought up to date.
//!
//! In: the councils to score (those a run touched, or all), a day. Out: how many were scored and how many changed. Always
//! holds: only what was known by the end of the day counts; a score is appended only when it says something new; scoring
//! again changes nothing.

use crate::app::App;
use crate::clock::{day_in_england, end_of_day};
use crate::error::AppError;
use crate::evidence::{EvidenceKind, Fact, Item, Standing, Value};
use crate::scoring::engine::{CouncilContext, Engine, SourceCover, Subject, Superseded};
use crate::scoring::{Band, RuleSet, Score};
use crate::store::register::CouncilRow;
use crate::store::scores::{NewScore, ScoreRow, StandingRow};
use crate::store::{Database, Store, StoreError, evidence, register, runs, scores};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::collections::{HashMap, HashSet};

/// The schedule by which every council is scored anew.
pub const RESCORE_SCHEDULE: &str = "rescore";
/// Councils scored at a time: bounds memory whatever the size of the register.
const BATCH: usize = 500;

/// What a rescore did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rescored {
    pub scored: usize,
    /// Of these, how many now say something else.
    pub changed: usize,
}

/// Which day, by which rules, why, and when it was done.
pub struct Occasion<'a> {
    pub rules: &'a RuleSet,
    pub as_of: Date,
    /// For the history: `run 12 of saaa-north`, `daily`, `by hand`.
    pub cause: &'a str,
    pub now: Timestamp,
}

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

/// Scores these councils and keeps what is new. The caller holds the write transaction and has kept the rule set.
///
/// # Errors
/// When the database fails.
pub fn rescore(
    connection: &mut Database,
    councils: &[CouncilRow],
    occasion: &Occasion<'_>,
) -> Result<Rescored, AppError> {
    let covering = covering_sources(connection, occasion.as_of)?;
    let engine = Engine::new(occasion.rules);
    let mut done = Rescored::default();
    for batch in councils.chunks(BATCH) {
        let ids: Vec<i64> = batch.iter().map(|council| council.id).collect();
        let known = known(connection, batch, occasion.as_of, &covering)?;
        let before = scores::standings_of(connection, &ids)?;
        let quarter_ago = occasion.as_of.saturating_sub(3.months()).to_string();
        let quarter_ago = scores::latest_until(connection, &ids, &quarter_ago)?;
        let mut fresh: Vec<(i64, Score, Option<Band>)> = Vec::with_capacity(batch.len());
        for known in known {
            let score = known.score(&engine, occasion.as_of);
            fresh.push((known.context.council_id, score, known.previous_band));
        }
        done.scored += fresh.len();
        done.changed += keep(connection, fresh, (&before, &quarter_ago), occasion)?;
    }
    Ok(done)
}

/// Scores every council of the register as of today.
///
/// # Errors
/// When the database fails.
pub fn rescore_all(app: &App, cause: &str) -> Result<Rescored, AppError> {
    let councils = app.store.read(register::councils)?;
    let rules = app.store.write(|connection| app.keep_rules(connection))?;
    let (as_of, now) = (app.clock.today(), app.clock.now());
    let occasion = Occasion { rules: &rules.set, as_of, cause, now };
    let mut done = Rescored::default();
    // A transaction a batch: runs wait for one batch and not for the country, and what was done stays done.
    for batch in councils.chunks(BATCH) {
        let of_batch = app.store.write(|connection| rescore(connection, batch, &occasion))?;
        done.scored += of_batch.scored;
        done.changed += of_batch.changed;
    }
    Ok(done)
}

/// Scores every current council as of a day of the past, from what was known by its end. Keeps nothing.
///
/// # Errors
/// When the database fails.
pub fn look_back(store: &Store, rules: &RuleSet, as_of: Date) -> Result<Vec<Score>, AppError> {
    store.read(|connection| {
        let councils: Vec<_> = register::councils(connection)?.into_iter().filter(|council| council.current).collect();
        let covering = covering_sources(connection, as_of)?;
        let engine = Engine::new(rules);
        let mut scored = Vec::with_capacity(councils.len());
        for batch in councils.chunks(BATCH) {
            let known = known(connection, batch, as_of, &covering)?;
            scored.extend(known.iter().map(|known| known.score(&engine, as_of)));
        }
        Ok(scored)
    })
}

/// What is known of these councils by the end of the day, in their order.
///
/// # Errors
/// When the database fails.
pub fn known(
    connection: &mut Database,
    councils: &[CouncilRow],
    as_of: Date,
    covering: &[(Vec<String>, SourceCover)],
) -> Result<Vec<Known>, StoreError> {
    let ids: Vec<i64> = councils.iter().map(|council| council.id).collect();
    let mut items: HashMap<i64, Vec<Item>> = HashMap::new();
    for (item, _) in evidence::known(connection, &ids, end_of_day(as_of))? {
        items.entry(item.council_id).or_default().push(item);
    }
    let yesterday = as_of.saturating_sub(1.day()).to_string();
    let earlier: HashMap<i64, ScoreRow> = scores::latest_until(connection, &ids, &yesterday)?;
    Ok(councils
        .iter()
        .map(|council| Known {
            sources: sources_of(covering, &council.county),
            previous_band: earlier.get(&council.id).and_then(|score| Band::named(&score.band)),
            ..known_of(council, items.remove(&council.id).unwrap_or_default())
        })
        .collect())
}

/// What a council's items, every version of them by chain and version, come to by themselves: without the sources that cover
/// it, and without the band before.
pub(crate) fn known_of(council: &CouncilRow, items: Vec<Item>) -> Known {
    let (facts, superseded) = current(items);
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
pub(super) fn sources_of(covering: &[(Vec<String>, SourceCover)], county: &str) -> Vec<SourceCover> {
    let covers = |counties: &[String]| counties.is_empty() || counties.iter().any(|named| same_name(named, county));
    covering.iter().filter(|(counties, _)| covers(counties)).map(|(_, source)| source.clone()).collect()
}

/// Whether two spellings are one county's.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The facts of the current version of each chain, and the versions that these replaced.
fn current(items: Vec<Item>) -> (Vec<Fact>, Vec<Superseded>) {
    let by = current_ids(&items);
    let (mut facts, mut superseded) = (Vec::new(), Vec::new());
    for item in items {
        match by.get(&item.id) {
            Some(current) => superseded.push(Superseded {
                evidence: item.id,
                kind: item.kind,
                standing: item.standing,
                by: *current,
            }),
            None => facts.extend(item.facts()),
        }
    }
    (facts, superseded)
}

/// The items (by council, chain and version) that are not current, with the id of the one that is.
///
/// Of each record of a feed the highest version counts. Where several records speak of one thing (a firm's list and a shared
/// list of the same year's outcome), what is determined goes before what is only said, and that before what was withdrawn;
/// among equals the latest counts. So an interim outcome of one list never hides the final one of another, and what one
/// source takes back hides nothing that another says.
pub(super) fn current_ids(items: &[Item]) -> HashMap<i64, i64> {
    let weight = |item: &Item| match item.standing {
        Standing::Withdrawn => 0,
        Standing::Allegation => 1,
        Standing::Determined | Standing::Opinion | Standing::Disputed => 2,
    };
    let mut replaced = HashMap::new();
    for chain in items.chunk_by(|one, next| one.council_id == next.council_id && one.chain == next.chain) {
        let same_record = |one: &Item, other: &Item| one.feed == other.feed && one.record_key == other.record_key;
        let last_of_record =
            |item: &&Item| !chain.iter().any(|other| same_record(item, other) && other.version > item.version);
        let current = chain.iter().filter(last_of_record).max_by_key(|item| (weight(item), item.version));
        let Some(current) = current else { continue };
        replaced.extend(chain.iter().filter(|item| item.id != current.id).map(|item| (item.id, current.id)));
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

/// Appends the scores that say something new and brings the standings up to date. Gives how many were new.
fn keep(
    connection: &mut Database,
    fresh: Vec<(i64, Score, Option<Band>)>,
    (before, quarter_ago): (&HashMap<i64, StandingRow>, &HashMap<i64, ScoreRow>),
    occasion: &Occasion<'_>,
) -> Result<usize, StoreError> {
    let mut standings: Vec<StandingRow> = Vec::with_capacity(fresh.len());
    let mut new: Vec<NewScore> = Vec::new();
    let mut new_at: Vec<usize> = Vec::new();
    for (council, score, previous_band) in fresh {
        let mut standing = standing(council, &score);
        standing.change = quarter_ago.get(&council).map(|then| score.total - then.total);
        match before.get(&council) {
            // An earlier day was only looked back at: history runs forwards.
            Some(last) if last.as_of > standing.as_of => continue,
            Some(last) if says_the_same(last, &standing) => standing.score_id = last.score_id,
            _ => {
                new_at.push(standings.len());
                new.push(appended(&standing, previous_band, occasion));
            }
        }
        standings.push(standing);
    }
    for (position, id) in new_at.iter().zip(scores::append(connection, &new)?) {
        if let Some(standing) = standings.get_mut(*position) {
            standing.score_id = id;
        }
    }
    standings.retain(|standing| before.get(&standing.council_id) != Some(standing));
    scores::put_standings(connection, &standings)?;
    Ok(new.len())
}

fn says_the_same(last: &StandingRow, now: &StandingRow) -> bool {
    let said = |standing: &StandingRow| {
        (
            (standing.total, standing.a, standing.b, standing.c, standing.d, standing.e),
            (standing.band.clone(), standing.rule_set.clone()),
            (standing.not_assessed.clone(), standing.sentence.clone()),
        )
    };
    said(last) == said(now)
}

fn standing(council_id: i64, score: &Score) -> StandingRow {
    let points = |position: usize| score.indicators.get(position).map_or(0, |indicator| indicator.points);
    StandingRow {
        council_id,
        score_id: 0,
        as_of: score.as_of.to_string(),
        band: score.band.name().to_owned(),
        band_order: score.band as i32,
        total: score.total,
        a: points(0),
        b: points(1),
        c: points(2),
        d: points(3),
        e: points(4),
        not_assessed: score.coverage.iter().filter(|c| !c.assessed).map(|c| c.indicator.letter()).collect(),
        sentence: score.sentence.clone(),
        rule_set: score.rule_set.clone(),
        inputs: score.inputs.clone(),
        change: None,
    }
}

fn appended(standing: &StandingRow, previous_band: Option<Band>, occasion: &Occasion<'_>) -> NewScore {
    NewScore {
        council_id: standing.council_id,
        as_of: standing.as_of.clone(),
        computed_at: occasion.now.as_microsecond(),
        cause: occasion.cause.to_owned(),
        rule_set: standing.rule_set.clone(),
        inputs: standing.inputs.clone(),
        band: standing.band.clone(),
        previous_band: previous_band.map(|band| band.name().to_owned()),
        total: standing.total,
        a: standing.a,
        b: standing.b,
        c: standing.c,
        d: standing.d,
        e: standing.e,
        not_assessed: standing.not_assessed.clone(),
        sentence: standing.sentence.clone(),
    }
}
