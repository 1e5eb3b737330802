//! `bellwether audit`: check the log of what was done, and take it away.
//!
//! In: a head that was noted earlier; days. Out: a verdict, with an exit code of 1 where the log is not as it was written;
//! or entries on standard output, newest first. Always holds: taking the log away is itself an entry in it.

use super::{Settings, print};
use crate::app::App;
use crate::audit::{self, Asked, EntryView, Event, Verdict};
use crate::auth::Actor;
use crate::clock::end_of_day;
use crate::error::{AppError, Code};
use crate::export::{self, About, Cell, Export};
use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use std::str::FromStr;

/// Entries read at a time.
const PART: i64 = 1000;

/// The log of what was done.
#[derive(Subcommand)]
pub enum Audit {
    /// Check that no entry was changed, left out, put in or moved
    Verify {
        /// A head that an earlier check printed: the log must still hold it
        #[arg(long, value_name = "POSITION:HASH")]
        noted: Option<Noted>,
    },
    /// Print the entries, newest first
    Export {
        #[arg(long, value_enum, default_value_t = Format::JsonLines)]
        format: Format,
        /// From this day in England (2026-03-31)
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Up to the end of this day in England
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
    },
}

/// What the entries are printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For spreadsheets
    Csv,
    /// One JSON object a line, for programs
    JsonLines,
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::JsonLines => "json-lines",
        }
    }
}

/// A head that was noted.
#[derive(Debug, Clone)]
pub struct Noted {
    position: i64,
    hash: String,
}

impl FromStr for Noted {
    type Err = String;

    fn from_str(text: &str) -> Result<Noted, String> {
        let wrong = || "give the position and the hash as they were printed, such as 12:9f86d0…".to_owned();
        let (position, hash) = text.split_once(':').ok_or_else(wrong)?;
        let position = position.parse().map_err(|_| wrong())?;
        let whole = hash.len() == audit::FIRST.len() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if whole { Ok(Noted { position, hash: hash.to_ascii_lowercase() }) } else { Err(wrong()) }
    }
}

impl Audit {
    /// Checks or prints the log.
    ///
    /// # Errors
    /// [`Code::AuditLogBroken`] for a log that is not as it was written; otherwise when the database fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let app = settings.open()?;
        match self {
            Audit::Verify { noted } => {
                let noted = noted.as_ref().map(|noted| (noted.position, noted.hash.as_str()));
                told(audit::verify(&app.store, noted)?)
            }
            Audit::Export { format, from, until } => exported(&app, *format, (*from, *until)),
        }
    }
}

/// Says what a check found.
fn told(verdict: Verdict) -> Result<(), AppError> {
    let head = match &verdict.head {
        Some((position, hash)) => format!("The last of them is {position}:{hash}\n"),
        None => String::new(),
    };
    match verdict.broken {
        Some(broken) => {
            print(&format!("{} entries are as they were written.\n{head}", verdict.entries));
            let next = "Somebody changed the database past the program. Compare with a back-up from before.";
            Err(AppError::new(Code::AuditLogBroken, broken, next))
        }
        None => {
            let note = if verdict.head.is_some() {
                "Note that line somewhere else, such as in a minute book: a later check with --noted finds even a log that \
                 was cut short or written anew.\n"
            } else {
                ""
            };
            print(&format!("All {} entries are as they were written.\n{head}{note}", verdict.entries));
            Ok(())
        }
    }
}

/// Prints the entries of these days.
fn exported(app: &App, format: Format, (from, until): (Option<Date>, Option<Date>)) -> Result<(), AppError> {
    let actor = Actor::command();
    let start = |day: Date| day.yesterday().map_or(jiff::Timestamp::MIN, end_of_day);
    let mut asked = Asked { from: from.map(start), until: until.map(end_of_day), limit: PART, ..Asked::default() };
    let details = serde_json::json!({ "format": format.word(), "from": from, "until": until });
    let event = Event::new("audit_log.exported", "audit_log").with(details);
    audit::record(&app.store, &actor, &event, app.clock.now())?;
    let mut all = Vec::new();
    loop {
        let part = audit::entries(&app.store, &actor, &asked)?;
        let Some(last) = part.last() else { break };
        asked.before = Some(last.position);
        match format {
            Format::JsonLines => print(&lines(&part)?),
            Format::Csv => all.extend(part),
        }
    }
    if format == Format::Csv {
        print(&spreadsheet(app, all, (from, until))?);
    }
    Ok(())
}

fn lines(entries: &[EntryView]) -> Result<String, AppError> {
    let mut text = String::new();
    for entry in entries {
        let line = serde_json::to_string(entry);
        text.push_str(
            &line.map_err(|e| AppError::new(Code::Unexpected, format!("An entry can't be printed: {e}."), ""))?,
        );
        text.push('\n');
    }
    Ok(text)
}

/// The entries as a file that no spreadsheet takes a formula from.
fn spreadsheet(
    app: &App,
    entries: Vec<EntryView>,
    (from, until): (Option<Date>, Option<Date>),
) -> Result<String, AppError> {
    let headings =
        ["Position", "At", "Actor", "Name", "Organisation", "Origin", "Action", "Subject", "Details", "Hash"];
    let days = [("from", from), ("until", until)];
    let filter: Vec<String> = days.iter().filter_map(|(word, day)| day.map(|day| format!("{word} {day}"))).collect();
    let maybe = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
    let row = |entry: EntryView| {
        vec![
            Cell::Whole(entry.position),
            Cell::Instant(entry.at),
            Cell::Text(entry.actor),
            maybe(entry.name),
            maybe(entry.organisation),
            Cell::Text(entry.origin),
            Cell::Text(entry.action),
            Cell::Text(entry.subject),
            Cell::Text(entry.details.to_string()),
            Cell::Text(entry.hash),
        ]
    };
    let export = Export {
        title: "Audit log".to_owned(),
        about: About {
            exported_by: Actor::command().shown(),
            organisation: String::new(),
            exported_at: app.clock.now(),
            filter: filter.join(", "),
            notes: Vec::new(),
        },
        headings: headings.map(str::to_owned).to_vec(),
        rows: entries.into_iter().map(row).collect(),
    };
    let bytes = export::write(&export, export::Format::Csv)?;
    String::from_utf8(bytes).map_err(|e| AppError::new(Code::Unexpected, format!("The file isn't UTF-8: {e}."), ""))
}
