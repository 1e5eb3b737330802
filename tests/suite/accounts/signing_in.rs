//! Links, sessions, and people whom a provider of OpenID knows.

use super::{ORIGIN, ask, at_once, later, log, noted, now, peopled, person, session, signed_in, sql, store, who};
use crate::support::{World, on_both};
use bellwether::auth::directory::{change_roles, close_organisation, close_person};
use bellwether::auth::subjects::{Subject, sign_in_by_subject};
use bellwether::auth::{Action, Actor, Role, Who, links, sessions};
use bellwether::error::Code;
use jiff::SignedDuration;

on_both!(
    a_link_signs_in_once_however_many_use_it_at_the_same_time,
    a_link_that_is_old_used_or_unknown_is_refused_in_the_same_words,
    who_asks_cannot_tell_whether_there_is_an_account,
    asking_over_and_over_locks_nobody_out,
    links_for_others_are_drawn_at_the_command_line_only,
    a_letter_that_cannot_be_queued_leaves_no_link,
    a_session_ends_an_hour_after_it_was_seen_and_twelve_after_it_began,
    being_seen_is_written_down_once_a_minute,
    what_a_session_may_do_follows_the_account,
    people_close_their_own_sessions_and_see_no_others,
    a_subject_is_linked_once_by_a_trusted_address,
);

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

async fn a_link_signs_in_once_however_many_use_it_at_the_same_time(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let link = ask(&world, "  ANN@Example.org ").pop().unwrap();
    for _ in 0..3 {
        assert!(links::look(store(&world), link.reveal(), now(&world)).unwrap(), "looking uses nothing up");
    }
    let used = at_once(8, || links::redeem(store(&world), link.reveal(), now(&world), ORIGIN));
    let (opened, refused): (Vec<_>, Vec<_>) = used.into_iter().partition(Result::is_ok);
    assert_eq!((opened.len(), refused.len()), (1, 7));
    assert!(refused.into_iter().all(|refused| refused.unwrap_err().code == Code::LinkUnusable));
    let actor = who(&world, opened[0].as_ref().unwrap()).unwrap();
    assert!(matches!(actor.who, Who::Person { id, .. } if id == ann.id), "{actor:?}");
    assert!(actor.can(Action::SeeCouncils));
    assert!(!links::look(store(&world), link.reveal(), now(&world)).unwrap());
    let signed_in: Vec<_> = log(&world).into_iter().filter(|entry| entry.action == "person.signed_in").collect();
    assert_eq!(signed_in.len(), 1);
    assert_eq!((signed_in[0].actor.clone(), signed_in[0].origin.as_str()), (format!("person:{}", ann.id), ORIGIN));
    assert_eq!(signed_in[0].details["by"], "link");
}

async fn a_link_that_is_old_used_or_unknown_is_refused_in_the_same_words(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let redeem = |token: &str| links::redeem(store(&world), token, now(&world), ORIGIN);
    let used = ask(&world, "ann@example.org").pop().unwrap();
    redeem(used.reveal()).unwrap();
    let (in_time, old) = (ask(&world, "ann@example.org").pop().unwrap(), ask(&world, "ann@example.org").pop().unwrap());
    later(&world, minutes(15).checked_sub(SignedDuration::from_micros(1)).unwrap());
    redeem(in_time.reveal()).unwrap();
    later(&world, SignedDuration::from_micros(1));
    let of_closed = ask(&world, "ann@example.org").pop().unwrap();
    close_person(store(&world), &Actor::command(), ann.id, now(&world)).unwrap();
    for token in [used.reveal(), old.reveal(), of_closed.reveal(), "no-such-link", ""] {
        assert!(!links::look(store(&world), token, now(&world)).unwrap());
        let refused = redeem(token).unwrap_err();
        assert_eq!(refused.code, Code::LinkUnusable);
        assert_eq!(refused.happened, "This link has been used or is older than 15 minutes.");
        assert_eq!(refused.next, "Ask for a new one at /sign-in; it comes by e-mail.");
    }
}

