//! How often one may try, and that nobody is kept out by somebody else's trying.

use super::browser::Page;
use super::{Served, officer, served};
use crate::support::{REGISTER, World, cast, on_both};
use bellwether::app::App;
use bellwether::auth::limits::{Allowance, LimitSettings, Limits};
use bellwether::auth::{Actor, OrganisationKind, Role, links};
use std::num::NonZeroU32;
use std::sync::Arc;

on_both!(
    sign_in_is_limited_by_address,
    the_proxys_word_counts_only_where_one_is_declared,
    a_stranger_locks_nobody_out,
    keys_are_limited_as_the_configuration_says,
    wrong_keys_are_limited_and_use_up_nobody_elses,
    a_dead_session_is_not_counted_against_its_browser_twice,
);

/// Limits that no test reaches.
pub fn generous() -> Arc<Limits> {
    let plenty = Allowance::a_minute(NonZeroU32::new(1_000_000).unwrap());
    Arc::new(Limits::new(LimitSettings { sign_in: plenty, code: plenty, key: plenty, page: plenty, unknown: plenty }))
}

/// The service's own limits.
fn usual() -> Arc<Limits> {
    Arc::new(Limits::new(LimitSettings::default()))
}

/// A service with the usual limits, which takes requests for links; whether a proxy stands before it.
fn posting(world: &World, behind_proxy: bool) -> Served {
    served(world, |app, config| {
        app.limits = usual();
        app.mailer = super::mailer("127.0.0.1:1");
        config.behind_proxy = behind_proxy;
    })
}

