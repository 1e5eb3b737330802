//! Tests of the columns' tables, of how headers are recognised, and that the documentation says the same.

use super::*;
use std::collections::BTreeSet;

#[test]
fn headers_are_known_by_name_alias_and_declaration() {
    let none = BTreeMap::new();
    for (header, known) in [
        ("status", true),
        ("STATUS ", true),
        ("Audit Opinion", true),
        ("Financial-Year_End", true),
        ("Matter 1 – reason", true),
        ("matter_12_assertion", true),
        ("MATTER 3 Reason Code", true),
        ("Matter 2", true),
        ("matter_13_reason", false),
        ("matter_0_reason", false),
        ("matter_reason", false),
        ("colour", false),
        ("", false),
    ] {
        assert_eq!(knows_header(SourceKind::AuditOutcomes, &none, header), known, "{header}");
    }
    assert!(!knows_header(SourceKind::Complaints, &none, "matter_1_reason"));
    let declared = BTreeMap::from([("Befund".to_owned(), "status".to_owned())]);
    assert!(knows_header(SourceKind::AuditOutcomes, &declared, "BEFUND"));
}

#[test]
fn no_two_columns_of_a_source_share_a_name_or_an_alias() {
    let tables = SourceKind::ALL.map(columns_of);
    for columns in tables.into_iter().chain([matter_columns()]) {
        let mut seen = BTreeSet::new();
        for column in columns {
            for name in [column.name].iter().chain(column.aliases) {
                assert!(seen.insert(fold(name)), "{name}");
            }
        }
    }
}

#[test]
fn every_spelling_is_folded_stands_once_and_means_a_word() {
    let of_source = |source: SourceKind| columns_of(source).iter().map(move |column| (source.evidence(), column));
    let all = SourceKind::ALL.into_iter().flat_map(of_source);
    let of_matters = matter_columns().iter().map(|column| (EvidenceKind::AuditMatter, column));
    let mut choices = 0;
    for (kind, column) in all.chain(of_matters) {
        let Holds::Choice(field, spellings) = column.holds else { continue };
        choices += 1;
        let words = words_of(kind, field);
        assert!(!words.is_empty(), "{} {}", kind.name(), column.name);
        let mut seen: BTreeSet<&str> = words.iter().copied().collect();
        for (spelling, word) in spellings {
            assert!(words.contains(word), "{} {word}", column.name);
            assert_eq!(fold_word(spelling), *spelling, "{}", column.name);
            assert!(seen.insert(spelling), "{} {spelling}", column.name);
        }
    }
    assert_eq!(choices, 20);
}

#[test]
fn every_field_that_a_source_can_say_has_a_column() {
    // What intake works out by itself, or reads from a column of another name.
    let derived = ["year", "days_late", "except_for_matters", "other_matters"];
    for source in SourceKind::ALL {
        for field in source.evidence().fields().iter().filter(|field| !derived.contains(&field.name)) {
            assert!(column_of(source, field.name).is_some(), "{} {}", source.name(), field.name);
        }
    }
    for field in EvidenceKind::AuditMatter.fields().iter().filter(|field| !["year", "status"].contains(&field.name)) {
        assert!(matter_part(field.name).is_some_and(|column| column.name == field.name), "{}", field.name);
    }
}

#[test]
fn words_fold_alike_and_near_words_are_found() {
    assert_eq!(fold_word(" Information Commissioner’s  Office "), "information_commissioners_office");
    assert_eq!(fold_word("–"), "");
    assert_eq!(most_alike("staus", ["status", "stage"]), Some("status"));
    assert_eq!(most_alike("colour", ["status", "stage"]), None);
    assert_eq!(most_alike(&"status".repeat(50), ["status"]), None);
}

/// What a column accepts, in the words of the documentation.
fn accepts(kind: EvidenceKind, holds: Holds) -> String {
    match holds {
        Holds::Name => "text".to_owned(),
        Holds::Code => "a code, never a person's name, e-mail address or telephone number".to_owned(),
        Holds::GssCode => "E04 and six digits".to_owned(),
        Holds::Date => "a date, not after today".to_owned(),
        Holds::FinancialYear => "2024/25, 2024-25, 2025, or a date".to_owned(),
        Holds::Choice(field, _) => {
            words_of(kind, field).iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        }
        Holds::Whole(_) => "a whole number".to_owned(),
        Holds::Money => "pounds: £12,345.00".to_owned(),
        Holds::YesNo([]) => "yes or no".to_owned(),
        Holds::YesNo(_) => "yes or no, first-hand or second-hand".to_owned(),
        Holds::Link => "a link".to_owned(),
        Holds::Matters => "JSON only: a list of objects".to_owned(),
        Holds::Unread => "anything; kept only with the row as it stood".to_owned(),
    }
}

fn row(kind: EvidenceKind, column: &Column, prefix: &str) -> String {
    let need = match column.need {
        Need::Required => "yes".to_owned(),
        Need::UnlessGiven(other) => format!("or `{other}`"),
        Need::Optional => String::new(),
    };
    let accepts = accepts(kind, column.holds);
    let aliases = column.aliases.join(", ");
    format!("| `{prefix}{}` | {need} | {accepts} | {aliases} | {} |", column.name, column.meaning)
}

/// The rows of the tables below each heading of the documentation, without head and rule.
fn documented() -> BTreeMap<String, Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/feeds.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut heading = String::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            title.trim_matches('`').clone_into(&mut heading);
        } else if line.starts_with("| `") {
            tables.entry(heading.clone()).or_default().push(line.to_owned());
        }
    }
    tables
}

#[test]
fn the_documentation_has_every_column_as_it_is() {
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in SourceKind::ALL {
        let rows = columns_of(source).iter().map(|column| row(source.evidence(), column, "")).collect();
        expected.insert(source.name().to_owned(), rows);
    }
    let matters = matter_columns().iter().map(|column| row(EvidenceKind::AuditMatter, column, "matter_1_")).collect();
    expected.insert("Matters of an outcome".to_owned(), matters);
    let documented = documented();
    for (heading, rows) in &expected {
        let found = documented.get(heading).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(
            found.join("\n"),
            rows.join("\n"),
            "docs/feeds.md, below {heading}, should be:\n{}",
            rows.join("\n")
        );
    }
    assert_eq!(documented.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
}
