//! Organisations: added, renamed, closed; listed and shown.
//!
//! In: what an organisation is to be like. Out: [`OrganisationView`]s. Always holds: only NALC and the command line add
//! and close organisations and say which counties they speak for; the last administrator of NALC stays.

use super::{Span, checks, refused};
use crate::audit::{Event, append};
use crate::auth::{Actor, OrganisationKind, Role, accounts};
use crate::error::AppError;
use crate::store::organisations::{self as rows, NewOrganisationRow, OrganisationRow};
use crate::store::people::{Holder, holders};
use crate::store::{Database, Store, StoreError, register, sessions};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// An organisation to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Small letters, digits and hyphens.
    pub key: String,
    pub name: String,
    pub kind: OrganisationKind,
    /// At least one for a county association, as the register spells them; none for any other kind.
    pub counties: Vec<String>,
    /// The GSS code of the council, or of a parish that it serves, for a council; none for any other kind.
    pub council: Option<String>,
}

/// An organisation as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganisationView {
    pub id: i64,
    #[schema(example = "wealdshire-calc")]
    pub key: String,
    pub name: String,
    pub kind: OrganisationKind,
    /// Of a county association.
    pub counties: Vec<String>,
    /// The GSS code, of a council.
    #[schema(example = "E04990001")]
    pub council: Option<String>,
    pub created_at: Timestamp,
    /// When it was closed, if it is.
    pub closed_at: Option<Timestamp>,
}

/// What was kept, and what may be a mistake in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AddedOrganisation {
    pub organisation: OrganisationView,
    /// Sentences.
    pub warnings: Vec<String>,
}

/// Adds an organisation.
///
/// # Errors
/// As [`Actor::may`], and for administrators of other organisations than NALC; [`crate::error::Code::AccountUnusable`]
/// for a key that is taken or misshapen, a county association without counties, a council that the register doesn't have.
pub fn add_organisation(
    store: &Store,
    actor: &Actor,
    new: &NewOrganisation,
    now: Timestamp,
) -> Result<AddedOrganisation, AppError> {
    Span::of(actor)?.all_or_refused("add organisations")?;
    let key = checks::organisation_key(&new.key)?;
    let name = checks::name("An organisation", &new.name)?;
    let counties = counties_for(new.kind, &new.counties)?;
    store.record(|connection| {
        if rows::by_key(connection, key)?.is_some() {
            let next = "Choose another; the key of a closed organisation is not given again.";
            return Err(refused(format!("The key {key:?} is taken."), next));
        }
        let council_id = council_for(connection, new)?;
        let row = NewOrganisationRow {
            key: key.to_owned(),
            name: name.clone(),
            kind: new.kind.word().to_owned(),
            council_id,
            created_at: now.as_microsecond(),
        };
        let id = rows::add(connection, &row)?;
        rows::put_counties(connection, id, &counties)?;
        let details = serde_json::json!({ "kind": new.kind, "counties": counties, "council": new.council });
        append(connection, actor, &Event::new("organisation.added", subject(id)).with(details), now)?;
        kept(connection, id, &counties)
    })
}

/// Gives an organisation another name.
///
/// # Errors
/// As [`Actor::may`]; [`crate::error::Code::OrganisationUnknown`]; [`crate::error::Code::AccountUnusable`] for a name
/// that can't be one, and for an organisation that is closed.
pub fn rename_organisation(
    store: &Store,
    actor: &Actor,
    (key, name): (&str, &str),
    now: Timestamp,
) -> Result<OrganisationView, AppError> {
    let span = Span::of(actor)?;
    let name = checks::name("An organisation", name)?;
    store.record(|connection| {
        let row = span.open_organisation(connection, key)?;
        rows::rename(connection, row.id, &name)?;
        append(connection, actor, &Event::new("organisation.renamed", subject(row.id)), now)?;
        view(connection, row.id)
    })
}

/// Says anew which counties a county association speaks for: what its people see follows at once.
///
/// # Errors
/// As [`add_organisation`]; [`crate::error::Code::OrganisationUnknown`].
pub fn change_counties(
    store: &Store,
    actor: &Actor,
    (key, counties): (&str, &[String]),
    now: Timestamp,
) -> Result<AddedOrganisation, AppError> {
    let span = Span::of(actor)?;
    span.all_or_refused("say which counties an organisation speaks for")?;
    store.record(|connection| {
        let row = span.open_organisation(connection, key)?;
        let counties = counties_for(accounts::kind(&row)?, counties)?;
        let before = rows::counties(connection, &[row.id])?.into_iter().map(|(_, county)| county).collect::<Vec<_>>();
        rows::put_counties(connection, row.id, &counties)?;
        let details = serde_json::json!({ "from": before, "to": counties });
        append(connection, actor, &Event::new("organisation.counties_changed", subject(row.id)).with(details), now)?;
        kept(connection, row.id, &counties)
    })
}

/// Closes an organisation: its people are signed out and its keys stop working.
///
/// # Errors
/// As [`Actor::may`], and for administrators of other organisations than NALC; [`crate::error::Code::OrganisationUnknown`];
/// [`crate::error::Code::AccountUnusable`] for one that is closed, or that has the last administrator of NALC.
pub fn close_organisation(
    store: &Store,
    actor: &Actor,
    key: &str,
    now: Timestamp,
) -> Result<OrganisationView, AppError> {
    let span = Span::of(actor)?;
    span.all_or_refused("close organisations")?;
    store.record(|connection| {
        let row = span.open_organisation(connection, key)?;
        if accounts::kind(&row)? == OrganisationKind::Nalc {
            keeps_an_administrator(connection, Holder::Organisation(row.id))?;
        }
        rows::close(connection, row.id, now.as_microsecond())?;
        let closed = sessions::close_all_in(connection, row.id, now.as_microsecond())?;
        let details = serde_json::json!({ "sessions_closed": closed });
        append(connection, actor, &Event::new("organisation.closed", subject(row.id)).with(details), now)?;
        view(connection, row.id)
    })
}

