//! The audit log's page, as rendered.

use super::*;
use crate::web::examples::MARKUP;
use crate::web::examples::accounts::{account, shell};
use crate::web::examples::check::Checked;
use jiff::civil::date;
use serde_json::json;

fn entry(position: i64, action: &str, subject: &str) -> EntryView {
    EntryView {
        position,
        at: "2026-06-01T08:00:00Z".parse().unwrap(),
        actor: "person:12".to_owned(),
        name: Some("Ada Penhallow".to_owned()),
        organisation: Some("Wealdshire Association".to_owned()),
        origin: "203.0.113.7".to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        details: json!({}),
        hash: format!("{position:064}"),
    }
}

fn log() -> Log {
    Log {
        entries: vec![
            entry(1043, "council.seen", "council:E04999001"),
            EntryView {
                details: json!({ "from": ["officer"], "to": ["officer", "manager"], "note": MARKUP, "left": null }),
                ..entry(1042, "person.roles_changed", "person:31")
            },
            EntryView {
                actor: "system".to_owned(),
                name: None,
                organisation: None,
                origin: "schedule".to_owned(),
                ..entry(1041, "weather.changed", &format!("weather:{MARKUP}"))
            },
        ],
        filter: Filter::default(),
        older: Some(1041),
        head: Some((2_043, "9f2c1e07b5a4d8639f2c1e07b5a4d8639f2c1e07b5a4d8639f2c1e07b5a4d863".to_owned())),
    }
}

fn page(view: &Log) -> Checked {
    let account = account(&[]);
    Checked::read(&render(view, &shell("/audit", Some(&account))).unwrap())
}

#[test]
fn entries_read_as_sentences_and_unknown_ones_as_they_are() {
    let page = page(&log());
    assert_eq!(page.title(), "The log – Bellwether");
    assert_eq!(
        page.texts_of_class("did"),
        ["Looked at a council’s record", "Changed a person’s roles", "weather.changed"]
    );
    assert_eq!(page.link("Council E04999001"), Some("/councils/E04999001"));
    assert_eq!(page.link("all about it: council E04999001"), Some("/audit?subject=council%3AE04999001"));
    assert_eq!(page.link("Person 31"), Some("/audit?subject=person%3A31"));
    assert_eq!(page.link("Ada Penhallow"), Some("/audit?account=person%3A12"));
    assert_eq!(page.link("The service"), Some("/audit?account=system"));
    assert!(page.texts("dd").contains(&"officer, manager".to_owned()));
    assert!(page.texts("dd").contains(&MARKUP.to_owned()));
    assert!(page.text().contains("1 June 2026 at 09:00"), "British Summer Time");
}

#[test]
fn every_action_that_has_words_has_them_once_and_as_the_log_names_it() {
    for (action, says) in DONE {
        assert_eq!(DONE.iter().filter(|(other, _)| other == action).count(), 1, "{action}");
        let (what, done) = action.split_once('.').unwrap();
        assert!([what, done].iter().all(|part| part.chars().all(|c| c.is_ascii_lowercase() || c == '_')), "{action}");
        assert!(says.chars().next().unwrap().is_lowercase() && !says.ends_with('.'), "{says}");
    }
}

#[test]
fn the_filter_is_kept_by_everything_that_leads_on() {
    let filter = Filter {
        account: Some("person:12".to_owned()),
        action: Some("weather.changed".to_owned()),
        subject: Some("a&b=\"c\"".to_owned()),
        from: Some(date(2026, 6, 1)),
        until: Some(date(2026, 6, 30)),
    };
    let page = page(&Log { filter, ..log() });
    let kept = "account=person%3A12&action=weather.changed&subject=a%26b%3D%22c%22&from=2026-06-01&until=2026-06-30";
    assert_eq!(page.link("Older entries").unwrap(), format!("/audit?{kept}&before=1041"));
    assert_eq!(page.link("Take it away for Excel").unwrap(), format!("/audit.xlsx?{kept}"));
    assert_eq!(page.link("as CSV").unwrap(), format!("/audit.csv?{kept}"));
    assert_eq!(page.link("Show everything"), Some("/audit"));
    let chosen = page.all("option").filter(|option| option.get("selected").is_some());
    assert_eq!(chosen.map(|option| option.get("value").unwrap()).collect::<Vec<_>>(), ["weather.changed"]);
    let typed = |name: &str| page.all("input").find(|input| input.get("name") == Some(name)).unwrap().get("value");
    assert_eq!(typed("subject"), Some("a&b=\"c\""));
    assert_eq!(typed("until"), Some("2026-06-30"));
}

#[test]
fn without_a_filter_nothing_is_written_into_the_links() {
    let page = page(&log());
    assert_eq!(page.link("as CSV"), Some("/audit.csv"));
    assert_eq!(page.link("Older entries"), Some("/audit?before=1041"));
    assert_eq!(page.link("Show everything"), None);
    assert!(page.text().contains("Entry 2,043, hash 9f2c1e07b5a4."));
}

#[test]
fn an_empty_log_and_a_filter_that_nothing_fits_say_so() {
    let empty = Log { entries: Vec::new(), older: None, head: None, ..log() };
    let page_of_none = page(&empty);
    assert_eq!(page_of_none.texts("h2"), ["Nothing has been done yet"]);
    assert_eq!(page_of_none.link("Older entries"), None);
    let filter = Filter { account: Some("person:9".to_owned()), ..Filter::default() };
    assert_eq!(page(&Log { filter, ..empty }).texts("h2"), ["Nothing fits this filter"]);
}
