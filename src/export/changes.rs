//! What a file says differently from what it was given, counted.
//!
//! In: one change after the other. Out: sentences for the file's notes. Always holds: no kind of change goes unsaid.

use super::text;
use std::borrow::Cow;

/// How many cells of the table were changed, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// A character that a spreadsheet can't hold was replaced.
    replaced: usize,
    /// An apostrophe was put before what might start a formula.
    apostrophes: usize,
    /// A text was cut.
    cut: usize,
}

impl Changes {
    /// The text with what a spreadsheet can't hold replaced.
    pub(super) fn holdable<'a>(&mut self, given: &'a str) -> Cow<'a, str> {
        let held = text::holdable(given);
        self.replaced += usize::from(matches!(held, Cow::Owned(_)));
        held
    }

    /// The text with an apostrophe wherever a formula might start.
    pub(super) fn neutralised(&mut self, given: &str) -> String {
        let safe = text::neutralised(given);
        self.apostrophes += usize::from(matches!(safe, Cow::Owned(_)));
        safe.into_owned()
    }

    /// The text cut to so many UTF-16 code units, with what it was said at its end.
    pub(super) fn cut(&mut self, given: &str, most: usize) -> String {
        let length = text::length(given);
        if length <= most {
            return given.to_owned();
        }
        self.cut += 1;
        let told = format!(" [cut here: the text has {length} characters]");
        format!("{}{told}", text::beginning(given, most.saturating_sub(text::length(&told))))
    }

    /// What was changed, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let cells = |count: usize| format!("{count} {}", if count == 1 { "cell" } else { "cells" });
        let mut notes = Vec::new();
        if self.replaced > 0 {
            let cells = cells(self.replaced);
            notes.push(format!(
                "In {cells}, control characters that a spreadsheet can't hold are replaced by \u{fffd}."
            ));
        }
        if self.apostrophes > 0 {
            let cells = cells(self.apostrophes);
            notes.push(format!(
                "In {cells}, an apostrophe was put before a sign that a spreadsheet would take for a formula; it is no \
                 part of the text."
            ));
        }
        if self.cut > 0 {
            let cells = cells(self.cut);
            notes.push(format!(
                "In {cells}, the text is cut, and says so at its end, because Excel holds 32,767 characters in a cell; \
                 the same export as CSV has it whole."
            ));
        }
        notes
    }
}
