//! What goes wrong between us and a mail server, and what becomes of the letter.

use super::{
    ADDRESS, NOTHING, ONE_FAILED, ONE_RETRIED, ONE_SENT, deliver, later, letter, posting, put, row, server, with_mail,
};
use crate::support::smtp::{Instead, Sink, Step};
use crate::support::{Backend, World, log, on_both};
use bellwether::communications::Delivered;
use jiff::SignedDuration;
use std::io::Write;
use std::sync::{Arc, Mutex};

on_both!(
    a_letter_that_is_put_off_is_tried_again_later_each_time,
    a_letter_that_is_refused_is_given_up_and_told,
    a_letter_that_nobody_takes_for_days_is_given_up,
    while_the_server_is_down_letters_keep_their_turn,
    a_server_that_says_nothing_holds_up_one_letter_only_until_the_time_out,
    a_letter_that_may_have_arrived_goes_out_again_under_the_same_id,
    nothing_is_said_where_it_would_not_be_encrypted,
    our_own_account_with_the_server_is_no_fault_of_a_letter,
    a_letter_waits_for_the_key_that_sealed_it,
);

async fn a_letter_that_is_put_off_is_tried_again_later_each_time(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let id = put(&app, &letter(ADDRESS));
    let steps = [(Step::Mail, 60), (Step::Rcpt, 300), (Step::Data, 900), (Step::Content, 3_600)];
    for (tries, (step, pause)) in (1..).zip(steps) {
        sink.answer(step, "451-4.3.0 not\r\n451 4.3.0 now");
        assert_eq!(deliver(&app).await, ONE_RETRIED, "{step:?}");
        let row = row(&app, id);
        assert_eq!((row.state.as_str(), row.attempts, row.lease_owner), ("queued", tries, None));
        let told = "The mail server doesn't take it now: 451 4.3.0 (about the mail system).";
        assert_eq!(row.last_error.as_deref(), Some(told));
        let waits = row.next_attempt_at - app.clock.now().as_microsecond();
        assert!(waits <= pause * 1_000_000 && waits > pause * 740_000, "{waits} of {pause} s");
        later(&app, SignedDuration::from_micros(waits - 1));
        assert_eq!(deliver(&app).await, NOTHING, "not before its time");
        later(&app, SignedDuration::from_micros(1));
        sink.agree();
    }
    assert_eq!(deliver(&app).await, ONE_SENT);
    assert_eq!((sink.taken().len(), row(&app, id).last_error), (1, None));
}

async fn a_letter_that_is_refused_is_given_up_and_told(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Content] {
        let id = put(&app, &letter(ADDRESS));
        sink.answer(step, "550 5.1.1 <jo.example@example.org>: jo.example is unknown here");
        assert_eq!(deliver(&app).await, ONE_FAILED, "{step:?}");
        sink.agree();
        later(&app, SignedDuration::from_hours(48));
        assert_eq!(deliver(&app).await, NOTHING, "for good");
        let row = row(&app, id);
        assert_eq!((row.state.as_str(), row.content), ("failed_permanently", None));
        let told = "The mail server refused it for good: 550 5.1.1 (about the address).";
        assert_eq!(row.last_error.as_deref(), Some(told));
    }
    assert_eq!(sink.taken().len(), 0);
    let figures = String::from_utf8(app.telemetry.text(&[]).unwrap()).unwrap();
    assert!(figures.contains("bellwether_letters_total{kind=\"account_opened\",outcome=\"failed\"} 4"), "{figures}");
}

async fn a_letter_that_nobody_takes_for_days_is_given_up(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let id = put(&app, &letter(ADDRESS));
    sink.answer(Step::Rcpt, "450 later");
    assert_eq!(deliver(&app).await, ONE_RETRIED);
    later(&app, SignedDuration::from_hours(5 * 24));
    assert_eq!(deliver(&app).await, ONE_RETRIED, "within five days");
    later(&app, SignedDuration::from_micros(1));
    assert_eq!(deliver(&app).await, ONE_FAILED);
    let row = row(&app, id);
    assert_eq!((row.state.as_str(), row.content), ("failed_permanently", None));
    assert_eq!(row.last_error.as_deref(), Some("The mail server doesn't take it now: 450."));
}

