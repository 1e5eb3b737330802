//! Items as they are kept, and the typed facts that rules read from them.
//!
//! In: an [`Item`] whose `fields` intake has already checked against its kind's table. Out: one [`Fact`] for the item
//! and, for an auditor's outcome, one for each of its matters. Always holds: what a field does not say is
//! [`Value::Unknown`], never a default.

use super::kind::{EvidenceKind, Field, FieldType};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

/// Whether an item may count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody whose job it is has decided it.
    Determined,
    /// Said, not decided: opens verification at most, scores nothing.
    Allegation,
    /// A county officer's view: weighs little, and is capped.
    Opinion,
    /// The council disputes it; held out until a second person has reviewed it.
    Disputed,
    /// The source took it back.
    Withdrawn,
}

impl Standing {
    pub const ALL: [Standing; 5] =
        [Standing::Determined, Standing::Allegation, Standing::Opinion, Standing::Disputed, Standing::Withdrawn];

    /// The word used in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Determined => "determined",
            Standing::Allegation => "allegation",
            Standing::Opinion => "opinion",
            Standing::Disputed => "disputed",
            Standing::Withdrawn => "withdrawn",
        }
    }

    /// The standing of that name, if there is one.
    pub fn named(name: &str) -> Option<Standing> {
        use Standing::*;
        [Determined, Allegation, Opinion, Disputed, Withdrawn].into_iter().find(|standing| standing.name() == name)
    }
}

/// One version of one thing that one source said about one council, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub id: i64,
    pub council_id: i64,
    pub kind: EvidenceKind,
    /// The declared feed it came by.
    pub feed: String,
    /// The source's own key for the thing.
    pub record_key: String,
    /// What the versions of one thing share within a council, whoever speaks of it.
    pub chain: String,
    pub version: i32,
    /// Reports of one event share this, whatever route they came by.
    pub event: Option<String>,
    pub happened_on: Option<Date>,
    pub determined_on: Option<Date>,
    /// When we knew, in UTC.
    pub known_at: Timestamp,
    pub standing: Standing,
    /// The kind's fields by name; an auditor's outcome also has `matters`, a list of objects with the matter's fields.
    pub fields: serde_json::Map<String, Json>,
    /// SHA-256 (hex) of kind, chain, event, dates, standing, fields and link: what the item says, on any database.
    pub fingerprint: String,
    pub url: Option<String>,
}

/// A field's value as rules see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// The source did not say.
    Unknown,
    YesNo(bool),
    Whole(i64),
    Date(Date),
    /// Position in the field's list of choices.
    Choice(u16),
    Text(Box<str>),
}

/// What rules read: an item, or one matter of an auditor's outcome, with its fields by slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub evidence_id: i64,
    pub kind: EvidenceKind,
    /// Unique within a council, the same on any database: the chain, and for a matter `#` and its number from 1.
    pub key: String,
    pub feed: String,
    pub event: Option<String>,
    pub happened_on: Option<Date>,
    pub determined_on: Option<Date>,
    pub standing: Standing,
    /// One value a field of the kind, in the order of [`EvidenceKind::fields`].
    pub values: Vec<Value>,
    /// The item's fingerprint (shared by an outcome and its matters).
    pub fingerprint: String,
}

impl Item {
    /// The facts that rules read: the item itself first, then, for an auditor's outcome, its matters in order.
    pub fn into_facts(self) -> Vec<Fact> {
        let item = Fact {
            evidence_id: self.id,
            kind: self.kind,
            key: self.chain,
            feed: self.feed,
            event: self.event,
            happened_on: self.happened_on,
            determined_on: self.determined_on,
            standing: self.standing,
            values: Vec::new(),
            fingerprint: self.fingerprint,
        };
        item.and_matters(self.fields)
    }
}

impl Fact {
    /// The fact with the values of its fields, and, for an auditor's outcome, its matters after it.
    pub(super) fn and_matters(mut self, mut fields: serde_json::Map<String, Json>) -> Vec<Fact> {
        let matters = match (self.kind, fields.remove("matters")) {
            (EvidenceKind::AuditOutcome, Some(Json::Array(matters))) => matters,
            _ => Vec::new(),
        };
        self.values = values(self.kind, &fields);
        let mut facts = Vec::with_capacity(1 + matters.len());
        facts.push(self);
        for (number, matter) in (1..).zip(matters) {
            let (Json::Object(mut matter), Some(item)) = (matter, facts.first()) else { continue };
            for shared in ["year", "status"] {
                if let Some(value) = fields.get(shared) {
                    matter.insert(shared.to_owned(), value.clone());
                }
            }
            let kind = EvidenceKind::AuditMatter;
            let key = format!("{}#{number}", item.key);
            facts.push(Fact { kind, key, values: values(kind, &matter), ..item.clone() });
        }
        facts
    }
}

fn values(kind: EvidenceKind, fields: &serde_json::Map<String, Json>) -> Vec<Value> {
    kind.fields().iter().map(|field| Value::read(field, fields.get(field.name))).collect()
}

/// What a field was kept as.
pub(super) enum Said<'a> {
    YesNo(bool),
    Whole(i64),
    Text(&'a str),
}

impl Value {
    /// The value of a field as it was kept; [`Value::Unknown`] where it is absent or not of the field's type.
    pub fn read(field: &Field, kept: Option<&Json>) -> Value {
        let said = match kept {
            Some(Json::Bool(answer)) => Some(Said::YesNo(*answer)),
            Some(Json::Number(number)) => number.as_i64().map(Said::Whole),
            Some(Json::String(text)) => Some(Said::Text(text)),
            Some(Json::Null | Json::Array(_) | Json::Object(_)) | None => None,
        };
        said.map_or(Value::Unknown, |said| Value::of(field, &said))
    }

    /// The same of what was read already.
    pub(super) fn of(field: &Field, said: &Said<'_>) -> Value {
        let read = match (field.holds, said) {
            (FieldType::YesNo, Said::YesNo(answer)) => Some(Value::YesNo(*answer)),
            (FieldType::Whole, Said::Whole(number)) => Some(Value::Whole(*number)),
            (FieldType::Date, Said::Text(text)) => text.parse().ok().map(Value::Date),
            (FieldType::Text, Said::Text(text)) => Some(Value::Text((*text).into())),
            (FieldType::Choice(words), Said::Text(text)) => words
                .iter()
                .position(|word| word == text)
                .and_then(|position| u16::try_from(position).ok())
                .map(Value::Choice),
            _ => None,
        };
        read.unwrap_or(Value::Unknown)
    }
}
