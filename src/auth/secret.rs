//! Opaque secrets: tokens of sessions and links, machine keys, form tokens; drawn, hashed and compared.
//!
//! In: randomness of the operating system, or a text somebody presents. Out: a [`Secret`] to hand over once, its hash to
//! keep, or whether two texts are the same. Always holds: what is kept never gives back what was handed over; a secret
//! shows itself only where [`Secret::reveal`] is written; comparing takes the same time wherever two texts differ.

use crate::digest::sha256_hex;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use std::fmt;
use subtle::ConstantTimeEq;

/// Digits and small letters of which no two look alike: 32 of them, so that each carries exactly five bits. Crockford's
/// base 32 (<https://www.crockford.com/base32.html>): no `i`, `l` and `o`, which pass for `1` and `0`; no `u`, which
/// spells words.
pub(super) const PLAIN_SYMBOLS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// How a machine key begins: whoever finds one in a log or a repository can tell what it is.
const KEY_BEGINS: &str = "bw_";
/// The symbols of a machine key's prefix: 40 bits, enough to be unique among the keys of one installation.
const PREFIX_LENGTH: usize = 8;
/// 32 bytes in base64url without padding.
const TOKEN_LENGTH: usize = 43;
/// Longer texts aren't looked at.
const LONGEST_KEY: usize = 200;
/// Binds a form token to its purpose: the same session token under another label gives another text.
const FORM_LABEL: &[u8] = b"bellwether form token v1";

/// A text that must not reach a log, a page or an error message by accident.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Holds a text that was drawn or presented.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself: to hand over, to hash or to compare; never to log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// A machine key as it is drawn: the key is shown once, the prefix and the hash are kept.
#[derive(Debug)]
pub struct DrawnKey {
    /// `bw_`, the prefix, `_` and 43 characters of base64url.
    pub key: Secret,
    /// Eight digits and small letters: names the key in lists and logs, and finds its row. No secret.
    pub prefix: String,
    /// [`hashed`] of the whole key.
    pub hash: String,
}

/// Draws a token: 32 bytes of the operating system in base64url without padding, 43 characters.
///
/// # Panics
/// When the operating system gives no randomness.
pub fn draw() -> Secret {
    Secret(URL_SAFE_NO_PAD.encode(random_bytes::<32>()))
}

/// The SHA-256 of a token in lower-case hexadecimal: what is kept of it.
///
/// A plain, fast hash without salt is enough, because the tokens are drawn and not chosen: nobody tries out 256 random bits
/// however fast the hash, and no two tokens are ever the same. A slow hash guards only what people think up, such as
/// passwords, and would be paid on every request.
pub fn hashed(token: &str) -> String {
    sha256_hex(token.as_bytes())
}

/// Whether two texts are the same, in a time that doesn't tell where they differ. Their lengths may show: those of tokens
/// and hashes are known to everybody.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// Draws a machine key.
///
/// # Panics
/// When the operating system gives no randomness.
pub fn draw_key() -> DrawnKey {
    let prefix = draw_symbols::<PREFIX_LENGTH>();
    let key = Secret(format!("{KEY_BEGINS}{prefix}_{}", draw().reveal()));
    let hash = hashed(key.reveal());
    DrawnKey { key, prefix, hash }
}

/// The prefix and the hash of a machine key that somebody presents; none for anything that can't be one. The prefix is still
/// what the sender wrote, but only digits and small letters: fit for a log.
pub fn parts(presented: &str) -> Option<(&str, String)> {
    if presented.len() > LONGEST_KEY {
        return None;
    }
    let (prefix, token) = presented.strip_prefix(KEY_BEGINS)?.split_once('_')?;
    let prefix_fits =
        prefix.len() == PREFIX_LENGTH && prefix.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    let token_fits = token.len() == TOKEN_LENGTH
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (prefix_fits && token_fits).then(|| (prefix, hashed(presented)))
}

/// The token that a session's forms carry, 43 characters: HMAC-SHA-256 (RFC 2104) of a label with the session's token as
/// the key. It is worked out anew for each page, so nothing else need be kept; and a page that leaks doesn't give the
/// session away.
pub fn form_token(session_token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, session_token.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, FORM_LABEL))
}

/// Whether a form that was sent carries its session's [`form_token`], compared in constant time.
pub fn form_token_fits(session_token: &str, presented: &str) -> bool {
    same(&form_token(session_token), presented)
}

/// Bytes of the operating system's randomness.
///
/// # Panics
/// When there is none: a secret that can be guessed is worse than a request that fails.
#[allow(
    clippy::panic,
    reason = "the platforms we run on give randomness once they have started; nothing can stand in for it"
)]
pub(super) fn random_bytes<const COUNT: usize>() -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes,
        Err(error) => panic!("The operating system gives no randomness ({error}); no secret can be drawn without it."),
    }
}

/// Draws a text of [`PLAIN_SYMBOLS`], five bits each. Unbiased: 32 divides 256.
pub(super) fn draw_symbols<const COUNT: usize>() -> String {
    let symbol = |byte: u8| PLAIN_SYMBOLS.get(usize::from(byte % 32)).map(|symbol| char::from(*symbol));
    random_bytes::<COUNT>().into_iter().filter_map(symbol).collect()
}

#[cfg(test)]
#[path = "secret_tests.rs"]
mod tests;
