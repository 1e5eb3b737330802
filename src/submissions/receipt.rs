//! The receipt of a submission.
//!
//! In: what was handed in and what came of it. Out: the same as JSON and for pages. Always holds: accepted, unchanged, review
//! and rejected add up to read, but for a file that can't be read as a whole.

use super::{Finding, FindingKind};
use crate::ingest::RunReport;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What came of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStatus {
    /// Every row was taken, or waits for a person to say which council is meant.
    Accepted,
    /// The good rows were taken; those with errors were not.
    PartlyAccepted,
    /// Nothing was taken.
    Refused,
    /// It was checked only: nothing of it is kept, the receipt neither.
    Checked,
}

impl ReceiptStatus {
    pub(super) fn word(self) -> &'static str {
        match self {
            ReceiptStatus::Accepted => "accepted",
            ReceiptStatus::PartlyAccepted => "partly_accepted",
            ReceiptStatus::Refused => "refused",
            ReceiptStatus::Checked => "checked",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            ReceiptStatus::Accepted => "Accepted",
            ReceiptStatus::PartlyAccepted => "Accepted in part",
            ReceiptStatus::Refused => "Refused: nothing was taken",
            ReceiptStatus::Checked => "Checked only: nothing was kept",
        }
    }
}

/// What a submitter gets for a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// Its number; none where it was checked only.
    pub id: Option<i64>,
    pub status: ReceiptStatus,
    /// Such as `2025/26`.
    #[schema(example = "2025/26")]
    pub financial_year: String,
    pub received_at: Timestamp,
    /// SHA-256 (hex) of the bytes that arrived.
    pub sha256: String,
    /// As the sender calls the file.
    pub file_name: Option<String>,
    /// The run under which its rows are shown among the sources.
    pub run: Option<i64>,
    /// Rows read.
    pub read: usize,
    /// Rows that brought something new or changed (that would, where nothing was taken).
    pub accepted: usize,
    /// Rows that said what was known already.
    pub unchanged: usize,
    /// Rows that wait for a person to say which council is meant.
    pub review: usize,
    /// Rows with errors.
    pub rejected: usize,
    /// Everything that was found, in the order of the file.
    pub findings: Vec<Finding>,
    /// What else there is to know, in sentences.
    pub notes: Vec<String>,
    /// Columns that nothing reads, with their sheet.
    pub unmapped: Vec<String>,
}

impl Receipt {
    /// How many findings are of that kind.
    pub fn count(&self, kind: FindingKind) -> usize {
        self.findings.iter().filter(|finding| finding.kind == kind).count()
    }

    /// The receipt with what a run, made or only planned, comes to.
    pub(super) fn with(self, done: &RunReport) -> Receipt {
        Receipt {
            read: done.read,
            accepted: done.accepted,
            unchanged: done.unchanged,
            review: done.review,
            rejected: done.rejected,
            notes: done.notes.clone(),
            unmapped: done.unmapped.clone(),
            ..self
        }
    }
}

/// A financial year by the year in which it ends: `2025/26`.
pub(super) fn year_in_words(ends: i16) -> String {
    format!("{}/{:02}", ends - 1, ends.rem_euclid(100))
}
