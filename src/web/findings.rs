//! What a council's page says about evidence: what counts, what was left out, and each source's report itself.
//!
//! In: a score and the evidence behind it. Out: contexts for `council.html`. Always holds: everything that counts or was
//! left out leads to its evidence where that is on the page, and says so where it is not; only web addresses become
//! links.

use super::address;
use super::words::{self, Named, When};
use crate::evidence::Standing;
use crate::scoring::{RemedyItem, Score, ScoredItem};
use crate::triage::{CouncilWhole, EvidenceView};
use std::collections::HashMap;

/// Something that counts.
pub struct Entry<'a> {
    pub says: &'a str,
    pub indicator: Named,
    pub severity: String,
    /// 0 to 4, for the marks beside the word.
    pub severity_marks: u8,
    pub points: String,
    pub full_points: String,
    /// Length of the bar, 0 to 1000.
    pub bar: i64,
    pub kind: &'static str,
    pub opinion: bool,
    pub counted_from: When,
    pub expires_on: When,
    pub rule: &'a str,
    pub cite: &'a str,
    pub clears: &'a str,
    pub adjustments: &'a [String],
    pub sources: Vec<Source<'a>>,
    /// Who says so; none where that isn't known.
    pub agreement: Option<&'a str>,
}

/// The way from a finding to its evidence.
pub struct Source<'a> {
    pub id: i64,
    /// None where the evidence isn't on the page.
    pub link: Option<String>,
    pub title: &'a str,
}

/// The fewest things that bring a band down.
pub struct Fewest<'a> {
    pub things: Vec<Thing<'a>>,
    /// Whether no smaller set does.
    pub smallest: bool,
}

/// One of them.
pub struct Thing<'a> {
    /// What it says of the council.
    pub says: &'a str,
    pub clears: &'a str,
    pub sources: Vec<Source<'a>>,
}

/// Something that was looked at and doesn't count.
pub struct Left<'a> {
    pub kind: &'static str,
    pub standing: Named,
    pub because: &'a str,
    pub source: Source<'a>,
}

/// One version of what a source said.
pub struct Report<'a> {
    pub id: i64,
    pub kind: &'static str,
    pub source: &'a str,
    pub version: i32,
    pub superseded: bool,
    pub standing: Named,
    /// Whether the standing keeps it from counting.
    pub held_out: bool,
    pub happened_on: Option<When>,
    pub determined_on: Option<When>,
    pub known_at: When,
    pub says: &'a [(String, String)],
    pub run: String,
    pub run_id: i64,
    /// Address and host.
    pub link: Option<(&'a str, &'a str)>,
    /// An address that may not be followed from here.
    pub unlinked: Option<&'a str>,
}

/// What counts, in the score's order.
pub fn entries(whole: &CouncilWhole) -> Vec<Entry<'_>> {
    let by_id = by_id(&whole.evidence);
    let agreed = whole.agreement.iter().map(|agreement| Some(agreement.says.as_str()));
    let agreed = agreed.chain(std::iter::repeat(None));
    let entry = |(item, agreement)| Entry { agreement, ..entry(item, &by_id) };
    whole.score.items.iter().zip(agreed).map(entry).collect()
}

fn entry<'a>(item: &'a ScoredItem, by_id: &HashMap<i64, &'a EvidenceView>) -> Entry<'a> {
    Entry {
        says: &item.says,
        indicator: words::indicator(item.indicator),
        severity: words::severity(item.severity),
        severity_marks: item.severity.min(4),
        points: words::points(item.points),
        full_points: words::points(item.full_points),
        bar: item.points.clamp(0, item.full_points.max(0)) * 1000 / item.full_points.max(1),
        kind: item.kind.title(),
        opinion: item.opinion,
        counted_from: words::day(item.counted_from),
        expires_on: words::day(item.expires_on),
        rule: &item.rule,
        cite: &item.cite,
        clears: &item.clears,
        adjustments: &item.adjustments,
        sources: item.evidence.iter().map(|id| source(*id, by_id)).collect(),
        agreement: None,
    }
}

/// The fewest things that bring the band down, with their evidence; none where nothing does.
pub fn fewest(whole: &CouncilWhole) -> Option<Fewest<'_>> {
    let remedy = whole.score.clearing.by_doing.as_ref()?;
    let by_id = by_id(&whole.evidence);
    let counts = |wanted: &RemedyItem| {
        let is_it = |item: &&ScoredItem| item.rule == wanted.rule && item.evidence == wanted.evidence;
        whole.score.items.iter().find(is_it).map_or("", |item| item.says.as_str())
    };
    let thing = |item| {
        let sources = |item: &RemedyItem| item.evidence.iter().map(|id| source(*id, &by_id)).collect();
        Thing { says: counts(item), clears: &item.clears, sources: sources(item) }
    };
    let things = remedy.items.iter().map(thing).collect();
    Some(Fewest { things, smallest: remedy.smallest })
}

/// What doesn't count, in the score's order.
pub fn left_out<'a>(score: &'a Score, evidence: &'a [EvidenceView]) -> Vec<Left<'a>> {
    let by_id = by_id(evidence);
    let left = score.ignored.iter().map(|ignored| Left {
        kind: ignored.kind.title(),
        standing: words::standing(ignored.standing),
        because: &ignored.because,
        source: source(ignored.evidence, &by_id),
    });
    left.collect()
}

/// Every version of every item, in the order in which they came.
pub fn reports(evidence: &[EvidenceView]) -> Vec<Report<'_>> {
    evidence.iter().map(report).collect()
}

fn report(view: &EvidenceView) -> Report<'_> {
    let link = view.url.as_deref().and_then(address::followable);
    Report {
        id: view.id,
        kind: view.kind.title(),
        source: &view.source,
        version: view.version,
        superseded: view.superseded,
        standing: words::standing(view.standing),
        held_out: !matches!(view.standing, Standing::Determined | Standing::Opinion),
        happened_on: view.happened_on.map(words::day),
        determined_on: view.determined_on.map(words::day),
        known_at: words::moment(view.known_at),
        says: &view.says,
        run: address::of_run(view.run_id),
        run_id: view.run_id,
        link,
        unlinked: view.url.as_deref().filter(|_| link.is_none()),
    }
}

/// The evidence on the page by id.
pub fn by_id(evidence: &[EvidenceView]) -> HashMap<i64, &EvidenceView> {
    evidence.iter().map(|view| (view.id, view)).collect()
}

/// The way to one piece of evidence.
pub fn source<'a>(id: i64, by_id: &HashMap<i64, &'a EvidenceView>) -> Source<'a> {
    match by_id.get(&id) {
        Some(view) => Source { id, link: Some(format!("#evidence-{id}")), title: &view.source },
        None => Source { id, link: None, title: "Evidence that is no longer held" },
    }
}
