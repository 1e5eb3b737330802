//! `bellwether admin`: organisations, people, keys, and links for those who can't get a letter.
//!
//! In: arguments. Out: what was kept, in words and tables. Always holds: whoever can run it holds the machine, and the
//! audit log says `command`; a key or a link is printed once and never again.

mod key;
mod organisation;
mod person;

use super::{Settings, print};
use crate::app::App;
use crate::auth::{Actor, links};
use crate::clock::england;
use crate::error::AppError;
use crate::personal::redaction::forget_document;
use clap::Subcommand;
use jiff::Timestamp;

/// Keep organisations, people and keys.
#[derive(Subcommand)]
pub enum Admin {
    /// The organisations that work with the service
    #[command(subcommand)]
    Organisation(organisation::Organisation),
    /// The people who sign in
    #[command(subcommand)]
    Person(person::Person),
    /// Machines' keys
    #[command(subcommand)]
    Key(key::Key),
    /// Print a link that signs a person in once, within 15 minutes
    SignInLink {
        /// The person's e-mail address
        email: String,
    },
    /// Remove a file as a source sent it, for what should not have been in it; its hash stays
    ForgetDocument {
        /// The file's SHA-256, from its run's page
        sha256: String,
        /// Why, naming nobody; it stays in the log
        #[arg(long)]
        reason: String,
    },
}

impl Admin {
    /// Does it and says what was done.
    ///
    /// # Errors
    /// What the directory refuses; a database that fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let app = settings.open()?;
        match self {
            Admin::Organisation(organisation) => organisation.run(&app),
            Admin::Person(person) => person.run(&app),
            Admin::Key(key) => key.run(&app),
            Admin::SignInLink { email } => sign_in_link(&app, email, &app.config.address()),
            Admin::ForgetDocument { sha256, reason } => {
                forget_document(&app.store, &Actor::command(), app.clock.now(), (sha256, reason))?;
                print(
                    "The file is removed; what was read from it stays. Its hash is kept, so that it is known when it comes again.\n",
                );
                Ok(())
            }
        }
    }
}

/// Draws a link and prints it. `address` is where people reach the service, without a slash at the end.
fn sign_in_link(app: &App, email: &str, address: &str) -> Result<(), AppError> {
    let token = links::draw(&app.store, &Actor::command(), email, app.clock.now())?;
    print(&format!(
        "{address}/sign-in/link?token={}\nIt works once, for 15 minutes. Give it to nobody but the person it is for.\n",
        token.reveal()
    ));
    Ok(())
}

/// A day for tables; nothing for what hasn't come.
fn day(instant: Option<Timestamp>) -> String {
    instant.map_or_else(String::new, |instant| instant.to_zoned(england()).date().to_string())
}

/// A heading and rows, for a table.
fn rows<const COLUMNS: usize>(headings: [&str; COLUMNS], rows: impl Iterator<Item = [String; COLUMNS]>) -> String {
    let headings = headings.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(headings).chain(rows.map(|row| row.to_vec())).collect();
    super::table::table(&rows)
}
