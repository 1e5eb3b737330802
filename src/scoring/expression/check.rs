//! Names, types, words of fixed lists and dates of a condition.
//!
//! In: the tree of a condition and its kind of evidence. Out: a [`Test`] and the names that it reads, or every problem.
//! Always holds: a part that is already reported brings no second report with it.

use super::Problem;
use super::evaluate::{Number, Test, Words};
use super::fields::{Source, day_number, list, nearest, suggest};
use super::syntax::{Comparison, Expression, Node};
use crate::evidence::{EvidenceKind, FieldType};
use jiff::civil::Date;
use std::ops::Range;

/// The test that a tree stands for, and the names it reads, in the order in which they stand (some perhaps twice).
///
/// # Errors
/// Every problem of the tree, in the order in which they stand.
pub(super) fn check(tree: &Expression, text: &str, kind: EvidenceKind) -> Result<(Test, Vec<String>), Vec<Problem>> {
    let mut checker = Checker { text, kind, reads: Vec::new(), problems: Vec::new() };
    let test = checker.yes_no(tree, "a condition must be yes or no");
    let Checker { reads, mut problems, .. } = checker;
    problems.sort_by_key(|problem| problem.span.start);
    match test {
        Some(test) if problems.is_empty() => Ok((test, reads)),
        _ => Err(problems),
    }
}

const WHOLE: &str = "a whole number";

/// A part with its type.
enum Typed {
    YesNo(Test),
    Whole(Number),
    Date(Number),
    /// Where a choice is read from, and its words.
    Choice(Source, &'static [&'static str]),
    TextField(Source),
    /// A text as it is written; what it means depends on what it is compared with.
    Text(String),
}

impl Typed {
    fn name(&self) -> &'static str {
        match self {
            Typed::YesNo(_) => "yes or no",
            Typed::Whole(_) => WHOLE,
            Typed::Date(_) => "a date",
            Typed::Choice(..) => "a word of a fixed list",
            Typed::TextField(_) | Typed::Text(_) => "a text",
        }
    }
}

