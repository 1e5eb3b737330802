//! Delivering: every letter that is due, one after the other.
//!
//! In: the outbox, the clock, the mailer. Out: letters handed over, put back or given up, and how many of each. Always holds: a
//! letter is taken for [`LEASE`], which outlives its conversation, and what became of it is written down only by who still
//! holds it; where the server itself fails, the round ends and the other letters keep their turn.

use super::mailer::{NotSent, Permanent, Temporary};
use super::outbox::opened;
use super::smtp::Conversation;
use super::{Mailer, State, message};
use crate::app::{App, blocking};
use crate::digest::sha256_hex;
use crate::error::AppError;
use crate::store::outbox::{self, LetterRow};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// How long a letter is held by the replica that took it. Longer than the longest time-out of a conversation (90 seconds).
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// The pause after each try that failed, in seconds; after the last of them it stays.
const PAUSES: [i64; 7] = [60, 5 * 60, 15 * 60, 60 * 60, 4 * 60 * 60, 12 * 60 * 60, 24 * 60 * 60];
/// A letter that was tried and still isn't delivered is given up after this long (RFC 5321, section 4.5.4.1, asks for 4 to 5 days).
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);
/// Letters looked for at a time.
const AT_A_TIME: i64 = 50;

/// What became of the letters of one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivered {
    pub sent: usize,
    /// Put back for another try.
    pub retried: usize,
    /// Refused for good, or given up.
    pub failed: usize,
    pub expired: usize,
}

/// Wakes whoever delivers, in this process.
#[derive(Debug, Default)]
pub struct Postbox {
    woken: Notify,
    closed: AtomicBool,
}

impl Postbox {
    /// There is a letter: for after the transaction that queued it. Never waits, and is not lost while a round is under way.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// No further letter is begun in this process.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.woken.notify_one();
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }
}

/// Delivers whenever it is woken, until the postbox is closed; the letter at hand is finished.
pub async fn deliver_when_woken(app: App) {
    while !app.postbox.is_closed() {
        if let Err(error) = deliver_due(&app).await {
            tracing::error!(code = error.code.word(), "letters can't be delivered: {}", error.told());
        }
        app.postbox.woken.notified().await;
    }
}

/// Delivers every letter that is due by the app's clock, which is asked anew for each: a round may take longer than a lease.
///
/// # Errors
/// When the database fails. What goes wrong with a letter is kept with it.
pub async fn deliver_due(app: &App) -> Result<Delivered, AppError> {
    let mut done = Delivered::default();
    end_overdue(app, &mut done).await?;
    if !app.mailer.is_set() {
        return Ok(done);
    }
    let mut conversation = Conversation::default();
    'round: loop {
        let (store, now) = (app.store.clone(), app.clock.now().as_microsecond());
        let due = blocking(move || Ok(store.read(|connection| outbox::due(connection, now, AT_A_TIME))?)).await?;
        let mut taken = 0;
        for id in due {
            if app.postbox.is_closed() {
                break 'round;
            }
            let Some(row) = take(app, id).await? else { continue };
            taken += 1;
            let sent = send(app, &mut conversation, &row).await;
            let server_failed = matches!(&sent, Err(NotSent::Temporarily(failure)) if failure.concerns_all);
            write_down(app, row, sent, &mut done).await?;
            if server_failed {
                break 'round;
            }
        }
        // Nothing left, or other replicas have it.
        if taken == 0 {
            break;
        }
    }
    if let Mailer::Smtp(relay) = &*app.mailer {
        conversation.close(relay).await;
    }
    Ok(done)
}

async fn take(app: &App, id: i64) -> Result<Option<LetterRow>, AppError> {
    let (store, owner, now) = (app.store.clone(), app.replica.clone(), app.clock.now());
    blocking(move || {
        let until = now.saturating_add(LEASE)?.as_microsecond();
        Ok(store.write(|connection| outbox::take(connection, id, (&owner, now.as_microsecond(), until)))?)
    })
    .await
}

async fn send(app: &App, conversation: &mut Conversation, row: &LetterRow) -> Result<(), NotSent> {
    let Some(from) = app.mailer.from() else {
        return Err(NotSent::ForGood(Permanent::new("No mail server is set.")));
    };
    // A key that was put back opens it again; until then every letter that it sealed waits.
    let content = app.seal().and_then(|seal| opened(&seal, row));
    let content = content.map_err(|e| NotSent::Temporarily(Temporary::of_letter(e.happened)))?;
    let built = message::build(content, from, row).map_err(NotSent::ForGood)?;
    app.mailer.send(conversation, &built, &file_name(row)).await
}

/// A file's name in a folder of letters: in the order of their queueing; the same at every try.
fn file_name(row: &LetterRow) -> String {
    let queued = Timestamp::from_microsecond(row.queued_at).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ");
    format!("{queued}-{:06}-{}.eml", row.id, row.kind)
}

