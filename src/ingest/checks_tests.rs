//! Tests that the table of checks, the code that gives them and the documentation are one.

use super::*;
use std::collections::BTreeSet;
use std::path::Path;

fn all() -> impl Iterator<Item = &'static Check> {
    GROUPS.iter().flat_map(Group::checks)
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = path.display().to_string();
        if path.is_dir() {
            sources(&path, found);
        } else if !name.ends_with("tests.rs") && !name.ends_with("checks.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            found.push((name, code.to_owned()));
        }
    }
}

/// The program's text of intake and of the readers, without tests and without this table.
fn program() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["src/ingest", "src/feeds/read"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    assert!(found.len() > 25, "only {} files were found", found.len());
    found
}

/// The arguments of a call, split where commas stand outside of brackets and texts.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    let mut arguments = vec![String::new()];
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = arguments.last_mut() {
            last.push(letter);
        }
    }
    arguments.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

fn literal(written: &str) -> Option<&str> {
    written.strip_prefix('"')?.strip_suffix('"')
}

/// Codes that the program gives as texts.
fn given(text: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for giver in [".refuse(", ".warn("] {
        for (at, _) in text.match_indices(giver) {
            let arguments = arguments(&text[at + giver.len()..]);
            codes.extend(arguments.get(1).and_then(|code| literal(code)).map(str::to_owned));
        }
    }
    for (at, mark) in text.match_indices("code: \"") {
        codes.extend(text[at + mark.len()..].split('"').next().map(str::to_owned));
    }
    codes
}

#[test]
fn no_code_stands_twice_and_each_says_what_it_looks_at_and_what_to_do() {
    let mut seen = BTreeSet::new();
    for check in all() {
        assert!(seen.insert(check.code), "{}", check.code);
        assert!(!check.looks_at.is_empty() && check.to_do.ends_with('.'), "{}", check.code);
        assert_eq!(of(check.code), Some(check));
    }
    assert!(seen.len() > 80, "{}", seen.len());
}

#[test]
fn every_code_that_is_given_is_in_the_table() {
    let mut found = 0;
    for (file, text) in program() {
        for code in given(&text) {
            found += 1;
            assert!(of(&code).is_some(), "{file} gives {code}, which the table lacks");
        }
    }
    assert!(found > 30, "{found}");
}

#[test]
fn every_code_of_the_table_is_given_somewhere() {
    let program = program();
    for check in all() {
        let named = format!("\"{}\"", check.code);
        let constant = match check.code {
            WAIVED => "checks::WAIVED",
            OBLIGATION_NOT_MET => "checks::OBLIGATION_NOT_MET",
            _ => named.as_str(),
        };
        assert!(program.iter().any(|(_, text)| text.contains(constant)), "nothing gives {}", check.code);
    }
}

#[test]
fn what_is_unreadable_or_about_a_person_is_never_waived() {
    for check in all().filter(|check| check.waivable) {
        assert_eq!(check.stops, Stops::Row, "{}: a warning needs no waiver, and a file has no record", check.code);
        for part in ["personal", "unreadable", "missing_value", "date_", "unknown"] {
            assert!(!check.code.contains(part) || check.code.starts_with("other_"), "{}", check.code);
        }
    }
    for code in ["value_missing", "personal_data", "choice_unknown", "repeated_two_councils", "council_twice"] {
        assert!(!of(code).unwrap().waivable, "{code}");
    }
}

#[test]
fn the_documentation_is_made_from_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validations.md");
    let fresh = documentation();
    if std::env::var_os("VALIDATIONS_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "docs/validations.md is stale: write it anew with VALIDATIONS_UPDATE=1 cargo test --lib ingest::checks"
    );
}
