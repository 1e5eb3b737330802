//! The built-in file, and what is said of every mistake in another.

use super::*;
use std::fs;

/// What is wrong with the built-in file once this stands for that.
fn told(replaced: &str, by: &str) -> String {
    assert!(BUILT_IN.contains(replaced), "{replaced}");
    let refused = Rules::load(&BUILT_IN.replacen(replaced, by, 1), "test").unwrap_err();
    assert_eq!(refused.code, Code::RulesInvalid);
    refused.happened
}

/// The same for a file of these lines alone, without what is said of the classes that it lacks.
fn told_of_first(text: &str) -> String {
    let happened = Rules::load(text, "test").unwrap_err().happened;
    happened.split("\n\n").find(|problem| problem.contains("-->")).unwrap_or_default().to_owned()
}

#[test]
fn the_built_in_file_has_every_class_and_a_reason_for_each() {
    let rules = Rules::built_in().unwrap();
    assert_eq!(rules.terms.iter().map(|(class, _)| *class).collect::<Vec<_>>(), Class::ALL);
    assert_eq!(rules.origin, "built in");
    let complaints = &rules.terms[0].1;
    assert_eq!((complaints.length, complaints.window_plus), (Length::Months(24), Some(6)));
    assert!(rules.terms.iter().all(|(_, term)| term.because.ends_with('.')));
    assert_eq!(rules.for_good.len(), KEPT_FOR_GOOD.len());
}

#[test]
fn a_class_that_there_is_not_is_told_with_the_one_that_was_meant() {
    assert_eq!(
        told("[complaints]", "[complaint]"),
        "error: there is no class `complaint`
  --> retention.toml:13:2
   |
13 | [complaint]
   |  ^^^^^^^^^
   |
   = help: did you mean [complaints]?

1 problem in the rules; nothing was loaded"
    );
    assert_eq!(
        told_of_first("[weather]\nmonths = 1\n"),
        "error: there is no class `weather`
 --> retention.toml:1:2
  |
1 | [weather]
  |  ^^^^^^^
  |
  = help: it may be [complaints], [allegations], [audit_outcomes], [county_records], [county_flags], [engagement], [held_rows], \
[documents], [scores], [past_scores], [sign_in_links], [sessions], [letters], [removal_marks], [submission_keys], \
[submissions] or [for_good]"
    );
}

#[test]
fn a_class_of_which_nothing_is_said_is_told() {
    let without: String =
        BUILT_IN.split("\n# ").filter(|part| !part.contains("[sessions]")).collect::<Vec<_>>().join("\n# ");
    assert_eq!(
        Rules::load(&without, "test").unwrap_err().happened,
        "error: retention.toml: nothing is said of [sessions]
  = help: copy it from the file that came with the program, and change it there

1 problem in the rules; nothing was loaded"
    );
    let problems = Rules::load("", "test").unwrap_err().happened;
    assert!(problems.ends_with("17 problems in the rules; nothing was loaded"), "{problems}");
}

#[test]
fn a_key_that_there_is_not_is_told() {
    assert_eq!(
        told("months = 84", "month = 84"),
        "error: rule audit_outcomes: this class has no key `month`
  --> retention.toml:25:1
   |
25 | month = 84
   | ^^^^^
   |
   = help: did you mean `months`?

1 problem in the rules; nothing was loaded"
    );
    assert_eq!(
        told("months = 84\n", ""),
        "error: rule audit_outcomes: it is not said how long it is kept
  --> retention.toml:24:1
   |
24 | [audit_outcomes]
   | ^^^^^^^^^^^^^^^^
   |
   = help: add a line `months = ...` or `days = ...`

1 problem in the rules; nothing was loaded"
    );
    // No rule counts a session: nothing to add to.
    assert!(
        told("[sessions]\ndays = 30", "[sessions]\ndays = 30\nwindow_plus = 6")
            .contains("rule sessions: this class has no key `window_plus`")
    );
}

#[test]
fn a_length_is_there_once_and_is_a_number_in_its_range() {
    let both = told("[sessions]\ndays = 30", "[sessions]\ndays = 30\nmonths = 1");
    assert!(both.starts_with("error: rule sessions: a length is in months or in days, not both"), "{both}");
    assert_eq!(
        told("[held_rows]\nmonths = 6", "[held_rows]\nmonths = 0"),
        "error: rule held_rows: `months` must be from 1 to 120
  --> retention.toml:45:10
   |
45 | months = 0
   |          ^
   |
   = help: choose a number between them

1 problem in the rules; nothing was loaded"
    );
    let text = told("[held_rows]\nmonths = 6", "[held_rows]\nmonths = \"six\"");
    assert!(text.contains("rule held_rows: `months` must be a whole number, but this is a text"), "{text}");
}

#[test]
fn a_reason_is_asked_for() {
    let missing = told("days = 30\nbecause = \"Long enough to look into misuse.\"", "days = 30");
    assert!(missing.contains("rule sign_in_links: this class has no `because`"), "{missing}");
    let empty = told("because = \"Sources send the same lists for years.\"", "because = \" \"");
    assert!(empty.contains("rule removal_marks: `because` is empty"), "{empty}");
    let silent = told("audit_log = ", "audit_logs = ");
    assert!(
        silent.contains("[for_good] has no key `audit_logs`") && silent.contains("did you mean `audit_log`?"),
        "{silent}"
    );
}

#[test]
fn scores_are_kept_under_a_pseudonym_for_longer_than_by_name() {
    assert_eq!(
        told("[past_scores]\nmonths = 72", "[past_scores]\nmonths = 30"),
        "error: scores under a pseudonym would go before they are made
  --> retention.toml:59:1
   |
59 | [past_scores]
   | ^^^^^^^^^^^^^
   |
   = help: both run from the same day: give [past_scores] more than [scores]

1 problem in the rules; nothing was loaded"
    );
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    let text = told("[complaints]\nmonths = 24", "[complaints]\nmonths 24");
    assert!(text.starts_with("error: this is not TOML: "), "{text}");
    assert!(text.contains("--> retention.toml:14:"), "{text}");
    let twice = told("[allegations]", "[complaints]");
    assert!(twice.contains("this is not TOML: duplicate key"), "{twice}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let mistaken = BUILT_IN.replace("[complaints]\nmonths = 24", "[complaints]\nmonths = 500").replacen(
        "months = 84",
        "months = 0",
        1,
    );
    let happened = Rules::load(&mistaken, "test").unwrap_err().happened;
    assert!(happened.ends_with("2 problems in the rules; nothing was loaded"), "{happened}");
}

#[test]
fn the_folders_own_file_goes_before_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Rules::read(Some(folder.path())).unwrap().origin, "built in");
    assert_eq!(Rules::read(None).unwrap().origin, "built in");
    let path = folder.path().join(RETENTION_FILE);
    fs::write(&path, BUILT_IN.replace("months = 84", "months = 96")).unwrap();
    let rules = Rules::read(Some(folder.path())).unwrap();
    assert_eq!(rules.origin, path.display().to_string());
    assert_eq!(rules.terms[2].1.length, Length::Months(96));
    fs::write(&path, b"\xff").unwrap();
    let refused = Rules::read(Some(folder.path())).unwrap_err();
    assert!(refused.happened.starts_with(&format!("{} can't be read: ", path.display())), "{}", refused.happened);
}
