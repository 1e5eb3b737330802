//! How a feed proves who is asking. The declaration names environment variables; the secrets are in those.
//!
//! In: the `credentials` table of a feed, and a way to look variables up. Out: a request with the proof on it. Always
//! holds: a secret is never in a declaration, in `Debug` output or in an error.

use reqwest::RequestBuilder;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;

/// Where the proof comes from. Every field is a name or a user name, never a secret, so `Debug` may show it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Declared")]
pub enum Credentials {
    /// `Authorization: Bearer …` with the variable's value.
    Bearer { bearer_env: String },
    /// `Authorization: Basic …` with a declared user and the variable's value as the password.
    Basic { user: String, password_env: String },
    /// A header of the source's own, such as `X-Api-Key`, with the variable's value.
    Header { header: String, value_env: String },
}

/// Why the proof can't be given. The feed is named by whoever reports it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialProblem {
    #[error(
        "The environment variable {variable} is not set. Set it to the source's secret and start the service again."
    )]
    Missing { variable: String },
    #[error(
        "The environment variable {variable} holds characters that can't be sent in a header, such as a line end. Set it \
         again without them."
    )]
    Unusable { variable: String },
}

impl CredentialProblem {
    /// A code that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "credentials_missing",
            Self::Unusable { .. } => "credentials_unusable",
        }
    }
}

/// The table as written; [`Credentials`] is one of its three sound shapes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    bearer_env: Option<String>,
    user: Option<String>,
    password_env: Option<String>,
    header: Option<String>,
    value_env: Option<String>,
}

impl TryFrom<Declared> for Credentials {
    type Error = &'static str;

    fn try_from(declared: Declared) -> Result<Self, Self::Error> {
        let Declared { bearer_env, user, password_env, header, value_env } = declared;
        match (bearer_env, user, password_env, header, value_env) {
            (Some(bearer_env), None, None, None, None) => Ok(Self::Bearer { bearer_env }),
            (None, Some(user), Some(password_env), None, None) => Ok(Self::Basic { user, password_env }),
            (None, None, None, Some(header), Some(value_env)) => Ok(Self::Header { header, value_env }),
            _ => Err("credentials are one of { bearer_env = \"…\" }, { user = \"…\", password_env = \"…\" } and \
                      { header = \"…\", value_env = \"…\" }"),
        }
    }
}

impl Credentials {
    /// The environment variable that holds the secret.
    #[must_use]
    pub fn variable(&self) -> &str {
        match self {
            Self::Bearer { bearer_env: variable }
            | Self::Basic { password_env: variable, .. }
            | Self::Header { value_env: variable, .. } => variable,
        }
    }

    /// Everything that is wrong with the declaration, as clauses.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let variable = self.variable();
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if variable.is_empty() || !variable.chars().all(plain) || variable.starts_with(|c: char| c.is_ascii_digit()) {
            problems.push(
                "credentials name an environment variable in capitals, such as BARSET_TOKEN, and never hold the secret"
                    .to_owned(),
            );
        }
        match self {
            Self::Header { header, .. } if HeaderName::try_from(header.as_str()).is_err() => {
                problems.push(format!("\"{header}\" is no name of a header"));
            }
            Self::Basic { user, .. } if user.is_empty() || user.contains([':', '\n', '\r']) => {
                problems.push("the user in credentials must be given, without a colon".to_owned());
            }
            _ => {}
        }
        problems
    }

    /// Puts the proof on a request. `lookup` gives a variable's value.
    ///
    /// # Errors
    /// When the variable is missing or holds what can't be sent.
    pub(super) fn prove(
        &self,
        request: RequestBuilder,
        lookup: &(dyn Fn(&str) -> Option<String> + Send + Sync),
    ) -> Result<RequestBuilder, CredentialProblem> {
        let variable = || self.variable().to_owned();
        let secret = lookup(self.variable()).filter(|secret| !secret.is_empty());
        let secret = secret.ok_or_else(|| CredentialProblem::Missing { variable: variable() })?;
        let header = |text: &str| {
            let value = HeaderValue::try_from(text).map_err(|_| CredentialProblem::Unusable { variable: variable() });
            value.map(|mut value| {
                value.set_sensitive(true);
                value
            })
        };
        Ok(match self {
            Self::Bearer { .. } => request.header(reqwest::header::AUTHORIZATION, header(&format!("Bearer {secret}"))?),
            Self::Basic { user, .. } => request.basic_auth(user, Some(secret)),
            Self::Header { header: name, .. } => request.header(name.as_str(), header(&secret)?),
        })
    }
}
