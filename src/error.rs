//! What can go wrong, for people and for machines: one table of stable codes, with the HTTP status and title of each.
//!
//! In: an error of any part. Out: an [`AppError`] that says what happened and what to do next. Always holds: a code, once
//! released, keeps its meaning; this is the only place that knows HTTP statuses.

use crate::store::{Retryable, StoreError};

/// A stable code for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    BadQuery,
    CouncilUnknown,
    FeedUnknown,
    RunUnknown,
    RecordUnknown,
    InputRefused,
    SubmissionUnknown,
    SubmissionRefused,
    IdempotencyKeyReused,
    MediaTypeUnsupported,
    PageUnknown,
    MethodNotAllowed,
    NotSignedIn,
    NotPermitted,
    SecondFactorDue,
    KeyUnusable,
    FormExpired,
    TooManyRequests,
    OrganisationUnknown,
    PersonUnknown,
    KeyUnknown,
    SessionUnknown,
    LinkUnusable,
    CodeWrong,
    AccountUnknown,
    AccountUnusable,
    AuditLogBroken,
    OpenidFailed,
    OpenidNotBegun,
    OpenidRefused,
    ConfigInvalid,
    RulesInvalid,
    DraftUnknown,
    DraftNotReady,
    RegisterUnusable,
    FileUnreadable,
    FileUnusable,
    FetchFailed,
    FeedBusy,
    AlreadyDecided,
    DocumentRefused,
    PortInUse,
    DatabaseUnreachable,
    DatabaseBusy,
    DatabaseFailed,
    Unexpected,
}

impl Code {
    /// Every code, for the documentation and its test.
    pub const ALL: [Code; 46] = [
        Code::BadQuery,
        Code::CouncilUnknown,
        Code::FeedUnknown,
        Code::RunUnknown,
        Code::RecordUnknown,
        Code::InputRefused,
        Code::SubmissionUnknown,
        Code::SubmissionRefused,
        Code::IdempotencyKeyReused,
        Code::MediaTypeUnsupported,
        Code::PageUnknown,
        Code::MethodNotAllowed,
        Code::NotSignedIn,
        Code::NotPermitted,
        Code::SecondFactorDue,
        Code::KeyUnusable,
        Code::FormExpired,
        Code::TooManyRequests,
        Code::OrganisationUnknown,
        Code::PersonUnknown,
        Code::KeyUnknown,
        Code::SessionUnknown,
        Code::LinkUnusable,
        Code::CodeWrong,
        Code::AccountUnknown,
        Code::AccountUnusable,
        Code::AuditLogBroken,
        Code::OpenidFailed,
        Code::OpenidNotBegun,
        Code::OpenidRefused,
        Code::ConfigInvalid,
        Code::RulesInvalid,
        Code::DraftUnknown,
        Code::DraftNotReady,
        Code::RegisterUnusable,
        Code::FileUnreadable,
        Code::FileUnusable,
        Code::FetchFailed,
        Code::FeedBusy,
        Code::AlreadyDecided,
        Code::DocumentRefused,
        Code::PortInUse,
        Code::DatabaseUnreachable,
        Code::DatabaseBusy,
        Code::DatabaseFailed,
        Code::Unexpected,
    ];

    /// The word, the HTTP status and the title.
    fn row(self) -> (&'static str, u16, &'static str) {
        match self {
            Code::BadQuery => ("bad_query", 400, "The request can't be understood"),
            Code::CouncilUnknown => ("council_unknown", 404, "No such council"),
            Code::FeedUnknown => ("feed_unknown", 404, "No such feed"),
            Code::RunUnknown => ("run_unknown", 404, "No such run"),
            Code::RecordUnknown => ("record_unknown", 404, "No such record"),
            Code::InputRefused => ("input_refused", 422, "What was entered can't be taken"),
            Code::SubmissionUnknown => ("submission_unknown", 404, "No such submission"),
            Code::SubmissionRefused => ("submission_refused", 422, "The submission has errors"),
            Code::IdempotencyKeyReused => ("idempotency_key_reused", 422, "The key was used for something else"),
            Code::MediaTypeUnsupported => ("media_type_unsupported", 415, "What was sent is of no kind that is read"),
            Code::PageUnknown => ("page_unknown", 404, "No such page"),
            Code::MethodNotAllowed => ("method_not_allowed", 405, "This address doesn't take that method"),
            Code::NotSignedIn => ("not_signed_in", 401, "You are not signed in"),
            Code::NotPermitted => ("not_permitted", 403, "Your account doesn't allow this"),
            Code::SecondFactorDue => ("second_factor_due", 403, "A second factor is needed"),
            Code::KeyUnusable => ("key_unusable", 401, "This key can't be used"),
            Code::FormExpired => ("form_expired", 403, "The form could not be taken"),
            Code::TooManyRequests => ("too_many_requests", 429, "Too many requests"),
            Code::OrganisationUnknown => ("organisation_unknown", 404, "No such organisation"),
            Code::PersonUnknown => ("person_unknown", 404, "No such person"),
            Code::KeyUnknown => ("key_unknown", 404, "No such key"),
            Code::SessionUnknown => ("session_unknown", 404, "No such session"),
            Code::LinkUnusable => ("link_unusable", 403, "This link can't be used"),
            Code::CodeWrong => ("code_wrong", 403, "The code isn't right"),
            Code::AccountUnknown => ("account_unknown", 403, "There is no account for you"),
            Code::AccountUnusable => ("account_unusable", 422, "Accounts can't be kept like this"),
            Code::AuditLogBroken => ("audit_log_broken", 500, "The audit log is not as it was written"),
            Code::OpenidFailed => ("openid_failed", 502, "Your organisation's sign-in can't be reached or used"),
            Code::OpenidNotBegun => ("openid_not_begun", 400, "This sign-in was not begun here, or too long ago"),
            Code::OpenidRefused => ("openid_refused", 403, "Your organisation's sign-in was not accepted"),
            Code::ConfigInvalid => ("config_invalid", 500, "The configuration has mistakes"),
            Code::RulesInvalid => ("rules_invalid", 422, "The rules have mistakes"),
            Code::DraftUnknown => ("draft_unknown", 404, "No such draft"),
            Code::DraftNotReady => ("draft_not_ready", 409, "This can't be done with the draft yet"),
            Code::RegisterUnusable => ("register_unusable", 422, "The register file can't be used"),
            Code::FileUnreadable => ("file_unreadable", 422, "The file can't be read"),
            Code::FileUnusable => ("file_unusable", 422, "The file can't be used"),
            Code::FetchFailed => ("fetch_failed", 502, "The source didn't deliver"),
            Code::FeedBusy => ("feed_busy", 409, "This feed is being pulled just now"),
            Code::AlreadyDecided => ("already_decided", 409, "Somebody has decided this already"),
            Code::DocumentRefused => ("document_refused", 409, "This list was taken back"),
            Code::PortInUse => ("port_in_use", 500, "The port is taken"),
            Code::DatabaseUnreachable => ("database_unreachable", 503, "The database can't be reached"),
            Code::DatabaseBusy => ("database_busy", 503, "The database is busy"),
            Code::DatabaseFailed => ("database_failed", 500, "The database failed"),
            Code::Unexpected => ("unexpected", 500, "Something went wrong"),
        }
    }

