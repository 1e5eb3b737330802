//! The directory: what can be kept, by whom, and what it leaves behind.

use super::{ORIGIN, log, now, organisation, peopled, person, session, signed_in, store, who};
use crate::support::{REGISTER, World, on_both};
use bellwether::auth::directory::{self, NewOrganisation, NewPerson};
use bellwether::auth::keys::{self, NewKey};
use bellwether::auth::{Action, Actor, OrganisationKind, Role, sessions};
use bellwether::error::{AppError, Code};

on_both!(
    organisations_are_kept_as_their_kind_asks,
    a_county_that_the_register_does_not_know_is_warned_of,
    people_are_kept_with_roles_that_they_can_hold,
    an_administrator_of_one_organisation_keeps_that_one_alone,
    the_last_administrator_of_nalc_stays,
    what_is_closed_stays_as_it_was,
    each_change_is_one_entry_with_what_it_was_and_became,
    nothing_that_is_refused_leaves_a_trace,
    nobody_without_the_role_sees_the_directory,
);

fn add(world: &World, new: &NewOrganisation) -> Result<directory::AddedOrganisation, AppError> {
    directory::add_organisation(store(world), &Actor::command(), new, now(world))
}

fn new_person(email: &str, organisation: &str, roles: &[Role]) -> NewPerson {
    let (email, organisation) = (email.to_owned(), organisation.to_owned());
    NewPerson { email, name: "Somebody".to_owned(), organisation, roles: roles.to_vec() }
}

async fn organisations_are_kept_as_their_kind_asks(world: World) {
    peopled(&world);
    let refused = |new: &NewOrganisation| {
        let refused = add(&world, new).unwrap_err();
        assert_eq!(refused.code, Code::AccountUnusable);
        refused.happened
    };
    let firm = organisation("firm", OrganisationKind::AuditFirm);
    let calc = organisation("calc", OrganisationKind::CountyAssociation);
    let council =
        NewOrganisation { council: Some("E04990002".to_owned()), ..organisation("pellow", OrganisationKind::Council) };
    let with = |code: Option<&str>| NewOrganisation { council: code.map(str::to_owned), ..council.clone() };
    for (new, told) in [
        (NewOrganisation { key: "nalc".to_owned(), ..firm.clone() }, "The key \"nalc\" is taken."),
        (
            NewOrganisation { key: "A Firm".to_owned(), ..firm.clone() },
            "\"A Firm\" can't be the key of an organisation.",
        ),
        (
            NewOrganisation { name: " ".to_owned(), ..firm.clone() },
            "An organisation needs a name of 1 to 200 characters on one line.",
        ),
        (
            NewOrganisation { counties: vec![" ".to_owned()], ..calc.clone() },
            "A county association needs at least one county.",
        ),
        (
            NewOrganisation { counties: calc.counties.clone(), ..firm.clone() },
            "An organisation of the kind \"audit firm\" speaks for no county.",
        ),
        (
            NewOrganisation { council: council.council.clone(), ..firm.clone() },
            "An organisation of the kind \"audit firm\" is no council of the register.",
        ),
        (with(None), "A council needs the code that the register knows it by."),
        (with(Some("E04999999")), "No council of the register has the code \"E04999999\"."),
        (with(Some("E04990006")), "The council with the code \"E04990006\" is no longer current."),
    ] {
        assert_eq!(refused(&new), told);
    }
    let added = add(&world, &council).unwrap().organisation;
    assert_eq!(added.council.as_deref(), Some("E04990002"));
    let clerk = signed_in(&world, "clerk", "pellow", &[Role::Officer]);
    let reach = clerk.reach(Action::SeeCouncils).unwrap();
    assert!(matches!(reach, bellwether::auth::Reach::Council(_)), "{reach:?}");
    let keys: Vec<String> =
        directory::organisations(store(&world), &Actor::command()).unwrap().into_iter().map(|view| view.key).collect();
    assert_eq!(keys, ["nalc", "northern-firm", "pellow", "wealdshire-calc"]);
    let renamed =
        directory::rename_organisation(store(&world), &Actor::command(), ("pellow", " Pellow PC "), now(&world));
    assert_eq!(renamed.unwrap().name, "Pellow PC");
    let closed = directory::close_organisation(store(&world), &Actor::command(), "pellow", now(&world)).unwrap();
    assert_eq!(closed.closed_at, Some(now(&world)));
}

