//! Sealing: round trips, what is refused, and the key file.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::error::Error;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OTHER_KEY: &str = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
const PURPOSE: &str = "second factor of person 7";

fn seal() -> Seal {
    Seal::from_text(KEY).unwrap()
}

/// Every text that an error can show of itself.
fn shown(error: &SealError) -> String {
    format!("{error} {error:?} {}", error.next())
}

#[test]
fn a_key_is_taken_in_hexadecimal_and_in_base64_of_either_alphabet() {
    // 0xfb, 0xff and the like: characters in which the two alphabets differ.
    let hexadecimal = "fbffbf0102030405060708090a0b0c0d0e0f101112131415161718191a1b1cff";
    let sealed = Seal::from_text(hexadecimal).unwrap().seal(PURPOSE, b"plain").unwrap();
    for same_key in [
        hexadecimal.to_uppercase(),
        format!("  {hexadecimal}\n"),
        "+/+/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHP8=".to_owned(),
        "+/+/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHP8".to_owned(),
        "-_-_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHP8=".to_owned(),
        "-_-_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHP8".to_owned(),
    ] {
        assert_eq!(Seal::from_text(&same_key).unwrap().open(PURPOSE, &sealed).unwrap(), b"plain", "{same_key}");
    }
}

#[test]
fn a_text_that_is_no_key_is_refused_without_being_shown() {
    for wrong in
        ["", "correct horse battery staple", KEY.split_at(63).0, &format!("{KEY}0"), &KEY.replace("00", "0g"), "é"]
    {
        let error = Seal::from_text(wrong).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "BELLWETHER_SECRET_KEY doesn't hold a key: it has {} characters that aren't 32 bytes in hexadecimal or base64.",
                wrong.chars().count()
            )
        );
        assert_eq!(
            error.next(),
            "Draw a key with `openssl rand -hex 32` and put its 64 characters there. If texts were sealed already, put back the key that sealed them."
        );
        assert!(wrong.len() < 10 || !shown(&error).contains(wrong), "the error shows what it was given");
    }
}

#[test]
fn a_stand_in_for_a_key_is_refused() {
    for stand_in in ["0".repeat(64), "0123".repeat(16), "A".repeat(43)] {
        let error = Seal::from_text(&stand_in).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The key in BELLWETHER_SECRET_KEY wasn't drawn at random: it is almost one byte over and over."
        );
        assert!(!shown(&error).contains(&stand_in), "the error shows what it was given");
    }
}

#[test]
fn neither_the_key_nor_what_is_sealed_shows() {
    let seal = seal();
    assert_eq!(format!("{seal:?}"), "Seal(…)");
    let sealed = seal.seal(PURPOSE, b"JBSWY3DPEHPK3PXP").unwrap();
    assert!(sealed.starts_with("v1."), "{sealed}");
    assert!(!sealed.contains("JBSWY3DPEHPK3PXP") && !sealed.contains(&URL_SAFE_NO_PAD.encode("JBSWY3DPEHPK3PXP")));
    let error = Seal::from_text(OTHER_KEY).unwrap().open(PURPOSE, &sealed).unwrap_err();
    for hidden in [KEY, OTHER_KEY, sealed.as_str(), "JBSWY3DPEHPK3PXP"] {
        assert!(!shown(&error).contains(hidden), "the error shows {hidden}");
    }
}

#[test]
fn a_text_sealed_elsewhere_by_the_same_standard_is_opened() {
    // Sealed apart from this program by another implementation of AES-256-GCM: nonce 40 to 4b, `v1.` and the purpose bound to it.
    assert_eq!(
        seal().open(PURPOSE, "v1.QEFCQ0RFRkdISUpLqPv9dH8Pw1OIjEd9qDRLCwOvRrQ8lBiTncJhhgZqa8A").unwrap(),
        b"JBSWY3DPEHPK3PXP"
    );
}

