//! Monday's list, read from `standings`: filtered, sorted and paged by the database.
//!
//! In: a query of the list. Out: rows of standings with their councils. Always holds: the order is total (it ends with
//! the council's code), so that pages and cursors neither repeat nor skip a council.

use super::connection::MultiBackend;
use super::schema::{councils, published_figures, scores, standings};
use super::scores::StandingRow;
use super::{CHUNK, Database, StoreError};
use crate::auth::Reach;
use crate::scoring::{Band, Indicator};
use crate::triage::{LineKey, ListQuery, Sort};
use diesel::dsl::{InnerJoinQuerySource, count_star};
use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::HashMap;

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

/// That a council is within reach.
fn within(reach: &Reach) -> Condition {
    match reach {
        Reach::Nation => Box::new(councils::id.eq(councils::id)),
        Reach::Counties(counties) => Box::new(councils::county.eq_any(counties.clone())),
        Reach::Council(council) => Box::new(councils::id.eq(*council)),
        Reach::Nothing => Box::new(councils::id.ne(councils::id)),
    }
}

/// Everything the filters ask for within reach, but for the band where `any_band`.
fn conditions(reach: &Reach, query: &ListQuery, any_band: bool) -> Condition {
    let mut all: Condition = Box::new(within(reach).and(councils::current.eq(true)));
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
pub fn list(
    connection: &mut Database,
    reach: &Reach,
    query: &ListQuery,
) -> Result<Vec<(StandingRow, CouncilShown)>, StoreError> {
    use councils::columns as c;
    use standings::columns as s;
    let lines = standings::table
        .inner_join(councils::table)
        .filter(match &query.after {
            None => conditions(reach, query, false),
            Some(key) => {
                Box::new(conditions(reach, query, false).and(comes_after(key, query.sort, query.reverse))) as Condition
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
pub fn bands(connection: &mut Database, reach: &Reach, query: &ListQuery) -> Result<Vec<(Band, i64)>, StoreError> {
    let counted: Vec<(String, i64)> = standings::table
        .inner_join(councils::table)
        .filter(conditions(reach, query, true))
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

/// How many current councils there are by county and by the letters of the indicators that are not assessed there.
///
/// # Errors
/// When the database fails.
pub fn not_assessed(connection: &mut Database) -> Result<Vec<(String, String, i64)>, StoreError> {
    Ok(standings::table
        .inner_join(councils::table)
        .filter(councils::current.eq(true))
        .filter(standings::not_assessed.ne(""))
        .group_by((councils::county, standings::not_assessed))
        .select((councils::county, standings::not_assessed, count_star()))
        .order((councils::county, standings::not_assessed))
        .load(connection)?)
}

/// How many current councils there are by county and band, by the last score of each up to the end of a day (ISO); those
/// that had none by then have no band.
///
/// # Errors
/// When the database fails.
pub fn by_county_on(connection: &mut Database, day: &str) -> Result<Vec<(String, Option<Band>, i64)>, StoreError> {
    let last: Vec<Option<i64>> = scores::table
        .filter(scores::as_of.le(day))
        .group_by(scores::council_id)
        .select(diesel::dsl::max(scores::id))
        .load(connection)?;
    let last: Vec<i64> = last.into_iter().flatten().collect();
    let mut bands: HashMap<i64, Option<Band>> = HashMap::with_capacity(last.len());
    for chunk in last.chunks(CHUNK) {
        let rows: Vec<(i64, String)> = scores::table
            .filter(scores::id.eq_any(chunk))
            .select((scores::council_id, scores::band))
            .load(connection)?;
        bands.extend(rows.into_iter().map(|(council, band)| (council, Band::named(&band))));
    }
    let current: Vec<(i64, String)> = councils::table
        .filter(councils::current.eq(true))
        .filter(councils::county.ne(""))
        .select((councils::id, councils::county))
        .load(connection)?;
    let mut counted: HashMap<(String, Option<Band>), i64> = HashMap::new();
    for (council, county) in current {
        *counted.entry((county, bands.get(&council).copied().flatten())).or_default() += 1;
    }
    Ok(counted.into_iter().map(|((county, band), councils)| (county, band, councils)).collect())
}

/// The figures that were published of a day (ISO), as JSON.
///
/// # Errors
/// When the database fails.
pub fn published(connection: &mut Database, day: &str) -> Result<Option<String>, StoreError> {
    Ok(published_figures::table.find(day).select(published_figures::figures).first(connection).optional()?)
}

/// Keeps the figures of a day as they are published.
///
/// # Errors
/// When the database fails, or another replica published the day at the same moment (tried again by `write`).
pub fn keep_published(connection: &mut Database, day: &str, (at, figures): (i64, &str)) -> Result<(), StoreError> {
    use published_figures::columns as p;
    diesel::insert_into(published_figures::table)
        .values((p::as_of.eq(day), p::published_at.eq(at), p::figures.eq(figures)))
        .execute(connection)?;
    Ok(())
}

/// Every county of the register within reach, in alphabetical order.
///
/// # Errors
/// When the database fails.
pub fn counties(connection: &mut Database, reach: &Reach) -> Result<Vec<String>, StoreError> {
    let counties = councils::table.filter(councils::current.eq(true)).filter(councils::county.ne("")).into_boxed();
    let counties = match reach {
        Reach::Nation => counties,
        Reach::Counties(own) => counties.filter(councils::county.eq_any(own)),
        Reach::Council(council) => counties.filter(councils::id.eq(*council)),
        Reach::Nothing => return Ok(Vec::new()),
    };
    Ok(counties.select(councils::county).distinct().order(councils::county).load(connection)?)
}
