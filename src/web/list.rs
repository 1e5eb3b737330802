//! Monday's list: who to be in touch with first, and why.
//!
//! In: a part of the list, the query that chose it, today's date. Out: the page at `/`. Always holds: councils stand in
//! the order in which they came; there are no ranks; what has not been assessed is said on every line; every state of the
//! page is an address.

mod controls;

use super::address;
use super::page::Shell;
use super::words::{self, Named, When};
use crate::auth::Action;
use crate::scoring::Indicator;
use crate::triage::{CouncilLine, ListPage, ListQuery, Trend};
use askama::Template;
use controls::{AllBands, BandLink, Column, Filter, Form, Pages, Shown};
use jiff::civil::Date;

#[derive(Template)]
#[template(path = "list.html")]
struct ListTemplate<'a> {
    shell: &'a Shell<'a>,
    today: When,
    strip: Vec<BandLink>,
    all: AllBands,
    form: Form<'a>,
    filters: Vec<Filter>,
    columns: Vec<Column>,
    caption: String,
    lines: Vec<Line<'a>>,
    empty: Option<Empty>,
    pages: Pages,
    key: [Named; 5],
    /// The addresses of the list as CSV and as a workbook, for those who may take it away.
    files: Option<(String, String)>,
}

struct Line<'a> {
    href: String,
    name: &'a str,
    district: &'a str,
    county: &'a str,
    band: Named,
    sentence: &'a str,
    firing: Vec<Firing>,
    not_assessed: Vec<Named>,
    coverage: &'static str,
    /// None where nothing is known: a nought would look like good news.
    points: Option<String>,
    trend: Named,
    change: Option<String>,
    /// Set where the score is of another day than today.
    as_of: Option<When>,
}

struct Firing {
    indicator: Named,
    points: String,
}

/// Why there are no lines, and what to do.
struct Empty {
    title: &'static str,
    advice: &'static str,
    link: Option<(String, &'static str)>,
}

/// Monday's list as a page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(page: &ListPage, query: &ListQuery, today: Date, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let shown = Shown::of(page, query);
    ListTemplate {
        shell,
        today: words::weekday(today),
        strip: controls::strip(page, query),
        all: controls::all_bands(page, query),
        form: controls::form(page, query),
        filters: controls::filters(query),
        columns: controls::columns(query),
        caption: controls::caption(query, &shown),
        lines: page.lines.iter().map(|line| one_line(line, today)).collect(),
        empty: page.lines.is_empty().then(|| why_empty(page, query)),
        pages: controls::pages(query, &shown),
        key: Indicator::ALL.map(words::indicator),
        files: shell
            .may(Action::Export)
            .then(|| (address::of_list_file(query, "csv"), address::of_list_file(query, "xlsx"))),
    }
    .render()
}

fn one_line(line: &CouncilLine, today: Date) -> Line<'_> {
    let firing = line.indicators.iter().filter(|score| score.points > 0);
    let firing = firing
        .map(|score| Firing { indicator: words::indicator(score.indicator), points: words::points(score.points) });
    Line {
        href: address::of_council(&line.gss_code),
        name: &line.name,
        district: &line.district,
        county: &line.county,
        band: words::band(line.band),
        sentence: &line.sentence,
        firing: firing.collect(),
        not_assessed: line.not_assessed.iter().map(|indicator| words::indicator(*indicator)).collect(),
        coverage: match line.not_assessed.len() {
            0 => "All five indicators assessed",
            1..5 => "Not assessed:",
            _ => "None of the five indicators has been assessed:",
        },
        points: words::total(line.band, line.total),
        trend: words::trend(line.trend),
        change: match line.trend {
            Trend::New => Some("no earlier score".to_owned()),
            Trend::Level => None,
            Trend::Rising | Trend::Falling => Some(words::change(line.change)),
        },
        as_of: (line.as_of != today).then(|| words::day(line.as_of)),
    }
}

