//! Feeds as they are declared: one `[[feed]]` table a source.
//!
//! In: TOML. Out: [`Feed`]s, or every problem with them at once. Always holds: a feed that [`parse`] gives out has an id
//! of its own, a schedule that comes due, an http or https address without secrets, the path of one
//! file, or a folder with a schedule by which it is looked into.
//!
//! ```toml
//! [[feed]]
//! id = "barset-flags"
//! title = "Flags of the Barset association"
//! source = "county_flags"
//! location = { url = "https://records.example/flags.csv" }
//! schedule = "30 6 * * MON"                 # minute, hour, day, month, weekday; the clock of Europe/London
//! expected_every = "35 days"                # how often it is to bring something new
//! covers = { counties = ["Barset"] }        # or "all"
//! credentials = { bearer_env = "BARSET_TOKEN" }
//! columns = { "Parish" = "council" }        # the source's name = ours
//! values = { kind = { "no clerk" = "clerk_vacancy" } }
//! ```

use super::credentials::Credentials;
use super::every::Every;
use super::read::Format;
use super::schedule::next_after;
use crate::ingest::SourceKind;
use jiff::Timestamp;
use reqwest::Url;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::PathBuf;

/// One declared source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// A short name of its own: small letters, digits and hyphens.
    pub id: String,
    /// For people.
    pub title: String,
    pub source: SourceKind,
    pub location: Location,
    /// None: by content.
    pub format: Option<Format>,
    /// Five fields of cron, by the clock in Europe/London. None: only when someone asks.
    pub schedule: Option<String>,
    /// How often it is to bring something new, whether or not pulling it works. None: it is never late.
    pub expected_every: Option<Every>,
    pub covers: Covers,
    pub credentials: Option<Credentials>,
    /// The key of the organisation that sends it, such as `wealdshire-calc`: its people may see the feed's runs.
    pub owner: Option<String>,
    /// Hosts beside the location's own to which it may redirect; they never get the credentials.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether it may stand in a private network: otherwise only public addresses are connected to.
    #[serde(default)]
    pub private: bool,
    /// For one try, from the first byte sent to the last received.
    #[serde(default = "a_minute")]
    pub timeout_seconds: u64,
    /// The most that is read, unpacked.
    #[serde(default = "sixty_four")]
    pub max_megabytes: u64,
    /// By how much a list may be shorter than the last before it is held for a person; 100: by any amount.
    #[serde(default = "thirty")]
    pub max_shrink_percent: u8,
    /// The source's name of a column to ours.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// For one of our columns, the source's value to ours.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

fn a_minute() -> u64 {
    60
}

fn thirty() -> u8 {
    30
}

fn sixty_four() -> u64 {
    64
}

/// Where a source's file is.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum Location {
    Url(Url),
    /// One file, not a pattern; relative to the directory in which the service runs.
    File(PathBuf),
    /// A folder into which files are dropped, each a list of its own.
    Folder(Folder),
}

/// A folder into which files are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub path: PathBuf,
    /// Which names count: `*` for any letters, `?` for one.
    pub pattern: String,
    /// Whether files that were read are moved into `done` or `failed` inside the folder.
    pub move_away: bool,
}

/// A location as it is written: `url`, `file`, or `folder` with what belongs to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: Option<String>,
    file: Option<PathBuf>,
    folder: Option<PathBuf>,
    pattern: Option<String>,
    move_away: Option<bool>,
}

impl TryFrom<Written> for Location {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let alone = written.pattern.is_none() && written.move_away.is_none();
        match (written.url, written.file, written.folder) {
            (Some(url), None, None) if alone => {
                Url::parse(&url).map(Self::Url).map_err(|error| format!("the url can't be read: {error}"))
            }
            (None, Some(file), None) if alone => Ok(Self::File(file)),
            (None, None, Some(path)) => Ok(Self::Folder(Folder {
                path,
                pattern: written.pattern.unwrap_or_else(|| "*".to_owned()),
                move_away: written.move_away.unwrap_or(false),
            })),
            _ => Err("a location is one of url, file and folder; pattern and move_away go with folder".to_owned()),
        }
    }
}

/// Without what may be secret in an address: user, password, and the query.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(&redacted(url)),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Folder(folder) => write!(f, "{}", folder.path.join(&folder.pattern).display()),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An address for people to read: user, password and query are left out, because sources put tokens there.
pub(super) fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    // These fail for addresses that can hold neither, in which case there is nothing to leave out.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    shown.set_query(url.query().map(|_| "…"));
    shown.to_string().replace("?%E2%80%A6", "?…")
}

/// The counties that a source speaks for: only there does its silence mean anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    All,
    Counties(Vec<String>),
}

impl Covers {
    /// Whether the source speaks for a county, whatever the case of its name.
    #[must_use]
    pub fn county(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Counties(counties) => counties.iter().any(|county| county.eq_ignore_ascii_case(name)),
        }
    }
}

/// What is wrong with a declaration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FeedProblem {
    /// The feed's id; none when the file as a whole can't be read.
    pub feed: Option<String>,
    pub message: String,
}

