//! What each fuzz target does with its bytes, and what must hold whatever they are.
//!
//! In: any bytes. Out: nothing; a panic where something doesn't hold. Always holds: no panic, no endless work, and the
//! promises that the readers, the mapping, the matching and the dates make in the heads of their modules. The suite runs
//! these over the seeds and some thousand changes of them; `cargo fuzz run` runs them for as long as it is let.

use bellwether::feeds::read::dates::{from_serial, parse_date};
use bellwether::feeds::read::{Cell, Format, Limits, ReadFile, tables};
use bellwether::ingest::{Declared, SourceKind, knows_header};
use bellwether::matching::{Asked, Decision, Index, Listed};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Small, so that a bomb is found by its working and not by the machine's memory.
fn limits() -> Limits {
    Limits { rows: 2_000, columns: 200, cells: 20_000, expanded: 4 << 20, ratio_from: 1 << 20, ..Limits::default() }
}

/// Headers of every kind of source, and the one that tests of the readers use.
fn known(name: &str) -> bool {
    let none = BTreeMap::new();
    name.eq_ignore_ascii_case("council") || SourceKind::ALL.iter().any(|kind| knows_header(*kind, &none, name))
}

fn read(bytes: &[u8], hint: Option<Format>) -> Option<ReadFile> {
    let limits = limits();
    match tables(bytes, hint, &known, &limits) {
        Ok(file) => {
            sound(&file, &limits);
            Some(file)
        }
        Err(problem) => {
            assert!(!problem.code().is_empty() && !problem.to_string().trim().is_empty());
            None
        }
    }
}

fn sound(file: &ReadFile, limits: &Limits) {
    assert!(!file.tables.is_empty());
    for table in &file.tables {
        assert!(table.rows.len() <= limits.rows && table.header.len() <= limits.columns);
        assert!(table.rows.len() * table.header.len() <= limits.cells);
        assert!(table.header.iter().all(|name| !name.contains('\0')), "{:?}", table.header);
        for row in &table.rows {
            assert_eq!(row.cells.len(), table.header.len());
            assert!(row.cells.iter().all(is_sound), "{:?}", row.cells);
        }
        assert!(table.problems.iter().all(|problem| !problem.code.is_empty() && !problem.message.is_empty()));
    }
}

fn is_sound(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => !text.is_empty() && text.trim() == text && !text.contains('\0'),
        Cell::Number(number) => number.is_finite(),
        Cell::Nested(value) => !value.to_string().contains("\\u0000"),
        Cell::Empty | Cell::Date(_) | Cell::YesNo(_) => true,
    }
}

/// Text in columns.
pub fn csv(bytes: &[u8]) {
    read(bytes, Some(Format::Csv));
}

/// JSON, and JSON lines.
pub fn json(bytes: &[u8]) {
    read(bytes, Some(Format::Json));
    read(bytes, Some(Format::Jsonl));
}

/// Workbooks of either kind, whatever they say they are.
pub fn workbook(bytes: &[u8]) {
    read(bytes, None);
}

/// Any file, mapped and checked as a file of the kind of source that the first byte names.
pub fn mapping(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let kinds = SourceKind::ALL;
    let Some(source) = kinds.get(usize::from(*kind) % kinds.len()).copied() else { return };
    let Some(file) = read(bytes, None) else { return };
    let columns = BTreeMap::from([("Parish".to_owned(), "name".to_owned())]);
    let declared = Declared {
        feed: "fuzz",
        source,
        columns: &columns,
        waivers: &bellwether::waivers::NONE,
        as_of: date(2026, 11, 21),
    };
    match bellwether::ingest::normalise(&declared, &file.tables) {
        Ok(found) => {
            // A row of one table may state several things; none is lost.
            assert!(found.records.len() + found.rejected.len() >= found.rows_read, "{found:?}");
            for rejected in &found.rejected {
                assert!(!rejected.problems.is_empty(), "{rejected:?}");
                assert!(
                    rejected.problems.iter().all(|problem| !problem.message.is_empty() && !problem.code.is_empty())
                );
            }
            for record in &found.records {
                assert!(!record.record_key.is_empty() && !record.chain.is_empty(), "{record:?}");
                let day = record.happened_on.max(record.determined_on);
                assert!(day.is_none_or(|day| day <= declared.as_of), "{record:?}");
            }
            let again = bellwether::ingest::normalise(&declared, &file.tables);
            assert_eq!(again.ok(), Some(found));
        }
        Err(problem) => assert!(!problem.code.is_empty() && !problem.message.is_empty()),
    }
}

