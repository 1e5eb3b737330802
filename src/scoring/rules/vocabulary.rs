//! Keys whose values are words of a fixed list: kinds of evidence, indicators, bands, fields.
//!
//! In: a word as it was written. Out: what it stands for, or a report with the word that was probably meant. Always holds:
//! a word means the same thing wherever it is allowed.

use super::table::{Reports, Table, Written};
use crate::evidence::{EvidenceKind, FieldType};
use crate::scoring::Indicator;
use crate::scoring::expression::{list, nearest};

/// What is allowed in one place, and what it stands for.
pub(super) struct Vocabulary<T> {
    /// Such as "a kind of evidence".
    pub what: String,
    pub words: Vec<(&'static str, T)>,
}

impl<T: Clone> Vocabulary<T> {
    /// What a written word stands for.
    pub(super) fn meaning(&self, found: &Written<String>, reports: &mut Reports) -> Option<T> {
        let meaning = self.words.iter().find(|(word, _)| *word == found.value).map(|(_, meaning)| meaning.clone());
        if meaning.is_none() {
            let words = || self.words.iter().map(|(word, _)| *word);
            let help = match nearest(&found.value, words()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("it may be {}", list(words().map(|word| format!("\"{word}\"")))),
            };
            reports.say(&found.span, format!("\"{}\" is not {}", found.value, self.what), help);
        }
        meaning
    }

    /// What the word under a key stands for; nothing where there is no such key.
    pub(super) fn under(&self, table: &Table, key: &str, reports: &mut Reports) -> Option<T> {
        let found = table.text(key, reports)?;
        self.meaning(&found, reports)
    }
}

/// The letters of the indicators.
pub(super) fn indicators() -> Vocabulary<Indicator> {
    let words = Indicator::ALL.map(|indicator| (indicator.letter(), indicator)).to_vec();
    Vocabulary { what: "an indicator".to_owned(), words }
}

/// The kind of evidence under `evidence` that an entry reads: any but what is context, of which nobody is scored.
pub(super) fn scored_kind(table: &Table, reports: &mut Reports) -> Option<EvidenceKind> {
    let found = table.text("evidence", reports)?;
    let kind = kinds().meaning(&found, reports)?;
    if kind.is_context() {
        let message = format!(
            "\"{}\" is context for whom to help first: it never brings, lowers or assesses points",
            kind.name()
        );
        reports.say(&found.span, message, "leave this entry out; what is to count is sent as a county record");
        return None;
    }
    Some(kind)
}

/// The kinds of evidence.
fn kinds() -> Vocabulary<EvidenceKind> {
    let words = EvidenceKind::ALL.map(|kind| (kind.name(), kind)).to_vec();
    Vocabulary { what: "a kind of evidence".to_owned(), words }
}

/// The slots of a kind's fields, of the wanted type if there is one.
pub(super) fn fields(kind: EvidenceKind, wanted: Option<FieldType>) -> Vocabulary<usize> {
    let what = match wanted {
        Some(FieldType::YesNo) => format!("a yes/no field of evidence of kind `{}`", kind.name()),
        _ => format!("a field of evidence of kind `{}`", kind.name()),
    };
    let fields = kind.fields().iter().enumerate();
    let words = fields.filter(|(_, field)| wanted.is_none_or(|wanted| field.holds == wanted));
    Vocabulary { what, words: words.map(|(slot, field)| (field.name, slot)).collect() }
}
