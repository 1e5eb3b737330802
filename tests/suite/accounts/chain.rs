//! The log as a chain: whatever is done to it past the program is found; and no secret is in it, nor anywhere else.

use super::{ORIGIN, ask, log, now, peopled, person, session, sql, store, who};
use crate::support::{Backend, World, on_both};
use bellwether::audit::{Verdict, verify};
use bellwether::auth::keys::{self, NewKey};
use bellwether::auth::seal::Seal;
use bellwether::auth::secret::Secret;
use bellwether::auth::sessions::OwnFactor;
use bellwether::auth::{Actor, Role, directory};
use diesel::prelude::*;

on_both!(
    the_chain_holds_and_its_head_can_be_noted,
    an_entry_that_was_altered_is_found,
    an_entry_that_was_deleted_is_found,
    an_entry_that_was_put_in_is_found,
    entries_that_were_moved_are_found,
    a_log_that_was_cut_short_is_found_by_a_head_that_was_noted,
    entries_written_at_the_same_time_are_one_chain,
    no_secret_is_kept_or_shown,
);

/// A log of ten entries or more.
fn busy(world: &World) -> Verdict {
    peopled(world);
    for name in ["ann", "ben", "cat", "dan"] {
        let person = person(world, name, "wealdshire-calc", &[Role::Officer]);
        directory::change_roles(store(world), &Actor::command(), (person.id, &[Role::Manager]), now(world)).unwrap();
    }
    let verdict = verify(store(world), None).unwrap();
    assert_eq!((verdict.entries, verdict.broken.clone()), (11, None));
    verdict
}

fn broken(world: &World) -> String {
    verify(store(world), None).unwrap().broken.unwrap()
}

async fn the_chain_holds_and_its_head_can_be_noted(world: World) {
    let (position, hash) = busy(&world).head.unwrap();
    assert_eq!(position, 11);
    person(&world, "eve", "nalc", &[Role::ReadOnly]);
    let later = verify(store(&world), Some((position, &hash))).unwrap();
    assert_eq!((later.entries, later.broken), (12, None), "a log that went on still holds it");
    let never = verify(store(&world), Some((position, &"ab".repeat(32)))).unwrap();
    assert_eq!(never.broken.unwrap(), "The entry 11 that was noted is not in the log as it was.");
}

async fn an_entry_that_was_altered_is_found(world: World) {
    busy(&world);
    for (change, back) in [
        ("at = at + 1", "at = at - 1"),
        ("actor = 'person:99'", "actor = 'command'"),
        ("organisation_id = 1", "organisation_id = NULL"),
        ("origin = '192.0.2.1'", "origin = 'command line'"),
        ("action = 'person.seen'", "action = 'person.roles_changed'"),
    ] {
        sql(&world, &format!("UPDATE audit_log SET {change} WHERE position = 5"));
        assert_eq!(broken(&world), "Entry 5 is not as it was written.", "{change}");
        sql(&world, &format!("UPDATE audit_log SET {back} WHERE position = 5"));
        assert_eq!(verify(store(&world), None).unwrap().broken, None, "{back}");
    }
    sql(&world, "UPDATE audit_log SET details = '{}' WHERE position = 5");
    assert_eq!(broken(&world), "Entry 5 is not as it was written.");
}

async fn an_entry_that_was_deleted_is_found(world: World) {
    busy(&world);
    sql(&world, "DELETE FROM audit_log WHERE position = 6");
    assert_eq!(broken(&world), "After entry 5 comes entry 7: entries are missing.");
    // Closing the gap doesn't hide it.
    for position in 7..=11 {
        sql(&world, &format!("UPDATE audit_log SET position = {} WHERE position = {position}", position - 1));
    }
    assert_eq!(broken(&world), "Entry 6 does not follow the one before it.");
    sql(&world, "DELETE FROM audit_log WHERE position = 1");
    assert_eq!(broken(&world), "After entry 0 comes entry 2: entries are missing.");
}

async fn an_entry_that_was_put_in_is_found(world: World) {
    busy(&world);
    let columns = "at, actor, organisation_id, origin, action, subject, details, previous, hash";
    sql(
        &world,
        &format!("INSERT INTO audit_log (position, {columns}) SELECT 12, {columns} FROM audit_log WHERE position = 4"),
    );
    assert_eq!(broken(&world), "Entry 12 does not follow the one before it.");
    sql(&world, "UPDATE audit_log SET previous = (SELECT hash FROM audit_log WHERE position = 11) WHERE position = 12");
    assert_eq!(broken(&world), "Entry 12 is not as it was written.");
}

