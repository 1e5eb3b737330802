//! From rows of the store to actors: the one place where words of the database become roles, actions and kinds.
//!
//! In: rows. Out: an [`Affiliation`], an [`Actor`]. Always holds: a word that nobody knows is an error of the database,
//! never a permission; roles are read at the moment they are asked for.

use super::{Action, Actor, Affiliation, OrganisationKind, Role, Who};
use crate::store::organisations::OrganisationRow;
use crate::store::people::{self, PersonRow};
use crate::store::sessions::SessionRow;
use crate::store::{Database, StoreError, organisations};
use jiff::Timestamp;

/// In microseconds, as instants are kept.
pub(super) const MINUTE: i64 = 60_000_000;
pub(super) const DAY: i64 = 24 * 60 * MINUTE;

/// Something in the database that makes no sense, with where it stands.
fn corrupt(place: String, because: String) -> StoreError {
    StoreError::Corrupt { place, because }
}

/// An instant as the database keeps it.
pub(super) fn instant(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|e| corrupt("an account's instant".to_owned(), e.to_string()))
}

/// An instant that may not have come.
pub(super) fn maybe_instant(microseconds: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    microseconds.map(instant).transpose()
}

/// The kind of an organisation.
pub(super) fn kind(row: &OrganisationRow) -> Result<OrganisationKind, StoreError> {
    row.kind.parse().map_err(|because| corrupt(format!("organisation {}", row.id), because))
}

/// A role's word read back; `place` says where it stands.
pub(super) fn role(place: &str, word: &str) -> Result<Role, StoreError> {
    word.parse().map_err(|because| corrupt(place.to_owned(), because))
}

/// The actions that a key is kept to.
pub(super) fn actions(place: &str, json: &str) -> Result<Vec<Action>, StoreError> {
    serde_json::from_str(json).map_err(|e| corrupt(place.to_owned(), e.to_string()))
}

/// A person's roles, in the order in which roles are told.
pub(super) fn roles(connection: &mut Database, person: i64) -> Result<Vec<Role>, StoreError> {
    let place = format!("the roles of person {person}");
    let words = people::roles(connection, &[person])?;
    let mut roles = words.iter().map(|(_, word)| role(&place, word)).collect::<Result<Vec<_>, _>>()?;
    roles.sort_unstable();
    Ok(roles)
}

/// What an actor of the organisation belongs to.
pub(super) fn affiliation(connection: &mut Database, row: OrganisationRow) -> Result<Affiliation, StoreError> {
    let counties = organisations::counties(connection, &[row.id])?;
    Ok(Affiliation {
        kind: kind(&row)?,
        id: row.id,
        key: row.key,
        name: row.name,
        counties: counties.into_iter().map(|(_, county)| county).collect(),
        council_id: row.council_id,
    })
}

/// The person whom a session stands for.
pub(super) fn person(
    connection: &mut Database,
    person: PersonRow,
    organisation: OrganisationRow,
    session: &SessionRow,
    origin: &str,
) -> Result<Actor, StoreError> {
    let roles = roles(connection, person.id)?;
    Ok(Actor {
        // Who has set one up is asked for it, whatever their roles.
        second_factor_due: !session.second_factor
            && (person.second_factor_confirmed_at.is_some() || roles.iter().any(|role| role.needs_second_factor())),
        who: Who::Person { id: person.id, name: person.name, session: session.id },
        organisation: Some(affiliation(connection, organisation)?),
        roles,
        kept_to: Vec::new(),
        origin: origin.to_owned(),
    })
}
