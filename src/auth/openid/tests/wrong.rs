//! What goes wrong: answers that aren't ours, proofs that don't hold, providers that fail. Each with its exact words.

use super::stub::unsigned;
use super::*;
use ring::hmac;

/// The words of a refusal, after checking that none of the sign-in's secrets is in it.
fn words(refused: &OpenidError, pending: &Pending) -> String {
    let all = format!("{refused} {refused:?} {}", refused.next());
    let kept = [SECRET, "the-code", "the-access-token", &pending.state, &pending.nonce, &pending.verifier];
    for secret in kept {
        assert!(!all.contains(secret), "{all}");
    }
    assert!(!refused.next().is_empty());
    refused.to_string()
}

/// How a sign-in ends with that ID token.
async fn with_token(make: impl FnOnce(&Key, Value) -> String) -> String {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    let token = make(&key, claims(&stub, &pending));
    give(&stub, &token);
    let refused = finish(&provider, pending.clone()).await.unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains(&token));
    words(&refused, &pending)
}

#[tokio::test]
async fn claims_that_do_not_fit_are_refused() {
    const NOT: &str = "Barset's proof of who you are was not accepted: ";
    for (changes, reason) in [
        (json!({ "aud": "another" }), "it is meant for another service"),
        (json!({ "aud": ["bellwether", "another"] }), "it is meant for another service"),
        (json!({ "aud": null }), "it is meant for another service"),
        (json!({ "iss": "https://elsewhere.example.org" }), "it names another issuer"),
        (json!({ "exp": now().as_second() }), "it has expired, or was not issued during this sign-in"),
        (json!({ "exp": later(-3600).as_second() }), "it has expired, or was not issued during this sign-in"),
        (json!({ "iat": later(301).as_second() }), "it has expired, or was not issued during this sign-in"),
        (json!({ "iat": later(-301).as_second() }), "it has expired, or was not issued during this sign-in"),
        (json!({ "nonce": "another" }), "it belongs to another sign-in"),
        (json!({ "nonce": null }), "it belongs to another sign-in"),
        (json!({ "sub": "" }), "it does not name a person"),
        (json!({ "sub": "x".repeat(256) }), "it does not name a person"),
    ] {
        let refused = with_token(|key, claims| key.sign(&with(claims, &changes))).await;
        assert_eq!(refused, format!("{NOT}{reason}."), "{changes}");
    }
}

#[tokio::test]
async fn clocks_may_differ_a_little() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    for seconds in [-300, 300] {
        let pending = begin(&provider).await;
        give(&stub, &key.sign(&with(claims(&stub, &pending), &json!({ "iat": later(seconds).as_second() }))));
        finish(&provider, pending).await.unwrap();
    }
}

#[tokio::test]
async fn signatures_that_anybody_could_make_are_refused() {
    const REFUSED: &str = "Barset's proof of who you are was not accepted: its signature is not one of the provider's.";
    let by_another_key = with_token(|_, claims| Key::new("k1").sign(&claims)).await;
    assert_eq!(by_another_key, REFUSED);
    let none = with_token(|_, claims| format!("{}.", unsigned(&json!({ "alg": "none" }), &claims))).await;
    assert_eq!(none, REFUSED);
    // The provider offers HS256, and this client has a secret to sign with.
    let shared = with_token(|_, claims| {
        let signed = unsigned(&json!({ "alg": "HS256" }), &claims);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), signed.as_bytes());
        format!("{signed}.{}", base64(tag.as_ref()))
    })
    .await;
    assert_eq!(shared, REFUSED);
    let altered = with_token(|key, claims| {
        let token = key.sign(&claims);
        let signature = token.rsplit('.').next().unwrap();
        let claims = with(claims, &json!({ "sub": "person-2" }));
        format!("{}.{signature}", unsigned(&json!({ "alg": "ES256", "typ": "JWT", "kid": "k1" }), &claims))
    })
    .await;
    assert_eq!(altered, REFUSED);
}

