//! Providers as they are declared: one `[[openid]]` table an organisation's provider.
//!
//! In: TOML. Out: [`ProviderSettings`], or every mistake in them at once. Always holds: a provider that [`check`] finds
//! nothing wrong with is asked over TLS (or on this machine), is one organisation's own, and speaks for declared
//! domains only.
//!
//! ```toml
//! [[openid]]
//! id = "entra"                                # in addresses
//! title = "Microsoft"                         # on the button
//! issuer = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0"
//! client_id = "11111111-1111-1111-1111-111111111111"
//! client_secret_env = "BELLWETHER_ENTRA_SECRET"
//! trusts_email = true                         # Entra sends no email_verified
//! domains = ["barset.example.org"]            # the e-mail domains it may speak for
//! ```

use reqwest::Url;
use serde::Deserialize;
use std::collections::HashSet;

/// Where Microsoft signs people in. The first part of the path is the tenant.
const MICROSOFT_HOSTS: [&str; 5] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.windows.net",
    "sts.windows.net",
];
/// What stands in a tenant's place for "anybody's"; the last is the tenant of all personal accounts.
const MICROSOFT_ANYBODY: [&str; 4] = ["common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"];
/// Google's issuer, which signs in anybody with a Google account.
const GOOGLE: &str = "https://accounts.google.com";

/// One provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// A short name of its own, used in addresses: small letters, digits and hyphens.
    pub id: String,
    /// For people, on the button.
    pub title: String,
    /// The issuer, exactly as the provider's discovery document writes it.
    pub issuer: String,
    pub client_id: String,
    /// The environment variable with the client secret; none for a public client.
    pub client_secret_env: Option<String>,
    /// `openid` is asked for in any case.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// Whether an e-mail address without `email_verified` counts: for an organisation's own tenant that never sends it.
    #[serde(default)]
    pub trusts_email: bool,
    /// The e-mail domains that this provider may speak for; an address outside them never counts.
    #[serde(default)]
    pub domains: Vec<String>,
}

fn usual_scopes() -> Vec<String> {
    ["openid", "email", "profile"].map(str::to_owned).to_vec()
}

impl ProviderSettings {
    /// Whether the issuer is on this machine, as in tests and demos.
    pub(super) fn is_on_loopback(&self) -> bool {
        Url::parse(&self.issuer).is_ok_and(|issuer| is_loopback(&issuer))
    }

    pub(super) fn is_google(&self) -> bool {
        self.issuer.trim_end_matches('/') == GOOGLE
    }

    /// The tenant in Microsoft's issuers, as written.
    pub(super) fn microsoft_tenant(&self) -> Option<String> {
        let issuer = Url::parse(&self.issuer).ok()?;
        MICROSOFT_HOSTS.contains(&issuer.host_str()?).then_some(())?;
        issuer.path_segments()?.next().map(str::to_owned)
    }

    /// Whether the provider may speak for an address of that domain.
    pub(super) fn speaks_for(&self, domain: &str) -> bool {
        self.domains.iter().any(|declared| declared.eq_ignore_ascii_case(domain))
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let in_an_address = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(in_an_address) {
            mistakes.push("the id is made of small letters, digits and hyphens, such as \"entra\"".to_owned());
        }
        if self.title.trim().is_empty() {
            mistakes.push("the title is empty; it is what stands on the button".to_owned());
        }
        if self.client_id.trim().is_empty() {
            mistakes
                .push("the client_id is empty; the provider gives it when Bellwether is registered there".to_owned());
        }
        if self.client_secret_env.as_deref().is_some_and(|name| !is_variable(name)) {
            mistakes.push(
                "client_secret_env names an environment variable in capitals, such as BELLWETHER_ENTRA_SECRET, and \
                 never holds the secret"
                    .to_owned(),
            );
        }
        if let Some(scope) = self.scopes.iter().find(|scope| !is_scope(scope)) {
            mistakes.push(format!("\"{scope}\" is no scope; write each one by itself, as in [\"email\", \"profile\"]"));
        }
        mistakes.extend(self.mistakes_of_issuer());
        mistakes.extend(self.mistakes_of_email());
        mistakes
    }

