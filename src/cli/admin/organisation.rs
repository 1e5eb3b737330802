//! `bellwether admin organisation`: add, rename, close and list organisations.
//!
//! In: arguments. Out: the organisation as it was kept, with warnings. Always holds: what is refused changes nothing.

use super::{day, rows};
use crate::app::App;
use crate::auth::directory::{self, AddedOrganisation, NewOrganisation, OrganisationView};
use crate::auth::{Actor, OrganisationKind};
use crate::cli::print;
use crate::error::AppError;
use clap::Subcommand;

/// The organisations that work with the service.
#[derive(Subcommand)]
pub enum Organisation {
    /// Add one
    Add {
        /// A short word for it, such as wealdshire-calc
        key: String,
        #[arg(long)]
        name: String,
        /// county_association, nalc, slcc, audit_firm, saaa, council or idb
        #[arg(long)]
        kind: OrganisationKind,
        /// A county that it speaks for, as the register spells it; of a county association, as often as needed
        #[arg(long = "county", value_name = "COUNTY")]
        counties: Vec<String>,
        /// The council's code in the register; of a council
        #[arg(long, value_name = "CODE")]
        council: Option<String>,
    },
    /// Give one another name
    Rename {
        key: String,
        #[arg(long)]
        name: String,
    },
    /// Say anew which counties a county association speaks for
    Counties {
        key: String,
        #[arg(required = true)]
        counties: Vec<String>,
    },
    /// List them
    List,
    /// Close one: its people are signed out and its keys stop working
    Close { key: String },
}

impl Organisation {
    pub(super) fn run(&self, app: &App) -> Result<(), AppError> {
        let (store, actor, now) = (&app.store, Actor::command(), app.clock.now());
        print(&match self {
            Organisation::Add { key, name, kind, counties, council } => {
                let new = NewOrganisation {
                    key: key.clone(),
                    name: name.clone(),
                    kind: *kind,
                    counties: counties.clone(),
                    council: council.clone(),
                };
                told("Added", &directory::add_organisation(store, &actor, &new, now)?)
            }
            Organisation::Rename { key, name } => {
                let renamed = directory::rename_organisation(store, &actor, (key, name), now)?;
                format!("The organisation {} is now called {}.\n", renamed.key, renamed.name)
            }
            Organisation::Counties { key, counties } => {
                told("Changed", &directory::change_counties(store, &actor, (key, counties), now)?)
            }
            Organisation::List => listed(&directory::organisations(store, &actor)?),
            Organisation::Close { key } => {
                let closed = directory::close_organisation(store, &actor, key, now)?;
                format!("Closed {}: its people are signed out and its keys work no more.\n", closed.key)
            }
        });
        Ok(())
    }
}

fn told(done: &str, kept: &AddedOrganisation) -> String {
    let organisation = &kept.organisation;
    let place = if organisation.counties.is_empty() {
        organisation.council.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
    } else {
        format!(" for {}", organisation.counties.join(", "))
    };
    let kind = organisation.kind.title();
    let mut text = format!("{done} {}: {}, {kind}{place}.\n", organisation.key, organisation.name);
    for warning in &kept.warnings {
        text.push_str(&format!("  warning: {warning}\n"));
    }
    text
}

fn listed(organisations: &[OrganisationView]) -> String {
    if organisations.is_empty() {
        return "No organisation has been added yet.\n".to_owned();
    }
    rows(
        ["Key", "Name", "Kind", "Counties or council", "Closed"],
        organisations.iter().map(|organisation| {
            let place = organisation.council.clone().unwrap_or_else(|| organisation.counties.join(", "));
            let kind = organisation.kind.word().to_owned();
            [organisation.key.clone(), organisation.name.clone(), kind, place, day(organisation.closed_at)]
        }),
    )
}
