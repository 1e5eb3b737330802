//! Screening: what in a text looks like something about a person, and how it is masked.
//!
//! In: a cell of a source, a link, a reason that somebody types, a column's heading. Out: what it looks like
//! ([`Finding`]), if it looks like anything. Always holds: pure; a net with wide meshes by intent, which catches what
//! people type by habit, while codes such as `MO/2025/014`, names of councils and names of groups pass.

mod names;
mod numbers;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    EmailAddress,
    TelephoneNumber,
    NationalInsuranceNumber,
    DateOfBirth,
    PersonsName,
}

impl Finding {
    /// In words, after "looks like".
    pub fn words(self) -> &'static str {
        match self {
            Finding::EmailAddress => "an e-mail address",
            Finding::TelephoneNumber => "a telephone number",
            Finding::NationalInsuranceNumber => "a National Insurance number",
            Finding::DateOfBirth => "a date of birth",
            Finding::PersonsName => "a person's name",
        }
    }

    /// What is shown in its place to those who may not see it.
    pub fn mask(self) -> String {
        format!("[hidden: looks like {}]", self.words())
    }
}

/// What in the text looks like something about a person; the most telling thing, where there are several.
pub fn screen(text: &str) -> Option<Finding> {
    // Every cell of every source comes here: what can't be found without so many digits isn't looked for.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if has_email_address(text) {
        Some(Finding::EmailAddress)
    } else if digits >= numbers::FEWEST_OF_TELEPHONE && numbers::has_telephone_number(text) {
        Some(Finding::TelephoneNumber)
    } else if digits >= numbers::FEWEST_OF_NATIONAL_INSURANCE && numbers::has_national_insurance_number(text) {
        Some(Finding::NationalInsuranceNumber)
    } else if digits > 0 && numbers::has_date_of_birth(text) {
        Some(Finding::DateOfBirth)
    } else if names::has_titled_name(text) || names::has_given_name(text) {
        Some(Finding::PersonsName)
    } else {
        None
    }
}

/// As [`screen`] for a link. Numbers and names in the address of a published document are left alone: what looks like a
/// telephone number there is a document's number, and publishing the name was its publisher's decision.
pub fn screen_link(link: &str) -> Option<Finding> {
    let lower = link.trim().to_ascii_lowercase();
    if lower.starts_with("mailto:") || has_email_address(link) {
        Some(Finding::EmailAddress)
    } else if lower.starts_with("tel:") {
        Some(Finding::TelephoneNumber)
    } else {
        None
    }
}

/// As [`screen`] for a cell of a source, whose heading may say what it holds ("Complainant", "DOB"); a cell that is one
/// link is screened as one.
pub fn screen_cell(heading: &str, text: &str) -> Option<Finding> {
    let trimmed = text.trim();
    let starts = |start: &&str| trimmed.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start));
    let starts_link = ["http://", "https://", "www.", "mailto:", "tel:"].iter().any(starts);
    let is_link = starts_link && !trimmed.contains(char::is_whitespace);
    let found = if is_link { screen_link(text) } else { screen(text) };
    found.or_else(|| names::heading_says(heading).filter(|_| text.chars().any(char::is_alphanumeric)))
}

/// An address in the usual writing, percent-encoded in a link (`%40`), or disguised by habit: `jane (at) example dot org`.
fn has_email_address(text: &str) -> bool {
    may_hold_an_address(text) && looks_like_an_address(text)
}

/// Whether the text has what no address is without, in any writing: an @, a bracket around `at`, or `dot` (or a full stop
/// that stands alone) after it. Cheap, because nearly every text has none of it.
fn may_hold_an_address(text: &str) -> bool {
    if !text.is_ascii() {
        return true;
    }
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, letter)| match letter {
        b'@' | b'[' | b'{' | b'<' | b'(' | b')' | b']' | b'}' | b'>' => true,
        b'%' => bytes.get(at..at + 3) == Some(b"%40"),
        b'd' | b'D' => bytes.get(at..at + 3).is_some_and(|word| word.eq_ignore_ascii_case(b"dot")),
        b'.' => at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_some_and(|before| matches!(before, b' ' | b'\t'..=b'\r')),
        _ => false,
    })
}

fn looks_like_an_address(text: &str) -> bool {
    let text = text.replace("%40", "@").replace('＠', "@");
    plain_email_address(&text) || disguised_email_address(&text)
}

fn plain_email_address(text: &str) -> bool {
    // Every @ of the text, not only the first of a word: "a@b" may stand before an address in one link.
    text.match_indices('@').any(|(at, _)| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let host: &str = after.split(|letter: char| !is_of_host(letter)).next().unwrap_or_default();
        before.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '+' | '.'))
            && host.split_once('.').is_some_and(|(first, rest)| {
                !first.is_empty() && rest.starts_with(|letter: char| letter.is_alphanumeric())
            })
    })
}

fn is_of_host(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-')
}

/// `(at)` with a dot or `dot` after it, or the words `at` and `dot`: "jane at example dot org". A plain " at " with a full
/// stop somewhere after it is ordinary English.
fn disguised_email_address(text: &str) -> bool {
    let spaced: String =
        text.chars().map(|letter| if matches!(letter, '[' | '{' | '<') { '(' } else { letter }).collect();
    let spaced = spaced.replace(['(', ']', '}', '>', ')'], " ( ").to_lowercase();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let is_word = |position: usize| words.get(position).is_some_and(|word| word.chars().any(char::is_alphanumeric));
    words.iter().enumerate().any(|(position, word)| {
        if !matches!(*word, "at" | "@") || position == 0 {
            return false;
        }
        let in_brackets = words.get(position - 1) == Some(&"(") && words.get(position + 1) == Some(&"(");
        let (before, after) =
            if in_brackets { (position.checked_sub(2), position + 2) } else { (position.checked_sub(1), position + 1) };
        if !before.is_some_and(is_word) || !is_word(after) {
            return false;
        }
        let host = words.get(after).copied().unwrap_or_default();
        let is_sign = in_brackets || *word == "@";
        let dotted = host.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && !rest.is_empty());
        let mut following = words.iter().skip(after + 1).filter(|word| **word != "(");
        let spelt = matches!(following.next(), Some(&"dot" | &".")) && following.next().is_some();
        (is_sign && dotted) || spelt
    })
}

/// The text with every occurrence of `secret` in it replaced by `mark`. Messages quote long cells by their beginning
/// only, so a beginning counts as well; a secret of a letter or three is replaced only where it is quoted whole.
pub fn black_out(text: &str, secret: &str, mark: &str) -> String {
    /// Characters of a cell that a message repeats at most (see `ingest::values`).
    const QUOTED: usize = 80;
    /// Characters below which a text stands in other words by chance.
    const SHORT: usize = 4;
    if secret.is_empty() {
        return text.to_owned();
    }
    if secret.chars().count() < SHORT {
        return text.replace(&format!("“{secret}”"), &format!("“{mark}”"));
    }
    let replaced = text.replace(secret, mark);
    let beginning: String = secret.chars().take(QUOTED).collect();
    if beginning.len() < secret.len() { replaced.replace(&format!("{beginning}…"), mark) } else { replaced }
}

#[cfg(test)]
#[path = "screening_tests.rs"]
mod tests;
