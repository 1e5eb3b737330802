//! The `[mail]` table of the configuration: where letters go.
//!
//! In: the table as written. Out: settings, and every mistake in plain words. Always holds: a password is named by its
//! environment variable and never written here; nothing goes over a network unencrypted.

use lettre::message::Mailbox;
use reqwest::Url;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// One letter's whole conversation; a lease outlives it (see `deliver`).
const LONGEST_TIMEOUT: u64 = 90;

/// Where letters go: to a mail server, or into a folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// `smtps://HOST:PORT` or `smtp://HOST:PORT` (with STARTTLS).
    pub smtp: Option<String>,
    /// A folder that letters are written into as `.eml` files: for demonstrations and trials.
    pub folder: Option<PathBuf>,
    /// Who letters are from: `NAME <ADDRESS>`.
    pub from: String,
    #[serde(default)]
    pub starttls: StartTls,
    /// The name to sign in to the server with.
    pub user: Option<String>,
    /// The environment variable that holds the password.
    pub password_env: Option<String>,
    /// How long the server may take for one letter, from the connection to its "250".
    #[serde(default = "default_timeout")]
    pub timeout_seconds: u64,
}

/// Whether a `smtp://` connection has to be encrypted before anything is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartTls {
    #[default]
    Required,
    /// For a mail server on this machine only.
    None,
}

fn default_timeout() -> u64 {
    30
}

/// A mail server as `smtp` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    /// TLS from the first byte, rather than by STARTTLS.
    pub tls_first: bool,
}

impl MailSettings {
    /// Every mistake, one sentence each.
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        match (&self.smtp, &self.folder) {
            (Some(_), Some(_)) => mistakes.push("[mail] has both smtp and folder: letters go to one place; keep one of them".to_owned()),
            (None, None) => mistakes.push(
                "[mail] has neither smtp nor folder: say where letters go, such as smtp = \"smtps://mail.example.org:465\"".to_owned(),
            ),
            (Some(smtp), None) => match server(smtp) {
                Ok(server) => mistakes.extend(self.unencrypted(&server)),
                Err(mistake) => mistakes.push(mistake),
            },
            (None, Some(_)) if self.user.is_some() || self.password_env.is_some() || self.starttls != StartTls::Required => {
                mistakes.push("[mail] user, password_env and starttls are for smtp; a folder needs none of them".to_owned());
            }
            (None, Some(_)) => {}
        }
        if self.from().is_none() {
            mistakes.push(format!(
                "[mail] from = {:?}: a name and an address are needed, such as \"Bellwether <no-reply@example.org>\"",
                self.from
            ));
        }
        if self.user.is_some() != self.password_env.is_some() {
            mistakes.push("[mail] user and password_env go together: one of them is missing".to_owned());
        }
        if !(1..=LONGEST_TIMEOUT).contains(&self.timeout_seconds) {
            mistakes.push(format!(
                "[mail] timeout_seconds = {}: it can be from 1 to {LONGEST_TIMEOUT}",
                self.timeout_seconds
            ));
        }
        mistakes
    }

    /// Who letters are from; none where it can't be read.
    /// A line end in the name would stop lettre in its tracks.
    pub(super) fn from(&self) -> Option<Mailbox> {
        if self.from.chars().any(char::is_control) { None } else { self.from.parse().ok() }
    }

    /// The mail server; none where letters go into a folder, or it can't be read.
    pub(super) fn server(&self) -> Option<Server> {
        self.smtp.as_deref().and_then(|smtp| server(smtp).ok())
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    fn unencrypted(&self, server: &Server) -> Option<String> {
        if self.starttls == StartTls::Required {
            None
        } else if server.tls_first {
            Some("[mail] starttls = \"none\" means nothing with smtps://, which is encrypted from the first byte: take it out".to_owned())
        } else if is_this_machine(&server.host) {
            None
        } else {
            Some(format!(
                "[mail] starttls = \"none\" is for a mail server on this machine only: letters to {} would cross the network for \
                 everybody to read, with the links in them",
                server.host
            ))
        }
    }
}

/// Reads `smtp`. The text itself isn't repeated in a mistake where it may hold a password.
fn server(smtp: &str) -> Result<Server, String> {
    let url = Url::parse(smtp).map_err(|e| format!("[mail] smtp can't be read as an address: {e}"))?;
    let tls_first = match url.scheme() {
        "smtps" => true,
        "smtp" => false,
        other => {
            return Err(format!("[mail] smtp begins with {other}://: it can be smtps:// or smtp:// (with STARTTLS)"));
        }
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "[mail] smtp holds a user or a password: put the name into user, the password into an environment variable, \
                    and that variable's name into password_env"
                .to_owned(),
        );
    }
    let further = !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    if host.is_empty() || further {
        return Err(format!(
            "[mail] smtp = {smtp:?}: only a host and a port are needed, such as smtps://mail.example.org:465"
        ));
    }
    // RFC 8314, section 7: 465 for TLS from the first byte, 587 for STARTTLS.
    let port = url.port().unwrap_or(if tls_first { 465 } else { 587 });
    Ok(Server { host, port, tls_first })
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
