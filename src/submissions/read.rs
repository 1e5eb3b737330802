//! Submissions as they are shown: the list, and one with its receipt and what it brought.
//!
//! In: who asks, and which. Out: views. Always holds: another organisation's submission is answered as one that there isn't;
//! NALC sees all.

use super::receipt::Receipt;
use super::{unknown, whose};
use crate::app::App;
use crate::auth::{Action, Actor};
use crate::error::AppError;
use crate::store::submissions::{self, SubmissionRow};
use crate::store::{StoreError, register};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use utoipa::ToSchema;

/// A submission in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubmissionLine {
    /// As it was given, without its findings.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// How many errors were found.
    pub errors: usize,
    /// When it was taken back as a whole.
    pub withdrawn_at: Option<Timestamp>,
}

/// A submission whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubmissionView {
    /// As it was given.
    pub receipt: Receipt,
    /// What it brought, by record key.
    pub records: Vec<RecordLine>,
    /// When it was taken back as a whole.
    pub withdrawn_at: Option<Timestamp>,
    /// The reason that was given.
    pub withdrawn_because: Option<String>,
}

/// One thing that a submission brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordLine {
    /// The firm's own reference (or the council's code) and the year: what a row is withdrawn by.
    pub record_key: String,
    /// The council's code.
    pub gss_code: String,
    pub council: String,
    /// The version's id in the evidence.
    pub evidence: i64,
    pub state: RecordState,
}

/// What became of it since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// It is the latest that the organisation said of it.
    Current,
    /// The organisation has said something else since, or has taken it back.
    Replaced,
}

/// Submissions, newest first, with an id below the first number where one is given, and at most as many as the second.
///
/// # Errors
/// As [`Actor::may`]; when the database fails.
pub fn page(app: &App, actor: &Actor, (before, limit): (Option<i64>, i64)) -> Result<Vec<SubmissionLine>, AppError> {
    let of = whose(actor, Action::SeeSubmissions)?;
    let rows = app.store.read(|connection| submissions::page(connection, of, before, limit))?;
    let line = |row: &SubmissionRow| {
        let mut receipt = receipt(row)?;
        let errors = receipt.count(super::FindingKind::Error);
        receipt.findings.clear();
        Ok(SubmissionLine { receipt, errors, withdrawn_at: instant(row.withdrawn_at)? })
    };
    rows.iter().map(line).collect::<Result<_, StoreError>>().map_err(AppError::from)
}

/// One submission whole.
///
/// # Errors
/// [`crate::error::Code::SubmissionUnknown`] where there is none of that number, or not the asker's; as [`Actor::may`]; when the database fails.
pub fn one(app: &App, actor: &Actor, id: i64) -> Result<SubmissionView, AppError> {
    let of = whose(actor, Action::SeeSubmissions)?;
    app.store.read(|connection| {
        let row = submissions::one(connection, id, of)?.ok_or_else(|| unknown(id))?;
        let brought = match row.run_id {
            Some(run) => submissions::brought(connection, run)?,
            None => Vec::new(),
        };
        // A record that changed councils was taken back from the old one by the same run.
        let brought: Vec<_> = brought.into_iter().filter(|version| version.standing != "withdrawn").collect();
        let keys: Vec<String> = brought.iter().map(|version| version.record_key.clone()).collect();
        let latest: HashSet<i64> = submissions::latest_ids(connection, &row.feed, &keys)?.into_iter().collect();
        let ids: BTreeSet<i64> = brought.iter().map(|version| version.council_id).collect();
        let councils: HashMap<i64, (String, String)> =
            register::councils_of(connection, &ids.into_iter().collect::<Vec<_>>())?
                .into_iter()
                .map(|council| (council.id, (council.gss_code, council.name)))
                .collect();
        let records = brought.into_iter().map(|version| {
            let (gss_code, council) = councils.get(&version.council_id).cloned().unwrap_or_default();
            let state = if latest.contains(&version.id) { RecordState::Current } else { RecordState::Replaced };
            RecordLine { record_key: version.record_key, gss_code, council, evidence: version.id, state }
        });
        Ok(SubmissionView {
            records: records.collect(),
            receipt: receipt(&row)?,
            withdrawn_at: instant(row.withdrawn_at)?,
            withdrawn_because: row.withdrawn_because,
        })
    })
}

/// The receipt as it was given.
pub(super) fn receipt(row: &SubmissionRow) -> Result<Receipt, StoreError> {
    serde_json::from_str(&row.receipt)
        .map_err(|e| StoreError::Corrupt { place: format!("submission {}", row.id), because: e.to_string() })
}

fn instant(at: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    at.map(Timestamp::from_microsecond)
        .transpose()
        .map_err(|e| StoreError::Corrupt { place: "a submission".to_owned(), because: e.to_string() })
}
