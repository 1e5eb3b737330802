//! Matching: from a name as people write it to the council that is meant, or to a person who decides.
//!
//! In: a name with whatever else the source gives (code, district, county) and the register. Out: an [`Answer`] with its
//! reason. Always holds: never a guess. Where two councils can be meant, the answer is review, with both; and what is
//! matched is always a current council.
//!
//! The path of one name: [`normalise`] gives it one spelling, `written` takes council words and brackets off it,
//! `reading` says how it may be read, `index` and `near` find entries (blocking), `places` and `compare` weigh them,
//! `decide` and its helpers `loose`, `slip` and `code` decide.

mod alike;
mod answer;
mod areas;
mod code;
mod compare;
mod decide;
mod index;
mod loose;
mod near;
mod normalise;
mod places;
mod reading;
mod slip;
#[cfg(test)]
mod tests;
mod written;

pub use alike::same_name;
pub use answer::{Answer, Asked, Candidate, Decision, Listed};
pub use index::Index;
pub use normalise::normalise;
