//! Signing in: by a link in an e-mail or an organisation's own sign-in, with a second step for those whose role asks for it.
//!
//! In: what each step needs. Out: the pages at `/sign-in` and below. Always holds: no page tells whether an address has an
//! account; opening a page uses nothing up, only sending its form does; what is secret is shown once and never logged,
//! which is why these views have no debug text.
//!
//! The forms send: `/sign-in` `email`, `then`; `/sign-in/openid/{id}` `then`; `/sign-in/link` `token`;
//! `/sign-in/second-factor` and `/sign-in/second-factor/enrol` `code`; each of them `form_token`. A `then` that is empty is
//! not sent.

use super::page::Shell;
use super::words;
use askama::Template;

/// So many tries are few enough to be told without being asked.
const FEW_ATTEMPTS: i64 = 3;

/// An organisation's own sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// As the configuration names it: a part of an address, of letters, digits and hyphens.
    pub id: String,
    /// Such as "Microsoft".
    pub title: String,
}

/// The first page.
pub struct SignIn {
    pub form_token: String,
    /// The path to go to afterwards; the usual one when empty.
    pub then: String,
    pub providers: Vec<Provider>,
    /// Whether links can be sent; if not, whoever runs the installation gives them out.
    pub sends_mail: bool,
}

/// What is said to everybody who asked for a link, with or without an account.
pub struct Sent {
    /// As typed.
    pub email: String,
}

/// The page that a link leads to.
pub struct Link {
    pub form_token: String,
    pub token: String,
}

/// The page that asks for a code.
pub struct SecondFactor {
    pub form_token: String,
    /// How many wrong codes are left to this session, if that is known; told once they are few.
    pub attempts_left: Option<i64>,
    /// What to say of the code that was just sent, if it was not taken; with how many are left.
    pub wrong: Option<String>,
}

/// The page that sets an authenticator app up.
pub struct Enrol {
    pub form_token: String,
    /// An `<svg>` element of our own drawing, put into the page as it is; named for those who can't see it.
    pub qr_svg: String,
    /// The secret in groups of four.
    pub by_hand: String,
    /// `otpauth://…`
    pub address: String,
    /// What to say of the code that was just sent, if it was not taken.
    pub wrong: Option<String>,
}

/// The page that shows the recovery codes, once.
pub struct RecoveryCodes {
    pub codes: Vec<String>,
    /// The path to go on to.
    pub next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a SignIn,
}

#[derive(Template)]
#[template(path = "sent.html")]
struct SentTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a Sent,
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a Link,
}

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SecondFactorTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a SecondFactor,
    attempts: Option<String>,
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a Enrol,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct RecoveryCodesTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a RecoveryCodes,
}

/// The page at `/sign-in`.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &SignIn, shell: &Shell<'_>) -> Result<String, askama::Error> {
    SignInTemplate { shell, view }.render()
}

/// The answer to everybody who asked for a link.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_sent(view: &Sent, shell: &Shell<'_>) -> Result<String, askama::Error> {
    SentTemplate { shell, view }.render()
}

/// The page at `/sign-in/link`.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_link(view: &Link, shell: &Shell<'_>) -> Result<String, askama::Error> {
    LinkTemplate { shell, view }.render()
}

/// The page at `/sign-in/second-factor`.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_second_factor(view: &SecondFactor, shell: &Shell<'_>) -> Result<String, askama::Error> {
    // What is said of a wrong code counts them already; and five that nobody has needed yet would only alarm.
    let few = view.attempts_left.filter(|left| view.wrong.is_none() && *left <= FEW_ATTEMPTS);
    let attempts = few.map(|left| match left {
        1 => "One more wrong code ends this session. Your account stays as it is.".to_owned(),
        left => format!("{} more wrong codes end this session. Your account stays as it is.", words::count(left)),
    });
    SecondFactorTemplate { shell, view, attempts }.render()
}

/// The page at `/sign-in/second-factor/enrol`.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_enrol(view: &Enrol, shell: &Shell<'_>) -> Result<String, askama::Error> {
    EnrolTemplate { shell, view }.render()
}

/// The page that shows recovery codes.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_recovery_codes(view: &RecoveryCodes, shell: &Shell<'_>) -> Result<String, askama::Error> {
    RecoveryCodesTemplate { shell, view }.render()
}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
