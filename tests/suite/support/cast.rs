//! Who takes part in a test: organisations of each kind, and keys.

use super::log;
use bellwether::app::App;
use bellwether::auth::directory::{NewOrganisation, add_organisation, organisations};
use bellwether::auth::keys::{NewKey, issue};
use bellwether::auth::{Action, Actor, OrganisationKind, Role};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

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
