//! The pages for people: Monday's list, one council, the sources.
//!
//! In: the views of [`crate::triage`]. Out: HTML that works without JavaScript, with one style sheet of our own. Always
//! holds: pages ask for nothing from elsewhere, and show what the API gives.

pub mod address;
pub mod council;
pub mod feeds;
mod findings;
mod handlers;
mod history;
pub mod list;
pub mod message;
pub mod page;
pub mod style;
mod words;

#[cfg(test)]
mod examples;

pub use handlers::{routes, trouble};
