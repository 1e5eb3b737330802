//! Scoring: rules and evidence in, points, a band and every reason out.
//!
//! In: a [`RuleSet`] loaded from `rules/`, and one council's facts. Out: a [`Score`]. Always holds: scoring is pure (no
//! clock, no database, no floating point), so the same input and the same rules give the same score and the same hash on
//! every machine.

pub mod engine;
pub mod expression;
mod reference;
pub mod rules;
mod score;
mod tried;

pub use engine::{CouncilContext, Subject, score};
pub use reference::reference;
pub use rules::RuleSet;
pub use score::{Band, Coverage, Ignored, Indicator, IndicatorScore, Score, ScoredItem};
pub use tried::{Tried, try_rules};
