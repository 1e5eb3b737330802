//! Signing in by the provider of one's own organisation: OpenID Connect, the authorisation code flow with PKCE.
//!
//! In: declared providers; the answer that a browser brings back. Out: the address to send a browser to, then who the
//! provider says it is ([`Verified`]). Always holds: state, nonce and PKCE verifier are new for each sign-in and come
//! from it; issuer, audience, signature and expiry of the ID token are checked; a name is never read; an e-mail address
//! counts only as far as [`ProviderSettings`] lets the provider speak for it.
//!
//! The caller keeps [`Pending`] sealed for the browser between [`Provider::begin`] and [`Provider::finish`], gives it
//! back once, and forgets it however that ends. What identifies the person from then on is issuer and subject.

mod claims;
mod error;
mod http;
mod settings;
mod token;

pub use error::OpenidError;
pub use settings::{ProviderSettings, check};

use error::{error_code, shown};
use http::Http;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreProviderMetadata, CoreResponseType};
use openidconnect::{
    AuthenticationFlow, ClientSecret, CsrfToken, DiscoveryError, IssuerUrl, Nonce, PkceCodeChallenge, RedirectUrl,
    Scope,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq;

/// How long a sign-in may take, from [`Provider::begin`] to [`Provider::finish`].
pub const LONGEST_SIGN_IN: SignedDuration = SignedDuration::from_mins(10);
/// How long a provider's metadata and keys are believed before they are asked for again.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(1);

/// One provider, with what is known of it. One for the whole service: it keeps metadata, keys and connections.
pub struct Provider {
    settings: ProviderSettings,
    issuer: IssuerUrl,
    secret: Option<ClientSecret>,
    http: Http,
    known: Mutex<Option<Arc<Known>>>,
}

/// What the provider said of itself, and when.
struct Known {
    metadata: CoreProviderMetadata,
    asked_at: Timestamp,
}

/// The secrets and connections are left out.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A sign-in that has begun.
pub struct Begun {
    /// Where to send the browser.
    pub address: String,
    pub pending: Pending,
}

/// What must be known again when the browser comes back. Secret: whoever has it may complete the sign-in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    pub state: String,
    pub nonce: String,
    /// Of PKCE (RFC 7636).
    pub verifier: String,
    /// The id of the provider.
    pub provider: String,
    /// The address that the provider sends the browser back to.
    pub redirect: String,
    pub began_at: Timestamp,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending {{ provider: {:?}, began_at: {}, .. }}", self.provider, self.began_at)
    }
}

/// The parameters that the browser brings back; others (`session_state`, `scope`) are no use to us.
#[derive(Clone, Default, Deserialize)]
pub struct Answer {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer {{ error: {:?}, .. }}", self.error.as_deref().map(error_code))
    }
}

/// Who the provider says it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    pub issuer: String,
    /// Never given to anybody else by that issuer; together they are the person's identity.
    pub subject: String,
    /// As claimed.
    pub email: Option<String>,
    /// Whether `email` may be used to find the person's account. An address that is not trusted must not be.
    pub email_trusted: bool,
    /// Whether the provider says that it asked for a second factor.
    pub second_factor: bool,
}

/// Without what tells who the person is.
impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verified { issuer, email_trusted, second_factor, .. } = self;
        write!(
            f,
            "Verified {{ issuer: {issuer:?}, email_trusted: {email_trusted}, second_factor: {second_factor}, .. }}"
        )
    }
}

