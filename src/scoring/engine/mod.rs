//! The engine: rules and one council's evidence in, a score with every reason out.
//!
//! In: a [`RuleSet`], a [`Subject`] (the facts as known on a day, the feeds that cover the county, the band before) and that
//! day. Out: a [`Score`]. Pure: no clock, no database, no floating point. Always holds (property-tested, for rule sets whose
//! conditions don't ask for age and whose repetition never falls):
//! - the order of the evidence and its database ids change nothing but the ids shown; the same content has the same hash;
//! - allegations, disputed and withdrawn evidence change no figure and no band;
//! - more determined adverse evidence never lowers the total; the passing of time never raises it;
//! - opinion alone, or minor items alone, never exceed the weak ceiling;
//! - the items add up to the indicators, and these to the total.
//!
//! The steps, each in a file that says what it decides:
//! 1. `look`: every fact meets the rules of its kind; what may not count is barred.
//! 2. `gather`: sets of facts that are enough for a gathering rule; `answers`: good news. Of the sets of one group the
//!    one with most points fires. Such a **pattern is an event of its own** and doesn't repeat; since its facts mostly count by
//!    themselves as well, it counts less by what sharing an event with the mildest of them would cost: with shares of a
//!    quarter, three quarters of that item's full points. (To put it into the event of its newest fact would let one more
//!    fact move it into an event that already counts for much, and lower the total.)
//! 3. `events`: decay (`points`), answers, repetition, shares of one event, the cap on opinion.
//! 4. `coverage`, then `bands`.
//! 5. `explain`, `ignored`, `clearing`, `waiting`: the reasons; `hash`: the fingerprint of what went in.
//!
//! What it takes: facts times rules of their kind, plus the sorting of facts and items; about a dozen more rounds of the
//! arithmetic to find the day on which the band comes down. Only where something else than fading can happen until then (a
//! rule that asks for age is about to turn) is the evidence looked at again, once for each such day.

#![allow(
    clippy::indexing_slicing,
    reason = "positions are those that this module has just given out itself, into lists that only grow"
)]

mod answers;
mod bands;
mod clearing;
mod coverage;
mod events;
mod explain;
mod gather;
mod hash;
mod ignored;
mod look;
mod plan;
mod points;
mod subject;
#[cfg(test)]
mod tests;
mod waiting;
mod wording;

pub use crate::scoring::expression::CouncilContext;
pub(super) use points::months_later;
pub use subject::{SourceCover, Subject, Superseded};
pub(crate) use wording::{beginning, limit, limit_in_points, list, number_of, unfinished};

use crate::scoring::rules::RuleSet;
use crate::scoring::score::{Indicator, IndicatorScore, Score, ScoredItem};
use answers::{Answer, Question};
use events::{Load, Share};
use gather::{EventKey, Match};
use jiff::civil::Date;
use look::{Firing, Looked};
use plan::Plan;
use std::collections::HashMap;

/// A rule set made ready for scoring many councils.
pub struct Engine<'r> {
    plan: Plan<'r>,
    /// Whether what would clear a band is worked out too.
    clears: bool,
}

/// What a council's evidence comes to on a day, before it is weighed.
struct Reckoned<'a, 'r> {
    looked: Looked<'a>,
    answers: Vec<Answer<'r>>,
    /// In the firings' order.
    loads: Vec<Load>,
}

/// The score of one council on a day. For many councils make an [`Engine`] once.
pub fn score(rules: &RuleSet, subject: &Subject<'_>, as_of: Date) -> Score {
    Engine::new(rules).score(subject, as_of)
}

impl<'r> Engine<'r> {
    /// Sorts the rules by kind and takes their sentences apart.
    pub fn new(rules: &'r RuleSet) -> Engine<'r> {
        Engine { plan: Plan::new(rules), clears: true }
    }

    /// The same, but its scores don't say what would clear them: that takes the arithmetic over again many times, for scores
    /// of which only the figures are kept.
    #[must_use]
    pub fn without_clearing(self) -> Engine<'r> {
        Engine { clears: false, ..self }
    }

