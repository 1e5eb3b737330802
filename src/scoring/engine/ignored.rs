//! What was looked at and does not count, and why, in a sentence each.
//!
//! In: facts with their notes, firings with their shares. Out: [`Ignored`] rows in the facts' canonical order, older
//! versions last. Always holds: every fact that no item names is here, unless another fact of the same evidence (a matter
//! of the same outcome) stands for it; good news is told as what it did, never as useless.

use super::answers::Answer;
use super::coverage::covered;
use super::events::Share;
use super::look::{Barred, Firing, Looked, Note, missing_fields};
use super::plan::Plan;
use super::points::months_later;
use super::subject::{Subject, Superseded};
use super::wording::{beginning, day, limit_in_points, list, number_of, unfinished, within};
use crate::evidence::Fact;
use crate::scoring::expression::Scene;
use crate::scoring::rules::{Gather, Rule};
use crate::scoring::score::Ignored;
use jiff::civil::Date;
use std::collections::HashSet;

/// Everything that the list is made from.
pub(super) struct Account<'s, 'a> {
    pub plan: &'s Plan<'s>,
    pub subject: &'s Subject<'a>,
    pub as_of: Date,
    pub looked: &'s Looked<'a>,
    pub answers: &'s [Answer<'s>],
    /// In the firings' order.
    pub shares: &'s [Share],
}

