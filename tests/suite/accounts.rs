//! Accounts: the directory, signing in, second factors, keys, and the log of it all.

mod chain;
mod commands;
mod directory;
mod keys;
mod second_factors;
mod signing_in;

use crate::support::{Backend, REGISTER, World};
use bellwether::audit::{self, Asked, EntryView};
use bellwether::auth::directory::{NewOrganisation, NewPerson, PersonView, add_organisation, add_person};
use bellwether::auth::secret::Secret;
use bellwether::auth::sessions::{self, OpenedBy, Opening};
use bellwether::auth::{Actor, OrganisationKind, Role, links};
use bellwether::error::AppError;
use bellwether::store::Store;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;

/// Where everybody in these tests comes from.
const ORIGIN: &str = "192.0.2.7";

fn organisation(key: &str, kind: OrganisationKind) -> NewOrganisation {
    let counties = if kind == OrganisationKind::CountyAssociation { vec!["Wealdshire".to_owned()] } else { Vec::new() };
    NewOrganisation { key: key.to_owned(), name: format!("The {key}"), kind, counties, council: None }
}

/// Three organisations on the small register: `nalc`, `wealdshire-calc`, `northern-firm`.
fn peopled(world: &World) {
    world.register(REGISTER);
    for (key, kind) in [
        ("nalc", OrganisationKind::Nalc),
        ("wealdshire-calc", OrganisationKind::CountyAssociation),
        ("northern-firm", OrganisationKind::AuditFirm),
    ] {
        let added = add_organisation(store(world), &Actor::command(), &organisation(key, kind), now(world)).unwrap();
        assert_eq!(added.warnings, Vec::<String>::new());
    }
}

fn store(world: &World) -> &Store {
    &world.app.store
}

fn now(world: &World) -> Timestamp {
    world.app.clock.now()
}

/// Moves the clock on.
fn later(world: &World, by: SignedDuration) -> Timestamp {
    world.app.clock.set(now(world).checked_add(by).unwrap());
    now(world)
}

/// Adds a person by the command line: `ann` is `ann@example.org`.
fn person(world: &World, name: &str, organisation: &str, roles: &[Role]) -> PersonView {
    let new = NewPerson {
        email: format!("{name}@example.org"),
        name: format!("{name} of {organisation}"),
        organisation: organisation.to_owned(),
        roles: roles.to_vec(),
    };
    add_person(store(world), &Actor::command(), &new, now(world)).unwrap()
}

/// The secret, which the logs are searched for.
fn noted(kind: &str, secret: Secret) -> Secret {
    crate::support::log::secret(kind, secret.reveal());
    secret
}

/// A session of a person.
fn session(world: &World, person: i64, second_factor: bool) -> Secret {
    let opening = Opening { person, by: OpenedBy::Command, second_factor, origin: ORIGIN };
    sessions::open(store(world), &opening, now(world)).unwrap()
}

/// Whom a session's token stands for now.
fn who(world: &World, token: &Secret) -> Option<Actor> {
    let token = noted("a session's token", token.clone());
    sessions::resolve(store(world), token.reveal(), now(world), ORIGIN).unwrap()
}

/// A person who has signed in with a second factor.
fn signed_in(world: &World, name: &str, organisation: &str, roles: &[Role]) -> Actor {
    let person = person(world, name, organisation, roles);
    who(world, &session(world, person.id, true)).unwrap()
}

/// Asks for a link for an address; gives the tokens that were to be sent.
fn ask(world: &World, email: &str) -> Vec<Secret> {
    let sent = Mutex::new(Vec::new());
    let queue = |_: &mut bellwether::store::Database, to: &links::Recipient, token: &Secret| {
        assert_eq!(to.email, email.trim().to_lowercase());
        sent.lock().unwrap().push(noted("a link's token", token.clone()));
        Ok::<(), AppError>(())
    };
    links::request(store(world), &links::Asking { email, origin: ORIGIN }, now(world), &queue).unwrap();
    sent.into_inner().unwrap()
}

/// Runs the same from several threads that begin together; gives what each came to.
fn at_once<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let barrier = std::sync::Barrier::new(threads);
    let begin = || {
        barrier.wait();
        work()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(begin)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// What the log says, oldest first.
fn log(world: &World) -> Vec<EntryView> {
    let asked = Asked { limit: 1000, ..Asked::default() };
    let mut entries = audit::entries(store(world), &Actor::command(), &asked).unwrap();
    entries.reverse();
    entries
}

/// Runs SQL past the program.
fn sql(world: &World, statement: &str) {
    match world.backend {
        Backend::Sqlite => {
            let path = world.url.strip_prefix("sqlite:").unwrap();
            diesel::SqliteConnection::establish(path).unwrap().batch_execute(statement).unwrap();
        }
        Backend::Postgres => {
            diesel::PgConnection::establish(&world.url).unwrap().batch_execute(statement).unwrap();
        }
    }
}
