//! Mistakes in bands, points, mitigations and coverage; what is missing altogether; and texts of any kind.

use super::super::{RuleFile, embedded, load};
use super::{shipped, shipped_but, shown};
use proptest::prelude::*;

/// The message and help of each problem once a part of a shipped file is replaced.
fn told(name: &str, right: &str, wrong: &str) -> Vec<String> {
    let file = embedded().into_iter().find(|file| file.name == name).unwrap();
    assert!(file.text.contains(right), "{name}: {right}");
    let error = load(&shipped_but(name, &file.text.replacen(right, wrong, 1))).unwrap_err();
    let told = |found: &super::super::Diagnostic| {
        assert_eq!(found.place.file, name);
        format!("{}; {}", found.message, found.help.as_deref().unwrap_or(""))
    };
    error.diagnostics.iter().map(told).collect()
}

#[test]
fn bands_must_be_in_order_and_without_gaps() {
    let bands = |right: &str, wrong: &str| told("bands.toml", right, wrong);
    assert_eq!(
        bands("\"offer_support\"", "\"offer_suport\""),
        [r#""offer_suport" is not a band that can be reached by points; did you mean "offer_support"?"#]
    );
    assert_eq!(
        bands("\"offer_support\"", "\"monitor\""),
        ["`monitor` stands after `monitor`; name each band once, lowest first"]
    );
    assert_eq!(
        bands("from = 6\n", "from = 13\n"),
        ["`priority_review` must begin above `offer_support`; raise `from`, or lower that of the band before"]
    );
    assert_eq!(
        bands("leave_below = 5\n", "leave_below = 6.5\n"),
        ["`offer_support` would be left above where it begins; make `leave_below` at most `from`"]
    );
    assert_eq!(
        bands("leave_below = 10.5", "leave_below = 5.999"),
        ["`priority_review` would be left below where `offer_support` begins; \
          make `leave_below` at least the `from` of `offer_support`"]
    );
    assert_eq!(
        bands("from = 1\nleave_below = 0.5", "from = 0\nleave_below = 0"),
        ["`monitor` must begin above 0 points; 0 points are no current concern"]
    );
    assert_eq!(
        bands("[[band]]\nname = \"offer_support\"\nfrom = 6\nleave_below = 5\nminutes_a_month = 90\n", ""),
        ["there is no band `offer_support`; add a [[band]] for it, lowest band first"]
    );
    assert_eq!(
        bands("from = 12", "from = 12.3456"),
        ["`from` must be points, but this is a number with decimals; \
          write points with at most three decimals and without quotes, such as 10.5"]
    );
}

#[test]
fn points_are_read_digit_by_digit() {
    let with_cap = |written: &str| {
        let file = embedded().into_iter().find(|file| file.name == "bands.toml").unwrap();
        load(&shipped_but("bands.toml", &file.text.replace("opinion_cap = 3", &format!("opinion_cap = {written}"))))
    };
    for (written, milli) in
        [("3", 3_000), ("0.001", 1), ("2.5", 2_500), ("2.050", 2_050), ("0", 0), ("1_000", 1_000_000)]
    {
        assert_eq!(with_cap(written).unwrap().arithmetic.opinion_cap, milli, "{written}");
    }
    for written in ["-1", "-0.5", "1e3", "1.5e1", "inf", "nan", "0x10", "\"3\"", "9223372036854775807"] {
        let error = with_cap(written).unwrap_err();
        assert!(error.diagnostics[0].message.starts_with("`opinion_cap` must be points"), "{written}: {error}");
    }
}

#[test]
fn points_and_shares_must_make_sense() {
    let bands = |right: &str, wrong: &str| told("bands.toml", right, wrong);
    assert_eq!(
        bands("[1, 3, 7, 12]", "[1, 3, 3, 12]"),
        ["each severity must count more than the one before it; such as [1, 3, 7, 12]"]
    );
    assert_eq!(
        bands("[1, 3, 7, 12]", "[1, 3, 7]"),
        [
            "`severity` needs the points of severities 1 to 4, but there are 3; write four numbers, such as [1, 3, 7, 12]"
        ]
    );
    assert_eq!(
        bands("[100, 125, 150]", "[100, 90, 150]"),
        ["`repetition_percent` must be a list of whole numbers from 100 to 400, but this is a whole number; \
          write a list such as [100, 125, 150]"]
    );
    assert_eq!(
        bands("[100, 125, 150]", "[150, 125]"),
        ["`repetition_percent` must not fall; put the numbers in order, smallest first"]
    );
    assert_eq!(
        bands("same_event_percent = 25", "same_event_percent = 101"),
        ["`same_event_percent` must be from 0 to 100; choose a number between them"]
    );
    assert_eq!(bands("severity = 4", "severity = 5"), ["`severity` must be from 1 to 4; choose a number between them"]);
}

#[test]
fn mitigations_must_answer_something_that_there_is() {
    let news = |right: &str, wrong: &str| told("mitigation.toml", right, wrong);
    assert_eq!(news("\"a9\"]", "\"a99\"]"), [r#"no rule has the catalogue id "a99"; did you mean "a9"?"#]);
    assert_eq!(
        news("answers_indicator_in = \"indicator\"", "answers_indicator_in = \"record\""),
        ["`record` does not hold the letter of an indicator; name a field whose words are a to e"]
    );
    assert_eq!(
        news("answers_indicator_in = \"indicator\"\n", ""),
        [
            r#"this mitigation does not say what it answers; write answers = ["a1", ...], or answers_indicator_in = "FIELD""#
        ]
    );
    assert_eq!(
        news("\nanswers_indicator_in", "\nlater_year_only = true\nanswers_indicator_in"),
        ["evidence of kind `county_record` has no year; leave out `later_year_only`"]
    );
    assert_eq!(
        news("leaves_percent = 50", "leaves_percent = 100"),
        ["`leaves_percent` must be from 0 to 99; choose a number between them"]
    );
    assert_eq!(
        news("m.action-completed", "m.clean-return"),
        [r#"the id "m.clean-return" stands twice; rename or remove one of them"#]
    );
}

#[test]
fn every_indicator_must_be_assessed_by_something() {
    let coverage = |right: &str, wrong: &str| told("coverage.toml", right, wrong);
    assert_eq!(
        coverage("source = \"complaints\"", "source = \"complaint\""),
        [r#""complaint" is not a kind of source; did you mean "complaints"?"#]
    );
    assert_eq!(
        coverage("source = \"complaints\"\n", ""),
        [
            "this entry names neither a fact nor a source; write `evidence` and `when` for a fact, or `source` for a feed"
        ]
    );
    assert_eq!(
        coverage("evidence = \"audit_outcome\"\n", ""),
        ["a fact needs both `evidence` and `when`; write `evidence` and `when` for a fact, or `source` for a feed"]
    );
    assert_eq!(
        coverage("must_cover = [\"a\"]", "must_cover = [\"f\"]"),
        [r#""f" is not an indicator; it may be "a", "b", "c", "d" or "e""#]
    );
    let file = embedded().into_iter().find(|file| file.name == "coverage.toml").unwrap();
    let without_d = file.text.replace("indicator = \"d\"", "indicator = \"e\"");
    assert_eq!(
        shown(&shipped_but("coverage.toml", &without_d)),
        "error: bands.toml and the other rule files: nothing says what indicator d is assessed by
  = help: add an [[assessed_by]] for it

1 problem in the rules; nothing was loaded"
    );
}

#[test]
fn a_set_without_one_of_its_tables_is_not_loaded() {
    for (file, table) in [("bands.toml", "[points]"), ("bands.toml", "[ceiling]"), ("coverage.toml", "[coverage]")] {
        let text = embedded().into_iter().find(|found| found.name == file).unwrap().text;
        let from = text.find(&format!("\n{table}\n")).unwrap();
        let to = text[from + 2..].find("\n[").map_or(text.len(), |next| from + 2 + next);
        let error = load(&shipped_but(file, &format!("{}{}", &text[..from], &text[to..]))).unwrap_err();
        assert_eq!(error.diagnostics.len(), 1, "{error}");
        assert_eq!(error.diagnostics[0].message, format!("no rule file has a {table}"));
    }
}

#[test]
fn the_floor_may_be_left_out() {
    let text = embedded().into_iter().find(|file| file.name == "bands.toml").unwrap().text;
    let text = text.replace("[floor]\nseverity = 4\nband = \"priority_review\"\n", "");
    assert_eq!(load(&shipped_but("bands.toml", &text)).unwrap().floor, None);
    assert!(shipped().floor.is_some());
}

#[test]
fn two_files_of_one_name_are_refused() {
    let mut files = embedded();
    files.push(files[0].clone());
    let error = load(&files).unwrap_err();
    assert!(error.diagnostics.iter().any(|found| found.message == "there are two files of this name"), "{error}");
}

#[test]
fn deeply_nested_files_are_refused_without_harm() {
    for opening in ["[", "{a=", "[[", "a.", "x=["] {
        let files = [RuleFile { name: "deep.toml".to_owned(), text: format!("a = {}", opening.repeat(20_000)) }];
        assert!(load(&files).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_makes_the_loader_panic(text in any::<String>()) {
        let files = [RuleFile { name: "any.toml".to_owned(), text }];
        if let Err(error) = load(&files) {
            prop_assert!(!error.diagnostics.is_empty());
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn no_cut_through_a_shipped_file_makes_it_panic(
        file in 0_usize..9,
        from in any::<prop::sample::Index>(),
        length in 0_usize..200,
        put in "[\\[\\]{}'\"=.,\u{e9}\u{feff}\n a-z0-9-]{0,12}",
    ) {
        let mut files = embedded();
        let text: Vec<char> = files[file].text.chars().collect();
        let from = from.index(text.len());
        let to = (from + length).min(text.len());
        files[file].text = text[..from].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(&text[to..]).collect();
        let cut = files.swap_remove(file);
        let lines = cut.text.lines().count();
        // Alone it lacks the tables of the others, so there is always something to say.
        let error = load(&[cut]).unwrap_err();
        for found in &error.diagnostics {
            prop_assert!(found.place.line <= lines + 1, "{found:?}");
        }
        prop_assert!(error.to_string().ends_with("nothing was loaded"));
    }
}
