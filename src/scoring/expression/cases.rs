//! What a condition can come to, over every case that its fields can make.
//!
//! In: conditions on one kind of evidence. Out: for every case that they can tell apart, what each of them answers; or nothing
//! where that can't be said for certain. Always holds: where cases are given, they are complete: a field that is only compared
//! with fixed values is settled by those values, their neighbours, every word of its list, and *unknown*. Conditions that
//! reckon, compare two fields, or ask for age or the day give no cases, and so do those with more than [`MOST_CASES`].

use super::evaluate::{Number, Test, Words};
use super::fields::Source;
use super::{Condition, CouncilContext, Scene};
use crate::evidence::{EvidenceKind, Fact, FieldType, Standing, Value};
use jiff::civil::Date;

/// More combinations than this are not gone through.
pub const MOST_CASES: usize = 100_000;

/// What a field may hold in a case.
#[derive(Debug, Clone, PartialEq)]
enum Setting {
    Field(Value),
    Income(Option<i64>),
    Parishes(i64),
    County(String),
}

/// Calls `look` with the answers of all the conditions, case by case, until it says no. Gives whether the cases are complete.
///
/// All conditions must read the same kind of evidence.
pub fn every_case(conditions: &[&Condition], mut look: impl FnMut(&[Option<bool>]) -> bool) -> bool {
    let Some(kind) = conditions.first().map(|condition| condition.kind) else { return false };
    let mut axes: Vec<(Source, Vec<Setting>)> = Vec::new();
    for condition in conditions {
        if condition.kind != kind || axes_of(&condition.test, kind, &mut axes).is_none() {
            return false;
        }
    }
    let combinations = axes.iter().try_fold(1_usize, |product, (_, settings)| product.checked_mul(settings.len()));
    if combinations.is_none_or(|combinations| combinations > MOST_CASES) {
        return false;
    }
    let mut stage = Stage::new(kind);
    let mut at = vec![0_usize; axes.len()];
    loop {
        for ((source, settings), place) in axes.iter().zip(&at) {
            if let Some(setting) = settings.get(*place) {
                stage.set(*source, setting);
            }
        }
        let scene = Scene { fact: &stage.fact, council: &stage.council, as_of: stage.as_of };
        let answers: Vec<Option<bool>> = conditions.iter().map(|condition| condition.holds(&scene)).collect();
        if !look(&answers) || !advance(&mut at, &axes) {
            return true;
        }
    }
}

/// The next combination, as an odometer counts; no more after the last.
fn advance(at: &mut [usize], axes: &[(Source, Vec<Setting>)]) -> bool {
    for (place, (_, settings)) in at.iter_mut().zip(axes) {
        *place += 1;
        if *place < settings.len() {
            return true;
        }
        *place = 0;
    }
    false
}

/// A fact and a council that are set case by case.
struct Stage {
    fact: Fact,
    council: CouncilContext,
    as_of: Date,
}

impl Stage {
    fn new(kind: EvidenceKind) -> Stage {
        let fact = Fact {
            evidence_id: 1,
            kind,
            key: String::new(),
            feed: String::new(),
            event: None,
            happened_on: None,
            determined_on: None,
            standing: Standing::Determined,
            values: vec![Value::Unknown; kind.fields().len()],
            fingerprint: String::new(),
        };
        let (gss_code, county) = (String::new(), String::new());
        let council = CouncilContext { council_id: 1, gss_code, county, parishes: 1, income: None };
        Stage { fact, council, as_of: Date::constant(2000, 1, 1) }
    }

    fn set(&mut self, source: Source, setting: &Setting) {
        match (source, setting) {
            (Source::Field(slot), Setting::Field(value)) => {
                if let Some(place) = self.fact.values.get_mut(slot) {
                    place.clone_from(value);
                }
            }
            (_, Setting::Income(income)) => self.council.income = *income,
            (_, Setting::Parishes(parishes)) => self.council.parishes = *parishes,
            (_, Setting::County(county)) => self.council.county.clone_from(county),
            (_, Setting::Field(_)) => {}
        }
    }
}