fn limited(page: &Page) {
    assert_eq!(page.status, 429, "{}", page.text);
    let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

/// Asks for a link from an address, as a proxy would say it.
async fn ask_from(service: &Served, forwarded: &str) -> Page {
    let browser = service.browser();
    let token = browser.get("/sign-in").await.form_token();
    let fields = [("form_token", token.as_str()), ("email", "nobody@example.org")];
    browser.post_with("/sign-in", &fields, &[("x-forwarded-for", forwarded)]).await
}

async fn sign_in_is_limited_by_address(world: World) {
    let service = posting(&world, false);
    let browser = service.browser();
    let token = browser.get("/sign-in").await.form_token();
    for _ in 0..5 {
        let asked = browser.post("/sign-in", &[("form_token", &token), ("email", "nobody@example.org")]).await;
        assert_eq!(asked.status, 200);
        let guessed = browser.post("/sign-in/link", &[("form_token", &token), ("token", "guess")]).await;
        assert_eq!(guessed.status, 403, "asking and guessing count together");
    }
    limited(&browser.post("/sign-in", &[("form_token", &token), ("email", "nobody@example.org")]).await);
    limited(&browser.post("/sign-in/link", &[("form_token", &token), ("token", "guess")]).await);
    limited(&ask_from(&service, "203.0.113.9").await);
    // Looking is free.
    assert_eq!(browser.get("/sign-in").await.status, 200);
}

async fn the_proxys_word_counts_only_where_one_is_declared(world: World) {
    let service = posting(&world, true);
    for _ in 0..10 {
        assert_eq!(ask_from(&service, "203.0.113.9").await.status, 200);
    }
    limited(&ask_from(&service, "203.0.113.9").await);
    limited(&ask_from(&service, "198.51.100.4, 203.0.113.9").await);
    assert_eq!(ask_from(&service, "203.0.113.10").await.status, 200, "another address has its own");
    for number in 0..10 {
        assert_eq!(ask_from(&service, &format!("2001:db8:1:2::{number}")).await.status, 200);
    }
    limited(&ask_from(&service, "2001:db8:1:2:ffff::1").await);
    assert_eq!(ask_from(&service, "2001:db8:1:3::1").await.status, 200, "another network");
}

async fn a_stranger_locks_nobody_out(world: World) {
    world.register(REGISTER);
    let service = posting(&world, true);
    officer(&service.app, "ann");
    let from = |address: &'static str| [("x-forwarded-for", address)];
    let (stranger, ann) = (service.browser(), service.browser());
    let token = stranger.get("/sign-in").await.form_token();
    for _ in 0..12 {
        let fields = [("form_token", token.as_str()), ("email", "ann@example.org")];
        stranger.post_with("/sign-in", &fields, &from("203.0.113.9")).await;
        let fields = [("form_token", token.as_str()), ("code", "000000")];
        stranger.post_with("/sign-in/second-factor", &fields, &from("203.0.113.9")).await;
    }
    let link = links::draw(&service.app.store, &Actor::command(), "ann@example.org", service.app.clock.now()).unwrap();
    let token = ann.get("/sign-in").await.form_token();
    let fields = [("form_token", token.as_str()), ("token", link.reveal())];
    assert_eq!(ann.post_with("/sign-in/link", &fields, &from("198.51.100.4")).await.leads_to(), "/");
    assert_eq!(ann.get("/").await.status, 200);
}

async fn keys_are_limited_as_the_configuration_says(world: World) {
    let text = format!("database = {:?}\nkey_requests_a_minute = 3\n", world.url);
    let mut config = bellwether::config::Config::parse(&text, "test.toml").unwrap();
    config.secret_key_file.clone_from(&world.app.config.secret_key_file);
    let app = App::open(config, world.app.clock.clone()).unwrap();
    let nalc = cast::organisation(&app, OrganisationKind::Nalc, "");
    let [one, other] = [(); 2].map(|()| cast::key(&app, &nalc, Role::Manager, &[]));
    let base = crate::support::serve(app);
    let get = async |key: &str| {
        let bearer = format!("Bearer {key}");
        super::Browser::new(&base).get_with("/api/v1/councils", &[("authorization", &bearer)]).await
    };
    for _ in 0..3 {
        assert_eq!(get(&one).await.status, 200);
    }
    let refused = get(&one).await;
    limited(&refused);
    assert_eq!(refused.problem(), (429, "too_many_requests".to_owned()));
    assert_eq!(get(&other).await.status, 200, "another key has its own");
}

async fn wrong_keys_are_limited_and_use_up_nobody_elses(world: World) {
    let service = served(&world, |app, _| app.limits = usual());
    let nalc = cast::organisation(&service.app, OrganisationKind::Nalc, "");
    let key = cast::key(&service.app, &nalc, Role::Manager, &[]);
    let get = async |key: &str| {
        let bearer = format!("Bearer {key}");
        service.browser().get_with("/api/v1/councils", &[("authorization", &bearer)]).await
    };
    // Of the right prefix, which is no secret, and of none.
    let last = key.chars().last().unwrap();
    let forged = format!("{}{}", &key[..key.len() - 1], if last == 'A' { 'B' } else { 'A' });
    for number in 0..20 {
        let wrong = if number % 2 == 0 { forged.as_str() } else { "nonsense" };
        let refused = get(wrong).await;
        assert_eq!(refused.problem(), (401, "key_unusable".to_owned()));
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
        assert!(!refused.text.contains(wrong), "what was sent is not repeated");
    }
    limited(&get(&forged).await);
    limited(&get("nonsense").await);
    assert_eq!(get(&key).await.status, 200, "the right key from the same address");
    for scheme in ["Basic", "Bearer"] {
        let header = format!("{scheme} ");
        let refused = service.browser().get_with("/api/v1/councils", &[("authorization", &header)]).await;
        assert!([401, 429].contains(&refused.status), "{scheme}: {}", refused.status);
    }
}

async fn a_dead_session_is_not_counted_against_its_browser_twice(world: World) {
    let service = served(&world, |app, _| app.limits = usual());
    let ann = officer(&service.app, "ann");
    let browser = service.browser_of(ann.id, false);
    service.later(jiff::SignedDuration::from_hours(13));
    for _ in 0..30 {
        assert!(browser.get("/account").await.leads_to().starts_with("/sign-in"));
    }
    assert_eq!(browser.cookie("bellwether"), None);
    // Who guesses at sessions is held up; the slower the machine, the later, because an allowance grows with time.
    let mut statuses = Vec::new();
    while statuses.len() < 300 && statuses.last() != Some(&429) {
        let guessing = service.browser();
        guessing.keep("bellwether", &format!("guess-{}", statuses.len()));
        statuses.push(guessing.get("/account").await.status);
    }
    assert_eq!((statuses.first(), statuses.last()), (Some(&303), Some(&429)), "{statuses:?}");
}
