//! Organisations, people and keys as the pages list them.
//!
//! In: views of the directory, and what time it is. Out: what a template shows of each. Always holds: a key that works no
//! more says why; what can't be changed any more isn't offered.

use super::Organisations;
use crate::auth::directory::{OrganisationView, PersonView};
use crate::auth::keys::KeyView;
use crate::auth::{OrganisationKind, Role};
use crate::web::words::{self, When};
use jiff::{SignedDuration, Timestamp};

/// A key that ends within this time is pointed out.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One organisation in the list.
pub(super) struct Line<'a> {
    pub view: &'a OrganisationView,
    pub href: String,
    pub counties: String,
    /// Open accounts.
    pub people: String,
    /// Keys that work.
    pub keys: String,
    pub closed: Option<When>,
}

/// One person.
pub(super) struct Person<'a> {
    pub view: &'a PersonView,
    pub roles: String,
    /// The roles they may be given, with those they have.
    pub choices: Vec<(Role, bool)>,
    pub second_factor: &'static str,
    pub last_signed_in: Option<When>,
    pub since: When,
    pub closed: Option<When>,
    /// Whether anything can be changed.
    pub open: bool,
}

/// One key.
pub(super) struct Key<'a> {
    pub view: &'a KeyView,
    /// Its name for the style sheet, and in words.
    pub state: (&'static str, String),
    pub kept_to: String,
    pub created: When,
    pub expires: When,
    pub revoked: Option<When>,
    pub last_used: Option<When>,
    pub works: bool,
    /// Whether another can be put in its place: it works, and none was yet.
    pub rotates: bool,
}

/// The path of an organisation's page.
pub(super) fn path(key: &str) -> String {
    // Keys of organisations are small letters, digits and hyphens.
    format!("/organisations/{key}")
}

pub(super) fn line<'a>(organisation: &'a OrganisationView, all: &Organisations) -> Line<'a> {
    let own = |key: &str| key == organisation.key;
    let people = all.people.iter().filter(|person| own(&person.organisation) && person.closed_at.is_none()).count();
    let open = organisation.closed_at.is_none();
    let keys = all.keys.iter().filter(|key| own(&key.organisation) && open && works(key, all.now)).count();
    let counted = |number: usize| words::count(i64::try_from(number).unwrap_or(i64::MAX));
    Line {
        view: organisation,
        href: path(&organisation.key),
        counties: words::listed(organisation.counties.iter().map(String::as_str)),
        people: counted(people),
        keys: counted(keys),
        closed: organisation.closed_at.map(words::moment),
    }
}

pub(super) fn person(view: &PersonView, kind: OrganisationKind, organisation_open: bool) -> Person<'_> {
    let asked = view.roles.iter().any(|role| role.needs_second_factor());
    Person {
        view,
        roles: words::capitalised(&words::listed(view.roles.iter().map(|role| role.title()))),
        choices: kind.roles().iter().map(|role| (*role, view.roles.contains(role))).collect(),
        second_factor: match (view.second_factor, asked) {
            (true, _) => "Set up",
            (false, true) => "Not set up, though a role asks for it",
            (false, false) => "Not set up; no role asks for it",
        },
        last_signed_in: view.last_signed_in_at.map(words::moment),
        since: words::moment(view.created_at),
        closed: view.closed_at.map(words::moment),
        open: organisation_open && view.closed_at.is_none(),
    }
}

/// `all` are the keys among which one may have been put in this one's place.
pub(super) fn key<'a>(view: &'a KeyView, all: &[KeyView], (now, organisation_open): (Timestamp, bool)) -> Key<'a> {
    let works = organisation_open && works(view, now);
    let replaced = all.iter().any(|other| other.replaces == Some(view.id));
    let ends_soon = view.expires_at.duration_since(now) < SOON;
    let state = match (view.revoked_at, works) {
        (Some(_), _) => ("never", "Revoked".to_owned()),
        (None, false) if !organisation_open => ("never", "The organisation is closed".to_owned()),
        (None, false) => ("never", "Expired".to_owned()),
        (None, true) if replaced => ("held", "Replaced; works until it expires".to_owned()),
        (None, true) if ends_soon => ("held", "Works; expires soon".to_owned()),
        (None, true) => ("fine", "Works".to_owned()),
    };
    Key {
        view,
        state,
        kept_to: match view.kept_to.as_slice() {
            [] => "All that its role may do".to_owned(),
            actions => words::capitalised(&words::listed(actions.iter().map(|action| action.title()))),
        },
        created: words::moment(view.created_at),
        expires: words::moment(view.expires_at),
        revoked: view.revoked_at.map(words::moment),
        last_used: view.last_used_at.map(words::moment),
        works,
        rotates: works && !replaced,
    }
}

fn works(key: &KeyView, now: Timestamp) -> bool {
    key.revoked_at.is_none() && now < key.expires_at
}
