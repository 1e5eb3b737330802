//! Ingest: from what a feed sent to evidence, one run at a time.
//!
//! In: the bytes of one feed. Out: new versions of evidence, held rows, fresh scores. Always holds: load both sides, a
//! pure comparison, apply in one transaction; a bad row is kept with its place and reason and never stops the good ones.

mod again;
mod apply;
mod asked;
mod audit;
mod batches;
mod by_hand;
mod checks;
mod columns;
mod complaint;
mod county;
mod diff;
mod engagement;
mod fingerprint;
mod folder;
mod grid;
mod guess;
mod hold;
mod learned;
mod load;
mod mended;
mod normalise;
mod obliged;
mod older;
mod personal;
mod plan;
mod record;
mod record_key;
mod redacted;
mod report;
mod run;
mod submitted;
mod survey;
mod translate;
mod values;

pub(crate) use again::{Stood, columns_beside, named_in, plan_again, reread};
pub use asked::{Asked, Given, Trigger};
pub use by_hand::{HandedIn, decide_held, hand_in, open_to, title_of};
pub use checks::{Check, GROUPS as CHECKS, Stops, documentation as checks_documentation, of as check_of};
pub use columns::knows_header;
pub(crate) use columns::{Column, Holds, Need, columns_of, matter_columns, words_of};
pub(crate) use fingerprint::fingerprint_of;
pub use folder::pull;
pub use guess::{By, Guess, Guessed, guess};
pub(crate) use learned::{naming, written};
pub use normalise::{Declared, FileProblem, normalise};
pub(crate) use plan::{Plan, held_again, held_fingerprint};
pub use record::{Named, Normalised, Place, Problem, Record, Rejected, SourceKind};
pub use record_key::record_key;
pub use report::RunReport;
pub(crate) use report::new_run;
pub use run::run;
pub(crate) use submitted::{Checked, apply_submitted, check, financial_year, planned, take_back};
pub use submitted::{Finding, FindingKind};

use crate::error::{AppError, Code};
use crate::feeds::read::{Limits, Opened, ReadError, ReadFile, open};
use crate::feeds::{Covers, Feed, Location};
use crate::store::feeds::FeedRow;
use jiff::Timestamp;

/// What a feed without a schedule has instead of a cron expression.
const NEVER: &str = "never";

/// The name of a feed's schedule.
pub fn schedule_name(feed: &str) -> String {
    format!("feed:{feed}")
}

/// A feed's cron expression and when it is due first; one without a schedule is never due, but still leased when run.
pub fn first_due(feed: &Feed, now: Timestamp) -> (String, Timestamp) {
    let scheduled = feed.schedule.as_ref().and_then(|cron| {
        let next = crate::feeds::next_after(cron, now).ok()?;
        Some((cron.clone(), next))
    });
    scheduled.unwrap_or_else(|| (NEVER.to_owned(), Timestamp::MAX))
}

/// A declared feed as the database remembers it.
pub fn feed_row(feed: &Feed) -> FeedRow {
    // Everything that decides what the bytes mean: when it changes, the next pull reads the file anew.
    let place = match &feed.location {
        Location::Url(url) => url.as_str().to_owned(),
        Location::File(path) => path.display().to_string(),
        Location::Folder(_) => feed.location.to_string(),
    };
    let meaning = format!("{:?}", (feed.source, place, feed.format, &feed.columns, &feed.values));
    FeedRow {
        id: feed.id.clone(),
        title: feed.title.clone(),
        source: feed.source.name().to_owned(),
        location_shown: feed.location.to_string(),
        schedule: feed.schedule.clone(),
        covers: covered(&feed.covers),
        declaration: crate::digest::sha256_hex(meaning.as_bytes()),
        declared: true,
        etag: None,
        last_modified: None,
        last_sha256: None,
        owner: feed.owner.clone(),
    }
}

/// The counties that a feed speaks for, as JSON: a list; empty for all.
fn covered(covers: &Covers) -> String {
    let counties: &[String] = match covers {
        Covers::All => &[],
        Covers::Counties(counties) => counties,
    };
    serde_json::Value::from(counties).to_string()
}

/// The bytes that a feed sent, and what was said with them.
#[derive(Clone)]
struct Received {
    bytes: Vec<u8>,
    sha256: String,
    etag: Option<String>,
    last_modified: Option<String>,
    content_type: Option<String>,
    /// As the source calls the file, or the feed's id.
    name: String,
}

/// Looks at a feed's bytes, whose rows can then be gone through.
///
/// # Errors
/// [`Code::FileUnreadable`] with what is wrong with the file as a whole; [`Code::FileUnusable`] where the feed declares
/// values for a column that there isn't.
fn open_file<'b>(feed: &Feed, body: &'b Received) -> Result<Opened<'b>, AppError> {
    let known_header = |name: &str| knows_header(feed.source, &feed.columns, name);
    let opened = open(&body.bytes, feed.format, &known_header, &Limits::default())
        .map_err(|problem| unreadable(&body.name, &problem))?;
    if let Some(column) = translate::unknown_columns(feed.source, &feed.values).first() {
        let happened = format!(
            "The feed {} declares values for “{column}”, which is no column of {}.",
            feed.id,
            feed.source.name()
        );
        let next = "docs/feeds.md lists the columns; mend `values` in the configuration.";
        return Err(AppError::new(Code::FileUnusable, happened, next));
    }
    Ok(opened)
}

/// Reads a feed's bytes into tables, all rows of them.
///
/// # Errors
/// As [`open_file`], and for what is wrong further down in the file.
fn read_file(feed: &Feed, body: &Received) -> Result<ReadFile, AppError> {
    let mut file = open_file(feed, body)?.into_file().map_err(|problem| unreadable(&body.name, &problem))?;
    translate::tables(feed.source, &feed.columns, &feed.values, &mut file.tables);
    Ok(file)
}

fn unreadable(name: &str, problem: &ReadError) -> AppError {
    AppError::new(Code::FileUnreadable, format!("{name}: {problem}"), "")
}
