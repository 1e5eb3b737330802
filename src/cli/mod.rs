//! The command line: one file a command.
//!
//! In: arguments. Out: what the command did, on standard output; what went wrong, on standard error, with an exit code of
//! 1 (2 for arguments that can't be understood). Always holds: commands call the domain and print, nothing else.

mod admin;
mod audit;
mod demo;
mod evaluate;
mod explain;
mod feeds;
mod ingest;
mod matching;
mod register;
mod retention;
mod rules;
mod score;
mod serve;
mod simulate;
mod table;

pub use explain::explained;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{AppError, Code};
use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;
use std::process::ExitCode;

/// Early warning and support for England's parish and town councils.
#[derive(Parser)]
#[command(version, about)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
pub struct Settings {
    /// The configuration; without it, bellwether.toml where there is one
    #[arg(long, global = true, value_name = "FILE", env = "BELLWETHER_CONFIG")]
    config: Option<PathBuf>,
    /// A folder of rule files instead of the built-in rules
    #[arg(long, global = true, value_name = "DIR", env = "BELLWETHER_RULES")]
    rules: Option<PathBuf>,
    /// sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, global = true, value_name = "URL", env = "BELLWETHER_DATABASE_URL", hide_env_values = true)]
    database: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Show it all on an invented pilot: three counties, about 600 councils, four years
    Demo(demo::Demo),
    /// Invent a country in which the truth is known, for benchmarks, tests and rehearsal
    Simulate(simulate::Simulate),
    /// Serve the pages and the API, and pull the declared feeds when they are due
    Serve(serve::Serve),
    /// The register of parishes and councils
    #[command(subcommand)]
    Register(register::Register),
    /// Match names as people write them to the councils of the register
    Match(matching::Match),
    /// Pull the declared feeds by hand
    #[command(subcommand)]
    Ingest(ingest::Ingest),
    /// The declared sources, and how a new one may be declared
    #[command(subcommand)]
    Feeds(feeds::Feeds),
    /// Score every council
    Score(score::Score),
    /// Say why a council has its score
    Explain(explain::Explain),
    /// Say how well warnings came true, with what was known when
    Evaluate(evaluate::Evaluate),
    /// The rules
    #[command(subcommand)]
    Rules(rules::Rules),
    /// How long things are kept: what is due to go, and its removal
    #[command(subcommand)]
    Retention(retention::Command),
    /// Keep organisations, people and keys
    #[command(subcommand)]
    Admin(admin::Admin),
    /// The log of what was done
    #[command(subcommand)]
    Audit(audit::Audit),
}

/// Runs a command, tells what went wrong, and gives the exit code.
pub fn run(arguments: Arguments) -> ExitCode {
    match start(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error[{}]: {}", error.code.word(), error.told());
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: Arguments) -> Result<(), AppError> {
    crate::telemetry::start_log()?;
    // Before anything speaks TLS; a second call (in tests that run commands in one process) finds it done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = arguments.settings;
    match arguments.command {
        Command::Demo(demo) => runtime()?.block_on(demo.run(&settings)),
        Command::Simulate(simulate) => runtime()?.block_on(simulate.run(&settings)),
        Command::Serve(serve) => runtime()?.block_on(serve.run(&settings)),
        Command::Register(register) => register.run(&settings),
        Command::Match(matching) => matching.run(&settings),
        Command::Ingest(ingest) => runtime()?.block_on(ingest.run(&settings)),
        Command::Feeds(feeds) => feeds.run(&settings),
        Command::Score(score) => score.run(&settings),
        Command::Explain(explain) => explain.run(&settings),
        Command::Evaluate(evaluate) => evaluate.run(&settings),
        Command::Rules(rules) => rules.run(&settings),
        Command::Retention(retention) => retention.run(&settings),
        Command::Admin(admin) => admin.run(&settings),
        Command::Audit(audit) => audit.run(&settings),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, AppError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| AppError::new(Code::Unexpected, format!("The program can't start its threads: {e}."), ""))
}

impl Settings {
    /// The configuration with what the command line says on top.
    fn config(&self) -> Result<Config, AppError> {
        let mut config = Config::read(self.config.as_deref())?;
        if let Some(database) = &self.database {
            config.database.clone_from(database);
        }
        if let Some(rules) = &self.rules {
            config.rules = Some(rules.clone());
        }
        Ok(config)
    }

    fn open(&self) -> Result<App, AppError> {
        App::open(self.config()?, Clock::System)
    }
}

/// Prints to standard output; a reader that has gone away (`| head`) ends the program quietly.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// A day of the past, or today when none was given.
fn day(asked: Option<Date>, today: Date) -> Result<Date, AppError> {
    match asked {
        Some(day) if day > today => Err(AppError::new(
            Code::BadQuery,
            format!("{day} has not come yet."),
            format!("Give a day up to today, {today}."),
        )),
        day => Ok(day.unwrap_or(today)),
    }
}

/// Milli-points as people read them: `7.3`.
fn points(milli: i64) -> String {
    format!("{}{}.{}", if milli < 0 { "-" } else { "" }, milli.abs() / 1000, milli.abs() % 1000 / 100)
}
