//! Whom to write to at a council: kept apart from evidence, with every version.
//!
//! In: what an officer enters. Out: [`ContactView`]s. Always holds: a change ends one version and starts the next, so that
//! nothing is overwritten; looking is recorded as keeping is, by the contacts' numbers and the fields' names alone.

mod check;

use super::{instant, refused, unknown};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Reach};
use crate::error::AppError;
use crate::store::contacts::{self, ContactRow, NewContact};
use crate::store::register::CouncilRow;
use crate::store::{Database, Store, StoreError};
use crate::triage::{find_council, is_within};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Which post a contact has at the council.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    Clerk,
    ResponsibleFinancialOfficer,
    Chair,
    CouncilOffice,
    Other,
}

impl Post {
    /// Every post, in the order in which contacts are listed.
    pub const ALL: [Post; 5] =
        [Post::Clerk, Post::ResponsibleFinancialOfficer, Post::Chair, Post::CouncilOffice, Post::Other];

    /// The word in the database and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Post::Clerk => "clerk",
            Post::ResponsibleFinancialOfficer => "responsible_financial_officer",
            Post::Chair => "chair",
            Post::CouncilOffice => "council_office",
            Post::Other => "other",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Post::Clerk => "Clerk",
            Post::ResponsibleFinancialOfficer => "Responsible financial officer",
            Post::Chair => "Chair",
            Post::CouncilOffice => "Council office",
            Post::Other => "Other",
        }
    }

    /// The post of that word, if there is one.
    pub fn named(word: &str) -> Option<Post> {
        Post::ALL.into_iter().find(|post| post.word() == word)
    }
}

/// What an officer enters of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Details {
    pub post: Post,
    /// Up to 120 characters.
    pub name: Option<String>,
    /// As RFC 5321 has it, up to 254 characters; kept in lower case.
    pub email: Option<String>,
    /// 9 to 15 digits, with an extension after `ext` if there is one.
    pub telephone: Option<String>,
    /// Who told us, such as "the association's list": up to 200 characters, and no person's name.
    pub source: String,
}

/// One version of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactView {
    /// The contact's number, which every version of it shares.
    pub contact: i64,
    /// The council's code.
    pub council: String,
    pub post: Post,
    pub name: Option<String>,
    pub email: Option<String>,
    pub telephone: Option<String>,
    /// Empty once erased.
    pub source: String,
    pub kept_since: Timestamp,
    /// When this version was replaced, or the contact ended.
    pub ended: Option<Timestamp>,
    /// When who it was was erased.
    pub erased: Option<Timestamp>,
}

/// The contacts of one council.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CouncilContacts {
    /// The council's code.
    pub council: String,
    pub name: String,
    /// Who is written to now, by post.
    pub current: Vec<ContactView>,
    /// Versions that were replaced or ended, newest first.
    pub past: Vec<ContactView>,
}

/// The contacts of the council of that code. That they were looked at is recorded.
///
/// # Errors
/// As [`Actor::may`] for [`Action::SeeContacts`]; [`crate::error::Code::CouncilUnknown`] for a council that isn't there
/// or lies outside the actor's reach; otherwise when the database fails.
pub fn list(store: &Store, actor: &Actor, now: Timestamp, gss_code: &str) -> Result<CouncilContacts, AppError> {
    let reach = actor.reach(Action::SeeContacts)?;
    store.record(|connection| {
        let council = find_council(connection, &reach, gss_code)?;
        let rows = contacts::of_council(connection, council.id)?;
        let mut seen: Vec<i64> = rows.iter().map(ContactRow::contact).collect();
        seen.sort_unstable();
        seen.dedup();
        let event = Event::new("contacts.seen", format!("council:{}", council.gss_code));
        audit::append(connection, actor, &event.with(json!({ "contacts": seen })), now)?;
        let views = rows.into_iter().map(|row| view(row, &council)).collect::<Result<Vec<_>, StoreError>>()?;
        let (mut current, mut past): (Vec<_>, Vec<_>) = views.into_iter().partition(|view| view.ended.is_none());
        current.sort_by_key(|view| (Post::ALL.iter().position(|post| *post == view.post), view.contact));
        past.sort_by_key(|view| std::cmp::Reverse((view.ended, view.kept_since, view.contact)));
        Ok(CouncilContacts { council: council.gss_code, name: council.name, current, past })
    })
}

/// Keeps a new contact of the council of that code.
///
/// # Errors
/// As [`Actor::may`] for [`Action::KeepContacts`]; [`crate::error::Code::InputRefused`] with everything that is wrong
/// with the details; [`crate::error::Code::CouncilUnknown`] as for [`list`]; otherwise when the database fails.
pub fn add(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    (gss_code, details): (&str, &Details),
) -> Result<ContactView, AppError> {
    let reach = actor.reach(Action::KeepContacts)?;
    let details = check::checked(details)?;
    store.record(|connection| {
        let council = find_council(connection, &reach, gss_code)?;
        let new = version(&details, (None, council.id), now);
        let contact = contacts::add(connection, &new)?;
        let given = [("name", &new.name), ("email", &new.email), ("telephone", &new.telephone)];
        let given: Vec<&str> = given.iter().filter(|(_, value)| value.is_some()).map(|(field, _)| *field).collect();
        let told = json!({ "council": council.gss_code, "post": details.post.word(), "given": given });
        audit::append(connection, actor, &Event::new("contact.added", subject(contact)).with(told), now)?;
        last(connection, contact, &council)
    })
}

