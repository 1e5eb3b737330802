//! What every decision shares: a run of its own, the rows that go on waiting, evidence, scores.
//!
//! In: a plan made of held rows, and which of them wait no longer. Out: everything applied in the caller's transaction.
//! Always holds: the feed is held like by a pull, so that no pull comes between; the figures of the run stand for the
//! source's last list as it is known now.

use super::{corrupt, feed_of};
use crate::app::App;
use crate::corrections;
use crate::error::{AppError, Code};
use crate::feeds::Feed;
use crate::ingest::{Plan, Trigger, new_run, schedule_name};
use crate::store::evidence::{NewEvidence, append, highest_versions};
use crate::store::review::{self, WaitingRow};
use crate::store::runs::{RunEnd, RunRow};
use crate::store::{Database, StoreError, feeds, register, runs};
use crate::triage::{Occasion, rescore};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// A run of a person's, under way within one transaction.
pub(super) struct Work<'a> {
    pub app: &'a App,
    pub feed: &'a Feed,
    pub now: Timestamp,
    pub run: i64,
    /// The feed's last run before, whose list it is about.
    pub last: RunRow,
}

/// How the figures of the list change.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Figures {
    pub accepted: usize,
    /// Rows that wait for a person now, less those that did before.
    pub review: i64,
    pub rejected: i64,
}

impl<'a> Work<'a> {
    /// Takes the feed and begins a run of it.
    pub fn begin(
        connection: &mut Database,
        (app, feed): (&'a App, &'a Feed),
        trigger: Trigger,
    ) -> Result<Work<'a>, AppError> {
        let (now, clock) = (app.clock.now(), Timestamp::now());
        let until = clock.saturating_add(SignedDuration::from_mins(1))?;
        if !feeds::lease(connection, &schedule_name(&feed.id), (&app.replica, clock, until), false)? {
            return Err(AppError::new(
                Code::FeedBusy,
                format!("The feed {} is being pulled just now.", feed.id),
                "Wait until that run has ended, and decide then: it may have changed what there is to decide.",
            ));
        }
        let last = runs::last_success(connection, &feed.id, i64::MAX)?
            .ok_or_else(|| corrupt(&format!("feed {}", feed.id), "rows are held of it, and no run succeeded"))?;
        let new = new_run(&feed_of(connection, &feed.id)?, trigger, now);
        let run = runs::begin(connection, &new)?;
        Ok(Work { app, feed, now, run, last })
    }

    /// Keeps what the list held back in view of this run, but for the rows that wait no longer; then appends the plan.
    pub fn apply(&self, connection: &mut Database, plan: &Plan, gone: &[WaitingRow]) -> Result<(), StoreError> {
        runs::hold_still(connection, &self.feed.id, (self.last.id, self.run))?;
        let last = self.last.id;
        let gone: Vec<i64> = gone.iter().filter(|row| row.last_run_id == last).map(|row| row.id).collect();
        review::let_go(connection, &gone, last)?;
        plan.append(connection, self.run, self.now)
    }

    /// Appends versions that say this, each as the next of its chain.
    pub fn append_next(&self, connection: &mut Database, said: Vec<NewEvidence>) -> Result<(), StoreError> {
        let councils: BTreeSet<i64> = said.iter().map(|version| version.council_id).collect();
        let councils: Vec<i64> = councils.into_iter().collect();
        let mut highest: HashMap<(i64, String), i32> = highest_versions(connection, &councils)?
            .into_iter()
            .map(|(council, chain, version)| ((council, chain), version))
            .collect();
        let next = said.into_iter().map(|said| {
            let version = highest.entry((said.council_id, said.chain.clone())).or_insert(0);
            *version += 1;
            NewEvidence { version: *version, run_id: self.run, known_at: self.now.as_microsecond(), ..said }
        });
        let next: Vec<NewEvidence> = next.collect();
        append(connection, &next)
    }

    /// Ends the run, scores the councils, gives the feed back. Gives how many councils have another score.
    pub fn finish(
        &self,
        connection: &mut Database,
        figures: Figures,
        (touched, note): (&BTreeSet<i64>, &str),
    ) -> Result<usize, AppError> {
        let whole = |number: i64| i32::try_from(number.max(0)).unwrap_or(i32::MAX);
        let accepted = i32::try_from(figures.accepted).unwrap_or(i32::MAX);
        let review = whole(i64::from(self.last.rows_for_review) + figures.review);
        let rejected = whole(i64::from(self.last.rows_rejected) + figures.rejected);
        let end = RunEnd {
            finished_at: Some(self.now.as_microsecond()),
            status: "applied".to_owned(),
            sha256: self.last.sha256.clone(),
            rows_read: self.last.rows_read,
            rows_accepted: accepted,
            rows_unchanged: (self.last.rows_read - accepted - review - rejected).max(0),
            rows_for_review: review,
            rows_rejected: rejected,
            notes: serde_json::json!({ "notes": [note], "unmapped": [] }).to_string(),
            code: None,
            message: None,
        };
        // Who was told what a decision replaces has to hear of it, as of what a list replaces.
        corrections::record(connection, (&self.feed.id, self.run), self.now)?;
        runs::end(connection, self.run, &end)?;
        feeds::release(connection, &schedule_name(&self.feed.id), &self.app.replica, None)?;
        if touched.is_empty() {
            return Ok(0);
        }
        let ids: Vec<i64> = touched.iter().copied().collect();
        let councils = register::councils_of(connection, &ids)?;
        let rules = self.app.keep_rules(connection)?;
        let occasion = Occasion {
            rules: &rules.set,
            as_of: self.app.clock.today(),
            cause: &format!("run {} of {}", self.run, self.feed.id),
            now: self.now,
        };
        Ok(rescore(connection, &councils, &occasion)?.changed)
    }
}

/// A number of rows, signed.
pub(super) fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