async fn a_county_that_the_register_does_not_know_is_warned_of(world: World) {
    let mut calc = organisation("calc", OrganisationKind::CountyAssociation);
    let early = add(&world, &calc).unwrap();
    assert_eq!(
        early.warnings,
        [
            "No council of the register is in \"Wealdshire\": nobody will see any. The register's counties are: none yet."
        ]
    );
    world.register(REGISTER);
    calc.key = "other".to_owned();
    calc.counties = ["Wealdshir", " Wealdshire", "Wealdshire"].map(str::to_owned).to_vec();
    let added = add(&world, &calc).unwrap();
    assert_eq!(added.organisation.counties, ["Wealdshir", "Wealdshire"]);
    assert_eq!(
        added.warnings,
        [
            "No council of the register is in \"Wealdshir\": nobody will see any. The register's counties are: Wealdshire."
        ]
    );
    let counties = ["Wealdshire".to_owned()];
    let mended =
        directory::change_counties(store(&world), &Actor::command(), ("other", &counties), now(&world)).unwrap();
    assert_eq!((mended.organisation.counties, mended.warnings.len()), (counties.to_vec(), 0));
    let changed = log(&world).pop().unwrap();
    assert_eq!(changed.details, serde_json::json!({ "from": ["Wealdshir", "Wealdshire"], "to": ["Wealdshire"] }));
}

async fn people_are_kept_with_roles_that_they_can_hold(world: World) {
    peopled(&world);
    let command = Actor::command();
    let add = |new: &NewPerson| directory::add_person(store(&world), &command, new, now(&world));
    let ann = add(&new_person(" Ann@Example.ORG", "wealdshire-calc", &[Role::Manager, Role::Officer])).unwrap();
    assert_eq!((ann.email.as_str(), ann.roles.as_slice()), ("ann@example.org", &[Role::Officer, Role::Manager][..]));
    assert_eq!((ann.second_factor, ann.last_signed_in_at, ann.closed_at), (false, None, None));
    let refused = |new: &NewPerson| {
        let refused = add(new).unwrap_err();
        (refused.code, refused.happened)
    };
    let unusable = |told: &str| (Code::AccountUnusable, told.to_owned());
    assert_eq!(
        refused(&new_person("ANN@example.org", "northern-firm", &[Role::ReadOnly])),
        unusable("This e-mail address has an account already.")
    );
    assert_eq!(
        refused(&new_person("una@example.org", "northern-firm", &[Role::Officer])),
        unusable("Nobody in an organisation of the kind \"audit firm\" can be officer.")
    );
    assert_eq!(
        refused(&new_person("una@example.org", "northern-firm", &[])),
        unusable("Somebody without a role can do nothing.")
    );
    assert_eq!(
        refused(&new_person("una@", "northern-firm", &[Role::ReadOnly])),
        unusable("What was given as an e-mail address isn't one.")
    );
    assert_eq!(
        refused(&new_person("una@example.org", "nowhere", &[Role::ReadOnly])),
        (Code::OrganisationUnknown, "No organisation has the key \"nowhere\".".to_owned())
    );
    let change = |roles: &[Role]| directory::change_roles(store(&world), &command, (ann.id, roles), now(&world));
    assert_eq!(change(&[Role::RulePublisher]).unwrap_err().code, Code::AccountUnusable);
    assert_eq!(change(&[Role::ReadOnly]).unwrap().roles, [Role::ReadOnly]);
    let renamed = directory::rename_person(store(&world), &command, (ann.id, "Ann Other"), now(&world)).unwrap();
    assert_eq!(renamed.name, "Ann Other");
    session(&world, ann.id, false);
    let seen = directory::person_by_email(store(&world), &command, "ann@EXAMPLE.org").unwrap();
    assert_eq!((seen.id, seen.last_signed_in_at), (ann.id, Some(now(&world))));
}

