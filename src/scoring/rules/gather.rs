//! `count` and `running`: how a rule looks at several facts at once.
//!
//! In: a `[[rule]]` and its kind of evidence. Out: a [`Gather`]. Always holds: every slot is one of the kind's, and of
//! the type that its use needs.

use super::model::Gather;
use super::table::{Reports, Table};
use super::vocabulary::fields;
use crate::evidence::{EvidenceKind, FieldType};

/// How the rule gathers; nothing where it looks at one fact at a time, or where it is wrong and reported.
pub(super) fn gather(table: &Table, kind: Option<EvidenceKind>, reports: &mut Reports) -> Option<Gather> {
    if let (Some(_), Some(span)) = (table.written("count"), table.written("running")) {
        reports.say(&span, "a rule cannot have both `count` and `running`", "write two rules");
    }
    let counted = count(table, kind, reports);
    let running = running(table, kind, reports);
    counted.or(running)
}

fn count(table: &Table, kind: Option<EvidenceKind>, reports: &mut Reports) -> Option<Gather> {
    let table = table.table("count", "`count`", reports)?;
    table.keys(&["at_least", "within_months"], &["distinct"], reports);
    let at_least = table.whole("at_least", 2..=100, reports);
    let within_months = table.whole("within_months", 1..=120, reports);
    let distinct = match table.text("distinct", reports) {
        Some(name) => Some(fields(kind?, None).meaning(&name, reports)?),
        None => None,
    };
    Some(Gather::Count { at_least: at_least?.value, within_months: within_months?.value, distinct })
}

fn running(table: &Table, kind: Option<EvidenceKind>, reports: &mut Reports) -> Option<Gather> {
    let table = table.table("running", "`running`", reports)?;
    table.keys(&["years", "by"], &["or_marked"], reports);
    let years = table.whole("years", 2..=10, reports);
    let by = table.words("by", reports);
    let marked = table.text("or_marked", reports);
    let kind = kind?;
    let year = kind.slot("year");
    if year.is_none() {
        let message = format!("evidence of kind `{}` has no year to run by", kind.name());
        reports.say(&table.span, message, "use `count`");
    }
    let by = by?.iter().map(|name| fields(kind, None).meaning(name, reports)).collect::<Vec<_>>();
    let or_marked = match marked {
        Some(name) => Some(fields(kind, Some(FieldType::YesNo)).meaning(&name, reports)?),
        None => None,
    };
    Some(Gather::Running { years: years?.value, year: year?, by: by.into_iter().collect::<Option<_>>()?, or_marked })
}
