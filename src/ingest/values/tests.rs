//! Tests of text, codes, choices, yes and no, and links.

use super::*;
use crate::ingest::columns::column_of;
use crate::ingest::record::SourceKind;

fn written(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn status(text: &str) -> Result<&'static str, Unreadable> {
    let holds = column_of(SourceKind::AuditOutcomes, "status").map(|column| column.holds);
    let Some(crate::ingest::columns::Holds::Choice(field, spellings)) = holds else { panic!("{holds:?}") };
    choice(&written(text), EvidenceKind::AuditOutcome, field, spellings)
}

#[test]
fn a_choice_is_read_however_it_is_spelt() {
    for (text, word) in [
        ("Qualified", "qualified"),
        (" QUALIFIED ", "qualified"),
        ("Unqualified – other matters", "unqualified_other_matters"),
        ("unqualified & other matters", "unqualified_other_matters"),
        ("No-Return", "no_return"),
        ("Clear", "unqualified"),
    ] {
        assert_eq!(status(text), Ok(word), "{text}");
    }
}

#[test]
fn an_unknown_choice_lists_the_words_and_the_nearest() {
    let problem = status("Qualifed").unwrap_err();
    assert_eq!(problem.code, "choice_unknown");
    assert_eq!(
        problem.message,
        "holds “Qualifed”, which is none of its words. Did you mean qualified? Use one of: unqualified, \
         unqualified_other_matters, qualified, interim, no_return, exempt, incorrectly_exempt"
    );
    assert!(
        status("see the letter")
            .unwrap_err()
            .message
            .starts_with("holds “see the letter”, which is none of its words. Use")
    );
    let long = "no ".repeat(100);
    assert!(status(&long).unwrap_err().message.contains(" no no…”, which"));
}

#[test]
fn yes_and_no_are_read_in_the_habits_of_spreadsheets() {
    for text in ["Y", "yes", "TRUE", "1", "x", "X"] {
        assert_eq!(yes_no(&written(text), &[]), Ok(true), "{text}");
    }
    for text in ["N", "no", "False", "0"] {
        assert_eq!(yes_no(&written(text), &[]), Ok(false), "{text}");
    }
    assert_eq!(yes_no(&Cell::Number(1.0), &[]), Ok(true));
    assert_eq!(yes_no(&Cell::YesNo(false), &[]), Ok(false));
    let expected = "holds “maybe”; expected yes or no (Y, N, true, false, 1, 0), or a blank";
    assert_eq!(yes_no(&written("maybe"), &[]).map_err(|problem| problem.message), Err(expected.to_owned()));
}

#[test]
fn a_dash_or_not_applicable_says_nothing() {
    for text in ["", " ", "-", "–", "n/a", "N.A.", "Not applicable", "unknown", "tbc"] {
        assert!(says_nothing(&written(text)), "{text}");
    }
    for text in ["none", "no", "0", "x"] {
        assert!(!says_nothing(&written(text)), "{text}");
    }
}

#[test]
fn a_parish_code_is_e04_and_six_digits() {
    assert_eq!(gss_code(&written("e04 999001")), Ok("E04999001".to_owned()));
    for text in ["E07000001", "E0499900", "E049990011", "E04É9900", "parish"] {
        assert_eq!(gss_code(&written(text)).map_err(|problem| problem.code), Err("gss_code_unreadable"), "{text}");
    }
}

#[test]
fn links_are_of_the_web() {
    let plain = |text: &str| link(&written(text)).map(|read| (read.value, read.note.is_some()));
    assert_eq!(plain("https://example.org/a?b=c"), Ok(("https://example.org/a?b=c".to_owned(), false)));
    assert_eq!(plain("HTTP://example.org"), Ok(("HTTP://example.org".to_owned(), false)));
    assert_eq!(plain("example.org/report.pdf"), Ok(("https://example.org/report.pdf".to_owned(), true)));
    for text in [
        "on file",
        "javascript:alert(1)",
        "https://",
        "https://a b.org",
        "C:\\report.pdf",
        "report.pdf",
        ".",
        "https://x.org/\"><b>",
    ] {
        assert_eq!(plain(text).map_err(|problem| problem.code), Err("link_unreadable"), "{text}");
    }
    for text in [
        "mailto:clerk@example.org",
        "https://clerk@example.org",
        "https://example.org/?user=clerk%40example.org",
        "tel:01632960123",
    ] {
        let problem = plain(text).unwrap_err();
        assert_eq!(problem.code, "personal_data", "{text}");
        assert!(!problem.message.contains("clerk") && !problem.message.contains("960123"), "{}", problem.message);
    }
}

#[test]
fn cells_are_text_as_a_person_writes_it() {
    assert_eq!(text_of(&Cell::Number(1e15)), Some("1000000000000000".to_owned()));
    assert_eq!(text_of(&Cell::Number(0.5)), Some("0.5".to_owned()));
    assert_eq!(text_of(&Cell::Number(-0.0)), Some("0".to_owned()));
    assert_eq!(text_of(&written("  ")), None);
}
