//! Who may see and do what: every route for every role, on one's own and on others', against one table.
//!
//! `matrix/expectations.txt` is the source: it says what comes, in words that need no programmer. A route that isn't in it
//! fails here, and so does a row without a route. `MATRIX_UPDATE=1` writes the table anew as it is, to be read before it is
//! committed.

mod answers;
mod reach;
mod requests;
mod stage;
mod table;

use crate::support::{Backend, World, on_both};
use answers::Answer;
use bellwether::auth::mask::masked;
use bellwether::auth::secret::{draw, form_token};
use bellwether::auth::{Action, Role};
use requests::{Asked, asked, twin};
use serde_json::Value as Json;
use stage::{Member, Shows, Stage};
use std::collections::BTreeSet;
use table::{Row, Table, is_updating};

on_both!(
    every_route_has_its_row_and_every_row_its_route,
    every_cell_is_as_the_table_says,
    what_is_not_ones_own_is_answered_as_what_is_not_there,
    forms_are_taken_from_our_own_pages_alone,
    an_address_takes_no_method_but_its_own,
    a_key_is_answered_as_a_session_of_its_role,
);

/// The row that says what comes for a form that carries no token of ours.
const ANY_FORM: &str = "POST *";

/// Every route that is mounted: pages and forms, the API's document, and what the server has beside them.
async fn routes(stage: &Stage) -> BTreeSet<String> {
    let mut routes: BTreeSet<String> =
        bellwether::web::ROUTES.iter().map(|(method, path)| format!("{method} {path}")).collect();
    let document = stage.request("GET", "/api/openapi.json", &stage.member("n-ma").shows).send().await.unwrap();
    let document: Json = serde_json::from_str(&document.text().await.unwrap()).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        routes.extend(methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let server = include_str!("../../src/server/mod.rs");
    for declared in server.split("only(Method::").skip(1) {
        let (method, rest) = declared.split_once(", \"").unwrap_or_default();
        let path = rest.split('"').next().unwrap_or_default();
        if !method.contains(char::is_whitespace) && !method.is_empty() {
            routes.insert(format!("{method} {path}"));
        }
    }
    routes.extend(["GET /health", "GET /ready", "GET /api/openapi.json", "GET /api/docs/"].map(str::to_owned));
    routes
}

async fn every_route_has_its_row_and_every_row_its_route(world: World) {
    let stage = Stage::set(world).await;
    let rows: BTreeSet<String> = Table::committed().rows.iter().map(Row::route).filter(|row| row != ANY_FORM).collect();
    let routes = routes(&stage).await;
    let without: Vec<_> = routes.difference(&rows).collect();
    assert!(without.is_empty(), "routes without a row in expectations.txt: {without:#?}");
    let stale: Vec<_> = rows.difference(&routes).collect();
    assert!(stale.is_empty(), "rows of expectations.txt without a route: {stale:#?}");
}

/// The key of a machine of somebody's, where their role can have one: the API takes nothing from a session.
fn key_of(stage: &Stage, member: &Member) -> Option<Shows> {
    let (_, role, kept_to) = KEYS.iter().chain(&KEYS_ALIKE).find(|(head, ..)| *head == member.head)?;
    Some(Shows::Key(stage.key(&member.organisation, *role, kept_to).0))
}

/// Sends a row's request. Forms carry a right token, and come from a session of their own; what the API takes comes by key.
async fn answer(stage: &Stage, member: &Member, row: &Row, asked: &Asked) -> Answer {
    if row.method == "GET" {
        return Answer::of(stage.request("GET", &asked.path, &member.shows).send().await.unwrap()).await;
    }
    let by_key = row.pattern.starts_with("/api/").then(|| key_of(stage, member)).flatten();
    let shows = by_key.unwrap_or_else(|| stage.fresh(member));
    let token = match &shows {
        Shows::FormCookie(root) | Shows::Session(root) => masked(&form_token(root)),
        Shows::Key(_) => masked(&form_token(draw().reveal())),
    };
    send_form(stage, &shows, asked, &token).await
}

async fn send_form(stage: &Stage, shows: &Shows, asked: &Asked, token: &str) -> Answer {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("form_token", token).extend_pairs(&asked.fields);
    if asked.path.starts_with("/api/") {
        let request = stage
            .request("POST", &asked.path, shows)
            .header("content-type", "application/json")
            .body(asked.json.to_string());
        return Answer::of(request.send().await.unwrap()).await;
    }
    let request = stage.request("POST", &asked.path, shows).body(body.finish());
    Answer::of(request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()).await
}

/// Everybody who has a column, or is named as alike, with the place of their cell.
fn everybody<'a>(stage: &'a Stage, table: &Table) -> Vec<(&'a Member, usize)> {
    let columns = table.heads.iter().map(|head| (stage.member(head), table.column(head)));
    let alike = table.alike.iter().map(|(head, column)| (stage.member(head), table.column(column)));
    let all: Vec<_> = columns.chain(alike).collect();
    assert_eq!(all.len(), stage.members.len(), "somebody of the cast has no column and is alike to nobody");
    all
}

