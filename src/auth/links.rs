//! One-time links by which people sign in.
//!
//! In: an e-mail address that somebody asks a link for, or the token of a link that somebody opened. Out: a link handed to
//! whoever sends letters, or the token of a session. Always holds: a link works once and for 15 minutes, and is kept hashed;
//! who asks can't tell whether there is an account; opening a link's page uses nothing up, because mail scanners open them.

use super::accounts::MINUTE;
use super::directory::{Span, normal_email, person_by_email};
use super::secret::{self, Secret};
use super::sessions::{OpenedBy, Opening, open_within};
use super::{Actor, Who};
use crate::audit::{Event, append};
use crate::error::{AppError, Code};
use crate::store::sessions::{self as rows, NewLink};
use crate::store::{Database, Store, StoreError, organisations, people};
use jiff::Timestamp;

/// How long a link works.
const LIFE: i64 = 15 * MINUTE;
/// So many links are sent for an account within the life of one: more would only fill somebody's letter-box.
const AT_ONCE: i64 = 5;

/// Somebody asks for a link.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// As typed.
    pub email: &'a str,
    /// The address that the request came from.
    pub origin: &'a str,
}

/// To whom a link is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub person: i64,
    pub email: String,
    pub name: String,
}

/// Puts a letter with the link's token into the outbox, in the transaction that keeps the link.
pub type Queue<'a> = dyn Fn(&mut Database, &Recipient, &Secret) -> Result<(), AppError> + 'a;

/// Draws a link for the account of an address and gives it to `queue`. For an address without an open account nothing is
/// done, and the answer is the same; the letter is sent later by others, so that the time taken tells little too.
///
/// Of an account with five links in the last 15 minutes no further is drawn, and those stay good: whoever asks in somebody's
/// name over and over neither fills their letter-box nor keeps them out.
///
/// # Errors
/// When the database fails, and what `queue` gives; then no link was drawn.
pub fn request(store: &Store, asking: &Asking<'_>, now: Timestamp, queue: &Queue<'_>) -> Result<(), AppError> {
    let Ok(email) = normal_email(asking.email) else { return Ok(()) };
    store.record(|connection| {
        let Some(recipient) = open_account(connection, &email)? else { return Ok(()) };
        let since = now.as_microsecond().saturating_sub(LIFE);
        if rows::links_since(connection, recipient.person, since)? >= AT_ONCE {
            return Ok(());
        }
        let token = keep_link(connection, recipient.person, now)?;
        queue(connection, &recipient, &token)?;
        let event = Event::new("person.link_sent", format!("person:{}", recipient.person));
        append(connection, &Actor::public(asking.origin), &event, now)?;
        Ok(())
    })
}

/// Draws a link for whoever holds the machine: for the first administrator, and where no letters can be sent.
///
/// # Errors
/// [`Code::NotPermitted`] for anybody else: a link signs in as somebody else. [`Code::PersonUnknown`] for an address without
/// an account; [`Code::AccountUnusable`] for one whose account or organisation is closed.
pub fn draw(store: &Store, actor: &Actor, email: &str, now: Timestamp) -> Result<Secret, AppError> {
    Span::of(actor)?;
    if actor.who != Who::Command {
        let happened = "Links for other people are drawn at the command line only.";
        return Err(AppError::new(Code::NotPermitted, happened, "They ask for their own at /sign-in."));
    }
    let known = person_by_email(store, actor, email)?;
    store.record(|connection| {
        if open_account(connection, &known.email)?.is_none() {
            let happened = "This account, or its organisation, is closed.";
            return Err(super::directory::refused(happened, "A closed account signs in no more."));
        }
        let token = keep_link(connection, known.id, now)?;
        append(connection, actor, &Event::new("person.link_drawn", format!("person:{}", known.id)), now)?;
        Ok(token)
    })
}

/// Whether a link can still be used: for the page that asks to press a button. Uses nothing up.
///
/// # Errors
/// When the database fails.
pub fn look(store: &Store, token: &str, now: Timestamp) -> Result<bool, AppError> {
    let hash = secret::hashed(token);
    Ok(store.read(|connection| rows::link_is_fresh(connection, &hash, now.as_microsecond()))?)
}

/// Uses a link and gives the token of the session that it opens. Of two who use it at once, one gets a session.
///
/// # Errors
/// [`Code::LinkUnusable`] in the same words for a link that was used, is too old, was never drawn, or whose account is
/// closed; otherwise when the database fails.
pub fn redeem(store: &Store, token: &str, now: Timestamp, origin: &str) -> Result<Secret, AppError> {
    let hash = secret::hashed(token);
    let opened = store.record(|connection| {
        let Some(person) = rows::use_link(connection, &hash, now.as_microsecond())? else { return Ok(None) };
        let opening = Opening { person, by: OpenedBy::Link, second_factor: false, origin };
        open_within(connection, &opening, now)
    })?;
    opened.ok_or_else(unusable)
}

/// The error for a link that can't be used, whatever the reason.
pub fn unusable() -> AppError {
    AppError::new(
        Code::LinkUnusable,
        "This link has been used or is older than 15 minutes.",
        "Ask for a new one at /sign-in; it comes by e-mail.",
    )
}

/// The open account of an address, in an open organisation.
fn open_account(connection: &mut Database, email: &str) -> Result<Option<Recipient>, StoreError> {
    let found = people::by_email(connection, email)?.filter(|row| row.closed_at.is_none());
    let Some(person) = found else { return Ok(None) };
    let organisation = organisations::by_id(connection, person.organisation_id)?;
    let open = organisation.is_some_and(|row| row.closed_at.is_none());
    Ok(open.then_some(Recipient { person: person.id, email: person.email, name: person.name }))
}

/// Draws a link and keeps its hash.
fn keep_link(connection: &mut Database, person: i64, now: Timestamp) -> Result<Secret, StoreError> {
    let token = secret::draw();
    let at = now.as_microsecond();
    let link = NewLink {
        person_id: person,
        token_hash: secret::hashed(token.reveal()),
        created_at: at,
        expires_at: at.saturating_add(LIFE),
    };
    rows::add_link(connection, &link)?;
    Ok(token)
}
