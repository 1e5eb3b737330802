//! Queueing: a letter is sealed and kept in the transaction that gives rise to it.
//!
//! In: a letter. Out: its id in the outbox. Always holds: it is refused here, before anything is kept, where it could not be
//! written as an e-mail; nothing of it is kept in the clear but its kind, its times and a hash of the address.

use super::{Letter, State};
use crate::auth::seal::{Seal, SealError};
use crate::auth::secret;
use crate::error::{AppError, Code};
use crate::store::{Database, outbox};
use jiff::Timestamp;
use lettre::Address;
use serde::{Deserialize, Serialize};

/// What is sealed of a letter.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Queues a letter in the caller's transaction and gives its id; wake the [`super::Postbox`] once that has committed.
///
/// # Errors
/// [`Code::BadQuery`] for an address that isn't one or a subject of several lines; what sealing or the database gives.
pub fn queue(connection: &mut Database, seal: &Seal, letter: &Letter, now: Timestamp) -> Result<i64, AppError> {
    let to = letter.to.trim();
    check(to, &letter.subject)?;
    // 22 of its characters are 132 bits: plenty for a name, and the Message-ID fits on a line.
    let message_key: String = secret::draw().reveal().chars().take(22).collect();
    let content = Content { to: to.to_owned(), subject: letter.subject.clone(), text: letter.text.clone() };
    let content = serde_json::to_vec(&content)
        .map_err(|e| AppError::new(Code::Unexpected, format!("A letter can't be written down: {e}."), ""))?;
    let content = seal.seal(&purpose(&message_key), &content).map_err(|e| unsealed(&e))?;
    let row = outbox::NewLetter {
        kind: letter.kind.word().to_owned(),
        message_key,
        recipient_sha256: outbox::recipient_sha256(to),
        content: Some(content),
        state: State::Queued.word().to_owned(),
        queued_at: now.as_microsecond(),
        expires_at: letter.expires_at.map(Timestamp::as_microsecond),
        attempts: 0,
        next_attempt_at: now.as_microsecond(),
    };
    Ok(outbox::queue(connection, &row)?)
}

/// Opens what a row holds.
pub(super) fn opened(seal: &Seal, row: &outbox::LetterRow) -> Result<Content, AppError> {
    let content = row.content.as_deref().unwrap_or_default();
    let content = seal.open(&purpose(&row.message_key), content).map_err(|e| unsealed(&e))?;
    serde_json::from_slice(&content).map_err(|_| {
        AppError::new(Code::Unexpected, "A letter's content can't be read.", "It was written by another version.")
    })
}

/// What a letter's content is sealed for: put into another row, it doesn't open.
fn purpose(message_key: &str) -> String {
    format!("letter {message_key}")
}

fn unsealed(error: &SealError) -> AppError {
    AppError::new(Code::ConfigInvalid, error.to_string(), error.next())
}

/// Refuses what could not be written as an e-mail. The address itself stays out of the message.
fn check(to: &str, subject: &str) -> Result<(), AppError> {
    if to.chars().any(char::is_control) || to.parse::<Address>().is_err() {
        return Err(AppError::new(
            Code::BadQuery,
            "The address that a letter is for isn't an e-mail address.",
            "Give one such as clerk@example.org.",
        ));
    }
    if subject.chars().any(char::is_control) {
        return Err(AppError::new(Code::BadQuery, "The subject of a letter has to be one line.", ""));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_subject_that_would_add_a_header_is_refused() {
        check("clerk@example.org", "Your sign-in link – Bellwether").unwrap();
        for to in [
            "clerk@example.org\r\nBcc: everybody@example.org",
            "clerk\r\n@example.org",
            "\"a\r\nBcc: b\"@example.org",
            "clerk@example.org, other@example.org",
            "Clerk <clerk@example.org>",
            "clerk",
            "",
        ] {
            let refused = check(to, "Subject").unwrap_err();
            assert_eq!(refused.happened, "The address that a letter is for isn't an e-mail address.", "{to:?}");
        }
        for subject in ["Hello\r\nBcc: everybody@example.org", "Hello\nthere", "Hello\rthere", "Hello\0"] {
            let refused = check("clerk@example.org", subject).unwrap_err();
            assert_eq!(refused.happened, "The subject of a letter has to be one line.", "{subject:?}");
        }
    }
}