async fn while_the_server_is_down_letters_keep_their_turn(world: World) {
    // An address of this machine that nothing else is given by chance.
    let host = if world.backend == Backend::Sqlite { "127.77.0.1" } else { "127.77.0.2" };
    let free = std::net::TcpListener::bind(format!("{host}:0")).unwrap().local_addr().unwrap().to_string();
    let app = with_mail(&world.app, &server(&free));
    let ids = [put(&app, &letter(ADDRESS)), put(&app, &letter("second@example.org"))];
    assert_eq!(deliver(&app).await, ONE_RETRIED, "the round ends with the first");
    let told = row(&app, ids[0]).last_error.unwrap();
    assert!(told.starts_with("The mail server can't be reached: Connection refused"), "{told}");
    assert_eq!((row(&app, ids[1]).attempts, row(&app, ids[1]).state.as_str()), (0, "queued"));
    let sink = Sink::start_at(&free).await;
    assert_eq!(deliver(&app).await, ONE_SENT, "the second, at once");
    later(&app, SignedDuration::from_mins(1));
    assert_eq!(deliver(&app).await, ONE_SENT);
    let to: Vec<String> = sink.taken().iter().map(|taken| taken.to[0].clone()).collect();
    assert_eq!(to, ["second@example.org", ADDRESS]);
    let id = put(&app, &letter(ADDRESS));
    sink.at(Step::Rcpt, Instead::Drop);
    assert_eq!(deliver(&app).await, ONE_RETRIED, "it goes away in the middle");
    let told =
        "The connection to the mail server broke: its answer can't be understood, or it went away in the middle.";
    assert_eq!(row(&app, id).last_error.as_deref(), Some(told));
}

async fn a_server_that_says_nothing_holds_up_one_letter_only_until_the_time_out(world: World) {
    let sink = Sink::start().await;
    let app = with_mail(&world.app, &format!("{}\ntimeout_seconds = 1", server(&sink.address)));
    put(&app, &letter(ADDRESS));
    for step in [Step::Greeting, Step::Data] {
        sink.at(step, Instead::Hang);
        assert_eq!(deliver(&app).await, ONE_RETRIED, "{step:?}");
        sink.agree();
        later(&app, SignedDuration::from_hours(1));
    }
    let greeted = sink.commands().iter().filter(|command| command.starts_with("EHLO")).count();
    assert_eq!(deliver(&app).await, ONE_SENT);
    let again = sink.commands().iter().filter(|command| command.starts_with("EHLO")).count();
    assert_eq!(again, greeted + 1, "on a connection of its own, not in the middle of the one that hung");
}

async fn a_letter_that_may_have_arrived_goes_out_again_under_the_same_id(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    put(&app, &letter(ADDRESS));
    sink.at(Step::Content, Instead::TakeAndDrop);
    assert_eq!(deliver(&app).await, ONE_RETRIED);
    sink.agree();
    later(&app, SignedDuration::from_mins(1));
    assert_eq!(deliver(&app).await, ONE_SENT);
    let taken = sink.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].text, taken[1].text, "to the letter, with Message-ID and Date");
}

async fn nothing_is_said_where_it_would_not_be_encrypted(world: World) {
    let sink = Sink::start().await;
    let table = format!("smtp = \"smtp://{}\"\nuser = \"bellwether\"\npassword_env = \"PATH\"", sink.address);
    let app = with_mail(&world.app, &table);
    let id = put(&app, &letter(ADDRESS));
    assert_eq!(deliver(&app).await, ONE_RETRIED);
    let told = "The mail server doesn't offer STARTTLS, and letters are not sent unencrypted.";
    assert_eq!(row(&app, id).last_error.as_deref(), Some(told));
    assert!(sink.commands().iter().all(|command| command.starts_with("EHLO")), "{:?}", sink.commands());
}