    fn mistakes_of_issuer(&self) -> Option<String> {
        let Ok(issuer) = Url::parse(&self.issuer) else {
            return Some(format!("the issuer \"{}\" is no address", self.issuer));
        };
        if issuer.scheme() != "https" && !(issuer.scheme() == "http" && is_loopback(&issuer)) {
            return Some(format!("the issuer {} must be an https address", self.issuer));
        }
        if issuer.query().is_some() || issuer.fragment().is_some() || !issuer.username().is_empty() {
            return Some("the issuer is an address without user, query or fragment".to_owned());
        }
        let tenant = self.microsoft_tenant()?;
        MICROSOFT_ANYBODY.contains(&tenant.to_ascii_lowercase().as_str()).then(|| {
            format!(
                "the issuer {} signs in anybody with a Microsoft account, and each of them may claim any e-mail \
                 address; put your own tenant's id in the place of \"{tenant}\"",
                self.issuer
            )
        })
    }

    fn mistakes_of_email(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.domains.is_empty() {
            mistakes.push(
                "domains is missing; list the e-mail domains that the provider may speak for, so that it can't sign in \
                 people of other organisations, as in domains = [\"barset.example.org\"]"
                    .to_owned(),
            );
        }
        if let Some(domain) = self.domains.iter().find(|domain| !is_domain(domain)) {
            mistakes.push(format!(
                "\"{domain}\" is no e-mail domain; write what stands after the @, whole and without a star"
            ));
        }
        if self.trusts_email && self.is_google() {
            mistakes.push(
                "trusts_email is not for Google, where anybody can have an account; Google says itself which addresses \
                 are verified, so leave it out"
                    .to_owned(),
            );
        }
        mistakes
    }
}

/// Every mistake in the declared providers, in plain words; empty when there are none.
pub fn check(providers: &[ProviderSettings]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut mistakes = Vec::new();
    for provider in providers {
        let id = &provider.id;
        if !seen.insert(id) {
            mistakes.push(format!("openid \"{id}\": another provider has this id"));
        }
        mistakes.extend(provider.mistakes().into_iter().map(|mistake| format!("openid \"{id}\": {mistake}")));
    }
    mistakes
}

fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn is_variable(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// A scope-token of RFC 6749 section 3.3.
fn is_scope(scope: &str) -> bool {
    !scope.is_empty() && scope.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\')
}

fn is_domain(domain: &str) -> bool {
    let plain = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= 253 && domain.contains('.') && domain.split('.').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Declared {
        openid: Vec<ProviderSettings>,
    }

    const SOUND: &str = r#"
        [[openid]]
        id = "entra"
        title = "Microsoft"
        issuer = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/v2.0"
        client_id = "bellwether"
        client_secret_env = "BELLWETHER_ENTRA_SECRET"
        trusts_email = true
        domains = ["barset.example.org"]
    "#;

    fn parsed(text: &str) -> Vec<ProviderSettings> {
        toml::from_str::<Declared>(text).unwrap().openid
    }

    /// The mistakes of a sound provider after `change`, without the words before them.
    fn mistakes(change: impl FnOnce(&mut ProviderSettings)) -> Vec<String> {
        let mut providers = parsed(SOUND);
        change(&mut providers[0]);
        let start = format!("openid \"{}\": ", providers[0].id);
        check(&providers).iter().map(|mistake| mistake.strip_prefix(&start).unwrap().to_owned()).collect()
    }

    #[test]
    fn entra_and_google_are_configuration_alone() {
        let google = "[[openid]]\nid = \"google\"\ntitle = \"Google\"\nissuer = \"https://accounts.google.com\"\n\
                      client_id = \"1\"\nclient_secret_env = \"GOOGLE_SECRET\"\ndomains = [\"wexmoor.example.org\"]\n";
        let providers = parsed(&format!("{SOUND}\n{google}"));
        assert_eq!(check(&providers), Vec::<String>::new());
        assert_eq!(providers[1].scopes, ["openid", "email", "profile"]);
        assert!(!providers[1].trusts_email);
        assert!(providers[1].is_google() && !providers[0].is_google());
    }

    #[test]
    fn a_key_that_is_not_known_is_refused() {
        let refused = toml::from_str::<Declared>(&format!("{SOUND}\nclient_secret = \"x\"\n")).err().unwrap();
        assert!(refused.to_string().contains("unknown field `client_secret`"), "{refused}");
    }

    #[test]
    fn issuers_are_asked_safely() {
        for issuer in
            ["http://127.0.0.1:9400", "http://localhost:9400", "http://[::1]:9400", "https://id.example.org/a/"]
        {
            assert_eq!(mistakes(|provider| provider.issuer = issuer.to_owned()), Vec::<String>::new(), "{issuer}");
        }
        for issuer in ["http://id.example.org", "http://127.0.0.1.example.org", "http://10.0.0.1", "ftp://127.0.0.1"] {
            let expected = format!("the issuer {issuer} must be an https address");
            assert_eq!(mistakes(|provider| provider.issuer = issuer.to_owned()), [expected]);
        }
        let expected = "the issuer \"id.example.org\" is no address";
        assert_eq!(mistakes(|provider| provider.issuer = "id.example.org".to_owned()), [expected]);
        for issuer in ["https://id.example.org?x", "https://id.example.org#x", "https://me@id.example.org"] {
            let expected = "the issuer is an address without user, query or fragment";
            assert_eq!(mistakes(|provider| provider.issuer = issuer.to_owned()), [expected]);
        }
    }

    #[test]
    fn tenants_of_everybody_are_refused() {
        for tenant in ["common", "organizations", "consumers", "Common", "9188040d-6c67-4c5b-b112-36a304b66dad"] {
            for trusts_email in [true, false] {
                let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
                let expected = format!(
                    "the issuer {issuer} signs in anybody with a Microsoft account, and each of them may claim any \
                     e-mail address; put your own tenant's id in the place of \"{tenant}\""
                );
                let found = mistakes(|provider| {
                    provider.issuer = issuer.clone();
                    provider.trusts_email = trusts_email;
                });
                assert_eq!(found, [expected]);
            }
        }
        // Another provider may use the word.
        let own = "https://id.example.org/common";
        assert_eq!(mistakes(|provider| provider.issuer = own.to_owned()), Vec::<String>::new());
    }

    #[test]
    fn what_a_provider_may_speak_for_is_declared() {
        let expected = "domains is missing; list the e-mail domains that the provider may speak for, so that it can't \
                        sign in people of other organisations, as in domains = [\"barset.example.org\"]";
        for trusts_email in [true, false] {
            let found = mistakes(|provider| {
                provider.domains.clear();
                provider.trusts_email = trusts_email;
            });
            assert_eq!(found, [expected]);
        }
        for domain in ["*.example.org", "@example.org", "org", "", "a..b", "-a.org", "a-.org", "a b.org"] {
            let expected =
                format!("\"{domain}\" is no e-mail domain; write what stands after the @, whole and without a star");
            assert_eq!(mistakes(|provider| provider.domains.push(domain.to_owned())), [expected]);
        }
        let expected = "trusts_email is not for Google, where anybody can have an account; Google says itself which \
                        addresses are verified, so leave it out";
        assert_eq!(mistakes(|provider| provider.issuer = GOOGLE.to_owned()), [expected]);
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let found = mistakes(|provider| {
            provider.id = "Entra ID".to_owned();
            provider.title = " ".to_owned();
            provider.client_id.clear();
            provider.client_secret_env = Some("s3cret".to_owned());
            provider.scopes = vec!["email profile".to_owned()];
        });
        assert_eq!(
            found,
            [
                "the id is made of small letters, digits and hyphens, such as \"entra\"",
                "the title is empty; it is what stands on the button",
                "the client_id is empty; the provider gives it when Bellwether is registered there",
                "client_secret_env names an environment variable in capitals, such as BELLWETHER_ENTRA_SECRET, and \
                 never holds the secret",
                "\"email profile\" is no scope; write each one by itself, as in [\"email\", \"profile\"]",
            ]
        );
        let twice = parsed(&SOUND.repeat(2));
        assert_eq!(check(&twice), ["openid \"entra\": another provider has this id"]);
    }
}