/// Writes down what became of a letter, if we still hold it.
async fn write_down(
    app: &App,
    row: LetterRow,
    sent: Result<(), NotSent>,
    done: &mut Delivered,
) -> Result<(), AppError> {
    let (store, now) = (app.store.clone(), app.clock.now());
    let (outcome, count) = match &sent {
        Ok(()) => ("delivered", &mut done.sent),
        Err(NotSent::Temporarily(_)) => ("retried", &mut done.retried),
        Err(NotSent::ForGood(_)) => ("failed", &mut done.failed),
    };
    match &sent {
        Ok(()) => tracing::info!(letter = row.id, kind = row.kind, "delivered"),
        Err(NotSent::Temporarily(failure)) => {
            tracing::warn!(letter = row.id, kind = row.kind, attempts = row.attempts, "not delivered yet: {failure}");
        }
        Err(NotSent::ForGood(failure)) => tracing::error!(letter = row.id, kind = row.kind, "not delivered: {failure}"),
    }
    let kind = row.kind.clone();
    let ours = blocking(move || {
        let micros = now.as_microsecond();
        let next = now.saturating_add(pause(row.attempts, &row.message_key))?.as_microsecond();
        Ok(store.write(|connection| match &sent {
            Ok(()) => outbox::end(connection, &row, (State::Delivered, micros), None),
            Err(NotSent::Temporarily(failure)) => outbox::put_back(connection, &row, next, &failure.to_string()),
            Err(NotSent::ForGood(failure)) => {
                outbox::end(connection, &row, (State::FailedPermanently, micros), Some(&failure.to_string()))
            }
        })?)
    })
    .await?;
    if ours {
        *count += 1;
        app.telemetry.count_letter(&kind, outcome);
    } else {
        tracing::warn!(kind, "another replica had taken the letter over meanwhile: it may have gone out twice");
    }
    Ok(())
}

/// How long to wait after a try: the step of [`PAUSES`], shortened by up to a quarter so that letters that failed together
/// don't come back together. By the letter's random key, so that it needs no further randomness.
fn pause(attempts: i32, message_key: &str) -> SignedDuration {
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or_default().min(PAUSES.len() - 1);
    let seconds = PAUSES.get(step).copied().unwrap_or_default();
    let drawn = sha256_hex(format!("{attempts} {message_key}").as_bytes());
    let share = drawn.get(..4).and_then(|digits| i64::from_str_radix(digits, 16).ok()).unwrap_or_default();
    SignedDuration::from_secs(seconds - seconds * share / (4 * 65_536))
}

/// Ends the letters whose link has expired, and those that were tried for days.
async fn end_overdue(app: &App, done: &mut Delivered) -> Result<(), AppError> {
    let (store, now) = (app.store.clone(), app.clock.now());
    let ended = blocking(move || {
        let oldest = now.saturating_sub(GIVEN_UP_AFTER)?.as_microsecond();
        let now = now.as_microsecond();
        // Most often there is none, and no replica should then ask for the write lock.
        let overdue = store.read(|connection| outbox::overdue(connection, now, oldest))?;
        let mut ended = Vec::new();
        for (id, kind, state) in overdue {
            if store.write(|connection| outbox::lapse(connection, id, state, now))? {
                ended.push((id, kind, state));
            }
        }
        Ok::<_, AppError>(ended)
    })
    .await?;
    for (id, kind, state) in ended {
        let (outcome, count) = match state {
            State::Expired => ("expired", &mut done.expired),
            _ => ("failed", &mut done.failed),
        };
        *count += 1;
        app.telemetry.count_letter(&kind, outcome);
        tracing::error!(letter = id, kind, "not delivered in time: {outcome}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pauses_grow_to_a_day_and_differ_between_letters() {
        let longest: Vec<i64> = (1..=9).map(|attempts| PAUSES[usize::min(attempts - 1, 6)]).collect();
        assert_eq!(longest, [60, 300, 900, 3_600, 14_400, 43_200, 86_400, 86_400, 86_400]);
        let different: std::collections::BTreeSet<_> = (0..50).map(|key| pause(4, &key.to_string())).collect();
        assert!(different.len() > 40, "{different:?}");
    }

    proptest! {
        #[test]
        fn a_pause_is_the_step_less_at_most_a_quarter(attempts in 1..2_000_000_000i32, key in ".{0,43}") {
            let step = PAUSES[usize::try_from(attempts - 1).unwrap().min(6)];
            let seconds = pause(attempts, &key).as_secs();
            prop_assert!(seconds <= step && seconds > step * 3 / 4 - 1, "{seconds} of {step}");
        }
    }
}
