//! One `[[rule]]`.
//!
//! In: its table. Out: a [`Rule`], or reports of everything that is wrong with it. Always holds: the id tells the
//! indicator; a county flag is an opinion; a rule is in force for a day at least.

use super::conditions::{condition, plain, sentence};
use super::diagnose::Place;
use super::gather::gather;
use super::model::{InForce, Rule};
use super::rule_test::rule_tests;
use super::table::{Key, Reports, Table, Written, optional, required};
use super::vocabulary::{indicators, scored_kind};
use crate::evidence::EvidenceKind;
use crate::scoring::Indicator;
use crate::scoring::expression::Condition;

/// What a `[[rule]]` may say.
pub(crate) const KEYS: [Key; 18] = [
    required("id", "the catalogue's number, a dot, and a few words, such as `a8.no-return`"),
    required("title", "a few words for lists"),
    required("indicator", "the letter of the indicator, `a` to `e`; the id begins with it"),
    required("evidence", "the kind of evidence that it reads, one of those below"),
    required("when", "the condition, in single quotes, or over several lines between three of them"),
    required("severity", "1 minor, 2 moderate, 3 serious, 4 critical"),
    required("months", "how long it counts from the day it was determined, less each month; 1 to 120"),
    required(
        "in_force",
        "the first day on which what happened falls under it and, if it was repealed, the last: `{ from = 2015-04-01, until = 2027-03-31 }`",
    ),
    required("cite", "the Act, regulation or guide that it rests on"),
    required("says", "the sentence that people read; `{evidence.year}` puts in a field of the evidence"),
    required("clears", "what the council can do so that it stops counting"),
    optional(
        "opinion",
        "`true`: the evidence is an officer's opinion, capped and never enough for more than *monitor*; a county flag always is",
    ),
    optional("step_up", "`{ when = '...', says = \"...\" }`: one severity higher while this holds too"),
    optional("holds", "a condition while which it does not fade, such as a vacancy that is still open"),
    optional(
        "count",
        "`{ at_least = 3, within_months = 12, distinct = \"group\" }`: only once so many were determined within so many months; with `distinct`, with different values of that field",
    ),
    optional(
        "running",
        "`{ years = 2, by = [\"reason\"], or_marked = \"repeat\" }`: only once it is so for so many financial years without a gap, alike in the fields of `by`; or once, where the field of `or_marked` says yes",
    ),
    optional(
        "cleared_leaves",
        "per cent of its points that remain once the council has done what `clears` says: 0 where it then no longer fires, 100 where nothing but time helps; without it, what its best mitigation leaves",
    ),
    optional("test", "its examples, each a `[[rule.test]]`"),
];

/// The rule of a table, and where its id stands; nothing where anything is wrong, all of it reported.
pub(super) fn rule(table: &Table, reports: &mut Reports) -> Option<Written<Rule>> {
    let problems_before = reports.found.len();
    let id = table.text("id", reports);
    reports.rule = id.as_ref().map(|id| id.value.clone());
    table.known(&KEYS, reports);

    let indicator = indicators().under(table, "indicator", reports);
    let kind = scored_kind(table, reports);
    let opinion = opinion(table, kind, reports);
    let catalogue = id.as_ref().and_then(|id| catalogue(id, indicator, opinion, reports));
    let title = plain(table, "title", reports);
    let when = condition(table, "when", kind, reports);
    let severity = table.whole("severity", 1..=4, reports);
    let months = table.whole("months", 1..=120, reports);
    let in_force = in_force(table, reports);
    let step_up = step_up(table, kind, severity.as_ref(), reports);
    let holds = condition(table, "holds", kind, reports);
    let gather = gather(table, kind, reports);
    let cite = plain(table, "cite", reports);
    let says = sentence(table, "says", kind, reports);
    let clears = plain(table, "clears", reports);
    let cleared_leaves = table.whole("cleared_leaves", 0..=100, reports);
    let tests = rule_tests(table, kind, in_force, reports);
    reports.rule = None;

    if reports.found.len() > problems_before {
        return None;
    }
    let id = id?;
    let place = Place::of(reports.file, &id.span);
    Some(Written {
        span: id.span,
        value: Rule {
            place,
            id: id.value,
            catalogue: catalogue?,
            title: title?,
            indicator: indicator?,
            kind: kind?,
            when: when?,
            severity: u8::try_from(severity?.value).ok()?,
            months: months?.value,
            in_force: in_force?,
            opinion,
            step_up,
            holds,
            gather,
            cite: cite?,
            says: says?,
            clears: clears?,
            cleared_leaves: cleared_leaves.map(|leaves| leaves.value),
            tests,
        },
    })
}

