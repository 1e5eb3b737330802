//! Evidence: what a source said about a council, when it happened, when it was determined, and when we knew.
//!
//! In: records that intake has normalised and matched. Out: [`Item`]s, and the [`Fact`]s that rules read. Always holds:
//! evidence is only ever appended (a correction is a new version of the same chain), and an item that nobody has
//! determined is an allegation, which scores nothing.

mod fact;
mod kept;
mod kind;

pub use fact::{Fact, Item, Standing, Value};
pub use kept::Kept;
pub use kind::{EvidenceKind, FLAG, Field, FieldType, OUTCOME, REASON, RECORD, STAGE, STATUS, THEME};
