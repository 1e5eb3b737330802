//! Searching a whole database: every column of every table, as text.

use crate::support::{Backend, World};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

const OF_SQLITE: &str = "SELECT t.name || '.' || c.name AS place FROM sqlite_master t, pragma_table_info(t.name) c \
    WHERE t.type = 'table' ORDER BY 1";
const OF_POSTGRES: &str = "SELECT table_name || '.' || column_name AS place FROM information_schema.columns \
    WHERE table_schema = 'public' ORDER BY 1";

/// The columns (`table.column`) in which some row holds the text.
pub fn holding(world: &World, text: &str) -> Vec<String> {
    match world.backend {
        Backend::Sqlite => {
            let mut connection = SqliteConnection::establish(world.url.strip_prefix("sqlite:").unwrap()).unwrap();
            let columns: Vec<Column> = diesel::sql_query(OF_SQLITE).load(&mut connection).unwrap();
            filtered(columns, |query| {
                diesel::sql_query(query).bind::<Text, _>(text).get_result::<Count>(&mut connection).unwrap().rows
            })
        }
        Backend::Postgres => {
            let mut connection = PgConnection::establish(&world.url).unwrap();
            let columns: Vec<Column> = diesel::sql_query(OF_POSTGRES).load(&mut connection).unwrap();
            filtered(columns, |query| {
                let query = query.replace("instr(", "strpos(").replace('?', "$1");
                diesel::sql_query(query).bind::<Text, _>(text).get_result::<Count>(&mut connection).unwrap().rows
            })
        }
    }
}

fn filtered(columns: Vec<Column>, mut rows: impl FnMut(String) -> i64) -> Vec<String> {
    assert!(columns.len() > 50, "only {} columns were found", columns.len());
    let mut found = Vec::new();
    for Column { place } in columns {
        let (table, column) = place.split_once('.').unwrap();
        let query = format!("SELECT COUNT(*) AS rows FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS TEXT), ?) > 0");
        if rows(query) > 0 {
            found.push(place);
        }
    }
    found
}
