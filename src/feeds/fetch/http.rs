//! One try over HTTP: ask, follow redirects, and read the body up to the limit.

use super::address::{PrivateAddress, check_literal};
use super::{FetchProblem, Fetched, Fetcher, Seen, body, most_bytes, plain_name};
use crate::feeds::Feed;
use crate::feeds::declare::redacted;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{
    CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
    LOCATION, RETRY_AFTER,
};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use std::error::Error;
use std::time::Duration;
use tokio::time::timeout;

impl Fetcher {
    /// One try, within the feed's time-out as a whole.
    pub(super) async fn once(&self, feed: &Feed, url: &Url, seen: &Seen) -> Result<Fetched, FetchProblem> {
        let seconds = feed.timeout_seconds;
        let finished = timeout(Duration::from_secs(seconds), async {
            let response = self.follow(feed, url, seen).await?;
            self.answer(feed, response, seen).await
        });
        finished.await.unwrap_or(Err(FetchProblem::Timeout { seconds }))
    }

    /// The first answer that is no redirect.
    async fn follow(&self, feed: &Feed, declared: &Url, seen: &Seen) -> Result<Response, FetchProblem> {
        let mut visited = vec![declared.clone()];
        let mut at = declared.clone();
        loop {
            if !feed.private {
                check_literal(&at).map_err(|PrivateAddress { host }| FetchProblem::PrivateAddress { host })?;
            }
            let client = if feed.private { &self.clients.private } else { &self.clients.public };
            let mut request = conditional(client.get(at.clone()), seen);
            if let Some(credentials) = feed.credentials.as_ref().filter(|_| may_see_secrets(declared, &at)) {
                request = credentials.prove(request, &*self.environment).map_err(FetchProblem::Credentials)?;
            }
            let response = request.send().await.map_err(|error| self.not_sent(error))?;
            if !is_redirect(response.status()) {
                return Ok(response);
            }
            let next = target(&response, &at)?;
            allowed(feed, declared, &at, &next)?;
            if visited.contains(&next) {
                return Err(FetchProblem::RedirectLoop { to: redacted(&next) });
            }
            if visited.len() > self.settings.redirects {
                return Err(FetchProblem::TooManyRedirects { limit: self.settings.redirects });
            }
            visited.push(next.clone());
            at = next;
        }
    }

    fn not_sent(&self, error: reqwest::Error) -> FetchProblem {
        if let Some(PrivateAddress { host }) = private_address(&error) {
            return FetchProblem::PrivateAddress { host: host.clone() };
        }
        if error.is_timeout() {
            return FetchProblem::ConnectTimeout { seconds: self.settings.connect_timeout.as_secs() };
        }
        FetchProblem::NoConnection { reason: innermost(&error.without_url()) }
    }

    async fn answer(&self, feed: &Feed, response: Response, seen: &Seen) -> Result<Fetched, FetchProblem> {
        match response.status() {
            StatusCode::NOT_MODIFIED if *seen != Seen::default() => return Ok(Fetched::Unchanged),
            StatusCode::NO_CONTENT => return Err(FetchProblem::Empty),
            StatusCode::OK => {}
            status => return Err(refused(status, &response)),
        }
        let header = |name: HeaderName| text_header(&response, &name);
        let (new_etag, modified) = (header(ETAG), header(LAST_MODIFIED));
        let (kind, name) = (header(CONTENT_TYPE), file_name(&response));
        let mut fetched = body(self.bytes(feed, response).await?)?;
        if let Fetched::Body { etag, last_modified, content_type, file_name, .. } = &mut fetched {
            (*etag, *last_modified, *content_type, *file_name) = (new_etag, modified, kind, name);
        }
        Ok(fetched)
    }

