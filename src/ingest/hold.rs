//! Whether a list is so unlike the feed's last one that a person has to look at it before it counts.
//!
//! In: a list's [`Shape`], and that of the last list that was applied. Out: a reason in words, and a run that is held. Always
//! holds: only what the source itself sends is compared; bytes that a person has released are not held again, and bytes
//! that are held, or were refused, make no second run.

use super::report::{RunReport, run_end, unchanged};
use crate::app::App;
use crate::error::AppError;
use crate::feeds::Feed;
use crate::feeds::read::Table;
use crate::store::holds::{BaselineRow, HoldRow};
use crate::store::{Database, StoreError, holds, runs};
use crate::triage::RunStatus;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Shorter lists are never held for having shrunk: of a few rows, some come and go.
const FEWEST_ROWS: usize = 20;

/// What a list is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    rows: usize,
    /// The columns that something reads, but for numbered ones.
    columns: BTreeSet<String>,
}

impl Shape {
    /// What a list of so many rows is like; `unmapped` are the columns that nothing reads, with their sheets.
    pub(super) fn of<'t>(
        heads: impl Iterator<Item = &'t Table>,
        unmapped: &[(Option<String>, String)],
        rows: usize,
    ) -> Shape {
        let unmapped: BTreeSet<&str> = unmapped.iter().map(|(_, column)| column.as_str()).collect();
        // In JSON a field that no row has isn't there, and that says nothing.
        let headed = heads.filter(|table| table.header_row > 0);
        let columns = headed.flat_map(|table| &table.header).filter(|column| !unmapped.contains(column.as_str()));
        Shape { rows, columns: columns.filter_map(|column| compared(column)).collect() }
    }

    /// In what this list is unlike the last, in sentences.
    fn unlike(&self, last: &Shape, max_shrink_percent: u8) -> Option<String> {
        let mut reasons = Vec::new();
        let fewest = last.rows * usize::from(100 - max_shrink_percent.min(100));
        if last.rows >= FEWEST_ROWS && self.rows * 100 < fewest {
            let percent = (last.rows - self.rows) * 100 / last.rows;
            reasons.push(format!(
                "The list has {} rows where the last had {}: {percent} per cent fewer, and {max_shrink_percent} are \
                 allowed (max_shrink_percent).",
                self.rows, last.rows
            ));
        }
        let missing: Vec<String> = match self.columns.is_empty() {
            true => Vec::new(),
            false => last.columns.difference(&self.columns).map(|column| format!("“{column}”")).collect(),
        };
        match missing.as_slice() {
            [] => {}
            [one] => reasons.push(format!("The column {one}, which the last list had, is missing.")),
            several => {
                reasons.push(format!("Columns that the last list had are missing: {}.", several.join(", ")));
            }
        }
        (!reasons.is_empty()).then(|| reasons.join(" "))
    }
}

/// A column's name as it is compared; none for numbered ones, such as those of the second matter of an outcome, which need
/// not come every year.
fn compared(column: &str) -> Option<String> {
    (!column.contains(|letter: char| letter.is_ascii_digit())).then(|| column.trim().to_lowercase())
}

/// In what the list is so unlike the last that a person has to look at it; none when it may be applied.
///
/// # Errors
/// When the database fails.
pub(super) fn reason(
    connection: &mut Database,
    feed: &Feed,
    sha256: &str,
    shape: &Shape,
) -> Result<Option<String>, StoreError> {
    let known = holds::of_bytes(connection, &feed.id, sha256)?;
    if known.is_some_and(|known| known.decision.as_deref() == Some("released")) {
        return Ok(None);
    }
    let Some(last) = holds::baseline(connection, &feed.id)? else { return Ok(None) };
    Ok(shape.unlike(&kept(&last)?, feed.max_shrink_percent))
}

