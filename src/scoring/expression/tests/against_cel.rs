//! The same conditions, asked of another implementation of the Common Expression Language: where both can speak, they agree.
//!
//! The subset in common: comparisons of whole numbers and of words, `in`, `&&`, `||`, `!`, on fields that the source said. What
//! a source left out is an error to CEL and *can't say* to us, so facts here say everything that is asked, but for one test.

use super::{ask, fact};
use crate::evidence::{EvidenceKind, FieldType, STATUS};
use cel::{Context, Program, Value};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;

const KIND: EvidenceKind = EvidenceKind::AuditOutcome;
/// Whole-number fields of the kind.
const NUMBERS: [&str; 4] = ["year", "income", "except_for_matters", "other_matters"];
const DAYS: [&str; 2] = ["submitted_on", "certified_on"];

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0..NUMBERS.len()).prop_map(|place| format!("evidence.{}", NUMBERS[place])),
        (0..40_i64).prop_map(|number| number.to_string()),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), prop_oneof![Just("+"), Just("-"), Just("*")], inner)
            .prop_map(|(left, sign, right)| format!("({left} {sign} {right})"))
    })
}

fn comparison() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("=="), Just("!="), Just("<"), Just("<="), Just(">"), Just(">=")]
}

fn word() -> impl Strategy<Value = String> {
    (0..STATUS.len()).prop_map(|place| format!("\"{}\"", STATUS[place]))
}

fn day() -> impl Strategy<Value = String> {
    (2020..2027_i32, 1..13_i32, 1..29_i32).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (number(), comparison(), number()).prop_map(|(left, sign, right)| format!("{left} {sign} {right}")),
        (prop_oneof![Just("=="), Just("!=")], word()).prop_map(|(sign, word)| format!("evidence.status {sign} {word}")),
        proptest::collection::vec(word(), 1..4).prop_map(|words| format!("evidence.status in [{}]", words.join(", "))),
        Just("evidence.reminder_sent".to_owned()),
        (0..DAYS.len(), comparison(), day())
            .prop_map(|(place, sign, day)| format!("evidence.{} {sign} \"{day}\"", DAYS[place])),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("!({inner})")),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" && "))),
            proptest::collection::vec(inner, 2..4).prop_map(|parts| format!("({})", parts.join(" || "))),
        ]
    })
}

/// A fact that says everything that these conditions ask.
fn facts() -> impl Strategy<Value = Json> {
    let numbers = proptest::collection::vec(0..40_i64, NUMBERS.len());
    let days = proptest::collection::vec(day(), DAYS.len());
    (numbers, days, 0..STATUS.len(), any::<bool>()).prop_map(|(numbers, days, status, reminder)| {
        let mut fields = Map::new();
        fields.extend(NUMBERS.iter().zip(numbers).map(|(name, number)| ((*name).to_owned(), number.into())));
        fields.extend(DAYS.iter().zip(days).map(|(name, day)| ((*name).to_owned(), day.into())));
        fields.insert("status".to_owned(), STATUS[status].into());
        fields.insert("reminder_sent".to_owned(), reminder.into());
        Json::Object(fields)
    })
}

/// What CEL says; none where it can't.
fn by_cel(source: &str, fields: &Json) -> Option<bool> {
    let value = |json: &Json| match json {
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        other => Value::String(other.as_str().unwrap().to_owned().into()),
    };
    let evidence: HashMap<String, Value> =
        fields.as_object().unwrap().iter().map(|(name, json)| (name.clone(), value(json))).collect();
    let mut context = Context::default();
    context.add_variable_from_value("evidence", evidence);
    match Program::compile(source).unwrap_or_else(|e| panic!("{source}: {e}")).execute(&context) {
        Ok(Value::Bool(yes)) => Some(yes),
        Ok(other) => panic!("{source} is {other:?}"),
        Err(_) => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn where_everything_is_said_both_answer_alike(source in condition(), fields in facts()) {
        prop_assert_eq!(ask(&source, KIND, &fields), by_cel(&source, &fields), "{}\n{}", source, fields);
    }

    /// What settles a condition by itself settles it in both, whatever is left out beside it: so what CEL can say with a field
    /// left out, we say too.
    #[test]
    fn what_cel_can_say_with_a_field_left_out_we_say_too(source in condition(), fields in facts(), gone in 0..8_usize) {
        let mut fields = fields;
        let name = fields.as_object().unwrap().keys().nth(gone).cloned();
        if let Some(name) = name {
            fields.as_object_mut().unwrap().remove(&name);
        }
        if let Some(yes) = by_cel(&source, &fields) {
            prop_assert_eq!(ask(&source, KIND, &fields), Some(yes), "{}\n{}", source, fields);
        }
    }
}

#[test]
fn the_fields_are_those_of_the_kind() {
    let holds = |name: &str| KIND.fields()[KIND.slot(name).unwrap()].holds;
    assert!(NUMBERS.iter().all(|name| holds(name) == FieldType::Whole));
    assert!(DAYS.iter().all(|name| holds(name) == FieldType::Date));
    assert_eq!(fact(KIND, &json!({ "status": "exempt" })).values.len(), KIND.fields().len());
}
