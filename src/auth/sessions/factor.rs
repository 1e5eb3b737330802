//! A person's own second factor: set up, confirmed, shown.
//!
//! In: the person who has signed in, and codes they type. Out: what sets up an authenticator; recovery codes, once. Always
//! holds: a factor counts once a code of it was shown; setting up another leaves the one in force until then; no code
//! counts twice; wrong codes are counted, and logged, in the transaction that finds them wrong.
//!
//! Five wrong codes close the session that they were typed in, and nothing else: the account stays open, its other sessions
//! stay, and a new link opens a new one. To type codes at all one needs a session, which takes the e-mailed link; so a
//! stranger can close nobody's session, and who reads somebody's mail closes the sessions that they opened themselves.

use super::{own, rows};
use crate::audit::{Event, append};
use crate::auth::Actor;
use crate::auth::directory::refused;
use crate::auth::seal::Seal;
use crate::auth::second_factor::{self, Enrolment};
use crate::auth::secret::{self, Secret};
use crate::error::{AppError, Code};
use crate::store::people::{self, SecondFactorRow};
use crate::store::{Database, Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// So many wrong codes in a row close a session.
const WRONG_CODES: i32 = 5;

/// The second factor of the person who asks.
#[derive(Clone, Copy)]
pub struct OwnFactor<'a> {
    pub store: &'a Store,
    pub seal: &'a Seal,
    /// A person.
    pub actor: &'a Actor,
}

/// How far a person is with their second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorStanding {
    /// Whether one is set up.
    pub confirmed: bool,
    /// Wrong codes that this session is still forgiven.
    pub attempts_left: i64,
    pub recovery_codes_left: i64,
}

/// How far the person who asks is with their second factor.
///
/// # Errors
/// [`Code::NotSignedIn`], also once the session is closed; otherwise when the database fails.
pub fn factor_standing(store: &Store, actor: &Actor) -> Result<FactorStanding, AppError> {
    let (person, session) = own(actor)?;
    store.read(|connection| {
        let open = rows::by_id(connection, session)?.filter(|row| row.closed_at.is_none());
        let open = open.ok_or_else(session_closed)?;
        let kept = people::second_factor(connection, person)?;
        Ok(FactorStanding {
            confirmed: kept.is_some_and(|kept| kept.second_factor_confirmed_at.is_some()),
            attempts_left: i64::from(WRONG_CODES - open.wrong_codes),
            recovery_codes_left: people::recovery_codes_left(connection, person)?,
        })
    })
}

/// What is sealed: secrets in base 32.
#[derive(Default, Serialize, Deserialize)]
struct Sealed {
    /// Confirmed.
    in_force: Option<String>,
    /// Not confirmed yet.
    drawn: Option<String>,
    /// The session that it was drawn in, which alone may see it and confirm it: whoever opened another, with nothing but
    /// somebody's mail, would otherwise have them take a secret that is known already.
    drawn_in: Option<i64>,
}

impl Sealed {
    /// What was drawn in that session.
    fn drawn_in_session(self, session: i64) -> Option<String> {
        self.drawn.filter(|_| self.drawn_in == Some(session))
    }
}

fn none_drawn() -> AppError {
    let happened = "No second factor is being set up in this session, or another was begun since.";
    refused(happened, "Begin at /sign-in/second-factor/enrol.")
}

fn unfit(error: second_factor::AccountUnusable) -> AppError {
    refused(error.to_string(), "Ask for another e-mail address.")
}

fn email_of(connection: &mut Database, person: i64) -> Result<String, StoreError> {
    Ok(people::by_id(connection, person)?.map(|row| row.email).unwrap_or_default())
}

/// What became of a code.
enum Shown<T> {
    Right(T),
    /// And this many tries are left.
    Wrong(i32),
    /// The session is closed, with this code or before it.
    Closed,
}

impl<T> Shown<T> {
    fn told(self) -> Result<T, AppError> {
        match self {
            Shown::Right(right) => Ok(right),
            Shown::Wrong(left) => Err(AppError::new(
                Code::CodeWrong,
                "This code isn't right, or was used before.",
                format!(
                    "Wait for the next code and type that one; see that the telephone's clock is right. {left} more wrong {} this session.",
                    if left == 1 { "code closes" } else { "codes close" }
                ),
            )),
            Shown::Closed => Err(session_closed()),
        }
    }
}

