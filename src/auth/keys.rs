//! Keys by which machines show who they are: issued, rotated, revoked, listed; resolved with each request.
//!
//! In: what a key is for, or a key that a machine presents. Out: the key itself, once; an [`Actor`]. Always holds: a key
//! belongs to one organisation, expires, and is kept hashed; a role that asks people for a second factor, which no machine
//! can show, is given to a key for reading figures and the audit log only.

use super::accounts::{self, DAY, MINUTE};
use super::directory::{Span, name, refused};
use super::permissions::{allows, beyond};
use super::secret::{self, Secret};
use super::{Action, Actor, OrganisationKind, Role, Who};
use crate::audit::{Event, append};
use crate::error::{AppError, Code};
use crate::store::keys::{self as rows, Kept, KeyRow, NewKeyRow};
use crate::store::{Database, Store, StoreError};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Days that a key works when nothing else is asked for.
pub const USUAL_DAYS: u16 = 365;
/// Days that a key works at most: a year, and a month in which to notice.
pub const MOST_DAYS: u16 = 400;
/// Days that a rotated key works on when nothing else is asked for.
pub const USUAL_OVERLAP_DAYS: u16 = 7;
/// Days that a rotated key works on at most.
pub const MOST_OVERLAP_DAYS: u16 = 90;

/// What a key of a role that asks people for a second factor may be kept to: it looks, and changes nothing.
const WITHOUT_SECOND_FACTOR: [Action; 2] = [Action::SeeFigures, Action::SeeAuditLog];
/// A key used within this time isn't written down again.
const USED_ANEW: i64 = MINUTE;

/// A key to issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The key of the organisation.
    pub organisation: String,
    /// What it is for.
    pub name: String,
    pub role: Role,
    /// What it may do; all that its role may, when empty.
    pub kept_to: Vec<Action>,
    /// How long it works, 1 to 400.
    pub days: u16,
}

/// A key as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyView {
    pub id: i64,
    /// Names the key, and is no secret.
    #[schema(example = "k7m29xqp")]
    pub prefix: String,
    pub name: String,
    /// The key of its organisation.
    #[schema(example = "northern-firm")]
    pub organisation: String,
    pub role: Role,
    /// What it may do; all that its role may, when empty.
    pub kept_to: Vec<Action>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
    /// The id of the key that it took the place of.
    pub replaces: Option<i64>,
}

/// A key that was drawn: the only time that it is seen.
#[derive(Debug)]
pub struct IssuedKey {
    pub key: Secret,
    pub view: KeyView,
}

/// Issues a key.
///
/// # Errors
/// As [`Actor::may`]; [`Code::OrganisationUnknown`]; [`Code::AccountUnusable`] for a role that such an organisation doesn't
/// have or that a key can't hold, an action that the role doesn't allow, and days out of bounds.
pub fn issue(store: &Store, actor: &Actor, new: &NewKey, now: Timestamp) -> Result<IssuedKey, AppError> {
    let span = Span::of(actor)?;
    let name = name("A key", &new.name)?;
    let days = days("A key", new.days, 1..=MOST_DAYS)?;
    store.record(|connection| {
        let organisation = span.open_organisation(connection, &new.organisation)?;
        let kept_to = permitted(accounts::kind(&organisation)?, new.role, &new.kept_to)?;
        let (key, row) = drawn(NewKeyRow {
            organisation_id: organisation.id,
            name: name.clone(),
            role: new.role.word().to_owned(),
            actions: json!(kept_to).to_string(),
            prefix: String::new(),
            key_hash: String::new(),
            created_at: now.as_microsecond(),
            expires_at: now.as_microsecond().saturating_add(days),
            replaces: None,
        });
        let id = rows::add(connection, &row)?;
        let details =
            json!({ "organisation": organisation.id, "role": new.role, "kept_to": kept_to, "days": new.days });
        append(connection, actor, &Event::new("key.issued", subject(id)).with(details), now)?;
        Ok(IssuedKey { key, view: view_of(connection, &row.prefix)? })
    })
}

