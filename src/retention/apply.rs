//! Removing what is due, in batches, each with its record.
//!
//! In: a [`Retention`], whoever does it, the instant. Out: an [`Applied`]. Always holds: a batch, its entry in `removals`
//! and its entry in the audit log are kept together or not at all; what is due is looked at again inside the transaction
//! that removes it; applying twice removes nothing the second time.

use super::Retention;
use super::class::{Class, Holds};
use super::due::{Dated, dated};
use super::guard::Thing;
use super::plan::{COUNCILS, limits};
use super::pseudonym::{fresh_key, pseudonym};
use crate::audit::{self, Event};
use crate::auth::{Actor, Who};
use crate::error::{AppError, Code};
use crate::store::register::CouncilRow;
use crate::store::retention::{self as stored, Kept, NewRemoval, Taken};
use crate::store::{Database, register};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Rows removed in one transaction, about: the things of one council go together.
const BATCH: usize = 1000;

/// What an application removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// How many rows went of each class that something went of, in order.
    pub classes: BTreeMap<Class, i64>,
    /// Whether everything that was due is gone: false where the number of batches was limited.
    pub finished: bool,
}

/// One application as it goes on.
struct Going<'a> {
    actor: &'a Actor,
    now: Timestamp,
    dated: Vec<Dated>,
    /// How many more batches may be removed.
    batches: Option<usize>,
    removed: BTreeMap<Class, i64>,
}

impl Going<'_> {
    /// Counts one batch; false when it may not be done.
    fn next(&mut self) -> bool {
        match &mut self.batches {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }

    /// Records what was taken away of a class. The caller holds the transaction.
    fn record(&self, connection: &mut Database, class: Class, taken: &Taken) -> Result<(), AppError> {
        let Some(dated) = self.dated.iter().find(|dated| dated.class == class) else { return Ok(()) };
        let removal = NewRemoval {
            class: class.name().to_owned(),
            what_was_done: class.fate().to_owned(),
            rule: dated.words.clone(),
            cutoff_on: dated.before.to_string(),
            how_many: taken.how_many,
            first_key: taken.first.clone(),
            last_key: taken.last.clone(),
            applied_at: self.now.as_microsecond(),
            actor: self.actor.reference(),
        };
        stored::record(connection, &removal)?;
        let event = Event::new("retention.applied", format!("retention:{}", class.name())).with(serde_json::json!({
            "done": class.fate(),
            "how_many": taken.how_many,
            "before": dated.before.to_string(),
            "first": taken.first,
            "last": taken.last,
            "rule": dated.words,
        }));
        Ok(audit::append(connection, self.actor, &event, self.now)?)
    }

    fn add(&mut self, counts: &BTreeMap<Class, i64>) {
        for (class, count) in counts {
            *self.removed.entry(*class).or_default() += count;
        }
    }
}

