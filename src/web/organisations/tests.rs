//! The pages of organisations, as rendered.

use super::*;
use crate::web::examples::MARKUP;
use crate::web::examples::accounts::{TOKEN, account, every_form_carries, organisation, person, posts, shell};
use crate::web::examples::check::Checked;

const NOW: &str = "2026-06-01T08:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn key(id: i64, name: &str, expires: &str) -> KeyView {
    KeyView {
        id,
        prefix: format!("k7m29xq{id}"),
        name: name.to_owned(),
        organisation: "wealdshire-calc".to_owned(),
        role: Role::Officer,
        kept_to: vec![Action::SeeCouncils, Action::Export],
        created_at: at("2026-01-05T09:00:00Z"),
        expires_at: at(expires),
        revoked_at: None,
        last_used_at: None,
        replaces: None,
    }
}

fn one() -> OrganisationPage {
    let kind = OrganisationKind::CountyAssociation;
    let gone = PersonView { closed_at: Some(at(NOW)), ..person(1, "Bea Gone", &[Role::Officer]) };
    let elsewhere = PersonView { organisation: "nalc".to_owned(), ..person(3, "Cy Elsewhere", &[Role::Officer]) };
    let seen = PersonView {
        second_factor: true,
        last_signed_in_at: Some(at(NOW)),
        ..person(2, MARKUP, &[Role::Officer, Role::Administrator])
    };
    OrganisationPage {
        organisation: organisation("wealdshire-calc", kind),
        people: vec![gone, seen, elsewhere],
        keys: vec![
            KeyView { revoked_at: Some(at(NOW)), ..key(1, "Old one", "2027-01-01T00:00:00Z") },
            key(2, "Replaced one", "2026-06-08T08:00:00Z"),
            KeyView { replaces: Some(2), kept_to: Vec::new(), ..key(3, MARKUP, "2027-06-01T08:00:00Z") },
            key(4, "Ending one", "2026-06-30T08:00:00Z"),
            key(5, "Past one", NOW),
            KeyView { organisation: "nalc".to_owned(), ..key(6, "Another’s", "2027-01-01T00:00:00Z") },
        ],
        keeps_all: true,
        warnings: vec![MARKUP.to_owned()],
        now: at(NOW),
    }
}

fn page(view: &OrganisationPage) -> Checked {
    let account = account(&[Action::Administer]);
    let page =
        Checked::read(&render_organisation(view, &shell("/organisations/wealdshire-calc", Some(&account))).unwrap());
    every_form_carries(TOKEN, &page);
    page
}

fn list(view: &Organisations) -> Checked {
    let account = account(&[Action::Administer]);
    let page = Checked::read(&render(view, &shell("/organisations", Some(&account))).unwrap());
    every_form_carries(TOKEN, &page);
    page
}

fn all() -> Organisations {
    let one = one();
    let closed = OrganisationView { closed_at: Some(at(NOW)), ..organisation("nalc", OrganisationKind::Nalc) };
    Organisations {
        organisations: vec![one.organisation, closed, organisation("quillover", OrganisationKind::Council)],
        people: one.people,
        keys: one.keys,
        keeps_all: true,
        now: one.now,
    }
}

#[test]
fn the_list_counts_open_accounts_and_keys_that_work() {
    let page = list(&all());
    assert_eq!(page.title(), "Organisations – Bellwether");
    let rows = page.texts("tr");
    assert!(rows[1].ends_with("County association Fennmarch and Wealdshire 1 3"), "{}", rows[1]);
    assert!(rows[2].contains("Closed on 1 June 2026") && rows[2].ends_with("NALC no county 1 0"), "{}", rows[2]);
    assert!(rows[3].ends_with("Council E04999001 0 0"), "{}", rows[3]);
    assert_eq!(page.link(&format!("wealdshire-calc {MARKUP}")), Some("/organisations/wealdshire-calc"));
}

#[test]
fn only_who_keeps_all_adds_and_closes_organisations() {
    let page_of_all = list(&all());
    assert_eq!(posts(&page_of_all), ["/sign-out", "/organisations"]);
    let kinds: Vec<_> = page_of_all.all("option").filter_map(|option| option.get("value")).collect();
    assert_eq!(kinds, OrganisationKind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>());
    for name in ["key", "name", "kind", "counties", "council"] {
        let field = ["input", "select", "textarea"].iter().flat_map(|tag| page_of_all.all(tag));
        assert_eq!(field.filter(|field| field.get("name") == Some(name)).count(), 1, "{name}");
    }
    assert_eq!(posts(&list(&Organisations { keeps_all: false, ..all() })), ["/sign-out"]);
    let close = "/organisations/wealdshire-calc/close";
    assert!(posts(&page(&one())).contains(&close));
    assert!(!posts(&page(&OrganisationPage { keeps_all: false, ..one() })).contains(&close));
    let none = list(&Organisations { organisations: Vec::new(), ..all() });
    assert_eq!(none.texts("h2"), ["There is no organisation yet", "Add an organisation"]);
}