async fn entries_that_were_moved_are_found(world: World) {
    busy(&world);
    for (from, to) in [(5, 99), (6, 5), (99, 6)] {
        sql(&world, &format!("UPDATE audit_log SET position = {to} WHERE position = {from}"));
    }
    assert_eq!(broken(&world), "Entry 5 does not follow the one before it.");
}

async fn a_log_that_was_cut_short_is_found_by_a_head_that_was_noted(world: World) {
    let (position, hash) = busy(&world).head.unwrap();
    sql(&world, "DELETE FROM audit_log WHERE position > 8");
    assert_eq!(verify(store(&world), None).unwrap().broken, None, "by itself it can't be told");
    let told = verify(store(&world), Some((position, &hash))).unwrap().broken.unwrap();
    assert_eq!(told, "The entry 11 that was noted is not in the log as it was.");
}

async fn entries_written_at_the_same_time_are_one_chain(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "wealdshire-calc", &[Role::Officer]);
    super::at_once(8, || {
        for _ in 0..5 {
            session(&world, ann.id, false);
        }
    });
    let verdict = verify(store(&world), None).unwrap();
    assert_eq!((verdict.entries, verdict.broken), (3 + 1 + 40, None));
}

/// Everything that the accounts' tables hold, as text.
fn everything(world: &World) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let postgres = |table: &str| {
        let query = diesel::sql_query(format!("SELECT t::text AS text FROM {table} t"));
        let rows: Vec<Row> = query.load(&mut PgConnection::establish(&world.url).unwrap()).unwrap();
        rows.into_iter().map(|row| row.text).collect::<Vec<_>>().join("\n")
    };
    match world.backend {
        Backend::Postgres => {
            ["people", "recovery_codes", "sign_in_links", "sessions", "api_keys", "audit_log"].map(postgres).join("\n")
        }
        Backend::Sqlite => {
            let files = std::fs::read_dir(world.folder.path()).unwrap().flatten();
            files.map(|file| String::from_utf8_lossy(&std::fs::read(file.path()).unwrap()).into_owned()).collect()
        }
    }
}

async fn no_secret_is_kept_or_shown(world: World) {
    peopled(&world);
    let ann = person(&world, "ann", "nalc", &[Role::Administrator]);
    let link = ask(&world, "ann@example.org").pop().unwrap();
    let token = session(&world, ann.id, true);
    let actor = who(&world, &token).unwrap();
    let seal = Seal::from_text("00112233445566778899aabbccddeeff0123456789abcdef0011223344556677").unwrap();
    let factor = OwnFactor { store: store(&world), seal: &seal, actor: &actor };
    let drawn = factor.begin_enrolment(now(&world)).unwrap();
    let secret = totp_rs::Secret::try_from_base32(drawn.secret.reveal()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let code = totp.generate(u64::try_from(now(&world).as_second()).unwrap()).to_string();
    let recovery_codes = factor.confirm_enrolment(&code, now(&world)).unwrap();
    let (organisation, name) = ("nalc".to_owned(), "nightly".to_owned());
    let new = NewKey { organisation, name, role: Role::ReadOnly, kept_to: Vec::new(), days: 1 };
    let issued = keys::issue(store(&world), &Actor::command(), &new, now(&world)).unwrap();
    let wrong = factor.show_code("hunter2-hunter2", now(&world)).unwrap_err();
    let unknown = bellwether::auth::links::redeem(store(&world), "no-such-link", now(&world), ORIGIN).unwrap_err();

    let shown = format!(
        "{issued:?} {token:?} {link:?} {drawn:?} {recovery_codes:?} {actor:?} {wrong:?} {unknown:?} {:?}",
        log(&world)
    );
    let kept = everything(&world);
    assert!(kept.contains("ann@example.org") && kept.contains(&issued.view.prefix), "what is no secret is found there");
    let recovery_codes = recovery_codes.iter().map(Secret::reveal);
    let secrets = [token.reveal(), link.reveal(), drawn.secret.reveal(), &issued.key.reveal()[12..]];
    for secret in secrets.into_iter().chain(recovery_codes).chain(["hunter2", "no-such-link"]) {
        assert!(!kept.contains(secret), "kept in clear");
        assert!(!shown.contains(secret), "shown");
    }
}