/// What an administrator is told of each way to touch a record; `key`, `id` and `prefix` may be another's or nobody's.
fn refusals(world: &World, actor: &Actor, (key, id, prefix): (&str, i64, &str)) -> Vec<(Code, String)> {
    let (store, now) = (store(world), now(world));
    let officer = [Role::ReadOnly];
    let mut new = new_person("new@example.org", key, &officer);
    new.email = format!("new-{id}@example.org");
    let (organisation, role) = (key.to_owned(), Role::ReadOnly);
    let new_key = NewKey { organisation, name: "nightly".to_owned(), role, kept_to: Vec::new(), days: 30 };
    let told = [
        directory::organisation(store, actor, key).err(),
        directory::rename_organisation(store, actor, (key, "Taken over"), now).err(),
        directory::people(store, actor, Some(key)).err(),
        directory::add_person(store, actor, &new, now).err(),
        directory::person(store, actor, id).err(),
        directory::rename_person(store, actor, (id, "Taken over"), now).err(),
        directory::change_roles(store, actor, (id, &officer), now).err(),
        directory::close_person(store, actor, id, now).err(),
        directory::reset_second_factor(store, actor, id, now).err(),
        sessions::sessions_of(store, actor, id, now).err(),
        keys::issue(store, actor, &new_key, now).err(),
        keys::rotate(store, actor, (prefix, 7), now).err(),
        keys::revoke(store, actor, prefix, now).err(),
    ];
    let neutral = |text: String| text.replace(key, "KEY").replace(&id.to_string(), "ID").replace(prefix, "PREFIX");
    told.into_iter().map(|refused| refused.unwrap()).map(|refused| (refused.code, neutral(refused.told()))).collect()
}

async fn an_administrator_of_one_organisation_keeps_that_one_alone(world: World) {
    peopled(&world);
    let own = signed_in(&world, "own", "wealdshire-calc", &[Role::Administrator]);
    let other = person(&world, "other", "northern-firm", &[Role::ReadOnly]);
    let new = NewKey {
        organisation: "northern-firm".to_owned(),
        name: "nightly".to_owned(),
        role: Role::ReadOnly,
        kept_to: Vec::new(),
        days: 30,
    };
    let key = keys::issue(store(&world), &Actor::command(), &new, now(&world)).unwrap();
    let before = (log(&world).len(), directory::people(store(&world), &Actor::command(), None).unwrap());
    let foreign = refusals(&world, &own, ("northern-firm", other.id, &key.view.prefix));
    let unknown = refusals(&world, &own, ("no-such-place", 999_999, "00000000"));
    assert_eq!(foreign, unknown, "what is another's answers as what isn't there");
    let after = (log(&world).len(), directory::people(store(&world), &Actor::command(), None).unwrap());
    assert_eq!(before, after, "and nothing has changed");
    let email = directory::person_by_email(store(&world), &own, "other@example.org").unwrap_err();
    assert_eq!(email.told(), directory::person_by_email(store(&world), &own, "nobody@example.org").unwrap_err().told());
    let seen = directory::organisations(store(&world), &own).unwrap();
    assert_eq!(seen.iter().map(|view| view.key.as_str()).collect::<Vec<_>>(), ["wealdshire-calc"]);
    let seen = directory::people(store(&world), &own, None).unwrap();
    assert_eq!(seen.iter().map(|view| view.email.as_str()).collect::<Vec<_>>(), ["own@example.org"]);
    assert_eq!(keys::list(store(&world), &own).unwrap(), []);
    // Its own it keeps, but for what makes it what it is.
    let colleague = new_person("new@example.org", "wealdshire-calc", &[Role::Officer]);
    directory::add_person(store(&world), &own, &colleague, now(&world)).unwrap();
    directory::rename_organisation(store(&world), &own, ("wealdshire-calc", "Wealdshire"), now(&world)).unwrap();
    let counties = ["Fennmarch".to_owned()];
    let refused = [
        directory::add_organisation(store(&world), &own, &organisation("new", OrganisationKind::Nalc), now(&world))
            .err(),
        directory::change_counties(store(&world), &own, ("wealdshire-calc", &counties), now(&world)).err(),
        directory::close_organisation(store(&world), &own, "wealdshire-calc", now(&world)).err(),
        directory::close_organisation(store(&world), &own, "northern-firm", now(&world)).err(),
    ];
    assert!(refused.into_iter().all(|refused| refused.unwrap().code == Code::NotPermitted));
    // NALC's keeps all of them.
    let head = signed_in(&world, "head", "nalc", &[Role::Administrator]);
    assert_eq!(directory::organisations(store(&world), &head).unwrap().len(), 3);
    assert_eq!(directory::person(store(&world), &head, other.id).unwrap().email, "other@example.org");
    keys::revoke(store(&world), &head, &key.view.prefix, now(&world)).unwrap();
}

