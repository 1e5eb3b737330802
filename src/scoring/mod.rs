//! Scoring: rules and evidence in, points, a band and every reason out.
//!
//! In: a [`RuleSet`] loaded from `rules/`, and one council's facts. Out: a [`Score`]. Always holds: scoring is pure (no
//! clock, no database, no floating point), so the same input and the same rules give the same score and the same hash on
//! every machine.

pub mod compared;
pub mod engine;
pub mod expression;
mod reference;
mod remarks;
pub mod rules;
mod schema;
mod score;
mod since;
mod tried;

pub use engine::{CouncilContext, Subject, score};
pub use reference::reference;
pub use remarks::remarks;
pub use rules::RuleSet;
pub use schema::schema;
pub use score::{
    Band, Clearing, Coverage, Gap, Ignored, Indicator, IndicatorScore, Prospect, Remedy, RemedyItem, Score, ScoredItem,
};
pub use since::{ScoreChange, WhatChanged, by_thing, since};
pub use tried::{Tried, try_rules};
