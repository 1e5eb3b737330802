//! One connection type over SQLite and PostgreSQL, opened by URL, and the pool and transactions on top of it.
//!
//! In: a database URL (`sqlite:PATH`, `postgres://...`). Out: a [`Store`] that runs closures in read or write
//! transactions. Always holds: every write goes through [`Store::write`], which takes SQLite's write lock at its start
//! and tries PostgreSQL's serialization failures again, so a closure given to it must have no effect but on the database.

use super::StoreError;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::{Duration, Instant};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// Replicas that start together wait for each other under this PostgreSQL advisory lock.
const MIGRATION_LOCK: i64 = 0x4265_6c6c;
/// A write that loses a race on PostgreSQL is tried this often before its error is given to the caller.
const TRIES: u32 = 12;
/// No try begins later than this: where each of them waits its ten seconds for a lock, twelve would be two minutes.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Write,
    /// A write that appends to the audit log.
    Record,
}

/// A connection to whichever database the URL names.
#[derive(diesel::MultiConnection)]
pub enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs one diesel query text against the concrete connection, for what `MultiConnection` can't carry: batch inserts
/// and upserts.
macro_rules! each {
    ($connection:expr, |$concrete:ident| $body:expr) => {
        match $connection {
            $crate::store::connection::Database::Sqlite($concrete) => $body,
            $crate::store::connection::Database::Postgres($concrete) => $body,
        }
    };
}
pub(super) use each;

/// Writes rows by statements of one length, which are prepared once, and what is left over by one of its own.
macro_rules! by_statement {
    ($rows:expr, |$part:ident| $body:expr) => {{
        let (whole, rest) = $rows.as_chunks::<{ $crate::store::STATEMENT }>();
        for $part in whole {
            $body?;
        }
        if !rest.is_empty() {
            let $part = rest;
            $body?;
        }
    }};
}
pub(super) use by_statement;

impl Database {
    fn open(url: &str) -> ConnectionResult<Database> {
        if is_postgres(url) {
            let mut postgres = PgConnection::establish(url)?;
            postgres
                .batch_execute(
                    "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'",
                )
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            return Ok(Database::Postgres(postgres));
        }
        let mut sqlite = SqliteConnection::establish(sqlite_path(url))?;
        sqlite
            .batch_execute(
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; \
                 PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF",
            )
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(Database::Sqlite(sqlite))
    }

    fn begin(&mut self, purpose: Purpose) -> QueryResult<()> {
        match (self, purpose) {
            (Database::Sqlite(sqlite), Purpose::Read) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN"),
            (Database::Sqlite(sqlite), _) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
            (Database::Postgres(postgres), Purpose::Read) => AnsiTransactionManager::begin_transaction_sql(
                postgres,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
            (Database::Postgres(postgres), _) => {
                AnsiTransactionManager::begin_transaction_sql(postgres, "BEGIN ISOLATION LEVEL REPEATABLE READ")
            }
        }
    }

    /// Takes turns with everybody else who appends to the audit log. PostgreSQL fixes what a transaction sees with its
    /// first query; taking the lock before any, the last entry seen is the last there is. SQLite has one writer anyway.
    fn take_turns(&mut self) -> QueryResult<()> {
        match self {
            Database::Sqlite(_) => Ok(()),
            Database::Postgres(postgres) => postgres.batch_execute("LOCK TABLE audit_log IN EXCLUSIVE MODE"),
        }
    }

    /// One transaction around `work`: committed when it succeeds, rolled back when it fails.
    fn in_transaction<T, E>(
        &mut self,
        purpose: Purpose,
        work: impl FnOnce(&mut Database) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        type Manager = <Database as Connection>::TransactionManager;
        self.begin(purpose).map_err(StoreError::from)?;
        let turn = if purpose == Purpose::Record { self.take_turns() } else { Ok(()) };
        match turn.map_err(|e| E::from(StoreError::from(e))).and_then(|()| work(self)) {
            Ok(done) => {
                Manager::commit_transaction(self).map_err(StoreError::from)?;
                Ok(done)
            }
            Err(failed) => {
                // The first failure is the one to tell; a connection whose roll-back fails too is broken, and the pool
                // drops it.
                let _ = Manager::rollback_transaction(self);
                Err(failed)
            }
        }
    }

    fn migrate(&mut self) -> Result<usize, StoreError> {
        let applied =
            |result: diesel::migration::Result<usize>| result.map_err(|e| StoreError::Migration(e.to_string()));
        match self {
            Database::Sqlite(sqlite) => {
                applied(sqlite.run_pending_migrations(SQLITE_MIGRATIONS).map(|versions| versions.len()))
            }
            Database::Postgres(postgres) => {
                diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).execute(postgres)?;
                let result = postgres.run_pending_migrations(POSTGRES_MIGRATIONS).map(|versions| versions.len());
                diesel::sql_query(format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).execute(postgres)?;
                applied(result)
            }
        }
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn sqlite_path(url: &str) -> &str {
    url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url)
}

/// The URL without its password, for messages.
fn shown(url: &str) -> String {
    // A password may stand in the query too.
    let url = url.split('?').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}:***@{host}", user.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// Opens pooled connections by URL: the derived `establish` would try each database and hide the error.
struct Opener(String);

impl ManageConnection for Opener {
    type Connection = Database;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Database, Self::Error> {
        Database::open(&self.0).map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, connection: &mut Database) -> Result<(), Self::Error> {
        connection.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut Database) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}

/// The database: a pool of connections, opened and migrated.
#[derive(Clone)]
pub struct Store {
    pool: diesel::r2d2::Pool<Opener>,
    shown: String,
}

impl Store {
    /// Opens the database that `url` names, creates it where it is a SQLite file that isn't there yet, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] when no connection can be made; [`StoreError::Migration`] when the tables can't be
    /// brought up to date.
    pub fn open(url: &str, connections: u32) -> Result<Store, StoreError> {
        let unreachable =
            |because: String| StoreError::Unreachable { shown: shown(url), postgres: is_postgres(url), because };
        if url.contains("://") && !is_postgres(url) && !url.starts_with("sqlite:") {
            return Err(unreachable("only sqlite:PATH and postgres://... can be opened".to_owned()));
        }
        // One connection first, by hand: the pool would try for its whole time-out and then tell less.
        let mut first = Database::open(url).map_err(|e| unreachable(e.to_string()))?;
        first.migrate()?;
        let pool = diesel::r2d2::Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            .build(Opener(url.to_owned()))
            .map_err(|e| unreachable(e.to_string()))?;
        Ok(Store { pool, shown: shown(url) })
    }

