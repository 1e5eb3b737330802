//! The second factor: codes of an authenticator app, and recovery codes for the day the telephone is lost.
//!
//! In: an account's name, or a code somebody types. Out: what a person needs to set an authenticator up; the time step of an
//! accepted code; ten recovery codes. Always holds: a code is accepted once, within 30 seconds either way of its own 30;
//! what is typed is forgiven spaces, dashes and capitals, nothing else.

use super::secret::{Secret, draw_symbols, random_bytes};
use jiff::Timestamp;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::fmt;
use totp_rs::{Builder, Totp};

/// Who issues the codes, as authenticator apps show it.
const ISSUER: &str = "Bellwether";
/// The secret's length in bytes: 160 bits, as RFC 4226 (section 4, R6) recommends.
const SECRET_LENGTH: usize = 20;
/// The longest account name: that of an e-mail address (RFC 5321, section 4.5.3.1.3). Longer ones make a picture too fine to
/// be read from a screen.
const LONGEST_ACCOUNT: usize = 254;
/// Pixels to one module of the picture, before the page scales it.
const MODULE_PIXELS: u32 = 6;
const PICTURE_NAME: &str = "QR code that sets up Bellwether in an authenticator app";

/// How many recovery codes a person gets.
const RECOVERY_CODES: usize = 10;
/// Symbols of a recovery code, five bits each: 80 bits, so that its plain hash can't be tried out by whoever has a copy of
/// the database (60 bits could, for a few hundred codes at a time).
const RECOVERY_SYMBOLS: usize = 16;
const GROUP: usize = 4;

/// What a person needs to set up an authenticator. Every part of it holds the secret, so its debug text shows nothing.
pub struct Enrolment {
    /// The secret in base 32 without padding, 32 characters: kept sealed, given to [`check`].
    pub secret: Secret,
    /// The address that authenticator apps understand, `otpauth://totp/Bellwether:…`.
    pub address: String,
    /// The address as a picture: an `<svg>` element to put into a page, dark on light, without styles or scripts, named for
    /// those who can't see it.
    pub qr_svg: String,
    /// The secret in groups of four, for typing.
    pub by_hand: String,
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Enrolment(…)")
    }
}

/// An account's name that authenticator apps can't take. The message doesn't repeat it: it is a person's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("An authenticator app needs an account name of 1 to {LONGEST_ACCOUNT} bytes without a colon.")]
pub struct AccountUnusable;

/// Draws a secret for an account and puts it into the forms a person may need. Nothing is in force until a first code was
/// checked.
///
/// The settings are those every authenticator app takes (RFC 6238 with its defaults): SHA-1, six digits, steps of 30 seconds.
/// That SHA-1's collisions can be found doesn't touch its use in HMAC (RFC 4226, appendix B.2).
///
/// # Errors
/// [`AccountUnusable`] for a name that is empty, longer than 254 bytes or holds a colon.
///
/// # Panics
/// When the operating system gives no randomness.
pub fn enrol(account: &str) -> Result<Enrolment, AccountUnusable> {
    enrol_with(account, random_bytes::<SECRET_LENGTH>())
}

/// The same of a secret that was drawn before, for somebody who has mistyped the first code. None for a text that is no
/// secret of ours.
///
/// # Errors
/// As [`enrol`].
pub fn enrol_again(account: &str, secret_base32: &str) -> Result<Option<Enrolment>, AccountUnusable> {
    match totp_rs::Secret::try_from_base32(secret_base32) {
        Ok(secret) if secret.as_bytes().len() == SECRET_LENGTH => enrol_with(account, secret).map(Some),
        _ => Ok(None),
    }
}

fn enrol_with(account: &str, secret: impl Into<totp_rs::Secret>) -> Result<Enrolment, AccountUnusable> {
    if account.len() > LONGEST_ACCOUNT {
        return Err(AccountUnusable);
    }
    let totp = Builder::new().with_secret(secret).with_issuer(Some(ISSUER)).with_account_name(account).build();
    let totp = totp.map_err(|_| AccountUnusable)?;
    let address = totp.to_url().map_err(|_| AccountUnusable)?;
    let picture = QrCode::with_error_correction_level(&address, EcLevel::M).map_err(|_| AccountUnusable)?;
    let base32 = totp.secret().to_base32();
    Ok(Enrolment { by_hand: grouped(&base32, ' '), qr_svg: element(&picture), secret: Secret::new(base32), address })
}

/// The picture as an element of a page: without the declaration that a file of its own would need, with a role and a name
/// for screen readers. Colours are given as attributes, which a content security policy on styles doesn't concern.
fn element(picture: &QrCode) -> String {
    let drawn = picture.render::<svg::Color>().module_dimensions(MODULE_PIXELS, MODULE_PIXELS).build();
    let element = drawn.split_once("?>").map_or(drawn.as_str(), |(_, element)| element);
    element.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{PICTURE_NAME}\" "), 1)
}

/// The time step of a code that is right now: 30-second steps since 1970 (RFC 6238, section 4.2), one step of skew either
/// way (section 5.2). None for a wrong code, for one of a step that isn't later than `last_step` (a code is accepted once),
/// and for anything that isn't six digits with or without spaces between.
///
/// `totp-rs` compares in constant time. Which of the three steps fitted may show in the time taken: that is no secret.
pub fn check(secret_base32: &str, code: &str, now: Timestamp, last_step: Option<i64>) -> Option<i64> {
    let secret = totp_rs::Secret::try_from_base32(secret_base32).ok()?;
    let totp: Totp = Builder::new().with_secret(secret).build().ok()?;
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let step = totp.check(&digits, u64::try_from(now.as_second()).ok()?)?;
    let step = i64::try_from(step).ok()?;
    last_step.is_none_or(|last| step > last).then_some(step)
}

/// Draws ten recovery codes such as `k7m2-9xqp-4hdt-w3nc`, 80 bits each. What is kept of each is
/// [`hashed`](super::secret::hashed) of its text.
///
/// # Panics
/// When the operating system gives no randomness.
pub fn draw_recovery_codes() -> Vec<Secret> {
    (0..RECOVERY_CODES).map(|_| Secret::new(grouped(&draw_symbols::<RECOVERY_SYMBOLS>(), '-'))).collect()
}

/// A recovery code as it was drawn, whatever capitals, spaces and dashes it is typed with, and with `o` for `0` or `i` or `l`
/// for `1`; its [`hashed`](super::secret::hashed) is to be looked for. None for anything that can't be one.
pub fn normal_recovery_code(typed: &str) -> Option<String> {
    let mut symbols = String::with_capacity(RECOVERY_SYMBOLS);
    for letter in typed.chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter)) {
        let symbol = match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let known = u8::try_from(symbol).is_ok_and(|symbol| super::secret::PLAIN_SYMBOLS.contains(&symbol));
        if !known {
            return None;
        }
        symbols.push(symbol);
    }
    (symbols.len() == RECOVERY_SYMBOLS).then(|| grouped(&symbols, '-'))
}

/// The dashes that keyboards, telephones and word processors put in.
fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// A text in groups of four symbols.
fn grouped(symbols: &str, between: char) -> String {
    let mut text = String::with_capacity(symbols.len() + symbols.len() / GROUP);
    for (position, symbol) in symbols.chars().enumerate() {
        if position > 0 && position % GROUP == 0 {
            text.push(between);
        }
        text.push(symbol);
    }
    text
}

#[cfg(test)]
#[path = "second_factor_tests.rs"]
mod tests;
