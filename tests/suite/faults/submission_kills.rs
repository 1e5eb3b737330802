//! The served program, killed at random moments of submissions (SIGKILL, on both databases).
//!
//! A twin is handed the same and is never killed. After each kill the database holds what it held before that submission or
//! what the twin holds after it, and nothing between. The same request with the same key, sent twice at once to the program
//! served again, gets the receipt both times at once, the one that had arrived if one had; nothing is moved in the database
//! to make that so. Then both worlds hold the same.

use super::kills::{Content, Line, change, content, differences, register, text};
use crate::support::chance::Chance;
use crate::support::program::{Program, Served};
use crate::support::{World, cast, on_both, serve, tables};
use bellwether::app::App;
use bellwether::auth::{OrganisationKind, Role};
use bellwether::clock::Clock;
use bellwether::store::{Store, StoreError};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

on_both!(a_submission_that_is_killed_at_any_moment_is_kept_once_when_it_is_sent_again);

const KILLS: usize = 50;
/// Lines of a submission.
const LINES: usize = 24;

/// One submission.
struct Sent {
    key: String,
    partial: &'static str,
    body: String,
}

type Answer = (u16, String);

/// Sends it; none where no answer came back whole.
async fn send(client: &reqwest::Client, base: &str, sent: &Sent) -> Option<Answer> {
    let address = format!("{base}/api/v1/submissions?financial_year=2023/24{}", sent.partial);
    let request = client.post(address).header("content-type", "text/csv").header("idempotency-key", &sent.key);
    let answer = request.body(sent.body.clone()).send().await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

/// The receipt in an answer, whether it was taken or refused.
fn receipt(answer: &Answer) -> Json {
    let said: Json = serde_json::from_str(&answer.1).unwrap();
    match answer.0 {
        201 => said,
        422 => said["receipt"].clone(),
        other => panic!("{other}: {said}"),
    }
}

/// A receipt without what differs between two worlds.
fn without_moment(receipt: &Json) -> Json {
    let mut receipt = receipt.clone();
    for name in ["id", "run", "received_at"] {
        receipt[name] = json!(null);
    }
    receipt
}

/// Everything that a submission brings, without ids and moments.
fn whole(store: &Store) -> Content {
    let mut whole = content(store);
    let tables: [(&str, &[&str]); 6] = [
        ("submissions", &["id", "run_id", "received_at", "receipt"]),
        ("submission_keys", &["submission_id", "created_at"]),
        ("documents", &["bytes", "first_seen_at"]),
        ("source_versions", &[]),
        ("runs", &["id", "started_at", "finished_at"]),
        ("corrections", &["id", "old_evidence_id", "new_evidence_id", "recorded_at"]),
    ];
    // The worlds' other feeds are pulled from addresses of their own.
    whole.entry("feeds").or_default().retain(|row| row.contains("submitted:"));
    whole.extend(tables.map(|(table, without)| (table, tables::content(store, table, without, "''"))));
    let sent = "SELECT count(*) AS n FROM audit_log WHERE action = 'submission.sent'";
    whole.insert("audit_log", vec![tables::number(store, sent).to_string()]);
    whole
}

/// Where the kills fell.
#[derive(Debug, Default)]
struct Fell {
    /// In the first tenth of the time that a submission takes, and nothing was kept.
    before: usize,
    /// Later, and nothing was kept.
    during: usize,
    /// All was kept, and no answer had come.
    kept: usize,
    /// The answer had come.
    after: usize,
}

struct Killed {
    app: App,
    client: reqwest::Client,
    program: Program,
    served: Option<Served>,
    twin: App,
    twin_client: reqwest::Client,
    twin_base: String,
    lines: Vec<Line>,
    chance: Chance,
    number: usize,
}

impl Killed {
    fn of(world: &World, twin_world: &World) -> Killed {
        let open = |world: &World| {
            let app = App::open(World::configuration(&world.url, &world.source), Clock::System).unwrap();
            app.declare().unwrap();
            bellwether::register::import(&app, "register.csv", register().as_bytes()).unwrap();
            let firm = cast::organisation(&app, OrganisationKind::AuditFirm, "north");
            let client = cast::with_key(&cast::key(&app, &firm, Role::AuditorSubmitter, &[]));
            (app, client)
        };
        let ((app, client), (twin, twin_client)) = (open(world), open(twin_world));
        let twin_base = serve(twin.clone());
        let program = Program::of(world, "");
        let served = Some(program.serve(&[]));
        let (lines, chance) = (vec![Line::default(); LINES], Chance::new());
        Killed { app, client, program, served, twin, twin_client, twin_base, lines, chance, number: 0 }
    }

    fn base(&self) -> String {
        self.served.as_ref().unwrap().base.clone()
    }

    /// The next submission, and what the twin answers to it. Most ask for the good rows only; the others are refused where
    /// a row is bad.
    async fn next(&mut self) -> (Sent, Answer) {
        self.number += 1;
        change(&mut self.lines, &mut self.chance);
        let mut body = String::new();
        for (number, line) in text(&self.lines).lines().enumerate() {
            let version = if number == 0 { "version".to_owned() } else { self.number.to_string() };
            body.push_str(&format!("{line},{version}\n"));
        }
        let partial = if self.chance.once_in(6) { "" } else { "&partial=accept" };
        let sent = Sent { key: format!("number {}", self.number), partial, body };
        let answer = send(&self.twin_client, &self.twin_base, &sent).await.unwrap();
        (sent, answer)
    }

    fn kept(&self) -> i64 {
        tables::number(&self.app.store, "SELECT count(*) AS n FROM submissions")
    }

    /// Sends it and kills the program: as soon as the submission is seen to be kept, or when so much time is over.
    /// Gives the answer, if it had come.
    async fn kill(&mut self, sent: &Sent, within: Option<Duration>) -> Option<Answer> {
        let (base, before) = (self.base(), self.kept());
        let sending = send(&self.client, &base, sent);
        let served = self.served.take().unwrap();
        let killing = async {
            match within {
                Some(within) => tokio::time::sleep(within).await,
                None => {
                    let started = Instant::now();
                    while self.kept() == before && started.elapsed() < Duration::from_secs(30) {
                        tokio::time::sleep(Duration::from_micros(200)).await;
                    }
                }
            }
            served.kill();
        };
        let (answer, ()) = futures_util::future::join(sending, killing).await;
        // On PostgreSQL what serves a killed client ends once it hears of it. All who keep submissions take turns.
        self.app.store.record(|_| Ok::<_, StoreError>(())).unwrap();
        answer
    }

    /// Sends it again, twice at once, to the program served again; gives what both answers are.
    async fn again(&mut self, sent: &Sent) -> Answer {
        self.served = Some(self.program.serve(&[]));
        let base = self.base();
        let (one, other) =
            futures_util::future::join(send(&self.client, &base, sent), send(&self.client, &base, sent)).await;
        assert_eq!(one, other, "two receipts for one key");
        one.unwrap()
    }

    /// The receipt as it is kept.
    async fn shown(&self, id: &Json) -> Json {
        let address = format!("{}/api/v1/submissions/{id}", self.base());
        let shown: Json = crate::support::json_of(self.client.get(address).send().await.unwrap()).await;
        shown["receipt"].clone()
    }

    /// How long a submission takes.
    async fn pace(&mut self) -> Duration {
        let mut took = Vec::new();
        // The first is like none that follow: all is new.
        for _ in 0..4 {
            let (sent, unkilled) = self.next().await;
            let started = Instant::now();
            let answer = send(&self.client, &self.base(), &sent).await.unwrap();
            took.push(started.elapsed());
            assert_eq!(without_moment(&receipt(&answer)), without_moment(&receipt(&unkilled)));
        }
        took.remove(0);
        took.into_iter().max().unwrap()
    }
}

async fn a_submission_that_is_killed_at_any_moment_is_kept_once_when_it_is_sent_again(world: World) {
    let twin_world = World::new(world.backend).await.unwrap();
    let mut killed = Killed::of(&world, &twin_world);
    let pace = killed.pace().await;
    let mut before = whole(&killed.app.store);
    assert_eq!(before, whole(&killed.twin.store));
    let mut fell = Fell::default();
    for kill in 1..=KILLS {
        let (sent, unkilled) = killed.next().await;
        let kept_before = killed.kept();
        // One in five once it is kept; the others at any moment, and somewhat beyond the end.
        let most = pace.as_micros() as u64 * 6 / 5;
        let within = Duration::from_micros(killed.chance.below(most));
        let within = (!killed.chance.once_in(5)).then_some(within);
        let came = killed.kill(&sent, within).await;

        let is_kept = killed.kept() > kept_before;
        match (&came, is_kept, within) {
            (Some(_), kept, _) => {
                assert!(kept, "kill {kill}: a receipt was given and is lost");
                fell.after += 1;
            }
            (None, true, _) => fell.kept += 1,
            (None, false, Some(within)) if within < pace / 10 => fell.before += 1,
            (None, false, _) => fell.during += 1,
        }
        let after = whole(&killed.twin.store);
        let half = differences(&whole(&killed.app.store), if is_kept { &after } else { &before });
        assert!(half.is_empty(), "kill {kill}: half a submission was kept: {half:?}");

        let answer = killed.again(&sent).await;
        assert!(came.is_none_or(|came| came == answer), "kill {kill}: another receipt than had come");
        let given = receipt(&answer);
        assert_eq!(answer.0, unkilled.0, "kill {kill}");
        assert_eq!(without_moment(&given), without_moment(&receipt(&unkilled)), "kill {kill}");
        assert_eq!(killed.shown(&given["id"]).await, given, "kill {kill}");
        let differing = differences(&whole(&killed.app.store), &after);
        assert!(differing.is_empty(), "kill {kill}: another end than without it: {differing:?}");
        let running = "SELECT count(*) AS n FROM runs WHERE status = 'running'";
        assert_eq!(tables::number(&killed.app.store, running), 0, "kill {kill}");
        let keyed = "SELECT count(DISTINCT submission_id) AS n FROM submission_keys";
        assert_eq!(tables::number(&killed.app.store, keyed), killed.kept(), "kill {kill}: one receipt a key");
        before = after;
    }
    eprintln!("{KILLS} kills, a submission takes {pace:?}: {fell:?}");
    assert!(fell.during + fell.kept >= KILLS / 3, "most kills came too early or too late: {fell:?}");
}
