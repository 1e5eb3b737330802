//! Second factors: set up, shown, lost.

use super::{ORIGIN, ask, at_once, later, log, noted, now, peopled, person, session, store, who};
use crate::support::{World, on_both};
use bellwether::auth::directory::{self, reset_second_factor};
use bellwether::auth::seal::Seal;
use bellwether::auth::secret::Secret;
use bellwether::auth::sessions::OwnFactor;
use bellwether::auth::{Action, Actor, Role, links};
use bellwether::error::{AppError, Code};
use jiff::{SignedDuration, Timestamp};

on_both!(
    a_factor_is_set_up_by_a_code_of_it_and_then_asked_for,
    no_code_counts_twice_even_at_the_same_time,
    five_wrong_codes_close_that_session_and_nothing_else,
    a_factor_that_is_in_force_stays_until_another_is_confirmed,
    a_reset_signs_out_and_lets_another_be_set_up,
    another_secret_key_opens_nothing_and_changes_nothing,
);

fn seal() -> Seal {
    let key = Secret::new("00112233445566778899aabbccddeeff0123456789abcdef0011223344556677");
    Seal::from_text(noted("the key that seals", key).reveal()).unwrap()
}

/// The code that an authenticator shows.
fn code(secret: &Secret, at: Timestamp) -> String {
    let secret = noted("an authenticator's secret", secret.clone());
    let secret = totp_rs::Secret::try_from_base32(secret.reveal()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(at.as_second()).unwrap()).to_string()
}

/// Another code than that.
fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}

struct Enrolled {
    id: i64,
    secret: Secret,
    recovery_codes: Vec<Secret>,
    token: Secret,
}

/// An administrator with a second factor.
fn enrolled(world: &World) -> Enrolled {
    peopled(world);
    let id = person(world, "ann", "nalc", &[Role::Administrator]).id;
    let token = session(world, id, false);
    let secret = own(world, &token, |factor| factor.begin_enrolment(now(world))).unwrap().secret;
    let code = code(&secret, now(world));
    let recovery_codes = own(world, &token, |factor| factor.confirm_enrolment(&code, now(world))).unwrap();
    let recovery_codes = recovery_codes.into_iter().map(|code| noted("a recovery code", code)).collect();
    later(world, SignedDuration::from_mins(2));
    Enrolled { id, secret, recovery_codes, token }
}

/// Does something with the second factor of whoever has that session.
fn own<T>(
    world: &World,
    token: &Secret,
    work: impl FnOnce(OwnFactor<'_>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let (seal, actor) = (seal(), who(world, token).unwrap());
    work(OwnFactor { store: store(world), seal: &seal, actor: &actor })
}

fn show(world: &World, token: &Secret, code: &str) -> Result<(), AppError> {
    own(world, token, |factor| factor.show_code(code, now(world)))
}

async fn a_factor_is_set_up_by_a_code_of_it_and_then_asked_for(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "nalc", &[Role::Administrator]);
    let token = session(&world, ann.id, false);
    assert_eq!(show(&world, &token, "123456").unwrap_err().code, Code::AccountUnusable, "none is set up");
    let confirm = |code: &str| own(&world, &token, |factor| factor.confirm_enrolment(code, now(&world)));
    assert_eq!(confirm("123456").unwrap_err().code, Code::AccountUnusable, "none was drawn");
    let enrolment = own(&world, &token, |factor| factor.begin_enrolment(now(&world))).unwrap();
    assert!(enrolment.address.contains("ann"), "named for the account");
    let right = code(&enrolment.secret, now(&world));
    let refused = confirm(&wrong(&right)).unwrap_err();
    assert_eq!(refused.code, Code::CodeWrong);
    assert!(refused.next.ends_with("4 more wrong codes close this session."), "{}", refused.next);
    assert!(who(&world, &token).unwrap().second_factor_due);
    assert!(!directory::person(store(&world), &Actor::command(), ann.id).unwrap().second_factor);
    assert_eq!(confirm(&right).unwrap().len(), 10);
    who(&world, &token).unwrap().may(Action::Administer).unwrap();
    assert!(directory::person(store(&world), &Actor::command(), ann.id).unwrap().second_factor);
    let next = session(&world, ann.id, false);
    assert_eq!(show(&world, &next, &right).unwrap_err().code, Code::CodeWrong, "the code that confirmed it is used");
    later(&world, SignedDuration::from_secs(30));
    show(&world, &next, &code(&enrolment.secret, now(&world))).unwrap();
    assert!(!who(&world, &next).unwrap().second_factor_due);
    let actions: Vec<String> = log(&world).into_iter().map(|entry| entry.action).collect();
    for action in ["person.second_factor_begun", "person.second_factor_confirmed", "session.second_factor_shown"] {
        assert_eq!(actions.iter().filter(|said| *said == action).count(), 1, "{action}");
    }
}

