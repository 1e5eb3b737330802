//! Facts straight from the text in which an item's fields are kept.
//!
//! In: what stands in a row. Out: its facts. Always holds (property-tested): the same as by way of an [`super::Item`]. A
//! national rescore makes a million of them, and a map of the fields, read once and thrown away, would be a third of its work.

use super::fact::{Fact, Said, Standing, Value};
use super::kind::{EvidenceKind, Field};
use jiff::civil::Date;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A version as scoring needs it, its fields not read yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub id: i64,
    pub council_id: i64,
    pub kind: EvidenceKind,
    pub feed: String,
    pub record_key: String,
    pub chain: String,
    pub version: i32,
    pub event: Option<String>,
    pub happened_on: Option<Date>,
    pub determined_on: Option<Date>,
    pub standing: Standing,
    /// A JSON object.
    pub fields: String,
    pub fingerprint: String,
}

impl Kept {
    /// As [`super::Item::into_facts`].
    ///
    /// # Errors
    /// Where the fields are no JSON object.
    pub fn into_facts(self) -> Result<Vec<Fact>, serde_json::Error> {
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
        // Only of an auditor's outcome, and there of few.
        if item.kind == EvidenceKind::AuditOutcome && self.fields.contains("matters\"") {
            return Ok(item.and_matters(serde_json::from_str(&self.fields)?));
        }
        let mut text = serde_json::Deserializer::from_str(&self.fields);
        let values = Slots(item.kind).deserialize(&mut text)?;
        text.end()?;
        Ok(vec![Fact { values, ..item }])
    }
}

/// Reads an object into the slots of a kind.
struct Slots(EvidenceKind);

impl<'de> DeserializeSeed<'de> for Slots {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, text: D) -> Result<Vec<Value>, D::Error> {
        text.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Slots {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Vec<Value>, A::Error> {
        let fields = self.0.fields();
        let mut values = vec![Value::Unknown; fields.len()];
        while let Some(slot) = members.next_key_seed(Name(self.0))? {
            match slot.and_then(|slot| Some((fields.get(slot)?, values.get_mut(slot)?))) {
                Some((field, value)) => *value = members.next_value_seed(Of(field))?,
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(values)
    }
}

/// Reads a member's name as the slot of a kind's field.
struct Name(EvidenceKind);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, text: D) -> Result<Option<usize>, D::Error> {
        text.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.slot(name))
    }
}

/// Reads a member as the value of a field.
struct Of<'f>(&'f Field);

impl<'de> DeserializeSeed<'de> for Of<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, text: D) -> Result<Value, D::Error> {
        text.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Of<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_bool<E: Error>(self, answer: bool) -> Result<Value, E> {
        Ok(Value::of(self.0, &Said::YesNo(answer)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::of(self.0, &Said::Whole(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::Unknown, |number| Value::of(self.0, &Said::Whole(number))))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Unknown)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::of(self.0, &Said::Text(text)))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Unknown)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Unknown)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FieldType, Item};
    use super::*;
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::{Map, Value as Json, json};

    fn any_json() -> impl Strategy<Value = Json> {
        prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            Just(json!(u64::MAX)),
            Just(json!(1.5)),
            Just(json!("2026-03-31")),
            "[a-z\"\\\\é]{0,4}".prop_map(Json::from),
            Just(json!(["a", { "b": 1 }])),
            Just(json!({ "a": [1, null] })),
        ]
    }

    /// A member of a kind's table with a value that its field may hold, or with any other; or one that it has not.
    fn member(kind: EvidenceKind) -> impl Strategy<Value = (String, Json)> {
        let fields = kind.fields();
        (0..fields.len() + 1, any::<usize>(), any_json(), any::<bool>()).prop_map(move |(at, which, other, fits)| {
            let Some(field) = fields.get(at) else { return ("no_field".to_owned(), other) };
            let value = match field.holds {
                FieldType::Choice(words) if fits => json!(words[which % words.len()]),
                _ => other,
            };
            (field.name.to_owned(), value)
        })
    }

    fn any_fields() -> impl Strategy<Value = (EvidenceKind, Map<String, Json>)> {
        (0..EvidenceKind::ALL.len()).prop_flat_map(|at| {
            let kind = EvidenceKind::ALL[at];
            let members = proptest::collection::vec(member(kind), 0..8);
            let matters =
                proptest::collection::vec(proptest::collection::vec(member(EvidenceKind::AuditMatter), 0..5), 0..3);
            (members, matters, any::<bool>()).prop_map(move |(members, matters, has_matters)| {
                let mut fields: Map<String, Json> = members.into_iter().collect();
                if has_matters {
                    let matters =
                        matters.into_iter().map(|matter| Json::Object(matter.into_iter().collect())).collect();
                    fields.insert("matters".to_owned(), Json::Array(matters));
                }
                (kind, fields)
            })
        })
    }

    fn kept(kind: EvidenceKind, fields: String) -> Kept {
        Kept {
            id: 7,
            council_id: 1,
            kind,
            feed: "north".to_owned(),
            record_key: "R1".to_owned(),
            chain: "chain/1".to_owned(),
            version: 1,
            event: Some("e".to_owned()),
            happened_on: Some(date(2026, 3, 31)),
            determined_on: None,
            standing: Standing::Determined,
            fields,
            fingerprint: "f".to_owned(),
        }
    }

    proptest! {
        #[test]
        fn it_gives_the_facts_of_the_item((kind, fields) in any_fields()) {
            let row = kept(kind, serde_json::to_string(&fields).unwrap());
            let item = Item {
                id: row.id,
                council_id: row.council_id,
                kind,
                feed: row.feed.clone(),
                record_key: row.record_key.clone(),
                chain: row.chain.clone(),
                version: row.version,
                event: row.event.clone(),
                happened_on: row.happened_on,
                determined_on: row.determined_on,
                known_at: Timestamp::UNIX_EPOCH,
                standing: row.standing,
                fields,
                fingerprint: row.fingerprint.clone(),
                url: None,
            };
            prop_assert_eq!(row.into_facts().unwrap(), item.into_facts());
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "[]", "1", "{\"theme\":", "{} {}", "null"] {
            assert!(kept(EvidenceKind::Complaint, text.to_owned()).into_facts().is_err(), "{text}");
        }
    }
}
