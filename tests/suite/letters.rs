//! Letters, from the transaction that queues them to a mail server's "250": on real SMTP, with a clock that the test moves.

mod columns;
mod trouble;

use crate::support::smtp::Sink;
use crate::support::{TODAY, World, log, on_both};
use bellwether::app::App;
use bellwether::clock::noon;
use bellwether::communications::{Delivered, Letter, LetterKind, Mailer, deliver_due, deliver_when_woken, queue};
use bellwether::config::Config;
use bellwether::error::{AppError, Code};
use bellwether::store::outbox::{self, LetterRow};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

on_both!(
    a_letter_arrives_unaltered,
    what_was_rolled_back_is_not_sent,
    four_replicas_send_each_letter_once,
    a_link_that_has_expired_is_not_sent,
    the_letter_of_a_replica_that_died_is_taken_over,
    a_replica_that_lost_a_letter_writes_nothing_down,
    what_is_queued_is_delivered_as_soon_as_the_postbox_is_woken,
    without_mail_letters_wait_until_it_is_set,
    letters_into_a_folder_are_files_for_their_owner_only,
    nothing_of_a_letter_is_in_the_database,
);

const ADDRESS: &str = "jo.example@example.org";
const SUBJECT: &str = "Your link – to “sign in”";
/// What a careless relay or a careless writer would change: dots, spaces, long lines, "From", signs of other alphabets.
const TEXT: &str = "Hello Jô,\n\n.\n..two dots\n.one dot\nFrom the start of a line\ntrailing spaces   \n=3D equals\n\
    https://bellwether.example.org/sign-in/3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA?a=b&c=%20\n\
    Ŵelsh, 例 and 🐝: £5\n\nEnd";

fn mail(table: &str) -> Mailer {
    let text = format!("[mail]\nfrom = \"Bellwether <no-reply@bellwether.example.org>\"\n{table}\n");
    let settings = Config::parse(&text, "test.toml").unwrap().mail.unwrap();
    assert_eq!(settings.mistakes(), Vec::<String>::new());
    Mailer::new(Some(&settings)).unwrap()
}

/// A table for a mail server on this machine.
fn server(address: &str) -> String {
    format!("smtp = \"smtp://{address}\"\nstarttls = \"none\"")
}

/// The app, with its letters going to that server.
fn posting(app: &App, sink: &Sink) -> App {
    with_mail(app, &server(&sink.address))
}

fn with_mail(app: &App, table: &str) -> App {
    let mut app = app.clone();
    app.mailer = Arc::new(mail(table));
    app
}

fn letter(to: &str) -> Letter {
    Letter {
        kind: LetterKind::AccountOpened,
        to: to.to_owned(),
        subject: SUBJECT.to_owned(),
        text: TEXT.to_owned(),
        expires_at: None,
    }
}

fn put(app: &App, letter: &Letter) -> i64 {
    log::letter(std::slice::from_ref(&letter.to), &letter.text);
    let (seal, now) = (app.seal().unwrap(), app.clock.now());
    app.store.write(|connection| queue(connection, &seal, letter, now)).unwrap()
}

fn row(app: &App, id: i64) -> LetterRow {
    app.store.read(|connection| outbox::one(connection, id)).unwrap().unwrap()
}

/// Moves the app's clock on.
fn later(app: &App, by: SignedDuration) {
    app.clock.set(app.clock.now().checked_add(by).unwrap());
}

async fn deliver(app: &App) -> Delivered {
    deliver_due(app).await.unwrap()
}

const NOTHING: Delivered = Delivered { sent: 0, retried: 0, failed: 0, expired: 0 };
const ONE_SENT: Delivered = Delivered { sent: 1, ..NOTHING };
const ONE_RETRIED: Delivered = Delivered { retried: 1, ..NOTHING };
const ONE_FAILED: Delivered = Delivered { failed: 1, ..NOTHING };

