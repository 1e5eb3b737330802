//! The feed that stands for a submitting organisation.
//!
//! In: an organisation. Out: a feed with an id that no configuration can declare. Always holds: it is never pulled; its
//! owner is the organisation, so that its people see its runs as those of any feed that they send.

use crate::auth::Affiliation;
use crate::feeds::{Covers, Feed, Location};
use crate::ingest::{SourceKind, feed_row};
use crate::store::feeds::FeedRow;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The feed of an organisation. A declared id has no colon.
pub(super) fn of(organisation: &Affiliation) -> Feed {
    Feed {
        id: format!("submitted:{}", organisation.key),
        title: format!("Outcomes submitted by {}", organisation.name),
        source: SourceKind::AuditOutcomes,
        location: Location::File(PathBuf::from("submissions")),
        format: None,
        schedule: None,
        expected_every: None,
        covers: Covers::All,
        credentials: None,
        owner: Some(organisation.key.clone()),
        hosts: Vec::new(),
        private: false,
        max_shrink_percent: 100,
        timeout_seconds: 60,
        max_megabytes: 64,
        columns: BTreeMap::new(),
        values: BTreeMap::new(),
    }
}

/// As the database remembers it.
pub(super) fn row(feed: &Feed) -> FeedRow {
    FeedRow { location_shown: "handed in by its people and keys".to_owned(), declared: false, ..feed_row(feed) }
}