async fn our_own_account_with_the_server_is_no_fault_of_a_letter(world: World) {
    let sink = Sink::start().await;
    let table = format!("{}\nuser = \"bellwether\"\npassword_env = \"PATH\"", server(&sink.address));
    let app = with_mail(&world.app, &table);
    let ids = [put(&app, &letter(ADDRESS)), put(&app, &letter("second@example.org"))];
    for (step, answer, told) in [
        (Step::Greeting, "554 5.3.2 closed", "The mail server can't be reached: 554 5.3.2 (about the mail system)."),
        (
            Step::Auth,
            "535 5.7.8 wrong",
            "The mail server doesn't let us sign in: 535 5.7.8 (about policy or security).",
        ),
        (Step::Mail, "530 5.7.0 who?", "The mail server wants us to sign in: 530 5.7.0 (about policy or security)."),
    ] {
        sink.answer(step, answer);
        assert_eq!(deliver(&app).await, ONE_RETRIED, "{step:?}: one is enough to know");
        let errors = ids.map(|id| row(&app, id).last_error);
        assert!(errors.contains(&Some(told.to_owned())), "{errors:?}");
        sink.agree();
        later(&app, SignedDuration::from_hours(1));
    }
    assert_eq!(deliver(&app).await, Delivered { sent: 2, ..NOTHING });
    use base64::Engine;
    let shown = format!("\0bellwether\0{}", std::env::var("PATH").unwrap());
    let shown = base64::engine::general_purpose::STANDARD.encode(shown);
    log::secret("the password for the mail server", &shown);
    let shown = format!("AUTH PLAIN {shown}");
    assert!(sink.commands().contains(&shown));
    let mailers = with_mail(&app, &table.replace("\"PATH\"", "\"BELLWETHER_TESTS_UNSET\""));
    let told = mailers.mailer.check().unwrap_err().happened;
    assert_eq!(
        told,
        "[mail] password_env = \"BELLWETHER_TESTS_UNSET\": the environment variable BELLWETHER_TESTS_UNSET isn't set."
    );
}

async fn a_letter_waits_for_the_key_that_sealed_it(world: World) {
    let sink = Sink::start().await;
    let app = posting(&world.app, &sink);
    let id = put(&app, &letter(ADDRESS));
    let mut config = (*world.app.config).clone();
    config.secret_key_file = Some(world.folder.path().join("another.key"));
    let other = bellwether::app::App::open(config, world.app.clock.clone()).unwrap();
    assert_eq!(deliver(&posting(&other, &sink)).await, ONE_RETRIED);
    assert!(row(&app, id).last_error.unwrap().contains("can't be opened"));
    later(&app, SignedDuration::from_mins(1));
    assert_eq!(deliver(&app).await, ONE_SENT);
    assert_eq!(sink.taken()[0].body(), super::TEXT);
}

/// Everything that any part logs, at the finest level, on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Also for an operator who asks for everything: the log holds neither passwords nor what letters say and to whom.
#[tokio::test]
async fn nothing_of_a_letter_reaches_the_log() {
    let world = World::new(Backend::Sqlite).await.unwrap();
    let sink = Sink::start().await;
    let table = format!("{}\nuser = \"bellwether\"\npassword_env = \"PATH\"", server(&sink.address));
    let app = with_mail(&world.app, &table);
    let log = Log::default();
    let writer = log.clone();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let logging = tracing::subscriber::set_default(everything);
    put(&app, &letter(ADDRESS));
    sink.answer(Step::Rcpt, "450 4.2.1 <jo.example@example.org> not now");
    assert_eq!(deliver(&app).await, ONE_RETRIED);
    sink.agree();
    later(&app, SignedDuration::from_mins(1));
    put(&app, &letter(ADDRESS));
    assert_eq!(deliver(&app).await, Delivered { sent: 2, ..NOTHING });
    put(&app, &letter(ADDRESS));
    sink.answer(Step::Rcpt, "550 5.1.1 <jo.example@example.org> unknown");
    assert_eq!(deliver(&app).await, ONE_FAILED);
    drop(logging);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for told in ["delivered", "not delivered yet", "refused it for good"] {
        assert!(log.contains(told), "{told}:\n{log}");
    }
    let password = std::env::var("PATH").unwrap();
    use base64::Engine;
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("\0bellwether\0{password}"));
    for secret in ["jo.example", "sign-in/", "Hello", &password, &encoded] {
        assert!(!log.contains(secret), "{log}");
    }
}
