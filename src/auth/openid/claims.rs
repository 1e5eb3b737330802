//! What a checked ID token says about a person, and how much of it counts.
//!
//! In: claims whose signature, issuer, audience, expiry and nonce the library has checked. Out: whether the e-mail
//! address counts, and whether a second factor was used. Always holds: an address outside the provider's domains, of
//! a guest from elsewhere, or of a private account never counts.

use super::ProviderSettings;
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Claims beyond the standard ones. Any JSON: a provider that means something else by the name must not fail by it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct MoreClaims {
    /// Google: the organisation's domain; missing for a private account.
    hd: Option<Value>,
    /// Microsoft: who signed the person in, where that isn't the tenant itself: a guest.
    idp: Option<Value>,
}

impl AdditionalClaims for MoreClaims {}

/// An e-mail address as claimed.
pub(super) struct Claimed {
    pub(super) email: String,
    pub(super) verified: Option<bool>,
}

impl Claimed {
    /// None for what is no address.
    pub(super) fn new(email: &str, verified: Option<bool>) -> Option<Claimed> {
        domain_of(email)?;
        Some(Claimed { email: email.to_owned(), verified })
    }
}

/// Whether the address is its person's own, as far as this provider can say.
///
/// Beside `email_verified` (OpenID Connect Core 1.0 section 5.1) and the declared domains: Google vouches for an
/// organisation's address only with `hd` (an address that someone once verified may be another's by now), and a guest in
/// a Microsoft tenant comes with what another tenant's administrator wrote.
pub(super) fn counts(settings: &ProviderSettings, claimed: &Claimed, more: &MoreClaims) -> bool {
    let Some(domain) = domain_of(&claimed.email) else { return false };
    let verified = claimed.verified.unwrap_or(settings.trusts_email);
    verified && settings.speaks_for(domain) && !is_private(settings, domain, more) && !is_guest(settings, more)
}

/// What stands after the only @ of an address.
fn domain_of(email: &str) -> Option<&str> {
    let (before, domain) = email.split_once('@')?;
    let plain = |c: char| c.is_ascii_graphic();
    let whole = !before.is_empty() && !domain.contains('@') && email.chars().all(plain) && email.len() <= 254;
    whole.then_some(domain)
}

fn is_private(settings: &ProviderSettings, domain: &str, more: &MoreClaims) -> bool {
    let organisation = more.hd.as_ref().and_then(Value::as_str).unwrap_or_default();
    settings.is_google() && !domain.eq_ignore_ascii_case("gmail.com") && !organisation.eq_ignore_ascii_case(domain)
}

fn is_guest(settings: &ProviderSettings, more: &MoreClaims) -> bool {
    let Some(tenant) = settings.microsoft_tenant() else { return false };
    match &more.idp {
        None => false,
        Some(Value::String(idp)) => !idp.split('/').any(|part| part.eq_ignore_ascii_case(&tenant)),
        Some(_) => true,
    }
}