impl Provider {
    /// A provider from settings in which [`check`] finds no mistake. `environment` gives a variable's value. The caller
    /// has installed a rustls provider.
    ///
    /// # Errors
    /// [`OpenidError::Misconfigured`]: the secret's variable is not set, the issuer is no address, or TLS can't be set up.
    pub fn new(
        settings: ProviderSettings,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Provider, OpenidError> {
        let wrong = |problem: String| OpenidError::Misconfigured { provider: settings.title.clone(), problem };
        let secret = match &settings.client_secret_env {
            None => None,
            Some(variable) => {
                let value = environment(variable).filter(|value| !value.is_empty());
                let value = value.ok_or_else(|| wrong(format!("the environment variable {variable} is not set")))?;
                Some(ClientSecret::new(value))
            }
        };
        let issuer = IssuerUrl::new(settings.issuer.clone());
        let issuer = issuer.map_err(|_| wrong(format!("the issuer \"{}\" is no address", settings.issuer)))?;
        let http = Http::new(&settings, http::TIMEOUT).map_err(|error| wrong(error.to_string()))?;
        Ok(Provider { settings, issuer, secret, http, known: Mutex::new(None) })
    }

    /// The settings it was made from.
    #[must_use]
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Begins a sign-in. `redirect` is our address, registered with the provider, that it sends the browser back to; it
    /// should be another for each provider (RFC 9700 section 4.4.2.2).
    ///
    /// # Errors
    /// When the provider can't be reached or does not describe itself as it has to; when `redirect` is no address.
    pub async fn begin(&self, redirect: &str, now: Timestamp) -> Result<Begun, OpenidError> {
        let known = self.known(now).await?;
        let client = self.client(&known, redirect)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // The library asks for `openid` by itself, and not twice.
        let scopes = self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
        let (address, state, nonce) = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new_random_len(32),
                || Nonce::new_random_len(32),
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        let pending = Pending {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            provider: self.settings.id.clone(),
            redirect: redirect.to_owned(),
            began_at: now,
        };
        Ok(Begun { address: address.to_string(), pending })
    }

    /// Completes a sign-in with what the browser brought back.
    ///
    /// # Errors
    /// See [`OpenidError`]; the sign-in can't be completed by another try with the same `pending`.
    pub async fn finish(&self, pending: Pending, answer: Answer, now: Timestamp) -> Result<Verified, OpenidError> {
        let code = self.code(&pending, answer, now)?;
        let remembered = self.remembered(now);
        let from_memory = remembered.is_some();
        let known = match remembered {
            Some(known) => known,
            None => self.discover(now).await?,
        };
        let client = self.client(&known, &pending.redirect)?;
        let tokens = self.exchange(&client, &pending, code).await?;
        match self.verified(&client, &tokens, &pending, now).await {
            // The provider may have new keys since we asked.
            Err(token::Refusal::Signature(_)) if from_memory => {
                let known = self.discover(now).await?;
                let client = self.client(&known, &pending.redirect)?;
                self.verified(&client, &tokens, &pending, now).await.map_err(token::Refusal::into_error)
            }
            verified => verified.map_err(token::Refusal::into_error),
        }
    }

    /// The code in an answer that belongs to this sign-in. The state is looked at first: until it is right, nothing in
    /// the answer is known to come from the provider.
    fn code(&self, pending: &Pending, answer: Answer, now: Timestamp) -> Result<String, OpenidError> {
        let provider = self.settings.title.clone();
        let refusal = answer.error.as_deref().map(error_code);
        let Some(state) = answer.state else {
            // Some providers leave the state out when they refuse. The refusal gives nothing away, but the words with
            // it may be anybody's.
            return Err(match refusal {
                Some(error) => OpenidError::Refused { provider, error, said: None },
                None => OpenidError::NotBegunHere { provider },
            });
        };
        let same_state: bool = state.as_bytes().ct_eq(pending.state.as_bytes()).into();
        let other_issuer = answer.iss.is_some_and(|issuer| issuer != self.settings.issuer);
        if !same_state || pending.provider != self.settings.id || other_issuer {
            return Err(OpenidError::NotBegunHere { provider });
        }
        let took = now.duration_since(pending.began_at);
        if took > LONGEST_SIGN_IN || took < -LONGEST_SIGN_IN {
            return Err(OpenidError::TooLate { provider });
        }
        if let Some(error) = refusal {
            let said = answer.error_description.as_deref().and_then(shown);
            return Err(OpenidError::Refused { provider, error, said });
        }
        answer.code.filter(|code| !code.is_empty()).ok_or_else(|| self.unusable("there is no code in it"))
    }

    async fn known(&self, now: Timestamp) -> Result<Arc<Known>, OpenidError> {
        match self.remembered(now) {
            Some(known) => Ok(known),
            None => self.discover(now).await,
        }
    }

    /// What the provider said within the last hour.
    fn remembered(&self, now: Timestamp) -> Option<Arc<Known>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let age = now.duration_since(known.asked_at);
        (SignedDuration::ZERO..KNOWN_FOR).contains(&age).then_some(known)
    }

    /// Asks the provider for its metadata and keys (OpenID Connect Discovery 1.0), and remembers them.
    async fn discover(&self, now: Timestamp) -> Result<Arc<Known>, OpenidError> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = metadata.map_err(|error| self.not_discovered(error))?;
        self.accept(&metadata)?;
        let known = Arc::new(Known { metadata, asked_at: now });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    /// People are sent to the address where they sign in, so it must be as safe as the others.
    fn accept(&self, metadata: &CoreProviderMetadata) -> Result<(), OpenidError> {
        let secure = metadata.authorization_endpoint().url().scheme() == "https";
        if secure || self.settings.is_on_loopback() {
            return Ok(());
        }
        Err(self.unusable("the address where people sign in is not an https address"))
    }

    fn not_discovered(&self, error: DiscoveryError<http::HttpProblem>) -> OpenidError {
        match error {
            DiscoveryError::Request(problem) => self.unreachable(&problem),
            DiscoveryError::Response(status, ..) if status.as_u16() != 200 => {
                self.unusable(&format!("its description of itself came with HTTP status {}", status.as_u16()))
            }
            DiscoveryError::Validation(_) => self.unusable(&format!(
                "it describes itself as another issuer than the {} in the settings",
                self.settings.issuer
            )),
            DiscoveryError::Parse(error) => {
                self.unusable(&format!("its description of itself can't be read at \"{}\"", error.path()))
            }
            _ => self.unusable("its description of itself can't be read"),
        }
    }

    fn unreachable(&self, problem: &http::HttpProblem) -> OpenidError {
        OpenidError::Unreachable { provider: self.settings.title.clone(), reason: problem.to_string() }
    }

    fn unusable(&self, reason: &str) -> OpenidError {
        OpenidError::Unusable { provider: self.settings.title.clone(), reason: reason.to_owned() }
    }

    /// Our address at the provider, as the library wants it.
    fn redirect(&self, redirect: &str) -> Result<RedirectUrl, OpenidError> {
        RedirectUrl::new(redirect.to_owned()).map_err(|_| OpenidError::Misconfigured {
            provider: self.settings.title.clone(),
            problem: "our own address, to which people come back, is no address".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
