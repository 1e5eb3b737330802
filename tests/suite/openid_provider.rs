//! Signing in by a provider that others wrote: `oidc-provider-mock` from PyPI, as a process of its own.
//!
//! In: the Python interpreter that BELLWETHER_TESTS_PYTHON names, or the one that tests/run makes below `target`. Out: a
//! provider on a free port for one test, and whole sign-ins by it. Always holds: it is stopped when the test ends.

use crate::support::log;
use bellwether::auth::openid::{Answer, OpenidError, Pending, Provider, ProviderSettings, Verified};
use jiff::Timestamp;
use reqwest::{RequestBuilder, Response, Url};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running provider, where any subject can sign in and any client may ask.
pub struct OpenidProvider {
    pub issuer: String,
    process: Child,
    browser: reqwest::Client,
}

impl Drop for OpenidProvider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn python() -> PathBuf {
    let made = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    std::env::var_os("BELLWETHER_TESTS_PYTHON").map_or_else(made, PathBuf::from)
}

impl OpenidProvider {
    /// None where there is no interpreter for it (an error when the suite needs it).
    pub fn start() -> Option<OpenidProvider> {
        log::start();
        let python = python();
        if !python.is_file() {
            let needed = std::env::var_os("BELLWETHER_TESTS_NEED_ALL").is_some();
            assert!(!needed, "there is no {}, and tests/run needs it for an OpenID Connect provider", python.display());
            eprintln!("SKIPPED: there is no {}; tests/run makes it", python.display());
            return None;
        }
        let mut process = Command::new(python)
            // Port 0: the system gives a free one, and the provider says which.
            .args(["-m", "oidc_provider_mock", "--port", "0", "--require-nonce", "true"])
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let issuer = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let address = line.split_once("Uvicorn running on ").and_then(|(_, rest)| rest.split(' ').next());
            let address = address.map(str::to_owned);
            said.push(line);
            address
        });
        let Some(issuer) = issuer else {
            panic!("the OpenID Connect provider did not start:\n{}", said.join("\n"));
        };
        // Whoever writes to a pipe that nobody reads stands still when it is full.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        // Fails when another test has installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Some(OpenidProvider { issuer, process, browser: browser.build().unwrap() })
    }

    /// Says what the provider claims about a person. Any claim: also one that makes the ID token wrong.
    pub async fn person(&self, subject: &str, claims: &Value) {
        let request = self.browser.put(format!("{}/users/{subject}", self.issuer));
        let answer = sent(request.header("content-type", "application/json").body(claims.to_string())).await;
        assert_eq!(answer.status().as_u16(), 204);
    }

    /// Registers a client with a secret: its id, and the secret.
    pub async fn register(&self, redirect: &str) -> (String, String) {
        let body = json!({ "redirect_uris": [redirect], "token_endpoint_auth_method": "client_secret_basic" });
        let request = self.browser.post(format!("{}/oauth2/clients", self.issuer));
        let answer = sent(request.header("content-type", "application/json").body(body.to_string())).await;
        let client: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let word = |name: &str| client[name].as_str().unwrap().to_owned();
        log::secret("a client's secret", &word("client_secret"));
        (word("client_id"), word("client_secret"))
    }

    /// Fills in the provider's form at the address that a sign-in begins with: where the browser is sent back to.
    pub async fn sign_in(&self, address: &str, subject: &str) -> Url {
        self.submit(address, &format!("sub={subject}")).await
    }

    /// Presses the other button there.
    pub async fn refuse(&self, address: &str) -> Url {
        self.submit(address, "action=deny").await
    }

    async fn submit(&self, address: &str, form: &str) -> Url {
        let request = self.browser.post(address).header("content-type", "application/x-www-form-urlencoded");
        let answer = sent(request.body(form.to_owned())).await;
        let status = answer.status();
        let location = answer.headers().get("location").map(|location| location.to_str().unwrap().to_owned());
        let back = Url::parse(&location.unwrap_or_else(|| panic!("{status} instead of a way back"))).unwrap();
        let shown = back.query_pairs().filter(|(name, _)| name == "code" || name == "state");
        shown.for_each(|(name, value)| log::secret(&format!("the {name} of a sign-in by a provider"), &value));
        back
    }
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

const REDIRECT: &str = "http://127.0.0.1:8080/sign-in/barset/return";

