//! The texts of a rule that speak of fields: its conditions, and the sentence with `{evidence.FIELD}` in it.
//!
//! In: a key of a table and the kind of evidence. Out: a checked [`Condition`], or a sentence whose gaps can be filled.
//! Always holds: a problem inside a condition is reported where it stands in the file, which is why conditions must
//! stand in TOML's literal quotes (`'...'` or `'''...'''`): in any other text an escape would shift the columns.

use super::table::{Reports, Table, Written};
use crate::evidence::{EvidenceKind, FieldType};
use crate::scoring::expression::{Condition, compile, list, nearest};
use std::ops::Range;

/// The condition under a key; nothing where there is none, or where it is wrong and reported. Without a kind (because
/// that is wrong itself) only the quotes are looked at.
pub(super) fn condition(
    table: &Table,
    key: &str,
    kind: Option<EvidenceKind>,
    reports: &mut Reports,
) -> Option<Condition> {
    let found = table.text(key, reports)?;
    let Some(inside) = literal(&reports.file.text, &found.span) else {
        let message = format!("the condition in `{key}` must stand in single quotes");
        reports.say(&found.span, message, format!("write {key} = '...' or, over several lines, '''...'''"));
        return None;
    };
    let source = reports.file.text.get(inside.clone())?;
    match compile(source, kind?) {
        Ok(condition) => Some(condition),
        Err(problems) => {
            for problem in problems {
                let span = inside.start + problem.span.start..inside.start + problem.span.end;
                reports.say(&span, problem.message, problem.help.unwrap_or_default());
            }
            None
        }
    }
}

/// The bytes between the literal quotes of a TOML text, if it has such quotes.
fn literal(file: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let raw = file.get(span.clone())?;
    let several_lines = raw.starts_with("'''");
    let quotes = if several_lines { 3 } else { 1 };
    let inside = raw.strip_prefix('\'').and_then(|_| raw.get(quotes..raw.len().checked_sub(quotes)?))?;
    // The line break right after the opening quotes is no part of the text.
    let skipped = match inside {
        inside if several_lines && inside.starts_with("\r\n") => 2,
        inside if several_lines && inside.starts_with('\n') => 1,
        _ => 0,
    };
    Some(span.start + quotes + skipped..span.end - quotes)
}

/// A sentence with `{evidence.FIELD}` in it, every gap checked against the kind's fields.
pub(super) fn sentence(table: &Table, key: &str, kind: Option<EvidenceKind>, reports: &mut Reports) -> Option<String> {
    let found = table.text(key, reports)?;
    let problems_before = reports.found.len();
    let mut rest = found.value.as_str();
    while let Some((before, after)) = rest.split_once(['{', '}']) {
        let opened = rest[before.len()..].starts_with('{');
        let Some((name, later)) = after.split_once('}').filter(|_| opened) else {
            reports.say(&found.span, "a brace in this sentence has no partner", "write {evidence.FIELD}, or no braces");
            return None;
        };
        gap(name, &found, kind, reports);
        rest = later;
    }
    (reports.found.len() == problems_before).then_some(found.value)
}

fn gap(name: &str, sentence: &Written<String>, kind: Option<EvidenceKind>, reports: &mut Reports) {
    let Some(kind) = kind else { return };
    let span = span_of(&format!("{{{name}}}"), sentence, reports);
    let field =
        name.strip_prefix("evidence.").and_then(|field| kind.slot(field)).and_then(|slot| kind.fields().get(slot));
    match field.map(|field| field.holds) {
        Some(FieldType::Text) => {
            let message = format!("`{name}` is free text, which is never shown");
            reports.say(&span, message, "say it without");
        }
        Some(_) => {}
        None => {
            let known = || kind.fields().iter().filter(|field| field.holds != FieldType::Text);
            let written = name.strip_prefix("evidence.").unwrap_or(name);
            let help = match nearest(written, known().map(|field| field.name)) {
                Some(near) => format!("did you mean {{evidence.{near}}}?"),
                None => format!("you may use {}", list(known().map(|field| format!("{{evidence.{}}}", field.name)))),
            };
            reports.say(&span, format!("evidence of kind `{}` has no field `{name}`", kind.name()), help);
        }
    }
}

/// Where a part of a text stands in the file; the whole text where escapes hide it.
fn span_of(part: &str, whole: &Written<String>, reports: &Reports) -> Range<usize> {
    let raw = reports.file.text.get(whole.span.clone()).unwrap_or_default();
    match raw.find(part) {
        Some(at) => whole.span.start + at..whole.span.start + at + part.len(),
        None => whole.span.clone(),
    }
}

/// A sentence without gaps.
pub(super) fn plain(table: &Table, key: &str, reports: &mut Reports) -> Option<String> {
    let found = table.text(key, reports)?;
    if found.value.contains(['{', '}']) {
        let message = format!("`{key}` is shown as it stands, so it cannot have braces");
        reports.say(&found.span, message, "fields are filled in only in the `says` of a [[rule]]");
        return None;
    }
    Some(found.value)
}