/// Adds what a test can tell apart; nothing where it can't be said.
fn axes_of(test: &Test, kind: EvidenceKind, axes: &mut Vec<(Source, Vec<Setting>)>) -> Option<()> {
    match test {
        Test::Fixed(_) => Some(()),
        Test::Field(source) | Test::Known(source) => add(*source, kind, &[], axes),
        Test::Not(test) => axes_of(test, kind, axes),
        Test::All(tests) | Test::Any(tests) => tests.iter().try_for_each(|test| axes_of(test, kind, axes)),
        Test::Alike(tests) => tests.iter().try_for_each(|test| axes_of(test, kind, axes)),
        Test::Compare(_, Number::Field(source), Number::Fixed(number))
        | Test::Compare(_, Number::Fixed(number), Number::Field(source)) => add(*source, kind, &[*number], axes),
        Test::OneOf(Number::Field(source), numbers) => add(*source, kind, numbers, axes),
        Test::Compare(..) | Test::OneOf(..) => None,
        Test::Chosen(slot, _) => add(Source::Field(*slot), kind, &[], axes),
        Test::EachChosen(choices) => {
            choices.iter().try_for_each(|(slot, _)| add(Source::Field(*slot), kind, &[], axes))
        }
        Test::SameText(source, Words::Fixed(text)) => add_texts(*source, std::slice::from_ref(text), axes),
        Test::OneOfTexts(source, texts) => add_texts(*source, texts, axes),
        Test::SameText(_, Words::Field(_)) => None,
    }
}

fn add(source: Source, kind: EvidenceKind, numbers: &[i64], axes: &mut Vec<(Source, Vec<Setting>)>) -> Option<()> {
    let mut settings = Vec::new();
    let near = |number: &i64| [number.checked_sub(1), Some(*number), number.checked_add(1)].into_iter().flatten();
    match source {
        Source::Field(slot) => {
            settings.push(Setting::Field(Value::Unknown));
            let holds = kind.fields().get(slot)?.holds;
            let values: Vec<Value> = match holds {
                FieldType::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
                FieldType::Choice(words) => {
                    (0..words.len()).filter_map(|place| u16::try_from(place).ok()).map(Value::Choice).collect()
                }
                FieldType::Whole if numbers.is_empty() => vec![Value::Whole(0)],
                FieldType::Whole => numbers.iter().flat_map(near).map(Value::Whole).collect(),
                FieldType::Date if numbers.is_empty() => vec![Value::Date(Date::constant(2000, 1, 1))],
                FieldType::Date => {
                    let days = numbers.iter().filter_map(|number| date_of(*number));
                    days.flat_map(|day| [day.yesterday().ok(), Some(day), day.tomorrow().ok()])
                        .flatten()
                        .map(Value::Date)
                        .collect()
                }
                FieldType::Text => vec![Value::Text("".into())],
            };
            settings.extend(values.into_iter().map(Setting::Field));
        }
        Source::Income => {
            settings.push(Setting::Income(None));
            let numbers = if numbers.is_empty() { &[0] } else { numbers };
            settings.extend(numbers.iter().flat_map(near).map(|income| Setting::Income(Some(income))));
        }
        // A council has a parish at least.
        Source::Parishes => {
            let numbers = if numbers.is_empty() { &[1] } else { numbers };
            settings.extend(numbers.iter().flat_map(near).filter(|parishes| *parishes >= 1).map(Setting::Parishes));
            settings.push(Setting::Parishes(1));
        }
        Source::County => return add_texts(source, &[], axes),
        Source::AgeMonths | Source::DeterminedYear | Source::Year | Source::Month => return None,
    }
    join(source, settings, axes);
    Some(())
}

fn add_texts(source: Source, texts: &[Box<str>], axes: &mut Vec<(Source, Vec<Setting>)>) -> Option<()> {
    // A text that no condition would name stands for every other.
    let other = std::iter::once("\u{1}other".into());
    let setting = |text: Box<str>| match source {
        Source::County => Setting::County(text.into()),
        _ => Setting::Field(Value::Text(text)),
    };
    let mut settings: Vec<Setting> = texts.iter().cloned().chain(other).map(setting).collect();
    settings.push(match source {
        Source::County => Setting::County(String::new()),
        _ => Setting::Field(Value::Unknown),
    });
    join(source, settings, axes);
    Some(())
}

fn join(source: Source, settings: Vec<Setting>, axes: &mut Vec<(Source, Vec<Setting>)>) {
    let place = axes.iter().position(|(known, _)| *known == source).unwrap_or_else(|| {
        axes.push((source, Vec::new()));
        axes.len() - 1
    });
    if let Some((_, known)) = axes.get_mut(place) {
        for setting in settings {
            if !known.contains(&setting) {
                known.push(setting);
            }
        }
    }
}

/// The day of a [`super::fields::day_number`].
fn date_of(number: i64) -> Option<Date> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