async fn no_code_counts_twice_even_at_the_same_time(world: World) {
    let ann = enrolled(&world);
    for code in [code(&ann.secret, now(&world)), ann.recovery_codes[0].reveal().to_uppercase().replace('-', " ")] {
        let sessions: Vec<Secret> = (0..6).map(|_| session(&world, ann.id, false)).collect();
        let next = std::sync::atomic::AtomicUsize::new(0);
        let shown = at_once(6, || {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            show(&world, &sessions[at], &code)
        });
        assert_eq!(shown.iter().filter(|shown| shown.is_ok()).count(), 1, "{shown:?}");
        assert!(shown.iter().flat_map(|shown| shown.as_ref().err()).all(|refused| refused.code == Code::CodeWrong));
    }
    let last = log(&world).into_iter().rfind(|entry| entry.action == "session.second_factor_shown").unwrap();
    assert_eq!(
        (last.details["by"].as_str(), last.details["recovery_codes_left"].as_i64()),
        (Some("recovery_code"), Some(9))
    );
    let other = session(&world, ann.id, false);
    show(&world, &other, ann.recovery_codes[1].reveal()).unwrap();
}

async fn five_wrong_codes_close_that_session_and_nothing_else(world: World) {
    let ann = enrolled(&world);
    let right = code(&ann.secret, now(&world));
    let guessing = session(&world, ann.id, false);
    let actor = who(&world, &guessing).unwrap();
    let seal = seal();
    let factor = OwnFactor { store: store(&world), seal: &seal, actor: &actor };
    let refused: Vec<Code> =
        at_once(9, || factor.show_code(&wrong(&right), now(&world)).unwrap_err().code).into_iter().collect();
    assert_eq!(refused.iter().filter(|code| **code == Code::CodeWrong).count(), 4, "{refused:?}");
    assert_eq!(refused.iter().filter(|code| **code == Code::NotSignedIn).count(), 5, "{refused:?}");
    assert!(who(&world, &guessing).is_none());
    assert_eq!(factor.show_code(&right, now(&world)).unwrap_err().code, Code::NotSignedIn, "too late");
    assert_eq!(factor.show_code(ann.recovery_codes[0].reveal(), now(&world)).unwrap_err().code, Code::NotSignedIn);
    // Nobody else is the worse for it: other sessions, new links, and the codes that came too late.
    assert!(who(&world, &ann.token).is_some());
    let link = ask(&world, "ann@example.org").pop().unwrap();
    let fresh = links::redeem(store(&world), link.reveal(), now(&world), ORIGIN).unwrap();
    show(&world, &fresh, &right).unwrap();
    show(&world, &session(&world, ann.id, false), ann.recovery_codes[0].reveal()).unwrap();
    let counted: Vec<_> = log(&world).into_iter().filter(|entry| entry.action == "session.code_wrong").collect();
    let counts: Vec<i64> = counted.iter().filter_map(|entry| entry.details["wrong_codes"].as_i64()).collect();
    assert_eq!(counts, [1, 2, 3, 4, 5]);
    assert_eq!(log(&world).iter().filter(|entry| entry.action == "session.closed").count(), 1);
    // A right one begins the count anew.
    let fumbling = session(&world, ann.id, false);
    for round in 0..2 {
        for _ in 0..4 {
            assert_eq!(show(&world, &fumbling, "not a code").unwrap_err().code, Code::CodeWrong);
        }
        show(&world, &fumbling, ann.recovery_codes[2 + round].reveal()).unwrap();
    }
}