/// Changes a contact: its current version ends, and one with these details starts. Details that say the same change
/// nothing.
///
/// # Errors
/// As for [`add`]; [`crate::error::Code::RecordUnknown`] for a contact that isn't there or of a council outside the
/// actor's reach; [`crate::error::Code::InputRefused`] for one that has ended.
pub fn change(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    (contact, details): (i64, &Details),
) -> Result<ContactView, AppError> {
    let reach = actor.reach(Action::KeepContacts)?;
    let details = check::checked(details)?;
    store.record(|connection| {
        let (council, current) = open_version(connection, &reach, contact)?;
        let new = version(&details, (Some(contact), council.id), now);
        let changed = changed(&current, &new);
        if changed.is_empty() {
            return Ok(view(current, &council)?);
        }
        contacts::end(connection, current.id, now.as_microsecond())?;
        contacts::add(connection, &new)?;
        let told = json!({ "council": council.gss_code, "changed": changed });
        audit::append(connection, actor, &Event::new("contact.changed", subject(contact)).with(told), now)?;
        last(connection, contact, &council)
    })
}

/// Ends a contact: nobody is written to there any more. Its versions stay.
///
/// # Errors
/// As for [`change`].
pub fn end(store: &Store, actor: &Actor, now: Timestamp, contact: i64) -> Result<ContactView, AppError> {
    let reach = actor.reach(Action::KeepContacts)?;
    store.record(|connection| {
        let (council, current) = open_version(connection, &reach, contact)?;
        contacts::end(connection, current.id, now.as_microsecond())?;
        let told = json!({ "council": council.gss_code });
        audit::append(connection, actor, &Event::new("contact.ended", subject(contact)).with(told), now)?;
        last(connection, contact, &council)
    })
}

/// As the audit log names a contact.
pub(super) fn subject(contact: i64) -> String {
    format!("contact:{contact}")
}

/// Every version of a contact within reach, oldest first, with its council.
pub(super) fn versions_within(
    connection: &mut Database,
    reach: &Reach,
    contact: i64,
) -> Result<(CouncilRow, Vec<ContactRow>), AppError> {
    let versions = contacts::versions(connection, contact)?;
    let council = match versions.first() {
        Some(first) => contacts::council(connection, first.council_id)?.filter(|council| is_within(reach, council)),
        None => None,
    };
    council.map(|council| (council, versions)).ok_or_else(|| unknown("contact", contact))
}

pub(super) fn view(row: ContactRow, council: &CouncilRow) -> Result<ContactView, StoreError> {
    let post = Post::named(&row.post).ok_or_else(|| StoreError::Corrupt {
        place: format!("contact {}", row.id),
        because: "its post is unknown".to_owned(),
    })?;
    Ok(ContactView {
        contact: row.contact(),
        council: council.gss_code.clone(),
        post,
        name: row.name,
        email: row.email,
        telephone: row.telephone,
        source: row.source,
        kept_since: instant(row.kept_since)?,
        ended: row.ended_at.map(instant).transpose()?,
        erased: row.erased_at.map(instant).transpose()?,
    })
}

/// The version that counts now; refused where there is none.
fn open_version(connection: &mut Database, reach: &Reach, contact: i64) -> Result<(CouncilRow, ContactRow), AppError> {
    let (council, mut versions) = versions_within(connection, reach, contact)?;
    let current = versions.pop().filter(|version| version.ended_at.is_none());
    let current = current.ok_or_else(|| {
        refused(format!("The contact {contact} has ended."), "Add whoever is to be written to now as a new contact.")
    })?;
    Ok((council, current))
}

fn last(connection: &mut Database, contact: i64, council: &CouncilRow) -> Result<ContactView, AppError> {
    let last = contacts::versions(connection, contact)?.pop().ok_or_else(|| unknown("contact", contact))?;
    Ok(view(last, council)?)
}

fn version(details: &Details, (first_id, council_id): (Option<i64>, i64), now: Timestamp) -> NewContact {
    NewContact {
        first_id,
        council_id,
        post: details.post.word().to_owned(),
        name: details.name.clone(),
        email: details.email.clone(),
        telephone: details.telephone.clone(),
        source: details.source.clone(),
        kept_since: now.as_microsecond(),
    }
}

/// The names of the fields in which they differ.
fn changed(before: &ContactRow, after: &NewContact) -> Vec<&'static str> {
    let fields = [
        ("post", before.post != after.post),
        ("name", before.name != after.name),
        ("email", before.email != after.email),
        ("telephone", before.telephone != after.telephone),
        ("source", before.source != after.source),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}
