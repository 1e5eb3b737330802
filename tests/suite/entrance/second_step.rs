//! The second step: set up at the first sign-in, asked for from then on, lost, guessed at.

use super::browser::{Browser, Page};
use super::{Served, administrator, officer, served};
use crate::support::{REGISTER, World, on_both};
use bellwether::auth::limits::{LimitSettings, Limits};
use bellwether::web::ROUTES;
use jiff::SignedDuration;
use std::sync::Arc;

on_both!(
    until_it_is_set_up_nothing_else_is_answered,
    it_is_set_up_by_a_first_code_however_often_that_is_mistyped,
    recovery_codes_work_once_each,
    five_wrong_codes_close_the_session_and_tell_so,
    codes_are_limited_by_person_whatever_the_session,
    what_one_session_draws_no_other_sees_or_confirms,
    who_needs_none_may_have_one,
);

const STEP: &str = "/sign-in/second-factor";
const ENROL: &str = "/sign-in/second-factor/enrol";

/// What an authenticator shows that was set up by hand from that page.
fn code(service: &Served, by_hand: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(by_hand.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(service.app.clock.now().as_second()).unwrap()).to_string()
}

/// Another code than that.
fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}

/// The texts between the same two words.
fn between<'a>(page: &'a Page, begin: &str, end: &str) -> Vec<&'a str> {
    page.text.split(begin).skip(1).map(|rest| rest.split(end).next().unwrap()).collect()
}

fn picture(page: &Page) -> &str {
    between(page, "<div class=\"qr\">", "</div>")[0]
}

fn by_hand(page: &Page) -> String {
    let texts = between(page, "<code class=\"shown-once\">", "</code>");
    assert!(texts[1].starts_with("otpauth:&#47;&#47;totp") || texts[1].starts_with("otpauth://totp"), "{texts:?}");
    texts[0].to_owned()
}

/// Sets a second step up; gives the secret and the recovery codes.
async fn enrolled(service: &Served, browser: &Browser) -> (String, Vec<String>) {
    let page = browser.get(ENROL).await;
    let secret = by_hand(&page);
    let right = code(service, &secret);
    let confirmed = browser.post(ENROL, &[("form_token", &page.form_token()), ("code", &right)]).await;
    let codes = between(&confirmed, "<li><code>", "</code>").into_iter().map(str::to_owned).collect();
    // No code counts twice.
    service.later(SignedDuration::from_mins(2));
    (secret, codes)
}

async fn type_code(browser: &Browser, code: &str) -> Page {
    browser.submit(STEP, STEP, &[("code", code)]).await
}

async fn until_it_is_set_up_nothing_else_is_answered(world: World) {
    world.register(REGISTER);
    let service = served(&world, |_, _| {});
    let head = administrator(&service.app, "head");
    let browser = service.browser_of(head.id, false);
    let everybodys = ["/national", "/method", "/transparency", "/style.css", "/icon.svg"];
    let mut led = 0;
    for (_, path) in ROUTES.iter().filter(|(method, path)| *method == "GET" && !path.starts_with("/sign-in")) {
        let path = path.replace("{gss_code}", "E04990001").replace("{format}", "csv").replace("{organisation}", "nalc");
        let path = path.replace("{run}", "1").replace("{case}", "1").replace("{id}", "1").replace("{contact}", "1");
        let page = browser.get(&path).await;
        if everybodys.contains(&path.as_str()) {
            assert_eq!(page.status, 200, "{path}");
        } else {
            assert_eq!(page.leads_to(), STEP, "{path}");
            led += 1;
        }
    }
    assert!(led > 8, "only {led} pages were tried");
    for path in ["councils", "councils/E04990001", "evidence", "feeds", "runs"] {
        let answer = browser.get(&format!("/api/v1/{path}")).await;
        assert_eq!(answer.problem(), (403, "second_factor_due".to_owned()), "{path}");
    }
    // Forms, too, with the session's own token.
    let token = browser.get(ENROL).await.form_token();
    let add = [("form_token", token.as_str()), ("email", "x@example.org"), ("name", "X"), ("roles", "manager")];
    assert_eq!(browser.post("/organisations/nalc/people", &add).await.leads_to(), STEP);
    let others = browser.post("/account/sessions/close-others", &[("form_token", &token)]).await;
    assert_eq!(others.leads_to(), STEP);
    let command = bellwether::auth::Actor::command();
    let people = bellwether::auth::directory::people(&service.app.store, &command, Some("nalc")).unwrap();
    assert_eq!(people.len(), 1, "nobody was added");
    assert_eq!(browser.get(STEP).await.leads_to(), ENROL, "whoever has none sets one up");
    // Only leaving is allowed.
    assert_eq!(browser.post("/sign-out", &[("form_token", &token)]).await.leads_to(), "/sign-in");
}

