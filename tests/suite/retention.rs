//! Retention: what is due goes, what may count stays, and nothing goes unrecorded.

use crate::support::{REGISTER, TODAY, World, on_both, sql};
use bellwether::app::App;
use bellwether::audit;
use bellwether::auth::Reach;
use bellwether::auth::{Actor, Affiliation, OrganisationKind, Role, Who};
use bellwether::clock::{Clock, noon};
use bellwether::error::Code;
use bellwether::evidence::{EvidenceKind, Standing};
use bellwether::jobs;
use bellwether::retention::{Applied, Class, ClassPlan, Retention};
use bellwether::scoring::Score;
use bellwether::store::evidence::{self, NewEvidence};
use bellwether::store::scores::{self, NewScore};
use bellwether::store::{Database, StoreError, feeds};
use bellwether::triage;
use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};
use std::cell::Cell;
use std::collections::BTreeMap;

on_both!(
    evidence_a_day_over_its_time_goes_and_a_day_short_of_it_stays,
    rows_a_day_over_their_time_go_and_a_day_short_of_it_stay,
    scores_lose_their_councils_name_and_then_go,
    all_versions_of_a_thing_go_together_or_none,
    what_still_counts_stays_however_old_it_is,
    whatever_goes_no_score_of_today_changes_and_a_second_application_removes_nothing,
    an_application_that_stops_midway_is_recorded_as_far_as_it_went_and_goes_on,
    the_dry_run_changes_nothing,
    what_was_removed_is_not_brought_back_by_a_source_that_still_lists_it,
    a_document_stays_while_a_row_held_back_from_it_does,
    a_source_is_read_anew_once_its_held_rows_are_gone,
    the_nightly_job_removes_what_is_due_unless_it_is_off,
    who_may_see_and_who_may_remove,
);

const TABLES: [&str; 15] = [
    "councils",
    "feeds",
    "schedules",
    "documents",
    "runs",
    "held_rows",
    "evidence",
    "rule_sets",
    "scores",
    "standings",
    "sign_in_links",
    "sessions",
    "audit_log",
    "removals",
    "removed_evidence",
];

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// How many rows of a table there are, with what follows its name.
fn count(world: &World, of: &str) -> i64 {
    let query = format!("SELECT COUNT(*) AS number FROM {of}");
    let run = |connection: &mut Database| {
        let query = diesel::sql_query(query);
        match connection {
            Database::Sqlite(sqlite) => query.get_result::<Number>(sqlite),
            Database::Postgres(postgres) => query.get_result::<Number>(postgres),
        }
        .map_err(StoreError::from)
    };
    world.app.store.read(run).unwrap().number
}

fn counts(world: &World) -> Vec<(&'static str, i64)> {
    TABLES.iter().map(|table| (*table, count(world, table))).collect()
}

fn of(app: &App) -> Retention<'_> {
    Retention::of(app, &app.rules)
}

fn planned(world: &World, class: Class) -> ClassPlan {
    of(&world.app).plan().unwrap().classes.into_iter().find(|found| found.class == class).unwrap()
}

fn apply(world: &World) -> Applied {
    of(&world.app).apply(&Actor::system(), world.app.clock.now(), None).unwrap()
}

/// Something said of the first council unless told otherwise; every test adds what it is about.
#[derive(Debug, Clone)]
struct Said {
    council: i64,
    kind: EvidenceKind,
    standing: Standing,
    chain: String,
    version: i32,
    happened_on: Option<Date>,
    determined_on: Option<Date>,
    known_on: Date,
    fields: Json,
}

fn said(kind: EvidenceKind, standing: Standing, chain: &str, on: Date) -> Said {
    let fields = match kind {
        EvidenceKind::Complaint => json!({"theme": "disrespect", "stage": "decided", "outcome": "upheld"}),
        EvidenceKind::AuditOutcome => json!({"year": on.year(), "status": "no_return"}),
        EvidenceKind::CountyRecord => json!({"record": "clerk_vacant", "open": false}),
        EvidenceKind::CountyFlag => json!({"flag": "clerk_distress", "indicator": "c"}),
        _ => json!({}),
    };
    let day = (standing != Standing::Allegation).then_some(on);
    let chain = chain.to_owned();
    Said { council: 1, kind, standing, chain, version: 1, happened_on: day, determined_on: day, known_on: on, fields }
}

