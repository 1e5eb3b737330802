//! The real program, killed at random moments of its work (SIGKILL, on both databases).
//!
//! A twin does the same work and is never killed. After each kill the database holds what the twin's held before that
//! piece of work or what it holds after it, and nothing between; the next run takes over and ends where the twin ended.

use crate::support::chance::Chance;
use crate::support::program::Program;
use crate::support::{World, on_both, tables};
use bellwether::app::App;
use bellwether::auth::Sources;
use bellwether::clock::Clock;
use bellwether::ingest::{Asked, RunReport, Trigger, run};
use bellwether::store::{Store, feeds};
use bellwether::triage::{self, RunStatus};
use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

on_both!(a_run_that_is_killed_at_any_moment_leaves_all_of_itself_or_nothing);

const KILLS: usize = 50;
const ROWS: usize = 120;

/// One outcome of the list, as it stands in the version at hand.
#[derive(Clone, Copy, Default)]
pub struct Line {
    clean: bool,
    /// Stated of the next council instead.
    moved: bool,
    /// A status that there isn't: rejected.
    bad: bool,
    /// A name that nobody has: for review.
    unknown: bool,
}

fn name(number: usize) -> String {
    const PARTS: [&str; 10] = ["Ash", "Bo", "Cor", "Dun", "Elm", "Fen", "Gil", "Ham", "Ing", "Jar"];
    format!("{number:04}").bytes().map(|digit| PARTS[usize::from(digit - b'0')]).collect()
}

/// Two invented councils for each line of the list: its own, and the one that it is moved to.
pub fn register() -> String {
    let mut text = String::from("gss_code,name,former_name,district_code,district,county,current\n");
    for number in 0..2 * ROWS {
        text.push_str(&format!("E0499{number:04},{},,E07990001,Fenwick Vale,Wealdshire,true\n", name(number)));
    }
    text
}

/// The list as CSV.
pub fn text(lines: &[Line]) -> String {
    let mut text = String::from(
        "authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,\
         matter_1_assertion,matter_1_reason,matter_1_undisclosed\n",
    );
    for (number, line) in lines.iter().enumerate() {
        let name = match (line.unknown, line.moved) {
            (true, _) => format!("Nowhere {number}"),
            (_, moved) => name(number + if moved { ROWS } else { 0 }),
        };
        let (status, matter) = match (line.bad, line.clean) {
            (true, _) => ("magnificent", ",,,"),
            (_, true) => ("unqualified", ",,,"),
            (_, false) => ("qualified", "except_for,2,internal_control,no"),
        };
        text.push_str(&format!(
            "NA{number:04},{name} Parish Council,Fenwick Vale,2024-03-31,{status},2024-06-20,2024-09-10,{matter}\n"
        ));
    }
    text
}

/// The next version of the list: a quarter of it says something else.
pub fn change(lines: &mut [Line], chance: &mut Chance) {
    for line in lines {
        line.clean ^= chance.once_in(4);
        line.moved ^= chance.once_in(20);
        line.bad = chance.once_in(25);
        line.unknown = chance.once_in(25);
    }
}

/// The rows of tables as text, by table.
pub type Content = BTreeMap<&'static str, Vec<String>>;

/// Everything that a run brings, without what differs between any two runs: ids, and the moment.
pub fn content(store: &Store) -> Content {
    let held_now = "last_run_id = (SELECT max(id) FROM runs WHERE status IN ('applied', 'unchanged'))";
    let tables: [(&str, &[&str], &str); 5] = [
        ("evidence", &["id", "run_id", "known_at", "written_in"], "''"),
        ("held_rows", &["id", "first_run_id", "last_run_id"], held_now),
        ("scores", &["id", "computed_at", "cause", "inputs"], "''"),
        ("standings", &["score_id", "inputs"], "''"),
        ("feeds", &[], "''"),
    ];
    tables.into_iter().map(|(table, without, more)| (table, tables::content(store, table, without, more))).collect()
}

/// The first rows that only one of two contents holds, by table: `-` for the first, `+` for the second.
pub fn differences(found: &Content, expected: &Content) -> Vec<String> {
    let only = |sign: &str, one: &Content, other: &Content| -> Vec<String> {
        let missing = |(table, rows): (&&'static str, &Vec<String>)| {
            let rows = rows.iter().filter(|row| !other[table].contains(row)).take(3);
            rows.map(|row| format!("{sign} {table}: {row}")).collect::<Vec<_>>()
        };
        one.iter().flat_map(missing).collect()
    };
    let mut differing = [only("-", found, expected), only("+", expected, found)].concat();
    if differing.is_empty() && found != expected {
        differing.push("a row stands more often in one than in the other".to_owned());
    }
    differing
}

pub async fn pull(app: &App) -> RunReport {
    // A killed replica's lease runs out by itself; here it is taken away, so that the next run need not wait for that.
    app.store.write(|c| feeds::break_lease(c, "feed:outcomes")).unwrap();
    let feed = app.feed("outcomes").unwrap().clone();
    run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap()
}

pub fn counts(report: &RunReport) -> [usize; 5] {
    [report.read, report.accepted, report.unchanged, report.review, report.rejected]
}

/// How long the program takes as a whole, and until it has asked its source.
struct Pace {
    whole: Duration,
    asked: Duration,
}

