//! Signing in by an organisation's own provider, through our pages: there, back, and what goes wrong between.

use super::browser::{Browser, Page};
use super::{COUNTY, PAGE, Served, administrator, officer, served};
use crate::openid_provider::OpenidProvider;
use crate::support::{REGISTER, World, on_both};
use bellwether::auth::Actor;
use bellwether::auth::openid::{Provider, ProviderSettings};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::Arc;

on_both!(
    the_button_leads_there_and_back_to_the_page_that_was_wanted,
    an_answer_is_good_once_in_the_browser_that_asked,
    who_has_no_account_is_told_so,
    an_address_that_is_not_trusted_finds_nobody,
    a_second_factor_shown_there_counts_here,
    what_was_refused_or_took_too_long_is_told,
    a_provider_that_is_not_declared_is_not_there,
);

fn settings(provider: &OpenidProvider) -> ProviderSettings {
    ProviderSettings {
        id: "barset".to_owned(),
        title: "Barset".to_owned(),
        issuer: provider.issuer.clone(),
        client_id: "bellwether".to_owned(),
        client_secret_env: Some("SECRET".to_owned()),
        scopes: ["openid", "email"].map(str::to_owned).to_vec(),
        trusts_email: false,
        domains: vec!["example.org".to_owned()],
    }
}

/// A service that has that provider; the clock is the provider's own, the system's.
fn with_provider(world: &World, provider: &OpenidProvider) -> Served {
    world.register(REGISTER);
    world.app.clock.set(Timestamp::now());
    served(world, |app, _| {
        let declared = Provider::new(settings(provider), &|_| Some("any".to_owned())).unwrap();
        app.providers = Arc::new(vec![declared]);
    })
}

/// Presses the button; gives the page between, and the address that it leads to.
async fn begin(browser: &Browser, sign_in: &str) -> (Page, String) {
    let page = browser.get(sign_in).await;
    assert!(page.text.contains("Sign in with Barset"), "{}", page.text);
    let (token, then) = (page.form_token(), page.field("then").unwrap_or_default());
    let away = browser.post("/sign-in/openid/barset", &[("form_token", &token), ("then", &then)]).await;
    assert_eq!(away.status, 200, "{}", away.text);
    let address = away.header("refresh").unwrap().strip_prefix("0; url=").unwrap().to_owned();
    (away, address)
}

/// The path to which the provider sends somebody back who has signed in there.
async fn come_back(service: &Served, provider: &OpenidProvider, address: &str, subject: &str) -> String {
    let back = provider.sign_in(address, subject).await;
    let path = back.as_str().strip_prefix(&service.base).unwrap_or_else(|| panic!("{back} is not ours")).to_owned();
    assert!(path.starts_with("/sign-in/openid/barset/return?"), "{path}");
    path
}

/// A whole sign-in; what our page answers when the browser comes back.
async fn sign_in(service: &Served, provider: &OpenidProvider, browser: &Browser, subject: &str) -> Page {
    let (_, address) = begin(browser, "/sign-in").await;
    browser.get(&come_back(service, provider, &address, subject).await).await
}

fn is_out(browser: &Browser) -> bool {
    browser.cookie("bellwether").is_none()
}

async fn the_button_leads_there_and_back_to_the_page_that_was_wanted(world: World) {
    let Some(provider) = OpenidProvider::start() else { return };
    let service = with_provider(&world, &provider);
    officer(&service.app, "ann");
    provider.person("subject-1", &json!({ "email": "Ann@Example.org", "email_verified": true })).await;
    let browser = service.browser();
    let (away, address) = begin(&browser, browser.get(PAGE).await.leads_to()).await;
    assert!(address.starts_with(&provider.issuer), "{address}");
    let link = format!("href=\"{}\"", address.replace('&', "&#38;"));
    assert!(away.text.contains(&link), "{link} is not on the page:\n{}", away.text);
    assert_eq!(away.flags("bellwether-pending"), ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]);
    assert_eq!(away.header("cache-control"), Some("no-store"));
    assert_eq!(away.header("referrer-policy"), Some("same-origin"));
    for word in ["code_challenge_method=S256", "nonce=", "state=", "response_type=code"] {
        assert!(address.contains(word), "{word} is not in {address}");
    }
    let back = browser.get(&come_back(&service, &provider, &address, "subject-1").await).await;
    assert_eq!(back.leads_to(), PAGE);
    assert_eq!(back.flags("bellwether"), ["HttpOnly", "Path=/", "SameSite=Lax"]);
    assert_eq!((browser.cookie("bellwether-pending"), browser.cookie("bellwether-then")), (None, None));
    let page = browser.get(PAGE).await;
    assert!(page.status == 200 && page.text.contains(COUNTY), "{}", page.text);
    // From then on the subject is the person, whatever address the provider gives.
    provider.person("subject-1", &json!({ "email": "other@elsewhere.example", "email_verified": false })).await;
    assert_eq!(sign_in(&service, &provider, &service.browser(), "subject-1").await.leads_to(), "/");
}

