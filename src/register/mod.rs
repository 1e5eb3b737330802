//! The register of parishes: its files, what loading one changes, and the councils that follow from it.
//!
//! In: our documented CSV, or the parish files of the Office for National Statistics by their column names. Out: parishes
//! and councils, kept with every state they have had. Always holds: a code that a file doesn't list is left as it is;
//! a bad row is told with its place and never stops the good ones.

mod changes;
mod file;
mod import;

pub use changes::{Change, Changes, Kind, KnownParish, changes};
pub use file::{Entry, Layout, RegisterError, RegisterFile, RegisterProblem, knows_header, read};
pub use import::{Imported, import};
