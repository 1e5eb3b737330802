//! Disclosure control: which counts are published, so that none tells of a single council.
//!
//! In: five counts a county, in the order of [`Band::ALL`]. Out: a [`Published`] table. Pure; the same counts give the same table.
//!
//! **Against whom.** Somebody who has everything published, the number of councils of every county (the register is public)
//! and this file, and who may be an officer of *one* county and know its five counts. Not against two counties that put their
//! counts together, nor against somebody who knows the bands of single councils from elsewhere.
//!
//! **How.** A *small* count is 1 to 4. Nought is published: that no council of a county is in priority review harms none.
//! 1. A county is shown only if at least two bands hold five councils or more. Otherwise nearly all councils are in one
//!    band, and each one's band is as good as known (group disclosure); or the county is tiny. All five are *withheld*.
//! 2. Small counts are suppressed, and with them the county's *cover*: the first band from the least worrying up that holds
//!    five or more. If the suppressed counts come to fewer than five a band, the cover is too thin: all five are withheld.
//! 3. Totals leave withheld counties out. A band's total is shown if no small count is in it; or if the small counts in it add up to
//!    at least five more than if each were 1, and at least five fewer than if each were 4.
//! 4. Totals of bands that are some county's cover are suppressed, except that the only such band is shown when the
//!    other four are (it follows from them).
//!
//! **Always holds** (tested by searching for the other table, by force where few are possible): for every suppressed count of
//! every county but the reader's own there is another table, with that count one higher or one lower, that is published
//! exactly alike and agrees with all that the reader knows. So at least two values remain, for one who runs this very
//! algorithm as well. Why:
//! - *One county.* Its `h` suppressed counts come to at least `5h`; the small ones to at most `4(h-1)`. Whatever from 1 to 4 each
//!   small one is, the cover, which takes up the difference, is at least `h+4`: still five or more, still the first, still
//!   enough. So rules 1 and 2 leave each small count free from 1 to 4, whatever the others are.
//! - *Totals.* Covers' totals are hidden or follow from the rest, so that what a total says is the sum of the small counts in its band, and
//!   no band's tells of another's. An officer takes off the own count, at most 4. Slack of five on either side leaves one
//!   further council to move up in one county and down in another. Not showing a total says that the sum is near its
//!   lowest or its highest; there too the slack leaves a step.
//! - *The sum of totals* is public. If any is suppressed, a cover's is, which may be anything that the sum leaves: it tells nothing new.
//! - *Withheld counties* are in no total, and of each count in them there is a step (one council moved from or to another
//!   band) that leaves the county withheld.

use super::view::{Published, PublishedBand, PublishedCounty, SUPPRESSED_BELOW};
use crate::scoring::Band;
use std::collections::BTreeMap;

/// The least and the most that a small count can be.
const LEAST_SMALL: i64 = 1;
const MOST_SMALL: i64 = SUPPRESSED_BELOW - 1;

/// By how many councils the small counts of a band must be away from the least and the most that they could add up to, for
/// the total to be shown: an officer's own small count (up to four, so three above the least) and two steps, one of them the one that
/// must remain when another county's count has been varied.
const SLACK: i64 = 5;

/// What becomes of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Shown,
    /// Suppressed: it is small.
    Small,
    /// Suppressed, so that the small ones of the county don't follow from the county's number of councils.
    Cover,
    /// Suppressed with all others of the county.
    Withheld,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    councils: i64,
    fate: Fate,
}

/// The table to publish of these counts: county to the number of councils in each band, in the order of [`Band::ALL`]. A
/// count below nought, which no register gives, is treated as small.
pub fn publish(by_county: &BTreeMap<String, [i64; 5]>) -> Published {
    let rows: Vec<(&String, [Cell; 5])> = by_county.iter().map(|(county, counts)| (county, cells(*counts))).collect();
    let counties: Vec<PublishedCounty> = rows.iter().map(|(county, cells)| published_county(county, cells)).collect();
    let in_totals: Vec<[Cell; 5]> =
        rows.into_iter().map(|(_, cells)| cells).filter(|cells| !is_withheld(cells)).collect();
    let councils = counties.iter().map(|county| county.councils).sum();
    let councils_in_totals = in_totals.iter().flatten().map(|cell| cell.councils).sum();
    Published {
        note: note(&counties, councils, councils_in_totals),
        counties,
        england: totals(&in_totals, councils_in_totals),
        councils,
        councils_in_totals,
        suppressed_below: SUPPRESSED_BELOW,
    }
}

