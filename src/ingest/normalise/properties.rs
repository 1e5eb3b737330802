//! What holds of every file, whatever stands in it.

use super::tests::{TODAY, declared, table};
use super::*;
use crate::evidence::{EvidenceKind, Value};
use crate::ingest::columns::{Column, Holds, Need, columns_of, matter_columns, words_of};
use crate::ingest::diff::{Matched, diff, tests::applied};
use crate::ingest::fingerprint::fingerprint;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

fn any_cell() -> impl Strategy<Value = Cell> {
    let words = prop::sample::select(vec![
        "yes",
        "qualified",
        "exempt",
        "2024/25",
        "31/03/2025",
        "£25,000",
        "E04999001",
        "clerk_left",
        "interim",
        "no_return",
        "except_for",
        "4",
        "Box 12",
        "PIR",
        "upheld",
        "decided",
        "clerk@example.org",
        "[{\"class\":\"other\"}]",
        "n/a",
    ]);
    prop_oneof![
        1 => Just(Cell::Empty),
        4 => words.prop_map(|text| Cell::Text(text.to_owned())),
        2 => "\\PC{1,9}".prop_map(Cell::Text),
        2 => prop_oneof![any::<f64>(), 36_000.0..74_000.0, Just(2025.0), Just(10.0)].prop_map(Cell::Number),
        1 => (1900_i16..2200, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Cell::Date(date(y, m, d))),
        1 => any::<bool>().prop_map(Cell::YesNo),
        1 => prop::collection::vec(("[a-z_]{0,12}", "\\PC{0,9}"), 0..4).prop_map(|members| {
            let members = members.into_iter().map(|(key, text)| (key, Json::String(text))).collect();
            Cell::Nested(Json::Array(vec![Json::Object(members), Json::Null]))
        }),
    ]
}

fn any_source() -> impl Strategy<Value = SourceKind> {
    prop::sample::select(SourceKind::ALL.to_vec())
}

/// A row with every column of the source, and for outcomes those of two matters: mostly what the columns hold.
fn any_row(source: SourceKind) -> Vec<BoxedStrategy<Cell>> {
    let of_source = columns_of(source).iter().map(|column| likely_cell(column, source.evidence()));
    let of_matter = || matter_columns().iter().map(|column| likely_cell(column, EvidenceKind::AuditMatter));
    let matters = (source == SourceKind::AuditOutcomes).then(|| of_matter().chain(of_matter()));
    of_source.chain(matters.into_iter().flatten()).collect()
}

/// Mostly what the column holds, sometimes nothing, now and then anything.
fn likely_cell(column: &'static Column, kind: EvidenceKind) -> BoxedStrategy<Cell> {
    let text = |text: &'static str| Just(Cell::Text(text.to_owned())).boxed();
    let fitting = match column.holds {
        Holds::Name => text("Little Exampling"),
        Holds::Code => "[A-Z]{2}[0-9]{3}".prop_map(Cell::Text).boxed(),
        Holds::GssCode => text("E04999001"),
        Holds::Date => (1_i8..=12).prop_map(|month| Cell::Date(date(2025, month, 1))).boxed(),
        Holds::FinancialYear => text("2023/24"),
        Holds::Choice(field, _) => {
            prop::sample::select(words_of(kind, field)).prop_map(|word| Cell::Text(word.into())).boxed()
        }
        Holds::Whole(_) => (1_i16..10).prop_map(|number| Cell::Number(f64::from(number))).boxed(),
        Holds::Money => text("£9,000.00"),
        Holds::YesNo(_) => any::<bool>().prop_map(Cell::YesNo).boxed(),
        Holds::Link => text("https://example.org/report"),
        Holds::Matters => Just(Cell::Empty).boxed(),
        Holds::Unread => text("Somebody said something."),
    };
    let blanks = if column.need == Need::Optional { 40 } else { 1 };
    prop_oneof![60 => fitting, blanks => Just(Cell::Empty), 1 => any_cell()].boxed()
}

fn full_table(source: SourceKind, rows: Vec<Vec<Cell>>) -> Table {
    let rows = (2..).zip(rows).map(|(number, cells)| Row { number, cells });
    Table { sheet: None, header_row: 1, rows: rows.collect(), header: full_header(source), problems: vec![] }
}

fn full_header(source: SourceKind) -> Vec<String> {
    let mut header: Vec<String> = columns_of(source).iter().map(|column| column.name.to_owned()).collect();
    if source == SourceKind::AuditOutcomes {
        for number in 1..=2 {
            header.extend(matter_columns().iter().map(|column| format!("Matter {number} – {}", column.name)));
        }
    }
    header
}

