//! Handing outcomes in.
//!
//! In: a file with what is asked of it. Out: its receipt. Always holds: any error means that nothing is taken, unless the
//! sender asked for the good rows; a refusal gets a receipt that is kept, too; a check keeps nothing.

use super::keys::{self, Key};
use super::receipt::{Receipt, ReceiptStatus, year_in_words};
use super::{FindingKind, feed};
use crate::app::App;
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Affiliation};
use crate::digest::sha256_hex;
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::ingest::{Checked, RunReport, apply_submitted, check, financial_year};
use crate::store::feeds::{NewDocument, hold_own, keep_document};
use crate::store::submissions::{self, NewSubmission};
use crate::store::{Database, StoreError};
use serde_json::json;

/// What was handed in, and what is asked of it.
#[derive(Debug, Clone)]
pub struct Sent {
    pub bytes: Vec<u8>,
    /// As the sender calls the file.
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    /// As people write it: `2025/26`, or the day on which it ends.
    pub financial_year: String,
    /// Take the good rows although others have errors.
    pub partial: bool,
    /// Check only.
    pub dry_run: bool,
    /// What the sender calls this submission, if anything.
    pub idempotency_key: Option<String>,
}

/// One submission on its way.
struct Submission<'a> {
    app: &'a App,
    actor: &'a Actor,
    own: &'a Affiliation,
    feed: Feed,
    year: i16,
    sent: &'a Sent,
    /// The receipt as far as it is known from the start.
    blank: Receipt,
}