async fn who_asks_cannot_tell_whether_there_is_an_account(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    person(&world, "una", "northern-firm", &[Role::AuditorSubmitter]);
    close_person(store(&world), &Actor::command(), ann.id, now(&world)).unwrap();
    close_organisation(store(&world), &Actor::command(), "northern-firm", now(&world)).unwrap();
    let entries = log(&world).len();
    for email in ["ann@example.org", "una@example.org", "nobody@example.org", "not an address"] {
        assert_eq!(ask(&world, email).len(), 0, "{email}");
    }
    assert_eq!(log(&world).len(), entries);
}

async fn asking_over_and_over_locks_nobody_out(world: World) {
    peopled(&world);
    person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let sent: Vec<_> = at_once(12, || ask(&world, "ann@example.org")).into_iter().flatten().collect();
    assert_eq!(sent.len(), 5, "so many and no more, though all ask at once");
    let redeem = |at: usize| links::redeem(store(&world), sent[at].reveal(), now(&world), ORIGIN);
    redeem(0).unwrap();
    assert!(ask(&world, "ann@example.org").is_empty(), "one that was used counts too");
    later(&world, minutes(14));
    redeem(4).unwrap();
    later(&world, minutes(1));
    assert_eq!(ask(&world, "ann@example.org").len(), 1, "a quarter of an hour later there is another");
}

async fn links_for_others_are_drawn_at_the_command_line_only(world: World) {
    peopled(&world);
    let head = signed_in(&world, "head", "nalc", &[Role::Administrator]);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let draw = |actor: &Actor, email: &str| links::draw(store(&world), actor, email, now(&world));
    assert_eq!(draw(&head, "ann@example.org").unwrap_err().code, Code::NotPermitted);
    assert_eq!(draw(&Actor::public(ORIGIN), "ann@example.org").unwrap_err().code, Code::NotSignedIn);
    let token = noted("a link's token", draw(&Actor::command(), "ann@example.org").unwrap());
    assert!(who(&world, &links::redeem(store(&world), token.reveal(), now(&world), ORIGIN).unwrap()).is_some());
    let unknown = draw(&Actor::command(), "nobody@example.org").unwrap_err();
    assert_eq!(
        (unknown.code, unknown.happened.as_str()),
        (Code::PersonUnknown, "There is no account with this e-mail address.")
    );
    close_person(store(&world), &Actor::command(), ann.id, now(&world)).unwrap();
    assert_eq!(draw(&Actor::command(), "ann@example.org").unwrap_err().code, Code::AccountUnusable);
}

async fn a_letter_that_cannot_be_queued_leaves_no_link(world: World) {
    peopled(&world);
    person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let entries = log(&world).len();
    let failing = |_: &mut bellwether::store::Database, _: &links::Recipient, _: &bellwether::auth::secret::Secret| {
        Err(bellwether::error::AppError::new(Code::Unexpected, "The outbox is full.", ""))
    };
    let asking = links::Asking { email: "ann@example.org", origin: ORIGIN };
    for _ in 0..6 {
        let failed = links::request(store(&world), &asking, now(&world), &failing).unwrap_err();
        assert_eq!(failed.happened, "The outbox is full.");
    }
    assert_eq!(log(&world).len(), entries);
    assert_eq!(ask(&world, "ann@example.org").len(), 1, "those that were never sent don't count");
}

async fn a_session_ends_an_hour_after_it_was_seen_and_twelve_after_it_began(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let (idle, busy) = (session(&world, ann.id, false), session(&world, ann.id, false));
    later(&world, minutes(59));
    assert!(who(&world, &busy).is_some());
    later(&world, minutes(1));
    assert!(who(&world, &idle).is_none(), "an hour without a request");
    later(&world, SignedDuration::from_secs(58 * 60));
    for _ in 0..11 {
        assert!(who(&world, &busy).is_some());
        later(&world, minutes(55));
    }
    // 60 + 58 + 11 * 55 minutes have gone: 3 short of twelve hours.
    later(&world, SignedDuration::from_micros(-1).checked_add(minutes(-3)).unwrap());
    assert!(who(&world, &busy).is_some());
    later(&world, SignedDuration::from_micros(1));
    assert!(who(&world, &busy).is_none(), "twelve hours after it was opened");
    assert!(who(&world, &bellwether::auth::secret::draw()).is_none());
    let old = sessions::resolve(store(&world), "", now(&world), ORIGIN).unwrap();
    assert_eq!(old, None);
}