fn settings(provider: &OpenidProvider) -> ProviderSettings {
    ProviderSettings {
        id: "barset".to_owned(),
        title: "Barset".to_owned(),
        issuer: provider.issuer.clone(),
        client_id: "bellwether".to_owned(),
        client_secret_env: Some("SECRET".to_owned()),
        scopes: ["openid", "email"].map(str::to_owned).to_vec(),
        trusts_email: false,
        domains: vec!["barset.example.org".to_owned()],
    }
}

fn relying(settings: ProviderSettings) -> Provider {
    assert_eq!(bellwether::auth::openid::check(std::slice::from_ref(&settings)), Vec::<String>::new());
    // Any secret will do, but for a client that is registered.
    Provider::new(settings, &|_| Some("not-the-secret".to_owned())).unwrap()
}

/// What the browser brings back.
fn answer(back: &Url) -> Answer {
    let found = |wanted: &str| back.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    Answer {
        code: found("code"),
        state: found("state"),
        error: found("error"),
        error_description: found("error_description"),
        iss: found("iss"),
    }
}

/// A sign-in from its beginning to the browser's coming back.
async fn until_back(provider: &OpenidProvider, relying: &Provider, subject: &str) -> (Pending, Answer) {
    let begun = relying.begin(REDIRECT, Timestamp::now()).await.unwrap();
    let back = provider.sign_in(&begun.address, subject).await;
    assert!(back.as_str().starts_with(REDIRECT), "{back}");
    (begun.pending, answer(&back))
}

/// A whole sign-in of a person with these claims.
async fn signed_in(provider: &OpenidProvider, claims: &Value) -> Result<Verified, OpenidError> {
    let relying = relying(settings(provider));
    provider.person("person-1", claims).await;
    let (pending, answer) = until_back(provider, &relying, "person-1").await;
    relying.finish(pending, answer, Timestamp::now()).await
}

