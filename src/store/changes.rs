//! The evidence's versions in the order in which they may be given out.
//!
//! In: where a reader stopped. Out: what came since. Always holds: a version that is given out has no version before it
//! that can still appear. PostgreSQL's ids are drawn when a row is written and seen when its transaction ends, so that of
//! two runs side by side the later id may be seen first: there, order is that of transactions, and only those are given out
//! that began before every transaction still under way. SQLite has one writer at a time.

use super::connection::each;
use super::evidence::EvidenceRow;
use super::schema::{councils, evidence, feeds};
use super::{Database, StoreError};
use crate::auth::Reach;
use crate::evidence::Item;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// Where a reader stopped: the transaction, and the version's id.
pub type Position = (i64, i64);

/// Whose changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// Of the councils within reach.
    Councils(Reach),
    /// What an organisation of that key sends.
    Sender(String),
}

#[derive(QueryableByName)]
struct Horizon {
    #[diesel(sql_type = BigInt)]
    oldest: i64,
}

/// The first transaction that may still be under way.
fn horizon(connection: &mut Database) -> Result<i64, StoreError> {
    match connection {
        Database::Sqlite(_) => Ok(i64::MAX),
        Database::Postgres(_) => {
            let asked = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest";
            let found: Horizon = each!(connection, |c| diesel::sql_query(asked).get_result(c))?;
            Ok(found.oldest)
        }
    }
}

/// Versions after a position, in order, with where each stands and the run that brought it.
///
/// # Errors
/// When the database fails.
pub fn since(
    connection: &mut Database,
    of: &Of,
    position: Position,
    limit: i64,
) -> Result<Vec<(Position, Item, i64)>, StoreError> {
    use evidence::columns as e;
    let horizon = horizon(connection)?;
    let (transaction, id) = position;
    let mut query = evidence::table
        .into_boxed()
        .filter(e::written_in.lt(horizon))
        .filter(e::written_in.gt(transaction).or(e::written_in.eq(transaction).and(e::id.gt(id))))
        .order((e::written_in, e::id))
        .limit(limit)
        .select((e::written_in, EvidenceRow::as_select()));
    match of {
        Of::Councils(Reach::Nation) => {}
        Of::Councils(Reach::Counties(counties)) => {
            let own = councils::table.filter(councils::county.eq_any(counties)).select(councils::id);
            query = query.filter(e::council_id.eq_any(own));
        }
        Of::Councils(Reach::Council(council)) => query = query.filter(e::council_id.eq(*council)),
        Of::Councils(Reach::Nothing) => return Ok(Vec::new()),
        Of::Sender(organisation) => {
            let own = feeds::table.filter(feeds::owner.eq(organisation)).select(feeds::id);
            query = query.filter(e::feed.eq_any(own));
        }
    }
    let rows: Vec<(i64, EvidenceRow)> = query.load(connection)?;
    rows.into_iter()
        .map(|(written_in, row)| {
            let (item, run) = row.item()?;
            Ok(((written_in, item.id), item, run))
        })
        .collect()
}

/// Whether a position lies beyond every transaction there has been: it comes from a database that was replaced by another.
///
/// # Errors
/// When the database fails.
pub fn is_from_elsewhere(connection: &mut Database, (transaction, _): Position) -> Result<bool, StoreError> {
    match connection {
        Database::Sqlite(_) => Ok(transaction != 0),
        Database::Postgres(_) => {
            let asked = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS oldest";
            let found: Horizon = each!(connection, |c| diesel::sql_query(asked).get_result(c))?;
            Ok(transaction >= found.oldest)
        }
    }
}
