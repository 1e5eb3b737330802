//! Tests of guessing: by names, by likeness, by values, and which kind of source.

use super::*;
use crate::ingest::columns::columns_of;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 21);

fn guessed(text: &str, source: Option<SourceKind>) -> Guess {
    guess("new.csv", text.as_bytes(), source, TODAY).unwrap()
}

fn column(guess: &Guess, theirs: &str) -> Option<(String, By)> {
    let found = guess.columns.iter().find(|guessed| guessed.theirs == theirs)?;
    Some((found.ours.clone(), found.by))
}

fn is(ours: &str, by: By) -> Option<(String, By)> {
    Some((ours.to_owned(), by))
}

#[test]
fn the_kind_is_told_by_the_columns_and_columns_by_name_likeness_and_values() {
    let text = "Authority referense,Name of council,Where in England,Year end,Opinion,Mood\n\
                NA001,Aldermarsh,E04990001,2026-03-31,unqualified,good\n\
                NA002,Great Pellow,E04990002,2026-03-31,unqualified,bad\n";
    let guess = guessed(text, None);
    assert_eq!(guess.source, SourceKind::AuditOutcomes, "{guess:?}");
    assert_eq!(column(&guess, "Opinion"), is("status", By::Name));
    assert_eq!(column(&guess, "Name of council"), is("name", By::Likeness));
    assert_eq!(column(&guess, "Authority referense"), is("authority_reference", By::Likeness));
    assert_eq!(column(&guess, "Where in England"), is("gss_code", By::Values));
    assert_eq!(guess.unread, ["Mood"], "{guess:?}");
    assert_eq!((guess.rows, guess.sound, &guess.missing), (2, 2, &Vec::new()), "{guess:?}");
}

#[test]
fn where_headings_fit_several_kinds_their_words_decide() {
    let rows = |word: &str| format!("Type,Council,Date\n{word},Aldermarsh,2026-05-01\n");
    assert_eq!(guessed(&rows("clerk_left"), None).source, SourceKind::CountyRecords);
    assert_eq!(guessed(&rows("clerk_distress"), None).source, SourceKind::CountyFlags);
    assert_eq!(guessed(&rows("public_interest_report"), None).source, SourceKind::AuditorReports);
    let undecided = guessed(&rows("wonderful"), None);
    assert!(undecided.notes.iter().any(|note| note.contains("--source")), "{undecided:?}");
}

#[test]
fn a_heading_above_which_no_name_is_known_is_still_found() {
    let text = "Our list\n\nParish name,Datte of flag,Type of flag\nAldermarsh,2026-05-01,clerk_distress\n";
    let guess = guessed(text, Some(SourceKind::CountyFlags));
    assert_eq!(column(&guess, "Parish name"), is("name", By::Likeness), "{guess:?}");
    assert_eq!(column(&guess, "Datte of flag"), is("date", By::Likeness), "{guess:?}");
    assert_eq!(column(&guess, "Type of flag"), is("flag", By::Likeness), "{guess:?}");
    assert_eq!(guess.sound, 1, "{guess:?}");
}

#[test]
fn of_two_columns_that_may_be_one_the_first_is_declared() {
    let text = "Council,Parish,date,flag\nAldermarsh,Aldermarsh,2026-05-01,clerk_distress\n";
    let guess = guessed(text, None);
    assert_eq!(column(&guess, "Council"), is("name", By::First));
    assert_eq!((guess.sound, &guess.unread), (1, &vec!["Parish".to_owned()]), "{guess:?}");
    let own = guessed("Council,name,date,flag\nold,Aldermarsh,2026-05-01,clerk_distress\n", None);
    assert_eq!(column(&own, "name"), is("name", By::Name), "our own name comes before another that we know");
    assert_eq!((own.sound, &own.unread), (1, &vec!["Council".to_owned()]), "{own:?}");
}

#[test]
fn what_stands_in_a_column_speaks_against_a_name_and_figures_must_be_the_same() {
    let text = "reference,name,financial_year_end,status,certifcate date,box 8,other mattter\n\
                NA001,Aldermarsh,2025/26,unqualified,see below,4,late\n";
    let guess = guessed(text, Some(SourceKind::AuditOutcomes));
    for theirs in ["certifcate date", "box 8", "other mattter"] {
        assert_eq!(column(&guess, theirs), None, "{theirs}");
        assert!(guess.unread.contains(&theirs.to_owned()), "{theirs}");
    }
}

