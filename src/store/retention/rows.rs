//! Rows that are due by a date of their own: held rows, documents, scores, links, sessions, letters, marks, submissions and their keys.
//!
//! In: a class and its limits. Out: what is due, or what was taken away. Always holds: a row that another still needs is
//! not due: a document of which a row is held, a submission that a key leads to, a council's latest score.

use super::super::connection::each;
use super::super::{CHUNK, Database, StoreError, corrupt, date};
use super::Before;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::civil::Date;

/// A class of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    HeldRows,
    Documents,
    Scores,
    PastScores,
    SignInLinks,
    Sessions,
    Letters,
    RemovalMarks,
    SubmissionKeys,
    Submissions,
}

/// The day before which each class is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub held_rows: Before,
    pub documents: Before,
    pub scores: Before,
    pub past_scores: Before,
    pub sign_in_links: Before,
    pub sessions: Before,
    pub letters: Before,
    pub removal_marks: Before,
    pub submission_keys: Before,
    pub submissions: Before,
}

/// From when a row's time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Day(Date),
    /// In microseconds since 1970-01-01 UTC.
    Instant(i64),
}

/// What is due of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub how_many: i64,
    pub oldest: Option<When>,
    pub newest: Option<When>,
    /// Some of it, oldest first: codes and numbers.
    pub examples: Vec<String>,
}

/// What was taken away, by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub how_many: i64,
    pub first: String,
    pub last: String,
}

/// How a class is asked for: `r` is its row.
struct Selection {
    from: &'static str,
    key: &'static str,
    /// From when its time runs: a day or an instant, in SQL.
    dated: &'static str,
    by_day: bool,
    /// How an example is shown, in SQL.
    shown: &'static str,
    is_due: String,
}

/// When the last run that listed a held row ended.
const LAST_LISTED: &str = "(SELECT COALESCE(l.finished_at, l.started_at) FROM runs l WHERE l.id = r.last_run_id)";
/// When a run was last sent the document, or it was last handed in: what was refused has no run.
const LAST_SENT: &str = "COALESCE((SELECT MAX(sent.at) FROM (\
                         SELECT COALESCE(l.finished_at, l.started_at) AS at FROM runs l WHERE l.sha256 = r.sha256 \
                         UNION ALL SELECT s.received_at AS at FROM submissions s WHERE s.sha256 = r.sha256) sent), \
                         r.first_seen_at)";
/// The day of a council's next score.
pub(super) const REPLACED: &str =
    "(SELECT MIN(n.as_of) FROM scores n WHERE n.council_id = r.council_id AND n.id > r.id)";
const COUNCIL: &str = "(SELECT c.gss_code FROM councils c WHERE c.id = r.council_id)";

/// That a score is nobody's latest, and was replaced before the day.
pub(super) fn score_is_due(before: Date) -> String {
    format!("{REPLACED} < '{before}' AND NOT EXISTS (SELECT 1 FROM standings s WHERE s.score_id = r.id)")
}

/// That no row held back from a document stays: only for those, so that documents and held rows may go in one night,
/// whichever comes first.
fn needed_by_no_row(held_rows: Before) -> String {
    format!(
        " AND NOT EXISTS (SELECT 1 FROM runs u JOIN held_rows h \
         ON h.feed = u.feed AND h.first_run_id <= u.id AND h.last_run_id >= u.id \
         JOIN runs l ON l.id = h.last_run_id \
         WHERE u.sha256 = r.sha256 AND COALESCE(l.finished_at, l.started_at) >= {})",
        held_rows.instant
    )
}