#[tokio::test]
async fn a_nonce_of_another_sign_in_is_refused() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    let (mine, other) = (begin(&provider).await, begin(&provider).await);
    give(&stub, &key.sign(&claims(&stub, &other)));
    let refused = finish(&provider, mine.clone()).await.unwrap_err();
    let words = words(&refused, &mine);
    assert_eq!(words, "Barset's proof of who you are was not accepted: it belongs to another sign-in.");
}

#[tokio::test]
async fn answers_that_are_not_ours_are_refused_before_the_provider_is_asked() {
    let stub = Stub::start(&Key::new("k1"));
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    let own = || answer(&pending);
    let other = Pending { provider: "entra".to_owned(), ..pending.clone() };
    let old = Pending { began_at: later(-601), ..pending.clone() };
    let future = Pending { began_at: later(601), ..pending.clone() };
    let not_ours = "This answer from Barset does not belong to a sign-in that was begun in this browser.";
    let too_late = "The sign-in by Barset took longer than ten minutes.";
    for (pending, answer, expected) in [
        (&pending, Answer { state: Some("another".to_owned()), ..own() }, not_ours),
        (&pending, Answer { state: Some(String::new()), ..own() }, not_ours),
        (&pending, Answer { state: None, ..own() }, not_ours),
        (&pending, Answer { iss: Some("https://elsewhere.example.org".to_owned()), ..own() }, not_ours),
        (
            &pending,
            Answer {
                state: None,
                error: Some("server_error".to_owned()),
                error_description: Some("Call us".to_owned()),
                ..own()
            },
            "Barset did not sign you in (server_error).",
        ),
        (
            &pending,
            Answer { state: Some("another".to_owned()), error: Some("access_denied".to_owned()), ..own() },
            not_ours,
        ),
        (&other, own(), not_ours),
        (&old, own(), too_late),
        (&future, own(), too_late),
        (
            &pending,
            Answer { error: Some("access_denied".to_owned()), ..own() },
            "Barset did not sign you in (access_denied).",
        ),
        (
            &pending,
            Answer {
                error: Some("x<script>".to_owned()),
                error_description: Some("No\u{1b}[31m\r\nway".to_owned()),
                ..own()
            },
            "Barset did not sign you in (error: “No [31m way”).",
        ),
        (&pending, Answer { code: None, ..own() }, "Barset gave an answer that can't be used: there is no code in it."),
        (
            &pending,
            Answer { code: Some(String::new()), ..own() },
            "Barset gave an answer that can't be used: there is no code in it.",
        ),
    ] {
        let refused = provider.finish(pending.clone(), answer, now()).await.unwrap_err();
        assert_eq!(words(&refused, pending), expected);
    }
    assert_eq!(stub.asked("/token").len(), 0);
}

#[tokio::test]
async fn ten_minutes_are_not_too_late() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    give(&stub, &key.sign(&claims(&stub, &pending)));
    let answer = answer(&pending);
    provider.finish(pending, answer, later(600)).await.unwrap();
}

