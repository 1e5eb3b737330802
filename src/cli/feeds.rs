//! `bellwether feeds`: how the declared sources stand, and how a new one may be declared.
//!
//! In: the configuration; or a file that somebody has been sent. Out: a table of feeds; or a `[[feed]]` to look over and
//! keep, with what is unsure in it. Always holds: `try` neither needs a database nor keeps anything, and what it prints is
//! TOML that the configuration takes; `list` declares nothing.

use super::table::table;
use super::{Settings, print};
use crate::app::App;
use crate::auth::Sources;
use crate::clock::Clock;
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::ingest::{By, Guess, Guessed, SourceKind, first_due, guess};
use crate::triage::{self, FeedLine, FeedState};
use clap::Subcommand;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// The largest file that `try` reads: what a feed reads where it doesn't declare more.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The declared sources, and how a new one may be declared.
#[derive(Subcommand)]
pub enum Feeds {
    /// List the declared feeds: last run, next pull, and how each stands
    List,
    /// Guess how a file is to be read, and print a [[feed]] for it to look over and keep
    Try {
        /// The file: CSV, XLSX, ODS or JSON
        file: PathBuf,
        /// What it is, where that is known: audit_outcomes, auditor_reports, complaints, county_records, county_flags, engagement
        #[arg(long, value_name = "KIND")]
        source: Option<String>,
    },
}

impl Feeds {
    /// Runs the command.
    ///
    /// # Errors
    /// A file that can't be read, a kind of source that there isn't, a database that fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        match self {
            Feeds::List => print(&listed(&settings.open()?)?),
            Feeds::Try { file, source } => {
                let source = source.as_deref().map(kind).transpose()?;
                let name = file.display().to_string();
                print(&declaration(&name, &guess(&name, &read(file)?, source, Clock::System.today())?));
            }
        }
        Ok(())
    }
}

fn kind(name: &str) -> Result<SourceKind, AppError> {
    SourceKind::named(name).ok_or_else(|| {
        let known: Vec<&str> = SourceKind::ALL.iter().map(|kind| kind.name()).collect();
        AppError::new(
            Code::BadQuery,
            format!("There is no kind of source called {name}."),
            format!("Give one of: {}.", known.join(", ")),
        )
    })
}

fn read(file: &Path) -> Result<Vec<u8>, AppError> {
    let unreadable = |because: String, next: &str| {
        AppError::new(Code::FileUnreadable, format!("{} can't be read: {because}.", file.display()), next)
    };
    let failed = |error: std::io::Error| unreadable(error.to_string(), "Check the path and the file's permissions.");
    // Asked before opening, because opening a pipe would wait for somebody to write to it.
    let metadata = std::fs::metadata(file).map_err(failed)?;
    if !metadata.is_file() {
        return Err(unreadable("it is no file".to_owned(), "Give the path of one file."));
    }
    if metadata.len() > MOST_BYTES {
        let because = format!("it is larger than {} MB", MOST_BYTES / 1024 / 1024);
        return Err(unreadable(because, "Try it with its first rows alone."));
    }
    std::fs::read(file).map_err(failed)
}

fn listed(app: &App) -> Result<String, AppError> {
    if app.config.feeds.is_empty() {
        let next = "add a [[feed]] to the configuration (bellwether feeds try FILE prints one)";
        return Ok(format!("No feed is declared: {next}.\n"));
    }
    let known = triage::feeds(app, &Sources::All)?;
    let now = app.clock.now();
    let mut rows = vec![["feed", "sends", "last run", "next pull", "state"].map(str::to_owned).to_vec()];
    for feed in &app.config.feeds {
        rows.push(stands(feed, known.iter().find(|line| line.id == feed.id), now));
    }
    Ok(table(&rows))
}

/// One feed's row; one that no program has declared to the database yet has never run.
fn stands(feed: &Feed, line: Option<&FeedLine>, now: Timestamp) -> Vec<String> {
    let next = match line.filter(|line| line.schedule == feed.schedule) {
        Some(line) => line.next_due,
        None => feed.schedule.as_ref().map(|_| first_due(feed, now).1),
    };
    let last = line.and_then(|line| line.last_run.as_ref());
    vec![
        feed.id.clone(),
        feed.source.title().to_owned(),
        last.map_or_else(|| "never".to_owned(), |run| local(run.started_at)),
        next.map_or_else(|| "when asked".to_owned(), local),
        line.map_or("never run", |line| state(line.state(now))).to_owned(),
    ]
}

fn local(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

fn state(state: FeedState) -> &'static str {
    match state {
        FeedState::Failed => "failed",
        FeedState::AwaitsDecision => "held for a person",
        FeedState::Overdue => "overdue",
        FeedState::Late => "late with something new",
        FeedState::NeverRun => "never run",
        FeedState::Running => "running",
        FeedState::RowsHeld => "rows held",
        FeedState::Trial => "trial only",
        FeedState::UpToDate => "up to date",
    }
}