fn selection(kept: Kept, limits: Limits) -> Selection {
    let instants = |from, key, dated, shown, before: Before| Selection {
        from,
        key,
        dated,
        by_day: false,
        shown,
        is_due: format!("{dated} < {}", before.instant),
    };
    let days = |from, key, dated, shown, is_due| Selection { from, key, dated, by_day: true, shown, is_due };
    match kept {
        Kept::HeldRows => {
            let shown = "r.feed || ', row ' || CAST(r.row_number AS TEXT)";
            instants("held_rows", "r.id", LAST_LISTED, shown, limits.held_rows)
        }
        Kept::Documents => {
            let mut documents =
                instants("documents", "r.sha256", LAST_SENT, "substr(r.sha256, 1, 12)", limits.documents);
            documents.is_due += &needed_by_no_row(limits.held_rows);
            documents
        }
        Kept::Scores => days("scores", "r.id", REPLACED, COUNCIL, score_is_due(limits.scores.day)),
        Kept::PastScores => {
            let is_due = format!("r.replaced_on < '{}'", limits.past_scores.day);
            days("past_scores", "r.id", "r.replaced_on", "r.county", is_due)
        }
        Kept::SignInLinks => {
            let shown = "'link ' || CAST(r.id AS TEXT)";
            instants("sign_in_links", "r.id", "COALESCE(r.used_at, r.expires_at)", shown, limits.sign_in_links)
        }
        Kept::Sessions => {
            let shown = "'session ' || CAST(r.id AS TEXT)";
            instants("sessions", "r.id", "COALESCE(r.closed_at, r.expires_at)", shown, limits.sessions)
        }
        Kept::Letters => {
            let shown = "'letter ' || CAST(r.id AS TEXT)";
            let mut letters = instants("outbox", "r.id", "r.ended_at", shown, limits.letters);
            letters.is_due += " AND r.ended_at IS NOT NULL";
            letters
        }
        Kept::RemovalMarks => {
            let is_due = format!("r.removed_on < '{}'", limits.removal_marks.day);
            days("removed_evidence", "r.feed || '/' || r.fingerprint", "r.removed_on", "r.feed", is_due)
        }
        Kept::SubmissionKeys => {
            let key = "CAST(r.organisation_id AS TEXT) || '/' || r.idempotency_key";
            let shown = "'submission ' || CAST(r.submission_id AS TEXT)";
            instants("submission_keys", key, "r.created_at", shown, limits.submission_keys)
        }
        Kept::Submissions => {
            let shown = "'submission ' || CAST(r.id AS TEXT)";
            let mut submissions = instants("submissions", "r.id", "r.received_at", shown, limits.submissions);
            submissions.is_due += " AND NOT EXISTS (SELECT 1 FROM submission_keys k WHERE k.submission_id = r.id)";
            submissions
        }
    }
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    how_many: i64,
    #[diesel(sql_type = Nullable<Text>)]
    lowest: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    highest: Option<String>,
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Text)]
    shown: String,
}

/// What is due of a class, with as many examples as asked for.
///
/// # Errors
/// When the database fails.
pub fn due(connection: &mut Database, kept: Kept, limits: Limits, examples: usize) -> Result<Due, StoreError> {
    let selection = selection(kept, limits);
    let mut due = asked(connection, &selection, examples)?;
    if kept == Kept::PastScores {
        // What is pseudonymised tonight and older than both lengths goes tonight too.
        let mut at_once = self::selection(Kept::Scores, limits);
        at_once.is_due = score_is_due(limits.past_scores.day);
        let at_once = asked(connection, &at_once, 0)?;
        let earlier = |one: Option<When>, other: Option<When>| match (one, other) {
            (Some(When::Day(one)), Some(When::Day(other))) => Some(When::Day(one.min(other))),
            (one, other) => one.or(other),
        };
        let later = |one: Option<When>, other: Option<When>| match (one, other) {
            (Some(When::Day(one)), Some(When::Day(other))) => Some(When::Day(one.max(other))),
            (one, other) => one.or(other),
        };
        due.how_many += at_once.how_many;
        due.oldest = earlier(due.oldest, at_once.oldest);
        due.newest = later(due.newest, at_once.newest);
    }
    Ok(due)
}

/// Whether anything of a class is due.
///
/// # Errors
/// When the database fails.
pub fn any_due(connection: &mut Database, kept: Kept, limits: Limits) -> Result<bool, StoreError> {
    let Selection { from, key, is_due, .. } = selection(kept, limits);
    let statement = format!(
        "SELECT COUNT(*) AS how_many, NULL AS lowest, NULL AS highest \
         FROM (SELECT {key} FROM {from} r WHERE {is_due} LIMIT 1) one"
    );
    let counted: Counted = each!(connection, |c| diesel::sql_query(statement).get_result(c))?;
    Ok(counted.how_many > 0)
}

