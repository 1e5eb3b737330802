//! Of which indicators anything can be said at all.
//!
//! In: the rule set's `assessed_by`, a council's facts, the feeds that cover its county. Out: a [`Coverage`] for each of the
//! five indicators, and on each fact's note the indicators that it lets us speak of. Always holds: an allegation or
//! something disputed or withdrawn assesses nothing; what is as many months old as the rule allows no longer does; nor does
//! a source that is late with something new.

use super::answers::Answer;
use super::look::Looked;
use super::points::whole_months;
use super::subject::{SourceCover, Subject};
use super::wording::{day, list, number_of, unfinished, within};
use crate::scoring::expression::Scene;
use crate::scoring::rules::{AssessedBy, RuleSet};
use crate::scoring::score::{Coverage, Indicator};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// All five indicators, `a` first.
pub(super) fn coverage(rules: &RuleSet, looked: &mut Looked<'_>, subject: &Subject<'_>, as_of: Date) -> Vec<Coverage> {
    let mut found: [Option<String>; Indicator::ALL.len()] = Default::default();
    for by in &rules.assessed_by {
        let because = by_fact(by, looked, subject, as_of).or_else(|| by_source(by, subject.sources, as_of));
        let place = &mut found[by.indicator as usize];
        *place = place.take().or(because);
    }
    let mut coverage = Vec::with_capacity(found.len());
    for (indicator, found) in Indicator::ALL.into_iter().zip(found) {
        let assessed = found.is_some();
        let because = found.unwrap_or_else(|| format!("Not assessed: {}.", missing(rules, subject.sources, indicator)));
        coverage.push(Coverage { indicator, assessed, because });
    }
    coverage
}

/// The sentence if a fact assesses it; marks every fact that does.
fn by_fact(by: &AssessedBy, looked: &mut Looked<'_>, subject: &Subject<'_>, as_of: Date) -> Option<String> {
    let (kind, when) = by.fact.as_ref()?;
    let mut newest: Option<Date> = None;
    for (fact, note) in looked.facts.iter().zip(&mut looked.notes) {
        let Some(of) = note.day.filter(|of| fact.kind == *kind && is_fresh(*of, by.months, as_of)) else { continue };
        if when.holds(&Scene { fact, council: subject.council, as_of }) == Some(true) {
            note.covers |= bit(by.indicator);
            newest = newest.max(Some(of));
        }
    }
    newest.map(|of| format!("{} ({}).", unfinished(&by.says), day(of)))
}

fn by_source(by: &AssessedBy, sources: &[SourceCover], as_of: Date) -> Option<String> {
    let wanted = by.source.as_ref()?;
    let fresh = |source: &&SourceCover| {
        source.source_kind == *wanted
            && source.late_since.is_none()
            && source.last_run_on <= as_of
            && is_fresh(source.last_run_on, by.months, as_of)
    };
    let newest = sources.iter().filter(fresh).max_by_key(|source| (source.last_run_on, &source.title))?;
    Some(format!("{} ({}, last read on {}).", unfinished(&by.says), newest.title, day(newest.last_run_on)))
}

fn is_fresh(of: Date, months: u32, as_of: Date) -> bool {
    whole_months(of, as_of) < i64::from(months)
}

/// How many things were received of which it can't be said whether they count, and which did no good either: neither let
/// us speak of an indicator nor answered anything. (That a clean return does not say on which day it came is no reason to
/// doubt it.)
pub(super) fn unsaid(looked: &Looked<'_>, answers: &[Answer<'_>]) -> usize {
    let did_good = |at: usize| looked.notes[at].covers != 0 || answers.iter().any(|answer| answer.fact == at);
    let unsaid = (0..looked.facts.len()).filter(|&at| looked.notes[at].may_count && !did_good(at));
    unsaid.map(|at| looked.facts[at].evidence_id).collect::<BTreeSet<i64>>().len()
}

fn bit(indicator: Indicator) -> u8 {
    1 << indicator as u8
}

/// The indicators whose bits are set.
pub(super) fn covered(bits: u8) -> Vec<Indicator> {
    Indicator::ALL.into_iter().filter(|indicator| bits & bit(*indicator) != 0).collect()
}

/// Which sources of a kind are late, to end a sentence with; empty where none is.
fn late(sources: &[SourceCover], kind: &str) -> String {
    let late = sources.iter().filter(|source| source.source_kind == kind);
    let mut late: Vec<String> = late
        .filter_map(|source| Some(format!("{} has been late since {}", source.title, day(source.late_since?))))
        .collect();
    late.sort_unstable();
    if late.is_empty() { String::new() } else { format!(" and is not late ({})", list(&late)) }
}

/// What would assess an indicator, as far as it is not there, without a full stop.
pub(super) fn missing(rules: &RuleSet, sources: &[SourceCover], indicator: Indicator) -> String {
    let mut wanted = Vec::new();
    for by in rules.assessed_by.iter().filter(|by| by.indicator == indicator) {
        let months = number_of(by.months, "month");
        if let Some((kind, _)) = &by.fact {
            wanted.push(format!("no {} of the last {months} that would show it", within(kind.title())));
        }
        if let Some(wanted_of) = &by.source {
            let source = wanted_of.replace('_', " ");
            let late = late(sources, wanted_of);
            wanted.push(format!("no source of {source} for this county that was read in the last {months}{late}"));
        }
    }
    wanted.dedup();
    if wanted.is_empty() {
        "the rules name nothing that assesses it".to_owned()
    } else {
        format!("there is {}", list(&wanted))
    }
}
