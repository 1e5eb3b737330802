//! A file that somebody hands in: checked while they wait, and applied in the transaction that keeps their receipt.
//!
//! In: bytes, the feed that stands for whoever hands them in, the financial year that they are said to be of. Out: every
//! finding by sheet, row and column, and a run like any other. Always holds: rows of another year are never taken; what
//! looks like something about a person is masked wherever a finding quotes it, because receipts are kept.

use super::apply::score_touched;
use super::load::Outcome;
use super::plan::{Plan, Sorted, plan, sort};
use super::record::{Place, Problem, Rejected};
use super::report::{new_run, report, run_end, unchanged};
use super::{Declared, Received, RunReport, SourceKind, Trigger, feed_row};
use crate::app::App;
use crate::corrections;
use crate::error::AppError;
use crate::evidence::Standing;
use crate::feeds::Feed;
use crate::feeds::read::Cell;
use crate::personal::screening;
use crate::store::evidence::NewEvidence;
use crate::store::{Database, StoreError, evidence, feeds, runs, source_versions};
use crate::triage::RunStatus;
use crate::waivers::in_force;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The row, or the file, can't be taken until it is mended.
    Error,
    /// A person has to say which council is meant; there is nothing to mend.
    Review,
    /// It was taken, and something about it is odd.
    Warning,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// In a workbook.
    pub sheet: Option<String>,
    /// As a person counts: the heading is row 1 (in JSON, the place in the list); none for the file as a whole.
    pub row: Option<u32>,
    /// As the file heads it, where one column is to blame.
    pub column: Option<String>,
    pub kind: FindingKind,
    /// A stable code.
    pub code: String,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
}

/// A file as it was checked without the database.
pub(crate) struct Checked {
    sorted: Sorted,
    register_load: i64,
    warnings: Vec<Finding>,
}

/// The year in which a financial year ends, from however people write it.
pub(crate) fn financial_year(written: &str) -> Option<i16> {
    super::values::financial_year(&Cell::Text(written.to_owned())).ok().map(|noted| noted.value)
}

/// Reads and checks the bytes, and finds the council of every row. Nothing is kept.
///
/// # Errors
/// The finding on the file as a whole where it can't be read; otherwise when the database fails.
pub(crate) fn check(
    app: &App,
    feed: &Feed,
    (bytes, name): (&[u8], &str),
    year: i16,
) -> Result<Result<Checked, Finding>, AppError> {
    let body = Received {
        bytes: bytes.to_vec(),
        sha256: String::new(),
        etag: None,
        last_modified: None,
        content_type: None,
        name: name.to_owned(),
    };
    let of_file = |code: &str, sheet: Option<String>, message: String| Finding {
        sheet,
        row: None,
        column: None,
        kind: FindingKind::Error,
        code: code.to_owned(),
        message,
    };
    let file = match super::read_file(feed, &body) {
        Ok(file) => file,
        Err(error) => return Ok(Err(of_file(error.code.word(), None, error.happened))),
    };
    let waivers = app.store.read(|connection| in_force(connection, &feed.id, app.clock.today()))?;
    let declared = Declared {
        feed: &feed.id,
        source: SourceKind::AuditOutcomes,
        columns: &feed.columns,
        waivers: &waivers,
        as_of: app.clock.today(),
    };
    let mut normalised = match super::normalise(&declared, &file.tables) {
        Ok(normalised) => normalised,
        Err(problem) => return Ok(Err(of_file(problem.code, problem.sheet.clone(), problem.message))),
    };
    if normalised.rows_read == 0 {
        let message = "There is no row below the heading, so there is nothing to take.".to_owned();
        return Ok(Err(of_file("no_rows", None, message)));
    }
    // The workbook to fill in has two sheets that are for its reader.
    normalised.unmapped.retain(|(sheet, _)| !matches!(sheet.as_deref(), Some("Instructions" | "Lists")));
    let (stays, other): (Vec<_>, Vec<_>) =
        normalised.records.into_iter().partition(|record| is_of_year(&record.fields, year));
    normalised.records = stays;
    normalised.rejected.extend(other.into_iter().map(|record| Rejected {
        problems: vec![of_another_year(&record.fields, year)],
        place: record.place,
        raw: record.raw,
    }));
    normalised.rejected.sort_by(|left, right| left.place.cmp(&right.place));
    let warnings = normalised
        .records
        .iter()
        .flat_map(|record| record.warnings.iter().map(|problem| found(&record.place, &record.raw, problem)))
        .map(|finding| Finding { kind: FindingKind::Warning, ..finding })
        .collect();
    let (register_load, index) = app.matcher()?;
    Ok(Ok(Checked { sorted: sort(&index, normalised, file.notes), register_load, warnings }))
}

fn is_of_year(fields: &Map<String, Json>, year: i16) -> bool {
    fields.get("year").and_then(Json::as_i64) == Some(i64::from(year))
}

fn of_another_year(fields: &Map<String, Json>, year: i16) -> Problem {
    let written = |end: i64| format!("{}/{:02}", end - 1, end.rem_euclid(100));
    let own = fields.get("year").and_then(Json::as_i64).map_or_else(|| "another year".to_owned(), written);
    Problem {
        column: Some("financial_year_end".to_owned()),
        code: "other_financial_year".to_owned(),
        message: format!(
            "This row is of {own}, and the submission is said to be of {}. Send each year by itself.",
            written(i64::from(year))
        ),
    }
}

