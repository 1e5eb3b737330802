//! Which rules fire on which facts, and what becomes of the facts on which none does.
//!
//! In: a [`Plan`], a council's facts, a day. Out: [`Looked`]: the facts in their canonical order, a note on each, every
//! firing of a rule on a single fact, and for gathering rules what they have to gather from. Always holds: the order in
//! which facts were given leaves no trace; what is context only is left out, as if it had never come; each other fact is
//! either barred, or has met every rule of its kind.
//!
//! Decided here:
//! - A fact counts from `determined_on`; an opinion, which nobody determines, from that or else from `happened_on`.
//! - A rule must be in force on the day when the thing **happened** (or else was determined): a council is held to the rule
//!   that it could have known when it acted, not to one made since. A repealed rule goes on counting what happened under it.
//! - Opinion meets only rules for opinion. Determined facts meet every rule; what an opinion rule makes of one is opinion.

use super::gather::Match;
use super::plan::Plan;
use super::points::whole_months;
use crate::evidence::{Fact, Standing};
use crate::scoring::expression::{CouncilContext, Scene};
use crate::scoring::rules::{InForce, Rule};
use jiff::civil::Date;

/// Why a fact meets no rule at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Barred {
    Allegation,
    Disputed,
    Withdrawn,
    NotDated,
    Future,
}

/// What became of a fact.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Note {
    pub barred: Option<Barred>,
    /// The day from which it counts.
    pub day: Option<Date>,
    /// A rule fired on it, alone or with others.
    pub fired: bool,
    /// A gathering rule would count it, with others.
    pub waits_for: Option<usize>,
    /// A rule that would fire had it been in force.
    pub not_in_force: Option<usize>,
    /// For some rule it can't be said.
    pub cannot_say: bool,
    /// One of these would not be over yet, if it fired.
    pub may_count: bool,
    /// Indicators of which it lets us speak, a bit each, `a` lowest.
    pub covers: u8,
}

/// A rule that fired, on one fact or as a pattern on several.
#[derive(Debug, Clone)]
pub(super) struct Firing {
    pub rule: usize,
    /// Positions in [`Looked::facts`], and which of them is the newest.
    pub facts: Vec<usize>,
    pub lead: usize,
    pub counted_from: Date,
    pub severity: u8,
    pub stepped: bool,
    pub holding: bool,
    /// Milli-points: what severity gives, and what of it one of a pattern's own items already counts.
    pub gross: i64,
    pub already_counted: i64,
    pub pattern: bool,
    /// The answering fact, as its place among those of the subject.
    pub answer: Option<usize>,
}

pub(super) struct Looked<'a> {
    /// In order of key, kind and content.
    pub facts: Vec<&'a Fact>,
    /// One for each fact.
    pub notes: Vec<Note>,
    pub firings: Vec<Firing>,
    /// For gathering rules: rule and match, by fact.
    pub to_gather: Vec<(usize, Match<'a>)>,
    /// A gathering rule fires on a set of facts that another will outweigh as time passes.
    pub may_be_outweighed: bool,
}

impl Looked<'_> {
    /// The ids of the evidence behind a firing, smallest first.
    pub fn evidence(&self, firing: &Firing) -> Vec<i64> {
        let mut evidence: Vec<i64> = firing.facts.iter().map(|&at| self.facts[at].evidence_id).collect();
        evidence.sort_unstable();
        evidence.dedup();
        evidence
    }
}

/// Lets every fact meet every rule of its kind.
pub(super) fn look<'a>(plan: &Plan, facts: &'a [Fact], council: &'a CouncilContext, as_of: Date) -> Looked<'a> {
    let mut facts: Vec<&Fact> = facts.iter().filter(|fact| !fact.kind.is_context()).collect();
    facts.sort_unstable_by(|left, right| canonical(left).cmp(&canonical(right)));
    let mut looked = Looked {
        notes: Vec::with_capacity(facts.len()),
        facts,
        firings: Vec::new(),
        to_gather: Vec::new(),
        may_be_outweighed: false,
    };
    for at in 0..looked.facts.len() {
        let fact = looked.facts[at];
        let note = match day_of(fact, as_of) {
            Ok(day) => {
                let note = Note { day: Some(day), ..Note::default() };
                let mut visit = Visit { plan, scene: Scene { fact, council, as_of }, at, day, note };
                visit.meet(&mut looked);
                visit.note
            }
            Err(barred) => Note { barred: Some(barred), ..Note::default() },
        };
        looked.notes.push(note);
    }
    looked
}