/// Officers' flags are opinion whether or not the rule says so; it must, so that whoever reads the file sees it.
fn opinion(table: &Table, kind: Option<EvidenceKind>, reports: &mut Reports) -> bool {
    let opinion = table.yes_no("opinion", reports);
    let says_so = opinion.as_ref().is_some_and(|opinion| opinion.value);
    if kind == Some(EvidenceKind::CountyFlag) && !says_so {
        let span = opinion.map_or_else(|| table.span.clone(), |opinion| opinion.span);
        reports.say(&span, "a county flag is an officer's opinion", "add a line `opinion = true`");
    }
    says_so
}

/// The part of an id before its dot: the indicator's letter and the catalogue's number, or `-opinion`.
fn catalogue(
    id: &Written<String>,
    indicator: Option<Indicator>,
    opinion: bool,
    reports: &mut Reports,
) -> Option<String> {
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let help = "an id is the catalogue's number, a dot and a few words, such as \"a8.no-return\"";
    let Some((prefix, _)) = id.value.split_once('.').filter(|(prefix, name)| is_word(prefix) && is_word(name)) else {
        reports.say(&id.span, format!("\"{}\" is no rule id", id.value), help);
        return None;
    };
    let letter = indicator?.letter();
    let Some(rest) = prefix.strip_prefix(letter) else {
        let message = format!("this rule is of indicator {letter}, but its id begins with \"{prefix}\"");
        reports.say(&id.span, message, format!("begin the id with {letter}, or change the indicator"));
        return None;
    };
    let numbered = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    if opinion && rest != "-opinion" {
        let help = format!("write \"{letter}-opinion.\" before its name: opinion is no item of the catalogue");
        reports.say(&id.span, "the id of an opinion must say so", help);
        return None;
    }
    if !opinion && !numbered {
        reports.say(&id.span, format!("\"{}\" is no rule id", id.value), help);
        return None;
    }
    Some(prefix.to_owned())
}

fn in_force(table: &Table, reports: &mut Reports) -> Option<InForce> {
    let table = table.table("in_force", "`in_force`", reports)?;
    table.keys(&["from"], &["until"], reports);
    let from = table.date("from", reports);
    let until = table.date("until", reports);
    let from = from?.value;
    if let Some(until) = until.as_ref().filter(|until| until.value < from) {
        let message = format!("this rule ends on {} before it begins on {from}", until.value);
        reports.say(&until.span, message, "swap the dates, or leave `until` out");
    }
    Some(InForce { from, until: until.map(|until| until.value) })
}

fn step_up(
    table: &Table,
    kind: Option<EvidenceKind>,
    severity: Option<&Written<u32>>,
    reports: &mut Reports,
) -> Option<(Condition, String)> {
    let table = table.table("step_up", "`step_up`", reports)?;
    table.keys(&["when", "says"], &[], reports);
    if severity.is_some_and(|severity| severity.value == 4) {
        reports.say(&table.span, "there is no step above severity 4", "leave out `step_up`, or lower the severity");
    }
    let when = condition(&table, "when", kind, reports);
    let says = plain(&table, "says", reports);
    Some((when?, says?))
}
