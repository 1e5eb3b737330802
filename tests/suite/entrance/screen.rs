//! Signing in by a link in a real browser, without scripts: in, to one's account, and out.

use super::{PAGE, link_in, mailer, officer, served};
use crate::browser::{browser, driver, text};
use crate::support::smtp::Sink;
use crate::support::{Backend, World};
use fantoccini::{Client, Locator};

async fn press(client: &Client, words: &str) {
    let button = client.find(Locator::XPath(&format!("//button[contains(., '{words}')]"))).await;
    let button = button.unwrap_or_else(|e| panic!("no button “{words}”: {e}"));
    button.clone().click().await.unwrap();
    // The next page stands once this one's button is gone.
    while button.tag_name().await.is_ok() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_signs_in_looks_at_her_account_and_signs_out() {
    let Some(driver) = driver() else { return };
    let world = World::new(Backend::Sqlite).await.unwrap();
    world.with_outcomes().await;
    let sink = Sink::start().await;
    let service = served(&world, |app, _| app.mailer = mailer(&sink.address));
    officer(&service.app, "ann");
    let profile = tempfile::tempdir().unwrap();
    let client = browser(&driver, profile.path()).await;

    client.goto(&format!("{}{PAGE}", service.base)).await.unwrap();
    let here = client.current_url().await.unwrap();
    assert_eq!((here.path(), here.query()), ("/sign-in", Some("then=%2Fcouncils%2FE04990001%3Fas_of%3D2026-11-20")));
    let field = client.find(Locator::Css("input[type=email]")).await.unwrap();
    field.send_keys("ann@example.org").await.unwrap();
    press(&client, "Send me a link").await;
    assert!(text(&client).await.contains("Look in your e-mail"));
    assert_eq!(service.deliver().await, 1);
    let link = link_in(&sink.taken()[0].body(), &service.base);

    // Opened and loaded again, as people do: still good.
    for _ in 0..2 {
        client.goto(&format!("{}/sign-in/link?token={link}", service.base)).await.unwrap();
        assert!(text(&client).await.contains("One more step"));
    }
    press(&client, "Sign in").await;
    assert_eq!(client.current_url().await.unwrap().as_str(), format!("{}{PAGE}", service.base));
    assert!(text(&client).await.contains("Aldermarsh"));

    client.find(Locator::Css("a[href='/account']")).await.unwrap().click().await.unwrap();
    let account = text(&client).await;
    for words in ["Your account", "ann@example.org", "Where you are signed in", "This one", "127.0.0.1"] {
        assert!(account.contains(words), "{words} is not on the page:\n{account}");
    }
    press(&client, "Sign out").await;
    assert_eq!(client.current_url().await.unwrap().path(), "/sign-in");
    client.goto(&format!("{}/account", service.base)).await.unwrap();
    assert_eq!(client.current_url().await.unwrap().path(), "/sign-in", "signed out is signed out");
    client.close().await.unwrap();
}
