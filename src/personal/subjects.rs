//! What is held on a person: the answer to a request under article 15 of the UK GDPR.
//!
//! In: an e-mail address. Out: a [`SubjectRecord`], for JSON and for a page. Always holds: it holds what lies within the
//! asker's reach and no more; tokens, factors and codes are never in it; that it was put together is recorded, by number.

use super::contacts::{self, ContactView};
use super::{instant, refused};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Reach, Sources};
use crate::error::AppError;
use crate::store::audit::Wanted;
use crate::store::subjects::{self, AccountRow};
use crate::store::{Database, Store, StoreError, contacts as kept, feeds, outbox, redactions};
use crate::triage::is_within;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::HashSet;
use utoipa::ToSchema;

/// Everything that is held on one person within the asker's reach.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SubjectRecord {
    /// The address that was asked for, in lower case.
    pub email: String,
    pub put_together_at: Timestamp,
    /// Contacts of which some version has the address: those versions and the same person's without one, oldest first.
    pub contacts: Vec<ContactView>,
    /// The account that signs in with the address.
    pub account: Option<AccountHeld>,
    /// Rows of sources that wait for a person or for their sender and have the address in them.
    pub held_rows: Vec<HeldMention>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AccountHeld {
    pub person: i64,
    pub name: String,
    pub organisation: String,
    pub roles: Vec<String>,
    pub created: Timestamp,
    pub closed: Option<Timestamp>,
    pub last_signed_in: Option<Timestamp>,
    /// Since when it has a second factor.
    pub second_factor_since: Option<Timestamp>,
    /// Newest first.
    pub sessions: Vec<SessionHeld>,
    /// Newest first.
    pub links: Vec<LinkHeld>,
    /// Letters to its address, newest first: that there were any, not what they said.
    pub letters: Vec<LetterHeld>,
    /// Who else vouches for it: issuer, and the subject by which the issuer knows it.
    pub issuers: Vec<(String, String)>,
    /// What it did, and what was done about it, as the audit log has it; newest first.
    pub log: Vec<LogLine>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionHeld {
    pub opened: Timestamp,
    pub last_seen: Timestamp,
    pub expires: Timestamp,
    pub closed: Option<Timestamp>,
    /// How it was opened: `link`, `openid`, `command`, `demo`.
    pub opened_by: String,
    /// The address it came from.
    pub opened_from: String,
}

/// A one-time link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkHeld {
    pub created: Timestamp,
    pub expires: Timestamp,
    pub used: Option<Timestamp>,
}

/// That a letter was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterHeld {
    /// Such as `sign_in_link`.
    pub kind: String,
    /// Such as `delivered`.
    pub state: String,
    pub queued: Timestamp,
    pub ended: Option<Timestamp>,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LogLine {
    pub position: i64,
    pub at: Timestamp,
    /// Whether the account did it; otherwise it was done about the account.
    pub own: bool,
    pub action: String,
    pub subject: String,
    pub origin: String,
}

/// A held row that mentions the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeldMention {
    pub row: i64,
    pub feed: String,
    /// The last run that held it.
    pub run: i64,
    /// As the source heads them.
    pub columns: Vec<String>,
}

/// Puts together what is held on whoever has that e-mail address. An address of which nothing is held gives an empty
/// record.
///
/// # Errors
/// As [`Actor::may`] for [`Action::AnswerSubjects`]; [`crate::error::Code::InputRefused`] for what is no e-mail address;
/// otherwise when the database fails.
pub fn subject_access(store: &Store, actor: &Actor, now: Timestamp, email: &str) -> Result<SubjectRecord, AppError> {
    let reach = actor.reach(Action::AnswerSubjects)?;
    let sources = actor.sources(Action::AnswerSubjects)?;
    let email = email.trim().to_lowercase();
    if email.contains('\0') || email.parse::<lettre::Address>().is_err() {
        return Err(refused("This is no e-mail address.", "Give one such as clerk@example.org."));
    }
    store.record(|connection| {
        let contacts = contacts_of(connection, &reach, &email)?;
        let account = subjects::account_with_email(connection, &email)?;
        let account = account.filter(|account| own_account(actor, &reach, account));
        let account = account.map(|account| whole_account(connection, account)).transpose()?;
        let held_rows = mentions(connection, &sources, &email)?;
        let mut numbers: Vec<i64> = contacts.iter().map(|contact| contact.contact).collect();
        numbers.dedup();
        let subject = account.as_ref().map_or_else(|| "contacts".to_owned(), |own| format!("person:{}", own.person));
        let rows: Vec<i64> = held_rows.iter().map(|mention| mention.row).collect();
        let told = json!({ "contacts": numbers, "held_rows": rows });
        audit::append(connection, actor, &Event::new("subject.answered", subject).with(told), now)?;
        Ok(SubjectRecord { email: email.clone(), put_together_at: now, contacts, account, held_rows })
    })
}

