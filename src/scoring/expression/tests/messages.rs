//! What the language says of mistakes: the exact words, and where they point.

use super::super::{MAX_NESTING, Problem, compile};
use crate::evidence::EvidenceKind;

/// A condition on an auditor's outcome; for each of its problems what is marked, the message and the help.
type Mistake = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

/// Mistakes in names, words and types: all of a condition at once.
const MEANING: &[Mistake] = &[
    (
        r#"evidence.statos == "qualified""#,
        &[(
            "evidence.statos",
            "evidence of kind `audit_outcome` has no field `evidence.statos`",
            "did you mean `evidence.status`?",
        )],
    ),
    (
        r#"evidence.status == "qualifed""#,
        &[(r#""qualifed""#, r#"`evidence.status` is never "qualifed""#, r#"did you mean "qualified"?"#)],
    ),
    (
        r#"evidence.status == "banana""#,
        &[(
            r#""banana""#,
            r#"`evidence.status` is never "banana""#,
            r#"it may be "unqualified", "unqualified_other_matters", "qualified", "interim", "no_return", "exempt" or "incorrectly_exempt""#,
        )],
    ),
    (
        r#"status == "qualified""#,
        &[("status", "evidence of kind `audit_outcome` has no field `status`", "did you mean `evidence.status`?")],
    ),
    (
        "evidence.status == qualified",
        &[(
            "qualified",
            "evidence of kind `audit_outcome` has no field `qualified`",
            r#"if you mean the word, put it in double quotes: "qualified""#,
        )],
    ),
    (
        r#"council.name == "x""#,
        &[("council.name", "there is no field `council.name`", "did you mean `council.income`?")],
    ),
    (
        r#"evidence.days_late == "20""#,
        &[(
            r#"evidence.days_late == "20""#,
            r#"`evidence.days_late` is a whole number and cannot be compared with `"20"`, which is a text"#,
            "write numbers without quotes",
        )],
    ),
    (
        r#"evidence.reminder_sent == "yes""#,
        &[(
            r#"evidence.reminder_sent == "yes""#,
            r#"`evidence.reminder_sent` is yes or no and cannot be compared with `"yes"`, which is a text"#,
            "write true or false, without quotes",
        )],
    ),
    (
        "evidence.status == 3",
        &[(
            "evidence.status == 3",
            "`evidence.status` is a word of a fixed list and cannot be compared with `3`, which is a whole number",
            "write one of its words, in double quotes",
        )],
    ),
    (
        r#"evidence.status > "interim""#,
        &[(
            r#"evidence.status > "interim""#,
            "`>` needs whole numbers or dates, but `evidence.status` is a word of a fixed list",
            "use == or != or in [...]",
        )],
    ),
    (
        "evidence.days_late",
        &[(
            "evidence.days_late",
            "a condition must be yes or no, but `evidence.days_late` is a whole number",
            "compare it with something, such as `evidence.days_late == ...`",
        )],
    ),
    (
        "evidence.status",
        &[(
            "evidence.status",
            "a condition must be yes or no, but `evidence.status` is a word of a fixed list",
            "compare it with something, such as `evidence.status == ...`",
        )],
    ),
    (
        "evidence.status && true || evidence.year",
        &[
            (
                "evidence.status",
                "`&&` joins what is yes or no, but `evidence.status` is a word of a fixed list",
                "compare it with something, such as `evidence.status == ...`",
            ),
            (
                "evidence.year",
                "`||` joins what is yes or no, but `evidence.year` is a whole number",
                "compare it with something, such as `evidence.year == ...`",
            ),
        ],
    ),
    (
        "!evidence.year",
        &[(
            "evidence.year",
            "`!` stands before yes or no, but `evidence.year` is a whole number",
            "compare it with something, such as `evidence.year == ...`",
        )],
    ),
    (
        "evidence.reminder_sent + 1 == 2",
        &[(
            "evidence.reminder_sent",
            "`+`, `-` and `*` need whole numbers, but `evidence.reminder_sent` is yes or no",
            "",
        )],
    ),
    (
        r#""a" == "b""#,
        &[(r#""a" == "b""#, "this compares two fixed texts", "one side must be a field, such as evidence.year")],
    ),
    (
        "evidence.status == evidence.form",
        &[(
            "evidence.status == evidence.form",
            "`evidence.status` and `evidence.form` have different lists of words",
            "both sides must be of one type",
        )],
    ),
    (
        r#"evidence.submitted_on > "30.6.2025""#,
        &[(r#""30.6.2025""#, r#""30.6.2025" is not a date"#, r#"write year-month-day, such as "2025-06-30""#)],
    ),
    (
        r#"evidence.submitted_on > "2025-02-30""#,
        &[(r#""2025-02-30""#, r#""2025-02-30" is not a date"#, r#"write year-month-day, such as "2025-06-30""#)],
    ),
    (
        "evidence.submitted_on > 20250630",
        &[(
            "evidence.submitted_on > 20250630",
            "`evidence.submitted_on` is a date and cannot be compared with `20250630`, which is a whole number",
            r#"write dates like "2025-06-30", in double quotes"#,
        )],
    ),
    (
        r#"evidence.year in [1, "2", evidence.days_late]"#,
        &[
            (r#""2""#, r#"this list must hold a whole number, but `"2"` is a text"#, ""),
            ("evidence.days_late", "this list must hold a whole number, but `evidence.days_late` is not fixed", ""),
        ],
    ),
    (
        r#"evidence.status in ["interim", "exemt", 3]"#,
        &[
            (r#""exemt""#, r#"`evidence.status` is never "exemt""#, r#"did you mean "exempt"?"#),
            ("3", "this list must hold a word in double quotes, but `3` is a whole number", ""),
        ],
    ),
    (
        "evidence.reminder_sent in [true]",
        &[(
            "evidence.reminder_sent",
            "`in` needs a field before it, but `evidence.reminder_sent` is yes or no",
            "write evidence.FIELD in [...]",
        )],
    ),
    (
        r#""x" in ["x"]"#,
        &[(r#""x""#, r#"`in` needs a field before it, but `"x"` is a text"#, "write evidence.FIELD in [...]")],
    ),
    (
        "known(evidence.yeer)",
        &[(
            "evidence.yeer",
            "evidence of kind `audit_outcome` has no field `evidence.yeer`",
            "did you mean `evidence.year`?",
        )],
    ),
    (
        "!!evidence.year == 3",
        &[(
            "evidence.year",
            "`!` stands before yes or no, but `evidence.year` is a whole number",
            "compare it with something, such as `evidence.year == ...`",
        )],
    ),
];

/// Mistakes in characters (all at once) and in grammar (the first).
const GRAMMAR: &[Mistake] = &[
    (
        "1 < evidence.year < 3",
        &[("<", "comparisons cannot be chained", "join two comparisons with &&: a < b && b < c")],
    ),
    (
        r#"evidence.status == "qualified"#,
        &[(r#""qualified"#, "this text has no closing quote", r#"add a " where the text ends"#)],
    ),
    (
        "evidence.status == \u{201c}qualified\u{201d}",
        &[("\u{201c}qualified\u{201d}", "only straight double quotes begin a text", r#"write "...""#)],
    ),
    (
        r#"evidence.status = "qualified""#,
        &[("=", "one `=` does not compare", "write == to ask whether two values are the same")],
    ),
    ("evidence.year => 3", &[("=>", "`=>` is no comparison", "write >=")]),
    ("evidence.year <> 3", &[("<>", "`<>` is no comparison", "write != to ask whether two values differ")]),
    ("evidence.year > 3 & true", &[("&", "one `&` means nothing here", r#"write && for "and""#)]),
    (
        "evidence.year / 2 > 3",
        &[("/", "conditions do not divide", "multiply the other side: a * 3 >= b instead of a >= b / 3")],
    ),
    (
        "evidence.year > 1.5",
        &[("1.5", "conditions know whole numbers only", "write money in whole pounds and time in whole months")],
    ),
    (
        "evidence.year > 3months",
        &[(
            "3months",
            "`3months` is neither a number nor a word",
            "leave a space after the number, or write digits only",
        )],
    ),
    (
        "evidence.year > 99999999999999999999",
        &[("99999999999999999999", "`99999999999999999999` is too large", "the largest is 9223372036854775807")],
    ),
    ("evidence.year \u{2265} 3", &[("\u{2265}", "`\u{2265}` is no comparison", "write >=")]),
    (
        "evidence.year\u{a0}> 3",
        &[("\u{a0}", "this is a special kind of space (U+00A0)", "replace it by an ordinary one")],
    ),
    ("evidence.year > 3 # x", &[("#", "`#` is no part of the language of conditions", "")]),
    (
        "{evidence.year} > 3",
        &[
            ("{", "fields stand without braces in a condition", "write evidence.FIELD"),
            ("}", "`}` is no part of the language of conditions", ""),
        ],
    ),
    ("evidence.year in []", &[("[]", "this list is empty", "name one value or more")]),
    ("evidence.year in 3", &[("3", r#"expected a list such as ["a", "b"], found `3`"#, "")]),
    (
        "evidence.year > 1 and evidence.year < 3",
        &[("and", "expected `&&`, `||` or the end, found `and`", r#"write && for "and""#)],
    ),
    ("evidence.year > 1 or true", &[("or", "expected `&&`, `||` or the end, found `or`", r#"write || for "or""#)]),
    (
        "not evidence.reminder_sent",
        &[(
            "evidence",
            "expected `&&`, `||` or the end, found `evidence`",
            r#"write ! for "not", such as !(a in [1, 2])"#,
        )],
    ),
    (
        "evidence.year is 3",
        &[("is", "expected `&&`, `||` or the end, found `is`", "write == to ask whether two values are the same")],
    ),
    (
        r#"evidence.status not in ["interim"]"#,
        &[(
            "not",
            "expected `&&`, `||` or the end, found `not`",
            "write ! before what must not hold, such as !(a in [1, 2])",
        )],
    ),
    ("evidence.year > ", &[("", "expected a field or a value, found the end of the condition", "")]),
    ("(evidence.year > 1", &[("(", "this bracket is never closed", "add a ) where it should end")]),
    ("evidence.year > 1)", &[(")", "expected `&&`, `||` or the end, found `)`", "")]),
    ("", &[("", "this condition is empty", r#"write `true` for "always""#)]),
    ("known(3)", &[("3", "expected the name of a field such as evidence.year, found `3`", "")]),
    ("has(evidence.year)", &[("has", "there is no function `has`", "the only one is known(evidence.FIELD)")]),
    ("evidence.", &[("", "expected the name of a field after `.`, found the end of the condition", "")]),
    ("evidence.year > 1 evidence.year", &[("evidence", "expected `&&`, `||` or the end, found `evidence`", "")]),
    ("evidence.group == 'x'", &[("'x'", "only straight double quotes begin a text", r#"write "...""#)]),
    ("\"a\\n\" == evidence.status", &[("\"a\\n\"", "a text cannot hold a backslash", "leave it out")]),
    (
        "evidence.status == \"a\nb\"",
        &[
            (r#""a"#, "this text has no closing quote", r#"add a " where the text ends"#),
            (r#"""#, "this text has no closing quote", r#"add a " where the text ends"#),
        ],
    ),
];

fn problems(source: &str) -> Vec<Problem> {
    compile(source, EvidenceKind::AuditOutcome).err().unwrap_or_default()
}

#[test]
fn every_mistake_is_pointed_at_and_told_in_plain_words() {
    for (source, expected) in MEANING.iter().chain(GRAMMAR) {
        let found = problems(source);
        let found: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|problem| (&source[problem.span.clone()], &*problem.message, problem.help.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(found, *expected, "{source}");
    }
}

#[test]
fn all_wrong_names_are_reported_in_the_order_in_which_they_stand() {
    let source =
        r#"evidence.yeer == 1 && !(evidence.statu == "x" || evidence.forn == "form_1") && evidence.year == "2025""#;
    let found = problems(source);
    let marked: Vec<&str> = found.iter().map(|problem| &source[problem.span.clone()]).collect();
    assert_eq!(marked, ["evidence.yeer", "evidence.statu", "evidence.forn", r#"evidence.year == "2025""#]);
}

#[test]
fn a_name_that_resembles_nothing_brings_the_whole_list() {
    let found = problems("banana");
    assert_eq!(found[0].message, "evidence of kind `audit_outcome` has no field `banana`");
    let help = found[0].help.as_deref().unwrap();
    assert!(help.starts_with("you may use `evidence.year`, `evidence.status`, "), "{help}");
    assert!(help.ends_with(", `council.county`, `as_of.year` or `as_of.month`"), "{help}");
}

#[test]
fn too_deep_and_too_long_are_refused_before_anything_else() {
    for opening in ["(", "!", "-", "true in [", "(!-"] {
        let found = problems(&opening.repeat(650 / opening.len()));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "this condition is nested more than 64 deep", "{opening}");
        assert_eq!(found[0].help.as_deref(), Some("leave out brackets, or split it into several rules"));
    }
    let deepest = format!("{}true{}", "(".repeat(MAX_NESTING), ")".repeat(MAX_NESTING));
    assert_eq!(problems(&deepest), []);
    let longest = format!("{:2000}", "true");
    assert_eq!(problems(&longest), []);
    let found = problems(&format!("{longest}\u{e9}"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span, 2000..2002);
    assert_eq!(found[0].message, "this condition is longer than 2000 characters");
    assert_eq!(found[0].help.as_deref(), Some("split it into several rules"));
}
