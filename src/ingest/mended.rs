//! Rows that a person mended: the source still sends them as they can't be taken, and what they became stays.
//!
//! In: the rows of a file that can't be taken. Out: those of them that were mended, taken out. Always holds: a mending
//! stands for one row of a file; a row that stands in it once more can't be taken as ever.

use super::plan::{held_fingerprint, text};
use super::record::Rejected;
use crate::store::{Database, StoreError, mendings, runs};
use std::collections::HashMap;

/// The mendings of one feed that a file hasn't met yet.
pub(super) struct Mendings {
    /// By the held row's fingerprint: the row for review that it became, and its kind as long as it waits.
    known: HashMap<String, (Option<i64>, Option<String>)>,
}

/// Rows that a person mended, the rows for review that they became, and how many of these wait.
#[derive(Default)]
pub(super) struct Mended {
    pub rows: Vec<Rejected>,
    pub carried: Vec<i64>,
    pub waiting: usize,
}

impl Mendings {
    /// Looks a feed's mendings up.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_feed(connection: &mut Database, feed: &str) -> Result<Mendings, StoreError> {
        let last = runs::last_success(connection, feed, i64::MAX)?.map_or(0, |last| last.id);
        let known = mendings::mended(connection, feed, last)?.into_iter();
        let known = known.map(|(mending, fingerprint, kind)| (fingerprint, (mending.follows_id, kind)));
        Ok(Mendings { known: known.collect() })
    }

    /// Takes the rows that were mended out of those that can't be taken.
    ///
    /// # Errors
    /// When a row's cells can't be written.
    pub fn take_out(&mut self, rejections: &mut Vec<Rejected>) -> Result<Mended, StoreError> {
        let mut mended = Mended::default();
        if self.known.is_empty() {
            return Ok(mended);
        }
        let mut stay = Vec::with_capacity(rejections.len());
        for row in rejections.drain(..) {
            match self.known.remove(&held_fingerprint("rejected", &text("held row", &row.raw)?)) {
                Some((follows, kind)) => {
                    mended.rows.push(row);
                    mended.carried.extend(follows);
                    mended.waiting += usize::from(kind.as_deref() == Some("review"));
                }
                None => stay.push(row),
            }
        }
        *rejections = stay;
        Ok(mended)
    }
}