#[tokio::test]
async fn a_token_endpoint_that_fails_is_told_without_its_words() {
    let stub = Stub::start(&Key::new("k1"));
    let provider = provider(&stub);
    let cut = json!({ "access_token": "the-access-token", "token_type": "Bearer", "id_token": "the-code" });
    let bare = json!({ "access_token": "the-access-token", "token_type": "Bearer" });
    let grant = json!({ "error": "invalid_grant", "error_description": "the-code is used" });
    let client = json!({ "error": "invalid_client" });
    let strange = json!({ "error": "No such code: the-code" });
    for (status, body, expected) in [
        ("400 Bad Request", &grant, "Barset refused to complete the sign-in (invalid_grant)."),
        ("401 Unauthorized", &client, "Barset refused to complete the sign-in (invalid_client)."),
        ("400 Bad Request", &strange, "Barset refused to complete the sign-in (error)."),
        ("302 Found", &grant, "Barset can't be reached: it sent us on to another address, which is not followed."),
        ("500 Oops", &json!("the-code"), "Barset gave an answer that can't be used: its tokens can't be read."),
        ("200 OK", &cut, "Barset gave an answer that can't be used: its tokens can't be read."),
        ("200 OK", &bare, "Barset gave an answer that can't be used: there is no ID token in it."),
    ] {
        let pending = begin(&provider).await;
        stub.say("/token", status, body);
        let refused = finish(&provider, pending.clone()).await.unwrap_err();
        assert_eq!(words(&refused, &pending), expected, "{status}");
    }
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    give(&stub, &key.sign(&with(claims(&stub, &pending), &json!({ "email": null }))));
    let somebody = json!({ "sub": "person-2", "email": "o@barset.example.org", "email_verified": true });
    stub.say("/userinfo", "200 OK", &somebody);
    let refused = finish(&provider, pending.clone()).await.unwrap_err();
    let words = words(&refused, &pending);
    assert_eq!(words, "Barset's proof of who you are was not accepted: it is about somebody else.");
}

#[tokio::test]
async fn an_access_token_that_fits_into_no_header_stops_nothing_but_the_sign_in() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    let id_token = key.sign(&with(claims(&stub, &pending), &json!({ "email": null })));
    stub.say(
        "/token",
        "200 OK",
        &json!({ "access_token": "two\nlines", "token_type": "Bearer", "id_token": id_token }),
    );
    let refused = finish(&provider, pending.clone()).await.unwrap_err();
    assert_eq!(words(&refused, &pending), "Barset gave an answer that can't be used: its tokens can't be read.");
}

#[tokio::test]
async fn a_provider_that_describes_itself_badly_is_not_used() {
    const PATH: &str = "/.well-known/openid-configuration";
    const JSON: &str = "Content-Type: application/json";
    let stub = Stub::start(&Key::new("k1"));
    let provider = provider(&stub);
    let begin = async || {
        let refused = provider.begin(REDIRECT, now()).await.err().unwrap();
        (refused.kind(), refused.to_string())
    };
    let unusable = |reason: &str| ("unusable", format!("Barset gave an answer that can't be used: {reason}."));
    let unreachable = |reason: &str| ("unreachable", format!("Barset can't be reached: {reason}."));
    stub.describe(&json!({ "issuer": "https://elsewhere.example.org" }));
    let other = format!("it describes itself as another issuer than the {} in the settings", stub.issuer);
    assert_eq!(begin().await, unusable(&other));
    stub.say_raw(PATH, "503 Busy", JSON, b"{}");
    assert_eq!(begin().await, unusable("its description of itself came with HTTP status 503"));
    stub.say_raw(PATH, "200 OK", JSON, b"{\"issuer\": 1}");
    assert_eq!(begin().await, unusable("its description of itself can't be read at \"issuer\""));
    stub.say_raw(PATH, "200 OK", "Content-Type: text/html", b"<html>");
    assert_eq!(begin().await, unusable("its description of itself can't be read"));
    stub.say_raw(PATH, "307 Elsewhere", "Location: https://elsewhere.example.org/", b"");
    assert_eq!(begin().await, unreachable("it sent us on to another address, which is not followed"));
    stub.say_raw(PATH, "200 OK", JSON, &vec![b' '; 1024 * 1024 + 1]);
    assert_eq!(begin().await, unreachable("its answer is larger than 1 MB"));
    let mut largest = stub.metadata(&json!({})).to_string().into_bytes();
    largest.resize(1024 * 1024, b' ');
    stub.say_raw(PATH, "200 OK", JSON, &largest);
    provider.begin(REDIRECT, now()).await.unwrap();
}