async fn being_seen_is_written_down_once_a_minute(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let token = session(&world, ann.id, false);
    let opened = now(&world);
    let seen = || {
        let actor = who(&world, &token).unwrap();
        sessions::sessions_of(store(&world), &actor, ann.id, now(&world)).unwrap()[0].last_seen_at
    };
    later(&world, SignedDuration::from_secs(59));
    assert_eq!(seen(), opened);
    let a_minute_later = later(&world, SignedDuration::from_secs(1));
    assert_eq!(seen(), a_minute_later);
}

async fn what_a_session_may_do_follows_the_account(world: World) {
    peopled(&world);
    let command = Actor::command();
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let token = session(&world, ann.id, false);
    let actor = who(&world, &token).unwrap();
    assert_eq!(actor.organisation.as_ref().unwrap().counties, ["Wealdshire"]);
    assert_eq!(actor.origin, ORIGIN);
    change_roles(store(&world), &command, (ann.id, &[Role::ReadOnly]), now(&world)).unwrap();
    assert!(!who(&world, &token).unwrap().can(Action::Export));
    change_roles(store(&world), &command, (ann.id, &[Role::Officer, Role::Administrator]), now(&world)).unwrap();
    let due = who(&world, &token).unwrap();
    assert!(due.second_factor_due);
    assert_eq!(due.may(Action::SeeCouncils).unwrap_err().code, Code::SecondFactorDue);
    assert!(!who(&world, &session(&world, ann.id, true)).unwrap().second_factor_due);
    close_person(store(&world), &command, ann.id, now(&world)).unwrap();
    assert!(who(&world, &token).is_none());
    let una = person(&world, "una", "northern-firm", &[Role::AuditorSubmitter]);
    let token = session(&world, una.id, false);
    close_organisation(store(&world), &command, "northern-firm", now(&world)).unwrap();
    assert!(who(&world, &token).is_none());
    let opening =
        sessions::Opening { person: una.id, by: sessions::OpenedBy::Demo, second_factor: true, origin: ORIGIN };
    assert_eq!(sessions::open(store(&world), &opening, now(&world)).unwrap_err().code, Code::PersonUnknown);
    // Even where somebody opened the rows again: a word that nobody knows is no permission.
    sql(
        &world,
        "UPDATE organisations SET closed_at = NULL; UPDATE sessions SET closed_at = NULL; UPDATE person_roles SET role = 'boss' WHERE role = 'auditor_submitter'",
    );
    let refused = sessions::resolve(store(&world), token.reveal(), now(&world), ORIGIN).unwrap_err();
    assert_eq!(refused.code, Code::DatabaseFailed);
    assert!(refused.happened.contains("boss"), "{}", refused.happened);
}