pub(super) fn ignored(account: &Account<'_, '_>) -> Vec<Ignored> {
    let looked = account.looked;
    let spoken_for: HashSet<i64> = looked
        .facts
        .iter()
        .zip(&looked.notes)
        .filter(|(_, note)| note.fired || note.cannot_say)
        .map(|(fact, _)| fact.evidence_id)
        .collect();
    let mut rows: Vec<(usize, Ignored)> = Vec::new();
    for (firing, share) in looked.firings.iter().zip(account.shares).filter(|(_, share)| share.points == 0) {
        let (code, because) = spent(account, firing, share);
        rows.push((firing.lead, row(looked.facts[firing.lead], code, because)));
    }
    for (at, (fact, note)) in looked.facts.iter().zip(&looked.notes).enumerate() {
        if let Some(barred) = note.barred {
            let (code, because) = barred_because(barred, fact, account.as_of);
            rows.push((at, row(fact, code, because)));
        } else if !note.fired {
            let said = unfired(account, at, spoken_for.contains(&fact.evidence_id));
            rows.extend(said.into_iter().map(|(code, because)| (at, row(fact, code, because))));
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    let mut ignored: Vec<Ignored> = rows.into_iter().map(|(_, row)| row).collect();
    ignored.extend(superseded(account.subject.scored_versions()));
    ignored
}

fn row(fact: &Fact, code: &str, because: String) -> Ignored {
    Ignored { evidence: fact.evidence_id, kind: fact.kind, standing: fact.standing, code: code.to_owned(), because }
}

fn superseded<'a>(older: impl Iterator<Item = &'a Superseded>) -> impl Iterator<Item = Ignored> {
    let mut older: Vec<&Superseded> = older.collect();
    older.sort_by_key(|version| (version.kind, version.evidence, version.by, version.standing));
    older.into_iter().map(|version| Ignored {
        evidence: version.evidence,
        kind: version.kind,
        standing: version.standing,
        code: "superseded".to_owned(),
        because: "A later version of the same thing has replaced it.".to_owned(),
    })
}

/// A firing that brings no points.
fn spent(account: &Account<'_, '_>, firing: &Firing, share: &Share) -> (&'static str, String) {
    let rule = account.plan.rule(firing.rule);
    let title = beginning(&rule.title);
    let arithmetic = &account.plan.set.arithmetic;
    if firing.gross > 0 && firing.already_counted >= firing.gross {
        return ("capped", format!("{title}: what makes it up already counts for as much by itself."));
    }
    if share.decayed == 0 {
        let over = months_later(firing.counted_from, rule.months);
        let months = number_of(rule.months, "month");
        return ("expired", format!("{title}: it counted for {months}, and since {} no more.", day(over)));
    }
    if share.answered == 0 {
        let says = firing.answer.and_then(|at| account.answers.get(at)).map_or("", |answer| &answer.mitigation.says);
        return ("mitigated_to_nothing", format!("{title}: {}.", unfinished(says)));
    }
    if share.shared > 0 {
        let cap = limit_in_points(arithmetic.opinion_cap);
        return ("capped", format!("{title}: all opinion together counts for {cap} at most, and others take that up."));
    }
    ("capped", format!("{title}: other items of the same event already count for as much as one event may."))
}

fn barred_because(barred: Barred, fact: &Fact, as_of: Date) -> (&'static str, String) {
    match barred {
        Barred::Allegation => {
            ("allegation", "Said, but nobody has decided it yet: it scores nothing, and can be verified.".to_owned())
        }
        Barred::Disputed => (
            "disputed",
            "The council disputes it: it is held out until somebody who is not on the case has reviewed it.".to_owned(),
        ),
        Barred::Withdrawn => ("withdrawn", "The source took it back.".to_owned()),
        Barred::NotDated => ("not_dated", "The source does not say when it was determined.".to_owned()),
        Barred::Future => {
            let latest = fact.happened_on.max(fact.determined_on).map_or_else(String::new, day);
            ("future", format!("Dated {latest}, which is after {}.", day(as_of)))
        }
    }
}

/// A fact that could have counted, and on which no rule fired: codes and sentences.
fn unfired(account: &Account<'_, '_>, at: usize, spoken_for: bool) -> Vec<(&'static str, String)> {
    let plan = account.plan;
    let (fact, note) = (account.looked.facts[at], &account.looked.notes[at]);
    let mut said = Vec::new();
    if note.cannot_say {
        let scene = Scene { fact, council: account.subject.council, as_of: account.as_of };
        let fields = missing_fields(plan, &scene);
        let because = if fields.is_empty() {
            "Whether it counts can't be said: a figure in it is too large to reckon with.".to_owned()
        } else {
            let is = if fields.len() == 1 { "is" } else { "are" };
            format!("Whether it counts can't be said: {} {is} not stated.", list(&fields))
        };
        said.push(("cannot_say", because));
    }
    if let Some(good_news) = good_news(account, at, spoken_for) {
        said.push(good_news);
    } else if let Some(rule) = note.waits_for {
        said.push(("no_rule", waits(plan.rule(rule))));
    } else if let Some(rule) = note.not_in_force {
        said.push(("not_in_force", not_in_force(plan.rule(rule))));
    } else if !note.cannot_say && !spoken_for {
        said.push(("no_rule", "Nothing in it counts against the council.".to_owned()));
    }
    said
}

/// What a fact did that counts against nobody. Where it is spoken for, because something of the same evidence counts or may
/// count, it is not called good or harmless.
fn good_news(account: &Account<'_, '_>, at: usize, spoken_for: bool) -> Option<(&'static str, String)> {
    let note: &Note = &account.looked.notes[at];
    let mut answers = account.answers.iter().enumerate().filter(|(_, answer)| answer.fact == at).peekable();
    let says = answers.peek().map(|(_, answer)| unfinished(&answer.mitigation.says));
    let places: Vec<usize> = answers.map(|(place, _)| place).collect();
    let firings = account.looked.firings.iter().zip(account.shares);
    let mut answered: Vec<&str> = firings
        .filter(|(firing, share)| share.decayed > 0 && firing.answer.is_some_and(|place| places.contains(&place)))
        .map(|(firing, _)| account.plan.rule(firing.rule).title.as_str())
        .collect();
    answered.sort_unstable();
    answered.dedup();
    let covers: Vec<String> = covered(note.covers).iter().map(|indicator| within(indicator.title())).collect();
    let covers = (!covers.is_empty()).then(|| format!("it lets us speak of {}", list(&covers)));
    match (says, covers) {
        (Some(says), _) if !answered.is_empty() => {
            let titles: Vec<String> = answered.into_iter().map(within).collect();
            Some(("answers", format!("Good news for {}: {says}.", list(&titles))))
        }
        (_, Some(covers)) if spoken_for => Some(("covers", format!("{}.", beginning(&covers)))),
        (Some(_), Some(covers)) => Some(("covers", format!("Good news: {covers}, and there is nothing to answer."))),
        (None, Some(covers)) => Some(("covers", format!("Nothing in it counts against the council; {covers}."))),
        (Some(_), None) => Some(("no_rule", "Good news, but there is nothing that it answers.".to_owned())),
        (None, None) => None,
    }
}

fn waits(rule: &Rule) -> String {
    let title = beginning(&rule.title);
    match &rule.gather {
        Some(Gather::Count { at_least, within_months, distinct: None }) => {
            format!("{title}: counts from {at_least} within {}, not before.", number_of(*within_months, "month"))
        }
        Some(Gather::Count { at_least, within_months, distinct: Some(slot) }) => {
            let field = rule.kind.fields().get(*slot).map_or("", |field| field.name).replace('_', " ");
            let months = number_of(*within_months, "month");
            format!("{title}: counts from {at_least}, each with a different {field}, within {months}, not before.")
        }
        Some(Gather::Running { years, .. }) => {
            format!("{title}: counts once it is so {} running.", number_of(*years, "year"))
        }
        None => format!("{title}: does not count by itself."),
    }
}

fn not_in_force(rule: &Rule) -> String {
    let title = beginning(&rule.title);
    let from = day(rule.in_force.from);
    match rule.in_force.until {
        Some(until) => format!("{title}: the rule holds for what happened from {from} to {}.", day(until)),
        None => format!("{title}: the rule holds for what happened from {from}."),
    }
}