/// Hands outcomes in. A refusal because of errors in the file is a receipt, too.
///
/// # Errors
/// As [`Actor::may`]; [`Code::BadQuery`] for a year or key that can't be understood; [`Code::IdempotencyKeyReused`];
/// when the database fails.
pub fn submit(app: &App, actor: &Actor, sent: &Sent) -> Result<Receipt, AppError> {
    actor.may(Action::Submit)?;
    let own = actor.organisation.as_ref().ok_or_else(|| {
        let next = "Submit with a key of the audit firm, of SAAA, or of NALC.";
        AppError::new(Code::NotPermitted, "Outcomes are submitted for an organisation.", next)
    })?;
    let year = financial_year(&sent.financial_year).filter(|year| (2000..=2100).contains(year)).ok_or_else(|| {
        AppError::new(
            Code::BadQuery,
            format!("`financial_year` is {:?}.", shortened(&sent.financial_year)),
            "Give a financial year, such as 2025/26.",
        )
    })?;
    let submission = Submission {
        app,
        actor,
        own,
        feed: feed::of(own),
        year,
        sent,
        blank: Receipt {
            id: None,
            status: ReceiptStatus::Checked,
            financial_year: year_in_words(year),
            received_at: app.clock.now(),
            sha256: sha256_hex(&sent.bytes),
            file_name: sent.file_name.clone(),
            run: None,
            read: 0,
            accepted: 0,
            unchanged: 0,
            review: 0,
            rejected: 0,
            findings: Vec::new(),
            notes: Vec::new(),
            unmapped: Vec::new(),
        },
    };
    if sent.dry_run {
        return submission.checked();
    }
    let key = sent.idempotency_key.as_deref().map(keys::read).transpose()?;
    let key = key.map(|key| Key { organisation: own.id, key, request: submission.request() });
    if let Some(key) = &key {
        // What was kept before needs no second check.
        let before = app.store.read(|connection| submission.before(connection, key))?;
        if let Some(receipt) = before {
            return Ok(receipt);
        }
    }
    submission.kept(key.as_ref())
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

impl Submission<'_> {
    /// A hash of the bytes and of what is asked of them.
    fn request(&self) -> String {
        sha256_hex(format!("{}\n{}\n{}", self.blank.sha256, self.year, self.sent.partial).as_bytes())
    }

    fn name(&self) -> &str {
        self.sent.file_name.as_deref().unwrap_or("submission")
    }

    /// Checks, and keeps nothing.
    fn checked(self) -> Result<Receipt, AppError> {
        match check(self.app, &self.feed, (&self.sent.bytes, self.name()), self.year)? {
            Err(finding) => Ok(Receipt { findings: vec![finding], ..self.blank }),
            Ok(checked) => self.app.store.read(|connection| {
                let (plan, findings) = checked.plan(connection, &self.feed)?;
                Ok(Receipt { findings, ..self.blank.clone().with(&crate::ingest::planned(&self.feed, &plan)) })
            }),
        }
    }

    /// Checks and applies, and keeps the receipt whatever comes of it; where somebody came first with the same key, gives
    /// the receipt that they got.
    fn kept(&self, key: Option<&Key>) -> Result<Receipt, AppError> {
        let checked = check(self.app, &self.feed, (&self.sent.bytes, self.name()), self.year)?;
        self.app.store.record(|connection| {
            if let Some(key) = key
                && let Some(before) = self.before(connection, key)?
            {
                return Ok(before);
            }
            hold_own(connection, &feed::row(&self.feed))?;
            let document = NewDocument {
                sha256: &self.blank.sha256,
                bytes: &self.sent.bytes,
                file_name: self.name(),
                content_type: self.sent.content_type.as_deref(),
                first_seen_at: self.blank.received_at.as_microsecond(),
            };
            keep_document(connection, &document)?;
            let receipt = match &checked {
                Ok(checked) => self.applied(connection, checked)?,
                Err(finding) => {
                    Receipt { status: ReceiptStatus::Refused, findings: vec![finding.clone()], ..self.blank.clone() }
                }
            };
            self.keep(connection, receipt, key)
        })
    }

    /// Applies what may be taken, in the caller's transaction.
    fn applied(&self, connection: &mut Database, checked: &Checked) -> Result<Receipt, AppError> {
        if !checked.is_current(connection)? {
            let next = "Send it again: the register was loaded while it was checked.";
            return Err(AppError::new(Code::DatabaseBusy, "The register has just changed.", next));
        }
        let (plan, findings) = checked.plan(connection, &self.feed)?;
        let planned: RunReport = crate::ingest::planned(&self.feed, &plan);
        let receipt = Receipt { findings, ..self.blank.clone().with(&planned) };
        let errors = receipt.count(FindingKind::Error) > 0;
        let nothing_good = planned.accepted + planned.unchanged + planned.review == 0;
        if errors && (!self.sent.partial || nothing_good) {
            return Ok(Receipt { status: ReceiptStatus::Refused, ..receipt });
        }
        let done = apply_submitted(self.app, connection, (&self.feed, &plan), &receipt.sha256)?;
        let status = if errors { ReceiptStatus::PartlyAccepted } else { ReceiptStatus::Accepted };
        Ok(Receipt { status, run: done.run, ..receipt })
    }

    /// Keeps the receipt, with the key that leads to it and an entry in the audit log.
    fn keep(&self, connection: &mut Database, receipt: Receipt, key: Option<&Key>) -> Result<Receipt, AppError> {
        let new = NewSubmission {
            organisation_id: self.own.id,
            feed: self.feed.id.clone(),
            run_id: receipt.run,
            actor: self.actor.reference(),
            received_at: receipt.received_at.as_microsecond(),
            financial_year: self.year.into(),
            status: receipt.status.word().to_owned(),
            sha256: receipt.sha256.clone(),
            receipt: "{}".to_owned(),
        };
        let id = submissions::add(connection, &new)?;
        let receipt = Receipt { id: Some(id), ..receipt };
        submissions::put_receipt(connection, id, &written(&receipt)?)?;
        if let Some(key) = key {
            key.keep(connection, id, new.received_at)?;
        }
        let event = Event::new("submission.sent", format!("submission:{id}"))
            .with(json!({ "status": receipt.status.word(), "sha256": receipt.sha256, "accepted": receipt.accepted }));
        audit::append(connection, self.actor, &event, self.app.clock.now())?;
        Ok(receipt)
    }

    /// The receipt that was given for this key before.
    fn before(&self, connection: &mut Database, key: &Key) -> Result<Option<Receipt>, AppError> {
        let Some(id) = key.led_to(connection)? else { return Ok(None) };
        let row = submissions::one(connection, id, Some(self.own.id))?.ok_or_else(|| super::unknown(id))?;
        Ok(Some(super::read::receipt(&row)?))
    }
}

fn written(receipt: &Receipt) -> Result<String, StoreError> {
    serde_json::to_string(receipt)
        .map_err(|e| StoreError::Corrupt { place: "a receipt".to_owned(), because: e.to_string() })
}
