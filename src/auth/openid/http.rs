//! The library's HTTP client, over ours.
//!
//! In: the library's requests. Out: whole answers. Always holds: redirects are not followed, no more than 1 MB of an
//! answer is held, ten seconds end it; an https issuer is never asked for anything over http.

use super::ProviderSettings;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

/// The most of one answer that is read, unpacked, in bytes.
const LARGEST: usize = 1024 * 1024;
/// For one request, from the first byte sent to the last received.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum HttpProblem {
    #[error("it did not answer in time")]
    Timeout,
    #[error("{0}")]
    NoConnection(String),
    #[error("its answer is larger than 1 MB")]
    TooLarge,
    #[error("it sent us on to another address, which is not followed")]
    Redirected,
}

/// Asks one provider.
pub(super) struct Http {
    client: reqwest::Client,
}

impl Http {
    /// `timeout` is for one request as a whole. The caller has installed a rustls provider.
    ///
    /// # Errors
    /// When the TLS set-up fails.
    pub(super) fn new(settings: &ProviderSettings, timeout: Duration) -> Result<Http, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Bellwether/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        // A proxy can't reach what listens on this machine only.
        builder = if settings.is_on_loopback() { builder.no_proxy() } else { builder.https_only(true) };
        Ok(Http { client: builder.build()? })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpProblem> {
        let request = reqwest::Request::try_from(request).map_err(|error| not_sent(&error))?;
        let mut response = self.client.execute(request).await.map_err(|error| not_sent(&error))?;
        if response.status().is_redirection() {
            return Err(HttpProblem::Redirected);
        }
        let mut body: Vec<u8> = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| not_sent(&error))? {
            if chunk.len() > LARGEST - body.len() {
                return Err(HttpProblem::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = http::Response::new(body);
        *whole.status_mut() = response.status();
        *whole.headers_mut() = response.headers().clone();
        Ok(whole)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpProblem;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpProblem>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// The cause at the bottom, which is the one that says something ("connection refused"), and never the address.
fn not_sent(error: &reqwest::Error) -> HttpProblem {
    if error.is_timeout() {
        return HttpProblem::Timeout;
    }
    let mut deepest: Option<&dyn Error> = None;
    let mut next = error.source();
    while let Some(cause) = next {
        (deepest, next) = (Some(cause), cause.source());
    }
    HttpProblem::NoConnection(deepest.map_or_else(|| "the request could not be sent".to_owned(), ToString::to_string))
}
