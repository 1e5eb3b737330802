//! Why a feed could not be fetched, and what to do about it.
//!
//! In: what happened on the way. Out: a [`FetchError`] that names the feed and the address (without what may be secret in
//! it) and ends with the next step. Always holds: `code()` is stable; [`FetchError::is_temporary`] says whether the next
//! run may succeed without anybody doing anything.

use super::credentials::CredentialProblem;

/// A fetch that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Feed \"{feed}\" ({place}): {problem}")]
pub struct FetchError {
    pub feed: String,
    /// The address or the path, without user, password and query.
    pub place: String,
    /// Part of the message already, so not also a source of it.
    pub problem: FetchProblem,
}

impl FetchError {
    /// A code that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// Whether the next run may succeed by itself.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.problem.is_temporary()
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchProblem {
    #[error("{0}")]
    Credentials(CredentialProblem),
    #[error(
        "No connection: {reason}. It is tried again at the next run; if it lasts, check the address and the network."
    )]
    NoConnection { reason: String },
    #[error("No connection within {seconds} seconds. It is tried again at the next run; if it lasts, ask the source.")]
    ConnectTimeout { seconds: u64 },
    #[error(
        "Not finished within {seconds} seconds. It is tried again at the next run; if it lasts, raise timeout_seconds or \
         ask the source."
    )]
    Timeout { seconds: u64 },
    #[error(
        "Nothing came for {seconds} seconds after {received} bytes. It is tried again at the next run; if it lasts, ask \
         the source."
    )]
    Stalled { seconds: u64, received: usize },
    #[error(
        "{host} is an address in a private network. If the source is truly there, add private = true to the feed; if not, \
         check the address."
    )]
    PrivateAddress { host: String },
    #[error("It redirects to {to}, on another host. If that is right, add the host to the feed's hosts.")]
    RedirectedElsewhere { to: String },
    #[error("It redirects from https to {to}, which is not encrypted. Ask the source for an https address.")]
    RedirectedInsecurely { to: String },
    #[error("It redirects back to {to}, in a circle. Open the address in a browser and declare the one it ends at.")]
    RedirectLoop { to: String },
    #[error("It redirects more than {limit} times. Open the address in a browser and declare the one it ends at.")]
    TooManyRedirects { limit: usize },
    #[error("It redirects without saying where (status {status}). Ask the source.")]
    RedirectBroken { status: u16 },
    #[error("The source does not know the credentials (401). Check the feed's credentials and the variable they name.")]
    Unauthorised,
    #[error("The source refuses access (403). Ask it to allow these credentials, or this server's address.")]
    Forbidden,
    #[error("There is nothing at this address (404). Ask the source for the new address and declare that.")]
    NotFound,
    #[error("The source has withdrawn the file for good (410). Ask where it went, or remove the feed.")]
    Gone,
    #[error(
        "The source asks for fewer requests (429){}. It is tried again at the next run; if it lasts, schedule the feed \
         less often.",
        wait(*.wait_seconds)
    )]
    TooManyRequests { wait_seconds: Option<u64> },
    #[error(
        "The source has a fault of its own ({status}){}. It is tried again at the next run; if it lasts, tell the source.",
        wait(*.wait_seconds)
    )]
    ServerError { status: u16, wait_seconds: Option<u64> },
    #[error("The source answered with status {status}, which is no file. Open the address in a browser to see why.")]
    UnexpectedStatus { status: u16 },
    #[error(
        "The file is larger than {limit_megabytes} MB. Check that the address is right; if it is, raise max_megabytes."
    )]
    TooLarge { limit_megabytes: u64 },
    #[error("The answer broke off after {received} bytes: {reason}. It is tried again at the next run.")]
    Truncated { received: usize, reason: String },
    #[error("The answer is empty. Ask the source to publish the file again.")]
    Empty,
    #[error(
        "It is a web page{} instead of a file, as when a link has moved or wants a login. Open the address in a browser \
         and declare the address of the file itself.",
        titled(.title.as_deref())
    )]
    HtmlInstead { title: Option<String> },
    #[error("There is no such file. Check the path, and that the file has been put there.")]
    FileMissing,
    #[error("It is not a file but a directory or a device. Declare the path of one file.")]
    NotAFile,
    #[error("The file can't be read: {reason}. Check its permissions.")]
    FileUnreadable { reason: String },
}

fn wait(seconds: Option<u64>) -> String {
    seconds.map(|seconds| format!(" and asks to wait {seconds} seconds")).unwrap_or_default()
}

fn titled(title: Option<&str>) -> String {
    title.map(|title| format!(" (\"{title}\")")).unwrap_or_default()
}

impl FetchProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Credentials(problem) => problem.code(),
            Self::NoConnection { .. } => "no_connection",
            Self::ConnectTimeout { .. } => "connect_timeout",
            Self::Timeout { .. } => "timeout",
            Self::Stalled { .. } => "stalled",
            Self::PrivateAddress { .. } => "private_address",
            Self::RedirectedElsewhere { .. } => "redirected_elsewhere",
            Self::RedirectedInsecurely { .. } => "redirected_insecurely",
            Self::RedirectLoop { .. } => "redirect_loop",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::RedirectBroken { .. } => "redirect_broken",
            Self::Unauthorised => "unauthorised",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Gone => "gone",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::ServerError { .. } => "server_error",
            Self::UnexpectedStatus { .. } => "unexpected_status",
            Self::TooLarge { .. } => "too_large",
            Self::Truncated { .. } => "truncated",
            Self::Empty => "empty",
            Self::HtmlInstead { .. } => "html_instead",
            Self::FileMissing => "file_missing",
            Self::NotAFile => "not_a_file",
            Self::FileUnreadable { .. } => "file_unreadable",
        }
    }

    fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::NoConnection { .. }
                | Self::ConnectTimeout { .. }
                | Self::Timeout { .. }
                | Self::Stalled { .. }
                | Self::TooManyRequests { .. }
                | Self::ServerError { .. }
                | Self::Truncated { .. }
        )
    }

    /// Whether it is worth trying again within this run: the source is overloaded or being restarted.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::NoConnection { .. }
                | Self::ConnectTimeout { .. }
                | Self::TooManyRequests { .. }
                | Self::ServerError { status: 502..=504, .. }
        )
    }

    /// What the source asks to be waited for, in seconds.
    pub(super) fn wait_seconds(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { wait_seconds } | Self::ServerError { wait_seconds, .. } => *wait_seconds,
            _ => None,
        }
    }
}
