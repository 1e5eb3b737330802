//! `bellwether admin key`: issue, rotate, revoke and list machines' keys.
//!
//! In: arguments; keys are named by their prefix. Out: a new key, once; the list without secrets. Always holds: a key
//! stands on a line by itself, for scripts.

use super::{day, rows};
use crate::app::App;
use crate::auth::keys::{self, IssuedKey, KeyView, NewKey};
use crate::auth::{Action, Actor, Role};
use crate::cli::print;
use crate::error::AppError;
use clap::Subcommand;

/// Machines' keys.
#[derive(Subcommand)]
pub enum Key {
    /// Issue one and print it
    Issue {
        /// The key of the organisation that it belongs to
        #[arg(long, value_name = "KEY")]
        organisation: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it may do: a role that people of the organisation can have
        #[arg(long)]
        role: Role,
        /// Only this, such as see_councils; as often as needed
        #[arg(long = "only", value_name = "ACTION")]
        kept_to: Vec<Action>,
        /// How long it works, 400 at most
        #[arg(long, default_value_t = keys::USUAL_DAYS)]
        days: u16,
    },
    /// Issue one in the place of another and print it
    Rotate {
        /// The eight letters and digits after bw_
        prefix: String,
        /// How long the other works on, 90 at most
        #[arg(long, default_value_t = keys::USUAL_OVERLAP_DAYS)]
        overlap_days: u16,
    },
    /// Make one stop working at once
    Revoke {
        /// The eight letters and digits after bw_
        prefix: String,
    },
    /// List them
    List,
}

impl Key {
    pub(super) fn run(&self, app: &App) -> Result<(), AppError> {
        let (store, actor, now) = (&app.store, Actor::command(), app.clock.now());
        print(&match self {
            Key::Issue { organisation, name, role, kept_to, days } => {
                let (organisation, name, kept_to) = (organisation.clone(), name.clone(), kept_to.clone());
                let new = NewKey { organisation, name, role: *role, kept_to, days: *days };
                shown(&keys::issue(store, &actor, &new, now)?)
            }
            Key::Rotate { prefix, overlap_days } => {
                let issued = keys::rotate(store, &actor, (prefix, *overlap_days), now)?;
                format!("{}The key {prefix} works for {overlap_days} more days at most.\n", shown(&issued))
            }
            Key::Revoke { prefix } => {
                let revoked = keys::revoke(store, &actor, prefix, now)?;
                format!("Revoked the key {} ({}).\n", revoked.prefix, revoked.name)
            }
            Key::List => listed(&keys::list(store, &actor)?),
        });
        Ok(())
    }
}

/// A new key, and what to know of it.
fn shown(issued: &IssuedKey) -> String {
    let view = &issued.view;
    format!(
        "{}\nThis is the key {} ({}) of {}. Keep it now: it isn't shown again. It works until {}.\n",
        issued.key.reveal(),
        view.prefix,
        view.name,
        view.organisation,
        day(Some(view.expires_at))
    )
}

fn listed(keys: &[KeyView]) -> String {
    if keys.is_empty() {
        return "No key has been issued yet.\n".to_owned();
    }
    rows(
        ["Prefix", "Name", "Organisation", "Role", "Only", "Expires", "Revoked", "Last used"],
        keys.iter().map(|key| {
            let only = key.kept_to.iter().map(|action| action.word()).collect::<Vec<_>>().join(", ");
            let role = key.role.word().to_owned();
            let (expires, revoked) = (day(Some(key.expires_at)), day(key.revoked_at));
            let (prefix, name) = (key.prefix.clone(), key.name.clone());
            [prefix, name, key.organisation.clone(), role, only, expires, revoked, day(key.last_used_at)]
        }),
    )
}
