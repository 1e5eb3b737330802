//! Whole sign-ins against a provider of our own, which can also do wrong.

mod stub;
mod wrong;

use super::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stub::{Key, Stub, base64};

const REDIRECT: &str = "http://127.0.0.1:8080/sign-in/barset/return";
const SECRET: &str = "s3cret~of/ours";

fn now() -> Timestamp {
    "2026-06-30T12:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn settings(issuer: &str) -> ProviderSettings {
    ProviderSettings {
        id: "barset".to_owned(),
        title: "Barset".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "bellwether".to_owned(),
        client_secret_env: Some("BARSET_SECRET".to_owned()),
        scopes: ["openid", "email"].map(str::to_owned).to_vec(),
        trusts_email: false,
        domains: vec!["barset.example.org".to_owned()],
    }
}

fn provider_of(settings: ProviderSettings) -> Provider {
    // Fails when another test has installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Provider::new(settings, &|name| (name == "BARSET_SECRET").then(|| SECRET.to_owned())).unwrap()
}

fn provider(stub: &Stub) -> Provider {
    provider_of(settings(&stub.issuer))
}

/// Sound claims for a sign-in.
fn claims(stub: &Stub, pending: &Pending) -> Value {
    json!({
        "iss": stub.issuer, "aud": "bellwether", "sub": "person-1", "nonce": pending.nonce,
        "iat": now().as_second(), "exp": later(3600).as_second(),
        "email": "officer@barset.example.org", "email_verified": true, "amr": ["pwd", "otp"],
    })
}

fn with(mut claims: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// What the token endpoint says from now on.
fn give(stub: &Stub, id_token: &str) {
    let tokens = json!({ "access_token": "the-access-token", "token_type": "Bearer", "id_token": id_token });
    stub.say("/token", "200 OK", &tokens);
}

fn answer(pending: &Pending) -> Answer {
    Answer { code: Some("the-code".to_owned()), state: Some(pending.state.clone()), ..Answer::default() }
}

async fn begin(provider: &Provider) -> Pending {
    provider.begin(REDIRECT, now()).await.unwrap().pending
}

async fn finish(provider: &Provider, pending: Pending) -> Result<Verified, OpenidError> {
    let answer = answer(&pending);
    provider.finish(pending, answer, now()).await
}

/// The parameters of an address or a form.
fn parameters(text: &str) -> std::collections::BTreeMap<String, String> {
    form_urlencoded::parse(text.rsplit(['?', '\n']).next().unwrap().as_bytes()).into_owned().collect()
}

#[tokio::test]
async fn a_whole_sign_in() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    let Begun { address, pending } = provider.begin(REDIRECT, now()).await.unwrap();
    assert!(address.starts_with(&format!("{}/authorize?", stub.issuer)), "{address}");
    let asked = parameters(&address);
    let said = |name: &str| asked.get(name).map(String::as_str);
    assert_eq!(said("response_type"), Some("code"));
    assert_eq!(said("client_id"), Some("bellwether"));
    assert_eq!(said("redirect_uri"), Some(REDIRECT));
    assert_eq!(said("scope"), Some("openid email"));
    assert_eq!(said("state"), Some(pending.state.as_str()));
    assert_eq!(said("nonce"), Some(pending.nonce.as_str()));
    assert_eq!(said("code_challenge_method"), Some("S256"));
    assert_eq!(said("code_challenge"), Some(base64(&Sha256::digest(&pending.verifier)).as_str()));
    // 32 bytes each.
    assert_eq!((pending.state.len(), pending.nonce.len(), pending.verifier.len()), (43, 43, 43));

    give(&stub, &key.sign(&claims(&stub, &pending)));
    // As it comes back from where the caller keeps it.
    let kept = serde_json::to_string(&pending).unwrap();
    let verified = finish(&provider, serde_json::from_str(&kept).unwrap()).await.unwrap();
    let expected = Verified {
        issuer: stub.issuer.clone(),
        subject: "person-1".to_owned(),
        email: Some("officer@barset.example.org".to_owned()),
        email_trusted: true,
        second_factor: true,
    };
    assert!(verified == expected, "{verified:?}");
    let request = &stub.asked("/token")[0];
    let form = parameters(request);
    assert_eq!(form.get("grant_type").map(String::as_str), Some("authorization_code"));
    assert_eq!(form.get("code").map(String::as_str), Some("the-code"));
    assert_eq!(form.get("redirect_uri").map(String::as_str), Some(REDIRECT));
    assert_eq!(form.get("code_verifier"), Some(&pending.verifier));
    // "bellwether:s3cret~of/ours", each part encoded as for a form.
    assert!(request.contains("authorization: Basic YmVsbHdldGhlcjpzM2NyZXQlN0VvZiUyRm91cnM="), "{request}");
    assert_eq!(stub.asked("/userinfo").len(), 0, "the address was in the ID token");
}

#[tokio::test]
async fn no_two_sign_ins_share_a_secret() {
    let stub = Stub::start(&Key::new("k1"));
    let provider = provider(&stub);
    let (one, two) = (begin(&provider).await, begin(&provider).await);
    assert!(one.state != two.state && one.nonce != two.nonce && one.verifier != two.verifier);
}

