//! The columns that each kind of source may send: one declarative table a kind, from which headers are recognised, rows
//! are read and the documentation is checked.
//!
//! In: a column's name as a sender writes it, and what the feed's declaration says of it. Out: the [`Column`] that it
//! means. Always holds: names are compared without case, spaces, `_`, `-` and other marks; no two columns of one kind
//! share a name or an alias.

mod auditors;
mod spellings;
mod tables;

use super::record::SourceKind;
use crate::evidence::{EvidenceKind, FieldType};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most matters that a table's columns can carry for one outcome.
pub const MOST_MATTERS: usize = 12;

/// One column: our name for it, what senders call it, and what stands in it.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    /// Other names that senders use.
    pub aliases: &'static [&'static str],
    pub need: Need,
    pub holds: Holds,
    pub meaning: &'static str,
}

/// Whether a column must be there, and filled in every row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Required,
    /// This or the named one.
    UnlessGiven(&'static str),
    Optional,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// How the source names a place.
    Name,
    /// A reference or a code, kept with the evidence: never anything about a person.
    Code,
    /// The Office for National Statistics' code of a parish.
    GssCode,
    /// A day that has been.
    Date,
    /// A financial year, or the day on which it ends.
    FinancialYear,
    /// One of the words of the evidence kind's field of that name, and other spellings of them.
    Choice(&'static str, Spellings),
    /// A whole number, perhaps after this word ("Box 4").
    Whole(&'static str),
    /// An amount in pounds.
    Money,
    /// Yes or no, and further spellings of either.
    YesNo(&'static [(&'static str, bool)]),
    Link,
    /// A list of matters (JSON).
    Matters,
    /// Kept only as it stood in the row, never as evidence: free text, and what names a person.
    Unread,
}

/// Other spellings of a choice's words: as written (folded by [`fold_word`]), and the word meant.
pub type Spellings = &'static [(&'static str, &'static str)];

/// What a header means.
#[derive(Debug, Clone, Copy)]
pub enum Meant {
    Column(&'static Column),
    /// A column of the matter with this number, from 1.
    Matter(usize, &'static Column),
}

impl Meant {
    /// Our name, such as `matter_2_reason`.
    pub fn name(self) -> String {
        match self {
            Meant::Column(column) => column.name.to_owned(),
            Meant::Matter(number, column) => format!("matter_{number}_{}", column.name),
        }
    }

    /// The column, whichever matter it belongs to.
    pub fn column(self) -> &'static Column {
        match self {
            Meant::Column(column) | Meant::Matter(_, column) => column,
        }
    }
}

/// The columns of a kind of source, in the order in which they are documented (an outcome's matters apart).
pub fn columns_of(source: SourceKind) -> &'static [Column] {
    match source {
        SourceKind::AuditOutcomes => auditors::AUDIT_OUTCOMES,
        SourceKind::AuditorReports => auditors::AUDITOR_REPORTS,
        SourceKind::Complaints => tables::COMPLAINTS,
        SourceKind::CountyRecords => tables::COUNTY_RECORDS,
        SourceKind::CountyFlags => tables::COUNTY_FLAGS,
        SourceKind::Engagement => tables::ENGAGEMENT,
    }
}

/// The columns of one matter of an auditor's outcome.
pub fn matter_columns() -> &'static [Column] {
    auditors::MATTER
}

/// The column of one of our own names.
pub fn column_of(source: SourceKind, name: &str) -> Option<&'static Column> {
    columns_of(source).iter().find(|column| column.name == name)
}

/// Is this a column that the source kind knows, by our name, an alias, or the feed's declaration (`mapping`: the
/// source's column to ours)? For the reader's search for the header.
pub fn knows_header(source: SourceKind, mapping: &BTreeMap<String, String>, name: &str) -> bool {
    mapping.keys().any(|written| alike(written, name)) || meant(source, name).is_some()
}

/// The column that a name means, and whether it is our own name (`true`) or an alias.
pub(super) fn meant(source: SourceKind, written: &str) -> Option<(Meant, bool)> {
    let plain = columns_of(source).iter().find_map(|column| Some((Meant::Column(column), column.is_called(written)?)));
    if plain.is_some() || source != SourceKind::AuditOutcomes {
        return plain;
    }
    let folded = fold(written);
    let rest = folded.strip_prefix("matter")?;
    let part = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let number: usize = rest.strip_suffix(part)?.parse().ok()?;
    if !(1..=MOST_MATTERS).contains(&number) {
        return None;
    }
    // A column called no more than "Matter 1" holds its wording.
    let part = if part.is_empty() { "text" } else { part };
    matter_columns().iter().find_map(|column| Some((Meant::Matter(number, column), column.is_called(part)?)))
}

/// The column of a matter that a key of a JSON object means.
pub(super) fn matter_part(written: &str) -> Option<&'static Column> {
    matter_columns().iter().find(|column| column.is_called(written).is_some())
}

impl Column {
    /// Whether `written` is its own name (`true`), an alias (`false`), or neither.
    fn is_called(&self, written: &str) -> Option<bool> {
        if alike(self.name, written) {
            Some(true)
        } else {
            self.aliases.iter().any(|alias| alike(alias, written)).then_some(false)
        }
    }
}

/// The words of a choice: those of the field of that name of the kind.
pub fn words_of(kind: EvidenceKind, field: &str) -> &'static [&'static str] {
    let field = kind.slot(field).and_then(|slot| kind.fields().get(slot));
    match field.map(|field| field.holds) {
        Some(FieldType::Choice(words)) => words,
        _ => &[],
    }
}

/// A header with only its letters and digits, in lower case.
pub(super) fn fold(written: &str) -> String {
    letters(written).collect()
}

/// Whether two headers are the same but for case, spaces and marks.
pub(super) fn alike(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(written: &str) -> impl Iterator<Item = char> {
    written.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// A choice's word as it is compared: lower case, `&` as "and", apostrophes left out, every other run of marks and
/// spaces one `_`.
pub fn fold_word(written: &str) -> String {
    let mut folded = String::with_capacity(written.len());
    let spelt = if written.contains('&') { Cow::Owned(written.replace('&', " and ")) } else { Cow::Borrowed(written) };
    for letter in spelt.chars() {
        if letter.is_ascii_alphanumeric() {
            folded.push(letter.to_ascii_lowercase());
        } else if letter.is_alphanumeric() {
            folded.extend(letter.to_lowercase());
        } else if !matches!(letter, '\'' | '’') && !folded.is_empty() && !folded.ends_with('_') {
            folded.push('_');
        }
    }
    folded.truncate(folded.trim_end_matches('_').len());
    folded
}

/// The candidate most like `written`, if any is like it enough to be what was meant.
pub(super) fn most_alike<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(written);
    if folded.chars().count() > 60 {
        // A sentence is no misspelt word, and comparing grows with both lengths.
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests;