async fn a_letter_arrives_unaltered(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let id = put(&app, &letter(ADDRESS));
    assert_eq!(deliver(&app).await, ONE_SENT);
    assert_eq!(deliver(&app).await, NOTHING, "it is delivered once");
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (taken[0].from.as_str(), taken[0].to.as_slice()),
        ("no-reply@bellwether.example.org", [ADDRESS.to_owned()].as_slice())
    );
    assert_eq!(taken[0].body(), TEXT);
    assert!(taken[0].text.is_ascii() && taken[0].text.lines().all(|line| line.len() <= 78), "{}", taken[0].text);
    assert_eq!(taken[0].header("From").as_deref(), Some("Bellwether <no-reply@bellwether.example.org>"));
    assert_eq!(taken[0].header("To").as_deref(), Some(ADDRESS));
    let subject = "Your link =?utf-8?b?4oCT?= to =?utf-8?b?4oCcc2lnbiBpbuKAnQ==?=";
    assert_eq!(taken[0].header("Subject").as_deref(), Some(subject));
    assert_eq!(taken[0].header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert_eq!(taken[0].header("Date").as_deref(), Some("Sat, 21 Nov 2026 12:00:00 +0000"));
    let row = row(&app, id);
    let key = format!("<{}@bellwether.example.org>", row.message_key);
    assert_eq!(taken[0].header("Message-ID"), Some(key));
    let expected = [
        "Auto-Submitted",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ];
    assert_eq!(taken[0].headers().iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(expected));
    assert_eq!(
        (row.state.as_str(), row.attempts, row.ended_at),
        ("delivered", 1, Some(app.clock.now().as_microsecond()))
    );
    // The server was told goodbye, and no connection is left open.
    assert_eq!(sink.commands().last().map(String::as_str), Some("QUIT"));
    let figures = String::from_utf8(app.telemetry.text(&[]).unwrap()).unwrap();
    assert!(figures.contains("bellwether_letters_total{kind=\"account_opened\",outcome=\"delivered\"} 1"), "{figures}");
}

async fn what_was_rolled_back_is_not_sent(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let (seal, now) = (app.seal().unwrap(), app.clock.now());
    let refused = app.store.write(|connection| {
        queue(connection, &seal, &letter("nobody@example.org"), now)?;
        Err::<(), _>(AppError::new(Code::NotPermitted, "Something else went wrong.", ""))
    });
    assert_eq!(refused.unwrap_err().code, Code::NotPermitted);
    put(&app, &letter(ADDRESS));
    assert_eq!(deliver(&app).await, ONE_SENT);
    assert_eq!(sink.taken().iter().map(|taken| taken.to[0].clone()).collect::<Vec<_>>(), [ADDRESS]);
}

async fn four_replicas_send_each_letter_once(world: World) {
    let sink = Sink::start().await;
    let expected: BTreeSet<String> = (0..24).map(|number| format!("person-{number}@example.org")).collect();
    for to in &expected {
        put(&world.app, &letter(to));
    }
    let replicas: Vec<App> = (0..4)
        .map(|number| {
            let mut app = posting(&world.replica(TODAY), &sink);
            app.replica = format!("replica {number}");
            app
        })
        .collect();
    let start = Arc::new(tokio::sync::Barrier::new(replicas.len()));
    let rounds: Vec<_> = replicas
        .into_iter()
        .map(|app| {
            let start = start.clone();
            tokio::spawn(async move {
                start.wait().await;
                deliver(&app).await
            })
        })
        .collect();
    let mut sent = 0;
    for round in rounds {
        let done = round.await.unwrap();
        assert_eq!(done, Delivered { sent: done.sent, ..NOTHING });
        sent += done.sent;
    }
    assert_eq!(sent, expected.len());
    let taken = sink.taken();
    assert_eq!(taken.len(), expected.len(), "each once");
    assert_eq!(taken.iter().map(|taken| taken.to[0].clone()).collect::<BTreeSet<_>>(), expected);
    let ids: BTreeSet<_> = taken.iter().map(|taken| taken.header("Message-ID").unwrap()).collect();
    assert_eq!(ids.len(), expected.len());
}

