//! The waivers of one feed that hold on a day, as intake asks for them.
//!
//! In: a feed and a day. Out: for a record and a check, who let it pass, why and until when. Always holds: the same
//! waivers compare as equal, so that a run can tell whether they have changed while it read.

use crate::store::{Database, StoreError, waivers};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The waivers of a feed that hold on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InForce(BTreeMap<(String, String), Terms>);

/// No waiver at all.
pub static NONE: InForce = InForce(BTreeMap::new());

#[derive(Debug, Clone, PartialEq, Eq)]
struct Terms {
    until: String,
    by: String,
    why: String,
}

impl InForce {
    /// Why a check is waived for a record, in a sentence; none where it isn't.
    pub fn terms(&self, record_key: &str, code: &str) -> Option<String> {
        let terms = self.0.get(&(record_key.to_owned(), code.to_owned()))?;
        Some(format!("{code} is waived until {} by {}: {}", terms.until, terms.by, terms.why))
    }

    /// Whether there are none, which is the rule.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One waiver, for tests.
    #[cfg(test)]
    pub fn of(record_key: &str, code: &str) -> InForce {
        let terms =
            Terms { until: "2027-09-30".to_owned(), by: "NALC".to_owned(), why: "it was counted twice".to_owned() };
        InForce(BTreeMap::from([((record_key.to_owned(), code.to_owned()), terms)]))
    }
}

/// The waivers of a feed that hold on a day; of two for one record and check the later made counts.
///
/// # Errors
/// When the database fails.
pub fn in_force(connection: &mut Database, feed: &str, day: Date) -> Result<InForce, StoreError> {
    let rows = waivers::in_force(connection, feed, &day.to_string())?;
    let waived = rows.into_iter().map(|(row, organisation)| {
        let by = match organisation {
            Some(organisation) => format!("{organisation} ({})", row.made_by),
            None => row.made_by,
        };
        ((row.record_key, row.code), Terms { until: row.until, by, why: row.why })
    });
    Ok(InForce(waived.collect()))
}
