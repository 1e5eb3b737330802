//! The second half of a sign-in: from a code to tokens, and from the ID token to who it is.
//!
//! In: the code, what was kept of the sign-in, the provider's metadata. Out: [`Verified`]. Always holds: only
//! asymmetric signatures are taken, whatever a provider offers; userinfo is asked only for an e-mail address that the
//! ID token lacks, and only believed about the same subject; tokens go nowhere else and are dropped here.

use super::claims::{Claimed, MoreClaims, counts, is_second_factor};
use super::http::HttpProblem;
use super::{Known, OpenidError, Pending, Provider, Verified, error_code};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::http::HeaderValue;
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields, Nonce, OAuth2TokenResponse, PkceCodeVerifier,
    RequestTokenError, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
    UserInfoClaims, UserInfoError,
};
use std::time::SystemTime;

type Fields = IdTokenFields<
    MoreClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
pub(super) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
pub(super) type Client = openidconnect::Client<
    MoreClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Signatures that only the provider can have made. With a shared secret (HS256), whoever has the secret could.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// How far the provider's clock and ours may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// The most bytes of a subject (OpenID Connect Core 1.0 section 2).
const LONGEST_SUBJECT: usize = 255;

/// Why tokens were not accepted.
pub(super) enum Refusal {
    /// No key that we know made the signature: worth another look with the provider's keys of now.
    Signature(OpenidError),
    Final(OpenidError),
}

impl Refusal {
    pub(super) fn into_error(self) -> OpenidError {
        match self {
            Refusal::Signature(error) | Refusal::Final(error) => error,
        }
    }
}

impl Provider {
    /// The library's client, from what is known of the provider.
    pub(super) fn client(&self, known: &Known, redirect: &str) -> Result<Client, OpenidError> {
        let metadata = &known.metadata;
        let id = ClientId::new(self.settings.client_id.clone());
        let client = Client::from_provider_metadata(metadata.clone(), id, self.secret.clone());
        // In the body there is one way to write a secret; in a header providers differ about its encoding.
        let offered = metadata.token_endpoint_auth_methods_supported();
        let in_body = offered.is_some_and(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretPost));
        let how = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_auth_type(how).set_redirect_uri(self.redirect(redirect)?))
    }

    /// Changes the code for tokens.
    pub(super) async fn exchange(
        &self,
        client: &Client,
        pending: &Pending,
        code: String,
    ) -> Result<Tokens, OpenidError> {
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|_| self.unusable("it does not say where codes are changed for tokens"))?;
        let verifier = PkceCodeVerifier::new(pending.verifier.clone());
        let answer = request.set_pkce_verifier(verifier).request_async(&self.http).await;
        answer.map_err(|error| match error {
            RequestTokenError::Request(problem) => self.unreachable(&problem),
            RequestTokenError::ServerResponse(refused) => OpenidError::CodeRefused {
                provider: self.settings.title.clone(),
                error: error_code(refused.error().as_ref()),
            },
            // Not a word of it: what can't be read may be a token.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => self.unusable("its tokens can't be read"),
        })
    }

    /// Who the tokens are about, after every check.
    pub(super) async fn verified(
        &self,
        client: &Client,
        tokens: &Tokens,
        pending: &Pending,
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        let claims = self.checked(client, tokens, pending, now)?;
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
            return Err(Refusal::Final(self.refused("it does not name a person")));
        }
        let claimed = match claims.email() {
            Some(email) => Claimed::new(email, claims.email_verified()),
            None => self.asked_for_email(client, tokens, claims).await.map_err(Refusal::Final)?,
        };
        // Guests and private accounts are told by the ID token, which is signed.
        let more = claims.additional_claims();
        let methods: Vec<&str> =
            claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str()).collect();
        Ok(Verified {
            issuer: self.settings.issuer.clone(),
            subject: subject.to_owned(),
            email_trusted: claimed.as_ref().is_some_and(|claimed| counts(&self.settings, claimed, more)),
            email: claimed.map(|claimed| claimed.email),
            second_factor: is_second_factor(&methods),
        })
    }

    /// The claims of the ID token, after the checks of OpenID Connect Core 1.0 section 3.1.3.7.
    fn checked<'t>(
        &self,
        client: &Client,
        tokens: &'t Tokens,
        pending: &Pending,
        now: Timestamp,
    ) -> Result<&'t IdTokenClaims<MoreClaims, CoreGenderClaim>, Refusal> {
        let token = tokens.id_token().ok_or_else(|| Refusal::Final(self.unusable("there is no ID token in it")))?;
        let earliest = pending.began_at.saturating_sub(CLOCKS_DIFFER).map_or(i64::MIN, Timestamp::as_second);
        let latest = now.saturating_add(CLOCKS_DIFFER).map_or(i64::MAX, Timestamp::as_second);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || SystemTime::from(now).into())
            .set_issue_time_verifier_fn(move |issued| {
                let in_time = (earliest..=latest).contains(&issued.timestamp());
                if in_time { Ok(()) } else { Err("not issued during this sign-in".to_owned()) }
            });
        token.claims(&verifier, &Nonce::new(pending.nonce.clone())).map_err(|error| self.refusal(&error))
    }

    fn refused(&self, reason: &'static str) -> OpenidError {
        OpenidError::ProofRefused { provider: self.settings.title.clone(), reason }
    }

    /// The library's own words stay here: they may quote the token.
    fn refusal(&self, error: &ClaimsVerificationError) -> Refusal {
        let reason = match error {
            ClaimsVerificationError::Expired(_) => "it has expired, or was not issued during this sign-in",
            ClaimsVerificationError::InvalidAudience(_) => "it is meant for another service",
            ClaimsVerificationError::InvalidIssuer(_) => "it names another issuer",
            ClaimsVerificationError::InvalidNonce(_) => "it belongs to another sign-in",
            ClaimsVerificationError::InvalidSubject(_) => "it is about somebody else",
            ClaimsVerificationError::SignatureVerification(_) => "its signature is not one of the provider's",
            _ => "it is of a kind that is not taken here",
        };
        let refused = self.refused(reason);
        let with_other_keys = matches!(
            error,
            ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
                    | SignatureVerificationError::AmbiguousKeyId(_)
                    | SignatureVerificationError::CryptoError(_)
            )
        );
        if with_other_keys { Refusal::Signature(refused) } else { Refusal::Final(refused) }
    }

    /// The e-mail address from userinfo (section 5.3), whose subject must be the ID token's.
    async fn asked_for_email(
        &self,
        client: &Client,
        tokens: &Tokens,
        claims: &IdTokenClaims<MoreClaims, CoreGenderClaim>,
    ) -> Result<Option<Claimed>, OpenidError> {
        let token = tokens.access_token().clone();
        // The library trusts that it fits into a header, and would stop the program.
        if HeaderValue::from_str(token.secret()).is_err() {
            return Err(self.unusable("its tokens can't be read"));
        }
        let Ok(request) = client.user_info(token, Some(claims.subject().clone())) else { return Ok(None) };
        let answer: Result<UserInfoClaims<MoreClaims, CoreGenderClaim>, UserInfoError<HttpProblem>> =
            request.request_async(&self.http).await;
        let answer = answer.map_err(|error| match error {
            UserInfoError::Request(problem) => self.unreachable(&problem),
            UserInfoError::ClaimsVerification(error) => self.refusal(&error).into_error(),
            _ => self.unusable("what it says about you can't be read"),
        })?;
        Ok(answer.email().and_then(|email| Claimed::new(email, answer.email_verified())))
    }
}
