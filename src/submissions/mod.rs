//! Submissions: outcomes that an audit firm (SAAA, or NALC for a firm) hands in, and the receipt that it gets for them.
//!
//! In: bytes of a file, the financial year that they are said to be of, and who hands them in. Out: a receipt with every
//! error and warning by sheet, row and column; evidence, held rows and scores like those of any feed, because each submitting
//! organisation has a feed of its own. Always holds: the rows, their run, the receipt and the key by which the submission is
//! known again are kept in one transaction or not at all; a receipt never changes; an organisation sees its own.

mod feed;
mod keys;
mod read;
mod receipt;
mod submit;
mod template;
mod withdraw;

pub use crate::ingest::{Finding, FindingKind};
pub use read::{RecordLine, RecordState, SubmissionLine, SubmissionView, one, page};
pub use receipt::{Receipt, ReceiptStatus};
pub use submit::{Sent, submit};
pub use template::template;
pub use withdraw::{Withdrawal, withdraw, withdraw_rows};

use crate::auth::{Action, Actor, Sources};
use crate::error::{AppError, Code};

/// The most that a submission may hold, in bytes.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// The organisation whose submissions the actor may see or take back; none for all.
///
/// # Errors
/// As [`Actor::may`].
fn whose(actor: &Actor, action: Action) -> Result<Option<i64>, AppError> {
    match actor.sources(action)? {
        Sources::All => Ok(None),
        Sources::Of { .. } => Ok(Some(actor.organisation.as_ref().map_or(-1, |own| own.id))),
    }
}

/// The error for a submission that isn't there, or isn't the asker's.
pub fn unknown(id: impl std::fmt::Display) -> AppError {
    AppError::new(
        Code::SubmissionUnknown,
        format!("There is no submission {id}."),
        "The list of submissions has those of your organisation.",
    )
}
