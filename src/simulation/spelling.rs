//! How people spell a place's name: the usual variants, abbreviations, and slips of the keyboard.
//!
//! In: a name and a [`Draw`]. Out: the name as somebody writes it. Always holds: the same draw gives the same
//! spelling; the first letter stays.

use crate::draw::Draw;

/// The words of the name in one of their usual spellings.
pub fn phrased(name: &str, draw: &mut Draw) -> String {
    let mut phrased = name.to_owned();
    if draw.chance(350) {
        phrased = phrased.replace(" and ", " & ");
    }
    match draw.below(10) {
        0..=2 => phrased = phrased.replace(" St ", " St. "),
        3 => phrased = phrased.replace(" St ", " Saint "),
        _ => {}
    }
    if draw.chance(300) {
        phrased = phrased.replace("-cum-", " cum ").replace("-on-", " on ").replace("-under-", " under ");
    }
    phrased
}

/// The name with one of its longer words cut short, as in a narrow column; the same name where none is.
pub fn abbreviated(name: &str, draw: &mut Draw) -> String {
    let (long, short) = *draw.pick(&SHORT).unwrap_or(&("Great ", "Gt "));
    name.replace(long, short)
}

/// Words that people cut short.
const SHORT: [(&str, &str); 6] = [
    ("Great ", "Gt "),
    ("Little ", "Lt "),
    ("Upper ", "Upr "),
    ("Lower ", "Lwr "),
    (" with ", " w. "),
    ("North ", "N. "),
];

/// A slip of the keyboard somewhere after the first letter: two letters changed round, one left out or one twice.
pub fn slipped(name: &str, draw: &mut Draw) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let word = letters.iter().position(|letter| *letter == ' ').unwrap_or(letters.len());
    let last = u32::try_from(word.saturating_sub(2)).unwrap_or(2);
    let at = usize::try_from(draw.between(2, last.max(2))).unwrap_or(2);
    if at + 1 < letters.len() {
        match draw.below(3) {
            0 => letters.swap(at, at + 1),
            1 => {
                letters.remove(at);
            }
            _ => {
                if let Some(letter) = letters.get(at).copied() {
                    letters.insert(at, letter);
                }
            }
        }
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_changes_a_letter_or_two_and_nothing_more() {
        for number in 0..200 {
            let slip = slipped("Ashmere PC", &mut Draw::about("slip", number));
            assert!(slip.starts_with('A') && slip.ends_with(" PC") && slip.len().abs_diff(10) <= 1, "{slip}");
        }
    }
}
