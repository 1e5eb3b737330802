//! Many councils scored at once: one thread reads the database, the others score what it has read.
//!
//! In: councils, an engine, a day. Out: their scores, in the councils' order. Always holds: the same as one after the other,
//! whatever the number of threads; only a few shares are in memory.

use super::known::{Covering, Stored};
use crate::scoring::engine::Engine;
use crate::scoring::{Band, Score};
use crate::store::register::CouncilRow;
use crate::store::{Database, StoreError};
use jiff::civil::Date;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Councils in a share: few enough that the last share keeps nobody waiting for long.
const SHARE: usize = 50;
/// Shares that wait to be scored.
const WAITING: usize = 4;
/// The most threads that score; the one that reads keeps no more of them busy.
const MOST_SCORERS: usize = 4;

/// A council's id, its score, and the band that it had before.
pub(super) type Fresh = (i64, Score, Option<Band>);

/// One share's scores, with its place among the shares.
type Done = (usize, Result<Vec<Fresh>, StoreError>);

/// The scores of these councils on a day, in their order.
///
/// # Errors
/// When the database fails.
pub(super) fn scored(
    connection: &mut Database,
    engine: &Engine<'_>,
    councils: &[CouncilRow],
    (as_of, covering): (Date, &Covering),
) -> Result<Vec<Fresh>, StoreError> {
    let score = |stored: Stored<'_>| -> Result<Vec<Fresh>, StoreError> {
        let known = stored.known(covering)?;
        let fresh =
            known.iter().map(|known| (known.context.council_id, known.score(engine, as_of), known.previous_band));
        Ok(fresh.collect())
    };
    if councils.len() <= SHARE {
        return score(Stored::read(connection, councils, as_of)?);
    }
    let scorers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_SCORERS);
    let mut done: Vec<Done> = std::thread::scope(|scope| {
        let (give, taken) = sync_channel(WAITING);
        // Theirs alone: where all of them have panicked, nobody is left to wait for.
        let (taken, score) = (Arc::new(Mutex::new(taken)), &score);
        let mine = |_| Arc::clone(&taken);
        let at_work: Vec<_> = (0..scorers).map(mine).map(|taken| scope.spawn(move || scorer(&taken, score))).collect();
        drop(taken);
        let read = hand_out(connection, councils, as_of, &give);
        drop(give);
        let of_all = at_work.into_iter().map(|thread| thread.join());
        let done: Vec<Done> =
            of_all.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect();
        read.map(|()| done)
    })?;
    done.sort_unstable_by_key(|(place, _)| *place);
    let mut fresh = Vec::with_capacity(councils.len());
    for (_, share) in done {
        fresh.append(&mut share?);
    }
    Ok(fresh)
}

/// Reads one share after the other and gives it to whoever is free.
fn hand_out<'c>(
    connection: &mut Database,
    councils: &'c [CouncilRow],
    as_of: Date,
    give: &SyncSender<(usize, Stored<'c>)>,
) -> Result<(), StoreError> {
    for share in councils.chunks(SHARE).enumerate() {
        // Nobody takes it where every scorer has panicked, which is told when they are joined.
        if give.send((share.0, Stored::read(connection, share.1, as_of)?)).is_err() {
            break;
        }
    }
    Ok(())
}

/// Scores shares until there are no more.
fn scorer<'c>(
    taken: &Mutex<Receiver<(usize, Stored<'c>)>>,
    score: &impl Fn(Stored<'c>) -> Result<Vec<Fresh>, StoreError>,
) -> Vec<Done> {
    let next = || taken.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    std::iter::from_fn(next).map(|(place, stored)| (place, score(stored))).collect()
}