fn session_closed() -> AppError {
    AppError::new(
        Code::NotSignedIn,
        "This session is closed, by signing out or after too many wrong codes. Your account is as it was.",
        "Sign in again at /sign-in.",
    )
}

impl OwnFactor<'_> {
    /// Draws a second factor. It counts once [`OwnFactor::confirm_enrolment`] was given a code of it; one that is in force
    /// counts until then.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`]; [`Code::SecondFactorDue`] where there is a confirmed one that this session hasn't shown;
    /// [`Code::ConfigInvalid`] when the secret key can't open what it sealed.
    pub fn begin_enrolment(&self, now: Timestamp) -> Result<Enrolment, AppError> {
        let (person, session) = own(self.actor)?;
        self.store.record(|connection| {
            let open = rows::by_id(connection, session)?.filter(|row| row.closed_at.is_none());
            let open = open.ok_or_else(session_closed)?;
            let kept = self.kept(connection, person)?;
            if kept.second_factor_confirmed_at.is_some() && !open.second_factor {
                return Err(AppError::new(
                    Code::SecondFactorDue,
                    "This account has a second factor, which this session has not shown.",
                    "Show a code of it or a recovery code first. If both are lost, ask whoever administers your organisation to reset it.",
                ));
            }
            let enrolment = second_factor::enrol(&email_of(connection, person)?).map_err(unfit)?;
            let mut sealed = self.opened(person, &kept)?;
            sealed.drawn = Some(enrolment.secret.reveal().to_owned());
            sealed.drawn_in = Some(session);
            people::put_second_factor(connection, person, &self.sealed(person, &sealed)?, None)?;
            self.log(connection, "person.second_factor_begun", person, now)?;
            Ok(enrolment)
        })
    }

    /// The factor that was drawn in this session and isn't confirmed yet, as [`OwnFactor::begin_enrolment`] gave it.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`]; [`Code::AccountUnusable`] where none was drawn in this session; [`Code::ConfigInvalid`] as
    /// [`OwnFactor::begin_enrolment`].
    pub fn enrolment_at_hand(&self) -> Result<Enrolment, AppError> {
        let (person, session) = own(self.actor)?;
        self.store.read(|connection| {
            let kept = self.kept(connection, person)?;
            let drawn = self.opened(person, &kept)?.drawn_in_session(session).ok_or_else(none_drawn)?;
            second_factor::enrol_again(&email_of(connection, person)?, &drawn).map_err(unfit)?.ok_or_else(none_drawn)
        })
    }

    /// Confirms the factor that was drawn in this session, by a code of it, and gives the recovery codes: shown once, in the place of any
    /// there were. The session has shown its second factor with that.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`], also once the session was closed for wrong codes; [`Code::CodeWrong`];
    /// [`Code::AccountUnusable`] where none was drawn in this session; [`Code::ConfigInvalid`] as [`OwnFactor::begin_enrolment`].
    pub fn confirm_enrolment(&self, code: &str, now: Timestamp) -> Result<Vec<Secret>, AppError> {
        let (person, session) = own(self.actor)?;
        let recovery_codes = second_factor::draw_recovery_codes();
        let hashes: Vec<String> = recovery_codes.iter().map(|code| secret::hashed(code.reveal())).collect();
        let shown = self.store.record(|connection| {
            let kept = self.kept(connection, person)?;
            let drawn = self.opened(person, &kept)?.drawn_in_session(session).ok_or_else(none_drawn)?;
            let Some(step) = second_factor::check(&drawn, code, now, None) else { return self.wrong(connection, now) };
            if !rows::second_factor_shown(connection, session)? {
                return Ok(Shown::Closed);
            }
            let sealed = self.sealed(person, &Sealed { in_force: Some(drawn), ..Sealed::default() })?;
            people::put_second_factor(connection, person, &sealed, Some((now.as_microsecond(), step)))?;
            people::put_recovery_codes(connection, person, &hashes)?;
            self.log(connection, "person.second_factor_confirmed", person, now)?;
            Ok(Shown::Right(()))
        })?;
        shown.told().map(|()| recovery_codes)
    }

    /// Shows the second factor in this session: a code of the authenticator, or a recovery code.
    ///
    /// # Errors
    /// As [`OwnFactor::confirm_enrolment`].
    pub fn show_code(&self, code: &str, now: Timestamp) -> Result<(), AppError> {
        let (person, session) = own(self.actor)?;
        let shown = self.store.record(|connection| {
            let kept = self.kept(connection, person)?;
            if kept.second_factor_confirmed_at.is_none() {
                return Err(refused("No second factor is set up yet.", "Set one up at /sign-in/second-factor."));
            }
            let Some(by) = self.taken(connection, (person, &kept), code, now)? else {
                return self.wrong(connection, now);
            };
            if !rows::second_factor_shown(connection, session)? {
                // The code is given back with the transaction's end.
                return Err(session_closed());
            }
            let left = people::recovery_codes_left(connection, person)?;
            let event = Event::new("session.second_factor_shown", format!("session:{session}"));
            append(connection, self.actor, &event.with(json!({ "by": by, "recovery_codes_left": left })), now)?;
            Ok(Shown::Right(()))
        })?;
        shown.told()
    }

    /// Takes a code, so that it doesn't count again; says what kind it was, none for a wrong one.
    fn taken(
        &self,
        connection: &mut Database,
        (person, kept): (i64, &SecondFactorRow),
        code: &str,
        now: Timestamp,
    ) -> Result<Option<&'static str>, AppError> {
        if let Some(normal) = second_factor::normal_recovery_code(code) {
            let hash = secret::hashed(&normal);
            let taken = people::take_recovery_code(connection, person, &hash, now.as_microsecond())?;
            return Ok(taken.then_some("recovery_code"));
        }
        let Some(in_force) = self.opened(person, kept)?.in_force else { return Ok(None) };
        let Some(step) = second_factor::check(&in_force, code, now, kept.second_factor_step) else { return Ok(None) };
        Ok(people::take_step(connection, person, step)?.then_some("authenticator"))
    }

    /// Counts a wrong code, and closes the session with the last that is forgiven.
    fn wrong<T>(&self, connection: &mut Database, now: Timestamp) -> Result<Shown<T>, AppError> {
        let (_, session) = own(self.actor)?;
        let Some(count) = rows::count_wrong_code(connection, session)? else { return Ok(Shown::Closed) };
        let subject = format!("session:{session}");
        let event = Event::new("session.code_wrong", subject).with(json!({ "wrong_codes": count }));
        append(connection, self.actor, &event, now)?;
        if count < WRONG_CODES {
            return Ok(Shown::Wrong(WRONG_CODES - count));
        }
        super::closed(connection, self.actor, session, now)?;
        Ok(Shown::Closed)
    }

    fn kept(&self, connection: &mut Database, person: i64) -> Result<SecondFactorRow, AppError> {
        let missing = || StoreError::Corrupt { place: format!("person {person}"), because: "it is gone".to_owned() };
        Ok(people::second_factor(connection, person)?.ok_or_else(missing)?)
    }

    fn opened(&self, person: i64, kept: &SecondFactorRow) -> Result<Sealed, AppError> {
        let Some(text) = &kept.second_factor else { return Ok(Sealed::default()) };
        let plain = self.seal.open(&purpose(person), text)?;
        // What can't be read isn't repeated: it may hold a secret.
        let because = || "it is sealed but not as it was written".to_owned();
        let corrupt = |_| StoreError::Corrupt { place: purpose(person), because: because() };
        Ok(serde_json::from_slice(&plain).map_err(corrupt)?)
    }

    fn sealed(&self, person: i64, sealed: &Sealed) -> Result<String, AppError> {
        let plain = json!(sealed).to_string();
        Ok(self.seal.seal(&purpose(person), plain.as_bytes())?)
    }

    fn log(
        &self,
        connection: &mut Database,
        action: &'static str,
        person: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        append(connection, self.actor, &Event::new(action, format!("person:{person}")), now)
    }
}

/// What it is sealed for: one person's can't be put into another's row.
fn purpose(person: i64) -> String {
    format!("second factor of person {person}")
}