async fn it_is_set_up_by_a_first_code_however_often_that_is_mistyped(world: World) {
    let service = served(&world, |_, _| {});
    let head = administrator(&service.app, "head");
    let browser = service.browser_of(head.id, false);
    assert_eq!(browser.get("/organisations?a=b%20c").await.leads_to(), STEP);
    let first = browser.get(ENROL).await;
    assert!(picture(&first).starts_with("<svg role=\"img\" aria-label=\"QR code"), "{}", picture(&first));
    let secret = by_hand(&first);
    for mistyped in [wrong(&code(&service, &secret)), "a code".to_owned()] {
        let again = browser.post(ENROL, &[("form_token", &first.form_token()), ("code", &mistyped)]).await;
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!((picture(&again), by_hand(&again)), (picture(&first), secret.clone()), "the same to scan");
        assert!(again.text.contains("role=\"alert\"") && again.text.contains("or was used before"), "{}", again.text);
        assert_eq!(browser.get("/organisations?a=b%20c").await.leads_to(), STEP, "still nothing else");
    }
    let right = code(&service, &secret);
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    let confirmed = browser.post(ENROL, &[("form_token", &first.form_token()), ("code", &spaced)]).await;
    assert_eq!((confirmed.status, confirmed.header("cache-control")), (200, Some("no-store")));
    let codes = between(&confirmed, "<li><code>", "</code>");
    assert_eq!(codes.len(), 10);
    assert!(confirmed.text.contains("href=\"/organisations?a=b%20c\""), "on to what was wanted:\n{}", confirmed.text);
    assert_eq!(browser.get("/organisations?a=b%20c").await.status, 200);
    let account = browser.get("/account").await;
    assert!(account.text.contains("10 recovery codes"), "{}", account.text);
    for page in [account, browser.get(ENROL).await, browser.get(STEP).await] {
        assert!(codes.iter().all(|code| !page.text.contains(code)), "they are shown once");
    }

    // The next session is asked for a code, and led on to what was wanted.
    service.later(SignedDuration::from_mins(1));
    let next = service.browser_of(head.id, false);
    assert_eq!(next.get("/organisations/nalc").await.leads_to(), STEP);
    let asked = next.get(STEP).await;
    assert_eq!(asked.status, 200);
    let refused = type_code(&next, &wrong(&code(&service, &secret))).await;
    assert!(refused.status == 200 && refused.text.contains("role=\"alert\""), "{}", refused.text);
    assert_eq!(next.get("/organisations/nalc").await.leads_to(), STEP);
    assert_eq!(type_code(&next, &code(&service, &secret)).await.leads_to(), "/organisations/nalc");
    assert_eq!(next.get("/organisations/nalc").await.status, 200);
    let replayed = service.browser_of(head.id, false);
    assert_eq!(type_code(&replayed, &code(&service, &secret)).await.status, 200, "a code counts once");
    assert_eq!(replayed.get("/organisations").await.leads_to(), STEP);
}

async fn recovery_codes_work_once_each(world: World) {
    let service = served(&world, |_, _| {});
    let head = administrator(&service.app, "head");
    let (_, codes) = enrolled(&service, &service.browser_of(head.id, false)).await;
    for (number, written) in codes.iter().enumerate() {
        let typed = if number % 2 == 0 { written.clone() } else { written.to_uppercase().replace('-', " ") };
        let browser = service.browser_of(head.id, false);
        assert_eq!(type_code(&browser, &typed).await.leads_to(), "/", "{number}");
        assert_eq!(browser.get("/organisations").await.status, 200);
        let left = format!("{} recovery code", if number == 9 { "no".to_owned() } else { (9 - number).to_string() });
        let account = browser.get("/account").await.text.to_lowercase();
        assert!(account.contains(&left) || account.contains(&left.replace("no ", "0 ")), "{number}: {account}");
        let again = service.browser_of(head.id, false);
        let refused = type_code(&again, written).await;
        assert!(refused.status == 200 && refused.text.contains("role=\"alert\""), "{}", refused.text);
        assert_eq!(again.get("/organisations").await.leads_to(), STEP);
    }
}

