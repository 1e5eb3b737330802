//! Rows that have just been read, without what was blacked out of their feed before.
//!
//! In: checked rows and the feed's [`Redactions`]. Out: the same rows, blacked out. Always holds: done before rows are
//! compared with what is known, so that a row whose only news is a blacked-out text is no news.

use super::diff::Matched;
use super::record::{Problem, Record, Rejected};
use crate::personal::REDACTED;
use crate::personal::redaction::{Redactions, Secret};
use crate::personal::screening::black_out;
use serde_json::Value as Json;

/// Rows whose council is known, with the fingerprints of what they say now.
pub(super) fn matched(redactions: &Redactions, rows: Vec<Matched>) -> Vec<Matched> {
    if redactions.is_empty() {
        return rows;
    }
    rows.into_iter()
        .map(|row| {
            let mut record = row.record;
            let secrets = of_record(redactions, &mut record);
            let instead = |text: &str| redactions.instead(text, row.council_id, &secrets);
            if let Some(instead) = record.event.as_deref().and_then(instead) {
                record.event = Some(instead);
            }
            if record.url.as_deref().and_then(instead).is_some() {
                record.url = Some(REDACTED.to_owned());
            }
            if let Some(instead) = record.fields.get("group").and_then(Json::as_str).and_then(instead) {
                record.fields.insert("group".to_owned(), Json::from(instead));
            }
            Matched::new(record, row.council_id)
        })
        .collect()
}

/// A row whose council a person has to name; `reason` says why.
pub(super) fn for_review(redactions: &Redactions, record: &mut Record, reason: &mut String) {
    if redactions.is_empty() {
        return;
    }
    for secret in of_record(redactions, record) {
        *reason = black_out(reason, &secret.text, REDACTED);
        record.named.name = black_out(&record.named.name, &secret.text, REDACTED);
    }
}

/// Rows that can't be taken.
pub(super) fn rejected(redactions: &Redactions, mut rows: Vec<Rejected>) -> Vec<Rejected> {
    if !redactions.is_empty() {
        for row in &mut rows {
            let secrets = redactions.black_out_cells(&mut row.raw);
            quoted(&mut row.problems, &secrets);
        }
    }
    rows
}

fn of_record(redactions: &Redactions, record: &mut Record) -> Vec<Secret> {
    let secrets = redactions.black_out_cells(&mut record.raw);
    quoted(&mut record.warnings, &secrets);
    secrets
}

fn quoted(problems: &mut [Problem], secrets: &[Secret]) {
    for problem in problems {
        for secret in secrets {
            problem.message = black_out(&problem.message, &secret.text, REDACTED);
        }
    }
}
