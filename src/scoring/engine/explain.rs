//! The reasons beside the figures: how an item's points came about, and the one sentence for Monday's list.
//!
//! In: firings, loads and shares of a score. Out: sentences. Always holds: whatever changed an item's points is told, in the
//! order in which it was reckoned; the list's sentence speaks of what was found, never of people.

use super::answers::Answer;
use super::bands::{Known, unsaid};
use super::events::{Load, Share};
use super::look::Firing;
use super::plan::Plan;
use super::points::whole_months;
use super::wording::{in_points, limit_in_points, list, number_of, ordinal, share as in_words, unfinished, within};
use crate::scoring::score::{Band, Coverage, ScoredItem};
use jiff::civil::Date;

/// One item with everything that its reasons are made from.
pub(super) struct Reasons<'s> {
    pub plan: &'s Plan<'s>,
    pub answers: &'s [Answer<'s>],
    pub firings: &'s [Firing],
    pub loads: &'s [Load],
    pub shares: &'s [Share],
    pub as_of: Date,
}

impl Reasons<'_> {
    /// What changed the points of the item at this place, in order.
    pub(super) fn adjustments(&self, at: usize) -> Vec<String> {
        let (firing, load, share) = (&self.firings[at], &self.loads[at], &self.shares[at]);
        let rule = self.plan.rule(firing.rule);
        let arithmetic = &self.plan.set.arithmetic;
        let mut said = Vec::new();
        if firing.stepped
            && let Some((_, words)) = &rule.step_up
        {
            said.push(unfinished(words).to_owned());
        }
        if firing.already_counted > 0 {
            let already = in_points(firing.already_counted);
            said.push(format!("{already} less, because one of the items that make it up already counts by itself"));
        }
        let elapsed = whole_months(load.counted_from, self.as_of);
        if load.holding {
            said.push("in full while it lasts; the day on which it stops counting moves on until then".to_owned());
        } else if elapsed > 0 {
            let months = number_of(load.months, "month");
            said.push(format!("{elapsed} of {months} have passed, and it falls by the month"));
        }
        if let Some(answer) = firing.answer.and_then(|place| self.answers.get(place)) {
            said.push(unfinished(&answer.mitigation.says).to_owned());
        }
        if share.repetition_percent != 100 {
            let times = ordinal(share.occurrence);
            said.push(format!(
                "counted at {} per cent, because it is the {times} of its kind",
                share.repetition_percent
            ));
        }
        if share.shared < share.repeated {
            said.push(self.shared(share));
        }
        if share.points < share.shared {
            let cap = limit_in_points(arithmetic.opinion_cap);
            said.push(format!("cut, because all opinion together counts for {cap} at most"));
        }
        said
    }

    fn shared(&self, share: &Share) -> String {
        let arithmetic = &self.plan.set.arithmetic;
        let beside =
            share.beside.map_or_else(String::new, |head| within(&self.plan.rule(self.firings[head].rule).title));
        if share.event_capped {
            let cap = in_words(arithmetic.same_event_cap_percent);
            return format!("cut, because beside {beside} all else of the same event counts for {cap} of that at most");
        }
        if share.shared == super::points::percent(share.repeated, arithmetic.same_event_percent) {
            let part = in_words(arithmetic.same_event_percent);
            return format!("{part}, because it is of the same event as {beside}, which counts whole");
        }
        format!("only what it adds to {beside}, which is of the same event and counts whole")
    }
}

/// One plain sentence or two: the strongest reasons, or what has been looked at and what not.
pub(super) fn sentence(items: &[ScoredItem], band: Band, known: Known<'_>) -> String {
    let Some(strongest) = items.first() else {
        let sentence = without_items(band, known.coverage);
        return if known.unsaid == 0 { sentence } else { format!("{sentence} {}", unsaid(known.unsaid)) };
    };
    let mut sentence = finished(&strongest.says);
    let next = items.iter().find(|item| item.says != strongest.says);
    if let Some(next) = next {
        sentence.push(' ');
        sentence.push_str(&finished(&next.says));
    }
    let told = |item: &&ScoredItem| item.says != strongest.says && next.is_none_or(|next| next.says != item.says);
    match items.iter().filter(told).count() {
        0 => {}
        1 => sentence.push_str(" One more thing counts."),
        more => sentence = format!("{sentence} {more} more things count."),
    }
    sentence
}

fn finished(sentence: &str) -> String {
    let sentence = sentence.trim();
    if sentence.ends_with(['.', '!', '?']) { sentence.to_owned() } else { format!("{sentence}.") }
}

fn without_items(band: Band, coverage: &[Coverage]) -> String {
    let titles = |assessed: bool| -> Vec<String> {
        let wanted = coverage.iter().filter(|cover| cover.assessed == assessed);
        wanted.map(|cover| within(cover.indicator.title())).collect()
    };
    let (known, unknown) = (titles(true), titles(false));
    match (band, known.as_slice(), unknown.as_slice()) {
        (Band::NotAssessed, [], _) => "Not assessed yet: nothing has been received that would let us speak.".to_owned(),
        (Band::NotAssessed, ..) => {
            format!("Not assessed yet: nothing is known of {}. Nothing counts in what is known.", list(&unknown))
        }
        (_, _, []) => "Nothing counts against the council in any of the five indicators.".to_owned(),
        _ => format!("Nothing counts against the council in what is known; {} not assessed yet.", list(&unknown)),
    }
}
