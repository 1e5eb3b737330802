//! `bellwether rules check`: every mistake of a rule set at once, with file, line and column.

use super::{Settings, print};
use crate::app;
use crate::error::AppError;
use clap::Subcommand;

/// The rules.
#[derive(Subcommand)]
pub enum Rules {
    /// Check the rules: the built-in ones, or those of --rules DIR
    Check,
}

impl Rules {
    /// Checks the rules and says what there is.
    ///
    /// # Errors
    /// Every mistake, with file, line and column.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let Rules::Check = self;
        let folder = settings.config()?.rules;
        let rules = app::Rules::read(folder.as_deref())?;
        let retention = crate::retention::Rules::read(folder.as_deref())?;
        let set = &rules.set;
        print(&format!(
            "{}: {} rules, {} mitigations, no mistakes.\nRule set {}\nRetention: {}, no mistakes.\n",
            set.title,
            set.rules.len(),
            set.mitigations.len(),
            set.hash,
            retention.origin
        ));
        Ok(())
    }
}
