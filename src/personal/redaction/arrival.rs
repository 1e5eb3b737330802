//! What was blacked out once is blacked out again when the source sends it again.
//!
//! In: a feed's redactions, and a row that has just been read. Out: the row without what they say. Always holds: texts are
//! compared by salted hash, whole; a text that was blacked out for one council's evidence is left alone in another's.

use super::texts::numbered;
use super::{REDACTED, salted};
use crate::store::{Database, StoreError, redactions};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeSet, HashMap};

/// What was blacked out of one feed.
#[derive(Debug, Clone, Default)]
pub struct Redactions {
    salts: BTreeSet<String>,
    by_hash: HashMap<String, Vec<Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    number: i64,
    /// Of evidence: the council.
    council: Option<i64>,
    /// Of a held row: the column.
    column: Option<String>,
}

/// A text that a row held and that is blacked out of it.
#[derive(Clone)]
pub(crate) struct Secret {
    pub text: String,
    number: i64,
}

impl Redactions {
    /// What was blacked out of a feed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_feed(connection: &mut Database, feed: &str) -> Result<Redactions, StoreError> {
        let mut known = Redactions::default();
        for row in redactions::of_feed(connection, feed)? {
            let column = (row.kind == "held_row").then_some(row.place);
            known.salts.insert(row.salt);
            known.by_hash.entry(row.text_hash).or_default().push(Known {
                number: row.mark,
                council: row.council_id,
                column,
            });
        }
        Ok(known)
    }

    /// Whether nothing of the feed was ever blacked out.
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    fn of(&self, text: &str) -> impl Iterator<Item = &Known> {
        self.salts.iter().filter_map(move |salt| self.by_hash.get(&salted(salt, text))).flatten()
    }

    /// The number that stands for a text, if it was blacked out of this feed.
    pub(super) fn number_of(&self, text: &str) -> Option<i64> {
        self.of(text).map(|known| known.number).min()
    }

    /// Blacks out a row's cells; gives what stood in them, for the messages that quote them.
    pub(crate) fn black_out_cells(&self, raw: &mut Map<String, Json>) -> Vec<Secret> {
        let mut secrets = Vec::new();
        for (heading, cell) in raw.iter_mut() {
            let Some(text) = cell.as_str() else { continue };
            // A link is kept completed, and stands in the cell as the source wrote it.
            let completed = format!("https://{text}");
            let applies = |known: &&Known| known.column.as_ref().is_none_or(|column| column == heading);
            let of_link = self.of(&completed).filter(|known| known.column.is_none());
            let number = self.of(text).filter(applies).chain(of_link).map(|known| known.number).next();
            if let Some(number) = number {
                secrets.push(Secret { text: text.to_owned(), number });
                *cell = Json::from(REDACTED);
            }
        }
        secrets
    }

    /// What stands for a text of evidence of that council, if it was blacked out there or in the row itself (`secrets`).
    pub(crate) fn instead(&self, text: &str, council: i64, secrets: &[Secret]) -> Option<String> {
        let of_council = self.of(text).find(|known| known.council == Some(council)).map(|known| known.number);
        let of_row = || {
            let held = |secret: &&Secret| self.of(&secret.text).any(|known| known.column.is_some());
            let said = |secret: &&Secret| text == secret.text || text.strip_prefix("https://") == Some(&secret.text);
            secrets.iter().find(|secret| said(secret) && held(secret)).map(|secret| secret.number)
        };
        of_council.or_else(of_row).map(numbered)
    }
}
