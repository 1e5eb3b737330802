//! The method in public: how a score comes about, and the transparency record of the service, both made from the live rules.
//!
//! In: the rule set in force and what the configuration says of who runs the service. Out: a [`Method`] and a [`Record`].
//! Always holds: every figure in them is read from the rules in force, never written by hand, so that neither can say what the
//! program does not do; no council and no person is named.

mod record;
mod words;

pub use record::{About, Field, Record, Section, record};

use crate::config::Config;
use crate::scoring::rules::{InForce, Rule, RuleSet};
use crate::scoring::{Band, Indicator};
use serde::Serialize;
use utoipa::ToSchema;

/// How a score comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Method {
    /// Title and version of the rules in force.
    pub title: String,
    /// SHA-256 (hex) of their files.
    pub rule_set: String,
    /// Where each band begins, highest first.
    pub bands: Vec<BandMethod>,
    /// How points are reckoned, in sentences.
    pub arithmetic: Vec<String>,
    /// All five, `a` first.
    pub indicators: Vec<IndicatorMethod>,
    /// What takes points off at once, in sentences.
    pub good_news: Vec<String>,
    /// What never counts, in sentences.
    pub never_counts: Vec<String>,
}

/// One band.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BandMethod {
    pub band: Band,
    pub title: String,
    /// When a council stands in it, in a sentence.
    pub when: String,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct IndicatorMethod {
    pub indicator: Indicator,
    pub title: String,
    /// What lets us speak of it, in sentences.
    pub assessed_by: Vec<String>,
    /// In the catalogue's order.
    pub rules: Vec<RuleMethod>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleMethod {
    pub id: String,
    pub title: String,
    /// The kind of evidence that it reads, in words.
    pub evidence: String,
    /// 1 minor to 4 critical.
    pub severity: u8,
    /// Milli-points on the day of the determination.
    pub points: i64,
    /// How long it counts, falling each month.
    pub months: u32,
    pub opinion: bool,
    /// From when and, if it was repealed, until when what happened falls under it.
    pub in_force: String,
    pub cite: String,
    /// The condition as it stands in the rules.
    pub condition: String,
    /// What else decides, in sentences: steps up, what holds, how many it takes.
    pub also: Vec<String>,
    pub clears: String,
}

/// The record of the service as it is configured.
#[must_use]
pub fn record_of(rules: &RuleSet, config: &Config) -> Record {
    let sources = config.feeds.iter().map(|feed| feed.source).collect();
    record(&About { rules, owner: &config.transparency, sources, address: &config.address() })
}

/// The method by a rule set.
#[must_use]
pub fn method(rules: &RuleSet) -> Method {
    Method {
        title: rules.title.clone(),
        rule_set: rules.hash.clone(),
        bands: words::bands(rules),
        arithmetic: words::arithmetic(rules),
        indicators: Indicator::ALL.into_iter().map(|indicator| of_indicator(rules, indicator)).collect(),
        good_news: rules.mitigations.iter().map(words::good_news).collect(),
        never_counts: words::NEVER.iter().map(|sentence| (*sentence).to_owned()).collect(),
    }
}

fn of_indicator(rules: &RuleSet, indicator: Indicator) -> IndicatorMethod {
    let by = rules.assessed_by.iter().filter(|entry| entry.indicator == indicator);
    let of_it = rules.rules.iter().filter(|rule| rule.indicator == indicator);
    let mut listed: Vec<&Rule> = of_it.collect();
    listed.sort_by_key(|rule| (rule.opinion, number(&rule.catalogue)));
    IndicatorMethod {
        indicator,
        title: indicator.title().to_owned(),
        assessed_by: by.map(words::assessed_by).collect(),
        rules: listed.into_iter().map(|rule| of_rule(rules, rule)).collect(),
    }
}

/// The catalogue's number, so that `a10` comes after `a9`.
fn number(catalogue: &str) -> u32 {
    catalogue.get(1..).and_then(|digits| digits.parse().ok()).unwrap_or(u32::MAX)
}

fn of_rule(rules: &RuleSet, rule: &Rule) -> RuleMethod {
    RuleMethod {
        id: rule.id.clone(),
        title: rule.title.clone(),
        evidence: rule.kind.title().to_owned(),
        severity: rule.severity,
        points: points_of(rules, rule.severity),
        months: rule.months,
        opinion: rule.opinion,
        in_force: in_force(rule.in_force),
        cite: rule.cite.clone(),
        condition: rule.when.on_one_line(),
        also: words::also(rule),
        clears: rule.clears.clone(),
    }
}

/// The milli-points of a severity from 1 to 4.
fn points_of(rules: &RuleSet, severity: u8) -> i64 {
    let place = usize::from(severity).saturating_sub(1);
    rules.arithmetic.severity_points.get(place).copied().unwrap_or(0)
}

fn in_force(dates: InForce) -> String {
    match dates.until {
        Some(until) => format!("from {} until {until}", dates.from),
        None => format!("from {}", dates.from),
    }
}

#[cfg(test)]
mod tests;
