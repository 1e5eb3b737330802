//! Personal data: whom to write to, what must not be kept, and what people are told of what is held on them.
//!
//! In: contacts that somebody keeps, texts that should not have been sent, requests of people about themselves. Out:
//! contacts, redactions, answers, erasures. Always holds: contacts stand apart from evidence; what was done is recorded in
//! the same transaction, by number, without the data itself; a record outside one's reach is answered as one that doesn't
//! exist; what is blacked out or erased takes no figure with it.

pub mod contacts;
pub mod erasure;
pub mod redaction;
pub mod screening;
pub mod subjects;

use crate::auth::Actor;
use crate::error::{AppError, Code};
use crate::store::StoreError;
use jiff::Timestamp;

/// What stands in place of a text that was blacked out.
pub const REDACTED: &str = "[redacted]";

/// The longest reason that is taken, in characters.
const LONGEST_REASON: usize = 300;

/// The error for a record that isn't there, or isn't the asker's to know of.
fn unknown(what: &str, number: impl std::fmt::Display) -> AppError {
    AppError::new(
        Code::RecordUnknown,
        format!("There is no {what} {number}."),
        "It may have been removed, or belong to another organisation.",
    )
}

fn refused(happened: impl Into<String>, next: impl Into<String>) -> AppError {
    AppError::new(Code::InputRefused, happened, next)
}

/// A reason as it is logged for good: it says something, and names nobody, nor repeats what it is the reason to remove.
pub(crate) fn checked_reason(reason: &str, removed: &[&str]) -> Result<String, AppError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let happened = format!("A reason of 1 to {LONGEST_REASON} characters is needed.");
        return Err(refused(happened, "Say in a sentence why; it stays in the log."));
    }
    if reason.chars().any(char::is_control) {
        return Err(refused("The reason holds a control character.", "Write it on one line, in plain text."));
    }
    let next = "The reason stays in the log for good. Write it without naming anybody.";
    if let Some(finding) = screening::screen(reason) {
        return Err(refused(format!("The reason holds what looks like {}.", finding.words()), next));
    }
    let lower = reason.to_lowercase();
    if removed.iter().any(|removed| !removed.is_empty() && lower.contains(&removed.to_lowercase())) {
        return Err(refused("The reason repeats what is to be removed.", next));
    }
    Ok(reason.to_owned())
}

fn instant(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|e| StoreError::Corrupt { place: "an instant".to_owned(), because: e.to_string() })
}

/// The number of the actor's organisation, as logs keep it.
fn organisation_of(actor: &Actor) -> Option<i64> {
    actor.organisation.as_ref().map(|own| own.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_nobody_and_repeats_nothing() {
        assert_eq!(checked_reason(" asked for by letter ", &[]).unwrap(), "asked for by letter");
        let told = |reason: &str| checked_reason(reason, &["Sample"]).unwrap_err().happened;
        assert_eq!(told(" "), "A reason of 1 to 300 characters is needed.");
        assert_eq!(told(&"x".repeat(301)), "A reason of 1 to 300 characters is needed.");
        assert_eq!(told("one\ntwo"), "The reason holds a control character.");
        assert_eq!(told("Mrs Example asked"), "The reason holds what looks like a person's name.");
        assert_eq!(told("SAMPLE has left"), "The reason repeats what is to be removed.");
    }
}
