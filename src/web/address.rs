//! The addresses of pages: Monday's list with its filters, a council, a run.
//!
//! In: a [`ListQuery`], or what stands after the `?` of an address. Out: the other of the two. Always holds: the whole
//! state of the list is in its address; an address that was written is read back as the same query; what is left at its
//! usual value is not written, so that one state has one address.

use crate::scoring::{Band, Indicator};
use crate::triage::{ListQuery, Sort};
use form_urlencoded::{Serializer, byte_serialize, parse};
use std::fmt;

/// Lines on one page of Monday's list.
pub const LINES_A_PAGE: i64 = 30;
/// No list is longer than the register, so a page beyond this is a slip of the pen.
const LAST_PAGE: i64 = 1_000_000;
const SORTS: [(Sort, &str); 5] = [
    (Sort::Priority, "priority"),
    (Sort::Name, "name"),
    (Sort::Points, "points"),
    (Sort::County, "county"),
    (Sort::Trend, "trend"),
];

/// An address of the list that can't be read, with a sentence for each key to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood(pub Vec<String>);

impl fmt::Display for NotUnderstood {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.join(" "))
    }
}

impl std::error::Error for NotUnderstood {}

/// The address of the list in that state: `/`, or `/?band=monitor&page=2`.
pub fn of_list(query: &ListQuery) -> String {
    let mut keys = Serializer::new(String::new());
    let mut write = |key: &str, value: Option<&str>| {
        if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) {
            keys.append_pair(key, value);
        }
    };
    let page = page_number(query).to_string();
    write("county", query.county.as_deref());
    write("band", query.band.map(Band::name));
    write("indicator", query.indicator.map(Indicator::letter));
    write("name", query.name.as_deref());
    write("sort", (query.sort != Sort::default()).then(|| sort_name(query.sort)));
    write("reverse", query.reverse.then_some("1"));
    write("page", (page != "1").then_some(&page));
    match keys.finish() {
        keys if keys.is_empty() => "/".to_owned(),
        keys => format!("/?{keys}"),
    }
}

/// The address of the file with the whole of the list in that state; `format` is `csv` or `xlsx`.
pub fn of_list_file(query: &ListQuery, format: &str) -> String {
    let whole = of_list(&ListQuery { offset: 0, ..query.clone() });
    format!("/list.{format}{}", whole.trim_start_matches('/'))
}

/// Which page of the list the query asks for, from 1.
pub fn page_number(query: &ListQuery) -> i64 {
    query.offset.max(0) / query.limit.max(1) + 1
}

/// What the `sort` key says for a sort.
pub fn sort_name(sort: Sort) -> &'static str {
    SORTS.iter().find(|(known, _)| *known == sort).map_or("priority", |(_, name)| name)
}

/// Reads what stands after the `?` of the list's address. Empty values count as absent (forms send them), keys that the
/// list doesn't have are passed over (mailers add them), of a repeated key the last counts.
///
/// # Errors
/// A sentence for each value that is none of the key's.
pub fn read_list(text: &str) -> Result<ListQuery, NotUnderstood> {
    let mut query = ListQuery { limit: LINES_A_PAGE, ..ListQuery::default() };
    let mut problems = Vec::new();
    for (key, value) in parse(text.as_bytes()) {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let read = match key.as_ref() {
            "county" => set(&mut query.county, Some(value.to_owned())),
            "name" => set(&mut query.name, Some(value.to_owned())),
            "band" => set(&mut query.band, Band::named(value)),
            "indicator" => set(&mut query.indicator, Indicator::named(value)),
            "sort" => SORTS.iter().find(|(_, name)| *name == value).map(|(sort, _)| query.sort = *sort),
            "reverse" => ["0", "1"].contains(&value).then(|| query.reverse = value == "1"),
            "page" => value
                .parse::<i64>()
                .ok()
                .filter(|page| (1..=LAST_PAGE).contains(page))
                .map(|page| query.offset = (page - 1) * LINES_A_PAGE),
            _ => Some(()),
        };
        if read.is_none() {
            problems.push(format!("“{value}” is no {key}: it has to be {}.", allowed(&key)));
        }
    }
    if problems.is_empty() { Ok(query) } else { Err(NotUnderstood(problems)) }
}

fn set<T>(place: &mut Option<T>, value: Option<T>) -> Option<()> {
    value.map(|value| *place = Some(value))
}