fn keep(world: &World, all: &[Said]) {
    let run = 1;
    let new: Vec<NewEvidence> = all
        .iter()
        .map(|said| NewEvidence {
            council_id: said.council,
            kind: said.kind.name().to_owned(),
            feed: "outcomes".to_owned(),
            run_id: run,
            record_key: said.chain.clone(),
            chain: said.chain.clone(),
            version: said.version,
            event: None,
            happened_on: said.happened_on.map(|day| day.to_string()),
            determined_on: said.determined_on.map(|day| day.to_string()),
            known_at: noon(said.known_on).as_microsecond(),
            standing: said.standing.name().to_owned(),
            fields: said.fields.to_string(),
            fingerprint: format!("{} {} {}", said.council, said.chain, said.version),
            url: None,
        })
        .collect();
    world.app.store.write(|connection| evidence::append(connection, &new)).unwrap();
}

/// The chains that are left, but for those of the year's outcomes.
fn left(world: &World) -> Vec<String> {
    let kept = world.app.store.read(|c| evidence::page(c, &Reach::Nation, None, 1000)).unwrap();
    let mut chains: Vec<String> =
        kept.into_iter().map(|(item, _)| item.chain).filter(|chain| chain != "audit/2026").collect();
    chains.sort();
    chains
}

/// What a score says, without the account of what it left out.
fn scores_said(world: &World) -> Vec<Score> {
    let today = world.app.clock.today();
    let scores = triage::look_back(&world.app.store, &world.app.rules.set, today).unwrap();
    scores.into_iter().map(|score| Score { inputs: String::new(), ignored: Vec::new(), ..score }).collect()
}

/// The day before which a class of the built-in rules is due on the tests' day.
const COMPLAINTS: Date = date(2021, 5, 21);
const ALLEGATIONS: Date = date(2024, 11, 21);
const OUTCOMES_SINCE: Date = date(2019, 11, 21);
const RECORDS: Date = date(2023, 11, 21);
const FLAGS: Date = date(2026, 5, 21);

async fn evidence_a_day_over_its_time_goes_and_a_day_short_of_it_stays(world: World) {
    use EvidenceKind::{AuditOutcome, AuditorReport, Complaint, CountyFlag, CountyRecord};
    use Standing::{Allegation, Determined, Opinion};
    world.with_outcomes().await;
    let cases = [
        (Class::Complaints, Complaint, Determined, COMPLAINTS),
        (Class::Allegations, Complaint, Allegation, ALLEGATIONS),
        (Class::AuditOutcomes, AuditOutcome, Determined, OUTCOMES_SINCE),
        (Class::AuditOutcomes, AuditorReport, Determined, OUTCOMES_SINCE),
        (Class::CountyRecords, CountyRecord, Determined, RECORDS),
        (Class::CountyFlags, CountyFlag, Opinion, FLAGS),
    ];
    let mut stays = Vec::new();
    for (number, (class, kind, standing, before)) in cases.into_iter().enumerate() {
        let short = format!("{number} short");
        keep(&world, &[said(kind, standing, &short, before)]);
        keep(&world, &[said(kind, standing, &format!("{number} over"), before.yesterday().unwrap())]);
        stays.push(short);
        assert_eq!(planned(&world, class).before, before, "{class:?}");
    }
    // Decided without a day: from when we knew, not from when it is said to have happened.
    let undated = |chain: &str, on| Said { determined_on: None, ..said(Complaint, Determined, chain, on) };
    keep(&world, &[undated("undated short", COMPLAINTS), undated("undated over", COMPLAINTS.yesterday().unwrap())]);
    stays.push("undated short".to_owned());
    let plan = of(&world.app).plan().unwrap();
    let due: Vec<(Class, i64)> =
        plan.classes.iter().filter(|class| class.due > 0).map(|class| (class.class, class.due)).collect();
    assert_eq!(
        due,
        [
            (Class::Complaints, 2),
            (Class::Allegations, 1),
            (Class::AuditOutcomes, 2),
            (Class::CountyRecords, 1),
            (Class::CountyFlags, 1),
        ]
    );
    let complaints = planned(&world, Class::Complaints);
    assert_eq!(complaints.oldest, Some(COMPLAINTS.yesterday().unwrap()));
    assert_eq!(complaints.examples, ["E04990001"]);
    let applied = apply(&world);
    assert_eq!(applied.classes.into_iter().collect::<Vec<_>>(), due, "the plan says what the application does");
    assert!(applied.finished);
    assert_eq!(left(&world), stays);
}

