//! The checked form of a condition, and its evaluation.
//!
//! In: a [`Test`] made by the checker, and a [`Scene`]. Out: yes, no, or that it cannot be said. Always holds: no
//! allocation and no failure; `All` and `Any` stop at the first answer that settles them, whatever is unknown beside it.

use super::Scene;
use super::fields::Source;
use super::syntax::Comparison;
use crate::evidence::Value;

/// Something that is yes, no or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    Fixed(bool),
    Field(Source),
    /// Never unknown.
    Known(Source),
    Not(Box<Test>),
    All(Box<[Test]>),
    Any(Box<[Test]>),
    /// Whether two tests agree.
    Alike(Box<[Test; 2]>),
    /// Whole numbers; choices by position; dates by day number.
    Compare(Comparison, Number, Number),
    OneOf(Number, Box<[i64]>),
    /// Whether the choice in this slot is one of those whose bits are set.
    Chosen(usize, u64),
    /// `All` of such choices. Most of what rules ask is this.
    EachChosen(Box<[(usize, u64)]>),
    SameText(Source, Words),
    OneOfTexts(Source, Box<[Box<str>]>),
}

/// Something that is a whole number or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Number {
    Fixed(i64),
    Field(Source),
    Negative(Box<Number>),
    /// Terms, and whether each is taken away; added from the left.
    Sum(Box<[(bool, Number)]>),
    Product(Box<[Number]>),
}

/// What a text is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Words {
    Fixed(Box<str>),
    Field(Source),
}

impl Test {
    /// All of these, in the form that is answered fastest.
    pub(super) fn all(tests: Box<[Test]>) -> Test {
        let choice = |test: &Test| if let Test::Chosen(slot, bits) = test { Some((*slot, *bits)) } else { None };
        match tests.iter().map(choice).collect::<Option<Box<[_]>>>() {
            Some(choices) => Test::EachChosen(choices),
            None => Test::All(tests),
        }
    }

    /// The words (as bits) that it asks for outright, by slot.
    pub(super) fn words_asked_for(&self) -> Vec<(usize, u64)> {
        let word = |test: &Test| if let Test::Chosen(slot, bits) = test { Some((*slot, *bits)) } else { None };
        match self {
            Test::EachChosen(choices) => choices.to_vec(),
            Test::All(tests) => tests.iter().filter_map(word).collect(),
            other => word(other).into_iter().collect(),
        }
    }

    /// Yes, no, or nothing where it cannot be said.
    pub(super) fn holds(&self, scene: &Scene) -> Option<bool> {
        match self {
            Test::Fixed(value) => Some(*value),
            Test::Field(source) => source.yes_no(scene),
            Test::Known(source) => Some(source.is_known(scene)),
            Test::Not(test) => test.holds(scene).map(|value| !value),
            Test::All(tests) => settle(tests, scene, false),
            Test::Any(tests) => settle(tests, scene, true),
            Test::Alike(tests) => {
                let [left, right] = &**tests;
                Some(left.holds(scene)? == right.holds(scene)?)
            }
            Test::Compare(comparison, left, right) => Some(comparison.holds(left.value(scene)?, right.value(scene)?)),
            Test::OneOf(number, wanted) => number.value(scene).map(|value| wanted.contains(&value)),
            Test::Chosen(slot, bits) => is_chosen(*slot, *bits, scene),
            Test::EachChosen(choices) => each_chosen(choices, scene),
            Test::SameText(source, words) => Some(source.text(scene)? == words.text(scene)?),
            Test::OneOfTexts(source, wanted) => {
                source.text(scene).map(|text| wanted.iter().any(|word| **word == *text))
            }
        }
    }

    /// Adds the unknown sources that keep it from an answer; none where it has one.
    pub(super) fn unknowns(&self, scene: &Scene, found: &mut Vec<Source>) {
        if self.holds(scene).is_some() {
            return;
        }
        match self {
            Test::Fixed(_) | Test::Known(_) => {}
            Test::Field(source) | Test::OneOfTexts(source, _) => add(*source, scene, found),
            Test::Not(test) => test.unknowns(scene, found),
            Test::All(tests) | Test::Any(tests) => tests.iter().for_each(|test| test.unknowns(scene, found)),
            Test::Alike(tests) => tests.iter().for_each(|test| test.unknowns(scene, found)),
            Test::Compare(_, left, right) => {
                left.unknowns(scene, found);
                right.unknowns(scene, found);
            }
            Test::OneOf(number, _) => number.unknowns(scene, found),
            Test::Chosen(slot, _) => add(Source::Field(*slot), scene, found),
            Test::EachChosen(choices) => choices.iter().for_each(|(slot, _)| add(Source::Field(*slot), scene, found)),
            Test::SameText(source, words) => {
                add(*source, scene, found);
                if let Words::Field(other) = words {
                    add(*other, scene, found);
                }
            }
        }
    }
}

/// `All` is settled by a no, `Any` by a yes; without either, one unknown makes the whole unknown.
fn settle(tests: &[Test], scene: &Scene, by: bool) -> Option<bool> {
    let mut answer = Some(!by);
    for test in tests {
        match test.holds(scene) {
            Some(value) if value == by => return Some(by),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

/// As `All` of them.
fn each_chosen(choices: &[(usize, u64)], scene: &Scene) -> Option<bool> {
    let mut answer = Some(true);
    for (slot, bits) in choices {
        match is_chosen(*slot, *bits, scene) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => answer = None,
        }
    }
    answer
}

#[inline]
fn is_chosen(slot: usize, bits: u64, scene: &Scene) -> Option<bool> {
    match scene.fact.values.get(slot) {
        Some(Value::Choice(position)) => Some(bits.checked_shr(u32::from(*position)).unwrap_or(0) & 1 == 1),
        _ => None,
    }
}

fn add(source: Source, scene: &Scene, found: &mut Vec<Source>) {
    if !source.is_known(scene) {
        found.push(source);
    }
}

impl Number {
    /// The number; nothing where a field is unknown or the sum is too large to hold.
    #[inline]
    pub(super) fn value(&self, scene: &Scene) -> Option<i64> {
        match self {
            Number::Fixed(number) => Some(*number),
            Number::Field(source) => source.number(scene),
            Number::Negative(number) => number.value(scene)?.checked_neg(),
            Number::Sum(terms) => terms.iter().try_fold(0_i64, |sum, (taken_away, term)| {
                let term = term.value(scene)?;
                if *taken_away { sum.checked_sub(term) } else { sum.checked_add(term) }
            }),
            Number::Product(factors) => {
                factors.iter().try_fold(1_i64, |product, factor| product.checked_mul(factor.value(scene)?))
            }
        }
    }

    fn unknowns(&self, scene: &Scene, found: &mut Vec<Source>) {
        match self {
            Number::Fixed(_) => {}
            Number::Field(source) => add(*source, scene, found),
            Number::Negative(number) => number.unknowns(scene, found),
            Number::Sum(terms) => terms.iter().for_each(|(_, term)| term.unknowns(scene, found)),
            Number::Product(factors) => factors.iter().for_each(|factor| factor.unknowns(scene, found)),
        }
    }
}

impl Words {
    fn text<'a>(&'a self, scene: &Scene<'a>) -> Option<&'a str> {
        match self {
            Words::Fixed(text) => Some(text),
            Words::Field(source) => source.text(scene),
        }
    }
}

impl Comparison {
    #[inline]
    fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::Different => left != right,
            Comparison::Less => left < right,
            Comparison::LessOrEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterOrEqual => left >= right,
        }
    }
}
