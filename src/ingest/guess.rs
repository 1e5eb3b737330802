//! Guessing how a file that nobody has declared is to be read: which kind of source it is, which column is which, and which
//! of its words mean ours.
//!
//! In: the bytes of a file, and the kind of source where a person knows it. Out: a [`Guess`] to be looked over, with what
//! intake finds when it reads the file by it. Always holds: what is guessed by likeness or by values says so; every column
//! is read or named as unread; nothing is kept.

mod headings;

use super::columns::{Holds, alike, knows_header, meant, most_alike, words_of};
use super::record::{Normalised, SourceKind};
use super::translate::{self, Values};
use super::{Declared, normalise, values};
use crate::error::{AppError, Code};
use crate::feeds::read::{Cell, Limits, ReadError, ReadFile, Table, tables};
use crate::personal::screening;
use crate::waivers;
use headings::{Headings, headings, is_like, is_read, kind_of};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many of a source's unknown words are listed for one column, and how long they may be.
const MOST_WORDS: usize = 20;
const LONGEST_WORD: usize = 80;
/// How many reasons for refusing rows are given.
const REASONS: usize = 5;

/// By what a column was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// It has our name, or one that we know for it.
    Name,
    /// As `Name`, but another column beside it has such a name too, and this is the first.
    First,
    /// Its name is like one of these.
    Likeness,
    /// What stands in it.
    Values,
}

/// What one column of the file may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guessed {
    pub theirs: String,
    pub ours: String,
    pub by: By,
}

impl Guessed {
    /// Whether its heading is our own name, which needs no declaration.
    pub fn is_own(&self) -> bool {
        alike(&self.theirs, &self.ours)
    }
}

/// How a file may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    pub source: SourceKind,
    pub columns: Vec<Guessed>,
    /// For one of our columns, the source's words that we don't know, each with the one of ours that is most like it.
    pub words: BTreeMap<String, Vec<(String, Option<String>)>>,
    /// Columns that nothing reads.
    pub unread: Vec<String>,
    /// Our columns that have to be there and aren't.
    pub missing: Vec<String>,
    pub rows: usize,
    /// Rows that would be taken as far as they can be read; councils are not looked up.
    pub sound: usize,
    /// Why rows, or the whole file, can't be read yet: the first few, in sentences.
    pub problems: Vec<String>,
    /// What is odd about the file or the guess.
    pub notes: Vec<String>,
}

impl Guess {
    /// What the feed would declare: the source's columns to ours.
    fn mapping(&self) -> BTreeMap<String, String> {
        let declared = self.columns.iter().filter(|guessed| !guessed.is_own());
        declared.map(|guessed| (guessed.theirs.clone(), guessed.ours.clone())).collect()
    }

    /// What the feed would declare: for one of our columns, the source's words to ours.
    fn translations(&self) -> Values {
        let known = |words: &Vec<(String, Option<String>)>| {
            words.iter().filter_map(|(theirs, ours)| Some((theirs.clone(), ours.clone()?))).collect()
        };
        self.words.iter().map(|(column, words)| (column.clone(), known(words))).collect()
    }
}

/// Guesses how a file is to be read, and reads it so.
///
/// # Errors
/// [`Code::FileUnreadable`] for a file in which there is no table, or none of which a heading can be recognised.
pub fn guess(name: &str, bytes: &[u8], source: Option<SourceKind>, today: Date) -> Result<Guess, AppError> {
    let kinds: Vec<SourceKind> = source.map_or_else(|| SourceKind::ALL.to_vec(), |source| vec![source]);
    let unreadable = |error: &ReadError| {
        let next = match error {
            ReadError::NoHeader { .. } => "docs/feeds.md lists the columns of each kind of source.",
            // The others say themselves what to do.
            _ => "",
        };
        AppError::new(Code::FileUnreadable, format!("{name}: {error}"), next)
    };
    let (file, no_header) = looked_at(bytes, &kinds).map_err(|error| unreadable(&error))?;
    let mut notes = Vec::new();
    let best = best(&kinds, &file.tables, &mut notes).ok_or_else(|| unreadable(&ReadError::Empty))?;
    if let (true, Some(error)) = (best.columns.is_empty(), no_header) {
        return Err(unreadable(&error));
    }
    let words = unknown_words(&best, &file.tables, &mut notes);
    let Headings { source, columns, unread, missing, .. } = best;
    let rows = file.tables.iter().map(|table| table.rows.len() + table.problems.len()).sum();
    let mut guess = Guess { source, columns, words, unread, missing, rows, sound: 0, problems: Vec::new(), notes };
    try_it(&mut guess, bytes, today);
    Ok(guess)
}

/// Reads the file without a declaration: by the names that we know; where no row has enough of these, by names like them,
/// and at last by any row of words, with the error that is true if that gives nothing.
fn looked_at(bytes: &[u8], kinds: &[SourceKind]) -> Result<(ReadFile, Option<ReadError>), ReadError> {
    let nothing = BTreeMap::new();
    let known = |heading: &str| kinds.iter().any(|kind| knows_header(*kind, &nothing, heading));
    // A whole line of a file whose columns are parted by another mark is no heading.
    let is_one = |heading: &str| !heading.contains([',', ';', '\t', '|']);
    let like = |heading: &str| known(heading) || (is_one(heading) && kinds.iter().any(|kind| is_like(*kind, heading)));
    let words = |heading: &str| is_one(heading) && heading.chars().any(char::is_alphabetic);
    let read = |known: &dyn Fn(&str) -> bool| tables(bytes, None, known, &Limits::default());
    let no_header = match read(&known) {
        Ok(file) => return Ok((file, None)),
        Err(error @ ReadError::NoHeader { .. }) => error,
        Err(error) => return Err(error),
    };
    match read(&like).or_else(|_| read(&words)) {
        Ok(file) => Ok((file, Some(no_header))),
        Err(_) => Err(no_header),
    }
}

