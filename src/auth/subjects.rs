//! People as providers of OpenID Connect know them: an issuer and a subject.
//!
//! In: whom a provider says that somebody is. Out: the token of a session. Always holds: issuer and subject together are the
//! identity; an address links an unknown subject to an account once, and only where the provider is trusted to speak for
//! it; an account that an issuer knows by one subject isn't given to another subject of that issuer, as when an address
//! passes to somebody's successor.

use super::directory::normal_email;
use super::secret::Secret;
use super::sessions::{OpenedBy, Opening, open_within};
use crate::audit::{Event, append};
use crate::auth::Actor;
use crate::error::{AppError, Code};
use crate::store::{Database, Store, StoreError, people};
use jiff::Timestamp;

/// Whom a provider says that somebody is; what it says has been verified.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    /// An address that this provider may speak for; none where it may not.
    pub trusted_email: Option<&'a str>,
    /// Whether the provider asked for a second factor and is trusted in that.
    pub second_factor: bool,
}

/// Signs in the person whom a provider means, linking their subject to their account the first time.
///
/// # Errors
/// [`Code::AccountUnknown`] where there is no open account for them: it may be told, they have shown who they are. Otherwise
/// when the database fails.
pub fn sign_in_by_subject(
    store: &Store,
    known_as: &Subject<'_>,
    now: Timestamp,
    origin: &str,
) -> Result<Secret, AppError> {
    let opened = store.record(|connection| {
        let Some(person) = person(connection, known_as, now, origin)? else { return Ok(None) };
        let second_factor = known_as.second_factor;
        open_within(connection, &Opening { person, by: OpenedBy::Openid, second_factor, origin }, now)
    })?;
    opened.ok_or_else(|| {
        AppError::new(
            Code::AccountUnknown,
            "You have shown who you are, but there is no open account for you here.",
            "Ask whoever administers your organisation to add or mend it.",
        )
    })
}

/// The person of that subject, linked now where their address says who it is.
fn person(
    connection: &mut Database,
    known_as: &Subject<'_>,
    now: Timestamp,
    origin: &str,
) -> Result<Option<i64>, StoreError> {
    if let Some(person) = people::by_subject(connection, known_as.issuer, known_as.subject)? {
        return Ok(Some(person.id));
    }
    let Some(email) = known_as.trusted_email.and_then(|email| normal_email(email).ok()) else { return Ok(None) };
    let found = people::by_email(connection, &email)?.filter(|row| row.closed_at.is_none());
    let Some(person) = found else { return Ok(None) };
    if people::known_to_issuer(connection, person.id, known_as.issuer)? {
        return Ok(None);
    }
    people::link_subject(connection, person.id, (known_as.issuer, known_as.subject), now.as_microsecond())?;
    let event = Event::new("person.openid_linked", format!("person:{}", person.id));
    append(connection, &Actor::public(origin), &event, now)?;
    Ok(Some(person.id))
}