    /// The score of one council on a day, with every reason.
    pub fn score(&self, subject: &Subject<'_>, as_of: Date) -> Score {
        let plan = &self.plan;
        let mut today = self.reckon(subject, as_of);
        let coverage = coverage::coverage(plan.set, &mut today.looked, subject, as_of);
        let Reckoned { looked, answers, loads } = &today;
        let (shares, total) = events::weigh(&plan.set.arithmetic, loads, as_of);
        let known = bands::Known { coverage: &coverage, unsaid: coverage::unsaid(looked, answers) };
        let weight = bands::Weight::of(loads, &shares, total);
        let by_weight = bands::band(plan.set, weight, subject.previous_band);
        let (band, why) = bands::with_coverage(plan.set, by_weight, known);
        let heaviest = heaviest(&shares);
        let reasons = explain::Reasons { plan, answers, firings: &looked.firings, loads, shares: &shares, as_of };
        let items: Vec<ScoredItem> = heaviest.iter().map(|&at| self.item(looked, &reasons, at)).collect();
        let ignored = ignored::ignored(&ignored::Account { plan, subject, as_of, looked, answers, shares: &shares });
        let (sources, firings) = (subject.sources, &looked.firings);
        let clearing = clearing::Standing { plan, sources, firings, loads, heaviest: &heaviest, band, as_of };
        let look_on = |on| self.reckon(subject, on);
        let outlook = || {
            waiting::Waiting { plan, council: subject.council, today: &today, band, as_of, look_on: &look_on }.outlook()
        };
        let (clearing, would_clear) = match self.clears {
            true => clearing.would_clear(&coverage, outlook, |at| looked.evidence(&firings[at])),
            false => Default::default(),
        };
        Score {
            as_of,
            rule_set: plan.set.hash.clone(),
            inputs: hash::inputs(subject, looked, as_of),
            total,
            indicators: indicators(&items),
            band,
            band_because: bands::because(plan.set, total, &why, &coverage),
            would_clear,
            clearing,
            sentence: explain::sentence(&items, band, known),
            coverage,
            items,
            ignored,
        }
    }

