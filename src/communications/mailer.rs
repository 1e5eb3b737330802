//! The mailer: hands one letter over, to a mail server or into a folder.
//!
//! In: the `[mail]` settings; messages. Out: handed over, or why not: for the time being, or for good. Always holds: no
//! word of a server's answer is kept but its codes, because servers repeat addresses and links in their answers.

use super::settings::{MailSettings, Server, StartTls};
use super::smtp::Conversation;
use crate::app::blocking;
use crate::error::{AppError, Code};
use lettre::Message;
use lettre::message::Mailbox;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where letters are handed over.
#[derive(Debug)]
pub enum Mailer {
    /// A mail server.
    Smtp(Relay),
    /// A folder: each letter becomes an `.eml` file there. For demonstrations and trials.
    Folder { folder: PathBuf, from: Mailbox },
    /// Nowhere: letters wait in the outbox until `[mail]` is set.
    None,
}

/// A mail server and how it is spoken to.
#[derive(Debug)]
pub struct Relay {
    pub(super) server: Server,
    pub(super) starttls: StartTls,
    /// The name, and the environment variable that holds the password.
    pub(super) user: Option<(String, String)>,
    /// For one letter's whole conversation.
    pub(super) timeout: Duration,
    from: Mailbox,
}

/// Why a letter was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    #[error(transparent)]
    Temporarily(Temporary),
    #[error(transparent)]
    ForGood(Permanent),
}

/// A failure that may pass: an answer 4xx (RFC 5321, section 4.2.1), no connection, no answer in time.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub struct Temporary {
    said: String,
    /// Whether the next letter would meet the same.
    pub(super) concerns_all: bool,
}

/// A failure that stays: the server answered 5xx to this letter, or it can't be written as an e-mail.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub struct Permanent {
    said: String,
}

impl Temporary {
    /// A failure of this letter alone.
    pub(super) fn of_letter(said: impl Into<String>) -> Temporary {
        Temporary { said: said.into(), concerns_all: false }
    }

    /// A failure that every letter would meet just now.
    pub(super) fn of_all(said: impl Into<String>) -> Temporary {
        Temporary { said: said.into(), concerns_all: true }
    }
}

impl Permanent {
    pub(super) fn new(said: impl Into<String>) -> Permanent {
        Permanent { said: said.into() }
    }
}

impl Mailer {
    /// The mailer that the settings ask for; without any, letters wait.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] with every mistake of the settings.
    pub fn new(settings: Option<&MailSettings>) -> Result<Mailer, AppError> {
        let Some(settings) = settings else { return Ok(Mailer::None) };
        let wrong = || {
            AppError::new(Code::ConfigInvalid, settings.mistakes().join("\n"), "Mend these lines of the configuration.")
        };
        let from = settings.from().ok_or_else(wrong)?;
        if let Some(folder) = &settings.folder {
            return Ok(Mailer::Folder { folder: folder.clone(), from });
        }
        Ok(Mailer::Smtp(Relay {
            server: settings.server().ok_or_else(wrong)?,
            starttls: settings.starttls,
            user: settings.user.clone().zip(settings.password_env.clone()),
            timeout: settings.timeout(),
            from,
        }))
    }

    /// Checks what only the machine can tell, before anything is served: the password is there, the folder can be made.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] with what is missing.
    pub fn check(&self) -> Result<(), AppError> {
        match self {
            Mailer::Smtp(Relay { user: Some((_, variable)), .. }) if std::env::var(variable).is_err() => {
                Err(AppError::new(
                    Code::ConfigInvalid,
                    format!("[mail] password_env = {variable:?}: the environment variable {variable} isn't set."),
                    "Set it to the mail server's password.",
                ))
            }
            Mailer::Folder { folder, .. } => std::fs::create_dir_all(folder).map_err(|e| {
                AppError::new(
                    Code::ConfigInvalid,
                    format!("[mail] folder = {folder:?}: it can't be made: {e}."),
                    "Name a folder that the service's user may write into.",
                )
            }),
            Mailer::Smtp(_) | Mailer::None => Ok(()),
        }
    }

    /// Whether letters go anywhere.
    pub fn is_set(&self) -> bool {
        !matches!(self, Mailer::None)
    }

    /// Who letters are from; none where they go nowhere.
    pub(super) fn from(&self) -> Option<&Mailbox> {
        match self {
            Mailer::Smtp(relay) => Some(&relay.from),
            Mailer::Folder { from, .. } => Some(from),
            Mailer::None => None,
        }
    }

    /// Hands a letter over. `conversation` is kept from one letter to the next; `file` names the file in a folder.
    pub(super) async fn send(
        &self,
        conversation: &mut Conversation,
        message: &Message,
        file: &str,
    ) -> Result<(), NotSent> {
        match self {
            Mailer::Smtp(relay) => conversation.send(relay, message).await,
            Mailer::Folder { folder, .. } => {
                let (folder, file, text) = (folder.clone(), file.to_owned(), message.formatted());
                let written = blocking(move || {
                    write(&folder, &file, &text)
                        .map_err(|e| AppError::new(Code::FileUnusable, e.kind().to_string(), ""))
                });
                written.await.map_err(|e| {
                    NotSent::Temporarily(Temporary::of_all(format!(
                        "The folder for letters can't be written: {}.",
                        e.happened
                    )))
                })
            }
            Mailer::None => Err(NotSent::Temporarily(Temporary::of_all("No mail server is set."))),
        }
    }
}

/// Writes a file whole or not at all, for its owner only: letters hold links that sign people in.
fn write(folder: &Path, file: &str, text: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{file}.unfinished"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(&unfinished)?;
    opened.write_all(text)?;
    opened.sync_all()?;
    std::fs::rename(unfinished, folder.join(file))
}
