//! Numbers by which a person is reached or known: telephone, National Insurance, date of birth.
//!
//! In: a text. Out: whether one stands in it. Always holds: a run of digits without the shape of such a number passes.

/// Digits that any telephone number has at least.
pub(super) const FEWEST_OF_TELEPHONE: usize = 9;
/// Digits that any National Insurance number has.
pub(super) const FEWEST_OF_NATIONAL_INSURANCE: usize = 6;

/// A British number: `+44` and ten digits, or eleven digits from a nought; ten only where they are set apart in groups. Of
/// other countries only with the `+` (or, in groups, the `00`) that dials them: a bare run of digits is a reference.
pub(super) fn has_telephone_number(text: &str) -> bool {
    let is_inside =
        |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')' | '.' | '+' | '\u{a0}');
    text.split(|letter| !is_inside(letter)).any(|stretch| {
        let stretch = stretch.trim_start_matches([' ', '-', '.', '(', ')', '\u{a0}']).trim_end();
        let stretch = after_a_date(stretch);
        let digits: String = stretch.chars().filter(char::is_ascii_digit).collect();
        let grouped = stretch.contains([' ', '-', '(', ')', '\u{a0}']);
        if let Some(rest) = stretch.strip_prefix('+') {
            let abroad = rest.starts_with(|letter: char| ('1'..='9').contains(&letter));
            return abroad && (9..=15).contains(&digits.len());
        }
        if let Some(rest) = digits.strip_prefix("00") {
            let british = rest.starts_with("44") && (11..=15).contains(&rest.len());
            let abroad =
                grouped && stretch.starts_with("00") && !rest.starts_with('0') && (9..=14).contains(&rest.len());
            return british || abroad;
        }
        let dialled = digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(['1', '2', '3', '7', '8']));
        dialled && (digits.len() == 11 || (digits.len() == 10 && grouped))
    })
}

/// What follows a day such as 01.02.2026, which would pass for the beginning of a number; all of it where none stands there.
fn after_a_date(stretch: &str) -> &str {
    let parts: Vec<&str> = stretch.splitn(3, ['.', '-']).collect();
    let [day, month, rest] = parts.as_slice() else { return stretch };
    let year = rest.get(..4).and_then(|year| year.parse().ok()).is_some_and(|year: u16| (1900..2100).contains(&year));
    let ends = !rest.get(4..).unwrap_or_default().starts_with(|letter: char| letter.is_ascii_digit());
    let small = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
    if small(day) && small(month) && year && ends { rest.get(4..).unwrap_or_default() } else { stretch }
}

/// Two letters, six digits and a letter from A to D, close together or in pairs. Letters that are never given out (HMRC's
/// National Insurance manual, NIM39110) make it a reference of another kind.
pub(super) fn has_national_insurance_number(text: &str) -> bool {
    let letters: Vec<char> = text.to_ascii_uppercase().chars().collect();
    (0..letters.len()).any(|start| {
        let stands_alone = start == 0 || letters.get(start - 1).is_some_and(|before| !before.is_alphanumeric());
        stands_alone && is_national_insurance_number(letters.get(start..).unwrap_or_default())
    })
}

fn is_national_insurance_number(from: &[char]) -> bool {
    let mut found = String::with_capacity(9);
    let mut read = 0;
    for letter in from {
        if found.len() == 9 {
            break;
        }
        read += 1;
        match letter {
            letter if letter.is_ascii_alphanumeric() => found.push(*letter),
            // One space between pairs, as the card has it.
            ' ' | '-' if matches!(found.len(), 2 | 4 | 6 | 8) => {}
            _ => return false,
        }
    }
    let ends = from.get(read).is_none_or(|after| !after.is_alphanumeric());
    let mut parts = found.chars();
    let (Some(first), Some(second)) = (parts.next(), parts.next()) else { return false };
    let given_out = first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !"DFIQUV".contains(first)
        && !"DFIOQUV".contains(second)
        && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&found.get(..2).unwrap_or_default());
    let digits = parts.by_ref().take(6).filter(char::is_ascii_digit).count();
    ends && given_out && digits == 6 && parts.next().is_some_and(|last| matches!(last, 'A'..='D'))
}

/// Whether the text has what none of these words is without: a b after an o or a full stop, or before "orn" or "irth". Cheap,
/// because nearly every text has none of it.
pub(super) fn may_speak_of_a_birth(text: &str) -> bool {
    if !text.is_ascii() {
        return true;
    }
    let bytes = text.as_bytes();
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|letter| wanted.contains(letter));
    bytes.iter().enumerate().filter(|(_, letter)| matches!(letter, b'b' | b'B')).any(|(at, _)| {
        is(at + 1, b"oOiI") && is(at + 2, b"rR") || at.checked_sub(1).is_some_and(|before| is(before, b"oO."))
    })
}

/// "DOB", "date of birth" or "born", with a number soon after it.
pub(super) fn has_date_of_birth(text: &str) -> bool {
    may_speak_of_a_birth(text) && speaks_of_a_birth(text)
}

pub(super) fn speaks_of_a_birth(text: &str) -> bool {
    let lower = text.to_lowercase().replace("d.o.b", "dob");
    ["dob", "date of birth", "born", "birthday"].iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let before = lower.get(..at).unwrap_or_default();
            let after = lower.get(at + word.len()..).unwrap_or_default();
            let whole = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphabetic);
            whole && after.chars().take(14).any(|letter| letter.is_ascii_digit())
        })
    })
}