/// Invented parishes: shared names, former names, a group, a retired code with its successor.
fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let rows = [
            (1, "Aldermarsh", "", "Fenwick Vale", true),
            (2, "Great Pellow", "Pellow Magna", "Fenwick Vale", true),
            (3, "Little Pellow", "", "Fenwick Vale", true),
            (4, "Coldbrook with Fenny Hatch", "", "Tarn Side", true),
            (5, "Thornley Green", "", "Fenwick Vale", true),
            (6, "Thornley Green", "", "Tarn Side", true),
            (7, "Old Marrow", "", "Tarn Side", false),
            (8, "Old Marrow", "", "Tarn Side", true),
            (9, "St Osyth-in-the-Marsh", "", "Tarn Side", true),
            (10, "Bishop's Hollow (Wealdshire)", "", "", true),
        ];
        let listed = rows.map(|(id, name, former, district, current)| Listed {
            council_id: id,
            gss_code: format!("E0499{id:04}"),
            name: name.to_owned(),
            other_names: Some(former.to_owned()).into_iter().filter(|name| !name.is_empty()).collect(),
            council_name: (id == 3).then(|| "The Pellows Group".to_owned()),
            district: district.to_owned(),
            county: if district.is_empty() { String::new() } else { "Wealdshire".to_owned() },
            current,
        });
        Index::build(listed.to_vec())
    })
}

/// Lines of a text as name, code, district and county.
pub fn matching(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let name = lines.next().unwrap_or_default();
    let mut further = || lines.next().filter(|line| !line.is_empty());
    let asked = Asked { name, gss_code: further(), district: further(), county: further() };
    let once = bellwether::matching::normalise(name);
    assert_eq!(bellwether::matching::normalise(&once), once, "normalising twice is normalising once");
    let answer = index().decide(&asked);
    assert!(!answer.reason.is_empty() && answer.candidates.len() <= 10);
    match answer.decision {
        Decision::Matched => {
            let [council] = answer.candidates.as_slice() else { panic!("{asked:?}: {answer:?}") };
            assert_ne!(council.council_id, 7, "what is matched is a current council");
        }
        Decision::Review => assert!(!answer.candidates.is_empty(), "{asked:?}: {answer:?}"),
        Decision::None => assert!(answer.candidates.is_empty(), "{asked:?}: {answer:?}"),
    }
    assert_eq!(index().decide(&asked), answer, "asked twice, answered alike");
}

/// A text as a date, and its first eight bytes as a serial number of a spreadsheet.
pub fn dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match parse_date(&text) {
        Ok(day) => {
            assert!((1900..=2100).contains(&day.year()), "{text:?}: {day}");
            assert_eq!(parse_date(&day.to_string()), Ok(day));
            assert_eq!(parse_date(&day.strftime("%d/%m/%Y").to_string()), Ok(day));
            assert_eq!(parse_date(&day.strftime("%A %d %B %Y").to_string()), Ok(day));
        }
        Err(problem) => assert!(!problem.code().is_empty() && !problem.to_string().is_empty()),
    }
    if let Some(first) = bytes.first_chunk::<8>()
        && let Ok(day) = from_serial(f64::from_le_bytes(*first))
    {
        assert!((1900..=2100).contains(&day.year()), "{day}");
    }
}
