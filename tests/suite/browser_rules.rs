//! How rules come into force, by clicking: an editor drafts and rehearses, two publishers approve, one publishes; then the same
//! pages on a phone.

use crate::browser::{browser, driver, screenshot, text, too_wide};
use crate::support::{World, cast};
use bellwether::app::Example;
use bellwether::auth::directory::{NewPerson, add_person};
use bellwether::auth::{Actor, OrganisationKind, Role};
use fantoccini::{Client, Locator};
use std::sync::Arc;

/// Somebody of NALC whom the demo's bar offers.
fn example(world: &World, title: &str, role: Role) -> Example {
    let new = NewPerson {
        email: format!("{}@example.org", title.to_lowercase()),
        name: format!("Example {title}"),
        organisation: cast::organisation(&world.app, OrganisationKind::Nalc, ""),
        roles: vec![role],
    };
    let added = add_person(&world.app.store, &Actor::command(), &new, world.app.clock.now()).unwrap();
    Example { person: added.id, title: title.to_owned() }
}

async fn press(client: &Client, words: &str) {
    let button = format!("//button[normalize-space()='{words}']");
    client.find(Locator::XPath(&button)).await.unwrap().click().await.unwrap();
}

/// Goes on as another of the demo's bar.
async fn become_one(client: &Client, base: &str, title: &str) {
    client.goto(&format!("{base}/")).await.unwrap();
    reads(client, "You are:").await;
    press(client, title).await;
    reads(client, "Aldermarsh").await;
}

async fn follow(client: &Client, words: &str) {
    client.find(Locator::LinkText(words)).await.unwrap().click().await.unwrap();
}

async fn fill(client: &Client, field: &str, with: &str) {
    let field = client.find(Locator::Id(field)).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(with).await.unwrap();
}

/// Waits for words on the page: a click comes back before the next page stands.
async fn reads(client: &Client, words: &str) -> String {
    for _ in 0..100 {
        let read = text(client).await;
        if read.contains(words) {
            return read;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{words:?} does not come: {}", text(client).await)
}

/// Nothing to scroll sideways.
async fn on_a_phone(client: &Client, base: &str) {
    client.set_window_size(400, 800).await.unwrap();
    for (page, path) in [
        ("rules", "/rules"),
        ("draft", "/rules/drafts/1"),
        ("rehearsal", "/rules/drafts/1/rehearsal?from=2026-09-15"),
        ("method", "/method"),
        ("transparency", "/transparency"),
        ("council", "/councils/E04990001"),
    ] {
        client.goto(&format!("{base}{path}")).await.unwrap();
        assert_eq!(too_wide(client).await, None, "{page}");
        screenshot(client, &format!("{page}-phone")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_rules_is_drafted_rehearsed_approved_and_published() {
    let Some(driver) = driver() else { return };
    let mut world = World::new(crate::support::Backend::Sqlite).await.unwrap();
    world.with_outcomes().await;
    let cast = [("Editor", Role::RuleEditor), ("First", Role::RulePublisher), ("Second", Role::RulePublisher)];
    world.app.demo = true;
    world.app.examples = Arc::new(Vec::from(cast.map(|(title, role)| example(&world, title, role))));
    let base = world.serve();
    let profile = tempfile::tempdir().unwrap();
    let client = browser(&driver, profile.path()).await;

    // The editor changes when support ends. A mistake first: told by its line, with the text still there.
    become_one(&client, &base, "Editor").await;
    client.goto(&format!("{base}/rules")).await.unwrap();
    follow(&client, "bands.toml").await;
    let field = client.find(Locator::Id("text")).await.unwrap();
    let written = field.prop("value").await.unwrap().unwrap();
    fill(&client, "text", &written.replace("leave_below = 5", "leave_below = 7")).await;
    fill(&client, "why", "support ended too early").await;
    press(&client, "Check it, and keep it as a draft").await;
    let mistaken = reads(&client, "It can’t be kept like this").await;
    assert!(mistaken.contains("bands.toml:"), "{mistaken}");
    let mended = written.replace("leave_below = 5", "leave_below = 4").replace("\"pilot 1\"", "\"pilot 2\"");
    fill(&client, "text", &mended).await;
    press(&client, "Check it, and keep it as a draft").await;
    let draft = reads(&client, "0 of 2 approvals").await;
    assert!(draft.contains("leave_below") && draft.contains("pilot 2"), "{draft}");
    screenshot(&client, "draft").await;

    // Rehearsed today, then from month to month.
    follow(&client, "Rehearse it: which councils it would move").await;
    reads(&client, "No council would stand in another band").await;
    let from = client.find(Locator::Id("from")).await.unwrap();
    // A date field takes the day in the order of the browser's language, which is American where none is set.
    from.send_keys("09152026").await.unwrap();
    client
        .find(Locator::Css("form[aria-label='Rehearse from month to month'] button"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    let months = reads(&client, "Month by month to").await;
    assert!(months.contains("1 October 2026") && months.contains("1 November 2026"), "{months}");
    screenshot(&client, "rehearsal").await;

    // Two others approve it, and one of them puts it into force.
    for (place, title) in ["First", "Second"].into_iter().enumerate() {
        become_one(&client, &base, title).await;
        client.goto(&format!("{base}/rules/drafts/1")).await.unwrap();
        fill(&client, "why", "it is right").await;
        press(&client, "Approve").await;
        reads(&client, &format!("{} of 2 approvals", place + 1)).await;
    }
    fill(&client, "why", "from this month on").await;
    press(&client, "Put it into force").await;
    let published = reads(&client, "from this month on").await;
    assert!(published.contains("version pilot 2"), "{published}");
    assert!(world.app.in_force().unwrap().set.title.contains("pilot 2"));

    on_a_phone(&client, &base).await;
    client.close().await.unwrap();
}
