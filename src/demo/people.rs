//! The demo's organisations and their example users.
//!
//! In: the demo's app, its register loaded. Out: the users that a visitor can be. Always holds: nobody is real; made once,
//! found again by a later visit; each kind of user is there, so that each can see what the others don't.

use crate::app::{App, Example};
use crate::auth::directory::{self, NewOrganisation, NewPerson};
use crate::auth::{Actor, OrganisationKind, Reach, Role};
use crate::error::AppError;
use crate::personal::contacts::{self, Details, Post};
use crate::triage::{ListQuery, list};

/// An example user: title, organisation's key, the part of the address before the `@`, roles.
type User = (&'static str, &'static str, &'static str, &'static [Role]);

/// The county whose officer the demo opens as.
const COUNTY: &str = "Tarnfordshire";
/// The council that an example user speaks for.
const COUNCIL: &str = "example-council";

const USERS: [User; 9] = [
    ("Officer, Tarnfordshire", "tarnfordshire-alc", "officer", &[Role::Officer, Role::SurveyLead]),
    ("Manager, Tarnfordshire", "tarnfordshire-alc", "manager", &[Role::Manager]),
    ("Officer, Wealdshire", "wealdshire-alc", "officer", &[Role::Officer]),
    ("NALC", "nalc", "policy", &[Role::Manager, Role::RuleEditor, Role::SurveyLead]),
    ("NALC, publisher", "nalc", "publisher", &[Role::RulePublisher]),
    ("NALC, second publisher", "nalc", "publisher-2", &[Role::RulePublisher]),
    ("NALC, administrator", "nalc", "administrator", &[Role::Administrator]),
    ("Audit firm", "audit-firm-1", "submissions", &[Role::AuditorSubmitter]),
    ("Clerk of a council", COUNCIL, "clerk", &[Role::Officer]),
];

/// The example users, the one that the demo opens as first.
///
/// # Errors
/// When the database fails.
pub fn examples(app: &App) -> Result<Vec<Example>, AppError> {
    let actor = Actor::command();
    if directory::people(&app.store, &actor, None)?.is_empty() {
        settle(app, &actor)?;
    }
    let people = directory::people(&app.store, &actor, None)?;
    let person = |user: &User| {
        let email = address(user);
        let found = people.iter().find(|person| person.email == email)?;
        Some(Example { person: found.id, title: user.0.to_owned() })
    };
    Ok(USERS.iter().filter_map(person).collect())
}

fn address((_, organisation, before, _): &User) -> String {
    format!("{before}@{organisation}.example.org")
}

/// Makes the organisations, the users, and a contact at the council that one of them speaks for.
fn settle(app: &App, actor: &Actor) -> Result<(), AppError> {
    let now = app.clock.now();
    let first = ListQuery { county: Some(COUNTY.to_owned()), limit: 1, ..ListQuery::default() };
    let council = list(app, &Reach::Nation, &first)?.lines.pop();
    for new in organisations(council.as_ref().map(|line| (line.gss_code.as_str(), line.name.as_str()))) {
        directory::add_organisation(&app.store, actor, &new, now)?;
    }
    for user in USERS.iter().filter(|user| user.1 != COUNCIL || council.is_some()) {
        let new = NewPerson {
            email: address(user),
            name: format!("Example {}", user.0),
            organisation: user.1.to_owned(),
            roles: user.3.to_vec(),
        };
        directory::add_person(&app.store, actor, &new, now)?;
    }
    let Some(council) = council else { return Ok(()) };
    let clerk = Details {
        post: Post::Clerk,
        name: Some("Example Clerk".to_owned()),
        email: Some("clerk@example-council.example.org".to_owned()),
        telephone: Some("01632 960123".to_owned()),
        source: "the association's list".to_owned(),
    };
    contacts::add(&app.store, actor, now, (&council.gss_code, &clerk))?;
    Ok(())
}

/// The organisations; one of them the council of that code and name.
fn organisations(council: Option<(&str, &str)>) -> Vec<NewOrganisation> {
    let organisation = |key: &str, name: String, kind| NewOrganisation {
        key: key.to_owned(),
        name,
        kind,
        counties: Vec::new(),
        council: None,
    };
    let association = |county: &str| NewOrganisation {
        counties: vec![county.to_owned()],
        ..organisation(
            &format!("{}-alc", county.to_lowercase()),
            format!("{county} Association of Local Councils"),
            OrganisationKind::CountyAssociation,
        )
    };
    let mut all: Vec<NewOrganisation> = ["Fennmarch", COUNTY, "Wealdshire"].map(association).to_vec();
    all.push(organisation("nalc", "NALC (in an invented country)".to_owned(), OrganisationKind::Nalc));
    all.push(organisation("saaa", "SAAA (in an invented country)".to_owned(), OrganisationKind::Saaa));
    for (feed, title) in super::FEEDS.iter().filter_map(|feed| Some((feed.owner()?, feed.title))) {
        let name = title.split(':').next().unwrap_or(title).to_owned();
        all.push(organisation(feed, name, OrganisationKind::AuditFirm));
    }
    all.extend(council.map(|(code, name)| NewOrganisation {
        council: Some(code.to_owned()),
        ..organisation(COUNCIL, format!("{name} Parish Council"), OrganisationKind::Council)
    }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Action;

    #[test]
    fn each_user_has_roles_that_its_organisation_can_give() {
        let all = organisations(Some(("E04999001", "Invented")));
        for (title, key, _, roles) in USERS {
            let own = all.iter().find(|organisation| organisation.key == key);
            let own = own.unwrap_or_else(|| panic!("{title}: no organisation {key}"));
            assert!(roles.iter().all(|role| own.kind.roles().contains(role)), "{title}");
        }
    }

    #[test]
    fn the_first_user_sees_councils() {
        assert!(USERS[0].3.iter().any(|role| crate::auth::permissions::allows(*role, Action::SeeCouncils)));
    }
}
