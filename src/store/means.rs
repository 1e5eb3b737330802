//! Columns whose text stands for something: read without keeping the text.
//!
//! In: a text column. Out: what it means. Always holds: text that means nothing is told as that, and is no failure of the
//! whole query; whoever reads the row says which it was.

use super::Database;
use crate::evidence::{EvidenceKind, Standing};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use jiff::civil::Date;

type Either = <Database as diesel::Connection>::Backend;

/// What a column's text means; none where it means nothing.
#[derive(Debug, Clone, Copy, FromSqlRow)]
pub struct Means<T>(pub Option<T>);

/// Something that stands in a column as text.
pub trait Meant: Sized {
    fn meant(text: &str) -> Option<Self>;
}

impl Meant for EvidenceKind {
    fn meant(text: &str) -> Option<EvidenceKind> {
        EvidenceKind::named(text)
    }
}

impl Meant for Standing {
    fn meant(text: &str) -> Option<Standing> {
        Standing::named(text)
    }
}

impl Meant for Date {
    fn meant(text: &str) -> Option<Date> {
        text.parse().ok()
    }
}

impl<T: Meant> FromSql<Text, Sqlite> for Means<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Means(T::meant(value.read_text())))
    }
}

impl<T: Meant> FromSql<Text, Pg> for Means<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Means(std::str::from_utf8(value.as_bytes()).ok().and_then(T::meant)))
    }
}

impl<T: Meant> FromSql<Text, Either> for Means<T> {
    fn from_sql(value: <Either as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Text>()
    }
}