#[tokio::test]
async fn the_secret_goes_into_the_body_where_that_is_offered() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    stub.describe(&json!({ "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"] }));
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    give(&stub, &key.sign(&claims(&stub, &pending)));
    finish(&provider, pending).await.unwrap();
    let request = &stub.asked("/token")[0];
    assert_eq!(parameters(request).get("client_secret").map(String::as_str), Some(SECRET));
    assert!(!request.to_lowercase().contains("\r\nauthorization:"), "{request}");
}

#[tokio::test]
async fn a_public_client_has_no_secret_to_send() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider_of(ProviderSettings { client_secret_env: None, ..settings(&stub.issuer) });
    let pending = begin(&provider).await;
    give(&stub, &key.sign(&claims(&stub, &pending)));
    finish(&provider, pending).await.unwrap();
    let request = &stub.asked("/token")[0];
    assert_eq!(parameters(request).get("client_id").map(String::as_str), Some("bellwether"));
    assert!(!request.contains("client_secret") && !request.to_lowercase().contains("\r\nauthorization:"), "{request}");
}

#[tokio::test]
async fn metadata_are_asked_for_once_an_hour() {
    let stub = Stub::start(&Key::new("k1"));
    let provider = provider(&stub);
    let discovered = || stub.asked("/.well-known/openid-configuration").len();
    for (seconds, times) in [(0, 1), (1, 1), (3599, 1), (3600, 2), (7199, 2), (10, 3)] {
        provider.begin(REDIRECT, later(seconds)).await.unwrap();
        assert_eq!(discovered(), times, "after {seconds} seconds");
    }
}

#[tokio::test]
async fn a_new_key_is_looked_for_once() {
    let (old, new) = (Key::new("k1"), Key::new("k2"));
    let stub = Stub::start(&old);
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    give(&stub, &new.sign(&claims(&stub, &pending)));
    stub.publish(&[&old, &new]);
    assert_eq!(finish(&provider, pending).await.unwrap().subject, "person-1");
    assert_eq!(stub.asked("/keys").len(), 2);
    assert_eq!(stub.asked("/token").len(), 1, "a code is good for one exchange");

    let pending = begin(&provider).await;
    give(&stub, &Key::new("k3").sign(&claims(&stub, &pending)));
    let refused = finish(&provider, pending).await.unwrap_err();
    assert_eq!(refused.kind(), "proof_refused");
    assert_eq!(stub.asked("/keys").len(), 3);
}

#[tokio::test]
async fn keys_without_an_id_may_change_too() {
    let (old, new) = (Key::new("same"), Key::new("same"));
    let stub = Stub::start(&old);
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    give(&stub, &new.sign(&claims(&stub, &pending)));
    stub.publish(&[&new]);
    assert_eq!(finish(&provider, pending).await.unwrap().subject, "person-1");
}

#[tokio::test]
async fn an_address_that_the_id_token_lacks_is_asked_for() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    for (userinfo, email, trusted) in [
        (json!({ "sub": "person-1", "email": "o@barset.example.org", "email_verified": true }), true, true),
        (json!({ "sub": "person-1", "email": "o@barset.example.org", "email_verified": false }), true, false),
        (json!({ "sub": "person-1", "email": "o@barset.example.org" }), true, false),
        (json!({ "sub": "person-1", "email": "o@elsewhere.example.org", "email_verified": true }), true, false),
        (json!({ "sub": "person-1" }), false, false),
    ] {
        let pending = begin(&provider).await;
        // What the ID token says of an address that it doesn't give is nothing.
        give(&stub, &key.sign(&with(claims(&stub, &pending), &json!({ "email": null }))));
        stub.say("/userinfo", "200 OK", &userinfo);
        let verified = finish(&provider, pending).await.unwrap();
        assert_eq!((verified.email.is_some(), verified.email_trusted), (email, trusted), "{userinfo}");
    }
    assert!(stub.asked("/userinfo")[0].contains("authorization: Bearer the-access-token"));
}

#[tokio::test]
async fn what_is_no_address_is_left_out() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    let provider = provider(&stub);
    for email in [
        "officer".to_owned(),
        "o@barset.example.org\n".to_owned(),
        "o@x@barset.example.org".to_owned(),
        format!("{}@example.org", "o".repeat(300)),
    ] {
        let pending = begin(&provider).await;
        give(&stub, &key.sign(&with(claims(&stub, &pending), &json!({ "email": email }))));
        let verified = finish(&provider, pending).await.unwrap();
        assert_eq!((verified.email, verified.email_trusted), (None, false), "{email}");
    }
}

#[tokio::test]
async fn a_provider_without_userinfo_leaves_the_address_out() {
    let key = Key::new("k1");
    let stub = Stub::start(&key);
    stub.describe(&json!({ "userinfo_endpoint": null }));
    let provider = provider(&stub);
    let pending = begin(&provider).await;
    give(&stub, &key.sign(&with(claims(&stub, &pending), &json!({ "email": null }))));
    let verified = finish(&provider, pending).await.unwrap();
    assert_eq!((verified.email.as_deref(), verified.email_trusted), (None, false));
}

#[test]
fn a_provider_is_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Provider>();
}
