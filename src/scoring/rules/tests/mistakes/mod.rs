//! What the loader says of mistakes: the exact words, where they point, and that one hides no other.

mod told;

use super::super::load;
use super::{settings_and, shipped_but, shown};
use told::{CONDITIONS, KEYS, SAMPLE, SENTENCES, TOML, VALUES};

#[test]
fn the_sample_itself_is_right() {
    assert_eq!(shown(&settings_and("x.toml", SAMPLE)), "nothing is wrong");
}

#[test]
fn every_mistake_is_pointed_at_and_told_in_plain_words() {
    for (right, wrong, expected) in KEYS.iter().chain(VALUES).chain(CONDITIONS).chain(SENTENCES).chain(TOML) {
        assert!(SAMPLE.contains(right), "{right}");
        let error = load(&settings_and("x.toml", &SAMPLE.replace(right, wrong))).unwrap_err();
        let found: Vec<(usize, usize, &str, &str)> = error
            .diagnostics
            .iter()
            .map(|found| (found.place.line, found.place.column, &*found.message, found.help.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(found, *expected, "{right} -> {wrong}");
        assert!(error.diagnostics.iter().all(|found| found.place.file == "x.toml"));
    }
}

#[test]
fn a_problem_is_shown_with_its_line_and_a_mark() {
    let text = SAMPLE.replace("theme ==", "them ==").replace("severity", "severty");
    assert_eq!(
        shown(&settings_and("x.toml", &text)),
        r#"error: rule b2.sample: evidence of kind `complaint` has no field `evidence.them`
 --> x.toml:6:9
  |
6 | when = 'evidence.them == "service"'
  |         ^^^^^^^^^^^^^
  |
  = help: did you mean `evidence.theme`?

error: rule b2.sample: [[rule]] has no key `severty`
 --> x.toml:7:1
  |
7 | severty = 2
  | ^^^^^^^
  |
  = help: did you mean `severity`?

2 problems in the rules; nothing was loaded"#
    );
}

#[test]
fn an_id_that_stands_twice_is_shown_in_both_places() {
    let text = format!("{SAMPLE}\n# again\n{SAMPLE}");
    assert_eq!(
        shown(&settings_and("x.toml", &text)),
        r#"error: the id "b2.sample" stands twice
  --> x.toml:16:6
   |
16 | id = "b2.sample"
   |      ^^^^^^^^^^^
   |
  ::: x.toml:2:6
   |
 2 | id = "b2.sample"
   |      ^^^^^^^^^^^ the other one is here
   |
   = help: rename or remove one of them

1 problem in the rules; nothing was loaded"#
    );
}

#[test]
fn a_file_that_is_not_toml_hides_no_problem_of_another_and_brings_no_false_one() {
    let mut files = shipped_but("x.toml", &SAMPLE.replace("\"service\"", "\"sevice\""));
    for file in &mut files {
        if file.name == "bands.toml" || file.name == "indicators/a.toml" {
            file.text = file.text.replace(" = ", " : ");
        }
    }
    let error = load(&files).unwrap_err();
    let count = |name: &str| error.diagnostics.iter().filter(|found| found.place.file == name).count();
    assert!(count("bands.toml") > 0 && count("indicators/a.toml") > 0);
    assert_eq!(count("x.toml"), 1);
    let others = error.diagnostics.iter().filter(|found| !found.message.starts_with("this is not TOML"));
    assert_eq!(others.count(), 1, "{error}");
}

#[test]
fn places_are_right_after_a_byte_order_mark_with_windows_line_ends_and_other_letters() {
    let error = load(&settings_and("x.toml", &format!("\u{feff}extra = 1\r\n{SAMPLE}"))).unwrap_err();
    assert_eq!((error.diagnostics[0].place.line, error.diagnostics[0].place.column), (1, 1), "{error}");
    assert_eq!(error.diagnostics[0].place.line_text, "extra = 1");
    let several = "when = '''\r\n\u{2003}evidence.theme == \"caf\u{e9}\" || evidence.them == \"x\"'''";
    let text = SAMPLE.replace("when = 'evidence.theme == \"service\"'", several).replace("\r\n", "\n");
    let text = text.replace('\n', "\r\n");
    let error = load(&settings_and("x.toml", &text)).unwrap_err();
    assert_eq!((error.diagnostics[0].place.line, error.diagnostics[0].place.column), (7, 1), "{error}");
    let text = text.replace('\u{2003}', " ");
    let error = load(&settings_and("x.toml", &text)).unwrap_err();
    let places: Vec<(usize, usize)> =
        error.diagnostics.iter().map(|found| (found.place.line, found.place.column)).collect();
    assert_eq!(places, [(7, 20), (7, 30)], "{error}");
}
