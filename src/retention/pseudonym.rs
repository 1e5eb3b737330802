//! Pseudonyms of councils: the same council has the same one, and without the key nobody can say which.
//!
//! In: a council's code, the key. Out: HMAC-SHA-256 (RFC 2104) in hexadecimal. Always holds: the key is random, is kept in
//! the database only, and shows in no log.

use crate::error::{AppError, Code};
use ring::hmac;
use std::fmt::Write;

/// Bytes of a key: as many as the hash gives (RFC 2104, section 3).
const KEY_BYTES: usize = 32;

/// A fresh key.
///
/// # Errors
/// [`Code::Unexpected`] when the machine has no random numbers to give.
pub(super) fn fresh_key() -> Result<Vec<u8>, AppError> {
    let mut key = vec![0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|e| {
        AppError::new(Code::Unexpected, format!("The machine gives no random numbers: {e}."), "Nothing was changed.")
    })?;
    Ok(key)
}

/// The pseudonym of a council's code: 64 characters.
pub(super) fn pseudonym(key: &[u8], gss_code: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, gss_code.as_bytes());
    tag.as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_standard_example() {
        assert_eq!(
            pseudonym(b"Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn keys_differ_and_so_do_their_pseudonyms() {
        let (one, other) = (fresh_key().unwrap(), fresh_key().unwrap());
        assert_eq!(one.len(), KEY_BYTES);
        assert_ne!(pseudonym(&one, "E04990001"), pseudonym(&other, "E04990001"));
        assert_eq!(pseudonym(&one, "E04990001"), pseudonym(&one, "E04990001"));
    }
}
