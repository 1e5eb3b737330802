//! Texts that a spreadsheet can hold, and that it takes for nothing but text.
//!
//! In: any text. Out: the text without characters that no spreadsheet can hold, its neutralised form for CSV, on one line,
//! or cut to a length. Always holds: a text that needs no change comes back as it was.
//!
//! What is taken for a formula follows OWASP's page "CSV Injection": `=`, `+`, `-`, `@`, tab, carriage return and line feed
//! at the start of a cell, and the wide forms of the signs. Two things are added, because programs differ:
//! - Blanks, quotation marks and invisible characters before the sign don't count; some programs trim them.
//! - A cell also starts wherever a program that was told to separate by semicolon or tab would start one, and after a line
//!   break: such a program doesn't see the quotation marks that keep our commas together.

use std::borrow::Cow;

/// The text with each control character that XML 1.0 can't hold (tab and line breaks are none of them) replaced by
/// U+FFFD.
pub(super) fn holdable(text: &str) -> Cow<'_, str> {
    let cannot_stand = |letter: char| {
        (letter < ' ' && !matches!(letter, '\t' | '\n' | '\r')) || matches!(letter, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(cannot_stand) { Cow::Owned(text.replace(cannot_stand, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// Whether a spreadsheet might evaluate a cell that starts like this.
pub(super) fn starts_a_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n']) || leads_with_a_sign(text)
}

/// The text for a CSV field: an apostrophe before whatever might start a formula.
pub(super) fn neutralised(text: &str) -> Cow<'_, str> {
    let cells = || text.split_inclusive([';', '\t', '\r', '\n']);
    if !starts_a_formula(text) && !cells().any(leads_with_a_sign) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for cell in cells() {
        let at_the_start = safe.is_empty() && starts_a_formula(text);
        if at_the_start || leads_with_a_sign(cell) {
            safe.push('\'');
        }
        safe.push_str(cell);
    }
    Cow::Owned(safe)
}

fn leads_with_a_sign(cell: &str) -> bool {
    cell.trim_start_matches(is_passed_over).starts_with(is_a_sign)
}

/// The signs, their full-width forms (U+FF0B and on) and their small forms (U+FE62 and on).
fn is_a_sign(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫')
}

/// Blanks (but no line break or tab, after which another cell would start), quotation marks and what can't be seen.
fn is_passed_over(letter: char) -> bool {
    let invisible =
        matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let other = matches!(letter, '"' | '\u{feff}' | '\u{fffd}');
    let blank = letter.is_whitespace() && !matches!(letter, '\t' | '\r' | '\n');
    blank || invisible || other || (letter.is_control() && !letter.is_whitespace())
}

/// The text on one line: each stretch of blanks and line breaks is one space.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How long Excel finds a text: in UTF-16 code units.
pub(super) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The longest beginning of at most so many UTF-16 code units.
pub(super) fn beginning(text: &str, most: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > most
    });
    end.and_then(|(position, _)| text.get(..position)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_might_start_a_formula_gets_an_apostrophe() {
        for text in [
            "=1+1",
            "+44 7700 900123",
            "-5",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "﹦1",
            "  =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}=1",
            "\"=1\"",
            " \" -1",
            "\tplain",
            "=",
            "\u{7f}=1",
        ] {
            assert!(starts_a_formula(text), "{text:?}");
            assert!(neutralised(text).starts_with('\''), "{text:?}");
            assert_eq!(neutralised(text).replace('\'', ""), text);
        }
    }

    #[test]
    fn plain_texts_stay_as_they_are() {
        for text in [
            "",
            " ",
            "Wexmoor",
            "clerk@example.org",
            "well-known",
            "5 - 3 = 2",
            "a; b",
            "two\r\nlines",
            "'=1",
            "12; 13",
            ";",
            "Ŵyth",
            "−0.4",
            "a,-b",
        ] {
            assert!(matches!(neutralised(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn a_formula_behind_another_separator_gets_its_own_apostrophe() {
        assert_eq!(neutralised("x;=1+1;y"), "x;'=1+1;y");
        assert_eq!(neutralised("x\n- one\r\n- two"), "x\n'- one\r\n'- two");
        assert_eq!(neutralised("=1;=2\t@x"), "'=1;'=2\t'@x");
        assert_eq!(neutralised("x; \"=1\""), "x;' \"=1\"");
        assert_eq!(neutralised("\t=1"), "'\t'=1");
    }

    #[test]
    fn only_what_xml_cannot_hold_is_replaced() {
        assert_eq!(holdable("a\0b\u{1b}[31m\u{ffff}"), "a\u{fffd}b\u{fffd}[31m\u{fffd}");
        assert!(matches!(holdable("tab\t, lines\r\n, \u{7f}, 🦆 and ﷽"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_text_is_cut_between_characters_and_measured_as_excel_does() {
        assert_eq!(length("a🦆"), 3);
        assert_eq!(beginning("a🦆b", 2), "a");
        assert_eq!(beginning("a🦆b", 3), "a🦆");
        assert_eq!(beginning("a🦆b", 4), "a🦆b");
        assert_eq!(beginning("abc", 0), "");
    }

    #[test]
    fn lines_become_one() {
        assert_eq!(on_one_line(" two\r\nlines\tand  more "), "two lines and more");
    }
}