/// An instant as its column holds it: noon of a day in England.
fn at(day: Date) -> i64 {
    noon(day).as_microsecond()
}

/// A person whom sessions and links can belong to.
fn person(world: &World) {
    sql(world, "INSERT INTO organisations (id, key, name, kind, created_at) VALUES (1, 'own', 'Own', 'nalc', 0)");
    sql(
        world,
        "INSERT INTO people (id, organisation_id, email, name, created_at) VALUES (1, 1, 'a@example.org', 'A', 0)",
    );
}

async fn rows_a_day_over_their_time_go_and_a_day_short_of_it_stay(world: World) {
    world.with_outcomes().await;
    person(&world);
    let before = TODAY.checked_sub(30.days()).unwrap();
    let (short, over) = (at(before), at(before.yesterday().unwrap()));
    let later = at(TODAY);
    for (number, (used, expires)) in
        [("NULL".to_owned(), short), ("NULL".to_owned(), over), (short.to_string(), later), (over.to_string(), later)]
            .into_iter()
            .enumerate()
    {
        sql(
            &world,
            &format!(
                "INSERT INTO sign_in_links (person_id, token_hash, created_at, expires_at, used_at) \
                 VALUES (1, 'link {number}', 0, {expires}, {used})"
            ),
        );
        sql(
            &world,
            &format!(
                "INSERT INTO sessions (token_hash, person_id, opened_at, last_seen_at, expires_at, second_factor, \
                 wrong_codes, closed_at, opened_by, opened_from) \
                 VALUES ('session {number}', 1, 0, 0, {expires}, FALSE, 0, {used}, 'link', '::1')"
            ),
        );
    }
    let marks = TODAY.checked_sub(72.months()).unwrap();
    for (fingerprint, day) in [("short", marks), ("over", marks.yesterday().unwrap())] {
        sql(&world, &format!("INSERT INTO removed_evidence VALUES ('outcomes', '{fingerprint}', '{day}')"));
    }
    // Run 1 held two rows today; they and its file are as old as it is made out to be.
    assert_eq!((count(&world, "held_rows"), count(&world, "documents")), (2, 1));
    let held = TODAY.checked_sub(6.months()).unwrap();
    sql(&world, &format!("UPDATE runs SET finished_at = {}", at(held)));
    assert_eq!(planned(&world, Class::HeldRows).due, 0);
    sql(&world, &format!("UPDATE runs SET finished_at = {}", at(held.yesterday().unwrap())));
    assert_eq!(planned(&world, Class::HeldRows).due, 2);
    assert_eq!(planned(&world, Class::Documents).due, 0);
    let plan = of(&world.app).plan().unwrap();
    let applied = apply(&world);
    let due: BTreeMap<Class, i64> =
        plan.classes.iter().filter(|class| class.due > 0).map(|class| (class.class, class.due)).collect();
    assert_eq!(applied.classes, due);
    let expected = [(Class::HeldRows, 2), (Class::SignInLinks, 2), (Class::Sessions, 2), (Class::RemovalMarks, 1)];
    assert_eq!(due, BTreeMap::from(expected));
    assert_eq!(count(&world, "sign_in_links WHERE token_hash IN ('link 0', 'link 2')"), 2);
    assert_eq!(count(&world, "sessions WHERE token_hash IN ('session 0', 'session 2')"), 2);
    assert_eq!(count(&world, "removed_evidence WHERE fingerprint = 'short'"), 1);
    let documents = TODAY.checked_sub(24.months()).unwrap();
    sql(&world, &format!("UPDATE runs SET finished_at = {}", at(documents)));
    sql(&world, "UPDATE documents SET first_seen_at = 0");
    assert_eq!(apply(&world).classes, BTreeMap::new(), "seen again by a run of the last two years");
    sql(&world, &format!("UPDATE runs SET finished_at = {}", at(documents.yesterday().unwrap())));
    assert_eq!(apply(&world).classes, BTreeMap::from([(Class::Documents, 1)]));
    assert_eq!(count(&world, "documents"), 0);
    assert_eq!(count(&world, "runs"), 1, "runs stay, with their figures");
}

