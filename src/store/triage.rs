//! Monday's list, read from `standings`: filtered, sorted and paged by the database.
//!
//! In: a query of the list. Out: rows of standings with their councils. Always holds: the order is total (it ends with
//! the council's code), so that pages and cursors neither repeat nor skip a council.

use super::connection::MultiBackend;
use super::schema::{councils, standings};
use super::scores::StandingRow;
use super::{Database, StoreError};
use crate::scoring::{Band, Indicator};
use crate::triage::{LineKey, ListQuery, Sort};
use diesel::dsl::{InnerJoinQuerySource, count_star};
use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// A council of the list: code, name, district, county.
pub type CouncilShown = (String, String, String, String);

type Source = InnerJoinQuerySource<standings::table, councils::table>;
type Condition = Box<dyn BoxableExpression<Source, MultiBackend, SqlType = Bool>>;

/// Escapes what LIKE would take for a pattern.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Everything the filters ask for, but for the band where `any_band`.
fn conditions(query: &ListQuery, any_band: bool) -> Condition {
    let mut all: Condition = Box::new(councils::current.eq(true));
    if let Some(county) = &query.county {
        all = Box::new(all.and(councils::county.eq(county.clone())));
    }
    if let (Some(band), false) = (query.band, any_band) {
        all = Box::new(all.and(standings::band.eq(band.name())));
    }
    if let Some(name) = query.name.as_deref().filter(|name| !name.trim().is_empty()) {
        all = Box::new(all.and(councils::name_folded.like(like(name.trim())).escape('\\')));
    }
    match query.indicator {
        None => all,
        Some(Indicator::A) => Box::new(all.and(standings::a.gt(0))),
        Some(Indicator::B) => Box::new(all.and(standings::b.gt(0))),
        Some(Indicator::C) => Box::new(all.and(standings::c.gt(0))),
        Some(Indicator::D) => Box::new(all.and(standings::d.gt(0))),
        Some(Indicator::E) => Box::new(all.and(standings::e.gt(0))),
    }
}

/// That a line comes after `key` in the sort's order.
fn comes_after(key: &LineKey, sort: Sort, reverse: bool) -> Condition {
    use councils::columns as c;
    use standings::columns as s;
    let name = key.name.to_lowercase();
    let (band, total) = (key.band as i32, key.total);
    let by_code = c::name_folded.eq(name.clone()).and(c::gss_code.gt(key.gss_code.clone()));
    // Within equal keys of the sort, name and code decide; the name itself may run backwards.
    let tail: Condition = match (sort, reverse) {
        (Sort::Name, true) => Box::new(c::name_folded.lt(name).or(by_code)),
        _ => Box::new(c::name_folded.gt(name).or(by_code)),
    };
    let by_total = |downwards: bool, tail: Condition| -> Condition {
        let same = s::total.eq(total).and(tail);
        if downwards { Box::new(s::total.lt(total).or(same)) } else { Box::new(s::total.gt(total).or(same)) }
    };
    let by_band = |downwards: bool, tail: Condition| -> Condition {
        let same = s::band_order.eq(band).and(by_total(downwards, tail));
        if downwards { Box::new(s::band_order.lt(band).or(same)) } else { Box::new(s::band_order.gt(band).or(same)) }
    };
    match (sort, reverse) {
        (Sort::Name, _) => tail,
        (Sort::Points, reverse) => by_total(!reverse, tail),
        (Sort::Priority, reverse) => by_band(!reverse, tail),
        (Sort::County, false) => {
            Box::new(c::county.gt(key.county.clone()).or(c::county.eq(key.county.clone()).and(by_band(true, tail))))
        }
        (Sort::County, true) => {
            Box::new(c::county.lt(key.county.clone()).or(c::county.eq(key.county.clone()).and(by_band(true, tail))))
        }
        (Sort::Trend, reverse) => match key.change {
            None => Box::new(s::change.is_null().and(tail)),
            Some(change) => {
                let same = s::change.eq(change).assume_not_null().and(tail);
                let unknown = s::change.is_null();
                if reverse {
                    Box::new(s::change.gt(change).assume_not_null().or(same).or(unknown))
                } else {
                    Box::new(s::change.lt(change).assume_not_null().or(same).or(unknown))
                }
            }
        },
    }
}

/// The part of the list that the query asks for.
///
/// # Errors
/// When the database fails.
pub fn list(connection: &mut Database, query: &ListQuery) -> Result<Vec<(StandingRow, CouncilShown)>, StoreError> {
    use councils::columns as c;
    use standings::columns as s;
    let lines = standings::table
        .inner_join(councils::table)
        .filter(match &query.after {
            None => conditions(query, false),
            Some(key) => {
                Box::new(conditions(query, false).and(comes_after(key, query.sort, query.reverse))) as Condition
            }
        })
        .select((StandingRow::as_select(), (c::gss_code, c::name, c::district, c::county)))
        .into_boxed();
    let lines = match (query.sort, query.reverse) {
        (Sort::Priority, false) => lines.order((s::band_order.desc(), s::total.desc())),
        (Sort::Priority, true) => lines.order((s::band_order.asc(), s::total.asc())),
        (Sort::Points, false) => lines.order(s::total.desc()),
        (Sort::Points, true) => lines.order(s::total.asc()),
        (Sort::County, false) => lines.order((c::county.asc(), s::band_order.desc(), s::total.desc())),
        (Sort::County, true) => lines.order((c::county.desc(), s::band_order.desc(), s::total.desc())),
        // The two databases disagree on where NULL sorts, so it is said.
        (Sort::Trend, false) => lines.order((s::change.is_null().asc(), s::change.desc())),
        (Sort::Trend, true) => lines.order((s::change.is_null().asc(), s::change.asc())),
        (Sort::Name, false) => lines.order(c::name_folded.asc()),
        (Sort::Name, true) => lines.order(c::name_folded.desc()),
    };
    let lines = lines.then_order_by(c::name_folded.asc()).then_order_by(c::gss_code.asc());
    Ok(lines.offset(query.offset).limit(query.limit).load(connection)?)
}

/// How many councils there are in each band under the filters other than the band.
///
/// # Errors
/// When the database fails.
pub fn bands(connection: &mut Database, query: &ListQuery) -> Result<Vec<(Band, i64)>, StoreError> {
    let counted: Vec<(String, i64)> = standings::table
        .inner_join(councils::table)
        .filter(conditions(query, true))
        .group_by(standings::band)
        .select((standings::band, count_star()))
        .load(connection)?;
    Ok(counted.into_iter().filter_map(|(band, count)| Band::named(&band).map(|band| (band, count))).collect())
}

/// How many councils there are by county and band.
///
/// # Errors
/// When the database fails.
pub fn by_county(connection: &mut Database) -> Result<Vec<(String, Band, i64)>, StoreError> {
    let counted: Vec<(String, String, i64)> = standings::table
        .inner_join(councils::table)
        .filter(councils::current.eq(true))
        .group_by((councils::county, standings::band))
        .select((councils::county, standings::band, count_star()))
        .order(councils::county)
        .load(connection)?;
    Ok(counted
        .into_iter()
        .filter_map(|(county, band, count)| Band::named(&band).map(|band| (county, band, count)))
        .collect())
}

/// Every county of the register, in alphabetical order.
///
/// # Errors
/// When the database fails.
pub fn counties(connection: &mut Database) -> Result<Vec<String>, StoreError> {
    let counties = councils::table.filter(councils::current.eq(true)).filter(councils::county.ne(""));
    Ok(counties.select(councils::county).distinct().order(councils::county).load(connection)?)
}