/// Issues a key in the place of another, for as long as that was issued for; the other works on for the days of overlap.
///
/// # Errors
/// As [`Actor::may`]; [`Code::KeyUnknown`]; [`Code::AccountUnusable`] for a key that works no more or has been replaced
/// already, and for an overlap out of bounds.
pub fn rotate(
    store: &Store,
    actor: &Actor,
    (prefix, overlap_days): (&str, u16),
    now: Timestamp,
) -> Result<IssuedKey, AppError> {
    let span = Span::of(actor)?;
    let overlap = days("An overlap", overlap_days, 0..=MOST_OVERLAP_DAYS)?;
    let at = now.as_microsecond();
    store.record(|connection| {
        let old = within(connection, span, prefix)?;
        if !works(&old, at) {
            let next = "Issue a new one: bellwether admin key issue.";
            return Err(refused(format!("The key {prefix} works no more."), next));
        }
        if rows::is_replaced(connection, old.key.id)? {
            let next = "Rotate the key that replaced it, or revoke that one first.";
            return Err(refused(format!("The key {prefix} has been replaced already."), next));
        }
        let (key, row) = drawn(NewKeyRow {
            organisation_id: old.key.organisation_id,
            name: old.key.name.clone(),
            role: old.key.role.clone(),
            actions: old.key.actions.clone(),
            prefix: String::new(),
            key_hash: String::new(),
            created_at: at,
            expires_at: at.saturating_add(old.key.expires_at.saturating_sub(old.key.created_at)),
            replaces: Some(old.key.id),
        });
        let id = rows::add(connection, &row)?;
        rows::expire(connection, old.key.id, old.key.expires_at.min(at.saturating_add(overlap)))?;
        let details = json!({ "from": old.key.id, "to": id, "overlap_days": overlap_days });
        append(connection, actor, &Event::new("key.rotated", subject(old.key.id)).with(details), now)?;
        Ok(IssuedKey { key, view: view_of(connection, &row.prefix)? })
    })
}

/// Revokes a key: it stops working with the next request.
///
/// # Errors
/// As [`Actor::may`]; [`Code::KeyUnknown`]; [`Code::AccountUnusable`] for one that is revoked.
pub fn revoke(store: &Store, actor: &Actor, prefix: &str, now: Timestamp) -> Result<KeyView, AppError> {
    let span = Span::of(actor)?;
    store.record(|connection| {
        let kept = within(connection, span, prefix)?;
        if !rows::revoke(connection, kept.key.id, now.as_microsecond())? {
            return Err(refused(format!("The key {prefix} is revoked already."), ""));
        }
        append(connection, actor, &Event::new("key.revoked", subject(kept.key.id)), now)?;
        view_of(connection, prefix)
    })
}

/// The keys that the actor keeps, newest first.
///
/// # Errors
/// As [`Actor::may`]; otherwise when the database fails.
pub fn list(store: &Store, actor: &Actor) -> Result<Vec<KeyView>, AppError> {
    let span = Span::of(actor)?;
    store.read(|connection| {
        let keys = rows::all(connection, span.only())?;
        Ok(keys.into_iter().map(|(key, organisation)| view(key, organisation)).collect::<Result<_, _>>()?)
    })
}

/// Whom a presented key stands for; none for a key that nobody has, or that works no more. `origin` is the address that it
/// came from.
///
/// # Errors
/// When the database fails.
pub fn resolve(store: &Store, presented: &str, now: Timestamp, origin: &str) -> Result<Option<Actor>, AppError> {
    let Some((prefix, hash)) = secret::parts(presented) else { return Ok(None) };
    let at = now.as_microsecond();
    let found = store.read(|connection| {
        let kept = rows::by_prefix(connection, prefix)?;
        let Some(kept) = kept.filter(|kept| secret::same(&kept.hash, &hash) && works(kept, at)) else {
            return Ok(None);
        };
        let last_used_at = kept.key.last_used_at;
        Ok::<_, StoreError>(Some((actor(connection, kept, origin)?, last_used_at)))
    })?;
    let Some(((id, actor), last_used_at)) = found else { return Ok(None) };
    let earlier = at.saturating_sub(USED_ANEW);
    if last_used_at.is_none_or(|used| used <= earlier) {
        store.write(|connection| rows::used(connection, id, earlier, at))?;
    }
    Ok(Some(actor))
}

/// Whether a key of an open organisation is neither revoked nor expired.
fn works(kept: &Kept, at: i64) -> bool {
    kept.key.revoked_at.is_none() && at < kept.key.expires_at && kept.organisation.closed_at.is_none()
}

