//! SHA-256 as lower-case hexadecimal text: what documents, rule sets, evidence and inputs are known by.
//!
//! In: bytes. Out: 64 characters. Always holds: the same bytes give the same text everywhere.

use sha2::{Digest, Sha256};

/// The SHA-256 of the bytes, in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_standard_example() {
        assert_eq!(super::sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
