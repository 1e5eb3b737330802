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
    // A JSON list, written piece by piece: building it first would copy every field of every row.
    let mut out = Vec::with_capacity(512);
    out.push(b'[');
    text(Some(kind.name()), &mut out);
    for part in [Some(chain), event] {
        out.push(b',');
        text(part.map(String::as_str), &mut out);
    }
    for day in [happened_on, determined_on] {
        out.push(b',');
        text(day.map(|day| day.to_string()).as_deref(), &mut out);
    }
    out.push(b',');
    text(Some(standing.name()), &mut out);
    out.push(b',');
    write_object(fields, &mut out);
    out.push(b',');
    text(url.map(String::as_str), &mut out);
    out.push(b']');
    sha256_hex(&out)
}

fn text(text: Option<&str>, out: &mut Vec<u8>) {
    // Nothing that is written into memory fails.
    let _ = serde_json::to_writer(out, &text);
}

fn write_object(members: &Map<String, Json>, out: &mut Vec<u8>) {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    out.push(b'{');
    for (position, (key, member)) in members.into_iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        text(Some(key), out);
        out.push(b':');
        write_canonical(member, out);
    }
    out.push(b'}');
}

/// JSON with the keys of every object in order, whatever order the map that holds them keeps.
fn write_canonical(json: &Json, out: &mut Vec<u8>) {
    match json {
        Json::Object(members) => write_object(members, out),
        Json::Array(members) => {
            out.push(b'[');
            for (position, member) in members.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_canonical(member, out);
            }
            out.push(b']');
        }
        Json::String(plain) => text(Some(plain), out),
        plain => out.extend_from_slice(plain.to_string().as_bytes()),
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
