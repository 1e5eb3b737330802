//! Fetching: from a declared location to bytes, their hash, and what to ask with next time.
//!
//! In: a [`Feed`], and what was [`Seen`] at the last fetch. Out: [`Fetched`], or a [`FetchError`]. Always holds: no more
//! than the feed's `max_megabytes` is ever held, however much comes and however well it was packed; credentials go to
//! the declared host alone; a private address is reached only for a feed that declares `private = true`.

mod address;
mod client;
mod file;
mod http;
mod retry;

use super::fetch_error::{FetchError, FetchProblem};
use super::read::html_title;
use super::{Feed, Location};
use crate::digest::sha256_hex;
use client::Clients;
pub use client::NO_PROXY;
use std::fmt;
use std::time::Duration;

/// How fetching behaves, for all feeds alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    pub user_agent: String,
    pub connect_timeout: Duration,
    /// The longest time without a single byte while a body comes.
    pub stall_timeout: Duration,
    pub redirects: usize,
    /// Tries in all, while what fails may pass.
    pub tries: u32,
    /// Before the second try; doubled before each later one, and varied by half.
    pub back_off: Duration,
    /// A source that asks for a longer wait is left to the next run.
    pub longest_wait: Duration,
    /// A proxy's address, or [`NO_PROXY`]. None: the environment's.
    pub proxy: Option<String>,
    /// Certificates (PEM) of further authorities that vouch for sources.
    pub authorities: Option<Vec<u8>>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            user_agent: concat!("Bellwether/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            stall_timeout: Duration::from_secs(30),
            redirects: 5,
            tries: 3,
            back_off: Duration::from_secs(1),
            longest_wait: Duration::from_secs(30),
            proxy: None,
            authorities: None,
        }
    }
}

/// What the last fetch said about its version of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub etag: Option<String>,
    /// As the source wrote it.
    pub last_modified: Option<String>,
}

/// What came.
#[derive(Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The source says that its file is the one already seen.
    Unchanged,
    Body {
        bytes: Vec<u8>,
        /// Of `bytes`, in small hexadecimal digits.
        sha256: String,
        etag: Option<String>,
        last_modified: Option<String>,
        content_type: Option<String>,
        /// As the source calls the file, or the last part of the address.
        file_name: Option<String>,
    },
}

/// The bytes may hold personal data, so they are counted and not shown.
impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => f.write_str("Unchanged"),
            Self::Body { bytes, sha256, file_name, .. } => {
                write!(f, "Body {{ {} bytes, sha256 {sha256}, file name {file_name:?} }}", bytes.len())
            }
        }
    }
}

type Lookup = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Fetches feeds. One for the whole service: it keeps connections.
pub struct Fetcher {
    clients: Clients,
    settings: FetchSettings,
    environment: Lookup,
}

impl Fetcher {
    /// A fetcher that takes secrets from the process's environment. The caller has installed a rustls provider.
    ///
    /// # Errors
    /// When the TLS set-up fails: no provider, no certificates on this machine, or none that can be read in the settings;
    /// when a proxy's address makes no sense.
    pub fn new(settings: FetchSettings) -> Result<Self, reqwest::Error> {
        Self::with_environment(settings, Box::new(|name| std::env::var(name).ok()))
    }

    /// A fetcher that takes secrets from `environment`.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn with_environment(settings: FetchSettings, environment: Lookup) -> Result<Self, reqwest::Error> {
        Ok(Self { clients: Clients::new(&settings, &environment)?, settings, environment })
    }

    /// Fetches a feed, trying again a few times where the failure may pass.
    ///
    /// # Errors
    /// See [`FetchProblem`].
    pub async fn fetch(&self, feed: &Feed, seen: &Seen) -> Result<Fetched, FetchError> {
        let fetched = match &feed.location {
            Location::File(path) => file::read(path, feed.max_megabytes).await,
            // Whoever looks into the folder gives its files one by one.
            Location::Folder(_) => Err(FetchProblem::NotAFile),
            Location::Url(url) => self.with_retries(feed, url, seen).await,
        };
        fetched.map_err(|problem| FetchError { feed: feed.id.clone(), place: feed.location.to_string(), problem })
    }
}

/// Bytes that somebody sent, held to the same checks as what is fetched; only the last part of `name` counts.
///
/// # Errors
/// When they are more than the feed's `max_megabytes`, none at all, or a web page.
pub fn sent(feed: &Feed, (name, content_type): (&str, Option<&str>), bytes: Vec<u8>) -> Result<Fetched, FetchError> {
    let too_many = u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most_bytes(feed.max_megabytes);
    let name = plain_name(name);
    let fetched = match too_many {
        true => Err(FetchProblem::TooLarge { limit_megabytes: feed.max_megabytes }),
        false => body(bytes),
    };
    let mut fetched = fetched.map_err(|problem| FetchError {
        feed: feed.id.clone(),
        place: name.clone().unwrap_or_else(|| "a file without a name".to_owned()),
        problem,
    })?;
    if let Fetched::Body { content_type: kind, file_name, .. } = &mut fetched {
        (*kind, *file_name) = (content_type.map(str::to_owned), name);
    }
    Ok(fetched)
}

/// A file's name as a source gives it, without path and control characters, and not endless.
fn plain_name(given: &str) -> Option<String> {
    let name = given.rsplit(['/', '\\']).next()?.trim();
    let plain: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    (!plain.is_empty()).then_some(plain)
}

/// A whole body, after the checks that hold for any source.
fn body(bytes: Vec<u8>) -> Result<Fetched, FetchProblem> {
    if bytes.is_empty() {
        return Err(FetchProblem::Empty);
    }
    if let Some(title) = html_title(&bytes) {
        return Err(FetchProblem::HtmlInstead { title });
    }
    let sha256 = sha256_hex(&bytes);
    Ok(Fetched::Body { bytes, sha256, etag: None, last_modified: None, content_type: None, file_name: None })
}

/// The limit of a feed in bytes.
fn most_bytes(max_megabytes: u64) -> u64 {
    max_megabytes.saturating_mul(1024 * 1024)
}

#[cfg(test)]
mod tests;
