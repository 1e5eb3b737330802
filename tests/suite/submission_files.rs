//! Files as senders send them, read and checked whole: `tests/fixtures/submissions/pass` are taken, each of `fail` draws
//! exactly the findings that its `.expected` lists (row, column, whether it refuses, code).
//!
//! A file's name begins with what it is: `outcomes-`, `reports-`, `complaints-`, `records-`, `flags-`. `FIXTURES_UPDATE=1`
//! writes what was found; read every line of it. The workbooks are made by `make_the_workbooks`, which is ignored.

use bellwether::feeds::read::{Limits, tables};
use bellwether::ingest::{Declared, Problem, SourceKind, check_of, knows_header, normalise};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The day on which the files arrive.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/submissions").join(name)
}

fn files(name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| !path.to_string_lossy().ends_with(".expected")).collect();
    files.sort();
    files
}

fn source(path: &Path) -> SourceKind {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    match name.split(['-', '.']).next().unwrap() {
        "outcomes" => SourceKind::AuditOutcomes,
        "reports" => SourceKind::AuditorReports,
        "complaints" => SourceKind::Complaints,
        "records" => SourceKind::CountyRecords,
        "flags" => SourceKind::CountyFlags,
        other => panic!("{name}: {other} is no kind of source"),
    }
}

/// What a file comes to.
#[derive(Debug, Default)]
struct Read {
    taken: usize,
    refused: usize,
    /// A line a finding.
    findings: Vec<String>,
    codes: BTreeSet<String>,
}

impl Read {
    fn add(&mut self, place: &str, stops: &str, problem: &Problem) {
        assert!(check_of(&problem.code).is_some(), "{} is in no table", problem.code);
        let column = problem.column.as_deref().unwrap_or("-");
        self.findings.push(format!("{place}\t{column}\t{stops}\t{}", problem.code));
        self.codes.insert(problem.code.clone());
    }

    fn whole(code: &str) -> Read {
        assert!(check_of(code).is_some(), "{code} is in no table");
        let findings = vec![format!("file\t-\terror\t{code}")];
        Read { findings, codes: BTreeSet::from([code.to_owned()]), ..Read::default() }
    }
}

fn read(path: &Path) -> Read {
    let (source, columns) = (source(path), BTreeMap::new());
    let bytes = std::fs::read(path).unwrap();
    let file = match tables(&bytes, None, &|name| knows_header(source, &columns, name), &Limits::default()) {
        Ok(file) => file,
        Err(problem) => return Read::whole(problem.code()),
    };
    let declared =
        Declared { feed: "fixture", source, columns: &columns, waivers: &bellwether::waivers::NONE, as_of: TODAY };
    let normalised = match normalise(&declared, &file.tables) {
        Ok(normalised) => normalised,
        Err(problem) => return Read::whole(problem.code),
    };
    let mut read = Read { taken: normalised.records.len(), refused: normalised.rejected.len(), ..Read::default() };
    let place = |place: &bellwether::ingest::Place| match &place.sheet {
        Some(sheet) => format!("{sheet}!{}", place.row),
        None => place.row.to_string(),
    };
    for row in &normalised.rejected {
        for problem in &row.problems {
            read.add(&place(&row.place), "error", problem);
        }
    }
    for record in &normalised.records {
        for problem in &record.warnings {
            read.add(&place(&record.place), "warning", problem);
        }
    }
    for (sheet, column) in &normalised.unmapped {
        read.findings.push(format!("{}\t{column}\tunmapped\t-", sheet.as_deref().unwrap_or("file")));
    }
    assert_eq!(normalised.rows_read, read.taken + read.refused, "{}", path.display());
    read
}

/// Compares the findings with those that are expected; gives what differs.
fn compare(path: &Path, read: &Read) -> Option<String> {
    let expected = PathBuf::from(format!("{}.expected", path.display()));
    let found = read.findings.iter().map(|line| format!("{line}\n")).collect::<String>();
    if std::env::var_os("FIXTURES_UPDATE").is_some() {
        if found.is_empty() {
            let _ = std::fs::remove_file(&expected);
        } else {
            std::fs::write(&expected, &found).unwrap();
        }
    }
    let kept = std::fs::read_to_string(&expected).unwrap_or_default();
    (kept != found).then(|| format!("{}\nexpected:\n{kept}found:\n{found}", path.display()))
}

