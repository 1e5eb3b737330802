//! Invented councils, sources and runs that show every part of every page; for tests only.
//!
//! In: nothing. Out: values as the store and the engine would fill them. Always holds: no name here is a real council's,
//! and one name carries markup, so that a page that doesn't escape it is caught.

pub mod accounts;
pub mod check;
pub mod council;
pub mod sources;

use crate::scoring::{Band, Indicator, IndicatorScore};
use crate::triage::{BandCount, CouncilLine, ListPage, Trend};
use jiff::civil::{Date, date};

pub const TODAY: Date = date(2025, 11, 24);
pub const MARKUP: &str = "Oddlery <script>alert('x')</script> & \"Quill\"";
const RULES: &str = "9f2c1e07b5a4d8639f2c1e07b5a4d8639f2c1e07b5a4d8639f2c1e07b5a4d863";
const INPUTS: &str = "41d07ab2c3e8f59641d07ab2c3e8f59641d07ab2c3e8f59641d07ab2c3e8f596";

fn shares(points: [i64; 5]) -> Vec<IndicatorScore> {
    Indicator::ALL.into_iter().zip(points).map(|(indicator, points)| IndicatorScore { indicator, points }).collect()
}

fn line(number: u32, name: &str, band: Band, points: [i64; 5]) -> CouncilLine {
    CouncilLine {
        gss_code: format!("E04999{number:03}"),
        name: name.into(),
        district: "Fenwold Vale".into(),
        county: "Northmarchshire".into(),
        band,
        total: points.iter().sum(),
        indicators: shares(points),
        not_assessed: vec![],
        sentence: "Nothing that counts is known from the sources that cover this council.".into(),
        trend: Trend::Level,
        change: 0,
        as_of: TODAY,
    }
}

/// Seven councils: every band, every trend, every extent of coverage.
pub fn lines() -> Vec<CouncilLine> {
    use Indicator::{B, C, D, E};
    vec![
        CouncilLine {
            sentence: "No annual return was received for 2024/25 or the year before, and the clerk’s post has been empty \
                       for seven months."
                .into(),
            not_assessed: vec![D, E],
            trend: Trend::Rising,
            change: 7_250,
            ..line(1, "Thrumbleby with Ashkettle", Band::PriorityReview, [12_000, 0, 6_400, 0, 0])
        },
        CouncilLine {
            sentence: "The auditor reported the same lack of internal control for the second year running.".into(),
            not_assessed: vec![E],
            trend: Trend::Falling,
            change: -1_480,
            as_of: date(2025, 11, 20),
            ..line(2, MARKUP, Band::OfferSupport, [6_125, 950, 0, 40, 0])
        },
        CouncilLine {
            sentence: "Two code breaches were found this year, one for disrespect and one for not declaring an interest; both \
                       councillors have since taken training."
                .into(),
            district: "Saltmere and Upper Quenby".into(),
            county: "Eastholm".into(),
            trend: Trend::New,
            not_assessed: vec![B, E],
            ..line(3, "Great and Little Wintlewick St Oswin", Band::OfferSupport, [0, 0, 5_800, 300, 0])
        },
        CouncilLine {
            sentence: "The agenda for one meeting was published two days late.".into(),
            not_assessed: vec![C, D, E],
            ..line(4, "Quillover", Band::Monitor, [0, 1_000, 0, 0, 0])
        },
        CouncilLine {
            sentence: "The return arrived in September after a reminder.".into(),
            trend: Trend::Falling,
            change: -300,
            county: "Eastholm".into(),
            ..line(5, "Mossgate-under-Fell", Band::Monitor, [1_050, 0, 0, 0, 0])
        },
        CouncilLine {
            sentence: "No source has told us anything about this council, so nothing can be said.".into(),
            not_assessed: Indicator::ALL.into(),
            trend: Trend::New,
            ..line(6, "Pennyfold", Band::NotAssessed, [0; 5])
        },
        CouncilLine { not_assessed: vec![E], ..line(7, "Larkmeadow", Band::NoCurrentConcern, [0; 5]) },
    ]
}

/// The second page of a list of 612.
pub fn page() -> ListPage {
    let counts = [(Band::PriorityReview, 9), (Band::OfferSupport, 41), (Band::Monitor, 118), (Band::NotAssessed, 203)];
    let rest = (Band::NoCurrentConcern, 241);
    ListPage {
        lines: lines(),
        matching: 612,
        bands: counts.into_iter().chain([rest]).map(|(band, councils)| BandCount { band, councils }).collect(),
        counties: vec!["Eastholm".into(), "Northmarchshire".into(), "Wexmoor & Dale".into()],
    }
}
