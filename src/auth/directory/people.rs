//! People: accounts added, given roles and names, closed; listed and shown.
//!
//! In: what an account is to be like. Out: [`PersonView`]s, without secrets. Always holds: an address has one account; a
//! role is one that people of that kind of organisation can hold; a closed account is signed out everywhere and stays.

use super::organisations::keeps_an_administrator;
use super::{Span, checks, refused};
use crate::audit::{Event, append};
use crate::auth::Who;
use crate::auth::{Actor, OrganisationKind, Role, accounts};
use crate::error::{AppError, Code};
use crate::store::organisations::{self, OrganisationRow};
use crate::store::people::{self as rows, Holder, NewPersonRow, PersonRow};
use crate::store::{Database, Store, StoreError, sessions};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// An account to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    /// The key of their organisation.
    pub organisation: String,
    pub roles: Vec<Role>,
}

/// An account as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonView {
    pub id: i64,
    pub email: String,
    pub name: String,
    /// The key of their organisation.
    #[schema(example = "wealdshire-calc")]
    pub organisation: String,
    pub roles: Vec<Role>,
    /// Whether a second factor is set up and was confirmed.
    pub second_factor: bool,
    pub created_at: Timestamp,
    pub last_signed_in_at: Option<Timestamp>,
    /// When the account was closed, if it is.
    pub closed_at: Option<Timestamp>,
}

/// Adds an account. Nothing is sent: the person asks for a link with their address.
///
/// # Errors
/// As [`Actor::may`]; [`Code::OrganisationUnknown`]; [`Code::AccountUnusable`] for an address that isn't one or has an
/// account, and for a role that nobody in such an organisation can hold.
pub fn add_person(store: &Store, actor: &Actor, new: &NewPerson, now: Timestamp) -> Result<PersonView, AppError> {
    let span = Span::of(actor)?;
    let email = checks::normal_email(&new.email)?;
    let name = checks::name("A person", &new.name)?;
    store.record(|connection| {
        let organisation = span.open_organisation(connection, &new.organisation)?;
        let roles = checks::roles(accounts::kind(&organisation)?, &new.roles)?;
        if rows::by_email(connection, &email)?.is_some() {
            let next = "An address has one account, in one organisation; a closed account keeps its address.";
            return Err(refused("This e-mail address has an account already.", next));
        }
        let row = NewPersonRow {
            organisation_id: organisation.id,
            email: email.clone(),
            name: name.clone(),
            created_at: now.as_microsecond(),
        };
        let id = rows::add(connection, &row)?;
        rows::put_roles(connection, id, &words(&roles))?;
        let details = serde_json::json!({ "organisation": organisation.id, "roles": roles });
        append(connection, actor, &Event::new("person.added", subject(id)).with(details), now)?;
        view(connection, span, id)
    })
}

/// Puts a person's roles in the place of those they had: what they may do follows with their next request.
///
/// # Errors
/// As [`Actor::may`]; [`Code::PersonUnknown`]; [`Code::AccountUnusable`] for a role that they can't hold, a closed account,
/// and where NALC would be left without an administrator.
pub fn change_roles(
    store: &Store,
    actor: &Actor,
    (id, roles): (i64, &[Role]),
    now: Timestamp,
) -> Result<PersonView, AppError> {
    let span = Span::of(actor)?;
    if matches!(actor.who, Who::Person { id: own, .. } if own == id) {
        let next = "Ask another administrator: nobody decides alone what they may see.";
        return Err(refused("These are your own roles.", next));
    }
    store.record(|connection| {
        let (person, organisation) = span.open_person(connection, id)?;
        let roles = checks::roles(accounts::kind(&organisation)?, roles)?;
        let before = accounts::roles(connection, person.id)?;
        if !roles.contains(&Role::Administrator) {
            may_go(connection, &organisation, (person.id, &before))?;
        }
        rows::put_roles(connection, person.id, &words(&roles))?;
        let details = serde_json::json!({ "from": before, "to": roles });
        append(connection, actor, &Event::new("person.roles_changed", subject(id)).with(details), now)?;
        view(connection, span, id)
    })
}

/// Gives a person another name.
///
/// # Errors
/// As [`Actor::may`]; [`Code::PersonUnknown`]; [`Code::AccountUnusable`].
pub fn rename_person(
    store: &Store,
    actor: &Actor,
    (id, name): (i64, &str),
    now: Timestamp,
) -> Result<PersonView, AppError> {
    let span = Span::of(actor)?;
    let name = checks::name("A person", name)?;
    store.record(|connection| {
        span.open_person(connection, id)?;
        rows::rename(connection, id, &name)?;
        append(connection, actor, &Event::new("person.renamed", subject(id)), now)?;
        view(connection, span, id)
    })
}

/// Closes an account: it is signed out everywhere, and its links open nothing any more.
///
/// # Errors
/// As [`Actor::may`]; [`Code::PersonUnknown`]; [`Code::AccountUnusable`] for an account that is closed, and where NALC
/// would be left without an administrator.
pub fn close_person(store: &Store, actor: &Actor, id: i64, now: Timestamp) -> Result<PersonView, AppError> {
    let span = Span::of(actor)?;
    store.record(|connection| {
        let (person, organisation) = span.open_person(connection, id)?;
        let roles = accounts::roles(connection, person.id)?;
        may_go(connection, &organisation, (person.id, &roles))?;
        rows::close(connection, id, now.as_microsecond())?;
        let closed = sign_out(connection, id, now)?;
        let details = serde_json::json!({ "roles": roles, "sessions_closed": closed });
        append(connection, actor, &Event::new("person.closed", subject(id)).with(details), now)?;
        view(connection, span, id)
    })
}