/// A problem of a row as a finding, with what looks personal masked.
fn found(place: &Place, raw: &Map<String, Json>, problem: &Problem) -> Finding {
    let mut message = problem.message.clone();
    let mut secrets: Vec<(&str, String)> = raw
        .iter()
        .filter_map(|(heading, cell)| {
            let text = cell.as_str()?;
            screening::screen_cell(heading, text).map(|looks_like| (text, looks_like.mask()))
        })
        .collect();
    // The longest first: one text may be a part of another.
    secrets.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    for (text, mask) in &secrets {
        message = screening::black_out(&message, text, mask);
    }
    Finding {
        sheet: place.sheet.clone(),
        row: Some(place.row),
        column: problem.column.clone(),
        kind: FindingKind::Error,
        code: problem.code.clone(),
        message,
    }
}

impl Checked {
    /// What the file would change and everything that was found, in the order of the file.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn plan(&self, connection: &mut Database, feed: &Feed) -> Result<(Plan, Vec<Finding>), AppError> {
        let plan = plan(connection, feed, &self.sorted)?;
        let mut findings = self.warnings.clone();
        for row in plan.rejections() {
            findings.extend(row.problems.iter().map(|problem| found(&row.place, &row.raw, problem)));
        }
        for (record, reason) in plan.waiting() {
            let problem = Problem { column: None, code: "council_unclear".to_owned(), message: reason.to_owned() };
            let finding = found(&record.place, &record.raw, &problem);
            findings.push(Finding { kind: FindingKind::Review, ..finding });
        }
        for (record, problem) in plan.not_as_asked() {
            let finding = found(&record.place, &record.raw, problem);
            findings.push(Finding { kind: FindingKind::Warning, ..finding });
        }
        let (repeated, older) = plan.passed_over();
        let nothing = Map::new();
        let settled = repeated.iter().filter_map(|one| Some((one.taken.as_ref()?, &one.problem)));
        for (place, problem) in settled.chain(older.iter().map(|(place, problem)| (place, problem))) {
            let finding = found(place, &nothing, problem);
            findings.push(Finding { kind: FindingKind::Warning, ..finding });
        }
        findings.sort();
        Ok((plan, findings))
    }

    /// Whether the register by which councils were found is still the one that counts.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn is_current(&self, connection: &mut Database) -> Result<bool, StoreError> {
        Ok(crate::store::register::last_import(connection)? == self.register_load)
    }
}

/// What a plan comes to, in figures.
pub(crate) fn planned(feed: &Feed, plan: &Plan) -> RunReport {
    report(&feed.id, None, &Outcome::of(plan))
}

/// Applies a plan as a run of the feed, in the caller's write transaction.
///
/// # Errors
/// When the database fails.
pub(crate) fn apply_submitted(
    app: &App,
    connection: &mut Database,
    (feed, plan): (&Feed, &Plan),
    sha256: &str,
) -> Result<RunReport, AppError> {
    let now = app.clock.now();
    let id = runs::begin(connection, &new_run(&feed_row(feed), Trigger::Submission, now))?;
    let outcome = Outcome::of(plan);
    let mut done = report(&feed.id, Some(id), &outcome);
    plan.append(connection, id, now)?;
    end(app, connection, (&done, Some(sha256)), None)?;
    done.rescored = score_touched(app, connection, &outcome.touched, (&feed.id, id))?;
    Ok(done)
}

/// Ends a run that stands beside what the feed held before: what waits for a person waits on.
fn end(
    app: &App,
    connection: &mut Database,
    (done, sha256): (&RunReport, Option<&str>),
    without: Option<i64>,
) -> Result<(), AppError> {
    let Some(id) = done.run else { return Ok(()) };
    corrections::record(connection, (&done.feed, id), app.clock.now())?;
    if let Some(last) = runs::last_success(connection, &done.feed, id)? {
        runs::wait_on(connection, &done.feed, (last.id, id), without)?;
    }
    runs::end(connection, id, &run_end(done, app, sha256))?;
    Ok(())
}

/// Takes back versions of a feed (council, chain, version), in the caller's write transaction; gives how many councils now
/// have another score. `without` is the run whose waiting rows go with them.
///
/// # Errors
/// When the database fails.
pub(crate) fn take_back(
    app: &App,
    connection: &mut Database,
    feed: &feeds::FeedRow,
    (said, without): (&[(i64, String, i32)], Option<i64>),
) -> Result<usize, AppError> {
    let now = app.clock.now();
    let id = runs::begin(connection, &new_run(feed, Trigger::Withdrawal, now))?;
    let councils: BTreeSet<i64> = said.iter().map(|(council, _, _)| *council).collect();
    let of_councils: Vec<i64> = councils.iter().copied().collect();
    let mut highest: HashMap<(i64, String), i32> = evidence::highest_versions(connection, &of_councils)?
        .into_iter()
        .map(|(council, chain, version)| ((council, chain), version))
        .collect();
    let mut new: Vec<NewEvidence> = Vec::with_capacity(said.len());
    for before in evidence::versions(connection, said)? {
        let version = highest.entry((before.council_id, before.chain.clone())).or_insert(before.version);
        *version += 1;
        new.push(NewEvidence {
            version: *version,
            run_id: id,
            known_at: now.as_microsecond(),
            standing: Standing::Withdrawn.name().to_owned(),
            ..before
        });
    }
    evidence::append(connection, &new)?;
    let keys: Vec<&str> = new.iter().map(|row| row.record_key.as_str()).collect();
    source_versions::forget(connection, &feed.id, &keys)?;
    let count = new.len();
    let (status, touched) = (RunStatus::Applied, councils.len());
    let done = RunReport { status, accepted: count, read: count, touched, ..unchanged(&feed.id, Some(id)) };
    end(app, connection, (&done, None), without)?;
    score_touched(app, connection, &councils, (&feed.id, id))
}
