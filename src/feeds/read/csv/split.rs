//! Where each record of a CSV text starts and ends, and which lines have broken quotes.
//!
//! In: text with `\n` line ends, and the separator. Out: [`Piece`]s in order. Always holds: every line with something in
//! it belongs to one piece; a record is well quoted, so that a CSV reader sees exactly one record in its text. Takes one
//! pass; an unclosed quote costs at most [`LONGEST_TEXT`] more.

use crate::feeds::read::RowProblem;

/// A quoted text longer than this, in bytes, is taken for a quote that was never closed.
const LONGEST_TEXT: usize = 256 * 1024;

/// One record: the line on which it starts, its bytes (without the line end), and its number of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    pub line: u32,
    pub start: usize,
    pub end: usize,
    pub cells: usize,
    /// The piece before it was broken, so it may be the rest of that one's text.
    pub after_broken: bool,
}

#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Record(Record),
    Broken(RowProblem),
}

/// The pieces of a text, from its start.
pub(super) struct Pieces<'t> {
    text: &'t str,
    separator: u8,
    at: usize,
    line: u32,
    after_broken: bool,
}

/// The problem of a row whose quotes don't close, or whose text goes on after the closing quote.
pub(super) fn broken(number: u32, raw: &str) -> RowProblem {
    let message = "The quotes in this row don't match, so its cells can't be told apart. Put the text in quotes, double each \
                   quote inside it, and send the row again.";
    RowProblem::new(number, "broken_quotes", message.to_owned(), raw)
}

impl<'t> Pieces<'t> {
    pub(super) fn new(text: &'t str, separator: u8) -> Self {
        Self { text, separator, at: 0, line: 1, after_broken: false }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The first position from `from` on that holds one of `wanted`, or the end of the text.
    fn first_of(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        rest.iter().position(|byte| wanted(*byte)).map_or(self.text.len(), |found| from + found)
    }

    /// The next quote within [`LONGEST_TEXT`] of the opening one; the bound keeps a file full of unclosed quotes cheap.
    fn next_quote(&self, open: usize, from: usize) -> Option<usize> {
        let until = self.text.len().min(open + LONGEST_TEXT);
        let near = self.text.as_bytes().get(from..until)?;
        near.iter().position(|byte| *byte == b'"').map(|found| from + found)
    }

    /// From the opening quote at `open` to just after the closing one; none if the quotes are broken.
    fn quoted(&self, open: usize) -> Option<usize> {
        let mut at = open + 1;
        loop {
            at = self.next_quote(open, at)? + 1;
            match self.byte(at) {
                Some(b'"') => at += 1,
                None | Some(b'\n') => return Some(at),
                Some(byte) => return (byte == self.separator).then_some(at),
            }
        }
    }

    /// The end of the record that starts at `start` and its number of cells, or the place of the quote that is broken.
    fn record(&self, start: usize) -> Result<(usize, usize), usize> {
        let (mut at, mut cells) = (start, 1);
        loop {
            at = match self.byte(at) {
                Some(b'"') => self.quoted(at).ok_or(at)?,
                _ => self.first_of(at, |byte| byte == self.separator || byte == b'\n'),
            };
            if self.byte(at) != Some(self.separator) {
                return Ok((at, cells));
            }
            at += 1;
            cells += 1;
        }
    }

    fn lines_in(&self, start: usize, end: usize) -> u32 {
        let bytes = self.text.as_bytes().get(start..end).unwrap_or_default();
        u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX)
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let start = self.first_of(self.at, |byte| byte != b'\n');
        if start >= self.text.len() {
            return None;
        }
        let line = self.line.saturating_add(self.lines_in(self.at, start));
        let (end, cells) = match self.record(start) {
            Ok((end, cells)) => (end, Some(cells)),
            // The quote is to blame for its own line; the next line may well be sound.
            Err(quote) => (self.first_of(quote, |byte| byte == b'\n'), None),
        };
        self.line = line.saturating_add(self.lines_in(start, end)).saturating_add(1);
        self.at = end + 1;
        let after_broken = std::mem::replace(&mut self.after_broken, cells.is_none());
        Some(match cells {
            Some(cells) => Piece::Record(Record { line, start, end, cells, after_broken }),
            None => Piece::Broken(broken(line, self.text.get(start..end).unwrap_or_default())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape(text: &str) -> Vec<(u32, Result<&str, &'static str>)> {
        Pieces::new(text, b',')
            .map(|piece| match piece {
                Piece::Record(record) => (record.line, Ok(&text[record.start..record.end])),
                Piece::Broken(problem) => (problem.number, Err(problem.code)),
            })
            .collect()
    }

    #[test]
    fn records_start_where_a_person_sees_them() {
        assert_eq!(
            shape("\n\na,b\n\"two\nlines\",c\n\nlast"),
            [(3, Ok("a,b")), (4, Ok("\"two\nlines\",c")), (7, Ok("last"))]
        );
    }

    #[test]
    fn a_quote_that_never_closes_costs_its_own_line() {
        assert_eq!(shape("a,\"b\nc,d\ne,f\n"), [(1, Err("broken_quotes")), (2, Ok("c,d")), (3, Ok("e,f"))]);
        assert_eq!(shape("a,\"b\nc,\"d\",e\n"), [(1, Err("broken_quotes")), (2, Ok("c,\"d\",e"))]);
        let long = format!("a,\"b\n{}\"\n", "x\n".repeat(LONGEST_TEXT));
        assert_eq!(shape(&long)[..2], [(1, Err("broken_quotes")), (2, Ok("x"))]);
    }

    #[test]
    fn the_broken_quote_s_line_ends_the_problem_and_what_follows_is_marked() {
        let text = "\"fine\ntext\",\"broken\nx,y\nz,w\n";
        let pieces: Vec<Piece> = Pieces::new(text, b',').collect();
        assert_eq!(pieces[0], Piece::Broken(broken(1, "\"fine\ntext\",\"broken")));
        assert!(matches!(pieces[1], Piece::Record(Record { line: 3, after_broken: true, .. })), "{pieces:?}");
        assert!(matches!(pieces[2], Piece::Record(Record { line: 4, after_broken: false, .. })), "{pieces:?}");
    }

    proptest! {
        /// The CSV reader sees in each record exactly one record of as many cells: rows and lines can't drift apart.
        #[test]
        fn the_csv_reader_agrees(text in "[a\",;\n é]{0,60}", separator in prop::sample::select(vec![b',', b';'])) {
            for piece in Pieces::new(&text, separator) {
                let Piece::Record(record) = piece else { continue };
                let slice = format!("{}\n", &text[record.start..record.end]);
                let cells: Vec<usize> = ::csv::ReaderBuilder::new()
                    .delimiter(separator).has_headers(false).flexible(true).from_reader(slice.as_bytes())
                    .records().map(|fields| fields.unwrap().len()).collect();
                prop_assert_eq!(cells, [record.cells]);
            }
        }

        /// Every character but line ends is in exactly one piece.
        #[test]
        fn nothing_is_lost(text in "[a\",\n]{0,60}") {
            let kept: String = Pieces::new(&text, b',').map(|piece| match piece {
                Piece::Record(record) => text[record.start..record.end].to_owned(),
                Piece::Broken(problem) => problem.raw,
            }).collect();
            prop_assert_eq!(kept.replace('\n', ""), text.replace('\n', ""));
        }
    }
}
