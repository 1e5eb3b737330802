//! The second factor: the standard's figures, what is accepted once, what is forgiven.

use super::super::secret::hashed;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// RFC 6238's secret for SHA-1, the bytes `12345678901234567890`, in base 32.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// The code of step 1, seconds 30 to 59.
const CODE: &str = "287082";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn the_standards_figures() {
    // RFC 6238, appendix B, SHA-1: the time, the step T, and the last six of the eight digits.
    for (second, step, code) in [
        (59, 0x1, "287082"),
        (1_111_111_109, 0x0235_23ec, "081804"),
        (1_111_111_111, 0x0235_23ed, "050471"),
        (1_234_567_890, 0x0273_ef07, "005924"),
        (2_000_000_000, 0x03f9_40aa, "279037"),
        (20_000_000_000, 0x27bc_86aa, "353130"),
    ] {
        assert_eq!(check(SECRET, code, at(second), None), Some(step), "at {second}");
    }
}

#[test]
fn a_code_is_right_for_a_step_either_way_and_no_longer() {
    for (second, step) in
        [(0, Some(1)), (29, Some(1)), (30, Some(1)), (59, Some(1)), (89, Some(1)), (90, None), (119, None)]
    {
        assert_eq!(check(SECRET, CODE, at(second), None), step, "at {second}");
    }
    // The first of the appendix's two neighbouring steps begins at 1,111,111,080.
    for (second, step) in [
        (1_111_111_049, None),
        (1_111_111_050, Some(0x0235_23ec)),
        (1_111_111_139, Some(0x0235_23ec)),
        (1_111_111_140, None),
    ] {
        assert_eq!(check(SECRET, "081804", at(second), None), step, "at {second}");
    }
}

#[test]
fn a_code_is_accepted_once() {
    let now = at(1_111_111_111);
    assert_eq!(check(SECRET, "050471", now, None), Some(37_037_037));
    assert_eq!(check(SECRET, "050471", now, Some(37_037_036)), Some(37_037_037));
    assert_eq!(check(SECRET, "050471", now, Some(37_037_037)), None, "the same code again");
    assert_eq!(check(SECRET, "081804", now, Some(37_037_037)), None, "the code before the one that was accepted");
    assert_eq!(check(SECRET, "081804", now, Some(37_037_035)), Some(37_037_036));
    assert_eq!(check(SECRET, "050471", now, Some(i64::MAX)), None);
    assert_eq!(check(SECRET, "050471", now, Some(i64::MIN)), Some(37_037_037));
}

#[test]
fn spaces_within_a_code_are_forgiven_and_nothing_else() {
    for right in ["287082", "287 082", " 28 70 82 ", "2 8 7 0 8 2", "287\u{a0}082", "\t287082\r\n"] {
        assert_eq!(check(SECRET, right, at(59), None), Some(1), "{right}");
    }
    for wrong in [
        "",
        " ",
        "28708",
        "2870822",
        "0287082",
        "+87082",
        "-287082",
        "287-082",
        "287082a",
        "28708a",
        "２８７０８２",
        "287\u{0}082",
        "94287082",
        "287083",
    ] {
        assert_eq!(check(SECRET, wrong, at(59), None), None, "{wrong}");
    }
}

#[test]
fn no_secret_no_time_no_code() {
    for secret in ["", "not base 32!", "GEZDGNBV"] {
        assert_eq!(check(secret, CODE, at(59), None), None, "{secret}");
    }
    assert_eq!(check(SECRET, CODE, at(-1), None), None);
    assert_eq!(check(SECRET, CODE, Timestamp::MIN, None), None);
    assert_eq!(check(SECRET, CODE, Timestamp::MAX, None), None);
}

