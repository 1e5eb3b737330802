//! Tests of the language of conditions: what it answers, what it says of mistakes, and what holds for any text.

mod against_cel;
mod answers;
mod cases;
mod messages;
mod properties;

use super::{CouncilContext, Scene};
use crate::evidence::{EvidenceKind, Fact, Item, Standing};
use jiff::civil::{Date, date};
use serde_json::Value as Json;

pub(super) const AS_OF: Date = date(2026, 3, 1);

pub(super) fn council() -> CouncilContext {
    CouncilContext {
        council_id: 7,
        gss_code: "E04999999".to_owned(),
        county: "Midshire".to_owned(),
        parishes: 3,
        income: None,
    }
}

/// A fact with these fields (a JSON object), determined on 15 January 2026.
pub(super) fn fact(kind: EvidenceKind, fields: &Json) -> Fact {
    let item = Item {
        id: 1,
        council_id: 7,
        kind,
        feed: "test".to_owned(),
        record_key: "R1".to_owned(),
        chain: "chain".to_owned(),
        version: 1,
        event: None,
        happened_on: None,
        determined_on: Some(date(2026, 1, 15)),
        known_at: "2026-01-16T00:00:00Z".parse().unwrap(),
        standing: Standing::Determined,
        fields: fields.as_object().unwrap().clone(),
        fingerprint: String::new(),
        url: None,
    };
    item.into_facts().remove(0)
}

/// What a condition says of a fact with these fields.
pub(super) fn ask(source: &str, kind: EvidenceKind, fields: &Json) -> Option<bool> {
    let condition = super::compile(source, kind).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
    condition.holds(&Scene { fact: &fact(kind, fields), council: &council(), as_of: AS_OF })
}