/// Forgets a person's second factor with its recovery codes, and whom they are at providers of OpenID: for a lost
/// telephone. They are signed out everywhere and set a new one up when they next sign in; who reads their mail could do
/// that in their place, so it is for the administrator to make sure who asks.
///
/// # Errors
/// As [`Actor::may`]; [`Code::PersonUnknown`]; [`Code::AccountUnusable`] for a closed account.
pub fn reset_second_factor(store: &Store, actor: &Actor, id: i64, now: Timestamp) -> Result<PersonView, AppError> {
    let span = Span::of(actor)?;
    store.record(|connection| {
        let (person, _) = span.open_person(connection, id)?;
        let (codes, subjects) = rows::forget_sign_in(connection, id)?;
        let closed = sign_out(connection, id, now)?;
        let details = serde_json::json!({
            "was_confirmed": person.second_factor_confirmed_at.is_some(),
            "recovery_codes": codes,
            "openid_subjects": subjects,
            "sessions_closed": closed,
        });
        append(connection, actor, &Event::new("person.second_factor_reset", subject(id)).with(details), now)?;
        view(connection, span, id)
    })
}

/// The people that the actor keeps, by address; of one organisation, by its key, if one is named.
///
/// # Errors
/// As [`Actor::may`]; [`Code::OrganisationUnknown`].
pub fn people(store: &Store, actor: &Actor, organisation: Option<&str>) -> Result<Vec<PersonView>, AppError> {
    let span = Span::of(actor)?;
    store.read(|connection| {
        let only = match organisation {
            Some(key) => Some(span.organisation(connection, key)?.id),
            None => span.only(),
        };
        let rows = rows::all(connection, only)?;
        Ok(views(connection, rows)?)
    })
}

/// One person.
///
/// # Errors
/// As [`Actor::may`]; [`Code::PersonUnknown`].
pub fn person(store: &Store, actor: &Actor, id: i64) -> Result<PersonView, AppError> {
    let span = Span::of(actor)?;
    store.read(|connection| view(connection, span, id))
}

/// The person of that address.
///
/// # Errors
/// As [`person`].
pub fn person_by_email(store: &Store, actor: &Actor, email: &str) -> Result<PersonView, AppError> {
    let span = Span::of(actor)?;
    let email = checks::normal_email(email)?;
    store.read(|connection| {
        let found = rows::by_email(connection, &email)?.filter(|row| span.covers(row.organisation_id));
        let row = found.ok_or_else(|| {
            let next = "Look them up in the list of people: bellwether admin person list.";
            AppError::new(Code::PersonUnknown, "There is no account with this e-mail address.", next)
        })?;
        view(connection, span, row.id)
    })
}

/// As the audit log names it.
fn subject(id: i64) -> String {
    format!("person:{id}")
}

fn words(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.word()).collect()
}

/// Refuses to let the last administrator of NALC go.
fn may_go(
    connection: &mut Database,
    organisation: &OrganisationRow,
    (person, roles): (i64, &[Role]),
) -> Result<(), AppError> {
    if accounts::kind(organisation)? == OrganisationKind::Nalc && roles.contains(&Role::Administrator) {
        keeps_an_administrator(connection, Holder::Person(person))?;
    }
    Ok(())
}

/// Closes a person's sessions and uses up their links; gives how many sessions there were.
fn sign_out(connection: &mut Database, id: i64, now: Timestamp) -> Result<usize, StoreError> {
    sessions::use_up_links(connection, id, now.as_microsecond())?;
    sessions::close_all(connection, id, None, now.as_microsecond())
}

pub(super) fn view(connection: &mut Database, span: Span, id: i64) -> Result<PersonView, AppError> {
    let (row, _) = span.person(connection, id)?;
    let missing = || StoreError::Corrupt { place: format!("person {id}"), because: "it is gone".to_owned() };
    Ok(views(connection, vec![row])?.pop().ok_or_else(missing)?)
}

fn views(connection: &mut Database, rows: Vec<PersonRow>) -> Result<Vec<PersonView>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut roles: HashMap<i64, Vec<Role>> = HashMap::new();
    for (id, word) in rows::roles(connection, &ids)? {
        roles.entry(id).or_default().push(accounts::role(&format!("the roles of person {id}"), &word)?);
    }
    let organisations = organisations::all(connection, None)?;
    let keys: HashMap<i64, String> = organisations.into_iter().map(|row| (row.id, row.key)).collect();
    let view = |row: PersonRow| {
        let mut roles = roles.remove(&row.id).unwrap_or_default();
        roles.sort_unstable();
        Ok(PersonView {
            organisation: keys.get(&row.organisation_id).cloned().unwrap_or_default(),
            roles,
            second_factor: row.second_factor_confirmed_at.is_some(),
            created_at: accounts::instant(row.created_at)?,
            last_signed_in_at: accounts::maybe_instant(row.last_signed_in_at)?,
            closed_at: accounts::maybe_instant(row.closed_at)?,
            id: row.id,
            email: row.email,
            name: row.name,
        })
    };
    rows.into_iter().map(view).collect()
}