async fn a_link_that_has_expired_is_not_sent(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let link = Letter {
        kind: LetterKind::SignInLink,
        expires_at: Some(app.clock.now().checked_add(SignedDuration::from_mins(15)).unwrap()),
        ..letter(ADDRESS)
    };
    let (late, in_time) = (put(&app, &link), put(&app, &link));
    later(&app, SignedDuration::from_secs(15 * 60 - 1));
    app.store
        .write(|c| {
            outbox::take(
                c,
                late,
                ("a replica that died", app.clock.now().as_microsecond() - 2, app.clock.now().as_microsecond() - 1),
            )
        })
        .unwrap()
        .unwrap();
    // A microsecond before its end it is still sent.
    app.clock.set(Timestamp::from_microsecond(link.expires_at.unwrap().as_microsecond() - 1).unwrap());
    app.store
        .write(|c| {
            outbox::take(c, late, ("another", app.clock.now().as_microsecond(), app.clock.now().as_microsecond()))
        })
        .unwrap()
        .unwrap();
    assert_eq!(deliver(&app).await, ONE_SENT);
    assert_eq!(row(&app, in_time).state, "delivered");
    app.clock.set(link.expires_at.unwrap());
    assert_eq!(deliver(&app).await, Delivered { expired: 1, ..NOTHING });
    assert_eq!(sink.taken().len(), 1);
    let row = row(&app, late);
    assert_eq!(
        (row.state.as_str(), row.content, row.ended_at),
        ("expired", None, link.expires_at.map(Timestamp::as_microsecond))
    );
}

async fn the_letter_of_a_replica_that_died_is_taken_over(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let id = put(&app, &letter(ADDRESS));
    let (now, until) = (app.clock.now(), app.clock.now().checked_add(SignedDuration::from_mins(2)).unwrap());
    let lease = ("a replica that died", now.as_microsecond(), until.as_microsecond());
    app.store.write(|connection| outbox::take(connection, id, lease)).unwrap().unwrap();
    assert_eq!(deliver(&app).await, NOTHING, "it is held");
    app.clock.set(until);
    assert_eq!(deliver(&app).await, NOTHING, "it is held to the end of the lease");
    later(&app, SignedDuration::from_micros(1));
    assert_eq!(deliver(&app).await, ONE_SENT);
    assert_eq!((sink.taken().len(), row(&app, id).attempts), (1, 2));
}

async fn a_replica_that_lost_a_letter_writes_nothing_down(world: World) {
    let id = put(&world.app, &letter(ADDRESS));
    let now = world.app.clock.now().as_microsecond();
    let store = &world.app.store;
    let slow = store.write(|c| outbox::take(c, id, ("slow", now, now + 10))).unwrap().unwrap();
    assert_eq!(store.write(|c| outbox::take(c, id, ("quick", now + 10, now + 20))).unwrap(), None);
    let quick = store.write(|c| outbox::take(c, id, ("quick", now + 11, now + 20))).unwrap().unwrap();
    // The same replica, too, loses its first hold by its second.
    let again = store.write(|c| outbox::take(c, id, ("quick", now + 21, now + 30))).unwrap().unwrap();
    let ended = |held: &LetterRow| {
        let delivered = bellwether::communications::State::Delivered;
        store.write(|c| outbox::end(c, held, (delivered, now + 12), None)).unwrap()
    };
    for lost in [&slow, &quick] {
        assert!(!ended(lost));
        assert!(!store.write(|c| outbox::put_back(c, lost, now + 99, "too late")).unwrap());
    }
    assert_eq!(row(&world.app, id), again, "as the last one took it");
    assert!(ended(&again));
    assert!(!ended(&again), "once");
}

/// Waits for what another task does; a minute is as good as for ever.
async fn until(mut happened: impl FnMut() -> bool) {
    let waiting = async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("it never happened");
}

