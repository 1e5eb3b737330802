//! A link by e-mail, from the page that asks for the address to the page that was wanted first.

use super::browser::{Browser, Page};
use super::{COUNTY, PAGE, Served, link_in, mailer, officer, served};
use crate::support::smtp::Sink;
use crate::support::{REGISTER, World, on_both};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bellwether::auth::{Actor, links};
use jiff::SignedDuration;

on_both!(
    a_link_by_e_mail_signs_in_once_and_leads_to_the_page_that_was_wanted,
    an_old_link_signs_nobody_in,
    an_unknown_address_is_answered_like_a_known_one,
    nobody_is_led_to_another_host,
    a_page_is_found_again_whatever_signs_are_in_its_address,
    over_tls_cookies_keep_to_it_and_to_this_host,
    without_mail_no_form_asks_for_an_address,
);

async fn posting(world: &World) -> (Served, Sink) {
    world.register(REGISTER);
    let sink = Sink::start().await;
    let service = served(world, |app, _| app.mailer = mailer(&sink.address));
    (service, sink)
}

/// Asks for a link with the form of the sign-in page.
async fn ask(browser: &Browser, at: &str, email: &str) -> Page {
    let page = browser.get(at).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let (token, then) = (page.form_token(), page.field("then").unwrap_or_default());
    browser.post("/sign-in", &[("form_token", &token), ("email", email), ("then", &then)]).await
}

/// Presses the button of a link's page.
async fn follow(browser: &Browser, link: &str) -> Page {
    browser.submit(&format!("/sign-in/link?token={link}"), "/sign-in/link", &[("token", link)]).await
}

/// Sends a link's form although its page shows none any more.
async fn press(browser: &Browser, link: &str) -> Page {
    browser.submit("/sign-in", "/sign-in/link", &[("token", link)]).await
}

async fn a_link_by_e_mail_signs_in_once_and_leads_to_the_page_that_was_wanted(world: World) {
    let (service, sink) = posting(&world).await;
    officer(&service.app, "ann");
    let browser = service.browser();
    let sign_in = browser.get(PAGE).await.leads_to().to_owned();
    assert_eq!(sign_in, "/sign-in?then=%2Fcouncils%2FE04990001%3Fas_of%3D2026-11-20");
    let page = browser.get(&sign_in).await;
    assert_eq!(page.flags("bellwether-form"), ["HttpOnly", "Path=/", "SameSite=Lax"]);
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let sent = ask(&browser, &sign_in, "Ann@example.org").await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    assert!(sent.text.contains("Look in your e-mail"), "{}", sent.text);
    assert!(!sent.set_cookies().iter().any(|set| set.starts_with("bellwether=")), "nobody is signed in yet");
    assert_eq!(service.deliver().await, 1);
    let letters = sink.taken();
    assert_eq!(letters[0].to, ["ann@example.org"]);
    let link = link_in(&letters[0].body(), &service.base);
    let address = format!("/sign-in/link?token={link}");

    // A mail scanner opens it, twice; it keeps no cookies and presses no button.
    for _ in 0..2 {
        let scanned = service.browser().get(&address).await;
        assert_eq!(scanned.status, 200);
        assert!(!scanned.set_cookies().iter().any(|set| set.starts_with("bellwether=")));
    }
    let entered = follow(&browser, &link).await;
    assert_eq!(entered.leads_to(), PAGE);
    assert_eq!(entered.flags("bellwether"), ["HttpOnly", "Path=/", "SameSite=Lax"]);
    assert_eq!(entered.header("cache-control"), Some("no-store"));
    assert_eq!(browser.cookie("bellwether-then"), None, "it was for this once");
    let wanted = browser.get(PAGE).await;
    assert_eq!(wanted.status, 200);
    assert!(wanted.text.contains("Example ann") && wanted.text.contains(COUNTY), "{}", wanted.text);

    for again in [press(&service.browser(), &link).await, service.browser().get(&address).await] {
        assert_eq!(again.status, 403);
        assert!(again.text.contains("This link has been used or is older than 15 minutes."), "{}", again.text);
        assert!(!again.set_cookies().iter().any(|set| set.starts_with("bellwether=")));
    }
    // Nobody signs in by a link that was never drawn, nor without one.
    for nonsense in ["", "x", &link.to_lowercase()] {
        let browser = service.browser();
        assert_eq!(press(&browser, nonsense).await.status, 403, "{nonsense}");
        assert_eq!(browser.cookie("bellwether"), None);
    }
}

