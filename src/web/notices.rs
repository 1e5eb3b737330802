//! What people are written when something happens to an account: that it was opened, that its second factor was reset,
//! that a key was issued.
//!
//! In: the change that an administrator asked for. Out: the change, and letters in the outbox. Always holds: a letter that
//! can't be written stops nothing: the change is kept, and the log says what was not sent.

use crate::app::App;
use crate::auth::directory::{self, NewPerson, PersonView};
use crate::auth::keys::IssuedKey;
use crate::auth::{Actor, Role};
use crate::communications::{AccountOpened, KeyIssued, Letter, SecondFactorReset, queue};
use crate::error::AppError;

/// Adds a person, and writes to them that they have an account.
///
/// # Errors
/// As [`directory::add_person`].
pub fn account_opened(app: &App, actor: &Actor, new: &NewPerson) -> Result<(), AppError> {
    let added = directory::add_person(&app.store, actor, new, app.clock.now())?;
    let organisation = directory::organisation(&app.store, actor, &added.organisation)?;
    let letter = AccountOpened {
        service: &app.config.address(),
        name: &added.name,
        opened_by: &actor.shown(),
        organisation: &organisation.name,
        second_factor: added.roles.iter().any(|role| role.needs_second_factor()),
    };
    post(app, letter.letter(&added.email));
    Ok(())
}

/// Resets a person's second factor, and writes to them that it was.
///
/// # Errors
/// As [`directory::reset_second_factor`].
pub fn second_factor_reset(app: &App, actor: &Actor, person: i64) -> Result<(), AppError> {
    let now = app.clock.now();
    let reset = directory::reset_second_factor(&app.store, actor, person, now)?;
    let organisation = directory::organisation(&app.store, actor, &reset.organisation)?;
    let letter = SecondFactorReset {
        service: &app.config.address(),
        name: &reset.name,
        reset_by: &actor.shown(),
        organisation: &organisation.name,
        at: now,
    };
    post(app, letter.letter(&reset.email));
    Ok(())
}

/// Writes to the other administrators of an organisation that a key was issued there.
///
/// # Errors
/// When the directory can't be read.
pub fn key_issued(app: &App, actor: &Actor, issued: &IssuedKey) -> Result<(), AppError> {
    let view = &issued.view;
    let organisation = directory::organisation(&app.store, actor, &view.organisation)?;
    let people = directory::people(&app.store, actor, Some(&view.organisation))?;
    let told = |person: &&PersonView| person.closed_at.is_none() && person.roles.contains(&Role::Administrator);
    for person in people.iter().filter(told) {
        let letter = KeyIssued {
            service: &app.config.address(),
            name: &person.name,
            issued_by: &actor.shown(),
            organisation: &organisation.name,
            key: (&view.name, &view.prefix, view.role.title()),
            at: view.created_at,
            expires_at: view.expires_at,
        };
        post(app, letter.letter(&person.email));
    }
    Ok(())
}

/// Puts a letter into the outbox where letters are sent at all.
fn post(app: &App, letter: Result<Letter, AppError>) {
    if !app.mailer.is_set() {
        return;
    }
    let queued = letter.and_then(|letter| {
        let (seal, now) = (app.seal()?, app.clock.now());
        app.store.write(|connection| queue(connection, &seal, &letter, now))
    });
    match queued {
        Ok(_) => app.postbox.wake(),
        Err(error) => tracing::error!(code = error.code.word(), "a notice was not queued: {}", error.happened),
    }
}
