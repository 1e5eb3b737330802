//! The store: the only place that names diesel, and the only code that differs between the two databases.
//!
//! In: the domain's plain types (evidence items, register entries, runs, scores). Out: the same, read back. Always holds:
//! one file an aggregate; work is done in sets; nothing here decides anything.

pub mod audit;
pub(crate) mod connection;
pub mod contacts;
pub mod evidence;
pub mod feeds;
pub mod folders;
pub mod holds;
pub mod keys;
pub mod organisations;
pub mod outbox;
pub mod people;
pub mod redactions;
pub mod register;
pub mod retention;
pub mod runs;
mod schema;
pub mod scores;
pub mod sessions;
pub mod subjects;
pub mod triage;

pub use connection::{Database, Retryable, Store};

use jiff::{Timestamp, civil::Date};

/// Rows in one statement of a batch, and ids in one `IN` list: under both databases' limits on parameters.
const CHUNK: usize = 500;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database {shown} can't be reached: {because}")]
    Unreachable { shown: String, postgres: bool, because: String },
    #[error("no connection to the database {shown} was free in time: {because}")]
    Busy { shown: String, because: String },
    #[error("the database's tables can't be brought up to date: {0}")]
    Migration(String),
    #[error("the database refused a statement: {message}")]
    Statement { message: String, retryable: bool },
    #[error("the database holds something that can't be read in {place}: {because}")]
    Corrupt { place: String, because: String },
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> StoreError {
        use diesel::result::{DatabaseErrorKind, Error};
        let retryable = match &error {
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
            // Two replicas that append the same version at once: the second try sees the first one's.
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => true,
            // Both databases say so in words only.
            Error::DatabaseError(DatabaseErrorKind::Unknown, about) => {
                ["deadlock detected", "lock timeout", "database is locked"]
                    .iter()
                    .any(|said| about.message().contains(said))
            }
            _ => false,
        };
        StoreError::Statement { message: error.to_string(), retryable }
    }
}

impl Retryable for StoreError {
    fn is_retryable(&self) -> bool {
        matches!(self, StoreError::Statement { retryable: true, .. })
    }
}

fn corrupt(place: &str, because: impl std::fmt::Display) -> StoreError {
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

fn maybe_date(text: Option<&String>) -> Result<Option<Date>, StoreError> {
    text.map(|text| date(text)).transpose()
}

fn json<T: serde::de::DeserializeOwned>(place: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| corrupt(place, e))
}
