//! Splits a condition into its signs, words, numbers and texts.
//!
//! In: any text. Out: tokens with the bytes where they stand, the last of them [`Token::End`]; or everything that is no
//! part of the language, each with what to write instead. Always holds: spans lie on borders of characters.

use super::Problem;
use std::fmt;
use std::ops::Range;

/// One piece of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    YesNo(bool),
    Whole(i64),
    Text(String),
    Word(String),
    Sign(&'static str),
    End,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 18] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "(", ")", "[", "]", ",", "."];

/// What people write, or what a word processor makes of it, and what to say.
const STRANGERS: [(&str, &str, &str); 14] = [
    ("=>", "`=>` is no comparison", "write >="),
    ("=<", "`=<` is no comparison", "write <="),
    ("=", "one `=` does not compare", "write == to ask whether two values are the same"),
    ("<>", "`<>` is no comparison", "write != to ask whether two values differ"),
    ("&", "one `&` means nothing here", "write && for \"and\""),
    ("|", "one `|` means nothing here", "write || for \"or\""),
    ("/", "conditions do not divide", "multiply the other side: a * 3 >= b instead of a >= b / 3"),
    ("%", "conditions do not know `%`", "use + - and * only"),
    ("{", "fields stand without braces in a condition", "write evidence.FIELD"),
    ("\u{2265}", "`\u{2265}` is no comparison", "write >="),
    ("\u{2264}", "`\u{2264}` is no comparison", "write <="),
    ("\u{2260}", "`\u{2260}` is no comparison", "write !="),
    ("\u{2212}", "this is a special minus sign", "write the ordinary -"),
    ("\u{2013}", "this is a dash, not a minus", "write the ordinary -"),
];
/// Quotes that begin no text here: the single one and those of word processors.
const OTHER_QUOTES: [char; 10] =
    ['\'', '\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}', '\u{2018}', '\u{2019}', '\u{201a}', '\u{ab}', '\u{bb}'];

/// The tokens of a condition.
///
/// # Errors
/// Everything that is no part of the language.
pub(super) fn lex(source: &str) -> Result<Vec<(Token, Range<usize>)>, Vec<Problem>> {
    let mut tokens = Vec::new();
    let mut problems = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let (length, read) = piece(rest, first);
        match read {
            Ok(Some(token)) => tokens.push((token, at..at + length)),
            Ok(None) => {}
            Err((message, help)) => problems.push(Problem { span: at..at + length, message, help }),
        }
        at += length;
    }
    tokens.push((Token::End, source.len()..source.len()));
    if problems.is_empty() { Ok(tokens) } else { Err(problems) }
}

/// A token, nothing (for space), or what is wrong and what to do about it.
type Read = Result<Option<Token>, (String, Option<String>)>;

/// The piece at the beginning of `rest` and its length in bytes, which is never 0.
fn piece(rest: &str, first: char) -> (usize, Read) {
    match first {
        ' ' | '\t' | '\n' | '\r' => (1, Ok(None)),
        '"' => text(rest),
        '0'..='9' => number(rest),
        'a'..='z' | 'A'..='Z' | '_' => word(rest),
        _ => sign(rest, first),
    }
}

fn text(rest: &str) -> (usize, Read) {
    let inside = rest.get(1..).unwrap_or_default();
    match inside.find(['"', '\n']) {
        Some(end) if inside[end..].starts_with('"') => {
            let text = &inside[..end];
            let read = if text.contains('\\') {
                Err(("a text cannot hold a backslash".to_owned(), Some("leave it out".to_owned())))
            } else {
                Ok(Some(Token::Text(text.to_owned())))
            };
            (end + 2, read)
        }
        end => {
            let message = "this text has no closing quote".to_owned();
            let help = "add a \" where the text ends".to_owned();
            (1 + end.unwrap_or(inside.len()), Err((message, Some(help))))
        }
    }
}

fn number(rest: &str) -> (usize, Read) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let fraction = rest[end..].strip_prefix('.').filter(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    if let Some(after) = fraction {
        end += 1 + after.find(|c| !is_part(c)).unwrap_or(after.len());
        let help = "write money in whole pounds and time in whole months".to_owned();
        return (end, Err(("conditions know whole numbers only".to_owned(), Some(help))));
    }
    let written = &rest[..end];
    if written.contains(|c: char| c.is_ascii_alphabetic()) {
        let help = "leave a space after the number, or write digits only".to_owned();
        return (end, Err((format!("`{written}` is neither a number nor a word"), Some(help))));
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    match digits.parse() {
        Ok(number) => (end, Ok(Some(Token::Whole(number)))),
        Err(_) => (end, Err((format!("`{written}` is too large"), Some(format!("the largest is {}", i64::MAX))))),
    }
}

fn word(rest: &str) -> (usize, Read) {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let token = match &rest[..end] {
        "true" => Token::YesNo(true),
        "false" => Token::YesNo(false),
        "in" => Token::Sign("in"),
        word => Token::Word(word.to_owned()),
    };
    (end, Ok(Some(token)))
}

fn sign(rest: &str, first: char) -> (usize, Read) {
    // `==` is a sign; `=>` is a stranger; `<>` is a stranger that begins like a sign.
    if !rest.starts_with("<>")
        && let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign))
    {
        return (sign.len(), Ok(Some(Token::Sign(sign))));
    }
    if OTHER_QUOTES.contains(&first) {
        let line = rest.lines().next().unwrap_or(rest);
        let closing = line.char_indices().skip(1).find(|(_, c)| OTHER_QUOTES.contains(c) || *c == '"');
        let length = closing.map_or(first.len_utf8(), |(at, c)| at + c.len_utf8());
        let help = "write \"...\"".to_owned();
        return (length, Err(("only straight double quotes begin a text".to_owned(), Some(help))));
    }
    if let Some((written, message, help)) = STRANGERS.into_iter().find(|(written, ..)| rest.starts_with(written)) {
        return (written.len(), Err((message.to_owned(), Some(help.to_owned()))));
    }
    let problem = if first.is_whitespace() {
        let message = format!("this is a special kind of space (U+{:04X})", u32::from(first));
        (message, Some("replace it by an ordinary one".to_owned()))
    } else {
        (format!("`{}` is no part of the language of conditions", first.escape_debug()), None)
    };
    (first.len_utf8(), Err(problem))
}

impl fmt::Display for Token {
    /// As messages name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::YesNo(value) => write!(f, "`{value}`"),
            Token::Whole(number) => write!(f, "`{number}`"),
            Token::Text(text) => write!(f, "\"{text}\""),
            Token::Word(word) => write!(f, "`{word}`"),
            Token::Sign(sign) => write!(f, "`{sign}`"),
            Token::End => f.write_str("the end of the condition"),
        }
    }
}
