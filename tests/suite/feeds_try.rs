//! `bellwether feeds`: what `try` prints for a real file is a declaration by which every row of it is taken; `list` shows how
//! the declared feeds stand.

use crate::command_line::{bellwether, refused, registered, told};
use crate::support::{REGISTER, World, on_both};
use bellwether::app::App;
use bellwether::clock::{Clock, noon};
use bellwether::config::Config;
use bellwether::ingest::{Asked, RunReport, Trigger, run};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::path::Path;
use std::process::Command;

on_both!(every_row_is_taken_by_what_is_printed, the_list_shows_how_the_declared_feeds_stand);

/// Outcomes as a firm may call them: one column by likeness, one by what stands in it, one misspelt word, one unread.
const HEADINGS: [&str; 8] = [
    "Client referense",
    "Name of council",
    "Borough",
    "Where in England",
    "Year ended",
    "Opinion",
    "Certifcate date",
    "Office mood",
];
const ROWS: [[&str; 8]; 2] = [
    ["NA001", "Aldermarsh PC", "Fenwick Vale", "E04990001", "2025/26", "Unqualifyed", "10/09/2026", "bright"],
    ["NA002", "Great Pellow", "Fenwick Vale", "E04990002", "2025/26", "unqualified", "11/09/2026", "grey"],
];

fn write_csv(path: &Path) {
    let mut file = csv::Writer::from_path(path).unwrap();
    file.write_record(HEADINGS).unwrap();
    ROWS.iter().for_each(|row| file.write_record(row).unwrap());
    file.flush().unwrap();
}

/// The same in a workbook with a title, real dates, and a sheet of notes.
fn write_xlsx(path: &Path) {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = book.add_worksheet();
    sheet.set_name("Opinions").unwrap();
    sheet.write_string(0, 0, "Opinions of the year").unwrap();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write_string(2, column, heading).unwrap();
        for (row, cells) in (3..).zip(ROWS) {
            let text = cells[usize::from(column)];
            match text.strip_suffix("/09/2026") {
                Some(of) => {
                    let date = ExcelDateTime::from_ymd(2026, 9, of.parse().unwrap()).unwrap();
                    sheet.write_datetime_with_format(row, column, &date, &day).unwrap()
                }
                None => sheet.write_string(row, column, text).unwrap(),
            };
        }
    }
    book.add_worksheet().set_name("About").unwrap().write_string(0, 0, "Ask the firm.").unwrap();
    book.save(path).unwrap();
}

fn declared(world: &World, text: &str) -> App {
    let mut config = (*world.app.config).clone();
    config.feeds = Config::parse(text, "printed.toml").unwrap().feeds;
    let app = App::open(config, Clock::standing_at(noon(crate::support::TODAY))).unwrap();
    app.declare().unwrap();
    app
}

async fn pulled(app: &App) -> RunReport {
    let feed = app.feed("a-new-feed").unwrap().clone();
    run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap()
}

async fn every_row_is_taken_by_what_is_printed(world: World) {
    world.register(REGISTER);
    let (csv, xlsx) = (world.folder.path().join("firm.csv"), world.folder.path().join("firm.xlsx"));
    write_csv(&csv);
    write_xlsx(&xlsx);
    for (file, accepted, unchanged) in [(&csv, 2, 0), (&xlsx, 0, 2)] {
        let text = told(&bellwether(world.folder.path(), &["feeds", "try", file.to_str().unwrap()]));
        assert!(text.contains("2 of 2 rows can be read"), "{text}");
        let app = declared(&world, &text);
        let feed = app.feed("a-new-feed").unwrap();
        let columns = [
            ("Client referense", "authority_reference"),
            ("Name of council", "name"),
            ("Borough", "district"),
            ("Where in England", "gss_code"),
            ("Year ended", "financial_year_end"),
            ("Opinion", "status"),
            ("Certifcate date", "certified_on"),
        ];
        for (theirs, ours) in columns {
            assert_eq!(feed.columns.get(theirs).map(String::as_str), Some(ours), "{theirs} in\n{text}");
        }
        assert_eq!(feed.values["status"]["Unqualifyed"], "unqualified");
        assert!(text.contains("Nothing reads the column \"Office mood"), "{text}");
        let report = pulled(&app).await;
        let counts = (report.read, report.accepted, report.unchanged, report.review, report.rejected);
        assert_eq!(counts, (2, accepted, unchanged, 0, 0), "{report:?}");
    }
}

