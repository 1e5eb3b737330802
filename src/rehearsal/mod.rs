//! Rehearsal: what another rule set would have said, before it is anybody's score.
//!
//! In: a rule set that is not in force, and days of the past. Out: a [`Replay`]: which councils it moves between bands, by
//! county, with the work that it makes, side by side with the rules in force. Always holds: nothing is kept and nothing
//! changes; each day is scored from what was known by its end.

mod replay;
mod span;
mod tables;
mod told;

pub use replay::{CountyReplay, DayReplay, Moved, Reason, Rehearsed, Replay, Tally, Work, replay};
pub use span::{MOST_DAYS, MOST_DAYS_ON_A_PAGE, Span};
pub use tables::{by_county, by_day, moves};
