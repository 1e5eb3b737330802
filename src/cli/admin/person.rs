//! `bellwether admin person`: add, change, close and list those who sign in.
//!
//! In: arguments; people are named by their e-mail address. Out: the account as it was kept. Always holds: what is refused
//! changes nothing.

use super::{day, rows};
use crate::app::App;
use crate::auth::directory::{self, NewPerson, PersonView};
use crate::auth::{Actor, Role};
use crate::cli::print;
use crate::error::AppError;
use clap::Subcommand;

/// The people who sign in.
#[derive(Subcommand)]
pub enum Person {
    /// Add one
    Add {
        /// Their e-mail address, by which they sign in
        email: String,
        #[arg(long)]
        name: String,
        /// The key of their organisation
        #[arg(long, value_name = "KEY")]
        organisation: String,
        /// officer, manager, rule_editor, rule_publisher, survey_lead, auditor_submitter, read_only or administrator; as
        /// often as needed
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<Role>,
    },
    /// List them
    List {
        /// Of this organisation only
        #[arg(long, value_name = "KEY")]
        organisation: Option<String>,
    },
    /// Give one these roles in the place of those they have
    Roles {
        email: String,
        #[arg(value_name = "ROLE", required = true)]
        roles: Vec<Role>,
    },
    /// Give one another name
    Rename {
        email: String,
        #[arg(long)]
        name: String,
    },
    /// Close an account: it is signed out everywhere
    Close { email: String },
    /// Forget somebody's second factor, after making sure that it is them who asks
    ResetSecondFactor { email: String },
}

impl Person {
    pub(super) fn run(&self, app: &App) -> Result<(), AppError> {
        let (store, actor, now) = (&app.store, Actor::command(), app.clock.now());
        let id = |email: &str| directory::person_by_email(store, &actor, email).map(|person| person.id);
        print(&match self {
            Person::Add { email, name, organisation, roles } => {
                let (email, name, organisation) = (email.clone(), name.clone(), organisation.clone());
                let new = NewPerson { email, name, organisation, roles: roles.clone() };
                let added = directory::add_person(store, &actor, &new, now)?;
                format!("Added {}: {}.\n", added.email, standing(&added))
            }
            Person::List { organisation } => listed(&directory::people(store, &actor, organisation.as_deref())?),
            Person::Roles { email, roles } => {
                let changed = directory::change_roles(store, &actor, (id(email)?, roles), now)?;
                format!("Changed {}: {}.\n", changed.email, standing(&changed))
            }
            Person::Rename { email, name } => {
                let renamed = directory::rename_person(store, &actor, (id(email)?, name), now)?;
                format!("{} is now called {}.\n", renamed.email, renamed.name)
            }
            Person::Close { email } => {
                let closed = directory::close_person(store, &actor, id(email)?, now)?;
                format!("Closed {}: signed out everywhere.\n", closed.email)
            }
            Person::ResetSecondFactor { email } => {
                let reset = directory::reset_second_factor(store, &actor, id(email)?, now)?;
                format!(
                    "Forgot the second factor of {}, who is signed out everywhere and may set up another when they sign in.\n",
                    reset.email
                )
            }
        });
        Ok(())
    }
}

/// What somebody is, where.
fn standing(person: &PersonView) -> String {
    let roles = person.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join(", ");
    format!("{roles} at {}", person.organisation)
}

fn listed(people: &[PersonView]) -> String {
    if people.is_empty() {
        return "Nobody has been added yet.\n".to_owned();
    }
    rows(
        ["E-mail", "Name", "Organisation", "Roles", "Second factor", "Signed in", "Closed"],
        people.iter().map(|person| {
            let roles = person.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ");
            let factor = if person.second_factor { "yes" } else { "no" }.to_owned();
            let (signed_in, closed) = (day(person.last_signed_in_at), day(person.closed_at));
            let (email, name) = (person.email.clone(), person.name.clone());
            [email, name, person.organisation.clone(), roles, factor, signed_in, closed]
        }),
    )
}
