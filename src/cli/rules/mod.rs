//! `bellwether rules check`: every mistake of a rule set at once, with file, line and column. `bellwether rules test`: every
//! example beside a rule, and what comes out otherwise than it says. `bellwether rules reference` and `rules schema`: the
//! language they are written in. Two sets side by side are in `rehearse`.

mod rehearse;

use super::{Settings, print};
use crate::app;
use crate::clock::Clock;
use crate::error::{AppError, Code};
use crate::evidence::EvidenceKind;
use crate::scoring::rules::Diagnostic;
use crate::scoring::{reference, remarks, schema, try_rules};
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
    /// Print the JSON Schema of rule files, by which editors complete and check them
    Schema,
    /// Say what differs between two rule sets: by meaning, not by text
    Diff(rehearse::Diff),
    /// Rehearse other rules: which councils they would move, by county, and what that means for officers' work
    Replay(rehearse::ReplayArguments),
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
            Rules::Schema => {
                print(&format!("{:#}\n", schema()));
                Ok(())
            }
            Rules::Diff(diff) => diff.run(),
            Rules::Replay(replay) => replay.run(settings),
        }
    }
}

/// Reads the rules and looks them over; remarks are told and pass, mistakes are an error.
fn check(settings: &Settings) -> Result<(), AppError> {
    let config = settings.config()?;
    let rules = app::Rules::read(config.rules.as_deref())?;
    let retention = crate::retention::Rules::read(config.rules.as_deref())?;
    let set = &rules.set;
    let sent: Vec<EvidenceKind> = config.feeds.iter().map(|feed| feed.source.evidence()).collect();
    let found = remarks(set, Clock::System.today(), (!sent.is_empty()).then_some(&sent));
    let (noted, mistakes): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.is_remark);
    let told = |found: &[Diagnostic]| -> String { found.iter().map(|found| format!("{found}\n\n")).collect() };
    print(&told(&noted));
    if !mistakes.is_empty() {
        let happened = format!("{}{}", told(&mistakes), counted(mistakes.len(), "mistake", "in the rules"));
        return Err(AppError::new(
            Code::RulesInvalid,
            happened,
            "Mend these lines; `bellwether rules check` shows them again.",
        ));
    }
    let noted = match noted.len() {
        0 => String::new(),
        some => format!(" {} above.", counted(some, "warning", "stand")),
    };
    print(&format!(
        "{}: {} rules, {} mitigations, no mistakes.{noted}\nRule set {}\nRetention: {}, no mistakes.\n",
        set.title,
        set.rules.len(),
        set.mitigations.len(),
        set.hash,
        retention.origin
    ));
    Ok(())
}

/// Such as "2 mistakes in the rules".
fn counted(many: usize, what: &str, rest: &str) -> String {
    if many == 1 { format!("1 {what} {}", rest.replace("stand", "stands")) } else { format!("{many} {what}s {rest}") }
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