async fn an_answer_is_good_once_in_the_browser_that_asked(world: World) {
    let Some(provider) = OpenidProvider::start() else { return };
    let service = with_provider(&world, &provider);
    officer(&service.app, "ann");
    provider.person("subject-1", &json!({ "email": "ann@example.org", "email_verified": true })).await;
    let (mine, other) = (service.browser(), service.browser());
    let (_, address) = begin(&mine, "/sign-in").await;
    let (_, others_address) = begin(&other, "/sign-in").await;
    let back = come_back(&service, &provider, &address, "subject-1").await;

    // In a browser that has asked for nothing, or for another sign-in.
    for browser in [service.browser(), other] {
        let refused = browser.get(&back).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.text.contains("does not belong to a sign-in that was begun in this browser"));
        assert!(is_out(&browser) && browser.cookie("bellwether-pending").is_none());
    }
    let others_back = come_back(&service, &provider, &others_address, "subject-1").await;
    // Another's answer, or one whose state was changed, spends one's own sign-in too.
    let pending = mine.cookie("bellwether-pending").unwrap();
    let forged = back.replace("state=", "state=x");
    for wrong in
        [others_back.as_str(), &forged, "/sign-in/openid/barset/return", "/sign-in/openid/barset/return?code=x"]
    {
        mine.keep("bellwether-pending", &pending);
        let refused = mine.get(wrong).await;
        assert_eq!(refused.status, 400, "{wrong}: {}", refused.text);
        assert!(is_out(&mine) && mine.cookie("bellwether-pending").is_none(), "{wrong}");
    }
    // A cookie that we didn't seal counts for nothing.
    let (begin, end) = pending.split_at(pending.len() / 2);
    let other = if end.starts_with('A') { "B" } else { "A" };
    mine.keep("bellwether-pending", &format!("{begin}{other}{}", &end[1..]));
    assert_eq!(mine.get(&back).await.status, 400);
    mine.keep("bellwether-pending", &pending);
    assert_eq!(mine.get(&back).await.leads_to(), "/");
    // Replayed, with the cookie kept by hand: the provider gives a code's proof once.
    let replaying = service.browser();
    replaying.keep("bellwether-pending", &pending);
    let replayed = replaying.get(&back).await;
    assert!(replayed.status >= 400 && is_out(&replaying), "{}: {}", replayed.status, replayed.text);
    // Two answers in one address are a page's error, and none of a program's.
    let twice = mine.get(&format!("{back}&state=b")).await;
    assert_eq!(twice.status, 400);
    assert!(twice.header("content-type").unwrap().starts_with("text/html"), "{}", twice.text);
}

async fn who_has_no_account_is_told_so(world: World) {
    let Some(provider) = OpenidProvider::start() else { return };
    let service = with_provider(&world, &provider);
    let left = officer(&service.app, "joe");
    let command = Actor::command();
    bellwether::auth::directory::close_person(&service.app.store, &command, left.id, service.app.clock.now()).unwrap();
    for email in ["nobody@example.org", "joe@example.org"] {
        provider.person(email, &json!({ "email": email, "email_verified": true })).await;
        let browser = service.browser();
        let refused = sign_in(&service, &provider, &browser, email).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text.contains("but there is no open account for you here"), "{}", refused.text);
        assert!(is_out(&browser));
    }
}

async fn an_address_that_is_not_trusted_finds_nobody(world: World) {
    let Some(provider) = OpenidProvider::start() else { return };
    let service = with_provider(&world, &provider);
    officer(&service.app, "ann");
    for (subject, claims) in [
        ("unverified", json!({ "email": "ann@example.org", "email_verified": false })),
        ("unsaid", json!({ "email": "ann@example.org" })),
        ("none", json!({})),
    ] {
        provider.person(subject, &claims).await;
        let browser = service.browser();
        let refused = sign_in(&service, &provider, &browser, subject).await;
        assert_eq!(refused.status, 403, "{subject}");
        assert!(refused.text.contains("no open account for you"), "{}", refused.text);
        assert!(is_out(&browser), "{subject}");
    }
}