fn score_of(world: &World, council: i64, as_of: Date, total: i64) {
    let score = NewScore {
        council_id: council,
        as_of: as_of.to_string(),
        computed_at: at(as_of),
        cause: "daily".to_owned(),
        rule_set: world.app.rules.set.hash.clone(),
        inputs: "inputs".to_owned(),
        band: "monitor".to_owned(),
        previous_band: None,
        total,
        a: total,
        b: 0,
        c: 0,
        d: 0,
        e: 0,
        not_assessed: "bcde".to_owned(),
        sentence: "A sentence.".to_owned(),
    };
    world.app.store.write(|connection| scores::append(connection, std::slice::from_ref(&score))).unwrap();
}

async fn scores_lose_their_councils_name_and_then_go(world: World) {
    world.register(REGISTER);
    world.app.store.write(|connection| world.app.keep_rules(connection)).unwrap();
    let named = TODAY.checked_sub(30.months()).unwrap();
    let past = TODAY.checked_sub(72.months()).unwrap();
    // Replaced a day over 30 months ago, then a day short of it, and two that were replaced long ago.
    for (day, total) in [(past, 1), (date(2023, 1, 1), 2), (named.yesterday().unwrap(), 3), (named, 4)] {
        score_of(&world, 1, day, total);
    }
    // The only score of its council, however old, and one that was replaced a day over 72 months ago.
    score_of(&world, 2, past.checked_sub(9.months()).unwrap(), 5);
    score_of(&world, 2, past.yesterday().unwrap(), 6);
    triage::rescore_all(&world.app, "daily").unwrap();
    let history = |code: &str| {
        let whole = triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, (code, TODAY)).unwrap();
        whole.history.into_iter().map(|point| point.total).collect::<Vec<_>>()
    };
    assert_eq!(history("E04990001"), [0, 4, 3, 2, 1]);
    let (before, standings) = (scores_said(&world), count(&world, "standings"));
    assert_eq!((planned(&world, Class::Scores).due, planned(&world, Class::PastScores).due), (3, 1));
    let applied = apply(&world);
    assert_eq!(applied.classes, BTreeMap::from([(Class::Scores, 3), (Class::PastScores, 1)]));
    assert_eq!(history("E04990001"), [0, 4, 3]);
    assert_eq!(history("E04990002"), [0, 6]);
    assert_eq!(scores_said(&world), before);
    assert_eq!(count(&world, "standings"), standings);
    let kept = "past_scores WHERE county = 'Wealdshire' AND band = 'monitor' AND not_assessed = 'bcde' \
                AND total = a AND length(pseudonym) = 64";
    assert_eq!(count(&world, kept), 2);
    assert_eq!(count(&world, "past_scores WHERE total = 2 AND replaced_on = '2024-05-20'"), 1);
    assert_eq!(count(&world, "(SELECT DISTINCT pseudonym FROM past_scores) p"), 1, "one council, one pseudonym");
    assert_eq!(count(&world, "pseudonym_keys"), 1);
    assert_eq!(apply(&world).classes, BTreeMap::new());
    // Six years later nobody could tell who they were, nor is there a key to tell by.
    world.app.clock.set(noon(TODAY.checked_add(80.months()).unwrap()));
    triage::rescore_all(&world.app, "daily").unwrap();
    apply(&world);
    assert_eq!((count(&world, "past_scores"), count(&world, "pseudonym_keys")), (0, 0));
    assert_eq!(history("E04990001").len(), 1, "the latest stays");
}