#[test]
fn words_that_are_unknown_are_listed_with_the_one_most_like_them() {
    let text = "authority_reference,name,financial_year_end,status,reminder\nNA001,Aldermarsh,2026-03-31,unqualifyed,✓\n\
                NA002,Great Pellow,2026-03-31,marvellous,no\nNA003,Coldbrook,2026-03-31,unqualified,no\n\
                NA004,Thornley Green,2026-03-31,somebody@example.org,no\n";
    let guess = guessed(text, Some(SourceKind::AuditOutcomes));
    let words = &guess.words["status"];
    let unqualified = ("unqualifyed".to_owned(), Some("unqualified".to_owned()));
    assert_eq!(words, &[unqualified, ("marvellous".to_owned(), None)], "nothing about a person is listed");
    assert_eq!(guess.words["reminder_sent"], [("✓".to_owned(), None)]);
    assert_eq!((guess.rows, guess.sound, guess.missing.len()), (4, 2, 0), "{guess:?}");
    assert!(guess.problems.iter().any(|problem| problem.contains("marvellous")), "{:?}", guess.problems);
    assert!(!format!("{guess:?}").contains("somebody@"), "{guess:?}");
    assert!(guess.notes.iter().any(|note| note.contains("1 more value")), "{:?}", guess.notes);
}

#[test]
fn what_must_be_there_and_is_not_is_named_and_what_is_no_table_is_refused() {
    let lacking = guessed("council,district,mood\nAldermarsh,Fenwick Vale,good\n", Some(SourceKind::Complaints));
    assert_eq!((&lacking.missing[..], lacking.sound), (&["reference".to_owned(), "theme".to_owned()][..], 0));
    assert!(lacking.problems[0].contains("reference"), "{lacking:?}");
    assert!(lacking.unread.contains(&"mood".to_owned()), "{lacking:?}");
    for text in ["", "a,b\n1,2\n", "\u{0}\u{1}\u{2}\u{3}"] {
        let error = guess("new.csv", text.as_bytes(), None, TODAY).unwrap_err();
        assert_eq!(error.code, Code::FileUnreadable, "{text:?}");
        assert!(error.told().contains("new.csv"), "{}", error.told());
    }
}

#[test]
fn each_sheet_may_call_a_column_what_it_likes() {
    let sheet = |name: &str, council: &str| Table {
        sheet: Some(name.to_owned()),
        header_row: 1,
        header: vec![council.to_owned(), "date".to_owned(), "flag".to_owned()],
        rows: Vec::new(),
        problems: Vec::new(),
    };
    let headings = headings(SourceKind::CountyFlags, &[sheet("North", "Council"), sheet("South", "Parish")]);
    let names: Vec<(&str, By)> =
        headings.columns.iter().filter(|one| one.ours == "name").map(|one| (&*one.theirs, one.by)).collect();
    assert_eq!(names, [("Council", By::Name), ("Parish", By::Name)]);
}

/// Some of our own columns of a kind, those that must be there among them, in any order.
fn own_headings() -> impl Strategy<Value = (SourceKind, Vec<&'static str>)> {
    prop::sample::select(SourceKind::ALL.to_vec()).prop_flat_map(|source| {
        let names: Vec<&'static str> = columns_of(source).iter().map(|column| column.name).collect();
        let count = names.len();
        (Just(source), prop::sample::subsequence(names, 2..=count).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn our_own_headings_are_guessed_as_themselves((source, names) in own_headings(), cells in prop::collection::vec("[a-z0-9/ -]{0,12}", 60)) {
        let row: Vec<&str> = cells.iter().map(String::as_str).cycle().take(names.len()).collect();
        let text = format!("{}\n{}\nx{}\n", names.join(","), row.join(","), row.join(","));
        let guess = guess("own.csv", text.as_bytes(), Some(source), TODAY).unwrap();
        let found: Vec<&str> = guess.columns.iter().map(|one| one.ours.as_str()).collect();
        prop_assert_eq!(&found, &names);
        prop_assert!(guess.columns.iter().all(|one| one.is_own() && one.by == By::Name && one.theirs == one.ours));
        prop_assert!(guess.mapping().is_empty() && guess.unread.is_empty());
    }

    #[test]
    fn every_heading_is_read_or_named_as_unread_and_nothing_panics(
        headings in prop::collection::vec("[A-Za-z]{1,8}( [a-z]{1,6})?|[%#\u{20ac}]{1,3}", 1..8),
        cells in prop::collection::vec("\\PC{0,10}", 8),
    ) {
        let mut file = csv::Writer::from_writer(Vec::new());
        let header = || ["council", "date", "flag"].into_iter().chain(headings.iter().map(String::as_str));
        file.write_record(header()).unwrap();
        file.write_record(cells.iter().map(String::as_str).cycle().take(headings.len() + 3)).unwrap();
        let bytes = file.into_inner().unwrap();
        if let Ok(guess) = guess("any.csv", &bytes, None, TODAY) {
            for heading in header() {
                let read = guess.columns.iter().any(|one| one.theirs == heading || alike(&one.theirs, heading));
                let named = guess.unread.iter().any(|one| one.starts_with(heading));
                prop_assert!(read || named, "{} of {:?}", heading, guess);
            }
        }
    }
}
