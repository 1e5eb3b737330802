//! Monday's list: lines in order of priority, with what the filters can be set to.
//!
//! In: a query, and how far whoever asks may see. Out: a [`ListPage`]. Always holds: nothing outside the reach is listed or
//! counted; what the lines show was kept by the last scoring, and nothing is worked out while somebody waits, but for a
//! council's own line, which is made of what its page shows.

use super::own_line::own_list;
use super::view::{BandCount, CouncilLine, ListPage, ListQuery, Trend};
use crate::app::App;
use crate::auth::Reach;
use crate::error::{AppError, Code};
use crate::scoring::{Band, Indicator, IndicatorScore};
use crate::store::scores::StandingRow;
use crate::store::triage::CouncilShown;
use crate::store::{Store, StoreError, triage};

/// The longest part of the list that may be asked for at once.
pub const MOST_LINES: i64 = 500;

/// Points that move by less than this (in milli-points) are level.
const LEVEL_WITHIN: i64 = 500;

/// Reads a part of the list, within reach.
///
/// # Errors
/// [`Code::BadQuery`] for a limit or offset out of range; otherwise when the database fails.
pub fn list(app: &App, reach: &Reach, query: &ListQuery) -> Result<ListPage, AppError> {
    if !(1..=MOST_LINES).contains(&query.limit) || query.offset < 0 {
        return Err(AppError::new(
            Code::BadQuery,
            format!("`limit` is {} and `offset` is {}.", query.limit, query.offset),
            format!("Ask for 1 to {MOST_LINES} councils at a time, from 0 on."),
        ));
    }
    let texts = [&query.county, &query.name];
    if texts.into_iter().flatten().any(|text| text.contains('\0')) {
        return Err(AppError::new(Code::BadQuery, "A filter holds a NUL character.", "Leave it out."));
    }
    if let Reach::Council(council) = reach {
        // What was kept may speak of what the council has not been told yet, and so may any filter by it.
        return own_list(app, *council, query);
    }
    kept_list(&app.store, reach, query)
}

/// The lines that the last scoring kept, within reach; for a query whose limits were checked.
///
/// # Errors
/// When the database fails.
pub(super) fn kept_list(store: &Store, reach: &Reach, query: &ListQuery) -> Result<ListPage, AppError> {
    store.read(|connection| {
        let lines = triage::list(connection, reach, query)?;
        let counted = triage::bands(connection, reach, query)?;
        let bands: Vec<BandCount> = Band::ALL
            .into_iter()
            .map(|band| BandCount {
                band,
                councils: counted.iter().find(|(counted, _)| *counted == band).map_or(0, |(_, councils)| *councils),
            })
            .collect();
        let asked = |count: &&BandCount| query.band.is_none_or(|band| band == count.band);
        Ok(ListPage {
            lines: lines.into_iter().map(line).collect::<Result<Vec<_>, StoreError>>()?,
            matching: bands.iter().filter(asked).map(|count| count.councils).sum(),
            bands,
            counties: triage::counties(connection, reach)?,
        })
    })
}

fn line(
    (standing, (gss_code, name, district, county)): (StandingRow, CouncilShown),
) -> Result<CouncilLine, StoreError> {
    let corrupt = |because: &str| StoreError::Corrupt {
        place: format!("the standing of {gss_code}"),
        because: because.to_owned(),
    };
    let points = [standing.a, standing.b, standing.c, standing.d, standing.e];
    Ok(CouncilLine {
        band: Band::named(&standing.band).ok_or_else(|| corrupt("its band is unknown"))?,
        as_of: standing.as_of.parse().map_err(|_| corrupt("its date can't be read"))?,
        total: standing.total,
        indicators: Indicator::ALL
            .into_iter()
            .zip(points)
            .map(|(indicator, points)| IndicatorScore { indicator, points })
            .collect(),
        not_assessed: standing
            .not_assessed
            .chars()
            .filter_map(|letter| Indicator::named(&letter.to_string()))
            .collect(),
        trend: match standing.change {
            None => Trend::New,
            Some(change) if change >= LEVEL_WITHIN => Trend::Rising,
            Some(change) if change <= -LEVEL_WITHIN => Trend::Falling,
            Some(_) => Trend::Level,
        },
        change: standing.change.unwrap_or(0),
        sentence: standing.sentence,
        gss_code,
        name,
        district,
        county,
    })
}