async fn every_cell_is_as_the_table_says(world: World) {
    let stage = Stage::set(world).await;
    let table = Table::committed();
    let everybody = everybody(&stage, &table);
    let mut came = table.rows.clone();
    let mut wrong = Vec::new();
    // Looking comes before changing, so that what is looked at is as it came.
    let mut order: Vec<usize> = (0..came.len()).filter(|row| came[*row].route() != ANY_FORM).collect();
    order.sort_by_key(|row| came[*row].method != "GET");
    for place in order {
        let row = &table.rows[place];
        for (number, (member, column)) in everybody.iter().enumerate() {
            let asked = asked(&stage, member, row);
            let answer = answer(&stage, member, row, &asked).await;
            let (cell, expected) = (answer.cell(asked.marker.as_ref()), table.expected(member.head, row, *column));
            if cell != *expected {
                wrong.push(told(row, member, (expected, &cell), &answer));
            }
            if number < table.heads.len() {
                came[place].cells[*column] = cell;
            }
        }
    }
    if is_updating() && stage.world.backend == Backend::Sqlite {
        came.retain(|row| row.route() != ANY_FORM);
        Table::write(&came);
    }
    assert!(wrong.is_empty(), "{} cells are not as the table says:\n{}", wrong.len(), wrong.join("\n"));
}

fn told(row: &Row, member: &Member, (expected, came): (&str, &str), answer: &Answer) -> String {
    let (route, subject, head) = (row.route(), &row.subject, member.head);
    let text: String = answer.text().chars().filter(|c| !c.is_control()).collect();
    let said = text.split_once("<h1>").map_or(text.as_str(), |(_, main)| main);
    let said: String = said.chars().take(160).collect();
    format!("{route}, {subject}, {head}: expected {expected}, came {came} ({} {said})", answer.status)
}

/// Whether a cell says that something was shown or done, so that the answer is one's own to know.
fn is_given(cell: &str) -> bool {
    matches!(cell, "200" | "done" | "part")
}

/// Those whose requests go wrong in every way; the others' go wrong as the table says.
const GOING_WRONG: [&str; 9] = ["pub", "c-of", "c-ma", "n-ma", "n-ad", "firm", "f-ad", "coun", "due"];

/// Whether it is a form of a page of ours: the API is sent JSON, and by keys.
fn is_form(row: &Row) -> bool {
    row.pattern != "*" && !row.pattern.starts_with("/api/")
}

