//! Whole numbers and amounts of money.
//!
//! In: a cell. Out: a whole number, or pence. Always holds: a number is either read exactly or refused, never rounded.

use super::{Unreadable, shown, text};
use crate::feeds::read::Cell;

/// The largest number taken from a spreadsheet's floating point: above it not every whole number can be written.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The number, if it is whole and can be held exactly.
pub(in crate::ingest) fn whole_part(number: f64) -> Option<i64> {
    let is_whole = number.is_finite() && number.abs() < EXACT && number.fract().abs() < f64::EPSILON;
    // By way of text, because there is no checked conversion from floating point.
    if is_whole { format!("{number:.0}").parse().ok() } else { None }
}

/// A whole number; `word` may stand before it ("Box 4"), commas between its thousands.
pub(in crate::ingest) fn whole(cell: &Cell, word: &str) -> Result<i64, Unreadable> {
    let unreadable = || Unreadable {
        code: "number_unreadable",
        message: format!("holds {}; expected one whole number, or a blank", shown(cell)),
    };
    if let Cell::Number(number) = cell {
        return whole_part(*number).ok_or_else(unreadable);
    }
    let written = text(cell)?.to_lowercase();
    let digits = written.strip_prefix(word).unwrap_or(&written).trim();
    thousands_joined(digits).and_then(|digits| digits.parse().ok()).ok_or_else(unreadable)
}

/// An amount in pence: "£12,345.00", "12345.5", "(1,200)" for less than nothing.
pub(in crate::ingest) fn pence(cell: &Cell) -> Result<i64, Unreadable> {
    let unreadable = || Unreadable {
        code: "money_unreadable",
        message: format!("holds {}; expected an amount in pounds, such as £12,345.00, or a blank", shown(cell)),
    };
    if let Cell::Number(number) = cell {
        // A spreadsheet's amount carries noise beyond its pence (1234.5600000000001), so this one is brought to pence.
        let pence = whole_part((number * 100.0).round()).ok_or_else(unreadable)?;
        return Ok(pence);
    }
    let written: String = text(cell)?.chars().filter(|letter| !letter.is_whitespace()).collect();
    let bare = written.to_ascii_uppercase();
    let (bare, in_brackets) = match bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (bare.as_str(), false),
    };
    let (bare, minus) = match bare.strip_prefix(['-', '−']) {
        Some(rest) => (rest, true),
        None => (bare, false),
    };
    let bare = bare
        .strip_prefix('£')
        .or_else(|| bare.strip_prefix("GBP"))
        .or_else(|| bare.strip_suffix("GBP"))
        .unwrap_or(bare);
    let amount = pence_of(bare).ok_or_else(unreadable)?;
    Ok(if in_brackets || minus { -amount } else { amount })
}

/// "12,345.6" as 1234560.
fn pence_of(digits: &str) -> Option<i64> {
    let (pounds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let pounds = thousands_joined(pounds).filter(|pounds| !pounds.starts_with(['-', '+']))?;
    let pounds: i64 = pounds.parse().ok()?;
    let is_fraction = fraction.len() <= 2 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !is_fraction {
        return None;
    }
    let pence: i64 = format!("{fraction:0<2}").parse().ok()?;
    pounds.checked_mul(100)?.checked_add(pence)
}

/// The digits without the commas between thousands; none if the commas stand elsewhere.
fn thousands_joined(digits: &str) -> Option<String> {
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let others: Vec<&str> = groups.collect();
    let in_thousands = others.iter().all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()));
    let leads = others.is_empty() || (1..=3).contains(&first.trim_start_matches('-').len());
    (in_thousands && leads).then(|| format!("{first}{}", others.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn money_is_read_in_the_habits_of_spreadsheets() {
        for (amount, expected) in [
            ("£12,345.00", 1_234_500),
            ("12345", 1_234_500),
            ("£ 1,234,567.8", 123_456_780),
            ("GBP 25,000", 2_500_000),
            ("25000 gbp", 2_500_000),
            ("(1,200)", -120_000),
            ("-£5.05", -505),
            ("0", 0),
        ] {
            assert_eq!(pence(&written(amount)), Ok(expected), "{amount}");
        }
        assert_eq!(pence(&Cell::Number(1_234.560_000_000_000_2)), Ok(123_456));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for amount in
            ["12.345,00", "12,34", "1.234", "12k", "nil", "£", "", "1,,000", ",100", "£--5", "99999999999999999999"]
        {
            assert_eq!(pence(&written(amount)).map_err(|problem| problem.code), Err("money_unreadable"), "{amount}");
        }
        assert_eq!(pence(&Cell::Number(f64::NAN)).map_err(|problem| problem.code), Err("money_unreadable"));
    }

    #[test]
    fn whole_numbers_may_stand_after_their_word() {
        assert_eq!(whole(&written("Box 4"), "box"), Ok(4));
        assert_eq!(whole(&written("Assertion 10"), "assertion"), Ok(10));
        assert_eq!(whole(&written("1,234"), ""), Ok(1234));
        assert_eq!(whole(&Cell::Number(7.0), ""), Ok(7));
        for number in ["4 and 5", "4.5", "four", "Box", "1e3", "12,34"] {
            assert_eq!(
                whole(&written(number), "box"),
                Err(Unreadable {
                    code: "number_unreadable",
                    message: format!("holds “{number}”; expected one whole number, or a blank")
                })
            );
        }
        assert_eq!(whole(&Cell::Number(7.5), "").map_err(|problem| problem.code), Err("number_unreadable"));
    }
}