async fn all_versions_of_a_thing_go_together_or_none(world: World) {
    use Standing::{Allegation, Determined, Withdrawn};
    world.with_outcomes().await;
    let over = COMPLAINTS.yesterday().unwrap();
    let version =
        |chain: &str, version, standing, on| Said { version, ..said(EvidenceKind::Complaint, standing, chain, on) };
    keep(
        &world,
        &[
            // Decided long ago; taken back since: without the withdrawal it would come back to life.
            version("taken back", 1, Determined, over),
            Said { determined_on: None, ..version("taken back", 2, Withdrawn, date(2026, 10, 1)) },
            // Said long ago, decided lately.
            version("decided late", 1, Allegation, date(2019, 1, 1)),
            version("decided late", 2, Determined, date(2026, 10, 1)),
            // Over in every version.
            version("over", 1, Allegation, date(2019, 1, 1)),
            version("over", 2, Determined, over),
            // Never decided, and taken back.
            version("never", 1, Allegation, date(2019, 1, 1)),
            version("never", 2, Withdrawn, date(2020, 1, 1)),
        ],
    );
    let applied = apply(&world);
    assert_eq!(applied.classes, BTreeMap::from([(Class::Complaints, 2), (Class::Allegations, 2)]));
    assert_eq!(left(&world), ["decided late", "decided late", "taken back", "taken back"]);
}

async fn what_still_counts_stays_however_old_it_is(world: World) {
    use EvidenceKind::CountyRecord;
    world.with_outcomes().await;
    let old = date(2015, 6, 1);
    let open = Said {
        fields: json!({"record": "clerk_vacant", "open": true}),
        ..said(CountyRecord, Standing::Determined, "open", old)
    };
    let closed = said(CountyRecord, Standing::Determined, "closed", old);
    keep(&world, &[open, closed]);
    let before = scores_said(&world);
    assert!(
        before.iter().any(|score| score.items.iter().any(|item| item.rule.starts_with("c9."))),
        "the vacancy counts"
    );
    let records = planned(&world, Class::CountyRecords);
    assert_eq!((records.due, records.still_counting), (1, 1));
    apply(&world);
    assert!(left(&world).contains(&"open".to_owned()), "{:?}", left(&world));
    assert!(!left(&world).contains(&"closed".to_owned()));
    assert_eq!(scores_said(&world), before);
}

fn any_said() -> impl Strategy<Value = Said> {
    let kinds = prop_oneof![
        Just((EvidenceKind::Complaint, Standing::Determined)),
        Just((EvidenceKind::Complaint, Standing::Allegation)),
        Just((EvidenceKind::Complaint, Standing::Withdrawn)),
        Just((EvidenceKind::AuditOutcome, Standing::Determined)),
        Just((EvidenceKind::AuditorReport, Standing::Determined)),
        Just((EvidenceKind::CountyRecord, Standing::Determined)),
        Just((EvidenceKind::CountyFlag, Standing::Opinion)),
    ];
    (kinds, 1..6_i64, 0..4_u8, 0..4000_i32, 0..6_usize, any::<bool>()).prop_map(
        |((kind, standing), council, chain, days, which, yes)| {
            let on = TODAY.checked_sub(days.days()).unwrap();
            let chain = match kind {
                EvidenceKind::AuditOutcome => format!("audit/{}", on.year()),
                _ => format!("{}/{chain}", kind.name()),
            };
            let word = |words: [&str; 6]| words[which].to_owned();
            let fields = match kind {
                EvidenceKind::Complaint => json!({
                    "theme": word(["disrespect", "short_notice", "service", "records_altered", "fraud_or_theft", "data_breach"]),
                    "stage": "decided", "outcome": if yes { "upheld" } else { "penalty" },
                    "body": "information_commissioner", "group": chain,
                }),
                EvidenceKind::AuditOutcome => json!({
                    "year": on.year(),
                    "status": word(["no_return", "unqualified", "qualified", "exempt", "incorrectly_exempt", "no_return"]),
                    "income": i64::from(days) * 40, "days_late": days % 200,
                    "matters": [{"class": "except_for", "assertion": 2, "reason": "internal_control", "repeat": yes}],
                }),
                EvidenceKind::AuditorReport => json!({
                    "report": if yes { "public_interest_report" } else { "statutory_recommendation" },
                    "considered_in_time": yes, "actions_completed": !yes, "year": on.year(),
                }),
                EvidenceKind::CountyRecord => json!({
                    "record": word(["clerk_left", "clerk_vacant", "rfo_vacant", "action_completed", "inquorate_order", "abolition_petition"]),
                    "open": yes, "conduct_cited": yes, "indicator": "c",
                }),
                _ => json!({"flag": "clerk_distress", "indicator": "c", "confidence": "high"}),
            };
            Said { council, fields, ..said(kind, standing, &chain, on) }
        },
    )
}