async fn a_factor_that_is_in_force_stays_until_another_is_confirmed(world: World) {
    let ann = enrolled(&world);
    let begin = |token: &Secret| own(&world, token, |factor| factor.begin_enrolment(now(&world)));
    let mail_only = session(&world, ann.id, false);
    let refused = begin(&mail_only).unwrap_err();
    assert_eq!(refused.happened, "This account has a second factor, which this session has not shown.");
    let another = begin(&ann.token).unwrap().secret;
    // It was drawn and left: the one in force still counts, the other doesn't.
    assert_eq!(show(&world, &mail_only, &code(&another, now(&world))).unwrap_err().code, Code::CodeWrong);
    show(&world, &mail_only, &code(&ann.secret, now(&world))).unwrap();
    let right = code(&another, now(&world));
    let codes = own(&world, &ann.token, |factor| factor.confirm_enrolment(&right, now(&world))).unwrap();
    later(&world, SignedDuration::from_secs(60));
    let next = session(&world, ann.id, false);
    for gone in [code(&ann.secret, now(&world)), ann.recovery_codes[5].reveal().to_owned()] {
        assert_eq!(show(&world, &next, &gone).unwrap_err().code, Code::CodeWrong);
    }
    show(&world, &next, &code(&another, now(&world))).unwrap();
    show(&world, &session(&world, ann.id, false), codes[0].reveal()).unwrap();
}

async fn a_reset_signs_out_and_lets_another_be_set_up(world: World) {
    let ann = enrolled(&world);
    let link = ask(&world, "ann@example.org").pop().unwrap();
    let reset = reset_second_factor(store(&world), &Actor::command(), ann.id, now(&world)).unwrap();
    assert!(!reset.second_factor);
    assert!(who(&world, &ann.token).is_none());
    assert!(!links::look(store(&world), link.reveal(), now(&world)).unwrap(), "a link that was on its way is void");
    let token = session(&world, ann.id, false);
    assert_eq!(show(&world, &token, ann.recovery_codes[3].reveal()).unwrap_err().code, Code::AccountUnusable);
    let secret = own(&world, &token, |factor| factor.begin_enrolment(now(&world))).unwrap().secret;
    let right = code(&secret, now(&world));
    own(&world, &token, |factor| factor.confirm_enrolment(&right, now(&world))).unwrap();
    let said = log(&world).into_iter().find(|entry| entry.action == "person.second_factor_reset").unwrap();
    assert_eq!((&said.details["was_confirmed"], &said.details["recovery_codes"]), (&true.into(), &10.into()));
}

async fn another_secret_key_opens_nothing_and_changes_nothing(world: World) {
    let ann = enrolled(&world);
    let other = Seal::from_text("ff112233445566778899aabbccddeeff0123456789abcdef0011223344556677").unwrap();
    let token = session(&world, ann.id, false);
    let actor = who(&world, &token).unwrap();
    let factor = OwnFactor { store: store(&world), seal: &other, actor: &actor };
    let right = code(&ann.secret, now(&world));
    let refused = factor.show_code(&right, now(&world)).unwrap_err();
    assert_eq!(refused.code, Code::ConfigInvalid);
    assert!(!format!("{refused:?}").contains(ann.secret.reveal()));
    show(&world, &token, &right).unwrap();
}
