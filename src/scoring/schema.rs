//! The JSON Schema of rule files (draft 2020-12), by which editors complete and check them while they are written:
//! `rules/schema.json` is made from it.
//!
//! In: the tables of keys by which rule files are read, and those of the kinds of evidence. Out: one schema. Always holds:
//! every key that the program knows is in it with its meaning, and no other (tests hold the file to the tables, and the shipped
//! rules to the file). What needs more than one place at a time, such as whether an id stands twice, is for `rules check`.

use super::rules::table::Key;
use super::rules::{
    ASSESSED_BY_KEYS, BAND_KEYS, CEILING_KEYS, COVERAGE_KEYS, FLOOR_KEYS, MITIGATION_KEYS, POINTS_KEYS, RULE_KEYS,
    RULE_SET_KEYS, SOURCES, TEST_KEYS,
};
use super::score::Indicator;
use crate::evidence::{EvidenceKind, FieldType, Standing};
use serde_json::{Map, Value, json};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let tables: [(&str, &[Key], bool); 9] = [
        ("rule", &RULE_KEYS, true),
        ("mitigation", &MITIGATION_KEYS, true),
        ("assessed_by", &ASSESSED_BY_KEYS, true),
        ("band", &BAND_KEYS, true),
        ("rule_set", &RULE_SET_KEYS, false),
        ("points", &POINTS_KEYS, false),
        ("floor", &FLOOR_KEYS, false),
        ("ceiling", &CEILING_KEYS, false),
        ("coverage", &COVERAGE_KEYS, false),
    ];
    let mut properties = Map::new();
    for (name, keys, several) in tables {
        let mut table = object(name, keys);
        if name == "rule"
            && let Some(table) = table.as_object_mut()
        {
            table.insert("allOf".to_owned(), scored_kinds().map(examples_of).collect());
        }
        let entry = if several { json!({ "type": "array", "items": table }) } else { table };
        properties.insert(name.to_owned(), entry);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of Bellwether's rules",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

/// One table: its keys, each with its meaning.
fn object(table: &str, keys: &[Key]) -> Value {
    let mut properties = Map::new();
    for key in keys {
        let mut value = value_of(table, key.name);
        if let Some(value) = value.as_object_mut() {
            value.insert("description".to_owned(), key.meaning.into());
        }
        properties.insert(key.name.to_owned(), value);
    }
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    closed(&Value::Object(properties), &required)
}

fn closed(properties: &Value, required: &[&str]) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn scored_kinds() -> impl Iterator<Item = EvidenceKind> {
    EvidenceKind::ALL.into_iter().filter(|kind| !kind.is_context())
}

fn whole(from: u32, to: u32) -> Value {
    json!({ "type": "integer", "minimum": from, "maximum": to })
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn points() -> Value {
    json!({ "type": "number", "minimum": 0 })
}

fn letters() -> Value {
    json!({ "enum": Indicator::ALL.map(Indicator::letter) })
}

/// What a key of a table holds.
fn value_of(table: &str, key: &str) -> Value {
    match (table, key) {
        ("rule", "id") => json!({ "type": "string", "pattern": "^[a-e]([0-9]+|-opinion)\\.[a-z0-9-]+$" }),
        ("points", "severity") => json!({ "type": "array", "items": points(), "minItems": 4, "maxItems": 4 }),
        ("test", "points") | (_, "opinion_cap" | "from" | "leave_below") => points(),
        (_, "indicator") => letters(),
        (_, "must_cover") => json!({ "type": "array", "items": letters() }),
        ("test", "evidence") => json!({ "type": ["object", "array"] }),
        (_, "evidence") => json!({ "enum": scored_kinds().map(EvidenceKind::name).collect::<Vec<_>>() }),
        (_, "source") => json!({ "enum": SOURCES }),
        ("band", "name") | (_, "band") => json!({ "enum": ["monitor", "offer_support", "priority_review"] }),
        (_, "severity") => whole(1, 4),
        (_, "months") => whole(1, 120),
        (_, "cleared_leaves" | "same_event_percent" | "same_event_cap_percent") => whole(0, 100),
        (_, "leaves_percent") => whole(0, 99),
        (_, "minutes_a_month") => whole(0, 10_000),
        (_, "min_covered") => whole(0, 5),
        (_, "repetition_percent") => json!({ "type": "array", "items": whole(100, 400), "minItems": 1 }),
        (_, "opinion" | "fires" | "later_year_only") => json!({ "type": "boolean" }),
        (_, "on") => date(),
        (_, "answers") => json!({ "type": "array", "items": text(), "minItems": 1 }),
        (_, "in_force") => closed(&json!({ "from": date(), "until": date() }), &["from"]),
        (_, "step_up") => closed(&json!({ "when": text(), "says": text() }), &["when", "says"]),
        (_, "count") => {
            let keys = json!({ "at_least": whole(2, 100), "within_months": whole(1, 120), "distinct": text() });
            closed(&keys, &["at_least", "within_months"])
        }
        (_, "running") => {
            let by = json!({ "type": "array", "items": text() });
            closed(&json!({ "years": whole(2, 10), "by": by, "or_marked": text() }), &["years", "by"])
        }
        ("rule", "test") => json!({ "type": "array", "items": object("test", &TEST_KEYS) }),
        _ => text(),
    }
}

/// Of a rule on this kind of evidence: what its examples may say.
fn examples_of(kind: EvidenceKind) -> Value {
    let mut fields = Map::new();
    for field in kind.fields() {
        let mut value = match field.holds {
            FieldType::YesNo => json!({ "type": "boolean" }),
            FieldType::Whole => json!({ "type": "integer", "minimum": 0 }),
            FieldType::Date => date(),
            FieldType::Text => text(),
            FieldType::Choice(words) => json!({ "enum": words }),
        };
        if let Some(value) = value.as_object_mut() {
            value.insert("description".to_owned(), field.meaning.into());
        }
        fields.insert(field.name.to_owned(), value);
    }
    fields.insert("happened_on".to_owned(), date());
    fields.insert("determined_on".to_owned(), date());
    fields.insert("event".to_owned(), text());
    fields.insert("standing".to_owned(), json!({ "enum": Standing::ALL.map(Standing::name) }));
    let fact = closed(&Value::Object(fields), &[]);
    let evidence = json!({ "oneOf": [fact, { "type": "array", "items": fact }] });
    let test = json!({ "items": { "properties": { "evidence": evidence } } });
    json!({
        "if": { "properties": { "evidence": { "const": kind.name() } } },
        "then": { "properties": { "test": test } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::rules::embedded;
    use std::path::Path;

    /// What is wrong with a file by the schema.
    fn problems(file: &str) -> Vec<String> {
        let validator = jsonschema::options().should_validate_formats(true).build(&schema()).unwrap();
        let table: toml::Value = toml::from_str(file).unwrap();
        let json = as_json(&table);
        validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// TOML as editors give it to a schema: a date is a text.
    fn as_json(value: &toml::Value) -> Value {
        match value {
            toml::Value::String(text) => text.clone().into(),
            toml::Value::Integer(number) => (*number).into(),
            toml::Value::Float(number) => (*number).into(),
            toml::Value::Boolean(yes) => (*yes).into(),
            toml::Value::Datetime(day) => day.to_string().into(),
            toml::Value::Array(values) => values.iter().map(as_json).collect(),
            toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
        }
    }

    #[test]
    fn the_schema_is_made_from_the_tables() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/schema.json");
        let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::var_os("RULES_UPDATE").is_some() {
            std::fs::write(&path, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "rules/schema.json is stale: RULES_UPDATE=1 cargo test --lib scoring::schema");
    }

    #[test]
    fn the_rules_that_ship_are_valid_by_it() {
        for file in embedded() {
            assert_eq!(problems(&file.text), Vec::<String>::new(), "{}", file.name);
            assert!(file.text.starts_with("#:schema "), "{} doesn't name its schema to editors", file.name);
        }
    }

    #[test]
    fn what_the_loader_refuses_for_its_form_the_schema_refuses() {
        let shipped = &embedded()[3].text;
        assert!(problems(shipped).is_empty());
        for (from, to) in [
            ("severity = ", "severty = "),
            ("severity = ", "severity = 1"),
            ("indicator = \"a\"", "indicator = \"f\""),
            ("evidence = \"audit_matter\"", "evidence = \"engagement\""),
            ("in_force = { from = 2015-04-01 }", "in_force = { from = \"soon\" }"),
            ("\nfires = true", "\nfires = \"yes\""),
            ("\n[[rule.test]]", "\n[[rule.tests]]"),
            ("reason = \"", "reason = \"no-such-"),
            ("\nmonths = ", "\nmonths = 99"),
        ] {
            assert!(shipped.contains(from), "{from}");
            assert!(!problems(&shipped.replacen(from, to, 1)).is_empty(), "{from} -> {to}");
        }
    }

    #[test]
    fn every_key_has_its_meaning() {
        fn look(value: &Value, path: &str, found: &mut Vec<String>) {
            let Some(properties) = value.get("properties").and_then(Value::as_object) else { return };
            for (key, value) in properties {
                let items = value.get("items").unwrap_or(value);
                if path.split('.').count() == 2 && value.get("description").is_none() {
                    found.push(format!("{path}.{key}"));
                }
                look(items, &format!("{path}.{key}"), found);
            }
        }
        let mut without = Vec::new();
        look(&schema(), "file", &mut without);
        assert_eq!(without, Vec::<String>::new());
    }
}
