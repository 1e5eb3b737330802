//! Snapshots: what the API says, what a page and an explanation read like, to the letter.
//!
//! Hashes of the rule set and of inputs are cut out: they change with every edit of a rule, and other tests hold them.

use crate::support::{World, get, get_json, on_both};
use bellwether::auth::Reach;
use bellwether::scoring::rules;

on_both!(
    a_council_as_json,
    a_council_as_a_page,
    an_explanation_as_text,
    a_run_as_json,
    a_problem_as_json,
    mondays_list_as_json
);

/// The text without hashes, and without the port of the source.
fn steady(world: &World, text: &str) -> String {
    let mut steady = String::new();
    for piece in text.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let hexadecimal = piece.chars().take_while(char::is_ascii_hexdigit).count();
        let shortened = [8, 12].contains(&hexadecimal) && world.app.rules.set.hash.starts_with(&piece[..hexadecimal]);
        if hexadecimal == 64 || shortened {
            steady.push_str("HASH");
            steady.push_str(&piece[hexadecimal..]);
        } else {
            steady.push_str(piece);
        }
    }
    steady.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

async fn json(world: &World, path: &str) -> String {
    let answer = get_json(&format!("{}{path}", world.serve())).await;
    steady(world, &serde_json::to_string_pretty(&answer).unwrap())
}

async fn a_council_as_json(world: World) {
    world.with_outcomes().await;
    insta::assert_snapshot!("council.json", json(&world, "/api/v1/councils/E04990001").await);
}

async fn mondays_list_as_json(world: World) {
    world.with_outcomes().await;
    insta::assert_snapshot!("list.json", json(&world, "/api/v1/councils?limit=1").await);
}

async fn a_run_as_json(world: World) {
    world.with_outcomes().await;
    insta::assert_snapshot!("run.json", json(&world, "/api/v1/runs/1").await);
}

async fn a_problem_as_json(world: World) {
    let (_, _, text) = get(&format!("{}/api/v1/councils/E04999999", world.serve())).await;
    insta::assert_snapshot!("problem.json", text);
}

async fn a_council_as_a_page(world: World) {
    world.with_outcomes().await;
    let (_, _, page) = get(&format!("{}/councils/E04990001", world.serve())).await;
    // The short form of the hash of the inputs stands beside its whole form.
    let whole = bellwether::triage::whole(
        &world.app.store,
        &world.app.rules.set,
        &Reach::Nation,
        ("E04990001", crate::support::TODAY),
    )
    .unwrap();
    let page = page.replace(&format!(">{}", &whole.score.inputs[..8]), ">SHORT");
    insta::assert_snapshot!("council.html", steady(&world, &page));
}

async fn an_explanation_as_text(world: World) {
    world.with_outcomes().await;
    let whole = bellwether::triage::whole(
        &world.app.store,
        &world.app.rules.set,
        &Reach::Nation,
        ("E04990001", crate::support::TODAY),
    )
    .unwrap();
    insta::assert_snapshot!("explanation.txt", steady(&world, &bellwether::cli::explained(&whole)));
    assert_eq!(whole.score.rule_set, rules::load(&rules::embedded()).unwrap().hash);
}
