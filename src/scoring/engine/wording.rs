//! Numbers, dates and filled-in sentences as people read them.
//!
//! In: a rule's sentence with `{evidence.FIELD}` in it, and a fact. Out: plain British English. Always holds: a field that
//! the source left out reads "not stated"; a brace that names no field of the kind stays as it was written.

use crate::evidence::{EvidenceKind, Fact, FieldType, Value};
use jiff::civil::Date;
use std::fmt::Write;

/// A sentence taken apart once, so that filling it in for each of many councils only copies.
pub(super) struct Wording<'r> {
    parts: Vec<Part<'r>>,
}

enum Part<'r> {
    Text(&'r str),
    /// A field's slot and what it holds; a field named `year` reads as a financial year.
    Field {
        slot: usize,
        holds: FieldType,
        financial_year: bool,
    },
}

impl<'r> Wording<'r> {
    /// Takes a sentence about one kind of evidence apart.
    pub(super) fn new(sentence: &'r str, kind: EvidenceKind) -> Wording<'r> {
        let mut parts = Vec::new();
        let mut rest = sentence;
        while let Some(open) = rest.find("{evidence.") {
            let (before, braced) = rest.split_at(open);
            parts.push(Part::Text(before));
            let close = braced.find('}').map_or(braced.len(), |close| close + 1);
            let (braced, after) = braced.split_at(close);
            let name = braced.strip_prefix("{evidence.").and_then(|name| name.strip_suffix('}')).unwrap_or("");
            let field = kind.slot(name).and_then(|slot| kind.fields().get(slot).map(|field| (slot, field)));
            parts.push(match field {
                Some((slot, field)) => Part::Field { slot, holds: field.holds, financial_year: name == "year" },
                None => Part::Text(braced),
            });
            rest = after;
        }
        parts.push(Part::Text(rest));
        Wording { parts }
    }

    /// The sentence for one fact.
    pub(super) fn fill(&self, fact: &Fact) -> String {
        let mut sentence = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => sentence.push_str(text),
                Part::Field { slot, holds, financial_year } => {
                    let value = fact.values.get(*slot).unwrap_or(&Value::Unknown);
                    put_value(&mut sentence, value, *holds, *financial_year);
                }
            }
        }
        sentence
    }
}

fn put_value(sentence: &mut String, value: &Value, holds: FieldType, financial_year: bool) {
    match (value, holds) {
        (Value::Whole(year), _) if financial_year => {
            put(sentence, format_args!("{}/{:02}", year.saturating_sub(1), year.rem_euclid(100)));
        }
        (Value::Whole(number), _) => put(sentence, format_args!("{number}")),
        (Value::YesNo(yes), _) => sentence.push_str(if *yes { "yes" } else { "no" }),
        (Value::Date(date), _) => sentence.push_str(&day(*date)),
        (Value::Text(text), _) => sentence.push_str(text),
        (Value::Choice(position), FieldType::Choice(words)) => {
            let word = words.get(usize::from(*position)).copied().unwrap_or("not stated");
            sentence.extend(word.chars().map(|letter| if letter == '_' { ' ' } else { letter }));
        }
        (Value::Choice(_) | Value::Unknown, _) => sentence.push_str("not stated"),
    }
}

fn put(sentence: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = sentence.write_fmt(words);
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date as `30 June 2024`.
pub(super) fn day(date: Date) -> String {
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month - 1)).unwrap_or(&"");
    format!("{} {month} {}", date.day(), date.year())
}

/// Points as a rule set's files say them, such as where a band begins: 14500 is `14.5`, 12000 is `12`.
pub(crate) fn limit(milli: i64) -> String {
    let (whole, thousandths) = (milli / 1000, (milli % 1000).abs());
    if thousandths == 0 {
        return whole.to_string();
    }
    format!("{whole}.{thousandths:03}").trim_end_matches('0').to_owned()
}

/// Points that were worked out, as pages show them: one decimal, cut and not rounded, so that 31839 is `31.8`.
pub(super) fn points(milli: i64) -> String {
    points_beside(milli, &[])
}

/// The same beside limits of a rule set: with as many decimals as it takes not to look smaller than a limit that was
/// reached.
pub(super) fn points_beside(milli: i64, limits: &[i64]) -> String {
    let looks_right = |unit: i64| limits.iter().all(|limit| milli < *limit || milli - milli % unit >= *limit);
    match milli {
        1..100 if looks_right(100) => "under 0.1".to_owned(),
        _ if looks_right(100) => format!("{}.{}", grouped(milli / 1000), milli % 1000 / 100),
        _ if looks_right(10) => format!("{}.{:02}", grouped(milli / 1000), milli % 1000 / 10),
        _ => format!("{}.{:03}", grouped(milli / 1000), milli % 1000),
    }
}

/// A whole number with commas: `10,463`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `0.0 points`, `3.5 points`.
pub(super) fn in_points(milli: i64) -> String {
    format!("{} points", points(milli))
}

