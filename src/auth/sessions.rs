//! Sessions: what a browser shows after somebody has signed in.
//!
//! In: a token, or a person who is to be signed in. Out: an [`Actor`], or the new token to hand over once. Always holds: a
//! session ends an hour after it was last seen, 12 hours after it was opened, when it is closed, and when its account or
//! organisation is; roles are read anew with each request; opening and closing are in the audit log.

mod factor;

pub use factor::{FactorStanding, OwnFactor, factor_standing};

use super::accounts::{self, MINUTE};
use super::directory::Span;
use super::role::worded;
use super::secret::{self, Secret};
use super::{Action, Actor, Who};
use crate::audit::{Event, append};
use crate::error::{AppError, Code};
use crate::store::sessions::{self as rows, NewSession, SessionRow};
use crate::store::{Database, Store, StoreError, organisations, people};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// After this long without a request a session has ended: OWASP's and NIST's (SP 800-63B, section 2.2.3) bounds for work
/// with personal data, for people who look up one council between two telephone calls.
const IDLE: i64 = 60 * MINUTE;
/// After this long a session has ended in any case: a working day.
const LONGEST: i64 = 12 * 60 * MINUTE;
/// A session seen within this time isn't written down again: a page is many requests. It therefore ends up to this much
/// early.
const SEEN_ANEW: i64 = MINUTE;

worded! {
    /// How a session was opened.
    OpenedBy {
        Link = "link", "a one-time link";
        Openid = "openid", "the organisation's own sign-in";
        Command = "command", "the command line";
        Demo = "demo", "the demo";
    }
}

/// A session to open.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    pub person: i64,
    pub by: OpenedBy,
    /// Whether a second factor was shown already.
    pub second_factor: bool,
    /// The address it is opened from.
    pub origin: &'a str,
}

/// A session as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionView {
    pub id: i64,
    /// Whether it is the one that asks.
    pub this_one: bool,
    pub opened_by: OpenedBy,
    /// The address it was opened from.
    pub opened_from: String,
    pub opened_at: Timestamp,
    /// To the minute.
    pub last_seen_at: Timestamp,
    /// When it ends, however busy it is.
    pub expires_at: Timestamp,
    pub second_factor: bool,
}

/// Opens a session and gives its token.
///
/// # Errors
/// [`Code::PersonUnknown`] for a person who isn't there or whose account or organisation is closed; otherwise when the
/// database fails.
pub fn open(store: &Store, opening: &Opening<'_>, now: Timestamp) -> Result<Secret, AppError> {
    let opened = store.record(|connection| open_within(connection, opening, now).map_err(AppError::from))?;
    opened.ok_or_else(|| {
        let happened = format!("There is no open account with the number {}.", opening.person);
        AppError::new(Code::PersonUnknown, happened, "Look it up in the list of people.")
    })
}

/// Opens a session in a transaction that [`Store::record`] began; none where the account or its organisation is closed.
pub(super) fn open_within(
    connection: &mut Database,
    opening: &Opening<'_>,
    now: Timestamp,
) -> Result<Option<Secret>, StoreError> {
    let Some(person) = people::by_id(connection, opening.person)?.filter(|row| row.closed_at.is_none()) else {
        return Ok(None);
    };
    let organisation = organisations::by_id(connection, person.organisation_id)?;
    let Some(organisation) = organisation.filter(|row| row.closed_at.is_none()) else { return Ok(None) };
    let at = now.as_microsecond();
    let token = secret::draw();
    let new = NewSession {
        token_hash: secret::hashed(token.reveal()),
        person_id: person.id,
        opened_at: at,
        last_seen_at: at,
        expires_at: at.saturating_add(LONGEST),
        second_factor: opening.second_factor,
        wrong_codes: 0,
        opened_by: opening.by.word().to_owned(),
        opened_from: opening.origin.to_owned(),
    };
    let session = rows::open(connection, &new)?;
    people::signed_in(connection, person.id, at)?;
    let subject = format!("person:{}", person.id);
    let actor = Actor {
        who: Who::Person { id: person.id, name: person.name, session },
        organisation: Some(accounts::affiliation(connection, organisation)?),
        ..Actor::public(opening.origin)
    };
    let details = json!({ "session": session, "by": opening.by, "second_factor": opening.second_factor });
    append(connection, &actor, &Event::new("person.signed_in", subject).with(details), now)?;
    Ok(Some(token))
}

/// Whom a token stands for; none for a token that stands for nobody, or nobody any more. `origin` is the address that it
/// came from now.
///
/// # Errors
/// When the database fails.
pub fn resolve(store: &Store, token: &str, now: Timestamp, origin: &str) -> Result<Option<Actor>, AppError> {
    let at = now.as_microsecond();
    let hash = secret::hashed(token);
    let found = store.read(|connection| {
        let Some((session, person, organisation)) = rows::by_token(connection, &hash)? else { return Ok(None) };
        if !lives(&session, at) || person.closed_at.is_some() || organisation.closed_at.is_some() {
            return Ok(None);
        }
        let actor = accounts::person(connection, person, organisation, &session, origin)?;
        Ok::<_, StoreError>(Some((actor, session)))
    })?;
    let Some((actor, session)) = found else { return Ok(None) };
    let earlier = at.saturating_sub(SEEN_ANEW);
    if session.last_seen_at <= earlier {
        store.write(|connection| rows::seen(connection, session.id, earlier, at))?;
    }
    Ok(Some(actor))
}

