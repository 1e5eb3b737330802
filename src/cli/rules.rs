//! `bellwether rules check`: every mistake of a rule set at once, with file, line and column. `bellwether rules test`: every
//! example beside a rule, and what comes out otherwise than it says. `bellwether rules reference`: the language they are
//! written in.

use super::{Settings, print};
use crate::app;
use crate::error::{AppError, Code};
use crate::scoring::{reference, try_rules};
use clap::Subcommand;

/// The rules.
#[derive(Subcommand)]
pub enum Rules {
    /// Check the rules: the built-in ones, or those of --rules DIR
    Check,
    /// Run the examples beside the rules ([[rule.test]]): the built-in rules, or those of --rules DIR
    Test,
    /// Print the reference of the rules' language: every key, every field of the evidence, every word
    Reference,
}

impl Rules {
    /// Checks the rules and says what there is.
    ///
    /// # Errors
    /// Every mistake, with file, line and column.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        match self {
            Rules::Check => check(settings),
            Rules::Test => test(settings),
            Rules::Reference => {
                print(&reference());
                Ok(())
            }
        }
    }
}

fn check(settings: &Settings) -> Result<(), AppError> {
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
/// Tries every rule on its examples; what comes out otherwise than it says is an error, a rule without examples a remark.
fn test(settings: &Settings) -> Result<(), AppError> {
    let rules = app::Rules::read(settings.config()?.rules.as_deref())?;
    let tried = try_rules(&rules.set);
    let set = &rules.set;
    print(&tried.untested.iter().map(|sentence| format!("{sentence}\n")).collect::<String>());
    if tried.failures.is_empty() {
        print(&format!("{}: {} rules, {} tests, all as they say.\n", set.title, set.rules.len(), tried.tests));
        return Ok(());
    }
    let told: String = tried.failures.iter().map(|failure| format!("{failure}\n\n")).collect();
    let happened = format!("{told}{} of {} tests come out otherwise than they say.", tried.failures.len(), tried.tests);
    Err(AppError::new(
        Code::RulesInvalid,
        happened,
        "Mend the rules, or the tests; `bellwether rules test` runs them again.",
    ))
}
