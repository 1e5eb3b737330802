//! Sent outcomes: the form, the list, one receipt; and the corrections.
//!
//! In: what [`crate::submissions`] and [`crate::corrections`] give. Out: the pages at `/submissions` and `/corrections`.
//! Always holds: what needs mending is said by sheet, row and column; only who may submit is offered to.
//!
//! The forms send, each with `form_token`: `/submissions` (multipart) `financial_year`, `file`, `partial`, `what`;
//! `…/withdraw` `reason` and, for single rows, `record_key`s.

use super::address;
use super::page::Shell;
use super::words::{self, When};
use crate::corrections::Correction;
use crate::submissions::{
    Finding, FindingKind, Receipt, ReceiptStatus, RecordLine, RecordState, SubmissionLine, SubmissionView,
};
use askama::Template;

/// What the page of submissions shows.
pub struct Overview {
    pub lines: Vec<SubmissionLine>,
    pub may_submit: bool,
}

#[derive(Template)]
#[template(path = "submissions.html")]
struct OverviewTemplate<'a> {
    shell: &'a Shell<'a>,
    overview: &'a Overview,
    lines: Vec<(&'a SubmissionLine, When)>,
}

/// When and why a submission was withdrawn.
struct TakenBack<'a> {
    at: When,
    because: &'a str,
}

/// Findings of one kind: title, advice, and each with its place.
type Group<'a> = (&'static str, &'static str, Vec<(String, &'a Finding)>);

#[derive(Template)]
#[template(path = "submission.html")]
struct ReceiptTemplate<'a> {
    shell: &'a Shell<'a>,
    receipt: &'a Receipt,
    received: When,
    groups: Vec<Group<'a>>,
    records: &'a [RecordLine],
    withdrawn: Option<TakenBack<'a>>,
    may_withdraw: bool,
}

#[derive(Template)]
#[template(path = "corrections.html")]
struct CorrectionsTemplate<'a> {
    shell: &'a Shell<'a>,
    corrections: Vec<(&'a Correction, When)>,
}

/// The page of submissions.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(overview: &Overview, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let lines = overview.lines.iter().map(|line| (line, words::moment(line.receipt.received_at))).collect();
    OverviewTemplate { shell, overview, lines }.render()
}

/// The receipt of a check, which nothing is kept of.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_receipt(receipt: &Receipt, shell: &Shell<'_>) -> Result<String, askama::Error> {
    page(receipt, shell).render()
}

/// One submission.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_one((view, may_submit): &(SubmissionView, bool), shell: &Shell<'_>) -> Result<String, askama::Error> {
    let withdrawn = view
        .withdrawn_at
        .map(|at| TakenBack { at: words::moment(at), because: view.withdrawn_because.as_deref().unwrap_or_default() });
    let taken = view.receipt.status != ReceiptStatus::Refused;
    ReceiptTemplate {
        may_withdraw: *may_submit && taken && withdrawn.is_none(),
        records: &view.records,
        withdrawn,
        ..page(&view.receipt, shell)
    }
    .render()
}

fn page<'a>(receipt: &'a Receipt, shell: &'a Shell<'a>) -> ReceiptTemplate<'a> {
    let group = |kind: FindingKind, title, advice| {
        let found = receipt.findings.iter().filter(|finding| finding.kind == kind);
        (title, advice, found.map(|finding| (place(finding), finding)).collect::<Vec<_>>())
    };
    let mut groups = vec![
        group(
            FindingKind::Error,
            "To be mended",
            "These rows can’t be taken as they stand. Mend them and send the file again.",
        ),
        group(
            FindingKind::Review,
            "Waiting for a person",
            "Which council is meant can’t be told. Somebody of NALC or the association decides; a parish code (gss_code) settles it at once.",
        ),
        group(FindingKind::Warning, "Noticed", "These rows are sound; look whether they are meant so."),
    ];
    groups.retain(|(_, _, found)| !found.is_empty());
    ReceiptTemplate {
        shell,
        receipt,
        received: words::moment(receipt.received_at),
        groups,
        records: &[],
        withdrawn: None,
        may_withdraw: false,
    }
}

fn place(finding: &Finding) -> String {
    match (&finding.sheet, finding.row) {
        (Some(sheet), Some(row)) => format!("Sheet {sheet}, row {row}"),
        (None, Some(row)) => format!("Row {row}"),
        (Some(sheet), None) => format!("Sheet {sheet}"),
        (None, None) => "The file".to_owned(),
    }
}

/// The page of corrections.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_corrections(corrections: &[Correction], shell: &Shell<'_>) -> Result<String, askama::Error> {
    let corrections = corrections.iter().map(|one| (one, words::moment(one.recorded_at))).collect();
    CorrectionsTemplate { shell, corrections }.render()
}
