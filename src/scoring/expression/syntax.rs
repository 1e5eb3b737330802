//! The tree of a condition as it was written, before any name or type is looked at.
//!
//! In: made by the parser. Out: read by the checker. Always holds: chains of `&&`, `||`, `+`, `-` and `*` are flat, so
//! the tree is never deeper than [`super::MAX_NESTING`] allows.

use std::ops::Range;

/// A part of a condition and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    pub span: Range<usize>,
    pub node: Node,
}

/// What a part of a condition is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    YesNo(bool),
    Whole(i64),
    Text(String),
    /// A dotted name such as `evidence.status`.
    Name(String),
    /// `known(NAME)`: the name and where it stands.
    Known(String, Range<usize>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    In(Box<Expression>, Vec<Expression>),
    /// Terms, and whether each is taken away.
    Sum(Vec<(bool, Expression)>),
    Product(Vec<Expression>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(super) const ALL: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::Different,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    /// As it is written.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::Different => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Whether it asks for an order, not only for sameness.
    pub(super) fn orders(self) -> bool {
        !matches!(self, Comparison::Equal | Comparison::Different)
    }
}