#[test]
fn an_enrolment_gives_the_secret_in_every_form() {
    let enrolment = enrol_with("officer@example.org", *b"12345678901234567890").unwrap();
    assert_eq!(enrolment.secret.reveal(), SECRET);
    assert_eq!(enrolment.by_hand, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_eq!(
        enrolment.address,
        "otpauth://totp/Bellwether:officer%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bellwether"
    );
}

#[test]
fn an_enrolment_can_be_shown_again() {
    let first = enrol("officer@example.org").unwrap();
    let again = enrol_again("officer@example.org", first.secret.reveal()).unwrap().unwrap();
    assert_eq!((&again.qr_svg, &again.by_hand, &again.address), (&first.qr_svg, &first.by_hand, &first.address));
    assert_eq!(again.secret.reveal(), first.secret.reveal());
    for no_secret_of_ours in ["", "GEZDGNBV", "not base 32"] {
        assert!(enrol_again("officer@example.org", no_secret_of_ours).unwrap().is_none(), "{no_secret_of_ours}");
    }
}

#[test]
fn an_enrolment_shows_nothing_of_itself() {
    assert_eq!(format!("{:?}", enrol("officer@example.org").unwrap()), "Enrolment(…)");
}

#[test]
fn each_enrolment_draws_its_own_secret_whose_codes_are_accepted() {
    let secrets: BTreeSet<String> =
        (0..20).map(|_| enrol("officer@example.org").unwrap().secret.reveal().to_owned()).collect();
    assert_eq!(secrets.len(), 20);
    for secret in secrets {
        assert_eq!(secret.len(), 32);
        let bytes = totp_rs::Secret::try_from_base32(&secret).unwrap();
        let code = Builder::new().with_secret(bytes).build().unwrap().generate(1_000_000_000).to_string();
        assert_eq!(check(&secret, &code, at(1_000_000_000), None), Some(33_333_333));
    }
}

#[test]
fn account_names_that_no_authenticator_takes_are_refused() {
    for wrong in ["".to_owned(), "a:b@example.org".to_owned(), "a".repeat(255), "é".repeat(128)] {
        let error = enrol(&wrong).unwrap_err();
        assert_eq!(error.to_string(), "An authenticator app needs an account name of 1 to 254 bytes without a colon.");
    }
    // The longest name whose every byte must be written as three characters still fits the picture.
    for right in ["a".repeat(254), "é".repeat(127), "\"><script>".to_owned()] {
        assert!(enrol(&right).is_ok(), "{right}");
    }
}

#[test]
fn the_picture_is_an_element_with_a_name_and_without_style_or_script() {
    let enrolment = enrol_with("<script>@example.org", *b"12345678901234567890").unwrap();
    let picture = &enrolment.qr_svg;
    let named = "<svg role=\"img\" aria-label=\"QR code that sets up Bellwether in an authenticator app\" xmlns=\"http://www.w3.org/2000/svg\" ";
    assert!(picture.starts_with(named), "{picture}");
    assert!(picture.ends_with("</svg>"), "{picture}");
    assert!(!picture.contains("<title"), "the name stands once: {picture}");
    for unwanted in ["style", "script", "<?xml", "href", "url(", SECRET] {
        assert!(!picture.contains(unwanted), "{unwanted} in {picture}");
    }
    // What is drawn is the address: each dark module at its place, inside a margin of four.
    let code = QrCode::with_error_correction_level(&enrolment.address, EcLevel::M).unwrap();
    let modules = code.width();
    let width = (modules + 8) * 6;
    assert!(
        picture.contains(&format!(" width=\"{width}\" height=\"{width}\" viewBox=\"0 0 {width} {width}\"")),
        "{picture}"
    );
    let expected: BTreeSet<String> = code
        .to_colors()
        .into_iter()
        .enumerate()
        .filter(|(_, colour)| *colour == qrcode::Color::Dark)
        .map(|(place, _)| ((place % modules + 4) * 6, (place / modules + 4) * 6))
        .map(|(x, y)| format!("{x} {y}h6v6H{x}V{y}"))
        .collect();
    let path = picture.split_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(path.split('M').skip(1).map(str::to_owned).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn two_secrets_give_two_pictures_and_one_secret_one() {
    let picture = |secret| enrol_with("officer@example.org", secret).unwrap().qr_svg;
    assert_eq!(picture([7; 20]), picture([7; 20]));
    assert_ne!(picture([7; 20]), picture([8; 20]));
}

#[test]
fn ten_recovery_codes_are_drawn_that_differ() {
    let drawn: Vec<Secret> = (0..20).flat_map(|_| draw_recovery_codes()).collect();
    assert_eq!(draw_recovery_codes().len(), 10);
    assert_eq!(drawn.iter().map(Secret::reveal).collect::<BTreeSet<_>>().len(), 200);
    for code in &drawn {
        let groups: Vec<&str> = code.reveal().split('-').collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4, 4, 4, 4], "{}", code.reveal());
    }
}

#[test]
fn a_recovery_code_is_found_however_it_is_typed() {
    let drawn = "k7m2-9xqp-4hd0-w1nc";
    for typed in [
        drawn,
        "K7M2-9XQP-4HD0-W1NC",
        "k7m29xqp4hd0w1nc",
        " k7m2 9xqp 4hd0 w1nc\n",
        "k7m2–9xqp—4hd0\u{2212}w1nc",
        "k7-m29-xqp4hd0w1nc--",
        "k7m2-9xqp-4hdo-wlnc",
        "K7M2-9XQP-4HDO-WINC",
    ] {
        assert_eq!(normal_recovery_code(typed).as_deref(), Some(drawn), "{typed}");
    }
}

#[test]
fn what_cannot_be_a_recovery_code_is_refused() {
    for wrong in [
        "",
        "----",
        "k7m2-9xqp-4hdt-w3n",
        "k7m2-9xqp-4hdt-w3ncc",
        "k7m2-9xqp-4hdt-w3nu",
        "k7m2_9xqp_4hdt_w3nc",
        "k7m2-9xqp-4hdt-w3né",
        "k7m2-9xqp-4hdt-w3n\0",
        "ｋ7m2-9xqp-4hdt-w3nc",
        "287082",
    ] {
        assert_eq!(normal_recovery_code(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn a_drawn_recovery_code_is_in_its_normal_form(dashes in any::<bool>(), capitals in any::<bool>()) {
        for code in draw_recovery_codes() {
            let drawn = code.reveal();
            let typed = if dashes { drawn.to_owned() } else { drawn.replace('-', "") };
            let typed = if capitals { typed.to_uppercase() } else { typed };
            prop_assert_eq!(normal_recovery_code(&typed).map(|normal| hashed(&normal)), Some(hashed(drawn)));
        }
    }

    #[test]
    fn any_text_as_a_recovery_code_is_normal_or_refused(text in "\\PC{0,30}|[0-9a-zA-Z -]{14,24}") {
        if let Some(normal) = normal_recovery_code(&text) {
            prop_assert_eq!(normal.len(), 19);
            prop_assert_eq!(normal_recovery_code(&normal), Some(normal.clone()));
        }
    }

    #[test]
    fn any_text_as_a_code_is_checked_without_stopping(secret in any::<String>(), code in any::<String>(), second in any::<i32>()) {
        prop_assert_eq!(check(&secret, &code, at(i64::from(second)), None), None);
    }

    #[test]
    fn a_code_is_never_accepted_for_a_step_that_was_used(second in 1_000_000_000i64..2_000_000_000, drift in -40i64..=40, last in -3i64..=3) {
        let totp = Builder::new().with_secret(*b"12345678901234567890").build().unwrap();
        let shown_at = second + drift;
        let code = totp.generate(u64::try_from(shown_at).unwrap()).to_string();
        let last = second / 30 + last;
        let step = shown_at / 30;
        let expected = ((second / 30 - 1..=second / 30 + 1).contains(&step) && step > last).then_some(step);
        prop_assert_eq!(check(SECRET, &code, at(second), Some(last)), expected);
    }
}
