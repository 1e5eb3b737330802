//! The demo: an invented country with four years of records, and an example source that publishes them.
//!
//! In: a day. Out: a register, files as real senders would write them, a small web server that sends them, and a folder
//! that remembers the day. Always holds: counties, districts, councils and firms are invented, and no council has the
//! name of a real one; everything follows from the day, so that two runs see the same country.

mod beats;
mod complaints;
mod dialects;
mod difficulty;
mod flags;
mod folder;
mod habits;
mod happenings;
mod ordinary;
mod outcomes;
mod past;
pub mod people;
mod pilot;
mod places;
pub mod play;
mod records;
mod reports;
mod returns;
mod sending;
mod severe;
mod source;
mod story;
mod written;

use crate::draw;
pub use folder::Folder;
pub use pilot::{Pilot, register};
pub use source::{DemoFeed, ExampleSource, FEEDS};