/// Versions numbered within their chains, in the order in which they come.
fn numbered(mut all: Vec<Said>) -> Vec<Said> {
    all.sort_by_key(|said| said.known_on);
    let mut versions: BTreeMap<(i64, String), i32> = BTreeMap::new();
    for said in &mut all {
        let version = versions.entry((said.council, said.chain.clone())).or_insert(0);
        *version += 1;
        said.version = *version;
    }
    all
}

async fn whatever_goes_no_score_of_today_changes_and_a_second_application_removes_nothing(world: World) {
    world.with_outcomes().await;
    sql(&world, "DELETE FROM evidence");
    let runner = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let (removed, stayed) = (Cell::new(0), Cell::new(0));
    TestRunner::new(runner)
        .run(&proptest::collection::vec(any_said(), 1..60), |all| {
            sql(&world, "DELETE FROM evidence");
            keep(&world, &numbered(all));
            let (before, plan) = (scores_said(&world), of(&world.app).plan().unwrap());
            let applied = apply(&world);
            prop_assert_eq!(scores_said(&world), before);
            prop_assert_eq!(applied.classes.values().sum::<i64>(), plan.due());
            let second = apply(&world);
            prop_assert_eq!(second.classes, BTreeMap::new());
            removed.set(removed.get() + plan.due());
            let counting: i64 = plan.classes.iter().map(|class| class.still_counting).sum();
            stayed.set(stayed.get() + counting);
            Ok(())
        })
        .unwrap();
    let (removed, stayed) = (removed.get(), stayed.get());
    assert!(removed > 100 && stayed > 0, "{removed} removed, {stayed} stayed: too few to prove anything");
}

async fn an_application_that_stops_midway_is_recorded_as_far_as_it_went_and_goes_on(world: World) {
    world.with_outcomes().await;
    let over = COMPLAINTS.yesterday().unwrap();
    // More than one batch of one council, and some of others.
    let mut all = Vec::new();
    for number in 0..1100 {
        let complaint = said(EvidenceKind::Complaint, Standing::Determined, &format!("c{number}"), over);
        all.push(Said { council: 1 + number % 3, ..complaint });
    }
    all.push(Said { council: 5, ..said(EvidenceKind::CountyFlag, Standing::Opinion, "f", date(2020, 1, 1)) });
    keep(&world, &all);
    let (before, due) = (scores_said(&world), of(&world.app).plan().unwrap().due());
    assert_eq!(due, 1101);
    let now = world.app.clock.now();
    let first = of(&world.app).apply(&Actor::system(), now, Some(1)).unwrap();
    assert!(!first.finished);
    let gone = first.classes.values().sum::<i64>();
    assert!(gone > 0 && gone < due, "{first:?}");
    let recorded = || {
        let view = of(&world.app).view(&Actor::command()).unwrap();
        view.went.iter().map(|removal| removal.how_many).sum::<i64>()
    };
    assert_eq!(recorded(), gone, "what went is recorded, and no more");
    assert_eq!(count(&world, "evidence") + gone, 2 + due);
    let rest = apply(&world);
    assert!(rest.finished);
    assert_eq!(recorded(), due);
    assert_eq!(scores_said(&world), before);
    assert_eq!(left(&world), Vec::<String>::new());
    assert_eq!(apply(&world).classes, BTreeMap::new());
    // A batch a removal and an entry of the log, and the chain holds.
    let entries = audit::Asked { action: Some("retention.applied".to_owned()), limit: 100, ..audit::Asked::default() };
    let entries = audit::entries(&world.app.store, &Actor::command(), &entries).unwrap();
    assert_eq!(i64::try_from(entries.len()).unwrap(), count(&world, "removals"));
    let logged: i64 = entries.iter().map(|entry| entry.details["how_many"].as_i64().unwrap()).sum();
    assert_eq!(logged, due);
    assert_eq!(entries[0].actor, "system");
    assert_eq!(audit::verify(&world.app.store, None).unwrap().broken, None);
}

