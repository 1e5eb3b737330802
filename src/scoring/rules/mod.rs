//! The rule set: what counts, how much, for how long, where each rule comes from and what would clear it.
//!
//! In: the files of `rules/`, compiled in ([`embedded`]) or read from a folder ([`read_dir`]). Out: a [`RuleSet`] with
//! nothing left to go wrong, or every problem of every file at once, each with its file, line and column. Always holds:
//! a set that [`load`] gives has unique ids, checked conditions, bands in order and a hash over every byte it came from.

mod conditions;
mod diagnose;
mod entries;
mod files;
mod gather;
mod load;
mod model;
mod rule;
mod rule_test;
mod settings;
pub(crate) mod table;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use diagnose::{Diagnostic, Place, RulesError};
pub(crate) use entries::{ASSESSED_BY_KEYS, MITIGATION_KEYS, SOURCES};
pub use files::{RETENTION_FILE, RuleFile, embedded, read_dir};
pub use load::load;
pub use model::{Arithmetic, AssessedBy, BandStart, Gather, InForce, Mitigation, Places, Rule, RuleSet, RuleTest};
pub(crate) use rule::KEYS as RULE_KEYS;
pub(crate) use rule_test::KEYS as TEST_KEYS;
pub(crate) use settings::{BAND_KEYS, CEILING_KEYS, COVERAGE_KEYS, FLOOR_KEYS, POINTS_KEYS, RULE_SET_KEYS};