async fn an_old_link_signs_nobody_in(world: World) {
    let (service, sink) = posting(&world).await;
    officer(&service.app, "ann");
    let browser = service.browser();
    for _ in 0..2 {
        ask(&browser, "/sign-in", "ann@example.org").await;
    }
    assert_eq!(service.deliver().await, 2);
    let [first, second] = [0, 1].map(|letter| link_in(&sink.taken()[letter].body(), &service.base));
    service.later(SignedDuration::from_mins(15).checked_sub(SignedDuration::from_micros(1)).unwrap());
    assert_eq!(follow(&service.browser(), &first).await.leads_to(), "/");
    let page = browser.get(&format!("/sign-in/link?token={second}")).await;
    service.later(SignedDuration::from_micros(1));
    // The page was opened in time, the button pressed too late.
    let fields = [("form_token", page.form_token()), ("token", second.clone())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let late = browser.post("/sign-in/link", &fields).await;
    assert_eq!(late.status, 403);
    assert_eq!(browser.cookie("bellwether"), None);
    assert_eq!(browser.get(&format!("/sign-in/link?token={second}")).await.status, 403);
}

async fn an_unknown_address_is_answered_like_a_known_one(world: World) {
    let (service, sink) = posting(&world).await;
    officer(&service.app, "ann");
    let left = officer(&service.app, "joe");
    let command = Actor::command();
    bellwether::auth::directory::close_person(&service.app.store, &command, left.id, service.app.clock.now()).unwrap();
    let mut answers = Vec::new();
    for email in ["ann@example.org", "bob@example.org", "joe@example.org", "not an address!"] {
        assert_eq!(email.len(), 15, "the same length, so that only what is told can differ");
        let page = ask(&service.browser(), "/sign-in", email).await;
        let mut headers: Vec<(String, String)> = page
            .headers
            .iter()
            .filter(|(name, _)| *name != "date")
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort_unstable();
        assert_eq!(page.text.matches(email).count(), 1, "{}", page.text);
        answers.push((page.status, headers, page.text.replace(email, "ADDRESS")));
    }
    assert_eq!(answers[0].0, 200);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(service.deliver().await, 1);
    assert_eq!(sink.taken().iter().map(|letter| letter.to.clone()).collect::<Vec<_>>(), [["ann@example.org"]]);
}

/// Signs in by a link drawn at the command line; where that leads.
async fn signed_in(service: &Served, browser: &Browser) -> String {
    let token = links::draw(&service.app.store, &Actor::command(), "ann@example.org", service.app.clock.now()).unwrap();
    follow(browser, token.reveal()).await.leads_to().to_owned()
}

async fn nobody_is_led_to_another_host(world: World) {
    let (service, _) = posting(&world).await;
    officer(&service.app, "ann");
    for hostile in [
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "https://elsewhere.example/",
        "javascript:alert(1)",
        "/%2Felsewhere.example\r\nSet-Cookie: a=b",
        "elsewhere",
        "/sign-out",
    ] {
        let browser = service.browser();
        let then: String = form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let page = browser.get(&format!("/sign-in?then={then}")).await;
        assert_eq!(page.field("then"), None, "{hostile:?} is not put into the form");
        let fields = [("form_token", page.form_token()), ("email", "x@example.org".to_owned())];
        let mut fields = fields.each_ref().map(|(name, value)| (*name, value.as_str())).to_vec();
        fields.push(("then", hostile));
        let asked = browser.post("/sign-in", &fields).await;
        assert_eq!(asked.status, 200);
        assert_eq!(browser.cookie("bellwether-then"), None, "{hostile:?}");
        // Nor out of a cookie that somebody else put there.
        browser.keep("bellwether-then", &URL_SAFE_NO_PAD.encode(hostile));
        assert_eq!(signed_in(&service, &browser).await, "/", "{hostile:?}");
    }
    let browser = service.browser();
    browser.keep("bellwether-then", "not in base 64!");
    assert_eq!(signed_in(&service, &browser).await, "/");
}

async fn a_page_is_found_again_whatever_signs_are_in_its_address(world: World) {
    let (service, _) = posting(&world).await;
    officer(&service.app, "ann");
    for page in ["/?name=great%20pellow&county=a%26b", "/councils/E04990001", "/?name=%C5%B4el%2Fsh;x,y"] {
        let browser = service.browser();
        let sign_in = browser.get(page).await.leads_to().to_owned();
        ask(&browser, &sign_in, "ann@example.org").await;
        assert_eq!(signed_in(&service, &browser).await, page);
    }
}

async fn over_tls_cookies_keep_to_it_and_to_this_host(world: World) {
    world.register(REGISTER);
    let sink = Sink::start().await;
    let service = served(&world, |app, config| {
        app.mailer = mailer(&sink.address);
        config.address = Some("https://bellwether.example.org".to_owned());
    });
    officer(&service.app, "ann");
    let browser = service.browser();
    let strict = ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"];
    let page = browser.get(&format!("/sign-in?then={PAGE}")).await;
    assert_eq!(page.flags("__Host-bellwether-form"), strict);
    let asked = ask(&browser, &format!("/sign-in?then={PAGE}"), "ann@example.org").await;
    assert_eq!(asked.flags("__Host-bellwether-then"), [["Max-Age=1200"].as_slice(), &strict].concat().sorted());
    assert_eq!(service.deliver().await, 1);
    let link = link_in(&sink.taken()[0].body(), "https://bellwether.example.org");
    let entered = follow(&browser, &link).await;
    assert_eq!(entered.leads_to(), PAGE);
    assert_eq!(entered.flags("__Host-bellwether"), strict);
    assert_eq!(browser.get(PAGE).await.status, 200);
    // A neighbour could set the name without the prefix: it counts for nothing.
    let session = browser.cookie("__Host-bellwether").unwrap();
    let other = service.browser();
    other.keep("bellwether", &session);
    assert!(other.get(PAGE).await.leads_to().starts_with("/sign-in?"));
}

trait Sorted {
    fn sorted(self) -> Self;
}

impl Sorted for Vec<&str> {
    fn sorted(mut self) -> Self {
        self.sort_unstable();
        self
    }
}

async fn without_mail_no_form_asks_for_an_address(world: World) {
    let service = served(&world, |_, _| {});
    officer(&service.app, "ann");
    let browser = service.browser();
    let page = browser.get("/sign-in").await;
    assert!(!page.text.contains("<form") && page.text.contains("bellwether admin sign-in-link"), "{}", page.text);
    assert_eq!(signed_in(&service, &browser).await, "/");
    assert_eq!(browser.get("/").await.status, 200);
}