async fn people_close_their_own_sessions_and_see_no_others(world: World) {
    peopled(&world);
    let head = signed_in(&world, "head", "wealdshire-calc", &[Role::Administrator]);
    let stranger = signed_in(&world, "other", "northern-firm", &[Role::Administrator]);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    let tokens: Vec<_> = (0..4).map(|_| session(&world, ann.id, false)).collect();
    let actors: Vec<_> = tokens.iter().map(|token| who(&world, token).unwrap()).collect();
    let ids: Vec<i64> = actors
        .iter()
        .map(|actor| match actor.who {
            Who::Person { session, .. } => session,
            _ => panic!("{actor:?}"),
        })
        .collect();
    let own = sessions::sessions_of(store(&world), &actors[1], ann.id, now(&world)).unwrap();
    assert_eq!(
        own.iter().map(|view| (view.id, view.this_one)).collect::<Vec<_>>(),
        [(ids[3], false), (ids[2], false), (ids[1], true), (ids[0], false)]
    );
    let close = |actor: &Actor, id: i64| sessions::close(store(&world), actor, id, now(&world));
    let foreign = close(&stranger, ids[0]).unwrap_err();
    assert_eq!(foreign.code, Code::SessionUnknown);
    assert_eq!(
        foreign.happened.replace(&ids[0].to_string(), "N"),
        close(&stranger, 9999).unwrap_err().happened.replace("9999", "N")
    );
    assert_eq!(
        sessions::sessions_of(store(&world), &stranger, ann.id, now(&world)).unwrap_err().code,
        Code::PersonUnknown
    );
    close(&head, ids[0]).unwrap();
    close(&actors[1], ids[1]).unwrap();
    close(&actors[1], ids[1]).unwrap();
    assert!(who(&world, &tokens[0]).is_none() && who(&world, &tokens[1]).is_none());
    assert_eq!(sessions::close_others(store(&world), &actors[2], now(&world)).unwrap(), 1);
    assert!(who(&world, &tokens[2]).is_some() && who(&world, &tokens[3]).is_none());
    let closed = log(&world).iter().filter(|entry| entry.action == "session.closed").count();
    assert_eq!(closed, 2, "closing what is closed is no entry");
    // A session that still has to show its second factor can sign itself out, and nothing else.
    let boss = person(&world, "boss", "wealdshire-calc", &[Role::Administrator]);
    let (first, second) = (session(&world, boss.id, true), session(&world, boss.id, false));
    let due = who(&world, &second).unwrap();
    let Who::Person { session: good, .. } = who(&world, &first).unwrap().who else { panic!() };
    let Who::Person { session: this, .. } = due.who else { panic!() };
    assert_eq!(close(&due, good).unwrap_err().code, Code::SecondFactorDue);
    assert_eq!(sessions::close_others(store(&world), &due, now(&world)).unwrap_err().code, Code::SecondFactorDue);
    close(&due, this).unwrap();
    assert!(who(&world, &first).is_some() && who(&world, &second).is_none());
}

async fn a_subject_is_linked_once_by_a_trusted_address(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Administrator]);
    let issuer = "https://login.example.org";
    let known = |subject: &'static str, trusted_email| Subject { issuer, subject, trusted_email, second_factor: true };
    let sign_in = |known: &Subject<'_>| sign_in_by_subject(store(&world), known, now(&world), ORIGIN);
    for stranger in [known("s-1", None), known("s-1", Some("nobody@example.org")), known("s-1", Some("not an address"))]
    {
        assert_eq!(sign_in(&stranger).unwrap_err().code, Code::AccountUnknown);
    }
    let actor = who(&world, &sign_in(&known("s-1", Some("Ann@Example.org"))).unwrap()).unwrap();
    assert!(matches!(actor.who, Who::Person { id, .. } if id == ann.id));
    assert!(!actor.second_factor_due, "the provider asked for a second factor");
    let again = sign_in(&Subject { second_factor: false, ..known("s-1", None) }).unwrap();
    assert!(who(&world, &again).unwrap().second_factor_due);
    // The address has passed to somebody else, whom the provider knows by another subject.
    assert_eq!(sign_in(&known("s-2", Some("ann@example.org"))).unwrap_err().code, Code::AccountUnknown);
    let elsewhere = Subject { issuer: "https://other.example.org", ..known("s-1", None) };
    assert_eq!(sign_in(&elsewhere).unwrap_err().code, Code::AccountUnknown, "subjects are an issuer's own");
    close_person(store(&world), &Actor::command(), ann.id, now(&world)).unwrap();
    assert_eq!(sign_in(&known("s-1", Some("ann@example.org"))).unwrap_err().code, Code::AccountUnknown);
    let linked = log(&world).iter().filter(|entry| entry.action == "person.openid_linked").count();
    assert_eq!(linked, 1);
}
