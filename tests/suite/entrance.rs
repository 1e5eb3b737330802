//! Signing in and staying in, as browsers and programs do it: over a real port, with cookies, letters and providers.

mod answers;
mod browser;
mod door;
mod limits;
mod links;
mod log;
mod provider;
mod screen;
mod second_step;
mod sessions;

use crate::support::{World, cast};
use bellwether::app::App;
use bellwether::auth::directory::{NewPerson, PersonView, add_person};
use bellwether::auth::sessions::{OpenedBy, Opening, open};
use bellwether::auth::{Actor, OrganisationKind, Role};
use bellwether::communications::{Mailer, deliver_due};
use bellwether::config::Config;
use bellwether::server;
use browser::Browser;
use jiff::SignedDuration;
use std::sync::Arc;

/// Where the officer's council is.
const COUNTY: &str = "Wealdshire";
/// The page that she wants.
const PAGE: &str = "/councils/E04990001?as_of=2026-11-20";

/// An app that is served.
struct Served {
    app: App,
    base: String,
}

/// Serves the world's app on a free port, with an address that leads there and limits that no test reaches, after the test
/// has changed what it wants to.
fn served(world: &World, change: impl FnOnce(&mut App, &mut Config)) -> Served {
    let listener = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut app = world.app.clone();
    app.limits = limits::generous();
    let mut config = (*app.config).clone();
    config.address = Some(base.clone());
    change(&mut app, &mut config);
    app.config = Arc::new(config);
    tokio::spawn(server::serve(app.clone(), listener).unwrap());
    Served { app, base }
}

impl Served {
    fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// A browser with a new session of that person.
    fn browser_of(&self, person: i64, second_factor: bool) -> Browser {
        let opening = Opening { person, by: OpenedBy::Command, second_factor, origin: "test" };
        let session = open(&self.app.store, &opening, self.app.clock.now()).unwrap();
        let browser = self.browser();
        browser.keep("bellwether", session.reveal());
        browser
    }

    /// Moves the clock on.
    fn later(&self, by: SignedDuration) {
        self.app.clock.set(self.app.clock.now().checked_add(by).unwrap());
    }

    /// Delivers what is due; how many letters went out.
    async fn deliver(&self) -> usize {
        deliver_due(&self.app).await.unwrap().sent
    }
}

/// Where letters go: the mail server at that address.
fn mailer(address: &str) -> Arc<Mailer> {
    let text = format!(
        "[mail]\nfrom = \"Bellwether <no-reply@bellwether.example.org>\"\nsmtp = \"smtp://{address}\"\nstarttls = \"none\"\n"
    );
    let settings = Config::parse(&text, "test.toml").unwrap().mail.unwrap();
    Arc::new(Mailer::new(Some(&settings)).unwrap())
}

/// Adds a person with the address `NAME@example.org`.
fn person(app: &App, name: &str, organisation: &str, roles: &[Role]) -> PersonView {
    let new = NewPerson {
        email: format!("{name}@example.org"),
        name: format!("Example {name}"),
        organisation: organisation.to_owned(),
        roles: roles.to_vec(),
    };
    add_person(&app.store, &Actor::command(), &new, app.clock.now()).unwrap()
}

/// An officer who sees the small register's councils.
fn officer(app: &App, name: &str) -> PersonView {
    person(app, name, &cast::organisation(app, OrganisationKind::CountyAssociation, COUNTY), &[Role::Officer])
}

/// An administrator at NALC, whose role asks for a second factor.
fn administrator(app: &App, name: &str) -> PersonView {
    person(app, name, &cast::organisation(app, OrganisationKind::Nalc, ""), &[Role::Administrator])
}

/// The token of the link in a letter's text.
fn link_in(text: &str, base: &str) -> String {
    let begins = format!("{base}/sign-in/link?token=");
    let (_, rest) = text.split_once(&begins).unwrap_or_else(|| panic!("no link in\n{text}"));
    let token: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
    assert_eq!(token.len(), 43, "{text}");
    token
}
