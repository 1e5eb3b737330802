//! Idempotency keys: a submission that is sent again, because its answer was lost, is not submitted again.
//!
//! In: the key that a submitter gave (the header `Idempotency-Key`, as the IETF's draft has it) and a hash of what was asked
//! for. Out: leave to go on, or the submission that the key led to. Always holds: of several who come at once with one key,
//! one goes on, which the primary key decides; who was cut off holds it for a few minutes and no longer.

use crate::app::App;
use crate::error::{AppError, Code};
use crate::store::submissions::{self, KeyRow};
use crate::store::{Database, StoreError};
use jiff::{SignedDuration, Timestamp};

/// How long a submission may take before its key may be taken over.
const HELD: SignedDuration = SignedDuration::from_mins(5);
/// How long a key is known; at least seven days are promised.
const KNOWN: SignedDuration = SignedDuration::from_hours(24 * 30);
/// The longest key.
const LONGEST: usize = 255;

/// A key that is held for one submission.
pub(super) struct Held {
    organisation: i64,
    key: String,
    holder: String,
}

/// What a key leads to.
pub(super) enum Begun {
    Held(Held),
    /// It was used for the same before: the submission's id.
    Before(i64),
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

/// Takes the key, or finds what it led to.
///
/// # Errors
/// [`Code::IdempotencyKeyReused`] when it was used for something else, [`Code::SubmissionInFlight`] while it is worked on.
pub(super) fn begin(app: &App, organisation: i64, key: &str, request: &str) -> Result<Begun, AppError> {
    // Leases run on the system's clock: a demo's own clock stands still.
    let now = Timestamp::now();
    let drawn = crate::auth::secret::draw();
    let row = KeyRow {
        organisation_id: organisation,
        idempotency_key: key.to_owned(),
        request_sha256: request.to_owned(),
        holder: crate::digest::sha256_hex(drawn.reveal().as_bytes()),
        held_until: now.saturating_add(HELD)?.as_microsecond(),
        submission_id: None,
        created_at: now.as_microsecond(),
    };
    let held = || Begun::Held(Held { organisation, key: key.to_owned(), holder: row.holder.clone() });
    app.store.write(|connection| {
        submissions::forget_keys(connection, now.saturating_sub(KNOWN)?.as_microsecond())?;
        let Some(known) = submissions::key(connection, organisation, key)? else {
            submissions::take_key(connection, &row)?;
            return Ok(held());
        };
        if known.request_sha256 != request {
            return Err(AppError::new(
                Code::IdempotencyKeyReused,
                "This `Idempotency-Key` came before with other content or another question.",
                "Send a fresh key with everything that is new; the same key is for the same submission sent again.",
            ));
        }
        match known.submission_id {
            Some(submission) => Ok(Begun::Before(submission)),
            None if known.held_until > now.as_microsecond() => Err(in_flight()),
            None => {
                submissions::take_over_key(connection, &row)?;
                Ok(held())
            }
        }
    })
}

impl Held {
    /// Says which submission the key led to, in the transaction that keeps it.
    ///
    /// # Errors
    /// [`Code::SubmissionInFlight`] when this took so long that another took the key over.
    pub(super) fn settle(&self, connection: &mut Database, submission: i64) -> Result<(), AppError> {
        let ours = (self.organisation, self.key.as_str());
        if submissions::settle_key(connection, ours, &self.holder, submission)? { Ok(()) } else { Err(in_flight()) }
    }

    /// Gives the key back: nothing came of it.
    ///
    /// # Errors
    /// When the database fails; then it is free again in a few minutes.
    pub(super) fn give_back(&self, app: &App) -> Result<(), StoreError> {
        let ours = (self.organisation, self.key.as_str());
        app.store.write(|connection| submissions::give_key_back(connection, ours, &self.holder))
    }
}

fn in_flight() -> AppError {
    AppError::new(
        Code::SubmissionInFlight,
        "A submission with this `Idempotency-Key` is being worked on.",
        "Send the same again in a minute, with the same key: you get its receipt.",
    )
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
