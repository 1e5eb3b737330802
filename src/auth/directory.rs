//! The directory: organisations, their people, and what each may do, kept by those who administer them.
//!
//! In: who asks ([`Actor`]) and what they want kept. Out: views without secrets. Always holds: whoever administers NALC,
//! or holds the machine, keeps all of it; every other administrator sees and changes their own organisation only, and
//! another's record answers as one that doesn't exist; each change and its entry in the audit log are kept together.

mod checks;
mod organisations;
mod people;

pub use organisations::{
    AddedOrganisation, NewOrganisation, OrganisationView, add_organisation, change_counties, close_organisation,
    organisation, organisations, rename_organisation,
};
pub use people::{
    NewPerson, PersonView, add_person, change_roles, close_person, people, person, person_by_email, rename_person,
    reset_second_factor,
};

pub(super) use checks::{name, normal_email, refused};

use super::{Action, Actor, OrganisationKind, Who};
use crate::error::{AppError, Code};
use crate::store::organisations::OrganisationRow;
use crate::store::people::PersonRow;
use crate::store::{Database, Store, organisations as organisation_rows, people as people_rows};

/// What the directory holds of the person who asks, and of their organisation.
///
/// # Errors
/// [`Code::NotSignedIn`] for anybody but a person; otherwise when the database fails.
pub fn own_entry(store: &Store, actor: &Actor) -> Result<(PersonView, OrganisationView), AppError> {
    let (Who::Person { id, .. }, Some(own)) = (&actor.who, &actor.organisation) else {
        return Err(AppError::new(
            Code::NotSignedIn,
            "This is for a person who has signed in.",
            "Sign in at /sign-in.",
        ));
    };
    store.read(|connection| {
        let person = people::view(connection, Span::Own(own.id), *id)?;
        Ok((person, organisations::view(connection, own.id)?))
    })
}

/// How much of the directory somebody keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    All,
    /// One organisation.
    Own(i64),
}

impl Span {
    /// How much of it this actor keeps.
    ///
    /// # Errors
    /// As [`Actor::may`] for [`Action::Administer`].
    pub(super) fn of(actor: &Actor) -> Result<Span, AppError> {
        actor.may(Action::Administer)?;
        Ok(match &actor.organisation {
            Some(own) if own.kind != OrganisationKind::Nalc => Span::Own(own.id),
            _ => Span::All,
        })
    }

    /// The one organisation that it is kept to.
    pub(super) fn only(self) -> Option<i64> {
        match self {
            Span::All => None,
            Span::Own(id) => Some(id),
        }
    }

    pub(super) fn covers(self, organisation: i64) -> bool {
        self.only().is_none_or(|own| own == organisation)
    }

    /// Refuses what is for all of the directory's keepers only.
    fn all_or_refused(self, wanted: &str) -> Result<(), AppError> {
        if self == Span::All {
            return Ok(());
        }
        Err(AppError::new(
            Code::NotPermitted,
            format!("Your account does not let you {wanted}."),
            "Ask NALC, which keeps the list of organisations.",
        ))
    }

    /// The organisation of that key.
    ///
    /// # Errors
    /// [`Code::OrganisationUnknown`] for one that doesn't exist or is another's.
    pub(super) fn organisation(self, connection: &mut Database, key: &str) -> Result<OrganisationRow, AppError> {
        let found = organisation_rows::by_key(connection, key)?.filter(|row| self.covers(row.id));
        found.ok_or_else(|| {
            AppError::new(
                Code::OrganisationUnknown,
                format!("No organisation has the key {key:?}."),
                "Look it up in the list of organisations: bellwether admin organisation list.",
            )
        })
    }

    /// The same, where it is open.
    pub(super) fn open_organisation(self, connection: &mut Database, key: &str) -> Result<OrganisationRow, AppError> {
        let row = self.organisation(connection, key)?;
        if row.closed_at.is_some() {
            return Err(refused(format!("The organisation {key:?} is closed."), "What is closed stays as it was."));
        }
        Ok(row)
    }

    /// The person of that id, with their organisation.
    ///
    /// # Errors
    /// [`Code::PersonUnknown`] for one that doesn't exist or is another organisation's.
    pub(super) fn person(self, connection: &mut Database, id: i64) -> Result<(PersonRow, OrganisationRow), AppError> {
        let found = people_rows::by_id(connection, id)?.filter(|row| self.covers(row.organisation_id));
        let unknown = || {
            let next = "Look them up in the list of people: bellwether admin person list.";
            AppError::new(Code::PersonUnknown, format!("There is no account with the number {id}."), next)
        };
        let row = found.ok_or_else(unknown)?;
        let organisation = organisation_rows::by_id(connection, row.organisation_id)?.ok_or_else(unknown)?;
        Ok((row, organisation))
    }

    /// The same, where the account is open.
    fn open_person(self, connection: &mut Database, id: i64) -> Result<(PersonRow, OrganisationRow), AppError> {
        let (row, organisation) = self.person(connection, id)?;
        if row.closed_at.is_some() {
            let happened = format!("The account with the number {id} is closed.");
            return Err(refused(happened, "What is closed stays as it was."));
        }
        Ok((row, organisation))
    }
}