/// Whether a session hasn't ended.
fn lives(session: &SessionRow, at: i64) -> bool {
    session.closed_at.is_none() && at < session.expires_at && at < session.last_seen_at.saturating_add(IDLE)
}

/// Closes a session: one's own, which is signing out; another of one's own; or one of a person in the organisation that
/// one administers. One that has ended already stays as it is.
///
/// # Errors
/// [`Code::NotSignedIn`]; [`Code::SessionUnknown`] for a session that isn't there or is a stranger's;
/// [`Code::SecondFactorDue`] for any but the asking one, before the second factor that is due was shown: who only reads
/// somebody's mail shall not sign them out elsewhere.
pub fn close(store: &Store, actor: &Actor, session: i64, now: Timestamp) -> Result<(), AppError> {
    if own(actor).is_ok_and(|(_, this)| this == session) {
        return store.record(|connection| Ok(closed(connection, actor, session, now)?));
    }
    // Refused before it is looked for, so that a refusal doesn't tell whether there is such a session.
    match own(actor) {
        Ok(_) => factor_shown(actor)?,
        Err(_) => actor.may(Action::Administer)?,
    }
    store.record(|connection| {
        let unknown = || AppError::new(Code::SessionUnknown, format!("There is no session {session}."), "");
        let row = rows::by_id(connection, session)?.ok_or_else(unknown)?;
        match may_see(connection, actor, row.person_id) {
            Err(refused) if matches!(refused.code, Code::PersonUnknown | Code::NotPermitted) => return Err(unknown()),
            may => may?,
        }
        Ok(closed(connection, actor, session, now)?)
    })
}

/// Closes a session and says so in the log.
fn closed(connection: &mut Database, actor: &Actor, session: i64, now: Timestamp) -> Result<(), StoreError> {
    if rows::close(connection, session, now.as_microsecond())? {
        append(connection, actor, &Event::new("session.closed", format!("session:{session}")), now)?;
    }
    Ok(())
}

/// Closes all sessions of the person who asks but the one that they ask from; gives how many there were.
///
/// # Errors
/// [`Code::NotSignedIn`]; [`Code::SecondFactorDue`], as [`close`].
pub fn close_others(store: &Store, actor: &Actor, now: Timestamp) -> Result<usize, AppError> {
    let (person, session) = own(actor)?;
    factor_shown(actor)?;
    store.record(|connection| {
        let closed = rows::close_all(connection, person, Some(session), now.as_microsecond())?;
        if closed > 0 {
            let event = Event::new("person.signed_out_elsewhere", format!("person:{person}"));
            append(connection, actor, &event.with(json!({ "sessions_closed": closed })), now)?;
        }
        Ok(closed)
    })
}

/// The sessions of a person that haven't ended, newest first: one's own, or those of a person in the organisation that one
/// administers.
///
/// # Errors
/// As [`close`]; [`Code::PersonUnknown`] for a person that isn't there or is a stranger.
pub fn sessions_of(store: &Store, actor: &Actor, person: i64, now: Timestamp) -> Result<Vec<SessionView>, AppError> {
    let asking = own(actor).ok().map(|(_, session)| session);
    let at = now.as_microsecond();
    store.read(|connection| {
        may_see(connection, actor, person)?;
        let open = rows::open_of(connection, person, at.saturating_sub(IDLE), at)?;
        Ok(open.into_iter().map(|row| view(row, asking)).collect::<Result<_, _>>()?)
    })
}

fn view(row: SessionRow, asking: Option<i64>) -> Result<SessionView, StoreError> {
    let place = format!("session {}", row.id);
    Ok(SessionView {
        id: row.id,
        this_one: asking == Some(row.id),
        opened_by: row.opened_by.parse().map_err(|because| StoreError::Corrupt { place, because })?,
        opened_from: row.opened_from,
        opened_at: accounts::instant(row.opened_at)?,
        last_seen_at: accounts::instant(row.last_seen_at)?,
        expires_at: accounts::instant(row.expires_at)?,
        second_factor: row.second_factor,
    })
}

/// The person who asks and their session.
fn own(actor: &Actor) -> Result<(i64, i64), AppError> {
    match &actor.who {
        Who::Person { id, session, .. } => Ok((*id, *session)),
        Who::Public | Who::Key { .. } | Who::Command | Who::System => {
            Err(AppError::new(Code::NotSignedIn, "This is for a person who has signed in.", "Sign in at /sign-in."))
        }
    }
}

/// Refuses a session that still has to show a second factor.
fn factor_shown(actor: &Actor) -> Result<(), AppError> {
    if !actor.second_factor_due {
        return Ok(());
    }
    Err(AppError::new(
        Code::SecondFactorDue,
        "Your role asks for a second factor, which this session has not shown.",
        "Finish signing in at /sign-in/second-factor.",
    ))
}

/// Refuses those who are neither that person nor administer their organisation.
fn may_see(connection: &mut Database, actor: &Actor, person: i64) -> Result<(), AppError> {
    if own(actor).is_ok_and(|(id, _)| id == person) {
        return factor_shown(actor);
    }
    Span::of(actor)?.person(connection, person).map(|_| ())
}
