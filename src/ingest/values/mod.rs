//! From one cell to one value: what senders write, read without guessing.
//!
//! In: a cell that isn't blank. Out: the value, or an [`Unreadable`] that says what stood there and what is expected.
//! Always holds: nothing panics, whatever the cell holds; two readings that a cell could have are never chosen between.

mod dates;
mod numbers;

pub(super) use dates::{day, financial_year};
pub(super) use numbers::{pence, whole, whole_part};

use super::columns::{Spellings, fold_word, most_alike, words_of};
use crate::evidence::EvidenceKind;
use crate::feeds::read::Cell;
use crate::personal::screening::{self, Finding};

/// Why a cell can't be read: a stable code, and the second half of a sentence that begins with the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub code: &'static str,
    pub message: String,
}

/// A value, and what was odd about how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Noted<T> {
    pub value: T,
    /// A stable code and the second half of a sentence.
    pub note: Option<(&'static str, String)>,
}

/// The most of a cell that a message repeats, in characters.
const SHOWN: usize = 80;

/// A cell as text, as a person would write it; nothing if it is empty.
pub(super) fn text_of(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Empty => None,
        Cell::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        Cell::Number(number) => {
            Some(whole_part(*number).map_or_else(|| number.to_string(), |number| number.to_string()))
        }
        Cell::Date(date) => Some(date.to_string()),
        Cell::YesNo(true) => Some("yes".to_owned()),
        Cell::YesNo(false) => Some("no".to_owned()),
        Cell::Nested(json) => Some(json.to_string()),
    }
}

/// What stood in the cell, in quotation marks and not too long, for a message; what looks like something about a person is
/// not repeated, because messages travel further than the row.
pub(super) fn shown(cell: &Cell) -> String {
    let text = text_of(cell).unwrap_or_default();
    if let Some(finding) = screening::screen_cell("", &text) {
        return finding.mask();
    }
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("“{start}”")
}

/// Whether the cell says that there is nothing to say: empty, a dash, "n/a", "not known".
pub(super) fn says_nothing(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => {
            // What these words begin with; `&` is a word as well.
            let first = text.chars().find(|letter| letter.is_alphanumeric() || *letter == '&');
            if first.is_some_and(|first| !matches!(first, 'n' | 'N' | 'u' | 'U' | 't' | 'T')) {
                return false;
            }
            let folded = fold_word(text);
            matches!(folded.as_str(), "" | "n_a" | "na" | "not_applicable" | "not_known" | "unknown" | "tbc")
        }
        _ => false,
    }
}

/// Text, whatever the cell's type; a list or an object is none.
pub(super) fn text(cell: &Cell) -> Result<String, Unreadable> {
    match cell {
        Cell::Nested(_) => Err(Unreadable {
            code: "text_expected",
            message: format!("holds a list or an object, {}; expected plain text", shown(cell)),
        }),
        _ => Ok(text_of(cell).unwrap_or_default()),
    }
}

/// A code that is kept with the evidence: text that does not name or reach a person.
pub(super) fn code(cell: &Cell) -> Result<String, Unreadable> {
    let code = text(cell)?;
    match screening::screen(&code) {
        Some(finding) => Err(personal_data(finding, "so use a code instead")),
        None => Ok(code),
    }
}

/// How a source names a place: text that does not name or reach a person, because references are made from it.
pub(super) fn name(cell: &Cell) -> Result<String, Unreadable> {
    let name = text(cell)?;
    match screening::screen(&name) {
        Some(finding) => Err(personal_data(finding, "so give the place alone")),
        None => Ok(name),
    }
}

/// The code of what is wrong with a cell that evidence would keep.
pub(super) const PERSONAL_DATA: &str = "personal_data";

fn personal_data(finding: Finding, instead: &str) -> Unreadable {
    let message = format!("holds what looks like {}; evidence names nobody, {instead}", finding.words());
    Unreadable { code: PERSONAL_DATA, message }
}

