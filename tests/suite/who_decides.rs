//! What a council is shown of itself, and what nobody decides alone.

use crate::support::{REGISTER, TODAY, World, cast, client, on_both};
use bellwether::auth::directory::{NewPerson, add_person, change_roles};
use bellwether::auth::{Actor, OrganisationKind, Reach, Role, Who};
use bellwether::error::Code;
use bellwether::personal::erasure::erase_person;
use bellwether::triage::{self, ListQuery};

on_both!(
    a_council_sees_what_it_was_shown,
    nobody_changes_their_own_roles,
    an_open_administrators_account_is_not_erased,
    the_inside_is_not_told_outside,
);

const FLAGS: &str = "\
council,date,flag,shown_to_council
Great Pellow,2026-10-01,clerk_distress,no
Great Pellow,2026-11-01,repeated_advice_calls,yes
";

async fn a_council_sees_what_it_was_shown(world: World) {
    world.register(REGISTER);
    world.source.set("/flags", FLAGS, "\"one\"");
    let report = world.pull("flags").await.unwrap();
    assert_eq!(report.accepted, 2, "{:?}", report.held);
    triage::rescore_all(&world.app, "test").unwrap();
    let (store, rules) = (&world.app.store, &world.app.rules.set);
    let whole = |reach: &Reach| triage::whole(store, rules, reach, ("E04990002", TODAY)).unwrap();
    let county = whole(&Reach::Nation);
    assert_eq!(county.evidence.len(), 2);
    assert!(!county.history.is_empty());
    let id = store.read(|c| bellwether::store::register::council_by_code(c, "E04990002")).unwrap().unwrap().id;
    let council = whole(&Reach::Council(id));
    assert_eq!(council.evidence.len(), 1, "the flag that it was told of");
    assert!(council.evidence.iter().all(|item| item.says.iter().all(|(_, value)| !value.contains("distress"))));
    let told = serde_json::to_string(&council).unwrap();
    assert!(!told.contains("distress"), "{told}");
    assert!(council.score.total <= county.score.total);
    let listed = triage::evidence_of(store, &Reach::Council(id), Some("E04990002"), (None, 10)).unwrap();
    assert_eq!(listed.len(), 1);
    let query = ListQuery { limit: 10, ..ListQuery::default() };
    let list = |reach: &Reach, query: &ListQuery| triage::list(&world.app, reach, query).unwrap();
    let line = list(&Reach::Council(id), &query).lines.remove(0);
    let named = ListQuery { name: Some("pellow".to_owned()), ..query.clone() };
    let full = list(&Reach::Nation, &named).lines.remove(0);
    assert_ne!(line.sentence, full.sentence);
    assert_eq!((line.total, line.band), (council.score.total, council.score.band), "what its own page shows");
    assert!(line.total < full.total, "the flag that it was not told of is no part of its own line");
    assert_eq!(list(&Reach::Council(id), &named).matching, 1);
    let by_what_is_hidden = ListQuery { band: Some(full.band), ..query };
    let told = list(&Reach::Council(id), &by_what_is_hidden).matching == 1;
    assert_eq!(told, full.band == line.band, "a filter tells no more than the line");
}

/// An administrator of NALC who has signed in.
fn administrator(world: &World, name: &str) -> (Actor, i64) {
    let organisation = cast::organisation(&world.app, OrganisationKind::Nalc, "");
    let new = NewPerson {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        organisation: organisation.clone(),
        roles: vec![Role::Administrator],
    };
    let (store, now) = (&world.app.store, world.app.clock.now());
    let id = add_person(store, &Actor::command(), &new, now).unwrap().id;
    let mut actor = Actor::command();
    actor.who = Who::Person { id, name: name.to_owned(), session: 1 };
    actor.roles = vec![Role::Administrator, Role::Manager];
    actor.organisation = Some(bellwether::auth::Affiliation {
        id: bellwether::auth::directory::organisation(store, &Actor::command(), &organisation).unwrap().id,
        key: organisation,
        name: "NALC".to_owned(),
        kind: OrganisationKind::Nalc,
        counties: Vec::new(),
        council_id: None,
    });
    (actor, id)
}

async fn nobody_changes_their_own_roles(world: World) {
    let (first, own) = administrator(&world, "first");
    let (_, other) = administrator(&world, "second");
    let (store, now) = (&world.app.store, world.app.clock.now());
    let both = [Role::Administrator, Role::Officer];
    let refused = change_roles(store, &first, (own, &both), now).unwrap_err();
    assert_eq!(refused.happened, "These are your own roles.");
    assert_eq!(change_roles(store, &first, (other, &both), now).unwrap().roles.len(), 2);
}

async fn an_open_administrators_account_is_not_erased(world: World) {
    let (manager, _) = administrator(&world, "first");
    let (_, other) = administrator(&world, "second");
    let (store, now) = (&world.app.store, world.app.clock.now());
    let refused = erase_person(store, &manager, now, (other, "asked for")).unwrap_err();
    assert_eq!(refused.happened, "This account administers an organisation, and is open.");
    bellwether::auth::directory::close_person(store, &Actor::command(), other, now).unwrap();
    erase_person(store, &manager, now, (other, "asked for")).unwrap();
}

async fn the_inside_is_not_told_outside(world: World) {
    let inside = bellwether::error::AppError::new(Code::DatabaseFailed, "table people at db.internal", "look at it");
    let told = inside.outside();
    assert!(!told.happened.contains("people") && !told.next.contains("look at it"));
    assert_eq!(told.code, Code::DatabaseFailed, "the code stays");
    let base = world.serve();
    let answer = client(&base).get(format!("{base}/api/v1/ready")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}
