//! Secrets: what is drawn, what is kept of it, what is refused.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

const SESSION: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// A key of the right shape, not drawn.
fn written_key() -> String {
    format!("bw_k7m29xqp_{SESSION}")
}

#[test]
fn a_secret_shows_itself_only_when_it_is_revealed() {
    let secret = Secret::new("open sesame");
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    assert_eq!(format!("{secret:#?}"), "Secret(…)");
    assert_eq!(secret.reveal(), "open sesame");
    let drawn = draw_key();
    let shown = format!("{drawn:?}");
    assert!(!shown.contains(drawn.key.reveal().split_at(12).1), "the debug text of a drawn key holds the key");
}

#[test]
fn a_token_is_32_bytes_in_base64url_and_none_is_drawn_twice() {
    let tokens: BTreeSet<String> = (0..200).map(|_| draw().reveal().to_owned()).collect();
    assert_eq!(tokens.len(), 200);
    for token in &tokens {
        assert_eq!(token.len(), 43, "{token}");
        assert_eq!(URL_SAFE_NO_PAD.decode(token).map(|bytes| bytes.len()), Ok(32), "{token}");
    }
}

#[test]
fn what_is_kept_of_a_token_is_its_sha_256() {
    // FIPS 180-2, appendix B.1.
    assert_eq!(hashed("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn a_drawn_key_comes_apart_into_what_was_kept_of_it() {
    let drawn = draw_key();
    let text = drawn.key.reveal();
    assert_eq!(text.len(), 55);
    assert!(text.starts_with(&format!("bw_{}_", drawn.prefix)), "{text}");
    assert_eq!(parts(text), Some((drawn.prefix.as_str(), drawn.hash.clone())));
    assert_eq!(drawn.hash, sha256_hex(text.as_bytes()));
}

#[test]
fn drawn_keys_differ_in_prefix_and_in_token() {
    let drawn: Vec<DrawnKey> = (0..200).map(|_| draw_key()).collect();
    assert_eq!(drawn.iter().map(|key| &key.prefix).collect::<BTreeSet<_>>().len(), 200);
    assert_eq!(drawn.iter().map(|key| key.key.reveal().split_at(12).1).collect::<BTreeSet<_>>().len(), 200);
}

#[test]
fn symbols_are_all_drawn_and_nothing_else() {
    let seen: BTreeSet<char> = (0..100).flat_map(|_| draw_symbols::<64>().chars().collect::<Vec<_>>()).collect();
    assert_eq!(seen, PLAIN_SYMBOLS.iter().map(|symbol| char::from(*symbol)).collect());
    assert_eq!(draw_symbols::<64>().len(), 64);
}

#[test]
fn no_two_symbols_look_alike() {
    assert_eq!(PLAIN_SYMBOLS.iter().collect::<BTreeSet<_>>().len(), 32);
    assert!(!PLAIN_SYMBOLS.iter().any(|symbol| b"iloIOL".contains(symbol)));
}

#[test]
fn keys_of_a_wrong_shape_are_refused() {
    let right = written_key();
    assert_eq!(parts(&right), Some(("k7m29xqp", hashed(&right))));
    // A token may hold the character that sets it apart.
    let underscores = format!("bw_k7m29xqp_{}", "_".repeat(43));
    assert_eq!(parts(&underscores), Some(("k7m29xqp", hashed(&underscores))));
    for wrong in [
        "".to_owned(),
        "bw_".to_owned(),
        "bw__".to_owned(),
        "bw_k7m29xqp".to_owned(),
        "bw_k7m29xqp_".to_owned(),
        format!(" {right}"),
        format!("{right} "),
        format!("{right}A"),
        right.split_at(54).0.to_owned(),
        right.replace("bw_", "BW_"),
        right.replace("bw_", "bx_"),
        right.replace("k7m29xqp", "K7M29XQP"),
        right.replace("k7m29xqp", "k7m29xq"),
        right.replace("k7m29xqp", "k7m29xqpp"),
        right.replace("k7m29xqp", "k7m29xé"),
        right.replace("k7m29xqp", "k7m-9xqp"),
        right.replace("AAEC", "AA+C"),
        right.replace("AAEC", "AA=C"),
        right.replace("AAEC", "AAé"),
        right.replace("AAEC", "AA\0C"),
        format!("bw_k7m29xqp_{}", "A".repeat(10_000)),
    ] {
        assert_eq!(parts(&wrong), None, "{wrong}");
    }
}

#[test]
fn a_form_token_is_the_hmac_of_its_label_under_the_session() {
    // Worked out apart from this program, from RFC 2104's definition.
    assert_eq!(form_token(SESSION), "K7L-vT-1Sx-c89nygJa-zEOCTaQfXyARjvOLMnGdiuA");
    assert!(form_token_fits(SESSION, "K7L-vT-1Sx-c89nygJa-zEOCTaQfXyARjvOLMnGdiuA"));
    assert!(!form_token_fits(SESSION, SESSION));
    assert!(!form_token_fits(SESSION, ""));
}

proptest! {
    #[test]
    fn any_text_is_taken_apart_without_stopping(text in any::<String>()) {
        prop_assert_eq!(parts(&text), None);
    }

    #[test]
    fn what_looks_nearly_like_a_key_is_taken_or_refused_by_its_shape(
        text in "bw_[a-z0-9é]{7,9}_[A-Za-z0-9_é-]{42,44}",
    ) {
        let fits = text.len() == 55 && text.is_ascii() && text.as_bytes()[11] == b'_';
        prop_assert_eq!(parts(&text).is_some(), fits, "{}", text);
    }

    #[test]
    fn only_the_same_text_is_the_same(a in "[ab]{0,4}", b in "[ab]{0,4}") {
        prop_assert_eq!(same(&a, &b), a == b);
    }

    #[test]
    fn a_form_token_fits_its_own_session_only(session in ".{1,60}", other in ".{1,60}") {
        let token = form_token(&session);
        prop_assert_eq!(token.len(), 43);
        prop_assert!(form_token_fits(&session, &token));
        prop_assert_eq!(form_token_fits(&other, &token), session == other);
    }

    #[test]
    fn a_form_token_with_one_character_changed_is_refused(place in 0usize..43) {
        let mut token: Vec<u8> = form_token(SESSION).into_bytes();
        token[place] = if token[place] == b'A' { b'B' } else { b'A' };
        prop_assert!(!form_token_fits(SESSION, &String::from_utf8(token).unwrap()));
    }
}
