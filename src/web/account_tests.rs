//! The account page, as rendered.

use super::*;
use crate::auth::sessions::OpenedBy;
use crate::web::examples::MARKUP;
use crate::web::examples::accounts::{TOKEN, account, every_form_carries, organisation, person, posts, shell};
use crate::web::examples::check::Checked;

fn open_session(id: i64, this_one: bool) -> SessionView {
    SessionView {
        id,
        this_one,
        opened_by: OpenedBy::Link,
        opened_from: "203.0.113.7".to_owned(),
        opened_at: "2026-06-01T08:00:00Z".parse().unwrap(),
        last_seen_at: "2026-06-01T09:12:00Z".parse().unwrap(),
        expires_at: "2026-06-01T20:00:00Z".parse().unwrap(),
        second_factor: this_one,
    }
}

fn own() -> Own {
    Own {
        person: person(2, MARKUP, &[Role::Officer, Role::Administrator]),
        organisation: organisation("wealdshire-calc", OrganisationKind::CountyAssociation),
        recovery_codes_left: 0,
        sessions: vec![open_session(7, true), open_session(9, false)],
    }
}

fn page(view: &Own) -> Checked {
    let account = account(&[]);
    let page = Checked::read(&render(view, &shell("/account", Some(&account))).unwrap());
    every_form_carries(TOKEN, &page);
    page
}

#[test]
fn it_says_who_one_is_and_what_each_role_lets_one_do() {
    let page = page(&own());
    assert_eq!(page.title(), "Your account – Bellwether");
    assert!(page.texts("dd").contains(&MARKUP.to_owned()));
    assert!(page.texts("dd").contains(&"The councils of Fennmarch and Wealdshire".to_owned()));
    assert_eq!(page.texts("h3"), ["Officer", "Administrator"]);
    let listed = page.texts("li");
    for expected in
        ["See councils with their scores and evidence", "Keep organisations, people and keys", "See who did what"]
    {
        assert!(listed.contains(&expected.to_owned()), "{expected}");
    }
    assert!(!listed.contains(&"Read the operator's figures".to_owned()), "that is NALC's");
}

#[test]
fn what_is_beyond_the_organisation_isnt_promised() {
    let view = Own {
        person: person(2, "Ada", &[Role::ReadOnly]),
        organisation: organisation("clerks", OrganisationKind::Slcc),
        ..own()
    };
    let page = page(&view);
    assert!(page.text().contains("Sees what everybody may see, such as the national picture."));
    assert!(page.texts("dd").contains(&"No council by name".to_owned()));
    assert!(!page.text().contains("See councils"));
}

#[test]
fn the_second_step_is_set_up_or_can_be() {
    let asked = page(&own());
    assert_eq!(asked.link("Set it up now"), Some("/sign-in/second-factor/enrol"));
    assert!(asked.text().contains("Your role asks for it: until it is set up, this account can do nothing else."));
    let unasked = page(&Own { person: person(2, "Ada", &[Role::Officer]), ..own() });
    assert!(unasked.text().contains("Your role doesn’t ask for it."));
    let mut view = own();
    view.person.second_factor = true;
    for (left, says, few) in
        [(10, "10 recovery codes", false), (1, "1 recovery code", true), (0, "0 recovery codes", true)]
    {
        view.recovery_codes_left = left;
        let page = page(&view);
        assert!(page.text().contains(&format!("Set up. You have {says} left.")), "{left}");
        assert_eq!(page.text().contains("It is time to draw new ones"), few, "{left}");
        assert_eq!(page.link("Set it up again"), Some("/sign-in/second-factor/enrol"));
    }
}

#[test]
fn every_session_but_this_one_can_be_closed() {
    let page = page(&own());
    assert_eq!(posts(&page), ["/sign-out", "/account/sessions/close", "/account/sessions/close-others"]);
    let sessions = page.all("input").filter(|input| input.get("name") == Some("session"));
    assert_eq!(sessions.map(|input| input.get("value").unwrap()).collect::<Vec<_>>(), ["9"]);
    assert_eq!(page.texts_of_class("tag"), ["This one"]);
    // British Summer Time.
    assert!(page.text().contains("1 June 2026 at 09:00"));
    let alone = self::page(&Own { sessions: vec![open_session(7, true)], ..own() });
    assert_eq!(posts(&alone), ["/sign-out"]);
    assert_eq!(posts(&self::page(&Own { sessions: Vec::new(), ..own() })), ["/sign-out"]);
}
