//! Machines' keys: what they can hold, how long they work.

use super::{ORIGIN, at_once, later, log, noted, now, peopled, store};
use crate::support::{World, on_both};
use bellwether::auth::directory::close_organisation;
use bellwether::auth::keys::{self, IssuedKey, NewKey, USUAL_DAYS};
use bellwether::auth::secret::Secret;
use bellwether::auth::{Action, Actor, Reach, Role, Who};
use bellwether::error::{AppError, Code};
use jiff::SignedDuration;

on_both!(
    a_key_stands_for_its_organisation_and_role_until_it_expires,
    a_role_that_needs_a_second_factor_is_a_keys_for_looking_only,
    a_rotated_key_works_on_for_the_overlap,
    of_two_who_rotate_a_key_at_once_one_does,
    what_is_revoked_closed_or_altered_works_no_more,
    being_used_is_written_down_once_a_minute,
);

fn new_key(organisation: &str, role: Role, kept_to: &[Action]) -> NewKey {
    let (organisation, name) = (organisation.to_owned(), "nightly".to_owned());
    NewKey { organisation, name, role, kept_to: kept_to.to_vec(), days: USUAL_DAYS }
}

fn issue(world: &World, new: &NewKey) -> Result<IssuedKey, AppError> {
    keys::issue(store(world), &Actor::command(), new, now(world))
}

fn rotate(world: &World, prefix: &str, overlap_days: u16) -> Result<IssuedKey, AppError> {
    keys::rotate(store(world), &Actor::command(), (prefix, overlap_days), now(world))
}