impl Retention<'_> {
    /// Removes what is due today. With `batches`, no more than that many transactions: what is left goes the next time.
    ///
    /// # Errors
    /// [`Code::NotPermitted`] for anybody but the command line and the schedule; otherwise when the database fails, and
    /// then what was removed until then stays removed, and recorded.
    pub fn apply(&self, actor: &Actor, now: Timestamp, batches: Option<usize>) -> Result<Applied, AppError> {
        if !matches!(actor.who, Who::Command | Who::System) {
            return Err(AppError::new(
                Code::NotPermitted,
                "What is due is removed by the nightly schedule, or by whoever runs the service.",
                "The page of retention shows what is due and what went.",
            ));
        }
        let dated = dated(self.rules, self.set, self.today);
        let mut going = Going { actor, now, dated, batches, removed: BTreeMap::new() };
        let finished = self.apply_evidence(&mut going)? && self.apply_rows(&mut going)?;
        Ok(Applied { classes: going.removed, finished })
    }

    fn apply_evidence(&self, going: &mut Going<'_>) -> Result<bool, AppError> {
        let councils = self.store.read(register::councils)?;
        for batch in councils.chunks(COUNCILS) {
            let due = self.store.read(|connection| self.evidence_due(connection, batch, &going.dated))?;
            for group in groups(batch, &due.going) {
                if !going.next() {
                    return Ok(false);
                }
                let counts = self.store.record(|connection| self.remove_evidence(connection, group, going))?;
                going.add(&counts);
            }
        }
        Ok(true)
    }

    /// Removes what is due now of the evidence of these councils, and records it by class.
    fn remove_evidence(
        &self,
        connection: &mut Database,
        councils: &[CouncilRow],
        going: &Going<'_>,
    ) -> Result<BTreeMap<Class, i64>, AppError> {
        let due = self.evidence_due(connection, councils, &going.dated)?;
        let mut by_class: BTreeMap<Class, Vec<i64>> = BTreeMap::new();
        for thing in due.going {
            by_class.entry(thing.class).or_default().extend(thing.ids);
        }
        let mut counts = BTreeMap::new();
        for (class, mut ids) in by_class {
            ids.sort_unstable();
            let (Some(first), Some(last)) = (ids.first(), ids.last()) else { continue };
            let how_many = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            let taken = Taken { how_many, first: first.to_string(), last: last.to_string() };
            stored::remove_evidence(connection, &ids, self.today)?;
            going.record(connection, class, &taken)?;
            counts.insert(class, how_many);
        }
        Ok(counts)
    }

    fn apply_rows(&self, going: &mut Going<'_>) -> Result<bool, AppError> {
        let classes: Vec<(Class, Kept)> = going
            .dated
            .iter()
            .filter_map(|dated| match dated.class.holds() {
                Holds::Rows(kept) => Some((dated.class, kept)),
                Holds::Decided(..) | Holds::NeverDecided => None,
            })
            .collect();
        for (class, kept) in classes {
            while self.any_due(kept, going)? {
                if !going.next() {
                    return Ok(false);
                }
                let taken = self.store.record(|connection| self.remove_rows(connection, (class, kept), going))?;
                let Some(taken) = taken else { break };
                going.add(&BTreeMap::from([(class, taken.how_many)]));
            }
        }
        Ok(true)
    }

    fn any_due(&self, kept: Kept, going: &Going<'_>) -> Result<bool, AppError> {
        let limits = limits(&going.dated);
        Ok(self.store.read(|connection| stored::any_due(connection, kept, limits))?)
    }

    /// Removes one batch of a class and records it.
    fn remove_rows(
        &self,
        connection: &mut Database,
        (class, kept): (Class, Kept),
        going: &Going<'_>,
    ) -> Result<Option<Taken>, AppError> {
        let limits = limits(&going.dated);
        let taken = match kept {
            Kept::Scores => self.pseudonymise(connection, limits.scores.day, going.now)?,
            _ => stored::remove(connection, kept, limits, BATCH)?,
        };
        if let Some(taken) = &taken {
            going.record(connection, class, taken)?;
        }
        if kept == Kept::PastScores {
            stored::drop_idle_keys(connection)?;
        }
        Ok(taken)
    }

    fn pseudonymise(
        &self,
        connection: &mut Database,
        before: jiff::civil::Date,
        now: Timestamp,
    ) -> Result<Option<Taken>, AppError> {
        let due = stored::scores_due(connection, before, BATCH)?;
        let named: Vec<i64> = due.iter().map(|score| score.id).collect();
        let (Some(first), Some(last)) = (named.first(), named.last()) else { return Ok(None) };
        let how_many = i64::try_from(named.len()).unwrap_or(i64::MAX);
        let taken = Taken { how_many, first: first.to_string(), last: last.to_string() };
        let key = stored::past_key(connection, &fresh_key()?, now)?;
        let under = |score: stored::DueScore| {
            let pseudonym = pseudonym(&key, &score.gss_code);
            score.under(pseudonym)
        };
        let past: Vec<stored::PastScore> = due.into_iter().map(under).collect();
        stored::pseudonymise(connection, &past, &named)?;
        Ok(Some(taken))
    }
}

/// Councils that follow one another, as many as have about a batch of what is due; those without anything are left out
/// where a group would begin with them.
fn groups<'c>(councils: &'c [CouncilRow], due: &[Thing]) -> Vec<&'c [CouncilRow]> {
    let mut rows: BTreeMap<i64, usize> = BTreeMap::new();
    for thing in due {
        *rows.entry(thing.council_id).or_default() += thing.ids.len();
    }
    let rows_of = |council: &CouncilRow| rows.get(&council.id).copied().unwrap_or(0);
    let mut groups = Vec::new();
    let (mut begin, mut count) = (0, 0);
    for (at, council) in councils.iter().enumerate() {
        let own = rows_of(council);
        if count > 0 && count + own > BATCH {
            groups.extend(councils.get(begin..at));
            (begin, count) = (at, 0);
        }
        if count == 0 {
            begin = at;
        }
        count += own;
    }
    if count > 0 {
        groups.extend(councils.get(begin..));
    }
    groups
}
