//! Declared sources: what they are, when they are due, how they are fetched, and how their files become tables.
//!
//! In: the `[[feed]]` tables that a county or the national body writes, and the files that the sources send. Out: a
//! [`Feed`]'s raw bytes with their hash ([`Fetcher::fetch`]), and the tables in them ([`read::tables`]). Always holds:
//! secrets come from the environment and are never shown; no body is held beyond the declared size; every error names
//! the feed and the next step.

mod credentials;
mod declare;
mod every;
mod fetch;
mod fetch_error;
mod folder;
pub mod read;
mod schedule;

pub use credentials::{CredentialProblem, Credentials};
pub use declare::{Covers, Feed, FeedProblem, Folder, Location, check, parse};
pub use every::Every;
pub use fetch::{FetchSettings, Fetched, Fetcher, NO_PROXY, Seen, sent};
pub use fetch_error::{FetchError, FetchProblem};
pub use folder::{Found, settled};
pub use schedule::{ScheduleError, next_after};
