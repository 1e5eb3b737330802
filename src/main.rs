//! The program `bellwether`: parses the command line and hands over to [`bellwether::cli`].

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    bellwether::cli::run(bellwether::cli::Arguments::parse())
}
