//! A national load: 200,000 invented outcomes in one CSV file, through a whole run of a feed.
//!
//! Prints the time of our run beside that of `sqlite3 .import` of the same file into a table of as many columns (or, where
//! that program isn't installed, of plain inserts of the raw cells), their ratio, and the peak of memory, all in one run.
//! Each figure is taken in a process of its own, so that peaks don't mix. Scoring the touched councils is part of our run
//! and no part of `.import`: it is told apart.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that can't go on stops")]

use bellwether::app::App;
use bellwether::clock::{Clock, noon};
use bellwether::config::Config;
use bellwether::ingest::{self, Asked, Given, RunReport, Trigger};
use jiff::civil::{Date, date};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const TODAY: Date = date(2026, 11, 21);
/// Years of one council; the earliest of the sector's present law is 2016.
const YEARS: usize = 10;
/// The parts of a run, as it logs their milliseconds.
const PARTS: [&str; 2] = ["rows", "scoring"];
const HEADER: &str = "authority_reference,gss_code,name,county,district,financial_year_end,firm,form,review_band,\
    submitted_on,reminder_sent,status,certified_on,income,report_url,version,matter_1_class,matter_1_assertion,\
    matter_1_box,matter_1_reason,matter_1_undisclosed,matter_1_repeat,matter_1_text,notes";

fn main() {
    let arguments: Vec<String> = std::env::args().filter(|argument| argument != "--bench").skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["ours", folder, rows] => ours(Path::new(folder), rows.parse().expect("a number")),
        ["cells", folder, rows] => cells(Path::new(folder), rows.parse().expect("a number")),
        _ => compare(),
    }
}

/// Everything side by side.
fn compare() {
    let folder = tempfile::tempdir().expect("a folder");
    for rows in [200_000, 20_000] {
        std::fs::write(folder.path().join(format!("{rows}.csv")), outcomes(rows, 0)).expect("written");
        std::fs::write(folder.path().join(format!("{rows}-again.csv")), outcomes(rows, rows / 100)).expect("written");
    }
    let bytes = std::fs::metadata(folder.path().join("200000.csv")).expect("a file").len();
    println!(
        "200,000 outcomes of 20,000 invented councils, {} MB, {} columns",
        bytes / 1_000_000,
        HEADER.split(',').count()
    );
    let (name, theirs) = match imported(folder.path()) {
        Some(seconds) => ("sqlite3 .import", seconds),
        None => {
            println!("sqlite3 is not installed: beside plain inserts of the raw cells instead");
            ("plain inserts", child("cells", folder.path(), 200_000)["seconds"])
        }
    };
    println!("{name:<44} {theirs:>7.2} s");
    let (small, large) = (child("ours", folder.path(), 20_000), child("ours", folder.path(), 200_000));
    let figure =
        |what: &str, seconds: f64| println!("{what:<44} {seconds:>7.2} s   {:>5.2} x {name}", seconds / theirs);
    figure("our run, without scoring", large["seconds"] - large["scoring"]);
    figure("our run, whole", large["seconds"]);
    for part in PARTS {
        println!("    {part:<40} {:>7.2} s", large[part]);
    }
    figure("the same again with a hundredth changed", large["again"]);
    let (of_small, of_large) = (small["peak"], large["peak"]);
    println!(
        "peak of memory: {of_small:.0} MB for 20,000 rows, {of_large:.0} MB for 200,000 ({} MB of file)",
        bytes / 1_000_000
    );
}

/// What a process of its own measured: names and numbers.
fn child(work: &str, folder: &Path, rows: usize) -> std::collections::HashMap<String, f64> {
    let program = std::env::current_exe().expect("this program");
    let run = Command::new(program).arg(work).arg(folder).arg(rows.to_string()).stderr(Stdio::inherit()).output();
    let said = String::from_utf8(run.expect("run").stdout).expect("text");
    let pair =
        |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.parse().expect("a number")));
    let mut measured: std::collections::HashMap<String, f64> = said.lines().filter_map(pair).collect();
    // The first run's own account of its parts, as it stands in the log.
    let event = said.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()).next();
    for part in PARTS {
        let milliseconds = event.as_ref().and_then(|event| event["fields"][format!("{part}_ms")].as_f64());
        measured.insert(part.to_owned(), milliseconds.unwrap_or(f64::NAN) / 1_000.0);
    }
    measured
}

/// Loads the file into a fresh database by a run of a feed, then the file with a hundredth of its rows changed.
fn ours(folder: &Path, rows: usize) {
    tracing_subscriber::fmt().json().with_writer(std::io::stdout).init();
    let database = folder.path_of(&format!("ours-{rows}.db"));
    let feed = "[[feed]]\nid = \"bench\"\ntitle = \"Bench\"\nsource = \"audit_outcomes\"\ncovers = \"all\"\n\
        max_megabytes = 500\nlocation = { file = \"none.csv\" }\n";
    let config = Config::parse(&format!("database = \"sqlite:{database}\"\n{feed}"), "bench").expect("a configuration");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let app = App::open(config, Clock::standing_at(noon(TODAY))).expect("an app");
    app.declare().expect("declared");
    let register = register(rows / YEARS);
    bellwether::register::import(&app, "bench.csv", register.as_bytes()).expect("imported");
    // Building the index of the register belongs to the register.
    app.matcher().expect("an index");
    drop(register);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (first, seconds) = run(&app, &runtime, &folder.join(format!("{rows}.csv")));
    println!("peak={}", peak());
    assert_eq!((first.accepted, first.review, first.rejected), (rows, 0, 0), "{:?}", first.held);
    println!("seconds={seconds}");
    let (again, seconds) = run(&app, &runtime, &folder.join(format!("{rows}-again.csv")));
    assert_eq!((again.accepted, again.unchanged), (rows / 100, rows - rows / 100), "{:?}", again.held);
    println!("again={seconds}");
}