/// Rules 1 and 2: what becomes of one county's counts.
fn cells(counts: [i64; 5]) -> [Cell; 5] {
    let mut cells =
        counts.map(|councils| Cell { councils, fate: if is_small(councils) { Fate::Small } else { Fate::Shown } });
    if counts == [0; 5] {
        return cells;
    }
    let withheld = counts.map(|councils| Cell { councils, fate: Fate::Withheld });
    if counts.into_iter().filter(|councils| is_large(*councils)).count() < 2 {
        return withheld;
    }
    if cells.iter().all(|cell| cell.fate == Fate::Shown) {
        return cells;
    }
    // `Band::ALL` has the least worrying last.
    if let Some(cover) = cells.iter_mut().rfind(|cell| is_large(cell.councils)) {
        cover.fate = Fate::Cover;
    }
    let hidden = cells.iter().filter(|cell| cell.fate != Fate::Shown);
    let over_five_each: i64 = hidden.map(|cell| cell.councils - SUPPRESSED_BELOW).sum();
    if over_five_each < 0 { withheld } else { cells }
}

fn is_small(councils: i64) -> bool {
    councils != 0 && !is_large(councils)
}

fn is_large(councils: i64) -> bool {
    councils >= SUPPRESSED_BELOW
}

fn is_withheld(cells: &[Cell; 5]) -> bool {
    cells.iter().all(|cell| cell.fate == Fate::Withheld)
}

/// Rules 3 and 4: the totals of the counties that are not withheld.
fn totals(rows: &[[Cell; 5]], councils_in_totals: i64) -> Vec<PublishedBand> {
    let columns: Vec<(Band, Vec<Cell>)> = Band::ALL
        .into_iter()
        .enumerate()
        .map(|(position, band)| (band, rows.iter().filter_map(|cells| cells.get(position)).copied().collect()))
        .collect();
    let covers = columns.iter().filter(|(_, column)| is_cover(column)).count();
    let others_shown = columns.iter().all(|(_, column)| is_cover(column) || is_safe_total(column));
    columns
        .iter()
        .map(|(band, column)| {
            let shown = if is_cover(column) { covers == 1 && others_shown } else { is_safe_total(column) };
            // With every county withheld there is nothing to add up; noughts would be read as "none".
            let shown = shown && councils_in_totals > 0;
            PublishedBand { band: *band, councils: shown.then(|| column.iter().map(|cell| cell.councils).sum()) }
        })
        .collect()
}

fn is_cover(column: &[Cell]) -> bool {
    column.iter().any(|cell| cell.fate == Fate::Cover)
}

/// Rule 3: whether the total of a band that is nobody's cover tells nothing of the small counts in it.
fn is_safe_total(column: &[Cell]) -> bool {
    let small: Vec<i64> = column.iter().filter(|cell| cell.fate == Fate::Small).map(|cell| cell.councils).collect();
    let above_least: i64 = small.iter().map(|councils| councils - LEAST_SMALL).sum();
    let below_most: i64 = small.iter().map(|councils| MOST_SMALL - councils).sum();
    small.is_empty() || (above_least >= SLACK && below_most >= SLACK)
}

fn published_county(county: &str, cells: &[Cell; 5]) -> PublishedCounty {
    let bands = Band::ALL
        .into_iter()
        .zip(cells)
        .map(|(band, cell)| PublishedBand { band, councils: (cell.fate == Fate::Shown).then_some(cell.councils) });
    PublishedCounty {
        county: county.to_owned(),
        councils: cells.iter().map(|cell| cell.councils).sum(),
        bands: bands.collect(),
    }
}

/// What the reader should know, in plain words.
fn note(counties: &[PublishedCounty], councils: i64, councils_in_totals: i64) -> String {
    let rule = "Counts of one to four councils are suppressed, so that no figure tells of a single council. With them go larger \
                counts from which they could be worked out: \"suppressed\" doesn't mean that a count is small. Where fewer than two \
                bands of a county hold five councils or more, all its counts are suppressed. Nought is shown.";
    let is_whole = |county: &&PublishedCounty| county.bands.iter().all(|band| band.councils.is_none());
    let left_out = match counties.iter().filter(is_whole).count() {
        0 => return rule.to_owned(),
        1 => "one county is left out because all its counts are suppressed".to_owned(),
        several => format!("{several} counties are left out because all their counts are suppressed"),
    };
    format!("{rule} The totals by band are of {councils_in_totals} of the {councils} councils: {left_out}.")
}