#[test]
fn the_same_bytes_are_never_sealed_alike() {
    let sealed: BTreeSet<String> = (0..200).map(|_| seal().seal(PURPOSE, b"plain").unwrap()).collect();
    assert_eq!(sealed.len(), 200);
}

#[test]
fn another_key_says_what_to_do() {
    let sealed = seal().seal(PURPOSE, b"plain").unwrap();
    let error = Seal::from_text(OTHER_KEY).unwrap().open(PURPOSE, &sealed).unwrap_err();
    assert_eq!(
        error.to_string(),
        "What is kept as second factor of person 7 can't be opened: the key that sealed it is not the one in BELLWETHER_SECRET_KEY, or it was changed or moved since."
    );
    assert_eq!(
        error.next(),
        "Put back the key that was in use when it was kept (BELLWETHER_SECRET_KEY or the key file). If that key is lost, have it set up again."
    );
}

#[test]
fn what_was_never_sealed_is_refused() {
    for wrong in
        ["", "v1.", "v1", "plain", "v1.AAAA", "v1.AAAAAAAAAAAAAAAA=", "v1.é", "v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    {
        match seal().open(PURPOSE, wrong) {
            Err(error @ SealError::NotSealed { .. }) => {
                assert_eq!(
                    error.to_string(),
                    "What is kept as second factor of person 7 isn't a sealed text.",
                    "{wrong}"
                );
            }
            other => panic!("{wrong}: {other:?}"),
        }
    }
    // A nonce and a tag of nothing: of the right form, but by no key.
    for wrong in [12, 13, 27, 28, 40] {
        let wrong = format!("v1.{}", URL_SAFE_NO_PAD.encode(vec![7; wrong]));
        assert!(matches!(seal().open(PURPOSE, &wrong), Err(SealError::NotOpened { .. })), "{wrong}");
    }
}

#[test]
fn a_key_file_is_made_once_and_read_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let sealed = Seal::from_file(&path).unwrap().seal(PURPOSE, b"plain").unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.len(), 65, "64 hexadecimal digits and a line end");
    assert_eq!(Seal::from_file(&path).unwrap().open(PURPOSE, &sealed).unwrap(), b"plain");
    assert_eq!(Seal::from_text(&text).unwrap().open(PURPOSE, &sealed).unwrap(), b"plain");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["secret.key"], "nothing unfinished is left behind");
}

#[test]
fn two_key_files_hold_two_keys() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = Seal::from_file(&folder.path().join("a")).unwrap().seal(PURPOSE, b"plain").unwrap();
    let path = folder.path().join("b");
    let error = Seal::from_file(&path).unwrap().open(PURPOSE, &sealed).unwrap_err();
    assert!(error.to_string().contains(&format!("is not the one in {}, or", path.display())), "{error}");
}

