//! A council's own list: one line, made of what its own page shows.
//!
//! In: a council, and the list's query. Out: a [`ListPage`] of that line, or of none where a filter leaves it out. Always
//! holds: band, points and sentence are those of the council's own page, so that no line and no filter tells of
//! what the council has not been told yet.

use super::council::whole;
use super::view::{BandCount, CouncilLine, CouncilWhole, ListPage, ListQuery, Trend};
use crate::app::App;
use crate::auth::Reach;
use crate::error::AppError;
use crate::scoring::Band;
use crate::store::register;

/// The list as a council itself sees it.
///
/// # Errors
/// When the database fails.
pub(super) fn own_list(app: &App, council: i64, query: &ListQuery) -> Result<ListPage, AppError> {
    let known = app.store.read(|connection| register::councils_of(connection, &[council]))?.pop();
    let mut page = ListPage { bands: counted(None), ..ListPage::default() };
    let Some(known) = known.filter(|council| council.current) else { return Ok(page) };
    page.counties = vec![known.county];
    let asked = (known.gss_code.as_str(), app.clock.today());
    let line = line(whole(&app.store, &app.in_force()?.set, &Reach::Council(council), asked)?);
    if !is_asked_for(&line, query) {
        return Ok(page);
    }
    page.bands = counted(Some(line.band));
    // There is nothing after the only line.
    if query.band.is_none_or(|band| band == line.band) {
        page.matching = 1;
        if query.offset == 0 && query.after.is_none() {
            page.lines.push(line);
        }
    }
    Ok(page)
}

fn counted(own: Option<Band>) -> Vec<BandCount> {
    Band::ALL.into_iter().map(|band| BandCount { band, councils: i64::from(Some(band) == own) }).collect()
}

/// Whether every filter but the band's leaves the line.
fn is_asked_for(line: &CouncilLine, query: &ListQuery) -> bool {
    let name = query.name.as_deref().map(|name| name.trim().to_lowercase());
    let has_points = |wanted| line.indicators.iter().any(|shown| shown.indicator == wanted && shown.points > 0);
    query.county.as_ref().is_none_or(|county| *county == line.county)
        && name.is_none_or(|name| line.name.to_lowercase().contains(&name))
        && query.indicator.is_none_or(has_points)
}

/// How its points have moved is left out: the points of the past may hold more than the council was told.
fn line(whole: CouncilWhole) -> CouncilLine {
    let CouncilWhole { council, score, .. } = whole;
    CouncilLine {
        gss_code: council.gss_code,
        name: council.name,
        district: council.district,
        county: council.county,
        band: score.band,
        total: score.total,
        not_assessed: score.coverage.iter().filter(|part| !part.assessed).map(|part| part.indicator).collect(),
        indicators: score.indicators,
        sentence: score.sentence,
        trend: Trend::New,
        change: 0,
        as_of: score.as_of,
    }
}