async fn the_last_administrator_of_nalc_stays(world: World) {
    peopled(&world);
    let command = Actor::command();
    let head = person(&world, "head", "nalc", &[Role::Administrator, Role::Officer]);
    person(&world, "own", "wealdshire-calc", &[Role::Administrator]);
    let change = |roles: &[Role]| directory::change_roles(store(&world), &command, (head.id, roles), now(&world));
    let close = |id: i64| directory::close_person(store(&world), &command, id, now(&world));
    let close_nalc = || directory::close_organisation(store(&world), &command, "nalc", now(&world));
    for refused in [change(&[Role::Officer]).err(), close(head.id).err(), close_nalc().err()] {
        let refused = refused.unwrap();
        assert_eq!(refused.code, Code::AccountUnusable);
        assert_eq!(refused.happened, "This would leave NALC without an administrator.");
    }
    assert_eq!(change(&[Role::Administrator]).unwrap().roles, [Role::Administrator]);
    let deputy = person(&world, "deputy", "nalc", &[Role::Administrator]);
    // Each takes the other's role at the same moment: one of them comes too late.
    let (head_id, deputy_id) = (head.id, deputy.id);
    let turn = std::sync::atomic::AtomicI64::new(0);
    let closed = super::at_once(2, || {
        let first = turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        close(if first { head_id } else { deputy_id }).is_ok()
    });
    assert_eq!(closed.iter().filter(|closed| **closed).count(), 1, "{closed:?}");
    let left = directory::people(store(&world), &command, Some("nalc")).unwrap();
    assert_eq!(left.iter().filter(|view| view.closed_at.is_none()).count(), 1);
}

async fn what_is_closed_stays_as_it_was(world: World) {
    peopled(&world);
    let (command, store, now) = (Actor::command(), store(&world), now(&world));
    let una = person(&world, "una", "northern-firm", &[Role::ReadOnly]);
    directory::close_person(store, &command, una.id, now).unwrap();
    for refused in [
        directory::close_person(store, &command, una.id, now).err(),
        directory::rename_person(store, &command, (una.id, "Una"), now).err(),
        directory::change_roles(store, &command, (una.id, &[Role::AuditorSubmitter]), now).err(),
        directory::reset_second_factor(store, &command, una.id, now).err(),
        directory::add_person(store, &command, &new_person("una@example.org", "nalc", &[Role::Officer]), now).err(),
    ] {
        assert_eq!(refused.unwrap().code, Code::AccountUnusable);
    }
    directory::close_organisation(store, &command, "northern-firm", now).unwrap();
    for refused in [
        directory::close_organisation(store, &command, "northern-firm", now).err(),
        directory::rename_organisation(store, &command, ("northern-firm", "Firm"), now).err(),
        directory::add_person(store, &command, &new_person("new@example.org", "northern-firm", &[Role::ReadOnly]), now)
            .err(),
    ] {
        assert_eq!(refused.unwrap().happened, "The organisation \"northern-firm\" is closed.");
    }
    assert_eq!(directory::person(store, &command, una.id).unwrap().closed_at, Some(now));
}