fn refused<T>(ended: Result<T, OpenidError>) -> (&'static str, String) {
    let error = ended.err().expect("a refusal");
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn people_sign_in_and_what_is_claimed_of_them_counts_as_far_as_it_may() {
    let Some(provider) = OpenidProvider::start() else { return };
    for (claims, trusted, second_factor) in [
        (json!({ "email": "officer@barset.example.org", "email_verified": true }), true, false),
        (json!({ "email": "officer@barset.example.org", "email_verified": true, "amr": ["pwd", "otp"] }), true, true),
        (json!({ "email": "officer@barset.example.org", "email_verified": false }), false, false),
        (json!({ "email": "officer@barset.example.org" }), false, false),
        (json!({ "email": "officer@wexmoor.example.org", "email_verified": true }), false, false),
    ] {
        let verified = signed_in(&provider, &claims).await.unwrap();
        assert_eq!(verified.issuer, provider.issuer);
        assert_eq!(verified.subject, "person-1");
        assert_eq!(verified.email.as_deref(), claims["email"].as_str());
        assert_eq!((verified.email_trusted, verified.second_factor), (trusted, second_factor), "{claims}");
    }
    let verified = signed_in(&provider, &json!({})).await.unwrap();
    assert_eq!((verified.email, verified.email_trusted), (None, false));
}

#[tokio::test]
async fn a_client_must_know_its_secret() {
    let Some(provider) = OpenidProvider::start() else { return };
    let (client_id, secret) = provider.register(REDIRECT).await;
    let with_secret = ProviderSettings { client_id, ..settings(&provider) };
    let knows = Provider::new(with_secret.clone(), &|_| Some(secret.clone())).unwrap();
    let (pending, answer) = until_back(&provider, &knows, "person-1").await;
    let verified = knows.finish(pending, answer, Timestamp::now()).await.unwrap();
    assert_eq!(verified.subject, "person-1");

    let guesses = relying(with_secret);
    let (pending, answer) = until_back(&provider, &guesses, "person-1").await;
    let (code, words) = refused(guesses.finish(pending, answer, Timestamp::now()).await);
    assert_eq!(code, "code_refused");
    assert_eq!(words, "Barset refused to complete the sign-in (invalid_client).");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let Some(provider) = OpenidProvider::start() else { return };
    let relying = relying(settings(&provider));
    let (pending, answer) = until_back(&provider, &relying, "person-1").await;
    relying.finish(pending.clone(), answer.clone(), Timestamp::now()).await.unwrap();
    let (code, words) = refused(relying.finish(pending, answer, Timestamp::now()).await);
    assert_eq!(code, "code_refused");
    assert_eq!(words, "Barset refused to complete the sign-in (invalid_grant).");
}

#[tokio::test]
async fn one_sign_in_can_not_be_completed_by_another() {
    let Some(provider) = OpenidProvider::start() else { return };
    let relying = relying(settings(&provider));
    let (mine, my_answer) = until_back(&provider, &relying, "person-1").await;
    let (other, other_answer) = until_back(&provider, &relying, "person-2").await;
    let now = Timestamp::now();
    let (code, _) = refused(relying.finish(mine.clone(), other_answer.clone(), now).await);
    assert_eq!(code, "not_begun_here");
    // Even with the state set right, the ID token belongs to the other sign-in.
    let forged = Answer { state: Some(mine.state.clone()), ..other_answer };
    let (code, words) = refused(relying.finish(mine.clone(), forged, now).await);
    assert_eq!(code, "proof_refused");
    assert_eq!(words, "Barset's proof of who you are was not accepted: it belongs to another sign-in.");
    let altered = Pending { nonce: other.nonce, ..mine.clone() };
    let (code, _) = refused(relying.finish(altered, my_answer, now).await);
    assert_eq!(code, "proof_refused");
}

#[tokio::test]
async fn what_is_old_is_not_completed() {
    let Some(provider) = OpenidProvider::start() else { return };
    let relying = relying(settings(&provider));
    let (pending, answer) = until_back(&provider, &relying, "person-1").await;
    let later = pending.began_at + jiff::SignedDuration::from_secs(601);
    let (code, _) = refused(relying.finish(pending, answer, later).await);
    assert_eq!(code, "too_late");
}

#[tokio::test]
async fn who_refuses_is_not_signed_in() {
    let Some(provider) = OpenidProvider::start() else { return };
    let relying = relying(settings(&provider));
    let begun = relying.begin(REDIRECT, Timestamp::now()).await.unwrap();
    let answer = answer(&provider.refuse(&begun.address).await);
    let (code, words) = refused(relying.finish(begun.pending, answer, Timestamp::now()).await);
    assert_eq!(code, "refused");
    assert_eq!(words, "Barset did not sign you in (access_denied).");
}

#[tokio::test]
async fn proofs_that_do_not_fit_are_refused() {
    let Some(provider) = OpenidProvider::start() else { return };
    for (claims, reason) in [
        (json!({ "aud": "another" }), "it is meant for another service"),
        (json!({ "iss": "https://elsewhere.example.org" }), "it names another issuer"),
        (json!({ "exp": 1_700_000_000 }), "it has expired, or was not issued during this sign-in"),
        (json!({ "iat": 1_700_000_000 }), "it has expired, or was not issued during this sign-in"),
    ] {
        let (code, words) = refused(signed_in(&provider, &claims).await);
        assert_eq!(code, "proof_refused");
        assert_eq!(words, format!("Barset's proof of who you are was not accepted: {reason}."), "{claims}");
    }
}

#[tokio::test]
async fn an_issuer_by_another_name_is_refused() {
    let Some(provider) = OpenidProvider::start() else { return };
    // It calls itself by the address that it was asked at, without the stroke at the end.
    let elsewhere = format!("{}/", provider.issuer);
    let relying = relying(ProviderSettings { issuer: elsewhere.clone(), ..settings(&provider) });
    let (code, words) = refused(relying.begin(REDIRECT, Timestamp::now()).await);
    assert_eq!(code, "unusable");
    let reason = format!("it describes itself as another issuer than the {elsewhere} in the settings");
    assert_eq!(words, format!("Barset gave an answer that can't be used: {reason}."));
}

#[tokio::test]
async fn a_provider_that_is_gone_is_told() {
    let Some(provider) = OpenidProvider::start() else { return };
    let relying = relying(settings(&provider));
    let (pending, answer) = until_back(&provider, &relying, "person-1").await;
    drop(provider);
    let (code, words) = refused(relying.finish(pending, answer, Timestamp::now()).await);
    assert_eq!(code, "unreachable");
    assert!(words.starts_with("Barset can't be reached: "), "{words}");
}
