//! What can go wrong when somebody signs in by a provider.
//!
//! In: what a step of the sign-in found. Out: sentences for the person (what happened; what to do next) and a code for
//! machines. Always holds: no token, code, secret or body of an answer is in them; what the provider itself wrote is
//! shortened, and is text without control characters.

use crate::error::{AppError, Code};

/// Why somebody could not be signed in. `provider` is its title.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenidError {
    /// Our own settings don't allow it.
    #[error("Signing in by {provider} is not set up: {problem}.")]
    Misconfigured { provider: String, problem: String },
    /// No answer, or none that ends within the limits.
    #[error("{provider} can't be reached: {reason}.")]
    Unreachable { provider: String, reason: String },
    /// An answer that isn't what OpenID Connect says it has to be.
    #[error("{provider} gave an answer that can't be used: {reason}.")]
    Unusable { provider: String, reason: String },
    /// The state is missing or another, or the answer is for another provider: perhaps a forged link.
    #[error("This answer from {provider} does not belong to a sign-in that was begun in this browser.")]
    NotBegunHere { provider: String },
    /// Begun more than ten minutes ago.
    #[error("The sign-in by {provider} took longer than ten minutes.")]
    TooLate { provider: String },
    /// The person or the provider said no. `said` is the provider's own words.
    #[error("{provider} did not sign you in{}.", quoted(.error, .said))]
    Refused { provider: String, error: String, said: Option<String> },
    /// The provider doesn't take the code or our secret (RFC 6749 section 5.2).
    #[error("{provider} refused to complete the sign-in ({error}).")]
    CodeRefused { provider: String, error: String },
    /// The ID token, or what was asked with it, fails a check.
    #[error("{provider}'s proof of who you are was not accepted: {reason}.")]
    ProofRefused { provider: String, reason: &'static str },
}

impl OpenidError {
    /// What the person does next, in a sentence or two.
    #[must_use]
    pub fn next(&self) -> &'static str {
        match self {
            Self::Misconfigured { .. } => {
                "Tell whoever runs this service; until it is mended, ask for a link by e-mail on the sign-in page."
            }
            Self::Unreachable { .. } => "Try again in a few minutes.",
            Self::Unusable { .. } | Self::ProofRefused { .. } => {
                "Sign in again. If it happens again, tell whoever runs this service what is written here."
            }
            Self::NotBegunHere { .. } | Self::TooLate { .. } => "Go to the sign-in page and begin again.",
            Self::Refused { error, .. } if error == "access_denied" => {
                "Begin again and agree, or ask your organisation's IT whether you may use this service."
            }
            Self::Refused { .. } => "Begin again. If it happens again, ask your organisation's IT.",
            Self::CodeRefused { error, .. } if error == "invalid_grant" => {
                "A sign-in can be completed once only. Go to the sign-in page and begin again."
            }
            Self::CodeRefused { .. } => {
                "Tell whoever runs this service: the client id, the secret or the return address registered there may \
                 be wrong."
            }
        }
    }

    /// Which of them it is, in a word for the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Misconfigured { .. } => "misconfigured",
            Self::Unreachable { .. } => "unreachable",
            Self::Unusable { .. } => "unusable",
            Self::NotBegunHere { .. } => "not_begun_here",
            Self::TooLate { .. } => "too_late",
            Self::Refused { .. } => "refused",
            Self::CodeRefused { .. } => "code_refused",
            Self::ProofRefused { .. } => "proof_refused",
        }
    }
}

impl From<OpenidError> for AppError {
    fn from(error: OpenidError) -> AppError {
        let code = match &error {
            OpenidError::Misconfigured { .. } | OpenidError::Unreachable { .. } | OpenidError::Unusable { .. } => {
                Code::OpenidFailed
            }
            OpenidError::NotBegunHere { .. } | OpenidError::TooLate { .. } => Code::OpenidNotBegun,
            OpenidError::Refused { .. } | OpenidError::CodeRefused { .. } | OpenidError::ProofRefused { .. } => {
                Code::OpenidRefused
            }
        };
        AppError::new(code, error.to_string(), error.next())
    }
}

fn quoted(error: &str, said: &Option<String>) -> String {
    match said {
        Some(said) => format!(" ({error}: “{said}”)"),
        None => format!(" ({error})"),
    }
}

/// What a provider wrote, as text to show: one line, without what could steer a terminal or turn the reading direction,
/// and no more than 200 characters. None when nothing is left.
pub(super) fn shown(text: &str) -> Option<String> {
    let turns = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let plain: String = text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let line = words.join(" ");
    let mut cut: String = line.chars().take(200).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    (!cut.is_empty()).then_some(cut)
}

/// An error's code as RFC 6749 writes them; anything else is not repeated.
pub(super) fn error_code(text: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !text.is_empty() && text.len() <= 60 && text.chars().all(plain) { text.to_owned() } else { "error".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_provider_wrote_is_one_short_line() {
        assert_eq!(shown(" You were\r\n\tblocked. \u{202E}"), Some("You were blocked.".to_owned()));
        assert_eq!(shown("\u{1b}\n"), None);
        let long = shown(&"é".repeat(201)).unwrap();
        assert_eq!((long.chars().count(), long.ends_with("é…")), (201, true));
        assert_eq!(shown(&"é".repeat(200)).unwrap(), "é".repeat(200));
    }

    #[test]
    fn only_what_looks_like_a_code_is_repeated() {
        assert_eq!(error_code("temporarily_unavailable"), "temporarily_unavailable");
        for other in ["", "Access denied", "<b>", &"x".repeat(61)] {
            assert_eq!(error_code(other), "error", "{other}");
        }
    }

    #[test]
    fn no_two_problems_share_a_code() {
        let provider = || "Barset".to_owned();
        let text = String::new;
        let all = [
            OpenidError::Misconfigured { provider: provider(), problem: text() },
            OpenidError::Unreachable { provider: provider(), reason: text() },
            OpenidError::Unusable { provider: provider(), reason: text() },
            OpenidError::NotBegunHere { provider: provider() },
            OpenidError::TooLate { provider: provider() },
            OpenidError::Refused { provider: provider(), error: text(), said: None },
            OpenidError::CodeRefused { provider: provider(), error: text() },
            OpenidError::ProofRefused { provider: provider(), reason: "" },
        ];
        let codes: std::collections::BTreeSet<_> = all.iter().map(OpenidError::kind).collect();
        assert_eq!(codes.len(), all.len());
    }

    #[test]
    fn each_refusal_says_what_helps() {
        let refused =
            |error: &str| OpenidError::Refused { provider: "B".to_owned(), error: error.to_owned(), said: None };
        assert!(refused("access_denied").next().starts_with("Begin again and agree"));
        assert!(refused("server_error").next().starts_with("Begin again. If"));
        let code = |error: &str| OpenidError::CodeRefused { provider: "B".to_owned(), error: error.to_owned() };
        assert!(code("invalid_grant").next().starts_with("A sign-in can be completed once only."));
        assert!(code("invalid_client").next().starts_with("Tell whoever runs this service"));
    }

    proptest! {
        #[test]
        fn nothing_shown_steers_a_screen(text in any::<String>()) {
            if let Some(line) = shown(&text) {
                prop_assert!(!line.is_empty() && line.chars().count() <= 201);
                prop_assert!(!line.chars().any(char::is_control));
            }
        }
    }
}
