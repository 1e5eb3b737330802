//! Letters: what the service writes to people, and how it gets there.
//!
//! In: a [`Letter`], queued in the transaction that gives rise to it. Out: an e-mail handed to a mail server, or a file in
//! a folder. Always holds: what was rolled back isn't sent; what a letter says and to whom is sealed while it waits and
//! removed once it was delivered or given up; a letter that can expire isn't sent after that.
//!
//! Delivery is *at least once*: a letter is taken by one replica at a time, but one that dies between the server's "250" and
//! our commit leaves a letter that another takes up again two minutes later; so does a server that takes a letter and
//! doesn't say so within the time-out. Both then carry the same `Message-ID`, by which mailboxes recognise them.

mod deliver;
mod letter;
mod letters;
mod mailer;
mod message;
mod outbox;
mod settings;
mod smtp;
mod wrap;

pub use deliver::{Delivered, Postbox, deliver_due, deliver_when_woken};
pub use letter::{Letter, LetterKind, State};
pub use letters::{AccountOpened, KeyIssued, SecondFactorReset, SignInLink};
pub use mailer::{Mailer, NotSent, Permanent, Temporary};
pub use outbox::queue;
pub use settings::{MailSettings, StartTls};
