//! From which day backwards a class is due, and its rule in words.
//!
//! In: the retention rules, the live rules for scores, a day. Out: a [`Dated`] for each class. Always holds: evidence is
//! kept for at least as long as any rule of its kind counts or gathers it, or lets us speak of an indicator by it. (What
//! answers other evidence, or does not fade while it lasts, has no such length: `guard` asks the engine.)

use super::class::{Class, Holds};
use super::rules::{Length, Rules, Term};
use crate::clock::start_of_day;
use crate::evidence::EvidenceKind;
use crate::scoring::RuleSet;
use crate::scoring::rules::Gather;
use crate::store::retention::Before;
use jiff::{ToSpan, civil::Date};

/// One class with its rule as it holds today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dated {
    pub class: Class,
    /// The rule in words.
    pub words: String,
    /// Why, as the file says.
    pub because: String,
    /// What is dated before this day is due.
    pub before: Date,
}

impl Dated {
    /// The same as the store takes it.
    pub(super) fn limit(&self) -> Before {
        before(self.before)
    }
}

/// A day, and the instant at which it begins in England.
pub(super) fn before(day: Date) -> Before {
    Before { day, instant: start_of_day(day).as_microsecond() }
}

/// Every class, in order.
pub(super) fn dated(rules: &Rules, set: &RuleSet, today: Date) -> Vec<Dated> {
    let dated = |(class, term): &(Class, Term)| {
        let (length, words) = length(*class, term, set);
        let before = match length {
            Length::Months(months) => today.saturating_sub(i64::from(months).months()),
            Length::Days(days) => today.saturating_sub(i64::from(days).days()),
        };
        Dated { class: *class, words, because: term.because.clone(), before }
    };
    rules.terms.iter().map(dated).collect()
}

/// The day before which a class is due; nothing ever is where the rules don't speak of it.
pub(super) fn before_of(dated: &[Dated], class: Class) -> Date {
    dated.iter().find(|dated| dated.class == class).map_or(Date::MIN, |dated| dated.before)
}

/// How long a class is kept in the end, and the rule in words.
fn length(class: Class, term: &Term, set: &RuleSet) -> (Length, String) {
    let since = class.since();
    let stated = match term.length {
        Length::Months(months) => format!("{} after {since}", number(months, "month")),
        Length::Days(days) => format!("{} after {since}", number(days, "day")),
    };
    let Holds::Decided(kinds, _) = class.holds() else { return (term.length, stated) };
    let longest = longest_window(set, kinds);
    let window = longest.saturating_add(term.window_plus.unwrap_or(0));
    let rules = match term.window_plus {
        Some(plus) => format!(
            "or {} after the longest that a rule counts one ({}), whichever is later",
            number(plus, "month"),
            number(longest, "month")
        ),
        None => format!("and not while a rule may count one ({})", number(longest, "month")),
    };
    let stated_is_longer = match term.length {
        Length::Months(months) => months >= window,
        // A month has 31 days at most.
        Length::Days(days) => days / 31 >= window,
    };
    if stated_is_longer {
        (term.length, format!("{stated}, {rules}"))
    } else {
        (Length::Months(window), format!("{stated}, {rules}: {}", number(window, "month")))
    }
}

/// The longest that any rule counts a thing of one of these kinds, or gathers it with another, or that it lets us speak of
/// an indicator: months.
pub(super) fn longest_window(set: &RuleSet, kinds: &[EvidenceKind]) -> u32 {
    let rules = set.rules.iter().filter(|rule| kinds.contains(&rule.kind)).map(|rule| {
        rule.months.max(match &rule.gather {
            Some(Gather::Count { within_months, .. }) => *within_months,
            Some(Gather::Running { years, .. }) => years.saturating_mul(12),
            None => 0,
        })
    });
    let assessed = set.assessed_by.iter().filter_map(|by| {
        let (kind, _) = by.fact.as_ref()?;
        kinds.contains(kind).then_some(by.months)
    });
    rules.chain(assessed).max().unwrap_or(0)
}

fn number(count: u32, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
