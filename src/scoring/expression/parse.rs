//! From the text of a condition to its tree.
//!
//! In: any text. Out: an [`Expression`], or what is wrong with the text. Always holds: the parser recurses no deeper than
//! [`MAX_NESTING`] allows, whatever it is given.
//!
//! From weakest to strongest: `||`; `&&`; one comparison or `in`; `+` and `-`; `*`; `!` and `-` before a value.

use super::lex::{Token, lex};
use super::syntax::{Comparison, Expression, Node};
use super::{MAX_CHARACTERS, MAX_NESTING, Problem};
use std::ops::Range;

/// The tree of a condition.
///
/// # Errors
/// Everything wrong with its characters, or the first thing that is wrong with its grammar.
pub(super) fn parse(source: &str) -> Result<Expression, Vec<Problem>> {
    if let Some((limit, _)) = source.char_indices().nth(MAX_CHARACTERS) {
        let message = format!("this condition is longer than {MAX_CHARACTERS} characters");
        return Err(vec![Problem::new(limit..source.len(), message).help("split it into several rules")]);
    }
    let tokens = lex(source)?;
    let mut parser = Parser { tokens, at: 0, nesting: 0 };
    parser.whole().map_err(|problem| vec![problem])
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    nesting: usize,
}

impl Parser {
    fn whole(&mut self) -> Result<Expression, Problem> {
        if *self.peek() == Token::End {
            return Err(Problem::new(self.span(), "this condition is empty").help("write `true` for \"always\""));
        }
        let tree = self.any()?;
        if *self.peek() == Token::End { Ok(tree) } else { Err(self.unexpected("`&&`, `||` or the end")) }
    }

    fn any(&mut self) -> Result<Expression, Problem> {
        self.chain("||", Parser::all, Node::Any)
    }

    fn all(&mut self) -> Result<Expression, Problem> {
        self.chain("&&", Parser::comparison, Node::All)
    }

    fn product(&mut self) -> Result<Expression, Problem> {
        self.chain("*", Parser::prefixed, Node::Product)
    }

    /// One part, or several joined by a sign: flat, however many.
    fn chain(
        &mut self,
        sign: &str,
        part: fn(&mut Parser) -> Result<Expression, Problem>,
        join: fn(Vec<Expression>) -> Node,
    ) -> Result<Expression, Problem> {
        let first = part(self)?;
        if !self.sees(sign) {
            return Ok(first);
        }
        let start = first.span.start;
        let mut parts = vec![first];
        while self.eat(sign) {
            parts.push(part(self)?);
        }
        Ok(Expression { span: start..self.end_before(), node: join(parts) })
    }

    fn comparison(&mut self) -> Result<Expression, Problem> {
        let left = self.sum()?;
        let start = left.span.start;
        let node = if let Some(comparison) = self.eat_comparison() {
            Node::Compare(comparison, Box::new(left), Box::new(self.sum()?))
        } else if self.eat("in") {
            Node::In(Box::new(left), self.list()?)
        } else {
            return Ok(left);
        };
        let compared = Expression { span: start..self.end_before(), node };
        if self.sees("in") || Comparison::ALL.iter().any(|comparison| self.sees(comparison.sign())) {
            let problem = Problem::new(self.span(), "comparisons cannot be chained");
            return Err(problem.help("join two comparisons with &&: a < b && b < c"));
        }
        Ok(compared)
    }

    fn eat_comparison(&mut self) -> Option<Comparison> {
        let found = Comparison::ALL.into_iter().find(|comparison| self.sees(comparison.sign()))?;
        self.advance();
        Some(found)
    }

