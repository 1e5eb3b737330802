//! `[[rule.test]]`: an example beside its rule.
//!
//! In: its table, and the rule's kind of evidence and time in force. Out: a [`RuleTest`] with the facts that it describes, or
//! reports of everything that is wrong with it. Always holds: what a test doesn't state is unknown, as in real evidence;
//! a test without a day is of a day on which the rule is in force.

use super::diagnose::Place;
use super::model::{InForce, RuleTest};
use super::table::{Key, Reports, Table, optional, required};
use super::vocabulary::Vocabulary;
use crate::evidence::{EvidenceKind, Fact, Field, FieldType, Standing, Value};
use jiff::civil::{Date, date};

/// What a `[[rule.test]]` may say.
pub(crate) const KEYS: [Key; 4] = [
    required(
        "evidence",
        "a fact by its fields, or a list of facts; what is left out is unknown. Also `happened_on`, `determined_on` (without it, the day of the test), `standing` and `event`",
    ),
    required("fires", "`true` or `false`: whether the rule fires"),
    optional("on", "the day of the score; without it 1 March 2026, or the nearest day on which the rule is in force"),
    optional("points", "if it fires, the points that it gives by itself, without mitigation"),
];

/// The day of a test that names none, while its rule is in force then.
const ORDINARY_DAY: Date = date(2026, 3, 1);
/// What a fact says beside its fields.
const BESIDE: [&str; 4] = ["happened_on", "determined_on", "standing", "event"];

/// The tests of a rule's table.
pub(super) fn rule_tests(
    table: &Table,
    kind: Option<EvidenceKind>,
    in_force: Option<InForce>,
    reports: &mut Reports,
) -> Vec<RuleTest> {
    let tests = table.tables("test", "[[rule.test]]", reports);
    tests.iter().filter_map(|test| rule_test(test, kind, in_force, reports)).collect()
}

fn rule_test(
    table: &Table,
    kind: Option<EvidenceKind>,
    in_force: Option<InForce>,
    reports: &mut Reports,
) -> Option<RuleTest> {
    let problems_before = reports.found.len();
    table.known(&KEYS, reports);
    let fires = table.yes_no("fires", reports);
    let points = table.points("points", reports);
    if let (Some(points), Some(false)) = (&points, fires.as_ref().map(|fires| fires.value)) {
        reports.say(&points.span, "a rule that doesn't fire gives no points", "leave out `points`");
    }
    let on = table.date("on", reports).map(|on| on.value);
    let tables = table.one_or_more("evidence", "the evidence of a test", reports);
    let (kind, in_force) = (kind?, in_force?);
    let on = on.unwrap_or_else(|| ordinary_day(in_force));
    let facts = (1..).zip(&tables).filter_map(|(number, table)| fact(table, (kind, number), on, reports)).collect();
    if reports.found.len() > problems_before {
        return None;
    }
    Some(RuleTest {
        place: Place::of(reports.file, &table.span),
        on,
        facts,
        fires: fires?.value,
        points: points.map(|points| points.value),
    })
}

fn ordinary_day(in_force: InForce) -> Date {
    let day = ORDINARY_DAY.max(in_force.from);
    in_force.until.map_or(day, |until| day.min(until))
}

/// One fact, determined on the day of the test unless it says otherwise.
fn fact(table: &Table, (kind, number): (EvidenceKind, i64), on: Date, reports: &mut Reports) -> Option<Fact> {
    let fields: Vec<&'static str> = kind.fields().iter().map(|field| field.name).chain(BESIDE).collect();
    table.keys(&[], &fields, reports);
    let values = kind.fields().iter().map(|field| value(table, field, reports).unwrap_or(Value::Unknown)).collect();
    let standings = Standing::ALL.map(|standing| (standing.name(), standing)).to_vec();
    let standing = Vocabulary { what: "a standing".to_owned(), words: standings }.under(table, "standing", reports);
    let usual = if kind == EvidenceKind::CountyFlag { Standing::Opinion } else { Standing::Determined };
    Some(Fact {
        evidence_id: number,
        kind,
        key: format!("test/{number}"),
        feed: "test".to_owned(),
        event: table.text("event", reports).map(|event| event.value),
        happened_on: table.date("happened_on", reports).map(|day| day.value),
        determined_on: Some(table.date("determined_on", reports).map_or(on, |day| day.value)),
        standing: standing.unwrap_or(usual),
        values,
        fingerprint: format!("test/{number}"),
    })
}

fn value(table: &Table, field: &Field, reports: &mut Reports) -> Option<Value> {
    match field.holds {
        FieldType::YesNo => table.yes_no(field.name, reports).map(|found| Value::YesNo(found.value)),
        FieldType::Whole => {
            table.whole(field.name, 0..=u32::MAX, reports).map(|found| Value::Whole(i64::from(found.value)))
        }
        FieldType::Date => table.date(field.name, reports).map(|found| Value::Date(found.value)),
        FieldType::Text => table.text(field.name, reports).map(|found| Value::Text(found.value.as_str().into())),
        FieldType::Choice(words) => {
            let words = words.iter().copied().zip(0_u16..).collect();
            let what = format!("a value of `{}`", field.name);
            Vocabulary { what, words }.under(table, field.name, reports).map(Value::Choice)
        }
    }
}