#[test]
fn what_should_pass_passes_with_the_warnings_that_are_expected() {
    let files = files("pass");
    assert!(files.len() >= 25, "{}", files.len());
    let mut wrong = Vec::new();
    for path in &files {
        let read = read(path);
        if read.refused > 0 || read.taken == 0 {
            wrong.push(format!("{}: {} taken, {:?}", path.display(), read.taken, read.findings));
        }
        wrong.extend(compare(path, &read));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_should_fail_fails_with_every_finding_that_is_expected() {
    let files = files("fail");
    assert!(files.len() >= 25, "{}", files.len());
    let (mut wrong, mut codes) = (Vec::new(), BTreeSet::new());
    for path in &files {
        let read = read(path);
        if !read.findings.iter().any(|line| line.contains("\terror\t")) {
            wrong.push(format!("{}: nothing was refused", path.display()));
        }
        wrong.extend(compare(path, &read));
        codes.extend(read.codes);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(codes.len() >= 40, "only {} codes are drawn: {codes:?}", codes.len());
}

#[test]
fn spreadsheets_are_among_them() {
    for name in ["pass", "fail"] {
        for format in ["xlsx", "ods", "csv", "json"] {
            let of_format = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == format);
            assert!(files(name).iter().any(|path| of_format(&path)), "no {format} in {name}");
        }
    }
}

const HEADER: &[&str] = &[
    "Authority reference",
    "Council name",
    "District",
    "Year ended",
    "Outcome",
    "Date submitted",
    "Certificate date",
    "Gross income",
    "Matter 1 class",
    "Matter 1 assertion",
    "Matter 1 reason",
    "Matter 1 next year",
];

type Sheet<'a> = (&'a str, Vec<Vec<&'a str>>);

fn good() -> Vec<Vec<&'static str>> {
    vec![
        HEADER.to_vec(),
        vec![
            "FX001",
            "Little Harnsey",
            "Vale of Ottermere",
            "2025-03-31",
            "Qualified",
            "2025-06-20",
            "2025-09-12",
            "32100.5",
            "Except for",
            "4",
            "public rights",
            "No",
        ],
        vec![
            "FX002",
            "Great Harnsey",
            "Vale of Ottermere",
            "2025-03-31",
            "Unqualified",
            "2025-06-21",
            "2025-09-12",
            "61000",
        ],
        vec!["FX003", "Stoke Wimbley", "Vale of Ottermere", "2025-03-31", "Exempt", "2025-06-02", "", "9500"],
    ]
}

fn bad() -> Vec<Vec<&'static str>> {
    let mut rows = good();
    rows.push(vec![
        "FX004",
        "Nether Pinnock",
        "Tarn Side",
        "2025-03-31",
        "Qualified",
        "2025-06-20",
        "2025-09-12",
        "18000",
    ]);
    rows.push(vec!["FX005", "Upper Pinnock", "Tarn Side", "2025-03-31", "Exempt", "2025-06-20", "", "25000.01"]);
    rows.push(vec!["FX006", "", "Tarn Side", "2025-03-31", "Splendid", "2025-10-20", "2025-09-12", "many"]);
    rows
}

/// An .xlsx with real dates and numbers.
fn xlsx(path: &Path, sheets: &[Sheet<'_>]) {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, text) in (0..).zip(cells) {
                if let Ok(number) = text.parse::<f64>() {
                    sheet.write_number(row, column, number).unwrap();
                } else if let Ok(date) = ExcelDateTime::parse_from_str(text) {
                    sheet.write_datetime_with_format(row, column, &date, &day).unwrap();
                } else if !text.is_empty() {
                    sheet.write_string(row, column, *text).unwrap();
                }
            }
        }
    }
    book.save(path).unwrap();
}

