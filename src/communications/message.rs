//! From an opened letter to the bytes of an e-mail.
//!
//! In: a letter's content, who it is from, its row. Out: a message that lettre has built, with a `Message-ID` and a `Date` that
//! are the same at every try. Always holds: plain text, quoted-printable (RFC 2045, section 6.7), so that no relay along the way has a
//! reason to rewrite it; marked as automatic (RFC 3834), so that no out-of-office answer comes back.

use super::mailer::Permanent;
use super::outbox::Content;
use crate::store::outbox::LetterRow;
use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use std::time::SystemTime;

/// Builds the message.
///
/// # Errors
/// [`Permanent`] when what it says can't be an e-mail: it never will be.
pub(super) fn build(content: Content, from: &Mailbox, row: &LetterRow) -> Result<Message, Permanent> {
    let unfit = |what: &str| Permanent::new(format!("The letter can't be written as an e-mail: its {what}."));
    let to = content.to.parse().map_err(|_| unfit("address isn't one"))?;
    let queued_at = Timestamp::from_microsecond(row.queued_at).map_err(|_| unfit("date is out of range"))?;
    let text = SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(content.text);
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(content.subject)
        .message_id(Some(format!("<{}@{}>", row.message_key, from.email.domain())))
        .date(SystemTime::from(queued_at))
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .singlepart(text)
        .map_err(|_| unfit("parts don't fit together"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row() -> LetterRow {
        LetterRow {
            id: 1,
            kind: "sign_in_link".to_owned(),
            message_key: "key".to_owned(),
            recipient_sha256: String::new(),
            content: None,
            state: "sending".to_owned(),
            queued_at: 0,
            expires_at: None,
            attempts: 1,
            next_attempt_at: 0,
            lease_owner: None,
            lease_until: None,
            ended_at: None,
            last_error: None,
        }
    }

    /// The head of the message that these make; none where it is refused.
    fn head(subject: &str, name: &str, to: &str) -> Option<String> {
        let content = Content { to: to.to_owned(), subject: subject.to_owned(), text: "Text".to_owned() };
        let from = Mailbox::new(Some(name.to_owned()), "no-reply@example.org".parse().unwrap());
        let message = String::from_utf8(build(content, &from, &row()).ok()?.formatted()).unwrap();
        Some(message.split_once("\r\n\r\n").unwrap().0.to_owned())
    }

    /// Lines that begin a header.
    fn headers(head: &str) -> Vec<&str> {
        let begun = head.split(['\r', '\n']).filter(|line| !line.is_empty() && !line.starts_with([' ', '\t']));
        begun.map(|line| line.split(':').next().unwrap_or_default()).collect()
    }

    const HEADERS: [&str; 9] = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];

    /// Queueing refuses line ends already; what got past it would still add no header.
    #[test]
    fn a_line_end_in_a_subject_or_an_address_adds_no_header() {
        for ending in ["\r\n", "\n", "\r", "\n\n", "\r\n\r\n"] {
            let bad = format!("Hello{ending}Bcc: everybody@example.org");
            let head = head(&bad, "Bellwether", "jo@example.org").unwrap();
            assert_eq!(headers(&head), HEADERS, "{head}");
        }
        for ending in ["\r\n", "\n", "\r", "\n\n", "\r\n\r\n"] {
            for to in [format!("jo@example.org{ending}Bcc: a@example.org"), format!("\"jo{ending}Bcc: a\"@example.org")]
            {
                assert!(head("Hello", "Bellwether", &to).is_none_or(|head| headers(&head) == HEADERS), "{to:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_put_in_the_headers_are_the_same(
            subject in "(\\PC|[\r\n\t\u{0}\u{2028}]){0,60}", name in "\\PC{0,60}"
        ) {
            let head = head(&subject, &name, "jo@example.org").unwrap();
            prop_assert_eq!(headers(&head), HEADERS, "{}", head);
            prop_assert!(head.is_ascii());
        }
    }
}
