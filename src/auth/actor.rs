//! Whoever asks: a person, a machine's key, the command line, the service itself, or nobody in particular.
//!
//! In: what a session or key stands for. Out: yes or no to an [`Action`], and the [`Reach`] that queries are kept to.
//! Always holds: an actor without a role may do nothing; the reach comes from the organisation, never from a request.

use super::permissions::{self, Action, Scope};
use super::role::{OrganisationKind, Role};
use crate::error::{AppError, Code};

/// The organisation that an actor belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affiliation {
    pub id: i64,
    pub key: String,
    pub name: String,
    pub kind: OrganisationKind,
    /// Of a county association.
    pub counties: Vec<String>,
    /// Of a council.
    pub council_id: Option<i64>,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Nobody who has signed in.
    Public,
    Person {
        id: i64,
        name: String,
        session: i64,
    },
    Key {
        id: i64,
        name: String,
    },
    /// Whoever holds the machine and its database.
    Command,
    /// The service by itself: schedules.
    System,
}

/// Whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub who: Who,
    pub organisation: Option<Affiliation>,
    pub roles: Vec<Role>,
    /// What a key is kept to; everything of its role when empty.
    pub kept_to: Vec<Action>,
    /// Whether the second factor that the roles ask for is still to be shown: until then nothing is allowed.
    pub second_factor_due: bool,
    /// The address it came from, or `command line`, or `schedule`.
    pub origin: String,
}

/// The councils that a query may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Nation,
    Counties(Vec<String>),
    Council(i64),
    Nothing,
}

/// The feeds, and runs of feeds, that a query may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sources {
    All,
    /// Those that the organisation sends, and those that speak for one of these counties.
    Of {
        organisation: String,
        counties: Vec<String>,
    },
}

/// How much of a feed is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Its runs with every row that they held back.
    Whole,
    /// Its runs in figures: its rows name councils of other counties too.
    Figures,
}

impl Actor {
    /// Nobody who has signed in, from that address.
    pub fn public(origin: impl Into<String>) -> Actor {
        Actor::of(Who::Public, origin)
    }

    /// Whoever holds the machine: may do everything, and is recorded as such.
    pub fn command() -> Actor {
        Actor::of(Who::Command, "command line")
    }

    /// The service by itself.
    pub fn system() -> Actor {
        Actor::of(Who::System, "schedule")
    }

    fn of(who: Who, origin: impl Into<String>) -> Actor {
        Actor {
            who,
            organisation: None,
            roles: Vec::new(),
            kept_to: Vec::new(),
            second_factor_due: false,
            origin: origin.into(),
        }
    }

    /// Whether it is somebody: a person or a key.
    pub fn is_somebody(&self) -> bool {
        self.who != Who::Public
    }

    /// Whether the table allows it.
    pub fn can(&self, action: Action) -> bool {
        match &self.who {
            Who::Command | Who::System => true,
            Who::Public => false,
            Who::Person { .. } | Who::Key { .. } => {
                !self.second_factor_due
                    && (self.kept_to.is_empty() || self.kept_to.contains(&action))
                    && self.organisation.as_ref().is_some_and(|own| !permissions::beyond(own.kind, action))
                    && self.roles.iter().any(|role| permissions::allows(*role, action))
            }
        }
    }

    /// Refuses what the table doesn't allow.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`] for nobody in particular, [`Code::NotPermitted`] for somebody without the permission.
    pub fn may(&self, action: Action) -> Result<(), AppError> {
        if self.can(action) {
            return Ok(());
        }
        if !self.is_somebody() {
            return Err(AppError::new(
                Code::NotSignedIn,
                "This is shown to those who have signed in.",
                "Sign in at /sign-in; machines send their key as `Authorization: Bearer KEY`.",
            ));
        }
        if self.second_factor_due {
            return Err(AppError::new(
                Code::SecondFactorDue,
                "Your role asks for a second factor, which this session has not shown.",
                "Finish signing in at /sign-in/second-factor.",
            ));
        }
        Err(AppError::new(
            Code::NotPermitted,
            format!("Your account does not let you {}.", action.title()),
            "Whoever administers your organisation can give you a role that does; /account lists yours.",
        ))
    }

    /// The councils that it may do this to.
    ///
    /// # Errors
    /// As [`Actor::may`].
    pub fn reach(&self, action: Action) -> Result<Reach, AppError> {
        self.may(action)?;
        let Some(own) = &self.organisation else {
            return Ok(if matches!(self.who, Who::Command | Who::System) { Reach::Nation } else { Reach::Nothing });
        };
        Ok(match (permissions::scope(own.kind), own.council_id) {
            (Scope::Nation, _) => Reach::Nation,
            (Scope::OwnCounties, _) => Reach::Counties(own.counties.clone()),
            (Scope::OwnCouncil, Some(council)) => Reach::Council(council),
            (Scope::OwnCouncil, None) | (Scope::Nobody, _) => Reach::Nothing,
        })
    }

    /// The feeds that it may see.
    ///
    /// # Errors
    /// As [`Actor::may`].
    pub fn sources(&self, action: Action) -> Result<Sources, AppError> {
        self.may(action)?;
        Ok(match &self.organisation {
            None => Sources::All,
            Some(own) if permissions::scope(own.kind) == Scope::Nation => Sources::All,
            Some(own) => Sources::Of { organisation: own.key.clone(), counties: own.counties.clone() },
        })
    }