#[test]
fn an_organisation_shows_its_own_people_and_keys_the_open_ones_first() {
    let page = page(&one());
    assert_eq!(
        page.texts("h3"),
        [
            MARKUP,
            "Bea Gone",
            "Add a person",
            "Replaced one",
            MARKUP,
            "Ending one",
            "Old one",
            "Past one",
            "Issue a key"
        ]
    );
    assert!(!page.text().contains("Elsewhere") && !page.text().contains("Another’s"));
    assert_eq!(page.texts_of_class("notice"), [MARKUP]);
    assert_eq!(
        page.texts_of_class("state"),
        [
            "Closed on 1 June 2026 at 09:00",
            "Replaced; works until it expires",
            "Works",
            "Works; expires soon",
            "Revoked",
            "Expired"
        ]
    );
    let facts = page.texts("dd");
    for fact in [
        "Officer and administrator",
        "Set up",
        "Not set up; no role asks for it",
        "Never",
        "See councils with their scores and evidence and take lists away as files",
        "All that its role may do",
    ] {
        assert!(facts.contains(&fact.to_owned()), "{fact}");
    }
}

#[test]
fn what_is_open_can_be_changed_and_nothing_else() {
    let page = page(&one());
    let below = "/organisations/wealdshire-calc";
    let own: Vec<String> = [
        "people/2/roles",
        "people/2/rename",
        "people/2/reset-second-factor",
        "people/2/close",
        "people",
        "keys/k7m29xq2/revoke",
        "keys/k7m29xq3/rotate",
        "keys/k7m29xq3/revoke",
        "keys/k7m29xq4/rotate",
        "keys/k7m29xq4/revoke",
        "keys",
        "rename",
        "counties",
        "close",
    ]
    .map(|end| format!("{below}/{end}"))
    .into();
    assert_eq!(posts(&page)[1..], own);
    let own_administrators = self::page(&OrganisationPage { keeps_all: false, ..one() });
    let grave = |page: &Checked| {
        let ends = ["/rename", "/counties", "/close"].map(|end| format!("{below}{end}"));
        posts(page).into_iter().map(str::to_owned).filter(|post| ends.contains(post)).collect::<Vec<String>>()
    };
    assert_eq!(grave(&own_administrators), [format!("{below}/rename")], "the rest is for those who keep all");
    let closed = OrganisationView { closed_at: Some(at(NOW)), ..one().organisation };
    let shut = self::page(&OrganisationPage { organisation: closed, ..one() });
    assert_eq!(posts(&shut), ["/sign-out"]);
    assert!(shut.text().contains("Closed on 1 June 2026 at 09:00. Nobody signs in for it"));
}

#[test]
fn roles_and_limits_are_those_of_the_kind() {
    let page = page(&one());
    let boxes = |name: &str, of: &str| {
        let of = of.to_owned();
        let boxes = page.all("input").filter(|input| input.get("name") == Some(name));
        let own: Vec<_> = boxes.filter(|input| input.get("id").unwrap().starts_with(&of)).collect();
        let values: Vec<String> = own.iter().map(|input| input.get("value").unwrap().to_owned()).collect();
        let chosen: Vec<String> = own
            .iter()
            .filter(|input| input.get("checked").is_some())
            .map(|input| input.get("value").unwrap().to_owned())
            .collect();
        (values, chosen)
    };
    let roles = ["officer", "manager", "survey_lead", "read_only", "administrator"].map(str::to_owned).to_vec();
    assert_eq!(boxes("roles", "person-2-"), (roles.clone(), vec!["officer".to_owned(), "administrator".to_owned()]));
    assert_eq!(boxes("roles", "new-person-"), (roles, Vec::new()));
    let (actions, chosen) = boxes("kept_to", "kept-to-");
    assert!(chosen.is_empty() && actions.contains(&"see_councils".to_owned()));
    assert!(!actions.contains(&"see_figures".to_owned()), "a county association has none");
    let days = page.all("input").find(|input| input.get("name") == Some("days")).unwrap();
    assert_eq!((days.get("value"), days.get("max")), (Some("365"), Some("400")));
}

#[test]
fn a_missing_second_step_is_told_where_a_role_asks_for_it() {
    let people = vec![person(2, "Ada", &[Role::Administrator]), person(4, "Dee", &[])];
    let page = page(&OrganisationPage { people, ..one() });
    let facts = page.texts("dd");
    assert!(facts.contains(&"Not set up, though a role asks for it".to_owned()));
    assert!(facts.contains(&"None: they can do nothing".to_owned()));
}

#[test]
fn nobody_and_no_key_yet_is_said() {
    let page = page(&OrganisationPage { people: Vec::new(), keys: Vec::new(), warnings: Vec::new(), ..one() });
    assert!(page.text().contains("Nobody has an account here yet."));
    assert!(page.text().contains("No program has a key here yet."));
    assert!(page.texts_of_class("notice").is_empty());
}

#[test]
fn a_new_key_is_shown_with_how_to_send_it() {
    let key = "bw_k7m29xqp_0123456789012345678901234567890123456789012";
    let view = KeyShown {
        key: key.to_owned(),
        name: MARKUP.to_owned(),
        expires: at("2027-06-01T08:00:00Z"),
        back: "/organisations/wealdshire-calc".to_owned(),
    };
    let account = account(&[Action::Administer]);
    let page = render_key_shown(&view, &shell("/organisations/wealdshire-calc/keys", Some(&account))).unwrap();
    assert_eq!(page.matches(key).count(), 1, "not in a link or a field");
    let page = Checked::read(&page);
    assert_eq!(page.texts_of_class("shown-once"), [key]);
    assert!(page.text().contains("Authorization: Bearer KEY"));
    assert!(page.text().contains("1 June 2027 at 09:00"));
    assert_eq!(page.link("I have copied it: go back"), Some("/organisations/wealdshire-calc"));
}