async fn the_dry_run_changes_nothing(world: World) {
    world.with_outcomes().await;
    keep(&world, &[said(EvidenceKind::CountyFlag, Standing::Opinion, "f", date(2020, 1, 1))]);
    let before = counts(&world);
    let plan = of(&world.app).plan().unwrap();
    assert_eq!((plan.due(), plan.origin.as_str(), plan.today), (1, "built in", TODAY));
    of(&world.app).view(&Actor::command()).unwrap();
    assert_eq!(counts(&world), before);
    apply(&world);
    assert_ne!(counts(&world), before);
}

async fn what_was_removed_is_not_brought_back_by_a_source_that_still_lists_it(world: World) {
    world.register(REGISTER);
    let listed = |theme: &str| {
        format!(
            "reference,name,theme,stage,outcome,received_on,decided_on\nC1,Aldermarsh,{theme},decided,upheld,2018-01-01,2018-03-01\nC2,Aldermarsh,service,received,,2026-01-01,\n"
        )
    };
    world.source.set("/complaints", listed("service"), "\"1\"");
    assert_eq!(world.pull("complaints").await.unwrap().accepted, 2);
    assert_eq!(apply(&world).classes, BTreeMap::from([(Class::Complaints, 1)]));
    // The same list with another line: the removed complaint says nothing new.
    world.source.set("/complaints", listed("service") + "C3,Aldermarsh,service,received,,2026-02-01,\n", "\"2\"");
    let report = world.pull("complaints").await.unwrap();
    assert_eq!((report.read, report.accepted, report.unchanged), (3, 1, 2));
    assert_eq!(left(&world), ["complaints/C2/1", "complaints/C3/1"]);
    // Said in other words it is taken, and goes the next night.
    world.source.set("/complaints", listed("disrespect"), "\"3\"");
    assert_eq!(world.pull("complaints").await.unwrap().accepted, 1);
    assert_eq!(apply(&world).classes, BTreeMap::from([(Class::Complaints, 1)]));
}

async fn a_document_stays_while_a_row_held_back_from_it_does(world: World) {
    world.with_outcomes().await;
    let long_ago = at(date(2020, 1, 1));
    sql(&world, &format!("UPDATE runs SET finished_at = {long_ago}"));
    sql(&world, "UPDATE documents SET first_seen_at = 0");
    // A later run of the same feed was sent another file, and the held rows still stood in it.
    sql(
        &world,
        &format!(
            "INSERT INTO runs (id, feed, trigger_kind, started_at, finished_at, status, sha256, covers, rows_read, \
             rows_accepted, rows_unchanged, rows_for_review, rows_rejected, notes) \
             VALUES (1000, 'outcomes', 'schedule', 0, {}, 'applied', 'another', '[]', 0, 0, 0, 0, 0, '{{}}')",
            at(TODAY)
        ),
    );
    sql(&world, "UPDATE held_rows SET last_run_id = 1000");
    assert_eq!(apply(&world).classes, BTreeMap::new());
    // Once the rows are due as well, both go in one night, and the plan says so beforehand.
    sql(&world, &format!("UPDATE runs SET finished_at = {long_ago}"));
    assert_eq!((planned(&world, Class::HeldRows).due, planned(&world, Class::Documents).due), (2, 1));
    assert_eq!(apply(&world).classes, BTreeMap::from([(Class::HeldRows, 2), (Class::Documents, 1)]));
}