/// The kind that fits best, the first of equals; where others fit as well, a note says so.
fn best(kinds: &[SourceKind], tables: &[Table], notes: &mut Vec<String>) -> Option<Headings> {
    let mut best: Option<Headings> = None;
    let mut equals: Vec<&str> = Vec::new();
    for kind in kinds {
        let next = headings(*kind, tables);
        match best.as_ref().map(|best| next.fits.cmp(&best.fits)) {
            Some(std::cmp::Ordering::Less) => {}
            Some(std::cmp::Ordering::Equal) => equals.push(kind.name()),
            Some(std::cmp::Ordering::Greater) | None => {
                equals.clear();
                best = Some(next);
            }
        }
    }
    if !equals.is_empty() {
        notes.push(format!("It could as well be {}: name the kind with --source.", equals.join(" or ")));
    }
    best
}

/// The words of the source that a column of choices, or of yes and no, doesn't know. What looks like something about a
/// person is not listed; the rows' reasons mention it, masked.
fn unknown_words(
    headings: &Headings,
    tables: &[Table],
    notes: &mut Vec<String>,
) -> BTreeMap<String, Vec<(String, Option<String>)>> {
    let mut unknown: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
    for guessed in &headings.columns {
        let Some((column, _)) = meant(headings.source, &guessed.ours) else { continue };
        let kind = kind_of(headings.source, column);
        let (column, mut left) = (column.column(), 0_usize);
        let words = unknown.entry(guessed.ours.clone()).or_default();
        for cell in headings::cells(tables, &guessed.theirs) {
            let (Holds::Choice(..) | Holds::YesNo(_)) = column.holds else { break };
            // Only these can be translated.
            let (Cell::Text(_) | Cell::Number(_)) = cell else { continue };
            let Some(text) = values::text_of(cell) else { continue };
            if is_read(kind, column, cell) || words.iter().any(|(known, _)| alike_words(known, &text)) {
                continue;
            }
            let listed = words.len() < MOST_WORDS && text.chars().count() <= LONGEST_WORD;
            if listed && screening::screen_cell("", &text).is_none() {
                let near = match column.holds {
                    Holds::Choice(field, spellings) => {
                        let spelt = spellings.iter().map(|(spelling, _)| *spelling);
                        let near = most_alike(&text, words_of(kind, field).iter().copied().chain(spelt));
                        near.map(|near| {
                            spellings.iter().find(|(spelt, _)| *spelt == near).map_or(near, |(_, word)| word)
                        })
                    }
                    _ => None,
                };
                words.push((text, near.map(str::to_owned)));
            } else {
                left += 1;
            }
        }
        if left > 0 {
            notes.push(format!(
                "Below “{}” stand {left} more values that {} doesn't know: is it the right column?",
                guessed.theirs, guessed.ours
            ));
        }
    }
    unknown.retain(|_, words| !words.is_empty());
    unknown
}

/// Whether a declaration of one word is one of the other too.
fn alike_words(one: &str, other: &str) -> bool {
    let folded = |word: &str| word.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    folded(one) == folded(other)
}

/// Reads the file as the feed would, and notes what becomes of its rows.
fn try_it(guess: &mut Guess, bytes: &[u8], today: Date) {
    let (source, mapping) = (guess.source, guess.mapping());
    let known = |heading: &str| knows_header(source, &mapping, heading);
    let mut file = match tables(bytes, None, &known, &Limits::default()) {
        Ok(file) => file,
        Err(error) => return guess.problems.push(error.to_string()),
    };
    guess.notes.append(&mut file.notes);
    translate::tables(source, &mapping, &guess.translations(), &mut file.tables);
    let declared = Declared { feed: "a-new-feed", source, columns: &mapping, waivers: &waivers::NONE, as_of: today };
    match normalise(&declared, &file.tables) {
        Ok(normalised) => told(guess, &normalised),
        Err(problem) => guess.problems.push(problem.to_string()),
    }
}

fn told(guess: &mut Guess, normalised: &Normalised) {
    guess.rows = normalised.rows_read;
    guess.sound = normalised.rows_read.saturating_sub(normalised.rejected.len());
    guess.unread = Vec::new();
    for (sheet, column) in &normalised.unmapped {
        guess.unread.push(match sheet {
            Some(sheet) => format!("{column} (sheet {sheet})"),
            None => column.clone(),
        });
    }
    let reasons = normalised.rejected.iter().flat_map(|rejected| {
        rejected.problems.iter().map(move |problem| {
            let sheet = rejected.place.sheet.as_ref().map_or_else(String::new, |sheet| format!("Sheet {sheet}, "));
            let column = problem.column.as_deref().map_or_else(String::new, |column| format!(", {column}"));
            let row = if sheet.is_empty() { "Row" } else { "row" };
            format!("{sheet}{row} {}{column}: {}", rejected.place.row, problem.message)
        })
    });
    guess.problems = reasons.take(REASONS).collect();
}

#[cfg(test)]
mod tests;