/// Every row is a record that rules can read, or is rejected with a reason.
fn assert_nothing_lost(table: Table, source: SourceKind) -> Normalised {
    let is_text = |cell: &Cell| match cell {
        Cell::Text(text) => !text.trim().is_empty(),
        cell => *cell != Cell::Empty,
    };
    let not_blank = table.rows.iter().filter(|row| row.cells.iter().any(is_text)).count();
    let normalised = normalise(&declared(source, &BTreeMap::new()), &[table]).unwrap();
    assert_eq!(normalised.rows_read, not_blank);
    assert_eq!(normalised.records.len() + normalised.rejected.len(), not_blank);
    assert!(normalised.rejected.iter().all(|row| !row.problems.is_empty() && !row.raw.is_empty()));
    for record in &normalised.records {
        assert_readable(
            record.kind,
            record.fields.iter().filter(|(name, _)| !["matters", "answers"].contains(&name.as_str())),
        );
        for matter in record.fields.get("matters").and_then(Json::as_array).into_iter().flatten() {
            assert_readable(EvidenceKind::AuditMatter, matter.as_object().unwrap());
        }
        assert!(record.determined_on.is_some() != (record.standing == Standing::Allegation));
        let days = record.happened_on.into_iter().chain(record.determined_on);
        assert!(days.into_iter().all(|day| day <= TODAY));
    }
    normalised
}

fn assert_readable<'a>(kind: EvidenceKind, kept: impl IntoIterator<Item = (&'a String, &'a Json)>) {
    for (name, value) in kept {
        let field = kind.fields().iter().find(|field| field.name == name);
        let field = field.unwrap_or_else(|| panic!("{} has no field {name}", kind.name()));
        assert_ne!(Value::read(field, Some(value)), Value::Unknown, "{name}: {value}");
    }
}

#[test]
fn rows_drawn_at_random_are_partly_taken_and_partly_refused() {
    // Holds the drawing of the properties below to account: were all rows refused, they would show little.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for source in SourceKind::ALL {
        let rows = prop::collection::vec(any_row(source), 600).new_tree(&mut runner).unwrap().current();
        let normalised = assert_nothing_lost(full_table(source, rows), source);
        assert!(normalised.records.len() > 10, "{}: {} taken", source.name(), normalised.records.len());
        assert!(normalised.rejected.len() > 10, "{}: {} refused", source.name(), normalised.rejected.len());
    }
}

proptest! {
    #[test]
    fn no_cell_makes_it_panic_and_no_row_is_lost(
        (source, rows) in any_source().prop_flat_map(|source| {
            let wild = prop::collection::vec(any_cell(), full_header(source).len());
            (Just(source), prop::collection::vec(prop_oneof![2 => any_row(source).boxed(), 1 => wild], 1..4))
        }),
    ) {
        assert_nothing_lost(full_table(source, rows), source);
    }

    #[test]
    fn any_header_is_read_or_refused(header in prop::collection::vec("\\PC{0,20}", 0..12), ours in "\\PC{0,9}") {
        let columns = BTreeMap::from([(header.first().cloned().unwrap_or_default(), ours)]);
        let table = Table { sheet: None, header_row: 1, header, rows: vec![], problems: vec![] };
        for source in SourceKind::ALL {
            let _ = normalise(&declared(source, &columns), std::slice::from_ref(&table));
        }
    }

    #[test]
    fn the_order_of_the_columns_and_the_place_of_the_row_change_no_fingerprint(
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
        number in 2_u32..5_000,
    ) {
        let header =
            ["reference", "gss_code", "council", "year", "status", "certified on", "matter_1_class", "Matter 1 – assertion"];
        let cells = ["EX001", "E04999001", "Little Exampling", "2024/25", "Qualified", "12/09/2025", "except for", "4"];
        let plain = table(&header, &[&cells]);
        let pick = |from: &[&'static str]| -> Vec<&'static str> { order.iter().map(|at| from[*at]).collect() };
        let mut shuffled = table(&pick(&header), &[&pick(&cells)]);
        shuffled.rows[0].number = number;
        let of = |table: Table| {
            let columns = BTreeMap::new();
            let normalised = normalise(&declared(SourceKind::AuditOutcomes, &columns), &[table]).unwrap();
            fingerprint(&normalised.records[0])
        };
        prop_assert_eq!(of(plain), of(shuffled));
    }

    #[test]
    fn a_file_that_was_applied_changes_nothing_the_second_time(
        rows in prop::collection::vec((0_usize..3, 0_usize..2, 0_usize..3, any::<bool>()), 0..12),
    ) {
        let texts = |&(reference, flag, day, shown): &(usize, usize, usize, bool)| {
            let reference = ["", "F1", "F2"][reference];
            let flag = ["advice_ignored", "clerk_distress"][flag];
            let day = ["2026-10-02", "2 October 2026", "2026-10-03"][day];
            ["Little Exampling", reference, flag, day, if shown { "Y" } else { "no" }]
        };
        let rows: Vec<_> = rows.iter().map(texts).collect();
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 5]>::as_slice).collect();
        let table = table(&["name", "reference", "flag", "date", "shown"], &rows);
        let normalised = normalise(&declared(SourceKind::CountyFlags, &BTreeMap::new()), &[table]).unwrap();
        prop_assert_eq!(normalised.records.len(), rows.len());
        let matched = || normalised.records.iter().map(|record| Matched::new(record.clone(), 1)).collect::<Vec<_>>();
        let first = diff(&[], matched());
        prop_assert_eq!(first.changes.is_empty(), first.rejected.len() == rows.len());
        let known: Vec<_> = first.changes.iter().map(applied).collect();
        let again = diff(&known, matched());
        prop_assert_eq!(again.changes, []);
        prop_assert_eq!(again.unchanged, known.len());
        prop_assert_eq!(again.rejected, first.rejected);
    }
}
