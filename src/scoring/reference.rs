//! The reference of the rules' language, in Markdown: `docs/rules.md` is made from it.
//!
//! In: the tables by which rule files are read, and those of the kinds of evidence. Out: one text. Always holds: a key, a
//! field or a word that the program doesn't know isn't in it, and every one that it knows is (a test holds the file to it).

use super::expression::built_in;
use super::rules::table::Key;
use super::rules::{
    ASSESSED_BY_KEYS, BAND_KEYS, CEILING_KEYS, COVERAGE_KEYS, FLOOR_KEYS, MITIGATION_KEYS, POINTS_KEYS, RULE_KEYS,
    RULE_SET_KEYS, TEST_KEYS,
};
use crate::evidence::{EvidenceKind, FieldType};
use std::fmt::Write as _;

const OPENING: &str = "# The language of the rules

Made from the program's own tables; a test fails when it is stale (`RULES_UPDATE=1 cargo test --lib scoring::reference`
writes it anew).

A rule set is a folder of TOML files, in any number and under any names. `bellwether rules check --rules DIR` finds every
mistake at once, with file, line, column and a suggestion; `bellwether rules test --rules DIR` runs the examples beside the
rules. Anything that is changed, a comment even, gives the set another hash, by which every score names it.
";

const CONDITIONS: &str = "
## Conditions

A condition holds of a fact, or doesn't, or **can't say**, because the source left open what it asks: then the rule doesn't
fire, and the page says so. Unknown is never taken for clean.

| | |
|---|---|
| `evidence.FIELD` | a field of the evidence; the kinds below have them all |
| `==` `!=` `<` `<=` `>` `>=` | compare. Words and dates stand in double quotes: `\"no_return\"`, `\"2025-06-30\"` |
| `in [\"a\", \"b\"]` | is one of these |
| `&&` `\\|\\|` `!` | and, or, not. What decides by itself decides, whatever else is unknown |
| `+` `-` `*` | whole numbers only |
| `known(evidence.FIELD)` | whether the source said anything at all |
";

/// The reference.
#[must_use]
pub fn reference() -> String {
    let mut text = OPENING.to_owned();
    for (title, about, keys) in [
        ("`[[rule]]`", "What counts, how much, for how long, and where it comes from.", RULE_KEYS.as_slice()),
        (
            "`[[rule.test]]`",
            "An example beside its rule; of every rule one that fires and one that doesn't.",
            &TEST_KEYS,
        ),
        ("`[[mitigation]]`", "Good news that takes off part of what it answers.", &MITIGATION_KEYS),
        (
            "`[[assessed_by]]`",
            "What lets us speak of an indicator: a fact, or a source that covers the county.",
            &ASSESSED_BY_KEYS,
        ),
        (
            "`[coverage]`",
            "How much must be known before a council without points is of no current concern.",
            &COVERAGE_KEYS,
        ),
        ("`[points]`", "What severity, repetition and one event come to.", &POINTS_KEYS),
        (
            "`[[band]]`",
            "Where a band begins, lowest first; all three. Below them is no current concern, or not assessed.",
            &BAND_KEYS,
        ),
        ("`[floor]`", "The band that an item of a severity brings with it. A set may do without.", &FLOOR_KEYS),
        ("`[ceiling]`", "The highest band of weak evidence.", &CEILING_KEYS),
        ("`[rule_set]`", "The name of the set.", &RULE_SET_KEYS),
    ] {
        section(&mut text, (title, about), keys);
    }
    text.push_str(CONDITIONS);
    for (name, holds, meaning) in built_in() {
        let _ = writeln!(text, "| `{name}` | {}: {meaning} |", type_of(holds));
    }
    text.push_str("\n## Kinds of evidence\n\nWhat a field does not say is unknown, never a default.\n");
    for kind in EvidenceKind::ALL.into_iter().filter(|kind| !kind.is_context()) {
        let _ =
            writeln!(text, "\n### `{}`: {}\n\n| field | holds | meaning |\n|---|---|---|", kind.name(), kind.title());
        for field in kind.fields() {
            let _ = writeln!(text, "| `{}` | {} | {} |", field.name, words_of(field.holds), field.meaning);
        }
    }
    text
}

fn section(text: &mut String, (title, about): (&str, &str), keys: &[Key]) {
    let _ = writeln!(text, "\n## {title}\n\n{about}\n\n| key | | |\n|---|---|---|");
    for key in keys {
        let needed = if key.required { "always" } else { "" };
        let _ = writeln!(text, "| `{}` | {needed} | {} |", key.name, key.meaning);
    }
}

fn type_of(holds: FieldType) -> &'static str {
    match holds {
        FieldType::YesNo => "yes or no",
        FieldType::Whole => "a whole number",
        FieldType::Date => "a date",
        FieldType::Text => "a text",
        FieldType::Choice(_) => "one of",
    }
}

fn words_of(holds: FieldType) -> String {
    match holds {
        FieldType::Choice(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("{} {}", type_of(holds), words.join(", "))
        }
        other => type_of(other).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_reference_is_made_from_the_tables() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
        let fresh = reference();
        if std::env::var_os("RULES_UPDATE").is_some() {
            std::fs::write(&path, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let next = "docs/rules.md is stale: write it anew with RULES_UPDATE=1 cargo test --lib scoring::reference";
        assert!(kept == fresh, "{next}");
    }

    #[test]
    fn every_field_and_word_that_a_rule_may_use_stands_in_it() {
        let text = reference();
        for kind in EvidenceKind::ALL.into_iter().filter(|kind| !kind.is_context()) {
            for field in kind.fields() {
                assert!(text.contains(&format!("| `{}` |", field.name)), "{}", field.name);
                if let FieldType::Choice(words) = field.holds {
                    assert!(words.iter().all(|word| text.contains(&format!("`{word}`"))), "{}", field.name);
                }
            }
        }
        assert!(!text.contains("association_member"), "engagement is no rule's business");
    }
}
