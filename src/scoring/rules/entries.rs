//! `[[mitigation]]` and `[[assessed_by]]`.
//!
//! In: their tables. Out: a [`Mitigation`] or an [`AssessedBy`], or reports of everything that is wrong. Always holds: a
//! mitigation answers something; an indicator is assessed by a fact or by a source, never by both in one entry.

use super::conditions::{condition, plain};
use super::diagnose::Place;
use super::model::{AssessedBy, Mitigation};
use super::table::{Key, Reports, Table, Written, optional, required};
use super::vocabulary::{Vocabulary, fields, indicators, scored_kind};
use crate::evidence::{EvidenceKind, FieldType};

/// What a `[[mitigation]]` may say.
pub(crate) const MITIGATION_KEYS: [Key; 8] = [
    required("id", "a name for it"),
    required("evidence", "the kind of evidence that it reads"),
    required("when", "the condition for good news"),
    required("leaves_percent", "per cent of the points that remain, 0 to 99"),
    required("says", "the sentence that people read beside the points that were taken off"),
    optional("answers", "the catalogue's numbers that it answers, such as `[\"a1\", \"a2\"]`"),
    optional("answers_indicator_in", "or the field that names the indicator that it answers, all of it"),
    optional("later_year_only", "`true`: only what is about an earlier year is answered"),
];
/// What an `[[assessed_by]]` may say.
pub(crate) const ASSESSED_BY_KEYS: [Key; 6] = [
    required("indicator", "the letter of the indicator"),
    required("months", "how long the fact, or the source's last run, lets us speak of it; 1 to 120"),
    required("says", "a sentence: what it was assessed by"),
    optional("evidence", "by a fact: the kind of evidence"),
    optional("when", "and the condition that holds of it"),
    optional("source", "or by a source of this kind that covers the county"),
];

/// The kinds of source that an indicator can be assessed by.
pub(crate) const SOURCES: [&str; 5] =
    ["audit_outcomes", "auditor_reports", "complaints", "county_records", "county_flags"];

/// A mitigation, where its id stands, and where each catalogue id stands that it answers (to be checked against the
/// rules of all files).
pub(super) struct ReadMitigation {
    pub mitigation: Written<Mitigation>,
    pub answers: Vec<Written<String>>,
}

/// The mitigation of a table; nothing where anything is wrong, all of it reported.
pub(super) fn mitigation(table: &Table, reports: &mut Reports) -> Option<ReadMitigation> {
    let problems_before = reports.found.len();
    let id = table.text("id", reports);
    reports.rule = id.as_ref().map(|id| id.value.clone());
    table.known(&MITIGATION_KEYS, reports);
    let kind = scored_kind(table, reports);
    let when = condition(table, "when", kind, reports);
    let leaves = table.whole("leaves_percent", 0..=99, reports);
    let says = plain(table, "says", reports);
    let answers = table.words("answers", reports);
    let indicator_slot = indicator_slot(table, kind, reports);
    let later_than_year = later_than_year(table, kind, reports);
    let help = "write answers = [\"a1\", ...], or answers_indicator_in = \"FIELD\"";
    match (&answers, table.written("answers_indicator_in")) {
        (Some(_), Some(span)) => reports.say(&span, "a mitigation answers a list or an indicator, not both", help),
        (None, None) => reports.say(&table.span, "this mitigation does not say what it answers", help),
        (Some(answers), None) if answers.is_empty() => {
            reports.say(&table.span, "this mitigation answers nothing", help);
        }
        _ => {}
    }
    reports.rule = None;
    if reports.found.len() > problems_before {
        return None;
    }
    let id = id?;
    let answers = answers.unwrap_or_default();
    let mitigation = Mitigation {
        place: Place::of(reports.file, &id.span),
        id: id.value,
        kind: kind?,
        when: when?,
        answers: answers.iter().map(|answer| answer.value.clone()).collect(),
        indicator_slot,
        later_than_year,
        leaves_percent: leaves?.value,
        says: says?,
    };
    Some(ReadMitigation { mitigation: Written { value: mitigation, span: id.span }, answers })
}

fn indicator_slot(table: &Table, kind: Option<EvidenceKind>, reports: &mut Reports) -> Option<usize> {
    let name = table.text("answers_indicator_in", reports)?;
    let kind = kind?;
    let slot = fields(kind, None).meaning(&name, reports)?;
    let letters = kind.fields().get(slot).map(|field| field.holds);
    if letters != Some(FieldType::Choice(&["a", "b", "c", "d", "e"])) {
        let message = format!("`{}` does not hold the letter of an indicator", name.value);
        reports.say(&name.span, message, "name a field whose words are a to e");
    }
    Some(slot)
}

fn later_than_year(table: &Table, kind: Option<EvidenceKind>, reports: &mut Reports) -> Option<usize> {
    let wanted = table.yes_no("later_year_only", reports).filter(|wanted| wanted.value)?;
    let kind = kind?;
    let slot = kind.slot("year");
    if slot.is_none() {
        let message = format!("evidence of kind `{}` has no year", kind.name());
        reports.say(&wanted.span, message, "leave out `later_year_only`");
    }
    slot
}

/// What an entry says an indicator is assessed by; nothing where anything is wrong, all of it reported.
pub(super) fn assessed_by(table: &Table, reports: &mut Reports) -> Option<AssessedBy> {
    let problems_before = reports.found.len();
    table.known(&ASSESSED_BY_KEYS, reports);
    let indicator = indicators().under(table, "indicator", reports);
    let months = table.whole("months", 1..=120, reports);
    let says = plain(table, "says", reports);
    let source = source(table, reports);
    let by_fact = table.written("evidence").is_some() || table.written("when").is_some();
    let fact = if by_fact {
        let kind = scored_kind(table, reports);
        let when = condition(table, "when", kind, reports);
        kind.zip(when)
    } else {
        None
    };
    let help = "write `evidence` and `when` for a fact, or `source` for a feed";
    match (by_fact, table.written("source")) {
        (true, Some(span)) => reports.say(&span, "an entry names a fact or a source, not both", help),
        (false, None) => reports.say(&table.span, "this entry names neither a fact nor a source", help),
        (true, None) if table.written("evidence").is_none() || table.written("when").is_none() => {
            reports.say(&table.span, "a fact needs both `evidence` and `when`", help);
        }
        _ => {}
    }
    if reports.found.len() > problems_before {
        return None;
    }
    let place = Place::of(reports.file, &table.span);
    Some(AssessedBy { place, indicator: indicator?, fact, source, months: months?.value, says: says? })
}

/// A kind of source: the plural of the kind of evidence that it sends.
fn source(table: &Table, reports: &mut Reports) -> Option<String> {
    let words = SOURCES.map(|source| (source, source.to_owned())).to_vec();
    Vocabulary { what: "a kind of source".to_owned(), words }.under(table, "source", reports)
}
