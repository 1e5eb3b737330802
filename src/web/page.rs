//! What stands round every page: the name, the way to the other pages, the notice that councils are invented.
//!
//! In: what the server knows about itself and the path that was asked for. Out: the context of `layout.html`. Always
//! holds: exactly one place of the navigation is marked as the current one, or none.

use crate::app::Example;
use crate::auth::{Action, Role, Who};
use crate::server::Visitor;

/// The context of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shell<'a> {
    /// Whether every council shown is invented.
    pub demo: bool,
    /// The version that runs, such as `0.1.0`.
    pub version: &'a str,
    /// The path that was asked for with its query, such as `/councils/E04000001`.
    pub path: &'a str,
    /// Who has signed in; none for the public.
    pub account: Option<&'a Account>,
}

/// Who has signed in, as every page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub organisation: String,
    /// Such as "officer, survey lead".
    pub roles: String,
    /// What the page's forms carry.
    pub form_token: String,
    /// What the account may do.
    pub may: Vec<Action>,
    /// The example users of a demo; none anywhere else.
    pub examples: Vec<Other>,
}

/// An example user that a visitor of a demo can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    pub person: i64,
    pub title: String,
    /// Whether the visitor is this one just now.
    pub current: bool,
}

impl Account {
    /// The account of a visitor, if somebody has signed in.
    pub fn of(visitor: &Visitor, examples: &[Example]) -> Option<Account> {
        let actor = &visitor.actor;
        let current = match actor.who {
            Who::Person { id, .. } => Some(id),
            Who::Key { .. } => None,
            Who::Public | Who::Command | Who::System => return None,
        };
        let organisation = actor.organisation.as_ref().map(|own| own.name.clone()).unwrap_or_default();
        Some(Account {
            name: actor.shown(),
            organisation,
            roles: actor.roles.iter().map(|role: &Role| role.title()).collect::<Vec<_>>().join(", "),
            form_token: visitor.form_token(),
            may: Action::ALL.iter().copied().filter(|action| actor.can(*action)).collect(),
            examples: examples
                .iter()
                .map(|example| Other {
                    person: example.person,
                    title: example.title.clone(),
                    current: current == Some(example.person),
                })
                .collect(),
        })
    }
}

/// One place of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub href: &'static str,
    pub title: &'static str,
    /// `page` on that very page, `true` on a page below it, none elsewhere: what `aria-current` says.
    pub current: Option<&'static str>,
}

impl Shell<'_> {
    /// Whether the account may do this.
    pub fn may(&self, action: Action) -> bool {
        self.account.is_some_and(|account| account.may.contains(&action))
    }

    /// Whether what auditors handed in is shown to the account.
    pub fn sees_submissions(&self) -> bool {
        self.may(Action::SeeSubmissions)
    }

    /// Whether corrections of councils' figures are shown to the account.
    pub fn sees_corrections(&self) -> bool {
        self.may(Action::SeeCouncils)
    }

    /// The places of the navigation that the visitor can go to, in order.
    pub fn places(&self) -> Vec<Place> {
        let path = self.path.split('?').next().unwrap_or_default();
        let place = |href, title, below: &str| {
            let current = if path == href {
                Some("page")
            } else {
                (!below.is_empty() && path.starts_with(below)).then_some("true")
            };
            Place { href, title, current }
        };
        let mut places = Vec::new();
        let mut shown_to = |action: Action, place: Place| {
            if self.may(action) {
                places.push(place);
            }
        };
        shown_to(Action::SeeCouncils, place("/", "Monday’s list", "/councils/"));
        shown_to(Action::SeeSources, place("/feeds", "Sources", "/runs/"));
        shown_to(Action::Decide, place("/review", "Review", "/review/"));
        shown_to(Action::Submit, place("/submissions", "Send outcomes", "/submissions/"));
        shown_to(Action::SeeDrafts, place("/rules", "Rules", "/rules/"));
        shown_to(Action::AnswerSubjects, place("/subjects", "Persons", ""));
        shown_to(Action::Administer, place("/organisations", "Organisations", "/organisations/"));
        shown_to(Action::SeeAuditLog, place("/audit", "Audit log", ""));
        shown_to(Action::SeeRetention, place("/retention", "Retention", ""));
        places.push(place("/national", "National picture", ""));
        places.push(place("/method", "Method", "/transparency"));
        places.push(place("/api/docs", "API", ""));
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer() -> Account {
        Account {
            name: "An officer".to_owned(),
            organisation: "Wealdshire Association".to_owned(),
            roles: "officer".to_owned(),
            form_token: "token".to_owned(),
            may: vec![Action::SeeCouncils, Action::SeeSources],
            examples: Vec::new(),
        }
    }

    #[test]
    fn the_place_that_one_is_in_is_marked_and_no_other() {
        let account = officer();
        for (path, current) in [
            ("/", [Some("page"), None, None, None, None]),
            ("/?county=Wealdshire", [Some("page"), None, None, None, None]),
            ("/councils/E04999001", [Some("true"), None, None, None, None]),
            ("/feeds", [None, Some("page"), None, None, None]),
            ("/runs/7", [None, Some("true"), None, None, None]),
            ("/transparency", [None, None, None, Some("true"), None]),
            ("/nowhere", [None, None, None, None, None]),
        ] {
            let shell = Shell { demo: false, version: "1", path, account: Some(&account) };
            let places = shell.places();
            assert_eq!(places.iter().map(|place| place.current).collect::<Vec<_>>(), current, "{path}");
        }
    }

    #[test]
    fn who_has_not_signed_in_is_led_nowhere_that_is_closed() {
        let shell = Shell { demo: false, version: "1", path: "/", account: None };
        assert_eq!(
            shell.places().iter().map(|place| place.href).collect::<Vec<_>>(),
            ["/national", "/method", "/api/docs"]
        );
    }
}
