//! A source's row after checking: what it says, about whom, and where it stood.
//!
//! In: filled by `normalise`. Out: matched to a council and kept by `apply`. Always holds: `fields` hold only what the
//! kind's table allows, so the store never holds a value that rules can't read.

use crate::evidence::{EvidenceKind, Standing};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a feed sends; decides its columns and the kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    AuditOutcomes,
    AuditorReports,
    Complaints,
    CountyRecords,
    CountyFlags,
    Engagement,
}

impl SourceKind {
    /// Every kind of source, in the order in which they are documented.
    pub const ALL: [SourceKind; 6] = [
        SourceKind::AuditOutcomes,
        SourceKind::AuditorReports,
        SourceKind::Complaints,
        SourceKind::CountyRecords,
        SourceKind::CountyFlags,
        SourceKind::Engagement,
    ];

    /// The word used in feeds' declarations, in rules, in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            SourceKind::AuditOutcomes => "audit_outcomes",
            SourceKind::AuditorReports => "auditor_reports",
            SourceKind::Complaints => "complaints",
            SourceKind::CountyRecords => "county_records",
            SourceKind::CountyFlags => "county_flags",
            SourceKind::Engagement => "engagement",
        }
    }

    /// The words shown to people.
    pub fn title(self) -> &'static str {
        match self {
            SourceKind::AuditOutcomes => "Auditors' outcomes",
            SourceKind::AuditorReports => "Auditors' reports and recommendations",
            SourceKind::Complaints => "Complaint records",
            SourceKind::CountyRecords => "County associations' records",
            SourceKind::CountyFlags => "County associations' flags",
            SourceKind::Engagement => "Membership, training and awards",
        }
    }

    /// The kind of source of that name, if there is one.
    pub fn named(name: &str) -> Option<SourceKind> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// The kind of evidence that its rows become.
    pub fn evidence(self) -> EvidenceKind {
        match self {
            SourceKind::AuditOutcomes => EvidenceKind::AuditOutcome,
            SourceKind::AuditorReports => EvidenceKind::AuditorReport,
            SourceKind::Complaints => EvidenceKind::Complaint,
            SourceKind::CountyRecords => EvidenceKind::CountyRecord,
            SourceKind::CountyFlags => EvidenceKind::CountyFlag,
            SourceKind::Engagement => EvidenceKind::Engagement,
        }
    }
}

/// Where a row stood, as a person would look for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub sheet: Option<String>,
    pub row: u32,
}

/// How the source names the council.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    pub gss_code: Option<String>,
    pub district: Option<String>,
    pub county: Option<String>,
}

/// What says which of two rows about one thing is the later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceOrder {
    /// The source's own version number.
    pub version: Option<i64>,
    /// The date of the certificate or decision, where the source gave it (a date that intake assumed is not here).
    pub dated: Option<Date>,
}

/// One checked row.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub place: Place,
    pub kind: EvidenceKind,
    pub named: Named,
    /// The source's own key for the thing, unique within a feed and the same in every list it sends.
    pub record_key: String,
    /// What the versions of one thing share within a council: `audit/2025` for the outcome of a year whoever sends it,
    /// otherwise the feed's id, `/`, and the record key.
    pub chain: String,
    pub event: Option<String>,
    pub happened_on: Option<Date>,
    pub determined_on: Option<Date>,
    pub standing: Standing,
    /// Names as in the kind's table; an auditor's outcome also has `matters`.
    pub fields: serde_json::Map<String, serde_json::Value>,
    pub url: Option<String>,
    /// Which of two rows with one record key is the later; no part of what the record says.
    pub order: SourceOrder,
    /// The row as it stood, header to text (blank cells left out), for the review queue and for replay.
    pub raw: serde_json::Map<String, serde_json::Value>,
    /// What was odd but did not stop the row.
    pub warnings: Vec<Problem>,
}

/// What is wrong with a row, in words for the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The column as the source writes it, where one is to blame.
    pub column: Option<String>,
    /// A stable code, such as `date_unreadable`.
    pub code: String,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
}

/// A row that can't be taken, kept as it stood with every reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    pub place: Place,
    pub raw: serde_json::Map<String, serde_json::Value>,
    pub problems: Vec<Problem>,
}

/// A whole file, normalised.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Normalised {
    pub rows_read: usize,
    pub records: Vec<Record>,
    pub rejected: Vec<Rejected>,
    /// Columns that nothing reads, by sheet: reported, never dropped silently.
    pub unmapped: Vec<(Option<String>, String)>,
}

/// A column that nothing reads, with its sheet where it stands in a workbook: "Final: Remarks".
pub(super) fn column_in_words((sheet, column): &(Option<String>, String)) -> String {
    match sheet {
        Some(sheet) => format!("{sheet}: {column}"),
        None => column.clone(),
    }
}
