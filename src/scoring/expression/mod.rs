//! The language of conditions: a small, typed subset of CEL (the Common Expression Language), made for rules that
//! policy officers write.
//!
//! In: the text of a condition and the kind of evidence that it reads. Out: a [`Condition`], or every [`Problem`] of
//! the text at once. Always holds: a condition is checked before it is used (names, types, words of fixed lists,
//! dates), so evaluating it cannot fail and allocates nothing; what a source did not say is neither yes nor no
//! (three-valued logic after Kleene), so a missing field is never read as "fine"; no text makes the parser recurse
//! deeper than [`MAX_NESTING`].

mod cases;
mod check;
mod evaluate;
mod fields;
mod lex;
mod parse;
mod syntax;

#[cfg(test)]
mod tests;

use crate::evidence::{EvidenceKind, Fact};
pub use cases::{MOST_CASES, every_case};
use evaluate::Test;
pub(crate) use fields::{built_in, list, nearest};
use jiff::civil::Date;
use std::ops::Range;

/// The longest condition, in characters. Whoever needs more needs several rules.
pub const MAX_CHARACTERS: usize = 2_000;
/// How deep brackets, lists, `!` and `-` may nest.
pub const MAX_NESTING: usize = 64;

/// What a condition may read of the council itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouncilContext {
    pub council_id: i64,
    /// The code of the Office for National Statistics, such as `E04000001`.
    pub gss_code: String,
    pub county: String,
    /// Parishes under this council; more than one where parishes are grouped.
    pub parishes: i64,
    /// Yearly income in pounds; none where nobody has said.
    pub income: Option<i64>,
}

/// What a condition reads: one fact, its council, the date.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub fact: &'a Fact,
    pub council: &'a CouncilContext,
    /// The day for which we score.
    pub as_of: Date,
}

/// What is wrong with a condition, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the condition's text.
    pub span: Range<usize>,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    fn new(span: Range<usize>, message: impl Into<String>) -> Problem {
        Problem { span, message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

/// A checked condition.
#[derive(Debug, Clone)]
pub struct Condition {
    source: String,
    kind: EvidenceKind,
    reads: Vec<String>,
    test: Test,
}

impl Condition {
    /// Whether it holds; `None` where that cannot be said, because a field that it needs is unknown (or because a sum
    /// leaves the range of whole numbers).
    pub fn holds(&self, scene: &Scene) -> Option<bool> {
        self.test.holds(scene)
    }

    /// The text it was made from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text with every run of white space as one space, for whoever shows it within a line.
    pub fn on_one_line(&self) -> String {
        self.source.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether another condition asks the same of the same kind of evidence, however it is written.
    pub fn asks_the_same(&self, other: &Condition) -> bool {
        self.kind == other.kind && self.test == other.test
    }

    /// Whether it plainly asks for other words of one field than another condition does: no evidence meets both. Most pairs of
    /// rules are told apart by that, without going through every case.
    pub fn excludes(&self, other: &Condition) -> bool {
        let words = |condition: &Condition| condition.test.words_asked_for();
        let theirs = words(other);
        self.kind == other.kind
            && words(self).iter().any(|(slot, bits)| theirs.iter().any(|(of, theirs)| of == slot && bits & theirs == 0))
    }

    /// The kind of evidence that it reads.
    pub fn kind(&self) -> EvidenceKind {
        self.kind
    }

    /// The fields that it names, such as `evidence.status`, in alphabetical order.
    pub fn reads(&self) -> &[String] {
        &self.reads
    }

    /// The unknown fields that stopped it, such as `evidence.reason`, in alphabetical order. Empty where
    /// [`Condition::holds`] gives an answer.
    pub fn missing(&self, scene: &Scene) -> Vec<String> {
        let mut sources = Vec::new();
        self.test.unknowns(scene, &mut sources);
        let mut names: Vec<String> = sources.iter().map(|source| source.name(self.kind)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Reads and checks a condition on evidence of one kind.
///
/// # Errors
/// Every problem of the text: all that are wrong with its characters; or else the first that is wrong with its grammar;
/// or else all wrong names, types, words and dates. In the order in which they stand in the text.
pub fn compile(source: &str, kind: EvidenceKind) -> Result<Condition, Vec<Problem>> {
    let tree = parse::parse(source)?;
    let (test, mut reads) = check::check(&tree, source, kind)?;
    reads.sort_unstable();
    reads.dedup();
    Ok(Condition { source: source.to_owned(), kind, reads, test })
}
