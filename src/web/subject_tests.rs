//! The pages about a person, as rendered.

use super::*;
use crate::personal::contacts::{ContactView, Post};
use crate::web::examples::MARKUP;
use crate::web::examples::accounts::{TOKEN, account as signed_in, every_form_carries, posts, shell};
use crate::web::examples::check::Checked;
use jiff::Timestamp;

fn at(hour: i8) -> Timestamp {
    format!("2026-06-01T{hour:02}:00:00Z").parse().unwrap()
}

fn contact(number: i64, council: &str, ended: Option<Timestamp>) -> ContactView {
    ContactView {
        contact: number,
        council: council.to_owned(),
        post: Post::Clerk,
        name: Some(MARKUP.to_owned()),
        email: Some("clerk@example.org".to_owned()),
        telephone: None,
        source: "the council’s website".to_owned(),
        kept_since: at(6),
        ended,
        erased: None,
    }
}

#[allow(clippy::too_many_lines, reason = "one of everything that can be held")]
fn record() -> SubjectRecord {
    SubjectRecord {
        email: "clerk@example.org".to_owned(),
        put_together_at: at(9),
        contacts: vec![
            contact(4, "E04999001", Some(at(8))),
            contact(4, "E04999001", None),
            contact(9, "E04999002", None),
        ],
        account: Some(AccountHeld {
            person: 12,
            name: MARKUP.to_owned(),
            organisation: "Wealdshire Association".to_owned(),
            roles: vec!["officer".to_owned(), "read_only".to_owned(), "weatherman".to_owned()],
            created: at(1),
            closed: None,
            last_signed_in: Some(at(7)),
            second_factor_since: None,
            sessions: vec![SessionHeld {
                opened: at(7),
                last_seen: at(8),
                expires: at(19),
                closed: Some(at(10)),
                opened_by: "link".to_owned(),
                opened_from: "203.0.113.7".to_owned(),
            }],
            links: vec![
                LinkHeld { created: at(6), expires: at(7), used: Some(at(7)) },
                LinkHeld { created: at(2), expires: at(3), used: None },
            ],
            letters: vec![LetterHeld {
                kind: "sign_in_link".to_owned(),
                state: "delivered".to_owned(),
                queued: at(6),
                ended: Some(at(6)),
            }],
            issuers: vec![("https://sign-in.example".to_owned(), MARKUP.to_owned())],
            log: vec![
                LogLine {
                    position: 7,
                    at: at(8),
                    own: true,
                    action: "council.seen".to_owned(),
                    subject: "council:E04999001".to_owned(),
                    origin: "203.0.113.7".to_owned(),
                },
                LogLine {
                    position: 2,
                    at: at(1),
                    own: false,
                    action: "weather.changed".to_owned(),
                    subject: MARKUP.to_owned(),
                    origin: "command line".to_owned(),
                },
            ],
        }),
        held_rows: vec![HeldMention {
            row: 31,
            feed: "complaints".to_owned(),
            run: 12,
            columns: vec!["Notes".to_owned(), MARKUP.to_owned()],
        }],
    }
}

fn page(view: &SubjectRecord) -> Checked {
    let account = signed_in(&[]);
    let page = Checked::read(&render(view, &shell("/subjects", Some(&account))).unwrap());
    every_form_carries(TOKEN, &page);
    page
}

#[test]
fn an_address_is_asked_for() {
    let account = signed_in(&[]);
    let page = Checked::read(&render_ask(&shell("/subjects", Some(&account))).unwrap());
    assert_eq!(posts(&page), ["/sign-out", "/subjects"]);
    every_form_carries(TOKEN, &page);
    let email = page.all("input").find(|input| input.get("name") == Some("email")).unwrap();
    assert_eq!((email.get("type"), email.get("autocomplete")), (Some("email"), Some("off")), "somebody else's address");
}

#[test]
fn the_whole_record_is_on_the_page() {
    let page = page(&record());
    assert_eq!(page.title(), "What is held on clerk@example.org – Bellwether");
    assert_eq!(page.texts("h3")[..2], ["Contact 4, of the council E04999001", "Contact 9, of the council E04999002"]);
    let rows = page.texts("tr");
    for told in [
        "1 June 2026 at 07:00 to 1 June 2026 at 09:00 Clerk",
        "1 June 2026 at 07:00 until now Clerk",
        "1 June 2026 at 08:00 1 June 2026 at 09:00 1 June 2026 at 11:00 A one-time link 203.0.113.7",
        "1 June 2026 at 07:00 Used on 1 June 2026 at 08:00",
        "1 June 2026 at 03:00 Not used until 1 June 2026 at 04:00",
        "1 June 2026 at 09:00 Looked at a council’s record council E04999001 The account 203.0.113.7",
        "1 June 2026 at 02:00 weather.changed",
    ] {
        assert!(rows.iter().any(|row| row.starts_with(told)), "{told}\n{}", rows.join("\n"));
    }
    assert!(page.texts("dd").contains(&"Officer, read-only and weatherman".to_owned()));
    assert!(page.texts("dd").contains(&"Number 12, of Wealdshire Association".to_owned()));
    let items = page.texts("li");
    assert!(items.contains(&format!("https://sign-in.example, by which it is {MARKUP}")));
    assert!(items.contains(&format!("Row 31 of “complaints”, run 12: Notes and {MARKUP}")));
    assert_eq!(page.link("run 12"), Some("/runs/12"));
}

#[test]
fn each_contact_and_the_account_can_be_erased_with_a_reason() {
    let page = page(&record());
    let erase = "/subjects/erase";
    assert_eq!(posts(&page), ["/sign-out", "/subjects/json", erase, erase, erase]);
    let numbers = |name: &str| {
        let hidden = page.all("input").filter(|input| input.get("name") == Some(name));
        hidden.map(|input| input.get("value").unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(
        (numbers("contact"), numbers("person"), numbers("email")),
        (vec!["4", "9"], vec!["12"], vec!["clerk@example.org"])
    );
    let reasons: Vec<_> = page.all("input").filter(|input| input.get("name") == Some("reason")).collect();
    assert_eq!(reasons.len(), 3);
    assert!(reasons.iter().all(|reason| reason.get("required").is_some()));
}

#[test]
fn the_address_is_in_no_link() {
    let page = page(&record());
    assert!(page.all("a").all(|link| !link.get("href").unwrap().contains("example.org")));
    assert!(page.all("form").all(|form| form.get("method") == Some("post")));
}

#[test]
fn nothing_held_is_an_answer_too() {
    let none = SubjectRecord { contacts: Vec::new(), account: None, held_rows: Vec::new(), ..record() };
    let page = page(&none);
    assert_eq!(page.texts_of_class("lead"), ["Nothing, as far as the organisation that answers may see."]);
    assert_eq!(posts(&page), ["/sign-out"]);
    assert_eq!(page.texts("h2"), ["What you can ask for"]);
}