    fn list(&mut self) -> Result<Vec<Expression>, Problem> {
        let open = self.span();
        if !self.eat("[") {
            return Err(self.unexpected("a list such as [\"a\", \"b\"]"));
        }
        self.deeper(&open)?;
        let mut values = Vec::new();
        // A comma before the closing bracket is allowed.
        while !self.eat("]") {
            values.push(self.any()?);
            if !self.sees("]") && !self.eat(",") {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
        self.nesting -= 1;
        if values.is_empty() {
            return Err(
                Problem::new(open.start..self.end_before(), "this list is empty").help("name one value or more")
            );
        }
        Ok(values)
    }

    fn sum(&mut self) -> Result<Expression, Problem> {
        let first = self.product()?;
        if !self.sees("+") && !self.sees("-") {
            return Ok(first);
        }
        let start = first.span.start;
        let mut terms = vec![(false, first)];
        loop {
            let taken_away = self.sees("-");
            if !taken_away && !self.sees("+") {
                return Ok(Expression { span: start..self.end_before(), node: Node::Sum(terms) });
            }
            self.advance();
            terms.push((taken_away, self.product()?));
        }
    }

    fn prefixed(&mut self) -> Result<Expression, Problem> {
        let span = self.span();
        let wrap = if self.eat("!") {
            Node::Not
        } else if self.eat("-") {
            Node::Negative
        } else {
            return self.value();
        };
        self.deeper(&span)?;
        let inner = self.prefixed()?;
        self.nesting -= 1;
        Ok(Expression { span: span.start..inner.span.end, node: wrap(Box::new(inner)) })
    }

    fn value(&mut self) -> Result<Expression, Problem> {
        let span = self.span();
        let node = match self.peek().clone() {
            Token::YesNo(value) => Node::YesNo(value),
            Token::Whole(number) => Node::Whole(number),
            Token::Text(text) => Node::Text(text),
            Token::Word(word) => return self.name(word),
            Token::Sign("(") => return self.bracket(),
            Token::Sign(_) | Token::End => return Err(self.unexpected("a field or a value")),
        };
        self.advance();
        Ok(Expression { span, node })
    }

    fn bracket(&mut self) -> Result<Expression, Problem> {
        let open = self.span();
        self.advance();
        self.deeper(&open)?;
        let inner = self.any()?;
        self.nesting -= 1;
        if !self.eat(")") {
            let found = self.unexpected("`)`");
            return Err(if *self.peek() == Token::End {
                Problem::new(open, "this bracket is never closed").help("add a ) where it should end")
            } else {
                found
            });
        }
        Ok(Expression { span: open.start..self.end_before(), node: inner.node })
    }

    /// A dotted name, or `known(NAME)`.
    fn name(&mut self, first: String) -> Result<Expression, Problem> {
        let start = self.span().start;
        self.advance();
        if self.sees("(") {
            if first != "known" {
                let problem = Problem::new(start..self.end_before(), format!("there is no function `{first}`"));
                return Err(problem.help("the only one is known(evidence.FIELD)"));
            }
            self.advance();
            let (name, span) = self.dotted()?;
            if !self.eat(")") {
                return Err(self.unexpected("`)`"));
            }
            return Ok(Expression { span: start..self.end_before(), node: Node::Known(name, span) });
        }
        let name = self.rest_of_name(first)?;
        Ok(Expression { span: start..self.end_before(), node: Node::Name(name) })
    }

    fn dotted(&mut self) -> Result<(String, Range<usize>), Problem> {
        let start = self.span().start;
        let Token::Word(first) = self.peek().clone() else {
            return Err(self.unexpected("the name of a field such as evidence.year"));
        };
        self.advance();
        let name = self.rest_of_name(first)?;
        Ok((name, start..self.end_before()))
    }

    fn rest_of_name(&mut self, mut name: String) -> Result<String, Problem> {
        while self.eat(".") {
            let Token::Word(part) = self.peek() else { return Err(self.unexpected("the name of a field after `.`")) };
            name.push('.');
            name.push_str(part);
            self.advance();
        }
        Ok(name)
    }

    /// One level down; each caller comes up again once the part is read.
    fn deeper(&mut self, span: &Range<usize>) -> Result<(), Problem> {
        self.nesting += 1;
        if self.nesting <= MAX_NESTING {
            return Ok(());
        }
        let message = format!("this condition is nested more than {MAX_NESTING} deep");
        Err(Problem::new(span.clone(), message).help("leave out brackets, or split it into several rules"))
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let found = self.peek();
        let problem = Problem::new(self.span(), format!("expected {wanted}, found {found}"));
        let before = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        if matches!(before, Some((Token::Word(word), _)) if word == "not") {
            return problem.help("write ! for \"not\", such as !(a in [1, 2])");
        }
        let Token::Word(word) = found else { return problem };
        match word.to_ascii_lowercase().as_str() {
            "and" => problem.help("write && for \"and\""),
            "or" => problem.help("write || for \"or\""),
            "not" => problem.help("write ! before what must not hold, such as !(a in [1, 2])"),
            "is" | "equals" => problem.help("write == to ask whether two values are the same"),
            _ => problem,
        }
    }

    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0..0, |(_, span)| span.clone())
    }

    /// Where the token before this one ends.
    fn end_before(&self) -> usize {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |(_, span)| span.end)
    }

    fn sees(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let seen = self.sees(sign);
        if seen {
            self.advance();
        }
        seen
    }

    fn advance(&mut self) {
        self.at += 1;
    }
}
