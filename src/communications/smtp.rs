//! One conversation with a mail server (RFC 5321), over as many letters as there are.
//!
//! In: a relay and messages. Out: taken, or why not. Always holds: a letter's conversation ends within the relay's time-out;
//! a connection on which anything went wrong is closed and never used again, so that no letter is spoken into the middle of
//! another's; without encryption nothing is said to another machine; what concerns the server or our account with it is
//! temporary, whatever its code: only an answer 5xx to the letter itself is for good.

use super::mailer::{NotSent, Permanent, Relay, Temporary};
use super::settings::StartTls;
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::error::Error as _;

/// A conversation: none yet, or one that can go on with another letter.
#[derive(Default)]
pub(super) struct Conversation(Option<AsyncSmtpConnection>);

impl Conversation {
    /// Sends one letter.
    pub async fn send(&mut self, relay: &Relay, message: &Message) -> Result<(), NotSent> {
        // Taken out: whatever happens on the way, also being cut off by the time-out, it isn't there for the next letter.
        let connection = self.0.take();
        let conversation = async {
            let mut connection = match connection {
                Some(connection) => connection,
                None => open(relay).await.map_err(NotSent::Temporarily)?,
            };
            match connection.send(message.envelope(), &message.formatted()).await {
                Ok(_) => Ok(connection),
                Err(error) => Err(judged(&error)),
            }
        };
        match tokio::time::timeout(relay.timeout, conversation).await {
            Ok(Ok(connection)) => {
                self.0 = Some(connection);
                Ok(())
            }
            Ok(Err(not_sent)) => Err(not_sent),
            Err(_) => Err(NotSent::Temporarily(Temporary::of_all(format!(
                "The mail server was not done within {} seconds.",
                relay.timeout.as_secs()
            )))),
        }
    }

    /// Takes leave of the server.
    pub async fn close(self, relay: &Relay) {
        if let Some(mut connection) = self.0 {
            // Every letter was taken: whether the server says goodbye changes nothing.
            let _ = tokio::time::timeout(relay.timeout, connection.quit()).await;
        }
    }
}

/// Connects, encrypts and signs in.
async fn open(relay: &Relay) -> Result<AsyncSmtpConnection, Temporary> {
    let (server, hello) = (&relay.server, ClientId::default());
    let tls = || TlsParameters::new(server.host.clone()).map_err(|e| of_server("can't be spoken to over TLS", &e));
    let first = if server.tls_first { Some(tls()?) } else { None };
    let address = (server.host.as_str(), server.port);
    let mut connection = AsyncSmtpConnection::connect_tokio1(address, Some(relay.timeout), &hello, first, None)
        .await
        .map_err(|e| of_server("can't be reached", &e))?;
    if !server.tls_first && relay.starttls == StartTls::Required {
        if !connection.can_starttls() {
            return Err(Temporary::of_all(
                "The mail server doesn't offer STARTTLS, and letters are not sent unencrypted.",
            ));
        }
        connection.starttls(tls()?, &hello).await.map_err(|e| of_server("can't be spoken to over TLS", &e))?;
    }
    if let Some((user, variable)) = &relay.user {
        let password = std::env::var(variable).map_err(|_| {
            Temporary::of_all(format!("The environment variable {variable} with the mail server's password isn't set."))
        })?;
        let credentials = Credentials::new(user.clone(), password);
        connection
            .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
            .await
            .map_err(|e| of_server("doesn't let us sign in", &e))?;
    }
    Ok(connection)
}

/// A failure before any letter was spoken of.
fn of_server(what: &str, error: &Error) -> Temporary {
    Temporary::of_all(format!("The mail server {what}: {}.", reason(error)))
}

/// Answers 5xx that are about our account with the server, given where it should have been asked for (RFC 4954, section 6).
const ABOUT_SIGNING_IN: [&str; 4] = ["530", "534", "535", "538"];

/// What went wrong with a letter.
fn judged(error: &Error) -> NotSent {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    if ABOUT_SIGNING_IN.contains(&code.as_str()) {
        NotSent::Temporarily(of_server("wants us to sign in", error))
    } else if error.is_permanent() {
        NotSent::ForGood(Permanent::new(format!("The mail server refused it for good: {}.", reason(error))))
    } else if error.is_client() {
        // The one thing that lettre itself refuses to say: an address that this server can't take.
        NotSent::ForGood(Permanent::new("The mail server can't take such an address: it doesn't offer SMTPUTF8."))
    } else if error.is_transient() {
        NotSent::Temporarily(Temporary::of_letter(format!("The mail server doesn't take it now: {}.", reason(error))))
    } else {
        NotSent::Temporarily(Temporary::of_all(format!("The connection to the mail server broke: {}.", reason(error))))
    }
}

/// The reason in codes and in words of our own and of this machine; nothing of the server's words.
fn reason(error: &Error) -> String {
    if let Some(code) = error.status() {
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        return match enhanced(&said) {
            Some((status, about)) => format!("{code} {status} ({about})"),
            None => format!("{code}"),
        };
    }
    if error.is_response() {
        return "its answer can't be understood, or it went away in the middle".to_owned();
    }
    if error.is_client() {
        return "it offers no way of signing in that we know (PLAIN, LOGIN)".to_owned();
    }
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

/// The enhanced status code that an answer begins with, and what it is about (RFC 3463, section 3).
fn enhanced(said: &str) -> Option<(&str, &'static str)> {
    let status = said.split_whitespace().next()?;
    let numbers: Vec<&str> = status.split('.').collect();
    let sound = |number: &&str| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let [class, subject, _] = numbers.as_slice() else { return None };
    if !numbers.iter().all(sound) || !matches!(*class, "4" | "5") {
        return None;
    }
    let about = match *subject {
        "1" => "about the address",
        "2" => "about the mailbox",
        "3" => "about the mail system",
        "4" => "about the way there",
        "5" => "about the conversation",
        "6" => "about the content",
        "7" => "about policy or security",
        _ => "without a reason",
    };
    Some((status, about))
}

#[cfg(test)]
mod tests {
    use super::enhanced;

    #[test]
    fn of_a_servers_words_only_the_code_is_taken() {
        assert_eq!(enhanced("5.1.1 <jo@example.org>: unknown"), Some(("5.1.1", "about the address")));
        assert_eq!(enhanced("4.7.25 try later"), Some(("4.7.25", "about policy or security")));
        for said in [
            "",
            "jo@example.org is unknown",
            "jo.example.org unknown",
            "5.1 x",
            "5.1.1.1 x",
            "5.1.jo x",
            "2.1.0 x",
            "5..1",
        ] {
            assert_eq!(enhanced(said), None, "{said}");
        }
    }
}
