//! Reading the log: entries of an organisation, or of all, with the names of accounts looked up.
//!
//! In: filters. Out: [`EntryView`]s, newest first. Always holds: who administers or manages one organisation sees what
//! its own people and keys did; NALC and the command line see all.

use crate::auth::{Action, Actor, OrganisationKind};
use crate::error::AppError;
use crate::store::audit::{self, EntryRow, Wanted};
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Such as `person:12`.
    pub actor: Option<String>,
    pub action: Option<String>,
    pub subject: Option<String>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// With a position below this one.
    pub before: Option<i64>,
    pub limit: i64,
}

/// One entry as shown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntryView {
    pub position: i64,
    pub at: Timestamp,
    /// Such as `person:12`, `key:3`, `command`, `system`, `public`.
    pub actor: String,
    /// The account's name, where there still is one.
    pub name: Option<String>,
    pub organisation: Option<String>,
    /// The address it was done from.
    pub origin: String,
    pub action: String,
    pub subject: String,
    #[schema(value_type = Object)]
    pub details: Json,
    pub hash: String,
}

/// Reads entries, newest first.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeAuditLog`]; otherwise when the database fails.
pub fn entries(store: &Store, actor: &Actor, asked: &Asked) -> Result<Vec<EntryView>, AppError> {
    actor.may(Action::SeeAuditLog)?;
    let own = actor.organisation.as_ref().filter(|own| own.kind != OrganisationKind::Nalc);
    let wanted = Wanted {
        organisation: own.map(|own| own.id),
        actor: asked.actor.clone(),
        action: asked.action.clone(),
        subject: asked.subject.clone(),
        from: asked.from.map(Timestamp::as_microsecond),
        until: asked.until.map(Timestamp::as_microsecond),
        before: asked.before,
    };
    store.read(|connection| {
        let entries = audit::page(connection, &wanted, asked.limit)?;
        let names = crate::store::people::account_names(connection)?;
        let view = |entry: EntryRow| -> Result<EntryView, StoreError> {
            let corrupt = |because: String| StoreError::Corrupt {
                place: format!("entry {} of the audit log", entry.position),
                because,
            };
            Ok(EntryView {
                at: Timestamp::from_microsecond(entry.at).map_err(|e| corrupt(e.to_string()))?,
                details: serde_json::from_str(&entry.details).map_err(|e| corrupt(e.to_string()))?,
                name: names.accounts.get(&entry.actor).cloned(),
                organisation: entry.organisation_id.and_then(|id| names.organisations.get(&id).cloned()),
                position: entry.position,
                actor: entry.actor,
                origin: entry.origin,
                action: entry.action,
                subject: entry.subject,
                hash: entry.hash,
            })
        };
        Ok(entries.into_iter().map(view).collect::<Result<_, StoreError>>()?)
    })
}