/// A limit with its unit: `1 point`, `3.5 points`.
pub(crate) fn limit_in_points(milli: i64) -> String {
    format!("{} {}", limit(milli), if milli == 1000 { "point" } else { "points" })
}

/// `1 month`, `12 months`; also for anything else that takes an s.
pub(crate) fn number_of(number: impl Into<i64>, thing: &str) -> String {
    let number = number.into();
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// A share in words: `half`, `a quarter`, `40 per cent`.
pub(super) fn share(percent: u32) -> String {
    match percent {
        25 => "a quarter".to_owned(),
        50 => "half".to_owned(),
        75 => "three quarters".to_owned(),
        _ => format!("{percent} per cent"),
    }
}

/// `second`, `third`, ... `10th`, `21st`.
pub(super) fn ordinal(number: usize) -> String {
    const WORDS: [&str; 9] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    if let Some(word) = number.checked_sub(1).and_then(|place| WORDS.get(place)) {
        return (*word).to_owned();
    }
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A sentence without its full stop, to go on from.
pub(crate) fn unfinished(sentence: &str) -> &str {
    sentence.trim_end().trim_end_matches('.')
}

/// A word or title within a sentence: `Audit and accounts` is `audit and accounts`; `ICO notice` stays.
pub(super) fn within(title: &str) -> String {
    let mut letters = title.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        Some(letter) if second.is_none_or(|second| !second.is_uppercase()) => {
            letter.to_lowercase().chain(title.chars().skip(1)).collect()
        }
        _ => title.to_owned(),
    }
}

/// A word or title at a sentence's beginning.
pub(crate) fn beginning(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{EvidenceKind, Standing};
    use jiff::civil::date;

    #[test]
    fn a_sentence_is_filled_in_as_people_write() {
        let kind = EvidenceKind::AuditOutcome;
        let mut fact = Fact {
            evidence_id: 1,
            kind,
            key: "x".into(),
            feed: "f".into(),
            event: None,
            happened_on: None,
            determined_on: None,
            standing: Standing::Determined,
            values: vec![Value::Unknown; kind.fields().len()],
            fingerprint: String::new(),
        };
        let set = |fact: &mut Fact, name: &str, value| fact.values[kind.slot(name).unwrap()] = value;
        set(&mut fact, "year", Value::Whole(2025));
        set(&mut fact, "status", Value::Choice(4));
        set(&mut fact, "certified_on", Value::Date(date(2024, 6, 30)));
        set(&mut fact, "reminder_sent", Value::YesNo(true));
        set(&mut fact, "income", Value::Whole(25_000));
        let said = "{evidence.status} for {evidence.year}, {evidence.certified_on}, {evidence.reminder_sent}, \
                    {evidence.income}, {evidence.form}, {evidence.nothing}, {evidence.year";
        assert_eq!(
            Wording::new(said, kind).fill(&fact),
            "no return for 2024/25, 30 June 2024, yes, 25000, not stated, {evidence.nothing}, {evidence.year"
        );
        set(&mut fact, "year", Value::Whole(2000));
        assert_eq!(Wording::new("{evidence.year}", kind).fill(&fact), "1999/00");
    }

    #[test]
    fn points_are_cut_to_one_decimal_as_on_pages() {
        let shown = [0, 1, 99, 100, 5_999, 6_000, 7_390, 31_839, 1_234_567].map(points);
        assert_eq!(shown, ["0.0", "under 0.1", "under 0.1", "0.1", "5.9", "6.0", "7.3", "31.8", "1,234.5"]);
        assert_eq!([1_000, 50].map(in_points), ["1.0 points", "under 0.1 points"]);
    }

    #[test]
    fn points_never_look_smaller_than_a_limit_that_they_reach() {
        assert_eq!(points_beside(5_960, &[6_000]), "5.9");
        assert_eq!(points_beside(6_049, &[6_000]), "6.0");
        assert_eq!(points_beside(5_968, &[5_950]), "5.96");
        assert_eq!(points_beside(5_968, &[6_000, 5_965]), "5.968");
        assert_eq!(points_beside(60, &[50]), "0.06");
        assert_eq!(points_beside(1_055_060, &[1_055_050]), "1,055.06");
    }

    #[test]
    fn figures_and_lists_read_naturally() {
        assert_eq!([14_500, 12_000, 291].map(limit), ["14.5", "12", "0.291"]);
        assert_eq!([1_000, 3_500].map(limit_in_points), ["1 point", "3.5 points"]);
        assert_eq!(number_of(1, "month"), "1 month");
        assert_eq!(number_of(24_u32, "month"), "24 months");
        assert_eq!([share(25), share(40)], ["a quarter", "40 per cent"]);
        assert_eq!(
            [2, 9, 10, 11, 21, 22, 23, 112].map(ordinal).join(" "),
            "second ninth 10th 11th 21st 22nd 23rd 112th"
        );
        assert_eq!(list(&["a"; 0]), "");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(within("Audit and accounts"), "audit and accounts");
        assert_eq!(within("ICO notice"), "ICO notice");
        assert_eq!(beginning("a return"), "A return");
        assert_eq!(unfinished("Done. "), "Done");
    }
}
