//! The pages in a real browser: chromium, by its driver, at desktop and phone width, without JavaScript needed.

use crate::support::{World, cast};
use bellwether::app::Example;
use bellwether::auth::directory::{NewPerson, add_person};
use bellwether::auth::{Actor, OrganisationKind, Role};
use fantoccini::{Client, ClientBuilder, Locator};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A driver that ends with the test.
pub(crate) struct Driver {
    process: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts chromedriver; none where it isn't installed (an error when the suite needs it).
pub(crate) fn driver() -> Option<Driver> {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let started =
        Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    match started {
        Ok(process) => Some(Driver { process, port }),
        Err(missing) => {
            let needed = std::env::var_os("BELLWETHER_TESTS_NEED_ALL").is_some();
            assert!(!needed, "no chromedriver was found, and tests/run needs one: {missing}");
            eprintln!("SKIPPED: chromedriver is not installed; tests/run installs it");
            None
        }
    }
}

pub(crate) async fn browser(driver: &Driver, profile: &std::path::Path) -> Client {
    let options = serde_json::json!({
        "goog:chromeOptions": {
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                format!("--user-data-dir={}", profile.display()),
            ],
            // Nothing may depend on a script.
            "prefs": { "profile.managed_default_content_settings.javascript": 2 },
        }
    });
    let serde_json::Value::Object(capabilities) = options else { unreachable!() };
    let started = Instant::now();
    loop {
        let http = hyper_util::client::legacy::connect::HttpConnector::new();
        let address = format!("http://127.0.0.1:{}", driver.port);
        match ClientBuilder::new(http).capabilities(capabilities.clone()).connect(&address).await {
            Ok(client) => return client,
            Err(error) => assert!(started.elapsed() < Duration::from_secs(60), "the browser did not start: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Keeps a screenshot where `BELLWETHER_SCREENSHOTS` names a folder.
pub(crate) async fn screenshot(client: &Client, name: &str) {
    if let Some(folder) = std::env::var_os("BELLWETHER_SCREENSHOTS") {
        let png = client.screenshot().await.unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }
}

pub(crate) async fn text(client: &Client) -> String {
    // A click comes back before the next page stands: what was found on the one before is gone then, and found anew.
    loop {
        match client.find(Locator::Css("body")).await.unwrap().text().await {
            Ok(text) => return text,
            Err(gone) if gone.to_string().contains("stale element") => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// How the page's main part is wider than the window, where it is.
pub(crate) async fn too_wide(client: &Client) -> Option<String> {
    let body = client.find(Locator::Css("body")).await.unwrap();
    let (_, _, body_width, _) = body.rectangle().await.unwrap();
    let main = client.find(Locator::Css("main")).await.unwrap();
    let (x, _, width, _) = main.rectangle().await.unwrap();
    (x < 0.0 || x + width > body_width + 1.0).then(|| format!("{width} from {x} in a window of {body_width}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_finds_the_council_that_needs_her_first() {
    let Some(driver) = driver() else { return };
    let mut world = World::new(crate::support::Backend::Sqlite).await.unwrap();
    world.with_outcomes().await;
    bellwether::triage::rescore_all(&world.app, "test").unwrap();
    // By the demo's door: how people sign in has a browser test of its own.
    let new = NewPerson {
        email: "manager@example.org".to_owned(),
        name: "Example Manager".to_owned(),
        organisation: cast::organisation(&world.app, OrganisationKind::Nalc, ""),
        roles: vec![Role::Manager],
    };
    let person = add_person(&world.app.store, &Actor::command(), &new, world.app.clock.now()).unwrap().id;
    world.app.examples = Arc::new(vec![Example { person, title: "Manager".to_owned() }]);
    let base = world.serve();
    let profile = tempfile::tempdir().unwrap();
    let client = browser(&driver, profile.path()).await;

    // Monday's list: who comes first; a filter by name, which stays in the address.
    client.goto(&format!("{base}/")).await.unwrap();
    assert!(text(&client).await.contains("Aldermarsh"));
    screenshot(&client, "list").await;
    let name = client.find(Locator::Css("input[name=name]")).await.unwrap();
    name.send_keys("alder").await.unwrap();
    client.find(Locator::Css("form.filters button")).await.unwrap().click().await.unwrap();
    assert!(client.current_url().await.unwrap().query().unwrap_or_default().contains("name=alder"));
    let filtered = text(&client).await;
    assert!(filtered.contains("Aldermarsh") && !filtered.contains("Great Pellow"), "{filtered}");

    // Her page, by the link; and back by the keyboard's way: the first stop of Tab is the skip link.
    client.find(Locator::LinkText("Aldermarsh")).await.unwrap().click().await.unwrap();
    assert!(client.current_url().await.unwrap().path().ends_with("/councils/E04990001"));
    let council = text(&client).await;
    for words in ["Offer support", "What would clear it", "Not assessed"] {
        assert!(council.contains(words), "{words} is not on the page:\n{council}");
    }
    screenshot(&client, "council").await;
    client.find(Locator::Css("body")).await.unwrap().send_keys("\u{e004}").await.unwrap();
    let first_stop = client.active_element().await.unwrap().attr("href").await.unwrap();
    assert!(first_stop.is_some_and(|href| href.starts_with('#')), "the first stop is the skip link");

    // A phone: nothing to scroll sideways.
    client.set_window_size(400, 800).await.unwrap();
    for (page, path) in [
        ("list", "/"),
        ("council", "/councils/E04990001"),
        ("feeds", "/feeds"),
        ("run", "/runs/1"),
        ("national", "/national"),
        ("account", "/account"),
        ("audit", "/audit"),
        ("subjects", "/subjects"),
        ("retention", "/retention"),
        ("contacts", "/councils/E04990001/contacts"),
    ] {
        client.goto(&format!("{base}{path}")).await.unwrap();
        assert_eq!(too_wide(&client).await, None, "{page}");
        screenshot(&client, &format!("{page}-phone")).await;
    }
    client.close().await.unwrap();
}
