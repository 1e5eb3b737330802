//! The store: the only place that names diesel, and the only code that differs between the two databases.
//!
//! In: the domain's plain types (evidence items, register entries, runs, scores). Out: the same, read back. Always holds:
//! one file an aggregate; work is done in sets; nothing here decides anything.

pub mod audit;
pub mod changes;
pub(crate) mod connection;
pub mod contacts;
pub mod corrections;
pub mod evidence;
pub mod expectations;
pub mod feeds;
pub mod folders;
pub mod holds;
pub mod keys;
mod means;
pub mod mendings;
pub mod organisations;
pub mod outbox;
pub mod people;
pub mod redactions;
pub mod register;
pub mod retention;
pub mod review;
pub mod rule_drafts;
pub mod run_changes;
pub mod runs;
mod schema;
pub mod scores;
pub mod sessions;
pub mod source_versions;
pub mod subjects;
pub mod submissions;
pub mod triage;
pub mod undos;
pub mod waivers;

pub use connection::{Database, Retryable, Store};

use jiff::{Timestamp, civil::Date};

/// Rows in one statement of a batch, and ids in one `IN` list: under both databases' limits on parameters.
const CHUNK: usize = 500;
/// Rows written by one statement.
const STATEMENT: usize = 100;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database {shown} can't be reached: {because}")]
    Unreachable { shown: String, postgres: bool, because: String },
    #[error("no connection to the database {shown} was free in time: {because}")]
    Busy { shown: String, because: String },
    #[error("the database's tables can't be brought up to date: {0}")]
    Migration(String),
    #[error("another held the database for too long: {message}")]
    Locked { message: String },
    #[error("the connection to the database was lost: {message}")]
    Lost { message: String },
    #[error("the disk that holds the database is full or fails: {message}")]
    Disk { message: String },
    #[error("the database refused a statement: {message}")]
    Statement { message: String, retryable: bool },
    #[error("the database holds something that can't be read in {place}: {because}")]
    Corrupt { place: String, because: String },
}

/// What both databases and their libraries say in words only.
const LOCKED: [&str; 3] = ["deadlock detected", "lock timeout", "database is locked"];
const LOST: [&str; 6] = [
    "closed the connection",
    "terminating connection",
    "connection not open",
    "no connection to the server",
    "could not receive data",
    "could not send data",
];
/// SQLite gives a whole transaction up when its disk is full or fails; all that is heard of it inside a batch is that the
/// batch's savepoint has gone.
const DISK: [&str; 4] = ["disk is full", "No space left on device", "disk I/O error", "no such savepoint"];

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> StoreError {
        use diesel::result::{DatabaseErrorKind, Error};
        let message = error.to_string();
        let says = |words: &[&str]| words.iter().any(|said| message.contains(said));
        match &error {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Error::BrokenTransactionManager => {
                StoreError::Lost { message }
            }
            Error::DatabaseError(DatabaseErrorKind::Unknown, _) if says(&LOCKED) => StoreError::Locked { message },
            Error::DatabaseError(DatabaseErrorKind::Unknown, _) if says(&LOST) => StoreError::Lost { message },
            Error::DatabaseError(DatabaseErrorKind::Unknown, _) if says(&DISK) => StoreError::Disk { message },
            // Two replicas that append the same version at once: the second try sees the first one's.
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::UniqueViolation, _) => {
                StoreError::Statement { message, retryable: true }
            }
            _ => StoreError::Statement { message, retryable: false },
        }
    }
}

impl Retryable for StoreError {
    fn is_retryable(&self) -> bool {
        matches!(self, StoreError::Locked { .. } | StoreError::Statement { retryable: true, .. })
    }
}

pub(crate) fn corrupt(place: &str, because: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { place: place.to_owned(), because: because.to_string() }
}

/// An instant from its column.
fn instant(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|e| corrupt("an instant", e))
}

/// A date from its column.
fn date(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|e| corrupt("a date", e))
}

fn json<T: serde::de::DeserializeOwned>(place: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| corrupt(place, e))
}