/// Whether the methods (`amr`, RFC 8176) amount to two factors: said so, or something one has beside something one knows
/// or is.
pub(super) fn is_second_factor(methods: &[&str]) -> bool {
    let any = |wanted: &[&str]| methods.iter().any(|method| wanted.contains(method));
    let has = any(&["otp", "hwk", "swk", "sc", "sms", "tel"]);
    let knows_or_is = any(&["pwd", "pin", "kba", "face", "fpt", "iris", "retina", "vbm"]);
    any(&["mfa"]) || (has && knows_or_is)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const ENTRA: &str = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/v2.0";
    const GOOGLE: &str = "https://accounts.google.com";
    const OWN: &str = "https://id.barset.example.org";

    fn settings(issuer: &str, trusts_email: bool) -> ProviderSettings {
        ProviderSettings {
            id: "barset".to_owned(),
            title: "Barset".to_owned(),
            issuer: issuer.to_owned(),
            client_id: "bellwether".to_owned(),
            client_secret_env: None,
            scopes: Vec::new(),
            trusts_email,
            domains: ["barset.example.org", "gmail.com"].map(str::to_owned).to_vec(),
        }
    }

    fn counts_for(settings: &ProviderSettings, email: &str, verified: Option<bool>, more: Value) -> bool {
        let more = serde_json::from_value(more).unwrap();
        Claimed::new(email, verified).is_some_and(|claimed| counts(settings, &claimed, &more))
    }

    #[test]
    fn an_address_counts_when_it_is_verified_or_the_provider_is_trusted() {
        for (trusts_email, verified, expected) in [
            (false, Some(true), true),
            (false, Some(false), false),
            (false, None, false),
            (true, Some(true), true),
            (true, Some(false), false),
            (true, None, true),
        ] {
            let counted = counts_for(&settings(OWN, trusts_email), "o@barset.example.org", verified, json!({}));
            assert_eq!(counted, expected, "trusts_email {trusts_email}, verified {verified:?}");
        }
    }

    #[test]
    fn no_provider_speaks_for_other_domains() {
        for (email, expected) in [
            ("officer@barset.example.org", true),
            ("officer@BARSET.example.ORG", true),
            ("officer@wexmoor.example.org", false),
            ("officer@evil.barset.example.org", false),
            ("officer@evilbarset.example.org", false),
            ("officer@barset.example.org.evil.example", false),
            ("officer@wexmoor.example.org@barset.example.org", false),
            ("\"officer@barset.example.org\"@evil.example", false),
            ("officer@barset.example.org\n", false),
            ("officer @barset.example.org", false),
            ("@barset.example.org", false),
            ("officer@", false),
            ("officer", false),
            ("", false),
            ("ofﬁcer@barset.example.org", false),
        ] {
            for trusts_email in [false, true] {
                let counted = counts_for(&settings(OWN, trusts_email), email, Some(true), json!({}));
                assert_eq!(counted, expected, "{email:?}");
            }
        }
    }

    #[test]
    fn google_vouches_for_its_organisations_and_its_own_mail() {
        let google = settings(GOOGLE, false);
        let at_work = "officer@barset.example.org";
        assert!(counts_for(&google, at_work, Some(true), json!({ "hd": "barset.example.org" })));
        assert!(counts_for(&google, "officer@gmail.com", Some(true), json!({})));
        for more in [json!({}), json!({ "hd": "wexmoor.example.org" }), json!({ "hd": true })] {
            assert!(!counts_for(&google, at_work, Some(true), more.clone()), "{more}");
        }
        assert!(!counts_for(&google, at_work, None, json!({ "hd": "barset.example.org" })));
    }

    #[test]
    fn guests_in_a_tenant_do_not_count() {
        let entra = settings(ENTRA, true);
        let officer = "officer@barset.example.org";
        let tenant = "https://sts.windows.net/00000000-0000-0000-0000-000000000001/";
        assert!(counts_for(&entra, officer, None, json!({})));
        assert!(counts_for(&entra, officer, None, json!({ "idp": tenant })));
        let elsewhere = "https://sts.windows.net/00000000-0000-0000-0000-000000000002/";
        for idp in [json!(elsewhere), json!("live.com"), json!("mail"), json!(7)] {
            assert!(!counts_for(&entra, officer, None, json!({ "idp": idp })), "{idp}");
        }
        // Others mean something else by that claim.
        assert!(counts_for(&settings(OWN, true), officer, None, json!({ "idp": "00o1" })));
    }

    #[test]
    fn two_factors_are_something_to_have_and_something_to_know_or_be() {
        for (methods, expected) in [
            (vec!["mfa"], true),
            (vec!["pwd", "mfa"], true),
            (vec!["pwd", "otp"], true),
            (vec!["hwk", "fpt"], true),
            (vec!["pwd", "pin"], false),
            (vec!["otp"], false),
            (vec!["pwd"], false),
            (vec!["MFA", "rsa"], false),
            (vec![], false),
        ] {
            assert_eq!(is_second_factor(&methods), expected, "{methods:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_claimed_only_a_declared_domain_counts(email in "[a-z@. \"]{0,12}@?(barset.example.org|gmail.com|[a-z.]{1,9})") {
            if counts_for(&settings(OWN, true), &email, Some(true), json!({})) {
                prop_assert!(email.ends_with("@barset.example.org") || email.ends_with("@gmail.com"));
                prop_assert_eq!(email.matches('@').count(), 1);
            }
        }
    }
}