    /// The database's URL without its password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Runs `work` on one consistent view of the database.
    ///
    /// # Errors
    /// What `work` gives, or a [`StoreError`] when the database fails.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Database) -> Result<T, E>) -> Result<T, E> {
        self.connection()?.in_transaction(Purpose::Read, work)
    }

    /// Runs `work` in one write transaction: all of it is kept, or nothing. It may run several times.
    ///
    /// # Errors
    /// What `work` gives, or a [`StoreError`] when the database fails.
    pub fn write<T, E>(&self, work: impl FnMut(&mut Database) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + Retryable,
    {
        self.tried(Purpose::Write, work)
    }

    /// As [`Store::write`], for short work that also appends to the audit log: what is done and the entry that says so
    /// are kept together or not at all.
    ///
    /// # Errors
    /// What `work` gives, or a [`StoreError`] when the database fails.
    pub fn record<T, E>(&self, work: impl FnMut(&mut Database) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + Retryable,
    {
        self.tried(Purpose::Record, work)
    }

    fn tried<T, E>(&self, purpose: Purpose, mut work: impl FnMut(&mut Database) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + Retryable,
    {
        let mut connection = self.connection()?;
        let (mut tried, started) = (1, Instant::now());
        loop {
            match connection.in_transaction(purpose, &mut work) {
                Err(failed) if tried < TRIES && started.elapsed() < PATIENCE && failed.is_retryable() => {
                    std::thread::sleep(Duration::from_micros(300 << tried.min(8)));
                    tried += 1;
                }
                result => return result,
            }
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// A [`StoreError`] when it doesn't.
    pub fn ping(&self) -> Result<(), StoreError> {
        self.connection()?.ping().map_err(StoreError::from)
    }

    fn connection(&self) -> Result<diesel::r2d2::PooledConnection<Opener>, StoreError> {
        self.pool.get().map_err(|e| StoreError::Busy { shown: self.shown.clone(), because: e.to_string() })
    }
}

/// Errors that a fresh try of the same transaction may not meet again.
pub trait Retryable {
    /// Whether it is worth trying again.
    fn is_retryable(&self) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(shown("postgres://bell:secret@db.example/wether"), "postgres://bell:***@db.example/wether");
        assert_eq!(shown("postgres://db.example/wether?password=secret"), "postgres://db.example/wether");
        assert_eq!(shown("sqlite:bellwether.db"), "sqlite:bellwether.db");
    }

    #[test]
    fn sqlite_paths_are_taken_in_each_spelling() {
        for url in ["sqlite:a/b.db", "sqlite://a/b.db", "a/b.db"] {
            assert_eq!(sqlite_path(url), "a/b.db");
        }
    }
}
