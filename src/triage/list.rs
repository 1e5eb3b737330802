//! Monday's list: lines in order of priority, with what the filters can be set to.
//!
//! In: a query, and how far whoever asks may see. Out: a [`ListPage`]. Always holds: nothing outside the reach is listed or
//! counted; what the lines show was kept by the last scoring; nothing is worked out
//! while somebody waits.

use super::view::{BandCount, CouncilLine, ListPage, ListQuery, Trend};
use crate::auth::Reach;
use crate::error::{AppError, Code};
use crate::scoring::{Band, Indicator, IndicatorScore};
use crate::store::scores::StandingRow;
use crate::store::triage::CouncilShown;
use crate::store::{Store, StoreError, triage};

/// The longest part of the list that may be asked for at once.
pub const MOST_LINES: i64 = 500;

/// What a council's own line says instead of why.
const TO_ITSELF: &str = "Your council's page has what is held, and how to read it.";

/// Points that move by less than this (in milli-points) are level.
const LEVEL_WITHIN: i64 = 500;

/// Reads a part of the list, within reach.
///
/// # Errors
/// [`Code::BadQuery`] for a limit or offset out of range; otherwise when the database fails.
pub fn list(store: &Store, reach: &Reach, query: &ListQuery) -> Result<ListPage, AppError> {
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
        let mut lines = lines.into_iter().map(line).collect::<Result<Vec<_>, StoreError>>()?;
        if matches!(reach, Reach::Council(_)) {
            // The sentence may speak of what the council has not been told yet; its page shows what it has.
            lines.iter_mut().for_each(|line| TO_ITSELF.clone_into(&mut line.sentence));
        }
        Ok(ListPage {
            lines,
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
