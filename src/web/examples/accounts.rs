//! Somebody who has signed in, and what their pages' forms have to carry; for tests only.
//!
//! In: nothing, or a page. Out: an account as the layout shows it. Always holds: nobody here is real, and every name carries
//! markup.

use super::MARKUP;
use super::check::Checked;
use crate::auth::directory::{OrganisationView, PersonView};
use crate::auth::{Action, OrganisationKind, Role};
use crate::web::page::{Account, Other, Shell};

/// What the forms of this account's pages carry.
pub const TOKEN: &str = "form-token-of-this-session";

/// An officer of an invented association who may do these things.
pub fn account(may: &[Action]) -> Account {
    Account {
        name: "Ada Penhallow".to_owned(),
        organisation: format!("Wealdshire Association {MARKUP}"),
        roles: "officer".to_owned(),
        form_token: TOKEN.to_owned(),
        may: may.to_vec(),
        examples: Vec::new(),
    }
}

/// The same in a demo, with the people that a visitor may be.
pub fn in_a_demo(may: &[Action]) -> Account {
    let other = |person, title: &str| Other { person, title: title.to_owned(), current: person == 2 };
    let examples = vec![
        other(1, "NALC"),
        other(2, "Officer, Wealdshire"),
        other(3, "Manager, Fennmarch"),
        other(4, "Auditor"),
        other(5, "Administrator"),
        other(6, MARKUP),
    ];
    Account { organisation: "Wealdshire Association".to_owned(), examples, ..account(may) }
}

/// What stands round a page at that path.
pub fn shell<'a>(path: &'a str, account: Option<&'a Account>) -> Shell<'a> {
    Shell { demo: account.is_some_and(|account| !account.examples.is_empty()), version: "0.1.0", path, account }
}

/// Holds every form that changes something against what it has to carry.
pub fn every_form_carries(token: &str, page: &Checked) {
    let posts = page.all("form").filter(|form| form.get("method") == Some("post")).count();
    let tokens = page.all("input").filter(|input| input.get("name") == Some("form_token"));
    let carried: Vec<_> = tokens.map(|input| (input.get("type"), input.get("value"))).collect();
    assert_eq!(carried, vec![(Some("hidden"), Some(token)); posts]);
}

/// Where the page's forms lead that change something, in order.
pub fn posts(page: &Checked) -> Vec<&str> {
    let posts = page.all("form").filter(|form| form.get("method") == Some("post"));
    posts.filter_map(|form| form.get("action")).collect()
}

/// An open account of the organisation `wealdshire-calc`.
pub fn person(id: i64, name: &str, roles: &[Role]) -> PersonView {
    PersonView {
        id,
        email: format!("person-{id}@example.org"),
        name: name.to_owned(),
        organisation: "wealdshire-calc".to_owned(),
        roles: roles.to_vec(),
        second_factor: false,
        created_at: "2026-01-05T09:00:00Z".parse().unwrap(),
        last_signed_in_at: None,
        closed_at: None,
    }
}

/// An open organisation; an association speaks for two counties.
pub fn organisation(key: &str, kind: OrganisationKind) -> OrganisationView {
    let counties: &[&str] =
        if kind == OrganisationKind::CountyAssociation { &["Fennmarch", "Wealdshire"] } else { &[] };
    OrganisationView {
        id: 7,
        key: key.to_owned(),
        name: format!("{key} {MARKUP}"),
        kind,
        counties: counties.iter().map(|county| (*county).to_owned()).collect(),
        council: (kind == OrganisationKind::Council).then(|| "E04999001".to_owned()),
        created_at: "2026-01-05T09:00:00Z".parse().unwrap(),
        closed_at: None,
    }
}
