//! What time alone does to a band: the day on which it comes down, or that waiting does not help.
//!
//! In: what a council's evidence comes to today, and a way to look at it afresh on a later day. Out: an [`Outlook`]. Always
//! holds: the day that is named is exact, and until then the band stays what it is; both by the same look at the same
//! evidence as the score itself.
//!
//! From one look on, points only fade, so the day is found by halving. Three things change otherwise than by fading, and at
//! each of them the evidence is looked at afresh:
//! - a condition that asks for age or for the calendar changes its answer (a post has been vacant for six months);
//! - a fact that is dated later than today begins to count;
//! - another set of facts outweighs the one by which a gathering rule fires.
//!
//! Where none of them can come about, as for most councils, nothing is looked at again.

use super::Reckoned;
use super::bands::band_on;
use super::clearing::certain;
use super::events::{Load, weigh};
use super::look::day_of;
use super::plan::{Plan, Timed};
use super::points::{months_later, whole_months};
use super::wording::{beginning, day, list, within};
use crate::evidence::{Fact, Standing};
use crate::scoring::expression::{CouncilContext, Scene};
use crate::scoring::score::{Band, Prospect};
use jiff::{ToSpan, civil::Date};
use std::cmp::Ordering;

/// Twenty years; no rule counts for more than ten.
const HORIZON_MONTHS: u32 = 240;

/// A score whose band time may bring down.
pub(super) struct Waiting<'s, 'a, 'r> {
    pub plan: &'s Plan<'r>,
    pub council: &'s CouncilContext,
    pub today: &'s Reckoned<'a, 'r>,
    pub band: Band,
    pub as_of: Date,
    /// What the same evidence comes to on another day.
    pub look_on: &'s dyn Fn(Date) -> Reckoned<'a, 'r>,
}

/// What becomes of the band if nothing new comes.
pub(super) enum Outlook {
    Falls(Date, Band),
    Rises(Date, Band),
    /// It stays; the numbers of the rules whose items count in full while they last, most points first.
    Held(Vec<usize>),
}

