//! Idempotency keys: a submission that is sent again, because its answer was lost, is not submitted again.
//!
//! In: the key that a submitter gave (the header `Idempotency-Key`, as the IETF's draft has it) and a hash of what was asked
//! for. Out: the submission that it led to, if it led to one. Always holds: a key is kept by the transaction that keeps its
//! submission, and by nothing before: who is cut off, killed even, leaves no claim that others would have to wait for.

use crate::error::{AppError, Code};
use crate::store::submissions::{self, KeyRow};
use crate::store::{Database, StoreError};

/// The longest key.
const LONGEST: usize = 255;

/// A key under which something is submitted.
pub(super) struct Key {
    pub(super) organisation: i64,
    pub(super) key: String,
    /// A hash of what is asked for.
    pub(super) request: String,
}

/// The key as it was sent: a structured field's string (`"..."`), or bare.
///
/// # Errors
/// [`Code::BadQuery`] for one that is empty, too long, or holds anything but visible ASCII.
pub(super) fn read(sent: &str) -> Result<String, AppError> {
    let trimmed = sent.trim();
    let quoted = trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let key = quoted.unwrap_or(trimmed);
    if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err(AppError::new(
            Code::BadQuery,
            format!("`Idempotency-Key` must have 1 to {LONGEST} visible ASCII characters."),
            "Send a fresh UUID for each submission, and the same one when you send it again.",
        ));
    }
    Ok(key.to_owned())
}

impl Key {
    /// The submission that it led to. Of several who come at once with one key, asking in the transaction that keeps theirs
    /// (those take turns, [`crate::store::Store::record`]), each finds what the first has kept.
    ///
    /// # Errors
    /// [`Code::IdempotencyKeyReused`] when it was used for something else; when the database fails.
    pub(super) fn led_to(&self, connection: &mut Database) -> Result<Option<i64>, AppError> {
        match submissions::key(connection, self.organisation, &self.key)? {
            Some(known) if known.request_sha256 != self.request => Err(AppError::new(
                Code::IdempotencyKeyReused,
                "This `Idempotency-Key` came before with other content or another question.",
                "Send a fresh key with everything that is new; the same key is for the same submission sent again.",
            )),
            known => Ok(known.map(|known| known.submission_id)),
        }
    }

    /// Says which submission it led to, in the transaction that keeps it.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn keep(&self, connection: &mut Database, submission: i64, now: i64) -> Result<(), StoreError> {
        let row = KeyRow {
            organisation_id: self.organisation,
            idempotency_key: self.key.clone(),
            request_sha256: self.request.clone(),
            submission_id: submission,
            created_at: now,
        };
        submissions::keep_key(connection, &row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_its_quotes_or_without() {
        for sent in ["\"8e03978e-40d5\"", "8e03978e-40d5", "  8e03978e-40d5 "] {
            assert_eq!(read(sent).unwrap(), "8e03978e-40d5");
        }
        for wrong in ["", "\"\"", "é", &"x".repeat(256)] {
            assert_eq!(read(wrong).unwrap_err().code, Code::BadQuery, "{wrong}");
        }
    }
}