fn allowed(key: &str) -> String {
    let words: Vec<&str> = match key {
        "band" => Band::ALL.map(Band::name).into(),
        "indicator" => Indicator::ALL.map(Indicator::letter).into(),
        "sort" => SORTS.map(|(_, name)| name).into(),
        "reverse" => vec!["0", "1"],
        _ => return format!("a whole number from 1 to {LAST_PAGE}"),
    };
    match words.split_last() {
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

/// The address of a council's page.
pub fn of_council(gss_code: &str) -> String {
    format!("/councils/{}", segment(gss_code))
}

/// The address of a council in the API.
pub fn of_council_json(gss_code: &str) -> String {
    format!("/api/v1/councils/{}", segment(gss_code))
}

/// The address of a run's page.
pub fn of_run(id: i64) -> String {
    format!("/runs/{id}")
}

/// One part of a path, percent-encoded. Forms write a space as `+`, paths don't.
pub fn segment(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A source's address if it is one that may be followed from a page (http or https), with the host to show.
pub fn followable(url: &str) -> Option<(&str, &str)> {
    let url = url.trim();
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        url.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).and(url.get(scheme.len()..))
    })?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    (!host.is_empty() && !url.contains(char::is_control)).then_some((url, host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_usual_list_has_the_shortest_address() {
        assert_eq!(of_list(&read_list("").unwrap()), "/");
        assert_eq!(of_list(&read_list("county=&band=&indicator=&name=+&sort=priority&reverse=0&page=1").unwrap()), "/");
    }

    #[test]
    fn every_key_is_written_in_one_order() {
        let query =
            read_list("page=3&reverse=1&sort=trend&name=St+A%26B&indicator=c&band=offer_support&county=East+March");
        assert_eq!(
            of_list(&query.unwrap()),
            "/?county=East+March&band=offer_support&indicator=c&name=St+A%26B&sort=trend&reverse=1&page=3"
        );
    }

    #[test]
    fn what_is_not_understood_is_named_with_what_is_allowed() {
        let NotUnderstood(problems) =
            read_list("band=red&indicator=f&sort=rank&reverse=yes&page=0&utm_source=x").unwrap_err();
        assert_eq!(
            problems,
            [
                "“red” is no band: it has to be priority_review, offer_support, monitor, not_assessed or \
                 no_current_concern.",
                "“f” is no indicator: it has to be a, b, c, d or e.",
                "“rank” is no sort: it has to be priority, name, points, county or trend.",
                "“yes” is no reverse: it has to be 0 or 1.",
                "“0” is no page: it has to be a whole number from 1 to 1000000.",
            ]
        );
    }

    #[test]
    fn paths_hold_nothing_that_would_end_them() {
        assert_eq!(of_council("E04000001"), "/councils/E04000001");
        assert_eq!(of_council("a b/../?\"c"), "/councils/a%20b%2F..%2F%3F%22c");
        assert_eq!(of_council_json("E04000001"), "/api/v1/councils/E04000001");
    }

    #[test]
    fn only_web_addresses_are_followed() {
        assert_eq!(followable(" HTTPS://audit.example/r?x=1 "), Some(("HTTPS://audit.example/r?x=1", "audit.example")));
        assert_eq!(followable("http://name@audit.example#a"), Some(("http://name@audit.example#a", "audit.example")));
        for refused in
            ["javascript:alert(1)", "data:text/html,x", "//audit.example", "https://", "file:///x", "", "htt"]
        {
            assert_eq!(followable(refused), None, "{refused}");
        }
    }

    prop_compose! {
        fn any_query()(
            county in proptest::option::of("[^\\s][ -~é]{0,12}[^\\s]"),
            name in proptest::option::of("[^\\s][^\\x00]{0,12}[^\\s]"),
            band in proptest::option::of(0_usize..5),
            indicator in proptest::option::of(0_usize..5),
            sort in 0_usize..5,
            reverse in any::<bool>(),
            page in 0_i64..LAST_PAGE,
        ) -> ListQuery {
            ListQuery {
                county,
                band: band.map(|at| Band::ALL[at]),
                indicator: indicator.map(|at| Indicator::ALL[at]),
                name,
                sort: SORTS[sort].0,
                reverse,
                offset: page * LINES_A_PAGE,
                limit: LINES_A_PAGE,
                ..ListQuery::default()
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(query in any_query()) {
            let address = of_list(&query);
            prop_assert_eq!(read_list(address.trim_start_matches('/').trim_start_matches('?')).unwrap(), query);
        }

        #[test]
        fn nothing_read_makes_it_fall_over(text in any::<String>()) {
            if let Ok(query) = read_list(&text) {
                prop_assert!(of_list(&query).starts_with('/'));
            }
        }

        #[test]
        fn followable_never_falls_over(text in any::<String>()) {
            if let Some((url, host)) = followable(&text) {
                prop_assert!(url.contains(host));
            }
        }
    }
}