/// Holds the run where its list is unlike the last; none when it may be applied.
///
/// # Errors
/// When the database fails.
pub(super) fn held(
    app: &App,
    feed: &Feed,
    (id, sha256): (i64, &str),
    shape: &Shape,
) -> Result<Option<RunReport>, AppError> {
    app.store.write(|connection| {
        let Some(reason) = reason(connection, feed, sha256, shape)? else { return Ok(None) };
        let known = holds::of_bytes(connection, &feed.id, sha256)?;
        if let Some(known) = known.filter(|known| known.decision.as_deref() != Some("overtaken")) {
            // The source goes on sending what is held already, or was refused.
            runs::forget(connection, id)?;
            return Ok(Some(report(feed, known.run_id, known.reason.clone())));
        }
        let hold = HoldRow {
            run_id: id,
            feed: feed.id.clone(),
            sha256: sha256.to_owned(),
            reason: reason.clone(),
            held_at: app.clock.now().as_microsecond(),
            decision: None,
            decided_at: None,
            decided_by: None,
            decision_reason: None,
        };
        holds::hold(connection, &hold)?;
        let report = report(feed, id, reason);
        let mut end = run_end(&report, app, Some(sha256));
        end.notes = "{}".to_owned();
        end.message = report.notes.first().cloned();
        runs::end(connection, id, &end)?;
        Ok(Some(report))
    })
}

/// Remembers what the list is like that is being applied; whatever waited before it is overtaken.
///
/// # Errors
/// When the database fails.
pub(super) fn taken(
    connection: &mut Database,
    feed: &Feed,
    (run_id, now): (i64, Timestamp),
    shape: &Shape,
) -> Result<(), StoreError> {
    holds::overtake(connection, &feed.id, now.as_microsecond())?;
    let columns: Vec<&str> = shape.columns.iter().map(String::as_str).collect();
    let row = BaselineRow {
        feed: feed.id.clone(),
        run_id,
        rows_read: i32::try_from(shape.rows).unwrap_or(i32::MAX),
        headings: serde_json::Value::from(columns).to_string(),
    };
    holds::remember(connection, &row)
}

fn kept(row: &BaselineRow) -> Result<Shape, StoreError> {
    let corrupt = |because: String| StoreError::Corrupt { place: format!("the last list of {}", row.feed), because };
    Ok(Shape {
        rows: usize::try_from(row.rows_read).unwrap_or(0),
        columns: serde_json::from_str(&row.headings).map_err(|error| corrupt(error.to_string()))?,
    })
}

fn report(feed: &Feed, run: i64, reason: String) -> RunReport {
    RunReport { status: RunStatus::Held, notes: vec![reason], ..unchanged(&feed.id, Some(run)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(rows: usize, columns: &[&str]) -> Shape {
        Shape { rows, columns: columns.iter().filter_map(|column| compared(column)).collect() }
    }

    #[test]
    fn a_list_that_shrinks_by_more_than_declared_is_unlike_the_last() {
        let unlike = |now, last, percent| shape(now, &["a"]).unlike(&shape(last, &["a"]), percent);
        assert_eq!(unlike(70, 100, 30), None);
        let reason = unlike(69, 100, 30).unwrap();
        assert_eq!(
            reason,
            "The list has 69 rows where the last had 100: 31 per cent fewer, and 30 are allowed (max_shrink_percent)."
        );
        assert_eq!(unlike(0, 100, 100), None);
        assert!(unlike(99, 100, 0).is_some());
        assert_eq!(unlike(1, FEWEST_ROWS - 1, 30), None);
        assert_eq!(unlike(500, 100, 30), None);
    }

    #[test]
    fn a_column_that_was_read_and_is_gone_is_told_but_not_a_numbered_one() {
        let last = shape(5, &["Name", "matter_1_class", "matter_2_class", "status"]);
        assert_eq!(shape(5, &["name", "matter_1_class", "Status", "new"]).unlike(&last, 30), None);
        assert_eq!(
            shape(5, &["name"]).unlike(&last, 30).unwrap(),
            "The column “status”, which the last list had, is missing."
        );
        let two = shape(5, &["name", "status", "date"]);
        assert!(shape(5, &["date"]).unlike(&two, 30).unwrap().contains("“name”, “status”"));
        assert_eq!(shape(5, &[]).unlike(&last, 30), None, "JSON heads no columns");
    }
}