/// The declaration to look over, with what reading the file by it finds, and what is unsure, as comments.
fn declaration(file: &str, guess: &Guess) -> String {
    let mut text = found(guess);
    text.push_str(&format!(
        "\n[[feed]]\nid = \"a-new-feed\"        # choose one\ntitle = \"A new feed\"     # choose one\nsource = {}\n",
        quoted(guess.source.name())
    ));
    // What the configuration takes for a pattern can't be the path of a file.
    match file.contains(['*', '?', '[']) {
        true => text.push_str(
            "location = { file = \"a-new-feed\" } # or { url = \"https://...\" }; *, ? and [ can't be in a path\n",
        ),
        false => text.push_str(&format!("location = {{ file = {} }} # or {{ url = \"https://...\" }}\n", quoted(file))),
    }
    text.push_str("covers = \"all\"           # or { counties = [\"...\"] }\n");
    text.push_str(&columns(guess));
    for (column, words) in &guess.words {
        text.push_str(&format!("\n[feed.values.{column}]\n"));
        for (theirs, ours) in words {
            text.push_str(&match ours {
                Some(ours) => format!("{} = {} # unsure: the most alike\n", quoted(theirs), quoted(ours)),
                None => format!("# {} = \"...\" # which of ours is it?\n", quoted(theirs)),
            });
        }
    }
    text
}

fn found(guess: &Guess) -> String {
    let mut text = comment(&format!("Read as {} ({}).", guess.source.name(), guess.source.title()));
    text +=
        &comment(&format!("{} of {} rows can be read by this; councils were not looked up.", guess.sound, guess.rows));
    for column in &guess.missing {
        text += &comment(&format!("Missing: no column was taken for our {column}, which has to be there."));
    }
    for problem in &guess.problems {
        text += &comment(&format!("Refused: {problem}"));
    }
    for note in &guess.notes {
        text += &comment(&format!("Note: {note}"));
    }
    for column in &guess.unread {
        text += &comment(&format!("Nothing reads the column {}.", quoted(column)));
    }
    text
}

/// Which heading is which of our columns; those with our own names as comments, since they need no line.
fn columns(guess: &Guess) -> String {
    let mut text = String::new();
    let (own, other): (Vec<&Guessed>, Vec<&Guessed>) = guess.columns.iter().partition(|guessed| guessed.is_own());
    if !other.is_empty() {
        text.push_str("\n[feed.columns]\n");
    }
    for guessed in other {
        let why = match guessed.by {
            By::Name => "",
            By::First => " # unsure: another column may be this one too",
            By::Likeness => " # unsure: by its name",
            By::Values => " # unsure: by what stands in it",
        };
        text.push_str(&format!("{} = {}{why}\n", quoted(&guessed.theirs), quoted(&guessed.ours)));
    }
    if !own.is_empty() {
        let names: Vec<&str> = own.iter().map(|guessed| guessed.ours.as_str()).collect();
        text += &comment(&format!("By our own names: {}.", names.join(", ")));
    }
    text
}

fn comment(line: &str) -> String {
    format!("# {}\n", line.replace(char::is_control, " "))
}

/// A text as TOML writes it, on one line whatever it holds: as JSON does, but for the one character that only TOML escapes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn printed(name: &str, file: &str) -> (String, Feed) {
        let guess = guess(name, file.as_bytes(), None, date(2026, 11, 21)).unwrap();
        let text = declaration(name, &guess);
        let feeds = crate::feeds::parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        (text, feeds.into_iter().next().unwrap())
    }

    #[test]
    fn what_is_printed_is_a_declaration_that_reads_the_file() {
        let file = "Authority referense,Council,\"Year \"\"AGAR\"\"\nremarks\",financial_year_end,status\n\
                    NA001,Aldermarsh,x,2026-03-31,unqualifyed\nNA002,Great Pellow,y,2026-03-31,marvellous\n";
        let (text, feed) = printed("new.csv", file);
        assert_eq!(feed.columns["Authority referense"], "authority_reference");
        assert_eq!(feed.columns["Council"], "name");
        assert_eq!(feed.values["status"]["unqualifyed"], "unqualified");
        for words in
            ["# \"marvellous\" = \"...\"", "1 of 2 rows", "Nothing reads the column \"Year \\\"AGAR\\\"", "Row "]
        {
            assert!(text.contains(words), "{words} is not in\n{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn whatever_stands_in_the_file_the_declaration_is_one(heading in "\\PC{1,12}|[\\x00-\\x7f]{1,12}", word in "\\PC{1,12}|[\\x00-\\x7f]{1,12}") {
            let mut file = csv::Writer::from_writer(Vec::new());
            file.write_record(["reference", "name", "financial_year_end", "status", &format!("outcomes {heading}")]).unwrap();
            file.write_record(["NA001", "Aldermarsh", "2025/26", &word, &word]).unwrap();
            let file = file.into_inner().unwrap();
            if let Ok(guess) = guess("a \"list\" [1].csv", &file, None, date(2026, 11, 21)) {
                let text = declaration("a \"list\" [1].csv", &guess);
                prop_assert!(crate::feeds::parse(&text).is_ok(), "{text}");
            }
        }
    }
}