async fn each_change_is_one_entry_with_what_it_was_and_became(world: World) {
    peopled(&world);
    let head = signed_in(&world, "head", "nalc", &[Role::Administrator]);
    let before = log(&world).len();
    let store = store(&world);
    let new = new_person("ann@example.org", "wealdshire-calc", &[Role::Officer]);
    let ann = directory::add_person(store, &head, &new, now(&world)).unwrap();
    directory::change_roles(store, &head, (ann.id, &[Role::Manager, Role::Officer]), now(&world)).unwrap();
    directory::rename_person(store, &head, (ann.id, "Ann Whoever"), now(&world)).unwrap();
    directory::close_person(store, &head, ann.id, now(&world)).unwrap();
    let entries = log(&world).split_off(before);
    let said: Vec<_> = entries.iter().map(|entry| (entry.action.as_str(), entry.subject.clone())).collect();
    let subject = format!("person:{}", ann.id);
    assert_eq!(
        said,
        ["person.added", "person.roles_changed", "person.renamed", "person.closed"]
            .map(|action| (action, subject.clone()))
    );
    assert_eq!(entries[0].details["roles"], serde_json::json!(["officer"]));
    assert_eq!(entries[1].details, serde_json::json!({ "from": ["officer"], "to": ["officer", "manager"] }));
    for entry in &entries {
        assert_eq!((entry.actor.clone(), entry.origin.as_str()), (head.reference(), ORIGIN));
        let text = format!("{} {}", entry.subject, entry.details);
        assert!(!text.contains("example.org") && !text.contains("Somebody") && !text.contains("Whoever"), "{text}");
    }
}

async fn nothing_that_is_refused_leaves_a_trace(world: World) {
    peopled(&world);
    let entries = log(&world).len();
    let command = Actor::command();
    let new = new_person("ann@example.org", "northern-firm", &[Role::RulePublisher]);
    directory::add_person(store(&world), &command, &new, now(&world)).unwrap_err();
    directory::rename_organisation(store(&world), &command, ("nalc", "two\nlines"), now(&world)).unwrap_err();
    assert_eq!(log(&world).len(), entries);
    assert_eq!(directory::people(store(&world), &command, None).unwrap(), []);
}

async fn nobody_without_the_role_sees_the_directory(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "nalc", &[Role::Officer, Role::Manager, Role::RulePublisher]);
    let officer = who(&world, &session(&world, ann.id, true)).unwrap();
    let boss = person(&world, "boss", "nalc", &[Role::Administrator]);
    let due = who(&world, &session(&world, boss.id, false)).unwrap();
    for (actor, code) in
        [(officer, Code::NotPermitted), (due, Code::SecondFactorDue), (Actor::public(ORIGIN), Code::NotSignedIn)]
    {
        let (store, now) = (store(&world), now(&world));
        let new = new_person("new@example.org", "nalc", &[Role::Officer]);
        for refused in [
            directory::organisations(store, &actor).err(),
            directory::organisation(store, &actor, "nalc").err(),
            directory::people(store, &actor, None).err(),
            directory::person(store, &actor, ann.id).err(),
            directory::person_by_email(store, &actor, "ann@example.org").err(),
            directory::add_person(store, &actor, &new, now).err(),
            directory::change_roles(store, &actor, (ann.id, &[Role::Administrator]), now).err(),
            directory::close_person(store, &actor, boss.id, now).err(),
            keys::list(store, &actor).err(),
        ] {
            assert_eq!(refused.unwrap().code, code);
        }
    }
}