    /// The body as it was before packing, chunk by chunk, so that neither a packed bomb nor an endless answer is held.
    async fn bytes(&self, feed: &Feed, mut response: Response) -> Result<Vec<u8>, FetchProblem> {
        let limit = most_bytes(feed.max_megabytes);
        let too_large = || FetchProblem::TooLarge { limit_megabytes: feed.max_megabytes };
        if response.content_length().is_some_and(|declared| declared > limit) {
            return Err(too_large());
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        loop {
            let received = bytes.len();
            let chunk = timeout(self.settings.stall_timeout, response.chunk()).await;
            let seconds = self.settings.stall_timeout.as_secs();
            let chunk = chunk.map_err(|_| FetchProblem::Stalled { seconds, received })?;
            let chunk =
                chunk.map_err(|error| FetchProblem::Truncated { received, reason: innermost(&error.without_url()) })?;
            let Some(chunk) = chunk else { return Ok(bytes) };
            if chunk.len() > limit - received {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
    }
}

/// Whether a redirect stays where the feed may go.
fn allowed(feed: &Feed, declared: &Url, from: &Url, next: &Url) -> Result<(), FetchProblem> {
    let to = || redacted(next);
    let host = next.host_str().unwrap_or_default();
    let known = declared.host_str() == Some(host) || feed.hosts.iter().any(|allowed| allowed == host);
    if !known || !["http", "https"].contains(&next.scheme()) {
        return Err(FetchProblem::RedirectedElsewhere { to: to() });
    }
    if from.scheme() == "https" && next.scheme() == "http" {
        return Err(FetchProblem::RedirectedInsecurely { to: to() });
    }
    Ok(())
}

/// Adds what the source needs to say "not changed". A value that can't be sent is left out: then the whole file comes.
fn conditional(mut request: RequestBuilder, seen: &Seen) -> RequestBuilder {
    for (name, value) in [(IF_NONE_MATCH, &seen.etag), (IF_MODIFIED_SINCE, &seen.last_modified)] {
        if let Some(value) = value.as_deref().and_then(|value| HeaderValue::try_from(value).ok()) {
            request = request.header(name, value);
        }
    }
    request
}

/// Credentials go to the declared host and port, or to its own https side.
fn may_see_secrets(declared: &Url, at: &Url) -> bool {
    let upgraded = declared.scheme() == "http" && at.scheme() == "https" && at.port().is_none();
    declared.host_str() == at.host_str()
        && (upgraded
            || (declared.scheme() == at.scheme() && declared.port_or_known_default() == at.port_or_known_default()))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn target(response: &Response, at: &Url) -> Result<Url, FetchProblem> {
    let location = text_header(response, &LOCATION);
    let next = location.and_then(|location| at.join(&location).ok());
    next.ok_or(FetchProblem::RedirectBroken { status: response.status().as_u16() })
}

fn refused(status: StatusCode, response: &Response) -> FetchProblem {
    let wait_seconds = text_header(response, &RETRY_AFTER).and_then(|text| asked_wait(&text, Timestamp::now()));
    match status.as_u16() {
        401 => FetchProblem::Unauthorised,
        403 => FetchProblem::Forbidden,
        404 => FetchProblem::NotFound,
        410 => FetchProblem::Gone,
        429 => FetchProblem::TooManyRequests { wait_seconds },
        status @ 500..=599 => FetchProblem::ServerError { status, wait_seconds },
        status => FetchProblem::UnexpectedStatus { status },
    }
}

/// `Retry-After` (RFC 9110 section 10.2.3): seconds, or the moment, from which the seconds from `now` are counted.
fn asked_wait(text: &str, now: Timestamp) -> Option<u64> {
    text.trim().parse().ok().or_else(|| {
        let moment = rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
        Some(u64::try_from(moment.as_second() - now.as_second()).unwrap_or(0))
    })
}

fn text_header(response: &Response, name: &HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// From `Content-Disposition`, or the last part of the address; never a path.
fn file_name(response: &Response) -> Option<String> {
    let disposition = text_header(response, &CONTENT_DISPOSITION);
    let given = disposition.as_deref().and_then(|text| {
        text.split(';').find_map(|part| part.trim().strip_prefix("filename=").map(|name| name.trim_matches('"')))
    });
    let from_url = || response.url().path_segments().and_then(|mut segments| segments.next_back());
    plain_name(given.or_else(from_url)?)
}

/// What the resolver found, if it is that which stood in the way.
fn private_address(error: &reqwest::Error) -> Option<&PrivateAddress> {
    let mut at: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = at {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        at = cause.source();
    }
    None
}

/// The cause at the bottom, which is the one that says something ("connection refused", "certificate has expired").
fn innermost(error: &reqwest::Error) -> String {
    let mut deepest: &dyn Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_seconds_or_a_moment() {
        let now: Timestamp = "2024-06-30T12:00:00Z".parse().unwrap();
        assert_eq!(asked_wait("120", now), Some(120));
        assert_eq!(asked_wait("Sun, 30 Jun 2024 12:01:30 GMT", now), Some(90));
        assert_eq!(asked_wait("Sun, 30 Jun 2024 11:00:00 GMT", now), Some(0));
        assert_eq!(asked_wait("soon", now), None);
        assert_eq!(asked_wait("-5", now), None);
    }

    #[test]
    fn secrets_stay_with_the_declared_host_and_port() {
        let may = |from: &str, to: &str| may_see_secrets(&Url::parse(from).unwrap(), &Url::parse(to).unwrap());
        assert!(may("https://a.example/x", "https://a.example/y"));
        assert!(may("http://a.example/x", "https://a.example/x"));
        assert!(!may("https://a.example/x", "http://a.example/x"));
        assert!(!may("https://a.example/x", "https://a.example:8443/x"));
        assert!(!may("https://a.example/x", "https://b.example/x"));
    }
}