impl Pace {
    async fn of(world: &World, command: &mut Command) -> Pace {
        let (started, sent) = (Instant::now(), world.source.sent().len());
        let mut child = command.spawn().unwrap();
        while world.source.sent().len() == sent {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let asked = started.elapsed();
        assert!(child.wait().unwrap().success());
        Pace { whole: started.elapsed(), asked }
    }

    /// Starts the program and kills it: at any moment of its life, or, three times out of four, of what follows on the
    /// source's answer.
    async fn kill(&self, world: &World, command: &mut Command, chance: &mut Chance) {
        let sent = world.source.sent().len();
        let mut child = command.spawn().unwrap();
        let mut most = self.whole;
        if !chance.once_in(4) {
            let started = Instant::now();
            while world.source.sent().len() == sent && started.elapsed() < Duration::from_secs(30) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            most = self.whole.saturating_sub(self.asked);
        }
        // Somewhat beyond its end, so that the moment before the end is one like any other.
        let most = most.as_micros() as u64 * 5 / 4;
        tokio::time::sleep(Duration::from_micros(chance.below(most))).await;
        let _ = child.kill();
        child.wait().unwrap();
    }
}

/// What the kills left behind, in numbers.
#[derive(Debug, Default)]
struct Left {
    /// Killed before its run was recorded.
    nothing: usize,
    /// A run that has begun, and nothing else of it.
    begun: usize,
    /// All of it.
    applied: usize,
}

/// A world whose runs are disturbed, and its twin whose runs aren't.
pub struct Twins {
    pub world: World,
    pub app: App,
    pub twin: App,
    /// Held while its database is in use.
    _twin_world: World,
    lines: Vec<Line>,
    pub chance: Chance,
}

impl Twins {
    pub async fn of(world: World) -> Twins {
        let twin_world = World::new(world.backend).await.unwrap();
        let open = |url: &str| App::open(World::configuration(url, &world.source), Clock::System).unwrap();
        let (app, twin) = (open(&world.url), open(&twin_world.url));
        for app in [&app, &twin] {
            app.declare().unwrap();
            bellwether::register::import(app, "register.csv", register().as_bytes()).unwrap();
        }
        Twins { world, app, twin, _twin_world: twin_world, lines: vec![Line::default(); ROWS], chance: Chance::new() }
    }

    /// Has the source send the next version of the list, and the twin pull it.
    pub async fn next(&mut self, version: &str) -> RunReport {
        change(&mut self.lines, &mut self.chance);
        self.world.source.set("/outcomes", text(&self.lines), &format!("\"{version}\""));
        pull(&self.twin).await
    }

    pub fn last_run(&self) -> i64 {
        triage::runs_of(&self.app.store, &Sources::All, None, (None, 1)).unwrap()[0].id
    }

    /// The runs after one.
    pub fn runs_since(&self, id: i64) -> Vec<RunStatus> {
        let runs = triage::runs_of(&self.app.store, &Sources::All, None, (None, 5)).unwrap();
        runs.into_iter().filter(|run| run.id > id).map(|run| run.status).collect()
    }
}

async fn a_run_that_is_killed_at_any_moment_leaves_all_of_itself_or_nothing(world: World) {
    let mut twins = Twins::of(world).await;
    let mut command = Program::of(&twins.world, "").command(&[], &["ingest", "run", "outcomes"]);
    // The first time all is new; the second is like those that follow.
    twins.next("first").await;
    Pace::of(&twins.world, &mut command).await;
    twins.next("second").await;
    let pace = Pace::of(&twins.world, &mut command).await;
    let mut before = content(&twins.twin.store);
    assert_eq!(content(&twins.app.store), before);
    let mut left = Left::default();
    for kill in 1..=KILLS {
        let unkilled = twins.next(&kill.to_string()).await;
        let after = content(&twins.twin.store);
        let last = twins.last_run();
        pace.kill(&twins.world, &mut command, &mut twins.chance).await;

        let found = content(&twins.app.store);
        match twins.runs_since(last).as_slice() {
            [] => left.nothing += 1,
            [RunStatus::Running] => left.begun += 1,
            [RunStatus::Applied] => left.applied += 1,
            other => panic!("kill {kill}: runs {other:?}"),
        }
        let applied = twins.runs_since(last) == [RunStatus::Applied];
        let expected = if applied { &after } else { &before };
        let half = differences(&found, expected);
        assert!(half.is_empty(), "kill {kill}: half a run was kept: {half:?}");

        let report = pull(&twins.app).await;
        let expected = if applied { [0; 5] } else { counts(&unkilled) };
        assert_eq!(counts(&report), expected, "kill {kill}");
        assert_eq!(content(&twins.app.store), after, "kill {kill}: another end than without it");
        before = after;
    }
    eprintln!("{KILLS} kills within {:?}, {:?} of it before the source was asked: {left:?}", pace.whole, pace.asked);
    assert!(left.begun >= KILLS / 5, "most kills came too early or too late: {left:?}");
    let runs = triage::runs_of(&twins.app.store, &Sources::All, None, (None, 500)).unwrap();
    assert!(runs.iter().all(|run| run.status != RunStatus::Running), "{runs:?}");
}