fn actor(connection: &mut Database, kept: Kept, origin: &str) -> Result<(i64, Actor), StoreError> {
    let place = format!("key {}", kept.key.id);
    let actor = Actor {
        organisation: Some(accounts::affiliation(connection, kept.organisation)?),
        roles: vec![accounts::role(&place, &kept.key.role)?],
        kept_to: accounts::actions(&place, &kept.key.actions)?,
        who: Who::Key { id: kept.key.id, name: kept.key.name },
        second_factor_due: false,
        origin: origin.to_owned(),
    };
    Ok((kept.key.id, actor))
}

/// What a key of that role in such an organisation is kept to, each once.
fn permitted(kind: OrganisationKind, role: Role, kept_to: &[Action]) -> Result<Vec<Action>, AppError> {
    if !kind.roles().contains(&role) {
        let roles = kind.roles().iter().map(|role| role.word()).collect::<Vec<_>>().join(", ");
        let happened = format!("Nobody in an organisation of the kind {:?} can be {}.", kind.title(), role.title());
        return Err(refused(happened, format!("Its keys can be given: {roles}.")));
    }
    if let Some(action) = kept_to.iter().find(|action| !allows(role, **action) || beyond(kind, **action)) {
        let happened = format!(
            "The role {} of an organisation of the kind {:?} doesn't {}.",
            role.title(),
            kind.title(),
            action.title()
        );
        return Err(refused(happened, "Keep the key to what its role may do, or choose another role."));
    }
    let looks_only = !kept_to.is_empty() && kept_to.iter().all(|action| WITHOUT_SECOND_FACTOR.contains(action));
    if role.needs_second_factor() && !looks_only {
        let words = WITHOUT_SECOND_FACTOR.map(Action::word).join(" and ");
        let happened = format!("The role {} asks for a second factor, which no machine can show.", role.title());
        return Err(refused(happened, format!("Keep the key to {words}, or choose another role.")));
    }
    let mut kept_to = kept_to.to_vec();
    kept_to.sort_unstable();
    kept_to.dedup();
    Ok(kept_to)
}

/// Days in microseconds.
fn days(of: &str, asked: u16, bounds: std::ops::RangeInclusive<u16>) -> Result<i64, AppError> {
    if bounds.contains(&asked) {
        return Ok(i64::from(asked) * DAY);
    }
    let (least, most) = bounds.into_inner();
    Err(refused(format!("{of} of {asked} days isn't possible."), format!("Give {least} to {most} days.")))
}

/// The row with a new key's prefix and hash in it.
fn drawn(row: NewKeyRow) -> (Secret, NewKeyRow) {
    let drawn = secret::draw_key();
    (drawn.key, NewKeyRow { prefix: drawn.prefix, key_hash: drawn.hash, ..row })
}

/// As the audit log names it.
fn subject(id: i64) -> String {
    format!("key:{id}")
}

/// The key of that prefix, if the actor keeps it.
fn within(connection: &mut Database, span: Span, prefix: &str) -> Result<Kept, AppError> {
    let found = rows::by_prefix(connection, prefix)?.filter(|kept| span.covers(kept.key.organisation_id));
    found.ok_or_else(|| {
        // What was typed isn't repeated: it may be a whole key.
        let next = "A prefix is the eight letters and digits after `bw_`: bellwether admin key list.";
        AppError::new(Code::KeyUnknown, "There is no key with this prefix.", next)
    })
}

fn view_of(connection: &mut Database, prefix: &str) -> Result<KeyView, AppError> {
    let kept = within(connection, Span::All, prefix)?;
    Ok(view(kept.key, kept.organisation.key)?)
}

fn view(key: KeyRow, organisation: String) -> Result<KeyView, StoreError> {
    let place = format!("key {}", key.id);
    Ok(KeyView {
        role: accounts::role(&place, &key.role)?,
        kept_to: accounts::actions(&place, &key.actions)?,
        created_at: accounts::instant(key.created_at)?,
        expires_at: accounts::instant(key.expires_at)?,
        revoked_at: accounts::maybe_instant(key.revoked_at)?,
        last_used_at: accounts::maybe_instant(key.last_used_at)?,
        id: key.id,
        prefix: key.prefix,
        name: key.name,
        organisation,
        replaces: key.replaces,
    })
}