fn run(app: &App, runtime: &tokio::runtime::Runtime, file: &Path) -> (RunReport, f64) {
    let asked = Asked { trigger: Trigger::Command, given: Some(Given::File(file.to_owned())), dry_run: false };
    let feed = app.feed("bench").expect("declared");
    let started = Instant::now();
    let report = runtime.block_on(ingest::run(app, feed, asked)).expect("a run");
    (report, started.elapsed().as_secs_f64())
}

/// The most memory that this process has held so far, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The seconds that `sqlite3 .import` takes; none where there is no such program.
fn imported(folder: &Path) -> Option<f64> {
    let database = folder.path_of("imported.db");
    let columns: Vec<String> = HEADER.split(',').map(|column| format!("{} TEXT", column.trim())).collect();
    let table = format!("PRAGMA journal_mode = WAL; CREATE TABLE outcomes ({})", columns.join(", "));
    let made = Command::new("sqlite3").arg(&database).arg(table).stdout(Stdio::null()).status().ok()?;
    assert!(made.success(), "a table for .import");
    let file = folder.path_of("200000.csv");
    let started = Instant::now();
    let command = format!(".import --csv --skip 1 {file} outcomes");
    let done = Command::new("sqlite3").arg(&database).arg(command).status().ok()?;
    let seconds = started.elapsed().as_secs_f64();
    assert!(done.success(), ".import");
    let count = Command::new("sqlite3").arg(&database).arg("SELECT count(*) FROM outcomes").output().ok()?;
    assert_eq!(String::from_utf8_lossy(&count.stdout).trim(), "200000", "rows of .import");
    Some(seconds)
}

/// In place of `.import`: the raw cells into a table of text columns, a hundred rows a statement, one transaction.
fn cells(folder: &Path, rows: usize) {
    use diesel::connection::SimpleConnection as _;
    use diesel::prelude::*;
    let mut connection = SqliteConnection::establish(&folder.path_of("cells.db")).expect("a database");
    let columns: Vec<&str> = HEADER.split(',').map(str::trim).collect();
    connection
        .batch_execute(&format!(
            "PRAGMA journal_mode = WAL; CREATE TABLE outcomes ({}); BEGIN",
            columns.join(" TEXT, ")
        ))
        .expect("a table");
    let started = Instant::now();
    let text = std::fs::read_to_string(folder.join(format!("{rows}.csv"))).expect("a file");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    for chunk in records.chunks(100) {
        let quoted = |record: &csv::StringRecord| {
            let cells: Vec<String> = record.iter().map(|cell| format!("'{}'", cell.replace('\'', "''"))).collect();
            format!("({})", cells.join(","))
        };
        let values: Vec<String> = chunk.iter().map(quoted).collect();
        connection.batch_execute(&format!("INSERT INTO outcomes VALUES {}", values.join(","))).expect("inserted");
    }
    connection.batch_execute("COMMIT").expect("kept");
    println!("seconds={}", started.elapsed().as_secs_f64());
}

trait PathOf {
    fn path_of(&self, name: &str) -> String;
}

impl PathOf for Path {
    fn path_of(&self, name: &str) -> String {
        self.join(name).display().to_string()
    }
}

fn register(councils: usize) -> String {
    let mut text = String::from("gss_code,name,district,county\n");
    for number in 0..councils {
        let place = format!("Parish {number},District {},County {}", number / 40, number / 300);
        writeln!(text, "E04{number:06},{place}").expect("written");
    }
    text
}

/// Outcomes of ten years of each council; the income of the first `changed` is another.
fn outcomes(rows: usize, changed: usize) -> String {
    let mut text = format!("{HEADER}\n");
    for row in 0..rows {
        let (council, year) = (row / YEARS, 2017 + row % YEARS);
        let income = 5_000 + (row * 37) % 900_000 + usize::from(row < changed);
        let (status, matter) = match row % 5 {
            0 => ("qualified", ["except_for", "4", "", "internal_control", "no", "no"]),
            1 => ("unqualified_other_matters", ["other", "", "7", "arithmetic", "no", "yes"]),
            _ => ("unqualified", [""; 6]),
        };
        let says =
            if matter[0].is_empty() { "" } else { "\"The figures of this section do not agree, as the review found\"" };
        writeln!(
            text,
            "BW{council:05},E04{council:06},Parish {council},County {},District {},31/03/{year},Invented Audit LLP,3,basic,\
             {:02}/06/{year},no,{status},{:02}/09/{year},{income},https://example.org/reports/{year}/{council}.pdf,1,{},{says},\
             \"Reviewed with the others of its district\"",
            council / 300,
            council / 40,
            1 + row % 28,
            1 + (row * 7) % 28,
            matter.join(","),
        )
        .expect("written");
    }
    text
}
