//! Bad input, through a whole run: a clear error with a stable code, the bytes kept, and the next run unharmed.

use crate::support::source::Answer;
use crate::support::{OUTCOMES, REGISTER, World, on_both};
use bellwether::auth::Sources;
use bellwether::error::{AppError, Code};
use bellwether::feeds::read::Format;
use bellwether::ingest::RunReport;
use bellwether::triage::{self, RunStatus};
use rust_xlsxwriter::Workbook;
use std::io::Write;

on_both!(
    files_as_people_send_them_are_taken,
    files_that_cannot_be_used_are_told_and_kept,
    servers_that_fail_are_told,
    a_workbook_with_titles_and_merged_cells_is_taken,
    a_workbook_that_is_a_zip_bomb_is_refused,
);

async fn pulled(world: &World, body: impl Into<Vec<u8>>, etag: &str) -> Result<RunReport, AppError> {
    world.source.set("/outcomes", body, etag);
    world.pull("outcomes").await
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

async fn files_as_people_send_them_are_taken(world: World) {
    // The name has a letter that every encoding writes in its own way.
    let register = REGISTER.replace("Aldermarsh", "Aldermärsh");
    world.register(&register);
    let outcomes = OUTCOMES.replace("Aldermarsh", "Aldermärsh");
    let windows: Vec<u8> = outcomes.chars().map(|letter| if letter == 'ä' { 0xE4 } else { letter as u8 }).collect();
    let semicolons = outcomes.replace(',', ";");
    let titled = format!("Outcomes of limited assurance reviews 2025/26\nSent by the northern firm\n\n{outcomes}");
    for (number, (what, body)) in [
        ("UTF-8", outcomes.clone().into_bytes()),
        ("UTF-8 with a byte order mark", [b"\xEF\xBB\xBF".as_slice(), outcomes.as_bytes()].concat()),
        ("UTF-16", utf16(&outcomes)),
        ("Windows-1252", windows),
        ("semicolons", semicolons.into_bytes()),
        ("title rows", titled.into_bytes()),
        ("Windows line ends", outcomes.replace('\n', "\r\n").into_bytes()),
    ]
    .into_iter()
    .enumerate()
    {
        let report = pulled(&world, body, &format!("\"{number}\"")).await.unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!((report.read, report.review, report.rejected), (4, 1, 1), "{what}: {report:?}");
        // Two days in two habits: after the first file, each says the same.
        assert_eq!((report.accepted, report.unchanged), if number == 0 { (2, 0) } else { (0, 2) }, "{what}");
    }
}

async fn files_that_cannot_be_used_are_told_and_kept(world: World) {
    world.register(REGISTER);
    for (number, (what, body, code, words)) in [
        (
            "a missing column",
            "authority_reference,name,financial_year_end,county\nNA001,Aldermarsh,2026,Wealdshire\n",
            Code::FileUnusable,
            "status",
        ),
        ("other columns altogether", "colour,shape\nred,round\n", Code::FileUnreadable, "colour"),
        ("HTML", "<!doctype html><html><head><title>Sign in</title></head></html>", Code::FetchFailed, "Sign in"),
        ("nothing", "", Code::FetchFailed, "empty"),
        ("binary", "\u{1}\u{2}\u{3}\u{0}\u{4}\u{0}\u{5}", Code::FileUnreadable, ""),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = pulled(&world, body, &format!("\"{number}\"")).await.expect_err(what);
        assert_eq!(refused.code, code, "{what}: {refused}");
        assert!(refused.told().to_lowercase().contains(&words.to_lowercase()), "{what}: {}", refused.told());
        let run = &triage::runs_of(&world.app.store, &Sources::All, Some("outcomes"), (None, 1)).unwrap()[0];
        assert_eq!(run.status, RunStatus::Failed, "{what}");
    }
    assert_eq!(triage::summary(&world.app.store, 1).unwrap().evidence, 0);
    assert_eq!(pulled(&world, OUTCOMES, "\"good\"").await.unwrap().accepted, 2, "the next good file is taken");
}

async fn servers_that_fail_are_told(world: World) {
    world.register(REGISTER);
    let location = |to: String| vec![("Location".to_owned(), to)];
    for (what, answer, words) in [
        ("not there", Answer { status: 404, headers: Vec::new(), body: Vec::new() }, "404"),
        ("not allowed", Answer { status: 401, headers: Vec::new(), body: Vec::new() }, "401"),
        (
            "a circle",
            Answer { status: 302, headers: location(world.source.url("/outcomes")), body: Vec::new() },
            "redirect",
        ),
        (
            "elsewhere",
            Answer { status: 302, headers: location("http://elsewhere.invalid/".to_owned()), body: Vec::new() },
            "elsewhere.invalid",
        ),
    ] {
        world.source.set_answer("/outcomes", answer);
        let refused = world.pull("outcomes").await.expect_err(what);
        assert_eq!(refused.code, Code::FetchFailed, "{what}");
        assert!(refused.told().to_lowercase().contains(words), "{what}: {}", refused.told());
        assert!(refused.told().contains("outcomes"), "{what} names the feed: {}", refused.told());
    }
}

async fn a_workbook_with_titles_and_merged_cells_is_taken(world: World) {
    world.register(REGISTER);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Opinions").unwrap();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    sheet.merge_range(0, 0, 0, 5, "Limited assurance reviews", &bold).unwrap();
    for (column, heading) in
        ["Authority reference", "Council", "District", "Year ended", "Status", "Certified on"].iter().enumerate()
    {
        sheet.write(2, column as u16, *heading).unwrap();
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    for (row, (reference, name)) in
        [("NA001", "Aldermarsh PC"), ("NA002", "Great Pellow Parish Council")].iter().enumerate()
    {
        let row = row as u32 + 3;
        sheet.write(row, 0, *reference).unwrap();
        sheet.write(row, 1, *name).unwrap();
        sheet.write(row, 3, "31 March 2026").unwrap();
        sheet.write(row, 4, "Unqualified").unwrap();
        sheet.write_with_format(row, 5, rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 9, 10).unwrap(), &day).unwrap();
    }
    sheet.merge_range(3, 2, 4, 2, "Fenwick Vale", &bold).unwrap();
    let report = pulled(&world, book.save_to_buffer().unwrap(), "\"book\"").await.unwrap();
    assert_eq!((report.read, report.accepted, report.rejected), (2, 2, 0), "{report:?}");
}

async fn a_workbook_that_is_a_zip_bomb_is_refused(world: World) {
    world.register(REGISTER);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let zeroes = vec![b'0'; 1 << 20];
    for name in ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"] {
        zip.start_file(name, options).unwrap();
        for _ in 0..300 {
            zip.write_all(&zeroes).unwrap();
        }
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 2_000_000, "{} bytes packed", bomb.len());
    let refused = pulled(&world, bomb, "\"bomb\"").await.unwrap_err();
    assert_eq!(refused.code, Code::FileUnreadable, "{refused}");
    let feed = world.app.feed("outcomes").unwrap();
    assert_eq!(feed.format, None::<Format>, "found by its content, not by a declaration");
}
