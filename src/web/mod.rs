//! The pages for people: Monday's list, one council, the sources.
//!
//! In: the views of [`crate::triage`]. Out: HTML that works without JavaScript, with one style sheet of our own. Always
//! holds: pages ask for nothing from elsewhere, and show what the API gives.

pub mod account;
pub mod address;
pub mod audit;
pub mod away;
pub mod contacts;
pub mod council;
mod deciding;
mod entrance;
pub mod example_users;
pub mod feeds;
mod fields;
mod files;
mod findings;
mod hand_in;
mod handlers;
mod history;
pub mod holds;
mod list;
mod log;
pub mod message;
mod method;
pub mod national;
mod notices;
mod office;
pub mod organisations;
pub mod page;
mod persons;
mod provider;
mod rehearsal;
pub mod retention;
pub mod review;
pub mod rules;
mod run;
pub mod sign_in;
mod since;
pub mod style;
pub mod subject;
pub mod submissions;
mod submit;
pub mod visit;
mod waivers;
mod words;

#[cfg(test)]
mod examples;

pub use entrance::session_cookie;
pub use handlers::{ROUTES, routes};
pub use visit::trouble;
