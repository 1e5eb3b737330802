//! `bellwether rules diff OLD NEW`: what differs between two rule sets, by meaning. `bellwether rules replay --with DIR`:
//! which councils another set would move.

use crate::app::{self, App};
use crate::auth::{Action, Actor};
use crate::cli::{Settings, print};
use crate::error::{AppError, Code};
use crate::export::{self, About, Format};
use crate::rehearsal::{self, MOST_DAYS, Rehearsed, Replay, Span};
use crate::scoring::compared::{Effect, compare};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// How something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Written {
    Text,
    Json,
}

/// What differs between two rule sets.
#[derive(Args)]
pub struct Diff {
    /// A folder of rule files, or `built-in`
    old: PathBuf,
    /// A folder of rule files, or `built-in`
    new: PathBuf,
    #[arg(long, value_enum, default_value = "text")]
    format: Written,
}

impl Diff {
    /// Compares them and says what differs.
    ///
    /// # Errors
    /// Every mistake in either.
    pub fn run(&self) -> Result<(), AppError> {
        let set = |folder: &Path| {
            let built_in = folder == Path::new("built-in");
            app::Rules::read((!built_in).then_some(folder))
        };
        let comparison = compare(&set(&self.old)?.set, &set(&self.new)?.set);
        match self.format {
            Written::Text => {
                print(&comparison.to_string());
                if comparison.effect().is_some_and(|effect| effect > Effect::Words) {
                    print("`bellwether rules replay --with DIR` shows which councils that moves.\n");
                }
            }
            Written::Json => print(&in_json(&comparison)?),
        }
        Ok(())
    }
}

/// Which councils another rule set would move.
#[derive(Args)]
pub struct ReplayArguments {
    /// The folder of the rule files to rehearse
    #[arg(long, value_name = "DIR")]
    with: PathBuf,
    /// As of this day (2026-03-31), from what was known by its end; without it, today
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    as_of: Option<Date>,
    /// Go through the firsts of the months from this day on
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// to this day (without it, today), which is told council by council
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<Date>,
    #[arg(long, value_enum, default_value = "text")]
    format: Written,
    /// Write the tables here too, as CSV and XLSX: councils that move, counties, days
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl ReplayArguments {
    /// Rehearses and says what would move.
    ///
    /// # Errors
    /// Mistakes in the rules; days that can't be rehearsed; a folder that can't be written; a database that fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let app = settings.open()?;
        let rules = app::Rules::read(Some(&self.with))?;
        let span = Span { as_of: self.as_of, from: self.from, to: self.to };
        let days = span.days(app.clock.today(), MOST_DAYS)?;
        let actor = Actor::command();
        let reach = actor.reach(Action::SeeCouncils)?;
        let replay = rehearsal::replay(&app, &reach, &Rehearsed { rules: &rules.set, days })?;
        match self.format {
            Written::Text => print(&replay.to_string()),
            Written::Json => print(&in_json(&replay)?),
        }
        self.out.as_ref().map_or(Ok(()), |folder| write_tables(&app, &actor, (&replay, folder)))
    }
}

/// Writes the three tables in both formats.
fn write_tables(app: &App, actor: &Actor, (replay, folder): (&Replay, &Path)) -> Result<(), AppError> {
    let about = About::of(actor, app.clock.now(), String::new(), Vec::new());
    let failed = |path: &Path, e: &std::io::Error| {
        let next = "Name a folder that may be written to.";
        AppError::new(Code::FileUnusable, format!("{} can't be written: {e}.", path.display()), next)
    };
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    let tables = [
        ("councils", rehearsal::moves(replay, &about)),
        ("counties", rehearsal::by_county(replay, &about)),
        ("days", rehearsal::by_day(replay, &about)),
    ];
    for (name, table) in &tables {
        for format in Format::ALL {
            let file = folder.join(format!("{name}.{}", format.extension()));
            std::fs::write(&file, export::write(table, format)?).map_err(|e| failed(&file, &e))?;
        }
    }
    print(&format!("Written to {}: councils, counties and days, as CSV and XLSX.\n", folder.display()));
    Ok(())
}

fn in_json(told: &impl serde::Serialize) -> Result<String, AppError> {
    let json = serde_json::to_string_pretty(told);
    json.map(|json| json + "\n").map_err(|e| AppError::new(Code::Unexpected, format!("It can't be written: {e}."), ""))
}