/// A parish's code: `E04` and six digits.
pub(super) fn gss_code(cell: &Cell) -> Result<String, Unreadable> {
    let written: String = text(cell)?.chars().filter(|letter| !letter.is_whitespace()).collect();
    let code = written.to_ascii_uppercase();
    let is_code =
        code.len() == 9 && code.strip_prefix("E04").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    if is_code {
        return Ok(code);
    }
    Err(Unreadable {
        code: "gss_code_unreadable",
        message: format!(
            "holds {}, which is not a parish's code; expected E04 and six digits, or a blank",
            shown(cell)
        ),
    })
}

/// One of the words of the field of that name of the kind, however it is spelt.
pub(super) fn choice(
    cell: &Cell,
    kind: EvidenceKind,
    field: &str,
    spellings: Spellings,
) -> Result<&'static str, Unreadable> {
    let words = words_of(kind, field);
    let written = text(cell)?;
    let folded = fold_word(&written);
    let meant = spellings.iter().find(|(spelling, _)| *spelling == folded).map(|(_, word)| *word);
    if let Some(word) = words.iter().copied().find(|word| *word == folded).or(meant) {
        return Ok(word);
    }
    let spelt = spellings.iter().map(|(spelling, _)| *spelling);
    let near = most_alike(&written, words.iter().copied().chain(spelt));
    let did_you_mean = near.map_or_else(String::new, |near| {
        let word = spellings.iter().find(|(spelling, _)| *spelling == near).map_or(near, |(_, word)| word);
        format!(" Did you mean {word}?")
    });
    Err(Unreadable {
        code: "choice_unknown",
        message: format!(
            "holds {}, which is none of its words.{did_you_mean} Use one of: {}",
            shown(cell),
            words.join(", ")
        ),
    })
}

/// Yes or no, in the habits of spreadsheets, or in one of the further spellings given.
pub(super) fn yes_no(cell: &Cell, further: &[(&str, bool)]) -> Result<bool, Unreadable> {
    if let Cell::YesNo(answer) = cell {
        return Ok(*answer);
    }
    let folded = fold_word(&text(cell)?);
    match folded.as_str() {
        "y" | "yes" | "true" | "t" | "1" | "x" => return Ok(true),
        "n" | "no" | "false" | "f" | "0" => return Ok(false),
        _ => {}
    }
    further.iter().find(|(spelling, _)| *spelling == folded).map(|(_, answer)| *answer).ok_or_else(|| Unreadable {
        code: "yes_no_unreadable",
        message: format!("holds {}; expected yes or no (Y, N, true, false, 1, 0), or a blank", shown(cell)),
    })
}

/// A link of the web; one without its scheme gets `https://`.
pub(super) fn link(cell: &Cell) -> Result<Noted<String>, Unreadable> {
    let written = text(cell)?;
    if let Some(finding) = screening::screen_link(&written) {
        return Err(personal_data(finding, "so give the address without it"));
    }
    let lower = written.to_ascii_lowercase();
    let has_scheme = lower.starts_with("https://") || lower.starts_with("http://");
    let full = if has_scheme { written } else { format!("https://{written}") };
    let after_scheme = full.split_once("://").map_or("", |(_, rest)| rest);
    let host = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && host.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | ':'));
    // Without a scheme "report.pdf" looks like a host, so something more has to speak for an address.
    let is_address = has_scheme || lower.starts_with("www.") || after_scheme.len() > host.len();
    let is_one_word = !full
        .chars()
        .any(|letter| letter.is_whitespace() || letter.is_control() || matches!(letter, '"' | '<' | '>' | '\\'));
    let plain = is_host && is_address && is_one_word;
    if !plain {
        return Err(Unreadable {
            code: "link_unreadable",
            message: format!("holds {}, which is not a link; expected https:// and an address", shown(cell)),
        });
    }
    let note = (!has_scheme)
        .then(|| ("link_completed", format!("holds {} without https:// in front; it was put there", shown(cell))));
    Ok(Noted { value: full, note })
}

#[cfg(test)]
mod tests;
