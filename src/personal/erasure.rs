//! Erasing people: who a contact was, or whose an account was.
//!
//! In: a number and a reason. Out: nothing of who it was; what stays is what figures need. Always holds: every version is
//! erased at once; the audit log names accounts by number only, so it stays whole and its chain verifies.

use super::contacts::{self, ContactView};
use super::subjects::own_account;
use super::{checked_reason, refused};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Who};
use crate::error::AppError;
use crate::store::{Store, StoreError, contacts as kept, outbox, subjects};
use jiff::Timestamp;
use serde_json::json;

/// Erases who a contact was from every version of it: name, e-mail address, telephone number, and who told us. Post,
/// council and times stay; what had not ended ends. Gives the versions as they are now, oldest first.
///
/// # Errors
/// As [`Actor::may`] for [`Action::AnswerSubjects`]; [`crate::error::Code::RecordUnknown`] for a contact that isn't there
/// or of a council outside the actor's reach; [`crate::error::Code::InputRefused`] for the reason; otherwise when the
/// database fails.
pub fn erase_contact(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    (contact, reason): (i64, &str),
) -> Result<Vec<ContactView>, AppError> {
    let reach = actor.reach(Action::AnswerSubjects)?;
    store.record(|connection| {
        kept::overwrite_what_goes(connection)?;
        let (council, versions) = contacts::versions_within(connection, &reach, contact)?;
        let removed: Vec<&str> = versions
            .iter()
            .flat_map(|version| [&version.name, &version.email, &version.telephone])
            .filter_map(|value| value.as_deref())
            .collect();
        let reason = checked_reason(reason, &removed)?;
        kept::erase(connection, contact, now.as_microsecond())?;
        let told = json!({ "council": council.gss_code, "versions": versions.len(), "reason": reason });
        audit::append(connection, actor, &Event::new("contact.erased", contacts::subject(contact)).with(told), now)?;
        let erased = kept::versions(connection, contact)?.into_iter().map(|version| contacts::view(version, &council));
        Ok(erased.collect::<Result<_, StoreError>>()?)
    })
}

/// Erases whose an account was: its name and address become those of nobody, it is closed, its sessions are closed and
/// lose the address they came from, its links, second factor, recovery codes and issuers' subjects are removed. Its number
/// and roles stay, for what it did.
///
/// # Errors
/// As [`Actor::may`] for [`Action::AnswerSubjects`]; [`crate::error::Code::RecordUnknown`] for an account that isn't there
/// or of another organisation; [`crate::error::Code::InputRefused`] for the reason, and for one's own account; otherwise
/// when the database fails.
pub fn erase_person(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    (person, reason): (i64, &str),
) -> Result<(), AppError> {
    let reach = actor.reach(Action::AnswerSubjects)?;
    if matches!(actor.who, Who::Person { id, .. } if id == person) {
        return Err(refused("This is your own account.", "Ask another manager to erase it: somebody else decides."));
    }
    store.record(|connection| {
        kept::overwrite_what_goes(connection)?;
        let account = subjects::account(connection, person)?;
        let account = account.filter(|account| own_account(actor, &reach, account));
        let account = account.ok_or_else(|| super::unknown("account", person))?;
        let reason = checked_reason(reason, &[&account.name, &account.email])?;
        let nobody = (format!("erased account {person}"), format!("erased-{person}@invalid"));
        outbox::forget(connection, &account.email)?;
        subjects::erase(connection, person, (&nobody.0, &nobody.1), now.as_microsecond())?;
        let event = Event::new("person.erased", format!("person:{person}"));
        Ok(audit::append(connection, actor, &event.with(json!({ "reason": reason })), now)?)
    })
}