async fn the_list_shows_how_the_declared_feeds_stand(world: World) {
    let folder = world.folder.path();
    let config = format!(
        "database = {:?}\n[[feed]]\nid = \"weekly\"\ntitle = \"Weekly\"\nsource = \"county_flags\"\n\
         location = {{ file = \"flags.csv\" }}\nschedule = \"30 6 * * MON\"\ncovers = \"all\"\n[[feed]]\nid = \"firm\"\n\
         title = \"Firm\"\nsource = \"audit_outcomes\"\nlocation = {{ file = \"firm.csv\" }}\ncovers = \"all\"\n",
        world.url
    );
    std::fs::write(folder.join("bellwether.toml"), config).unwrap();
    world.register(REGISTER);
    write_csv(&folder.join("firm.csv"));
    let line = |text: &str, id: &str| text.lines().find(|line| line.starts_with(id)).unwrap_or_default().to_owned();
    let before = told(&bellwether(folder, &["feeds", "list"]));
    for id in ["weekly", "firm"] {
        assert!(line(&before, id).contains("never run"), "{before}");
    }
    assert!(line(&before, "weekly").contains("06:30") && line(&before, "firm").contains("when asked"), "{before}");
    assert!(line(&before, "complaints").is_empty(), "only what this configuration declares:\n{before}");
    refused(&bellwether(folder, &["ingest", "run", "weekly"]));
    refused(&bellwether(folder, &["ingest", "run", "firm"]));
    let after = told(&bellwether(folder, &["feeds", "list"]));
    assert!(line(&after, "weekly").contains("failed") && line(&after, "firm").contains("failed"), "{after}");
    let try_it = told(&bellwether(folder, &["feeds", "try", "firm.csv"]));
    let keep = try_it.replace("a-new-feed", "firm");
    std::fs::write(folder.join("bellwether.toml"), format!("database = {:?}\n{keep}", world.url)).unwrap();
    told(&bellwether(folder, &["ingest", "run", "firm"]));
    let taken = told(&bellwether(folder, &["feeds", "list"]));
    assert!(line(&taken, "firm").contains("up to date") && line(&taken, "weekly").is_empty(), "{taken}");
}

#[test]
fn trying_needs_no_database_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write_csv(&folder.path().join("firm.csv"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    program.args(["--database", "postgres://bell:secret@127.0.0.1:1/wether", "feeds", "try", "firm.csv"]);
    let output = crate::support::log::run(program.current_dir(folder.path()));
    assert!(told(&output).contains("[[feed]]"));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["firm.csv"]);
}

#[test]
fn what_cannot_be_tried_says_why_and_what_next() {
    let folder = registered();
    let refusal = |arguments: &[&str]| refused(&bellwether(folder.path(), arguments));
    let absent = refusal(&["feeds", "try", "absent.csv"]);
    assert!(absent.contains("absent.csv") && absent.contains("Check the path"), "{absent}");
    assert!(refusal(&["feeds", "try", "."]).contains("it is no file"));
    let kind = refusal(&["feeds", "try", "register.csv", "--source", "moods"]);
    assert!(kind.contains("called moods") && kind.contains("county_flags"), "{kind}");
    std::fs::write(folder.path().join("prose.csv"), "Dear all\nnothing to report\n").unwrap();
    let prose = refusal(&["feeds", "try", "prose.csv"]);
    assert!(prose.contains("[file_unreadable]") && prose.contains("docs/feeds.md"), "{prose}");
    let none = told(&bellwether(folder.path(), &["feeds", "list"]));
    assert!(none.contains("No feed is declared") && none.contains("feeds try FILE"), "{none}");
}
