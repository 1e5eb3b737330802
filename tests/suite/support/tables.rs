//! The database itself, for what no part of the program does: a search through everything that is kept, and accounts
//! without a door that makes them.
//!
//! In: a store and a text, or statements that both databases take. Out: where the text stands. Always holds: every column
//! of every table is searched, bytes included, without case; a new table is searched without being named here.

use bellwether::store::{Database, Store, StoreError};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use std::collections::BTreeSet;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    col: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS tab, p.name AS col FROM sqlite_master m, pragma_table_info(m.name) p \
                              WHERE m.type = 'table' ORDER BY 1, 2";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text AS tab, column_name::text AS col \
                                FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2";

/// The columns, as `table.column`, in which the text stands, without case.
pub fn holding(store: &Store, text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let found = store.read(|connection| {
        let columns: Vec<Column> = match connection {
            Database::Sqlite(c) => diesel::sql_query(SQLITE_COLUMNS).load(c)?,
            Database::Postgres(c) => diesel::sql_query(POSTGRES_COLUMNS).load(c)?,
        };
        assert!(columns.len() > 100, "only {} columns were found to search", columns.len());
        let mut holding = Vec::new();
        for Column { tab, col } in columns {
            let count: Count = match connection {
                Database::Sqlite(c) => {
                    let query = format!(
                        "SELECT count(*) AS n FROM \"{tab}\" WHERE instr(lower(CAST(\"{col}\" AS TEXT)), ?) > 0"
                    );
                    diesel::sql_query(query).bind::<Text, _>(&text).get_result(c)?
                }
                Database::Postgres(c) => {
                    let bytes = format!("{tab}.{col}") == "documents.bytes";
                    let read = if bytes { format!("encode(\"{col}\", 'escape')") } else { format!("\"{col}\"::text") };
                    let query = format!("SELECT count(*) AS n FROM \"{tab}\" WHERE strpos(lower({read}), $1) > 0");
                    diesel::sql_query(query).bind::<Text, _>(&text).get_result(c)?
                }
            };
            if count.n > 0 {
                holding.push(format!("{tab}.{col}"));
            }
        }
        Ok::<_, StoreError>(holding)
    });
    found.unwrap()
}

/// The tables, without what the databases and the migrations keep for themselves.
pub fn names(store: &Store) -> BTreeSet<String> {
    let read = store.read(|connection| {
        let columns: Vec<Column> = match connection {
            Database::Sqlite(c) => diesel::sql_query(SQLITE_COLUMNS).load(c)?,
            Database::Postgres(c) => diesel::sql_query(POSTGRES_COLUMNS).load(c)?,
        };
        Ok::<_, StoreError>(columns)
    });
    let own = |name: &String| !name.starts_with("sqlite_") && !name.starts_with("__diesel");
    read.unwrap().into_iter().map(|column| column.tab).filter(own).collect()
}

/// The columns of a table but those.
fn columns_of(connection: &mut Database, table: &str, without: &[&str]) -> Result<Vec<String>, StoreError> {
    let columns: Vec<Column> = match connection {
        Database::Sqlite(c) => diesel::sql_query(SQLITE_COLUMNS).load(c)?,
        Database::Postgres(c) => diesel::sql_query(POSTGRES_COLUMNS).load(c)?,
    };
    let wanted = |column: &Column| column.tab == table && !without.contains(&column.col.as_str());
    Ok(columns.into_iter().filter(wanted).map(|column| column.col).collect())
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The rows of a table as text in the order of that text, without the columns named and with one more, an expression.
pub fn content(store: &Store, table: &str, without: &[&str], more: &str) -> Vec<String> {
    let read = store.read(|connection| {
        let columns = columns_of(connection, table, without)?;
        assert!(!columns.is_empty(), "no table is called {table}");
        let texts = columns.iter().map(|column| format!("coalesce(CAST(\"{column}\" AS TEXT), '-')"));
        let whole = texts.chain([format!("CAST({more} AS TEXT)")]).collect::<Vec<_>>().join(" || ' | ' || ");
        let query = format!("SELECT {whole} AS line FROM {table}");
        let lines: Vec<Line> = match connection {
            Database::Sqlite(c) => diesel::sql_query(query).load(c)?,
            Database::Postgres(c) => diesel::sql_query(query).load(c)?,
        };
        Ok::<_, StoreError>(lines)
    });
    let mut lines: Vec<String> = read.unwrap().into_iter().map(|line| line.line).collect();
    lines.sort_unstable();
    lines
}

/// The number, called n, that a query gives.
pub fn number(store: &Store, query: &str) -> i64 {
    let read = store.read(|connection| {
        let count: Count = match connection {
            Database::Sqlite(c) => diesel::sql_query(query).get_result(c)?,
            Database::Postgres(c) => diesel::sql_query(query).get_result(c)?,
        };
        Ok::<_, StoreError>(count.n)
    });
    read.unwrap()
}

/// Runs statements that both databases take.
pub fn run(store: &Store, statements: &str) {
    store.write(|connection| Ok::<_, StoreError>(connection.batch_execute(statements)?)).unwrap();
}
