//! A letter, its kinds, and the states it goes through.
//!
//! In: words. Out: types. Always holds: a letter's address, subject and text don't show in its debug text.

use jiff::Timestamp;
use std::fmt;

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LetterKind {
    /// A link that signs a person in, once.
    SignInLink,
    /// An account was opened for somebody.
    AccountOpened,
    /// A person's second factor was taken away.
    SecondFactorReset,
    /// A machine's key was issued; told to administrators.
    KeyIssued,
}

impl LetterKind {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            LetterKind::SignInLink => "sign_in_link",
            LetterKind::AccountOpened => "account_opened",
            LetterKind::SecondFactorReset => "second_factor_reset",
            LetterKind::KeyIssued => "key_issued",
        }
    }
}

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for its first or next try.
    Queued,
    /// Held by a replica that sends it just now.
    Sending,
    /// A mail server took it.
    Delivered,
    /// The server refused it for good, or it could not be handed over for days.
    FailedPermanently,
    /// What it holds is no longer good.
    Expired,
}

impl State {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sending => "sending",
            State::Delivered => "delivered",
            State::FailedPermanently => "failed_permanently",
            State::Expired => "expired",
        }
    }
}

/// A letter to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    pub kind: LetterKind,
    /// The bare address, such as `clerk@example.org`.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text; lines end with `\n`.
    pub text: String,
    /// When what it holds stops being good: it isn't sent from then on.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Letter")
            .field("kind", &self.kind)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debug_text_shows_nothing_of_what_it_says() {
        let letter = Letter {
            kind: LetterKind::SignInLink,
            to: "jo@example.org".to_owned(),
            subject: "A subject".to_owned(),
            text: "A token".to_owned(),
            expires_at: None,
        };
        assert_eq!(format!("{letter:?}"), "Letter { kind: SignInLink, expires_at: None, .. }");
    }
}