    fn reckon<'a>(&self, subject: &Subject<'a>, as_of: Date) -> Reckoned<'a, 'r> {
        let mut looked = look::look(&self.plan, subject.facts, subject.council, as_of);
        let answers = answers::answers(&self.plan, &looked, subject.council, as_of);
        self.fire_patterns(&mut looked, &answers, as_of);
        self.answer(&mut looked, &answers);
        let loads = self.loads(&looked, &answers);
        Reckoned { looked, answers, loads }
    }

    /// Lets each gathering rule fire once in each of its groups, on the set with most points.
    fn fire_patterns<'a>(&self, looked: &mut Looked<'a>, answers: &[Answer<'r>], as_of: Date) {
        let mut to_gather = std::mem::take(&mut looked.to_gather);
        if to_gather.is_empty() {
            return;
        }
        to_gather.sort_by_key(|(rule, found)| (*rule, found.at));
        let alone = self.counted_alone(looked);
        let mut fired = Vec::new();
        for of_rule in to_gather.chunk_by(|(rule, _), (next, _)| rule == next) {
            let Some(&(number, _)) = of_rule.first() else { continue };
            let Some(gather) = &self.plan.rule(number).gather else { continue };
            let matches: Vec<Match<'a>> = of_rule.iter().map(|(_, found)| *found).collect();
            for group in gather::patterns(gather, &matches) {
                let firings = group.iter().filter_map(|members| self.pattern(number, members, &alone));
                let worths: Vec<(Worth, Firing)> =
                    firings.map(|firing| (self.worth(looked, answers, &firing, as_of), firing)).collect();
                let Some((most, _)) = worths.iter().max_by_key(|(worth, _)| *worth) else { continue };
                let most = *most;
                looked.may_be_outweighed |= worths.iter().any(|(worth, _)| worth.may_outweigh(&most));
                fired.extend(worths.into_iter().rfind(|(worth, _)| *worth == most).map(|(_, firing)| firing));
            }
        }
        for firing in &fired {
            for &at in &firing.facts {
                looked.notes[at].fired = true;
            }
        }
        looked.firings.extend(fired);
    }

    /// The full points that each fact's items have by themselves: determined ones, and all with opinion.
    fn counted_alone(&self, looked: &Looked<'_>) -> Vec<[i64; 2]> {
        let mut alone = vec![[0, 0]; looked.facts.len()];
        for firing in &looked.firings {
            let [determined, any] = &mut alone[firing.lead];
            *any = firing.gross.max(*any);
            if !self.plan.rule(firing.rule).opinion {
                *determined = firing.gross.max(*determined);
            }
        }
        alone
    }

    fn pattern(&self, number: usize, members: &[Match<'_>], alone: &[[i64; 2]]) -> Option<Firing> {
        let rule = self.plan.rule(number);
        let newest = members.iter().max_by_key(|found| (found.day, found.at))?;
        let severity = look::raised(rule.severity, members.iter().any(|found| found.stepped));
        let mildest = members.iter().map(|found| alone[found.at][usize::from(rule.opinion)]).min().unwrap_or(0);
        let beyond_share = 100_u32.saturating_sub(self.plan.set.arithmetic.same_event_percent);
        let gross = self.plan.severity_points(severity);
        Some(Firing {
            rule: number,
            facts: members.iter().map(|found| found.at).collect(),
            lead: newest.at,
            counted_from: newest.day,
            severity,
            stepped: severity > rule.severity,
            holding: members.iter().any(|found| found.holding),
            gross,
            already_counted: points::percent(mildest, beyond_share).min(gross),
            pattern: true,
            answer: None,
        })
    }

    fn best_answer(&self, looked: &Looked<'_>, answers: &[Answer<'r>], firing: &Firing) -> Option<usize> {
        let rule = self.plan.rule(firing.rule);
        answers::best(answers, looked, &Question { rule, facts: &firing.facts, counted_from: firing.counted_from })
    }

    fn worth(&self, looked: &Looked<'_>, answers: &[Answer<'r>], firing: &Firing, as_of: Date) -> Worth {
        let place = self.best_answer(looked, answers, firing);
        let leaves = place.and_then(|place| answers.get(place)).map_or(100, |answer| answer.mitigation.leaves_percent);
        let full = (firing.gross - firing.already_counted).max(0);
        let months = self.plan.rule(firing.rule).months;
        let decayed = if firing.holding { full } else { points::decayed(full, months, firing.counted_from, as_of) };
        Worth {
            points: points::percent(decayed, leaves),
            counted_from: firing.counted_from,
            facts: firing.facts.len(),
            lead: firing.lead,
            undecayed: points::percent(full, leaves),
            holding: firing.holding,
        }
    }

    /// Puts the firings in the arithmetic's order and gives each the best answer to it.
    fn answer(&self, looked: &mut Looked<'_>, answers: &[Answer<'r>]) {
        let mut firings = std::mem::take(&mut looked.firings);
        firings.sort_by(|left, right| {
            (left.rule, left.counted_from, left.lead).cmp(&(right.rule, right.counted_from, right.lead))
        });
        for firing in &mut firings {
            firing.answer = self.best_answer(looked, answers, firing);
        }
        looked.firings = firings;
    }

    /// The firings as the arithmetic sees them, in the same order.
    fn loads(&self, looked: &Looked<'_>, answers: &[Answer<'r>]) -> Vec<Load> {
        let mut events: HashMap<EventKey<'_>, usize> = HashMap::new();
        let mut loads = Vec::with_capacity(looked.firings.len());
        for (place, firing) in looked.firings.iter().enumerate() {
            let rule = self.plan.rule(firing.rule);
            let event = if firing.pattern { EventKey::Pattern(place) } else { EventKey::of(looked.facts[firing.lead]) };
            let next = events.len();
            let answer = firing.answer.and_then(|place| answers.get(place));
            loads.push(Load {
                rule: firing.rule,
                event: *events.entry(event).or_insert(next),
                opinion: rule.opinion,
                severity: firing.severity,
                full: firing.gross - firing.already_counted,
                months: rule.months,
                counted_from: firing.counted_from,
                holding: firing.holding,
                leaves_percent: answer.map_or(100, |answer| answer.mitigation.leaves_percent),
                repeats: !firing.pattern,
            });
        }
        loads
    }

    fn item(&self, looked: &Looked<'_>, reasons: &explain::Reasons<'_>, at: usize) -> ScoredItem {
        let firing = &looked.firings[at];
        let planned = &self.plan.rules[firing.rule];
        let rule = planned.rule;
        let from = if firing.holding { reasons.as_of } else { firing.counted_from };
        ScoredItem {
            rule: rule.id.clone(),
            catalogue: rule.catalogue.clone(),
            indicator: rule.indicator,
            evidence: looked.evidence(firing),
            kind: rule.kind,
            severity: firing.severity,
            opinion: rule.opinion,
            counted_from: firing.counted_from,
            expires_on: points::months_later(from, rule.months),
            full_points: firing.gross,
            points: reasons.shares[at].points,
            says: planned.says.fill(looked.facts[firing.lead]),
            cite: rule.cite.clone(),
            clears: rule.clears.clone(),
            adjustments: reasons.adjustments(at),
        }
    }
}

/// What a set of facts weighs on a day, against others of its group; what decides comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    points: i64,
    counted_from: Date,
    facts: usize,
    lead: usize,
    undecayed: i64,
    holding: bool,
}

impl Worth {
    /// Whether it may come to weigh more than what weighs most today, as both fade.
    fn may_outweigh(&self, most: &Worth) -> bool {
        let fades_later = self.holding || self.counted_from > most.counted_from || self.undecayed > most.undecayed;
        self.points > 0 && !most.holding && fades_later
    }
}

/// Places of what counts, most points first; of equal points by rule, day and key.
fn heaviest(shares: &[Share]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..shares.len()).filter(|&at| shares[at].points > 0).collect();
    places.sort_by_key(|&at| -shares[at].points);
    places
}

fn indicators(items: &[ScoredItem]) -> Vec<IndicatorScore> {
    let of =
        |indicator: Indicator| items.iter().filter(|item| item.indicator == indicator).map(|item| item.points).sum();
    Indicator::ALL.into_iter().map(|indicator| IndicatorScore { indicator, points: of(indicator) }).collect()
}
