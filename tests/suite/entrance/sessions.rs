//! Sessions: how they end, what they may do meanwhile, and that no other site's page uses them.

use super::browser::Browser;
use super::{COUNTY, PAGE, Served, officer, served};
use crate::support::{World, cast, on_both};
use bellwether::auth::directory::{change_roles, close_organisation, close_person};
use bellwether::auth::{Actor, OrganisationKind, Role};
use jiff::SignedDuration;

on_both!(
    a_session_ends_after_an_hour_of_silence_and_twelve_in_any_case,
    signing_out_ends_it_at_once_wherever_it_is_shown,
    others_of_ones_own_can_be_closed,
    roles_and_accounts_taken_away_count_with_the_next_request,
    a_session_looks_at_the_api_and_changes_nothing_there,
    no_other_page_sends_our_forms,
);

async fn with_officer(world: &World) -> (Served, i64) {
    world.with_outcomes().await;
    let service = served(world, |_, _| {});
    let ann = officer(&service.app, "ann").id;
    (service, ann)
}

/// Whether a browser is still signed in.
async fn is_in(browser: &Browser) -> bool {
    let page = browser.get("/account").await;
    if page.status == 200 {
        return true;
    }
    assert_eq!(page.leads_to(), "/sign-in?then=%2Faccount");
    assert_eq!(browser.get("/api/v1/councils").await.problem(), (401, "not_signed_in".to_owned()));
    false
}

async fn a_session_ends_after_an_hour_of_silence_and_twelve_in_any_case(world: World) {
    let (service, ann) = with_officer(&world).await;
    let (idle, busy) = (service.browser_of(ann, false), service.browser_of(ann, false));
    service.later(SignedDuration::from_mins(59));
    assert!(is_in(&busy).await);
    service.later(SignedDuration::from_mins(1));
    assert!(!is_in(&idle).await, "an hour without a request");
    for _ in 0..12 {
        service.later(SignedDuration::from_mins(54));
        assert!(is_in(&busy).await);
    }
    // 60 + 12 * 54 minutes have gone: twelve short of twelve hours.
    service.later(SignedDuration::from_micros(12 * 60_000_000 - 1));
    assert!(is_in(&busy).await);
    service.later(SignedDuration::from_micros(1));
    assert!(!is_in(&busy).await, "twelve hours after it began, however busy");
}

async fn signing_out_ends_it_at_once_wherever_it_is_shown(world: World) {
    let (service, ann) = with_officer(&world).await;
    let (browser, other) = (service.browser_of(ann, false), service.browser_of(ann, false));
    let copied = service.browser();
    copied.keep("bellwether", &browser.cookie("bellwether").unwrap());
    let token = browser.get("/account").await.form_token();
    let left = browser.post("/sign-out", &[("form_token", &token)]).await;
    assert_eq!(left.leads_to(), "/sign-in");
    assert_eq!(browser.cookie("bellwether"), None);
    assert!(!is_in(&copied).await, "a copy of its cookie is worth nothing");
    assert!(is_in(&other).await);
    // Pressed again, or after the session has ended by itself, it leads the same way.
    assert_eq!(browser.post("/sign-out", &[("form_token", &token)]).await.leads_to(), "/sign-in");
    service.later(SignedDuration::from_hours(2));
    let stale = other.post("/sign-out", &[("form_token", "")]).await;
    assert_eq!(stale.leads_to(), "/sign-in");
    assert_eq!(other.cookie("bellwether"), None);
}

async fn others_of_ones_own_can_be_closed(world: World) {
    let (service, ann) = with_officer(&world).await;
    let joe = officer(&service.app, "joe").id;
    let [mine, second, third, fourth] = [(); 4].map(|()| service.browser_of(ann, false));
    let theirs = service.browser_of(joe, false);
    let account = mine.get("/account").await;
    assert_eq!(account.text.matches("action=\"/account/sessions/close\"").count(), 3, "all but this one");
    let closed = account.field("session").unwrap();
    let token = account.form_token();
    let fields = [("form_token", token.as_str()), ("session", closed.as_str())];
    assert_eq!(mine.post("/account/sessions/close", &fields).await.leads_to(), "/account");
    let mut left = 0;
    for browser in [&second, &third, &fourth] {
        left += usize::from(is_in(browser).await);
    }
    assert_eq!(left, 2);
    // A stranger's is none that one could close.
    let strangers =
        bellwether::auth::sessions::sessions_of(&service.app.store, &Actor::command(), joe, service.app.clock.now());
    let session = strangers.unwrap()[0].id.to_string();
    let fields = [("form_token", token.as_str()), ("session", session.as_str())];
    assert_eq!(mine.post("/account/sessions/close", &fields).await.status, 404);
    assert!(is_in(&theirs).await, "another person's session stays");
    let all = mine.post("/account/sessions/close-others", &[("form_token", &token)]).await;
    assert_eq!(all.leads_to(), "/account");
    for browser in [&second, &third, &fourth] {
        assert!(!is_in(browser).await);
    }
    assert!(is_in(&mine).await && is_in(&theirs).await);
}