/// The organisations that the actor keeps, by key.
///
/// # Errors
/// As [`Actor::may`]; otherwise when the database fails.
pub fn organisations(store: &Store, actor: &Actor) -> Result<Vec<OrganisationView>, AppError> {
    let span = Span::of(actor)?;
    store.read(|connection| {
        let rows = rows::all(connection, span.only())?;
        Ok(views(connection, rows)?)
    })
}

/// One organisation.
///
/// # Errors
/// As [`Actor::may`]; [`crate::error::Code::OrganisationUnknown`].
pub fn organisation(store: &Store, actor: &Actor, key: &str) -> Result<OrganisationView, AppError> {
    let span = Span::of(actor)?;
    store.read(|connection| {
        let row = span.organisation(connection, key)?;
        view(connection, row.id)
    })
}

/// Refuses a change after which nobody would administer NALC: then nobody could keep the directory but whoever holds the
/// machine.
pub(super) fn keeps_an_administrator(connection: &mut Database, without: Holder) -> Result<(), AppError> {
    let (kind, role) = (OrganisationKind::Nalc.word(), Role::Administrator.word());
    if holders(connection, kind, role, without)? > 0 || holders(connection, kind, role, Holder::Nobody)? == 0 {
        return Ok(());
    }
    Err(refused(
        "This would leave NALC without an administrator.",
        "Give somebody else of NALC the administrator's role first.",
    ))
}

/// As the audit log names it.
fn subject(id: i64) -> String {
    format!("organisation:{id}")
}

/// Counties as they are kept: trimmed, each once, and at least one for those that have any.
fn counties_for(kind: OrganisationKind, asked: &[String]) -> Result<Vec<String>, AppError> {
    let mut counties: Vec<String> =
        asked.iter().map(|county| county.trim().to_owned()).filter(|county| !county.is_empty()).collect();
    counties.sort_unstable();
    counties.dedup();
    let has_counties = kind == OrganisationKind::CountyAssociation;
    if has_counties && counties.is_empty() {
        let next = "Name each with --county, as the register spells it.";
        return Err(refused("A county association needs at least one county.", next));
    }
    if !has_counties && !counties.is_empty() {
        let happened = format!("An organisation of the kind {:?} speaks for no county.", kind.title());
        return Err(refused(happened, "Leave the counties out; only a county association has any."));
    }
    Ok(counties)
}

/// The council that the organisation is.
fn council_for(connection: &mut Database, new: &NewOrganisation) -> Result<Option<i64>, AppError> {
    match (new.kind == OrganisationKind::Council, &new.council) {
        (false, None) => Ok(None),
        (false, Some(_)) => {
            let happened = format!("An organisation of the kind {:?} is no council of the register.", new.kind.title());
            Err(refused(happened, "Leave the council's code out."))
        }
        (true, None) => {
            let next = "Give it with --council, such as E04000001.";
            Err(refused("A council needs the code that the register knows it by.", next))
        }
        (true, Some(code)) => match register::council_by_code(connection, code.trim())? {
            Some(council) if council.current => Ok(Some(council.id)),
            Some(_) => {
                let happened = format!("The council with the code {code:?} is no longer current.");
                Err(refused(happened, "Give the code of the council that came after it."))
            }
            None => {
                let happened = format!("No council of the register has the code {code:?}.");
                Err(refused(happened, "Look for it by name in the register; codes look like E04000001."))
            }
        },
    }
}

/// The organisation as it is now, with a warning for each county that no council of the register is in.
fn kept(connection: &mut Database, id: i64, counties: &[String]) -> Result<AddedOrganisation, AppError> {
    let registered = if counties.is_empty() { Vec::new() } else { rows::registered_counties(connection)? };
    let unknown = counties.iter().filter(|county| !registered.contains(county));
    let known = if registered.is_empty() { "none yet".to_owned() } else { registered.join(", ") };
    let warnings = unknown
        .map(|county| format!("No council of the register is in {county:?}: nobody will see any. The register's counties are: {known}."))
        .collect();
    Ok(AddedOrganisation { organisation: view(connection, id)?, warnings })
}

pub(super) fn view(connection: &mut Database, id: i64) -> Result<OrganisationView, AppError> {
    let row = rows::all(connection, Some(id))?;
    let missing = || StoreError::Corrupt { place: format!("organisation {id}"), because: "it is gone".to_owned() };
    Ok(views(connection, row)?.pop().ok_or_else(missing)?)
}

fn views(connection: &mut Database, rows: Vec<OrganisationRow>) -> Result<Vec<OrganisationView>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut counties: HashMap<i64, Vec<String>> = HashMap::new();
    for (id, county) in rows::counties(connection, &ids)? {
        counties.entry(id).or_default().push(county);
    }
    let councils: Vec<i64> = rows.iter().filter_map(|row| row.council_id).collect();
    let councils = register::councils_of(connection, &councils)?;
    let codes: HashMap<i64, String> = councils.into_iter().map(|council| (council.id, council.gss_code)).collect();
    let view = |row: OrganisationRow| {
        Ok(OrganisationView {
            kind: accounts::kind(&row)?,
            counties: counties.remove(&row.id).unwrap_or_default(),
            council: row.council_id.and_then(|id| codes.get(&id).cloned()),
            created_at: accounts::instant(row.created_at)?,
            closed_at: accounts::maybe_instant(row.closed_at)?,
            id: row.id,
            key: row.key,
            name: row.name,
        })
    };
    rows.into_iter().map(view).collect()
}