async fn five_wrong_codes_close_the_session_and_tell_so(world: World) {
    let service = served(&world, |_, _| {});
    let head = administrator(&service.app, "head");
    let setting_up = service.browser_of(head.id, false);
    let (secret, _) = enrolled(&service, &setting_up).await;
    for path in [STEP, ENROL] {
        // At the enrolment's form the session is one that may draw another.
        let browser = service.browser_of(head.id, path == ENROL);
        let token = browser.get(path).await.form_token();
        for left in [4, 3, 2, 1] {
            let page = browser.post(path, &[("form_token", &token), ("code", "000 000 0")]).await;
            assert!(page.status == 200 && page.text.contains(&format!("{left} more wrong code")), "{}", page.text);
        }
        let fifth = browser.post(path, &[("form_token", &token), ("code", "000 000 0")]).await;
        assert_eq!(fifth.status, 401, "{}", fifth.text);
        assert!(fifth.text.contains("This session is closed"), "{}", fifth.text);
        let right = code(&service, &secret);
        let late = browser.post(STEP, &[("form_token", &token), ("code", &right)]).await;
        assert_eq!(late.status, 403, "the form of a session that is gone");
        assert_eq!(browser.cookie("bellwether"), None, "a dead cookie is taken away");
        assert_eq!(browser.get("/account").await.leads_to(), "/sign-in?then=%2Faccount");
        // The account and its other sessions are as they were.
        assert_eq!(setting_up.get("/organisations").await.status, 200);
        let other = service.browser_of(head.id, false);
        assert_eq!(type_code(&other, &right).await.leads_to(), "/");
        service.later(SignedDuration::from_mins(2));
    }
}

async fn codes_are_limited_by_person_whatever_the_session(world: World) {
    let service = served(&world, |app, _| app.limits = Arc::new(Limits::new(LimitSettings::default())));
    let head = administrator(&service.app, "head");
    let (secret, _) = enrolled(&service, &service.browser_of(head.id, false)).await;
    // One code was typed to set it up: four more at once, in as many sessions as one likes.
    for _ in 0..4 {
        assert_eq!(type_code(&service.browser_of(head.id, false), "000000").await.status, 200);
    }
    let browser = service.browser_of(head.id, false);
    let limited = type_code(&browser, &code(&service, &secret)).await;
    assert_eq!(limited.status, 429, "{}", limited.text);
    let wait: u64 = limited.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(browser.get("/organisations").await.leads_to(), STEP, "nothing was shown");
    // Nobody else waits for it.
    let other = administrator(&service.app, "other");
    let (_, codes) = enrolled(&service, &service.browser_of(other.id, false)).await;
    assert_eq!(codes.len(), 10);
}

async fn what_one_session_draws_no_other_sees_or_confirms(world: World) {
    let service = served(&world, |_, _| {});
    let head = administrator(&service.app, "head");
    let (mine, theirs) = (service.browser_of(head.id, false), service.browser_of(head.id, false));
    let scanned = by_hand(&mine.get(ENROL).await);
    // Somebody who reads the mail draws one of their own meanwhile.
    let known_to_them = by_hand(&theirs.get(ENROL).await);
    let token = mine.get("/sign-in").await.form_token();
    for right in [code(&service, &scanned), code(&service, &known_to_them)] {
        let refused = mine.post(ENROL, &[("form_token", &token), ("code", &right)]).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(!refused.text.contains(&known_to_them) && refused.text.contains("another was begun since"));
    }
    let (_, codes) = enrolled(&service, &mine).await;
    assert_eq!(codes.len(), 10, "begun anew, it goes on");
}

async fn who_needs_none_may_have_one(world: World) {
    world.register(REGISTER);
    let service = served(&world, |_, _| {});
    let ann = officer(&service.app, "ann");
    let browser = service.browser_of(ann.id, false);
    assert_eq!(browser.get("/").await.status, 200, "an officer's role asks for none");
    let (secret, codes) = enrolled(&service, &browser).await;
    assert_eq!(codes.len(), 10);
    let next = service.browser_of(ann.id, false);
    assert_eq!(next.get(ENROL).await.leads_to(), STEP, "another is set up only by who has shown the first");
    assert_eq!(type_code(&next, &code(&service, &secret)).await.leads_to(), "/");
    assert_eq!(next.get(ENROL).await.status, 200);
}