/// Whether the actor answers for the account: it is of the same organisation, or the actor reaches the nation.
pub(super) fn own_account(actor: &Actor, reach: &Reach, account: &AccountRow) -> bool {
    *reach == Reach::Nation || actor.organisation.as_ref().is_some_and(|own| own.id == account.organisation_id)
}

fn contacts_of(connection: &mut Database, reach: &Reach, email: &str) -> Result<Vec<ContactView>, AppError> {
    let mut views = Vec::new();
    let versions = kept::with_email(connection, email)?;
    // A post goes from one person to the next: only versions with the address, or with the same name and none, are about
    // whoever asks.
    let names: HashSet<Option<String>> =
        versions.iter().filter(|row| row.email.as_deref() == Some(email)).map(|row| row.name.clone()).collect();
    let theirs = |row: &kept::ContactRow| match row.email.as_deref() {
        Some(kept) => kept == email,
        None => names.contains(&row.name),
    };
    for row in versions.into_iter().filter(theirs) {
        let council = kept::council(connection, row.council_id)?.filter(|council| is_within(reach, council));
        if let Some(council) = council {
            views.push(contacts::view(row, &council)?);
        }
    }
    views.sort_by_key(|view| view.contact);
    Ok(views)
}

fn whole_account(connection: &mut Database, account: AccountRow) -> Result<AccountHeld, StoreError> {
    let maybe = |at: Option<i64>| at.map(instant).transpose();
    let session = |row: subjects::SessionRow| {
        Ok(SessionHeld {
            opened: instant(row.opened_at)?,
            last_seen: instant(row.last_seen_at)?,
            expires: instant(row.expires_at)?,
            closed: row.closed_at.map(instant).transpose()?,
            opened_by: row.opened_by,
            opened_from: row.opened_from,
        })
    };
    let link = |row: subjects::LinkRow| {
        Ok(LinkHeld {
            created: instant(row.created_at)?,
            expires: instant(row.expires_at)?,
            used: row.used_at.map(instant).transpose()?,
        })
    };
    let sessions = subjects::sessions(connection, account.id)?.into_iter().map(session);
    let sessions = sessions.collect::<Result<_, StoreError>>()?;
    let links = subjects::links(connection, account.id)?.into_iter().map(link).collect::<Result<_, StoreError>>()?;
    let letter = |row: outbox::LetterRow| {
        Ok(LetterHeld {
            queued: instant(row.queued_at)?,
            ended: row.ended_at.map(instant).transpose()?,
            kind: row.kind,
            state: row.state,
        })
    };
    let letters = outbox::to(connection, &account.email)?.into_iter().map(letter).collect::<Result<_, StoreError>>()?;
    Ok(AccountHeld {
        letters,
        person: account.id,
        name: account.name,
        organisation: account.organisation,
        roles: subjects::roles(connection, account.id)?,
        created: instant(account.created_at)?,
        closed: maybe(account.closed_at)?,
        last_signed_in: maybe(account.last_signed_in_at)?,
        second_factor_since: maybe(account.second_factor_confirmed_at)?,
        sessions,
        links,
        issuers: subjects::openid(connection, account.id)?,
        log: log_of(connection, account.id)?,
    })
}

fn log_of(connection: &mut Database, person: i64) -> Result<Vec<LogLine>, StoreError> {
    let reference = format!("person:{person}");
    let by = Wanted { actor: Some(reference.clone()), ..Wanted::default() };
    let about = Wanted { subject: Some(reference.clone()), ..Wanted::default() };
    let mut entries = crate::store::audit::page(connection, &by, i64::MAX)?;
    let others = crate::store::audit::page(connection, &about, i64::MAX)?;
    entries.extend(others.into_iter().filter(|entry| entry.actor != reference));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.position));
    let line = |entry: crate::store::audit::EntryRow| {
        let own = entry.actor == reference;
        Ok(LogLine {
            position: entry.position,
            at: instant(entry.at)?,
            own,
            action: entry.action,
            subject: entry.subject,
            // Where somebody else was when they did it is theirs.
            origin: if own { entry.origin } else { String::new() },
        })
    };
    entries.into_iter().map(line).collect()
}

fn mentions(connection: &mut Database, sources: &Sources, email: &str) -> Result<Vec<HeldMention>, AppError> {
    let mut found = Vec::new();
    for feed in feeds::all(connection)? {
        if !super::redaction::covers(connection, sources, &feed.id)? {
            continue;
        }
        for row in redactions::held_of_feed(connection, &feed.id)? {
            if !row.raw.to_lowercase().contains(email) {
                continue;
            }
            let place = || format!("held row {}", row.id);
            let cells: Map<String, Json> = serde_json::from_str(&row.raw)
                .map_err(|e| StoreError::Corrupt { place: place(), because: e.to_string() })?;
            let holds = |cell: &Json| cell.as_str().is_some_and(|cell| cell.to_lowercase().contains(email));
            let columns: Vec<String> =
                cells.iter().filter(|(_, cell)| holds(cell)).map(|(heading, _)| heading.clone()).collect();
            found.push(HeldMention { row: row.id, feed: feed.id.clone(), run: row.last_run_id, columns });
        }
    }
    Ok(found)
}
