//! Tokens in pages: written another way each time.
//!
//! In: a token. Out: a text of twice its length, and the token back. Always holds: no two pages carry the same text for
//! one token. Pages are compressed, and the length of a compressed page that repeats what a stranger put into the address
//! would otherwise tell the token a letter at a time (BREACH, 2013).

use super::secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The token's bytes under a pad drawn for this page, with the pad in front.
pub fn masked(token: &str) -> String {
    let pad: Vec<u8> = secret::draw().reveal().bytes().cycle().take(token.len()).collect();
    let covered = token.bytes().zip(&pad).map(|(byte, pad)| byte ^ pad);
    let both: Vec<u8> = pad.iter().copied().chain(covered).collect();
    URL_SAFE_NO_PAD.encode(both)
}

/// The token of a text that [`masked`] gave; none for anything else.
pub fn unmasked(text: &str) -> Option<String> {
    let both = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (pad, covered) = both.split_at_checked(both.len() / 2)?;
    let token = pad.iter().zip(covered).map(|(pad, byte)| pad ^ byte).collect();
    String::from_utf8(token).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_token_is_written_another_way_each_time_and_read_back(token in "[A-Za-z0-9_-]{8,90}", junk in ".{0,60}") {
            let (first, second) = (masked(&token), masked(&token));
            prop_assert_ne!(&first, &second);
            prop_assert_eq!(unmasked(&first), Some(token.clone()));
            prop_assert_eq!(unmasked(&second), Some(token));
            let _ = unmasked(&junk);
        }
    }
}