struct Checker<'a> {
    text: &'a str,
    kind: EvidenceKind,
    reads: Vec<String>,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn written(&self, expression: &Expression) -> &str {
        self.text.get(expression.span.clone()).unwrap_or_default()
    }

    fn report<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        None
    }

    fn typed(&mut self, expression: &Expression) -> Option<Typed> {
        match &expression.node {
            Node::YesNo(value) => Some(Typed::YesNo(Test::Fixed(*value))),
            Node::Whole(number) => Some(Typed::Whole(Number::Fixed(*number))),
            Node::Text(text) => Some(Typed::Text(text.clone())),
            Node::Name(name) => {
                let (source, holds) = self.source(name, &expression.span)?;
                Some(match holds {
                    FieldType::YesNo => Typed::YesNo(Test::Field(source)),
                    FieldType::Whole => Typed::Whole(Number::Field(source)),
                    FieldType::Date => Typed::Date(Number::Field(source)),
                    FieldType::Choice(words) => Typed::Choice(source, words),
                    FieldType::Text => Typed::TextField(source),
                })
            }
            Node::Known(name, span) => Some(Typed::YesNo(Test::Known(self.source(name, span)?.0))),
            Node::Not(inner) => {
                Some(Typed::YesNo(Test::Not(Box::new(self.yes_no(inner, "`!` stands before yes or no")?))))
            }
            Node::All(parts) => Some(Typed::YesNo(Test::all(self.every(parts, "`&&` joins what is yes or no")?))),
            Node::Any(parts) => Some(Typed::YesNo(Test::Any(self.every(parts, "`||` joins what is yes or no")?))),
            Node::Compare(comparison, left, right) => self.compare(*comparison, left, right).map(Typed::YesNo),
            Node::In(value, wanted) => self.one_of(value, wanted).map(Typed::YesNo),
            Node::Negative(_) | Node::Sum(_) | Node::Product(_) => self.arithmetic(expression).map(Typed::Whole),
        }
    }

    fn source(&mut self, name: &str, span: &Range<usize>) -> Option<(Source, FieldType)> {
        if let Some(found) = Source::named(name, self.kind) {
            self.reads.push(name.to_owned());
            return Some(found);
        }
        let message = if name.contains('.') && !name.starts_with("evidence.") {
            format!("there is no field `{name}`")
        } else {
            format!("evidence of kind `{}` has no field `{name}`", self.kind.name())
        };
        self.report(Problem::new(span.clone(), message).help(suggest(name, self.kind)))
    }

    /// A part that must be yes or no; `why` opens the message where it is not.
    fn yes_no(&mut self, expression: &Expression, why: &str) -> Option<Test> {
        let found = match self.typed(expression)? {
            Typed::YesNo(test) => return Some(test),
            other => other,
        };
        let message = format!("{why}, but `{}` is {}", self.written(expression), found.name());
        let help = format!("compare it with something, such as `{} == ...`", self.written(expression));
        self.report(Problem::new(expression.span.clone(), message).help(help))
    }

    fn every(&mut self, parts: &[Expression], why: &str) -> Option<Box<[Test]>> {
        let tests: Vec<Option<Test>> = parts.iter().map(|part| self.yes_no(part, why)).collect();
        tests.into_iter().collect()
    }

    fn arithmetic(&mut self, expression: &Expression) -> Option<Number> {
        match &expression.node {
            Node::Negative(inner) => Some(match self.arithmetic(inner)? {
                Number::Fixed(number) => Number::Fixed(-number),
                other => Number::Negative(Box::new(other)),
            }),
            Node::Sum(terms) => {
                let terms: Vec<_> = terms.iter().map(|(away, term)| Some((*away, self.arithmetic(term)?))).collect();
                terms.into_iter().collect::<Option<_>>().map(Number::Sum)
            }
            Node::Product(factors) => {
                let factors: Vec<_> = factors.iter().map(|factor| self.arithmetic(factor)).collect();
                factors.into_iter().collect::<Option<_>>().map(Number::Product)
            }
            _ => {
                let found = match self.typed(expression)? {
                    Typed::Whole(number) => return Some(number),
                    other => other,
                };
                let message = format!(
                    "`+`, `-` and `*` need whole numbers, but `{}` is {}",
                    self.written(expression),
                    found.name()
                );
                self.report(Problem::new(expression.span.clone(), message))
            }
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &Expression, right: &Expression) -> Option<Test> {
        let (typed_left, typed_right) = (self.typed(left), self.typed(right));
        let (typed_left, typed_right) = (typed_left?, typed_right?);
        if comparison.orders() && !has_order(&typed_left, &typed_right) {
            return self.no_order(comparison, left, right, &typed_left);
        }
        let equal = |test: Test| if comparison == Comparison::Different { Test::Not(Box::new(test)) } else { test };
        match (typed_left, typed_right) {
            (Typed::Whole(a), Typed::Whole(b)) | (Typed::Date(a), Typed::Date(b)) => {
                Some(Test::Compare(comparison, a, b))
            }
            (Typed::Date(a), Typed::Text(text)) => {
                Some(Test::Compare(comparison, a, Number::Fixed(self.day(&text, right)?)))
            }
            (Typed::Text(text), Typed::Date(b)) => {
                Some(Test::Compare(comparison, Number::Fixed(self.day(&text, left)?), b))
            }
            (Typed::Choice(source, words), Typed::Text(text)) => {
                Some(equal(chosen(source, &[self.position(&text, words, left, right)?])))
            }
            (Typed::Text(text), Typed::Choice(source, words)) => {
                Some(equal(chosen(source, &[self.position(&text, words, right, left)?])))
            }
            (Typed::Choice(a, words), Typed::Choice(b, others)) if words == others => {
                Some(Test::Compare(comparison, Number::Field(a), Number::Field(b)))
            }
            (Typed::TextField(source), Typed::Text(text)) | (Typed::Text(text), Typed::TextField(source)) => {
                Some(equal(Test::SameText(source, Words::Fixed(text.into()))))
            }
            (Typed::TextField(a), Typed::TextField(b)) => Some(equal(Test::SameText(a, Words::Field(b)))),
            (Typed::YesNo(a), Typed::YesNo(b)) => Some(equal(Test::Alike(Box::new([a, b])))),
            (a, b) => self.mismatch((left, &a), (right, &b)),
        }
    }

    fn no_order<T>(
        &mut self,
        comparison: Comparison,
        left: &Expression,
        right: &Expression,
        found: &Typed,
    ) -> Option<T> {
        let message = format!(
            "`{}` needs whole numbers or dates, but `{}` is {}",
            comparison.sign(),
            self.written(left),
            found.name()
        );
        self.report(Problem::new(left.span.start..right.span.end, message).help("use == or != or in [...]"))
    }

    fn mismatch<T>(&mut self, left: (&Expression, &Typed), right: (&Expression, &Typed)) -> Option<T> {
        let whole = left.0.span.start..right.0.span.end;
        if let (Typed::Text(_), Typed::Text(_)) = (left.1, right.1) {
            let problem = Problem::new(whole, "this compares two fixed texts");
            return self.report(problem.help("one side must be a field, such as evidence.year"));
        }
        let message = if let (Typed::Choice(..), Typed::Choice(..)) = (left.1, right.1) {
            format!("`{}` and `{}` have different lists of words", self.written(left.0), self.written(right.0))
        } else {
            format!(
                "`{}` is {} and cannot be compared with `{}`, which is {}",
                self.written(left.0),
                left.1.name(),
                self.written(right.0),
                right.1.name()
            )
        };
        let help = match (left.1, right.1) {
            (Typed::YesNo(_), Typed::Text(_)) | (Typed::Text(_), Typed::YesNo(_)) => {
                "write true or false, without quotes"
            }
            (Typed::Whole(_), Typed::Text(_)) | (Typed::Text(_), Typed::Whole(_)) => "write numbers without quotes",
            (Typed::Date(_), _) | (_, Typed::Date(_)) => "write dates like \"2025-06-30\", in double quotes",
            (Typed::Choice(..), Typed::Whole(_)) | (Typed::Whole(_), Typed::Choice(..)) => {
                "write one of its words, in double quotes"
            }
            _ => "both sides must be of one type",
        };
        self.report(Problem::new(whole, message).help(help))
    }

    fn one_of(&mut self, value: &Expression, wanted: &[Expression]) -> Option<Test> {
        let typed = self.typed(value);
        match typed? {
            Typed::Whole(number) => self
                .values(wanted, WHOLE, |_, typed, _| match typed {
                    Typed::Whole(Number::Fixed(number)) => Ok(Some(number)),
                    other => Err(other),
                })
                .map(|values| Test::OneOf(number, values)),
            Typed::Date(number) => self
                .values(wanted, "a date like \"2025-06-30\"", |checker, typed, at| match typed {
                    Typed::Text(text) => Ok(checker.day(&text, at)),
                    other => Err(other),
                })
                .map(|values| Test::OneOf(number, values)),
            Typed::Choice(source, words) => self
                .values(wanted, "a word in double quotes", |checker, typed, at| match typed {
                    Typed::Text(text) => Ok(checker.position(&text, words, value, at)),
                    other => Err(other),
                })
                .map(|values| chosen(source, &values)),
            Typed::TextField(source) => self
                .values(wanted, "a text in double quotes", |_, typed, _| match typed {
                    Typed::Text(text) => Ok(Some(text.into_boxed_str())),
                    other => Err(other),
                })
                .map(|values| Test::OneOfTexts(source, values)),
            found @ (Typed::YesNo(_) | Typed::Text(_)) => {
                let message =
                    format!("`in` needs a field before it, but `{}` is {}", self.written(value), found.name());
                self.report(Problem::new(value.span.clone(), message).help("write evidence.FIELD in [...]"))
            }
        }
    }

    /// Every value of a list, or nothing where any is wrong; `read` gives back what is not of the list's type.
    fn values<T>(
        &mut self,
        wanted: &[Expression],
        must_be: &str,
        read: impl Fn(&mut Self, Typed, &Expression) -> Result<Option<T>, Typed>,
    ) -> Option<Box<[T]>> {
        let mut values = Vec::with_capacity(wanted.len());
        for expression in wanted {
            let value = match self.typed(expression) {
                None => None,
                Some(typed) => read(self, typed, expression).unwrap_or_else(|found| {
                    // A number that is computed is not one that is written down.
                    let is =
                        if matches!(found, Typed::Whole(_)) && must_be == WHOLE { "not fixed" } else { found.name() };
                    let message = format!("this list must hold {must_be}, but `{}` is {is}", self.written(expression));
                    self.report(Problem::new(expression.span.clone(), message))
                }),
            };
            values.push(value);
        }
        values.into_iter().collect()
    }

    /// A date written as text, as its day number.
    fn day(&mut self, text: &str, at: &Expression) -> Option<i64> {
        let parsed: Option<Date> = text.parse().ok().filter(|_| text.len() == "2025-06-30".len());
        match parsed {
            Some(date) => Some(day_number(date)),
            None => {
                let problem = Problem::new(at.span.clone(), format!("\"{text}\" is not a date"));
                self.report(problem.help("write year-month-day, such as \"2025-06-30\""))
            }
        }
    }

    /// The position of a word in a field's list.
    fn position(
        &mut self,
        word: &str,
        words: &'static [&'static str],
        field: &Expression,
        at: &Expression,
    ) -> Option<i64> {
        if let Some((position, _)) = (0..).zip(words).find(|(_, known)| **known == word) {
            return Some(position);
        }
        let message = format!("`{}` is never \"{word}\"", self.written(field));
        let help = match nearest(word, words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("it may be {}", list(words.iter().map(|word| format!("\"{word}\"")))),
        };
        self.report(Problem::new(at.span.clone(), message).help(help))
    }
}

/// Whether a choice is one of some positions: a bit each, where the list is short enough.
fn chosen(source: Source, positions: &[i64]) -> Test {
    let bit = |position: &i64| u32::try_from(*position).ok().and_then(|position| 1_u64.checked_shl(position));
    let bits: Option<u64> = positions.iter().map(bit).try_fold(0, |bits, bit| Some(bits | bit?));
    match (source, bits) {
        (Source::Field(slot), Some(bits)) => Test::Chosen(slot, bits),
        _ => Test::OneOf(Number::Field(source), positions.into()),
    }
}

fn has_order(left: &Typed, right: &Typed) -> bool {
    let orders = |typed: &Typed| matches!(typed, Typed::Whole(_) | Typed::Date(_));
    orders(left) || orders(right)
}
