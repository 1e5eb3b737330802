//! Files whose content is an attack or an accident: a million columns, NUL characters, cells that spreadsheets evaluate.

use super::{next_run_is_good, told_and_up};
use crate::support::{OUTCOMES, REGISTER, World, client, get, on_both, tables};
use bellwether::error::Code;
use bellwether::triage::RunStatus;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

on_both!(
    a_million_columns_are_refused_at_once_and_kept,
    nul_characters_are_taken_out_and_noted_or_held_with_their_row,
    no_export_holds_a_formula,
);

/// A CSV file whose header, or whose row of data, has a million cells.
fn million(header: bool) -> String {
    let (first, rest) = OUTCOMES.split_once('\n').unwrap();
    let more: String =
        (0..1_000_000).map(|number| if header { format!(",c{number}") } else { ",x".to_owned() }).collect();
    if header { format!("{first}{more}\n{rest}") } else { format!("{first}\nNA001,Aldermarsh{more}\n{rest}") }
}

fn json_of_a_million_keys() -> String {
    let keys: Vec<String> = (0..1_000_000).map(|number| format!("\"k{number}\":1")).collect();
    format!("[{{\"authority_reference\":\"NA001\",{}}}]", keys.join(","))
}

async fn a_million_columns_are_refused_at_once_and_kept(world: World) {
    world.register(REGISTER);
    let base = world.serve();
    for (what, body) in [("header", million(true)), ("keys", json_of_a_million_keys())] {
        let sha256 = bellwether::digest::sha256_hex(body.as_bytes());
        world.source.set("/outcomes", body, &format!("\"{what}\""));
        let started = Instant::now();
        let refused = world.pull("outcomes").await.expect_err(what);
        assert!(started.elapsed() < Duration::from_secs(60), "{what}: took {:?}", started.elapsed());
        assert!(refused.told().contains("columns") && refused.told().contains("1000"), "{what}: {}", refused.told());
        told_and_up(&world, &base, (what, &refused, Code::FileUnreadable)).await;
        assert_eq!(tables::holding(&world.app.store, &sha256), ["documents.sha256"], "{what}: its bytes are kept");
    }
    // A single row that is too wide is that row's fault: the others are taken.
    world.source.set("/outcomes", million(false), "\"row\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.status, report.read, report.accepted), (RunStatus::Applied, 5, 2), "{report:?}");
    assert!(report.held.iter().any(|held| held.contains("row 2")), "{:?}", report.held);
}

/// A workbook of one sheet, with a NUL as XML spells it in a cell.
fn workbook_with_nul() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(OUTCOMES.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(book.save_to_buffer().unwrap())).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut part = Vec::new();
        entry.read_to_end(&mut part).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name == "xl/sharedStrings.xml" {
            part = String::from_utf8(part).unwrap().replace("Aldermarsh", "Alder&#0;marsh").into_bytes();
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&part).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

async fn nul_characters_are_taken_out_and_noted_or_held_with_their_row(world: World) {
    world.register(REGISTER);
    let base = world.serve();
    let good = r#"{"authority_reference":"NA001","name":"Aldermarsh","district":"Fenwick Vale","financial_year_end":"2026-03-31","status":"unqualified","submitted_on":"2026-06-20","certified_on":"2026-09-10""#;
    let with = |more: &str| format!("[{good}{more}}}]").into_bytes();
    for (what, body, taken) in [
        ("CSV", OUTCOMES.replace("Aldermarsh", "Alder\0marsh").replace("NA002", "NA\x0002").into_bytes(), 2),
        ("no NUL, as JSON", with(""), 1),
        ("a name", format!("[{}}}]", good.replace("Aldermarsh", "Alder\\u0000marsh")).into_bytes(), 1),
        ("a key", with(r#","ot\u0000her":"x\u0000y""#), 1),
        ("a nested value", with(r#","notes":{"a\u0000b":["c\u0000d"]}"#), 1),
        (
            "a value that is refused",
            format!("[{}}}]", good.replace("unqualified", "mag\\u0000nificent")).into_bytes(),
            0,
        ),
        ("a name that nobody has", format!("[{}}}]", good.replace("Aldermarsh", "No\\u0000where")).into_bytes(), 0),
        (
            "a nested name",
            format!("[{}}}]", good.replace("\"Aldermarsh\"", "{\"a\":\"No\\u0000where\"}")).into_bytes(),
            0,
        ),
        (
            "lines",
            format!("{good}}}\n{}}}\n", good.replace("NA001", "NA\\u0000002").replace("Aldermarsh", "Great Pellow"))
                .into_bytes(),
            2,
        ),
    ] {
        world.source.set("/outcomes", body, &format!("\"{what}\""));
        let report = world.pull("outcomes").await.unwrap_or_else(|e| panic!("{what}: {}", e.told()));
        let counted = report.accepted + report.unchanged + report.review + report.rejected;
        assert_eq!((report.status, counted), (RunStatus::Applied, report.read), "{what}: {report:?}");
        assert!(report.accepted + report.unchanged >= taken, "{what}: {report:?}");
        let (status, _, page) = get(&format!("{base}/runs/{}", report.run.unwrap())).await;
        assert_eq!((status, page.contains('\0')), (200, false), "{what}");
    }
    // XML has no NUL: such a workbook is damaged, or the cell is read without it.
    world.source.set("/outcomes", workbook_with_nul(), "\"book\"");
    match world.pull("outcomes").await {
        Ok(report) => assert_eq!(report.read, 4, "{report:?}"),
        Err(refused) => assert_eq!(refused.code, Code::FileUnreadable, "{}", refused.told()),
    }
    assert_eq!(get(&format!("{base}/ready")).await.0, 200);
    world.source.set("/outcomes", format!("{OUTCOMES}\n"), "\"good\"");
    assert_eq!(world.pull("outcomes").await.unwrap().read, 4);
}

/// Names that a spreadsheet would evaluate, were they cells.
const FORMULAS: [&str; 6] =
    ["=HYPERLINK(\"http://evil.invalid\")", "+44 1632", "-2+3", "@SUM(A1:A9)", "\tTab", "\rReturn"];

async fn no_export_holds_a_formula(world: World) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["gss_code", "name", "former_name", "district_code", "district", "county", "current"]).unwrap();
    for (number, name) in FORMULAS.iter().enumerate() {
        let code = format!("E0499{number:04}");
        writer.write_record([&code, *name, "", "E07990001", "=1+1", "@Wealdshire", "true"]).unwrap();
    }
    world.register(&String::from_utf8(writer.into_inner().unwrap()).unwrap());
    bellwether::triage::rescore_all(&world.app, "test").unwrap();
    let base = world.serve();
    // Filters are recorded, and go into the audit log's export.
    for address in ["/list.csv", "/list.xlsx?name=%3D1%2B1", "/audit.csv", "/audit.xlsx"] {
        let answer = client(&base).get(format!("{base}{address}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{address}");
        let bytes = answer.bytes().await.unwrap();
        if address.contains(".csv") {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            if address.starts_with("/list") {
                assert!(text.contains("'=HYPERLINK") && text.contains("'@SUM"), "{address}: {text}");
            }
            no_field_is_a_formula(address, text.trim_start_matches('\u{feff}'));
        } else {
            no_cell_is_a_formula(address, &bytes);
        }
    }
}

fn no_field_is_a_formula(address: &str, text: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let fields: Vec<String> =
        reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(fields.len() > 20, "{address}: {text}");
    for field in fields.iter().filter(|field| field.parse::<f64>().is_err()) {
        assert!(
            !field.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
            "{address}: {field:?}"
        );
    }
}

fn no_cell_is_a_formula(address: &str, bytes: &[u8]) {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut sheets = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        if name.starts_with("xl/worksheets/sheet") {
            sheets += 1;
            assert!(
                !text.contains("<f>") && !text.contains("<f ") && !text.contains("<hyperlink"),
                "{address}: {text}"
            );
        }
    }
    assert_eq!(sheets, 2, "{address}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answers_of_match_hold_no_formula() {
    let world = World::new(crate::support::Backend::Sqlite).await.unwrap();
    world.register(REGISTER);
    let (list, out) = (world.folder.path().join("list.csv"), world.folder.path().join("out.csv"));
    std::fs::write(&list, "name\n=1+1\n@SUM(A1)\nAldermarsh\n").unwrap();
    let program = crate::support::program::Program::of(&world, "");
    let file = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let arguments = ["match".to_owned(), "--names".to_owned(), file(&list), "--out".to_owned(), file(&out)];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    assert!(program.command(&[], &arguments).status().unwrap().success());
    let answers = std::fs::read_to_string(&out).unwrap();
    assert!(
        answers.contains("\n'=1+1,") && answers.contains("\n'@SUM(A1),") && answers.contains("\nAldermarsh,"),
        "{answers}"
    );
    next_run_is_good(&world).await;
}