    /// The stable word.
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        self.row().1
    }

    /// A short title for people.
    pub fn title(self) -> &'static str {
        self.row().2
    }
}

/// What happened and what to do next.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{happened}")]
pub struct AppError {
    pub code: Code,
    /// What happened, and where, in full sentences.
    pub happened: String,
    /// What to do next, in a sentence; empty where nothing but another try can be advised.
    pub next: String,
    /// Seconds to wait before another try, where that is known.
    pub wait: Option<u64>,
    /// Whether the same transaction may succeed when tried again.
    retryable: bool,
}

impl AppError {
    /// An error with its code, what happened, and what to do next.
    pub fn new(code: Code, happened: impl Into<String>, next: impl Into<String>) -> AppError {
        AppError { code, happened: happened.into(), next: next.into(), wait: None, retryable: false }
    }

    /// The error for somebody who asks too often.
    pub fn too_many(seconds: u64) -> AppError {
        let mut error = AppError::new(
            Code::TooManyRequests,
            "There were too many requests in too short a time.",
            format!("Try again in {seconds} seconds."),
        );
        error.wait = Some(seconds);
        error
    }

    /// The error as it is told outside: what failed inside stays in the log.
    pub fn outside(self) -> AppError {
        match self.code {
            Code::DatabaseUnreachable
            | Code::DatabaseBusy
            | Code::DatabaseFailed
            | Code::ConfigInvalid
            | Code::Unexpected => {
                let happened = "The service can't do this just now.";
                let next = "Try again in a few minutes. If it stays, whoever runs it finds the reason in its log.";
                AppError { happened: happened.to_owned(), next: next.to_owned(), ..self }
            }
            _ => self,
        }
    }

    /// What happened and what to do next, as one text for a terminal.
    pub fn told(&self) -> String {
        if self.next.is_empty() { self.happened.clone() } else { format!("{}\n  {}", self.happened, self.next) }
    }
}

impl Retryable for AppError {
    fn is_retryable(&self) -> bool {
        self.retryable
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> AppError {
        let retryable = error.is_retryable();
        let (code, next) = match &error {
            StoreError::Unreachable { postgres: true, .. } => (
                Code::DatabaseUnreachable,
                "Check that PostgreSQL runs there and that the name and password in BELLWETHER_DATABASE_URL (or `database` in the configuration) are right.",
            ),
            StoreError::Unreachable { postgres: false, .. } => (
                Code::DatabaseUnreachable,
                "Check that the folder exists and can be written to; the URL is sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.",
            ),
            StoreError::Busy { .. } => (Code::DatabaseBusy, "Try again in a moment."),
            StoreError::Locked { .. } => {
                (Code::DatabaseBusy, "Nothing was kept of this step. Try again when the other has ended.")
            }
            StoreError::Lost { .. } => (
                Code::DatabaseUnreachable,
                "This step was kept whole or not at all: look which before doing it again. The program connects again by itself as soon as the database can be reached.",
            ),
            StoreError::Disk { .. } => (
                Code::DatabaseFailed,
                "Nothing was kept of this step, and what was kept before is unharmed. Make room on the disk that holds the database, then do it again.",
            ),
            StoreError::Migration(_) => (
                Code::DatabaseFailed,
                "If a newer Bellwether has used this database, use that version; otherwise restore the latest back-up.",
            ),
            StoreError::Statement { .. } | StoreError::Corrupt { .. } => {
                (Code::DatabaseFailed, "Nothing was kept of this step. Try again; if it stays, look at the log.")
            }
        };
        AppError { code, happened: error.to_string(), next: next.to_owned(), wait: None, retryable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_codes_share_a_word() {
        let words: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), Code::ALL.len());
    }
}