/// Everything that tells facts of one council apart; the id comes last, for copies that are otherwise alike.
fn canonical(fact: &Fact) -> impl Ord + '_ {
    let dates = (fact.happened_on, fact.determined_on);
    (fact.key.as_str(), fact.kind, fact.fingerprint.as_str(), fact.standing, dates, &fact.event, fact.evidence_id)
}

/// The day from which a fact counts, or why it can't.
pub(super) fn day_of(fact: &Fact, as_of: Date) -> Result<Date, Barred> {
    let day = match fact.standing {
        Standing::Allegation => return Err(Barred::Allegation),
        Standing::Disputed => return Err(Barred::Disputed),
        Standing::Withdrawn => return Err(Barred::Withdrawn),
        Standing::Determined => fact.determined_on,
        Standing::Opinion => fact.determined_on.or(fact.happened_on),
    };
    let day = day.ok_or(Barred::NotDated)?;
    let to_come = |date: Option<Date>| date.is_some_and(|date| date > as_of);
    if to_come(fact.happened_on) || to_come(fact.determined_on) { Err(Barred::Future) } else { Ok(day) }
}

/// One fact among the rules.
struct Visit<'s, 'a> {
    plan: &'s Plan<'s>,
    scene: Scene<'a>,
    /// Its position, and the day from which it counts.
    at: usize,
    day: Date,
    note: Note,
}

impl<'a> Visit<'_, 'a> {
    fn meet(&mut self, looked: &mut Looked<'a>) {
        let fact = self.scene.fact;
        for &number in self.plan.for_kind(fact.kind) {
            let rule = self.plan.rule(number);
            if fact.standing == Standing::Opinion && !rule.opinion {
                continue;
            }
            let in_force = is_in_force(rule.in_force, fact.happened_on.unwrap_or(self.day));
            match rule.when.holds(&self.scene) {
                Some(false) => {}
                Some(true) if !in_force => self.note.not_in_force = self.note.not_in_force.or(Some(number)),
                Some(true) => self.fire(looked, number, rule),
                None => {
                    self.note.cannot_say |= in_force;
                    self.note.may_count |= in_force && self.would_count(rule);
                }
            }
        }
    }

    /// Whether the rule would bring points today, if it fired on this fact.
    fn would_count(&self, rule: &Rule) -> bool {
        let lasts = rule.holds.as_ref().is_some_and(|holds| holds.holds(&self.scene) != Some(false));
        lasts || whole_months(self.day, self.scene.as_of) < i64::from(rule.months)
    }

    fn fire(&mut self, looked: &mut Looked<'a>, number: usize, rule: &Rule) {
        let (at, day, scene) = (self.at, self.day, &self.scene);
        let stepped = rule.step_up.as_ref().is_some_and(|(when, _)| when.holds(scene) == Some(true));
        let holding = rule.holds.as_ref().is_some_and(|while_this| while_this.holds(scene) == Some(true));
        if rule.gather.is_some() {
            self.note.waits_for = self.note.waits_for.or(Some(number));
            looked.to_gather.push((number, Match { at, fact: scene.fact, day, stepped, holding }));
            return;
        }
        self.note.fired = true;
        let severity = raised(rule.severity, stepped);
        looked.firings.push(Firing {
            rule: number,
            facts: vec![at],
            lead: at,
            counted_from: day,
            severity,
            stepped: severity > rule.severity,
            holding,
            gross: self.plan.severity_points(severity),
            already_counted: 0,
            pattern: false,
            answer: None,
        });
    }
}

/// One severity up, if so, but not beyond critical.
pub(super) fn raised(severity: u8, stepped: bool) -> u8 {
    if stepped { severity.saturating_add(1).min(4) } else { severity }
}

fn is_in_force(in_force: InForce, on: Date) -> bool {
    in_force.from <= on && in_force.until.is_none_or(|until| on <= until)
}

/// The fields that kept rules from an answer on this fact, in words, in alphabetical order.
pub(super) fn missing_fields(plan: &Plan, scene: &Scene) -> Vec<String> {
    let mut names: Vec<String> = plan
        .for_kind(scene.fact.kind)
        .iter()
        .map(|&number| plan.rule(number))
        .filter(|rule| rule.opinion || scene.fact.standing != Standing::Opinion)
        .flat_map(|rule| rule.when.missing(scene))
        .map(|name| match name.split_once('.') {
            Some(("council", field)) => format!("the council's {}", field.replace('_', " ")),
            Some((_, field)) => field.replace('_', " "),
            None => name,
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
