//! The names that a condition may use, and where their values come from.
//!
//! In: a dotted name and a kind of evidence. Out: a [`Source`] and its type, or a suggestion. Always holds: the fields
//! of [`EvidenceKind::fields`] come first, so a kind may not have a field of a built-in's name (a test holds that).

use super::Scene;
use crate::evidence::{EvidenceKind, Fact, FieldType, Value};
use jiff::civil::Date;

/// Where a value is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A field of the evidence, by slot.
    Field(usize),
    AgeMonths,
    DeterminedYear,
    Parishes,
    Income,
    County,
    Year,
    Month,
}

/// The names that do not depend on the kind of evidence: name, source, type, meaning.
const BUILT_IN: [(&str, Source, FieldType, &str); 7] = [
    (
        "evidence.age_months",
        Source::AgeMonths,
        FieldType::Whole,
        "whole months since it happened, or where that is unknown since it was determined",
    ),
    ("evidence.determined_year", Source::DeterminedYear, FieldType::Whole, "the year in which it was determined"),
    ("council.parishes", Source::Parishes, FieldType::Whole, "parishes under the council"),
    ("council.income", Source::Income, FieldType::Whole, "its yearly income in pounds, where anybody has said"),
    ("council.county", Source::County, FieldType::Text, "its county"),
    ("as_of.year", Source::Year, FieldType::Whole, "the year of the day of the score"),
    ("as_of.month", Source::Month, FieldType::Whole, "the month of the day of the score, 1 to 12"),
];

/// The names that every condition may use: name, type, meaning.
pub(crate) fn built_in() -> impl Iterator<Item = (&'static str, FieldType, &'static str)> {
    BUILT_IN.iter().map(|&(name, _, holds, meaning)| (name, holds, meaning))
}

impl Source {
    /// The source and the type of a dotted name, if there is one for this kind of evidence.
    pub(super) fn named(name: &str, kind: EvidenceKind) -> Option<(Source, FieldType)> {
        if let Some(field) = name.strip_prefix("evidence.")
            && let Some(slot) = kind.slot(field)
        {
            return kind.fields().get(slot).map(|field| (Source::Field(slot), field.holds));
        }
        BUILT_IN.iter().find(|(built_in, ..)| *built_in == name).map(|&(_, source, holds, _)| (source, holds))
    }

    /// The dotted name it was written with.
    pub(super) fn name(self, kind: EvidenceKind) -> String {
        match self {
            Source::Field(slot) => format!("evidence.{}", kind.fields().get(slot).map_or("?", |field| field.name)),
            built_in => BUILT_IN
                .iter()
                .find(|(_, source, ..)| *source == built_in)
                .map_or_else(String::new, |(name, ..)| (*name).to_owned()),
        }
    }

    /// A yes/no field's value.
    pub(super) fn yes_no(self, scene: &Scene) -> Option<bool> {
        match self {
            Source::Field(slot) => match scene.fact.values.get(slot) {
                Some(Value::YesNo(value)) => Some(*value),
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole number; a choice by its position, a date as [`day_number`], so that one comparison serves all three.
    #[inline]
    pub(super) fn number(self, scene: &Scene) -> Option<i64> {
        match self {
            Source::Field(slot) => match scene.fact.values.get(slot)? {
                Value::Whole(number) => Some(*number),
                Value::Choice(position) => Some(i64::from(*position)),
                Value::Date(date) => Some(day_number(*date)),
                Value::Unknown | Value::YesNo(_) | Value::Text(_) => None,
            },
            Source::AgeMonths => age_months(scene.fact, scene.as_of),
            Source::DeterminedYear => scene.fact.determined_on.map(|date| i64::from(date.year())),
            Source::Parishes => Some(scene.council.parishes),
            Source::Income => scene.council.income,
            Source::Year => Some(i64::from(scene.as_of.year())),
            Source::Month => Some(i64::from(scene.as_of.month())),
            Source::County => None,
        }
    }

    /// A text; an empty county is unknown.
    pub(super) fn text<'a>(self, scene: &Scene<'a>) -> Option<&'a str> {
        match self {
            Source::Field(slot) => match scene.fact.values.get(slot) {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            },
            Source::County => Some(scene.council.county.as_str()).filter(|county| !county.is_empty()),
            _ => None,
        }
    }

    /// Whether the source says anything at all.
    pub(super) fn is_known(self, scene: &Scene) -> bool {
        match self {
            Source::Field(slot) => scene.fact.values.get(slot).is_some_and(|value| *value != Value::Unknown),
            Source::County => self.text(scene).is_some(),
            _ => self.number(scene).is_some(),
        }
    }
}

/// A date as a whole number with the same order: 2024-06-30 is 20240630.
pub(super) fn day_number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// Whole months from the day it happened (else was determined) to the day for which we score; negative for a day to
/// come. As in the decay of points, a month is whole once its day of the month is reached, or the month ends.
fn age_months(fact: &Fact, as_of: Date) -> Option<i64> {
    let from = fact.happened_on.or(fact.determined_on)?;
    let years = i64::from(as_of.year()) - i64::from(from.year());
    let months = years * 12 + i64::from(as_of.month()) - i64::from(from.month());
    let day_reached = as_of.day() >= from.day().min(as_of.days_in_month());
    Some(if day_reached { months } else { months - 1 })
}

/// Every name that a condition on this kind of evidence may use.
pub(super) fn names(kind: EvidenceKind) -> impl Iterator<Item = String> {
    let fields = kind.fields().iter().map(|field| format!("evidence.{}", field.name));
    fields.chain(BUILT_IN.iter().map(|(name, ..)| (*name).to_owned()))
}

/// What to say of a name that there is not.
pub(super) fn suggest(name: &str, kind: EvidenceKind) -> String {
    let names: Vec<String> = names(kind).collect();
    if !name.contains('.') {
        if let Some(full) = names.iter().find(|full| full.rsplit('.').next() == Some(name)) {
            return format!("did you mean `{full}`?");
        }
        let is_word = |holds| matches!(holds, FieldType::Choice(words) if words.contains(&name));
        if kind.fields().iter().any(|field| is_word(field.holds)) {
            return format!("if you mean the word, put it in double quotes: \"{name}\"");
        }
    }
    let full = if name.contains('.') { name.to_owned() } else { format!("evidence.{name}") };
    match nearest(&full, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("you may use {}", list(names.iter().map(|name| format!("`{name}`")))),
    }
}

/// The most alike of some words, if it is alike enough to be what was meant.
pub(crate) fn nearest<'a>(written: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + written.chars().count() / 5;
    words
        .map(|word| (strsim::damerau_levenshtein(written, word), word))
        .min()
        // A word of one letter is one change away from any other.
        .filter(|(distance, word)| *distance <= limit && *distance < word.chars().count())
        .map(|(_, word)| word)
}

/// Words as a person lists them: `a, b or c`.
pub(crate) fn list(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
