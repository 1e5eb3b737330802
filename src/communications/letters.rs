//! What each kind of letter says.
//!
//! In: who it is for and what has happened. Out: a [`Letter`] to queue. Always holds: plain text in British English and in
//! lines under 78 characters (but for links, which stay whole); a name put in can't begin a new line or paragraph; no letter but
//! the sign-in link holds anything that lets somebody in.

use super::wrap::wrapped;
use super::{Letter, LetterKind};
use crate::clock::{day_in_england, england};
use crate::error::{AppError, Code};
use askama::Template;
use jiff::{Timestamp, civil::Date};

/// A link that signs a person in, once.
#[derive(Debug, Clone, Copy)]
pub struct SignInLink<'a> {
    /// Where the service is, such as `https://bellwether.example.org`, as in every letter.
    pub service: &'a str,
    /// The whole link, with its token.
    pub link: &'a str,
    pub asked_at: Timestamp,
    /// When the link stops working: the letter isn't sent after that.
    pub expires_at: Timestamp,
}

/// An account was opened for the person written to.
#[derive(Debug, Clone, Copy)]
pub struct AccountOpened<'a> {
    pub service: &'a str,
    /// Of the person written to.
    pub name: &'a str,
    /// The name of the person who opened it.
    pub opened_by: &'a str,
    /// The name of the organisation whose account it is.
    pub organisation: &'a str,
    /// Whether one of its roles needs a second factor.
    pub second_factor: bool,
}

/// The second factor of the person written to was removed.
#[derive(Debug, Clone, Copy)]
pub struct SecondFactorReset<'a> {
    pub service: &'a str,
    /// Of the person written to.
    pub name: &'a str,
    /// The name of the person who removed it.
    pub reset_by: &'a str,
    pub organisation: &'a str,
    pub at: Timestamp,
}

/// A machine's key was issued in the organisation of the administrator written to.
#[derive(Debug, Clone, Copy)]
pub struct KeyIssued<'a> {
    pub service: &'a str,
    /// Of the person written to.
    pub name: &'a str,
    /// The name of the person who issued it.
    pub issued_by: &'a str,
    pub organisation: &'a str,
    /// The key's name, its prefix (no secret) and its role's title.
    pub key: (&'a str, &'a str, &'a str),
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

impl SignInLink<'_> {
    /// The letter to that address.
    ///
    /// # Errors
    /// [`Code::Unexpected`] when it can't be written.
    pub fn letter(&self, to: &str) -> Result<Letter, AppError> {
        #[derive(Template)]
        #[template(path = "sign_in_link.txt")]
        struct Text {
            service: String,
            link: String,
            minutes: i64,
        }
        let minutes = self.expires_at.duration_since(self.asked_at).as_mins();
        let text = Text { service: in_line(self.service), link: in_line(self.link), minutes };
        let letter = written(LetterKind::SignInLink, to, "Your link to sign in to Bellwether", &text)?;
        Ok(Letter { expires_at: Some(self.expires_at), ..letter })
    }
}

impl AccountOpened<'_> {
    /// The letter to that address.
    ///
    /// # Errors
    /// [`Code::Unexpected`] when it can't be written.
    pub fn letter(&self, to: &str) -> Result<Letter, AppError> {
        #[derive(Template)]
        #[template(path = "account_opened.txt")]
        struct Text {
            service: String,
            name: String,
            opened_by: String,
            organisation: String,
            second_factor: bool,
        }
        let text = Text {
            service: in_line(self.service),
            name: in_line(self.name),
            opened_by: in_line(self.opened_by),
            organisation: in_line(self.organisation),
            second_factor: self.second_factor,
        };
        written(LetterKind::AccountOpened, to, "Your account on Bellwether", &text)
    }
}

impl SecondFactorReset<'_> {
    /// The letter to that address.
    ///
    /// # Errors
    /// [`Code::Unexpected`] when it can't be written.
    pub fn letter(&self, to: &str) -> Result<Letter, AppError> {
        #[derive(Template)]
        #[template(path = "second_factor_reset.txt")]
        struct Text {
            service: String,
            name: String,
            reset_by: String,
            organisation: String,
            when: String,
        }
        let text = Text {
            service: in_line(self.service),
            name: in_line(self.name),
            reset_by: in_line(self.reset_by),
            organisation: in_line(self.organisation),
            when: moment(self.at),
        };
        written(LetterKind::SecondFactorReset, to, "Your second factor on Bellwether was removed", &text)
    }
}

impl KeyIssued<'_> {
    /// The letter to that address.
    ///
    /// # Errors
    /// [`Code::Unexpected`] when it can't be written.
    pub fn letter(&self, to: &str) -> Result<Letter, AppError> {
        #[derive(Template)]
        #[template(path = "key_issued.txt")]
        struct Text {
            service: String,
            name: String,
            issued_by: String,
            organisation: String,
            key: String,
            prefix: String,
            role: String,
            when: String,
            ends_on: String,
        }
        let (key, prefix, role) = self.key;
        let text = Text {
            service: in_line(self.service),
            name: in_line(self.name),
            issued_by: in_line(self.issued_by),
            organisation: in_line(self.organisation),
            key: in_line(key),
            prefix: in_line(prefix),
            role: in_line(role),
            when: moment(self.at),
            ends_on: day(day_in_england(self.expires_at)),
        };
        written(LetterKind::KeyIssued, to, "A new key for your organisation on Bellwether", &text)
    }
}

fn written(kind: LetterKind, to: &str, subject: &str, text: &impl Template) -> Result<Letter, AppError> {
    let text = text.render().map_err(|e| {
        AppError::new(Code::Unexpected, format!("The letter {} can't be written: {e}.", kind.word()), "")
    })?;
    Ok(Letter { kind, to: to.to_owned(), subject: subject.to_owned(), text: wrapped(&text), expires_at: None })
}

/// A name as one stretch of a line: whatever white space it holds becomes single spaces, and nothing invisible is left.
fn in_line(name: &str) -> String {
    let visible: String = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A moment in England, such as "21 November 2026 at 12:00".
fn moment(at: Timestamp) -> String {
    at.to_zoned(england()).strftime("%-d %B %Y at %H:%M").to_string()
}

fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
