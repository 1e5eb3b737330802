//! What a record says, in 64 hexadecimal digits.
//!
//! In: a checked record. Out: the SHA-256 of its kind, chain, event, dates, standing, fields and link, written in one
//! fixed way. Always holds: two records that say the same have the same fingerprint, wherever they stood in a file,
//! however its columns were ordered or named, and whatever warnings they drew.

use super::record::Record;
use crate::digest::sha256_hex;
use crate::evidence::{EvidenceKind, Item, Standing};
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// The fingerprint of a record: SHA-256, in lower-case hexadecimal.
pub fn fingerprint(record: &Record) -> String {
    let texts = (&record.chain, record.event.as_ref(), record.url.as_ref());
    of((record.kind, record.standing), texts, (record.happened_on, record.determined_on), &record.fields)
}

/// The fingerprint of what an item says: that of the record it was, where nothing in it was replaced since.
pub(crate) fn fingerprint_of(item: &Item) -> String {
    let texts = (&item.chain, item.event.as_ref(), item.url.as_ref());
    of((item.kind, item.standing), texts, (item.happened_on, item.determined_on), &item.fields)
}

fn of(
    (kind, standing): (EvidenceKind, Standing),
    (chain, event, url): (&String, Option<&String>, Option<&String>),
    (happened_on, determined_on): (Option<Date>, Option<Date>),
    fields: &Map<String, Json>,
) -> String {
    let date = |date: Option<Date>| date.map_or(Json::Null, |date| Json::String(date.to_string()));
    let text = |text: Option<&String>| text.map_or(Json::Null, |text| Json::String(text.clone()));
    let said = Json::Array(vec![
        Json::String(kind.name().to_owned()),
        Json::String(chain.clone()),
        text(event),
        date(happened_on),
        date(determined_on),
        Json::String(standing.name().to_owned()),
        Json::Object(fields.clone()),
        text(url),
    ]);
    let mut written = String::new();
    write_canonical(&said, &mut written);
    sha256_hex(written.as_bytes())
}

/// JSON with the keys of every object in order, whatever order the map that holds them keeps.
fn write_canonical(json: &Json, out: &mut String) {
    match json {
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (position, (key, member)) in members.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                out.push_str(&Json::String(key.clone()).to_string());
                out.push(':');
                write_canonical(member, out);
            }
            out.push('}');
        }
        Json::Array(members) => {
            out.push('[');
            for (position, member) in members.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_canonical(member, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ingest::record::{Named, Place, SourceOrder};
    use jiff::civil::date;
    use serde_json::json;

    /// A qualified outcome of an invented council, in row 2.
    pub(in crate::ingest) fn qualified() -> Record {
        let fields = json!({"year": 2025, "status": "qualified", "matters": [{"class": "except_for", "assertion": 4}]});
        Record {
            place: Place { sheet: None, row: 2 },
            kind: EvidenceKind::AuditOutcome,
            named: Named { name: "Little Exampling".into(), ..Named::default() },
            record_key: "EX001/2025".into(),
            chain: "audit/2025".into(),
            event: None,
            happened_on: Some(date(2025, 3, 31)),
            determined_on: Some(date(2025, 9, 12)),
            standing: Standing::Determined,
            fields: fields.as_object().cloned().unwrap_or_default(),
            url: None,
            order: SourceOrder::default(),
            raw: serde_json::Map::new(),
            warnings: vec![],
        }
    }

    #[test]
    fn it_is_a_fixed_sixty_four_digits() {
        // Written out so that a change of the canonical text, which would make every known item look revised, is seen.
        let expected = sha256_hex(
            concat!(
                r#"["audit_outcome","audit/2025",null,"2025-03-31","2025-09-12","determined","#,
                r#"{"matters":[{"assertion":4,"class":"except_for"}],"status":"qualified","year":2025},null]"#
            )
            .as_bytes(),
        );
        assert_eq!(fingerprint(&qualified()), expected);
        assert_eq!(expected.len(), 64);
    }

    #[test]
    fn it_changes_with_everything_the_record_says() {
        type Edit = fn(&mut Record);
        let edits: [Edit; 8] = [
            |record| record.kind = EvidenceKind::Complaint,
            |record| record.chain = "audit/2024".into(),
            |record| record.event = Some("flood".into()),
            |record| record.happened_on = None,
            |record| record.determined_on = None,
            |record| record.standing = Standing::Allegation,
            |record| record.url = Some("https://example.org/".into()),
            |record| {
                record.fields.insert("income".into(), json!(1));
            },
        ];
        let mut seen = std::collections::BTreeSet::from([fingerprint(&qualified())]);
        for edit in edits {
            let mut edited = qualified();
            edit(&mut edited);
            assert!(seen.insert(fingerprint(&edited)), "{edited:?}");
        }
    }

    #[test]
    fn it_ignores_where_the_record_stood_and_how_it_was_written() {
        let mut elsewhere = qualified();
        elsewhere.place = Place { sheet: Some("Final".into()), row: 900 };
        elsewhere.raw.insert("Status".into(), json!("QUALIFIED"));
        elsewhere.order.version = Some(3);
        assert_eq!(fingerprint(&elsewhere), fingerprint(&qualified()));
    }
}
