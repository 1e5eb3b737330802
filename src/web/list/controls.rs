//! What moves about in Monday's list: bands, filters, sorting, pages.
//!
//! In: a part of the list and the query that chose it. Out: contexts for `list.html`. Always holds: each control is an
//! address or a form that makes one, and a change of filter or order starts at the first page again.

use crate::scoring::{Band, Indicator};
use crate::triage::{ListPage, ListQuery, Sort};
use crate::web::address;
use crate::web::words::{self, Named};

/// A band with the number of councils in it; following it sets the filter.
pub struct BandLink {
    pub band: Named,
    pub councils: String,
    pub noun: &'static str,
    pub href: String,
    pub chosen: bool,
}

/// The way back to every band.
pub struct AllBands {
    pub councils: String,
    pub href: String,
    pub chosen: bool,
}

/// What the form can be set to, and is.
pub struct Form<'a> {
    pub counties: Vec<Choice<'a>>,
    pub bands: Vec<Choice<'a>>,
    pub indicators: Vec<Choice<'a>>,
    pub name: &'a str,
    /// What the form has to carry along so that the order stays.
    pub sort: Option<&'static str>,
    pub reverse: bool,
}

/// One choice of a select.
pub struct Choice<'a> {
    pub value: &'a str,
    pub title: String,
    pub chosen: bool,
}

/// A filter in force, and the address without it.
pub struct Filter {
    pub says: String,
    pub without: String,
}

/// A heading that sorts.
pub struct Column {
    pub title: &'static str,
    pub class: &'static str,
    pub href: String,
    /// What `aria-sort` says, on the column that the list is sorted by.
    pub sorted: Option<&'static str>,
    /// What following it does, for those who can't see the arrow.
    pub does: String,
}

/// Where in the list one is, and where one can go: address, words, and what `rel` says.
pub struct Pages {
    pub says: String,
    pub links: Vec<(String, &'static str, Option<&'static str>)>,
}

/// Which lines are shown, and how many pages there are.
pub struct Shown {
    pub says: String,
    pub page: i64,
    pub last: i64,
}

impl Shown {
    /// For a part of the list.
    pub fn of(page: &ListPage, query: &ListQuery) -> Shown {
        let limit = query.limit.max(1);
        let first = query.offset.max(0) + 1;
        let end = first + i64::try_from(page.lines.len()).unwrap_or(i64::MAX).saturating_sub(1);
        let matching = words::count(page.matching);
        let says = match page.lines.len() {
            0 => format!("none of {matching}"),
            1 => format!("{} of {matching}", words::count(first)),
            _ => format!("{}–{} of {matching}", words::count(first), words::count(end)),
        };
        Shown { says, page: address::page_number(query), last: (page.matching.max(1) - 1) / limit + 1 }
    }
}

/// The address of the list with something changed; a change of filter or order starts at the first page again.
pub fn address_with(query: &ListQuery, change: impl FnOnce(&mut ListQuery)) -> String {
    let mut changed = ListQuery { offset: 0, ..query.clone() };
    change(&mut changed);
    address::of_list(&changed)
}

/// A link a band.
pub fn strip(page: &ListPage, query: &ListQuery) -> Vec<BandLink> {
    let link = |band: Band, councils: i64| BandLink {
        band: words::band(band),
        councils: words::count(councils),
        noun: if councils == 1 { "council" } else { "councils" },
        href: address_with(query, |query| query.band = Some(band)),
        chosen: query.band == Some(band),
    };
    page.bands.iter().map(|count| link(count.band, count.councils)).collect()
}

/// The way back to every band.
pub fn all_bands(page: &ListPage, query: &ListQuery) -> AllBands {
    AllBands {
        councils: words::count(page.bands.iter().map(|count| count.councils).sum()),
        href: address_with(query, |query| query.band = None),
        chosen: query.band.is_none(),
    }
}