/// Variants of a request that go wrong in another way: what isn't one's own must not show by which error comes first.
fn variants(row: &Row, asked: &Asked) -> Vec<Asked> {
    let with =
        |path: String, fields: &[(&'static str, String)]| Asked { path, fields: fields.to_vec(), ..asked.clone() };
    let mut variants = vec![asked.clone()];
    if row.method == "POST" {
        variants.push(with(asked.path.clone(), &[]));
        let nonsense = asked.fields.iter().map(|(name, value)| match asked.named.contains(value) {
            true => (*name, value.clone()),
            false => (*name, "\u{1}".to_owned()),
        });
        variants.push(with(asked.path.clone(), &nonsense.collect::<Vec<_>>()));
    } else if !asked.path.contains('?') {
        for query in ["as_of=2099-01-01", "as_of=2020-01-01", "as_of=never", "limit=0", "cursor=zz", "unknown=1"] {
            variants.push(with(format!("{}?{query}", asked.path), &[]));
        }
    }
    variants
}

async fn what_is_not_ones_own_is_answered_as_what_is_not_there(world: World) {
    let stage = Stage::set(world).await;
    let table = Table::committed();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for row in &table.rows {
        let Some(twin) = twin(row, &table.rows) else { continue };
        for (member, column) in everybody(&stage, &table) {
            // That one's own is there is one's own to know, also where nothing may be done with it; and so is what only the
            // words entered were wrong for.
            let expected = table.expected(member.head, row, column);
            let known = row.subject == "own" || expected == "422";
            if is_given(expected) || known && row.cells[column] != twin.cells[column] {
                continue;
            }
            let (theirs, nobodys) = (asked(&stage, member, row), asked(&stage, member, twin));
            let named: Vec<String> = theirs.named.iter().chain(&nobodys.named).cloned().collect();
            let tried = if GOING_WRONG.contains(&member.head) { usize::MAX } else { 1 };
            for (theirs, nobodys) in variants(row, &theirs).iter().zip(&variants(twin, &nobodys)).take(tried) {
                let one = answer(&stage, member, row, theirs).await.without(&named);
                let other = answer(&stage, member, twin, nobodys).await.without(&named);
                compared += 1;
                let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
                if one != other {
                    let (route, head) = (row.route(), member.head);
                    let (there, absent) = (&theirs.path, &nobodys.path);
                    wrong.push(format!("{route}, {}, {head}: {there} is told from {absent}: {differs:?}", row.subject));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared} answers tell:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 1_000, "only {compared} answers were compared");
}

async fn forms_are_taken_from_our_own_pages_alone(world: World) {
    let stage = Stage::set(world).await;
    let table = Table::committed();
    let usual = table.rows.iter().find(|row| row.route() == ANY_FORM).expect("a row for any form").clone();
    let somebody_elses =
        masked(&form_token(&stage.session_of(stage.member("n-ma").person.unwrap(), true, stage.now())));
    let mut wrong = Vec::new();
    for row in table.rows.iter().filter(|row| row.method == "POST" && is_form(row)) {
        // A route's row for the wrong token comes before the row for any form.
        if table.rows.iter().any(|own| own.route() == row.route() && own.subject == "no token") {
            continue;
        }
        // Who has no session has nothing to sign out of, and is led to the page for signing in.
        let without = ["pub", "expd"].map(|head| table.column(head));
        let nobody = |column: usize| row.pattern == "/sign-out" && without.contains(&column);
        for (member, column) in everybody(&stage, &table).into_iter().filter(|(_, column)| !nobody(*column)) {
            let asked = asked(&stage, member, row);
            for token in ["", somebody_elses.as_str()] {
                let answer = send_form(&stage, &stage.fresh(member), &asked, token).await;
                let (cell, expected) = (answer.cell(None), &usual.cells[column]);
                if cell != *expected {
                    wrong.push(told(row, member, (expected, &cell), &answer));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn an_address_takes_no_method_but_its_own(world: World) {
    let stage = Stage::set(world).await;
    let table = Table::committed();
    let routes: BTreeSet<String> = table.rows.iter().map(Row::route).collect();
    for row in table.rows.iter().filter(|row| row.pattern != "*" && !row.pattern.starts_with("/api/docs")) {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if routes.contains(&format!("{method} {}", row.pattern)) {
                continue;
            }
            for head in ["pub", "c-of", "n-ma", "n-ad"] {
                let member = stage.member(head);
                let path = asked(&stage, member, row).path;
                let answer = Answer::of(stage.request(method, &path, &member.shows).send().await.unwrap()).await;
                let expected = if method == "GET" && !path.starts_with("/api/") { 404 } else { 405 };
                assert_eq!(answer.status, expected, "{method} {path} for {head}: {}", answer.text());
            }
        }
    }
}

/// The columns whose role a machine's key can hold, with the role and what such a key has to be kept to.
const KEYS: [(&str, Role, &[Action]); 17] = [
    ("c-of", Role::Officer, &[]),
    ("c-ma", Role::Manager, &[]),
    ("c-su", Role::SurveyLead, &[]),
    ("c-ro", Role::ReadOnly, &[]),
    ("c-ad", Role::Administrator, &[Action::SeeAuditLog]),
    ("n-of", Role::Officer, &[]),
    ("n-ma", Role::Manager, &[]),
    ("n-ed", Role::RuleEditor, &[]),
    ("n-su", Role::SurveyLead, &[]),
    ("n-sb", Role::AuditorSubmitter, &[]),
    ("n-ad", Role::Administrator, &[Action::SeeAuditLog, Action::SeeFigures]),
    ("firm", Role::AuditorSubmitter, &[]),
    ("f-ad", Role::Administrator, &[Action::SeeAuditLog]),
    ("saaa", Role::AuditorSubmitter, &[]),
    ("slcc", Role::ReadOnly, &[]),
    ("idb", Role::ReadOnly, &[]),
    ("coun", Role::Officer, &[]),
];

/// The same of those who get what a column says.
const KEYS_ALIKE: [(&str, Role, &[Action]); 7] = [
    ("n-ro", Role::ReadOnly, &[]),
    ("f-ro", Role::ReadOnly, &[]),
    ("s-ro", Role::ReadOnly, &[]),
    ("s-ad", Role::Administrator, &[Action::SeeAuditLog]),
    ("l-ad", Role::Administrator, &[Action::SeeAuditLog]),
    ("i-ad", Role::Administrator, &[Action::SeeAuditLog]),
    ("k-ad", Role::Administrator, &[Action::SeeAuditLog]),
];

async fn a_key_is_answered_as_a_session_of_its_role(world: World) {
    let stage = Stage::set(world).await;
    let table = Table::committed();
    let mut wrong = Vec::new();
    for (head, role, kept_to) in KEYS {
        let member = stage.member(head);
        let column = table.column(head);
        let key = Shows::Key(stage.key(&member.organisation, role, kept_to).0);
        let for_machines =
            |row: &&Row| row.method == "GET" && (row.pattern.starts_with("/api/v1") || row.pattern == "/metrics");
        for row in table.rows.iter().filter(for_machines) {
            let asked = asked(&stage, member, row);
            let by_key = Answer::of(stage.request("GET", &asked.path, &key).send().await.unwrap()).await;
            let (cell, expected) = (by_key.cell(asked.marker.as_ref()), &row.cells[column]);
            if cell != *expected {
                wrong.push(told(row, member, (expected, &cell), &by_key));
            }
            // Who asks, what was done, and how often figures were asked for differ by their nature.
            if ["/api/v1/me", "/api/v1/audit", "/metrics"].contains(&row.pattern.as_str()) {
                continue;
            }
            let by_session = Answer::of(stage.request("GET", &asked.path, &member.shows).send().await.unwrap()).await;
            if by_key.without(&[]) != by_session.without(&[]) {
                wrong.push(format!(
                    "{}, {}, {head}: key and session are answered differently",
                    row.route(),
                    row.subject
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