#[tokio::test]
async fn a_description_without_a_token_endpoint_ends_the_sign_in() {
    let stub = Stub::start(&Key::new("k1"));
    stub.describe(&json!({ "token_endpoint": null }));
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    let refused = finish(&provider, pending.clone()).await.unwrap_err();
    let reason = "it does not say where codes are changed for tokens";
    assert_eq!(words(&refused, &pending), format!("Barset gave an answer that can't be used: {reason}."));
}

#[tokio::test]
async fn a_provider_that_is_down_is_told() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let provider = provider_of(settings(&format!("http://{free}")));
    let refused = provider.begin(REDIRECT, now()).await.err().unwrap();
    assert_eq!(refused.kind(), "unreachable");
    assert!(refused.to_string().starts_with("Barset can't be reached: Connection refused"), "{refused}");
    assert_eq!(refused.next(), "Try again in a few minutes.");
}

#[tokio::test]
async fn a_provider_that_never_answers_is_left() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = settings(&format!("http://{}", silent.local_addr().unwrap()));
    let mut provider = provider_of(settings.clone());
    provider.http = Http::new(&settings, std::time::Duration::from_millis(20)).unwrap();
    let refused = provider.begin(REDIRECT, now()).await.err().unwrap();
    assert_eq!(refused.to_string(), "Barset can't be reached: it did not answer in time.");
}

#[tokio::test]
async fn an_https_issuer_is_asked_over_https_alone() {
    let stub = Stub::start(&Key::new("k1"));
    let mut provider = provider(&stub);
    provider.http = Http::new(&settings("https://id.example.org"), http::TIMEOUT).unwrap();
    let refused = provider.begin(REDIRECT, now()).await.err().unwrap();
    assert_eq!(refused.kind(), "unreachable");
    assert_eq!(stub.asked("/.well-known/openid-configuration").len(), 0);
}

#[test]
fn people_are_sent_to_https_addresses_only() {
    let metadata = |endpoint: &str| -> CoreProviderMetadata {
        serde_json::from_value(json!({
            "issuer": "https://id.example.org", "authorization_endpoint": endpoint,
            "jwks_uri": "https://id.example.org/keys", "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        }))
        .unwrap()
    };
    let provider = provider_of(settings("https://id.example.org"));
    provider.accept(&metadata("https://id.example.org/authorize")).unwrap();
    for endpoint in ["http://id.example.org/authorize", "javascript:alert(1)"] {
        let refused = provider.accept(&metadata(endpoint)).unwrap_err().to_string();
        let reason = "the address where people sign in is not an https address";
        assert_eq!(refused, format!("Barset gave an answer that can't be used: {reason}."));
    }
}

#[tokio::test]
async fn what_is_not_set_up_is_told() {
    let missing = Provider::new(settings("https://id.example.org"), &|_| None).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "Signing in by Barset is not set up: the environment variable BARSET_SECRET is not set."
    );
    let empty = Provider::new(settings("https://id.example.org"), &|_| Some(String::new())).unwrap_err();
    assert_eq!(empty, missing);
    let stub = Stub::start(&Key::new("k1"));
    let refused = provider(&stub).begin("nowhere", now()).await.err().unwrap();
    assert_eq!(
        refused.to_string(),
        "Signing in by Barset is not set up: our own address, to which people come back, is no address."
    );
}

#[tokio::test]
async fn nothing_secret_is_in_a_debug_output() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    let answer = answer(&pending);
    give(&stub, &key.sign(&claims(&stub, &pending)));
    let kept = pending.clone();
    let shown = format!("{provider:?} {pending:?} {answer:?}");
    let verified = provider.finish(pending, answer, now()).await.unwrap();
    let shown = format!("{shown} {verified:?}");
    let secrets = [SECRET, "the-code", &kept.state, &kept.nonce, &kept.verifier, "person-1", "officer@"];
    for secret in secrets {
        assert!(!shown.contains(secret), "{shown}");
    }
}