/// The form with what is chosen now; a county that the register doesn't have stays in it, so that it can be taken away.
pub fn form<'a>(page: &'a ListPage, query: &'a ListQuery) -> Form<'a> {
    let county = |county: &'a str| Choice {
        value: county,
        title: county.to_owned(),
        chosen: query.county.as_deref() == Some(county),
    };
    let mut counties: Vec<Choice> = page.counties.iter().map(|name| county(name)).collect();
    if let Some(unknown) = query.county.as_deref().filter(|name| !page.counties.iter().any(|known| known == name)) {
        counties.push(county(unknown));
    }
    let bands = Band::ALL.map(|band| {
        let councils = page.bands.iter().find(|count| count.band == band).map(|count| words::count(count.councils));
        let title = match councils {
            Some(councils) => format!("{} ({councils})", band.title()),
            None => band.title().to_owned(),
        };
        Choice { value: band.name(), title, chosen: query.band == Some(band) }
    });
    let indicators = Indicator::ALL.map(|indicator| Choice {
        value: indicator.letter(),
        title: format!("{} – {}", indicator.letter(), indicator.title()),
        chosen: query.indicator == Some(indicator),
    });
    Form {
        counties,
        bands: bands.into(),
        indicators: indicators.into(),
        name: query.name.as_deref().unwrap_or_default(),
        sort: (query.sort != Sort::default()).then(|| address::sort_name(query.sort)),
        reverse: query.reverse,
    }
}

/// The filters in force.
pub fn filters(query: &ListQuery) -> Vec<Filter> {
    let mut filters = Vec::new();
    if let Some(county) = &query.county {
        let without = address_with(query, |query| query.county = None);
        filters.push(Filter { says: format!("County: {county}"), without });
    }
    if let Some(band) = query.band {
        let without = address_with(query, |query| query.band = None);
        filters.push(Filter { says: format!("Band: {}", band.title()), without });
    }
    if let Some(indicator) = query.indicator {
        let without = address_with(query, |query| query.indicator = None);
        filters.push(Filter { says: format!("Indicator: {} – {}", indicator.letter(), indicator.title()), without });
    }
    if let Some(name) = &query.name {
        let without = address_with(query, |query| query.name = None);
        filters.push(Filter { says: format!("Name: “{name}”"), without });
    }
    filters
}

/// The headings, each of which sorts, or turns the order round where it sorts already.
pub fn columns(query: &ListQuery) -> Vec<Column> {
    // The natural order of each sort: whether it runs upwards, and the words for it and for its reverse.
    let column = |sort, title, class, upwards: bool, natural: &str, turned: &str| {
        let here = query.sort == sort;
        let reverse = here && !query.reverse;
        let sorted = here.then_some(if upwards == query.reverse { "descending" } else { "ascending" });
        let href = address_with(query, |query| (query.sort, query.reverse) = (sort, reverse));
        Column { title, class, href, sorted, does: format!("sort {}", if reverse { turned } else { natural }) }
    };
    vec![
        column(Sort::Name, "Council", "council", true, "from A to Z", "from Z to A"),
        column(Sort::County, "County", "county", true, "from A to Z", "from Z to A"),
        column(Sort::Priority, "Band and why", "why", false, "by priority", "by priority, lowest first"),
        column(Sort::Points, "Points", "points", false, "most points first", "fewest points first"),
        column(Sort::Trend, "Trend", "trend", false, "fastest rising first", "fastest falling first"),
    ]
}

/// What the table shows, in words.
pub fn caption(query: &ListQuery, shown: &Shown) -> String {
    let order = match (query.sort, query.reverse) {
        (Sort::Priority, false) => "by priority",
        (Sort::Priority, true) => "by priority, lowest first",
        (Sort::Name, false) => "by name, from A to Z",
        (Sort::Name, true) => "by name, from Z to A",
        (Sort::Points, false) => "by points, most first",
        (Sort::Points, true) => "by points, fewest first",
        (Sort::County, false) => "by county, from A to Z",
        (Sort::County, true) => "by county, from Z to A",
        (Sort::Trend, false) => "by trend, fastest rising first",
        (Sort::Trend, true) => "by trend, fastest falling first",
    };
    format!("Councils {order}: {}", shown.says)
}

/// The ways to other pages.
pub fn pages(query: &ListQuery, shown: &Shown) -> Pages {
    let to = |page: i64| address_with(query, |query| query.offset = (page - 1).saturating_mul(query.limit.max(1)));
    let mut links = Vec::new();
    if shown.page > 1 {
        links.push((to(1), "First page", None));
        links.push((to((shown.page - 1).min(shown.last)), "Previous page", Some("prev")));
    }
    if shown.page < shown.last {
        links.push((to(shown.page + 1), "Next page", Some("next")));
        links.push((to(shown.last), "Last page", None));
    }
    Pages { says: format!("Page {} of {}", words::count(shown.page), words::count(shown.last)), links }
}
