//! What a score says otherwise than an earlier one of the same council.
//!
//! In: two scores, and what each id of evidence is about (the versions of one thing share that). Out: [`ScoreChange`]s, most
//! points first, what only faded last. Always holds: the points of the changes add up to the difference of the two totals, so that nothing that
//! moved goes unsaid; each names the evidence that caused it, where evidence did.

use super::engine::{beginning, unfinished};
use super::score::{Ignored, Indicator, Score, ScoredItem};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// What happened to an item, or to what is known of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhatChanged {
    /// It counts now.
    New,
    /// It counts no longer.
    Gone,
    /// It counts for less because time has passed, and for no other reason.
    Faded,
    /// It counts for more or less than before.
    Points,
    /// An indicator of which nothing could be said.
    Assessed,
    /// An indicator of which nothing can be said any more.
    NotAssessed,
}

/// One thing that a score says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScoreChange {
    pub what: WhatChanged,
    pub indicator: Indicator,
    /// The rule; none for what is known of an indicator.
    pub rule: Option<String>,
    /// The sentence of the rule, or what the indicator is assessed by.
    pub says: String,
    /// Why it changed, in a sentence.
    pub because: String,
    /// Milli-points more (or, below nought, fewer).
    pub points: i64,
    /// The evidence that caused it, smallest id first; none where only time or rules did.
    pub evidence: Vec<i64>,
}

/// What `now` says otherwise than `before`. `thing` gives what an id of evidence is about.
#[must_use]
pub fn since(before: &Score, now: &Score, thing: &dyn Fn(i64) -> String) -> Vec<ScoreChange> {
    let difference = Difference { before, now, thing };
    let mut changes = difference.items();
    changes.extend(difference.coverage());
    // What only fades comes last: nobody did or said anything.
    changes.sort_by_key(|change| (change.what == WhatChanged::Faded, std::cmp::Reverse(change.points.abs())));
    changes
}

struct Difference<'s> {
    before: &'s Score,
    now: &'s Score,
    thing: &'s dyn Fn(i64) -> String,
}

