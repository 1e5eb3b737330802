//! What a request carries: read whole before anybody looks at it.
//!
//! In: a request with a body. Out: the same with its body at hand. Always holds: no more than the largest form or JSON text
//! is held (the largest file, where somebody who may submit one does), and who sends it slower than anybody's telephone
//! line is cut off, so that a few senders can't hold every connection.

use super::Visitor;
use crate::auth::Action;
use crate::error::{AppError, Code};
use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use futures_util::StreamExt;
use std::time::Duration;

/// The largest form or JSON text that is read, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;
/// In which all of it has to arrive.
pub const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// In which a file has to arrive.
const LONGEST_WAIT_FOR_FILE: Duration = Duration::from_secs(120);
/// What stands round a file in a form.
const ROUND_A_FILE: usize = 64 * 1024;
/// A whole set of rules, as text.
pub const LARGEST_RULES: usize = 1024 * 1024;
/// Where rules are drafted.
const TAKES_RULES: [&str; 2] = ["/api/v1/rules/drafts", "/rules/drafts"];
/// Where submissions are taken.
const TAKES_SUBMISSIONS: [&str; 2] = ["/api/v1/submissions", "/submissions"];

/// How much a request may bring, and how long that may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    bytes: usize,
    wait: Duration,
}

/// The bounds of a request: those of a file for whoever may submit one, where one is taken.
pub fn bounds(request: &ServiceRequest, visitor: &Visitor) -> Bounds {
    let path = request.path();
    let feeds = ["/feeds/", "/api/v1/feeds/"].iter().any(|begins| path.starts_with(begins));
    let submits = TAKES_SUBMISSIONS.contains(&path) && visitor.actor.can(Action::Submit);
    let sends = feeds && path.ends_with("/lists") && visitor.actor.can(Action::SendLists);
    if submits || sends {
        return Bounds { bytes: crate::submissions::LARGEST + ROUND_A_FILE, wait: LONGEST_WAIT_FOR_FILE };
    }
    if TAKES_RULES.contains(&path) && visitor.actor.can(Action::DraftRules) {
        return Bounds { bytes: LARGEST_RULES, wait: LONGEST_WAIT };
    }
    Bounds { bytes: LARGEST_BODY, wait: LONGEST_WAIT }
}

/// Reads the body and puts it back whole.
///
/// # Errors
/// [`Code::BadQuery`] for a body that is too large, too slow, or ends too early.
pub async fn receive(request: &mut ServiceRequest, bounds: Bounds) -> Result<(), AppError> {
    let mut payload = request.take_payload();
    if matches!(payload, Payload::None) {
        return Ok(());
    }
    let reading = async {
        let mut body: Vec<u8> = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|e| refused(format!("What was sent could not be read: {e}.")))?;
            if chunk.len() > bounds.bytes.saturating_sub(body.len()) {
                return Err(refused(format!("What was sent is larger than {} kB.", bounds.bytes / 1024)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    };
    let Ok(read) = tokio::time::timeout(bounds.wait, reading).await else {
        return Err(refused(format!("What was sent did not arrive within {} seconds.", bounds.wait.as_secs())));
    };
    request.set_payload(Payload::from(read?));
    Ok(())
}

fn refused(happened: String) -> AppError {
    AppError::new(Code::BadQuery, happened, "Send less at a time, or try again over a better connection.")
}
