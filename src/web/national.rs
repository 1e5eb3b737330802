//! The national picture: how many councils stand where, for everybody.
//!
//! In: a [`National`], of which nothing can tell of a single council. Out: the page at `/national`. Always holds: the page,
//! drawings included, is made of what is published alone; a county's hidden counts are drawn as one.

use super::page::Shell;
use super::words::{self, Named, When};
use crate::scoring::Band;
use crate::statistics::{PublishedBand, PublishedCounty};
use crate::triage::National;
use askama::Template;

/// The width of a whole bar in the drawing's own units.
const WHOLE: i64 = 1000;

#[derive(Template)]
#[template(path = "national.html")]
struct NationalTemplate<'a> {
    shell: &'a Shell<'a>,
    as_of: When,
    note: &'a str,
    bands: Vec<Named>,
    counties: Vec<County<'a>>,
    totals: Vec<Cell>,
    councils: String,
    councils_in_totals: String,
    /// Whether the totals by band are of fewer councils than there are.
    in_part: bool,
}

struct County<'a> {
    name: &'a str,
    councils: String,
    cells: Vec<Cell>,
    parts: Vec<Part>,
}

struct Cell {
    band: Named,
    /// None where it is suppressed.
    councils: Option<String>,
}

/// A part of a bar, from the left; of a band, or of all that is hidden together.
struct Part {
    name: &'static str,
    from: i64,
    width: i64,
}

/// The page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &National, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let published = &view.published;
    NationalTemplate {
        shell,
        as_of: words::day(view.as_of),
        note: &published.note,
        bands: Band::ALL.into_iter().map(words::band).collect(),
        counties: published.counties.iter().map(county).collect(),
        totals: published.england.iter().map(cell).collect(),
        councils: words::count(published.councils),
        councils_in_totals: words::count(published.councils_in_totals),
        in_part: published.councils_in_totals < published.councils,
    }
    .render()
}

fn county(county: &PublishedCounty) -> County<'_> {
    County {
        name: &county.county,
        councils: words::count(county.councils),
        cells: county.bands.iter().map(cell).collect(),
        parts: parts(county),
    }
}

fn cell(band: &PublishedBand) -> Cell {
    Cell { band: words::band(band.band), councils: band.councils.map(words::count) }
}

/// The bar of a county: a part for each count that is shown, then one for all the others together, which is no more than
/// the county's number of councils less what is shown.
fn parts(county: &PublishedCounty) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut before = 0;
    let at = |councils: i64| councils.saturating_mul(WHOLE) / county.councils.max(1);
    for band in &county.bands {
        let Some(councils) = band.councils.filter(|councils| *councils > 0) else { continue };
        let (from, until) = (at(before), at(before.saturating_add(councils)));
        parts.push(Part { name: words::band(band.band).name, from, width: until - from });
        before = before.saturating_add(councils);
    }
    if before < county.councils {
        parts.push(Part { name: "hidden", from: at(before), width: WHOLE - at(before) });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{Published, SUPPRESSED_BELOW};
    use crate::web::examples::MARKUP;
    use crate::web::examples::accounts::{account, shell};
    use crate::web::examples::check::Checked;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn bands(counts: [Option<i64>; 5]) -> Vec<PublishedBand> {
        Band::ALL.into_iter().zip(counts).map(|(band, councils)| PublishedBand { band, councils }).collect()
    }

    fn picture() -> National {
        let county =
            |name: &str, councils, counts| PublishedCounty { county: name.to_owned(), councils, bands: bands(counts) };
        National {
            as_of: date(2026, 10, 31),
            published: Published {
                counties: vec![
                    county("Fennmarch", 1_240, [Some(16), Some(61), Some(203), Some(560), Some(400)]),
                    county("Little Rutmoor", 14, [None; 5]),
                    county(MARKUP, 212, [None, Some(0), None, Some(102), Some(90)]),
                ],
                england: bands([None, Some(61), None, Some(662), Some(490)]),
                councils: 1_466,
                councils_in_totals: 1_452,
                suppressed_below: SUPPRESSED_BELOW,
                note: "Counts of one to four councils are suppressed.".to_owned(),
            },
        }
    }

    fn page(view: &National) -> Checked {
        Checked::read(&render(view, &shell("/national", None)).unwrap())
    }

    #[test]
    fn everybody_sees_the_counts_and_what_is_kept_back() {
        let page = page(&picture());
        assert_eq!(page.title(), "The national picture – Bellwether");
        assert!(page.text().contains("31 October 2026"));
        let rows = page.texts("tr");
        assert_eq!(rows.len(), 5);
        assert!(rows[1].starts_with("Fennmarch") && rows[1].ends_with("1,240 16 61 203 560 400"), "{}", rows[1]);
        assert!(rows[2].ends_with("14 suppressed suppressed suppressed suppressed suppressed"), "{}", rows[2]);
        assert!(rows[3].ends_with("212 suppressed 0 suppressed 102 90"), "{}", rows[3]);
        assert!(rows[4].ends_with("1,466 suppressed 61 suppressed 662 490"), "{}", rows[4]);
        assert!(page.text().contains("Counts of one to four councils are suppressed."));
        assert!(page.text().contains("The totals by band are of 1,452 of them"));
        assert!(page.texts("h2").contains(&"What it is not".to_owned()));
        assert_eq!(page.link("The same figures as JSON"), Some("/api/v1/national"));
    }

    #[test]
    fn it_is_shown_within_to_those_who_have_signed_in_too() {
        let account = account(&[]);
        let page = Checked::read(&render(&picture(), &shell("/national", Some(&account))).unwrap());
        assert_eq!(page.link("Sign in"), None);
    }

    #[test]
    fn before_anything_is_published_it_says_so() {
        let mut view = picture();
        view.published.counties.clear();
        let page = page(&view);
        assert!(page.text().contains("No council is in the register yet."));
        assert_eq!(page.all("table").count(), 0);
    }

    #[test]
    fn hidden_counts_are_drawn_as_one() {
        let picture = picture();
        let drawn: Vec<Vec<(&str, i64, i64)>> = picture
            .published
            .counties
            .iter()
            .map(|county| parts(county).iter().map(|part| (part.name, part.from, part.width)).collect())
            .collect();
        assert_eq!(drawn[1], [("hidden", 0, 1000)]);
        assert_eq!(drawn[2], [("not_assessed", 0, 481), ("no_current_concern", 481, 424), ("hidden", 905, 95)]);
        assert_eq!(drawn[0].last(), Some(&("no_current_concern", 677, 323)));
    }

    proptest! {
        /// Two counties that are published alike are drawn alike, whatever is hidden in them.
        #[test]
        fn a_bar_is_whole_and_made_of_what_is_published(
            shown in proptest::collection::vec(proptest::option::of(0_i64..5_000), 5),
            hidden in 0_i64..5_000,
        ) {
            let counts: [Option<i64>; 5] = shown.try_into().unwrap();
            let councils = counts.iter().flatten().sum::<i64>() + hidden;
            let county = PublishedCounty { county: String::new(), councils, bands: bands(counts) };
            let parts = parts(&county);
            let mut end = 0;
            for part in &parts {
                prop_assert_eq!(part.from, end);
                prop_assert!(part.width >= 0);
                end += part.width;
            }
            prop_assert_eq!(end, if councils == 0 { 0 } else { WHOLE });
            prop_assert_eq!(parts.iter().filter(|part| part.name == "hidden").count(), usize::from(hidden > 0));
        }
    }
}
