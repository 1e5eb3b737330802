//! Retention of what was handed in, and that nothing is kept of which nothing is said.
//!
//! In: the database's own list of its tables; submissions of a certain age. Out: nothing. Always holds: a table that is
//! added without a class, or a reason to keep it for good, fails here.

use crate::submissions::{ADDRESS, GOOD, begun};
use crate::support::{TODAY, World, on_both, tables};
use bellwether::auth::Actor;
use bellwether::clock::noon;
use bellwether::retention::{Class, Retention, Rules};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

on_both!(
    every_table_is_kept_and_removed_by_a_class_or_kept_for_good,
    keys_go_before_submissions_and_submissions_before_nothing_that_needs_them,
    a_file_that_was_handed_in_stays_as_long_as_one_that_a_source_sent,
    what_was_mended_in_a_row_goes_with_the_row,
);

/// Each table, and the class that removes its rows, or the entry of `[for_good]` that keeps them.
const TABLES: [(&str, &str); 46] = [
    ("aliases", "aliases"),
    ("api_keys", "accounts"),
    ("audit_log", "audit_log"),
    ("contacts", "contacts"),
    // With either version of the evidence: each class of it removes them.
    ("corrections", "audit_outcomes"),
    ("councils", "register"),
    ("documents", "documents"),
    ("evidence", "complaints"),
    ("feed_baselines", "feeds"),
    ("feed_expectations", "feeds"),
    ("feeds", "feeds"),
    ("folder_files", "folder_files"),
    ("held_rows", "held_rows"),
    ("mendings", "held_rows"),
    ("openid_subjects", "accounts"),
    ("organisation_counties", "accounts"),
    ("organisations", "accounts"),
    ("outbox", "letters"),
    ("parish_versions", "register"),
    ("parishes", "register"),
    ("past_scores", "past_scores"),
    ("people", "accounts"),
    ("person_roles", "accounts"),
    // Destroyed with the last past score.
    ("pseudonym_keys", "past_scores"),
    ("published_figures", "published_figures"),
    ("recovery_codes", "accounts"),
    ("redactions", "redactions"),
    ("register_imports", "register"),
    ("removals", "removals"),
    ("removed_evidence", "removal_marks"),
    ("rule_draft_decisions", "rule_sets"),
    ("rule_drafts", "rule_sets"),
    ("rule_publications", "rule_sets"),
    ("rule_sets", "rule_sets"),
    ("run_holds", "runs"),
    ("run_undos", "runs"),
    ("runs", "runs"),
    ("schedules", "feeds"),
    ("scores", "scores"),
    ("sessions", "sessions"),
    ("sign_in_links", "sign_in_links"),
    ("source_versions", "feeds"),
    ("standings", "scores"),
    ("submission_keys", "submission_keys"),
    ("submissions", "submissions"),
    ("waivers", "waivers"),
];

async fn every_table_is_kept_and_removed_by_a_class_or_kept_for_good(world: World) {
    let said: BTreeMap<&str, &str> = BTreeMap::from(TABLES);
    let there: BTreeSet<String> = tables::names(&world.app.store);
    let named: BTreeSet<String> = said.keys().map(|table| (*table).to_owned()).collect();
    let unsaid: Vec<&String> = there.difference(&named).collect();
    assert!(unsaid.is_empty(), "rules/retention.toml and this list say nothing of {unsaid:?}");
    assert_eq!(named.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "no such table");
    let rules = Rules::built_in().unwrap();
    for (table, by) in said {
        let known = Class::named(by).is_some() || rules.for_good.iter().any(|(name, _)| name == by);
        assert!(known, "{table}: rules/retention.toml has no {by}");
    }
}

fn count(world: &World, of: &str) -> i64 {
    tables::number(&world.app.store, &format!("SELECT count(*) AS n FROM {of}"))
}

/// Applies; gives what went.
fn gone(world: &World) -> Vec<(Class, i64)> {
    let applied =
        Retention::of(&world.app, &world.app.rules).apply(&Actor::system(), world.app.clock.now(), None).unwrap();
    applied.classes.into_iter().collect()
}

/// Sets every instant of these columns (`table.column`) to noon of a day.
fn date(world: &World, columns: &[&str], day: Date) {
    for column in columns {
        let (table, column) = column.split_once('.').unwrap();
        tables::run(&world.app.store, &format!("UPDATE {table} SET {column} = {}", noon(day).as_microsecond()));
    }
}

async fn keys_go_before_submissions_and_submissions_before_nothing_that_needs_them(world: World) {
    let firm = begun(&world);
    assert_eq!(firm.csv(ADDRESS, GOOD, Some("one")).await.0, 201);
    let keys = TODAY.checked_sub(30.days()).unwrap();
    date(&world, &["submission_keys.created_at"], keys);
    assert_eq!(gone(&world), [], "a day short of it");
    // However old a submission is, the key that leads to it goes first, in the same night where both are due.
    let submissions = TODAY.checked_sub(84.months()).unwrap();
    date(&world, &["submissions.received_at"], submissions.yesterday().unwrap());
    assert_eq!(gone(&world), [], "a key leads to it");
    date(&world, &["submissions.received_at"], submissions);
    date(&world, &["submission_keys.created_at"], keys.yesterday().unwrap());
    assert_eq!(gone(&world), [(Class::SubmissionKeys, 1)]);
    let (status, _) = firm.get("/api/v1/submissions/1").await;
    assert_eq!(status, 200, "a day short of it");
    date(&world, &["submissions.received_at"], submissions.yesterday().unwrap());
    assert_eq!(gone(&world), [(Class::Submissions, 1)]);
    assert_eq!(firm.get("/api/v1/submissions/1").await.0, 404);
    assert_eq!(count(&world, "evidence"), 2, "what it brought has a class of its own");
}

async fn a_file_that_was_handed_in_stays_as_long_as_one_that_a_source_sent(world: World) {
    let firm = begun(&world);
    // Refused: it has no run, and no row of it is held.
    assert_eq!(firm.csv(ADDRESS, "nothing,of,ours\n1,2,3\n", None).await.0, 422);
    let documents = TODAY.checked_sub(24.months()).unwrap();
    date(&world, &["documents.first_seen_at"], documents.yesterday().unwrap());
    date(&world, &["submissions.received_at"], documents);
    assert_eq!(gone(&world), [], "it was handed in again since it was seen first");
    date(&world, &["submissions.received_at"], documents.yesterday().unwrap());
    assert_eq!(gone(&world), [(Class::Documents, 1)]);
    assert_eq!(firm.get("/api/v1/submissions").await.1["submissions"][0]["status"], "refused", "the receipt stays");
}

async fn what_was_mended_in_a_row_goes_with_the_row(world: World) {
    world.with_outcomes().await;
    let mended = "INSERT INTO mendings (feed, held_row_id, cells, outcome, run_id, mended_by, mended_at) \
                  SELECT feed, id, '{\"status\":\"unqualified\"}', 'accepted', last_run_id, 'person:1', 0 FROM held_rows";
    tables::run(&world.app.store, mended);
    assert_eq!(count(&world, "mendings"), 2);
    let held = TODAY.checked_sub(6.months()).unwrap();
    date(&world, &["runs.finished_at"], held);
    assert_eq!(gone(&world), []);
    assert_eq!(count(&world, "mendings"), 2);
    date(&world, &["runs.finished_at"], held.yesterday().unwrap());
    assert_eq!(gone(&world), [(Class::HeldRows, 2)]);
    assert_eq!(count(&world, "mendings"), 0);
}