impl fmt::Display for FeedProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.feed {
            Some(feed) => write!(f, "Feed \"{feed}\": {}.", self.message),
            None => f.write_str(&self.message),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declarations {
    #[serde(default)]
    feed: Vec<Feed>,
}

/// Reads and checks the declarations of one file.
///
/// # Errors
/// One problem with its line and column when the file is no TOML or a key is unknown, missing or of the wrong kind;
/// otherwise every problem that [`check`] finds.
pub fn parse(text: &str) -> Result<Vec<Feed>, Vec<FeedProblem>> {
    let declared: Declarations =
        toml::from_str(text).map_err(|error| vec![FeedProblem { feed: None, message: error.to_string() }])?;
    let problems = check(&declared.feed);
    if problems.is_empty() { Ok(declared.feed) } else { Err(problems) }
}

/// Every problem with a set of feeds, in their order. Whether a file exists or a host answers is seen when it is fetched.
#[must_use]
pub fn check(feeds: &[Feed]) -> Vec<FeedProblem> {
    let mut ids = HashSet::new();
    let mut problems = Vec::new();
    for feed in feeds {
        let mut found = feed.problems();
        if !ids.insert(feed.id.as_str()) {
            found.push("the id is used by an earlier feed; each needs its own".to_owned());
        }
        problems.extend(found.into_iter().map(|message| FeedProblem { feed: Some(feed.id.clone()), message }));
    }
    problems
}

impl Feed {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut must = |holds: bool, message: &str| {
            if !holds {
                problems.push(message.to_owned());
            }
        };
        must(is_slug(&self.id), "the id must be of small letters, digits and single hyphens, at most 60");
        must(!self.title.trim().is_empty(), "the title is blank");
        must((1..=3_600).contains(&self.timeout_seconds), "timeout_seconds must be from 1 to 3600");
        must((1..=1_024).contains(&self.max_megabytes), "max_megabytes must be from 1 to 1024");
        must(self.max_shrink_percent <= 100, "max_shrink_percent must be from 0 to 100");
        let named = |(theirs, ours): (&String, &String)| !theirs.trim().is_empty() && !ours.trim().is_empty();
        must(self.columns.iter().all(named), "columns has a blank name");
        let no_blank = |(column, values): (&String, &BTreeMap<String, String>)| {
            !column.trim().is_empty() && values.values().all(|ours| !ours.trim().is_empty())
        };
        must(self.values.iter().all(no_blank), "values has a blank column or a blank value of ours");
        if let Covers::Counties(counties) = &self.covers {
            must(!counties.is_empty(), "covers lists no county; write covers = \"all\" for the whole country");
            must(counties.iter().all(|county| !county.trim().is_empty()), "covers has a blank county");
            let lower: HashSet<String> = counties.iter().map(|county| county.trim().to_lowercase()).collect();
            must(lower.len() == counties.len(), "covers names a county twice");
        }
        // Any moment will do to see whether it ever comes due.
        if let Some(Err(error)) = self.schedule.as_deref().map(|cron| next_after(cron, Timestamp::UNIX_EPOCH)) {
            must(false, &error.to_string());
        }
        match &self.location {
            Location::Url(url) => self.url_problems(url, &mut must),
            Location::File(path) => {
                let path = path.to_string_lossy();
                must(!path.trim().is_empty(), "the path of the file is blank");
                must(!path.contains(['*', '?', '[']), "the path must be of one file, not a pattern");
                must(self.credentials.is_none(), "a file takes no credentials");
                must(self.hosts.is_empty(), "a file takes no hosts");
            }
            Location::Folder(folder) => {
                must(!folder.path.as_os_str().is_empty(), "the path of the folder is blank");
                let name = !folder.pattern.is_empty() && !folder.pattern.contains(['/', '\\']);
                must(name, "the pattern is for names inside the folder, such as \"*.csv\"");
                must(self.schedule.is_some(), "a folder is looked into on a schedule; declare one");
                must(self.credentials.is_none(), "a folder takes no credentials");
                must(self.hosts.is_empty(), "a folder takes no hosts");
            }
        }
        problems
    }

    fn url_problems(&self, url: &Url, must: &mut impl FnMut(bool, &str)) {
        must(["http", "https"].contains(&url.scheme()), "the url must start with http:// or https://");
        must(
            url.username().is_empty() && url.password().is_none(),
            "the url holds a user or a password; declare credentials, which take the secret from the environment",
        );
        let bare = |host: &String| {
            Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.host_str() == Some(host.as_str()))
        };
        must(self.hosts.iter().all(bare), "hosts must be bare names in small letters, such as files.example.org");
        if let Some(credentials) = &self.credentials {
            let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            must(url.scheme() != "http" || local, "credentials would be sent unencrypted; use https://");
            credentials.problems().iter().for_each(|problem| must(false, problem));
        }
    }
}

fn is_slug(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !id.is_empty()
        && id.len() <= 60
        && id.chars().all(plain)
        && !id.starts_with('-')
        && !id.ends_with('-')
        && !id.contains("--")
}

#[cfg(test)]
mod tests;
