//! The trial of rules: what comes out as it says, what does not, and what is no test at all.

use super::*;
use crate::scoring::rules::{RuleFile, embedded, load};

/// The shipped files with these lines put after the last rule of indicator c.
fn with(lines: &str) -> RuleSet {
    let mut files: Vec<RuleFile> = embedded();
    let file = files.iter_mut().find(|file| file.name == "indicators/c.toml").unwrap();
    file.text = format!("{}\n{lines}", file.text);
    load(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

const RULE: &str = r#"
[[rule]]
id = "c99.example"
title = "An example"
indicator = "c"
evidence = "complaint"
when = 'evidence.theme == "disrespect" && evidence.outcome == "upheld"'
severity = 2
months = 24
in_force = { from = 2012-07-01 }
cite = "An Act"
says = "An example."
clears = "Time."
"#;

fn messages(lines: &str) -> Vec<String> {
    let tried = try_rules(&with(&format!("{RULE}{lines}")));
    let own = tried.failures.iter().filter(|failure| failure.rule.as_deref() == Some("c99.example"));
    own.map(|failure| format!("{}: {}", failure.rule.clone().unwrap(), failure.message)).collect()
}

#[test]
fn every_shipped_rule_is_shown_firing_and_not_firing() {
    let tried = try_rules(&load(&embedded()).unwrap());
    let failures: Vec<String> = tried.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert_eq!(tried.untested, Vec::<String>::new());
    assert!(tried.tests >= 140, "{}", tried.tests);
}

#[test]
fn what_comes_out_otherwise_is_told_where_and_how() {
    let upheld = r#"evidence = { theme = "disrespect", outcome = "upheld" }"#;
    assert_eq!(messages(&format!("[[rule.test]]\n{upheld}\nfires = true\npoints = 3")), Vec::<String>::new());
    for (test, expected) in [
        (format!("{upheld}\nfires = false"), "the rule is said not to fire here, and it does, with 3 points"),
        (format!("{upheld}\nfires = true\npoints = 7.5"), "the rule is said to give 7.5 points here, and it gives 3"),
        (format!("{upheld}\non = 2027-03-01\nfires = true\npoints = 3"), ""),
        (
            r#"evidence = { theme = "disrespect", outcome = "upheld", standing = "allegation" }
fires = true"#
                .to_owned(),
            "the rule is said to fire here, and it does not: ",
        ),
        (
            r#"evidence = { theme = "disrespect" }
fires = true"#
                .to_owned(),
            "the rule is said to fire here, and it does not: ",
        ),
    ] {
        let told = messages(&format!("[[rule.test]]\n{test}"));
        match expected {
            "" => assert_eq!(told, Vec::<String>::new(), "{test}"),
            expected => assert!(told.len() == 1 && told[0].contains(expected), "{test}: {told:?}"),
        }
    }
}

#[test]
fn mistakes_in_a_test_are_found_like_any_other() {
    let mut files = embedded();
    let file = files.iter_mut().find(|file| file.name == "indicators/c.toml").unwrap();
    let test = r#"[[rule.test]]
evidence = { theem = "disrespect", outcome = "upheldd" }
fires = "yes"
points = 3"#;
    file.text = format!("{}\n{RULE}{test}", file.text);
    let told = load(&files).unwrap_err().to_string();
    for part in
        ["theem", "did you mean `theme`?", "\"upheldd\" is not a value of `outcome`", "`fires` must be true or false"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn points_are_shown_with_every_digit() {
    assert_eq!([3_000, 7_500, 250, 0].map(limit), ["3", "7.5", "0.25", "0"]);
}