impl Waiting<'_, '_, '_> {
    /// The first change of the band.
    pub(super) fn outlook(&self) -> Outlook {
        let horizon = months_later(self.as_of, HORIZON_MONTHS);
        let (mut later, mut since) = (None, self.as_of);
        loop {
            let now = later.as_ref().unwrap_or(self.today);
            let falls = self.falls(&now.loads, since);
            let turn = self.turn(since, falls.map_or(horizon, |(on, _)| on));
            let look_on = match (turn, falls) {
                (Some(turn), _) => turn,
                (None, Some((on, _))) if now.looked.may_be_outweighed => on,
                (None, Some((on, to))) => return Outlook::Falls(on, to),
                (None, None) => return Outlook::Held(self.held(&now.loads, since)),
            };
            let then = (self.look_on)(look_on);
            let band = self.band_on(&then.loads, look_on);
            match band.cmp(&self.band) {
                Ordering::Less => return Outlook::Falls(look_on, band),
                Ordering::Greater => return Outlook::Rises(look_on, band),
                Ordering::Equal => (later, since) = (Some(then), look_on),
            }
        }
    }

    fn band_on(&self, loads: &[Load], on: Date) -> Band {
        band_on(self.plan.set, loads, on, self.band)
    }

    /// The first day, and the band, on which these loads give a lower one by fading alone.
    fn falls(&self, loads: &[Load], since: Date) -> Option<(Date, Band)> {
        let ends = loads.iter().filter(|load| !load.holding);
        let last = ends.map(|load| months_later(load.counted_from, load.months)).max()?;
        if last <= since || self.band_on(loads, last) >= self.band {
            return None;
        }
        let on = |days: i64| since.saturating_add(days.days());
        let (mut still, mut down) = (0, i64::from((last - since).get_days()));
        while down - still > 1 {
            let middle = still + (down - still) / 2;
            if self.band_on(loads, on(middle)) < self.band { down = middle } else { still = middle }
        }
        Some((on(down), self.band_on(loads, on(down))))
    }

    fn held(&self, loads: &[Load], on: Date) -> Vec<usize> {
        let (shares, _) = weigh(&self.plan.set.arithmetic, loads, on);
        let mut rules: Vec<usize> = Vec::new();
        for at in super::heaviest(&shares).into_iter().filter(|&at| loads[at].holding) {
            if !rules.contains(&loads[at].rule) {
                rules.push(loads[at].rule);
            }
        }
        rules
    }

    /// The first day after one and up to another on which something else than fading may change what the evidence comes to.
    fn turn(&self, since: Date, up_to: Date) -> Option<Date> {
        let mut first: Option<Date> = None;
        for fact in &self.today.looked.facts {
            let arrives = fact.happened_on.max(fact.determined_on).filter(|arrives| *arrives > since);
            let timed = self.plan.timed(fact.kind);
            if arrives.is_none() && timed.is_empty() {
                continue;
            }
            let Ok(counts_from) = day_of(fact, Date::MAX) else { continue };
            let before = |first: Option<Date>| first.map_or(up_to, |first| first.min(up_to));
            first = arrives.filter(|arrives| *arrives <= before(first)).or(first);
            for timed in timed {
                let until = self.until(timed, fact, counts_from).unwrap_or(up_to).min(before(first));
                first = self.answers_otherwise(timed, fact, (since, until)).or(first);
            }
        }
        first
    }

    /// The day after which a rule's answers about a fact are of no account, if there is one.
    fn until(&self, timed: &Timed<'_>, fact: &Fact, counts_from: Date) -> Option<Date> {
        let rule = timed.rule?;
        if fact.standing == Standing::Opinion && !rule.opinion {
            return Some(self.as_of);
        }
        let scene = Scene { fact, council: self.council, as_of: self.as_of };
        let may_hold =
            rule.holds.as_ref().is_some_and(|holds| timed.holds_by_time || holds.holds(&scene) == Some(true));
        (rule.gather.is_none() && !may_hold).then(|| months_later(counts_from, rule.months))
    }

    /// The first day after one and up to another on which conditions answer otherwise than on the first. Their answers change
    /// only with a month of the fact's age or of the calendar.
    fn answers_otherwise(&self, timed: &Timed<'_>, fact: &Fact, (since, until): (Date, Date)) -> Option<Date> {
        if until <= since {
            return None;
        }
        let answers = |as_of| timed.answers(&Scene { fact, council: self.council, as_of });
        let so_far = answers(since);
        let months_of = |from: Date| {
            let next = u32::try_from(whole_months(from, since).saturating_add(1)).unwrap_or(0);
            let months = (next..).map(|months| months_later(from, months));
            months.take_while(|on| *on <= until && *on < Date::MAX).find(|on| answers(*on) != so_far)
        };
        let age = fact.happened_on.or(fact.determined_on).filter(|_| timed.by_age).and_then(months_of);
        let calendar = timed.by_calendar.then(|| since.first_of_month()).and_then(months_of);
        age.into_iter().chain(calendar).min()
    }
}

impl Outlook {
    /// As a sentence, `to` being how a band it comes to is named; nothing where there is nothing to say.
    pub(super) fn sentence(&self, plan: &Plan<'_>, to: impl Fn(Band) -> String) -> Option<String> {
        match self {
            Outlook::Falls(on, band) => Some(format!("If nothing new comes, it falls {} on {}.", to(*band), day(*on))),
            Outlook::Rises(on, band) => Some(format!(
                "Waiting alone does not bring it down: if nothing changes, it rises {} on {}.",
                to(*band),
                day(*on)
            )),
            Outlook::Held(rules) => {
                let mut titles: Vec<String> = Vec::new();
                for title in rules.iter().map(|&rule| within(&plan.rule(rule).title)) {
                    if !titles.contains(&title) {
                        titles.push(title);
                    }
                }
                let first = titles.first_mut()?;
                *first = beginning(first);
                let held = list(&titles);
                Some(format!("Waiting alone does not bring it down: {held} counts in full while it lasts."))
            }
        }
    }

    /// The same in parts; nothing where there is nothing to say.
    pub(super) fn prospect(&self, plan: &Plan<'_>) -> Option<Prospect> {
        match self {
            Outlook::Falls(on, band) => Some(Prospect::Falls { on: *on, to: certain(*band) }),
            Outlook::Rises(on, band) => Some(Prospect::Rises { on: *on, to: certain(*band) }),
            Outlook::Held(rules) => {
                let rules: Vec<String> = rules.iter().map(|&rule| plan.rule(rule).id.clone()).collect();
                (!rules.is_empty()).then_some(Prospect::Held { rules })
            }
        }
    }
}