fn asked(connection: &mut Database, selection: &Selection, examples: usize) -> Result<Due, StoreError> {
    let Selection { from, key, dated, by_day, shown, is_due } = selection;
    let statement = format!(
        "SELECT COUNT(*) AS how_many, CAST(MIN({dated}) AS TEXT) AS lowest, CAST(MAX({dated}) AS TEXT) AS highest \
         FROM {from} r WHERE {is_due}"
    );
    let counted: Counted = each!(connection, |c| diesel::sql_query(statement).get_result(c))?;
    let when = |found: Option<String>| found.map(|found| when(&found, *by_day)).transpose();
    let statement =
        format!("SELECT {shown} AS shown FROM {from} r WHERE {is_due} ORDER BY {dated}, {key} LIMIT {examples}");
    let shown: Vec<Shown> = each!(connection, |c| diesel::sql_query(statement).load(c))?;
    let mut examples: Vec<String> = shown.into_iter().map(|row| row.shown).collect();
    examples.dedup();
    Ok(Due { how_many: counted.how_many, oldest: when(counted.lowest)?, newest: when(counted.highest)?, examples })
}

fn when(found: &str, by_day: bool) -> Result<When, StoreError> {
    if by_day {
        return date(found).map(When::Day);
    }
    found.parse().map(When::Instant).map_err(|e| corrupt("an instant", e))
}

/// Removes up to `limit` of what is due, lowest keys first; nothing where nothing is. The caller holds the transaction.
/// Scores are not removed by this: see [`super::pseudonymise`].
///
/// # Errors
/// When the database fails.
pub fn remove(
    connection: &mut Database,
    kept: Kept,
    limits: Limits,
    limit: usize,
) -> Result<Option<Taken>, StoreError> {
    let Selection { from, key, is_due, .. } = selection(kept, limits);
    let batch = format!("SELECT {key} AS batch_key FROM {from} r WHERE {is_due} ORDER BY {key} LIMIT {limit}");
    let statement = format!(
        "SELECT COUNT(*) AS how_many, CAST(MIN(batch_key) AS TEXT) AS lowest, CAST(MAX(batch_key) AS TEXT) AS highest \
         FROM ({batch}) batch"
    );
    let counted: Counted = each!(connection, |c| diesel::sql_query(statement).get_result(c))?;
    let (Some(first), Some(last)) = (counted.lowest, counted.highest) else { return Ok(None) };
    if kept == Kept::HeldRows {
        forget_feeds(connection, &batch)?;
    }
    let statement = format!("DELETE FROM {from} AS r WHERE {key} IN ({batch})");
    // `r` names the row to delete outside the brackets, and the row that is looked at within.
    let removed = each!(connection, |c| diesel::sql_query(statement).execute(c))?;
    let how_many = i64::try_from(removed).unwrap_or(i64::MAX);
    Ok(Some(Taken { how_many, first, last }))
}

/// Forgets what the servers of these held rows' feeds said last: a source that still lists such a row is read anew, and the
/// row is held anew, instead of being taken for one that stands in the last run's list.
fn forget_feeds(connection: &mut Database, batch: &str) -> Result<(), StoreError> {
    #[derive(QueryableByName)]
    struct Feed {
        #[diesel(sql_type = Text)]
        feed: String,
    }
    let statement = format!("SELECT DISTINCT feed FROM held_rows WHERE id IN ({batch}) ORDER BY feed");
    let feeds: Vec<Feed> = each!(connection, |c| diesel::sql_query(statement).load(c))?;
    for Feed { feed } in feeds {
        super::super::feeds::remember(connection, &feed, (None, None, None))?;
    }
    Ok(())
}

/// Ids in one statement.
pub(super) const MOST_IDS: usize = CHUNK;
