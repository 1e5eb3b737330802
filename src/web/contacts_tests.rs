//! The contacts page, as rendered.

use super::*;
use crate::web::examples::MARKUP;
use crate::web::examples::accounts::{TOKEN, account, every_form_carries, posts, shell};
use crate::web::examples::check::Checked;

fn contact(number: i64, post: Post) -> ContactView {
    ContactView {
        contact: number,
        council: "E04999001".to_owned(),
        post,
        name: Some(MARKUP.to_owned()),
        email: Some("clerk@example.org".to_owned()),
        telephone: None,
        source: format!("the council’s website {MARKUP}"),
        kept_since: "2026-01-05T09:00:00Z".parse().unwrap(),
        ended: None,
        erased: None,
    }
}

fn contacts() -> CouncilContacts {
    let ended = Some("2026-06-01T08:00:00Z".parse().unwrap());
    let erased =
        ContactView { name: None, email: None, source: String::new(), ended, erased: ended, ..contact(5, Post::Chair) };
    CouncilContacts {
        council: "E04999001".to_owned(),
        name: format!("Quillover {MARKUP}"),
        current: vec![contact(4, Post::Clerk)],
        past: vec![ContactView { ended, ..contact(4, Post::Clerk) }, erased],
    }
}

fn page(view: &CouncilContacts, may: &[Action]) -> Checked {
    let account = account(may);
    let page = Checked::read(&render(view, &shell("/councils/E04999001/contacts", Some(&account))).unwrap());
    every_form_carries(TOKEN, &page);
    page
}

#[test]
fn who_keeps_contacts_can_add_change_and_end_them() {
    let page = page(&contacts(), &[Action::SeeContacts, Action::KeepContacts]);
    assert_eq!(page.title(), format!("Whom to write to at Quillover {MARKUP} – Bellwether"));
    let below = "/councils/E04999001/contacts";
    assert_eq!(posts(&page), ["/sign-out", &format!("{below}/4/change"), &format!("{below}/4/end"), below]);
    let values = |name: &str| {
        let inputs = page.all("input").filter(|input| input.get("name") == Some(name));
        inputs.map(|input| input.get("value").unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values("name"), [MARKUP, ""]);
    assert_eq!(values("email"), ["clerk@example.org", ""]);
    assert_eq!(values("telephone"), ["", ""]);
    assert_eq!(values("source"), [contacts().current[0].source.as_str(), ""]);
    let chosen: Vec<_> = page.all("option").filter(|option| option.get("selected").is_some()).collect();
    assert_eq!(chosen.iter().map(|option| option.get("value").unwrap()).collect::<Vec<_>>(), ["clerk"]);
    assert_eq!(page.all("option").count(), 2 * Post::ALL.len());
}

#[test]
fn who_only_sees_them_is_offered_nothing() {
    let page = page(&contacts(), &[Action::SeeContacts]);
    assert_eq!(posts(&page), ["/sign-out"]);
    assert!(page.texts("dd").contains(&"clerk@example.org".to_owned()));
    assert!(page.texts("dd").contains(&"Not known".to_owned()));
}

#[test]
fn what_was_before_is_told_apart_and_the_erased_is_gone() {
    let page = page(&contacts(), &[Action::SeeContacts]);
    let rows = page.texts("tr");
    assert!(rows[1].starts_with(&format!("Clerk {MARKUP}clerk@example.org the council’s website")), "{}", rows[1]);
    assert!(rows[1].ends_with("5 January 2026 at 09:00 1 June 2026 at 09:00"), "{}", rows[1]);
    assert_eq!(rows[2], "Chair Erased on 1 June 2026 at 09:00 Erased 5 January 2026 at 09:00 1 June 2026 at 09:00");
}

#[test]
fn where_nobody_is_known_it_says_so() {
    let none = CouncilContacts { current: Vec::new(), past: Vec::new(), ..contacts() };
    assert_eq!(page(&none, &[Action::SeeContacts]).texts("h2"), ["Nobody is known yet"]);
    assert_eq!(page(&none, &[Action::KeepContacts]).texts("h2"), ["Nobody is known yet", "Add a contact"]);
}
