//! The demo's door, and that nothing but the demo has it.

use super::{COUNTY, Served, administrator, officer, served};
use crate::support::{REGISTER, World, on_both};
use bellwether::app::{App, Example};
use jiff::SignedDuration;
use std::sync::Arc;

on_both!(
    a_visitor_of_the_demo_is_the_first_example_user_and_may_be_any_other,
    the_door_is_for_this_machine_and_for_our_own_pages,
    programs_share_a_session_that_is_renewed,
    without_example_users_there_is_no_door,
);

/// Serves the world's app as a demo, with two example users: an officer and an administrator.
fn demo(world: &World) -> (Served, [i64; 2]) {
    world.register(REGISTER);
    let mut people = [0, 0];
    let service = served(world, |app, _| {
        people = [officer(app, "ann").id, administrator(app, "head").id];
        let titles = ["Officer, Wealdshire", "Administrator, NALC"];
        let examples =
            people.iter().zip(titles).map(|(person, title)| Example { person: *person, title: title.to_owned() });
        app.examples = Arc::new(examples.collect());
        app.demo = true;
    });
    (service, people)
}

fn sessions(app: &App, person: i64) -> usize {
    let command = bellwether::auth::Actor::command();
    bellwether::auth::sessions::sessions_of(&app.store, &command, person, app.clock.now()).unwrap().len()
}

async fn a_visitor_of_the_demo_is_the_first_example_user_and_may_be_any_other(world: World) {
    let (service, [ann, head]) = demo(&world);
    let browser = service.browser();
    let page = browser.get("/").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Example ann") && page.text.contains(COUNTY), "{}", page.text);
    assert_eq!(page.flags("bellwether"), ["HttpOnly", "Path=/", "SameSite=Lax"]);
    assert_eq!(browser.get("/").await.set_cookies(), Vec::<String>::new(), "once is enough");
    assert_eq!(sessions(&service.app, ann), 1);
    let head = head.to_string();
    let be = [("form_token", page.form_token()), ("person", head)];
    let be = be.each_ref().map(|(name, value)| (*name, value.as_str()));
    let led = browser.post("/demo/be", &be).await;
    assert_eq!(led.leads_to(), "/");
    // An invented administrator has no telephone: the second factor counts as shown.
    let other = browser.get("/organisations").await;
    assert!(other.status == 200 && other.text.contains("Example head"), "{}", other.text);
    // Signed out, the next page is again the first user's.
    let out = browser.post("/sign-out", &[("form_token", &other.form_token())]).await;
    assert_eq!(out.leads_to(), "/sign-in");
    assert_eq!(browser.get("/sign-in").await.status, 200);
    assert!(browser.get("/").await.text.contains("Example ann"));
}

async fn the_door_is_for_this_machine_and_for_our_own_pages(world: World) {
    let (service, [ann, head]) = demo(&world);
    let nobody_else = officer(&service.app, "joe").id;
    let browser = service.browser();
    let token = browser.get("/").await.form_token();
    for (token, person, status) in [
        (token.as_str(), nobody_else.to_string(), 404),
        (&token, "none".to_owned(), 404),
        (&token, "-1".to_owned(), 404),
        ("", head.to_string(), 403),
        ("nonsense", head.to_string(), 403),
    ] {
        let refused = browser.post("/demo/be", &[("form_token", token), ("person", &person)]).await;
        assert_eq!(refused.status, status, "{person}: {}", refused.text);
    }
    let chosen = [("form_token", token.as_str()), ("person", &head.to_string())];
    let foreign = browser.post_with("/demo/be", &chosen, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(foreign.status, 403);
    // By a proxy on this machine comes anybody.
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let through = browser.post_with("/demo/be", &chosen, &[(header, "203.0.113.9")]).await;
        assert_eq!(through.status, 404, "{header}");
        let opened = service.browser().get_with("/", &[(header, "203.0.113.9")]).await;
        assert_eq!(opened.leads_to(), "/sign-in", "{header}");
    }
    assert_eq!((sessions(&service.app, ann), sessions(&service.app, head)), (1, 0));
}

async fn programs_share_a_session_that_is_renewed(world: World) {
    let (service, [ann, _]) = demo(&world);
    for _ in 0..3 {
        let answer = service.browser().get("/api/v1/councils").await;
        assert_eq!((answer.status, answer.set_cookies()), (200, Vec::new()), "{}", answer.text);
    }
    assert_eq!(sessions(&service.app, ann), 1);
    service.later(SignedDuration::from_hours(2));
    assert_eq!(service.browser().get("/api/v1/councils").await.status, 200, "another session follows");
    // A key is whose it is, and a wrong one is nobody's.
    let wrong = service.browser().get_with("/api/v1/councils", &[("authorization", "Bearer nonsense")]).await;
    assert_eq!(wrong.problem(), (401, "key_unusable".to_owned()));
}

async fn without_example_users_there_is_no_door(world: World) {
    world.register(REGISTER);
    // Not even where every council is invented.
    let service = served(&world, |app, _| app.demo = true);
    let ann = officer(&service.app, "ann").id;
    for path in ["/", "/account", "/feeds"] {
        let page = service.browser().get(path).await;
        assert!(page.leads_to().starts_with("/sign-in"), "{path}");
        assert_eq!(page.set_cookies(), Vec::<String>::new());
    }
    assert_eq!(service.browser().get("/api/v1/councils").await.problem(), (401, "not_signed_in".to_owned()));
    let signed_in = service.browser_of(ann, false);
    let token = signed_in.get("/account").await.form_token();
    let person = ann.to_string();
    for browser in [service.browser(), signed_in] {
        for fields in [&[][..], &[("form_token", token.as_str()), ("person", &person)], &[("person", "1")]] {
            let refused = browser.post("/demo/be", fields).await;
            assert_eq!(refused.status, 404, "{fields:?}: {}", refused.text);
            assert_eq!(refused.set_cookies(), Vec::<String>::new());
        }
        assert_eq!(browser.get("/demo/be").await.status, 404);
    }
    assert_eq!(sessions(&service.app, ann), 1);
}