async fn what_is_queued_is_delivered_as_soon_as_the_postbox_is_woken(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    put(&app, &letter("first@example.org"));
    let deliverer = tokio::spawn(deliver_when_woken(app.clone()));
    until(|| sink.taken().len() == 1).await;
    put(&app, &letter("second@example.org"));
    app.postbox.wake();
    until(|| sink.taken().len() == 2).await;
    app.postbox.close();
    deliverer.await.unwrap();
    put(&app, &letter("third@example.org"));
    assert_eq!(deliver(&app).await, NOTHING, "a closed postbox begins no letter");
    assert_eq!(sink.taken().len(), 2);
}

async fn without_mail_letters_wait_until_it_is_set(world: World) {
    let id = put(&world.app, &letter(ADDRESS));
    assert_eq!(deliver(&world.app).await, NOTHING);
    assert_eq!((row(&world.app, id).state.as_str(), row(&world.app, id).attempts), ("queued", 0));
    later(&world.app, SignedDuration::from_hours(24 * 30));
    let sink = Sink::start().await;
    assert_eq!(deliver(&posting(&world.app, &sink)).await, ONE_SENT);
}

async fn letters_into_a_folder_are_files_for_their_owner_only(world: World) {
    let folder = world.folder.path().join("letters");
    let app = with_mail(&world.app, &format!("folder = {folder:?}"));
    app.mailer.check().unwrap();
    let id = put(&app, &letter(ADDRESS));
    assert_eq!(deliver(&app).await, ONE_SENT);
    let names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, [format!("20261121T120000Z-{id:06}-account_opened.eml")]);
    let file = folder.join(&names[0]);
    let taken = crate::support::smtp::Taken {
        from: String::new(),
        to: Vec::new(),
        text: std::fs::read_to_string(&file).unwrap(),
    };
    assert_eq!((taken.header("To").as_deref(), taken.body().as_str()), (Some(ADDRESS), TEXT));
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

async fn nothing_of_a_letter_is_in_the_database(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let words = ["jo.example", "link – to", "Hello J", "3q2-7wAAAA"];
    put(&app, &letter(ADDRESS));
    let hash = bellwether::digest::sha256_hex(ADDRESS.as_bytes());
    let held = |word: &str| columns::holding(&world, word);
    let sealed = "v1.";
    assert_eq!(held(&hash), ["outbox.recipient_sha256"], "the search finds what is there");
    assert_eq!(held(sealed), ["outbox.content"], "while it waits it is sealed");
    for word in words {
        assert_eq!(held(word), Vec::<String>::new(), "{word}, while it waits");
    }
    // One failure that says the address, then success.
    sink.answer(crate::support::smtp::Step::Rcpt, &format!("450 4.2.1 <{ADDRESS}> https://x/3q2-7wAAAA later"));
    assert_eq!(deliver(&app).await, ONE_RETRIED);
    for word in words {
        assert_eq!(held(word), Vec::<String>::new(), "{word}, in an error");
    }
    sink.agree();
    later(&app, SignedDuration::from_mins(1));
    assert_eq!(deliver(&app).await, ONE_SENT);
    for word in words.iter().chain([&sealed]) {
        assert_eq!(held(word), Vec::<String>::new(), "{word}, after delivery");
    }
    assert_eq!(held(&hash), ["outbox.recipient_sha256"], "that there was one stays");
}

/// The scheduler's tick is the sweep for letters that nobody was woken for.
#[tokio::test(flavor = "multi_thread")]
async fn the_schedules_tick_sweeps_the_outbox() {
    let world = World::new(crate::support::Backend::Sqlite).await.unwrap();
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let deliverer = tokio::spawn(deliver_when_woken(app.clone()));
    sink.answer(crate::support::smtp::Step::Rcpt, "450 later");
    let id = put(&app, &letter(ADDRESS));
    app.postbox.wake();
    until(|| row(&app, id).attempts == 1 && row(&app, id).state == "queued").await;
    sink.agree();
    app.clock.set(noon(TODAY).checked_add(SignedDuration::from_mins(1)).unwrap());
    let mut scheduler = bellwether::jobs::start(&app).await.unwrap();
    until(|| sink.taken().len() == 1).await;
    scheduler.shutdown().await.unwrap();
    app.postbox.close();
    deliverer.await.unwrap();
}