impl Difference<'_> {
    fn items(&self) -> Vec<ScoreChange> {
        let mut changes = Vec::new();
        let mut left: Vec<&ScoredItem> = self.before.items.iter().collect();
        let mut fresh: Vec<&ScoredItem> = Vec::new();
        for item in &self.now.items {
            match left.iter().position(|earlier| self.same(earlier, item)) {
                Some(place) => changes.extend(self.points(left.swap_remove(place), item)),
                None => fresh.push(item),
            }
        }
        // A pattern may be made of other facts than before: the only one of its rule on both sides is the same pattern.
        for item in fresh {
            let of_rule = |items: &[ScoredItem]| items.iter().filter(|other| other.rule == item.rule).count();
            let alone = of_rule(&self.now.items) == 1 && of_rule(&self.before.items) == 1;
            match left.iter().position(|earlier| alone && earlier.rule == item.rule) {
                Some(place) => changes.extend(self.points(left.swap_remove(place), item)),
                None => changes.push(self.fresh(item)),
            }
        }
        changes.extend(left.into_iter().map(|item| self.gone(item)));
        changes
    }

    fn things(&self, item: &ScoredItem) -> BTreeSet<String> {
        item.evidence.iter().map(|id| (self.thing)(*id)).collect()
    }

    fn same(&self, earlier: &ScoredItem, item: &ScoredItem) -> bool {
        earlier.rule == item.rule && self.things(earlier) == self.things(item)
    }

    fn other_rules(&self) -> bool {
        self.before.rule_set != self.now.rule_set
    }

    fn fresh(&self, item: &ScoredItem) -> ScoreChange {
        let things = self.things(item);
        let about = |ignored: &&Ignored| things.contains(&(self.thing)(ignored.evidence));
        let waited = self.before.ignored.iter().filter(about).find(|ignored| !is_good_news(ignored));
        let known = self.known(self.before);
        let because = match waited {
            Some(ignored) => format!("Before: {}", ignored.because),
            None if item.evidence.iter().any(|id| !known.contains(id)) => "It was not known before.".to_owned(),
            None if self.other_rules() => "The rules were changed.".to_owned(),
            None => "It had not begun to count.".to_owned(),
        };
        let evidence = self.not_in(&item.evidence, &known);
        ScoreChange { because, points: item.points, evidence, ..self.of(WhatChanged::New, item) }
    }

    fn gone(&self, item: &ScoredItem) -> ScoreChange {
        let things = self.things(item);
        let about = |ignored: &&Ignored| things.contains(&(self.thing)(ignored.evidence));
        let mut why: Vec<&Ignored> = self.now.ignored.iter().filter(about).collect();
        // That a version was replaced says less than what its successor is.
        why.sort_by_key(|ignored| ignored.code == "superseded");
        let known = self.known(self.before);
        let (because, evidence) = match why.first() {
            _ if item.expires_on <= self.now.as_of => {
                (format!("It stopped counting on {}.", item.expires_on), Vec::new())
            }
            Some(ignored) => {
                let ids: Vec<i64> = why.iter().map(|ignored| ignored.evidence).collect();
                (ignored.because.clone(), self.not_in(&ids, &known))
            }
            None if self.other_rules() => ("The rules were changed.".to_owned(), Vec::new()),
            None => {
                let replaced: Vec<i64> =
                    self.known(self.now).into_iter().filter(|id| things.contains(&(self.thing)(*id))).collect();
                let because = if replaced.is_empty() {
                    "What it rested on is no longer held."
                } else {
                    "Its source says otherwise now."
                };
                (because.to_owned(), self.not_in(&replaced, &known))
            }
        };
        ScoreChange { because, points: -item.points, evidence, ..self.of(WhatChanged::Gone, item) }
    }

    fn points(&self, earlier: &ScoredItem, item: &ScoredItem) -> Option<ScoreChange> {
        let points = item.points - earlier.points;
        if points == 0 {
            return None;
        }
        let known = self.known(self.before);
        let mut evidence = self.not_in(&item.evidence, &known);
        let mut reasons: Vec<&str> =
            item.adjustments.iter().filter(|said| !earlier.adjustments.contains(said)).map(String::as_str).collect();
        if self.other_rules() && (item.severity, item.full_points) != (earlier.severity, earlier.full_points) {
            reasons.insert(0, "the rules were changed");
        } else if !evidence.is_empty() {
            reasons.insert(0, "a newer version of its evidence came");
        }
        if reasons.iter().all(|reason| reason.contains("have passed")) {
            reasons.clear();
        } else if evidence.is_empty() {
            // Good news that came since may be what took points off.
            let answers = self.now.ignored.iter().filter(|ignored| is_good_news(ignored));
            evidence = self.not_in(&answers.map(|ignored| ignored.evidence).collect::<Vec<_>>(), &known);
        }
        let (what, because) = match reasons.as_slice() {
            [] if points < 0 => (WhatChanged::Faded, "It fades with time.".to_owned()),
            [] => (WhatChanged::Points, "It shares less with what counted beside it.".to_owned()),
            reasons => (WhatChanged::Points, format!("{}.", unfinished(&beginning(&reasons.join("; "))))),
        };
        Some(ScoreChange { because, points, evidence, ..self.of(what, item) })
    }

    fn coverage(&self) -> impl Iterator<Item = ScoreChange> {
        let pairs = self.before.coverage.iter().zip(&self.now.coverage);
        pairs.filter(|(earlier, now)| earlier.assessed != now.assessed).map(|(earlier, now)| ScoreChange {
            what: if now.assessed { WhatChanged::Assessed } else { WhatChanged::NotAssessed },
            indicator: now.indicator,
            rule: None,
            says: now.because.clone(),
            because: format!("Before: {}", earlier.because),
            points: 0,
            evidence: Vec::new(),
        })
    }

    fn of(&self, what: WhatChanged, item: &ScoredItem) -> ScoreChange {
        ScoreChange {
            what,
            indicator: item.indicator,
            rule: Some(item.rule.clone()),
            says: item.says.clone(),
            because: String::new(),
            points: 0,
            evidence: Vec::new(),
        }
    }

    /// Every id that a score speaks of.
    fn known(&self, score: &Score) -> BTreeSet<i64> {
        let counted = score.items.iter().flat_map(|item| item.evidence.iter().copied());
        counted.chain(score.ignored.iter().map(|ignored| ignored.evidence)).collect()
    }

    fn not_in(&self, ids: &[i64], known: &BTreeSet<i64>) -> Vec<i64> {
        ids.iter().copied().filter(|id| !known.contains(id)).collect::<BTreeSet<i64>>().into_iter().collect()
    }
}

/// Whether it is no finding but takes off part of one.
fn is_good_news(ignored: &Ignored) -> bool {
    ignored.code == "answers"
}

/// Groups ids by what they are about, for [`since`].
pub fn by_thing(things: impl Iterator<Item = (i64, String)>) -> impl Fn(i64) -> String {
    let things: HashMap<i64, String> = things.collect();
    move |id| things.get(&id).cloned().unwrap_or_else(|| format!("#{id}"))
}
