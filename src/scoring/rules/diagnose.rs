//! What is wrong with rule files, as people read it.
//!
//! In: a span of a file, a message, a help. Out: a [`Diagnostic`] with file, line, column and the line itself; its
//! `Display` shows them with a caret. Always holds: lines and columns count from 1, columns in characters; a diagnostic
//! that is about a whole file has line 0.

use super::files::RuleFile;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt;
use std::ops::Range;

/// A stretch of one line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In characters; at least 1.
    pub width: usize,
    pub line_text: String,
}

impl Place {
    /// Where a span of a file's bytes begins; what lies beyond the end of its first line is cut off.
    pub(crate) fn of(file: &RuleFile, span: &Range<usize>) -> Place {
        let text = file.text.as_str();
        let start = floor(text, span.start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let line_end = line_start + line.len();
        let marked = text.get(start.min(line_end)..floor(text, span.end).min(line_end)).unwrap_or_default();
        // A byte order mark is no character to whoever looks at the line.
        let shown = line.strip_prefix('\u{feff}').unwrap_or(line);
        let mark = line_start + line.len() - shown.len();
        let column = text.get(mark..start).unwrap_or_default().chars().count() + 1;
        Place {
            file: file.name.clone(),
            line: before.matches('\n').count() + 1,
            column,
            width: marked.chars().count().max(1),
            line_text: shown.to_owned(),
        }
    }

    /// A file as a whole.
    pub(crate) fn whole(file: &str) -> Place {
        Place { file: file.to_owned(), line: 0, column: 0, width: 0, line_text: String::new() }
    }

    /// The bytes of the line that are marked.
    fn bytes(&self) -> Range<usize> {
        let byte = |characters: usize| {
            self.line_text.char_indices().nth(characters).map_or(self.line_text.len(), |(byte, _)| byte)
        };
        let start = self.column.saturating_sub(1);
        byte(start)..byte(start + self.width)
    }

    fn snippet<'a>(&'a self, label: &'a str) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let mark = AnnotationKind::Primary.span(self.bytes());
        let mark = if label.is_empty() { mark } else { mark.label(label) };
        Snippet::source(self.line_text.as_str()).line_start(self.line).path(self.file.as_str()).annotation(mark)
    }
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 { f.write_str(&self.file) } else { write!(f, "{}:{}:{}", self.file, self.line, self.column) }
    }
}

/// One thing that is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub place: Place,
    pub message: String,
    pub help: Option<String>,
    /// The id of the rule that it stands in.
    pub rule: Option<String>,
    /// Another place that the message speaks of, such as the first of two equal ids.
    pub other: Option<Place>,
    /// Worth a look, and no mistake.
    pub is_remark: bool,
}

impl Diagnostic {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { place, message: message.into(), help: None, rule: None, other: None, is_remark: false }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn remark(mut self) -> Diagnostic {
        self.is_remark = true;
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = match &self.rule {
            Some(rule) => format!("rule {rule}: {}", self.message),
            None => self.message.clone(),
        };
        if self.place.line == 0 {
            let level = if self.is_remark { "warning" } else { "error" };
            write!(f, "{level}: {}: {title}", self.place.file)?;
            return self.help.as_ref().map_or(Ok(()), |help| write!(f, "\n  = help: {help}"));
        }
        let level = if self.is_remark { Level::WARNING } else { Level::ERROR };
        let mut report = level.primary_title(title).element(self.place.snippet(""));
        if let Some(other) = &self.other {
            report = report.element(other.snippet("the other one is here"));
        }
        if let Some(help) = &self.help {
            report = report.element(Level::HELP.message(help.as_str()));
        }
        f.write_str(&Renderer::plain().render(&[report]))
    }
}

/// Everything that is wrong with a set of rule files, by file and line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RulesError {
    /// At least one.
    pub diagnostics: Vec<Diagnostic>,
}

impl RulesError {
    /// In the order in which a person goes through files.
    pub(crate) fn of(mut diagnostics: Vec<Diagnostic>) -> RulesError {
        diagnostics.sort_by(|a, b| {
            let key = |found: &Diagnostic| (found.place.line, found.place.column);
            a.place.file.cmp(&b.place.file).then_with(|| key(a).cmp(&key(b)))
        });
        RulesError { diagnostics }
    }
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            write!(f, "{diagnostic}\n\n")?;
        }
        match self.diagnostics.len() {
            1 => f.write_str("1 problem in the rules; nothing was loaded"),
            many => write!(f, "{many} problems in the rules; nothing was loaded"),
        }
    }
}