    /// As the audit log names it: `person:12`, `key:3`, `command`, `system`, `public`.
    pub fn reference(&self) -> String {
        match &self.who {
            Who::Public => "public".to_owned(),
            Who::Person { id, .. } => format!("person:{id}"),
            Who::Key { id, .. } => format!("key:{id}"),
            Who::Command => "command".to_owned(),
            Who::System => "system".to_owned(),
        }
    }

    /// As exports and pages name it.
    pub fn shown(&self) -> String {
        match &self.who {
            Who::Public => "nobody signed in".to_owned(),
            Who::Person { name, .. } => name.clone(),
            Who::Key { name, .. } => format!("the key “{name}”"),
            Who::Command => "the command line".to_owned(),
            Who::System => "the service".to_owned(),
        }
    }
}

impl Sources {
    /// How much is seen of a feed of that owner, which speaks for these counties (all, when empty); none: it isn't there.
    pub fn sight(&self, owner: Option<&str>, covers: &[String]) -> Option<Sight> {
        let Sources::Of { organisation, counties } = self else { return Some(Sight::Whole) };
        let own = |county: &String| counties.contains(county);
        if owner == Some(organisation) || (!covers.is_empty() && covers.iter().all(own)) {
            return Some(Sight::Whole);
        }
        let speaks_for_us = if covers.is_empty() { !counties.is_empty() } else { covers.iter().any(own) };
        speaks_for_us.then_some(Sight::Figures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(kind: OrganisationKind, roles: &[Role]) -> Actor {
        Actor {
            who: Who::Person { id: 1, name: "An officer".to_owned(), session: 1 },
            organisation: Some(Affiliation {
                id: 7,
                key: "own".to_owned(),
                name: "Own".to_owned(),
                kind,
                counties: vec!["Wealdshire".to_owned()],
                council_id: (kind == OrganisationKind::Council).then_some(3),
            }),
            roles: roles.to_vec(),
            kept_to: Vec::new(),
            second_factor_due: false,
            origin: "127.0.0.1".to_owned(),
        }
    }

    #[test]
    fn reach_is_the_organisations() {
        let reach = |kind, role| person(kind, &[role]).reach(Action::SeeCouncils);
        assert_eq!(reach(OrganisationKind::Nalc, Role::Officer).unwrap(), Reach::Nation);
        assert_eq!(
            reach(OrganisationKind::CountyAssociation, Role::Officer).unwrap(),
            Reach::Counties(vec!["Wealdshire".to_owned()])
        );
        assert_eq!(reach(OrganisationKind::Council, Role::Officer).unwrap(), Reach::Council(3));
        assert_eq!(reach(OrganisationKind::AuditFirm, Role::ReadOnly).unwrap_err().code, Code::NotPermitted);
        assert_eq!(reach(OrganisationKind::Nalc, Role::Administrator).unwrap_err().code, Code::NotPermitted);
    }

    #[test]
    fn nobody_is_asked_to_sign_in_and_a_missing_factor_stops_everything() {
        assert_eq!(Actor::public("::1").may(Action::SeeCouncils).unwrap_err().code, Code::NotSignedIn);
        let mut administrator = person(OrganisationKind::Nalc, &[Role::Administrator]);
        administrator.may(Action::Administer).unwrap();
        administrator.second_factor_due = true;
        for action in Action::ALL {
            assert_eq!(administrator.may(*action).unwrap_err().code, Code::SecondFactorDue, "{action:?}");
        }
    }

    #[test]
    fn a_key_does_what_it_is_kept_to_and_no_more_than_its_role() {
        let mut key = person(OrganisationKind::CountyAssociation, &[Role::Officer]);
        key.who = Who::Key { id: 2, name: "nightly".to_owned() };
        key.kept_to = vec![Action::SeeCouncils, Action::Administer];
        assert!(key.can(Action::SeeCouncils));
        assert!(!key.can(Action::Export), "not in its list");
        assert!(!key.can(Action::Administer), "not in its role");
    }

    #[test]
    fn a_feed_is_seen_whole_by_who_sends_it_and_by_the_counties_that_it_speaks_for_alone() {
        let counties = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let officer = person(OrganisationKind::CountyAssociation, &[Role::Officer]);
        let seen = officer.sources(Action::SeeSources).unwrap();
        assert_eq!(seen.sight(Some("own"), &[]), Some(Sight::Whole));
        assert_eq!(seen.sight(None, &counties(&["Wealdshire"])), Some(Sight::Whole));
        assert_eq!(seen.sight(None, &[]), Some(Sight::Figures), "a national list names councils of other counties");
        assert_eq!(seen.sight(Some("other"), &counties(&["Wealdshire", "Fennmarch"])), Some(Sight::Figures));
        assert_eq!(seen.sight(Some("other"), &counties(&["Fennmarch"])), None);
        let mut firm = person(OrganisationKind::AuditFirm, &[Role::AuditorSubmitter]);
        firm.organisation.as_mut().unwrap().counties.clear();
        let seen = firm.sources(Action::SeeSources).unwrap();
        assert_eq!(seen.sight(Some("own"), &[]), Some(Sight::Whole));
        assert_eq!(seen.sight(Some("other"), &[]), None, "a firm sees what it sent");
    }
}