async fn a_source_is_read_anew_once_its_held_rows_are_gone(world: World) {
    world.with_outcomes().await;
    sql(&world, &format!("UPDATE runs SET finished_at = {}", at(date(2026, 1, 1))));
    assert_eq!(apply(&world).classes, BTreeMap::from([(Class::HeldRows, 2)]));
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.read, report.unchanged, report.review, report.rejected), (4, 2, 1, 1));
    assert_eq!(count(&world, "held_rows"), 2, "still listed: held anew, with the file that lists them");
}

async fn the_nightly_job_removes_what_is_due_unless_it_is_off(world: World) {
    world.with_outcomes().await;
    keep(&world, &[said(EvidenceKind::CountyFlag, Standing::Opinion, "f", date(2020, 1, 1))]);
    let now = jiff::Timestamp::now();
    let past = now.checked_sub(1.hour()).unwrap();
    world.app.store.write(|c| feeds::schedule(c, "retention", "30 3 * * *", past)).unwrap();
    let mut config = (*world.app.config).clone();
    config.retention = "off".to_owned();
    let off = App::open(config, Clock::standing_at(noon(TODAY))).unwrap();
    jobs::tick(&off).await;
    assert_eq!(left(&world), ["f"]);
    jobs::tick(&world.app).await;
    assert_eq!(left(&world), Vec::<String>::new());
    let view = of(&world.app).view(&Actor::command()).unwrap();
    assert_eq!(view.went.len(), 1);
    let went = &view.went[0];
    assert_eq!(
        (went.class, went.how_many, went.by.as_str(), went.fate.as_str()),
        (Class::CountyFlags, 1, "system", "removed")
    );
    assert_eq!((went.before, went.rule.clone()), (FLAGS, planned(&world, Class::CountyFlags).rule));
    let schedules = world.app.store.read(feeds::schedules).unwrap();
    let next = schedules.iter().find(|schedule| schedule.name == "retention").unwrap();
    assert!(next.next_due_at > now.as_microsecond() && next.lease_owner.is_none());
}

async fn who_may_see_and_who_may_remove(world: World) {
    world.with_outcomes().await;
    keep(&world, &[said(EvidenceKind::CountyFlag, Standing::Opinion, "f", date(2020, 1, 1))]);
    let manager = |kind, counties: &[&str]| Actor {
        who: Who::Person { id: 1, name: "A manager".to_owned(), session: 1 },
        organisation: Some(Affiliation {
            id: 1,
            key: "own".to_owned(),
            name: "Own".to_owned(),
            kind,
            counties: counties.iter().map(|county| (*county).to_owned()).collect(),
            council_id: None,
        }),
        roles: vec![Role::Manager],
        kept_to: Vec::new(),
        second_factor_due: false,
        origin: "::1".to_owned(),
    };
    let examples = |actor: &Actor| {
        let view = of(&world.app).view(actor).unwrap();
        view.due.into_iter().find(|due| due.class == Class::CountyFlags).map(|due| (due.due, due.examples)).unwrap()
    };
    let county = manager(OrganisationKind::CountyAssociation, &["Fennmarch"]);
    assert_eq!(of(&world.app).view(&county).unwrap_err().code, Code::NotPermitted);
    let nalc = manager(OrganisationKind::Nalc, &[]);
    assert_eq!(examples(&nalc), (1, vec!["E04990001".to_owned()]));
    let administrator = Actor { roles: vec![Role::Administrator], ..nalc.clone() };
    assert_eq!(examples(&administrator), (1, Vec::new()), "whoever keeps accounts sees no council");
    let refused = of(&world.app).view(&Actor::public("::1")).unwrap_err();
    assert_eq!(refused.code, Code::NotSignedIn);
    let refused = of(&world.app).apply(&nalc, world.app.clock.now(), None).unwrap_err();
    assert_eq!(refused.code, Code::NotPermitted);
    assert_eq!(left(&world), ["f"]);
}