/// An .ods with real dates and numbers.
fn ods(path: &Path, (name, rows): &Sheet<'_>) {
    use std::io::Write;
    let mut content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.3\"><office:body>\
         <office:spreadsheet><table:table table:name=\"{name}\">"
    );
    for cells in rows {
        content.push_str("<table:table-row>");
        for text in cells {
            let kind = if text.is_empty() {
                content.push_str("<table:table-cell/>");
                continue;
            } else if text.parse::<f64>().is_ok() {
                format!("office:value-type=\"float\" office:value=\"{text}\"")
            } else if text.parse::<jiff::civil::Date>().is_ok() {
                format!("office:value-type=\"date\" office:date-value=\"{text}\"")
            } else {
                "office:value-type=\"string\"".to_owned()
            };
            content.push_str(&format!("<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"));
        }
        content.push_str("</table:table-row>");
    }
    content.push_str("</table:table></office:spreadsheet></office:body></office:document-content>");
    let manifest = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest \
                    xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\">\
                    <manifest:file-entry manifest:full-path=\"/\" \
                    manifest:media-type=\"application/vnd.oasis.opendocument.spreadsheet\"/>\
                    <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\
                    </manifest:manifest>";
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let packed = zip::write::SimpleFileOptions::default();
    for (name, options, text) in [
        ("mimetype", stored, "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", packed, content.as_str()),
        ("META-INF/manifest.xml", packed, manifest),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
#[ignore = "writes the workbooks anew: cargo test --test suite -- --ignored make_the_workbooks"]
fn make_the_workbooks() {
    let notes = vec![vec!["Read me first"], vec!["These are our outcomes; ask the office."]];
    let titled = {
        let mut rows = vec![vec!["Harnsey & Co, outcomes of 2024/25"], vec![]];
        rows.extend(good());
        rows
    };
    let complaints = vec![
        vec!["Case ref", "Parish", "Received", "Decided", "About", "Decided by", "Outcome"],
        vec!["MO-2026-07", "Little Harnsey", "2026-01-12", "2026-04-30", "disrespect", "monitoring officer", "upheld"],
        vec![
            "MO-2026-08",
            "Stoke Wimbley",
            "2026-02-02",
            "2026-05-06",
            "short_notice",
            "monitoring officer",
            "no breach",
        ],
    ];
    let mut wrong_complaints = complaints.clone();
    wrong_complaints.push(vec![
        "MO-2026-09",
        "Stoke Wimbley",
        "2026-05-06",
        "2026-02-02",
        "weather",
        "monitoring officer",
    ]);
    let flags = vec![
        vec!["Flag", "Council", "Date", "First or second hand", "How sure"],
        vec!["clerk_distress", "Little Harnsey", "2026-10-02", "first-hand", "high"],
        vec!["positive_progress", "Great Harnsey", "2026-10-05", "second-hand", "medium"],
    ];
    xlsx(&folder("pass").join("outcomes-workbook.xlsx"), &[("Outcomes", good())]);
    xlsx(&folder("pass").join("outcomes-titled.xlsx"), &[("Outcomes", titled)]);
    xlsx(&folder("pass").join("outcomes-with-notes.xlsx"), &[("About", notes.clone()), ("2024-25", good())]);
    xlsx(&folder("pass").join("flags-workbook.xlsx"), &[("Flags", flags.clone())]);
    ods(&folder("pass").join("outcomes-workbook.ods"), &("Outcomes", good()));
    ods(&folder("pass").join("complaints-workbook.ods"), &("Complaints", complaints));
    xlsx(&folder("fail").join("outcomes-workbook.xlsx"), &[("Outcomes", bad())]);
    xlsx(&folder("fail").join("outcomes-no-table.xlsx"), &[("About", notes)]);
    ods(&folder("fail").join("outcomes-workbook.ods"), &("Outcomes", bad()));
    ods(&folder("fail").join("complaints-workbook.ods"), &("Complaints", wrong_complaints));
}
