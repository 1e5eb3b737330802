//! Who takes part in a test: organisations of each kind, people with a session, keys.

use super::{World, log};
use bellwether::app::App;
use bellwether::auth::directory::{NewOrganisation, NewPerson, add_organisation, add_person, organisations};
use bellwether::auth::keys::{NewKey, issue};
use bellwether::auth::secret::form_token;
use bellwether::auth::sessions::{OpenedBy, Opening, open};
use bellwether::auth::{Action, Actor, OrganisationKind, Role, mask};
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue};

/// A person who has signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub person: i64,
    token: String,
}

impl SignedIn {
    /// A browser with this person's session; it follows no redirect, so that a test sees each answer.
    pub fn browser(&self) -> reqwest::Client {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(&format!("bellwether={}", self.token)).unwrap());
        without_redirects(headers)
    }

    /// What the forms of this session's pages carry.
    pub fn form_token(&self) -> String {
        mask::masked(&form_token(&self.token))
    }
}

/// A client that shows a key; it follows no redirect.
pub fn with_key(key: &str) -> reqwest::Client {
    without_redirects(showing(key))
}

/// A client that shows a key, and goes where it is led.
pub fn led(key: &str) -> reqwest::Client {
    reqwest::Client::builder().default_headers(showing(key)).build().unwrap()
}

fn showing(key: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {key}")).unwrap());
    headers
}

/// A client that shows nothing.
pub fn stranger() -> reqwest::Client {
    without_redirects(HeaderMap::new())
}

fn without_redirects(headers: HeaderMap) -> reqwest::Client {
    let client = reqwest::Client::builder().default_headers(headers).redirect(reqwest::redirect::Policy::none());
    client.build().unwrap()
}

/// Adds the organisation where it isn't there yet. A county association is of `place`, a council has the code `place`.
pub fn organisation(app: &App, kind: OrganisationKind, place: &str) -> String {
    let key = format!("{}-{}", kind.word().replace('_', "-"), place.to_lowercase()).trim_end_matches('-').to_owned();
    let known = organisations(&app.store, &Actor::command()).unwrap();
    if !known.iter().any(|known| known.key == key) {
        let new = NewOrganisation {
            name: format!("The {} {place}", kind.title()).trim().to_owned(),
            counties: if kind == OrganisationKind::CountyAssociation { vec![place.to_owned()] } else { Vec::new() },
            council: (kind == OrganisationKind::Council).then(|| place.to_owned()),
            key: key.clone(),
            kind,
        };
        add_organisation(&app.store, &Actor::command(), &new, app.clock.now()).unwrap();
    }
    key
}

/// A key of a new name in that organisation.
pub fn key(app: &App, organisation: &str, role: Role, kept_to: &[Action]) -> String {
    let new = NewKey {
        organisation: organisation.to_owned(),
        name: format!("a test's {}", role.title()),
        role,
        kept_to: kept_to.to_vec(),
        days: 30,
    };
    let key = issue(&app.store, &Actor::command(), &new, app.clock.now()).unwrap().key;
    log::secret("a machine's key", key.reveal());
    key.reveal().to_owned()
}

/// A person of that organisation who has just signed in, with a second factor shown.
pub fn signed_in(app: &App, organisation: &str, roles: &[Role]) -> SignedIn {
    let now = app.clock.now();
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    let new = NewPerson {
        email: format!("{}.{organisation}@example.org", words.join(".")),
        name: format!("Example {}", words.join(" and ")),
        organisation: organisation.to_owned(),
        roles: roles.to_vec(),
    };
    let person = add_person(&app.store, &Actor::command(), &new, now).unwrap().id;
    session(app, person)
}

/// Another session of that person.
pub fn session(app: &App, person: i64) -> SignedIn {
    let opening = Opening { person, by: OpenedBy::Command, second_factor: true, origin: "test" };
    let token = open(&app.store, &opening, app.clock.now()).unwrap();
    log::secret("a session's token", token.reveal());
    log::secret("a form's token", &form_token(token.reveal()));
    SignedIn { person, token: token.reveal().to_owned() }
}

impl World {
    /// A manager at NALC, who sees every council.
    pub fn manager(&self) -> SignedIn {
        signed_in(&self.app, &organisation(&self.app, OrganisationKind::Nalc, ""), &[Role::Manager])
    }
}
