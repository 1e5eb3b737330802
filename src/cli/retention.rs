//! `bellwether retention`: what is due to go by its age, and its removal.

use super::{Settings, print, table::table};
use crate::auth::Actor;
use crate::error::AppError;
use crate::retention::{Plan, Retention};
use clap::Subcommand;

/// How long things are kept.
#[derive(Subcommand)]
pub enum Command {
    /// Say what is due to go, by which rule; removes nothing
    Plan,
    /// Remove what is due; without --yes it is only shown
    Apply {
        /// Remove it
        #[arg(long)]
        yes: bool,
    },
}

impl Command {
    /// Shows what is due, and removes it when told to.
    ///
    /// # Errors
    /// Rules with mistakes; a database that fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let app = settings.open()?;
        let in_force = app.in_force()?;
        let retention = Retention::of(&app, &in_force);
        match self {
            Command::Plan => print(&planned(&retention.plan()?)),
            Command::Apply { yes: false } => {
                print(&planned(&retention.plan()?));
                print("Nothing was removed. `bellwether retention apply --yes` removes what is due.\n");
            }
            Command::Apply { yes: true } => {
                let applied = retention.apply(&Actor::command(), app.clock.now(), None)?;
                for (class, count) in &applied.classes {
                    print(&format!("{}: {count} {}\n", class.title(), class.fate()));
                }
                if applied.classes.is_empty() {
                    print("Nothing was due.\n");
                }
            }
        }
        Ok(())
    }
}

fn planned(plan: &Plan) -> String {
    let mut rows =
        vec![["Class", "Due now", "Still counting", "Dated before", "Oldest", "Rule"].map(str::to_owned).to_vec()];
    rows.extend(plan.classes.iter().map(|class| {
        vec![
            class.class.title().to_owned(),
            class.due.to_string(),
            class.still_counting.to_string(),
            class.before.to_string(),
            class.oldest.map_or_else(String::new, |day| day.to_string()),
            class.rule.clone(),
        ]
    }));
    format!("As of {}; rules: {}\n{}{} due in all.\n", plan.today, plan.origin, table(&rows), plan.due())
}
