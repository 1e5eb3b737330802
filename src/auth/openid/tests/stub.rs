//! A provider of our own that says whatever a test wants, signed by another library than the one under test.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Base64 for addresses, without padding (RFC 4648 section 5).
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..=chunk.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

/// A key of the provider.
pub(super) struct Key {
    pub(super) kid: String,
    pair: EcdsaKeyPair,
}

impl Key {
    pub(super) fn new(kid: &str) -> Key {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        Key { kid: kid.to_owned(), pair }
    }

    pub(super) fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (base64(&point[1..33]), base64(&point[33..]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.kid, "x": x, "y": y })
    }

    /// A token with these claims, signed by this key.
    pub(super) fn sign(&self, claims: &Value) -> String {
        let head = json!({ "alg": "ES256", "typ": "JWT", "kid": self.kid });
        let signed = unsigned(&head, claims);
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", base64(signature.as_ref()))
    }
}

/// The first two parts of a token.
pub(super) fn unsigned(head: &Value, claims: &Value) -> String {
    format!("{}.{}", base64(head.to_string().as_bytes()), base64(claims.to_string().as_bytes()))
}

type Replies = HashMap<String, Vec<u8>>;

/// Answers by path, one connection a request.
pub(super) struct Stub {
    pub(super) issuer: String,
    replies: Arc<Mutex<Replies>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// Describes itself and publishes the key; tokens are for the test to say.
    pub(super) fn start(key: &Key) -> Stub {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let (replies, requests) = (Arc::new(Mutex::new(Replies::new())), Arc::new(Mutex::new(Vec::new())));
        let stub = Stub { issuer, replies: Arc::clone(&replies), requests: Arc::clone(&requests) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up early is part of what is tested.
                let _ = answer(stream, &replies, &requests);
            }
        });
        stub.describe(&json!({}));
        stub.publish(&[key]);
        stub
    }

    pub(super) fn describe(&self, otherwise: &Value) {
        self.say("/.well-known/openid-configuration", "200 OK", &self.metadata(otherwise));
    }

    /// Its description of itself, with some fields set otherwise.
    pub(super) fn metadata(&self, otherwise: &Value) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let mut metadata = json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "jwks_uri": at("/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        });
        for (name, value) in otherwise.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        metadata
    }

    pub(super) fn publish(&self, keys: &[&Key]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
        self.say("/keys", "200 OK", &json!({ "keys": keys }));
    }

    pub(super) fn say(&self, path: &str, status: &str, body: &Value) {
        self.say_raw(path, status, "Content-Type: application/json", body.to_string().as_bytes());
    }

    pub(super) fn say_raw(&self, path: &str, status: &str, header: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{header}\r\n\r\n");
        self.replies.lock().unwrap().insert(path.to_owned(), [head.as_bytes(), body].concat());
    }

    /// The requests to a path so far, whole.
    pub(super) fn asked(&self, path: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|request| request.split(' ').nth(1) == Some(path)).cloned().collect()
    }
}

fn answer(mut stream: TcpStream, replies: &Mutex<Replies>, requests: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer)?;
        read.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if count == 0 {
                return Ok(());
            }
            continue;
        };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if count > 0 && body.len() < length.unwrap_or(0) {
            continue;
        }
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        requests.lock().unwrap().push(text);
        let reply = replies.lock().unwrap().get(&path).cloned();
        return stream.write_all(&reply.unwrap_or_else(|| b"HTTP/1.1 404 Not Found\r\n\r\n".to_vec()));
    }
}
