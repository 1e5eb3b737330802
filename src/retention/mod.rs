//! Retention: how long things are kept, what is due to go, and the record of what went.
//!
//! In: `retention.toml` (the built-in one, or that of the folder of rules), the rule set, a day. Out: a [`Plan`] (the dry
//! run), an [`Applied`], a [`RetentionView`]. Always holds:
//! - **No removal changes a score of today.** Each class of evidence is kept for at least as long as any rule counts or
//!   gathers a thing of its kind, and what is due goes only if the engine gives the same score without it.
//! - All versions of one thing go together: an older one left alone would come back to life.
//! - Nothing goes unrecorded: each batch is removed in one transaction with an entry in `removals` and one in the audit
//!   log. Killed midway, the next application goes on.

mod apply;
mod class;
mod due;
mod guard;
mod plan;
mod pseudonym;
mod rules;
mod view;

pub use apply::Applied;
pub use class::Class;
pub use plan::{ClassPlan, Plan};
pub use rules::{Length, Rules, Term};
pub use view::{DueView, ForGoodView, RemovalView, RetentionView};

use crate::app::App;
use crate::clock::day_in_england;
use crate::scoring::RuleSet;
use crate::store::Store;
use jiff::civil::Date;

/// What retention works on.
#[derive(Clone, Copy)]
pub struct Retention<'a> {
    pub store: &'a Store,
    pub rules: &'a Rules,
    /// The live rules for scores: evidence that they may still count stays.
    pub set: &'a RuleSet,
    /// The day in England.
    pub today: Date,
}

impl<'a> Retention<'a> {
    /// That of the program, today, by the rules in force ([`App::in_force`]).
    pub fn of(app: &'a App, in_force: &'a crate::app::Rules) -> Retention<'a> {
        let today = day_in_england(app.clock.now());
        Retention { store: &app.store, rules: &app.retention, set: &in_force.set, today }
    }
}