async fn roles_and_accounts_taken_away_count_with_the_next_request(world: World) {
    let (service, ann) = with_officer(&world).await;
    let (store, command, now) = (&service.app.store, Actor::command(), service.app.clock.now());
    let browser = service.browser_of(ann, false);
    assert_eq!(browser.get("/list.csv").await.status, 200);
    change_roles(store, &command, (ann, &[Role::ReadOnly]), now).unwrap();
    assert_eq!(browser.get("/list.csv").await.status, 403, "who only reads takes no file away");
    assert_eq!(browser.get(PAGE).await.status, 200);
    assert_eq!(browser.get("/api/v1/councils").await.status, 200);
    change_roles(store, &command, (ann, &[Role::Administrator]), now).unwrap();
    assert_eq!(browser.get(PAGE).await.leads_to(), "/sign-in/second-factor", "the new role asks for more");
    assert_eq!(browser.get("/api/v1/councils").await.problem(), (403, "second_factor_due".to_owned()));
    change_roles(store, &command, (ann, &[Role::Officer]), now).unwrap();
    assert_eq!(browser.get(PAGE).await.status, 200);
    close_person(store, &command, ann, now).unwrap();
    assert!(!is_in(&browser).await);
    let joe = officer(&service.app, "joe").id;
    let browser = service.browser_of(joe, false);
    assert!(is_in(&browser).await);
    let association = cast::organisation(&service.app, OrganisationKind::CountyAssociation, COUNTY);
    close_organisation(store, &command, &association, now).unwrap();
    assert!(!is_in(&browser).await);
}

async fn a_session_looks_at_the_api_and_changes_nothing_there(world: World) {
    let (service, ann) = with_officer(&world).await;
    let browser = service.browser_of(ann, false);
    assert_eq!(browser.get("/api/v1/councils").await.status, 200);
    assert_eq!(browser.get("/api/v1/me").await.status, 200);
    // Whoever a change's cookie stands for, nobody is found in it: a page elsewhere that a browser sends it for learns
    // no more than a stranger.
    let token = browser.get("/account").await.form_token();
    for path in ["/api/v1/councils", "/api/v1/me", "/api/v1/feeds"] {
        let signed_in = browser.post(path, &[("form_token", &token)]).await;
        let stranger = service.browser().post(path, &[("form_token", &token)]).await;
        assert_eq!(signed_in.text, stranger.text, "{path}");
        assert!(signed_in.status == 405 || signed_in.status == 401, "{path}: {}", signed_in.status);
    }
}

async fn no_other_page_sends_our_forms(world: World) {
    let (service, ann) = with_officer(&world).await;
    let (browser, other) = (service.browser_of(ann, false), service.browser_of(ann, false));
    let (own, others) = (browser.get("/account").await.form_token(), other.get("/account").await.form_token());
    let anonymous = service.browser().get("/sign-in").await;
    assert!(!anonymous.text.contains("<form"), "no mail is set: {}", anonymous.text);
    for (what, token) in [("none", ""), ("nonsense", "nonsense"), ("another session's", others.as_str())] {
        for path in ["/sign-out", "/account/sessions/close-others"] {
            let refused = browser.post(path, &[("form_token", token)]).await;
            assert_eq!(refused.status, 403, "{what} at {path}");
            assert!(refused.text.contains("This form was not sent from a page"), "{}", refused.text);
            assert!(is_in(&browser).await && is_in(&other).await, "{what} at {path}: nothing is done");
        }
    }
    let host = service.base.strip_prefix("http://").unwrap();
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none-of-these")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", &format!("http://{host}"))],
    ] {
        // Even with the right token.
        let refused = browser.post_with("/account/sessions/close-others", &[("form_token", &own)], headers).await;
        assert_eq!(refused.status, 403, "{headers:?}");
        assert!(refused.text.contains("A page of another site asked for this."), "{}", refused.text);
        assert!(is_in(&other).await, "{headers:?}: nothing is done");
        let api = browser.post_with("/api/v1/councils", &[], headers).await;
        assert_eq!(api.problem(), (403, "form_expired".to_owned()));
    }
    for headers in [
        &[("sec-fetch-site", "same-origin"), ("origin", &format!("http://{host}") as &str)][..],
        &[("origin", &format!("http://{host}"))],
    ] {
        let taken = browser.post_with("/account/sessions/close-others", &[("form_token", &own)], headers).await;
        assert_eq!(taken.leads_to(), "/account", "{headers:?}");
    }
    assert!(!is_in(&other).await);
    // A link from elsewhere may lead here.
    assert_eq!(browser.get_with(PAGE, &[("sec-fetch-site", "cross-site")]).await.status, 200);
}