fn why_empty(page: &ListPage, query: &ListQuery) -> Empty {
    if page.matching > 0 {
        let link = Some((controls::address_with(query, |_| ()), "Go to the first page"));
        return Empty {
            title: "This page is past the end of the list",
            advice: "The list has become shorter, or the page’s number was mistyped.",
            link,
        };
    }
    if controls::filters(query).is_empty() {
        return Empty {
            title: "There are no councils yet",
            advice: "The register of parishes has not been loaded. Whoever runs Bellwether does that once; after \
                     it, every source that runs fills this list.",
            link: Some(("/feeds".to_owned(), "See which sources have run")),
        };
    }
    let all = ListQuery { sort: query.sort, reverse: query.reverse, limit: query.limit, ..ListQuery::default() };
    Empty {
        title: "No council fits all of these filters",
        advice: "Take one of the filters above away, or look for a shorter part of the name.",
        link: Some((address::of_list(&all), "Show every council")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::address::read_list;
    use crate::web::examples::check::Checked;
    use crate::web::examples::{self, MARKUP, TODAY};

    const SHELL: Shell<'_> = Shell { demo: true, version: "0.1.0", path: "/", account: None };

    fn shown(page: &ListPage, keys: &str) -> Checked {
        Checked::read(&render(page, &read_list(keys).unwrap(), TODAY, &SHELL).unwrap())
    }

    fn empty() -> ListPage {
        ListPage { lines: vec![], matching: 0, ..examples::page() }
    }

    #[test]
    fn councils_keep_their_order_and_lead_to_their_pages() {
        let page = shown(&examples::page(), "page=2");
        let names: Vec<String> = examples::lines().into_iter().map(|line| line.name).collect();
        assert_eq!(page.texts_of_class("council"), names);
        assert_eq!(page.link("Quillover"), Some("/councils/E04999004"));
        assert_eq!(page.link(MARKUP), Some("/councils/E04999002"));
        assert_eq!(page.texts("caption"), ["Councils by priority: 31–37 of 612"]);
        assert!(page.text().contains("Monday 24 November 2025"));
        for rank in ["rank", "worst", "league", "1st"] {
            assert!(!page.text().to_lowercase().contains(rank), "{rank}");
        }
    }

    #[test]
    fn every_band_is_a_word_with_a_shape() {
        let page = shown(&examples::page(), "");
        let bands = page.texts_of_class("band");
        assert_eq!(bands[..3], ["Priority review", "Offer support", "Offer support"]);
        for shape in page.all("use") {
            let shape = shape.get("href").unwrap().trim_start_matches('#');
            assert!(page.all("symbol").any(|symbol| symbol.get("id") == Some(shape)), "{shape}");
        }
    }

    #[test]
    fn what_is_not_assessed_is_said_and_shows_no_nought() {
        let page = shown(&examples::page(), "");
        assert_eq!(
            page.texts_of_class("coverage")[..2],
            ["Not assessed: d, Council and community; e, Other law-breaking", "Not assessed: e, Other law-breaking",]
        );
        assert_eq!(page.texts_of_class("coverage")[4], "All five indicators assessed");
        assert!(page.texts_of_class("coverage")[5].starts_with("None of the five indicators has been assessed"));
        assert_eq!(page.texts_of_class("col-points")[1..], ["18.4", "7.1", "6.1", "1.0", "1.0", "not known", "0.0"]);
        assert!(page.text().contains("a gap in what we know, not a clean record"));
    }

    #[test]
    fn points_trend_and_age_are_words_too() {
        let page = shown(&examples::page(), "");
        assert_eq!(page.texts_of_class("trend")[..3], ["Rising", "Falling", "New"]);
        assert_eq!(page.texts_of_class("change"), ["+7.2", "−1.4", "no earlier score", "−0.3", "no earlier score"]);
        assert_eq!(page.texts_of_class("as-of"), ["Worked out on 20 November 2025"]);
        assert!(
            page.texts_of_class("firing")[1]
                .ends_with("b, Procedures and decisions 0.9; d, Council and community under 0.1")
        );
    }

    #[test]
    fn the_form_holds_what_is_chosen_and_carries_the_order_along() {
        let page = shown(&examples::page(), "county=Wexmoor+%26+Dale&band=monitor&name=%22a%22&sort=name&reverse=1");
        let chosen: Vec<&str> = page
            .all("option")
            .filter(|option| option.get("selected").is_some())
            .map(|option| option.get("value").unwrap())
            .collect();
        assert_eq!(chosen, ["Wexmoor & Dale", "monitor"]);
        let inputs: Vec<_> = page.all("input").map(|input| (input.get("name"), input.get("value"))).collect();
        assert_eq!(inputs, [(Some("name"), Some("\"a\"")), (Some("sort"), Some("name")), (Some("reverse"), Some("1"))]);
        assert!(page.texts("option").contains(&"Monitor (118)".to_owned()));
    }

    #[test]
    fn each_filter_can_be_taken_away_by_itself() {
        let page = shown(&examples::page(), "county=Eastholm&band=monitor&indicator=b&name=fold&page=3");
        for (filter, without) in [
            ("County: Eastholm", "/?band=monitor&indicator=b&name=fold"),
            ("Band: Monitor", "/?county=Eastholm&indicator=b&name=fold"),
            ("Indicator: b – Procedures and decisions", "/?county=Eastholm&band=monitor&name=fold"),
            ("Name: “fold”", "/?county=Eastholm&band=monitor&indicator=b"),
        ] {
            assert_eq!(page.link(&format!("Remove the filter {filter}")), Some(without), "{filter}");
        }
    }

    #[test]
    fn a_filter_on_a_county_that_is_not_registered_stays_in_sight() {
        let page = shown(&empty(), "county=Atlantis");
        assert!(
            page.all("option")
                .any(|option| option.get("value") == Some("Atlantis") && option.get("selected").is_some())
        );
    }

    #[test]
    fn bands_in_the_strip_set_the_filter_and_keep_the_others() {
        let page = shown(&examples::page(), "county=Eastholm&band=monitor&page=2");
        assert_eq!(page.link("9 councils: Priority review"), Some("/?county=Eastholm&band=priority_review"));
        assert_eq!(page.link("All bands: 612"), Some("/?county=Eastholm"));
        let current: Vec<_> = page.all("a").filter(|link| link.get("aria-current") == Some("true")).collect();
        assert_eq!(current.len(), 1);
        assert_eq!(current[0].get("class"), Some("strip-monitor"));
    }

    #[test]
    fn headings_sort_and_turn_round_and_say_which_way() {
        let sorted = |keys: &str| -> Vec<(String, Option<String>, Option<String>)> {
            let page = shown(&examples::page(), keys);
            let headings = page.all("th").filter(|heading| heading.get("scope") == Some("col"));
            let links = page.all("a").filter(|link| link.text.contains(", sort "));
            headings
                .zip(links)
                .map(|(heading, link)| {
                    (
                        link.text.clone(),
                        heading.get("aria-sort").map(str::to_owned),
                        link.get("href").map(str::to_owned),
                    )
                })
                .filter(|(_, sort, _)| sort.is_some())
                .collect()
        };
        let one =
            |text: &str, sort: &str, href: &str| vec![(text.to_owned(), Some(sort.to_owned()), Some(href.to_owned()))];
        assert_eq!(sorted("page=2"), one("Band and why, sort by priority, lowest first", "descending", "/?reverse=1"));
        assert_eq!(sorted("reverse=1"), one("Band and why, sort by priority", "ascending", "/"));
        assert_eq!(sorted("sort=name"), one("Council, sort from Z to A", "ascending", "/?sort=name&reverse=1"));
        assert_eq!(
            sorted("sort=points&reverse=1"),
            one("Points, sort most points first", "ascending", "/?sort=points")
        );
    }

    #[test]
    fn pages_lead_first_back_on_and_last() {
        let page = shown(&examples::page(), "band=monitor&page=2");
        assert_eq!(page.link("First page"), Some("/?band=monitor"));
        assert_eq!(page.link("Previous page"), Some("/?band=monitor"));
        assert_eq!(page.link("Next page"), Some("/?band=monitor&page=3"));
        assert_eq!(page.link("Last page"), Some("/?band=monitor&page=21"));
        assert!(page.text().contains("Page 2 of 21"));
        let last = shown(&examples::page(), "page=21");
        assert_eq!((last.link("Next page"), last.link("Previous page")), (None, Some("/?page=20")));
        assert_eq!(shown(&ListPage { matching: 30, ..examples::page() }, "").link("Next page"), None);
    }

    #[test]
    fn an_empty_list_says_why_and_what_to_do() {
        for (page, keys, title, link) in [
            (empty(), "", "There are no councils yet", ("See which sources have run", "/feeds")),
            (
                empty(),
                "name=x&sort=name",
                "No council fits all of these filters",
                ("Show every council", "/?sort=name"),
            ),
            (
                ListPage { matching: 12, ..empty() },
                "band=monitor&page=9",
                "This page is past the end of the list",
                ("Go to the first page", "/?band=monitor"),
            ),
        ] {
            let page = shown(&page, keys);
            assert!(page.texts("h2").contains(&title.to_owned()), "{title}");
            assert_eq!(page.link(link.0), Some(link.1));
            assert_eq!(page.all("table").count(), 0);
        }
    }
}