#[test]
fn processes_that_start_together_agree_on_one_key() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let start = std::sync::Barrier::new(8);
        let sealed: Vec<String> = std::thread::scope(|scope| {
            let one = || {
                start.wait();
                Seal::from_file(&path).unwrap().seal(PURPOSE, b"plain").unwrap()
            };
            let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let afterwards = Seal::from_file(&path).unwrap();
        for sealed in sealed {
            assert_eq!(afterwards.open(PURPOSE, &sealed).unwrap(), b"plain");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn the_slower_of_two_takes_the_key_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let first = make_key_file(&path).unwrap();
    assert_eq!(make_key_file(&path).unwrap().trim_end(), first);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn the_key_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    Seal::from_file(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for (mode, exposed) in [(0o644, true), (0o640, true), (0o602, true), (0o604, true), (0o400, false), (0o600, false)]
    {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let taken = Seal::from_file(&path);
        assert_eq!(taken.is_err(), exposed, "{mode:o}");
        if let Err(error) = taken {
            let named = path.display();
            assert_eq!(
                error.to_string(),
                format!(
                    "The key file {named} may be read or changed by others on this machine (its mode is {mode:o})."
                )
            );
            assert_eq!(
                error.next(),
                format!(
                    "If nobody else can have read it, run `chmod 600 {named}`. Otherwise remove it, so that another key is drawn: links under way are then lost, and second factors must be set up again."
                )
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn a_key_file_with_something_else_in_it_is_refused_and_left_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    for (text, refused) in [
        ("", "doesn't hold a key: it has 0 characters that aren't 32 bytes in hexadecimal or base64."),
        ("open sesame\n", "doesn't hold a key: it has 11 characters that aren't 32 bytes in hexadecimal or base64."),
    ] {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(Seal::from_file(&path).unwrap_err().to_string(), format!("{} {refused}", path.display()));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_key_file_that_cannot_be_read_or_made_gives_the_systems_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("secret.key");
    let error = Seal::from_file(&path).unwrap_err();
    assert_eq!(error.to_string(), format!("The key file {} can't be made.", path.display()));
    assert_eq!(error.source().unwrap().downcast_ref::<io::Error>().unwrap().kind(), ErrorKind::NotFound);
    assert_eq!(
        error.next(),
        format!(
            "See that the folder of {} exists and that the service's user may write there, or set BELLWETHER_SECRET_KEY.",
            path.display()
        )
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.path().join("folder");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        let error = Seal::from_file(&path).unwrap_err();
        assert_eq!(error.to_string(), format!("The key file {} can't be read.", path.display()));
        assert_eq!(
            error.next(),
            format!(
                "See that {} is a file that the service's user may read, or set BELLWETHER_SECRET_KEY.",
                path.display()
            )
        );
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens_again(plain in proptest::collection::vec(any::<u8>(), 0..400), purpose in ".{0,40}") {
        let sealed = seal().seal(&purpose, &plain).unwrap();
        prop_assert_eq!(seal().open(&purpose, &sealed).unwrap(), plain);
    }

    #[test]
    fn any_flipped_bit_is_refused(plain in proptest::collection::vec(any::<u8>(), 0..60), place in any::<prop::sample::Index>()) {
        let sealed = seal().seal(PURPOSE, &plain).unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(&sealed[3..]).unwrap();
        let bit = place.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let flipped = format!("v1.{}", URL_SAFE_NO_PAD.encode(bytes));
        let refused = matches!(seal().open(PURPOSE, &flipped), Err(SealError::NotOpened { .. }));
        prop_assert!(refused, "bit {} was flipped unnoticed", bit);
    }

    #[test]
    fn any_changed_character_is_refused(plain in proptest::collection::vec(any::<u8>(), 0..60), place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.-]") {
        let sealed = seal().seal(PURPOSE, &plain).unwrap();
        let mut letters: Vec<char> = sealed.chars().collect();
        let place = place.index(letters.len());
        let letter = letter.chars().next().unwrap();
        prop_assume!(letters[place] != letter);
        letters[place] = letter;
        prop_assert!(seal().open(PURPOSE, &letters.into_iter().collect::<String>()).is_err());
    }

    #[test]
    fn a_shortened_text_is_refused(plain in proptest::collection::vec(any::<u8>(), 0..60), kept in any::<prop::sample::Index>()) {
        let sealed = seal().seal(PURPOSE, &plain).unwrap();
        prop_assert!(seal().open(PURPOSE, sealed.split_at(kept.index(sealed.len())).0).is_err());
    }

    #[test]
    fn another_purpose_is_refused(purpose in ".{0,20}", other in ".{0,20}") {
        prop_assume!(purpose != other);
        let sealed = seal().seal(&purpose, b"plain").unwrap();
        let refused = matches!(seal().open(&other, &sealed), Err(SealError::NotOpened { .. }));
        prop_assert!(refused);
    }

    #[test]
    fn any_text_is_opened_or_refused_without_stopping(text in any::<String>(), begun in any::<bool>()) {
        let text = if begun { format!("v1.{text}") } else { text };
        prop_assert!(seal().open(PURPOSE, &text).is_err());
        prop_assert!(Seal::from_text(&text).is_err());
    }
}