async fn a_second_factor_shown_there_counts_here(world: World) {
    let Some(provider) = OpenidProvider::start() else { return };
    let service = with_provider(&world, &provider);
    administrator(&service.app, "head");
    for (subject, amr, there) in
        [("head", json!(["pwd"]), "/sign-in/second-factor"), ("head", json!(["pwd", "otp"]), "")]
    {
        provider.person(subject, &json!({ "email": "head@example.org", "email_verified": true, "amr": amr })).await;
        let browser = service.browser();
        assert_eq!(sign_in(&service, &provider, &browser, subject).await.leads_to(), "/");
        let page = browser.get("/organisations").await;
        if there.is_empty() {
            assert_eq!(page.status, 200, "{amr}");
        } else {
            assert_eq!(page.leads_to(), there, "{amr}");
        }
    }
}

async fn what_was_refused_or_took_too_long_is_told(world: World) {
    let Some(provider) = OpenidProvider::start() else { return };
    let service = with_provider(&world, &provider);
    officer(&service.app, "ann");
    let browser = service.browser();
    let (_, address) = begin(&browser, "/sign-in").await;
    let back = provider.refuse(&address).await;
    let refused = browser.get(back.as_str().strip_prefix(&service.base).unwrap()).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("Barset did not sign you in (access_denied)"), "{}", refused.text);
    let (_, address) = begin(&browser, "/sign-in").await;
    let back = come_back(&service, &provider, &address, "subject-1").await;
    service.later(SignedDuration::from_secs(601));
    let late = browser.get(&back).await;
    assert!(late.status == 400 && late.text.contains("took longer than ten minutes"), "{}", late.text);
    drop(provider);
    // What it said of itself was remembered for an hour.
    service.later(SignedDuration::from_hours(1));
    let token = browser.get("/sign-in").await.form_token();
    let gone = browser.post("/sign-in/openid/barset", &[("form_token", &token)]).await;
    assert!(gone.status == 502 && gone.text.contains("Barset can&#39;t be reached"), "{}: {}", gone.status, gone.text);
    assert!(is_out(&browser));
}

async fn a_provider_that_is_not_declared_is_not_there(world: World) {
    let Some(provider) = OpenidProvider::start() else { return };
    let service = with_provider(&world, &provider);
    let browser = service.browser();
    let token = browser.get("/sign-in").await.form_token();
    assert_eq!(browser.post("/sign-in/openid/other", &[("form_token", &token)]).await.status, 404);
    assert_eq!(browser.get("/sign-in/openid/other/return?code=a&state=b").await.status, 404);
    let unasked = browser.post("/sign-in/openid/barset", &[("form_token", "nonsense")]).await;
    assert_eq!(unasked.status, 403);
    assert_eq!((browser.cookie("bellwether-pending"), unasked.header("refresh")), (None, None));
}

/// In a real browser without scripts, where the provider is another host than ours and sends the browser through a third:
/// a redirect from the form would be stopped by our own policy on forms.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_browser_gets_to_the_provider_and_back() {
    use crate::browser::{browser, driver, text};
    use fantoccini::Locator;
    let (Some(provider), Some(driver)) = (OpenidProvider::start(), driver()) else { return };
    let world = World::new(crate::support::Backend::Sqlite).await.unwrap();
    let service = with_provider(&world, &provider);
    officer(&service.app, "ann");
    provider.person("subject-1", &json!({ "email": "ann@example.org", "email_verified": true })).await;
    let profile = tempfile::tempdir().unwrap();
    let client = browser(&driver, profile.path()).await;
    client.goto(&format!("{}{PAGE}", service.base)).await.unwrap();
    assert_eq!(client.current_url().await.unwrap().path(), "/sign-in");
    let button = client.find(Locator::XPath("//button[contains(., 'Sign in with Barset')]")).await.unwrap();
    button.click().await.unwrap();
    // The page between is left at once, and the provider's form is another host's.
    let field = client.wait().for_element(Locator::Css("input[name=sub]")).await.unwrap();
    assert!(client.current_url().await.unwrap().as_str().starts_with(&provider.issuer));
    field.send_keys("subject-1").await.unwrap();
    client.find(Locator::Css("button[type=submit], button:not([type])")).await.unwrap().click().await.unwrap();
    client.wait().for_element(Locator::Css("a[href='/account']")).await.unwrap();
    assert_eq!(client.current_url().await.unwrap().as_str(), format!("{}{PAGE}", service.base));
    assert!(text(&client).await.contains("Aldermarsh"));
    client.close().await.unwrap();
}