fn who(world: &World, key: &Secret) -> Option<Actor> {
    let key = noted("a machine's key", key.clone());
    keys::resolve(store(world), key.reveal(), now(world), ORIGIN).unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

async fn a_key_stands_for_its_organisation_and_role_until_it_expires(world: World) {
    peopled(&world);
    let issued =
        issue(&world, &new_key("wealdshire-calc", Role::Officer, &[Action::SeeCouncils, Action::SeeCouncils])).unwrap();
    assert_eq!(issued.view.kept_to, [Action::SeeCouncils]);
    assert_eq!(issued.view.expires_at, now(&world).checked_add(days(365)).unwrap());
    let actor = who(&world, &issued.key).unwrap();
    assert_eq!(actor.who, Who::Key { id: issued.view.id, name: "nightly".to_owned() });
    assert_eq!(actor.reach(Action::SeeCouncils).unwrap(), Reach::Counties(vec!["Wealdshire".to_owned()]));
    assert!(!actor.can(Action::Export), "kept to one thing");
    later(&world, days(365).checked_sub(SignedDuration::from_micros(1)).unwrap());
    assert!(who(&world, &issued.key).is_some());
    later(&world, SignedDuration::from_micros(1));
    assert!(who(&world, &issued.key).is_none());
    let told = log(&world).into_iter().find(|entry| entry.action == "key.issued").unwrap();
    assert_eq!(told.details["kept_to"], serde_json::json!(["see_councils"]));
    for days in [0, 401] {
        let refused = issue(&world, &NewKey { days, ..new_key("nalc", Role::Officer, &[]) }).unwrap_err();
        assert_eq!(refused.told(), format!("A key of {days} days isn't possible.\n  Give 1 to 400 days."));
    }
    assert!(issue(&world, &NewKey { days: 400, ..new_key("nalc", Role::Officer, &[]) }).is_ok());
}

async fn a_role_that_needs_a_second_factor_is_a_keys_for_looking_only(world: World) {
    peopled(&world);
    let figures = [Action::SeeFigures, Action::SeeAuditLog];
    let issued = issue(&world, &new_key("nalc", Role::Administrator, &figures)).unwrap();
    let actor = who(&world, &issued.key).unwrap();
    for action in Action::ALL {
        assert_eq!(actor.can(*action), figures.contains(action), "{action:?}");
    }
    for (organisation, role, kept_to, told) in [
        (
            "nalc",
            Role::Administrator,
            &[][..],
            "The role administrator asks for a second factor, which no machine can show.",
        ),
        (
            "nalc",
            Role::Administrator,
            &[Action::SeeFigures, Action::Administer],
            "The role administrator asks for a second factor, which no machine can show.",
        ),
        (
            "nalc",
            Role::RulePublisher,
            &[Action::SeeCouncils],
            "The role rule publisher asks for a second factor, which no machine can show.",
        ),
        (
            "nalc",
            Role::Officer,
            &[Action::Administer],
            "The role officer of an organisation of the kind \"NALC\" doesn't keep organisations, people and keys.",
        ),
        (
            "wealdshire-calc",
            Role::Administrator,
            &[Action::SeeFigures],
            "The role administrator of an organisation of the kind \"county association\" doesn't read the operator's figures.",
        ),
        ("northern-firm", Role::Officer, &[], "Nobody in an organisation of the kind \"audit firm\" can be officer."),
    ] {
        let refused = issue(&world, &new_key(organisation, role, kept_to)).unwrap_err();
        assert_eq!((refused.code, refused.happened.as_str()), (Code::AccountUnusable, told));
    }
}

async fn a_rotated_key_works_on_for_the_overlap(world: World) {
    peopled(&world);
    let old = issue(&world, &new_key("northern-firm", Role::AuditorSubmitter, &[])).unwrap();
    later(&world, days(300));
    let new = rotate(&world, &old.view.prefix, 7).unwrap();
    assert_eq!((new.view.replaces, new.view.role, &new.view.name), (Some(old.view.id), old.view.role, &old.view.name));
    assert_eq!(new.view.expires_at, now(&world).checked_add(days(365)).unwrap());
    assert_ne!(new.view.prefix, old.view.prefix);
    assert!(who(&world, &old.key).is_some() && who(&world, &new.key).is_some());
    assert_eq!(
        rotate(&world, &old.view.prefix, 7).unwrap_err().happened,
        format!("The key {} has been replaced already.", old.view.prefix)
    );
    later(&world, days(7).checked_sub(SignedDuration::from_micros(1)).unwrap());
    assert!(who(&world, &old.key).is_some());
    later(&world, SignedDuration::from_micros(1));
    assert!(who(&world, &old.key).is_none() && who(&world, &new.key).is_some());
    assert_eq!(
        rotate(&world, &old.view.prefix, 7).unwrap_err().happened,
        format!("The key {} works no more.", old.view.prefix)
    );
    // An overlap never lengthens a life, and none at all ends it at once.
    later(&world, days(355));
    let third = rotate(&world, &new.view.prefix, 90).unwrap();
    later(&world, days(3));
    assert!(who(&world, &new.key).is_none(), "its own year is over");
    let fourth = rotate(&world, &third.view.prefix, 0).unwrap();
    assert!(who(&world, &third.key).is_none() && who(&world, &fourth.key).is_some());
    assert_eq!(rotate(&world, &fourth.view.prefix, 91).unwrap_err().code, Code::AccountUnusable);
    let told: Vec<_> = log(&world).into_iter().filter(|entry| entry.action == "key.rotated").collect();
    assert_eq!(told[0].details, serde_json::json!({ "from": old.view.id, "to": new.view.id, "overlap_days": 7 }));
}

async fn of_two_who_rotate_a_key_at_once_one_does(world: World) {
    peopled(&world);
    let old = issue(&world, &new_key("northern-firm", Role::AuditorSubmitter, &[])).unwrap();
    let rotated = at_once(4, || rotate(&world, &old.view.prefix, 7).is_ok());
    assert_eq!(rotated.iter().filter(|rotated| **rotated).count(), 1, "{rotated:?}");
    assert_eq!(keys::list(store(&world), &Actor::command()).unwrap().len(), 2);
}

async fn what_is_revoked_closed_or_altered_works_no_more(world: World) {
    peopled(&world);
    let revoked = issue(&world, &new_key("nalc", Role::ReadOnly, &[])).unwrap();
    let revoke = |prefix: &str| keys::revoke(store(&world), &Actor::command(), prefix, now(&world));
    assert_eq!(revoke(&revoked.view.prefix).unwrap().revoked_at, Some(now(&world)));
    assert!(who(&world, &revoked.key).is_none());
    assert_eq!(revoke(&revoked.view.prefix).unwrap_err().code, Code::AccountUnusable);
    let unknown = revoke(revoked.key.reveal()).unwrap_err();
    assert_eq!(unknown.code, Code::KeyUnknown);
    assert!(!unknown.told().contains(&revoked.key.reveal()[12..]), "a key given as its prefix isn't repeated");
    let good = issue(&world, &new_key("northern-firm", Role::ReadOnly, &[])).unwrap();
    let text = good.key.reveal();
    let (rest, last) = text.split_at(text.len() - 1);
    let altered = format!("{rest}{}", if last == "A" { "B" } else { "A" });
    let other = revoked.key.reveal();
    let swapped = format!("{}{}", &text[..12], &other[12..]);
    for presented in [altered.as_str(), &swapped, &text[..text.len() - 1], &good.view.prefix, "", "bw_"] {
        assert_eq!(keys::resolve(store(&world), presented, now(&world), ORIGIN).unwrap(), None);
    }
    assert!(who(&world, &good.key).is_some());
    close_organisation(store(&world), &Actor::command(), "northern-firm", now(&world)).unwrap();
    assert!(who(&world, &good.key).is_none());
    assert_eq!(rotate(&world, &good.view.prefix, 7).unwrap_err().code, Code::AccountUnusable);
}

async fn being_used_is_written_down_once_a_minute(world: World) {
    peopled(&world);
    let issued = issue(&world, &new_key("nalc", Role::ReadOnly, &[])).unwrap();
    let used = || {
        who(&world, &issued.key).unwrap();
        keys::list(store(&world), &Actor::command()).unwrap()[0].last_used_at
    };
    let first = now(&world);
    assert_eq!(used(), Some(first));
    later(&world, SignedDuration::from_secs(59));
    assert_eq!(used(), Some(first));
    let next = later(&world, SignedDuration::from_secs(1));
    assert_eq!(used(), Some(next));
}
